package reports

import (
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
