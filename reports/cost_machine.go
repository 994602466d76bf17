package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

// CostJSON writes the stable contract that other programs read; see docs/json.md. Amounts are decimal strings, exact and not rounded.
func CostJSON(w io.Writer, c *Costs) error {
	out := jsonCosts{
		SchemaVersion: 1, Version: c.Version, Currency: c.Estimate.Currency, Catalogue: c.Estimate.Catalogue, Monthly: c.Estimate.Monthly,
		Complete: c.Estimate.Complete && len(c.Gaps) == 0, Unpriced: c.Estimate.Unpriced, OpenUsage: c.Estimate.OpenUsage, Profile: c.Profile, Range: c.Range,
		Sources: c.Sources, Resources: jsonCostResources(c.Estimate), Gaps: jsonGaps(c.Gaps), Notes: []Text{}, Change: jsonCostChangeOf(c.Change),
	}
	for _, n := range c.Estimate.Notes {
		out.Notes = append(out.Notes, Untrusted(n))
	}
	for _, b := range c.Breakdowns {
		if out.By == nil {
			out.By = map[string][]cost.Group{}
		}
		out.By[Untrusted(b.By).JSON()] = b.Groups
	}
	return writeJSON(w, out)
}

type jsonCosts struct {
	SchemaVersion int                     `json:"schema_version"`
	Version       string                  `json:"version"`
	Currency      string                  `json:"currency"`
	Catalogue     string                  `json:"catalogue"`
	Monthly       decimal.Decimal         `json:"monthly"`
	Complete      bool                    `json:"complete"`
	Unpriced      int                     `json:"unpriced"`
	OpenUsage     int                     `json:"open_usage"`
	Profile       cost.Profile            `json:"usage_profile,omitempty"`
	Range         *CostRange              `json:"range,omitempty"`
	Sources       []Source                `json:"sources"`
	Resources     []jsonCostResource      `json:"resources"`
	Gaps          []jsonGap               `json:"gaps"`
	Notes         []Text                  `json:"notes"`
	By            map[string][]cost.Group `json:"by,omitempty"`
	Change        *jsonCostChange         `json:"change,omitempty"`
}

type jsonCostResource struct {
	Root       Text            `json:"root"`
	Address    Text            `json:"address"`
	Type       string          `json:"type"`
	Region     Text            `json:"region"`
	RegionFrom string          `json:"region_from"`
	Monthly    decimal.Decimal `json:"monthly"`
	Free       bool            `json:"free,omitempty"`
	Why        string          `json:"why,omitempty"`
	Lines      []cost.Line     `json:"lines"`
	Unpriced   []cost.Unpriced `json:"unpriced"`
}

type jsonCostChange struct {
	From      Text                     `json:"from"`
	Commit    string                   `json:"commit,omitempty"`
	Before    decimal.Decimal          `json:"before"`
	After     decimal.Decimal          `json:"after"`
	Monthly   decimal.Decimal          `json:"monthly"`
	Limit     *decimal.Decimal         `json:"limit,omitempty"`
	Over      bool                     `json:"over"`
	Unchanged int                      `json:"unchanged"`
	Changes   []jsonCostChangeResource `json:"changes"`
	Open      []cost.Unpriced          `json:"open"`
}

type jsonCostChangeResource struct {
	Op      string           `json:"op"` // create, update, delete
	Root    Text             `json:"root"`
	Address Text             `json:"address"`
	Type    string           `json:"type"`
	Before  *decimal.Decimal `json:"before"`
	After   *decimal.Decimal `json:"after"`
	Monthly decimal.Decimal  `json:"monthly"`
}

func jsonCostResources(e cost.Estimated) []jsonCostResource {
	out := make([]jsonCostResource, 0, len(e.Resources))
	for _, r := range e.Resources {
		out = append(out, jsonCostResource{Untrusted(r.Root), Untrusted(r.Address), r.Type, Untrusted(r.Region), r.RegionFrom, r.Monthly, r.Free, r.Why, r.Lines, r.Unpriced})
	}
	return out
}

