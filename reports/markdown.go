package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// commentBudget is what a comment may take, counted in UTF-16 units and in bytes, whichever is more. GitHub
// takes 65,536 units; the rest is room for what others add.
const commentBudget = 60_000

// Comment says where a pull request comment belongs. Words other than letters, digits and ._/:+- are
// replaced in the marker.
type Comment struct {
	Key  string // names the comment among others of one repository: folder and stage
	Run  string // when the run was made, RFC 3339
	Head string // commit that was judged; "" leaves out links to lines
}

// Markdown writes a pull request comment: the answer in the title, before and after in a table, what is new,
// what is fixed, and the rest folded. Over the budget whole rows go, lowest section first, and are counted.
func Markdown(w io.Writer, r *Report) error {
	m := &markdown{Report: r}
	sections := []section{m.head(), m.fresh(), m.diffs(), m.fixed(), m.brought(), m.costs(), m.points(), m.undecided(), m.gaps(), m.waived(), m.older(), m.foot()}
	_, err := io.WriteString(w, fit(sections, commentBudget))
	return err
}

type markdown struct{ *Report }

// section is a part of a comment whose rows may be left out from the end. A section without rows to show that
// has some is left out as a whole, except for the count.
type section struct {
	before, after string
	rows          []string
	fixed         bool // never left out
}

func (s section) size() int {
	n := units(s.before) + units(s.after)
	for _, row := range s.rows {
		n += units(row)
	}
	return n
}

// units is the larger of the length in bytes and in UTF-16 units, which is always the bytes for UTF-8 text; both are
// counted so that a change of encoding stays within the limit.
func units(s string) int { return max(len(s), len(utf16.Encode([]rune(s)))) }

// room for the sentence that says how many rows are missing.
const moreRoom = 80

func fit(sections []section, budget int) string {
	total := 0
	for _, s := range sections {
		total += s.size() + moreRoom
	}
	dropped := make([]int, len(sections))
	for i := len(sections) - 1; i >= 0 && total > budget; i-- {
		for len(sections[i].rows) > 0 && total > budget && !sections[i].fixed {
			last := len(sections[i].rows) - 1
			total -= units(sections[i].rows[last])
			sections[i].rows = sections[i].rows[:last]
			dropped[i]++
		}
	}
	var b strings.Builder
	for i, s := range sections {
		if len(s.rows) == 0 && dropped[i] > 0 {
			fmt.Fprintf(&b, "%s more in the report.\n\n", thousands(dropped[i]))
			continue
		}
		b.WriteString(s.before)
		for _, row := range s.rows {
			b.WriteString(row)
		}
		after := s.after
		if dropped[i] > 0 {
			after = fmt.Sprintf("\n%s more in the report.\n", thousands(dropped[i])) + after
		}
		b.WriteString(after)
	}
	return b.String()
}

// Clean says that there is nothing to comment on.
func (r *Report) Clean() bool {
	return len(r.With(policies.Fail)) == 0 && len(r.With(policies.Undecided)) == 0 && len(r.Gaps) == 0 &&
		(r.Since == nil || r.Since.costsSame() && r.Since.zonesSame() && len(r.Since.Fixed) == 0 && len(r.Since.Lost) == 0 && len(r.Since.NewWaivers) == 0)
}

