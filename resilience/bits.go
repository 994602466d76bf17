package resilience

import "math/bits"

// width is how many words of 64 losses are carried through the model at once: enough that the order of nodes is walked
// seldom, few enough that a model of 100,000 nodes stays near the processor.
const width = 16

// block is one bit for each of 64*width losses.
type block [width]uint64

// Effects says what the loss of each of some nodes alone does to the entry points: Down[e] lists positions in the list
// of lost nodes that surely take entry e down, Maybe[e] those that may. Both are sorted.
type Effects struct {
	Down, Maybe [][]int
}

// LoseEach carries the loss of each node alone through the model, 1,024 losses at a time.
func (m *Model) LoseEach(nodes []int) Effects { return m.loseEach(m.flatten(), nodes, nil) }

// loseEach does so while some others are lost, too.
func (m *Model) loseEach(w *waves, nodes, base []int) Effects {
	e := Effects{Down: make([][]int, len(m.Entries)), Maybe: make([][]int, len(m.Entries))}
	var list []int // positions of the nodes that an entry point is built on
	for k, n := range nodes {
		if w.at[n] >= 0 {
			list = append(list, k)
		}
	}
	for start := 0; start == 0 || start < len(list); start += 64 * width {
		part := list[start:min(start+64*width, len(list))]
		w.run(nodes, part, base)
		for i, entry := range m.Entries {
			x := w.at[entry.Node]
			for k, position := range part {
				word, bit := k/64, uint64(1)<<(k%64)
				switch {
				case w.best[x][word]&bit != 0:
					e.Down[i] = append(e.Down[i], position)
				case w.worst[x][word]&bit != 0:
					e.Maybe[i] = append(e.Maybe[i], position)
				}
			}
		}
	}
	return m.alwaysDown(e, nodes, base)
}

// alwaysDown completes the effects of losses that no entry point is built on, for entry points that are down anyway.
func (m *Model) alwaysDown(e Effects, nodes, base []int) Effects {
	normal := m.Lose(base...)
	for i, entry := range m.Entries {
		up := normal.Up(entry.Node)
		if up == Yes {
			continue
		}
		known := map[int]bool{}
		for _, k := range e.Down[i] {
			known[k] = true
		}
		e.Maybe[i] = nil
		for k := range nodes {
			switch {
			case up == No:
				known[k] = true
			case !known[k]:
				e.Maybe[i] = append(e.Maybe[i], k)
			}
		}
		e.Down[i] = nil
		for k := range nodes {
			if known[k] {
				e.Down[i] = append(e.Down[i], k)
			}
		}
	}
	return e
}

// flat is a node without words: what waves need of it. Needs lie in one list for all nodes.
type flat struct {
	start, end   int32
	total, least int32
	spare        int32 // -1: none
	kind         shape
}

type shape uint8

const (
	every  shape = iota // of kind All
	single              // Some, down with the last of its needs
	counts              // Some, by number
)

// waves holds, for one block of losses, the losses by which each node fails in the worst and in the best case. It knows
// only the nodes that entry points are built on, in an order in which needs come first.
type waves struct {
	nodes       []flat
	needs       []int32
	low, high   []int32 // of each need
	at          []int32 // by node of the model; -1 when no entry point is built on it
	cyclic      bool
	worst, best []block
	touched     []bool
	lostLow     [64 * width]int32 // members lost, at least and at most
	lostHigh    [64 * width]int32
}

func (m *Model) flatten() *waves {
	m.arrange()
	used := m.below(m.Entries)
	w := &waves{at: make([]int32, len(m.Nodes)), cyclic: m.cyclic}
	for i := range w.at {
		w.at[i] = -1
	}
	count := int32(0)
	for _, i := range m.order {
		if used[i] {
			w.at[i] = count
			count++
		}
	}
	w.nodes = make([]flat, 0, count)
	for _, i := range m.order {
		if used[i] {
			w.add(&m.Nodes[i])
		}
	}
	w.worst, w.best, w.touched = make([]block, count), make([]block, count), make([]bool, count)
	return w
}

// below marks every node that some entry points are built on.
func (m *Model) below(entries []Entry) []bool {
	used := make([]bool, len(m.Nodes))
	var stack []int
	for _, e := range entries {
		stack = append(stack, e.Node)
		used[e.Node] = true
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for k := 0; ; k++ {
			c, more := m.child(i, k)
			if !more {
				break
			}
			if !used[c] {
				used[c] = true
				stack = append(stack, c)
			}
		}
	}
	return used
}

