package policies

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// view is the resources that an input shows, by type, each at its position.
type view struct {
	g      *graph.Graph
	list   map[string][]*graph.Resource
	at     map[graph.Key]int                   // nil: the positions of the graph
	marked bool                                // objects in lists carry isThere
	open   map[listKey][]int                   // positions of phantoms that edge lists lead to besides
	ghosts map[string][]*ghost                 // by type, behind the resources of the list
	haunts int                                 // sets of phantoms
	sure   func(from, to *graph.Resource) bool // nil: all edges are shown, else those that are sure
}

// listKey names one edge list of one resource.
type listKey struct {
	of        graph.Key
	direction string // "_to" or "_from"
	key       string
}

func (k listKey) compare(o listKey) int {
	return cmp.Or(k.of.Compare(o.of), strings.Compare(k.direction, o.direction), strings.Compare(k.key, o.key))
}

// ghost is a phantom: a resource that an open edge may lead to and of which nothing is known.
type ghost struct {
	at      int
	edges   map[string]map[string][]int // direction -> key -> positions of other phantoms
	unknown []string                    // edge lists that are unknown as a whole: "_to.key"
	tree    *haunt
}

// everything is the view of a whole graph.
func everything(g *graph.Graph, types []string) view {
	v := view{g: g, list: map[string][]*graph.Resource{}}
	for _, t := range types {
		v.list[t] = g.OfType(t)
	}
	return v
}

func (v view) position(k graph.Key) int {
	if v.at == nil {
		return v.g.Position(k)
	}
	if p, ok := v.at[k]; ok {
		return p
	}
	return -1
}

// converter builds the input: {type: [resource]} with what the policies read, as values of the policy engine.
// Strings and small numbers that occur again share one term.
type converter struct {
	view  view
	terms map[string]*ast.Term
	refs  map[string]map[string]map[string]string // type -> path -> target type -> ToKey
}

// internedLength is the longest string that is kept for sharing.
const internedLength = 48

var null = ast.NullTerm()

// convert gives the input for a view.
func convert(v view, n needs) ast.Value {
	c := &converter{view: v, terms: map[string]*ast.Term{}, refs: map[string]map[string]map[string]string{}}
	in := ast.NewObject()
	if n.all {
		for _, t := range catalog.Types() {
			in.Insert(c.text(t.Name), c.array(t.Name, &fields{all: true}))
		}
		return in
	}
	for _, t := range sortedNames(n.types) {
		in.Insert(c.text(t), c.array(t, n.types[t]))
	}
	return in
}

func (c *converter) array(typ string, f *fields) *ast.Term {
	list := c.view.list[typ]
	terms := make([]*ast.Term, len(list))
	for i, r := range list {
		terms[i] = c.resource(r, f)
	}
	for _, x := range c.view.ghosts[typ] {
		terms = append(terms, c.ghost(x))
	}
	return ast.ArrayTerm(terms...)
}

func (c *converter) resource(r *graph.Resource, f *fields) *ast.Term {
	pairs := make([][2]*ast.Term, 0, 8)
	put := func(name string, t *ast.Term) { pairs = append(pairs, [2]*ast.Term{c.text(name), t}) }
	if f.all {
		attrs := catalog.Attributes(r)
		for _, name := range sortedNames(attrs) {
			put(name, c.value(attrs[name]))
		}
		for _, name := range ownFields {
			if t := c.own(r, name); t != nil {
				put(name, t)
			}
		}
	} else {
		for name := range f.attrs {
			if name == isThere {
				continue
			}
			if v, ok := catalog.Value(r, name); ok {
				put(name, c.value(v))
			} else if t := c.own(r, name); t != nil {
				put(name, t)
			}
		}
		for _, name := range []string{"_address", "_name"} {
			if !f.attrs[name] {
				put(name, c.own(r, name))
			}
		}
	}
	if c.view.marked {
		put(isThere, ast.InternedTerm(true))
	}
	if f.all || len(f.to) > 0 {
		put("_to", c.to(r, f))
	}
	if f.all || len(f.from) > 0 {
		put("_from", c.from(r, f))
	}
	return ast.ObjectTerm(pairs...)
}

// ghost converts a phantom: only its edges, which lead to other phantoms.
func (c *converter) ghost(x *ghost) *ast.Term {
	var pairs [][2]*ast.Term
	for direction, lists := range x.edges {
		var inner [][2]*ast.Term
		for key, positions := range lists {
			inner = append(inner, [2]*ast.Term{c.text(key), numbers(positions)})
		}
		pairs = append(pairs, [2]*ast.Term{c.text(direction), ast.ObjectTerm(inner...)})
	}
	return ast.ObjectTerm(pairs...)
}

func numbers(positions []int) *ast.Term {
	terms := make([]*ast.Term, len(positions))
	for i, p := range positions {
		terms[i] = number(p)
	}
	return ast.ArrayTerm(terms...)
}

// ownFields are the words that are ours; catalog.Schema says what they mean.
var ownFields = []string{"_address", "_name", "_stage", "_region", "_account", "_of", "_zones", "_lifecycle", "_documents", "_unknown"}

