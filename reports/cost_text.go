package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

// CostText writes an estimate as a tree for a terminal, or a change as a list; the total and what is not in it come last.
func CostText(w io.Writer, c *Costs, look Look) error {
	t := &costText{Costs: c, Look: look}
	if c.Change != nil {
		t.change()
	} else {
		t.estimate()
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type costText struct {
	*Costs
	Look
	b     strings.Builder
	label int // cells of the first column
}

// The widths of the columns behind the first.
const (
	quantityWidth = 14
	unitWidth     = 14
	priceWidth    = 14
	monthWidth    = 13
)

func (t *costText) title(what string) {
	t.b.WriteString(t.ends(what, "prices of "+t.Estimate.Catalogue, bold) + "\n")
}

func (t *costText) estimate() {
	what := "Monthly cost (730 hours), " + t.Estimate.Currency
	if r := t.region(); r != "" {
		what += ", " + Untrusted(r).Terminal()
	}
	t.title(what + ", on demand")
	t.label = max(24, t.width()-quantityWidth-2-unitWidth-priceWidth-monthWidth)
	priced := chargedFor(t.Estimate)
	if len(priced) > 0 {
		t.row("", "quantity", "unit", "price", "a month", dim)
	}
	shown := priced
	if t.Limit > 0 && len(shown) > t.Limit {
		shown = shown[:t.Limit]
	}
	for _, r := range shown {
		t.resource(r)
	}
	t.hidden(priced[len(shown):])
	t.rule()
	t.total()
	t.breakdowns()
	t.notes()
}

// chargedFor lists what costs something, or may, the dearest first.
func chargedFor(e cost.Estimated) []*cost.Resource {
	var out []*cost.Resource
	for i := range e.Resources {
		if r := &e.Resources[i]; len(r.Lines)+len(r.Unpriced) > 0 {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *cost.Resource) int { return b.Monthly.Cmp(a.Monthly) })
	return out
}

func (t *costText) hidden(rest []*cost.Resource) {
	if len(rest) == 0 {
		return
	}
	sum := decimal.Zero
	for _, r := range rest {
		sum = sum.Add(r.Monthly)
	}
	t.b.WriteString(t.ends(fmt.Sprintf("%s more: plumb cost | less", plural(len(rest), "resource")), money(sum), dim))
}

func (t *costText) rule() { t.b.WriteString(strings.Repeat("-", t.width()) + "\n") }

// row writes one line of the table; a label that is too long goes on below.
func (t *costText) row(label, quantity, unit, price, month, colour string) {
	lines := wrap(label, t.label-1)
	end := padLeft(quantity, quantityWidth) + "  " + pad(unit, unitWidth) + padLeft(price, priceWidth) + padLeft(month, monthWidth)
	for i, l := range lines {
		if i == 0 && cells(l) < t.label {
			l = pad(l, t.label) + end
		} else if i == 0 {
			l += "\n" + strings.Repeat(" ", t.label) + end
		} else {
			l = "   " + l
		}
		t.b.WriteString(t.paint(colour, strings.TrimRight(l, " ")) + "\n")
	}
}

func name(r *cost.Resource) string { return Untrusted(r.Key().String()).Terminal() }

// resource writes what one resource costs: its total, and a branch for each line.
func (t *costText) resource(r *cost.Resource) {
	total := money(r.Monthly)
	switch {
	case r.Monthly.IsZero() && !slices.ContainsFunc(r.Lines, hasQuantity) && len(r.Unpriced) > 0:
		total = "unpriced"
	case r.Monthly.IsZero() && !slices.ContainsFunc(r.Lines, hasQuantity):
		total = "usage"
	}
	t.b.WriteString(t.ends(name(r), total, bold))
	for i := range r.Lines {
		t.line(&r.Lines[i])
	}
	for _, u := range r.Unpriced {
		t.row("+- "+Untrusted(u.Meter).Terminal(), "?", "", "", "unpriced", yellow)
	}
}

func hasQuantity(l cost.Line) bool { return l.Quantity != nil }

func (t *costText) line(l *cost.Line) {
	label := "+- " + Untrusted(l.Label).Terminal()
	if l.Note != "" {
		label += " (" + Untrusted(l.Note).Terminal() + ")"
	}
	switch {
	case l.Quantity != nil:
		t.row(label, quantity(*l.Quantity), l.Unit, unitPrice(l.Price), money(*l.Monthly), "")
	case l.UsageBased:
		t.row(label, "usage", l.Unit, unitPrice(l.Price), "usage", dim)
	default:
		t.row(label, "?", l.Unit, unitPrice(l.Price), "?", yellow)
	}
}

func (t *costText) total() {
	amount := money(t.Estimate.Monthly)
	if t.Estimate.Monthly.IsZero() && t.Estimate.Unpriced > 0 {
		amount = "unpriced" // nothing that is known costs anything, and that is not nothing
	}
	t.b.WriteString(t.ends(totalWords(t.Estimate, t.Usage, t.Profile), amount, bold))
	if r := t.Range; r != nil {
		t.b.WriteString(t.ends("With assumed usage: low, medium, high", money(r.Low)+" - "+money(r.Medium)+" - "+money(r.High), ""))
	}
}

// totalWords says what the total holds.
func totalWords(e cost.Estimated, usage string, p cost.Profile) string {
	var with []string
	if usage != "" {
		with = append(with, "the usage of "+Untrusted(usage).Terminal())
	}
	if p != cost.NoProfile {
		with = append(with, "assumed "+string(p)+" usage")
	}
	switch {
	case len(with) > 0 && e.OpenUsage > 0:
		return "Total, with " + strings.Join(with, " and ") + ", without other usage"
	case len(with) > 0:
		return "Total, with " + strings.Join(with, " and ")
	case e.OpenUsage > 0:
		return "Total, without usage"
	}
	return "Total"
}

func (t *costText) breakdowns() {
	for _, by := range t.Breakdowns {
		t.b.WriteString("\n" + t.paint(bold, "By "+Untrusted(by.By).Terminal()) + "\n")
		for _, g := range by.Groups {
			amount := money(g.Monthly)
			if !g.Complete {
				amount = "at least " + amount
			}
			t.b.WriteString(t.ends("  "+groupName(g.Name)+" ("+plural(g.Resources, "resource")+")", amount, ""))
		}
	}
}

func groupName(s string) string {
	return cmp.Or(Untrusted(s).Terminal(), "(none)")
}

// notes says what the total does not hold, and what would settle it.
func (t *costText) notes() {
	t.b.WriteByte('\n')
	t.incomplete(t.Estimate)
	if n := t.Estimate.OpenUsage; n > 0 {
		t.say(fmt.Sprintf("Usage: %s need%s numbers: %s; a template: %s; assumed: %s", plural(n, "meter"), verbS(n),
			command("plumb cost --usage FILE"), command("plumb cost --usage-template"), command("--usage-profile medium")))
	}
	for _, n := range t.Estimate.Notes {
		t.say("Usage file: " + Untrusted(n).Terminal())
	}
	if n := assumed(t.Estimate); n > 0 {
		t.say(fmt.Sprintf("assumed: the region of %s, which neither a provider, an ARN nor a zone tells: --default-region NAME", plural(n, "resource")))
	}
	t.gaps()
	t.say(fmt.Sprintf("%s of %s %s free of charge. Not included: traffic that no meter above names, taxes, discounts, free tiers.", thousands(free(t.Estimate)),
		plural(len(t.Estimate.Resources), "resource"), isAre(free(t.Estimate))))
}

func verbS(n int) string {
	if n == 1 {
		return "s"
	}
	return ""
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (t *costText) say(text string) { t.b.WriteString(paragraph("", "", text, t.width())) }

func (t *costText) gaps() {
	if len(t.Gaps) == 0 {
		return
	}
	t.say(fmt.Sprintf("%s: what could not be read is not priced.", plural(len(t.Gaps), "gap")))
	for _, g := range t.Gaps[:min(len(t.Gaps), 5)] {
		t.b.WriteString(paragraph("  ", "    ", g.Where.Terminal()+" "+g.Why.Terminal(), t.width()))
	}
	if more := len(t.Gaps) - 5; more > 0 {
		t.say(fmt.Sprintf("  and %s more: plumb scan", thousands(more)))
	}
}

// incomplete lists what has no price.
func (t *costText) incomplete(e cost.Estimated) {
	if e.Unpriced == 0 {
		return
	}
	t.say(t.paint(bold, "Incomplete") + fmt.Sprintf(": %s missing.", plural(e.Unpriced, "price")))
	type part struct{ what, why string }
	var order []part
	at := map[part][]string{}
	for i := range e.Resources {
		for _, u := range e.Resources[i].Unpriced {
			p := part{u.Meter, u.Why}
			if at[p] == nil {
				order = append(order, p)
			}
			at[p] = append(at[p], name(&e.Resources[i]))
		}
	}
	most := len(order)
	if t.Limit > 0 {
		most = min(most, 10)
	}
	for _, p := range order[:most] {
		who := at[p][0]
		if n := len(at[p]); n > 1 {
			who += fmt.Sprintf(" and %s more", thousands(n-1))
		}
		t.b.WriteString(paragraph("  ", "    ", who+" "+Untrusted(p.what).Terminal()+": "+Untrusted(p.why).Terminal(), t.width()))
	}
	if more := len(order) - most; more > 0 {
		t.say(fmt.Sprintf("  and %s more: plumb cost | less", thousands(more)))
	}
}

// change writes what a change does to the cost.
func (t *costText) change() {
	c := t.Change
	t.title("Cost of this change, " + t.Estimate.Currency + " a month")
	t.label = max(24, t.width()-3*monthWidth)
	t.amounts("", "before", "after", "change", dim)
	for i := range c.Changes {
		t.changed(&c.Changes[i])
	}
	if c.Unchanged > 0 {
		t.amounts(fmt.Sprintf("= %s unchanged", plural(c.Unchanged, "resource")), "", "", "", "")
	}
	t.rule()
	words := totalWords(t.Estimate, t.Usage, t.Profile)
	t.amounts("  "+words, money(c.Before.Monthly), money(t.Estimate.Monthly), signed(c.Monthly()), bold)
	t.b.WriteByte('\n')
	if len(c.Open) > 0 {
		t.say(fmt.Sprintf("The change may cost another amount: %s differ%s that have no price or no quantity.", plural(len(c.Open), "part"), verbS(len(c.Open))))
		for _, u := range c.Open[:min(len(c.Open), 10)] {
			t.b.WriteString(paragraph("  ", "    ", Untrusted(u.Meter).Terminal()+": "+Untrusted(u.Why).Terminal(), t.width()))
		}
	}
	t.say(sides("Incomplete", "price", "missing", c.Before.Unpriced, t.Estimate.Unpriced) + " " + sides("Usage", "meter", "without numbers", c.Before.OpenUsage, t.Estimate.OpenUsage))
	if c.Limit != nil {
		verdict := "within"
		if c.Over() {
			verdict = "above"
		}
		t.say(t.paint(bold, fmt.Sprintf("%s a month is %s the limit of %s.", signed(c.Monthly()), verdict, money(*c.Limit))))
	}
	t.gaps()
}

// sides says how many parts are open before and after.
func sides(title, noun, what string, before, after int) string {
	switch {
	case before == 0 && after == 0:
		return ""
	case before == after:
		return fmt.Sprintf("%s: %s %s, unchanged.", title, plural(after, noun), what)
	}
	return fmt.Sprintf("%s: %s -> %s %s.", title, thousands(before), plural(after, noun), what)
}

func (t *costText) amounts(label, before, after, change, colour string) {
	end := padLeft(before, monthWidth) + padLeft(after, monthWidth) + padLeft(change, monthWidth)
	for i, l := range wrapIndented(label, t.label-1) {
		if i == 0 && cells(l) < t.label {
			l = pad(l, t.label) + end
		} else if i == 0 {
			l += "\n" + strings.Repeat(" ", t.label) + end
		}
		t.b.WriteString(t.paint(colour, strings.TrimRight(l, " ")) + "\n")
	}
}

// wrapIndented wraps text whose leading blanks stay, also before what goes on below.
func wrapIndented(s string, n int) []string {
	text := strings.TrimLeft(s, " ")
	indent := s[:len(s)-len(text)]
	lines := wrap(text, n-len(indent))
	for i := range lines {
		lines[i] = indent + lines[i]
		if i > 0 {
			lines[i] = "   " + lines[i]
		}
	}
	return lines
}

// changed writes one resource that is new, gone, or costs something else.
func (t *costText) changed(c *cost.Change) {
	sign, before, after := "~", "", ""
	if c.Before != nil {
		before = money(c.Before.Monthly)
	} else {
		sign = "+"
	}
	if c.After != nil {
		after = money(c.After.Monthly)
	} else {
		sign = "-"
	}
	colour := map[string]string{"+": green, "-": red, "~": yellow}[sign]
	t.amounts(sign+" "+Untrusted(c.Key.String()).Terminal(), before, after, signed(c.Monthly()), colour)
	if sign != "~" {
		return
	}
	for _, l := range c.Lines {
		amounts := [2]string{}
		sum := decimal.Zero
		for i, x := range []*cost.Line{l.Before, l.After} {
			switch {
			case x == nil:
			case x.Monthly == nil:
				amounts[i] = "usage"
			default:
				amounts[i] = money(*x.Monthly)
				sum = sum.Add(x.Monthly.Mul(decimal.NewFromInt(int64(2*i - 1))))
			}
		}
		t.amounts("     "+lineWords(l), amounts[0], amounts[1], signed(sum), "")
	}
}

// lineWords names a line, and what it was called before.
func lineWords(l cost.LineChange) string {
	if l.Before != nil && l.After != nil && l.Before.Label != l.After.Label {
		return Untrusted(l.Before.Label).Terminal() + " -> " + Untrusted(l.After.Label).Terminal()
	}
	return Untrusted(l.Label).Terminal()
}
