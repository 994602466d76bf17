package reports

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// Full writes one paragraph for each finding, with its source and the value underlined. With a
// comparison it says what is new, what is fixed, and whether the change would be stopped.
func Full(w io.Writer, r *Report, look Look) error {
	t := &terminal{Report: r, Look: look}
	if r.Since != nil {
		t.comparison()
	} else {
		t.title()
		for _, f := range r.With(policies.Fail) {
			t.snippet("", f)
		}
		t.undecided()
		t.gaps()
		t.drift()
		t.problems()
		t.waivers()
		t.answer()
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

func (t *terminal) comparison() {
	c := t.Since
	fails := t.With(policies.Fail)
	t.b.WriteString(t.ends("Plumbline "+t.Version, fmt.Sprintf("%s -> %s", thousands(c.Resources), plural(t.Resources, "resource")), bold))
	t.b.WriteByte('\n')
	t.para(fmt.Sprintf("%s, %s fixed, %s unchanged (not shown)", plural(len(fails), "new finding"), thousands(len(c.Fixed)), thousands(c.OlderCount())))
	t.b.WriteByte('\n')
	for _, f := range fails {
		t.snippet("new  ", f)
	}
	t.listed("fixed", green, c.Fixed)
	t.listed("gone?", magenta, c.Lost)
	if len(c.Lost) > 0 {
		t.para("gone? means: it was a finding, and what it was found in cannot be judged any more.")
		t.b.WriteByte('\n')
	}
	t.undecided()
	t.gaps()
	t.problems()
	t.waivers()
	t.broughtAlong()
	lines := slices.DeleteFunc([]string{c.costLine(), c.zoneLine()}, func(s string) bool { return s == "" })
	for _, line := range lines {
		t.para(line)
	}
	if len(lines) > 0 {
		t.b.WriteByte('\n')
	}
	t.verdict(fails)
}

func (t *terminal) listed(word, colour string, findings []*Finding) {
	if len(findings) == 0 {
		return
	}
	n, widest := 0, 0
	for _, f := range findings {
		n, widest = max(n, cells(f.Policy)), max(widest, len(f.Severity))
	}
	for _, f := range sorted(findings) {
		t.b.WriteString(t.paint(colour, word) + "  " + pad(string(f.Severity), widest) + "  " + pad(f.Policy, n) + "  " + f.Resource.Terminal() + "\n")
	}
	t.b.WriteByte('\n')
}

// broughtAlong lists the waivers and settings that the change itself brings.
func (t *terminal) broughtAlong() {
	c := t.Since
	if len(c.NewWaivers) == 0 && len(c.NotApplied) == 0 {
		return
	}
	t.b.WriteString("Brought by this change, not applied (--config-from head applies them)\n")
	for _, w := range c.NewWaivers {
		until := ""
		if d := day(w.Until); d != "" {
			until = " until " + d
		}
		t.b.WriteString(paragraph("  ", "    ", fmt.Sprintf("new waiver: %s%s%s (\"%s\", %s)", w.Policy.Terminal(), on(w), until, w.Reason.Terminal(), w.Where.Terminal()), t.width()))
	}
	for _, s := range c.NotApplied {
		t.b.WriteString(paragraph("  ", "    ", s.Terminal(), t.width()))
	}
	t.b.WriteByte('\n')
}

func (t *terminal) verdict(fails []*Finding) {
	failing := len(t.Failing())
	switch {
	case t.Threshold == "":
		t.para("Nothing stops a change (--fail-on never).")
	case failing > 0:
		t.para(fmt.Sprintf("%s at or above %s: this change would be stopped.", plural(failing, "new finding"), t.Threshold))
	case t.Broken:
		t.para("A file cannot be read, so what it holds was not judged: this change would be stopped.")
	case t.Strict && t.Open():
		t.para("It leaves something open, and --strict counts that as a failure: this change would be stopped.")
	case len(fails) > 0:
		t.para(fmt.Sprintf("No new finding at or above %s: this change may pass.", t.Threshold))
	default:
		t.para("No new findings: this change may pass.")
	}
}

// snippet prints one finding with the line that decides it.
func (t *terminal) snippet(word string, f *Finding) {
	name := f.Policy
	if ra := first(f.Requirements); ra != "" {
		name += " (" + ra + ")"
	}
	t.b.WriteString(t.paint(bold, word) + t.paint(severityColour(f.Severity), string(f.Severity)) + "  " + name + "\n")
	at := f.At
	if at.Line == 0 {
		at = f.Source
	}
	t.b.WriteString("  --> " + t.position(at, f) + "\n")
	t.source(f, at)
	if f.Stage.Empty() {
		t.note("stage", "not known, judged as production")
	} else {
		t.note("stage", f.Stage.Terminal())
	}
	t.note("help", help(f, t.Policies[f.Policy]))
	if len(f.Fix) > 0 && f.Disruption != "" {
		t.note("disruption", f.Disruption)
	}
	t.note("cost", costWords(f))
	t.note("more", "plumb explain "+f.Policy)
	t.b.WriteByte('\n')
}

func (t *terminal) position(at Place, f *Finding) string {
	s := at.String()
	if at.Line > 0 && at.Column > 0 {
		s += ":" + strconv.Itoa(at.Column)
	}
	return strings.TrimSpace(s + "  " + f.Resource.Terminal())
}

func (t *terminal) note(label, text string) {
	if text != "" {
		t.b.WriteString(paragraph("   "+label+": ", "   "+strings.Repeat(" ", len(label)+2), text, t.width()))
	}
}

// help is the change in words: the fix, when it sets plain values, else the policy's remediation.
func help(f *Finding, m policies.Meta) string {
	var sets []string
	for _, c := range f.Fix {
		if c.Op != "set" || string(c.Address) != f.Resource.JSON() {
			sets = nil
			break
		}
		v, ok := literal(c.New)
		if !ok {
			sets = nil
			break
		}
		sets = append(sets, Untrusted(c.Path).Terminal()+" = "+v)
	}
	if len(sets) > 0 {
		return strings.Join(sets, ", ")
	}
	return Untrusted(oneLine(strings.TrimSpace(m.Remediation))).Terminal()
}

// literal prints a scalar as Terraform writes it.
func literal(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "null", true
	case bool, int, float64:
		return fmt.Sprint(v), true
	case string:
		return `"` + Untrusted(v).Terminal() + `"`, true
	}
	return "", false
}

// source prints up to two lines before the deciding one, that line, and carets below its value.
func (t *terminal) source(f *Finding, at Place) {
	lines := t.lines(at.File)
	if at.Line < 1 || at.Line > len(lines) {
		t.b.WriteString(paragraph("   = ", "     ", f.Message.Terminal(), t.width()))
		return
	}
	n := len(strconv.Itoa(at.Line))
	bar := strings.Repeat(" ", n+2) + t.paint(dim, "|")
	t.b.WriteString(bar + "\n")
	for _, i := range context(f.Source, at) {
		t.b.WriteString(strings.TrimRight(" "+padLeft(strconv.Itoa(i), n)+" "+t.paint(dim, "|")+" "+expand(lines[i-1]), " ") + "\n")
	}
	from, length := underline(lines[at.Line-1], at)
	t.carets(bar, n+3, from, length, f)
	t.b.WriteString(bar + "\n")
}

// lines gives the text of a file, if it was kept.
func (t *terminal) lines(file Text) []string {
	text, ok := t.Snippets[file.JSON()]
	if !ok {
		return nil
	}
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// context lists the lines to show: the head of the block, the line before, and the line itself.
func context(block, at Place) []int {
	lines := []int{at.Line}
	if at.Line-1 > block.Line && block.File == at.File {
		lines = append([]int{at.Line - 1}, lines...)
	}
	if block.Line > 0 && block.Line < at.Line && block.File == at.File {
		lines = append([]int{block.Line}, lines...)
	}
	return lines
}

// expand makes a line of source printable, with tabs of four.
func expand(s string) string {
	return Untrusted(strings.ReplaceAll(s, "\t", "    ")).Terminal()
}

// underline finds the value on its line: behind the "=" when the position covers a whole attribute, the
// whole line otherwise. Results are in cells of the expanded line.
func underline(line string, at Place) (from, length int) {
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	end := len(strings.TrimRight(line, " \t{"))
	if at.Column > 0 {
		start = min(offset(line, at.Column), end)
	}
	if at.EndLine == at.Line && at.EndColumn > at.Column {
		end = min(offset(line, at.EndColumn), end)
	}
	if eq := strings.IndexByte(line[start:end], '='); eq > 0 && isName(strings.TrimSpace(line[start:start+eq])) {
		start += eq + 1
		start += len(line[start:end]) - len(strings.TrimLeft(line[start:end], " \t"))
	}
	if end <= start {
		end = start + 1
	}
	return cells(expand(line[:start])), max(1, cells(expand(line[start:min(end, len(line))])))
}

// offset turns a column, counted in characters, into a byte position.
func offset(line string, column int) int {
	for i := range line {
		if column--; column == 0 {
			return i
		}
	}
	return len(line)
}

func isName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && r != '-' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) < 0
}

// carets underlines the value and says behind it, or below it when there is no room, what is wrong. bar is
// margin cells wide.
func (t *terminal) carets(bar string, margin, from, length int, f *Finding) {
	length = min(length, max(1, t.width()-from-margin-2))
	head := strings.Repeat(" ", from+1) + t.paint(severityColour(f.Severity), strings.Repeat("^", length)) + " "
	room := t.width() - margin - from - length - 2
	if room >= 24 || cells(f.Message.Terminal()) <= room {
		for i, l := range wrap(f.Message.Terminal(), room) {
			if i > 0 {
				head = strings.Repeat(" ", from+1+length+1)
			}
			t.b.WriteString(bar + head + l + "\n")
		}
		return
	}
	t.b.WriteString(bar + strings.TrimRight(head, " ") + "\n")
	for _, l := range wrap(f.Message.Terminal(), t.width()-margin-1) {
		t.b.WriteString(bar + " " + l + "\n")
	}
}
