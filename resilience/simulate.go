package resilience

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Loss is what is lost at once.
type Loss struct {
	Name  string // "zone:eu-west-1a", "region:eu-west-1", "aws_nat_gateway.main", "one server of aws_autoscaling_group.web"
	Nodes []int
}

// Answer is what one loss does to one entry point.
type Answer struct {
	Up Up
	// Least and Most bound the capacity that is left, as a part of what serves normally. They differ where AWS places.
	Least, Most float64
	// Because lists the chains of facts that lead from the entry point to what is lost; none while it is up at full capacity.
	Because []Chain
}

// Chain is the shortest reason why an entry point needs what is lost.
type Chain struct {
	// Cut is the node that goes down first on the way up from the loss and that the entry point cannot do without.
	Cut   int
	Facts []Fact
	// Through are the nodes from the entry point to Cut.
	Through []int
	// Of a group that shares the load: about how many of its members are left, of how many.
	Left, Of int
}

// Outcome is what one loss does to every entry point, in the order of Model.Entries.
type Outcome struct {
	Loss    Loss
	Answers []Answer
}

// Zones lists the losses of each zone of the regions where something is.
func (m *Model) Zones() []Loss { return m.losses(Zone) }

// Regions lists the losses of each region.
func (m *Model) Regions() []Loss { return m.losses(Region) }

// Things lists the losses of each single resource and of one member of each group.
func (m *Model) Things() []Loss { return m.losses(Single, Member) }

// Services lists the losses of each regional or global service and configuration object.
func (m *Model) Services() []Loss { return m.losses(Service, Setting) }

func (m *Model) losses(classes ...Class) []Loss {
	var out []Loss
	for i, n := range m.Nodes {
		if i != 0 && slices.Contains(classes, n.Class) && (n.Class == Zone || n.Class == Region || n.Key.Address != "") {
			out = append(out, Loss{Name: m.LossName(i), Nodes: []int{i}})
		}
	}
	slices.SortFunc(out, func(a, b Loss) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// LossName is how the loss of a node is written: "zone:eu-west-1a".
func (m *Model) LossName(node int) string {
	n := m.Nodes[node]
	switch n.Class {
	case Zone:
		return "zone:" + n.Name
	case Region:
		return "region:" + n.Name
	}
	return n.Name
}

// Find gives the loss that a name stands for: that of LossName, a zone or region without its prefix, or the address of a
// group, which stands for one of its members.
func (m *Model) Find(name string) (Loss, error) {
	var members []int
	for i, n := range m.Nodes {
		switch {
		case i == 0 || n.Class == Part:
		case n.Class == Member && n.Key.String() == name:
			members = append(members, i)
		case m.LossName(i) == name, n.Name == name && n.Class != Group:
			return Loss{Name: m.LossName(i), Nodes: []int{i}}, nil
		}
	}
	if len(members) > 0 {
		return Loss{Name: m.LossName(members[0]), Nodes: members[:1]}, nil
	}
	return Loss{}, fmt.Errorf("there is no %s in what was read", name)
}

// Together is the loss of several things at once.
func Together(list ...Loss) Loss {
	var out Loss
	var names []string
	for _, l := range list {
		names = append(names, l.Name)
		out.Nodes = append(out.Nodes, l.Nodes...)
	}
	out.Name = strings.Join(names, " + ")
	return out
}

// Pairs lists the losses of two of some losses at once.
func Pairs(list []Loss) []Loss {
	var out []Loss
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			out = append(out, Together(list[i], list[j]))
		}
	}
	return out
}

// Simulate carries out losses one after the other.
func (m *Model) Simulate(losses []Loss) []Outcome {
	normal := m.Lose()
	out := make([]Outcome, 0, len(losses))
	for _, l := range losses {
		s := m.Lose(l.Nodes...)
		o := Outcome{Loss: l, Answers: make([]Answer, len(m.Entries))}
		for i, e := range m.Entries {
			o.Answers[i] = m.answer(e, s, normal)
		}
		out = append(out, o)
	}
	return out
}

