package dialects

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/drift"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// A change that somebody makes by hand is one difference, whether code and account are joined by names or by the ids of a state.
func TestAChangeByHandIsOneDifference(t *testing.T) {
	t.Parallel()
	const id = "320000000002"
	cfg := made(t, id)
	code, before := readCode(t), readAccount(t, cfg, id)
	state := readState(t, withIDs(stateText(t), readState(t, stateText(t)), before))
	_, err := autoscaling.NewFromConfig(cfg).UpdateAutoScalingGroup(t.Context(), &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: sdk.String("shop-web"), MaxSize: sdk.Int32(8)})
	must(t, 0, err)
	after := readAccount(t, cfg, id)
	for _, c := range []struct {
		name     string
		recorded *graph.Graph
	}{{"by names", nil}, {"by the ids of a state", state.graph}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			first, second := drift.Join(code.graph, c.recorded, before.graph, everything), drift.Join(code.graph, c.recorded, after.graph, everything)
			if diff := gocmp.Diff(append(told(first), "aws_autoscaling_group.web max_size: 6 in code, 8 in the account"), told(second), sorted); diff != "" {
				t.Errorf("differences before the change and with it (-), after it (+):\n%s", diff)
			}
			for _, l := range told(first) {
				if !slices.ContainsFunc(double, func(d string) bool { return strings.Contains(d, strings.TrimSuffix(strings.Fields(l)[1], ":")) }) {
					t.Errorf("nobody changed anything, and %s", l)
				}
			}
			if lost := unmatched(code, second); len(lost) > 0 {
				t.Errorf("in code and not found in the account: %q", lost)
			}
			for _, key := range second.Unmanaged {
				if l := after.label[key]; l != "" && !slices.Contains(onlyThere, l) {
					t.Errorf("%s is in the account and in no code", l)
				}
			}
			if len(second.Missing) > 0 {
				t.Errorf("missing in the account: %v", second.Missing)
			}
		})
	}
}

// everything says that the account was asked for all there is.
func everything(typ, _, _ string) bool {
	_, read := aws.Complete(services.All(), nil)[typ]
	return read
}

var sorted = gocmp.Transformer("sorted", func(list []string) []string { return slices.Sorted(slices.Values(list)) })

func told(j drift.Joined) []string {
	var out []string
	for _, d := range j.Differences {
		out = append(out, fmt.Sprintf("%s %s: %v in code, %v in the account", d.Key.Address, d.Attribute, d.Declared, d.Observed))
	}
	return out
}

// unmatched lists the resources of the code that have no counterpart in the account.
func unmatched(code dialect, j drift.Joined) []string {
	matched := map[graph.Key]bool{}
	for _, m := range j.Matches {
		matched[m.Declared] = true
	}
	var out []string
	for key, l := range code.label {
		if !matched[key] {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

// withIDs writes the ids and ARNs that the account has into a state.
func withIDs(text string, state, live dialect) string {
	var pairs [][2]string
	for key, l := range state.label {
		made := live.called(l)
		if made == nil {
			continue
		}
		for _, attr := range []string{"id", "arn"} {
			old, _ := state.graph.Get(key).Attrs[attr].(string)
			now, _ := made.Attrs[attr].(string)
			if len(old) > 6 && now != "" { // a short id is a name, which is what it was
				pairs = append(pairs, [2]string{old, now})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return cmp.Or(len(b[0])-len(a[0]), strings.Compare(a[0], b[0])) })
	for _, p := range slices.Compact(pairs) {
		text = strings.ReplaceAll(text, `"`+p[0]+`"`, `"`+p[1]+`"`)
	}
	return text
}

// A rule that somebody adds by hand is judged, though it is in no code.
func TestARuleAddedByHandIsJudged(t *testing.T) {
	t.Parallel()
	const id = "320000000003"
	cfg := made(t, id)
	client := ec2.NewFromConfig(cfg)
	groups, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: []ec2types.Filter{{Name: sdk.String("group-name"), Values: []string{"db"}}}})
	_, err2 := client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: must(t, groups, err).SecurityGroups[0].GroupId, IpPermissions: []ec2types.IpPermission{port(3389, "", "0.0.0.0/0")},
	})
	must(t, 0, err2)
	j := drift.Join(readCode(t).graph, nil, readAccount(t, cfg, id).graph, everything)
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	results, err := set.Evaluate(t.Context(), catalog.Build(j.Observed(), catalog.Options{}), policies.Options{Select: func(m policies.Meta) bool { return m.ID == "sg.admin_ports" }})
	if err != nil {
		t.Fatal(err)
	}
	var fails []string
	for _, r := range results.Results {
		if r.Verdict == policies.Fail {
			fails = append(fails, r.Message)
		}
	}
	slices.Sort(fails)
	if diff := gocmp.Diff([]string{"port 22 is open to the world", "port 3389 is open to the world"}, fails); diff != "" {
		t.Error(diff)
	}
}
