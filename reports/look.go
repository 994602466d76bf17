package reports

import (
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/plumbline-dev/plumbline/policies"
)

// Look says how output for people is laid out. The zero value is 120 columns without colour.
type Look struct {
	Width  int  // in cells; 0 is 120
	Colour bool // eight base colours, bold and dim; never the only carrier of a fact
	Limit  int  // resources to list before "and N more"; 0: all
	Detail bool // one paragraph for each undecided check and gap, saying what is missing and its effect
}

func (k Look) width() int {
	if k.Width == 0 {
		return 120
	}
	return min(max(k.Width, 60), 200)
}

// The colours, as parameters of SGR.
const (
	bold    = "1"
	dim     = "2"
	red     = "31"
	green   = "32"
	yellow  = "33"
	blue    = "34"
	magenta = "35"
	boldRed = "1;31"
)

func (k Look) paint(colour, s string) string {
	if !k.Colour || colour == "" || s == "" {
		return s
	}
	return "\x1b[" + colour + "m" + s + "\x1b[0m"
}

func severityColour(s policies.Severity) string {
	switch s {
	case policies.Critical:
		return boldRed
	case policies.High:
		return red
	case policies.Medium:
		return yellow
	case policies.Low:
		return blue
	}
	return ""
}

// cells counts the columns that a string takes; East Asian wide characters take two.
var cells = (&runewidth.Condition{}).StringWidth

// pad fills s with spaces to n cells.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-cells(s))) }

// padLeft puts spaces before s up to n cells.
func padLeft(s string, n int) string { return strings.Repeat(" ", max(0, n-cells(s))) + s }

// wrap breaks text at spaces into lines of at most n cells; a word that is longer stays whole, because
// addresses and commands are copied.
func wrap(s string, n int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case cells(strings.ReplaceAll(line+" "+word, joint, " ")) <= n:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], joint, " ")
	}
	return lines
}

// joint stands for a space at which no line is broken: commands are copied. It cannot come from outside.
const joint = "\x00"

// command makes a command that stays on one line.
func command(words string) string { return strings.ReplaceAll(words, " ", joint) }

// paragraph wraps text behind a first prefix and a hanging one.
func paragraph(first, hanging, text string, width int) string {
	var b strings.Builder
	for i, line := range wrap(text, max(width-max(cells(first), cells(hanging)), 20)) {
		prefix := hanging
		if i == 0 {
			prefix = first
		}
		b.WriteString(strings.TrimRight(prefix+line, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// ends puts left and right at the two ends of a line, or on two lines when they do not fit. colour is that
// of the left side.
func (k Look) ends(left, right, colour string) string {
	w := k.width()
	if right == "" {
		return k.paint(colour, left) + "\n"
	}
	if cells(left)+2+cells(right) > w {
		return k.paint(colour, left) + "\n" + strings.Repeat(" ", max(0, w-cells(right))) + right + "\n"
	}
	return k.paint(colour, left) + strings.Repeat(" ", w-cells(left)-cells(right)) + right + "\n"
}

// plural prints a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return thousands(n) + " " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// Paragraph wraps one text behind a first prefix and a hanging one, for messages outside of reports.
func Paragraph(first, hanging string, text Text, width int) string {
	return paragraph(first, hanging, text.Terminal(), width)
}