func jsonCostChangeOf(c *CostChange) *jsonCostChange {
	if c == nil {
		return nil
	}
	out := &jsonCostChange{From: Untrusted(c.From), Commit: c.Commit, Before: c.Difference.Before, After: c.Difference.After, Monthly: c.Monthly(), Limit: c.Limit, Over: c.Over(),
		Unchanged: c.Unchanged, Changes: []jsonCostChangeResource{}, Open: append([]cost.Unpriced{}, c.Open...)}
	for _, x := range c.Changes {
		r := jsonCostChangeResource{Op: "update", Root: Untrusted(x.Key.Root), Address: Untrusted(x.Key.Address), Type: x.Type, Monthly: x.Monthly()}
		if x.Before != nil {
			r.Before = &x.Before.Monthly
		} else {
			r.Op = "create"
		}
		if x.After != nil {
			r.After = &x.After.Monthly
		} else {
			r.Op = "delete"
		}
		out.Changes = append(out.Changes, r)
	}
	return out
}

// costColumns are those of CostCSV.
var costColumns = []string{"root", "address", "type", "region", "region_from", "part", "meter", "quantity", "unit", "unit_price", "monthly", "currency", "state", "note"}

// CostCSV writes one row for each line of each resource, for spreadsheets. The column state says priced, usage (its quantity is not known), unpriced or free; the sum of monthly
// is the total.
func CostCSV(w io.Writer, c *Costs) error {
	out := csv.NewWriter(w)
	if err := out.Write(costColumns); err != nil {
		return fmt.Errorf("writing csv: %w", err)
	}
	for i := range c.Estimate.Resources {
		if err := out.WriteAll(costRows(&c.Estimate.Resources[i], c.Estimate.Currency)); err != nil {
			return fmt.Errorf("writing csv: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

func costRows(r *cost.Resource, currency string) [][]string {
	head := []string{Untrusted(r.Root).CSV(), Untrusted(r.Address).CSV(), r.Type, Untrusted(r.Region).CSV(), r.RegionFrom}
	row := func(cells ...string) []string { return slices.Concat(head, cells) }
	var rows [][]string
	for _, l := range r.Lines {
		number, monthly, state := "", "", "open"
		if l.UsageBased {
			state = "usage"
		}
		if l.Quantity != nil {
			number, monthly, state = l.Quantity.String(), l.Monthly.String(), "priced"
		}
		rows = append(rows, row(Untrusted(l.Label).CSV(), l.Meter, number, l.Unit, l.Price.String(), monthly, currency, state, Untrusted(l.Note).CSV()))
	}
	for _, u := range r.Unpriced {
		rows = append(rows, row(Untrusted(u.Meter).CSV(), "", "", "", "", "", currency, "unpriced", Untrusted(u.Why).CSV()))
	}
	if r.Free {
		rows = append(rows, row("", "", "", "", "", "0", currency, "free", Untrusted(r.Why).CSV()))
	}
	return rows
}

// CostMarkdown writes an estimate, or a change, as a comment of a pull request.
func CostMarkdown(w io.Writer, c *Costs) error {
	sections := costSections(c)
	_, err := io.WriteString(w, fit(sections, commentBudget))
	return err
}

func costSections(c *Costs) []section {
	if c.Change != nil {
		title := fmt.Sprintf("### Plumbline: %s a month\n\n", signed(c.Change.Monthly()))
		if c.Change.Over() {
			title += fmt.Sprintf("**Above the limit of %s a month.**\n\n", money(*c.Change.Limit))
		}
		return []section{{before: title, fixed: true}, costChangeTable(c), costFoot(c)}
	}
	title := fmt.Sprintf("### Plumbline: %s a month%s\n\n", money(c.Estimate.Monthly), openWords(c.Estimate))
	s := section{before: "| Resource | Part | Quantity | Unit price | A month |\n|---|---|---:|---:|---:|\n", after: "\n"}
	for _, r := range chargedFor(c.Estimate) {
		s.rows = append(s.rows, fmt.Sprintf("| **%s** | | | | **%s** |\n", Untrusted(r.Key().String()).MarkdownCode(), money(r.Monthly)))
		for _, l := range r.Lines {
			number, monthly := "usage", "usage"
			if l.Quantity != nil {
				number, monthly = quantity(*l.Quantity), money(*l.Monthly)
			}
			s.rows = append(s.rows, fmt.Sprintf("| | %s | %s %s | %s | %s |\n", Untrusted(l.Label).MarkdownText(), number, l.Unit, unitPrice(l.Price), monthly))
		}
		for _, u := range r.Unpriced {
			s.rows = append(s.rows, fmt.Sprintf("| | %s: %s | | | unpriced |\n", Untrusted(u.Meter).MarkdownText(), Untrusted(u.Why).MarkdownText()))
		}
	}
	if len(s.rows) == 0 {
		s = section{}
	}
	sections := []section{{before: title, fixed: true}, s}
	for _, b := range c.Breakdowns {
		t := section{before: fmt.Sprintf("**By %s**\n\n| | Resources | A month |\n|---|---:|---:|\n", Untrusted(b.By).MarkdownText()), after: "\n"}
		for _, g := range b.Groups {
			name := "(none)"
			if g.Name != "" {
				name = Untrusted(g.Name).MarkdownCode()
			}
			t.rows = append(t.rows, fmt.Sprintf("| %s | %s | %s |\n", name, strconv.Itoa(g.Resources), money(g.Monthly)))
		}
		sections = append(sections, t)
	}
	return append(sections, costFoot(c))
}

// openWords says what a total does not hold.
func openWords(e cost.Estimated) string {
	words := ""
	if e.OpenUsage > 0 {
		words += " + usage"
	}
	if e.Unpriced > 0 {
		words += fmt.Sprintf("; incomplete: %s missing", plural(e.Unpriced, "price"))
	}
	return words
}

// costChangeTable lists what costs something else.
func costChangeTable(c *Costs) section {
	s := section{before: "| | Resource | before | after | change |\n|---|---|---:|---:|---:|\n", after: "\n"}
	for i := range c.Change.Changes {
		s.rows = append(s.rows, costChangeRow(&c.Change.Changes[i]))
	}
	s.after = fmt.Sprintf("| | **Total%s** | %s | %s | **%s** |\n\n", openWords(c.Estimate), money(c.Change.Difference.Before), money(c.Change.Difference.After), signed(c.Change.Monthly()))
	return s
}

func costChangeRow(x *cost.Change) string {
	sign, before, after := "~", "", ""
	if x.Before != nil {
		before = money(x.Before.Monthly)
	} else {
		sign = "+"
	}
	if x.After != nil {
		after = money(x.After.Monthly)
	} else {
		sign = "-"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", sign, Untrusted(x.Key.String()).MarkdownCode(), before, after, signed(x.Monthly()))
}

func costFoot(c *Costs) section {
	var words []string
	if c.Change != nil {
		words = append(words, plural(c.Change.Unchanged, "resource")+" unchanged")
		words = append(words, sides("Incomplete", "price", "missing", c.Change.Before.Unpriced, c.Estimate.Unpriced), sides("Usage", "meter", "without numbers", c.Change.Before.OpenUsage, c.Estimate.OpenUsage))
	}
	if len(c.Gaps) > 0 {
		words = append(words, plural(len(c.Gaps), "gap")+": what could not be read is not priced.")
	}
	words = append(words, fmt.Sprintf("plumb %s · %s, on demand, 730 hours · prices of %s · without taxes, discounts and free tiers", c.Version, c.Estimate.Currency, c.Estimate.Catalogue))
	words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
	return section{before: "<sub>" + strings.Join(words, " · ") + "</sub>\n", fixed: true}
}
