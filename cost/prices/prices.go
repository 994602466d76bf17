// Package prices is the catalogue of list prices: one price for each meter, region and set of attributes, with the
// date on which it was seen and, where the price is graduated, its tiers.
//
//	c := prices.Builtin()
//	p, err := c.Find(prices.Key{Meter: "ec2.instance.ondemand", Region: "eu-west-1",
//		Attributes: prices.Attributes{"instance_type": "m6i.large", "os": "Linux", "tenancy": "Shared"}})
//	monthly := p.Cost(decimal.NewFromInt(730))
//
// A price is found by its attributes, never by being the smallest: when the attributes fit several rows the answer is an
// error that names them, and when they fit none it says whether the region does not sell the thing (NotSold), or the
// catalogue does not know it (Unknown). A missing price is an error, never zero.
//
// A block is inflated when a price in it is first asked for, so a program that prices nothing pays nothing.
// Reads what it is given; this package opens no file and no connection.
package prices

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Global is the region of meters that have one price for the whole world, such as a hosted zone.
const Global = "global"

// Attributes choose one row of a meter, in the words of the catalogue: "instance_type": "m6i.large". An attribute that is
// not named is not asked for; one with an empty value must be absent from the row.
type Attributes map[string]string

// String gives the attributes sorted, as "instance_type=m6i.large os=Linux".
func (a Attributes) String() string {
	parts := make([]string, 0, len(a))
	for name, value := range a {
		parts = append(parts, name+"="+value)
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// Key asks for one price. A meter that is sold under the region Global is found for every region.
type Key struct {
	Meter      string // "ebs.volume.storage"; the word before the first dot names the service
	Region     string // "eu-west-1"
	Attributes Attributes
}

// String gives the key in one line, as messages and fixtures name it: "ebs.volume.storage eu-west-1 volume_type=gp3".
func (k Key) String() string {
	return strings.TrimSpace(k.Meter + " " + k.Region + " " + k.Attributes.String())
}

// Price is what one unit costs.
type Price struct {
	Key      Key    // in full: every attribute of the row, and the region that it was found under
	Service  string // the vendor's offer code: "AmazonEC2"
	Unit     string // "Hrs", "GB-Mo", "Requests"
	Currency string // "USD"; "CNY" in the China regions. Never add two currencies.
	Tiers    []Tier // ascending, without gaps between them; at least one
	SKU      string // the vendor's, of the first tier; "" where the source does not tell
	Source   string // where the number was seen
	AsOf     string // the day on which it was published or seen, as 2025-06-13; the oldest of the tiers
	Derived  bool   // worked out from a monthly cost, so rounded
}

// Tier is a part of a graduated price: the units above From and up to To cost USD each.
type Tier struct {
	From decimal.Decimal
	To   decimal.Decimal // meaningless when Open
	Open bool            // there is no upper end
	USD  decimal.Decimal // in the currency of the price
}

// First is the price of the first unit that is charged for: what a report shows beside a meter whose usage is not known.
func (p Price) First() decimal.Decimal {
	return p.Tiers[p.firstCharged()].USD
}

// firstCharged is the place of the tier that the first unit is charged in. Account-wide free allowances, which a price list
// writes as a first tier at no charge, are not netted: no resource may claim an allowance that all of the account share.
func (p Price) firstCharged() int {
	for i, t := range p.Tiers {
		if !t.USD.IsZero() {
			return i
		}
	}
	return 0
}

// Cost of a quantity in the unit of the price: each tier's share at its own price (graduated, never the last tier's price for all). Units
// below the first tier that is charged cost as much as in that tier, see First.
func (p Price) Cost(quantity decimal.Decimal) decimal.Decimal {
	sum, below := decimal.Zero, decimal.Zero
	for _, t := range p.Tiers[p.firstCharged():] {
		upTo := quantity
		if !t.Open && t.To.LessThan(quantity) {
			upTo = t.To
		}
		if upTo.GreaterThan(below) {
			sum = sum.Add(upTo.Sub(below).Mul(t.USD))
			below = upTo
		}
	}
	return sum
}

// Graduated says whether the price depends on the quantity.
func (p Price) Graduated() bool { return len(p.Tiers)-p.firstCharged() > 1 }
