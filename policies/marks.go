package policies

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// meets says whether a hole of that shape may change what the read gives.
func (r read) meets(shape []string) bool {
	if r.whole {
		return true
	}
	n := min(len(shape), len(r.path))
	for i := range n {
		if shape[i] != r.path[i] && shape[i] != anyStep && r.path[i] != anyStep && !isNumber(r.path[i]) {
			return false
		}
	}
	return len(shape) <= len(r.path) || r.value
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// relevant says whether a policy may read a hole of that shape in a resource of the type.
func (rd reads) relevant(typ string, shape []string) bool {
	if rd.hazy {
		return true
	}
	return slices.ContainsFunc(rd.byType[typ], func(r read) bool { return r.meets(shape) })
}

// marked lists the positions of the judged type whose verdict may hang on something unknown: a
// hole that the policy reads in a resource that it can reach over the edges it follows.
func (h *holes) marked(e *entry) []int {
	dirty := map[graph.Key]bool{}
	rd := e.reads
	for typ, kinds := range h.kinds {
		for shape, keys := range kinds {
			if rd.relevant(typ, strings.Split(shape, "\x00")) {
				for _, k := range keys {
					dirty[k] = true
				}
			}
		}
	}
	for k := range h.maybe {
		if t := h.g.Get(k).Type; rd.hazy || slices.Contains(rd.scanned, t) || t == e.meta.Judges {
			dirty[k] = true
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	reached := h.backFrom(dirty, rd)
	list := h.g.OfType(e.meta.Judges)
	every := rd.hazy
	for k := range reached {
		every = every || slices.Contains(rd.scanned, h.g.Get(k).Type)
	}
	var out []int
	for i, r := range list {
		if !r.Data && (every || reached[r.Key()]) {
			out = append(out, i)
		}
	}
	return out
}

// backFrom gives the resources from which the policy can reach one of the given, over at most its number of hops.
func (h *holes) backFrom(start map[graph.Key]bool, rd reads) map[graph.Key]bool {
	seen := make(map[graph.Key]bool, len(start))
	front := make([]graph.Key, 0, len(start))
	for k := range start {
		seen[k] = true
		front = append(front, k)
	}
	for hop := 0; hop < rd.hops && len(front) > 0; hop++ {
		var next []graph.Key
		visit := func(k graph.Key) {
			if !seen[k] {
				seen[k] = true
				next = append(next, k)
			}
		}
		for _, k := range front {
			for _, e := range h.g.From(k) { // k is the target: its source may follow _to
				if h.followsTo(rd, e) {
					visit(e.From)
				}
			}
			for _, e := range h.g.To(k) { // k is the source: its target may follow _from
				if rd.follows(h.g.Get(e.To).Type, "_from", h.g.Get(k).Type+"."+e.Via) {
					visit(e.To)
				}
			}
		}
		front = next
	}
	return seen
}

func (h *holes) followsTo(rd reads, e graph.Edge) bool {
	source, target := h.g.Get(e.From), h.g.Get(e.To)
	return rd.follows(source.Type, "_to", h.toKey(source.Type, e.Via, target.Type))
}

// toKey is the name of the edge list below _to that holds an edge.
func (h *holes) toKey(typ, via, target string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := [3]string{typ, via, target}
	if key, ok := h.keys[k]; ok {
		return key
	}
	key := via
	if t := catalog.Lookup(typ); t != nil {
		for _, ref := range t.References() {
			if ref.Path == via {
				key = ref.ToKey(target)
			}
		}
	}
	h.keys[k] = key
	return key
}

// reach gives the resources that the policy can reach from the given ones, with those.
func (h *holes) reach(start []graph.Key, rd reads) map[graph.Key]bool {
	seen := make(map[graph.Key]bool, 4*len(start))
	front := slices.Clone(start)
	for _, k := range start {
		seen[k] = true
	}
	for hop := 0; hop < rd.hops && len(front) > 0; hop++ {
		var next []graph.Key
		visit := func(k graph.Key) {
			if !seen[k] {
				seen[k] = true
				next = append(next, k)
			}
		}
		for _, k := range front {
			for _, e := range h.g.To(k) {
				if h.followsTo(rd, e) {
					visit(e.To)
				}
			}
			for _, e := range h.g.From(k) {
				if rd.follows(h.g.Get(k).Type, "_from", h.g.Get(e.From).Type+"."+e.Via) {
					visit(e.From)
				}
			}
		}
		front = next
	}
	return seen
}
