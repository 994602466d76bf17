package policies

import (
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
)

// read is one place below input that a policy looks at: path is what follows input.TYPE[i], with "*" for every step
// that is not a constant. value says that what stands there is used as it is, with everything below it; otherwise
// only its existence is asked for.
type read struct {
	typ   string // "" when the type is not a constant: any
	path  []string
	value bool
	whole bool // the array of the type itself is used
}

// reads is what some rules of a policy may look at, with every helper that they use.
type reads struct {
	list    []read
	byType  map[string][]read
	edges   map[string]map[string]bool // type -> "_to.KEY" and "_from.VIA" that are followed
	hops    int                        // no resource farther than this from the judged one is reached over edges
	scanned []string                   // types that are looked through without an edge leading there
	uses    comparisons                // of the positions that edges give
	hazy    bool                       // some read could not be understood: everything may be read
}

const anyStep = "*"

// collector walks the rules of inlined modules.
type collector struct {
	rules map[string][]*ast.Rule // "data.rds.multi_az.spread"
	seen  map[string]bool
	out   []read
}

func newCollector(modules map[string]*ast.Module) *collector {
	c := &collector{rules: map[string][]*ast.Rule{}, seen: map[string]bool{}}
	for _, m := range modules {
		for _, r := range m.Rules {
			name := m.Package.Path.String() + "." + ruleName(r)
			c.rules[name] = append(c.rules[name], r)
		}
	}
	return c
}

// enter collects the reads of a rule and of what it uses.
func (c *collector) enter(name string) {
	if c.seen[name] {
		return
	}
	c.seen[name] = true
	for _, r := range c.rules[name] {
		for x := r; x != nil; x = x.Else {
			c.walk(x.Head)
			c.walk(x.Body)
		}
	}
}

func (c *collector) walk(x any) {
	v := ast.NewGenericVisitor(nil)
	v = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Expr:
			if isExistence(x) {
				if ref, ok := x.Operand(1).Value.(ast.Ref); ok {
					c.ref(ref, false)
					for _, t := range ref[1:] {
						v.Walk(t)
					}
					return true
				}
			}
		case ast.Ref:
			c.ref(x, true)
		}
		return false
	})
	v.Walk(x)
}

func (c *collector) ref(x ast.Ref, value bool) {
	switch {
	case x[0].Equal(ast.InputRootDocument):
		c.out = append(c.out, readOf(x, value))
	case x[0].Equal(ast.DefaultRootDocument):
		for _, name := range c.targets(x) {
			c.enter(name)
		}
	}
}

