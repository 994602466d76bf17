package resilience

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// Fix is one change that may be bought: what a policy offers, or Offers.
type Fix struct {
	Policy   string
	Resource graph.Key
	Zone     string // of a resource that is cured zone by zone, the zone that this is for
	Patch    graph.Patch
	ByHand   bool        // it can be simulated and priced, and a person has to carry it out
	Covers   []graph.Key // of an offer, the resources on which it closes what the policy finds, besides Resource
	Risk     int         // how bad what it cures is, for Greedy; by default all are alike
}

// ID tells fixes of one graph apart.
func (f Fix) ID() string {
	return strings.TrimSpace(f.Policy + " " + f.Resource.String() + " " + f.Zone)
}

// Costs prices a fix: how much more a month it costs. known is false where no price is known; such a fix is in no cure.
type Costs interface {
	Monthly(f Fix) (delta decimal.Decimal, known bool)
}

// Goal says whether a model is good enough. It must stay so when redundancy is added.
type Goal struct {
	Name   string // "survive-any-zone"
	Met    func(*Model) bool
	losses func(*Model) []Loss // that are to stop nothing, where that is all of the goal
}

// SurviveAnyZone is met when no loss of one zone stops any entry point that works now.
func SurviveAnyZone() Goal {
	return survive("survive-any-zone", (*Model).Zones)
}

// SurviveZone is met when the loss of one zone stops nothing.
func SurviveZone(zone string) Goal {
	return survive("survive-zone:"+zone, func(m *Model) []Loss {
		l, err := m.Find("zone:" + zone)
		if err != nil {
			return nil
		}
		return []Loss{l}
	})
}

func survive(name string, losses func(*Model) []Loss) Goal {
	return Goal{Name: name, Met: func(m *Model) bool { return m.survives(losses(m)) }, losses: losses}
}

// CarryFullLoad is met when what is left of every tier after the loss of any zone is as much as its code asks for now.
func CarryFullLoad(now *Model) Goal {
	normal := now.servers()
	return Goal{Name: "survive-any-zone-at-full-load", Met: func(m *Model) bool {
		return m.survives(m.Zones()) && m.carries(normal)
	}}
}

// Reach is met when every entry point's estimate is at least a target.
func Reach(target float64, rates Rates) Goal {
	return Goal{Name: fmt.Sprintf("availability-%g", target), Met: func(m *Model) bool {
		return !slices.ContainsFunc(m.Entries, func(e Entry) bool {
			est := m.estimate(e.Node, rates, false)
			return est.Err != nil || est.Low < target
		})
	}}
}

func (m *Model) survives(losses []Loss) bool {
	normal := m.Lose()
	for _, l := range losses {
		s := m.Lose(l.Nodes...)
		for _, e := range m.Entries {
			if normal.Up(e.Node) == Yes && s.Up(e.Node) != Yes {
				return false
			}
		}
	}
	return true
}

// servers counts the members of every group that shares the load.
func (m *Model) servers() map[string]int {
	out := map[string]int{}
	for _, n := range m.Nodes {
		if n.Load && (n.Class == Group || n.Class == Single) && n.Key.Address != "" {
			out[n.Key.String()] = n.Total
		}
	}
	return out
}

// carries says whether every group keeps so many members in the loss of any zone.
func (m *Model) carries(want map[string]int) bool {
	for _, l := range m.Zones() {
		s := m.Lose(l.Nodes...)
		for i, n := range m.Nodes {
			least, _ := s.Capacity(i)
			if n.Load && (n.Class == Group || n.Class == Single) && least*float64(n.Total) < float64(want[n.Key.String()])-1e-9 {
				return false
			}
		}
	}
	return true
}

// Cure is a set of fixes that reaches a goal.
type Cure struct {
	Goal     string
	Fixes    []Fix
	Monthly  decimal.Decimal
	Exact    bool // no cheaper set reaches it; false: found by rule of thumb, since there are too many fixes
	Unpriced []Fix
	Met      bool // already, without any fix
}

// mostExact is how many fixes are searched through exhaustively.
const mostExact = 25

// Market is what can be bought for one graph.
type Market struct {
	g        *graph.Graph
	settings Settings
	fixes    []priced
	unpriced []Fix
	models   map[string]*Model
}

type priced struct {
	Fix
	cost decimal.Decimal
}

// NewMarket takes the fixes that change the failure model; the others cure nothing here.
func NewMarket(g *graph.Graph, s Settings, fixes []Fix, costs Costs) *Market {
	k := &Market{g: g, settings: s, models: map[string]*Model{}}
	for _, f := range k.telling(fixes) {
		cost, known := costs.Monthly(f)
		if !known {
			k.unpriced = append(k.unpriced, f)
			continue
		}
		k.fixes = append(k.fixes, priced{f, cost})
	}
	slices.SortStableFunc(k.fixes, func(a, b priced) int {
		return cmp.Or(b.cost.Cmp(a.cost), compareFixes(a.Fix, b.Fix))
	})
	return k
}

