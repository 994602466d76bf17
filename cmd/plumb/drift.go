package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/drift"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
)

// comparison is code and account as one graph.
type comparison struct {
	drift.Joined
	declared *graph.Graph
	account  *graph.Graph // what was read of accounts, by its own addresses; nil when nothing was
	recorded bool         // a state was given, so that what is in no code is known
	observed bool         // an account was read
	covered  coverage
}

// coveredAccount is what was asked of an account.
type coveredAccount struct {
	id      string
	regions []string
	types   map[string]bool // all of these; true: once for the account
}

// coverage is what was asked of accounts.
type coverage []coveredAccount

// read implements drift.Read.
func (c coverage) read(typ, account, region string) bool {
	for _, a := range c {
		once, asked := a.types[typ]
		if asked && a.id == account && (once || slices.Contains(a.regions, region)) {
			return true
		}
	}
	return false
}

// asks says whether some account was asked for a type.
func (c coverage) asks(typ string) bool {
	return slices.ContainsFunc(c, func(a coveredAccount) bool { _, asked := a.types[typ]; return asked })
}

// compareLive joins what was declared with what was recorded and observed. nil when there is nothing to join.
func compareLive(declared, recorded, observed []*graph.Resource, covered coverage, o catalog.Options) *comparison {
	if len(declared) == 0 || len(covered) == 0 && len(recorded) == 0 {
		return nil
	}
	c := &comparison{declared: catalog.Build(declared, o), recorded: len(recorded) > 0, observed: len(covered) > 0, covered: covered}
	var state, live *graph.Graph
	if c.recorded {
		state = catalog.Build(recorded, o)
	}
	if c.observed {
		live = catalog.Build(observed, o)
		c.account = live
	}
	c.Joined = drift.Join(c.declared, state, live, covered.read)
	return c
}

// accountOf is what was read of accounts, to answer the data sources of code; nil when none was read.
func accountOf(accounts map[int]*scanners.Found) *drift.Account {
	var observed []*graph.Resource
	for _, i := range slices.Sorted(maps.Keys(accounts)) {
		observed = append(observed, accounts[i].Resources...)
	}
	if len(observed) == 0 {
		return nil
	}
	return drift.NewAccount(catalog.Build(observed, catalog.Options{}))
}

// split tells what was read of accounts from what was read of code.
func split(found []*graph.Resource) (declared, observed []*graph.Resource) {
	for _, r := range found {
		if len(r.Origins) > 0 && r.Origins[0].Source == "aws" {
			observed = append(observed, r)
		} else {
			declared = append(declared, r)
		}
	}
	return declared, observed
}

// judgeDrift judges the resources as the account has them, and takes from there each verdict that is worse than in the code: a
// database that fails in the account does not pass because its code says otherwise.
func (s *scan) judgeDrift(ctx context.Context, c *comparison, g *graph.Graph, results *policies.Results, o policies.Options, build catalog.Options) (*reports.Drift, error) {
	if c == nil || !c.observed {
		return nil, nil
	}
	var flips []flip
	if len(c.Differences) > 0 {
		as, err := s.set.Evaluate(ctx, catalog.Build(c.Observed(), build), o)
		if err != nil {
			return nil, err
		}
		flips = flipped(results.Results, as.Results)
		worse(results, flips)
	}
	reads, err := s.readsOf(flips)
	if err != nil {
		return nil, err
	}
	return c.report(g, flips, reads, s.drift == "all"), nil
}

// flip is a policy that judges a resource otherwise in the account.
type flip struct {
	declared, observed *policies.Result
}

// verdictOf names one verdict of a policy: it may judge several parts of a resource.
type verdictOf struct {
	policy string
	key    graph.Key
}

// flipped lists the verdicts that differ.
func flipped(declared, observed []policies.Result) []flip {
	as := map[verdictOf]*policies.Result{}
	for i := range observed {
		x := &observed[i]
		k := verdictOf{x.Policy, x.Key}
		if as[k] == nil || x.Verdict == policies.Fail {
			as[k] = x
		}
	}
	var out []flip
	seen := map[verdictOf]bool{}
	for i := range declared {
		x := &declared[i]
		k := verdictOf{x.Policy, x.Key}
		if o := as[k]; o != nil && o.Verdict != x.Verdict && !seen[k] {
			seen[k] = true
			out = append(out, flip{x, o})
		}
	}
	return out
}

// worse replaces verdicts of the code by those of the account where these are worse.
func worse(results *policies.Results, flips []flip) {
	rank := map[policies.Verdict]int{policies.NotApplicable: 0, policies.Pass: 1, policies.Undecided: 2, policies.Waived: 3, policies.Fail: 4}
	for i, f := range flips {
		if rank[f.observed.Verdict] <= rank[f.declared.Verdict] || f.declared.Verdict == policies.Waived {
			continue
		}
		before := *f.declared
		now := *f.observed
		if now.Verdict == policies.Fail {
			now.Message = "in the account: " + now.Message
			now.Fix = nil // the fix of the code is to apply it
		}
		*f.declared = now
		flips[i].declared = &before
	}
}

