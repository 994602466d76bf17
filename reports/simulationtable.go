package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/resilience"
)

// row is one line of the table: what is lost, and what that does to one entry point or to several alike.
type row struct {
	lost, up, capacity, because string
	entries                     []int
}

// widestHead is how long the name of the only entry point may be to stand above its column.
const widestHead = 28

// table prints a line for each loss; with several entry points a block, in which those with the same answer are together.
func (t *simulated) table() {
	if len(t.Model.Entries) > 1 {
		for _, o := range t.outcomes() {
			t.block(o)
		}
		t.b.WriteByte('\n')
		return
	}
	head := t.entryName(0)
	if cells(head) > widestHead {
		t.b.WriteString(paragraph("Way in: ", "    ", head, t.width()) + "\n")
		head = "answer"
	}
	var rows []row
	first := cells("What is lost")
	for _, o := range t.outcomes() {
		rows = append(rows, t.rows(o)...)
		first = max(first, cells(rows[len(rows)-1].lost))
	}
	first, second := min(first, t.width()/3), max(9, cells(head))
	t.b.WriteString(t.line(row{lost: "What is lost", up: head, capacity: "capacity", because: "because"}, first, second, ""))
	t.b.WriteString(strings.Repeat("-", min(t.width(), 80)) + "\n")
	for _, r := range rows {
		t.b.WriteString(t.line(r, first, second, t.upColour(r.up)))
	}
	t.b.WriteByte('\n')
}

// rows are the answers to one loss, the worst first: entry points with the same answer and reason are one row.
func (t *simulated) rows(o resilience.Outcome) []row {
	var out []row
	rank := map[resilience.Up]int{resilience.No: 0, resilience.Undecided: 1, resilience.Yes: 2}
	order := make([]int, len(o.Answers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := o.Answers[a], o.Answers[b]
		return cmp.Or(rank[x.Up]-rank[y.Up], cmp.Compare(x.Least, y.Least))
	})
	for _, i := range order {
		a := o.Answers[i]
		r := row{t.lostName(o.Loss), a.Up.String(), percent(a), t.reason(o, a), []int{i}}
		same := slices.IndexFunc(out, func(x row) bool { return x.up == r.up && x.capacity == r.capacity && x.because == r.because })
		if same >= 0 {
			out[same].entries = append(out[same].entries, i)
			continue
		}
		out = append(out, r)
	}
	return out
}

// block is one loss with several entry points.
func (t *simulated) block(o resilience.Outcome) {
	t.b.WriteString(paragraph("", "    ", t.lostName(o.Loss), t.width()))
	rows := t.rows(o)
	for _, r := range rows {
		names := t.entryList(r.entries, mostListed)
		if len(r.entries) == len(o.Answers) {
			names = "all " + plural(len(r.entries), "way") + " in"
		} else if r.up == resilience.Yes.String() && len(r.entries) > 2 {
			names = fmt.Sprintf("%s others", thousands(len(r.entries)))
		}
		head := "  " + pad(r.up, 9) + padLeft(r.capacity, 9) + "  "
		text := paragraph(head, strings.Repeat(" ", cells(head)), names, t.width())
		if r.because != "" {
			text += paragraph(strings.Repeat(" ", cells(head)), strings.Repeat(" ", cells(head)+4), "because "+r.because, t.width())
		}
		t.b.WriteString(strings.Replace(text, r.up, t.paint(t.upColour(r.up), r.up), 1))
	}
}

// line lays out a row of the only entry point; what does not fit its column goes on below.
func (t *simulated) line(r row, first, second int, colour string) string {
	lost := wrap(r.lost, first)
	used := first + 2 + second + 2 + 9 + 2
	reason := wrap(r.because, max(t.width()-used, 20))
	var b strings.Builder
	for i := range max(len(lost), len(reason), 1) {
		a, e, c, w := "", "", "", ""
		if i < len(lost) {
			a = lost[i]
		}
		if i == 0 {
			e, c = r.up, r.capacity
		}
		if i < len(reason) {
			w = reason[i]
		}
		text := strings.TrimRight(pad(a, first)+"  "+pad(e, second)+"  "+padLeft(c, 9)+"  "+w, " ")
		if i == 0 && r.up != "" {
			text = strings.Replace(text, r.up, t.paint(colour, r.up), 1)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}
