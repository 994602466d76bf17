package resilience_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/resilience"
)

// randomModel makes a model of n nodes of which each needs earlier ones. The last is the entry point.
func randomModel(r *rand.Rand, n int, known bool) *resilience.Model {
	nodes := []resilience.Node{{Name: "nothing"}}
	for i := 1; i <= n; i++ {
		x := resilience.Node{Name: fmt.Sprint(i)}
		for j := 1; j < i; j++ {
			if r.IntN(i) < 3 {
				x.Needs = append(x.Needs, resilience.Need{Node: j, Min: 1, Max: 1})
			}
		}
		if len(x.Needs) > 1 && r.IntN(3) > 0 {
			x.Kind = resilience.Some
			for k := range x.Needs {
				x.Needs[k].Max = 1 + r.IntN(2)
				x.Needs[k].Min = x.Needs[k].Max
				x.Total += x.Needs[k].Max
			}
			if !known && r.IntN(2) == 0 {
				for k := range x.Needs {
					x.Needs[k].Min--
				}
				x.Total -= r.IntN(2)
			}
			x.Least = 1 + r.IntN(2)*r.IntN(x.Total)
		}
		nodes = append(nodes, x)
	}
	return resilience.NewModel(nodes, []resilience.Entry{{Name: "in", Node: n}})
}

// brute says by definition whether a node is up when some are lost; only for models where all is known.
func brute(m *resilience.Model, node int, lost map[int]bool) bool {
	if lost[node] {
		return false
	}
	n := m.Nodes[node]
	left := 0
	for _, need := range n.Needs {
		up := brute(m, need.Node, lost)
		if n.Kind == resilience.All && !up {
			return false
		}
		if up {
			left += need.Max
		}
	}
	return n.Kind == resilience.All || left >= n.Least
}

func each(n int) []int {
	var out []int
	for i := 1; i <= n; i++ {
		out = append(out, i)
	}
	return out
}

func TestLosingOneThingAgreesWithTheDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		n := 2 + r.IntN(11)
		m := randomModel(r, n, true)
		var want []int
		for k, i := range each(n) {
			if !brute(m, n, map[int]bool{i: true}) {
				want = append(want, k)
			}
		}
		got := m.LoseEach(each(n))
		if diff := cmp.Diff(want, got.Down[0]); diff != "" || len(got.Maybe[0]) > 0 {
			t.Fatalf("round %d: %s; may: %v", round, diff, got.Maybe)
		}
		for k, i := range each(n) {
			if up := m.Lose(i).Up(n) == resilience.Yes; up != brute(m, n, map[int]bool{i: true}) {
				t.Fatalf("round %d: losing %d: %v", round, each(n)[k], up)
			}
		}
	}
}

func TestLosingMuchAgreesWithTheDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n := 2 + r.IntN(11)
		m := randomModel(r, n, true)
		for range 20 {
			lost, list := map[int]bool{}, []int{}
			for i := 1; i <= n; i++ {
				if r.IntN(3) == 0 {
					lost[i], list = true, append(list, i)
				}
			}
			if up := m.Lose(list...).Up(n) == resilience.Yes; up != brute(m, n, lost) {
				t.Fatalf("losing %v: %v", list, up)
			}
		}
	}
}

func TestBothWaysOfLosingAgreeWherePlacementIsNotKnown(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	undecided := 0
	for range 400 {
		n := 2 + r.IntN(30)
		m := randomModel(r, n, false)
		e := m.LoseEach(each(n))
		want := map[int]resilience.Up{}
		for _, k := range e.Down[0] {
			want[k] = resilience.No
		}
		for _, k := range e.Maybe[0] {
			want[k] = resilience.Undecided
			undecided++
		}
		for k, i := range each(n) {
			up := m.Lose(i).Up(n)
			if expected, ok := want[k]; ok && up != expected || !ok && up != resilience.Yes {
				t.Fatalf("losing %d: %v, by blocks %v", i, up, want[k])
			}
		}
	}
	if undecided < 50 {
		t.Errorf("only %d undecided answers were compared", undecided)
	}
}
