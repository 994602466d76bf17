package resilience

import (
	"cmp"
	"slices"
	"strings"
)

// Point is one thing whose loss alone takes entry points down.
type Point struct {
	Node  int
	Down  []int // entries that surely stop, by position
	Maybe []int // entries that may stop: not enough is known
	// Because are the chains of the first of those entries.
	Because []Chain
	// Before lists the data stores that no way from the first entry reaches but through this.
	Before []int
}

// SinglePoints finds, among single resources and members of groups, those whose loss alone stops an entry point, the
// widest first.
func (m *Model) SinglePoints() []Point { return m.explain(m.points(m.Things())) }

// SharedServices does so among regional and global services and configuration objects, which AWS keeps up, and which
// people take down by mistake.
func (m *Model) SharedServices() []Point { return m.explain(m.points(m.Services())) }

func (m *Model) points(losses []Loss) []Point {
	nodes := make([]int, len(losses))
	for i, l := range losses {
		nodes[i] = l.Nodes[0]
	}
	byNode := map[int]*Point{}
	e := m.LoseEach(nodes)
	for i := range m.Entries {
		for _, k := range e.Down[i] {
			point(byNode, nodes[k]).Down = append(point(byNode, nodes[k]).Down, i)
		}
		for _, k := range e.Maybe[i] {
			point(byNode, nodes[k]).Maybe = append(point(byNode, nodes[k]).Maybe, i)
		}
	}
	out := make([]Point, 0, len(byNode))
	for _, n := range nodes {
		if p := byNode[n]; p != nil {
			out = append(out, *p)
			delete(byNode, n)
		}
	}
	slices.SortStableFunc(out, func(a, b Point) int {
		return cmp.Or(cmp.Compare(len(b.Down), len(a.Down)), cmp.Compare(len(b.Maybe), len(a.Maybe)), strings.Compare(m.Nodes[a.Node].Name, m.Nodes[b.Node].Name))
	})
	return out
}

func point(byNode map[int]*Point, n int) *Point {
	if byNode[n] == nil {
		byNode[n] = &Point{Node: n}
	}
	return byNode[n]
}

// explained is how many points get a reason: nobody reads more of them, and a reason walks the whole model.
const explained = 200

func (m *Model) explain(points []Point) []Point {
	dominators := map[int][]int{}
	for i := range points[:min(len(points), explained)] {
		p := &points[i]
		entry := -1
		for _, e := range append(slices.Clone(p.Down), p.Maybe...) {
			entry = e
			break
		}
		if entry < 0 {
			continue
		}
		node := m.Entries[entry].Node
		p.Because = m.because(node, m.Lose(p.Node))
		if dominators[entry] == nil {
			dominators[entry] = m.Dominators(node)
		}
		p.Before = m.before(p.Node, dominators[entry])
	}
	return points
}

// before lists the stores that a node dominates, without itself.
func (m *Model) before(node int, above []int) []int {
	var out []int
	for _, s := range m.Stores {
		for at := s; above[at] >= 0 && above[at] != at; {
			at = above[at]
			if at == node {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// Needed says whether some entry point is built on a node.
func (m *Model) Needed(node int) bool {
	m.arrange()
	return m.used[node]
}

// CutSets gives the smallest sets of some nodes whose loss surely takes an entry point down, of at most so many members,
// the smaller first; no set contains another.
func (m *Model) CutSets(entry Entry, nodes []int, most int) [][]int {
	one := &Model{Nodes: m.Nodes, Entries: []Entry{entry}, order: m.order, cyclic: m.cyclic, ready: m.ready}
	w := one.flatten()
	nodes = slices.DeleteFunc(slices.Clone(nodes), func(n int) bool { return w.at[n] < 0 })
	if m.Lose().Up(entry.Node) == No {
		return [][]int{{}}
	}
	var found [][]int
	for size := 1; size <= most; size++ {
		found = append(found, one.cutsOf(w, nodes, nil, size, found)...)
	}
	return found
}

// cutsOf lists the cuts of one size that begin with base.
func (m *Model) cutsOf(w *waves, nodes, base []int, size int, known [][]int) [][]int {
	var out [][]int
	if size == 1 {
		for _, k := range m.loseEach(w, nodes, base).Down[0] {
			if cut := append(slices.Clone(base), nodes[k]); !holdsAny(cut, known) {
				out = append(out, cut)
			}
		}
		return out
	}
	for i, n := range nodes {
		with := append(slices.Clone(base), n)
		if !holdsAny(with, known) {
			out = append(out, m.cutsOf(w, nodes[i+1:], with, size-1, known)...)
		}
	}
	return out
}

// holdsAny says whether a set contains one of some others.
func holdsAny(set []int, others [][]int) bool {
	return slices.ContainsFunc(others, func(o []int) bool {
		return !slices.ContainsFunc(o, func(x int) bool { return !slices.Contains(set, x) })
	})
}
