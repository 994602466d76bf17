package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// zoneMap is what some entry points need in one region: zones are columns, tiers are rows of boxes.
type zoneMap struct {
	region string
	zones  []int // nodes of the model, by name
	others []int // zones in which no resource is, and that answers name all the same
	boxes  []mapBox
	wires  [][2]int // from a box to one that it needs
}

// mapBox is a resource, the members of a group in one zone, or what a cure adds.
type mapBox struct {
	key         graph.Key
	typ         string
	title, note string
	tier        int
	first, last int  // columns; first is -1 for what is in no zone
	unsure      bool // in one of these zones, not known which
	point       int  // number of the single point; 0: none
	maybe       bool // whether it is one is not known
	cure        bool
	folded      int // how many resources the box stands for, when they are several
	nodes       []int
	in          []int // zones that it is, or may be, in
	entry       int   // position of the entry point; -1
}

// mapTiers are the rows; the first two stand outside of the region when they are in none.
const (
	tierWay = iota
	tierEdge
	tierServers
	tierNetwork
	tierData
)

// mostInZone is how many boxes of one tier a zone shows one by one.
const mostInZone = 12

// mapper draws what some entry points need.
type mapper struct {
	*simulated
	names   map[graph.Key]string // of what has an ARN for an address
	used    []bool
	entries []int
	keys    []graph.Key
	of      map[graph.Key][]int // nodes of each resource
}

func newMapper(t *simulated, names map[graph.Key]string, entries []int) *mapper {
	m := &mapper{simulated: t, names: names, entries: entries, of: map[graph.Key][]int{}, used: make([]bool, len(t.Model.Nodes))}
	var queue []int
	for _, e := range entries {
		queue = append(queue, t.Model.Entries[e].Node)
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if m.used[i] {
			continue
		}
		m.used[i] = true
		for _, need := range t.Model.Nodes[i].Needs {
			queue = append(queue, need.Node)
		}
	}
	for i := range t.Model.Nodes {
		n := &t.Model.Nodes[i]
		if i == 0 || !m.used[i] || n.Key.Address == "" {
			continue
		}
		if m.of[n.Key] == nil {
			m.keys = append(m.keys, n.Key)
		}
		m.of[n.Key] = append(m.of[n.Key], i)
	}
	return m
}

