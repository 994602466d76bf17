package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// Diff is what became of one saved report in another.
type Diff struct {
	A, B      *Saved
	New       []*jsonFinding // of B: A does not have them as findings, or less severe
	Fixed     []*jsonFinding // of A
	Waived    []*jsonFinding // of A: waived in B
	Lost      []*jsonFinding // of A: B cannot tell whether they are gone
	Unchanged int
	Costs     *CostDiff // nil: not both were priced
	Zones     []ZoneDiff
	Zoned     bool // both say what the loss of a zone does
	NewGaps   []Gap
	Notes     []string // what speaks against comparing the two
}

// CostDiff is how the costs of two reports differ.
type CostDiff struct {
	Before, After decimal.Decimal
	Complete      bool // nothing is missing on either side
	Changes       []PricedDiff
}

// Monthly is the change of the total.
func (c *CostDiff) Monthly() decimal.Decimal { return c.After.Sub(c.Before) }

// PricedDiff is a resource that costs something else, is new, or is gone.
type PricedDiff struct {
	Root, Address Text
	Before, After *decimal.Decimal // nil: not there
}

func (p PricedDiff) monthly() decimal.Decimal { return valueOf(p.After).Sub(valueOf(p.Before)) }

func valueOf(d *decimal.Decimal) decimal.Decimal {
	if d == nil {
		return decimal.Zero
	}
	return *d
}

// ZoneDiff is an answer that is another one; "" stands for a zone or an entry point that is not there.
type ZoneDiff struct {
	Lose, Entry   Text
	Before, After string
}

// NewDiff compares two reports. A finding of a that b does not have is fixed only when b judged its policy and listed
// everything, and nothing that could hold it went unread.
func NewDiff(a, b *Saved) *Diff {
	d := &Diff{A: a, B: b, NewGaps: NewGaps(gapsOf(a), gapsOf(b))}
	d.note()
	d.findings()
	d.costs()
	d.zones()
	return d
}

func gapsOf(s *Saved) []Gap {
	var out []Gap
	for _, g := range s.Gaps {
		out = append(out, Gap(g))
	}
	return out
}

func (d *Diff) note() {
	for _, s := range []*Saved{d.A, d.B} {
		if why := s.hides(); why != "" {
			d.Notes = append(d.Notes, s.Name+" "+why)
		}
	}
	if d.A.Version != d.B.Version {
		d.Notes = append(d.Notes, fmt.Sprintf("plumb %s wrote one, plumb %s the other: checks may differ", d.A.Version, d.B.Version))
	}
	if x, y := sourceNames(d.A), sourceNames(d.B); x != y {
		d.Notes = append(d.Notes, fmt.Sprintf("one is of %s, the other of %s", x, y))
	}
	if d.A.Cost != nil && d.B.Cost != nil && d.A.Cost.Catalogue != d.B.Cost.Catalogue {
		d.Notes = append(d.Notes, fmt.Sprintf("prices of %s and of %s: costs may differ for that alone", d.A.Cost.Catalogue, d.B.Cost.Catalogue))
	}
}

func sourceNames(s *Saved) string {
	var out []string
	for _, x := range s.Sources {
		out = append(out, Untrusted(x.Name).Terminal())
	}
	return strings.Join(out, ", ")
}

func (f *jsonFinding) identity() identity {
	return identity{f.Policy, f.Root.JSON(), f.Resource.JSON()}
}

func (d *Diff) findings() {
	old := map[string]*jsonFinding{}
	for _, f := range d.A.with(policies.Fail) {
		old[f.Fingerprint] = f
	}
	for _, f := range d.B.with(policies.Fail) {
		was := old[f.Fingerprint]
		delete(old, f.Fingerprint)
		if was != nil && f.Severity.Rank() >= was.Severity.Rank() {
			d.Unchanged++
			continue
		}
		d.New = append(d.New, f)
	}
	gone := d.gone()
	for _, f := range d.A.with(policies.Fail) {
		if old[f.Fingerprint] != nil {
			list := gone(f)
			*list = append(*list, f)
		}
	}
}

// gone says where a finding belongs that B does not have.
func (d *Diff) gone() func(*jsonFinding) *[]*jsonFinding {
	hidden, open := d.B.hides() != "", map[identity]bool{}
	for _, f := range d.B.with(policies.Undecided) {
		open[f.identity()] = true
	}
	broken, unread := map[string]bool{}, map[Text]bool{}
	for _, p := range d.B.Problems {
		broken[p.Policy] = true
	}
	for _, g := range d.NewGaps {
		unread[g.Root] = true
	}
	return func(f *jsonFinding) *[]*jsonFinding {
		switch {
		case slices.Contains(d.B.WaivedOnes, f.Fingerprint):
			return &d.Waived
		case hidden, open[f.identity()], broken[f.Policy], unread[f.Root], unread[Text{}], !slices.Contains(d.B.CarriedOut, f.Policy):
			return &d.Lost
		}
		return &d.Fixed
	}
}

