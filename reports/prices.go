package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// Prices is an answer about the price catalogue.
type Prices struct {
	AsOf     string
	Region   string // "": all
	Regions  []string
	Services []string       // of the whole catalogue
	Meters   []string       // of one service
	Prices   []prices.Price // of one meter
}

// PricesText writes an answer about the catalogue for a terminal.
func PricesText(w io.Writer, p *Prices, look Look) error {
	var b strings.Builder
	b.WriteString(look.ends("Price catalogue, list prices on demand", "prices of "+p.AsOf, bold))
	switch {
	case len(p.Prices) > 0:
		b.WriteString(priceTable(p.Prices, look))
	case len(p.Meters) > 0:
		b.WriteString("\n  " + strings.Join(p.Meters, "\n  ") + "\n\n")
		b.WriteString(paragraph("", "", plural(len(p.Meters), "meter")+": "+command("plumb prices show "+p.Meters[0]), look.width()))
	default:
		b.WriteString(paragraph("Services  ", "          ", strings.Join(p.Services, ", "), look.width()))
		b.WriteString(paragraph("Regions   ", "          ", strings.Join(p.Regions, ", "), look.width()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func priceTable(list []prices.Price, look Look) string {
	var b strings.Builder
	region, attributes, unit := 0, 0, 0
	for _, p := range list {
		region, attributes, unit = max(region, cells(p.Key.Region)), max(attributes, cells(p.Key.Attributes.String())), max(unit, cells(p.Unit))
	}
	b.WriteString("\n" + look.paint(bold, list[0].Key.Meter) + "\n")
	for _, p := range list {
		for i, t := range p.Tiers {
			line := "  " + pad(p.Key.Region, region) + "  " + pad(p.Key.Attributes.String(), attributes) + "  "
			if i > 0 {
				line = strings.Repeat(" ", cells(line))
			}
			line += padLeft(amount(p.Currency, t), 16) + "  " + pad(p.Unit, unit) + "  " + p.AsOf
			if p.Graduated() || len(p.Tiers) > 1 {
				line += "  " + tierWords(t)
			}
			if p.Derived {
				line += "  rounded"
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String() + "\n" + plural(len(list), "price") + ", " + list[0].Service + "\n"
}

// amount is a unit price with its currency.
func amount(currency string, t prices.Tier) string {
	if currency != "USD" {
		return currency + " " + strings.TrimPrefix(unitPrice(t.USD), "$")
	}
	return unitPrice(t.USD)
}

func tierWords(t prices.Tier) string {
	switch {
	case t.Open:
		return "above " + quantity(t.From)
	case t.From.IsZero():
		return "up to " + quantity(t.To)
	}
	return quantity(t.From) + " to " + quantity(t.To)
}

// PricesJSON writes the same for programs.
func PricesJSON(w io.Writer, p *Prices) error {
	out := struct {
		AsOf     string      `json:"catalogue"`
		Region   string      `json:"region,omitempty"`
		Regions  []string    `json:"regions"`
		Services []string    `json:"services,omitempty"`
		Meters   []string    `json:"meters,omitempty"`
		Prices   []jsonPrice `json:"prices,omitempty"`
	}{p.AsOf, p.Region, p.Regions, p.Services, p.Meters, nil}
	for _, x := range p.Prices {
		out.Prices = append(out.Prices, jsonPriceOf(x))
	}
	return writeJSON(w, out)
}

type jsonPrice struct {
	Meter      string            `json:"meter"`
	Region     string            `json:"region"`
	Attributes map[string]string `json:"attributes"`
	Service    string            `json:"service"`
	Unit       string            `json:"unit"`
	Currency   string            `json:"currency"`
	Tiers      []jsonTier        `json:"tiers"`
	SKU        string            `json:"sku,omitempty"`
	Source     string            `json:"source"`
	AsOf       string            `json:"as_of"`
	Derived    bool              `json:"derived"`
}

type jsonTier struct {
	From  string  `json:"from"`
	To    *string `json:"to"` // null: no end
	Price string  `json:"price"`
}

func jsonPriceOf(p prices.Price) jsonPrice {
	out := jsonPrice{p.Key.Meter, p.Key.Region, p.Key.Attributes, p.Service, p.Unit, p.Currency, nil, p.SKU, p.Source, p.AsOf, p.Derived}
	for _, t := range p.Tiers {
		tier := jsonTier{From: t.From.String(), Price: t.USD.String()}
		if !t.Open {
			to := t.To.String()
			tier.To = &to
		}
		out.Tiers = append(out.Tiers, tier)
	}
	return out
}

// PriceUpdate says what an update of the price folder did.
type PriceUpdate struct {
	Folder    string
	AsOf      string
	Files     []PriceFile
	NotSold   []string
	Changed   []PriceChange
	Conflicts []string
	Added     int
	Kept      int // newer prices were there
}

// PriceFile is one file of the price list.
type PriceFile struct {
	Offer, Region, Published string
	Prices                   int
	Unchanged                bool
}

// PriceChange is a price that is now another.
type PriceChange struct{ Old, New prices.Price }

// PriceUpdateText writes what an update did.
func PriceUpdateText(w io.Writer, u *PriceUpdate, look Look) error {
	var b strings.Builder
	for _, f := range u.Files {
		what := plural(f.Prices, "price")
		if f.Unchanged {
			what += ", unchanged"
		}
		fmt.Fprintf(&b, "  %s %s, published %s: %s\n", Untrusted(f.Offer).Terminal(), Untrusted(f.Region).Terminal(), Untrusted(f.Published).Terminal(), what)
	}
	for _, n := range u.NotSold {
		fmt.Fprintf(&b, "  %s: the price list has no such file\n", Untrusted(n).Terminal())
	}
	for i, c := range u.Changed {
		if i == 20 {
			fmt.Fprintf(&b, "  and %s more prices changed\n", thousands(len(u.Changed)-i))
			break
		}
		fmt.Fprintf(&b, "  %s: %s -> %s\n", Untrusted(c.New.Key.String()).Terminal(), amount(c.Old.Currency, c.Old.Tiers[0]), amount(c.New.Currency, c.New.Tiers[0]))
	}
	for _, c := range u.Conflicts {
		b.WriteString(paragraph("  ", "    ", "left as it was, because several products fit: "+Untrusted(c).Terminal(), look.width()))
	}
	fmt.Fprintf(&b, "%s changed, %s new, %s kept because newer ones were there.\n", plural(len(u.Changed), "price"), thousands(u.Added), thousands(u.Kept))
	b.WriteString(paragraph("", "", fmt.Sprintf("Prices of %s are in %s.", u.AsOf, Untrusted(u.Folder).Terminal()), look.width()))
	_, err := io.WriteString(w, b.String())
	return err
}
