package catalog

import (
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
)

// zones derives `_zones`: the zones that a resource sits in or may be placed in, by ZonesFrom.
// It is unknown when any contributor is. Symbolic zones ("eu-west-1#0": the first zone of the region)
// are zones like others; two different symbols of one region are different zones.
func (b *builder) zones() {
	d := &zoner{b: b, state: make(map[*graph.Resource]zoned, len(b.resources))}
	for _, r := range b.resources {
		d.of(r)
	}
	n := newNaming(d.state)
	for _, r := range b.resources {
		delete(r.Facts, "_zones")
		delete(r.Unknown, "_zones")
		z, placed := d.state[r]
		if z = n.settle(r.Root, z); !placed {
			continue
		}
		switch {
		case z.why != "":
			r.Unknown["_zones"] = z.why
		default:
			list := make([]any, len(z.zones))
			for i, s := range z.zones {
				list[i] = s
			}
			r.Facts["_zones"] = list
		}
	}
}

type zoned struct {
	zones []string
	why   string // why they are unknown
	none  bool   // the type has no place
}

type zoner struct {
	b     *builder
	state map[*graph.Resource]zoned // of types that have a place
}

func (d *zoner) of(r *graph.Resource) zoned {
	if z, ok := d.state[r]; ok {
		return z
	}
	t := Lookup(r.Type)
	if t == nil || len(t.ZonesFrom) == 0 {
		return zoned{none: true}
	}
	d.state[r] = zoned{why: "its place depends on itself"}
	z := d.derive(r, t)
	slices.Sort(z.zones)
	z.zones = slices.Compact(z.zones)
	d.state[r] = z
	return z
}

func (d *zoner) derive(r *graph.Resource, t *Type) zoned {
	for _, path := range t.ZonesFrom {
		z, answered := d.from(r, t, path)
		if answered {
			return z
		}
	}
	return zoned{why: "AWS chooses the zone when it is created"}
}

// from reads one attribute path. answered is false when it says nothing and the next path is to be asked.
func (d *zoner) from(r *graph.Resource, t *Type, path string) (z zoned, answered bool) {
	a := t.Attr(path)
	if a == nil {
		return zoned{}, false
	}
	if why, ok := unknownAt(r, path); ok {
		if why == ComputedWhy {
			return zoned{}, false
		}
		return zoned{why: fmt.Sprintf("%s of %s: %s", path, r.Address, why)}, true
	}
	if len(a.Targets) > 0 {
		return d.fromTargets(r, path)
	}
	return literalZones(r, path)
}

func (d *zoner) fromTargets(r *graph.Resource, path string) (z zoned, answered bool) {
	if why, ok := r.Unknown["_to."+path+"[*]"]; ok {
		return zoned{why: why}, true
	}
	s := d.b.out[r]
	for i := s.start; i < s.end; i++ {
		if d.b.edges[i].Via != path {
			continue
		}
		target := d.b.heads[i]
		sub := d.of(target)
		if sub.none {
			continue
		}
		if why, maybe := target.Unknown["_count"]; maybe && !sameCount(r, target) {
			return zoned{why: fmt.Sprintf("%s may not exist: %s", target.Address, why)}, true
		}
		if sub.why != "" {
			return zoned{why: sub.why}, true
		}
		answered = true
		z.zones = append(z.zones, sub.zones...)
	}
	return z, answered
}

func literalZones(r *graph.Resource, path string) (z zoned, answered bool) {
	for _, v := range leaves(r.Attrs, graphPath(path)) {
		s, ok := v.(string)
		if ok && s != "" {
			z.zones = append(z.zones, s)
		}
	}
	return z, len(z.zones) > 0
}

// unknownAt says whether the location with that schematic path, a part of it, or something around it is unknown.
func unknownAt(r *graph.Resource, path string) (why string, ok bool) {
	first := ""
	for p := range r.Unknown {
		if (first == "" || p < first) && touches(p, path) {
			first = p
		}
	}
	return r.Unknown[first], first != ""
}

// touches says whether an unknown location is at a schematic path, inside it, or the whole of something around it.
func touches(p, path string) bool {
	s := graph.Schematic(p)
	if _, inside := below(s, path); inside {
		return true
	}
	_, around := below(path, s)
	return around && (s == p || graph.Element(s, graph.Any) == p)
}
