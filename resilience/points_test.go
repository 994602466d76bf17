package resilience_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/resilience"
)

// bruteCuts tries every subset of the nodes of a model.
func bruteCuts(m *resilience.Model, n int) [][]int {
	var cuts [][]int
	var masks []int
	for size := 0; size <= n; size++ {
		for mask := range 1 << n {
			lost, list := map[int]bool{}, []int{}
			for i := range n {
				if mask>>i&1 == 1 {
					lost[i+1], list = true, append(list, i+1)
				}
			}
			holds := slices.ContainsFunc(masks, func(c int) bool { return c&mask == c })
			if len(list) == size && !holds && !brute(m, n, lost) {
				cuts, masks = append(cuts, list), append(masks, mask)
			}
		}
	}
	return cuts
}

func TestTheSmallestCutSetsAreThoseOfEverySubset(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	sizes := map[int]int{}
	for round := range 60 {
		n := 2 + r.IntN(9)
		if round%10 == 0 {
			n = 12
		}
		m := randomModel(r, n, true)
		want := bruteCuts(m, n)
		got := m.CutSets(m.Entries[0], each(n), n)
		for _, c := range got {
			sizes[len(c)]++
		}
		order := func(a, b []int) int { return slices.Compare(a, b) }
		slices.SortFunc(want, order)
		slices.SortFunc(got, order)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("round %d: %s", round, diff)
		}
	}
	if sizes[1] == 0 || sizes[2] == 0 || sizes[3] == 0 {
		t.Errorf("cut sets by size: %v", sizes)
	}
}

func TestASecondMemberNeverWidensALoss(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		n := 3 + r.IntN(10)
		before := randomModel(r, n, true)
		nodes := slices.Clone(before.Nodes)
		for i := range nodes {
			nodes[i].Needs = slices.Clone(nodes[i].Needs)
		}
		// One need of one node is met by either of two things from now on.
		at := 1 + r.IntN(n)
		if len(nodes[at].Needs) == 0 {
			continue
		}
		twin := len(nodes)
		nodes = append(nodes, resilience.Node{Name: "twin"})
		either := len(nodes)
		old := nodes[at].Needs[0].Node
		nodes = append(nodes, resilience.Node{Kind: resilience.Some, Total: 2, Least: 1, Needs: []resilience.Need{{Node: old, Min: 1, Max: 1}, {Node: twin, Min: 1, Max: 1}}})
		nodes[at].Needs[0].Node = either
		after := resilience.NewModel(nodes, before.Entries)
		for i := 1; i <= n; i++ {
			if before.Lose(i).Up(n) == resilience.Yes && after.Lose(i).Up(n) != resilience.Yes {
				t.Fatalf("with a second member, losing %d stops what it did not stop", i)
			}
		}
	}
}

func TestTheSinglePointsOfTheKnownSystem(t *testing.T) {
	t.Parallel()
	m := resilience.Derive(graphOf(t, "asis"), resilience.Settings{})
	var got []string
	for _, p := range m.SinglePoints() {
		got = append(got, m.Nodes[p.Node].Name)
	}
	want := []string{"aws_db_instance.main", "aws_elasticache_replication_group.sessions", "aws_nat_gateway.main"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if left := resilience.Derive(graphOf(t, "cured"), resilience.Settings{}).SinglePoints(); len(left) > 0 {
		t.Errorf("single points of the cured system: %v", left)
	}
}
