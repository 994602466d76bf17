package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// ExplainPolicy writes what one policy says of itself and, when here is not nil, what it found.
func ExplainPolicy(w io.Writer, m policies.Meta, here *Report, look Look) error {
	t := &terminal{Report: here, Look: look}
	right := append(append(slices.Clone(m.Controls[:min(1, len(m.Controls))]), m.Requirements[:min(1, len(m.Requirements))]...), string(m.Severity))
	if len(m.Pillars) > 0 {
		right = append(right, m.Pillars[0])
	}
	t.b.WriteString(t.ends(m.ID, strings.Join(right, "  "), bold))
	t.b.WriteString(paragraph("", "", Untrusted(m.Title).Terminal(), t.width()) + "\n")
	t.topic("Why", m.Description)
	t.topic("Judges", m.Judges)
	t.topic("Applies to", appliesTo(m))
	if len(m.Controls)+len(m.Requirements) > 2 {
		t.topic("Checks", strings.Join(append(slices.Clone(m.Requirements), m.Controls...), ", "))
	}
	t.parameters(m)
	t.topic("Repair", m.Remediation)
	if m.Disruption != "" && m.Disruption != "none" {
		t.topic("Disruption", m.Disruption)
	}
	t.topic("Same check elsewhere", equivalents(m))
	t.topic("Read", strings.Join(m.Links, "\n"))
	t.here(m.ID)
	end := ""
	if m.Severity.Rank() <= policies.High.Rank() {
		end = " until=YYYY-MM-DD"
	}
	t.topic("Waive", fmt.Sprintf("# plumb:ignore %s reason=\"...\"%s", m.ID, end))
	_, err := io.WriteString(w, t.b.String())
	return err
}

func appliesTo(m policies.Meta) string {
	var parts []string
	if m.Profile != "" {
		parts = append(parts, "the profile "+m.Profile+" only")
	}
	if m.Live == "skip" {
		parts = append(parts, "code, plans and states only")
	}
	if m.Live == "only" {
		parts = append(parts, "live accounts only")
	}
	switch m.NonProduction {
	case "skip":
		parts = append(parts, "production only; a stage that is not known counts as production")
	case "lower":
		parts = append(parts, "every stage, one level lower outside production")
	}
	return strings.Join(parts, "; ")
}

// topic prints a heading with a text below; paragraphs and lists of the text stay apart.
func (t *terminal) topic(title, text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	t.b.WriteString(t.paint(bold, title) + "\n")
	for _, p := range strings.Split(text, "\n") {
		if strings.TrimSpace(p) != "" {
			t.b.WriteString(paragraph("  ", "  ", Untrusted(strings.TrimSpace(p)).Terminal(), t.width()))
		}
	}
}

func (t *terminal) parameters(m policies.Meta) {
	if len(m.Parameters) == 0 {
		return
	}
	t.b.WriteString(t.paint(bold, "Parameters (plumb.yaml, parameters: "+m.ID+")") + "\n")
	for _, name := range slices.Sorted(maps.Keys(m.Parameters)) {
		p := m.Parameters[name]
		t.b.WriteString(paragraph("  ", "    ", Untrusted(fmt.Sprintf("%s = %v: %s", name, p.Default, oneLine(p.Description))).Terminal(), t.width()))
	}
}

func equivalents(m policies.Meta) string {
	var parts []string
	for _, tool := range slices.Sorted(maps.Keys(m.Equivalents)) {
		if ids := m.Equivalents[tool]; len(ids) > 0 {
			parts = append(parts, tool+" "+strings.Join(ids, " "))
		}
	}
	return strings.Join(parts, ", ")
}

// here lists the verdicts of one policy on what was judged.
func (t *terminal) here(id string) {
	if t.Report == nil {
		return
	}
	var found []*Finding
	for _, f := range t.Findings {
		if f.Policy == id {
			found = append(found, f)
		}
	}
	t.b.WriteString(t.paint(bold, "Here") + "\n")
	if len(found) == 0 {
		t.b.WriteString("  nothing that it judges\n")
		return
	}
	slices.SortStableFunc(found, func(a, b *Finding) int { return verdictRank(a.Verdict) - verdictRank(b.Verdict) })
	for i, f := range found {
		if i == 20 {
			t.b.WriteString(fmt.Sprintf("  %s more\n", thousands(len(found)-i)))
			break
		}
		t.verdictLine(f, f.Resource.Terminal())
	}
}

var verdictOrder = []policies.Verdict{policies.Fail, policies.Undecided, policies.Waived, policies.Pass, policies.NotApplicable}

func verdictRank(v policies.Verdict) int { return slices.Index(verdictOrder, v) }

