package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// DiffText writes a comparison for a terminal: the answer, then what is new, fixed, waived or not comparable, costs and zones.
func DiffText(w io.Writer, d *Diff, look Look) error {
	t := &diffText{Diff: d, Look: look}
	t.b.WriteString(t.ends(Untrusted(d.A.Name).Terminal()+" -> "+Untrusted(d.B.Name).Terminal(), plural(d.A.Resources, "resource")+" -> "+thousands(d.B.Resources), bold) + "\n")
	t.para(d.answer() + "\n")
	for _, part := range []struct {
		word, colour string
		list         []*jsonFinding
	}{{"new", red, d.New}, {"fixed", green, d.Fixed}, {"waived", dim, d.Waived}, {"lost", magenta, d.Lost}} {
		t.list(part.word, part.colour, part.list)
	}
	t.costs()
	t.zones()
	for _, g := range d.NewGaps {
		t.b.WriteString(paragraph("Gap   ", "      ", cmp.Or(g.Where.Terminal(), g.What.Terminal(), g.Root.Terminal())+": "+g.Why.Terminal(), t.width()))
	}
	for _, n := range d.Notes {
		t.b.WriteString(paragraph("Note  ", "      ", Untrusted(n).Terminal(), t.width()))
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type diffText struct {
	*Diff
	Look
	b strings.Builder
}

func (t *diffText) para(s string) { t.b.WriteString(paragraph("", "", s, t.width()) + "\n") }

// answer is "1 new finding, 2 fixed, 11 unchanged."
func (d *Diff) answer() string {
	words := fmt.Sprintf("%s, %s fixed", plural(len(d.New), "new finding"), thousands(len(d.Fixed)))
	if n := len(d.Waived); n > 0 {
		words += ", " + thousands(n) + " waived"
	}
	if n := len(d.Lost); n > 0 {
		words += ", " + thousands(n) + " not comparable"
	}
	words += ", " + thousands(d.Unchanged) + " unchanged. Undecided " + moved(d.A.Summary.Undecided, d.B.Summary.Undecided) + ", gaps " + moved(len(d.A.Gaps), len(d.B.Gaps)) + "."
	return words
}

// moved is "3 -> 2", or "3" when nothing moved.
func moved(before, after int) string {
	if before == after {
		return thousands(after)
	}
	return thousands(before) + " -> " + thousands(after)
}

func (t *diffText) list(word, colour string, findings []*jsonFinding) {
	shown := findings
	if t.Limit > 0 && len(shown) > t.Limit {
		shown = shown[:t.Limit]
	}
	n := 0
	for _, f := range shown {
		n = max(n, cells(Untrusted(f.Policy).Terminal()))
	}
	for _, f := range shown {
		head := fmt.Sprintf("%-6s  %-*s  %s  ", word, severityWidth, Untrusted(string(f.Severity)).Terminal(), pad(Untrusted(f.Policy).Terminal(), n))
		line := paragraph(head, strings.Repeat(" ", cells(head)), f.Resource.Terminal()+" "+f.place(), t.width())
		t.b.WriteString(t.paint(colour, word) + strings.TrimPrefix(line, word))
		if word == "new" && !f.Message.Empty() {
			t.b.WriteString(paragraph(strings.Repeat(" ", cells(head)), strings.Repeat(" ", cells(head)), f.Message.Terminal(), t.width()))
		}
	}
	if len(findings) > len(shown) {
		fmt.Fprintf(&t.b, "%s more %s: plumb report diff A B | less\n", thousands(len(findings)-len(shown)), word)
	}
	if len(findings) > 0 {
		t.b.WriteByte('\n')
	}
}

// place is "data.tf:9" of what decides.
func (f *jsonFinding) place() string {
	at := f.Source
	if f.At != nil {
		at = *f.At
	}
	if at.File.Empty() {
		return at.ARN.Terminal()
	}
	return fmt.Sprintf("%s:%d", at.File.Terminal(), at.Line)
}

func (t *diffText) costs() {
	c := t.Costs
	if c == nil {
		t.b.WriteString(paragraph("Cost  ", "      ", t.without("costs", t.A.Cost == nil, t.B.Cost == nil), t.width()))
		return
	}
	line := fmt.Sprintf("%s -> %s a month (%s)", money(c.Before), money(c.After), signed(c.Monthly()))
	if !c.Complete {
		line += "; incomplete: a price or a quantity is missing"
	}
	t.b.WriteString(paragraph("Cost  ", "      ", line, t.width()))
	for i, p := range c.Changes {
		if t.Limit > 0 && i == t.Limit {
			fmt.Fprintf(&t.b, "  %s more\n", plural(len(c.Changes)-i, "resource"))
			break
		}
		t.b.WriteString(t.ends("  "+p.sign()+" "+p.name().Terminal(), p.amounts(), ""))
	}
}

func (p PricedDiff) sign() string {
	switch {
	case p.Before == nil:
		return "+"
	case p.After == nil:
		return "-"
	}
	return "~"
}

func (p PricedDiff) name() Text {
	if p.Root.Empty() {
		return p.Address
	}
	return Untrusted(p.Root.JSON() + ":" + p.Address.JSON())
}

func (p PricedDiff) amounts() string {
	switch {
	case p.Before == nil, p.After == nil:
		return signed(p.monthly())
	}
	return money(*p.Before) + " -> " + money(*p.After) + "  " + signed(p.monthly())
}

// without says which report lacks something that plumb report writes.
func (d *Diff) without(what string, a, b bool) string {
	name := d.A.Name
	switch {
	case a && b:
		name = "neither report"
	case b:
		name = d.B.Name
	}
	if a && b {
		return fmt.Sprintf("not compared: %s has %s; plumb report -o json=FILE does", name, what)
	}
	return fmt.Sprintf("not compared: %s has no %s; plumb report -o json=FILE does", Untrusted(name).Terminal(), what)
}

func (t *diffText) zones() {
	switch {
	case !t.Zoned:
		t.b.WriteString(paragraph("Zones ", "      ", t.without("answers for the loss of a zone", t.A.Losses == nil, t.B.Losses == nil), t.width()))
	case len(t.Zones) == 0:
		t.b.WriteString("Zones no answer is another one\n")
	}
	for _, z := range t.Zones {
		t.b.WriteString(paragraph("Zones ", "      ", fmt.Sprintf("%s, %s: %s", z.lost(), z.Entry.Terminal(), z.change()), t.width()))
	}
}

func (z ZoneDiff) lost() string {
	if zone, ok := strings.CutPrefix(z.Lose.JSON(), "zone:"); ok {
		return ZoneName(zone)
	}
	return z.Lose.Terminal()
}

func (z ZoneDiff) change() string {
	return cmp.Or(Untrusted(z.Before).Terminal(), "not there") + " -> " + cmp.Or(Untrusted(z.After).Terminal(), "not there")
}

// DiffMarkdown writes a comparison as Markdown, with whole rows left out at the end when it is too long for a comment.
func DiffMarkdown(w io.Writer, d *Diff) error {
	head := fmt.Sprintf("### Plumbline: %s\n\n%s → %s, %s resources\n\n", d.answer(), Untrusted(d.A.Name).MarkdownCode(), Untrusted(d.B.Name).MarkdownCode(), moved(d.A.Resources, d.B.Resources))
	sections := []section{{before: head, fixed: true}, d.rows("New", d.New), d.rows("Fixed", d.Fixed), d.rows("Waived", d.Waived), d.rows("Not comparable", d.Lost), d.costRows(), d.zoneRows(), d.noteRows()}
	_, err := io.WriteString(w, fit(sections, commentBudget))
	return err
}

func (d *Diff) rows(title string, findings []*jsonFinding) section {
	if len(findings) == 0 {
		return section{}
	}
	s := section{before: "**" + title + "**\n\n| Severity | What | Where |\n|---|---|---|\n", after: "\n"}
	for _, f := range findings {
		where := ""
		if p := f.place(); p != "" {
			where = Untrusted(p).MarkdownCode()
		}
		s.rows = append(s.rows, fmt.Sprintf("| %s %s | %s: %s<br>%s | %s |\n", glyph(f.Severity), Untrusted(string(f.Severity)).MarkdownText(), f.Resource.MarkdownCode(), f.Message.MarkdownText(), Untrusted(f.Policy).MarkdownCode(), where))
	}
	return s
}

func (d *Diff) costRows() section {
	c := d.Costs
	if c == nil {
		return section{before: "**Cost** " + Untrusted(d.without("costs", d.A.Cost == nil, d.B.Cost == nil)).MarkdownText() + "\n\n", fixed: true}
	}
	s := section{before: fmt.Sprintf("**Cost** %s → %s a month (%s)\n\n", money(c.Before), money(c.After), signed(c.Monthly())), fixed: len(c.Changes) == 0}
	if !c.Complete {
		s.before = strings.TrimSuffix(s.before, "\n\n") + "; incomplete: a price or a quantity is missing\n\n"
	}
	if len(c.Changes) == 0 {
		return s
	}
	s.before, s.after = s.before+"| | Resource | before | after | change |\n|---|---|---:|---:|---:|\n", "\n"
	for _, p := range c.Changes {
		before, after := "", ""
		if p.Before != nil {
			before = money(*p.Before)
		}
		if p.After != nil {
			after = money(*p.After)
		}
		s.rows = append(s.rows, fmt.Sprintf("| %s | %s | %s | %s | %s |\n", p.sign(), p.name().MarkdownCode(), before, after, signed(p.monthly())))
	}
	return s
}

func (d *Diff) zoneRows() section {
	if !d.Zoned {
		return section{before: "**Zones** " + Untrusted(d.without("answers for the loss of a zone", d.A.Losses == nil, d.B.Losses == nil)).MarkdownText() + "\n\n", fixed: true}
	}
	if len(d.Zones) == 0 {
		return section{}
	}
	s := section{before: "**When a zone is lost**\n\n| Lost | Entry point | before | after |\n|---|---|---|---|\n", after: "\n"}
	for _, z := range d.Zones {
		s.rows = append(s.rows, fmt.Sprintf("| %s | %s | %s | %s |\n", Untrusted(z.lost()).MarkdownText(), z.Entry.MarkdownCode(), Untrusted(cmp.Or(z.Before, "not there")).MarkdownText(), Untrusted(cmp.Or(z.After, "not there")).MarkdownText()))
	}
	return s
}

func (d *Diff) noteRows() section {
	s := section{}
	for _, g := range d.NewGaps {
		s.rows = append(s.rows, fmt.Sprintf("- gap: %s %s\n", Untrusted(cmp.Or(g.Where.JSON(), g.What.JSON(), g.Root.JSON())).MarkdownCode(), g.Why.MarkdownText()))
	}
	for _, n := range d.Notes {
		s.rows = append(s.rows, "- "+Untrusted(n).MarkdownText()+"\n")
	}
	return s
}
