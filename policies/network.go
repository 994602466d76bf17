package policies

import (
	"slices"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// network is the edges of a graph that policies follow, by the places of their ends in graph.Resources. Places are what the
// engine counts in: policies are asked of many resources, and keys are long texts.
type network struct {
	g      *graph.Graph
	list   []*graph.Resource
	types  []string         // that occur, sorted
	number map[string]int32 // type -> index in types
	first  []int32          // by type: place of its first resource
	kind   []int32          // by place: the number of its type
	family []int32          // by place: number of the resource and its parts
	out    adjacency
	in     adjacency
	lists  []edgeList
	listed map[edgeList]int32 // edge list -> index in lists
	of     map[string][]int32 // type -> numbers of its lists
}

// edgeList names the edge lists of one kind: those of all resources of a type. Networks number them.
type edgeList struct{ typ, direction, key string }

// link is one edge as one of its ends sees it: the place of the other end, and the numbers of the lists that hold the
// edge, below _to of its source and below _from of its target. A list that no policy reads is -1.
type link struct{ other, to, from int32 }

// adjacency is the links of each place, in the order of the graph's edges.
type adjacency struct {
	start []int32
	links []link
}

func (a adjacency) of(i int32) []link { return a.links[a.start[i]:a.start[i+1]] }

// newNetwork takes the edges that n wants from a graph.
func newNetwork(g *graph.Graph, n needs) *network {
	w := &network{g: g, list: g.Resources(), types: g.Types(), number: map[string]int32{}, listed: map[edgeList]int32{}, of: map[string][]int32{}}
	for n, t := range w.types {
		w.number[t], w.first = int32(n), append(w.first, int32(len(w.kind)))
		w.kind = append(w.kind, slices.Repeat([]int32{int32(n)}, len(g.OfType(t)))...)
	}
	w.families()
	for _, t := range n.names() {
		w.declare(t, n.of(t))
	}
	w.connect()
	return w
}

// families numbers what exists together.
func (w *network) families() {
	w.family = make([]int32, len(w.list))
	absent := map[graph.Key]int32{} // owners that are not in the graph
	for i, r := range w.list {
		w.family[i] = int32(i)
		if r.Of == "" {
			continue
		}
		k := family(r)
		if at := w.g.Index(k); at >= 0 {
			w.family[i] = int32(at)
			continue
		}
		if _, ok := absent[k]; !ok {
			absent[k] = int32(len(w.list) + len(absent))
		}
		w.family[i] = absent[k]
	}
}

// family is the resource that a part belongs to; what belongs together exists together.
func family(r *graph.Resource) graph.Key {
	if r.Of != "" {
		return graph.Key{Root: r.Root, Address: r.Of}
	}
	return r.Key()
}

// declare numbers the edge lists of a type that are wanted.
func (w *network) declare(typ string, f *fields) {
	if t := catalog.Lookup(typ); t != nil {
		for _, ref := range t.References() {
			for _, target := range ref.Targets {
				if key := ref.ToKey(target.Type); f.wantsTo(key) {
					w.add(edgeList{typ, "_to", key})
				}
			}
		}
	}
	if f.all || f.from[""] {
		for _, ref := range catalog.ReferencesTo(typ) {
			w.add(edgeList{typ, "_from", ref.Via()})
		}
	}
	for _, via := range sortedNames(f.from) {
		if via != "" {
			w.add(edgeList{typ, "_from", via})
		}
	}
}

func (w *network) add(l edgeList) {
	if _, ok := w.listed[l]; !ok {
		w.listed[l] = int32(len(w.lists))
		w.of[l.typ] = append(w.of[l.typ], int32(len(w.lists)))
		w.lists = append(w.lists, l)
	}
}

// connect sorts the edges that are in a list by their ends.
func (w *network) connect() {
	type edge struct{ source, target, to, from int32 }
	numbers := map[[3]string][2]int32{}
	edges := make([]edge, 0, len(w.g.Edges()))
	w.out.start, w.in.start = make([]int32, len(w.list)+1), make([]int32, len(w.list)+1)
	source := 0
	for _, e := range w.g.Edges() {
		for w.list[source].Key() != e.From {
			source++
		}
		target := w.g.Index(e.To)
		ends := [3]string{w.list[source].Type, e.Via, w.list[target].Type}
		n, ok := numbers[ends]
		if !ok {
			n = [2]int32{w.toList(ends), w.numberOf(edgeList{ends[2], "_from", ends[0] + "." + e.Via})}
			numbers[ends] = n
		}
		if n[0] < 0 && n[1] < 0 {
			continue
		}
		edges = append(edges, edge{int32(source), int32(target), n[0], n[1]})
		w.out.start[source+1]++
		w.in.start[target+1]++
	}
	for i := range w.list {
		w.out.start[i+1] += w.out.start[i]
		w.in.start[i+1] += w.in.start[i]
	}
	w.out.links, w.in.links = make([]link, len(edges)), make([]link, len(edges))
	next := slices.Clone(w.in.start)
	for i, e := range edges {
		w.out.links[i] = link{e.target, e.to, e.from}
		w.in.links[next[e.target]] = link{e.source, e.to, e.from}
		next[e.target]++
	}
}

func (w *network) numberOf(l edgeList) int32 {
	if n, ok := w.listed[l]; ok {
		return n
	}
	return -1
}

// toList gives the list below _to of a type that holds the edges of an attribute to a target type.
func (w *network) toList(ends [3]string) int32 {
	t := catalog.Lookup(ends[0])
	if t == nil {
		return -1
	}
	for _, ref := range t.References() {
		if ref.Path == ends[1] && slices.ContainsFunc(ref.Targets, func(x catalog.Target) bool { return x.Type == ends[2] }) {
			return w.numberOf(edgeList{ends[0], "_to", ref.ToKey(ends[2])})
		}
	}
	return -1
}

// position is the place of a resource among those of its type.
func (w *network) position(i int32) int { return int(i - w.first[w.kind[i]]) }

// places gives the places of all resources of a type.
func (w *network) places(typ string) []int32 {
	out := make([]int32, len(w.g.OfType(typ)))
	for i := range out {
		out[i] = w.first[w.number[typ]] + int32(i)
	}
	return out
}

// walker goes along edges. It keeps its notes between walks, and serves one goroutine.
type walker struct {
	w    *network
	seen []int32 // place -> number of the walk that came by last
	walk int32
	pos  []int32 // for views: place -> position, -1 between views
}

func newWalker(w *network) *walker {
	k := &walker{w: w, seen: make([]int32, len(w.list)), pos: make([]int32, len(w.list))}
	for i := range k.pos {
		k.pos[i] = -1
	}
	return k
}

// reach gives the given places and those that a policy comes to from them: those farther away last.
func (k *walker) reach(start []int32, o *outline) []int32 { return k.along(nil, start, o, false) }

// back gives the given places and those from which a policy comes to one of them.
func (k *walker) back(start []int32, o *outline) []int32 { return k.along(nil, start, o, true) }

// along appends to a list of no elements.
func (k *walker) along(list, start []int32, o *outline, back bool) []int32 {
	k.walk++
	list = k.visit(list, start...)
	done := 0
	for range o.hops {
		end := len(list)
		if done == end {
			break
		}
		for ; done < end; done++ {
			for _, l := range k.w.out.of(list[done]) {
				if back && o.follows(l.from) || !back && o.follows(l.to) {
					list = k.visit(list, l.other)
				}
			}
			for _, l := range k.w.in.of(list[done]) {
				if back && o.follows(l.to) || !back && o.follows(l.from) {
					list = k.visit(list, l.other)
				}
			}
		}
	}
	return list
}

// visit appends the places where this walk has not been.
func (k *walker) visit(list []int32, places ...int32) []int32 {
	for _, i := range places {
		if k.seen[i] != k.walk {
			k.seen[i] = k.walk
			list = append(list, i)
		}
	}
	return list
}