func (w *waves) add(n *Node) {
	f := flat{start: int32(len(w.needs)), total: int32(n.Total), least: int32(n.Least), spare: -1}
	for _, need := range n.Needs {
		w.needs = append(w.needs, w.at[need.Node])
		w.low = append(w.low, int32(need.Min))
		w.high = append(w.high, int32(need.Max))
	}
	f.end = int32(len(w.needs))
	if n.Spare != 0 {
		f.spare = w.at[n.Spare]
	}
	switch {
	case n.Kind == All:
	case n.Least == 1 && n.Spare == 0 && n.plain():
		f.kind = single
	default:
		f.kind = counts
	}
	w.nodes = append(w.nodes, f)
}

// plain says that the place of every member is known, so that the node fails with the last of its needs.
func (n *Node) plain() bool {
	for _, need := range n.Needs {
		if need.Min != need.Max || need.Min < 1 {
			return false
		}
	}
	return len(n.Needs) > 0
}

// run carries the losses at some positions of a list of nodes, each together with those of base.
func (w *waves) run(nodes, positions, base []int) {
	for i := range w.touched {
		if w.touched[i] {
			w.touched[i], w.worst[i], w.best[i] = false, block{}, block{}
		}
	}
	for _, n := range base {
		if i := w.at[n]; i >= 0 {
			w.touched[i] = true
			for k := range block0 {
				w.worst[i][k], w.best[i][k] = ^uint64(0), ^uint64(0)
			}
		}
	}
	for k, position := range positions {
		i := w.at[nodes[position]]
		w.touched[i] = true
		w.worst[i][k/64] |= 1 << (k % 64)
		w.best[i][k/64] |= 1 << (k % 64)
	}
	for changed := true; changed; {
		changed = false
		for i := range w.nodes {
			changed = w.settle(i) || changed
		}
		changed = changed && w.cyclic
	}
}

// settle carries the failures of its needs to one node. Most nodes have none that fail.
func (w *waves) settle(i int) bool {
	n := &w.nodes[i]
	needs := w.needs[n.start:n.end]
	hit := n.spare >= 0 && w.touched[n.spare] || n.kind == counts && n.total < n.least // down whatever is lost
	for _, c := range needs {
		if w.touched[c] {
			hit = true
			break
		}
	}
	if !hit {
		return false
	}
	before, before2, was := w.worst[i], w.best[i], w.touched[i]
	w.touched[i] = true
	switch n.kind {
	case every:
		for _, c := range needs {
			if w.touched[c] {
				for k := range block0 {
					w.worst[i][k] |= w.worst[c][k]
					w.best[i][k] |= w.best[c][k]
				}
			}
		}
	case single:
		w.last(i, needs)
	default:
		w.count(i, n, w.worst, true)
		w.count(i, n, w.best, false)
	}
	return !was || w.cyclic && (before != w.worst[i] || before2 != w.best[i])
}

var block0 block

// last fails a node by the losses by which all of its needs fail.
func (w *waves) last(i int, needs []int32) {
	for _, c := range needs {
		if !w.touched[c] {
			return
		}
	}
	worst, best := w.worst[needs[0]], w.best[needs[0]]
	for _, c := range needs[1:] {
		for k := range worst {
			worst[k] &= w.worst[c][k]
			best[k] &= w.best[c][k]
		}
	}
	for k := range worst {
		w.worst[i][k] |= worst[k]
		w.best[i][k] |= best[k]
	}
}

// count adds up, loss by loss, the members that go with the needs that fail.
func (w *waves) count(i int, n *flat, failed []block, worst bool) {
	clear(w.lostLow[:])
	clear(w.lostHigh[:])
	low, high := int32(0), int32(0)
	var any block
	for x := n.start; x < n.end; x++ {
		low, high = low+w.low[x], high+w.high[x]
		if c := w.needs[x]; w.touched[c] {
			w.tally(&failed[c], w.low[x], w.high[x])
			for k := range any {
				any[k] |= failed[c][k]
			}
		}
	}
	if n.spare >= 0 && w.touched[n.spare] {
		for k := range any {
			any[k] |= failed[n.spare][k]
		}
	}
	normal := max(low, n.total)
	if !worst {
		normal = min(high, n.total)
	}
	for k := range any {
		word := any[k]
		if normal < n.least {
			word = ^uint64(0)
		}
		for ; word != 0; word &= word - 1 {
			bit := bits.TrailingZeros64(word)
			at := k*64 + bit
			left := max(low-w.lostLow[at], n.total-w.lostHigh[at])
			if !worst {
				left = min(high-w.lostHigh[at], n.total-w.lostLow[at])
			}
			if n.spare >= 0 && failed[n.spare][k]>>bit&1 != 0 {
				left--
			}
			if left < n.least {
				if worst {
					w.worst[i][k] |= 1 << bit
				} else {
					w.best[i][k] |= 1 << bit
				}
			}
		}
	}
}

func (w *waves) tally(failed *block, low, high int32) {
	for k, word := range failed {
		for ; word != 0; word &= word - 1 {
			at := k*64 + bits.TrailingZeros64(word)
			w.lostLow[at] += low
			w.lostHigh[at] += high
		}
	}
}
