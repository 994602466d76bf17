package main

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// loadPolicies loads ours, those of --policies and those of plumb.yaml.
func (s *scan) loadPolicies(c *config, tree fs.FS) error {
	defer s.time("policies")()
	set, err := loadPolicies(s.policies, c, tree)
	if err != nil {
		return err
	}
	s.set = set
	if s.metas, err = set.Policies(); err != nil {
		return err
	}
	s.metas = append(s.metas, policies.ExpiredWaiver)
	s.byID = map[string]policies.Meta{}
	for _, m := range s.metas {
		s.byID[m.ID] = m
	}
	s.wanted, err = newSelection(s.only, s.skip, s.byID)
	return err
}

// policyTrees opens the folders of policies. names says of each which it is.
func policyTrees(dirs []string, c *config, tree fs.FS) (trees []fs.FS, names []string, err error) {
	trees, names = []fs.FS{policies.Builtin()}, []string{"built in"}
	for _, dir := range dirs {
		fsys, err := openDisk(dir)
		if err != nil {
			return nil, nil, &problem{where: "--policies " + dir, what: reason(err), hint: "a folder with AREA/NAME.rego: plumb policies new AREA.NAME"}
		}
		trees, names = append(trees, fsys), append(names, dir)
	}
	for _, dir := range c.Policies {
		sub, err := folderIn(tree, c.dir, dir)
		if err != nil {
			return nil, nil, &problem{where: c.place("policies", dir), what: dir + ": " + reason(err), hint: "a folder relative to " + configName}
		}
		trees, names = append(trees, sub), append(names, dir)
	}
	return trees, names, nil
}

func loadPolicies(dirs []string, c *config, tree fs.FS) (*policies.Set, error) {
	trees, _, err := policyTrees(dirs, c, tree)
	if err != nil {
		return nil, err
	}
	set, err := policies.Load(trees...)
	if err != nil {
		return nil, &problem{what: err.Error(), hint: "plumb policies test DIR shows what a policy does"}
	}
	return set, nil
}

// side is one version of the sources, read and judged.
type side struct {
	graph   *graph.Graph
	config  *config // that it was judged by
	results policies.Results
	reading *reading
	waivers []policies.Waiver
	gaps    map[string]int // by root

	known, open map[judged]bool // by index: has a verdict; has an undecided one
}

// judged names the verdicts of one policy on one resource.
type judged struct{ policy, root, resource string }

// decided says whether a finding that is not there any more is really gone (see reports.Decided).
func (s *side) decided(policy, root, resource string) bool {
	if s.known == nil {
		s.index()
	}
	key := judged{policy, root, resource}
	switch {
	case s.open[key], slices.ContainsFunc(s.results.Problems, func(p policies.Problem) bool { return p.Policy == policy }):
		return false
	case s.known[key], s.graph.Get(graph.Key{Root: root, Address: graph.Address(resource)}) != nil:
		return true
	}
	return s.gaps[root] == 0 && s.gaps[""] == 0 // a file that cannot be read may belong to any root
}

// count takes the gaps that may hide what is not found any more.
func (s *side) count(gaps []reports.Gap) {
	s.gaps = map[string]int{}
	for _, g := range gaps {
		s.gaps[g.Root.JSON()]++
	}
}

func (s *side) index() {
	s.known, s.open = map[judged]bool{}, map[judged]bool{}
	for i := range s.results.Results {
		x := &s.results.Results[i]
		for _, name := range []graph.Address{x.Resource, x.Key.Address} {
			key := judged{x.Policy, x.Key.Root, string(name)}
			s.known[key] = true
			s.open[key] = s.open[key] || x.Verdict == policies.Undecided
		}
	}
}

// judge reads and judges sources by the settings of a plumb.yaml, whose paths lead into a tree. accept decides which
// of the waivers hold; nil: all.
func (s *scan) judge(ctx context.Context, sources []source, judging *config, tree fs.FS, accept func(*side) []policies.Waiver) (*reports.Report, *side, error) {
	rd, err := newReader(s.readOptions, judging, tree, s.sys.env, s.since != "")
	if err != nil {
		return nil, nil, err
	}
	done := s.time("reading")
	in, err := rd.read(ctx, sources)
	done()
	if err != nil {
		return nil, nil, err
	}
	if s.asOf == "" && !in.taken.IsZero() {
		s.today = in.taken.Truncate(24 * time.Hour)
	}
	done = s.time("graph")
	g, err := withFacts(rd.build(in), judging, s.since != "")
	done()
	if err != nil {
		return nil, nil, err
	}
	x := &side{graph: g, config: judging, reading: in}
	var bad []reports.Problem
	if x.waivers, bad, err = collectWaivers(rd, in, g, s.byID); err != nil {
		return nil, nil, err
	}
	if accept != nil {
		x.waivers = accept(x)
	}
	if err := s.set.CheckParameters(judging.Parameters); err != nil {
		return nil, nil, &problem{where: judging.name, what: err.Error(), hint: "plumb explain POLICY lists its parameters"}
	}
	done = s.time("judging")
	o := policies.Options{Today: s.today, Parameters: judging.Parameters, Severity: judging.Severity, Waivers: x.waivers, Profiles: judging.Profiles}
	if slices.ContainsFunc(sources, isLive) {
		o.Select = s.wanted.needed // what the others need was not read
	}
	x.results, err = s.set.Evaluate(ctx, g, o)
	if err == nil {
		x.graph, err = s.judgeCure(ctx, g, judging, &x.results, o)
	}
	var drifted *reports.Drift
	if err == nil {
		drifted, err = s.judgeDrift(ctx, in.compared, g, &x.results, o, in.options)
	}
	done()
	if err != nil && !errors.Is(err, context.Canceled) {
		return nil, nil, err
	}
	r := s.report(x, sources, judging)
	if o.Select != nil {
		r.CarriedOut = slices.DeleteFunc(slices.Sorted(maps.Keys(s.byID)), func(id string) bool { return !o.Select(s.byID[id]) })
	}
	r.Drift = drifted
	x.count(r.Gaps)
	r.Problems = append(r.Problems, bad...)
	if err != nil {
		r.Problems = append(r.Problems, reports.Problem{Why: reports.Untrusted("the scan was interrupted: policies that had not been carried out are left out")})
	}
	return r, x, nil
}

func (s *scan) report(x *side, sources []source, c *config) *reports.Report {
	r := reports.New(reports.Input{
		Version: version, Today: s.today, Sources: x.reading.sources, Graph: x.graph, Roots: x.reading.roots, Gaps: x.reading.gaps,
		Snippets: x.reading.snippets, Results: x.results, Metas: s.metas, Waivers: x.waivers, Verdicts: s.listed(),
	})
	r.Made = s.sys.now
	r.Threshold, _ = threshold(s.failOn) // checked in newScan
	if !s.failOnGiven && c.FailOn != "" {
		r.Threshold, _ = threshold(c.FailOn) // checked in parseConfig
	}
	r.Strict = s.strict || c.Strict
	if len(sources) == 1 && sources[0].tree.repo {
		r.Base = reports.Untrusted(strings.TrimPrefix(sources[0].dir, "."))
	}
	return r
}

// time measures one phase; call the result when it is over.
func (s *scan) time(phase string) func() {
	start := time.Now()
	s.phase.Store(&phase)
	return func() { s.timings = append(s.timings, reports.Timing{Phase: phase, Duration: time.Since(start)}) }
}
