package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/reports"
)

// problem is an error for a person: what went wrong, where, and the next thing to do.
type problem struct {
	where  string // file:line, a source or a flag's value; "" when what says it
	what   string // lower case, no period
	looked string // what was looked for
	saw    string
	source *sourceLine
	hint   string // one, a command where possible
}

// sourceLine shows the line that is wrong, with a caret.
type sourceLine struct {
	number, column int
	text, note     string
}

func (p *problem) Error() string {
	if p.where == "" {
		return p.what
	}
	return p.where + ": " + p.what
}

// printError writes one error as `error: where: what` with indented details.
func printError(w io.Writer, err error, width int) {
	var p *problem
	if !errors.As(err, &p) {
		p = &problem{what: err.Error()}
	}
	what := reports.Untrusted(p.Error()).Terminal()
	if !errors.As(err, &p) || strings.Contains(p.what, "\n") {
		what = lines(p.Error())
	}
	fmt.Fprintf(w, "error: %s\n", what)
	p.source.print(w)
	for _, d := range []struct{ label, text string }{{"looked for", p.looked}, {"saw", p.saw}, {"hint", p.hint}} {
		if d.text != "" {
			fmt.Fprint(w, reports.Paragraph("  "+d.label+": ", strings.Repeat(" ", len(d.label)+4), reports.Untrusted(d.text), width))
		}
	}
}

// print shows the line between bars, with a caret below the column where that is known.
func (s *sourceLine) print(w io.Writer) {
	if s == nil {
		return
	}
	number := strconv.Itoa(s.number)
	bar := strings.Repeat(" ", len(number)+2) + "|"
	fmt.Fprintf(w, "%s\n %s | %s\n", bar, number, reports.Untrusted(strings.ReplaceAll(s.text, "\t", " ")).Terminal())
	if s.column > 0 {
		fmt.Fprintf(w, "%s %s^ %s\n", bar, strings.Repeat(" ", s.column-1), reports.Untrusted(s.note).Terminal())
	}
	fmt.Fprintln(w, bar)
}

// lines makes each line of a longer message harmless and indents those behind the first.
func lines(s string) string {
	parts := strings.Split(strings.TrimSpace(s), "\n")
	for i := range parts {
		parts[i] = reports.Untrusted(strings.ReplaceAll(parts[i], "\t", "    ")).Terminal()
	}
	return strings.Join(parts, "\n  ")
}

// closest gives the candidate within two edits of word, or "".
func closest(word string, candidates []string) string {
	best, least := "", 3
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := distance(word, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, exchanges and swaps of neighbours that turn a into b.
func distance(a, b string) int {
	if abs(len(a)-len(b)) > 2 {
		return 3
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func abs(n int) int { return max(n, -n) }

// didYouMean is a hint with the closest candidate, or the fallback.
func didYouMean(word string, candidates []string, fallback string) string {
	if c := closest(word, candidates); c != "" {
		return "did you mean " + c + "? " + fallback
	}
	return fallback
}
