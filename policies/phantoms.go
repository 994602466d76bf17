package policies

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
)

// openEdges lets the open edge lists of the view lead to phantoms. Open lists with the same reasons share them.
func (d *decider) openEdges(v *view) {
	trees := map[int32]*haunt{}
	for _, i := range v.order {
		for _, x := range d.j.holes.lists[i] {
			if !d.holes.has(x.kind) {
				continue
			}
			if trees[x.set] == nil {
				trees[x.set] = &haunt{d: d, v: v, missing: x.missing, at: map[string][]*ghost{}}
			}
			trees[x.set].owners = append(trees[x.set].owners, i)
			if positions := trees[x.set].leads(x.kind.typ, x.kind.path[0], x.kind.path[1]); positions != nil {
				v.open[openAt{i, x.list}] = positions
			}
		}
	}
	v.haunts = len(trees)
}

// haunt is the phantoms that stand for what one set of missing data may be.
type haunt struct {
	d       *decider
	v       *view
	missing []Missing
	owners  []int32             // places
	at      map[string][]*ghost // by type
}

// leads gives the phantoms that an open edge list of a type leads to; nil when its positions are unknown themselves, because
// the policy compares them.
func (t *haunt) leads(typ, direction, key string) []int {
	edge := edgeName(typ, direction, key)
	targets := leadsTo(typ, direction, key)
	uses := t.d.e.reads.uses
	if len(targets) != 1 || uses.equal[edge] || t.d.e.reads.hazy || t.d.e.reads.listAsValue(typ, direction, key) {
		for _, target := range targets {
			t.ghosts(target, phantoms)
		}
		return nil
	}
	var out []int
	for _, g := range t.ghosts(targets[0], uses.phantomsOf(edge))[:uses.phantomsOf(edge)] {
		out = append(out, g.at)
	}
	return out
}

// ghosts gives n phantoms of a type at least.
func (t *haunt) ghosts(typ string, n int) []*ghost {
	for len(t.at[typ]) < n {
		g := &ghost{at: len(t.v.list[typ]) + len(t.v.ghosts[typ]), edges: map[string]map[string][]int{}, tree: t}
		t.at[typ] = append(t.at[typ], g)
		t.v.ghosts[typ] = append(t.v.ghosts[typ], g)
		for _, edge := range sortedNames(t.d.e.reads.edges[typ]) {
			direction, key, ok := strings.Cut(edge, ".")
			if !ok {
				if edge != "" {
					g.unknown = append(g.unknown, edge)
				}
				continue
			}
			positions := t.leads(typ, direction, key)
			if positions == nil {
				g.unknown = append(g.unknown, edge)
			}
			if g.edges[direction] == nil {
				g.edges[direction] = map[string][]int{}
			}
			g.edges[direction][key] = positions
		}
	}
	return t.at[typ]
}

// listAsValue says whether the policy uses an edge list of a type as a whole.
func (rd reads) listAsValue(typ, direction, key string) bool {
	shape := []string{direction, key}
	return slices.ContainsFunc(rd.byType[typ], func(r read) bool {
		return r.value && (r.whole || len(r.path) <= 2 && r.meets(shape))
	})
}

// leadsTo lists the types that an edge list of a type holds positions of.
func leadsTo(typ, direction, key string) []string {
	if direction == "_from" {
		from, _, _ := strings.Cut(key, ".")
		return []string{from}
	}
	t := catalog.Lookup(typ)
	if t == nil {
		return nil
	}
	var out []string
	for _, ref := range t.References() {
		for _, target := range ref.Targets {
			if ref.ToKey(target.Type) == key {
				out = append(out, target.Type)
			}
		}
	}
	return out
}
