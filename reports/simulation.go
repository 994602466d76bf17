package reports

import (
	"fmt"
	"io"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners"
)

// Simulation is what plumb simulate found. Its texts come from the graph and are made harmless where they are printed.
type Simulation struct {
	Model     *resilience.Model
	Zones     []resilience.Outcome
	Regions   []resilience.Outcome
	Things    []resilience.Outcome // of single resources and members, those that change anything
	Asked     []resilience.Outcome // of --lose and --depth; the others are then empty
	Points    []resilience.Point
	Shared    []resilience.Point
	Recovery  []resilience.Recovery
	Targets   func(stage string) resilience.Target
	Estimates []resilience.Estimate
	Offers    []Offer // changes that would change an answer
	Cures     []PricedCure
	// Unsearched says why the cheapest cures were not looked for; "" when they were.
	Unsearched string
	Catalogue  string // date of the prices; "" when nothing was priced
	Gaps       []scanners.Gap
}

// Offer is one fix with its price.
type Offer struct {
	resilience.Fix
	Monthly decimal.Decimal
	Known   bool // the price
	Usage   bool // and more by use
}

// PricedCure is the cheapest set of fixes for one goal.
type PricedCure struct {
	resilience.Cure
	Label    string // "survive any one zone"
	Possible bool   // the fixes that are known and priced reach the goal
	Capacity float64
	Usage    bool
}

type jsonSimulation struct {
	Schema       int              `json:"schema_version"`
	Entries      []jsonEntry      `json:"entry_points"`
	Losses       []jsonLoss       `json:"losses"`
	SinglePoints []jsonPoint      `json:"single_points"`
	Shared       []jsonPoint      `json:"regional_services"`
	Recovery     []jsonRecovery   `json:"recovery"`
	Availability []jsonEstimate   `json:"availability"`
	Cures        []jsonCure       `json:"cures"`
	Unsearched   string           `json:"cures_not_searched,omitempty"` // why
	Kubernetes   []jsonNodes      `json:"nodes_by_zone"`
	Assumed      []jsonAssumption `json:"assumed"`
	Missing      []jsonMissed     `json:"missing"`
	Gaps         []jsonGap        `json:"gaps"`
}

type jsonEntry struct {
	Name     Text `json:"name"`
	Resource Text `json:"resource"`
	Stage    Text `json:"stage"`
}

type jsonLoss struct {
	Lose    Text                  `json:"lose"`
	Entries map[string]jsonAnswer `json:"entry_points"`
}

type jsonAnswer struct {
	Up           *bool  `json:"up"`
	Capacity     string `json:"capacity"`
	CapacityHigh string `json:"capacity_high,omitempty"`
	Because      []Text `json:"because"`
}

type jsonPoint struct {
	Resource    Text   `json:"resource"`
	TakesDown   []Text `json:"takes_down"`
	MayTakeDown []Text `json:"may_take_down"`
	OnTheWayTo  []Text `json:"on_every_way_to"`
	Because     []Text `json:"because"`
}

type jsonRecovery struct {
	Resource Text   `json:"resource"`
	Entry    bool   `json:"entry_point"`
	Loss     string `json:"loss"`
	RTO      *int   `json:"rto_seconds"`
	RPO      *int   `json:"rpo_seconds"`
	Never    bool   `json:"never"`
	Meets    *bool  `json:"meets_target"`
	Missing  []Text `json:"missing"`
	Because  []Text `json:"because"`
}

type jsonEstimate struct {
	Entry    Text        `json:"entry_point"`
	Estimate *string     `json:"estimate"`
	Low      *string     `json:"low"`
	High     *string     `json:"high"`
	Hours    *string     `json:"hours_down_per_year"`
	Parts    []jsonShare `json:"parts"`
	Missing  []string    `json:"without_rate"`
}

type jsonShare struct {
	Name Text   `json:"name"`
	Lost string `json:"unavailability"`
}

type jsonCure struct {
	Goal     string    `json:"goal"`
	Possible bool      `json:"possible"`
	Monthly  *string   `json:"monthly"`
	Fixes    []jsonBuy `json:"fixes"`
	Exact    bool      `json:"exact"`
	Unpriced []jsonBuy `json:"unpriced"`
}

