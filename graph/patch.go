package graph

import (
	"fmt"
	"maps"
	"slices"
)

// Op is what a change does.
type Op string

// The three changes that a patch is made of.
const (
	Set    Op = "set"    // give attribute Path of Address the value New (nil is null)
	Create Op = "create" // add a resource of Type at Address with the attributes New (map[string]any)
	Delete Op = "delete" // take the resource at Address away
)

// Change is one change in canonical words. It is a value; nothing in it may be mutated.
type Change struct {
	Op      Op      `json:"op"`
	Root    string  `json:"root,omitempty"`
	Address Address `json:"address"`
	Type    string  `json:"type,omitempty"`
	Path    string  `json:"path,omitempty"` // of Set: attribute path as ParsePath reads it
	Old     any     `json:"old,omitempty"`  // of Set: the value before; of Delete: the attributes
	New     any     `json:"new,omitempty"`
}

// Patch is a list of changes, carried out in order.
type Patch []Change

// Apply gives the resources after the patch and the patch that undoes it, without touching its
// arguments. The resources are to be given to catalog.Build again, which derives edges and facts.
// It fails when a target does not exist, already exists (Create), or a path leads nowhere.
func (p Patch) Apply(resources []*Resource) (after []*Resource, undo Patch, err error) {
	after = slices.Clone(resources)
	at := make(map[Key]int, len(after))
	for i, r := range after {
		at[r.Key()] = i
	}
	for _, c := range p {
		k := Key{c.Root, c.Address}
		i, exists := at[k]
		switch {
		case c.Op == Create && exists:
			return nil, nil, fmt.Errorf("creating %s: it exists already", k)
		case c.Op != Create && !exists:
			return nil, nil, fmt.Errorf("changing %s: there is no such resource", k)
		}
		switch c.Op {
		case Set:
			r, old, err := set(after[i], c)
			if err != nil {
				return nil, nil, err
			}
			after[i] = r
			undo = append(undo, Change{Op: Set, Root: c.Root, Address: c.Address, Type: c.Type, Path: c.Path, Old: c.New, New: old})
		case Create:
			attrs, ok := c.New.(map[string]any)
			if !ok {
				return nil, nil, fmt.Errorf("creating %s: its attributes are a %T", k, c.New)
			}
			at[k] = len(after)
			after = append(after, &Resource{Root: c.Root, Address: c.Address, Type: c.Type, Name: lastName(c.Address), Attrs: maps.Clone(attrs)})
			undo = append(undo, Change{Op: Delete, Root: c.Root, Address: c.Address, Type: c.Type, Old: c.New})
		case Delete:
			undo = append(undo, Change{Op: Create, Root: c.Root, Address: c.Address, Type: after[i].Type, New: after[i].Attrs})
			after[i] = nil
			delete(at, k)
		default:
			return nil, nil, fmt.Errorf("changing %s: unknown operation %q", k, c.Op)
		}
	}
	slices.Reverse(undo)
	return slices.DeleteFunc(after, func(r *Resource) bool { return r == nil }), undo, nil
}

func set(r *Resource, c Change) (*Resource, any, error) {
	steps, err := ParsePath(c.Path)
	if err != nil {
		return nil, nil, err
	}
	attrs, old, err := replace(r.Attrs, steps, c.New)
	if err != nil {
		return nil, nil, fmt.Errorf("setting %s of %s: %w", c.Path, r.Key(), err)
	}
	out := *r
	out.Attrs = attrs.(map[string]any)
	if _, unknown := r.Unknown[c.Path]; unknown {
		out.Unknown = maps.Clone(r.Unknown)
		delete(out.Unknown, c.Path)
	}
	return &out, old, nil
}

// replace gives a copy of v with the value at steps exchanged; missing maps and the next element of a
// list are made on the way, since a block that is not there yet is set by its first attribute.
func replace(v any, steps []Step, value any) (copied, old any, err error) {
	if len(steps) == 0 {
		return value, v, nil
	}
	s := steps[0]
	if s.Index >= 0 {
		list, _ := v.([]any)
		if s.Index > len(list) {
			return nil, nil, fmt.Errorf("position %d of a list of %d", s.Index, len(list))
		}
		list = slices.Clone(list)
		if s.Index == len(list) {
			list = append(list, nil)
		}
		list[s.Index], old, err = replace(list[s.Index], steps[1:], value)
		return list, old, err
	}
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, nil, fmt.Errorf("%q inside a %T", s.Name, v)
	}
	m = maps.Clone(m)
	if m == nil {
		m = map[string]any{}
	}
	m[s.Name], old, err = replace(m[s.Name], steps[1:], value)
	return m, old, err
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
