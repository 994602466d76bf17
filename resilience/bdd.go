package resilience

import "fmt"

// diagrams are binary decision diagrams over what can fail: the one way to count things that several parts share (a
// zone, a gateway) exactly once.
type diagrams struct {
	nodes []decision
	index map[decision]int32
	memo  map[[3]int32]int32
	limit int
	full  bool
}

// decision asks whether variable v works, and goes to high if so, else to low. 0 and 1 are the answers.
type decision struct{ v, low, high int32 }

const (
	never  int32 = 0
	always int32 = 1
)

func newDiagrams(limit int) *diagrams {
	return &diagrams{nodes: []decision{{v: 1 << 30}, {v: 1 << 30}}, index: map[decision]int32{}, memo: map[[3]int32]int32{}, limit: limit}
}

// variable is the diagram of one thing that works.
func (d *diagrams) variable(v int32) int32 { return d.node(v, never, always) }

func (d *diagrams) node(v, low, high int32) int32 {
	if low == high {
		return low
	}
	n := decision{v, low, high}
	if i, ok := d.index[n]; ok {
		return i
	}
	if len(d.nodes) >= d.limit {
		d.full = true
		return never
	}
	d.nodes = append(d.nodes, n)
	i := int32(len(d.nodes) - 1)
	d.index[n] = i
	return i
}

// choose is b where a holds, else c.
func (d *diagrams) choose(a, b, c int32) int32 {
	switch {
	case a == always || b == c:
		return b
	case a == never:
		return c
	case b == always && c == never:
		return a
	}
	key := [3]int32{a, b, c}
	if r, ok := d.memo[key]; ok {
		return r
	}
	v := min(d.nodes[a].v, d.nodes[b].v, d.nodes[c].v)
	r := d.node(v, d.choose(d.side(a, v, false), d.side(b, v, false), d.side(c, v, false)), d.choose(d.side(a, v, true), d.side(b, v, true), d.side(c, v, true)))
	d.memo[key] = r
	return r
}

// side is what a diagram becomes once a variable is decided.
func (d *diagrams) side(n, v int32, works bool) int32 {
	switch x := d.nodes[n]; {
	case x.v != v:
		return n
	case works:
		return x.high
	default:
		return x.low
	}
}

func (d *diagrams) and(a, b int32) int32 { return d.choose(a, b, never) }
func (d *diagrams) or(a, b int32) int32  { return d.choose(a, always, b) }

// atLeast holds where the weights of the diagrams that hold add up to least.
func (d *diagrams) atLeast(list []int32, weights []int, least int) int32 {
	memo := map[[2]int]int32{}
	rest := make([]int, len(list)+1)
	for i := len(list) - 1; i >= 0; i-- {
		rest[i] = rest[i+1] + weights[i]
	}
	var from func(i, least int) int32
	from = func(i, least int) int32 {
		switch {
		case least <= 0:
			return always
		case rest[i] < least:
			return never
		}
		key := [2]int{i, least}
		if r, ok := memo[key]; ok {
			return r
		}
		r := d.choose(list[i], from(i+1, least-weights[i]), from(i+1, least))
		memo[key] = r
		return r
	}
	return from(0, least)
}

// probability is how likely a diagram holds when each variable works with its own probability, independently.
func (d *diagrams) probability(n int32, works []float64) float64 {
	memo := make(map[int32]float64)
	var of func(n int32) float64
	of = func(n int32) float64 {
		switch n {
		case never:
			return 0
		case always:
			return 1
		}
		if p, ok := memo[n]; ok {
			return p
		}
		x := d.nodes[n]
		p := works[x.v]*of(x.high) + (1-works[x.v])*of(x.low)
		memo[n] = p
		return p
	}
	return of(n)
}

// errTooLarge says that an estimate would take too much memory.
var errTooLarge = fmt.Errorf("too many parts for an exact estimate")
