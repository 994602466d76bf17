package policies

import (
	"slices"
	"strings"
)

// outline is what some rules of one policy read, in the numbers of a network: what their input holds and which edges
// lead from resource to resource.
type outline struct {
	hops   int
	follow []bool // by number of an edge list
	types  []string
	of     map[string]*part
	parts  []*part // by type of the network; nil: the input holds none of it
}

// part is what the input holds of the resources of one type.
type part struct {
	fields *fields
	attrs  []string // sorted
	to     []int32  // numbers of the lists that are shown, by key
	from   []int32
	shaped []*column // of the attributes whose values may make a difference; nil when anything may
}

// follows says whether the policy goes along an edge list; -1 is none.
func (o *outline) follows(list int32) bool { return list >= 0 && o.follow[list] }

// outline puts reads into the numbers of the network. Edge lists are numbered before, by what all policies read.
func (j *judge) outline(rd reads) *outline {
	n := needsFor(rd.list)
	o := &outline{hops: rd.hops, follow: make([]bool, len(j.net.lists)), types: n.names(), of: map[string]*part{}}
	for i, l := range j.net.lists {
		o.follow[i] = rd.follows(l.typ, l.direction, l.key)
	}
	o.parts = make([]*part, len(j.net.types))
	for _, t := range o.types {
		o.of[t] = j.part(t, n.of(t), rd)
		if k, ok := j.net.number[t]; ok {
			o.parts[k] = o.of[t]
		}
	}
	return o
}

func (j *judge) part(typ string, f *fields, rd reads) *part {
	p := &part{fields: f}
	for _, name := range sortedNames(f.attrs) {
		if name != isThere {
			p.attrs = append(p.attrs, name)
		}
	}
	for _, i := range j.net.of[typ] {
		l := j.net.lists[i]
		switch {
		case l.direction == "_to" && f.wantsTo(l.key):
			p.to = append(p.to, i)
		case l.direction == "_from" && f.wantsFrom(l.key):
			p.from = append(p.from, i)
		}
	}
	for _, list := range [][]int32{p.to, p.from} {
		slices.SortFunc(list, func(a, b int32) int { return strings.Compare(j.net.lists[a].key, j.net.lists[b].key) })
	}
	if _, occurs := j.net.number[typ]; !f.all {
		for _, name := range p.attrs {
			if occurs && (name != "_address" && name != "_name" || rd.asValue(typ, name)) {
				p.shaped = append(p.shaped, j.columns.get(typ, name))
			}
		}
	}
	return p
}

// asValue says whether an attribute of a type is read, and not only asked for.
func (rd reads) asValue(typ, name string) bool {
	return slices.ContainsFunc(rd.byType[typ], func(r read) bool { return r.value && len(r.path) > 0 && r.path[0] == name })
}