type jsonBuy struct {
	Policy   string `json:"policy"`
	Resource Text   `json:"resource"`
	Zone     Text   `json:"zone,omitempty"` // of what is cured zone by zone
	ByHand   bool   `json:"by_hand"`
}

type jsonNodes struct {
	Group Text           `json:"group"`
	Zones map[string]int `json:"zones"`
	Least int            `json:"total"`
}

type jsonAssumption struct {
	Text    Text   `json:"text"`
	Setting string `json:"setting"`
}

type jsonMissed struct {
	What   Text `json:"what"`
	Effect Text `json:"effect"`
}

// SimulationJSON writes everything for other programs (see docs/json.md).
func SimulationJSON(w io.Writer, s *Simulation) error {
	out := jsonSimulation{Schema: 1, Entries: []jsonEntry{}, Losses: []jsonLoss{}, SinglePoints: s.jsonPoints(s.Points), Shared: s.jsonPoints(s.Shared),
		Recovery: s.jsonRecoveries(), Availability: s.jsonEstimates(), Cures: s.jsonCures(), Unsearched: s.Unsearched, Kubernetes: s.jsonNodes(), Assumed: []jsonAssumption{}, Missing: []jsonMissed{}, Gaps: []jsonGap{}}
	for _, e := range s.Model.Entries {
		out.Entries = append(out.Entries, jsonEntry{Untrusted(e.Name), Untrusted(e.Key.String()), Untrusted(e.Stage)})
	}
	for _, o := range slices.Concat(s.Asked, s.Zones, s.Regions, s.Things) {
		out.Losses = append(out.Losses, s.jsonLoss(o))
	}
	for _, f := range s.Model.Assumed() {
		out.Assumed = append(out.Assumed, jsonAssumption{Untrusted(f.Text), f.Setting})
	}
	for _, f := range s.Model.Missing() {
		out.Missing = append(out.Missing, jsonMissed{Untrusted(f.Missing), Untrusted(f.Text)})
	}
	for _, gap := range s.Gaps {
		out.Gaps = append(out.Gaps, jsonGap{Untrusted(gap.Root), Untrusted(gap.Where), Untrusted(gap.What), Untrusted(gap.Why), Untrusted(gap.Settle)})
	}
	return writeJSON(w, out)
}

func (s *Simulation) jsonLoss(o resilience.Outcome) jsonLoss {
	out := jsonLoss{Lose: Untrusted(o.Loss.Name), Entries: map[string]jsonAnswer{}}
	for i, a := range o.Answers {
		x := jsonAnswer{Up: upValue(a.Up), Capacity: fmt.Sprintf("%.2f", a.Least), Because: s.because(a.Because)}
		if a.Most-a.Least > 0.005 {
			x.CapacityHigh = fmt.Sprintf("%.2f", a.Most)
		}
		out.Entries[Untrusted(s.Model.Entries[i].Name).JSON()] = x
	}
	return out
}

func upValue(u resilience.Up) *bool {
	if u == resilience.Undecided {
		return nil
	}
	b := u == resilience.Yes
	return &b
}

// because is every chain as lines: the facts of a chain from the entry point to what is lost.
func (s *Simulation) because(chains []resilience.Chain) []Text {
	out := []Text{}
	for _, c := range chains {
		out = append(out, Untrusted(s.Model.Nodes[c.Cut].Name))
		for _, f := range c.Facts {
			out = append(out, Untrusted("  "+factText(f)))
		}
	}
	return out
}

// factText is a fact with what it rests on.
func factText(f resilience.Fact) string {
	switch {
	case f.Setting != "" && f.Missing != "":
		return fmt.Sprintf("assumed: %s (%s); not known: %s", f.Text, f.Setting, f.Missing)
	case f.Setting != "":
		return fmt.Sprintf("assumed: %s (%s)", f.Text, f.Setting)
	case f.Missing != "":
		return fmt.Sprintf("%s; not known: %s", f.Text, f.Missing)
	}
	return f.Text
}

