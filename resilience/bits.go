package resilience

import "math/bits"

// width is how many words of 64 losses are carried through the model at once: enough that the order of nodes is walked
// seldom, few enough that a model of 100,000 nodes stays in the cache.
const width = 8

// block is one bit for each of 64*width losses.
type block [width]uint64

// Effects says what the loss of each of some nodes alone does to the entry points: Down[e] lists positions in the list
// of lost nodes that surely take entry e down, Maybe[e] those that may. Both are sorted.
type Effects struct {
	Down, Maybe [][]int
}

// LoseEach carries the loss of each node alone through the model, 512 losses at a time.
func (m *Model) LoseEach(nodes []int) Effects {
	m.arrange()
	w := &waves{m: m, worst: make([]block, len(m.Nodes)), best: make([]block, len(m.Nodes)), touched: make([]bool, len(m.Nodes))}
	e := Effects{Down: make([][]int, len(m.Entries)), Maybe: make([][]int, len(m.Entries))}
	for start := 0; start < len(nodes); start += 64 * width {
		part := nodes[start:min(start+64*width, len(nodes))]
		w.run(part)
		for i, entry := range m.Entries {
			if !w.touched[entry.Node] {
				continue
			}
			for k := range part {
				word, bit := k/64, uint64(1)<<(k%64)
				switch {
				case w.best[entry.Node][word]&bit != 0:
					e.Down[i] = append(e.Down[i], start+k)
				case w.worst[entry.Node][word]&bit != 0:
					e.Maybe[i] = append(e.Maybe[i], start+k)
				}
			}
		}
	}
	return e
}

// waves holds, for one block of losses, the losses by which each node fails in the worst and in the best case.
type waves struct {
	m           *Model
	worst, best []block
	touched     []bool
	own         map[int]block
	low, high   [64 * width]int32 // members lost, at least and at most
}

func (w *waves) run(lost []int) {
	for i := range w.touched {
		if w.touched[i] {
			w.touched[i], w.worst[i], w.best[i] = false, block{}, block{}
		}
	}
	w.own = make(map[int]block, len(lost))
	for k, n := range lost {
		b := w.own[n]
		b[k/64] |= 1 << (k % 64)
		w.own[n] = b
	}
	for i, b := range w.own {
		w.worst[i], w.best[i], w.touched[i] = b, b, true
	}
	for changed := true; changed; {
		changed = false
		for _, i := range w.m.order {
			changed = w.settle(i) || changed
		}
		changed = changed && w.m.cyclic
	}
}

// settle carries the failures of its needs to one node. Most nodes have none that fail.
func (w *waves) settle(i int) bool {
	n := &w.m.Nodes[i]
	hit := n.Spare != 0 && w.touched[n.Spare]
	for _, need := range n.Needs {
		if w.touched[need.Node] {
			hit = true
			break
		}
	}
	if n.Kind == Some && n.Total < n.Least { // down whatever is lost
		hit = true
	}
	if !hit {
		return false
	}
	worst, best := w.worst[i], w.best[i]
	switch {
	case n.Kind == All:
		for _, need := range n.Needs {
			if w.touched[need.Node] {
				for k := range worst {
					worst[k] |= w.worst[need.Node][k]
					best[k] |= w.best[need.Node][k]
				}
			}
		}
	case n.Least == 1 && n.Spare == 0 && n.plain():
		w.every(n, &worst, &best)
	default:
		w.count(n, w.worst, &worst, true)
		w.count(n, w.best, &best, false)
	}
	changed := worst != w.worst[i] || best != w.best[i] || !w.touched[i]
	w.worst[i], w.best[i], w.touched[i] = worst, best, true
	return changed
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

func (w *waves) every(n *Node, worst, best *block) {
	var a, b block
	for k := range a {
		a[k], b[k] = ^uint64(0), ^uint64(0)
	}
	for _, need := range n.Needs {
		if !w.touched[need.Node] {
			return
		}
		for k := range a {
			a[k] &= w.worst[need.Node][k]
			b[k] &= w.best[need.Node][k]
		}
	}
	for k := range a {
		worst[k] |= a[k]
		best[k] |= b[k]
	}
}

// count adds up, loss by loss, the members that go with the needs that fail.
func (w *waves) count(n *Node, failed []block, out *block, worst bool) {
	clear(w.low[:])
	clear(w.high[:])
	low, high := 0, 0
	for _, need := range n.Needs {
		low, high = low+need.Min, high+need.Max
		if w.touched[need.Node] {
			w.add(&failed[need.Node], need.Min, need.Max)
		}
	}
	var spare *block
	if n.Spare != 0 && w.touched[n.Spare] {
		spare = &failed[n.Spare]
	}
	for k := range out {
		for bit := 0; bit < 64; bit++ {
			at := k*64 + bit
			lostMin, lostMax := int(w.low[at]), int(w.high[at])
			left := max(low-lostMin, n.Total-lostMax)
			if !worst {
				left = min(high-lostMax, n.Total-lostMin)
			}
			if spare != nil && spare[k]>>bit&1 != 0 {
				left--
			}
			if left < n.Least {
				out[k] |= 1 << bit
			}
		}
	}
}

func (w *waves) add(failed *block, low, high int) {
	for k, word := range failed {
		for ; word != 0; word &= word - 1 {
			at := k*64 + bits.TrailingZeros64(word)
			w.low[at] += int32(low)
			w.high[at] += int32(high)
		}
	}
}