// targets lists the rules that a reference below data may use.
func (c *collector) targets(x ast.Ref) []string {
	prefix := x.ConstantPrefix().String()
	if _, ok := c.rules[prefix]; ok {
		return []string{prefix}
	}
	var names []string
	for name := range c.rules {
		if strings.HasPrefix(prefix, name+"[") || strings.HasPrefix(prefix, name+".") || strings.HasPrefix(name, prefix+".") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func readOf(x ast.Ref, value bool) read {
	if len(x) == 1 {
		return read{value: value, whole: true}
	}
	t, ok := x[1].Value.(ast.String)
	if !ok {
		return read{value: value, whole: len(x) < 3}
	}
	r := read{typ: string(t), value: value, whole: len(x) == 2}
	if len(x) > 3 {
		r.path = stepsOf(x[3:])
	}
	return r
}

func stepsOf(ref ast.Ref) []string {
	out := make([]string, len(ref))
	for i, t := range ref {
		switch v := t.Value.(type) {
		case ast.String:
			out[i] = string(v)
		case ast.Number:
			out[i] = string(v)
		default:
			out[i] = anyStep
		}
	}
	return out
}

// readsOf collects what the named rules of a policy read.
func readsOf(modules map[string]*ast.Module, id string, rules ...string) reads {
	modules = map[string]*ast.Module{id: modules[id]}
	c := newCollector(modules)
	for _, r := range rules {
		c.enter("data." + id + "." + r)
	}
	rd := reads{list: c.out, byType: map[string][]read{}, edges: map[string]map[string]bool{}}
	for _, r := range c.out {
		if r.typ == "" {
			rd.hazy = true
			continue
		}
		rd.byType[r.typ] = append(rd.byType[r.typ], r)
		if edge, ok := r.edge(); ok {
			if rd.edges[r.typ] == nil {
				rd.edges[r.typ] = map[string]bool{}
			}
			rd.edges[r.typ][edge] = true
		}
	}
	for t, list := range rd.byType {
		rd.byType[t] = distinct(list)
	}
	rd.uses = compares(modules)
	a := &anchors{c: c, depth: map[string]int{}, scans: map[string]map[string]bool{}, roots: map[string]root{}, package_: "data." + id}
	for _, r := range rules {
		rd.hops = max(rd.hops, a.hops("data."+id+"."+r, nil))
		rd.scanned = append(rd.scanned, a.scannedBy("data."+id+"."+r)...)
	}
	slices.Sort(rd.scanned)
	rd.scanned = slices.Compact(rd.scanned)
	return rd
}

// edge gives the edge list that a read follows. A read of all edges at once gives "_to" or "_from".
func (r read) edge() (string, bool) {
	if len(r.path) == 0 {
		return "", r.value
	}
	if r.path[0] != "_to" && r.path[0] != "_from" {
		return "", false
	}
	if len(r.path) == 1 || r.path[1] == anyStep {
		return r.path[0], true
	}
	return r.path[0] + "." + r.path[1], true
}

// follows says whether the policy goes along an edge list of a type.
func (rd reads) follows(typ, direction, key string) bool {
	if rd.hazy {
		return true
	}
	e, ok := rd.edges[typ]
	return ok && (e[""] || e[direction] || e[direction+"."+key])
}

func distinct(list []read) []read {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(r read) bool {
		k := strings.Join(r.path, "\x00") + strconv.FormatBool(r.value) + strconv.FormatBool(r.whole)
		if seen[k] {
			return true
		}
		seen[k] = true
		return false
	})
}

// needs is what the input must hold of each type: the attributes by name, and the edge lists by key.
// A nil map of names stands for all.
type needs struct {
	types map[string]*fields
	all   bool
}

type fields struct {
	all      bool
	attrs    map[string]bool
	to, from map[string]bool // nil: none; "" among the keys: all
}

// names lists the types, sorted.
func (n needs) names() []string {
	if !n.all {
		return sortedNames(n.types)
	}
	var out []string
	for _, t := range catalog.Types() {
		out = append(out, t.Name)
	}
	return out
}

// of gives what is needed of a type; nil when nothing is.
func (n needs) of(typ string) *fields {
	if n.all {
		return &fields{all: true}
	}
	return n.types[typ]
}

func (f *fields) wantsTo(key string) bool { return f.all || f.to[""] || f.to[key] }

func (f *fields) wantsFrom(via string) bool { return f.all || f.from[""] || f.from[via] }

// needsOf collects what all rules of all modules read.
func needsOf(modules map[string]*ast.Module) needs {
	c := newCollector(modules)
	for name := range c.rules {
		c.enter(name)
	}
	return needsFor(c.out)
}

func needsFor(list []read) needs {
	n := needs{types: map[string]*fields{}}
	for _, r := range list {
		n.add(r)
	}
	return n
}

func (n *needs) add(r read) {
	if r.typ == "" {
		n.all = true
		return
	}
	f := n.types[r.typ]
	if f == nil {
		f = &fields{attrs: map[string]bool{}, to: map[string]bool{}, from: map[string]bool{}}
		n.types[r.typ] = f
	}
	switch {
	case r.whole:
		f.all = true
	case len(r.path) == 0 || r.path[0] == anyStep:
		f.all = true
	case r.path[0] == "_to" || r.path[0] == "_from":
		set := f.to
		if r.path[0] == "_from" {
			set = f.from
		}
		if len(r.path) == 1 || r.path[1] == anyStep {
			set[""] = true
		} else {
			set[r.path[1]] = true
		}
	default:
		f.attrs[r.path[0]] = true
	}
}
