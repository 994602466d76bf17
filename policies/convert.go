package policies

import (
	"encoding/json"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// view is the resources that an input shows, by type, each at its position.
type view struct {
	net    *network
	list   map[string][]int32 // places by type, in the order of positions
	order  []int32            // the places of all
	pos    []int32            // place -> position; -1: it is not shown
	marked bool               // objects in lists carry isThere
	open   map[openAt][]int   // positions of phantoms that edge lists lead to besides
	ghosts map[string][]*ghost
	haunts int                             // sets of phantoms
	sure   func(source, target int32) bool // nil: all edges are shown, else those that are sure
}

// openAt names one edge list of one resource: its place and the number of the list.
type openAt struct{ of, list int32 }

// ghost is a phantom: a resource that an open edge may lead to and of which nothing is known. It is behind the resources of its type.
type ghost struct {
	at      int
	edges   map[string]map[string][]int // direction -> key -> positions of other phantoms
	unknown []string                    // edge lists that are unknown as a whole: "_to.key"
	tree    *haunt
}

// look gives the view of some places, in that order. Its positions are notes of the walker: clear must follow.
func (k *walker) look(places []int32) view {
	v := view{net: k.w, list: map[string][]int32{}, order: places, pos: k.pos}
	for _, i := range places {
		t := k.w.list[i].Type
		k.pos[i] = int32(len(v.list[t]))
		v.list[t] = append(v.list[t], i)
	}
	return v
}

// clear ends a view.
func (v view) clear() {
	for _, i := range v.order {
		v.pos[i] = -1
	}
}

// converter builds the input: {type: [resource]} with what a policy reads, as values of the policy engine.
// Strings and small numbers that occur again share one term. It serves one goroutine.
type converter struct {
	o       *outline
	terms   map[string]*ast.Term
	numbers []*ast.Term
	empty   map[*part][2]*ast.Term // edges of a resource that has none
	view    view
}

func newConverter(o *outline) *converter {
	return &converter{o: o, terms: map[string]*ast.Term{}, empty: map[*part][2]*ast.Term{}}
}

// internedLength is the longest string that is kept for sharing.
const internedLength = 48

var (
	null       = ast.NullTerm()
	emptyArray = ast.ArrayTerm()
)

// convert gives the input for a view.
func (c *converter) convert(v view) ast.Value {
	c.view = v
	in := ast.NewObject()
	for _, t := range c.o.types {
		in.Insert(c.text(t), c.array(t, c.o.of[t]))
	}
	return in
}

func (c *converter) array(typ string, p *part) *ast.Term {
	list := c.view.list[typ]
	terms := make([]*ast.Term, len(list), len(list)+len(c.view.ghosts[typ]))
	for n, i := range list {
		terms[n] = c.resource(i, p)
	}
	for _, x := range c.view.ghosts[typ] {
		terms = append(terms, c.ghost(x))
	}
	return ast.ArrayTerm(terms...)
}

func (c *converter) resource(i int32, p *part) *ast.Term {
	r := c.view.net.list[i]
	pairs := make([][2]*ast.Term, 0, len(p.attrs)+5)
	put := func(name string, t *ast.Term) { pairs = append(pairs, [2]*ast.Term{c.text(name), t}) }
	if p.fields.all {
		attrs := catalog.Attributes(r)
		for _, name := range sortedNames(attrs) {
			put(name, c.value(attrs[name]))
		}
		for _, name := range ownFields {
			if v, ok := ownValue(r, name); ok {
				put(name, c.value(v))
			}
		}
	} else {
		for _, name := range p.attrs {
			if v, ok := valueOf(r, name); ok {
				put(name, c.value(v))
			}
		}
		for _, name := range []string{"_address", "_name"} {
			if v, ok := ownValue(r, name); ok && !p.fields.attrs[name] {
				put(name, c.value(v))
			}
		}
	}
	if c.view.marked {
		put(isThere, ast.InternedTerm(true))
	}
	if len(p.to) > 0 || p.fields.all {
		put("_to", c.to(i, p))
	}
	if len(p.from) > 0 || p.fields.all {
		put("_from", c.from(i, p))
	}
	return ast.ObjectTerm(pairs...)
}

// ghost converts a phantom: only its edges, which lead to other phantoms.
func (c *converter) ghost(x *ghost) *ast.Term {
	var pairs [][2]*ast.Term
	for direction, lists := range x.edges {
		var inner [][2]*ast.Term
		for key, positions := range lists {
			inner = append(inner, [2]*ast.Term{c.text(key), c.positions(positions)})
		}
		pairs = append(pairs, [2]*ast.Term{c.text(direction), ast.ObjectTerm(inner...)})
	}
	return ast.ObjectTerm(pairs...)
}

func (c *converter) positions(list []int) *ast.Term {
	terms := make([]*ast.Term, len(list))
	for i, p := range list {
		terms[i] = c.number(p)
	}
	return ast.ArrayTerm(terms...)
}

// ownFields are the words that are ours; catalog.Schema says what they mean.
var ownFields = []string{"_address", "_name", "_stage", "_region", "_account", "_of", "_zones", "_lifecycle", "_documents", "_unknown"}

// ownValue gives the value of one of our words; ok is false when it is not known.
func ownValue(r *graph.Resource, name string) (any, bool) {
	switch name {
	case "_address":
		return string(r.Address), true
	case "_name":
		return r.Name, true
	case "_stage":
		return r.Stage, true
	case "_of":
		if r.Of == "" {
			return nil, true
		}
		return string(r.Of), true
	case "_unknown":
		o := make(map[string]any, len(r.Unknown))
		for p, why := range r.Unknown {
			o[p] = why
		}
		return o, true
	}
	v, ok := r.Facts[name]
	return v, ok
}

// to gives the edges that leave a resource.
func (c *converter) to(i int32, p *part) *ast.Term {
	return c.edges(i, p, 0, p.to, func(list int32) []*ast.Term {
		var out []*ast.Term
		for _, l := range c.view.net.out.of(i) {
			if l.to == list && c.shows(i, l.other, l.other) {
				out = append(out, c.number(int(c.view.pos[l.other])))
			}
		}
		return out
	})
}

// from gives the edges that arrive at a resource: each source once, however many attributes of it name the resource.
func (c *converter) from(i int32, p *part) *ast.Term {
	return c.edges(i, p, 1, p.from, func(list int32) []*ast.Term {
		var out []*ast.Term
		last := int32(-1)
		for _, l := range c.view.net.in.of(i) {
			if l.from == list && l.other != last && c.shows(l.other, i, l.other) {
				out, last = append(out, c.number(int(c.view.pos[l.other]))), l.other
			}
		}
		return out
	})
}

// shows says whether the view has the end of an edge, and the edge is sure.
func (c *converter) shows(source, target, end int32) bool {
	return c.view.pos[end] >= 0 && (c.view.sure == nil || c.view.sure(source, target))
}

// edges gives one object of edge lists. Those of resources without edges share one.
func (c *converter) edges(i int32, p *part, direction int, lists []int32, of func(int32) []*ast.Term) *ast.Term {
	pairs, none := make([][2]*ast.Term, 0, len(lists)), true
	for _, list := range lists {
		terms := of(list)
		for _, at := range c.view.open[openAt{i, list}] {
			terms = append(terms, c.number(at))
		}
		t := emptyArray
		if len(terms) > 0 {
			t, none = ast.ArrayTerm(terms...), false
		}
		pairs = append(pairs, [2]*ast.Term{c.text(c.view.net.lists[list].key), t})
	}
	if !none {
		return ast.ObjectTerm(pairs...)
	}
	shared := c.empty[p]
	if shared[direction] == nil {
		shared[direction] = ast.ObjectTerm(pairs...)
		c.empty[p] = shared
	}
	return shared[direction]
}

// value converts an attribute value. A reference reads as its interpolation, a secret as "(hidden)".
func (c *converter) value(v any) *ast.Term {
	switch v := v.(type) {
	case nil:
		return null
	case bool:
		return ast.InternedTerm(v)
	case int:
		return c.number(v)
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

// number gives the term of a number; small ones are shared.
func (c *converter) number(n int) *ast.Term {
	if n < 0 || n >= numbersKept {
		return ast.InternedTerm(n)
	}
	for len(c.numbers) <= n {
		c.numbers = append(c.numbers, ast.InternedTerm(len(c.numbers)))
	}
	return c.numbers[n]
}

// numbersKept is how many numbers share their terms: as many as a view has positions, mostly.
const numbersKept = 1 << 12
