package main

import (
	"context"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// curePolicy judges the cheapest cure. It comes after all others, whose fixes it may buy.
const curePolicy = "graph.cure"

// judgeCure looks, where plumb.yaml states a budget, for the cheapest set of fixes that survives the loss of any one zone, and
// judges that.
func (s *scan) judgeCure(ctx context.Context, g *graph.Graph, c *config, results *policies.Results, o policies.Options) (*graph.Graph, error) {
	if c.Simulate.Budget == nil || o.Select != nil && !o.Select(s.byID[curePolicy]) {
		return g, nil
	}
	settings, err := c.resilience(g)
	if err != nil {
		return nil, err
	}
	list, err := priceList(g, s.prices, s.sys.env)
	if err != nil {
		return nil, err
	}
	m := resilience.Derive(g, settings)
	fixes := fixesIn(*results, g)
	var cure resilience.Cure
	ok, unsearched := false, tooMany(m, fixes)
	if unsearched == "" {
		cure, ok = resilience.NewMarket(g, settings, fixes, list).Cheapest(resilience.SurviveAnyZone())
	}
	fact := resilience.PlanFact(m, cure, ok, *c.Simulate.Budget, unsearched)
	if fact == nil {
		return g, nil
	}
	with := graph.New(append(slices.Clone(g.Resources()), fact), g.Edges())
	o.Select = func(m policies.Meta) bool { return m.ID == curePolicy }
	judged, err := s.set.Evaluate(ctx, with, o)
	if err != nil {
		return nil, err
	}
	of := func(r policies.Result) bool { return r.Policy == curePolicy }
	at := slices.IndexFunc(results.Results, func(r policies.Result) bool { return r.Policy >= curePolicy })
	if at < 0 {
		at = len(results.Results)
	}
	rest := slices.DeleteFunc(slices.Clone(results.Results[at:]), of)
	results.Results = slices.Concat(results.Results[:at], slices.DeleteFunc(judged.Results, func(r policies.Result) bool { return !of(r) }), rest)
	return with, nil
}
