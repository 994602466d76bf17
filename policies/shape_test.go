package policies_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

const subnetsInZone = `# METADATA
# title: Subnets of a network sit in zone a
# description: Fails when a subnet of the network sits elsewhere.
# custom:
#   control: RA-1
#   requirement: [RA-1]
#   judges: aws_vpc
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: Move it.
#   example: |
#     resource "aws_vpc" "v" {
#     }
package network.zone

judged contains v if some v, _ in input.aws_vpc

deny contains {"at": v, "attribute": "id", "message": MESSAGE} if {
	some v in judged
	some s in input.aws_vpc[v]._from["aws_subnet.vpc_id"]
	input.aws_subnet[s].availability_zone != "eu-west-1a"
}

fix contains {"at": v, "op": "set", "address": input.aws_subnet[s]._address, "path": "availability_zone", "value": "eu-west-1a"} if {
	some v in judged
	some s in input.aws_vpc[v]._from["aws_subnet.vpc_id"]
	input.aws_subnet[s].availability_zone != "eu-west-1a"
}
`

// networks makes networks with one subnet each, in zone a, b, or one that is not known, in turn.
func networks(n int) *graph.Graph {
	var list []*graph.Resource
	for i := range n {
		v := &graph.Resource{Address: graph.Address(fmt.Sprintf("aws_vpc.v%d", i)), Type: "aws_vpc", Name: fmt.Sprintf("v%d", i), Attrs: map[string]any{}}
		s := &graph.Resource{Address: graph.Address(fmt.Sprintf("aws_subnet.s%d", i)), Type: "aws_subnet", Name: fmt.Sprintf("s%d", i), Unknown: map[string]string{},
			Attrs: map[string]any{"vpc_id": graph.Ref{Address: v.Address, Attr: "id"}}}
		switch i % 3 {
		case 0, 1:
			s.Attrs["availability_zone"] = []string{"eu-west-1a", "eu-west-1b"}[i%3]
		default:
			s.Unknown["availability_zone"] = fmt.Sprintf("var.zone%d has no value", i)
		}
		list = append(list, v, s)
	}
	return catalog.Build(list, catalog.Options{})
}

// What is found on resources that look alike names each of them: its own message, its own fix, its own missing data.
func TestResourcesThatLookAlikeAreJudgedInTheirOwnName(t *testing.T) {
	g := networks(7)
	for name, c := range map[string]struct{ message, want string }{
		"a message without names": {`"a subnet sits elsewhere"`, "a subnet sits elsewhere"},
		"a message with names":    {`sprintf("%s: %s sits elsewhere", [input.aws_vpc[v]._name, input.aws_subnet[s]._address])`, "v%d: aws_subnet.s%d sits elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := policies.LoadUnchecked(fstest.MapFS{"network/zone.rego": {Data: []byte(strings.Replace(subnetsInZone, "MESSAGE", c.message, 1))}})
			if err != nil {
				t.Fatal(err)
			}
			results, err := set.Evaluate(context.Background(), g, policies.Options{})
			if err != nil || len(results.Problems) > 0 {
				t.Fatal(err, results.Problems)
			}
			var got, want []string
			for _, r := range results.Results {
				got = append(got, describe(r))
			}
			for i := range 7 {
				switch i % 3 {
				case 0:
					want = append(want, fmt.Sprintf("aws_vpc.v%d pass", i))
				case 1:
					message := c.want
					if name == "a message with names" {
						message = fmt.Sprintf(c.want, i, i)
					}
					want = append(want, fmt.Sprintf("aws_vpc.v%d fail %s; aws_subnet.s%d", i, message, i))
				default:
					want = append(want, fmt.Sprintf("aws_vpc.v%d undecided aws_subnet.s%d.availability_zone: var.zone%d has no value", i, i, i))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func describe(r policies.Result) string {
	s := fmt.Sprintf("%s %s", r.Key.Address, r.Verdict)
	if r.Message != "" {
		s += " " + r.Message
	}
	for _, c := range r.Fix {
		s += "; " + string(c.Address)
	}
	for _, m := range r.Missing {
		s += fmt.Sprintf(" %s.%s: %s", m.Key.Address, m.Path, m.Why)
	}
	return s
}

// Judged with everything at once or by what each looks like, resources get the same verdicts.
func TestShapesGiveWhatTheWholeGraphGives(t *testing.T) {
	set := builtin(t)
	g := estate(200)
	parts, err := set.Evaluate(context.Background(), g, policies.Options{})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := set.EvaluateWhole(context.Background(), g, policies.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := parts.Count(); n[policies.Fail] == 0 || n[policies.Pass] == 0 {
		t.Fatal("nothing to compare:", n)
	}
	if diff := cmp.Diff(whole, parts); diff != "" {
		t.Error(diff)
	}
}
