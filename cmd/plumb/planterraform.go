package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
)

// agree asks terraform plan about the edits of files, and makes the plan again without what it speaks against, until it agrees.
func (p *planning) agree(ctx context.Context, plan *remedy.Plan, wishes []remedy.Wish) error {
	for {
		against, err := p.foresee(ctx, plan)
		if err != nil || len(against) == 0 {
			return err
		}
		var left []remedy.Wish
		for _, w := range wishes {
			i := slices.IndexFunc(against, func(o objection) bool { return o.speaksOf(w, wishes) })
			if i < 0 {
				left = append(left, w)
				continue
			}
			p.lost = append(p.lost, against[i].refuses(w))
		}
		if len(left) == len(wishes) {
			return fmt.Errorf("terraform plan refuses step %d, and it is not known what it was for: %s", against[0].step.N, against[0].why)
		}
		if wishes, err = p.settle(ctx, plan, left); err != nil {
			return err
		}
	}
}

// objection is what terraform plan has against a step.
type objection struct {
	step     *remedy.Step
	class    remedy.Reason
	why      string
	siblings []graph.Address
	paths    map[graph.Address][]string // attributes that cannot be changed in place, where Terraform names them
}

// speaksOf says whether an objection is against a wish: one that changes an attribute that Terraform names, or, when none does,
// each of those that the step was made of.
func (o objection) speaksOf(w remedy.Wish, all []remedy.Wish) bool {
	if slices.ContainsFunc(all, func(x remedy.Wish) bool { return madeOf(o.step, x) && o.names(x) }) {
		return madeOf(o.step, w) && o.names(w)
	}
	return madeOf(o.step, w)
}

func (o objection) names(w remedy.Wish) bool {
	return slices.ContainsFunc(w.Patch, func(c graph.Change) bool {
		return slices.ContainsFunc(o.paths[c.Address], func(p string) bool { return c.Op == graph.Set && firstName(p) == firstName(c.Path) })
	})
}

// firstName is the attribute that a path begins with.
func firstName(p string) string {
	name, _, _ := strings.Cut(graph.Schematic(p), ".")
	return name
}

// madeOf says whether a step carries out a wish.
func madeOf(s *remedy.Step, w remedy.Wish) bool {
	return slices.ContainsFunc(w.Closes, func(c remedy.Closed) bool {
		return slices.ContainsFunc(s.Closes, func(x remedy.Closed) bool { return x.Fingerprint == c.Fingerprint })
	}) || slices.ContainsFunc(w.Patch, func(c graph.Change) bool {
		return slices.ContainsFunc(s.Patch, func(x graph.Change) bool {
			return x.Op == c.Op && x.Root == c.Root && x.Address == c.Address && x.Path == c.Path
		})
	})
}

func (o objection) refuses(w remedy.Wish) remedy.Refused {
	c := w.Patch[0]
	for _, x := range w.Patch {
		if o.names(remedy.Wish{Patch: graph.Patch{x}}) {
			c = x
			break
		}
	}
	others := slices.DeleteFunc(slices.Clone(o.siblings), func(a graph.Address) bool { return a == c.Address })
	return remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: o.class, Why: o.why, Siblings: others, Closes: w.Closes}
}

// foresee asks terraform plan about every root whose files the plan edits, and notes in the plan what it says.
func (p *planning) foresee(ctx context.Context, plan *remedy.Plan) ([]objection, error) {
	plan.Terraform = nil
	var against []objection
	for _, x := range p.planners.list {
		code, ok := x.Planner.(*remedysource.Planner)
		steps := slices.DeleteFunc(slices.Clone(plan.Steps), func(s remedy.Step) bool { return s.Kind != remedy.File || s.Source != x.place })
		if !ok || len(steps) == 0 {
			continue
		}
		list, err := p.foreseeSource(ctx, plan, x.source, code, steps)
		if err != nil {
			return nil, err
		}
		against = append(against, list...)
	}
	slices.SortFunc(plan.Terraform, func(a, b remedy.TerraformCheck) int { return strings.Compare(a.Root, b.Root) })
	return against, nil
}

// foreseeSource asks about the roots of one folder.
func (p *planning) foreseeSource(ctx context.Context, plan *remedy.Plan, s source, code *remedysource.Planner, steps []remedy.Step) ([]objection, error) {
	roots := map[string]bool{}
	for _, step := range steps {
		for _, a := range step.Actions {
			for _, root := range code.Roots(a.Edit.File) {
				roots[root] = true
			}
		}
	}
	t := &foresight{planning: p, source: s, steps: steps}
	defer t.close()
	var against []objection
	for _, root := range slices.Sorted(maps.Keys(roots)) {
		check, o, err := t.root(ctx, root)
		if err != nil {
			return nil, err
		}
		plan.Terraform = append(plan.Terraform, check)
		if o != nil {
			against = append(against, *o)
		}
	}
	return against, nil
}

