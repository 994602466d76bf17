package reports

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// open is one datum that is missing, with the checks that hang on it.
type open struct {
	*Finding
	more int // further resources with the same policy, reason and remedy
}

// openChecks joins undecided findings of one policy that miss the same thing.
func openChecks(findings []*Finding) []open {
	type key struct {
		policy      string
		why, settle Text
	}
	at := map[key]int{}
	var out []open
	for _, f := range findings {
		k := key{policy: f.Policy, why: f.Message}
		if len(f.Missing) > 0 {
			k.why, k.settle = f.Missing[0].Why, f.Missing[0].Settle
		}
		if i, ok := at[k]; ok {
			out[i].more++
			continue
		}
		at[k] = len(out)
		out = append(out, open{Finding: f})
	}
	return out
}

// lacks says what an undecided check is missing: "multi_az: var.ha has no value".
func lacks(f *Finding) string { return Untrusted(lacksRaw(f)).Terminal() }

func (o open) others() string {
	if o.more == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %s)", plural(o.more, "more resource"))
}

func settle(f *Finding) string {
	for _, m := range f.Missing {
		if !m.Settle.Empty() {
			return m.Settle.Terminal()
		}
	}
	return ""
}

func (t *terminal) undecided() {
	all := t.With(policies.Undecided)
	if len(all) == 0 {
		return
	}
	checks := openChecks(all)
	if t.Detail {
		t.undecidedInDetail(checks, len(all))
		return
	}
	t.b.WriteString(t.paint(magenta, fmt.Sprintf("Not decided (%s)", thousands(len(all)))) + "\n")
	n := 0
	for _, o := range checks {
		n = max(n, cells(o.Policy))
	}
	for _, o := range t.limited(checks) {
		indent := strings.Repeat(" ", 2+severityWidth+2+n+2)
		head := "  " + pad(string(o.Severity), severityWidth) + "  " + pad(o.Policy, n) + "  "
		t.b.WriteString(t.recolour(paragraph(head, indent, strings.TrimSpace(o.At.here().String()+" "+lacks(o.Finding)+o.others()), t.width()), o.Severity))
		if s := settle(o.Finding); s != "" {
			t.b.WriteString(paragraph(indent+"-> ", indent+"   ", s, t.width()))
		}
	}
	t.cut(len(checks), "--only undecided")
	t.b.WriteByte('\n')
}

// recolour paints the severity at the beginning of a finished line.
func (t *terminal) recolour(line string, s policies.Severity) string {
	return "  " + t.paint(severityColour(s), string(s)) + strings.TrimPrefix(line, "  "+string(s))
}

func (t *terminal) limited(checks []open) []open {
	if t.Limit > 0 && len(checks) > t.Limit {
		return checks[:t.Limit]
	}
	return checks
}

func (t *terminal) cut(n int, flag string) {
	if t.Limit > 0 && n > t.Limit {
		t.b.WriteString(fmt.Sprintf("  %s more: plumb scan %s\n", thousands(n-t.Limit), flag))
	}
}

func (t *terminal) undecidedInDetail(checks []open, n int) {
	t.b.WriteString(t.paint(magenta, fmt.Sprintf("Not decided (%s)", thousands(n))) + ": each line says what would settle it\n")
	for _, o := range checks {
		t.b.WriteString("  " + t.paint(severityColour(o.Severity), string(o.Severity)) + " " + o.Policy + "\n")
		place := o.Resource.Terminal()
		if at := o.At.here().String(); at != "" {
			place += " (" + at + ")"
		}
		t.field("where", place+o.others())
		t.field("missing", lacks(o.Finding))
		t.field("settle", settle(o.Finding))
	}
	t.b.WriteByte('\n')
}

// field prints one labelled line of a detailed entry; an empty one is left out.
func (t *terminal) field(label, text string) {
	if text != "" {
		t.b.WriteString(paragraph("    "+pad(label, 10), strings.Repeat(" ", 14), text, t.width()))
	}
}

func (t *terminal) gaps() {
	if len(t.Gaps) == 0 {
		return
	}
	t.b.WriteString(t.paint(magenta, fmt.Sprintf("Gaps (%s)", thousands(len(t.Gaps)))) + ": what could not be read at all\n")
	shown := t.Gaps
	if t.Limit > 0 && len(shown) > t.Limit {
		shown = shown[:t.Limit]
	}
	for _, g := range shown {
		head := cmp.Or(g.What.Terminal(), g.Where.Terminal())
		if !g.What.Empty() && !g.Where.Empty() {
			head += " (" + g.Where.Terminal() + ")"
		}
		t.b.WriteString("  " + head + "\n")
		t.field("why", g.Why.Terminal())
		t.field("settle", g.Settle.Terminal())
	}
	t.cut(len(t.Gaps), "--only gaps")
	t.b.WriteByte('\n')
}

func (t *terminal) problems() {
	for _, p := range t.Problems {
		text := p.Why.Terminal()
		if p.Policy != "" {
			text = p.Policy + " did not finish: " + text + "; what it judges is undecided"
		}
		t.b.WriteString(paragraph("! ", "  ", text, t.width()))
	}
	if len(t.Problems) > 0 {
		t.b.WriteByte('\n')
	}
}