// telling leaves out the fixes that change nothing in the model, neither alone nor when those that do are carried out: a zone's gateway
// tells only once servers stand there.
func (k *Market) telling(fixes []Fix) []Fix {
	var chosen, idle []priced
	for _, f := range fixes {
		idle = append(idle, priced{Fix: f})
	}
	for {
		base := k.model(chosen)
		if all := k.model(append(slices.Clone(chosen), idle...)); base == nil || all != nil && k.signature(all) == k.signature(base) {
			break
		}
		var found, rest []priced
		for _, f := range idle {
			if m := k.model(append(slices.Clone(chosen), f)); m != nil && k.signature(m) != k.signature(base) {
				found = append(found, f)
			} else {
				rest = append(rest, f)
			}
		}
		if len(found) == 0 {
			break
		}
		chosen, idle = append(chosen, found...), rest
	}
	return bare(chosen)
}

// Fixes lists what can be bought, and what could be if it had a price.
func (k *Market) Fixes() []Fix { return append(bare(k.fixes), k.unpriced...) }

// LeastCapacity is what a cure leaves to the worst entry point in the loss of any of some zones: of the capacity that it
// has now when nothing is lost, at most all of it.
func (k *Market) LeastCapacity(c Cure, zones []string) float64 {
	var chosen []priced
	for _, f := range k.fixes {
		if slices.ContainsFunc(c.Fixes, func(x Fix) bool { return x.ID() == f.ID() }) {
			chosen = append(chosen, f)
		}
	}
	least := 1.0
	m, normal := k.model(chosen), k.model(nil).servers()
	grown := map[string]float64{} // of each group, by how much the cure makes it larger
	for name, n := range m.servers() {
		if normal[name] > 0 {
			grown[name] = float64(n) / float64(normal[name])
		}
	}
	for _, o := range m.Simulate(m.Zones()) {
		if !slices.Contains(zones, strings.TrimPrefix(o.Loss.Name, "zone:")) {
			continue
		}
		for _, a := range o.Answers {
			left := a.Least
			if len(a.Because) > 0 && left < 1 {
				left *= max(1, grown[m.Nodes[a.Because[0].Cut].Key.String()])
			}
			least = min(least, left)
		}
	}
	return least
}

// model derives the model after some fixes; nil when they cannot be carried out together.
func (k *Market) model(fixes []priced) *Model {
	var name strings.Builder
	for _, f := range fixes {
		name.WriteString(f.ID() + ";")
	}
	if m, ok := k.models[name.String()]; ok {
		return m
	}
	m := k.derive(fixes)
	k.models[name.String()] = m
	return m
}

func (k *Market) derive(fixes []priced) *Model {
	if len(fixes) == 0 {
		return Derive(k.g, k.settings)
	}
	resources := k.g.Resources()
	made := map[graph.Key]any{}
	for _, f := range fixes {
		patch := slices.DeleteFunc(slices.Clone(f.Patch), func(c graph.Change) bool { // fixes may share what they make
			at := graph.Key{Root: c.Root, Address: c.Address}
			before, again := made[at]
			if c.Op == graph.Create && !again {
				made[at] = c.New
			}
			return c.Op == graph.Create && again && reflect.DeepEqual(before, c.New)
		})
		after, _, err := patch.Apply(resources)
		if err != nil {
			return nil
		}
		resources = after
	}
	return Derive(catalog.Build(resources, catalog.Options{}), k.settings)
}

var seed = maphash.MakeSeed()

// signature tells models apart by what decides their answers.
func (k *Market) signature(m *Model) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, n := range m.Nodes {
		fmt.Fprintf(&h, "%s|%d|%d|%d|%d|%d|%v:", n.Name, n.Kind, n.Class, n.Total, n.Least, n.Spare, n.Load)
		for _, need := range n.Needs {
			fmt.Fprintf(&h, "%d,%d,%d;", need.Node, need.Min, need.Max)
		}
	}
	return h.Sum64()
}

// Cheapest gives the set of fixes of least cost that reaches a goal. ok is false when not even all of them do.
func (k *Market) Cheapest(goal Goal) (c Cure, ok bool) {
	c = Cure{Goal: goal.Name, Unpriced: k.unpriced, Exact: true}
	if goal.Met(k.model(nil)) {
		c.Met = true
		return c, true
	}
	if !k.meets(k.fixes, goal) {
		return c, false
	}
	var chosen []priced
	if len(k.fixes) > mostExact {
		c.Exact = false
		chosen = k.thin(k.fixes, goal)
	} else {
		s := &search{market: k, goal: goal, best: k.thin(k.fixes, goal)}
		s.bound = total(s.best)
		s.branch(nil, k.fixes)
		chosen = s.best
	}
	c.Monthly = total(chosen)
	c.Fixes = bare(chosen)
	return c, true
}