func (d *Diff) costs() {
	a, b := d.A.Cost, d.B.Cost
	if a == nil || b == nil {
		return
	}
	d.Costs = &CostDiff{Before: a.Monthly, After: b.Monthly, Complete: a.Complete && b.Complete}
	type key struct{ root, address Text }
	at := map[key]*PricedDiff{}
	for i := range a.Resources {
		r := &a.Resources[i]
		at[key{r.Root, r.Address}] = &PricedDiff{Root: r.Root, Address: r.Address, Before: &r.Monthly}
	}
	for i := range b.Resources {
		r := &b.Resources[i]
		k := key{r.Root, r.Address}
		if at[k] == nil {
			at[k] = &PricedDiff{Root: r.Root, Address: r.Address}
		}
		at[k].After = &r.Monthly
	}
	for _, p := range at {
		if (p.Before == nil) != (p.After == nil) || !p.monthly().IsZero() {
			d.Costs.Changes = append(d.Costs.Changes, *p)
		}
	}
	slices.SortFunc(d.Costs.Changes, func(x, y PricedDiff) int {
		return cmp.Or(y.monthly().Abs().Cmp(x.monthly().Abs()), x.Root.Compare(y.Root), x.Address.Compare(y.Address))
	})
}

func (d *Diff) zones() {
	if d.Zoned = d.A.Losses != nil && d.B.Losses != nil; !d.Zoned {
		return
	}
	type key struct{ lose, entry Text }
	at := map[key]*ZoneDiff{}
	for i, s := range []*Saved{d.A, d.B} {
		for _, l := range s.Losses {
			for name, answer := range l.Entries {
				k := key{l.Lose, Untrusted(name)}
				if at[k] == nil {
					at[k] = &ZoneDiff{Lose: k.lose, Entry: k.entry}
				}
				*[]*string{&at[k].Before, &at[k].After}[i] = answer.words()
			}
		}
	}
	for _, z := range at {
		if z.Before != z.After {
			d.Zones = append(d.Zones, *z)
		}
	}
	slices.SortFunc(d.Zones, func(x, y ZoneDiff) int { return cmp.Or(x.Lose.Compare(y.Lose), x.Entry.Compare(y.Entry)) })
}

// words is "UP at 0.50 of its capacity", "DOWN", "UNDECIDED".
func (a jsonAnswer) words() string {
	switch {
	case a.Up == nil:
		return resilience.Undecided.String()
	case !*a.Up:
		return resilience.No.String()
	}
	least, err := decimal.NewFromString(a.Capacity)
	if err != nil || least.GreaterThanOrEqual(decimal.NewFromInt(1)) {
		return resilience.Yes.String()
	}
	words := resilience.Yes.String() + " at " + least.Shift(2).StringFixed(0)
	if most, err := decimal.NewFromString(a.CapacityHigh); err == nil {
		words += "-" + most.Shift(2).StringFixed(0)
	}
	return words + " %"
}

type jsonDiff struct {
	SchemaVersion int             `json:"schema_version"`
	A             jsonDiffSide    `json:"a"`
	B             jsonDiffSide    `json:"b"`
	New           []*jsonFinding  `json:"new"`
	Fixed         []*jsonFinding  `json:"fixed"`
	Waived        []*jsonFinding  `json:"waived"`
	Lost          []*jsonFinding  `json:"not_comparable"`
	Unchanged     int             `json:"unchanged"`
	Cost          *jsonCostDiff   `json:"cost,omitempty"`
	Zones         *[]jsonZoneDiff `json:"zones,omitempty"`
	NewGaps       []jsonGap       `json:"new_gaps"`
	Notes         []Text          `json:"notes"`
}

type jsonDiffSide struct {
	Name      Text        `json:"name"`
	Version   string      `json:"version"`
	Resources int         `json:"resources"`
	Summary   jsonSummary `json:"summary"`
	Gaps      int         `json:"gaps"`
}

type jsonCostDiff struct {
	Before   decimal.Decimal  `json:"before"`
	After    decimal.Decimal  `json:"after"`
	Monthly  decimal.Decimal  `json:"monthly"`
	Complete bool             `json:"complete"`
	Changes  []jsonPricedDiff `json:"changes"`
}

type jsonPricedDiff struct {
	Root    Text             `json:"root"`
	Address Text             `json:"address"`
	Before  *decimal.Decimal `json:"before"`
	After   *decimal.Decimal `json:"after"`
	Monthly decimal.Decimal  `json:"monthly"`
}

type jsonZoneDiff struct {
	Lose   Text   `json:"lose"`
	Entry  Text   `json:"entry_point"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// DiffJSON writes a comparison for other programs (see docs/json.md).
func DiffJSON(w io.Writer, d *Diff) error {
	side := func(s *Saved) jsonDiffSide {
		return jsonDiffSide{Untrusted(s.Name), s.Version, s.Resources, s.Summary, len(s.Gaps)}
	}
	out := jsonDiff{
		SchemaVersion: 1, A: side(d.A), B: side(d.B), New: append([]*jsonFinding{}, d.New...), Fixed: append([]*jsonFinding{}, d.Fixed...),
		Waived: append([]*jsonFinding{}, d.Waived...), Lost: append([]*jsonFinding{}, d.Lost...), Unchanged: d.Unchanged, NewGaps: jsonGaps(d.NewGaps), Notes: []Text{},
	}
	for _, n := range d.Notes {
		out.Notes = append(out.Notes, Untrusted(n))
	}
	if c := d.Costs; c != nil {
		out.Cost = &jsonCostDiff{c.Before, c.After, c.Monthly(), c.Complete, []jsonPricedDiff{}}
		for _, p := range c.Changes {
			out.Cost.Changes = append(out.Cost.Changes, jsonPricedDiff{p.Root, p.Address, p.Before, p.After, p.monthly()})
		}
	}
	if d.Zoned {
		zones := []jsonZoneDiff{}
		for _, z := range d.Zones {
			zones = append(zones, jsonZoneDiff(z))
		}
		out.Zones = &zones
	}
	return writeJSON(w, out)
}
