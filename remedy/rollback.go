package remedy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Settle reads back every action whose outcome the run's journal does not tell, and records it, so that Reverse knows what is
// to be undone. Nothing is written anywhere else.
func (r *Runner) Settle(ctx context.Context) error {
	for _, s := range r.Run.Plan.Steps {
		if r.Run.ended(s.N) {
			continue
		}
		for i, a := range s.Actions {
			last := r.Run.Action(s.N, i+1)
			if last == ActionDone || last == NotTaken || last == "" && !r.Run.cut {
				continue
			}
			state, err := r.settle(ctx, s, i+1, last)
			if err != nil {
				return err
			}
			switch state {
			case Done:
				err = r.note(Event{What: ActionDone, Step: s.N, Action: i + 1})
			case InProgress:
				_, err = r.await(ctx, s, i+1, a)
			case NotDone, Pending:
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// NoUndo is a step that was done and cannot be taken back.
type NoUndo struct {
	Step Step
	Why  string
}

// Reverse makes the plan that takes a run back: what was done of each step, the last first, with the undo that was recorded for
// it. With only set, just that step; which fails when a later step stands on it. Steps in gone were taken back before. What cannot
// be taken back is listed.
func (r *Run) Reverse(only int, gone []int, now time.Time) (*Plan, []NoUndo, error) {
	if err := r.alone(only, gone); err != nil {
		return nil, nil, err
	}
	p := &Plan{Created: now, Expires: now.Add(time.Hour), Tool: r.Plan.Tool, Sources: r.Plan.Sources}
	var not []NoUndo
	files := r.files(gone)
	for _, s := range slices.Backward(r.Plan.Steps) {
		if only != 0 && s.N != only || slices.Contains(gone, s.N) {
			continue
		}
		back, why, err := r.reverse(s, files)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("undo of step %d: %w", s.N, err)
		case why != "":
			not = append(not, NoUndo{s, why})
		case len(back.Actions) > 0:
			back.N = len(p.Steps) + 1
			p.Steps = append(p.Steps, back)
		}
	}
	return p, not, Seal(p)
}

// alone refuses to undo a step that a later one, which is done, stands on.
func (r *Run) alone(only int, gone []int) error {
	if only == 0 {
		return nil
	}
	at := slices.IndexFunc(r.Plan.Steps, func(s Step) bool { return s.N == only })
	if at < 0 {
		return fmt.Errorf("run %d has no step %d: plumb runs %d lists them", r.N, only, r.N)
	}
	for _, later := range r.Plan.Steps[at+1:] {
		if !r.touched(later) || slices.Contains(gone, later.N) {
			continue
		}
		if slices.Contains(later.After, only) {
			return fmt.Errorf("step %d was built on step %d: undo step %d first, or the whole run", later.N, only, later.N)
		}
		for _, a := range later.Actions {
			if a.Edit == nil || later.Source != r.Plan.Steps[at].Source {
				continue
			}
			if slices.ContainsFunc(r.Plan.Steps[at].Actions, func(b Action) bool { return b.Edit != nil && b.Edit.File == a.Edit.File }) {
				return fmt.Errorf("step %d edited %s after step %d: undo step %d first, or the whole run", later.N, a.Edit.File, only, later.N)
			}
		}
	}
	return nil
}

// touched says whether any action of the step is done or accepted.
func (r *Run) touched(s Step) bool {
	for i := range s.Actions {
		if w := r.Action(s.N, i+1); w == ActionDone || w == Waiting {
			return true
		}
	}
	return false
}

// reverse gives the step that undoes what was done of s, or why there is none.
func (r *Run) reverse(s Step, files map[string]string) (back Step, why string, err error) {
	if !r.touched(s) {
		return Step{}, "", nil
	}
	if s.Undo.Kind == "none" {
		return Step{}, s.Undo.Note, nil
	}
	back = Step{Kind: s.Kind, Source: s.Source, Mark: turned(s.Mark), Root: s.Root, Address: s.Address, Type: s.Type, Where: s.Where,
		Region: s.Region, Fix: s.Fix, Title: "undo: " + s.Title, Risk: s.Risk, Undo: s.Undo, Seconds: s.Seconds, IAM: s.IAM}
	switch {
	case s.Undo.Ask != "":
		back.Risk = Risk{Class: "data-destructive", Detail: s.Undo.Ask}
	case s.Risk.Class == "access-break" || s.Risk.Class == "data-destructive": // the undo lets in again, or stops destroying
		back.Risk = Risk{Class: "online", Detail: "What the step kept out comes in again."}
	}
	for _, show := range s.Shows {
		back.Shows = append(back.Shows, Show{show.Label, show.After, show.Before})
	}
	bound := r.bound(s.N)
	calls := false
	for i, a := range slices.Backward(s.Actions) {
		if w := r.Action(s.N, i+1); w != ActionDone && w != Waiting {
			continue
		}
		if a.Edit != nil {
			edit := a.Edit.inverse()
			back.Actions = append(back.Actions, Action{Edit: &edit})
			back.Preconditions = append(back.Preconditions, Condition{
				Says: a.Edit.File + " is as the run left it", File: a.Edit.File, SHA256: files[fileKey(s.Source, a.Edit.File)]})
			continue
		}
		calls = true
		if err := back.takeBack(a, bound); err != nil {
			return Step{}, "", err
		}
	}
	if calls && len(back.Actions) == 0 { // as of a step that is itself an undo
		return Step{}, "no undo of it was recorded: plumb plan plans the change again", nil
	}
	return back, "", nil
}

// takeBack adds the undo of a call, with the values that the run bound in their places.
func (s *Step) takeBack(a Action, bound Bound) error {
	when := a.UndoWhen
	if len(when) == 0 {
		when = a.Until
	}
	for _, c := range when {
		c, err := c.filled(bound)
		if err != nil {
			return err
		}
		s.Preconditions = append(s.Preconditions, c)
	}
	for _, u := range a.Undo {
		u, err := u.filled(bound)
		if err != nil {
			return err
		}
		s.Actions = append(s.Actions, u)
	}
	return nil
}

// own gives the bound values without the names that an action binds itself: those are to stay names.
func (a Action) own(bound Bound) Bound {
	b := maps.Clone(bound)
	for name := range a.Binds {
		delete(b, name)
	}
	for _, r := range a.Reads {
		for name := range r.Binds {
			delete(b, name)
		}
	}
	return b
}

// filled puts bound values into an action. A name that is not bound stays: an action before it in the same undo binds it.
func (a Action) filled(bound Bound) (Action, error) {
	bound = a.own(bound)
	var err error
	if a.Call, err = a.Call.filled(bound); err != nil {
		return Action{}, err
	}
	reads := make([]Read, 0, len(a.Reads))
	for _, r := range a.Reads {
		c, err := r.Call.filled(bound)
		if err != nil {
			return Action{}, err
		}
		reads = append(reads, Read{*c, r.Binds})
	}
	a.Reads = reads
	if a.Find != nil {
		c, err := a.Find.Call.filled(bound)
		if err != nil {
			return Action{}, err
		}
		a.Find = &Read{*c, a.Find.Binds}
	}
	for _, list := range []*[]Condition{&a.Until, &a.Accepted} {
		cs := make([]Condition, 0, len(*list))
		for _, c := range *list {
			c, err := c.filled(bound)
			if err != nil {
				return Action{}, err
			}
			cs = append(cs, c)
		}
		*list = cs
	}
	return a, nil
}

func (c *Call) filled(bound Bound) (*Call, error) {
	if c == nil {
		return nil, nil
	}
	params, err := fill(c.Params, bound, true)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Op, err)
	}
	out := *c
	out.Params, _ = params.(map[string]any)
	return &out, nil
}

func (c Condition) filled(bound Bound) (Condition, error) {
	var err error
	if c.Read, err = c.Read.filled(bound); err != nil {
		return Condition{}, err
	}
	c.Want, err = fill(c.Want, bound, true)
	return c, err
}

// inverse gives the edit that restores the bytes.
func (e *Edit) inverse() Edit {
	back := Edit{File: e.File, Before: e.After, After: e.Before}
	shift := 0
	for _, s := range e.Splices {
		back.Splices = append(back.Splices, Splice{Start: s.Start + shift, End: s.Start + shift + len(s.New), Old: s.New, New: s.Old})
		shift += len(s.New) - len(s.Old)
	}
	return back
}

func turned(mark string) string {
	switch mark {
	case "+":
		return "-"
	case "-":
		return "+"
	}
	return mark
}
