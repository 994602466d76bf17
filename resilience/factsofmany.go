package resilience

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// load lists the tiers of an entry point that keep less than their share in the loss of a zone which the entry point
// survives: of n zones, (n-1)/n.
func (f *factory) load(r *graph.Resource, e Entry) {
	below := f.m.below([]Entry{e})
	var names []string
	why := ""
	for i := range f.m.Nodes {
		n := &f.m.Nodes[i]
		if !below[i] || !n.Load || n.Key.Address == "" {
			continue
		}
		if missing := unsized(n); missing != "" {
			why = missing
			continue
		}
		left, enough, missing := f.kept(i, e)
		switch {
		case missing != "":
			why = missing
		case !enough:
			names = append(names, fmt.Sprintf("%s keeps %d of %d", n.Key, left, n.Total))
		}
	}
	slices.Sort(names)
	list(r, "tiers_short_of_load", slices.Compact(names), why)
}

// unsized says why the size of a group is not known; "" when it is.
func unsized(n *Node) string {
	for _, need := range n.Needs {
		if need.Max > 0 && n.Total == 1 && len(n.Needs) == 2 && need.Fact.Text == unknownSize {
			return need.Fact.Missing
		}
	}
	return ""
}

// kept says how many members of a group are left in the loss of the worst zone, and whether that is (n-1)/n of them.
// missing is what leaves that open.
func (f *factory) kept(i int, e Entry) (left int, enough bool, missing string) {
	n := &f.m.Nodes[i]
	zones, even, least := 0, true, n.Total
	for _, need := range n.Needs {
		if need.Max > 0 {
			zones++
		}
		even = even && need.Max-need.Min <= 1
	}
	zones = min(zones, n.Total)
	if zones < 2 {
		return n.Total, true, ""
	}
	for _, z := range f.zones {
		if z.s.Up(e.Node) == No {
			continue // that the entry point stops is said elsewhere
		}
		low, high := z.s.Capacity(i)
		worst, best := members(low, n.Total), members(high, n.Total)
		least = min(least, worst)
		if worst*zones < n.Total*(zones-1) && !even && best*zones >= n.Total*(zones-1) {
			missing = "in which zones the members of " + n.Key.String() + " are"
		}
	}
	if missing != "" {
		return 0, true, missing
	}
	return least, least*zones >= n.Total*(zones-1), ""
}

func members(part float64, total int) int { return int(part*float64(total) + 0.5) }

// sharedPoints are the single points that stop, or may stop, several ways in of their stage.
func (f *factory) sharedPoints() []*graph.Resource {
	total := map[string]int{}
	for _, e := range f.m.Entries {
		total[e.Stage]++
	}
	var out []*graph.Resource
	seen := map[graph.Key]bool{}
	for _, p := range f.points {
		n := f.m.Nodes[p.Node]
		sure, maybe := f.ofStage(p.Down, n.Stage), f.ofStage(p.Maybe, n.Stage)
		if len(sure)+len(maybe) < 2 || seen[n.Key] {
			continue
		}
		seen[n.Key] = true
		r := f.fact("resilience_shared_point", n.Key, "shared")
		r.Attrs["share_least"] = percentOf(len(sure), total[n.Stage])
		if len(maybe) > 0 {
			r.Unknown["share"] = fmt.Sprintf("whether it stops %s depends on what is not known", shortened(maybe))
		} else {
			r.Attrs["share"] = r.Attrs["share_least"]
		}
		out = append(out, r)
	}
	return out
}

// percentOf is a whole number where it is one, as in the graph.
func percentOf(part, of int) any {
	if part*100%of == 0 {
		return part * 100 / of
	}
	return float64(part) * 100 / float64(of)
}

// ofStage names the entry points of a stage among some.
func (f *factory) ofStage(entries []int, stage string) []string {
	var out []string
	for _, i := range entries {
		if f.m.Entries[i].Stage == stage {
			out = append(out, f.m.Entries[i].Name)
		}
	}
	return out
}

// shortened names the first three of a list.
func shortened(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
}

// objectives says, for each root and stage, of which stores nobody stated recovery targets.
func (f *factory) objectives() []*graph.Resource {
	type group struct{ root, stage string }
	first, unstated := map[group]graph.Key{}, map[group][]string{}
	var order []group
	for _, node := range f.m.Stores {
		n := f.m.Nodes[node]
		if n.Type == "aws_sns_topic" {
			continue
		}
		g := group{n.Key.Root, n.Stage}
		if _, known := first[g]; !known {
			first[g], order = n.Key, append(order, g)
		}
		if !f.targets(n.Stage).own(f.g.Get(n.Key)).Stated {
			unstated[g] = append(unstated[g], string(n.Key.Address))
		}
	}
	out := make([]*graph.Resource, 0, len(order))
	for _, g := range order {
		r := f.fact("resilience_objectives", f.ownerOf(first[g]), strings.TrimSpace("objectives "+g.stage))
		r.Stage = g.stage
		if names := unstated[g]; len(names) > 0 {
			r.Attrs["unstated"] = names[0]
			if len(names) > 1 {
				r.Attrs["unstated"] = fmt.Sprintf("%d stores", len(names))
			}
		}
		out = append(out, r)
	}
	return out
}

// ownerOf is what findings on many stores are about: their root folder, or, in an account, the first of them.
func (f *factory) ownerOf(first graph.Key) graph.Key {
	for _, r := range f.g.OfType("terraform_root") {
		if r.Root == first.Root {
			return r.Key()
		}
	}
	return first
}

// PlanFact is the cheapest cure as a resource that policies can judge, about the first entry point. budget is in dollars a
// month; unsearched says why no cure was looked for, "" when one was.
func PlanFact(m *Model, c Cure, reached bool, budget float64, unsearched string) *graph.Resource {
	if len(m.Entries) == 0 {
		return nil
	}
	e := m.Entries[0]
	r := &graph.Resource{
		Root: e.Key.Root, Address: e.Key.Address + "#cure", Of: e.Key.Address, Type: "resilience_plan", Stage: e.Stage,
		Attrs: map[string]any{"budget": budget, "reached": reached}, Unknown: map[string]string{}, Facts: map[string]any{},
	}
	var names, open []string
	for _, f := range c.Fixes {
		names = append(names, f.Policy+" on "+f.Resource.String())
	}
	for _, f := range c.Unpriced {
		open = append(open, f.Policy+" on "+f.Resource.String())
	}
	switch {
	case reached:
		r.Attrs["monthly"], r.Attrs["fixes"] = c.Monthly.InexactFloat64(), shortened(names)
	case unsearched != "" || len(open) > 0:
		why := unsearched
		if why == "" {
			why = "no price is known of " + shortened(open)
		}
		r.Unknown["reached"], r.Unknown["monthly"] = why, why
		delete(r.Attrs, "reached")
	}
	return r
}