func (t *terminal) verdictLine(f *Finding, name string) {
	word, colour := string(f.Verdict), map[policies.Verdict]string{policies.Pass: green, policies.Fail: red, policies.Undecided: magenta}[f.Verdict]
	if f.Verdict == policies.NotApplicable {
		word = "n/a"
	}
	text := name
	if at := f.At.String(); at != "" && name == f.Resource.Terminal() {
		text += " (" + at + ")"
	}
	switch f.Verdict {
	case policies.Undecided:
		text += ": " + lacks(f)
		if s := settle(f); s != "" {
			text += " -> " + s
		}
	case policies.Pass:
	default:
		if !f.Message.Empty() {
			text += ": " + f.Message.Terminal()
		}
	}
	line := paragraph("  "+pad(word, 11), strings.Repeat(" ", 13), text, t.width())
	t.b.WriteString("  " + t.paint(colour, word) + strings.TrimPrefix(line, "  "+word))
}

// ExplainGroup writes the policies of a requirement, control or area; about is what stands above them, a paragraph each.
func ExplainGroup(w io.Writer, name string, about []string, metas []policies.Meta, here *Report, look Look) error {
	t := &terminal{Report: here, Look: look}
	t.b.WriteString(t.ends(Untrusted(name).Terminal(), policiesCount(len(metas)), bold))
	for _, text := range about {
		t.b.WriteString(paragraph("", "  ", text, t.width()))
	}
	if len(about) > 0 && len(metas) > 0 {
		t.b.WriteByte('\n')
	}
	for _, m := range metas {
		t.b.WriteString(t.ends("  "+m.ID, string(m.Severity), ""))
		t.b.WriteString(paragraph("    ", "    ", Untrusted(m.Title).Terminal(), t.width()))
		if here == nil {
			continue
		}
		n := map[policies.Verdict]int{}
		for _, f := range here.Findings {
			if f.Policy == m.ID {
				n[f.Verdict]++
			}
		}
		var parts []string
		for _, v := range verdictOrder {
			if n[v] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n[v], strings.ReplaceAll(string(v), "not_applicable", "n/a")))
			}
		}
		if len(parts) > 0 {
			t.b.WriteString("    here: " + strings.Join(parts, ", ") + "\n")
		}
	}
	if len(metas) > 0 {
		t.b.WriteString("\nMore: plumb explain " + metas[0].ID + "\n")
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// ExplainResource writes every verdict on one resource. It says whether there is such a resource.
func ExplainResource(w io.Writer, address string, here *Report, look Look) bool {
	t := &terminal{Report: here, Look: look}
	var found []*Finding
	for _, f := range here.Findings {
		if f.Resource == Untrusted(address) || f.Part == Untrusted(address) || Untrusted(f.Root.JSON()+":"+f.Resource.JSON()) == Untrusted(address) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return false
	}
	slices.SortStableFunc(found, func(a, b *Finding) int { return verdictRank(a.Verdict) - verdictRank(b.Verdict) })
	t.b.WriteString(t.ends(found[0].Resource.Terminal(), where(found[0].Source, found[0].Stage), bold))
	for _, f := range found {
		name := f.Policy
		if !f.Part.Empty() {
			name += " (" + strings.TrimPrefix(f.Part.Terminal(), f.Resource.Terminal()) + ")"
		}
		t.verdictLine(f, name)
	}
	_, err := io.WriteString(w, t.b.String())
	return err == nil
}

func policiesCount(n int) string {
	if n == 0 {
		return "no policy"
	}
	if n == 1 {
		return "1 policy"
	}
	return thousands(n) + " policies"
}

// PolicyList writes one line for each policy: ID, severity, control, requirement, title.
func PolicyList(w io.Writer, metas []policies.Meta, look Look) error {
	var b strings.Builder
	id, control := 0, 0
	for _, m := range metas {
		id, control = max(id, cells(m.ID)), max(control, cells(first(m.Controls)))
	}
	for _, m := range metas {
		head := pad(m.ID, id) + "  " + look.paint(severityColour(m.Severity), pad(string(m.Severity), severityWidth)) + "  "
		plain := pad(m.ID, id) + "  " + pad(string(m.Severity), severityWidth) + "  "
		if look.width() >= 100 {
			more := pad(first(m.Controls), control) + "  " + pad(first(m.Requirements), 5) + "  "
			head, plain = head+more, plain+more
		}
		lines := strings.TrimPrefix(paragraph(plain, strings.Repeat(" ", cells(plain)), Untrusted(m.Title).Terminal(), look.width()), plain)
		b.WriteString(head + lines)
	}
	b.WriteString("\n" + policiesCount(len(metas)) + ". One of them: plumb explain ID\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// PolicyListJSON writes the METADATA of the policies.
func PolicyListJSON(w io.Writer, metas []policies.Meta) error { return writeJSON(w, metas) }