// attributes are those that a policy reads, by type.
type attributes map[string][]string

// has says whether an attribute is read; a nil list stands for all of a type.
func (a attributes) has(typ, attribute string) bool {
	list, ok := a[typ]
	return a == nil || ok && (list == nil || slices.Contains(list, attribute))
}

// readsOf gives what each flipped policy reads.
func (s *scan) readsOf(flips []flip) (map[string]attributes, error) {
	out := map[string]attributes{}
	for _, f := range flips {
		id := f.declared.Policy
		if out[id] != nil {
			continue
		}
		reads, err := s.set.Needs(func(m policies.Meta) bool { return m.ID == id })
		if err != nil {
			return nil, err
		}
		out[id] = reads
	}
	return out, nil
}

// report lists the differences that change a verdict; with all, every one.
func (c *comparison) report(g *graph.Graph, flips []flip, reads map[string]attributes, all bool) *reports.Drift {
	out := &reports.Drift{ListUnmanaged: all}
	for _, r := range c.declared.Resources() {
		if t := catalog.Lookup(r.Type); t != nil && !t.FactsOnly && !r.Data && r.Of == "" && c.covered.asks(r.Type) {
			out.Declared++
		}
	}
	for _, m := range c.Matches {
		if r := g.Get(m.Declared); r != nil && !r.Data && r.Of == "" {
			out.Matched++
		}
	}
	due := c.due(flips, reads)
	for i, d := range c.Differences {
		if len(due[i]) == 0 && d.Attribute != "" && !all {
			out.Quiet++
			continue
		}
		out.Differences = append(out.Differences, reportDifference(d, due[i]))
	}
	if !c.recorded {
		return out
	}
	for _, k := range c.Unmanaged {
		if r := g.Get(k); r != nil {
			out.Unmanaged = append(out.Unmanaged, reports.Unmanaged{Resource: reports.Untrusted(k.Address), Type: r.Type})
		}
	}
	return out
}

// due says which differences each flipped verdict is due to: that of the attribute which decides it, else those of the
// resource that the policy reads, else all that it reads.
func (c *comparison) due(flips []flip, reads map[string]attributes) map[int][]reports.Flip {
	out := map[int][]reports.Flip{}
	for _, f := range flips {
		var attribute, resource, rest []int
		for i, d := range c.Differences {
			own := d.Key == f.declared.Key || f.declared.Resource != "" && (d.Key.Address == f.declared.Resource || d.Of == f.declared.Resource) && d.Key.Root == f.declared.Key.Root
			if d.Attribute != "" && !reads[f.declared.Policy].has(d.Type, d.Attribute) {
				continue
			}
			switch {
			case own && d.Attribute != "" && (topLevel(f.declared.Attribute) == d.Attribute || topLevel(f.observed.Attribute) == d.Attribute):
				attribute = append(attribute, i)
			case own:
				resource = append(resource, i)
			default:
				rest = append(rest, i)
			}
		}
		for _, list := range [][]int{attribute, resource, rest} {
			if len(list) == 0 {
				continue
			}
			for _, i := range list {
				out[i] = append(out[i], reports.Flip{Policy: f.declared.Policy, Declared: f.declared.Verdict, Observed: f.observed.Verdict})
			}
			break
		}
	}
	return out
}

func topLevel(path string) string {
	steps, err := graph.ParsePath(path)
	if err != nil || len(steps) == 0 {
		return path
	}
	return steps[0].Name
}

func reportDifference(d drift.Difference, flips []reports.Flip) reports.Difference {
	resource := d.Key.Address
	if d.Of != "" {
		resource = d.Of
	}
	out := reports.Difference{
		Root: reports.Untrusted(d.Key.Root), Resource: reports.Untrusted(resource), Type: d.Type, Attribute: reports.Untrusted(d.Attribute),
		Declared: reports.Untrusted(shown(d.Declared)), Observed: reports.Untrusted(shown(d.Observed)),
	}
	if i := slices.IndexFunc(d.Origins, func(o graph.Origin) bool { return o.Line > 0 }); i >= 0 {
		o := d.Origins[i]
		out.Source = reports.Place{Kind: o.Source, File: reports.Untrusted(o.File), Line: o.Line, EndLine: max(o.EndLine, o.Line)}
		if at := o.Attrs[d.Attribute]; at.Line > 0 && at.File == "" {
			out.Source.Line, out.Source.EndLine = at.Line, max(at.EndLine, at.Line)
		}
	}
	out.Flips = flips
	return out
}

// shown prints a value for a difference: a text as it is, nothing as "not set", everything else as JSON.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "not set"
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
