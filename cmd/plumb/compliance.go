package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/docs"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// whole says that a format shows scores, zones and costs besides findings.
func (s *scan) whole(x output) bool {
	return x.format == "html" || s.asReport && x.format == "markdown"
}

// complete adds what a compliance report says beside the findings, when one is to be written.
func (s *scan) complete(ctx context.Context, r *reports.Report, x *side) error {
	if !slices.ContainsFunc(s.outputs, s.whole) && s.bundle == "" {
		return nil
	}
	if s.since != "" {
		return &problem{what: "a compliance report is of everything, and --since lists what is new", hint: "plumb report -o FILE; two states: plumb report diff A B"}
	}
	sim, err := s.simulation(x)
	if err != nil {
		return err
	}
	c, err := s.openPrices()
	if err != nil {
		return err
	}
	in := reports.ComplianceInput{
		Title: s.title(), Graph: x.graph, Results: x.results, Simulation: sim, Waivers: x.waivers,
		Costs: cost.Estimate(x.graph, c, s.costOptions()), Commit: s.comment(ctx, r).Head,
	}
	for _, q := range docs.Requirements() {
		in.Requirements = append(in.Requirements, reports.Requirement{ID: q.ID, Status: q.Status, Chapter: q.Chapter, Text: q.Text})
	}
	r.Prices = c.AsOf()
	r.Compliance = reports.NewCompliance(r, in)
	return nil
}

// title names the sources in a few words: a folder by its name, the others as they were typed.
func (s *scan) title() string {
	var names []string
	for _, in := range s.inputs {
		name := in.name
		if in.kind == folder {
			if abs, err := filepath.Abs(in.name); err == nil {
				name = filepath.Base(abs)
			}
		}
		names = append(names, name)
	}
	if len(names) > 3 {
		names = append(names[:2], fmt.Sprintf("%d more sources", len(names)-2))
	}
	return strings.Join(names, ", ")
}

// simulation loses every zone, region and resource of what was judged, and looks for the cheapest cures among its fixes.
func (s *scan) simulation(x *side) (*reports.Simulation, error) {
	defer s.time("losses")()
	settings, err := x.config.resilience(x.graph)
	if err != nil {
		return nil, err
	}
	c, err := s.openPrices()
	if err != nil {
		return nil, err
	}
	sim := &reports.Simulation{Model: resilience.Derive(x.graph, settings), Targets: x.config.targets, Gaps: x.reading.gaps}
	if err := simulate(sim, x.graph, &simulateOptions{depth: 1}); err != nil || len(sim.Model.Entries) == 0 {
		return sim, err
	}
	fixes := fixesIn(x.results, x.graph)
	list := &priceOfFixes{deltas: cost.NewDeltas(x.graph, c, s.costOptions(), catalog.Options{}), asOf: c.AsOf(), known: map[string]fixPrice{}}
	cheapest(sim, x.graph, settings, fixes, list)
	return sim, nil
}
