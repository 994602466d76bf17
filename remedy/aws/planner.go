package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/catalog"
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
	makes map[string]string // what steps make as a whole -> the fix that does
}

// NewPlanner makes a planner of what was read of an account, as catalog.Build gives it.
func NewPlanner(h *Hand, g *graph.Graph, o Options) *Planner {
	return &Planner{h, g, o, map[string]string{}}
}

// Plan implements remedy.Planner. It reads the account again: what a step finds there is what its preconditions ask for.
func (p *Planner) Plan(ctx context.Context, w remedy.Wish) ([]remedy.Step, error) {
	jobs, err := p.jobs(w.Patch)
	region := near(p.graph, w)
	if err != nil {
		return nil, err
	}
	var steps []remedy.Step
	for _, j := range jobs {
		j.replaces = w.AllowReplacement
		made, err := p.chain(ctx, j, region)
		if err != nil {
			return nil, err
		}
		steps = append(steps, made...)
	}
	parts := w.Of
	if len(parts) == 0 {
		parts = []remedy.Wish{w}
	}
	for _, part := range parts {
		if s := lastOf(steps, part); s != nil {
			s.Closes = append(s.Closes, part.Closes...)
		}
	}
	return steps, nil
}

// lastOf gives the last step that carries out a change of a wish: with it the wish is fulfilled.
func lastOf(steps []remedy.Step, w remedy.Wish) *remedy.Step {
	for i := range slices.Backward(steps) {
		for _, c := range steps[i].Patch {
			if slices.ContainsFunc(w.Patch, func(d graph.Change) bool { return c.Op == d.Op && c.Address == d.Address && c.Path == d.Path }) {
				return &steps[i]
			}
		}
	}
	return nil
}

// job is the changes of one resource that one fix carries out together.
type job struct {
	fix      Fix
	of       *graph.Resource
	changes  graph.Patch
	whole    graph.Patch // of the wish: what other jobs do beside it
	replaces bool        // who wrote the changes down allows that the resource is made anew
}

func (p *Planner) jobs(patch graph.Patch) ([]*job, error) {
	all := Fixes()
	var jobs []*job
	for _, changes := range together(p.typed(patch)) {
		i := slices.IndexFunc(all, func(f Fix) bool { return f.takesAll(changes) })
		if i < 0 {
			return nil, refuse(changes[0], remedy.PreconditionFails, whyNot(changes))
		}
		of, err := p.owner(changes, all[i])
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(jobs, func(j *job) bool { return j.fix.ID == all[i].ID && j.of == of && !all[i].Single })
		if at < 0 {
			at, jobs = len(jobs), append(jobs, &job{fix: all[i], of: of, whole: patch})
		}
		jobs[at].changes = append(jobs[at].changes, changes...)
	}
	slices.SortStableFunc(jobs, func(a, b *job) int { return turn(a.fix) - turn(b.fix) })
	return jobs, nil
}

// turn is 0 for fixes that go before the others of a wish.
func turn(f Fix) int {
	if f.early {
		return 0
	}
	return 1
}

// typed gives the changes the types of what they change, which those that a person wrote need not name.
func (p *Planner) typed(patch graph.Patch) graph.Patch {
	out := slices.Clone(patch)
	for i, c := range out {
		if r := p.graph.Get(graph.Key{Root: c.Root, Address: c.Address}); r != nil && c.Type == "" {
			out[i].Type = r.Type
		}
	}
	return out
}

// whyNot says why no fix carries changes out.
func whyNot(changes graph.Patch) string {
	for _, c := range changes {
		if why, ok := NotLive()[Word(c)]; ok {
			return why
		}
	}
	return "no live fix carries this out (" + words(changes) + "): change it in code, or by hand"
}

// together parts a patch into the changes that belong together, because one refers to what another makes. Each part
// and the parts among each other keep their order.
func together(patch graph.Patch) []graph.Patch {
	part := make([]int, len(patch))
	for i := range part {
		part[i] = i
	}
	for i, c := range patch {
		for _, ref := range refersTo(c) {
			k := slices.IndexFunc(patch, func(o graph.Change) bool { return o.Op == graph.Create && o.Address == ref.Address })
			if k < 0 || part[k] == part[i] {
				continue
			}
			from, to := max(part[i], part[k]), min(part[i], part[k])
			for n := range part {
				if part[n] == from {
					part[n] = to
				}
			}
		}
	}
	var out []graph.Patch
	for n := range patch {
		var changes graph.Patch
		for i, c := range patch {
			if part[i] == n {
				changes = append(changes, c)
			}
		}
		if changes != nil {
			out = append(out, changes)
		}
	}
	return out
}

// refersTo lists what a change refers to, inside of a text too.
func refersTo(c graph.Change) []graph.Ref {
	refs := graph.RefsIn(c.New)
	if t, ok := c.New.(graph.Template); ok {
		refs = append(refs, catalog.TemplateRefs(c.Root, t)...)
	}
	return refs
}

func refuse(c graph.Change, class remedy.Reason, why string) *remedy.Refused {
	return &remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: class, Why: why, Siblings: []graph.Address{}}
}

// owner gives the live resource that changes are about: what they set an attribute of, or the bucket of a versioning that is
// to be made.
func (p *Planner) owner(changes graph.Patch, f Fix) (*graph.Resource, error) {
	c := changes[0]
	key := ownerOf(changes, f)
	r := p.graph.Get(key)
	for _, c := range changes {
		if attrs, ok := c.New.(map[string]any); r == nil && ok && f.find != nil {
			r = f.find(p.graph, c.Root, attrs)
		}
	}
	if attrs, ok := c.New.(map[string]any); r == nil && ok && f.free {
		r = &graph.Resource{Root: c.Root, Address: c.Address, Type: c.Type, Attrs: attrs, Origins: []graph.Origin{{Source: "aws"}}}
	}
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

func ownerOf(changes graph.Patch, f Fix) graph.Key {
	for _, c := range changes {
		if c.Op == graph.Set {
			return graph.Key{Root: c.Root, Address: c.Address}
		}
	}
	for _, c := range changes {
		attrs, _ := c.New.(map[string]any)
		if refs := graph.RefsIn(attrs[f.Of]); len(refs) > 0 {
			return refs[0].Key()
		}
	}
	return graph.Key{Root: changes[0].Root, Address: changes[0].Address}
}

// step makes the step of a job. near is the region of what the findings stand on, "" when there are none.
// chain makes the steps of a job: one, and those that come behind it.
func (p *Planner) chain(ctx context.Context, j *job, near string) ([]remedy.Step, error) {
	first, err := p.step(ctx, j, near)
	if err != nil || j.fix.then == nil {
		return []remedy.Step{first}, err
	}
	behind := *j
	behind.fix = *j.fix.then
	rest, err := p.chain(ctx, &behind, near)
	if err != nil {
		return nil, err
	}
	rest[0].After = []int{remedy.Before}
	return append([]remedy.Step{first}, rest...), nil
}

func (p *Planner) step(ctx context.Context, j *job, near string) (remedy.Step, error) {
	d := newDraft(ctx, p, j, near)
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
	for _, what := range d.makes {
		p.makes[what] = d.step.Fix
	}
	d.step.IAM = p.hand.permissions(&d.step, d.companions)
	return d.step, nil
}
