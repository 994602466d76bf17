package reports

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// Terminal writes the list for a terminal: one heading for each resource, one line for each finding, worst first; then what is
// not known, and the answer last.
func Terminal(w io.Writer, r *Report, look Look) error {
	if r.Since != nil {
		return Full(w, r, look)
	}
	t := &terminal{Report: r, Look: look}
	t.title()
	t.findings()
	t.undecided()
	t.gaps()
	t.drift()
	t.problems()
	t.waivers()
	t.asked(policies.Pass, "Passed")
	t.asked(policies.NotApplicable, "Do not apply")
	t.answer()
	_, err := io.WriteString(w, t.b.String())
	return err
}

// terminal lays out one report.
type terminal struct {
	*Report
	Look
	b strings.Builder
}

func (t *terminal) title() {
	right := fmt.Sprintf("%s, %s", plural(t.Resources, "resource"), plural(t.Controls, "control"))
	if t.Prices != "" {
		right += ", prices of " + t.Prices
	}
	t.b.WriteString(t.ends("Plumbline "+t.Version, right, bold))
	t.b.WriteByte('\n')
}

// findings lists the failed ones by resource.
func (t *terminal) findings() {
	fails := t.With(policies.Fail)
	if len(fails) == 0 {
		return
	}
	cols := columnsOf(fails, t.width())
	groups := byResource(fails)
	shown := groups
	if t.Limit > 0 && len(groups) > t.Limit {
		shown = groups[:t.Limit]
	}
	for _, g := range shown {
		t.b.WriteString(t.ends(g[0].Resource.Terminal(), where(g[0].Source.here(), g[0].Stage), bold))
		for _, f := range g {
			t.line(f, cols)
		}
	}
	if more := groups[len(shown):]; len(more) > 0 {
		n := 0
		for _, g := range more {
			n += len(g)
		}
		t.b.WriteString(paragraph("", "", fmt.Sprintf("%s of %s more: %s, or %s",
			plural(n, "finding"), plural(len(more), "resource"), command("plumb scan | less"), command("--only critical")), t.width()))
	}
	t.b.WriteByte('\n')
}

// byResource groups findings by what they are reported on, keeping the order of each group's worst.
func byResource(findings []*Finding) [][]*Finding {
	type key struct{ root, resource Text }
	return grouped(findings, func(f *Finding) key { return key{f.Root, f.Resource} })
}

