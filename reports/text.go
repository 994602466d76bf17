package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
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
		t.b.WriteString(t.ends(g[0].Resource.Terminal(), where(g[0].Source, g[0].Stage), bold))
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
	at := map[key]int{}
	var groups [][]*Finding
	for _, f := range findings {
		k := key{f.Root, f.Resource}
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

// where is "data.tf:9  prod".
func where(p Place, stage Text) string {
	s := p.String()
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
		c.policy = max(c.policy, cells(f.Policy))
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
		t.b.WriteString(left + padLeft(fixability(f), max(0, t.width()-indent)) + "\n")
		t.b.WriteString(paragraph("      ", "      ", f.Message.Terminal(), t.width()))
		return
	}
	for i, l := range wrap(f.Message.Terminal(), room) {
		if i == 0 {
			t.b.WriteString(left + pad(l, room) + "  " + padLeft(fixability(f), c.fix) + "\n")
			continue
		}
		t.b.WriteString(strings.Repeat(" ", indent) + l + "\n")
	}
}

// fixability says who can repair a finding: plumb, which has a patch for it, or a person.
func fixability(f *Finding) string {
	if len(f.Fix) > 0 {
		return "plumb"
	}
	return "by hand"
}

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
		t.b.WriteString(t.recolour(paragraph(head, indent, strings.TrimSpace(o.At.String()+" "+lacks(o.Finding)+o.others()), t.width()), o.Severity))
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
		if at := o.At.String(); at != "" {
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

// answer is what the user came for: the counts, who can repair how many, and the next command.
func (t *terminal) answer() {
	fails, undecided := t.With(policies.Fail), t.With(policies.Undecided)
	if t.Detail {
		t.answerOpen(len(undecided))
		return
	}
	idle := fmt.Sprintf("%s of %s do not apply", thousands(t.Idle), plural(t.Controls, "control"))
	passed := plural(t.Summary[policies.Pass], "check") + " passed"
	if len(fails) == 0 {
		t.para(t.none() + " " + passed + ", " + idle + ", " + thousands(len(undecided)) + " undecided, " + plural(len(t.Gaps), "gap") + ".")
		t.waived(t.With(policies.Waived), len(t.With(policies.Waived)))
		t.stopped()
		return
	}
	t.para(fmt.Sprintf("%s: %s. %s undecided. %s. %s, %s.", plural(len(fails), "finding"), bySeverity(fails), thousands(len(undecided)), plural(len(t.Gaps), "gap"), passed, idle))
	t.baselineLine()
	t.para(t.repair(fails))
	t.stopped()
}

func (t *terminal) para(s string) { t.b.WriteString(paragraph("", "", s, t.width())) }

func (t *terminal) none() string {
	switch {
	case t.Resources == 0:
		return "Nothing was judged: no resources were found."
	case t.Baseline != nil && t.Baseline.Known > 0:
		return fmt.Sprintf("No new findings; %s of %s not shown.", thousands(t.Baseline.Known), t.Baseline.File)
	case t.Hidden > 0:
		return fmt.Sprintf("No findings shown; %s left out (--only, --skip).", thousands(t.Hidden))
	}
	return "No findings."
}

func (t *terminal) baselineLine() {
	if b := t.Baseline; b != nil {
		line := fmt.Sprintf("%s in %s not shown, %s fixed.", thousands(b.Known), b.File, thousands(len(b.Fixed)))
		if b.Worse > 0 {
			line += fmt.Sprintf(" %s more severe than recorded.", thousands(b.Worse))
		}
		t.para(line)
	}
	if t.Hidden > 0 {
		t.para(plural(t.Hidden, "finding") + " not shown here (--only, --skip).")
	}
}

func (t *terminal) answerOpen(undecided int) {
	line := fmt.Sprintf("%s undecided, %s", thousands(undecided), plural(len(t.Gaps), "gap"))
	if t.Strict {
		line += "; --strict counts them as failures"
	}
	line += "."
	if t.Hidden > 0 {
		line += " " + plural(t.Hidden, "finding") + " not shown here (--only)."
	}
	t.para(line)
}

// stopped says why a run without findings fails all the same.
func (t *terminal) stopped() {
	if t.Strict && t.Open() && len(t.Failing()) == 0 {
		t.para("Undecided checks and gaps count as failures (--strict).")
	}
}

// repair says who can put right how many, and the next command.
func (t *terminal) repair(fails []*Finding) string {
	ours := 0
	for _, f := range fails {
		if len(f.Fix) > 0 {
			ours++
		}
	}
	next := command("plumb explain " + fails[0].Policy)
	switch {
	case ours == 0:
		return fmt.Sprintf("Each needs a person: %s", next)
	case ours == len(fails):
		return fmt.Sprintf("For each of them plumb knows the change: %s", next)
	}
	return fmt.Sprintf("For %s plumb knows the change, %s a person: %s", thousands(ours), needs(len(fails)-ours), next)
}

func needs(n int) string {
	if n == 1 {
		return "1 needs"
	}
	return thousands(n) + " need"
}

// bySeverity prints "1 critical, 10 high".
func bySeverity(findings []*Finding) string {
	n := map[policies.Severity]int{}
	for _, f := range findings {
		n[f.Severity]++
	}
	return severityCounts(n)
}

func severityCounts(n map[policies.Severity]int) string {
	var parts []string
	for _, s := range policies.Severities {
		if n[s] > 0 {
			parts = append(parts, thousands(n[s])+" "+string(s))
		}
	}
	return strings.Join(parts, ", ")
}

// thousands prints 1377 as 1,377.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sorted gives a copy of findings by resource and policy.
func sorted(findings []*Finding) []*Finding {
	out := slices.Clone(findings)
	slices.SortStableFunc(out, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), a.Resource.Compare(b.Resource), strings.Compare(a.Policy, b.Policy))
	})
	return out
}
