package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	remedyaws "github.com/plumbline-dev/plumbline/remedy/aws"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
)

// planners are who plans for the sources of a plan, by the place of the source in it.
type planners struct {
	g    *graph.Graph
	list []planner
}

// planner plans for one source.
type planner struct {
	remedy.Planner
	place   int // of the source in the plan
	source  source
	account string         // of a live source
	alone   remedy.Planner // of an account beside code: plans by the account's own addresses
}

// Plan implements remedy.Planner: the steps say which source they belong to.
func (x planner) Plan(ctx context.Context, w remedy.Wish) ([]remedy.Step, error) {
	steps, err := x.Planner.Plan(ctx, w)
	for i := range steps {
		steps[i].Source = x.place
	}
	return steps, err
}

// of gives who plans a wish: what is in code is changed in code, and what is only in an account there.
func (p *planners) of(w remedy.Wish) (remedy.Planner, error) {
	if len(w.Patch) == 0 {
		return nil, &remedy.Refused{Class: remedy.NotFound, Why: "it changes nothing"}
	}
	r := p.subject(w)
	refused := func(class remedy.Reason, why string) error {
		c := w.Patch[0]
		return &remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: class, Why: why}
	}
	if r == nil {
		return nil, refused(remedy.NotFound, fmt.Sprintf("there is no %s in what was read", w.Patch[0].Address))
	}
	if r.Live() {
		for _, x := range p.list {
			if x.source.kind == live && x.account == accountOfRoot(r) {
				return x, nil
			}
		}
		return nil, refused(remedy.NotOwnSource, "it was read from an account that the plan cannot reach")
	}
	if len(r.Origins) == 0 || r.Origins[0].Source != "terraform" {
		return nil, refused(remedy.NotOwnSource, "it was read from a plan or a state, not from code: name the folder with the code")
	}
	for _, x := range p.list {
		if x.source.kind == folder && within(r.Root, x.source.prefix) {
			return x, nil
		}
	}
	return nil, refused(remedy.NotOwnSource, "it is in none of the folders that were named")
}

// subject is the resource that a wish is about; of one that is made, what it belongs to.
func (p *planners) subject(w remedy.Wish) *graph.Resource {
	for _, c := range w.Patch {
		if r := p.g.Get(graph.Key{Root: c.Root, Address: c.Address}); r != nil {
			return r
		}
	}
	for _, c := range w.Closes {
		if r := p.g.Get(graph.Key{Root: c.Root, Address: c.Address}); r != nil {
			return r
		}
	}
	for _, c := range w.Patch {
		for _, a := range refAddresses(c.New) {
			if r := p.g.Get(graph.Key{Root: c.Root, Address: a}); r != nil {
				return r
			}
		}
	}
	return nil
}

func refAddresses(v any) []graph.Address {
	var out []graph.Address
	switch v := v.(type) {
	case graph.Ref:
		out = append(out, v.Address)
	case []any:
		for _, x := range v {
			out = append(out, refAddresses(x)...)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, refAddresses(v[k])...)
		}
	}
	return out
}

// accountOfRoot is the account of a resource that was read in one.
func accountOfRoot(r *graph.Resource) string {
	account, _, _ := strings.Cut(r.Origins[0].Scope, "/")
	return account
}

// within says whether a root belongs to the source with a prefix.
func within(root, prefix string) bool {
	return prefix == "" || root == prefix || strings.HasPrefix(root, prefix+"/")
}

// newPlanners opens who plans for each source, without edits.
func (p *planning) newPlanners(ctx context.Context) (*planners, error) {
	out := &planners{g: p.side.graph}
	for i, s := range p.scan.inputs {
		switch s.kind {
		case folder:
			code, err := p.code(s, i)
			if err != nil {
				return nil, err
			}
			out.list = append(out.list, planner{Planner: remedysource.New(code, p.side.graph), place: i, source: s})
		case live:
			list, err := p.accounts(ctx, s, i)
			if err != nil {
				return nil, err
			}
			out.list = append(out.list, list...)
		}
	}
	return out, nil
}

// accounts opens the accounts of a live source.
func (p *planning) accounts(ctx context.Context, s source, i int) ([]planner, error) {
	targets, err := p.scan.live.targets(ctx, i, s, p.scan.config)
	if err != nil {
		return nil, err
	}
	if len(targets) > 1 {
		return nil, &problem{where: s.name, what: "a plan changes accounts that are named one by one", hint: "plumb plan aws:NAME aws:OTHER, with the names of plumb.yaml or of AWS profiles"}
	}
	o := remedyaws.Options{Window: p.window}
	var out []planner
	for _, t := range targets {
		if t.err != nil {
			continue // the scan said so
		}
		hand := remedyaws.NewHand(t.cfg, remedyaws.Target{Account: t.id.Account, Partition: t.id.Partition, Region: t.cfg.Region})
		x := planner{Planner: remedyaws.NewPlanner(hand, p.side.graph, o), place: i, source: s, account: t.id.Account}
		if c := p.side.reading.compared; c != nil && c.account != nil {
			x.alone = remedyaws.NewPlanner(hand, c.account, o)
		}
		out = append(out, x)
	}
	return out, nil
}

