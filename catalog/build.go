package catalog

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Options says what Build cannot find in the resources themselves.
type Options struct {
	// Stage, when set, is the stage of every resource (`--stage`).
	Stage string
	// AccountStages maps an account ID to its stage (plumb.yaml).
	AccountStages map[string]string
	// RootStages maps a root to its stage, as its scanner found it (folder, workspace).
	RootStages map[string]string
}

// Build turns what scanners found into a graph: it renames aliases, splits inline forms, fills in
// provider defaults, keeps null and unknown apart, infers stages, resolves references into edges
// and derives facts. It never mutates its arguments, and building what it built gives the same.
// A modelled attribute of a built resource that is neither in Attrs nor in Unknown is null (see Value): most attributes
// of most resources are.
func Build(found []*graph.Resource, opts Options) *graph.Graph {
	b := &builder{opts: opts}
	for _, r := range found {
		b.add(r)
	}
	for _, r := range b.resources {
		b.complete(r)
	}
	b.join()
	b.handed()
	b.roots()
	b.stages()
	b.accountStages()
	b.zones()
	b.maybe()
	b.subnets()
	b.siblingRecords()
	return graph.New(b.resources, b.edges)
}

type builder struct {
	opts      Options
	resources []*graph.Resource
	edges     []graph.Edge
	byKey     map[graph.Key]*graph.Resource
	byType    map[string][]*graph.Resource
	ids       map[string]map[ident][]*graph.Resource // by type
	out       map[*graph.Resource]span               // the edges of each resource
	heads     []*graph.Resource                      // where each edge leads
}

// add takes a private copy of r under its canonical type and splits off inline forms.
func (b *builder) add(r *graph.Resource) {
	c := *r
	t := Lookup(c.Type)
	c.Attrs, c.Unknown, c.Facts = withoutNulls(r, t), maps.Clone(r.Unknown), maps.Clone(r.Facts)
	if c.Unknown == nil {
		c.Unknown = map[string]string{}
	}
	if c.Facts == nil {
		c.Facts = map[string]any{}
	}
	maps.DeleteFunc(c.Unknown, func(p, _ string) bool { return derived(p) })
	b.resources = append(b.resources, &c)
	if t == nil {
		return
	}
	c.Type = t.Name
	for old, now := range t.Renamed {
		rename(&c, old, now)
	}
	canonical(&c, t)
	if t.Split == nil {
		return
	}
	for _, part := range t.Split(&c) {
		b.add(part)
	}
}

// withoutNulls copies the attributes without those that the type models and that are null.
func withoutNulls(r *graph.Resource, t *Type) map[string]any {
	if t == nil {
		out := maps.Clone(r.Attrs)
		if out == nil {
			out = map[string]any{}
		}
		return out
	}
	n := 0
	for _, v := range r.Attrs {
		if v != nil {
			n++
		}
	}
	out := make(map[string]any, n+t.defaults)
	for k, v := range r.Attrs {
		if v != nil || !t.top[k] {
			out[k] = v
		}
	}
	return out
}

// canonical brings the top-level attributes into the form of their kinds before anything is derived from them:
// what is hidden and no secret, and what a data source leaves open, is unknown.
func canonical(r *graph.Resource, t *Type) {
	for i := range t.Attrs {
		a := &t.Attrs[i]
		switch v := r.Attrs[a.Name].(type) {
		case graph.Hidden:
			if !a.Secret && a.Kind != Any {
				delete(r.Attrs, a.Name)
				r.Unknown[a.Name] = hiddenWhy
			}
		case string, bool, int, float64:
			if x := typed(r, a.Name, a, v); x == unknownValue {
				delete(r.Attrs, a.Name)
			} else {
				r.Attrs[a.Name] = x
			}
		case nil:
			if r.Data && !r.Observed && r.Unknown[a.Name] == "" {
				delete(r.Attrs, a.Name)
				r.Unknown[a.Name] = lookedUp(r)
			}
		}
	}
}

func lookedUp(r *graph.Resource) string { return fmt.Sprintf("%s is read from the account", r.Address) }

const hiddenWhy = "its value is sensitive, so it is not read"

// derived says whether an unknown path is one that Build itself writes.
func derived(path string) bool {
	return path == "_from" || strings.HasPrefix(path, "_to.") || strings.HasPrefix(path, "_zones") || strings.HasPrefix(path, "_documents")
}

