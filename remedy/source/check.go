package source

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// check reads every root that the edited files belong to again, and refuses the edit unless what the wish says is true now and
// nothing else is different.
func (e *edit) check(ctx context.Context, before map[string][]*graph.Resource) (map[string][]*graph.Resource, error) {
	for name := range e.texts {
		if _, err := e.parse(name); err != nil {
			return nil, refusal(remedy.PreconditionFails, "the edit of %s cannot be kept: %v", name, err)
		}
		for _, root := range e.p.Roots(name) {
			if err := e.root(ctx, before, root); err != nil {
				return nil, err
			}
		}
	}
	after := map[string][]*graph.Resource{}
	for root := range before {
		list, err := e.p.code.Read(ctx, root, e.changed())
		if err != nil {
			return nil, fmt.Errorf("reading %s again: %w", root, err)
		}
		after[root] = list
	}
	was, now := index(before), index(after)
	if err := e.fulfilled(now); err != nil {
		return nil, err
	}
	if others := e.others(was, now); len(others) > 0 {
		r := &remedy.Refused{Class: remedy.ChangesSiblings, Why: "the edit would also change " + e.listed(others)}
		for _, k := range others {
			if !slices.Contains(r.Siblings, k.Address) {
				r.Siblings = append(r.Siblings, k.Address)
			}
		}
		return nil, r
	}
	return after, nil
}

// listed prints some resources, with the root of those in another root than the wish.
func (e *edit) listed(list []graph.Key) string {
	var parts []string
	for i, k := range list {
		if i == 3 {
			parts = append(parts, fmt.Sprintf("%d more", len(list)-3))
			break
		}
		if k.Root == e.wish.Patch[0].Root {
			k.Root = ""
		}
		parts = append(parts, k.String())
	}
	return strings.Join(parts, ", ")
}

// fulfilled says whether the wish is true.
func (e *edit) fulfilled(now map[graph.Key]*graph.Resource) error {
	for _, c := range e.wish.Patch {
		r := now[graph.Key{Root: c.Root, Address: c.Address}]
		ok := false
		switch c.Op {
		case graph.Delete:
			ok = r == nil
		case graph.Create:
			ok = r != nil && holds(r, "", c.New)
			if elsewhere := e.elsewhere(c, r); ok && elsewhere != "" {
				return refusal(remedy.ComputedExpression, "%s would be made in %s", c.Address, elsewhere)
			}
		default:
			ok = r != nil && holdsAt(r, c)
		}
		if !ok {
			return refusal(remedy.ComputedExpression, "the edit would not give %s what is wanted", strings.TrimSuffix(string(c.Address)+"."+c.Path, "."))
		}
	}
	return nil
}

// elsewhere gives the region of a new resource that does not lie in the one of what it stands beside.
func (e *edit) elsewhere(c graph.Change, made *graph.Resource) string {
	values, _ := c.New.(map[string]any)
	beside, err := e.neighbour(c, values)
	if err != nil || made == nil || values["region"] != nil {
		return ""
	}
	now, _ := made.Facts["_region"].(string)
	if want, _ := beside.Facts["_region"].(string); want != now && want != "" {
		return cmp.Or(now, "a region that is not known")
	}
	return ""
}

func holdsAt(r *graph.Resource, c graph.Change) bool {
	v, ok := graph.Lookup(r.Attrs, c.Path)
	switch c.New.(type) {
	case graph.Gone:
		return !ok || v == nil || !reflect.DeepEqual(v, c.Old)
	case nil:
		return v == nil
	}
	return holds(r, c.Path, c.New)
}

// holds says whether a place has at least the parts of a value. A reference may be known only by its target, and a secret
// not at all.
func holds(r *graph.Resource, path string, want any) bool {
	got, ok := graph.Lookup(r.Attrs, path)
	if path == "" {
		got, ok = any(r.Attrs), true
	}
	switch want := want.(type) {
	case map[string]any:
		for k, v := range want {
			if path == "" && k == graph.Lifecycle && reflect.DeepEqual(r.Facts[k], v) {
				continue
			}
			if !holds(r, graph.Child(path, k), v) {
				return false
			}
		}
		return true
	case []any:
		list, isList := got.([]any)
		if !isList || len(list) != len(want) {
			return len(graph.RefsIn(want)) > 0 && mentions(r, path, want)
		}
		for i, v := range want {
			if !holds(r, graph.Element(path, i), v) {
				return reflect.DeepEqual(sortedValues(list), sortedValues(want))
			}
		}
		return true
	case graph.Template:
		if _, isDocument := document(string(want)); isDocument && ok {
			return reflect.DeepEqual(got, want) || sameDocument(got, want)
		}
		return reflect.DeepEqual(got, want) || refersTo(r, path, catalog.TemplateRefs(r.Root, want))
	case graph.Ref:
		return reflect.DeepEqual(got, want) || mentions(r, path, want)
	case nil:
		return got == nil
	}
	if _, hidden := got.(graph.Hidden); hidden {
		return true
	}
	return ok && (reflect.DeepEqual(got, want) || fmt.Sprint(got) == fmt.Sprint(want) || sameDocument(got, want))
}

