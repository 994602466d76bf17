package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// Options are choices of a planner.
type Options struct {
	// Window leaves what a database can put off to its maintenance window.
	Window bool
}

// Planner makes the steps of one account.
type Planner struct {
	hand  *Hand
	graph *graph.Graph
	o     Options
}

// NewPlanner makes a planner of what was read of an account, as catalog.Build gives it.
func NewPlanner(h *Hand, g *graph.Graph, o Options) *Planner { return &Planner{h, g, o} }

// Plan implements remedy.Planner. It reads the account again: what a step finds there is what its preconditions ask for.
func (p *Planner) Plan(ctx context.Context, w remedy.Wish) ([]remedy.Step, error) {
	jobs, err := p.jobs(w.Patch)
	if err != nil {
		return nil, err
	}
	var steps []remedy.Step
	for _, j := range jobs {
		s, err := p.step(ctx, j)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	if len(steps) > 0 {
		steps[len(steps)-1].Closes = w.Closes
	}
	return steps, nil
}

// job is the changes of one resource that one fix carries out together.
type job struct {
	fix     Fix
	of      *graph.Resource
	changes graph.Patch
}

func (p *Planner) jobs(patch graph.Patch) ([]*job, error) {
	all := Fixes()
	var jobs []*job
	for _, c := range patch {
		i := slices.IndexFunc(all, func(f Fix) bool { return f.takes(c) })
		if i < 0 {
			return nil, refuse(c, remedy.PreconditionFails, "no live fix carries this out ("+word(c)+"): change it in code, or by hand")
		}
		of, err := p.owner(c, all[i], patch)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(jobs, func(j *job) bool { return j.fix.ID == all[i].ID && j.of == of })
		if at < 0 {
			at, jobs = len(jobs), append(jobs, &job{fix: all[i], of: of})
		}
		jobs[at].changes = append(jobs[at].changes, c)
	}
	return jobs, nil
}

func refuse(c graph.Change, class remedy.Reason, why string) *remedy.Refused {
	return &remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: class, Why: why, Siblings: []graph.Address{}}
}

// owner gives the live resource that a change is about: the bucket of a versioning that is to be made.
func (p *Planner) owner(c graph.Change, f Fix, patch graph.Patch) (*graph.Resource, error) {
	key := graph.Key{Root: c.Root, Address: c.Address}
	if c.Op == graph.Create {
		key = ownerOf(c, f, patch)
	}
	r := p.graph.Get(key)
	if r != nil && r.Of != "" {
		r = p.graph.Get(graph.Key{Root: c.Root, Address: r.Of})
	}
	switch {
	case r == nil:
		return nil, refuse(c, remedy.NotFound, fmt.Sprintf("%s was not read in the account", key.Address))
	case !r.Live():
		return nil, refuse(c, remedy.NotFound, fmt.Sprintf("%s stands in code: change it there", r.Address))
	}
	return r, nil
}

// ownerOf follows the reference of what is to be made, or else the change of the patch that refers to it.
func ownerOf(c graph.Change, f Fix, patch graph.Patch) graph.Key {
	attrs, _ := c.New.(map[string]any)
	if ref, ok := firstRef(attrs[f.Of]); ok {
		return ref.Key()
	}
	for _, other := range patch {
		if ref, ok := firstRef(other.New); ok && other.Op == graph.Set && ref.Address == c.Address {
			return graph.Key{Root: other.Root, Address: other.Address}
		}
	}
	return graph.Key{Root: c.Root, Address: c.Address}
}

func firstRef(v any) (graph.Ref, bool) {
	switch v := v.(type) {
	case graph.Ref:
		return v, true
	case []any:
		for _, x := range v {
			if r, ok := firstRef(x); ok {
				return r, true
			}
		}
	}
	return graph.Ref{}, false
}

func (p *Planner) step(ctx context.Context, j *job) (remedy.Step, error) {
	d := newDraft(ctx, p, j)
	j.fix.plan(d)
	if d.err == nil && len(d.step.Actions) == 0 {
		d.refuse(remedy.PreconditionFails, "nothing is left to change: the account has changed since it was read")
	}
	var r *remedy.Refused
	if errors.As(d.err, &r) {
		return remedy.Step{}, r
	}
	if d.err != nil {
		return remedy.Step{}, fmt.Errorf("planning %s of %s: %w", j.fix.ID, j.of.Address, d.err)
	}
	d.step.IAM = p.hand.permissions(&d.step, d.companions)
	return d.step, nil
}
