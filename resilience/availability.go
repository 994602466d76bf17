package resilience

import (
	"cmp"
	"slices"
	"strings"
)

// Rates say how much of the time things do not work: 0.001 is 0.1 %.
type Rates struct {
	Zone, Region float64
	Single       map[string]float64 // by type: one resource or one member of a group
	Service      map[string]float64 // by type: a regional or global service
}

// Estimate is how much of the time an entry point works. It is made of published refund thresholds, which are no
// promise of what will be: two estimates can be compared; one alone says little.
type Estimate struct {
	Entry     int
	Low, High float64 // they differ where placement is not known
	Parts     []Share // the largest first
	Missing   []string
	Err       error // no estimate: why
}

// Share is what one thing takes away: by how much availability would rise if it never failed.
type Share struct {
	Name string
	Lost float64
}

// hoursInYear is that of 365.25 days.
const hoursInYear = 8766

// HoursDown is the time in a year at an availability.
func HoursDown(availability float64) float64 { return (1 - availability) * hoursInYear }

// diagramLimit bounds memory: 2 million decisions take about 100 MiB.
const diagramLimit = 2_000_000

// mostMembers is how many members of one group are told apart; beyond, one more changes nothing that can be printed.
const mostMembers = 12

// Availability estimates every entry point. Zones and regions are things that fail like others, so members of one zone
// share its fate.
func (m *Model) Availability(rates Rates) []Estimate {
	out := make([]Estimate, len(m.Entries))
	for i, e := range m.Entries {
		out[i] = m.estimate(e.Node, rates, true)
		out[i].Entry = i
	}
	return out
}

// estimator builds the diagrams of one entry point.
type estimator struct {
	m       *Model
	rates   Rates
	d       *diagrams
	names   []string // of variables
	works   []float64
	owner   []int // the node that each variable belongs to
	vars    map[int][]int32
	worst   map[int]int32
	best    map[int]int32
	missing map[string]bool
	open    map[int]bool // in hand, in a circle of needs
}

func (m *Model) estimate(node int, rates Rates, parts bool) Estimate {
	e := &estimator{m: m, rates: rates, d: newDiagrams(diagramLimit), vars: map[int][]int32{}, worst: map[int]int32{}, best: map[int]int32{}, missing: map[string]bool{}, open: map[int]bool{}}
	worst := e.of(node, true)
	best := e.of(node, false)
	if e.d.full {
		return Estimate{Err: errTooLarge}
	}
	est := Estimate{Low: e.d.probability(worst, e.works), High: e.d.probability(best, e.works), Missing: sortedNames(e.missing)}
	if parts {
		est.Parts = e.shares(worst, est.Low)
	}
	return est
}

// shares is what each thing takes away in the worst case.
func (e *estimator) shares(top int32, now float64) []Share {
	byName := map[string][]int{}
	for v, name := range e.names {
		byName[name] = append(byName[name], v)
	}
	var out []Share
	for _, name := range sortedNames(byName) {
		works := slices.Clone(e.works)
		for _, v := range byName[name] {
			works[v] = 1
		}
		if lost := e.d.probability(top, works) - now; lost > 1e-12 {
			out = append(out, Share{name, lost})
		}
	}
	slices.SortStableFunc(out, func(a, b Share) int { return cmp.Or(cmp.Compare(b.Lost, a.Lost), strings.Compare(a.Name, b.Name)) })
	return out
}

// of is the diagram of a node. In a circle of needs the node in hand counts as working, since nothing in the circle
// fails because of the circle.
func (e *estimator) of(i int, worst bool) int32 {
	memo := e.best
	if worst {
		memo = e.worst
	}
	if r, ok := memo[i]; ok {
		return r
	}
	if e.open[i] {
		return always
	}
	e.open[i] = true
	n := &e.m.Nodes[i]
	r := always
	if n.Kind == All {
		for _, v := range e.own(i, 1, e.rate(n)) {
			r = e.d.and(r, v)
		}
		for _, need := range n.Needs {
			r = e.d.and(r, e.of(need.Node, worst))
		}
	} else {
		r = e.some(i, n, worst)
	}
	delete(e.open, i)
	memo[i] = r
	return r
}

// some holds where enough members both stand and work. Members of a group are alike, so any of those that stand are
// taken for the ones that work.
func (e *estimator) some(i int, n *Node, worst bool) int32 {
	var up, down []int32
	var low, high []int
	for _, need := range n.Needs {
		x := e.of(need.Node, worst)
		up, down = append(up, x), append(down, e.d.choose(x, never, always))
		low, high = append(low, need.Min), append(high, need.Max)
	}
	rate := e.memberRate(n)
	if rate == 0 {
		return e.standing(up, down, low, high, n.Total, n.Least, worst)
	}
	count := n.Total
	if n.Least == 1 {
		count = min(count, mostMembers)
	}
	members := e.own(i, count, rate)
	r := never
	for stand := n.Least; stand <= count; stand++ {
		here := e.standing(up, down, low, high, n.Total, stand, worst)
		r = e.d.or(r, e.d.and(here, e.d.atLeast(members[:stand], ones(stand), n.Least)))
	}
	return r
}

// standing holds where at least so many members stand, by the rule of State.some.
func (e *estimator) standing(up, down []int32, low, high []int, total, least int, worst bool) int32 {
	if worst {
		must := e.d.atLeast(up, low, least)
		most := e.d.atLeast(down, high, total-least+1)
		return e.d.or(must, e.d.choose(most, never, always))
	}
	may := e.d.atLeast(up, high, least)
	gone := e.d.atLeast(down, low, total-least+1)
	return e.d.and(may, e.d.choose(gone, never, always))
}

func ones(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// own are the variables of a node itself; none when it never fails.
func (e *estimator) own(i, count int, rate float64) []int32 {
	if rate == 0 {
		return nil
	}
	if vars, ok := e.vars[i]; ok {
		return vars
	}
	n := &e.m.Nodes[i]
	name := n.Name
	if n.Key.Address != "" {
		name = n.Key.String()
	}
	for range count {
		e.vars[i] = append(e.vars[i], e.d.variable(int32(len(e.works))))
		e.works, e.names, e.owner = append(e.works, 1-rate), append(e.names, name), append(e.owner, i)
	}
	return e.vars[i]
}

// rate is how much of the time a node itself does not work.
func (e *estimator) rate(n *Node) float64 {
	switch n.Class {
	case Zone:
		return e.rates.Zone
	case Region:
		return e.rates.Region
	case Single:
		return e.look(e.rates.Single, n.Type)
	case Service:
		return e.look(e.rates.Service, n.Type)
	}
	return 0
}

// memberRate is how much of the time one member of a group does not work: a server, a copy, a load balancer's node in
// a zone.
func (e *estimator) memberRate(n *Node) float64 {
	if n.Class == Group || n.Class == Single && n.Type != "" || n.Class == Part && (n.Type == "aws_lb" || n.Type == "aws_elb") {
		return e.look(e.rates.Single, n.Type)
	}
	return 0
}

func (e *estimator) look(table map[string]float64, typ string) float64 {
	rate, ok := table[typ]
	if !ok && typ != "" {
		e.missing[typ] = true
	}
	return rate
}
