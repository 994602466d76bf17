// Package source carries out fixes in Terraform code: it finds the place in the files that a value comes from, edits exactly
// that, and proves by reading everything again that the edit did what it was to do and nothing else.
//
//	p := source.New(code, graph)
//	steps, err := p.Plan(ctx, wish) // a *remedy.Refused when the files cannot be changed like that
//
// Edits are splices of the original bytes: comments, line ends and the form of everything else stay. A planner remembers the
// edits of the steps that it gave, so that each step is made on top of those before it.
//
// The Hand is the only code that writes files of users; everything else is pure.
package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// Code is one folder of Terraform code.
type Code struct {
	Source int    // its place in Plan.Sources
	Tree   fs.FS  // the files, of which the folder is a part
	Dir    string // the folder in the tree
	Prefix string // that roots and file names of the graph begin with, besides

	Given       []string // root variables whose value comes from outside of the files
	Environment []string // root variables that the environment gives a value, weaker than files
	VarFiles    []string // files of values that were named, in the tree

	// Read reads one root again while some files have other bytes than in the tree, and gives its resources as catalog.Build does.
	Read func(ctx context.Context, root string, changed map[string][]byte) ([]*graph.Resource, error)
}

// Place is the path in the tree of a file or folder as the graph names it.
func (c *Code) Place(name string) string {
	if c.Prefix != "" {
		name = strings.TrimPrefix(strings.TrimPrefix(name, c.Prefix), "/")
	}
	return path.Join(c.Dir, name)
}

// Planner makes the steps that change one folder of code.
type Planner struct {
	code  *Code
	graph *graph.Graph

	files map[string][]byte              // as the steps so far leave them
	known map[string]string              // SHA-256 of the files that steps edit, as they were found
	trees map[string]*parsed             // by file
	roots map[string][]*graph.Resource   // read alone, as the steps so far leave them
	users map[string]map[string]struct{} // folder -> roots that read it
}

// New makes a planner for code and the graph that was made of it.
func New(code *Code, g *graph.Graph) *Planner {
	p := &Planner{code: code, graph: g, files: map[string][]byte{}, known: map[string]string{}, trees: map[string]*parsed{}, roots: map[string][]*graph.Resource{}, users: map[string]map[string]struct{}{}}
	for _, r := range g.Resources() {
		if len(r.Origins) == 0 || r.Live() {
			continue
		}
		p.uses(r.Root, r.Origins[0].File)
		for _, c := range r.Origins[0].Calls {
			p.uses(r.Root, c.File)
		}
	}
	return p
}

func (p *Planner) uses(root, file string) {
	dir := path.Dir(p.code.Place(file))
	if p.users[dir] == nil {
		p.users[dir] = map[string]struct{}{}
	}
	p.users[dir][root] = struct{}{}
}

// Roots lists the roots that read the folder of a file, sorted. A file of values that was named is read by all of them.
func (p *Planner) Roots(file string) []string {
	if !slices.Contains(p.code.VarFiles, file) {
		return sorted(p.users[path.Dir(file)])
	}
	all := map[string]bool{}
	for _, roots := range p.users {
		for root := range roots {
			all[root] = true
		}
	}
	return sorted(all)
}

// Plan implements remedy.Planner: the one step that edits the files so that the wish is true.
func (p *Planner) Plan(ctx context.Context, w remedy.Wish) ([]remedy.Step, error) {
	var first error
	for try := 0; ; try++ {
		e := &edit{p: p, texts: map[string]*text{}, wish: w, try: try}
		e.wish.Patch = slices.Clone(w.Patch)
		step, err := e.plan(ctx)
		if err == nil {
			return []remedy.Step{step}, nil
		}
		if first == nil {
			first = err
		}
		var r *remedy.Refused
		if !e.more || !errors.As(err, &r) {
			return nil, first
		}
	}
}

// plan makes the step of one try.
func (e *edit) plan(ctx context.Context) (remedy.Step, error) {
	before := map[string][]*graph.Resource{}
	for _, c := range e.wish.Patch {
		if err := e.root(ctx, before, c.Root); err != nil {
			return remedy.Step{}, err
		}
	}
	e.before = index(before)
	for _, c := range slices.Clone(e.wish.Patch) { // a change may name the others anew
		if err := e.change(c); err != nil {
			return remedy.Step{}, about(err, c)
		}
	}
	step, err := e.step()
	if err != nil {
		return step, about(err, e.wish.Patch[0])
	}
	after, err := e.check(ctx, before)
	if err != nil {
		return step, about(err, e.wish.Patch[0])
	}
	maps.Copy(e.p.roots, after)
	for name, t := range e.texts {
		e.p.files[name] = t.now()
	}
	return step, nil
}

// about says which change a refusal is about.
func about(err error, c graph.Change) error {
	var r *remedy.Refused
	if !errors.As(err, &r) {
		return fmt.Errorf("editing for %s: %w", graph.Key{Root: c.Root, Address: c.Address}, err)
	}
	if r.Address == "" {
		r.Root, r.Address, r.Path = c.Root, c.Address, c.Path
	}
	return r
}

// edit is one step in the making.
type edit struct {
	p      *Planner
	wish   remedy.Wish
	texts  map[string]*text
	before map[graph.Key]*graph.Resource
	calls  []string // addresses of the module calls whose arguments were edited
	made   []string // folder, type and name of the resources that were added
	sets   []string // what was set in which block, to what
	try    int      // which of several places a value is written at, from 0
	more   bool     // there is a further place
}

// root reads a root as the steps so far leave it, once.
func (e *edit) root(ctx context.Context, into map[string][]*graph.Resource, root string) error {
	if _, ok := into[root]; ok {
		return nil
	}
	if _, ok := e.p.roots[root]; !ok {
		list, err := e.p.code.Read(ctx, root, e.p.files)
		if err != nil {
			return fmt.Errorf("reading %s again: %w", root, err)
		}
		e.p.roots[root] = list
	}
	into[root] = e.p.roots[root]
	return nil
}

func index(roots map[string][]*graph.Resource) map[graph.Key]*graph.Resource {
	out := map[graph.Key]*graph.Resource{}
	for _, list := range roots {
		for _, r := range list {
			out[r.Key()] = r
		}
	}
	return out
}

// read gives the bytes of a file as they are by now.
func (e *edit) read(name string) ([]byte, error) {
	if t := e.texts[name]; t != nil {
		return t.now(), nil
	}
	if b, ok := e.p.files[name]; ok {
		return b, nil
	}
	return fs.ReadFile(e.p.code.Tree, name)
}

// splice edits a file that was parsed: offsets are those of its syntax tree.
func (e *edit) splice(p *parsed, s splice) error {
	if err := e.own(p.name); err != nil {
		return err
	}
	if e.texts[p.name] == nil {
		was, err := e.read(p.name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", p.name, err)
		}
		if _, ok := e.p.known[p.name]; !ok {
			e.p.known[p.name] = hashOf(was)
		}
		e.texts[p.name] = newText(was)
	}
	e.texts[p.name].splice(splice{s.start + p.mark, s.end + p.mark, s.with})
	return nil
}

// changed gives all files that differ from the tree.
func (e *edit) changed() map[string][]byte {
	out := maps.Clone(e.p.files)
	for name, t := range e.texts {
		out[name] = t.now()
	}
	return out
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
