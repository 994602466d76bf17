package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// params are parameters of a call, by the API's member names.
type params = map[string]any

// bind stands for a value that an earlier read or answer of the step gives.
func bind(name string) params { return params{bindKey: name} }

// draft is a step in the making. After the first error its methods do nothing, so that a fix reads as a list.
type draft struct {
	ctx        context.Context
	p          *Planner
	job        *job
	region     string
	step       remedy.Step
	companions []remedy.Permission
	sources    map[string]*source
	makes      []string // as a whole: see only
	err        error
}

func newDraft(ctx context.Context, p *Planner, j *job, near string) *draft {
	f, r := j.fix, j.of
	region, _ := r.Facts["_region"].(string)
	region = cmp.Or(region, near, p.hand.target.Region)
	s := remedy.Step{
		Kind: remedy.Live, Mark: "~", Root: r.Root, Address: r.Address, Type: r.Type, Where: string(r.Address), Region: region,
		Fix: f.ID, Title: f.Title, Closes: []remedy.Closed{}, Patch: j.changes, Risk: f.Risk, Undo: f.Undo, Seconds: f.Seconds,
	}
	if arn, ok := r.Attrs["arn"].(string); ok {
		s.Where = arn
	}
	for _, c := range j.changes {
		if c.Op == graph.Create {
			s.Mark = "+"
		}
	}
	return &draft{ctx: ctx, p: p, job: j, region: region, step: s, sources: map[string]*source{}}
}

// refuse says that the step cannot be made.
func (d *draft) refuse(class remedy.Reason, why string, args ...any) {
	if d.err == nil {
		c := d.job.changes[0]
		d.err = &remedy.Refused{Root: d.job.of.Root, Address: d.job.of.Address, Path: c.Path, Class: class, Why: fmt.Sprintf(why, args...), Siblings: []graph.Address{}}
	}
}

// text gives a text attribute of the resource; without it the step is refused.
func (d *draft) text(name string) string {
	s, ok := d.job.of.Attrs[name].(string)
	if !ok || s == "" {
		d.refuse(remedy.NotFound, "the scan did not read its %s", name)
	}
	return s
}

// wanted gives the new value of an attribute among the changes: of the set of this path, or in what is created.
func (d *draft) wanted(path string) (v any, ok bool) {
	for _, c := range d.job.changes {
		if c.Op == graph.Set && withoutPositions(c.Path) == withoutPositions(path) {
			return d.resolved(c.New), true
		}
		if attrs, isMap := c.New.(map[string]any); isMap && c.Op == graph.Create {
			if v, ok := graph.Lookup(attrs, path); ok {
				return d.resolved(v), true
			}
		}
	}
	return nil, false
}

// beside gives the new value of an attribute of the same resource in the whole wish, which another step of it sets.
func (d *draft) beside(path string) any {
	for _, c := range d.job.whole {
		if c.Op == graph.Set && c.Root == d.job.of.Root && c.Address == d.job.of.Address && withoutPositions(c.Path) == path {
			return d.resolved(c.New)
		}
	}
	return nil
}

// resolved puts the values of references in their place.
func (d *draft) resolved(v any) any {
	switch v := v.(type) {
	case graph.Ref:
		if r := d.p.graph.Get(v.Key()); r != nil {
			if x, ok := graph.Lookup(r.Attrs, v.Attr); ok {
				return x
			}
		}
		d.refuse(remedy.NotFound, "%s is not known", v)
	case graph.Template:
		return d.filledIn(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = d.resolved(x)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = d.resolved(x)
		}
		return out
	}
	return v
}

// filledIn puts the values of the references inside a text in their place.
func (d *draft) filledIn(t graph.Template) string {
	text := string(t)
	for _, ref := range catalog.TemplateRefs(d.job.of.Root, t) {
		text = strings.ReplaceAll(text, ref.String(), fmt.Sprint(d.resolved(ref)))
	}
	return text
}

// source is a read call and what it gave when the plan was made.
type source struct {
	d    *draft
	call remedy.Call
	got  reply
}

