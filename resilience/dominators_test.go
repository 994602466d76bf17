package resilience_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/graph/flow"
	"gonum.org/v1/gonum/graph/simple"

	"github.com/plumbline-dev/plumbline/resilience"
)

func TestDominatorsAreThoseOfGonum(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	reached := 0
	for round := range 300 {
		n := 2 + r.IntN(40)
		nodes := make([]resilience.Node, n)
		g := simple.NewDirectedGraph()
		for i := range n {
			g.AddNode(simple.Node(i))
		}
		for range n + r.IntN(2*n) { // circles too
			a, b := r.IntN(n), r.IntN(n)
			if a == b || b == 0 {
				continue
			}
			nodes[a].Needs = append(nodes[a].Needs, resilience.Need{Node: b})
			g.SetEdge(g.NewEdge(simple.Node(a), simple.Node(b)))
		}
		want := flow.Dominators(simple.Node(0), g)
		for i, above := range resilience.NewModel(nodes, nil).Dominators(0) {
			d := want.DominatorOf(int64(i))
			switch {
			case i == 0:
			case d == nil && above >= 0, d != nil && int(d.ID()) != above:
				t.Fatalf("round %d: above %d is %d, gonum says %v", round, i, above, d)
			case d != nil:
				reached++
			}
		}
	}
	if reached < 1000 {
		t.Errorf("only %d nodes were reached", reached)
	}
}