// root compares what terraform plan says of a root with the edits and without.
func (t *foresight) root(ctx context.Context, root string) (remedy.TerraformCheck, *objection, error) {
	check := remedy.TerraformCheck{Root: root}
	before, err := t.without(ctx, root)
	if err == nil && len(before.Errors) > 0 {
		why := "terraform plan of the code as it is fails: " + before.Errors[0]
		if !t.initialised(root) {
			why += "; terraform init was not run here"
		}
		err = unasked(why)
	}
	var after *remedysource.Foreseen
	if err == nil {
		after, err = t.with(ctx, root, len(t.steps))
	}
	var why unasked
	switch {
	case errors.As(err, &why):
		check.NotChecked = string(why)
		return check, nil, nil
	case err != nil:
		return check, nil, err
	case t.bad(root, before, after, len(t.steps)):
		o, err := t.guilty(ctx, root, before)
		if err != nil {
			err = fmt.Errorf("terraform plan speaks against the edits, and which it is cannot be told: %w", err)
		}
		return check, o, err
	}
	check.Version = after.Version
	check.Add, check.Change, check.Delete, check.Replace = after.Counts(before)
	return check, nil, nil
}

// bad says whether something is wrong with the first n steps.
func (t *foresight) bad(root string, before, after *remedysource.Foreseen, n int) bool {
	return len(after.Errors) > 0 || len(after.Unwanted(before, root, t.steps[:n])) > 0
}

// guilty finds the first step that something is wrong with: edits are made on top of each other, so the steps before it are looked
// at together.
func (t *foresight) guilty(ctx context.Context, root string, before *remedysource.Foreseen) (*objection, error) {
	good, bad := 0, len(t.steps)
	for bad-good > 1 {
		middle := (good + bad) / 2
		after, err := t.with(ctx, root, middle)
		if err != nil {
			return nil, err
		}
		if t.bad(root, before, after, middle) {
			bad = middle
		} else {
			good = middle
		}
	}
	after, err := t.with(ctx, root, bad)
	if err != nil {
		return nil, err
	}
	o := &objection{step: &t.steps[bad-1], class: remedy.ForcesReplacement}
	if len(after.Errors) > 0 {
		o.class, o.why = remedy.PreconditionFails, "terraform plan fails with the edit: "+after.Errors[0]
		return o, nil
	}
	o.siblings = after.Unwanted(before, root, t.steps[:bad])
	if len(o.siblings) == 0 {
		return nil, errors.New("it says something else each time it is asked")
	}
	t.attributes(ctx, root, after) // it says more, and decides nothing
	o.paths = map[graph.Address][]string{}
	var said []string
	for _, a := range o.siblings {
		o.paths[a] = after.Changes[a].Paths
		said = append(said, foretold(a, after.Changes[a]))
	}
	o.why = "terraform plan would " + strings.Join(said, ", ")
	return o, nil
}

// foretold says what Terraform would do with a resource, and why.
func foretold(a graph.Address, f remedysource.Foretold) string {
	text := f.Action + " " + string(a)
	why := slices.Compact(slices.Clone(f.Paths))
	if f.Reason != "" {
		why = append(why, "reason: "+f.Reason)
	}
	if len(why) > 0 {
		text += " (" + strings.Join(why, ", ") + ")"
	}
	return text
}

// unasked is why terraform plan cannot be asked, or cannot tell.
type unasked string

func (u unasked) Error() string { return string(u) }

// terraformChecks prints what terraform plan says of each root; that it was not asked only where it could be.
func (t *planText) terraformChecks() {
	printed := false
	for _, c := range t.plan.Terraform {
		where := ""
		if c.Root != "" {
			where = " in " + c.Root
		}
		switch {
		case c.NotChecked == notAsked:
			continue
		case c.NotChecked != "":
			t.para("", fmt.Sprintf("Not checked by terraform plan%s: %s", where, c.NotChecked))
		default:
			t.para("", fmt.Sprintf("terraform plan agrees%s: %s (Terraform %s).", where, countsOf(c), c.Version))
		}
		printed = true
	}
	if printed {
		t.WriteString("\n")
	}
}

func countsOf(c remedy.TerraformCheck) string {
	var parts []string
	for _, x := range []struct {
		n    int
		verb string
	}{{c.Add, "add"}, {c.Change, "change"}, {c.Delete, "delete"}, {c.Replace, "replace"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", x.n, x.verb))
		}
	}
	if len(parts) == 0 {
		return "it would do nothing more than without the edits"
	}
	return strings.Join(parts, ", ")
}

// place is the folder of a root in the copy of its tree.
func (t *foresight) place(root string) string {
	code := &remedysource.Code{Dir: path.Clean(t.source.dir), Prefix: t.source.prefix}
	return code.Place(root)
}
