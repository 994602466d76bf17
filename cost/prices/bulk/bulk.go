// Package bulk reads the public AWS price list: the indexes that lead to a file for each offer and region, and such files in
// JSON or CSV, as a stream, since those of EC2 have hundreds of megabytes.
//
//	offer, err := bulk.Read(file)       // one region file
//	for _, p := range offer.Prices { ... }
//
// Products are translated to the meters of the catalogue by rules (see rules.go); one that no rule names is counted and left
// out. Two products that come out under one key are a conflict, which is reported and left out: nothing is chosen by price.
//
// The layout is that of https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html.
// Reads what it is given; opens no file and no connection.
package bulk

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// Offer is what one file says.
type Offer struct {
	Code      string // "AmazonEC2"
	Version   string // "20250613000000"
	Published string // the day, as 2025-06-13
	Prices    []prices.Price
	Products  int        // how many products the file has
	Conflicts []Conflict // sorted by key
}

// Conflict is several products that the rules cannot tell apart, at different prices. The catalogue keeps what it had.
type Conflict struct {
	Key  prices.Key
	SKUs []string
}

// product is one thing that is sold.
type product struct {
	sku, offer, family, region string
	attributes                 map[string]string // in the words of the JSON files, "instanceType"
}

// dimension is one tier of an on-demand price.
type dimension struct {
	sku, from, to, unit, price, currency string
}

// Read reads one region file, JSON or CSV, to its end: a file that is cut off is an error.
func Read(r io.Reader) (*Offer, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	first, err := in.Peek(3)
	if err != nil {
		return nil, fmt.Errorf("reading a price file: it is empty or cut off: %w", err)
	}
	c := &collector{offer: &Offer{}, keys: map[string]target{}, tiers: map[string][]dimension{}}
	if string(first) == "\ufeff" {
		if _, err := in.Discard(3); err != nil {
			return nil, fmt.Errorf("reading a price file: %w", err)
		}
		first, err = in.Peek(1)
		if err != nil {
			return nil, fmt.Errorf("reading a price file: %w", err)
		}
	}
	if first[0] == '{' {
		err = c.readJSON(in)
	} else {
		err = c.readCSV(in)
	}
	if err != nil {
		return nil, err
	}
	return c.finish()
}

// collector gathers the products that rules name, and their tiers.
type collector struct {
	offer *Offer
	keys  map[string]target // by SKU
	tiers map[string][]dimension
}

// target is where a product belongs in the catalogue.
type target struct {
	key  prices.Key
	rule *rule
}

func (c *collector) product(p product) {
	c.offer.Products++
	if key, r := translate(p); r != nil {
		c.keys[p.sku] = target{key, r}
	}
}

func (c *collector) price(d dimension) {
	if _, wanted := c.keys[d.sku]; wanted {
		c.tiers[d.sku] = append(c.tiers[d.sku], d)
	}
}

// finish makes prices of what was gathered.
func (c *collector) finish() (*Offer, error) {
	if c.offer.Code == "" || c.offer.Published == "" {
		return nil, fmt.Errorf("reading a price file: it does not say its offer and its date, so it is no AWS price list")
	}
	if c.offer.Products == 0 {
		return nil, fmt.Errorf("reading the price file of %s: it has no products", c.offer.Code)
	}
	byKey := map[string][]prices.Price{}
	for sku, t := range c.keys {
		if len(c.tiers[sku]) == 0 {
			continue // sold by reservation only
		}
		p, err := c.join(sku, t)
		if err != nil {
			return nil, err
		}
		byKey[p.Key.String()] = append(byKey[p.Key.String()], p)
	}
	for _, list := range byKey {
		slices.SortFunc(list, func(a, b prices.Price) int { return strings.Compare(a.SKU, b.SKU) })
		if agree(list) {
			c.offer.Prices = append(c.offer.Prices, list[0])
		} else {
			c.offer.Conflicts = append(c.offer.Conflicts, Conflict{list[0].Key, skus(list)})
		}
	}
	slices.SortFunc(c.offer.Prices, func(a, b prices.Price) int { return strings.Compare(a.Key.String(), b.Key.String()) })
	slices.SortFunc(c.offer.Conflicts, func(a, b Conflict) int { return strings.Compare(a.Key.String(), b.Key.String()) })
	return c.offer, nil
}

// join makes one price of the tiers of a SKU.
func (c *collector) join(sku string, t target) (prices.Price, error) {
	p := prices.Price{Key: t.key, Service: c.offer.Code, Unit: t.rule.unit, SKU: sku, AsOf: c.offer.Published,
		Source: "AWS price list " + c.offer.Code + " " + c.offer.Version}
	for _, d := range c.tiers[sku] {
		tier, err := t.rule.tier(d)
		if err != nil {
			return p, fmt.Errorf("SKU %s of %s: %w", sku, c.offer.Code, err)
		}
		if p.Currency != "" && p.Currency != d.currency {
			return p, fmt.Errorf("SKU %s of %s has prices in %s and %s", sku, c.offer.Code, p.Currency, d.currency)
		}
		p.Currency = d.currency
		p.Tiers = append(p.Tiers, tier)
	}
	slices.SortFunc(p.Tiers, func(a, b prices.Tier) int { return a.From.Cmp(b.From) })
	return p, nil
}

// agree says whether all of the prices are the same.
func agree(list []prices.Price) bool {
	return !slices.ContainsFunc(list, func(p prices.Price) bool { return !p.SameAs(list[0]) })
}

func skus(list []prices.Price) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.SKU
	}
	return out
}

// day cuts a time to its day.
func day(published string) string {
	d, _, _ := strings.Cut(published, "T")
	return cmp.Or(d, published)
}