// answer compares an entry point after a loss with what it is normally.
func (m *Model) answer(e Entry, s, normal *State) Answer {
	a := Answer{Up: s.Up(e.Node)}
	least, most := s.Capacity(e.Node)
	low, high := normal.Capacity(e.Node)
	if high > 0 {
		a.Least = least / high
	}
	if low > 0 {
		a.Most = min(1, most/low)
	} else if high > 0 {
		a.Most = min(1, most/high)
	}
	if a.Up != Yes || a.Least < 1 {
		a.Because = m.because(e.Node, s)
	}
	return a
}

// because finds why a node fails, or may: one chain for each node below which the failure begins.
func (m *Model) because(node int, s *State) []Chain {
	weak := func(i int) bool { return !s.best[i] }
	switch {
	case s.Up(node) == Undecided:
		weak = func(i int) bool { return !s.worst[i] }
	case s.Up(node) == Yes:
		weak = func(i int) bool { return s.least[i] < 1 }
	}
	parent, fact := map[int]int{node: node}, map[int]Fact{}
	queue := []int{node}
	var cuts []int
	if region := m.lostRegion(s); region != 0 {
		return []Chain{{Cut: region, Facts: []Fact{{Text: "what it needs is in " + m.Nodes[region].Name}}}}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if s.Up(node) == Yes && m.lessens(at, weak) || begins(m, s, at, weak) {
			cuts = append(cuts, at)
			continue
		}
		n := &m.Nodes[at]
		for k := 0; ; k++ {
			c, more := m.child(at, k)
			if !more {
				break
			}
			if _, seen := parent[c]; seen || !weak(c) {
				continue
			}
			parent[c] = at
			if k < len(n.Needs) {
				fact[c] = n.Needs[k].Fact
			}
			queue = append(queue, c)
		}
	}
	var out []Chain
	for _, c := range cuts {
		out = append(out, m.chain(c, parent, fact, s, weak))
	}
	return m.enough(node, s, m.shortest(out))
}

// mostAlone bounds how many losses of one cut alone are kept.
const mostAlone = 256