func (s *Simulation) entryNames(list []int) []Text {
	out := []Text{}
	for _, i := range list {
		out = append(out, Untrusted(s.Model.Entries[i].Name))
	}
	return out
}

func (s *Simulation) jsonPoints(points []resilience.Point) []jsonPoint {
	out := []jsonPoint{}
	for _, p := range points {
		x := jsonPoint{Resource: Untrusted(s.Model.Nodes[p.Node].Name), TakesDown: s.entryNames(p.Down), MayTakeDown: s.entryNames(p.Maybe), OnTheWayTo: []Text{}, Because: s.because(p.Because)}
		for _, n := range p.Before {
			x.OnTheWayTo = append(x.OnTheWayTo, Untrusted(s.Model.Nodes[n].Name))
		}
		out = append(out, x)
	}
	return out
}

func (s *Simulation) jsonRecoveries() []jsonRecovery {
	out := []jsonRecovery{}
	for _, r := range s.Recovery {
		x := jsonRecovery{Resource: Untrusted(r.Name), Entry: r.Entry >= 0, Loss: r.Loss, RTO: seconds(r.RTO), RPO: seconds(r.RPO), Never: r.RTO.Never || r.RPO.Never, Missing: []Text{}, Because: []Text{}}
		x.Meets = upValue(s.meets(r))
		for _, m := range []string{r.RTO.Missing, r.RPO.Missing} {
			if m != "" && !slices.Contains(x.Missing, Untrusted(m)) {
				x.Missing = append(x.Missing, Untrusted(m))
			}
		}
		for _, b := range r.Because {
			x.Because = append(x.Because, Untrusted(b))
		}
		out = append(out, x)
	}
	return out
}

// meets says whether a recovery is within the target of its stage.
func (s *Simulation) meets(r resilience.Recovery) resilience.Up { return r.Meets(s.Targets(r.Stage)) }

func seconds(s resilience.Span) *int {
	if s.Never || s.Missing != "" {
		return nil
	}
	return &s.Seconds
}

func (s *Simulation) jsonEstimates() []jsonEstimate {
	out := []jsonEstimate{}
	for _, e := range s.Estimates {
		x := jsonEstimate{Entry: Untrusted(s.Model.Entries[e.Entry].Name), Parts: []jsonShare{}, Missing: append([]string{}, e.Missing...)}
		if e.Err == nil {
			low, high, hours := fmt.Sprintf("%.6f", e.Low), fmt.Sprintf("%.6f", e.High), fmt.Sprintf("%.1f", resilience.HoursDown(e.Low))
			x.Estimate, x.Low, x.High, x.Hours = &low, &low, &high, &hours
		}
		for _, p := range e.Parts {
			x.Parts = append(x.Parts, jsonShare{Untrusted(p.Name), fmt.Sprintf("%.6f", p.Lost)})
		}
		out = append(out, x)
	}
	return out
}

func (s *Simulation) jsonCures() []jsonCure {
	out := []jsonCure{}
	for _, c := range s.Cures {
		x := jsonCure{Goal: c.Goal, Possible: c.Possible, Fixes: jsonBuys(c.Fixes), Exact: c.Exact, Unpriced: jsonBuys(c.Unpriced)}
		if c.Possible {
			m := c.Monthly.StringFixed(2)
			x.Monthly = &m
		}
		out = append(out, x)
	}
	return out
}

func jsonBuys(fixes []resilience.Fix) []jsonBuy {
	out := []jsonBuy{}
	for _, f := range fixes {
		out = append(out, jsonBuy{f.Policy, Untrusted(f.Resource.String()), Untrusted(f.Zone), f.ByHand})
	}
	return out
}

func (s *Simulation) jsonNodes() []jsonNodes {
	out := []jsonNodes{}
	for _, g := range s.Model.NodesByZone() {
		x := jsonNodes{Group: Untrusted(g.Name), Zones: map[string]int{}, Least: g.Total}
		for zone, n := range g.Zones {
			x.Zones[Untrusted(zone).JSON()] = n
		}
		out = append(out, x)
	}
	return out
}
