package main

import (
	"slices"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// priceFixes says of each finding what its fix changes a month, and of what is wasted what its removal saves. A run without either opens no prices.
func (s *scan) priceFixes(r *reports.Report, x *side) error {
	if err := s.priceAll(r, x); err != nil {
		return err
	}
	var d *cost.Deltas
	for _, f := range r.Findings {
		p := f.Fix
		if len(p) == 0 {
			p = f.Waste
		}
		if f.Verdict != policies.Fail || len(p) == 0 {
			continue
		}
		if d == nil {
			defer s.time("prices")()
			c, err := s.openPrices()
			if err != nil {
				return err
			}
			r.Prices = c.AsOf()
			d = cost.NewDeltas(x.graph, c, s.costOptions(), x.reading.options)
		}
		delta, err := d.Of(p)
		if err != nil {
			continue // a patch that does not fit the graph has no price; remedies say why it does not fit
		}
		if len(f.Waste) > 0 {
			delta = delta.WithoutUse()
		}
		f.Cost = &delta
	}
	return nil
}

// priceAll says what everything costs below a list of findings for a person. Machines ask plumb cost.
func (s *scan) priceAll(r *reports.Report, x *side) error {
	listed := slices.ContainsFunc(s.outputs, func(o output) bool { return o.format == "text" })
	if !listed || r.Since != nil || len(r.With(policies.Fail)) == 0 {
		return nil
	}
	defer s.time("prices")()
	c, err := s.openPrices()
	if err != nil {
		return err
	}
	total := cost.Estimate(x.graph, c, s.costOptions())
	r.Prices, r.Total = c.AsOf(), &total
	return nil
}

// priceChange compares what both sides of a change cost.
func (s *scan) priceChange(r *reports.Report, before, now *side, moved *moves) error {
	defer s.time("prices")()
	c, err := s.openPrices()
	if err != nil {
		return err
	}
	was, after := cost.Estimate(before.graph, c, s.costOptions()), cost.Estimate(now.graph, c, s.costOptions())
	for i := range was.Resources {
		x := &was.Resources[i]
		x.Address = graph.Address(moved.to(x.Root, string(x.Address)))
	}
	r.Since.Cost = &reports.SinceCost{Difference: cost.Compare(was, after), Now: after}
	r.Prices = c.AsOf()
	return nil
}

func (s *scan) costOptions() cost.Options { return cost.Options{Now: s.sys.now} }

// openPrices opens the catalogue once.
func (s *scan) openPrices() (*prices.Catalogue, error) {
	if s.catalogue != nil {
		return s.catalogue, nil
	}
	var err error
	s.catalogue, err = openPrices(s.prices, s.sys.env)
	return s.catalogue, err
}