// rename moves an attribute, its unknowns and its references to another name.
func rename(r *graph.Resource, old, now string) {
	if v, ok := r.Attrs[old]; ok {
		delete(r.Attrs, old)
		if r.Attrs[now] == nil {
			r.Attrs[now] = v
		}
	}
	for _, p := range pathsBelow(r.Unknown, old) {
		why, rest := r.Unknown[p], p[len(old):]
		delete(r.Unknown, p)
		if r.Attrs[now] == nil || rest != "" {
			r.Unknown[now+rest] = why
		}
	}
	paths := pathsBelow(r.Refs, old)
	if len(paths) > 0 {
		r.Refs = maps.Clone(r.Refs)
	}
	for _, p := range paths {
		refs := r.Refs[p]
		delete(r.Refs, p)
		r.Refs[now+p[len(old):]] = refs
	}
}

// pathsBelow lists the paths of a map that are at or inside name.
func pathsBelow[V any](m map[string]V, name string) []string {
	var out []string
	for p := range m {
		if _, ok := below(p, name); ok {
			out = append(out, p)
		}
	}
	return out
}

// below says whether path is at or inside name, and what follows it.
func below(path, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, name)
	return rest, ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// complete brings every modelled attribute into one of the three states.
func (b *builder) complete(r *graph.Resource) {
	t := Lookup(r.Type)
	if t == nil {
		return
	}
	if !t.FactsOnly && (!r.Data || r.Observed) {
		allTags(r)
	}
	fillInto(r, "", t.Attrs, r.Attrs)
	documents(r, t)
	if !t.FactsOnly {
		if _, unknown := r.Unknown["_lifecycle"]; !unknown && !r.Observed { // code alone has a lifecycle
			setDefault(r.Facts, "_lifecycle", NoLifecycle)
		}
		if _, ok := r.Facts["_region"]; !ok && r.Unknown["_region"] == "" {
			r.Unknown["_region"] = "the provider's region is not known"
		}
	}
}

// NoLifecycle is the lifecycle of a resource without such a block. It is shared: do not mutate.
var NoLifecycle = map[string]any{"prevent_destroy": false, "create_before_destroy": false, "ignore_changes": []any{}}

// allTags gives `tags_all`, the tags with the provider's default tags, where the source does not tell it: it is
// what `tags` is.
func allTags(r *graph.Resource) {
	if r.Attrs["tags_all"] != nil {
		return
	}
	for p := range r.Unknown {
		if _, ok := below(p, "tags_all"); ok {
			return
		}
	}
	copyTo(r, "tags", "tags_all")
}

// copyTo gives attribute to the value and the unknowns of attribute from.
func copyTo(r *graph.Resource, from, to string) {
	if v, ok := r.Attrs[from]; ok {
		r.Attrs[to] = v
	}
	for _, p := range pathsBelow(r.Unknown, from) {
		r.Unknown[to+p[len(from):]] = r.Unknown[p]
	}
}

func setDefault(m map[string]any, k string, v any) {
	if _, ok := m[k]; !ok {
		m[k] = v
	}
}

// fill gives a copy of a block with every attribute of the schema present, null, or listed in Unknown.
func fill(r *graph.Resource, prefix string, schema []Attr, attrs map[string]any) map[string]any {
	out := make(map[string]any, max(len(attrs), len(schema)))
	maps.Copy(out, attrs)
	fillInto(r, prefix, schema, out)
	return out
}

// fillInto does the same in place. What is null of a resource itself is taken out.
func fillInto(r *graph.Resource, prefix string, schema []Attr, out map[string]any) {
	for i := range schema {
		a := &schema[i]
		path := a.Name
		if prefix != "" {
			path = graph.Child(prefix, a.Name)
		}
		v, ok := out[a.Name]
		if _, unknown := r.Unknown[path]; unknown {
			delete(out, a.Name)
			continue
		}
		if !ok || v == nil || v == "" && (a.Kind == Bool || a.Kind == Number) { // "" is the provider's word for not set
			switch {
			case r.Data && !r.Observed:
				delete(out, a.Name)
				r.Unknown[path] = lookedUp(r)
				continue
			case r.Observed && a.Kind != Block:
				putNull(out, prefix, a.Name)
				continue
			case r.Observed:
				v = []any{}
			case a.Default != nil:
				v = a.Default
			case a.Kind == Block && !a.Computed:
				v = []any{}
			case a.Computed:
				delete(out, a.Name)
				r.Unknown[path] = ComputedWhy
				continue
			default:
				putNull(out, prefix, a.Name)
				continue
			}
		}
		if v == "" && a.Kind == String && a.Default == nil && !a.Secret { // the provider's word for not set
			putNull(out, prefix, a.Name)
			continue
		}
		if v = shape(r, path, a, v); v == unknownValue {
			delete(out, a.Name)
		} else {
			out[a.Name] = v
		}
	}
}