// regions lists the regions where something that is needed is; "" is that of zones of which it is not known.
func (m *mapper) regions() []string {
	var out []string
	for i := range m.Model.Nodes {
		n := &m.Model.Nodes[i]
		switch {
		case n.Class == resilience.Region && m.used[i]:
			out = append(out, n.Name)
		case n.Class == resilience.Zone && m.used[i]:
			out = append(out, m.regionOf(i))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// regionOf is the region of a zone.
func (m *mapper) regionOf(zone int) string {
	for _, need := range m.Model.Nodes[zone].Needs {
		if n := &m.Model.Nodes[need.Node]; n.Class == resilience.Region {
			return n.Name
		}
	}
	return ""
}

// draw lays out one region. Zones in which no resource is have no column, though answers may name them: where a name leads to
// is not known, say.
func (m *mapper) draw(region string) *zoneMap {
	var zones []int
	for i := range m.Model.Nodes {
		if m.Model.Nodes[i].Class == resilience.Zone && m.used[i] && m.regionOf(i) == region && m.holdsSomething(i) {
			zones = append(zones, i)
		}
	}
	slices.SortFunc(zones, func(a, b int) int { return strings.Compare(m.Model.Nodes[a].Name, m.Model.Nodes[b].Name) })
	z := m.arrange(region, zones)
	held := map[int]bool{}
	for _, b := range z.boxes {
		for _, zone := range b.in {
			held[zone] = true
		}
	}
	if len(held) == 0 || len(held) == len(zones) {
		return z
	}
	z = m.arrange(region, slices.DeleteFunc(slices.Clone(zones), func(zone int) bool { return !held[zone] }))
	z.others = slices.DeleteFunc(zones, func(zone int) bool { return held[zone] })
	return z
}

// arrange makes the boxes and wires of some zones of a region.
func (m *mapper) arrange(region string, zones []int) *zoneMap {
	z := &zoneMap{region: region, zones: zones}
	at := map[int][]int{} // boxes of each node
	add := func(b mapBox) {
		for _, n := range b.nodes {
			at[n] = append(at[n], len(z.boxes))
		}
		z.boxes = append(z.boxes, b)
	}
	for _, e := range m.entries {
		x := m.Model.Entries[e]
		add(mapBox{key: x.Key, title: x.Name, note: entryNote(m.typeOf(x.Key)), tier: tierWay, first: -1, nodes: []int{x.Node}, entry: e})
	}
	byName := map[string]int{}
	for _, key := range m.keys {
		for _, b := range m.boxesOf(key, z, at) {
			byName[key.String()] = len(z.boxes)
			add(b)
		}
	}
	for i := range m.Model.Nodes { // a balancer with what it forwards to is a step of its own, named like the balancer
		n := &m.Model.Nodes[i]
		if k, ok := byName[n.Name]; ok && m.used[i] && n.Class == resilience.Part && n.Key.Address == "" && len(at[i]) == 0 {
			at[i] = []int{k}
			z.boxes[k].nodes = append(slices.Clone(z.boxes[k].nodes), i)
		}
	}
	z.number(m)
	z.connect(m, at)
	z.onlyHere(m)
	z.cures(m)
	z.fold()
	return z
}

// holdsSomething says that something that is needed is, or may be, in a zone.
func (m *mapper) holdsSomething(zone int) bool {
	for i := range m.Model.Nodes {
		n := &m.Model.Nodes[i]
		if !m.used[i] || n.Class == resilience.Zone {
			continue
		}
		for _, need := range n.Needs {
			if need.Node == zone {
				return true
			}
		}
	}
	return false
}

// number marks the single points.
func (z *zoneMap) number(m *mapper) {
	for i, p := range m.Points {
		n := &m.Model.Nodes[p.Node]
		for k := range z.boxes {
			if b := &z.boxes[k]; b.entry < 0 && b.key == n.Key && b.point == 0 && (n.Class == resilience.Single || n.Class == resilience.Member) {
				b.point, b.maybe = i+1, len(p.Down) == 0
			}
		}
	}
}

// connect draws a wire where a box needs another without a third between. Of a target with a box in each zone, the one in
// the same zone is meant.
func (z *zoneMap) connect(m *mapper, at map[int][]int) {
	have := map[[2]int]bool{}
	for from := range z.boxes {
		seen := map[int]bool{}
		queue := slices.Clone(z.boxes[from].nodes)
		for _, i := range queue {
			seen[i] = true
		}
		for len(queue) > 0 {
			i := queue[0]
			queue = queue[1:]
			for _, need := range m.Model.Nodes[i].Needs {
				if seen[need.Node] {
					continue
				}
				seen[need.Node] = true
				targets := z.targets(from, at[need.Node])
				if len(targets) == 0 {
					if other := m.Model.Nodes[need.Node].Zone; z.boxes[from].first == z.boxes[from].last && z.boxes[from].first >= 0 && other != "" && z.zoneName(m, from) != other && m.Model.Nodes[need.Node].Class == resilience.Part {
						continue // the members of the same group in another zone
					}
					queue = append(queue, need.Node)
				}
				for _, to := range targets {
					if z.boxes[to].key != z.boxes[from].key || z.boxes[from].entry >= 0 {
						have[[2]int{from, to}] = true
					}
				}
			}
		}
	}
	for l := range have {
		z.wires = append(z.wires, l)
	}
	slices.SortFunc(z.wires, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
}

func (z *zoneMap) zoneName(m *mapper, box int) string {
	return m.Model.Nodes[z.zones[z.boxes[box].first]].Name
}

// targets are the boxes of a node that a wire from one box leads to.
func (z *zoneMap) targets(from int, boxes []int) []int {
	var same []int
	for _, to := range boxes {
		if to != from && z.boxes[to].first == z.boxes[from].first && z.boxes[to].last == z.boxes[from].last && z.boxes[from].first >= 0 {
			same = append(same, to)
		}
	}
	if len(same) > 0 {
		return same
	}
	return slices.DeleteFunc(slices.Clone(boxes), func(to int) bool { return to == from })
}

// onlyHere takes off the ways in from which no wire leads into the region, when there are several regions to draw.
func (z *zoneMap) onlyHere(m *mapper) {
	if len(m.regions()) < 2 {
		return
	}
	reached := make([]bool, len(z.boxes))
	for i, b := range z.boxes {
		reached[i] = b.first >= 0 || b.entry < 0
	}
	for more := true; more; {
		more = false
		for _, l := range z.wires {
			if reached[l[1]] && !reached[l[0]] {
				reached[l[0]], more = true, true
			}
		}
	}
	z.keep(func(i int) bool { return reached[i] })
}

// keep takes off the boxes that do not fit, with their wires.
func (z *zoneMap) keep(fits func(int) bool) {
	into := make([]int, len(z.boxes))
	var boxes []mapBox
	for i, b := range z.boxes {
		into[i] = -1
		if fits(i) {
			into[i] = len(boxes)
			boxes = append(boxes, b)
		}
	}
	z.boxes = boxes
	z.rewire(into)
}

// rewire follows boxes to where they went; -1 is nowhere.
func (z *zoneMap) rewire(into []int) {
	have := map[[2]int]bool{}
	var wires [][2]int
	for _, l := range z.wires {
		x := [2]int{into[l[0]], into[l[1]]}
		if x[0] >= 0 && x[1] >= 0 && x[0] != x[1] && !have[x] {
			have[x] = true
			wires = append(wires, x)
		}
	}
	z.wires = wires
}

// cures adds what the cheapest cure for any one zone would add.
func (z *zoneMap) cures(m *mapper) {
	for _, c := range m.Cures {
		if c.Goal != "survive-any-zone" || c.Met || !c.Possible {
			continue
		}
		for _, f := range c.Fixes {
			z.cure(m, f)
		}
	}
}

func (z *zoneMap) cure(m *mapper, f resilience.Fix) {
	i := slices.IndexFunc(z.boxes, func(b mapBox) bool { return b.key == f.Resource && b.entry < 0 && b.first >= 0 })
	if i < 0 || len(z.zones) == 0 {
		return
	}
	of := z.boxes[i]
	b := mapBox{key: of.key, typ: of.typ, tier: of.tier, title: cureWord(of.typ, of.title), note: z.curePrice(m, f), cure: true, entry: -1, first: 0, last: len(z.zones) - 1}
	if of.first != of.last {
		z.boxes = append(z.boxes, b)
		return
	}
	for k := range z.zones {
		if k == of.first {
			continue
		}
		b.first, b.last = k, k
		z.boxes = append(z.boxes, b)
		if of.typ != "aws_nat_gateway" {
			return // one more is enough
		}
	}
}

func cureWord(typ, title string) string {
	switch typ {
	case "aws_nat_gateway":
		return "second gateway"
	case "aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster":
		return "standby of " + title
	case "aws_elasticache_replication_group", "aws_elasticache_cluster", "aws_memorydb_cluster":
		return "second node of " + title
	}
	return "cure of " + title
}

func (z *zoneMap) curePrice(m *mapper, f resilience.Fix) string {
	for _, o := range m.Offers {
		if o.ID() == f.ID() && o.Known {
			return moreMoney(o.Monthly.StringFixed(2)) + " a month"
		}
	}
	return f.Policy
}

// fold makes one box of those of one type in one place of a tier that has too many.
func (z *zoneMap) fold() {
	count := map[[3]int]int{}
	for _, b := range z.boxes {
		count[[3]int{b.tier, b.first, b.last}]++
	}
	type group struct {
		typ               string
		tier, first, last int
		cure, unsure      bool
	}
	into, at := make([]int, len(z.boxes)), map[group]int{}
	var boxes []mapBox
	for i, b := range z.boxes {
		g := group{b.typ, b.tier, b.first, b.last, b.cure, b.unsure}
		k, ok := at[g]
		if count[[3]int{b.tier, b.first, b.last}] <= mostInZone || !ok {
			into[i] = len(boxes)
			at[g] = len(boxes)
			b.folded = 1
			boxes = append(boxes, b)
			continue
		}
		into[i] = k
		x := &boxes[k]
		x.folded++
		x.title = fmt.Sprintf("%s x %d", cmp.Or(entryNote(b.typ), typeWord(b.typ), strings.TrimPrefix(b.typ, "aws_"), "way in"), x.folded)
		x.note, x.entry = "folded: see the table below", -1
		if x.point == 0 || b.point > 0 && b.point < x.point {
			x.point, x.maybe = b.point, b.maybe
		}
	}
	z.boxes = boxes
	z.rewire(into)
}
