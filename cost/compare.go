package cost

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Difference is what a change does to an estimate.
type Difference struct {
	Before, After decimal.Decimal // of what has a quantity
	Changes       []Change        // by root and address; unchanged resources are left out
	Unchanged     int             // priced resources whose lines are the same
	Open          []Unpriced      // parts without price or usage that only one side has, so that the change may cost another amount
}

// Monthly is the change of the total.
func (d Difference) Monthly() decimal.Decimal { return d.After.Sub(d.Before) }

// Change is one resource that costs something else, is new, or is gone.
type Change struct {
	Key    graph.Key
	Type   string
	Before *Resource // nil: it is new
	After  *Resource // nil: it is gone
	Lines  []LineChange
}

// Monthly is the change of the resource's cost.
func (c Change) Monthly() decimal.Decimal { return monthlyOf(c.After).Sub(monthlyOf(c.Before)) }

func monthlyOf(r *Resource) decimal.Decimal {
	if r == nil {
		return decimal.Zero
	}
	return r.Monthly
}

// LineChange is one line of a changed resource that only one side has, or that costs something else.
type LineChange struct {
	Label         string
	Before, After *Line
}

// Compare tells two estimates of the same catalogue apart.
func Compare(before, after Estimated) Difference {
	d := Difference{Before: before.Monthly, After: after.Monthly}
	old := make(map[graph.Key]*Resource, len(before.Resources))
	for i := range before.Resources {
		old[before.Resources[i].Key()] = &before.Resources[i]
	}
	for i := range after.Resources {
		r := &after.Resources[i]
		d.add(old[r.Key()], r)
		delete(old, r.Key())
	}
	for i := range before.Resources {
		if r := &before.Resources[i]; old[r.Key()] != nil {
			d.add(r, nil)
		}
	}
	slices.SortStableFunc(d.Changes, func(a, b Change) int { return a.Key.Compare(b.Key) })
	return d
}

// add compares one resource.
func (d *Difference) add(before, after *Resource) {
	c := Change{Before: before, After: after, Lines: lineChanges(linesOf(before), linesOf(after))}
	open := differentParts(partsOf(before), partsOf(after))
	for _, l := range c.Lines {
		if isOpen(l.Before) != isOpen(l.After) || isOpen(l.Before) && isOpen(l.After) {
			open = append(open, Unpriced{Meter: l.Label, Why: openWhy(l)})
		}
	}
	known := before
	if after != nil {
		known = after
	}
	if len(c.Lines) == 0 && len(open) == 0 {
		if !known.Free {
			d.Unchanged++
		}
		return
	}
	c.Key, c.Type = known.Key(), known.Type
	d.Changes = append(d.Changes, c)
	d.Open = append(d.Open, open...)
}

func linesOf(r *Resource) []Line {
	if r == nil {
		return nil
	}
	return r.Lines
}

func partsOf(r *Resource) []Unpriced {
	if r == nil {
		return nil
	}
	return r.Unpriced
}

// isOpen says that a line has a price and no quantity.
func isOpen(l *Line) bool { return l != nil && l.Quantity == nil }

// DependsOnUse is the reason of a line that waits for usage.
const DependsOnUse = "it depends on use"

func openWhy(l LineChange) string {
	line := l.After
	if line == nil {
		line = l.Before
	}
	if line.UsageBased {
		return DependsOnUse
	}
	return "its quantity is not known"
}

// lineChanges pairs lines by meter, its attributes, and label, and keeps the pairs that differ.
func lineChanges(before, after []Line) []LineChange {
	var out []LineChange
	used := make([]bool, len(before))
	pair := func(l *Line, same func(*Line) bool) *Line {
		for i := range before {
			if !used[i] && same(&before[i]) {
				used[i] = true
				return &before[i]
			}
		}
		return nil
	}
	found := make([]*Line, len(after))
	for i := range after { // the same line first, then one that is now another
		found[i] = pair(&after[i], func(b *Line) bool { return b.Label == after[i].Label && b.Meter == after[i].Meter })
	}
	for i := range after {
		if found[i] == nil {
			found[i] = pair(&after[i], func(b *Line) bool { return b.Meter == after[i].Meter && !labelled(after, b) })
		}
		if b := found[i]; b == nil || !b.same(&after[i]) {
			out = append(out, LineChange{after[i].Label, b, &after[i]})
		}
	}
	for i := range before {
		if !used[i] {
			out = append(out, LineChange{before[i].Label, &before[i], nil})
		}
	}
	return out
}

// labelled says that one of the lines has the label and meter of another.
func labelled(lines []Line, as *Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.Label == as.Label && l.Meter == as.Meter })
}

// same says that two lines cost the same: neither labels nor notes count.
func (l *Line) same(o *Line) bool {
	if (l.Quantity == nil) != (o.Quantity == nil) || !l.Price.Equal(o.Price) {
		return false
	}
	return l.Quantity == nil || l.Quantity.Equal(*o.Quantity)
}

// differentParts lists the unpriced parts that only one side has.
func differentParts(before, after []Unpriced) []Unpriced {
	var out []Unpriced
	for _, u := range after {
		if !slices.Contains(before, u) {
			out = append(out, u)
		}
	}
	for _, u := range before {
		if !slices.Contains(after, u) {
			out = append(out, u)
		}
	}
	return out
}
