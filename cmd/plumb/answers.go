package main

import (
	"slices"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// answer adds to a report what everything costs and what the loss of each zone does, when something asks for it.
func (s *scan) answer(r *reports.Report, x *side) error {
	printed := s.asReport && slices.ContainsFunc(s.outputs, func(o output) bool { return o.format == "json" })
	if s.record == "" && s.bundle == "" && !printed {
		return nil
	}
	var err error
	r.Answers, err = s.answersTo(x)
	return err
}

func (s *scan) answersTo(x *side) (*reports.Answers, error) {
	defer s.time("answers")()
	c, err := s.openPrices()
	if err != nil {
		return nil, err
	}
	zones, err := lostZones(x)
	if err != nil {
		return nil, err
	}
	return &reports.Answers{Costs: cost.Estimate(x.graph, c, s.costOptions()), Simulation: zones}, nil
}

// changedZones says what the loss of each zone does on both sides of a change, and which single things still stop something.
func (s *scan) changedZones(r *reports.Report, before, now *side) error {
	defer s.time("losses")()
	old, err := lostZones(before)
	if err != nil {
		return err
	}
	sim, err := lostZones(now)
	if err != nil {
		return err
	}
	sim.Points = sim.Model.SinglePoints()
	r.Answers = &reports.Answers{Costs: r.Since.Cost.Now, Simulation: sim}
	r.Since.Zones = reports.ZoneChanges(&reports.Answers{Simulation: old}, r.Answers)
	return nil
}

// lostZones carries out the loss of each zone.
func lostZones(x *side) (*reports.Simulation, error) {
	settings, err := x.config.resilience(x.graph)
	if err != nil {
		return nil, err
	}
	m := resilience.Derive(x.graph, settings)
	return &reports.Simulation{Model: m, Targets: x.config.targets, Zones: m.Simulate(m.Zones())}, nil
}
