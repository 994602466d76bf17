package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Op is what a change does.
type Op string

// The three changes that a patch is made of.
const (
	Set    Op = "set"    // give attribute Path of Address the value New (nil is null)
	Create Op = "create" // add a resource of Type at Address with the attributes New (map[string]any)
	Delete Op = "delete" // take the resource at Address away
)

// Lifecycle is the fact that code alone has: {prevent_destroy, create_before_destroy, ignore_changes}. Among the attributes of a
// Create it becomes that fact.
const Lifecycle = "_lifecycle"

// Change is one change in canonical words. It is a value; nothing in it may be mutated. As JSON it is written and read
// back without loss, in the words of encode.go.
type Change struct {
	Op      Op      `json:"op"`
	Root    string  `json:"root,omitempty"`
	Address Address `json:"address"`
	Type    string  `json:"type,omitempty"`
	Path    string  `json:"path,omitempty"` // of Set: attribute path as ParsePath reads it
	Old     any     `json:"old,omitempty"`  // of Set: the value before, Gone or NotKnown
	New     any     `json:"new,omitempty"`  // of Set: the value after, Gone or NotKnown; of Create: the attributes
	// Whole is, of a Create that undoes a Delete, the resource as it was; New is then left out.
	Whole *Resource `json:"whole,omitempty"`
}

// Gone stands for a location that is not there: nobody has set it.
type Gone struct{}

// NotKnown stands for a value that is not known, with the reason.
type NotKnown struct{ Why string }

// Patch is a list of changes, carried out in order.
type Patch []Change

// Apply gives the resources after the patch and the patch that undoes it, without touching its
// arguments. The undo restores every resource exactly, unknown values too; only the order of the list may differ.
// The resources are to be given to catalog.Build again, which derives edges and facts.
// It fails when a target does not exist, already exists (Create), or a path leads nowhere.
func (p Patch) Apply(resources []*Resource) (after []*Resource, undo Patch, err error) {
	after = slices.Clone(resources)
	at := make(map[Key]int, len(after))
	for i, r := range after {
		at[r.Key()] = i
	}
	var undone []Patch
	for _, c := range p {
		k := Key{c.Root, c.Address}
		i, exists := at[k]
		switch {
		case c.Op == Create && exists:
			return nil, nil, fmt.Errorf("creating %s: it exists already", k)
		case c.Op != Create && !exists:
			return nil, nil, fmt.Errorf("changing %s: there is no such resource", k)
		}
		var back Patch
		switch c.Op {
		case Set:
			after[i], back, err = set(after[i], c)
		case Create:
			at[k] = len(after)
			var r *Resource
			r, back, err = create(c)
			after = append(after, r)
		case Delete:
			back = Patch{{Op: Create, Root: c.Root, Address: c.Address, Type: after[i].Type, Whole: after[i]}}
			after[i] = nil
			delete(at, k)
		default:
			err = fmt.Errorf("changing %s: unknown operation %q", k, c.Op)
		}
		if err != nil {
			return nil, nil, err
		}
		undone = append(undone, back)
	}
	slices.Reverse(undone)
	return slices.DeleteFunc(after, func(r *Resource) bool { return r == nil }), slices.Concat(undone...), nil
}

func create(c Change) (*Resource, Patch, error) {
	back := Patch{{Op: Delete, Root: c.Root, Address: c.Address, Type: c.Type}}
	if c.Whole != nil {
		return c.Whole, back, nil
	}
	attrs, ok := c.New.(map[string]any)
	if !ok {
		return nil, nil, fmt.Errorf("creating %s: its attributes are a %T", Key{c.Root, c.Address}, c.New)
	}
	r := &Resource{Root: c.Root, Address: c.Address, Type: c.Type, Name: lastName(c.Address), Attrs: maps.Clone(attrs)}
	if lifecycle, ok := r.Attrs[Lifecycle]; ok {
		delete(r.Attrs, Lifecycle)
		r.Facts = map[string]any{Lifecycle: lifecycle}
	}
	return r, back, nil
}

// set carries out one Set on a copy. The undo first puts back what was at the place, or takes away what was made to
// reach it, then marks again what was not known there.
func set(r *Resource, c Change) (*Resource, Patch, error) {
	steps, err := ParsePath(c.Path)
	if err != nil {
		return nil, nil, err
	}
	fail := func(format string, args ...any) (*Resource, Patch, error) {
		return nil, nil, fmt.Errorf("setting %s of %s: %s", c.Path, r.Key(), fmt.Sprintf(format, args...))
	}
	if n := len(steps); n > 1 && steps[n-1].Index == Any {
		return setMore(r, c)
	}
	if len(steps) == 0 || steps[0].Index >= 0 || slices.ContainsFunc(steps, func(s Step) bool { return s.Index == Any }) {
		return fail("this is no place of a value")
	}
	for n := 1; n < len(steps); n++ {
		if why, unknown := r.Unknown[JoinPath(steps[:n]...)]; unknown {
			return fail("%s is not known: %s", JoinPath(steps[:n]...), why)
		}
	}
	path := JoinPath(steps...)
	depth, old, err := before(r, steps)
	if err != nil {
		return fail("%v", err)
	}
	if old == (Gone{}) && c.New == (Gone{}) {
		return fail("nothing is there")
	}
	out := *r
	out.Unknown = maps.Clone(r.Unknown)
	back := Patch{{Op: Set, Root: c.Root, Address: c.Address, Type: c.Type, Path: JoinPath(steps[:depth]...), Old: c.New, New: old}}
	for _, p := range inside(r.Unknown, path) {
		if p != path {
			back = append(back, Change{Op: Set, Root: c.Root, Address: c.Address, Type: c.Type, Path: p, New: NotKnown{r.Unknown[p]}})
		}
		delete(out.Unknown, p)
	}
	if n, ok := c.New.(NotKnown); ok {
		out.note(path, n.Why)
	}
	attrs, err := replace(r.Attrs, steps, c.New)
	if err != nil {
		return fail("%v", err)
	}
	out.Attrs, _ = attrs.(map[string]any)
	return &out, back, nil
}