func putNull(out map[string]any, prefix, name string) {
	if prefix == "" {
		delete(out, name)
		return
	}
	out[name] = nil
}

// ComputedWhy is the reason of an attribute that is not set and that AWS chooses.
const ComputedWhy = "not set, so AWS chooses it when the resource is created"

type unknownMark struct{}

var unknownValue = any(unknownMark{})

// shape brings one value into the form of its kind: "true" is true, "3" is 3, a lone block is a list
// of one, secrets are hidden, and a reference stays a value only where the catalog knows its targets.
func shape(r *graph.Resource, path string, a *Attr, v any) any {
	if a.Secret {
		if _, ok := v.(graph.Hidden); !ok {
			if _, ref := v.(graph.Ref); !ref {
				v = graph.Hidden{}
			}
		}
	}
	switch v := v.(type) {
	case graph.Hidden:
		if !a.Secret && a.Kind != Any {
			r.Unknown[path] = hiddenWhy
			return unknownValue
		}
	case graph.Ref, graph.Template:
		if len(a.Targets) > 0 || a.Kind == Document || a.Name == "id" || a.Name == "arn" {
			return v
		}
		r.Unknown[path] = later(v)
		return unknownValue
	case []any:
		return shapeList(r, path, a, v)
	case map[string]any:
		if a.Kind == Block {
			return shapeList(r, path, a, []any{v})
		}
		if a.Kind != Map || v != nil && plain(maps.Values(v)) {
			return v
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			p := graph.Child(path, k)
			if s := shape(r, p, &Attr{Kind: Any, Targets: a.Targets}, x); s != unknownValue {
				out[k] = s
			}
		}
		return out
	case string, bool, int, float64:
		return typed(r, path, a, v)
	}
	return v
}

// plain says whether all values are scalars, which keep their form inside a list or map.
func plain(values iter.Seq[any]) bool {
	for v := range values {
		switch v.(type) {
		case nil, string, bool, int, float64:
		default:
			return false
		}
	}
	return true
}

// nobody is the reason of a list of names one of which is empty: providers leave it out or refuse it.
const nobody = "\"\" names nothing: it stands for a value that is given elsewhere"

func shapeList(r *graph.Resource, path string, a *Attr, list []any) any {
	if len(a.Targets) > 0 && slices.Contains(list, any("")) {
		r.Unknown[path] = nobody
		return unknownValue
	}
	if list != nil && !a.Secret && plain(slices.Values(list)) {
		return list
	}
	out := make([]any, len(list))
	for i, x := range list {
		p := graph.Element(path, i)
		if m, ok := x.(map[string]any); ok && a.Kind == Block {
			out[i] = fill(r, p, a.Attrs, m)
			continue
		}
		s := shape(r, p, &Attr{Kind: Any, Targets: a.Targets, Secret: a.Secret}, x)
		if s == unknownValue {
			s = nil
		}
		out[i] = s
	}
	return out
}

// typed gives a scalar the kind of its attribute; a text of nothing is not set. What Terraform would refuse there is
// evidence of nothing.
func typed(r *graph.Resource, path string, a *Attr, v any) any {
	if a.Secret || a.Kind != String && a.Kind != Bool && a.Kind != Number {
		return v
	}
	kind := Number
	switch v.(type) {
	case string:
		kind = String
	case bool:
		kind = Bool
	}
	switch {
	case kind == a.Kind:
		return v
	case v == "":
		return nil
	case a.Kind == String:
		return fmt.Sprint(v)
	}
	v = scalar(a.Kind, fmt.Sprint(v))
	if _, refused := v.(string); refused {
		r.Unknown[path] = fmt.Sprintf("Terraform refuses the value %q here", v)
		return unknownValue
	}
	return v
}

func scalar(k Kind, s string) any {
	switch k {
	case Bool:
		switch strings.ToLower(s) {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
	case Number:
		if n, ok := number(s); ok {
			return n
		}
	}
	return s
}

// maybe opens what hangs on resources that may not exist: a reference to or from one of them is no
// witness of anything, so it is taken out of the edges and its place is marked unknown.
func (b *builder) maybe() {
	b.edges = slices.DeleteFunc(b.edges, func(e graph.Edge) bool {
		from, to := b.byKey[e.From], b.byKey[e.To]
		why, gone := to.Unknown["_count"]
		if gone && !sameCount(from, to) {
			from.Unknown["_to."+e.Via+"[*]"] = fmt.Sprintf("%s may not exist: %s", to.Address, why)
			return true
		}
		return false
	})
}

// sameCount says that two resources exist together: one is a part of the other.
func sameCount(a, b *graph.Resource) bool {
	return a.Root == b.Root && (a.Of == b.Address || b.Of == a.Address)
}