func (m *markdown) head() section {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- plumbline:comment:v1 key=%s run=%s head=%s state=%s -->\n", word(m.Comment.Key), word(m.Comment.Run), word(m.Comment.Head), m.state())
	fmt.Fprintf(&b, "### Plumbline: %s\n\n", m.title())
	if c := m.Since; c != nil {
		fmt.Fprintf(&b, "| | %s | this change | |\n|---|---:|---:|---|\n", Untrusted(c.Ref).MarkdownCode())
		name := "Findings"
		before, after := c.Findings, len(m.With(policies.Fail))+c.OlderCount()
		if m.Threshold != "" {
			name, before, after = fmt.Sprintf("Findings at or above **%s**", m.Threshold), c.Failing, c.FailingNow
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s new, %s fixed |\n", name, thousands(before), thousands(after), thousands(len(m.With(policies.Fail))), thousands(len(c.Fixed)))
		fmt.Fprintf(&b, "| Undecided / gaps | %s / %s | %s / %s | %s |\n", thousands(c.Undecided), thousands(c.Gaps), thousands(c.UndecidedNow), thousands(c.GapsNow), changed(c))
		if x := c.Cost; x != nil {
			fmt.Fprintf(&b, "| Cost a month%s | %s | %s | **%s** |\n", openWords(x.Now), money(x.Difference.Before), money(x.Difference.After), signed(x.Monthly()))
		}
		b.WriteString(c.zoneRows())
		fmt.Fprintf(&b, "| Resources | %s | %s | |\n\n", thousands(c.Resources), thousands(m.Resources))
	} else {
		fmt.Fprintf(&b, "%s, %s. %s passed.\n\n", plural(m.Resources, "resource"), plural(m.Controls, "control"), plural(m.Summary[policies.Pass], "check"))
	}
	return section{before: b.String(), fixed: true}
}

// state says in the marker whether there is anything to comment on.
func (m *markdown) state() string {
	if m.Clean() {
		return "clean"
	}
	return "open"
}

// mostZoneRows is how many rows of the table at the top are of zones; those that changed come first.
const mostZoneRows = 6

// zoneRows are the rows of the table at the top that say what the loss of a zone does.
func (c *Comparison) zoneRows() string {
	entries := map[Text]bool{}
	for _, z := range c.Zones {
		entries[z.Entry] = true
	}
	list := slices.Clone(c.Zones)
	if len(list) > mostZoneRows {
		slices.SortStableFunc(list, func(a, b ZoneChange) int { return cmp.Compare(order(a), order(b)) })
	}
	var b strings.Builder
	for _, z := range list[:min(len(list), mostZoneRows)] {
		name := "Loss of " + Untrusted(ZoneName(z.Zone.JSON())).MarkdownText()
		if len(entries) > 1 {
			name += ": " + z.Entry.MarkdownCode()
		}
		why := z.trend()
		if why != "better" && z.Now != nil && !z.Now.Because.Empty() {
			why = strings.TrimLeft(why+" ", " ") + z.Now.Because.MarkdownCode()
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, cmp.Or(z.Before.wordsOrNone(), "not there"), cmp.Or(z.Now.wordsOrNone(), "not there"), why)
	}
	if n := len(list) - mostZoneRows; n > 0 {
		fmt.Fprintf(&b, "| %s more | | | |\n", plural(n, "answer"))
	}
	return b.String()
}

// order puts what is worse first, then what changed, then what is down.
func order(z ZoneChange) int {
	switch {
	case z.trend() == "worse":
		return 0
	case !z.same():
		return 1
	case z.Now != nil && z.Now.Up != resilience.Yes:
		return 2
	}
	return 3
}

// points lists what still stops an entry point when it alone is lost.
func (m *markdown) points() section {
	if m.Since == nil || m.Answers == nil || len(m.Answers.Simulation.Points) == 0 {
		return section{}
	}
	sim := m.Answers.Simulation
	s := section{before: fmt.Sprintf("<details><summary>What still stops when one thing is lost: %s</summary>\n\n", plural(len(sim.Points), "single point")), after: "</details>\n\n"}
	for _, p := range sim.Points {
		row := "- " + Untrusted(sim.Model.Nodes[p.Node].Name).MarkdownCode()
		verb, entries := "stops", p.Down
		if len(entries) == 0 {
			verb, entries = "may stop", p.Maybe
		}
		row += " " + verb + " " + someEntries(sim.entryNames(entries))
		if len(p.Because) > 0 && len(p.Because[0].Facts) > 0 {
			facts := p.Because[0].Facts
			row += ": " + Untrusted(factText(facts[len(facts)-1])).MarkdownText()
		}
		s.rows = append(s.rows, row+"\n")
	}
	return s
}

// someEntries names up to three entry points.
func someEntries(names []Text) string {
	var out []string
	for _, n := range names[:min(3, len(names))] {
		out = append(out, n.MarkdownCode())
	}
	text := strings.Join(out, ", ")
	if n := len(names) - len(out); n > 0 {
		text += fmt.Sprintf(" and %s more", thousands(n))
	}
	return text
}

func changed(c *Comparison) string {
	if c.Undecided == c.UndecidedNow && c.Gaps == c.GapsNow {
		return "unchanged"
	}
	return ""
}

// title is the answer, with what the change costs.
func (m *markdown) title() string {
	if m.Since != nil && m.Since.Cost != nil && !m.Since.Cost.Monthly().IsZero() {
		return m.verdict() + " · " + signed(m.Since.Cost.Monthly()) + " a month"
	}
	return m.verdict()
}

func (m *markdown) verdict() string {
	fails, failing := len(m.With(policies.Fail)), len(m.Failing())
	noun := "finding"
	if m.Since != nil {
		noun = "new finding"
	}
	verb := "stop"
	if failing == 1 {
		verb = "stops"
	}
	switch {
	case failing > 0 && m.Since != nil:
		return plural(failing, noun) + " " + verb + " this change"
	case failing > 0:
		return fmt.Sprintf("%s at or above %s", plural(failing, noun), m.Threshold)
	case m.Broken:
		return "a file cannot be read, so not everything was judged"
	case m.Strict && m.Open():
		return "undecided checks or gaps stop this change"
	case fails > 0:
		return plural(fails, noun) + ", none of which stops this change"
	case m.Resources == 0 && m.Since == nil:
		return "nothing was judged"
	}
	return "no " + noun + "s"
}

func (m *markdown) fresh() section {
	fails := m.With(policies.Fail)
	if len(fails) == 0 {
		return section{}
	}
	title := "Findings"
	if m.Since != nil {
		title = "New"
	}
	s := section{before: "**" + title + "**\n\n| Severity | What | Where | Repair a month |\n|---|---|---|---|\n", after: "\n"}
	for _, f := range fails {
		ra := ""
		if len(f.Requirements) > 0 {
			ra = " · " + f.Requirements[0]
		}
		s.rows = append(s.rows, fmt.Sprintf("| %s %s | %s: %s<br>`%s`%s | %s | %s |\n", glyph(f.Severity), f.Severity, f.Resource.MarkdownCode(), f.Message.MarkdownText(),
			f.Policy, ra, m.link(f), repairing(f)))
	}
	return s
}

func glyph(s policies.Severity) string {
	switch s {
	case policies.Critical:
		return "◆"
	case policies.High:
		return "▲"
	case policies.Medium:
		return "■"
	}
	return "●"
}

// link is the place in code, linked to the commit that was judged where that is known.
func (m *markdown) link(f *Finding) string {
	file, line, _ := m.location(f)
	if f.At.File.Empty() && f.Source.File.Empty() {
		return f.Source.ID.MarkdownCode()
	}
	name := Untrusted(fmt.Sprintf("%s:%d", file, line)).MarkdownCode()
	if m.Comment.Head == "" {
		return name
	}
	return fmt.Sprintf("[%s](../blob/%s/%s#L%d)", name, word(m.Comment.Head), Untrusted(file).URI(), line)
}

// diffs shows the fixes that set plain values.
func (m *markdown) diffs() section {
	s := section{}
	for _, f := range m.With(policies.Fail) {
		var lines []string
		for _, c := range f.Fix {
			now, ok := literal(c.New)
			old, known := literal(c.Old)
			if c.Op != "set" || !ok {
				lines = nil
				break
			}
			name := Untrusted(c.Path).Terminal()
			if known && c.Old != nil {
				lines = append(lines, "-   "+name+" = "+old)
			}
			lines = append(lines, "+   "+name+" = "+now)
		}
		if len(lines) > 0 && len(s.rows) < 20 {
			s.rows = append(s.rows, fence("diff", append([]string{"  # " + strings.TrimSpace(f.At.String()+" "+f.Resource.Terminal())}, lines...))+"\n")
		}
	}
	return s
}

// fence puts lines in a fence longer than any inside.
func fence(language string, lines []string) string {
	body := strings.Join(lines, "\n")
	mark := strings.Repeat("`", max(3, longestRun(body, '`')+1))
	return mark + language + "\n" + body + "\n" + mark + "\n"
}

func (m *markdown) fixed() section {
	if m.Since == nil || len(m.Since.Fixed)+len(m.Since.Lost) == 0 {
		return section{}
	}
	s := section{after: "\n"}
	for _, f := range sorted(m.Since.Fixed) {
		s.rows = append(s.rows, fmt.Sprintf("- **Fixed** `%s` on %s\n", f.Policy, f.Resource.MarkdownCode()))
	}
	for _, f := range sorted(m.Since.Lost) {
		s.rows = append(s.rows, fmt.Sprintf("- **Cannot be judged any more** `%s` on %s\n", f.Policy, f.Resource.MarkdownCode()))
	}
	return s
}

func (m *markdown) brought() section {
	if m.Since == nil || len(m.Since.NewWaivers)+len(m.Since.NotApplied) == 0 {
		return section{}
	}
	s := section{before: "**Brought by this change, not applied**\n\n", after: "\n"}
	for _, w := range m.Since.NewWaivers {
		until := ""
		if d := day(w.Until); d != "" {
			until = " until " + d
		}
		what := w.Policy.MarkdownCode()
		if !w.Address.Empty() {
			what += " on " + w.Address.MarkdownCode()
		}
		s.rows = append(s.rows, fmt.Sprintf("- new waiver %s%s: %s (%s)\n", what, until, w.Reason.MarkdownText(), w.Where.MarkdownCode()))
	}
	for _, t := range m.Since.NotApplied {
		s.rows = append(s.rows, "- "+t.MarkdownText()+"\n")
	}
	return s
}

// costs lists what the change makes cheaper or dearer.
func (m *markdown) costs() section {
	if m.Since == nil || m.Since.Cost == nil || len(m.Since.Cost.Changes) == 0 {
		return section{}
	}
	x := m.Since.Cost
	s := section{before: fmt.Sprintf("<details><summary>Cost: %s</summary>\n\n| | Resource | before | after | change |\n|---|---|---:|---:|---:|\n", costCounts(x.Difference)),
		after: "\nPrices of " + x.Now.Catalogue + ".\n</details>\n\n"}
	for i := range x.Changes {
		s.rows = append(s.rows, costChangeRow(&x.Changes[i]))
	}
	return s
}

// costCounts is "2 changed, 1 added, 28 unchanged".
func costCounts(d cost.Difference) string {
	var added, removed, changed int
	for _, c := range d.Changes {
		switch {
		case c.Before == nil:
			added++
		case c.After == nil:
			removed++
		default:
			changed++
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{changed, "changed"}, {added, "added"}, {removed, "removed"}, {d.Unchanged, "unchanged"}} {
		if p.n > 0 {
			parts = append(parts, thousands(p.n)+" "+p.word)
		}
	}
	return strings.Join(parts, ", ")
}

func (m *markdown) undecided() section {
	all := m.With(policies.Undecided)
	if len(all) == 0 {
		return section{}
	}
	s := section{before: fmt.Sprintf("<details><summary>Not decided: %s</summary>\n\n| | Missing | Settle with |\n|---|---|---|\n", thousands(len(all))), after: "</details>\n\n"}
	for _, o := range openChecks(all) {
		how := ""
		if t := settle(o.Finding); t != "" {
			how = Untrusted(t).MarkdownCode()
		}
		s.rows = append(s.rows, fmt.Sprintf("| `%s` on %s | %s%s | %s |\n", o.Policy, o.Resource.MarkdownCode(), Untrusted(lacksRaw(o.Finding)).MarkdownText(), o.others(), how))
	}
	return s
}

func (m *markdown) gaps() section {
	if len(m.Gaps) == 0 {
		return section{}
	}
	s := section{before: fmt.Sprintf("<details><summary>Not read: %s</summary>\n\n| Where | Why | Settle with |\n|---|---|---|\n", plural(len(m.Gaps), "gap")), after: "</details>\n\n"}
	for _, g := range m.Gaps {
		how := ""
		if !g.Settle.Empty() {
			how = g.Settle.MarkdownCode()
		}
		where := Untrusted(cmp.Or(g.Where.JSON(), g.What.JSON())).MarkdownCode()
		s.rows = append(s.rows, fmt.Sprintf("| %s | %s | %s |\n", where, g.Why.MarkdownText(), how))
	}
	return s
}

func (m *markdown) waived() section {
	all := m.With(policies.Waived)
	if len(all) == 0 {
		return section{}
	}
	s := section{before: fmt.Sprintf("<details><summary>Waived: %s</summary>\n\n", thousands(len(all))), after: "</details>\n\n"}
	for _, f := range all {
		row := fmt.Sprintf("- `%s` on %s", f.Policy, f.Resource.MarkdownCode())
		if f.Waiver != nil {
			if d := day(f.Waiver.Until); d != "" {
				row += " until " + d
			}
			row += ": " + f.Waiver.Reason.MarkdownText()
		}
		s.rows = append(s.rows, row+"\n")
	}
	return s
}

func (m *markdown) older() section {
	if m.Since == nil || m.Since.OlderCount() == 0 {
		return section{}
	}
	return section{before: fmt.Sprintf("<details><summary>%s, not changed here</summary>\n\n%s. `plumb scan` lists them.\n</details>\n\n",
		plural(m.Since.OlderCount(), "older finding"), severityCounts(m.Since.Older)), fixed: true}
}

func (m *markdown) foot() section {
	text := "plumb " + m.Version
	if c := m.Since; c != nil {
		text += fmt.Sprintf(" · %s against %s", cmp.Or(word(m.Comment.Head[:min(7, len(m.Comment.Head))]), "the working tree"), word(c.Commit))
	}
	if fails := m.With(policies.Fail); len(fails) > 0 {
		text += fmt.Sprintf(" · to accept a finding: `# plumb:ignore %s reason=\"...\" until=YYYY-MM-DD`", fails[0].Policy)
	}
	return section{before: "<sub>" + text + "</sub>\n", fixed: true}
}

// word keeps what may stand in a hidden marker or a path of a commit.
func word(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._/:+-", r) {
			return r
		}
		return '_'
	}, s)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	return s
}