// setMore says of `x[*]` whether the list may have more elements than are listed.
func setMore(r *Resource, c Change) (*Resource, Patch, error) {
	back := Change{Op: Set, Root: c.Root, Address: c.Address, Type: c.Type, Path: c.Path, Old: c.New, New: Gone{}}
	if why, ok := r.Unknown[c.Path]; ok {
		back.New = NotKnown{why}
	}
	out := *r
	out.Unknown = maps.Clone(r.Unknown)
	switch n := c.New.(type) {
	case NotKnown:
		out.note(c.Path, n.Why)
	case Gone:
		delete(out.Unknown, c.Path)
	default:
		return nil, nil, fmt.Errorf("setting %s of %s: this is no place of a value", c.Path, r.Key())
	}
	return &out, Patch{back}, nil
}

// note lists a location as unknown on a resource that may be changed.
func (r *Resource) note(path, why string) {
	if r.Unknown == nil {
		r.Unknown = map[string]string{}
	}
	r.Unknown[path] = why
}

// inside lists the unknown locations at a path and in it, sorted.
func inside(unknown map[string]string, path string) []string {
	var out []string
	for p := range unknown {
		if rest, ok := strings.CutPrefix(p, path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// before finds what an undo must put back: the value at the first depth steps, which are all of them unless
// something on the way is missing.
func before(r *Resource, steps []Step) (depth int, old any, err error) {
	var v any = r.Attrs
	for i, s := range steps {
		if why, unknown := r.Unknown[JoinPath(steps[:i+1]...)]; unknown {
			return i + 1, NotKnown{why}, nil
		}
		next, there, err := member(v, s)
		switch {
		case err != nil:
			return 0, nil, err
		case !there:
			return i + 1, Gone{}, nil
		case next == nil:
			return i + 1, nil, nil
		}
		v = next
	}
	return len(steps), v, nil
}

// member gives the member of a container at one step. there is false for a name that is missing and for the place behind
// the last element of a list.
func member(v any, s Step) (next any, there bool, err error) {
	switch c := v.(type) {
	case map[string]any:
		if s.Index >= 0 {
			return nil, false, fmt.Errorf("position %d of something with names", s.Index)
		}
		next, there = c[s.Name]
		return next, there, nil
	case []any:
		switch {
		case s.Index < 0:
			return nil, false, fmt.Errorf("%q inside a list", s.Name)
		case s.Index > len(c):
			return nil, false, fmt.Errorf("position %d of a list of %d", s.Index, len(c))
		case s.Index == len(c):
			return nil, false, nil
		}
		return c[s.Index], true, nil
	case nil:
		if s.Index > 0 {
			return nil, false, fmt.Errorf("position %d of a list of 0", s.Index)
		}
		return nil, false, nil
	}
	return nil, false, fmt.Errorf("%s inside a %T", JoinPath(s), v)
}

// replace gives a copy of v with the value at steps exchanged; missing maps and the next element of a
// list are made on the way, since a block that is not there yet is set by its first attribute.
func replace(v any, steps []Step, value any) (copied any, err error) {
	s := steps[0]
	next, _, err := member(v, s)
	if err != nil {
		return nil, err
	}
	if len(steps) > 1 {
		if value, err = replace(next, steps[1:], value); err != nil {
			return nil, err
		}
	}
	if s.Index >= 0 {
		list, _ := v.([]any)
		return replaceElement(slices.Clone(list), s.Index, value)
	}
	m, _ := v.(map[string]any)
	m = maps.Clone(m)
	if m == nil {
		m = map[string]any{}
	}
	switch value.(type) {
	case Gone, NotKnown:
		delete(m, s.Name)
	default:
		m[s.Name] = value
	}
	return m, nil
}

// replaceElement sets one element of a list that may be changed; a place that is not known is kept by nil.
func replaceElement(list []any, i int, value any) (any, error) {
	switch value.(type) {
	case Gone:
		if i != len(list)-1 {
			return nil, fmt.Errorf("only the last element of a list can be taken away, not %d of %d", i, len(list))
		}
		return list[:i], nil
	case NotKnown:
		value = nil
	}
	if i == len(list) {
		return append(list, value), nil
	}
	list[i] = value
	return list, nil
}

func lastName(a Address) string {
	s := string(a)
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return s[i+1:]
		}
	}
	return s
}
