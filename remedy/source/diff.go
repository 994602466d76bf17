package source

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// around is how many lines of context a diff has.
const around = 3

// change is a run of lines that were replaced: lines [from, to) of the file before, by fresh.
type change struct {
	from, to int
	fresh    []string
}

// unified gives the unified diff of a file for its splices.
func unified(name string, was []byte, list []remedy.Splice, made, gone bool) string {
	lines := linesOf(was)
	changes := changesOf(was, lines, list)
	var b strings.Builder
	from, to := "a/"+name, "b/"+name
	if made {
		from = "/dev/null"
	}
	if gone {
		to = "/dev/null"
	}
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", from, to)
	shift := 0
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].from-changes[n-1].to <= 2*around {
			n++
		}
		shift += hunk(&b, lines, changes[:n], shift)
		changes = changes[n:]
	}
	return b.String()
}

// linesOf splits into lines with their ends.
func linesOf(b []byte) []string {
	return slices.DeleteFunc(strings.SplitAfter(string(b), "\n"), func(s string) bool { return s == "" })
}

// changesOf widens splices to whole lines and takes off what is the same at both ends.
func changesOf(was []byte, lines []string, list []remedy.Splice) []change {
	starts := make([]int, 0, len(lines)+1)
	at := 0
	for _, l := range lines {
		starts = append(starts, at)
		at += len(l)
	}
	starts = append(starts, at)
	line := func(offset int) int {
		i, found := slices.BinarySearch(starts, offset)
		if !found || offset == len(was) && offset > 0 && was[offset-1] != '\n' {
			i--
		}
		return i
	}
	var out []change
	for len(list) > 0 {
		from, to, n := line(list[0].Start), line(list[0].End), 1
		for ; n < len(list) && line(list[n].Start) <= to; n++ {
			to = line(list[n].End)
		}
		to = min(to+1, len(lines))
		out = append(out, trimmed(lines, from, to, replaced(was, starts[from], starts[to], list[:n])))
		list = list[n:]
	}
	return out
}

func replaced(was []byte, start, end int, list []remedy.Splice) []string {
	var b bytes.Buffer
	at := start
	for _, s := range list {
		b.Write(was[at:s.Start])
		b.WriteString(s.New)
		at = s.End
	}
	b.Write(was[at:max(at, end)])
	return linesOf(b.Bytes())
}

func trimmed(lines []string, from, to int, fresh []string) change {
	for from < to && len(fresh) > 0 && lines[from] == fresh[0] {
		from, fresh = from+1, fresh[1:]
	}
	for from < to && len(fresh) > 0 && lines[to-1] == fresh[len(fresh)-1] {
		to, fresh = to-1, fresh[:len(fresh)-1]
	}
	return change{from, to, fresh}
}

// hunk writes one hunk and gives by how many lines it makes the file longer.
func hunk(b *strings.Builder, lines []string, changes []change, shift int) int {
	last := changes[len(changes)-1]
	from, to := max(0, changes[0].from-around), min(len(lines), last.to+around)
	more := 0
	for _, c := range changes {
		more += len(c.fresh) - (c.to - c.from)
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", span(from, to-from), span(from+shift, to-from+more))
	at := from
	for _, c := range changes {
		put(b, " ", lines[at:c.from])
		put(b, "-", lines[c.from:c.to])
		put(b, "+", c.fresh)
		at = c.to
	}
	put(b, " ", lines[at:to])
	return more
}

func span(from, n int) string {
	if n == 0 {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, n)
}

func put(b *strings.Builder, mark string, lines []string) {
	for _, l := range lines {
		b.WriteString(mark)
		b.WriteString(l)
		if !strings.HasSuffix(l, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