// mentions says whether an attribute refers to everything that a value refers to.
func mentions(r *graph.Resource, path string, want any) bool {
	return refersTo(r, path, graph.RefsIn(want))
}

func refersTo(r *graph.Resource, path string, refs []graph.Ref) bool {
	top, _, _ := strings.Cut(graph.Schematic(path), ".")
	for _, ref := range refs {
		found := false
		for p, list := range r.Refs {
			first, _, _ := strings.Cut(graph.Schematic(p), ".")
			found = found || first == top && slices.ContainsFunc(list, func(x graph.Ref) bool { return x.Address == ref.Address })
		}
		if !found {
			return false
		}
	}
	return true
}

func sortedValues(list []any) []string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprintf("%#v", v))
	}
	slices.Sort(out)
	return out
}

// others lists the resources that differ where the wish does not say so, and the attributes of its own that do.
func (e *edit) others(was, now map[graph.Key]*graph.Resource) []graph.Key {
	found := map[graph.Key]bool{}
	for key, r := range was {
		after := now[key]
		if after == nil {
			if !e.wishes(key, graph.Delete) && !e.factOfEdit(r) {
				found[key] = true
			}
			continue
		}
		for _, p := range differences(r, after) {
			if !e.planned(r, p) {
				found[graph.Key{Root: key.Root, Address: key.Address + graph.Address(shownPath(key, p, e.wish.Patch))}] = true
			}
		}
	}
	for key, r := range now {
		if was[key] == nil && !e.wishes(key, graph.Create) && !e.factOfEdit(r) {
			found[key] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), graph.Key.Compare)
}

// shownPath names the attribute where the resource itself is one that the wish changes.
func shownPath(key graph.Key, p string, patch graph.Patch) string {
	if slices.ContainsFunc(patch, func(c graph.Change) bool { return c.Root == key.Root && c.Address == key.Address }) {
		return "." + p
	}
	return ""
}

func (e *edit) wishes(key graph.Key, op graph.Op) bool {
	return slices.ContainsFunc(e.wish.Patch, func(c graph.Change) bool { return c.Op == op && c.Root == key.Root && c.Address == key.Address })
}

// factOfEdit says whether a resource is a fact about what was edited: the arguments of a module call, or what sums up a root.
func (e *edit) factOfEdit(r *graph.Resource) bool {
	return r.Type == "terraform_root" || r.Type == "terraform_module_call" && slices.ContainsFunc(e.calls, func(c string) bool {
		return string(r.Address) == c || strings.HasPrefix(c, string(r.Address)+"[")
	})
}

// planned says whether a wish changes the place, or makes what it is in.
func (e *edit) planned(r *graph.Resource, p string) bool {
	if e.factOfEdit(r) {
		return true
	}
	p = strings.TrimPrefix(p, "_to.") // that its target was not read
	return slices.ContainsFunc(e.wish.Patch, func(c graph.Change) bool {
		if c.Op != graph.Set || c.Root != r.Root || c.Address != r.Address {
			return false
		}
		top := made(r.Attrs, c.Path)
		if rest, tagged := strings.CutPrefix(top, "tags"); tagged && strings.HasPrefix(p, "tags_all"+rest) {
			return true // the same tags, with those of the provider
		}
		if top == "redrive_policy" && p == "dead_letter_queue" {
			return true // which the catalog makes of it
		}
		return p == top || strings.HasPrefix(p, top+".") || strings.HasPrefix(p, top+"[")
	})
}

// made is the part of a path that has to be made before there is something at it: all of it when something is.
func made(attrs map[string]any, p string) string {
	steps, err := graph.ParsePath(p)
	if err != nil {
		return p
	}
	for n := 1; n < len(steps); n++ {
		if _, ok := graph.Lookup(attrs, graph.JoinPath(steps[:n]...)); !ok {
			return graph.JoinPath(steps[:n]...)
		}
	}
	return graph.JoinPath(steps...)
}

// differences lists the paths at which two versions of a resource differ.
func differences(a, b *graph.Resource) []string {
	var out []string
	compare("", a.Attrs, b.Attrs, &out)
	for p := range a.Unknown {
		if _, ok := b.Unknown[p]; !ok {
			out = append(out, p)
		}
	}
	for p := range b.Unknown {
		if _, ok := a.Unknown[p]; !ok {
			out = append(out, p)
		}
	}
	return out
}

func compare(p string, a, b any, out *[]string) {
	if reflect.DeepEqual(a, b) {
		return
	}
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			keys := map[string]bool{}
			for k := range a {
				keys[k] = true
			}
			for k := range b {
				keys[k] = true
			}
			for k := range keys {
				va, inA := a[k]
				vb, inB := b[k]
				if inA != inB {
					*out = append(*out, graph.Child(p, k))
				} else {
					compare(graph.Child(p, k), va, vb, out)
				}
			}
			return
		}
	case []any:
		if b, ok := b.([]any); ok {
			for i := range max(len(a), len(b)) {
				if i < len(a) && i < len(b) {
					compare(graph.Element(p, i), a[i], b[i], out)
				} else {
					*out = append(*out, graph.Element(p, i))
				}
			}
			return
		}
	}
	*out = append(*out, p)
}