func (k *Market) meets(fixes []priced, goal Goal) bool {
	m := k.model(fixes)
	return m != nil && goal.Met(m)
}

// thin leaves out, the dearest first, every fix without which the goal is still reached.
func (k *Market) thin(fixes []priced, goal Goal) []priced {
	left := slices.Clone(fixes)
	for _, f := range fixes {
		without := slices.DeleteFunc(slices.Clone(left), func(x priced) bool { return x.ID() == f.ID() })
		if k.meets(without, goal) {
			left = without
		}
	}
	return left
}

// search is branch and bound over sets of fixes, the dearest decided first. Since a goal stays reached when fixes are
// added, a branch is dead when even all that is left does not reach it, and done when what is chosen does.
type search struct {
	market *Market
	goal   Goal
	best   []priced
	bound  decimal.Decimal
}

func (s *search) branch(chosen, left []priced) {
	if cost := total(chosen); !cost.LessThan(s.bound) {
		return
	}
	if s.market.meets(chosen, s.goal) {
		s.best, s.bound = slices.Clone(chosen), total(chosen)
		return
	}
	if len(left) == 0 || !s.market.meets(s.ordered(chosen, left), s.goal) {
		return
	}
	s.branch(chosen, left[1:])
	s.branch(append(slices.Clone(chosen), left[0]), left[1:])
}

// ordered is both lists in the order of the market, which names the model.
func (s *search) ordered(a, b []priced) []priced { return append(slices.Clone(a), b...) }

// Greedy buys by risk for the dollar until a goal is reached, as people do with a list of findings. It is here to be
// compared with.
func (k *Market) Greedy(goal Goal) (c Cure, ok bool) {
	order := slices.Clone(k.fixes)
	slices.SortStableFunc(order, func(a, b priced) int {
		left := decimal.NewFromInt(int64(max(a.Risk, 1))).Mul(b.cost)
		right := decimal.NewFromInt(int64(max(b.Risk, 1))).Mul(a.cost)
		return right.Cmp(left)
	})
	var chosen []priced
	for _, f := range order {
		if k.meets(chosen, goal) {
			break
		}
		chosen = append(chosen, f)
	}
	return Cure{Goal: goal.Name, Fixes: bare(chosen), Monthly: total(chosen), Unpriced: k.unpriced}, k.meets(chosen, goal)
}

// Within gives the set of fixes of at most a budget that takes away most risk: risk is any number that does not rise
// when redundancy is added, such as the hours down in a year.
func (k *Market) Within(budget decimal.Decimal, risk func(*Model) float64) Cure {
	fixes := k.fixes
	exact := len(fixes) <= mostExact
	if !exact {
		fixes = fixes[len(fixes)-mostExact:] // the cheapest
	}
	b := &buyer{market: k, budget: budget, risk: risk, least: risk(k.model(nil))}
	b.branch(nil, fixes)
	return Cure{Goal: "least risk within " + budget.StringFixed(2), Fixes: bare(b.best), Monthly: total(b.best), Exact: exact, Unpriced: k.unpriced}
}

type buyer struct {
	market *Market
	budget decimal.Decimal
	risk   func(*Model) float64
	best   []priced
	least  float64
}

func (b *buyer) branch(chosen, left []priced) {
	m := b.market.model(chosen)
	if m == nil || total(chosen).GreaterThan(b.budget) {
		return
	}
	if r := b.risk(m); r < b.least-1e-12 || r <= b.least+1e-12 && total(chosen).LessThan(total(b.best)) {
		b.best, b.least = slices.Clone(chosen), r
	}
	if len(left) == 0 {
		return
	}
	if all := b.market.model(append(slices.Clone(chosen), left...)); all != nil && b.risk(all) >= b.least-1e-12 {
		return
	}
	b.branch(append(slices.Clone(chosen), left[0]), left[1:])
	b.branch(chosen, left[1:])
}

func total(fixes []priced) decimal.Decimal {
	sum := decimal.Zero
	for _, f := range fixes {
		sum = sum.Add(f.cost)
	}
	return sum
}

func bare(fixes []priced) []Fix {
	out := make([]Fix, len(fixes))
	for i, f := range fixes {
		out[i] = f.Fix
	}
	slices.SortFunc(out, compareFixes)
	return out
}

func compareFixes(a, b Fix) int {
	return cmp.Or(strings.Compare(a.Policy, b.Policy), a.Resource.Compare(b.Resource), strings.Compare(a.Zone, b.Zone))
}
