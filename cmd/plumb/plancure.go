package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// mostSearches is how often a cheapest set is looked for again, without what could not be planned.
const mostSearches = 6

// cure plans the fixes of the cheapest set that reaches the goal. A fix that no planner carries out, or that would open a finding, is
// said, and the set is looked for again without it. It gives the wishes that the steps are of.
func (p *planning) cure(ctx context.Context, plan *remedy.Plan) ([]remedy.Wish, error) {
	cannot := map[string]bool{}
	for range mostSearches {
		fixes, left, err := p.cheapestSet(cannot)
		if err != nil {
			return nil, err
		}
		plan.Manual = nil
		for _, f := range fixes {
			if f.ByHand {
				plan.Manual = append(plan.Manual, p.handwork(f))
			}
		}
		fixes = slices.DeleteFunc(fixes, func(f resilience.Fix) bool { return f.ByHand })
		wishes := p.wishesOf(fixes)
		kept, err := p.settle(ctx, plan, wishes)
		if err != nil {
			return nil, err
		}
		lost := false
		for i, w := range wishes {
			dropped := !slices.ContainsFunc(kept, func(k remedy.Wish) bool { return sameWish(k, w) })
			if dropped || slices.ContainsFunc(plan.Refused, func(r remedy.Refused) bool { return refuses(r, w) }) {
				cannot[fixes[i].ID()], lost = true, true
			}
		}
		plan.Outcome.Left = left
		if !lost {
			return kept, nil
		}
		p.lost = append(p.lost, plan.Refused...)
		plan.Refused = nil
	}
	return nil, &problem{where: "--cheapest " + p.cheapest, what: fmt.Sprintf("%d fixes cannot be carried out, and each set without them holds another such", len(cannot)), hint: "plumb plan without --cheapest says of each finding why"}
}

// refuses says whether a refusal is about a wish.
func refuses(r remedy.Refused, w remedy.Wish) bool {
	return slices.ContainsFunc(w.Patch, func(c graph.Change) bool {
		return c.Root == r.Root && c.Address == r.Address && (r.Path == "" || r.Path == c.Path)
	})
}

// cheapestSet gives the fixes of the cheapest set that reaches the goal, or as much of it as known fixes reach, and what of the goal
// is left then.
func (p *planning) cheapestSet(cannot map[string]bool) (fixes []resilience.Fix, left []string, err error) {
	g := p.side.graph
	settings, err := p.scan.config.resilience(g)
	if err != nil {
		return nil, nil, err
	}
	goal, err := goalOf(p.cheapest, resilience.Derive(g, settings))
	if err != nil {
		return nil, nil, err
	}
	list, err := priceList(g, p.scan.prices, p.scan.sys.env)
	if err != nil {
		return nil, nil, err
	}
	known := slices.DeleteFunc(fixesIn(p.side.results, g), func(f resilience.Fix) bool { return cannot[f.ID()] })
	market := resilience.NewMarket(g, settings, known, list)
	cure, ok := market.Cheapest(goal)
	if !ok {
		part, rest, better := market.AsFar(goal)
		if cure, ok = market.Cheapest(part); !better || !ok {
			return nil, nil, p.unreachable()
		}
		left = leftTexts(rest)
	}
	return cure.Fixes, left, nil
}

// unreachable says that nothing reaches the goal, and which fixes were left out because they cannot be carried out.
func (p *planning) unreachable() error {
	what := "no set of fixes that is known reaches it, or makes anything better"
	for i, r := range p.lost {
		switch {
		case i == 0:
			what += fmt.Sprintf(", without %d that cannot be carried out: ", len(p.lost))
		default:
			what += "; "
		}
		what += fmt.Sprintf("%s (%s)", r.Address, r.Why)
	}
	return &problem{where: "--cheapest " + p.cheapest, what: what, hint: "plumb simulate says what goes down and why"}
}

// handwork is a fix of the set that a person has to carry out.
func (p *planning) handwork(f resilience.Fix) remedy.Manual {
	m := p.scan.byID[f.Policy]
	c := remedy.Closed{Policy: f.Policy, Severity: string(m.Severity), Root: f.Resource.Root, Address: f.Resource.Address}
	if len(m.Controls) > 0 {
		c.Control = m.Controls[0]
	}
	return remedy.Manual{Closed: c, Why: "the goal is reached once a person has carried it out", How: m.Remediation}
}

// leftTexts say what losses do in spite of all fixes, once for each entry point.
func leftTexts(rest []resilience.Left) []string {
	type kind struct {
		entry string
		up    resilience.Up
	}
	zones := map[kind][]string{}
	var order []kind
	for _, l := range rest {
		k := kind{l.Entry, l.Up}
		if zones[k] == nil {
			order = append(order, k)
		}
		zone, _ := strings.CutPrefix(l.Loss, "zone:")
		zones[k] = append(zones[k], zone)
	}
	var out []string
	for _, k := range order {
		verb := "may stop"
		if k.up == resilience.No {
			verb = "stops"
		}
		out = append(out, fmt.Sprintf("the loss of %s %s %s", strings.Join(zones[k], " or "), verb, k.entry))
	}
	return out
}

// wishesOf makes a wish of each fix, with the findings that it closes.
func (p *planning) wishesOf(fixes []resilience.Fix) []remedy.Wish {
	failed := map[string]*reports.Finding{}
	for _, f := range p.report.Findings {
		if f.Verdict == policies.Fail {
			failed[f.Policy+" "+f.Root.JSON()+" "+f.Resource.JSON()] = f
		}
	}
	var out []remedy.Wish
	for _, f := range fixes {
		w := remedy.Wish{Patch: f.Patch}
		for _, key := range append([]graph.Key{f.Resource}, f.Covers...) {
			if found := failed[f.Policy+" "+key.Root+" "+string(key.Address)]; found != nil {
				w.Closes = append(w.Closes, closedBy(found))
			}
		}
		out = append(out, w)
	}
	return out
}

// offerFor gives the offer that closes a finding, or nil.
func offerFor(f *reports.Finding, offers []resilience.Fix) *resilience.Fix {
	key := graph.Key{Root: f.Root.JSON(), Address: graph.Address(f.Resource.JSON())}
	i := slices.IndexFunc(offers, func(o resilience.Fix) bool {
		return !o.ByHand && o.Policy == f.Policy && (o.Resource == key || slices.Contains(o.Covers, key))
	})
	if i < 0 {
		return nil
	}
	return &offers[i]
}

// goalOf reads the word of --cheapest.
func goalOf(word string, m *resilience.Model) (resilience.Goal, error) {
	zone, isZone := strings.CutPrefix(word, "survive-zone:")
	switch {
	case word == "survive-any-zone":
		return resilience.SurviveAnyZone(), nil
	case word == "carry-full-load":
		return resilience.CarryFullLoad(m), nil
	case isZone && slices.ContainsFunc(m.Zones(), func(l resilience.Loss) bool { return l.Name == "zone:"+zone }):
		return resilience.SurviveZone(zone), nil
	}
	known := []string{"survive-any-zone", "carry-full-load"}
	for _, l := range m.Zones() {
		known = append(known, "survive-"+l.Name)
	}
	return resilience.Goal{}, &problem{where: "--cheapest " + word, what: "there is no such goal", hint: didYouMean(word, known, strings.Join(known, ", "))}
}
