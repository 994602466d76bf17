package main

import (
	"cmp"
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
		if x := p.ofNew(w.Patch[0]); x != nil {
			return *x, nil
		}
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

// ofNew gives who plans a resource that is new and refers to nothing: the folder that its root is in.
func (p *planners) ofNew(c graph.Change) *planner {
	for i, x := range p.list {
		if c.Op == graph.Create && x.source.kind == folder && within(c.Root, x.source.prefix) {
			return &p.list[i]
		}
	}
	return nil
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

// planSource is one source of a plan: a folder, a file that nothing changes, or one account.
type planSource struct {
	source
	account *target // of a live source
	several bool    // the source that was named stands for several accounts
}

// allPlaces lists the sources of the plan, each account once. Accounts are reached when it is asked first.
func (p *planning) allPlaces(ctx context.Context) ([]planSource, error) {
	if p.places != nil {
		return p.places, nil
	}
	seen := map[string]bool{}
	for i, s := range p.scan.inputs {
		if s.kind != live {
			p.places = append(p.places, planSource{source: s})
			continue
		}
		targets, err := p.scan.live.targets(ctx, i, s, p.scan.config)
		if err != nil {
			return nil, err
		}
		for _, t := range targets {
			if t.err != nil || seen[t.id.Account] {
				continue // the scan said why it is not read; two sources for one account are one
			}
			seen[t.id.Account] = true
			p.places = append(p.places, planSource{source: s, account: t, several: p.scan.live.several(s)})
		}
	}
	return p.places, nil
}

// newPlanners opens who plans for each source, without edits.
func (p *planning) newPlanners(ctx context.Context) (*planners, error) {
	places, err := p.allPlaces(ctx)
	if err != nil {
		return nil, err
	}
	out := &planners{g: p.side.graph}
	for i, x := range places {
		switch x.kind {
		case folder:
			code, err := p.code(x.source, i)
			if err != nil {
				return nil, err
			}
			out.list = append(out.list, planner{Planner: remedysource.New(code, p.side.graph), place: i, source: x.source})
		case live:
			out.list = append(out.list, p.ofAccount(x, i))
		}
	}
	return out, nil
}

// ofAccount opens who plans for an account.
func (p *planning) ofAccount(x planSource, i int) planner {
	t, o := x.account, remedyaws.Options{Window: p.window}
	hand := remedyaws.NewHand(t.cfg, remedyaws.Target{Account: t.id.Account, Partition: t.id.Partition, Region: t.cfg.Region})
	out := planner{Planner: remedyaws.NewPlanner(hand, p.side.graph, o), place: i, source: x.source, account: t.id.Account}
	if c := p.side.reading.compared; c != nil && c.account != nil {
		out.alone = remedyaws.NewPlanner(hand, c.account, o)
	}
	return out
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
	places, err := p.allPlaces(ctx)
	if err != nil {
		return nil, err
	}
	var out []remedy.Source
	for _, x := range places {
		switch x.kind {
		case folder:
			src, err := p.folder(ctx, x.source)
			if err != nil {
				return nil, err
			}
			out = append(out, src)
		case live:
			t := x.account
			src := remedy.Source{Kind: remedy.Live, Name: x.name, Account: t.id.Account, Caller: cmp.Or(t.id.ARN, t.role), Regions: p.scan.live.regions}
			if x.several {
				src.Member, src.Role = cmp.Or(t.name, t.id.Account), t.role
			}
			out = append(out, src)
		default:
			abs, err := filepath.Abs(x.name) // of a plan or a state, which no step changes
			if err != nil {
				return nil, fmt.Errorf("placing %s: %w", x.name, err)
			}
			out = append(out, remedy.Source{Kind: remedy.File, Name: x.name, Path: filepath.Dir(abs)})
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
