package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// row is one line of a file: a price, or one tier of a graduated price.
type row map[string]string

// fixed lists the columns that are not attributes of the thing that is sold. The region that traffic leaves from is the region of the row.
var fixed = []string{"service", "region", "product_family", "attrs", "dimension", "unit", "tier_from", "tier_to", "price_usd", "currency",
	"derived", "sku", "source", "source_key", "as_of", "as_of_kind", "from_region"}

// readFolder reads every file of the folder: the rows that name a meter, and those that a mapping names.
func readFolder(fsys fs.FS) ([]prices.Price, error) {
	files, err := fs.Glob(fsys, "*.csv")
	if err != nil {
		return nil, fmt.Errorf("listing the folder: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("the folder has no CSV files")
	}
	var all []prices.Price
	for _, name := range files {
		if name == supplement {
			continue // see mappings
		}
		rows, err := readFile(fsys, name)
		if err != nil {
			return nil, err
		}
		list, err := collect(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, list...)
	}
	named, err := mapped(fsys, mappings)
	if err != nil {
		return nil, err
	}
	return append(all, named...), nil
}

func readFile(fsys fs.FS, name string) ([]row, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", name, err)
	}
	defer f.Close() // it was only read
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s has no header", name)
	}
	rows := make([]row, 0, len(lines)-1)
	for _, line := range lines[1:] {
		r := make(row, len(line))
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// collect makes prices of rows: rows that differ in their tier only are one price.
func collect(rows []row) ([]prices.Price, error) {
	var order []string
	at := map[string][]prices.Price{}
	for i, r := range rows {
		p, err := r.price()
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		id := strings.Join([]string{p.Key.String(), p.Service, p.Unit, p.Currency, r["product_family"]}, "\t")
		if at[id] == nil {
			order = append(order, id)
		}
		at[id] = append(at[id], p)
	}
	out := make([]prices.Price, 0, len(order))
	for _, id := range order {
		out = append(out, join(at[id]))
	}
	return out, nil
}

// join puts the tiers of one price together. The SKU is that of the first tier; the date is the oldest.
func join(parts []prices.Price) prices.Price {
	slices.SortStableFunc(parts, func(a, b prices.Price) int { return a.Tiers[0].From.Cmp(b.Tiers[0].From) })
	p := parts[0]
	for _, o := range parts[1:] {
		p.Tiers = append(p.Tiers, o.Tiers...)
		p.Derived = p.Derived || o.Derived
		if o.AsOf < p.AsOf {
			p.AsOf, p.Source = o.AsOf, o.Source
		}
	}
	return p
}

// price reads a row as a price of one tier.
func (r row) price() (prices.Price, error) {
	tier, err := prices.ParseTier(r["tier_from"], r["tier_to"], r["price_usd"])
	return prices.Price{
		Key:     prices.Key{Meter: r["dimension"], Region: cmp.Or(r["region"], prices.Global), Attributes: r.attributes()},
		Service: r["service"], Unit: r["unit"], Currency: r["currency"], Tiers: []prices.Tier{tier},
		SKU: r["sku"], Source: r["source"], AsOf: r["as_of"], Derived: r["derived"] == "yes",
	}, err
}

// attributes are the columns of a file that the others lack, and the pairs of its column attrs.
func (r row) attributes() prices.Attributes {
	out := prices.Attributes{}
	for column, value := range r {
		if value != "" && !slices.Contains(fixed, column) {
			out[column] = value
		}
	}
	for pair := range strings.SplitSeq(r["attrs"], ";") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			out[name] = value
		}
	}
	return out
}