// code describes a folder to the planner of source edits.
func (p *planning) code(s source, i int) (*remedysource.Code, error) {
	rd, err := newReader(p.scan.readOptions, p.scan.config, p.scan.tree, p.scan.sys.env, false)
	if err != nil {
		return nil, err
	}
	o, err := rd.terraform(s)
	if err != nil {
		return nil, err
	}
	c := &remedysource.Code{Source: i, Tree: s.tree.fsys, Dir: path.Clean(s.dir), Prefix: s.prefix, VarFiles: o.VarFiles, Given: slices.Collect(maps.Keys(o.Vars))}
	for name := range rd.env {
		if v, ok := strings.CutPrefix(name, "TF_VAR_"); ok {
			c.Environment = append(c.Environment, v)
		}
	}
	for _, set := range rd.config.Roots {
		c.Given = slices.AppendSeq(c.Given, maps.Keys(set.Vars))
		c.VarFiles = append(c.VarFiles, rd.besideConfig(set.VarFiles)...)
	}
	c.Read = func(ctx context.Context, root string, changed map[string][]byte) ([]*graph.Resource, error) {
		return rd.again(ctx, s, root, changed)
	}
	return c, nil
}

// again reads one root of a folder while some of its files have other bytes.
func (r *reader) again(ctx context.Context, s source, root string, changed map[string][]byte) ([]*graph.Resource, error) {
	one := *r
	one.roots = []string{path.Clean("./" + s.own(root))}
	s.tree.fsys = remedysource.Overlay(s.tree.fsys, changed)
	found, err := one.one(ctx, s)
	if err != nil {
		return nil, err
	}
	in := &reading{snippets: map[string]string{}, paths: map[string]string{}, named: map[string]string{}}
	in.add(s, one.without(s, found))
	return one.build(in).Resources(), nil
}

// sources says exactly what the plan was made from.
func (p *planning) sources(ctx context.Context) ([]remedy.Source, error) {
	var out []remedy.Source
	for i, s := range p.scan.inputs {
		switch s.kind {
		case folder:
			src, err := p.folder(ctx, s)
			if err != nil {
				return nil, err
			}
			out = append(out, src)
		case live:
			src := remedy.Source{Kind: remedy.Live, Name: s.name, Regions: p.scan.live.regions}
			for _, x := range p.planners.list {
				if x.source.name == s.name {
					src.Account = x.account
				}
			}
			targets, err := p.scan.live.targets(ctx, i, s, p.scan.config)
			if err == nil && len(targets) == 1 {
				src.Caller = targets[0].id.ARN
			}
			out = append(out, src)
		default:
			abs, err := filepath.Abs(s.name) // of a plan or a state, which no step changes
			if err != nil {
				return nil, fmt.Errorf("placing %s: %w", s.name, err)
			}
			out = append(out, remedy.Source{Kind: remedy.File, Name: s.name, Path: filepath.Dir(abs)})
		}
	}
	return out, nil
}

// folder is what identifies a folder: the commit and the hash of each file that was read.
func (p *planning) folder(ctx context.Context, s source) (remedy.Source, error) {
	out := remedy.Source{Kind: remedy.File, Name: s.name, Path: s.tree.top, Dir: pathBelow(s.dir), Files: map[string]string{}}
	if s.tree.repo {
		commit, err := resolveRef(ctx, s.tree.top, "HEAD")
		if err == nil { // a repository without a commit has none
			out.Commit = commit
		}
	}
	code := &remedysource.Code{Dir: path.Clean(s.dir), Prefix: s.prefix}
	for name := range p.side.reading.snippets {
		if !within(name, s.prefix) {
			continue
		}
		file := code.Place(name)
		b, err := fs.ReadFile(s.tree.fsys, file)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
			continue // of a module that lies elsewhere
		}
		if err != nil {
			return out, fmt.Errorf("reading %s: %w", file, err)
		}
		sum := sha256.Sum256(b)
		out.Files[file] = hex.EncodeToString(sum[:])
	}
	return out, nil
}

// policiesHash is a hash over what judged.
func policiesHash(metas []policies.Meta) string {
	h := sha256.New()
	for _, m := range metas {
		fmt.Fprintf(h, "%s %s %s\n", m.ID, m.Severity, strings.Join(m.Controls, ",")) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}