// own gives the value of one of our fields, or nil when it is not known.
func (c *converter) own(r *graph.Resource, name string) *ast.Term {
	switch name {
	case "_address":
		return ast.StringTerm(string(r.Address))
	case "_name":
		return c.text(r.Name)
	case "_stage":
		return c.text(r.Stage)
	case "_of":
		if r.Of == "" {
			return null
		}
		return ast.StringTerm(string(r.Of))
	case "_unknown":
		o := ast.NewObject()
		for p, why := range r.Unknown {
			o.Insert(ast.StringTerm(p), ast.StringTerm(why))
		}
		return ast.NewTerm(o)
	}
	if v, ok := r.Facts[name]; ok {
		return c.value(v)
	}
	return nil
}

// keys gives, for a reference path of a type, the edge list of each target type.
func (c *converter) keys(typ string) map[string]map[string]string {
	if k, ok := c.refs[typ]; ok {
		return k
	}
	k := map[string]map[string]string{}
	if t := catalog.Lookup(typ); t != nil {
		for _, ref := range t.References() {
			k[ref.Path] = map[string]string{}
			for _, target := range ref.Targets {
				k[ref.Path][target.Type] = ref.ToKey(target.Type)
			}
		}
	}
	c.refs[typ] = k
	return k
}

func (c *converter) to(r *graph.Resource, f *fields) *ast.Term {
	lists := map[string][]*ast.Term{}
	wanted := func(key string) bool { return f.all || f.to[""] || f.to[key] }
	for _, targets := range c.keys(r.Type) {
		for _, key := range targets {
			if wanted(key) {
				lists[key] = nil
			}
		}
	}
	for _, e := range c.view.g.To(r.Key()) {
		target := c.view.g.Get(e.To)
		if c.view.sure != nil && !c.view.sure(r, target) {
			continue
		}
		key, ok := c.keys(r.Type)[e.Via][target.Type]
		if ok && wanted(key) {
			if p := c.view.position(e.To); p >= 0 {
				lists[key] = append(lists[key], number(p))
			}
		}
	}
	c.phantoms(r, "_to", lists)
	return c.lists(lists)
}

// phantoms adds to edge lists the phantoms that the view lets them lead to.
func (c *converter) phantoms(r *graph.Resource, direction string, lists map[string][]*ast.Term) {
	for key, list := range lists {
		for _, p := range c.view.open[listKey{r.Key(), direction, key}] {
			list = append(list, number(p))
		}
		lists[key] = list
	}
}

func (c *converter) from(r *graph.Resource, f *fields) *ast.Term {
	lists := map[string][]*ast.Term{}
	if f.all || f.from[""] {
		for _, ref := range catalog.ReferencesTo(r.Type) {
			lists[ref.Via()] = nil
		}
	}
	for via := range f.from {
		if via != "" {
			lists[via] = nil
		}
	}
	for _, e := range c.view.g.From(r.Key()) {
		source := c.view.g.Get(e.From)
		if c.view.sure != nil && !c.view.sure(source, r) {
			continue
		}
		via := source.Type + "." + e.Via
		list, ok := lists[via]
		if !ok {
			continue
		}
		if p := c.view.position(e.From); p >= 0 {
			if t := number(p); len(list) == 0 || !list[len(list)-1].Equal(t) {
				lists[via] = append(list, t)
			}
		}
	}
	c.phantoms(r, "_from", lists)
	return c.lists(lists)
}

func (c *converter) lists(lists map[string][]*ast.Term) *ast.Term {
	pairs := make([][2]*ast.Term, 0, len(lists))
	for key, list := range lists {
		pairs = append(pairs, [2]*ast.Term{c.text(key), ast.ArrayTerm(list...)})
	}
	return ast.ObjectTerm(pairs...)
}

// value converts an attribute value. A reference reads as its interpolation, a secret as "(hidden)".
func (c *converter) value(v any) *ast.Term {
	switch v := v.(type) {
	case nil:
		return null
	case bool:
		return ast.InternedTerm(v)
	case int:
		return number(v)
	case int64:
		return ast.NumberTerm(json.Number(strconv.FormatInt(v, 10)))
	case float64:
		return ast.NumberTerm(json.Number(strconv.FormatFloat(v, 'g', -1, 64)))
	case string:
		return c.text(v)
	case graph.Ref:
		return c.text(v.String())
	case graph.Template:
		return c.text(string(v))
	case graph.Hidden:
		return c.text("(hidden)")
	case []string:
		terms := make([]*ast.Term, len(v))
		for i, x := range v {
			terms[i] = c.text(x)
		}
		return ast.ArrayTerm(terms...)
	case []any:
		terms := make([]*ast.Term, len(v))
		for i, x := range v {
			if m, ok := x.(map[string]any); ok {
				terms[i] = c.object(m, true)
				continue
			}
			terms[i] = c.value(x)
		}
		return ast.ArrayTerm(terms...)
	case map[string]any:
		return c.object(v, false)
	}
	return null
}

func (c *converter) object(v map[string]any, element bool) *ast.Term {
	pairs := make([][2]*ast.Term, 0, len(v)+1)
	if element && c.view.marked {
		pairs = append(pairs, [2]*ast.Term{c.text(isThere), ast.InternedTerm(true)})
	}
	for k, x := range v {
		pairs = append(pairs, [2]*ast.Term{c.text(k), c.value(x)})
	}
	return ast.ObjectTerm(pairs...)
}

func (c *converter) text(s string) *ast.Term {
	if len(s) > internedLength {
		return ast.StringTerm(s)
	}
	if t, ok := c.terms[s]; ok {
		return t
	}
	t := ast.StringTerm(s)
	c.terms[s] = t
	return t
}

func number(n int) *ast.Term { return ast.InternedTerm(n) }
