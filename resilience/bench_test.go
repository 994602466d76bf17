package resilience_test

import (
	"math/rand/v2"
	"testing"

	"github.com/plumbline-dev/plumbline/resilience"
)

// largeModel has 100,000 nodes and 150,000 needs, all of them below 20 entry points: every node is needed by one not far
// above it, which makes long chains, and every second one by another besides. Half of those with several needs are
// groups of which one member, or all but one, must be left.
func largeModel() (*resilience.Model, []int) {
	r := rand.New(rand.NewPCG(7, 8))
	const n, doors = 100_000, 20
	nodes := make([]resilience.Node, n+1)
	for i := 1; i <= n-doors; i++ {
		parents := []int{i + 1 + r.IntN(min(200, n-i))}
		if i%2 == 0 {
			parents = append(parents, i+1+r.IntN(n-i))
		}
		for _, p := range parents {
			nodes[p].Needs = append(nodes[p].Needs, resilience.Need{Node: i, Min: 1, Max: 1})
		}
	}
	for i := range nodes {
		if x := &nodes[i]; len(x.Needs) > 1 && r.IntN(2) == 0 {
			x.Kind, x.Total, x.Least = resilience.Some, len(x.Needs), 1+r.IntN(2)*(len(x.Needs)-2)
		}
	}
	var entries []resilience.Entry
	for i := range doors {
		entries = append(entries, resilience.Entry{Node: n - i})
	}
	var all []int
	for i := 1; i <= n; i++ {
		all = append(all, i)
	}
	return resilience.NewModel(nodes, entries), all
}

func BenchmarkEveryLossOfAHundredThousandNodes(b *testing.B) {
	m, all := largeModel()
	edges := 0
	for _, n := range m.Nodes {
		edges += len(n.Needs)
	}
	b.ReportAllocs()
	for b.Loop() {
		e := m.LoseEach(all)
		kills := 0
		for _, d := range e.Down {
			kills += len(d)
		}
		b.ReportMetric(float64(edges), "needs")
		b.ReportMetric(float64(kills), "kills")
	}
}
