package policies_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// about is the METADATA of a policy about a type.
const about = `# METADATA
# title: Resources are as they should be
# description: Fails when one is not.
# custom:
#   control: RA-1
#   requirement: [RA-1]
#   judges: TYPE
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: Move it.
#   example: |
#     resource "aws_vpc" "v" {
#     }
`

// subnetsInZone fails a network with a subnet elsewhere.
const subnetsInZone = `package network.zone

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

func policyAbout(typ, text string) fs.FS {
	return fstest.MapFS{"network/zone.rego": {Data: []byte(strings.Replace(about, "TYPE", typ, 1) + text)}}
}

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
			set, err := policies.LoadUnchecked(policyAbout("aws_vpc", strings.Replace(subnetsInZone, "MESSAGE", c.message, 1)))
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

// sharedSubnet fails a network of which a subnet holds two instances.
const sharedSubnet = `package network.zone

judged contains v if some v, _ in input.aws_vpc

deny contains {"at": v, "attribute": "id", "message": "two instances share a subnet"} if {
	some v in judged
	some s in input.aws_vpc[v]._from["aws_subnet.vpc_id"]
	some a in input.aws_subnet[s]._from["aws_instance.subnet_id"]
	some b in input.aws_subnet[s]._from["aws_instance.subnet_id"]
	a != b
}
`

// stuckGroup fails a group that suspends terminations, and a large one with a policy of its own.
const stuckGroup = `package network.zone

judged contains g if some g, _ in input.aws_autoscaling_group

deny contains {"at": g, "attribute": "suspended_processes", "message": "it does not shrink"} if {
	some g in judged
	some p in input.aws_autoscaling_group[g].suspended_processes
	p == "Terminate"
}

deny contains {"at": g, "attribute": "termination_policies", "message": "it has a policy of its own"} if {
	some g in judged
	input.aws_autoscaling_group[g].max_size > 100
	some p in input.aws_autoscaling_group[g].termination_policies
	p == "NewestInstance"
}
`

// What differs only in how its parts are put together, or in what is unknown of it, is judged apart.
func TestResourcesThatLookAlmostAlikeAreJudgedApart(t *testing.T) {
	ref := func(a string) graph.Ref { return graph.Ref{Address: graph.Address(a), Attr: "id"} }
	resource := func(typ, name string, attrs map[string]any, unknown ...string) *graph.Resource {
		r := &graph.Resource{Address: graph.Address(typ + "." + name), Type: typ, Name: name, Attrs: attrs, Unknown: map[string]string{}}
		for _, p := range unknown {
			r.Unknown[p] = "var.x has no value"
		}
		return r
	}
	network := func(name, first, second string) []*graph.Resource {
		return []*graph.Resource{
			resource("aws_vpc", name, nil),
			resource("aws_subnet", name+"a", map[string]any{"vpc_id": ref("aws_vpc." + name)}),
			resource("aws_subnet", name+"b", map[string]any{"vpc_id": ref("aws_vpc." + name)}),
			resource("aws_instance", name+"1", map[string]any{"subnet_id": ref("aws_subnet." + name + first)}),
			resource("aws_instance", name+"2", map[string]any{"subnet_id": ref("aws_subnet." + name + second)}),
		}
	}
	size := func() map[string]any {
		return map[string]any{"max_size": 1, "min_size": 1, "suspended_processes": []any{"Launch"}, "termination_policies": []any{"Default"}}
	}
	for name, c := range map[string]struct {
		policy    string
		resources []*graph.Resource
		want      []string
	}{
		"put together": {sharedSubnet, append(network("v", "a", "b"), network("w", "b", "b")...), []string{"aws_vpc.v pass", "aws_vpc.w fail two instances share a subnet"}},
		"unknown": {stuckGroup, []*graph.Resource{
			resource("aws_autoscaling_group", "a", size(), "suspended_processes[*]"), resource("aws_autoscaling_group", "b", size(), "termination_policies[*]"),
		}, []string{"aws_autoscaling_group.a undecided aws_autoscaling_group.a.suspended_processes[*]: var.x has no value", "aws_autoscaling_group.b pass"}},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := policies.LoadUnchecked(policyAbout(c.resources[0].Type, c.policy))
			if err != nil {
				t.Fatal(err)
			}
			results, err := set.Evaluate(context.Background(), catalog.Build(c.resources, catalog.Options{}), policies.Options{})
			if err != nil || len(results.Problems) > 0 {
				t.Fatal(err, results.Problems)
			}
			var got []string
			for _, r := range results.Results {
				got = append(got, describe(r))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// elsewhere fails a subnet whose network has no subnet in another zone.
const elsewhere = `package network.zone

judged contains s if some s, _ in input.aws_subnet

apart contains s if {
	some s, x in input.aws_subnet
	some v in x._to.vpc_id
	some o in input.aws_vpc[v]._from["aws_subnet.vpc_id"]
	input.aws_subnet[o].availability_zone != x.availability_zone
}

deny contains {"at": s, "attribute": "availability_zone", "message": "there is no other zone"} if {
	some s in judged
	not apart[s]
}
`

// Around each of many subnets of one network are all the others: then shapes are not asked for.
func TestTheManyOfOneHubAreJudged(t *testing.T) {
	const n = 120
	list := []*graph.Resource{{Address: "aws_vpc.v", Type: "aws_vpc", Name: "v"}, {Address: "aws_vpc.w", Type: "aws_vpc", Name: "w"}}
	want := map[policies.Verdict]int{policies.Pass: n, policies.Fail: n, policies.Undecided: 0}
	for i := range 2 * n {
		vpc, zone := list[i%2].Address, "eu-west-1a"
		if i == 0 {
			zone = "eu-west-1b" // in v alone
		}
		s := &graph.Resource{Address: graph.Address(fmt.Sprintf("aws_subnet.s%d", i)), Type: "aws_subnet", Name: fmt.Sprintf("s%d", i), Unknown: map[string]string{},
			Attrs: map[string]any{"vpc_id": graph.Ref{Address: vpc, Attr: "id"}, "availability_zone": zone}}
		list = append(list, s)
	}
	set, err := policies.LoadUnchecked(policyAbout("aws_subnet", elsewhere))
	if err != nil {
		t.Fatal(err)
	}
	count := func() map[policies.Verdict]int {
		results, err := set.Evaluate(context.Background(), catalog.Build(list, catalog.Options{}), policies.Options{})
		if err != nil || len(results.Problems) > 0 {
			t.Fatal(err, results.Problems)
		}
		got := results.Count()
		return map[policies.Verdict]int{policies.Pass: got[policies.Pass], policies.Fail: got[policies.Fail], policies.Undecided: got[policies.Undecided]}
	}
	if diff := cmp.Diff(want, count()); diff != "" {
		t.Error(diff)
	}
	last := list[len(list)-1] // in w: whichever zone it has decides about all others of w
	delete(last.Attrs, "availability_zone")
	last.Unknown["availability_zone"] = "var.zone has no value"
	want = map[policies.Verdict]int{policies.Pass: n, policies.Fail: 0, policies.Undecided: n}
	if diff := cmp.Diff(want, count()); diff != "" {
		t.Error(diff)
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
