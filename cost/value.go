package cost

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

type edge = graph.Edge

// value is an attribute in its three states: known, null (v nil, why empty), not known (why says the reason).
type value struct {
	v    any
	path string
	why  string
	ref  bool // not known because it refers to another resource: that it is set is known
}

// at reads an attribute path of the resource: "root_block_device[0].volume_size".
func (b *bill) at(path string) value { return b.of(b.r, path) }

// of reads an attribute path of a resource that the price depends on. What is not known there is a doubt about the price, see doubts.
func (b *bill) of(r *graph.Resource, path string) value {
	v := read(r, path)
	if r != b.r {
		v.path += " of " + string(r.Address)
	}
	if v.open() && v.why != computedWhy && !v.ref && !r.Data {
		b.doubts = append(b.doubts, v)
	}
	return v
}

// parts lists the paths of the nested blocks with that schematic path ("rule.statement"), as far as they are known.
func (b *bill) parts(r *graph.Resource, schematic string) []string {
	paths := []string{""}
	for name := range strings.SplitSeq(schematic, ".") {
		var next []string
		for _, p := range paths {
			next = append(next, b.elements(r, graph.Child(p, name))...)
		}
		paths = next
	}
	return paths
}

// elements lists the paths of the blocks in one list. A list that may have more of them is a doubt.
func (b *bill) elements(r *graph.Resource, path string) []string {
	whole := b.of(r, path)
	if whole.open() {
		return nil
	}
	if why, more := r.Unknown[graph.Element(path, graph.Any)]; more {
		b.doubts = append(b.doubts, value{path: path, why: why})
	}
	list, _ := whole.v.([]any)
	var out []string
	for i, x := range list {
		p := graph.Element(path, i)
		if _, ok := x.(map[string]any); ok {
			out = append(out, p)
		} else {
			b.of(r, p)
		}
	}
	return out
}

// blocks lists the paths of the nested blocks of the resource itself.
func (b *bill) blocks(schematic string) []string { return b.parts(b.r, schematic) }

// doubted notes what the price depends on and is not known, unless some part already lacks it.
func (b *bill) doubted() {
	for _, v := range b.doubts {
		if !slices.ContainsFunc(b.out.Unpriced, func(u Unpriced) bool { return strings.Contains(u.Why, v.why) }) {
			b.unpriced(v.path, v.missing()+", and the price depends on it")
		}
	}
}

// read follows a path through the attributes of a built resource. A step that is absent is null, unless the resource
// lists the location, or something around it, as not known.
func read(r *graph.Resource, path string) value {
	steps, err := graph.ParsePath(path)
	if err != nil {
		return value{path: path, why: err.Error()}
	}
	if why, ok := unknownAround(r, steps); ok {
		return value{path: path, why: why}
	}
	v, ok := graph.Lookup(r.Attrs, path)
	if !ok {
		return value{path: path}
	}
	return settled(value{v: v, path: path})
}

// settled makes values that are there and cannot be read into unknown ones.
func settled(v value) value {
	switch x := v.v.(type) {
	case graph.Ref:
		return value{path: v.path, why: "it is " + x.String() + ", known once that exists", ref: true}
	case graph.Template:
		return value{path: v.path, why: "it is made of attributes that are known once their resources exist", ref: true}
	case graph.Hidden:
		return value{path: v.path, why: "it is hidden, being secret"}
	}
	return v
}

// unknownAround gives the reason of the path, or of the first location around it, that is not known.
func unknownAround(r *graph.Resource, steps []graph.Step) (why string, ok bool) {
	if len(r.Unknown) == 0 {
		return "", false
	}
	for i := range steps {
		if why, ok := r.Unknown[graph.JoinPath(steps[:i+1]...)]; ok {
			return why, true
		}
	}
	return "", false
}

// more says that a list may have more elements than are listed, and why.
func (b *bill) more(path string) (why string, ok bool) {
	steps, err := graph.ParsePath(path)
	if err != nil {
		return err.Error(), true
	}
	if why, ok := unknownAround(b.r, steps); ok {
		return why, true
	}
	why, ok = b.r.Unknown[graph.Element(path, graph.Any)]
	return why, ok
}

func (v value) known() bool { return v.why == "" && v.v != nil }
func (v value) null() bool  { return v.why == "" && v.v == nil }

// given says that the value is set, be it to something that is known later.
func (v value) given() bool { return v.known() || v.ref }

