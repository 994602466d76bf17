// Package cost prices a graph: what its resources cost a month at list price, on demand.
//
//	e := cost.Estimate(g, prices.Builtin(), cost.Options{})
//
// For each resource the estimator of its type (one file per service, listed in services.go) turns attributes and
// neighbours into lines: a meter of the price catalogue, a quantity, a unit price. What is not known is never zero: a part
// that lacks a datum or a price is in Unpriced, a meter that depends on use has a price and no quantity until a usage file
// or a profile gives one, and Complete is false while either is left.
//
// A month has 730 hours. Free tiers of an account are not taken off. Money is decimal and exact; nothing is
// rounded here.
//
// Pure: this package touches nothing outside its arguments.
package cost

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
)

// HoursPerMonth is what "monthly" means everywhere.
const HoursPerMonth = 730

// Catalogue finds prices; *prices.Catalogue is one.
type Catalogue interface {
	// Find gives the price of one meter in one region, or an error that says what is missing.
	Find(k prices.Key) (prices.Price, error)
	// AsOf is the day of the newest price, as 2025-06-13.
	AsOf() string
}

// Estimated is the price of a graph.
type Estimated struct {
	Currency  string          `json:"currency"`
	Catalogue string          `json:"catalogue"`       // the day of the newest price
	Monthly   decimal.Decimal `json:"monthly"`         // of the lines that have a quantity
	Complete  bool            `json:"complete"`        // nothing is unpriced and no usage is left open
	Unpriced  int             `json:"unpriced"`        // how many parts lack a price or a datum
	OpenUsage int             `json:"open_usage"`      // how many meters wait for usage
	Resources []Resource      `json:"resources"`       // by root and address
	Notes     []string        `json:"notes,omitempty"` // about the usage file: what names nothing that is here
}

// Resource is the price of one resource.
type Resource struct {
	Root       string          `json:"root,omitempty"`
	Address    graph.Address   `json:"address"`
	Type       string          `json:"type"`
	Region     string          `json:"region"`      // "global" for what has no region
	RegionFrom string          `json:"region_from"` // attr, arn, zone, provider, assumed; type: the type has none
	Monthly    decimal.Decimal `json:"monthly"`     // of the lines that have a quantity
	Lines      []Line          `json:"lines"`
	Unpriced   []Unpriced      `json:"unpriced"`
	Free       bool            `json:"free"`          // AWS charges nothing for this type
	Why        string          `json:"why,omitempty"` // of a free one: the source, or where its work is charged
}

// Key names the resource in the graph.
func (r *Resource) Key() graph.Key { return graph.Key{Root: r.Root, Address: r.Address} }

// Line is one meter of one resource, or one tier of it. Monthly is Quantity times Price.
type Line struct {
	Meter      string           `json:"meter"`    // in the catalogue's words: "ebs.volume.storage"
	Key        prices.Key       `json:"-"`        // the price that was asked for
	Label      string           `json:"label"`    // for people: "root volume, gp3"
	Quantity   *decimal.Decimal `json:"quantity"` // nil: not known, see UsageBased and Unpriced
	Unit       string           `json:"unit"`     // "hours", "GB-months"
	Price      decimal.Decimal  `json:"price"`    // of one unit; of a line without quantity the price of its first unit
	Monthly    *decimal.Decimal `json:"monthly"`
	UsageBased bool             `json:"usage_based"`
	Usage      string           `json:"usage,omitempty"` // the field of the usage file that gives the quantity
	Note       string           `json:"note,omitempty"`  // what is assumed, and what it could become
}

// Unpriced is a part that AWS charges for and that could not be priced.
type Unpriced struct {
	Meter string `json:"meter"` // for people: "root volume"
	Why   string `json:"why"`   // the datum or the price that is missing
}

// Options says what the graph does not hold.
type Options struct {
	Usage   *Usage
	Profile Profile // fills in usage that Usage does not give; "" leaves it open
	// DefaultRegion is assumed where nothing tells the region; "" is us-east-1.
	DefaultRegion string
	// Now decides which versions are in extended support; zero is the catalogue's date.
	Now time.Time
}

// Estimate prices every resource of the graph. Data sources, facts about the code and parts that cost nothing of their
// own are left out.
func Estimate(g *graph.Graph, c Catalogue, o Options) Estimated {
	e := newEstimator(g, c, o)
	out := Estimated{Currency: "USD", Catalogue: c.AsOf(), Complete: true, Resources: []Resource{}}
	for _, r := range g.Resources() {
		priced, ok := e.resource(r)
		if !ok {
			continue
		}
		out.add(priced)
	}
	for _, r := range e.transfers() {
		out.add(r)
	}
	slices.SortStableFunc(out.Resources, func(a, b Resource) int { return a.Key().Compare(b.Key()) })
	out.Notes = e.notes()
	return out
}

func (e *Estimated) add(r Resource) {
	e.Resources = append(e.Resources, r)
	e.Monthly = e.Monthly.Add(r.Monthly)
	e.Unpriced += len(r.Unpriced)
	for _, l := range r.Lines {
		if l.Quantity == nil && l.UsageBased {
			e.OpenUsage++
		}
	}
	e.Complete = e.Complete && len(r.Unpriced) == 0 && !hasOpen(r.Lines)
}

func hasOpen(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.Quantity == nil })
}
