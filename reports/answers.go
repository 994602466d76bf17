package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/resilience"
)

// Answers are what everything that was read costs, and what the loss of each zone does.
type Answers struct {
	Costs cost.Estimated
	// Simulation has Model and Zones at least.
	Simulation *Simulation
}

// Zones lists what the loss of each zone does to each entry point.
func (a *Answers) Zones() []ZoneAnswer {
	if a == nil || a.Simulation == nil {
		return nil
	}
	var out []ZoneAnswer
	m := a.Simulation.Model
	for _, o := range a.Simulation.Zones {
		for i, x := range o.Answers {
			z := ZoneAnswer{Zone: Untrusted(strings.TrimPrefix(o.Loss.Name, "zone:")), Entry: Untrusted(m.Entries[i].Name), Up: x.Up, Least: x.Least, Most: x.Most}
			if len(x.Because) > 0 {
				z.Because = Untrusted(m.Nodes[x.Because[0].Cut].Name)
			}
			out = append(out, z)
		}
	}
	return out
}

// ZoneChange is what the loss of a zone does to an entry point on both sides of a change; nil: that side does not have them.
type ZoneChange struct {
	Zone, Entry Text
	Before, Now *ZoneAnswer
}

// ZoneChanges puts the answers of two sides beside each other, in the order of zone and entry point.
func ZoneChanges(before, now *Answers) []ZoneChange {
	type key struct{ zone, entry Text }
	at := map[key]*ZoneChange{}
	take := func(list []ZoneAnswer, side func(*ZoneChange) **ZoneAnswer) {
		for i := range list {
			k := key{list[i].Zone, list[i].Entry}
			if at[k] == nil {
				at[k] = &ZoneChange{Zone: k.zone, Entry: k.entry}
			}
			*side(at[k]) = &list[i]
		}
	}
	take(before.Zones(), func(c *ZoneChange) **ZoneAnswer { return &c.Before })
	take(now.Zones(), func(c *ZoneChange) **ZoneAnswer { return &c.Now })
	out := []ZoneChange{}
	for _, c := range at {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b ZoneChange) int { return cmp.Or(a.Zone.Compare(b.Zone), a.Entry.Compare(b.Entry)) })
	return out
}

// wordsOrNone are those of one side; "" when it does not have the zone.
func (a *ZoneAnswer) wordsOrNone() string {
	if a == nil {
		return ""
	}
	return a.words()
}

// same says that the answer is as it was.
func (c ZoneChange) same() bool { return c.Before.wordsOrNone() == c.Now.wordsOrNone() }

// trend is "better" or "worse"; "" when the answers cannot be put in order.
func (c ZoneChange) trend() string {
	if c.Before == nil || c.Now == nil || c.same() {
		return ""
	}
	rank := map[resilience.Up]int{resilience.No: 0, resilience.Undecided: 1, resilience.Yes: 2}
	before, now := rank[c.Before.Up], rank[c.Now.Up]
	switch {
	case now > before, now == before && c.Now.Least >= c.Before.Least && c.Now.Most >= c.Before.Most:
		return "better"
	case now < before, now == before && c.Now.Least <= c.Before.Least && c.Now.Most <= c.Before.Most:
		return "worse"
	}
	return ""
}

// words is "UP at 50 %", "DOWN", "UNDECIDED".
func (z ZoneAnswer) words() string {
	if z.Up != resilience.Yes || z.Least >= 1 {
		return z.Up.String()
	}
	return z.Up.String() + " at " + percent(resilience.Answer{Least: z.Least, Most: z.Most})
}

type jsonTotal struct {
	Catalogue string          `json:"catalogue"`
	Monthly   decimal.Decimal `json:"monthly"`
	Complete  bool            `json:"complete"`
	Resources []jsonPriced    `json:"resources"`
}

type jsonPriced struct {
	Root     Text            `json:"root"`
	Address  Text            `json:"address"`
	Type     string          `json:"type"`
	Monthly  decimal.Decimal `json:"monthly"`
	Complete bool            `json:"complete"`
}

func jsonTotalOf(a *Answers) *jsonTotal {
	if a == nil {
		return nil
	}
	out := &jsonTotal{Catalogue: a.Costs.Catalogue, Monthly: a.Costs.Monthly, Complete: a.Costs.Complete, Resources: []jsonPriced{}}
	for i := range a.Costs.Resources {
		r := &a.Costs.Resources[i]
		if r.Free {
			continue
		}
		out.Resources = append(out.Resources, jsonPriced{shownRoot(Untrusted(r.Root)), Untrusted(r.Address), r.Type, r.Monthly, complete(r)})
	}
	return out
}

// complete says that nothing of a resource lacks a price or a quantity.
func complete(r *cost.Resource) bool {
	for _, l := range r.Lines {
		if l.Quantity == nil {
			return false
		}
	}
	return len(r.Unpriced) == 0
}

func jsonZonesOf(a *Answers) []jsonLoss {
	if a == nil || a.Simulation == nil {
		return nil
	}
	out := []jsonLoss{}
	for _, o := range a.Simulation.Zones {
		out = append(out, a.Simulation.jsonLoss(o))
	}
	return out
}
