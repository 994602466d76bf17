package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

// setting is one value that a read shows and a call sets.
type setting struct {
	label string
	path  string // where the read shows it
	want  any
	unset any                  // what to write to take it back when it was not set
	op    string               // of the write
	write func(v any) params   // its parameters for a value
	ready []remedy.Condition   // what else must hold once it is real
	under []remedy.Condition   // what holds while it is being made
	wait  int                  // seconds until it is given up; 0 is the usual
	shown func(v any) (as any) // how people write the value; nil: as it is
}

// setting makes the action that sets a value, and sets it back.
func (d *draft) setting(s *source, x setting) {
	prior := s.still(x.label, x.path)
	if d.err == nil && same(prior, x.want) {
		d.refuse(remedy.PreconditionFails, "%s is %s already: the account has changed since it was read", x.label, told(prior))
	}
	show := x.shown
	if show == nil {
		show = func(v any) any { return v }
	}
	d.shows(x.label, show(prior), show(x.want))
	a := d.write(x.op, x.write(x.want))
	real := s.is(fmt.Sprintf("%s is %s", x.label, told(show(x.want))), x.path, remedy.Equals, x.want)
	a.Until, a.UndoWhen, a.Underway, a.Timeout = append([]remedy.Condition{real}, x.ready...), []remedy.Condition{real}, x.under, x.wait
	before, back := s.is(fmt.Sprintf("%s is %s", x.label, told(show(prior))), x.path, remedy.Equals, prior), prior
	if empty(prior) {
		before, back = s.is(x.label+" is no longer "+told(show(x.want)), x.path, remedy.Differs, x.want), x.unset
	}
	undo := d.write(x.op, x.write(back))
	undo.Until, undo.Underway, undo.Timeout = append([]remedy.Condition{before}, x.ready...), x.under, x.wait
	a.Undo = []remedy.Action{undo}
	d.do(a)
}

// must gives the new value of an attribute; without it the step is refused.
func (d *draft) must(path string) any {
	v, ok := d.wanted(path)
	if !ok || v == nil {
		d.refuse(remedy.PreconditionFails, "the change gives %s no value", path)
	}
	return v
}
