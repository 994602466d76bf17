package cost

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// Delta is what carrying out a patch changes a month.
type Delta struct {
	Monthly decimal.Decimal // negative: it saves
	Open    []Unpriced      // what Monthly leaves out, because its price or its use is not known; none: Monthly is all
}

// Deltas prices patches of one graph; it serves one goroutine. It estimates only what a patch can touch, and says the same as the difference of two estimates of everything.
type Deltas struct {
	g     *graph.Graph
	c     Catalogue
	o     Options
	build catalog.Options
	types map[string]*service
	parts map[graph.Key][]graph.Key // what was split off a resource, or is a fact about it
	whole *estimator                // of g; nil until a patch changes values alone

	// The last estimate before a patch: several findings of one resource follow each other, and most of their patches touch the same.
	last   []graph.Key
	before Estimated
	own    dependents   // the same, of patches that change values alone
	alone  *graph.Graph // the resource of the last such patch, without any other
}

// NewDeltas prepares to price patches of g, which was built with those options.
func NewDeltas(g *graph.Graph, c Catalogue, o Options, build catalog.Options) *Deltas {
	d := &Deltas{g: g, c: c, o: o, build: build, types: byType(), parts: map[graph.Key][]graph.Key{}}
	for _, r := range g.Resources() {
		if owner := ownerOf(r); owner != r.Key() {
			d.parts[owner] = append(d.parts[owner], r.Key())
		}
	}
	return d
}

// ownerOf is the resource that a part belongs to; a resource belongs to itself.
func ownerOf(r *graph.Resource) graph.Key {
	if r.Of != "" {
		return graph.Key{Root: r.Root, Address: r.Of}
	}
	return r.Key()
}

// Of prices one patch: the estimate of what it touches after, minus before. It fails when the patch does not fit the graph.
func (d *Deltas) Of(p graph.Patch) (Delta, error) {
	if touched, ok := d.passes(p); ok {
		_, _, err := p.Apply(touched)
		return Delta{}, err
	}
	if after, ok := d.inPlace(p); ok {
		return d.swapped(after), nil
	}
	near := d.near(p)
	keys := make([]graph.Key, 0, len(near))
	before := make([]*graph.Resource, 0, len(near))
	for _, k := range slices.SortedFunc(maps.Keys(near), graph.Key.Compare) {
		if r := d.g.Get(k); r != nil {
			keys, before = append(keys, k), append(before, r)
		}
	}
	after, _, err := p.Apply(before)
	if err != nil {
		return Delta{}, err
	}
	if d.last == nil || !slices.Equal(d.last, keys) {
		d.last, d.before = keys, Estimate(catalog.Build(before, d.build), d.c, d.o)
	}
	return deltaOf(d.before, Estimate(catalog.Build(after, d.build), d.c, d.o)), nil
}

func deltaOf(before, after Estimated) Delta {
	diff := Compare(before, after)
	return Delta{Monthly: diff.Monthly(), Open: diff.Open}
}

// reach is how many edges lie between a resource that is priced and what its price depends on: a member, its cluster, the cluster's other members.
const reach = 3

// near lists what a patch can touch, and what the price of that depends on.
func (d *Deltas) near(p graph.Patch) map[graph.Key]bool {
	var touched []graph.Key
	for _, c := range p {
		touched = append(touched, graph.Key{Root: c.Root, Address: c.Address})
		touched = append(touched, mentioned(c)...)
	}
	near := d.within(2*reach, touched)
	for _, c := range p {
		d.routed(graph.Key{Root: c.Root, Address: c.Address}, near)
	}
	return near
}

// within lists what lies fewer than n edges from the resources touched.
func (d *Deltas) within(n int, touched []graph.Key) map[graph.Key]bool {
	near := map[graph.Key]bool{}
	ring := touched
	for step := range n {
		var next []graph.Key
		for _, k := range ring {
			if near[k] {
				continue
			}
			near[k] = true
			next = append(next, d.around(k, step == 0)...)
		}
		ring = next
	}
	return near
}

// routes are the types between a subnet and the gateway that it goes out through: whether the gateway serves other zones depends on all of them.
var routes = map[string]bool{"aws_nat_gateway": true, "aws_route": true, "aws_route_table": true, "aws_route_table_association": true, "aws_subnet": true}

// routed adds everything that routes connect with a resource that is part of them.
func (d *Deltas) routed(k graph.Key, near map[graph.Key]bool) {
	seen := map[graph.Key]bool{}
	for ring := []graph.Key{k}; len(ring) > 0; {
		k, ring = ring[0], ring[1:]
		if r := d.g.Get(k); seen[k] || r == nil || !routes[r.Type] {
			continue
		}
		seen[k], near[k] = true, true
		for _, e := range d.g.To(k) {
			ring = append(ring, e.To)
		}
		for _, e := range d.g.From(k) {
			ring = append(ring, e.From)
		}
	}
}

// around lists the neighbours of a resource. What refers to a resource that is free, such as a network, does not depend on what else does, so those
// are followed only from a resource that is changed itself.
func (d *Deltas) around(k graph.Key, changed bool) []graph.Key {
	r := d.g.Get(k)
	if r == nil {
		return nil // to be created
	}
	owner := ownerOf(r)
	out := append([]graph.Key{owner}, d.parts[owner]...)
	for _, e := range d.g.To(k) {
		out = append(out, e.To)
	}
	if s := d.types[r.Type]; changed || s == nil || s.Free == "" {
		for _, e := range d.g.From(k) {
			out = append(out, e.From)
		}
	}
	return out
}

// mentioned lists the resources that a change refers to.
func mentioned(c graph.Change) []graph.Key {
	var out []graph.Key
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case graph.Ref:
			out = append(out, v.Key())
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(c.New)
	walk(c.Old)
	slices.SortFunc(out, graph.Key.Compare)
	return slices.Compact(out)
}

// WithoutUse is the price of removing what nothing uses: meters that depend on use are not left open by it.
func (d Delta) WithoutUse() Delta {
	open := slices.Clone(d.Open)
	d.Open = slices.DeleteFunc(open, func(u Unpriced) bool { return u.Why == DependsOnUse })
	return d
}

// Why says in one sentence what Monthly leaves out; "" when it is all.
func (d Delta) Why() string {
	parts := make([]string, 0, len(d.Open))
	for _, u := range d.Open {
		parts = append(parts, u.Meter+": "+u.Why)
	}
	return strings.Join(parts, "; ")
}