// enough leaves, of the reasons why a node is down, those that are enough by themselves, when there are any: that one of
// two servers is in the lost zone does not matter where the database of both is.
func (m *Model) enough(node int, s *State, list []Chain) []Chain {
	if s.Up(node) != No || len(list) < 2 {
		return list
	}
	var out []Chain
	for _, c := range list {
		alone, known := m.alone[c.Cut]
		if !known {
			if len(m.alone) >= mostAlone {
				return list
			}
			if m.alone == nil {
				m.alone = map[int]*State{}
			}
			alone = m.Lose(c.Cut)
			m.alone[c.Cut] = alone
		}
		if alone.Up(node) == No {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return list
	}
	return out
}

// lostRegion is the region that is lost, when nothing else is.
func (m *Model) lostRegion(s *State) int {
	if len(s.Lost) != 1 {
		return 0
	}
	for i := range s.Lost {
		if m.Nodes[i].Class == Region {
			return i
		}
	}
	return 0
}

// begins says whether a failure begins at a node: it is lost itself, or it is a resource and what it fails with is a
// place or a member.
func begins(m *Model, s *State, at int, weak func(int) bool) bool {
	n := &m.Nodes[at]
	if s.Lost[at] {
		return true
	}
	if n.Class != Single && n.Class != Group && n.Class != Service || n.Key.Address == "" {
		return false
	}
	for k := 0; ; k++ {
		c, more := m.child(at, k)
		if !more {
			return true
		}
		if weak(c) && !m.isPlace(c) {
			return false
		}
	}
}

// lessens says whether a group has fewer members left and no group below it explains that.
func (m *Model) lessens(at int, weak func(int) bool) bool {
	n := &m.Nodes[at]
	if !n.Load || n.Key.Address == "" {
		return false
	}
	return !slices.ContainsFunc(n.Needs, func(x Need) bool { return weak(x.Node) && m.Nodes[x.Node].Load })
}

// isPlace says whether a node is a zone, a region, a choice of such, or a member.
func (m *Model) isPlace(i int) bool {
	n := &m.Nodes[i]
	switch n.Class {
	case Zone, Region, Member:
		return true
	case Part:
		if n.Key.Address != "" || len(n.Needs) == 0 {
			return false
		}
		for _, need := range n.Needs {
			if !m.isPlace(need.Node) {
				return false
			}
		}
		return true
	}
	return false
}

// chain collects the facts from the top to a cut, and from there to the place that is lost.
func (m *Model) chain(cut int, parent map[int]int, fact map[int]Fact, s *State, weak func(int) bool) Chain {
	c := Chain{Cut: cut}
	if n := m.Nodes[cut]; n.Load {
		c.Of, c.Left = n.Total, int(s.least[cut]*float64(n.Total)+0.5)
	}
	for at := cut; parent[at] != at; at = parent[at] {
		c.Facts, c.Through = append(c.Facts, fact[at]), append(c.Through, at)
	}
	slices.Reverse(c.Facts)
	slices.Reverse(c.Through)
	for at := cut; !s.Lost[at]; {
		next := -1
		for k, need := range m.Nodes[at].Needs {
			if weak(need.Node) {
				next = need.Node
				c.Facts = append(c.Facts, m.Nodes[at].Needs[k].Fact)
				break
			}
		}
		if next < 0 {
			break
		}
		at = next
	}
	c.Facts = slices.DeleteFunc(c.Facts, func(f Fact) bool { return f.Text == "" })
	return c
}

// shortest leaves one chain for each cut, the shortest first; places are no cuts beside resources.
func (m *Model) shortest(list []Chain) []Chain {
	slices.SortStableFunc(list, func(a, b Chain) int {
		return cmp.Or(cmp.Compare(len(a.Facts), len(b.Facts)), strings.Compare(m.Nodes[a.Cut].Name, m.Nodes[b.Cut].Name))
	})
	seen := map[string]bool{}
	list = slices.DeleteFunc(list, func(c Chain) bool {
		name := m.Nodes[c.Cut].Name
		dup := seen[name]
		seen[name] = true
		return dup
	})
	resources := slices.DeleteFunc(slices.Clone(list), func(c Chain) bool { k := m.Nodes[c.Cut].Class; return k == Zone || k == Region })
	if len(resources) > 0 {
		return resources
	}
	return list
}

// Assumed lists what the answers rest on and code does not prove, once each.
func (m *Model) Assumed() []Fact {
	return m.facts(func(f Fact) string { return f.Setting })
}

// Missing lists what is not known and leaves answers undecided, once each.
func (m *Model) Missing() []Fact {
	return m.facts(func(f Fact) string { return f.Missing })
}

// facts lists those of the needs below the entry points of which a part is given.
func (m *Model) facts(part func(Fact) string) []Fact {
	m.arrange()
	used := m.used
	seen := map[string]bool{}
	var out []Fact
	for i, n := range m.Nodes {
		if !used[i] {
			continue
		}
		for _, need := range n.Needs {
			if key := part(need.Fact) + need.Fact.Text; part(need.Fact) != "" && !seen[key] {
				seen[key] = true
				out = append(out, need.Fact)
			}
		}
	}
	slices.SortFunc(out, func(a, b Fact) int { return cmp.Or(strings.Compare(part(a), part(b)), strings.Compare(a.Text, b.Text)) })
	return out
}

// InUse says whether anything that an entry point needs is, or may be, in a zone or region.
func (m *Model) InUse(place int) bool {
	m.arrange()
	used := m.used
	for i, n := range m.Nodes {
		if !used[i] || n.Class == Zone {
			continue
		}
		for _, need := range n.Needs {
			if need.Node == place {
				return true
			}
		}
	}
	return used[place] && m.Nodes[place].Class == Region
}

// Nodes is a group of Kubernetes nodes with how many surely stand in each zone.
type Nodes struct {
	Name  string
	Total int
	Zones map[string]int
}

// NodesByZone lists the node groups of Kubernetes clusters.
func (m *Model) NodesByZone() []Nodes {
	var out []Nodes
	for _, n := range m.Nodes {
		if n.Type != "aws_eks_node_group" || !n.Load || n.Class != Group && n.Class != Single {
			continue
		}
		g := Nodes{Name: n.Key.String(), Total: n.Total, Zones: map[string]int{}}
		for _, need := range n.Needs {
			if zone := m.Nodes[need.Node].Zone; zone != "" {
				g.Zones[zone] += need.Min
			}
		}
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Nodes) int { return strings.Compare(a.Name, b.Name) })
	return out
}
