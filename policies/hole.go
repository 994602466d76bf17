package policies

import (
	"slices"
	"strconv"
)

// hole is one place of a resource that is not known.
type hole struct {
	kind    *holeKind
	missing Missing
}

// holeKind is what holes of several resources have in common. path is relative to the resource; its steps are words and
// positions. more says that the list at path may have further elements; then path is the list's.
type holeKind struct {
	number int32
	typ    string
	path   []string
	more   bool
	atMost int      // with more: how many further elements matter
	shape  []string // the path as reads are written: positions and further elements are "*"
	at     []int32  // places of the resources that have such a hole
}

// edge says whether the hole is in an edge list, which has further elements then.
func (k *holeKind) edge() bool {
	return len(k.path) == 2 && k.more && (k.path[0] == "_to" || k.path[0] == "_from")
}

// openList is an edge list of a resource that may have further elements.
type openList struct {
	list    int32 // its number in the network
	kind    *holeKind
	missing []Missing // why
	set     int32     // equal for lists that are open for the same reasons
}

func (h *holes) kindOf(typ string, more bool, atMost int, path []string) *holeKind {
	text := append(strconv.AppendInt(strconv.AppendBool(append(h.text[:0], typ...), more), int64(atMost), 10), ' ')
	for _, s := range path {
		text = appendText(text, s)
	}
	h.text = text
	if k, ok := h.known[string(text)]; ok {
		return k
	}
	k := &holeKind{number: int32(len(h.kinds)), typ: typ, path: slices.Clone(path), more: more, atMost: atMost}
	k.shape = slices.Clone(path)
	for i, s := range k.shape {
		if _, err := strconv.Atoi(s); err == nil {
			k.shape[i] = anyStep
		}
	}
	if more {
		k.shape = append(k.shape, anyStep)
	}
	h.kinds = append(h.kinds, k)
	h.known[string(text)] = k
	return k
}

// collect puts the holes of each edge list together, and numbers the sets of reasons.
func (h *holes) collect() {
	sets := map[string]int32{}
	var text []byte
	for i, list := range h.of {
		var open []openList
		for _, x := range list {
			if !x.kind.edge() {
				continue
			}
			n := h.net.numberOf(edgeList{x.kind.typ, x.kind.path[0], x.kind.path[1]})
			at := slices.IndexFunc(open, func(o openList) bool { return o.list == n })
			if at < 0 {
				at = len(open)
				open = append(open, openList{list: n, kind: x.kind})
			}
			open[at].missing = append(open[at].missing, x.missing)
		}
		if open == nil {
			continue
		}
		slices.SortFunc(open, func(a, b openList) int { return slices.Compare(a.kind.path, b.kind.path) })
		for n := range open {
			slices.SortFunc(open[n].missing, Missing.compare)
			open[n].missing = slices.Compact(open[n].missing)
			text = text[:0]
			for _, m := range open[n].missing {
				text = appendText(appendText(appendText(appendText(text, m.Key.Root), string(m.Key.Address)), m.Path), m.Why)
			}
			set, ok := sets[string(text)]
			if !ok {
				set = int32(len(sets))
				sets[string(text)] = set
			}
			open[n].set = set
		}
		h.lists[int32(i)] = open
	}
}

// relevance says which kinds of holes a policy may read. It serves one goroutine.
type relevance struct {
	rd    reads
	known []int8
}

func (h *holes) relevance(rd reads) *relevance {
	return &relevance{rd, make([]int8, len(h.kinds))}
}

func (r *relevance) has(k *holeKind) bool {
	if r.known[k.number] == 0 {
		r.known[k.number] = 1
		if r.rd.relevant(k.typ, k.shape) {
			r.known[k.number] = 2
		}
	}
	return r.known[k.number] == 2
}
