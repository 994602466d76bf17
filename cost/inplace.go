package cost

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// inPlace gives the resource that a patch changes, as it is afterwards in the built graph. ok is false unless the patch does nothing but
// give one resource other values that nothing else follows from: then all edges and all other resources stay as they are.
func (d *Deltas) inPlace(p graph.Patch) (after *graph.Resource, ok bool) {
	if len(p) == 0 {
		return nil, false
	}
	r := d.g.Get(graph.Key{Root: p[0].Root, Address: p[0].Address})
	if r == nil || routes[r.Type] {
		return nil, false
	}
	names := map[string]bool{}
	for _, c := range p {
		name := topName(c.Path)
		if c.Op != graph.Set || c.Root != r.Root || c.Address != r.Address || len(mentioned(c)) > 0 || !catalog.Alone(r.Type, name) {
			return nil, false
		}
		names[name] = true
	}
	list, _, err := p.Apply([]*graph.Resource{r})
	if err != nil {
		return nil, false
	}
	return d.rebuilt(r, list[0], names)
}

// rebuilt takes the values of those names, as Build completes them, into the built resource. ok is false when Build makes
// more of the change than that.
func (d *Deltas) rebuilt(built, changed *graph.Resource, names map[string]bool) (after *graph.Resource, ok bool) {
	if d.alone == nil || d.alone.Get(built.Key()) == nil {
		d.alone = catalog.Build([]*graph.Resource{built}, d.build)
	}
	before := d.alone
	now := catalog.Build([]*graph.Resource{changed}, d.build)
	x, y := before.Get(built.Key()), now.Get(built.Key())
	if len(before.Resources()) != 1 || len(now.Resources()) != 1 || x == nil || y == nil {
		return nil, false
	}
	other := func(path string) bool { return !names[topName(path)] }
	if !sameBut(x.Attrs, y.Attrs, other) || !sameBut(x.Unknown, y.Unknown, other) || !reflect.DeepEqual(x.Facts, y.Facts) {
		return nil, false
	}
	out := *built
	out.Attrs, out.Unknown = maps.Clone(built.Attrs), maps.Clone(built.Unknown)
	replaceNamed(out.Attrs, y.Attrs, other)
	replaceNamed(out.Unknown, y.Unknown, other)
	return &out, true
}

// topName is the attribute that a path begins with.
func topName(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// sameBut says that two maps agree in the members that count.
func sameBut[V any](a, b map[string]V, counts func(string) bool) bool {
	n := 0
	for k, v := range a {
		if !counts(k) {
			continue
		}
		w, ok := b[k]
		if !ok || !reflect.DeepEqual(v, w) {
			return false
		}
		n++
	}
	for k := range b {
		if counts(k) {
			n--
		}
	}
	return n == 0
}

// replaceNamed takes over the members of from that do not count as others.
func replaceNamed[V any](to, from map[string]V, other func(string) bool) {
	maps.DeleteFunc(to, func(k string, _ V) bool { return !other(k) })
	for k, v := range from {
		if !other(k) {
			to[k] = v
		}
	}
}

// dependents are the resources whose price is read from one resource, that one among them, and their prices.
type dependents struct {
	of     graph.Key
	keys   []graph.Key
	before Estimated
}

// swapped prices a resource that has other values, and what is priced by it.
func (d *Deltas) swapped(after *graph.Resource) Delta {
	if d.whole == nil {
		d.whole = newEstimator(d.g, d.c, d.o)
	}
	if d.own.of != after.Key() || d.own.keys == nil {
		d.own = d.dependents(after.Key())
	}
	d.whole.swap = after
	now := Estimated{}
	for _, k := range d.own.keys {
		if priced, ok := d.whole.resource(d.whole.get(k)); ok {
			now.add(priced)
		}
	}
	d.whole.swap = nil
	return deltaOf(d.own.before, now)
}

func (d *Deltas) dependents(of graph.Key) dependents {
	out := dependents{of: of, keys: []graph.Key{}}
	for _, k := range slices.SortedFunc(maps.Keys(d.within(reach+1, []graph.Key{of})), graph.Key.Compare) {
		r := d.g.Get(k)
		if r == nil {
			continue
		}
		d.whole.looked = map[graph.Key]bool{}
		priced, ok := d.whole.resource(r)
		if ok && (k == of || d.whole.looked[of]) {
			out.keys = append(out.keys, k)
			out.before.add(priced)
		}
	}
	d.whole.looked = nil
	return out
}
