package resilience

// Up is a three-valued answer.
type Up int

// The answers. Undecided is never up.
const (
	Undecided Up = iota
	Yes
	No
)

// String gives the word of reports.
func (u Up) String() string {
	switch u {
	case Yes:
		return "UP"
	case No:
		return "DOWN"
	}
	return "UNDECIDED"
}

// State is the model after a loss.
type State struct {
	m           *Model
	Lost        map[int]bool
	worst, best []bool    // whether each node is up, in the worst and the best case
	least, most []float64 // the part of its capacity that each node has left, 0 to 1
}

// Lose carries the loss of some nodes through the model.
func (m *Model) Lose(nodes ...int) *State {
	m.arrange()
	s := &State{m: m, Lost: map[int]bool{}, worst: make([]bool, len(m.Nodes)), best: make([]bool, len(m.Nodes)),
		least: make([]float64, len(m.Nodes)), most: make([]float64, len(m.Nodes))}
	for _, n := range nodes {
		s.Lost[n] = true
	}
	for i := range m.Nodes {
		s.worst[i], s.best[i], s.least[i], s.most[i] = true, true, 1, 1
	}
	for changed := true; changed; {
		changed = false
		for _, i := range m.order {
			changed = s.settle(i) || changed
		}
		changed = changed && m.cyclic
	}
	return s
}

// settle computes one node from its needs and says whether that changed it.
func (s *State) settle(i int) bool {
	n := &s.m.Nodes[i]
	var worst, best bool
	var least, most float64
	switch {
	case s.Lost[i]:
	case n.Kind == All:
		worst, best, least, most = s.all(n)
	default:
		worst, best, least, most = s.some(n)
	}
	if !worst {
		least = 0
	}
	if !best {
		most = 0
	}
	changed := worst != s.worst[i] || best != s.best[i] || least != s.least[i] || most != s.most[i]
	s.worst[i], s.best[i], s.least[i], s.most[i] = worst, best, least, most
	return changed
}

func (s *State) all(n *Node) (worst, best bool, least, most float64) {
	worst, best, least, most = true, true, 1, 1
	for _, need := range n.Needs {
		c := need.Node
		worst, best = worst && s.worst[c], best && s.best[c]
		least, most = min(least, s.least[c]), min(most, s.most[c])
	}
	return worst, best, least, most
}

// some counts the members that are left. Between Min and Max members stand with each need and Total in all, so at
// least those that must stand with the needs that are up are left, and at least all but those that may stand with the
// needs that are down.
func (s *State) some(n *Node) (worst, best bool, least, most float64) {
	spare := 0
	if n.Spare != 0 && !s.worst[n.Spare] {
		spare = 1
	}
	leftMin, lostMax, leftMax, lostMin := 0, 0, 0, 0
	var loadMin, gapMax, loadMax, gapMin float64
	for _, need := range n.Needs {
		c := need.Node
		if s.worst[c] {
			leftMin += need.Min
		} else {
			lostMax += need.Max
		}
		if s.best[c] {
			leftMax += need.Max
		} else {
			lostMin += need.Min
		}
		loadMin += float64(need.Min) * s.least[c]
		gapMax += float64(need.Max) * (1 - s.least[c])
		loadMax += float64(need.Max) * s.most[c]
		gapMin += float64(need.Min) * (1 - s.most[c])
	}
	worst = max(leftMin, n.Total-lostMax)-spare >= n.Least
	best = min(leftMax, n.Total-lostMin)-spare >= n.Least
	if n.First && s.worst[n.Needs[0].Node] {
		return worst, best, s.least[n.Needs[0].Node], s.most[n.Needs[0].Node]
	}
	if !n.Load || n.Total == 0 {
		return worst, best, one(worst), one(best)
	}
	total := float64(n.Total)
	least = max(0, max(loadMin, total-gapMax)-float64(spare)) / total
	most = max(0, min(loadMax, total-gapMin)-float64(spare)) / total
	return worst, best, least, most
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Up says whether a node works.
func (s *State) Up(node int) Up {
	switch {
	case s.worst[node]:
		return Yes
	case !s.best[node]:
		return No
	}
	return Undecided
}

// Capacity gives the part of its capacity that a node has at least and at most, 0 to 1.
func (s *State) Capacity(node int) (least, most float64) { return s.least[node], s.most[node] }
