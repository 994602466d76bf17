// Package resilience answers what stops when something is lost: a server, a zone, a region. It derives a failure
// model from the resource graph, carries losses through it, and finds single points, cut sets, availability,
// recovery times and the cheapest set of fixes.
//
//	m := resilience.Derive(g, resilience.Settings{})
//	r := m.Simulate(m.Losses())      // every zone, region, resource and member
//	for _, o := range r.Outcomes { o.Answers[i].Up } // Up, Down or Undecided, by entry point
//
// The model is an AND/OR graph and not one of reachability: a gateway that two zones share is on no path between the
// load balancer and the database, yet without it the service stops. Every node may be lost; a node of kind All fails
// with any of its needs, a node of kind Some when too few members are left.
//
// What is not known is carried as two answers, the worst and the best over everything that AWS could choose. Where
// they differ the answer is undecided, never "up".
//
// Pure: this package touches nothing outside its arguments.
package resilience

import "github.com/plumbline-dev/plumbline/graph"

// Kind says when a node fails besides being lost itself.
type Kind int

// The kinds of nodes.
const (
	All  Kind = iota // fails when any of its needs does; without needs only when it is lost
	Some             // fails when fewer than Least of its Total members are left
)

// Class says what a node stands for, and so how it can be lost.
type Class int

// The classes of nodes.
const (
	Part    Class = iota // a step of the model that nothing but its needs can take away
	Zone                 // an availability zone
	Region               // a region
	Single               // a resource in one place, or the only member of a group
	Member               // one member, whichever, of a group of several
	Group                // a group of members; lost member by member
	Service              // a regional or global service of AWS
	Setting              // a configuration object: nothing runs there
)

// Model is a failure model. Nodes are named by their position. Do not mutate one that Derive made.
type Model struct {
	Nodes   []Node
	Entries []Entry
	Stores  []int // nodes of the data stores that something may need
	Unused  []Use // data stores of which nothing says who needs them

	order  []int  // needs before the nodes that have them
	used   []bool // below some entry point
	cyclic bool
	ready  bool

	alone map[int]*State // losses of one node, for reasons
}

// Node is a resource, a place, or a step between them.
type Node struct {
	Name  string // "aws_lb.web", "eu-west-1a", "servers of aws_autoscaling_group.web in eu-west-1a"
	Kind  Kind
	Class Class
	Key   graph.Key // of a resource
	Type  string    // of a resource
	Where string    // file:line of a resource, or its ARN; "" when there is none
	Zone  string    // of a zone, and of a node that sits in one known zone
	Stage string    // of a resource

	Needs []Need

	// Of Some: Total members, of which Least must be left. Spare, when not 0, is the node of class Member that stands
	// for any one of them. Load says that the members share the work, so that fewer of them are less capacity; the
	// members of other groups stand by for each other. First says that the first need does all the work as long as it is
	// up.
	Total, Least int
	Spare        int
	Load, First  bool
}

// Need says that a node needs another, and how it is known.
type Need struct {
	Node int
	// Of a node of kind Some: between Min and Max of its members stand with this need. They differ where AWS places.
	Min, Max int
	Fact     Fact
}

// Fact is how something is known: in words, with its place in the code.
type Fact struct {
	Text string
	// Setting, when not empty, says that this is likely but not proved by code, and names the setting that decides it.
	Setting string
	// Missing, when not empty, is what is not known and makes an answer undecided.
	Missing string
}

// Entry is a way into the system for its users.
type Entry struct {
	Name  string // "www.shop.example", or an address
	Node  int
	Stage string // "" is unknown, taken for production
	Key   graph.Key
}

// Use is a resource with a reason.
type Use struct {
	Node int
	Fact Fact
}

// NewModel takes nodes and entries as they are: for models that are not derived from resources.
func NewModel(nodes []Node, entries []Entry) *Model {
	m := &Model{Nodes: nodes, Entries: entries}
	m.arrange()
	return m
}

// arrange finds an order in which needs come before the nodes that have them. In a circle of needs there is none;
// then evaluation repeats until nothing changes.
func (m *Model) arrange() {
	if m.ready {
		return
	}
	const fresh, open, done = 0, 1, 2
	state := make([]uint8, len(m.Nodes))
	m.order = make([]int, 0, len(m.Nodes))
	type frame struct{ node, next int }
	var stack []frame
	for root := range m.Nodes {
		if state[root] != fresh {
			continue
		}
		stack = append(stack[:0], frame{root, 0})
		state[root] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			child, more := m.child(top.node, top.next)
			if !more {
				state[top.node] = done
				m.order = append(m.order, top.node)
				stack = stack[:len(stack)-1]
				continue
			}
			top.next++
			switch state[child] {
			case fresh:
				state[child] = open
				stack = append(stack, frame{child, 0})
			case open:
				m.cyclic = true
			}
		}
	}
	m.used = m.below(m.Entries)
	m.ready = true
}

// child gives the i-th node that a node depends on, its spare member last.
func (m *Model) child(node, i int) (int, bool) {
	n := &m.Nodes[node]
	if i < len(n.Needs) {
		return n.Needs[i].Node, true
	}
	if i == len(n.Needs) && n.Spare != 0 {
		return n.Spare, true
	}
	return 0, false
}
