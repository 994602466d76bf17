package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// compare judges the commit of --since and the files of now, and reports what is between them. Both are judged by
// the settings and waivers of the commit, because a change may not excuse itself; --config-from head turns that off.
func (s *scan) compare(ctx context.Context) (*reports.Report, error) {
	top, err := s.repository()
	if err != nil {
		return nil, err
	}
	tree, err := openGitTree(ctx, top, s.since)
	if err != nil {
		return nil, err
	}
	defer tree.Close() // only read from
	old, err := nearestConfig(tree, s.inputs[0].dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.since, err)
	}
	judging, policyTree, oldTree := old, fs.FS(tree), fs.FS(tree)
	if s.configFrom == "head" || s.scanOptions.config != "" {
		judging, policyTree = s.config, s.tree
	}
	if s.scanOptions.config != "" {
		oldTree = s.tree // the paths of a file that the user named are paths on disk
	}
	if err := s.loadPolicies(judging, policyTree); err != nil {
		return nil, err
	}
	before, beforeSide, err := s.judgeCommit(ctx, tree, judging, oldTree)
	if err != nil {
		return nil, err
	}
	var brought []policies.Waiver
	var moved *moves
	accept := func(x *side) []policies.Waiver {
		moved = newMoves(x.reading.moves, beforeSide.graph, x.graph)
		var kept []policies.Waiver
		kept, brought = sortOut(moved.waivers(x.waivers), moved.waivers(beforeSide.waivers))
		return kept
	}
	if s.configFrom == "head" {
		accept = func(x *side) []policies.Waiver {
			moved = newMoves(x.reading.moves, beforeSide.graph, x.graph)
			return x.waivers
		}
	}
	after, side, err := s.judge(ctx, s.inputs, judging, s.tree, accept)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, errInterrupted // half a side would make findings look fixed
	}
	side.count(reports.NewGaps(before.Gaps, after.Gaps))
	before.Rename(moved.to)
	reports.Compare(before, after, side.decided)
	c := after.Since
	c.Ref, c.Commit = s.since, tree.commit[:min(7, len(tree.commit))]
	c.NewWaivers = reports.Waivers(brought)
	if judging == old && s.configFrom != "head" {
		c.NewWaivers = append(c.NewWaivers, reports.Waivers(fileWaivers(s.config, old))...)
		c.NotApplied = differences(old, s.config)
	}
	if err := s.priceChange(after, beforeSide, side, moved); err != nil {
		return nil, err
	}
	if err := s.changedZones(after, beforeSide, side); err != nil {
		return nil, err
	}
	return s.finish(ctx, after, side)
}

// repository is the one repository that all sources lie in.
func (s *scan) repository() (string, error) {
	return oneRepository(s.inputs, "to compare plans: plumb scan OLD --write-baseline known.json, then plumb scan NEW --baseline known.json")
}

// oneRepository is the folder of the repository that all sources lie in; instead says what to do without one.
func oneRepository(inputs []source, instead string) (string, error) {
	top := ""
	for _, in := range inputs {
		if in.kind != folder || !in.tree.repo {
			return "", &problem{where: in.name, what: "--since compares folders of a git repository, and this is none", hint: instead}
		}
		if top != "" && in.tree.top != top {
			return "", &problem{where: in.name, what: "--since needs sources of one repository"}
		}
		top = in.tree.top
	}
	return top, nil
}

// judgeCommit reads the same folders from the commit. A folder that is not there yet has no resources.
func (s *scan) judgeCommit(ctx context.Context, tree *gitTree, judging *config, configTree fs.FS) (*reports.Report, *side, error) {
	inputs, err := sourcesIn(tree, s.inputs)
	if err != nil {
		return nil, nil, err
	}
	r, x, err := s.judge(ctx, inputs, judging, configTree, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.since, err)
	}
	return r, x, nil
}

// sourcesIn gives the sources as they were in a commit, without those that were not there.
func sourcesIn(tree *gitTree, now []source) ([]source, error) {
	var inputs []source
	for _, in := range now {
		in.tree.fsys = tree
		if _, err := fs.Stat(tree, path.Join(in.dir, in.file)); err != nil {
			continue
		}
		sub, err := fs.Sub(tree, in.dir)
		if err != nil {
			return nil, err
		}
		if saw, err := look(sub, ".", 0); err == nil && saw.found {
			inputs = append(inputs, in)
		}
	}
	return inputs, nil
}

// sortOut splits the waivers of now into those that held before, with the end that they had, and new ones.
func sortOut(now, before []policies.Waiver) (kept, brought []policies.Waiver) {
	type key struct{ policy, address, root string }
	old := map[key]policies.Waiver{}
	for _, w := range before {
		old[key{w.Policy, w.Address, w.Root}] = w
	}
	for _, w := range now {
		was, ok := old[key{w.Policy, w.Address, w.Root}]
		switch {
		case !ok:
			brought = append(brought, w)
		case later(w, was):
			brought = append(brought, w)
			w.Until = was.Until
			kept = append(kept, w)
		default:
			kept = append(kept, w)
		}
	}
	return kept, brought
}

// later says that a waiver lasts longer than it did.
func later(w, was policies.Waiver) bool {
	return !was.Until.IsZero() && (w.Until.IsZero() || w.Until.After(was.Until))
}

// fileWaivers lists the waivers that one plumb.yaml has and another has not.
func fileWaivers(now, before *config) []policies.Waiver {
	list, err := now.waivers(nil)
	if err != nil {
		return nil // a file that does not apply may be wrong; what applies was checked
	}
	known, err := before.waivers(nil)
	if err != nil {
		return nil
	}
	_, brought := sortOut(list, known)
	return brought
}

// differences names the settings of plumb.yaml that the change brings. Those that say how code is read count too:
// with a variable or a module folder of its own a change could make a finding disappear.
func differences(before, now *config) []reports.Text {
	var names []string
	for name, pair := range map[string][2]any{
		"stages": {before.Stages, now.Stages}, "profiles": {before.Profiles, now.Profiles}, "parameters": {before.Parameters, now.Parameters},
		"severity": {before.Severity, now.Severity}, "fail_on": {before.FailOn, now.FailOn}, "strict": {before.Strict, now.Strict},
		"policies": {before.Policies, now.Policies}, "exclude": {before.Exclude, now.Exclude}, "modules": {before.Modules, now.Modules},
		"vars": {before.Vars, now.Vars}, "var_files": {before.VarFiles, now.VarFiles}, "workspace": {before.Workspace, now.Workspace}, "roots": {before.Roots, now.Roots},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []reports.Text
	for _, n := range names {
		out = append(out, reports.Untrusted(now.label()+": the change of "+n))
	}
	return out
}

func (c *config) label() string {
	if c.name == "" {
		return configName + " (removed)"
	}
	return c.name
}