// look makes a read call, once.
func (d *draft) look(op string, p params) *source {
	s := &source{d: d, call: d.call(op, p)}
	if d.err != nil {
		return s
	}
	key := d.region + " " + op + " " + string(canonical(p))
	if known, ok := d.sources[key]; ok {
		return known
	}
	r := &reader{hand: d.p.hand, known: map[string]reply{}}
	s.got, d.err = r.reply(d.ctx, s.call)
	var refused *remedy.Rejected
	if errors.As(d.err, &refused) {
		d.err = &remedy.Refused{Root: d.job.of.Root, Address: d.job.of.Address, Class: remedy.PreconditionFails,
			Why: fmt.Sprintf("it cannot be checked: %s was refused (%s)", refused.Op, refused.Code), Siblings: []graph.Address{}}
	}
	d.sources[key] = s
	return s
}

// call makes a call in the step's region.
func (d *draft) call(op string, p params) remedy.Call {
	return remedy.Call{Op: op, Region: d.region, Params: p}
}

// get gives what the call gave at a path, nil when nothing is there.
func (s *source) get(path string) any {
	if s.d.err != nil {
		return nil
	}
	v, _, err := lookup(s.got.body, path)
	if err != nil {
		s.d.err = err
	}
	return v
}

// none says whether AWS answered that there is nothing of the kind.
func (s *source) none() bool { return s.got.code != "" }

// is makes a condition on the call.
func (s *source) is(says, path string, test remedy.Test, want any) remedy.Condition {
	call := s.call
	return remedy.Condition{Says: says, Read: &call, Path: path, Is: test, Want: want}
}

// require makes a precondition; one that does not hold now refuses the step.
func (s *source) require(says, path string, test remedy.Test, want any) {
	if s.d.err != nil {
		return
	}
	c := s.is(says, path, test, want)
	ok, got := oneOf(s.got.code, want), any(s.got.code)
	var err error
	if test != remedy.Refuses {
		got = s.get(path)
		ok, err = compare(test, got, got != nil, want)
		ok = ok && (s.got.code == "" || test == remedy.Missing)
	}
	switch {
	case err != nil:
		s.d.err = err
	case ok:
		s.d.step.Preconditions = append(s.d.step.Preconditions, c)
	default:
		s.d.refuse(remedy.PreconditionFails, "%s: no, %s is %s", says, last(path, s.call.Op), told(got))
	}
}

// last names what a condition reads, for people.
func last(path, op string) string {
	if path == "" {
		_, name, _ := strings.Cut(op, ":")
		return "the answer of " + name
	}
	return path[strings.LastIndex(path, ".")+1:]
}

// told writes a value for people.
func told(v any) string {
	if empty(v) {
		return "unset"
	}
	return string(canonical(v))
}

// still makes the precondition that a value is what it is now, and gives it.
func (s *source) still(label, path string) any {
	v := s.get(path)
	if empty(v) {
		s.require(label+" is still unset", path, remedy.Absent, nil)
	} else {
		s.require(label+" is still "+told(v), path, remedy.Equals, v)
	}
	return v
}

// shows adds a line of before and after.
func (d *draft) shows(label string, before, after any) {
	d.step.Shows = append(d.step.Shows, remedy.Show{Label: label, Before: shown(before), After: shown(after)})
}

// absent is a value that shows as "(absent)".
type absent struct{}

func shown(v any) string {
	m, _ := v.(params)
	switch {
	case m[bindKey] != nil:
		return "(what the step makes)"
	case v == absent{}:
		return "(absent)"
	case v == nil || v == "":
		return "(unset)"
	}
	return string(canonical(v))
}

// do adds an action.
func (d *draft) do(a remedy.Action) {
	if d.err == nil {
		d.step.Actions = append(d.step.Actions, a)
	}
}

// write makes an action of one call.
func (d *draft) write(op string, p params) remedy.Action {
	c := d.call(op, p)
	return remedy.Action{Call: &c}
}

// undone makes an undo of one call with what shows that it is real.
func (d *draft) undone(op string, p params, until ...remedy.Condition) []remedy.Action {
	a := d.write(op, p)
	a.Until = until
	return []remedy.Action{a}
}

// with gives parameters with more of them.
func with(p, more params) params {
	p = maps.Clone(p)
	maps.Copy(p, more)
	return p
}
