package main

import (
	"context"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// outcome works out on a copy of the graph what the plan leads to, and gives the findings of its steps that fail all the same.
func (p *planning) outcome(ctx context.Context, plan *remedy.Plan) (map[string]bool, error) {
	plan.Outcome = remedy.Outcome{}
	after, err := p.patched(plan.Steps)
	if err != nil {
		return nil, err
	}
	now, err := p.findings(ctx, after)
	if err != nil {
		return nil, err
	}
	was := p.report.Findings
	before, then := byFingerprint(was), byFingerprint(now)
	p.then = then
	for _, f := range was {
		if f.Verdict == policies.Fail && then[f.Fingerprint] != policies.Fail {
			plan.Outcome.Closed++
		}
		if f.Verdict == policies.Fail || f.Verdict == policies.Undecided {
			plan.Outcome.Known = append(plan.Outcome.Known, f.Fingerprint)
		}
	}
	slices.Sort(plan.Outcome.Known)
	for _, f := range now {
		switch {
		case f.Verdict != policies.Fail || before[f.Fingerprint] == policies.Fail:
		case before[f.Fingerprint] == policies.Undecided:
			plan.Outcome.Decided = append(plan.Outcome.Decided, closedBy(f))
		default:
			plan.Outcome.Opened = append(plan.Outcome.Opened, closedBy(f))
		}
	}
	p.money(&plan.Outcome, after)
	return unclosed(plan, then), p.losses(&plan.Outcome, after)
}

// settled says whether the steps of the plan close a finding that was left to a person.
func (p *planning) settled(m remedy.Manual) bool {
	v, listed := p.then[m.Fingerprint]
	return m.Fingerprint != "" && p.then != nil && (!listed || v == policies.Pass)
}

// findings judges a graph as the sources were judged.
func (p *planning) findings(ctx context.Context, g *graph.Graph) ([]*reports.Finding, error) {
	results, err := p.scan.set.Evaluate(ctx, g, p.options())
	if err != nil {
		return nil, err
	}
	x := *p.side
	x.graph, x.results = g, results
	return p.scan.report(&x, p.scan.inputs, p.scan.config).Findings, nil
}

// byFingerprint gives the verdict of each finding that is listed.
func byFingerprint(list []*reports.Finding) map[string]policies.Verdict {
	out := map[string]policies.Verdict{}
	for _, f := range list {
		out[f.Fingerprint] = f.Verdict
	}
	return out
}

// unclosed takes off the steps what they do not close after all, and gives the fingerprints of that.
func unclosed(plan *remedy.Plan, then map[string]policies.Verdict) map[string]bool {
	open := map[string]bool{}
	for i := range plan.Steps {
		s := &plan.Steps[i]
		s.Closes = slices.DeleteFunc(slices.Clone(s.Closes), func(c remedy.Closed) bool {
			v, listed := then[c.Fingerprint]
			open[c.Fingerprint] = open[c.Fingerprint] || listed && v != policies.Pass
			return open[c.Fingerprint]
		})
	}
	return open
}

// options are those that the sources were judged with.
func (p *planning) options() policies.Options {
	c := p.scan.config
	o := policies.Options{Today: p.scan.today, Parameters: c.Parameters, Severity: c.Severity, Waivers: p.side.waivers, Profiles: c.Profiles}
	if slices.ContainsFunc(p.scan.inputs, isLive) {
		o.Select = p.scan.wanted.needed
	}
	return o
}

// patched is the graph after the steps.
func (p *planning) patched(steps []remedy.Step) (*graph.Graph, error) {
	all := slices.DeleteFunc(slices.Clone(p.side.graph.Resources()), func(r *graph.Resource) bool {
		return strings.HasPrefix(r.Type, "resilience_") // what a simulation says is worked out again
	})
	for _, s := range steps {
		if s.Drift != "" {
			continue // it does again what a step in files does
		}
		next, _, err := s.Patch.Apply(all)
		if err != nil {
			return nil, err
		}
		all = next
	}
	return withFacts(catalog.Build(all, p.side.reading.options), p.scan.config, false)
}

// money compares the estimates.
func (p *planning) money(o *remedy.Outcome, after *graph.Graph) {
	c := p.scan.catalogue
	was, now := cost.Estimate(p.side.graph, c, p.scan.costOptions()), cost.Estimate(after, c, p.scan.costOptions())
	o.Before, o.After = was.Monthly.StringFixed(2), now.Monthly.StringFixed(2)
	o.Delta = now.Monthly.Round(2).Sub(was.Monthly.Round(2)).StringFixed(2)
	o.Complete = was.Complete && now.Complete
	o.Usage = len(cost.Compare(was, now).Open) > 0
}

// losses says how the entry points come through each zone's loss before and after.
func (p *planning) losses(o *remedy.Outcome, after *graph.Graph) error {
	zones := func(g *graph.Graph) (map[string]string, []string, error) {
		settings, err := p.scan.config.resilience(g)
		if err != nil {
			return nil, nil, err
		}
		m := resilience.Derive(g, settings)
		out := map[string]string{}
		var names []string
		if len(m.Entries) == 0 {
			return out, nil, nil
		}
		for _, x := range m.Simulate(m.Zones()) {
			out[x.Loss.Name] = worst(x.Answers)
			names = append(names, x.Loss.Name)
		}
		return out, names, nil
	}
	was, names, err := zones(p.side.graph)
	if err != nil {
		return err
	}
	now, _, err := zones(after)
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, n := range names {
		if now[n] != "" {
			o.Losses = append(o.Losses, remedy.LossChange{Lose: n, Before: was[n], After: now[n]})
		}
	}
	return nil
}

// worst is the answer for all entry points together.
func worst(answers []resilience.Answer) string {
	out := "up"
	for _, a := range answers {
		switch a.Up {
		case resilience.No:
			return "down"
		case resilience.Undecided:
			out = "undecided"
		}
	}
	return out
}