// open says that the value is not known, as opposed to known or null.
func (v value) open() bool { return v.why != "" }

// missing says what is missing, for Unpriced.
func (v value) missing() string {
	if v.null() {
		return v.path + " is not set"
	}
	return fmt.Sprintf("%s is not known: %s", v.path, v.why)
}

// text gives a known scalar as text; "" otherwise.
func (v value) text() string {
	switch x := v.v.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case float64:
		return decimal.NewFromFloat(x).String()
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// is says that the value is known and the text given.
func (v value) is(s string) bool { return v.known() && v.text() == s }

// yes says that the value is known and true.
func (v value) yes() bool { return v.known() && v.text() == "true" }

// number gives a known number, also one written as text. What is larger than any quantity is none.
func (v value) number() (n decimal.Decimal, ok bool) {
	switch x := v.v.(type) {
	case int:
		n = decimal.NewFromInt(int64(x))
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return n, false
		}
		n = decimal.NewFromFloat(x)
	case string:
		if n, ok = parseNumber(x); !ok {
			return n, false
		}
	default:
		return n, false
	}
	return n, n.Exponent() <= digits && n.Abs().LessThanOrEqual(most)
}

// digits limits the exponents that are read: to compare or print 1e999999999 would take all memory there is.
const digits = 30

func parseNumber(text string) (n decimal.Decimal, ok bool) {
	n, err := decimal.NewFromString(text)
	if err != nil || n.Exponent() > digits || n.Exponent() < -digits || n.NumDigits() > 2*digits {
		return decimal.Zero, false
	}
	return n, true
}

// orText is the known text, or the default when the attribute is null.
func (v value) orText(other string) value {
	if v.null() || v.is("") {
		v.v = other
	}
	return v
}

// orNumber is the value, or the default when the attribute is null.
func (v value) orNumber(other int64) value {
	if v.null() {
		v.v = int(other)
	}
	return v
}

// need gives a number that a part cannot be priced without; the lack of it is noted.
func (b *bill) need(part, path string) (n decimal.Decimal, ok bool) {
	return b.needed(part, b.at(path))
}

func (b *bill) needed(part string, v value) (n decimal.Decimal, ok bool) {
	if n, ok := v.number(); ok && v.known() {
		if n.IsNegative() {
			b.unpriced(part, fmt.Sprintf("%s is %s, which is no size", v.path, n))
			return n, false
		}
		return n, true
	}
	why := v.missing()
	if v.known() {
		why = fmt.Sprintf("%s is %.40q, which is no number that is believed", v.path, v.text())
	}
	b.unpriced(part, why)
	return decimal.Zero, false
}

// needText gives a text that a part cannot be priced without; the lack of it is noted.
func (b *bill) needText(part, path string) (s string, ok bool) {
	v := b.at(path)
	if s := v.text(); v.known() && s != "" {
		return s, true
	}
	b.unpriced(part, v.missing())
	return "", false
}

// neighbour gives the one resource that the attribute with that schematic path refers to, or nil.
func (b *bill) neighbour(via string) *graph.Resource {
	if all := b.neighbours(via); len(all) == 1 {
		return all[0]
	}
	return nil
}

// neighbours lists the resources that the attribute refers to.
func (b *bill) neighbours(via string) []*graph.Resource { return b.e.targets(b.r, via) }

func (e *estimator) targets(r *graph.Resource, via string) []*graph.Resource {
	var out []*graph.Resource
	for _, edge := range e.g.To(r.Key()) {
		if edge.Via == via {
			out = append(out, e.get(edge.To))
		}
	}
	return out
}

// sources lists the resources that refer to r by an attribute of that path, whatever their type.
func (e *estimator) sources(r *graph.Resource, via string) []*graph.Resource {
	var out []*graph.Resource
	for _, edge := range e.g.From(r.Key()) {
		if edge.Via == via {
			out = append(out, e.get(edge.From))
		}
	}
	return out
}

// referrers lists the resources of a type that refer to this one by the attribute with that schematic path.
func (b *bill) referrers(typ, via string) []*graph.Resource {
	var out []*graph.Resource
	for _, edge := range b.e.g.From(b.r.Key()) {
		if edge.Via != via {
			continue
		}
		if r := b.e.get(edge.From); r != nil && r.Type == typ {
			out = append(out, r)
		}
	}
	return out
}
