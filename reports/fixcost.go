package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

// repairing says who can repair a finding, a person or plumb, and what the patch of plumb changes a month: "+$143.81", "usage" when that depends on use, "unpriced" when a price
// or a datum is missing, "plumb" when it was not priced. What a person removes, because nothing uses it, has its price too.
func repairing(f *Finding) string {
	switch {
	case !f.fixable() && f.Cost != nil && len(f.Cost.Open) == 0:
		return "by hand " + signed(f.Cost.Monthly)
	case !f.fixable():
		return "by hand"
	case f.Cost == nil:
		return "plumb"
	case len(f.Cost.Open) == 0:
		return signed(f.Cost.Monthly)
	}
	open := "usage"
	for _, u := range f.Cost.Open {
		if u.Why != cost.DependsOnUse {
			open = "unpriced"
		}
	}
	if f.Cost.Monthly.IsZero() {
		return open
	}
	return signed(f.Cost.Monthly) + " + " + open
}

// costWords says in a sentence what carrying out the fix, or the removal of what nothing uses, costs; "" when that was not priced.
func costWords(f *Finding) string {
	if f.Cost == nil {
		return ""
	}
	words := signed(f.Cost.Monthly) + " a month"
	if why := f.Cost.Why(); why != "" {
		words += "; not in it: " + Untrusted(why).Terminal()
	}
	return words
}

// costLine compares what both sides of a change cost.
func (c *Comparison) costLine() string {
	if c.Cost == nil {
		return ""
	}
	return fmt.Sprintf("Cost  %s -> %s a month (%s)%s", money(c.Cost.Difference.Before), money(c.Cost.Difference.After), signed(c.Cost.Monthly()), openWords(c.Cost.Now))
}

// zoneLine says which answers to the loss of a zone are other ones: "Zones  1st zone of eu-west-1: DOWN -> UP at 50 %".
func (c *Comparison) zoneLine() string {
	var parts []string
	same := 0
	for _, z := range c.Zones {
		if z.same() {
			same++
			continue
		}
		parts = append(parts, fmt.Sprintf("%s, %s: %s -> %s", ZoneName(z.Zone.JSON()), z.Entry.Terminal(), cmp.Or(z.Before.wordsOrNone(), "not there"), cmp.Or(z.Now.wordsOrNone(), "not there")))
	}
	switch {
	case len(c.Zones) == 0:
		return ""
	case same > 0:
		parts = append(parts, plural(same, "answer")+" unchanged")
	}
	return "Zones  " + strings.Join(parts, "; ")
}

// SinceCost is what both sides of a change cost.
type SinceCost struct {
	cost.Difference
	Now cost.Estimated
}

// costsSame says that nothing became cheaper or dearer.
func (c *Comparison) costsSame() bool { return c.Cost == nil || len(c.Cost.Changes) == 0 }

// zonesSame says that the loss of no zone does anything else than before.
func (c *Comparison) zonesSame() bool {
	return !slices.ContainsFunc(c.Zones, func(z ZoneChange) bool { return !z.same() })
}

type jsonSinceCost struct {
	Catalogue string          `json:"catalogue"`
	Before    decimal.Decimal `json:"before"`
	After     decimal.Decimal `json:"after"`
	Monthly   decimal.Decimal `json:"monthly"`
	Complete  bool            `json:"complete"`
}

func jsonSinceCostOf(c *SinceCost) *jsonSinceCost {
	if c == nil {
		return nil
	}
	return &jsonSinceCost{c.Now.Catalogue, c.Difference.Before, c.Difference.After, c.Monthly(), c.Now.Complete && len(c.Open) == 0}
}