// grouped puts findings with the same key together; groups are in the order of their first.
func grouped[K comparable](findings []*Finding, key func(*Finding) K) [][]*Finding {
	at := map[K]int{}
	var groups [][]*Finding
	for _, f := range findings {
		k := key(f)
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// where is "data.tf:9  prod"; for what was read where it runs, "111111111111 eu-west-1  prod".
func where(p Place, stage Text) string {
	s := p.String()
	if p.File.Empty() && !p.Account.Empty() {
		s = strings.TrimRight(p.Account.Terminal()+" "+p.Region.Terminal(), " ")
	}
	if !stage.Empty() {
		s = strings.TrimLeft(s+"  "+stage.Terminal(), " ")
	}
	return s
}

// String is "data.tf:9", or the id of something that is written nowhere.
func (p Place) String() string {
	switch {
	case p.File.Empty():
		return p.ID.Terminal()
	case p.Line == 0:
		return p.File.Terminal()
	}
	return p.File.Terminal() + ":" + strconv.Itoa(p.Line)
}

// columns are the widths of one list of findings; 0 leaves a column out.
type columns struct{ policy, control, requirement, message, fix int }

const severityWidth = len("critical")

// leastMessage is the room that messages need; most of them have 40 cells or fewer.
const leastMessage = 34

// columnsOf fits the columns to the findings; below 100 cells, or where messages would be cramped, controls and
// requirements go.
func columnsOf(findings []*Finding, width int) columns {
	if c := columnsWith(findings, width, true); width >= 100 && c.message >= leastMessage {
		return c
	}
	return columnsWith(findings, width, false)
}

func columnsWith(findings []*Finding, width int, references bool) columns {
	c := columns{fix: len("by hand")}
	for _, f := range findings {
		c.policy, c.fix = max(c.policy, cells(f.Policy)), max(c.fix, cells(repairing(f)))
		if references {
			c.control = max(c.control, cells(first(f.Controls)))
			c.requirement = max(c.requirement, cells(first(f.Requirements)))
		}
	}
	c.message = width - 2 - severityWidth - 2 - c.fix
	for _, n := range []int{c.policy, c.control, c.requirement} {
		if n > 0 {
			c.message -= n + 2
		}
	}
	c.message -= 2
	return c
}

func (t *terminal) line(f *Finding, c columns) {
	left := "  " + t.paint(severityColour(f.Severity), pad(string(f.Severity), severityWidth)) + "  " + pad(f.Policy, c.policy) + "  "
	indent := 2 + severityWidth + 2 + c.policy + 2
	for _, col := range []struct {
		text string
		n    int
	}{{first(f.Controls), c.control}, {first(f.Requirements), c.requirement}} {
		if col.n > 0 {
			left += pad(col.text, col.n) + "  "
			indent += col.n + 2
		}
	}
	room := c.message
	if room < 20 {
		t.b.WriteString(left + padLeft(repairing(f), max(0, t.width()-indent)) + "\n")
		t.b.WriteString(paragraph("      ", "      ", f.Message.Terminal(), t.width()))
		return
	}
	for i, l := range wrap(f.Message.Terminal(), room) {
		if i == 0 {
			t.b.WriteString(left + pad(l, room) + "  " + padLeft(repairing(f), c.fix) + "\n")
			continue
		}
		t.b.WriteString(strings.Repeat(" ", indent) + l + "\n")
	}
}

// fixable says that there is a patch for code of this repository; a module from elsewhere is not changed.
func (f *Finding) fixable() bool { return len(f.Fix) > 0 && !Elsewhere(f.Source.File.JSON()) }

// asked lists the verdicts that are only counted otherwise, for --verdicts.
func (t *terminal) asked(v policies.Verdict, title string) {
	all := t.With(v)
	if len(all) == 0 {
		return
	}
	t.b.WriteString(t.paint(bold, fmt.Sprintf("%s (%s)", title, thousands(len(all)))) + "\n")
	n := 0
	for _, f := range all {
		n = max(n, cells(f.Policy))
	}
	for _, f := range all {
		text := f.Resource.Terminal()
		if !f.Message.Empty() {
			text += ": " + f.Message.Terminal()
		}
		t.b.WriteString(paragraph("  "+pad(f.Policy, n)+"  ", strings.Repeat(" ", n+4), text, t.width()))
	}
	t.b.WriteByte('\n')
}

func (t *terminal) waivers() {
	waived := t.With(policies.Waived)
	shown := waived
	if t.Limit > 0 && len(shown) > t.Limit {
		shown = shown[:t.Limit]
	}
	if len(waived) > 0 && (len(t.With(policies.Fail)) > 0 || len(t.With(policies.Undecided)) > 0) {
		t.waived(shown, len(waived))
		t.b.WriteByte('\n')
	}
	for _, w := range t.Unused {
		t.b.WriteString(paragraph("", "  ", "unused waiver: "+w.Policy.Terminal()+on(w)+" meets no finding ("+w.Where.Terminal()+")", t.width()))
	}
	if len(t.Unused) > 0 {
		t.b.WriteByte('\n')
	}
}

func on(w Waiver) string {
	if w.Address.Empty() {
		return ""
	}
	return " on " + w.Address.Terminal()
}

func (t *terminal) waived(shown []*Finding, n int) {
	for i, f := range shown {
		head := "  "
		if i == 0 {
			head = thousands(n) + " waived: "
		}
		text := f.Policy + " on " + f.Resource.Terminal()
		if f.Waiver != nil {
			if until := day(f.Waiver.Until); until != "" {
				text += " until " + until
			}
			text += fmt.Sprintf(" (\"%s\", %s)", f.Waiver.Reason.Terminal(), f.Waiver.Where.Terminal())
		}
		t.b.WriteString(t.paintLines(dim, paragraph("", "", head+text, t.width())))
	}
	if n > len(shown) {
		t.b.WriteString(fmt.Sprintf("  %s more: plumb scan --verdicts waived\n", thousands(n-len(shown))))
	}
}

func (t *terminal) paintLines(colour, s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i := range lines {
		lines[i] = t.paint(colour, lines[i])
	}
	return strings.Join(lines, "\n") + "\n"
}
