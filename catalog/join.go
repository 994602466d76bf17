package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// join resolves reference attributes into edges. A reference by address is exact. A literal is looked up
// among the identifying attributes of the target types, in the same root first; a literal that names
// nothing that was read leaves `_to.PATH` unknown, since the target exists outside.
func (b *builder) join() {
	b.byKey = make(map[graph.Key]*graph.Resource, len(b.resources))
	b.byType = map[string][]*graph.Resource{}
	b.ids = map[string]map[ident][]*graph.Resource{}
	b.out = make(map[*graph.Resource]span, len(b.resources))
	for _, r := range b.resources {
		b.byKey[r.Key()] = r
		b.byType[r.Type] = append(b.byType[r.Type], r)
	}
	for _, r := range b.resources {
		t := Lookup(r.Type)
		if t == nil {
			continue
		}
		start := len(b.edges)
		for _, ref := range t.References() {
			j := joiner{b: b, r: r, ref: ref}
			before := len(b.edges)
			j.walk(ref.Path, "", r.Attrs)
			if ref.attr.Elsewhere && len(b.edges) == before && len(leaves(r.Attrs, graphPath(ref.Path))) > 0 {
				j.unread(ref.Path, "nothing that was read has one of these names")
			}
		}
		if len(b.edges) > start {
			b.out[r] = span{start, len(b.edges)}
		}
	}
}

// handed marks what a module that was not read was given: the module may hold resources that point at it, and at
// nothing else, so `_from` of it is open.
func (b *builder) handed() {
	for _, call := range b.byType["terraform_module_call"] {
		if resolved, known := call.Attrs["resolved"].(bool); known && resolved {
			continue
		}
		for _, input := range sortedKeys(call.Refs) {
			for _, ref := range call.Refs[input] {
				if target := b.byKey[ref.Key()]; target != nil && target.Unknown["_from"] == "" {
					target.Unknown["_from"] = fmt.Sprintf("%s was given it and is not on disk", call.Address)
				}
			}
		}
	}
}

// span is a part of a list: from start to before end.
type span struct{ start, end int }

// ident is an identifying attribute with its value.
type ident struct{ attr, value string }

// identified lists the resources of a type by their identifying attributes.
func (b *builder) identified(typ string) map[ident][]*graph.Resource {
	if ids, ok := b.ids[typ]; ok {
		return ids
	}
	ids := map[ident][]*graph.Resource{}
	for _, r := range b.byType[typ] {
		for _, name := range dictionary.ids[typ] {
			for _, v := range leaves(r.Attrs, []string{name}) {
				if s, ok := v.(string); ok && s != "" {
					ids[ident{name, s}] = append(ids[ident{name, s}], r)
				}
			}
		}
	}
	b.ids[typ] = ids
	return ids
}

type joiner struct {
	b   *builder
	r   *graph.Resource
	ref Reference
}

// walk follows the schematic path through blocks and lists and joins every leaf.
func (j joiner) walk(rest, path string, v any) {
	switch c := v.(type) {
	case []any:
		for i, x := range c {
			j.walk(rest, graph.Element(path, i), x)
		}
		return
	case map[string]any:
		if rest == "" { // a map of references (alarm dimensions)
			for _, k := range sortedKeys(c) {
				j.leaf(graph.Child(path, k), c[k])
			}
			return
		}
		name, after, _ := strings.Cut(rest, ".")
		if x, ok := c[name]; ok {
			j.walk(after, graph.Child(path, name), x)
		}
		return
	}
	if rest == "" {
		j.leaf(path, v)
	}
}

func (j joiner) leaf(path string, v any) {
	switch v := v.(type) {
	case graph.Ref:
		j.direct(path, v)
	case graph.Template:
		before := len(j.b.edges)
		for _, ref := range TemplateRefs(j.r.Root, v) {
			j.direct(path, ref)
		}
		if len(j.b.edges) == before {
			j.unread(path, whyUnknown(v))
		}
	case string:
		if v != "" && (j.ref.attr.Derived || !ofAWS(v)) {
			j.literal(path, v)
		}
	}
}

// ofAWS says that a text names no resource that code could define: a pattern, or a default parameter or option group.
func ofAWS(v string) bool {
	return strings.Contains(v, "*") || strings.HasPrefix(v, "default.") || strings.HasPrefix(v, "default:")
}

func (j joiner) direct(path string, ref graph.Ref) {
	target := j.b.byKey[ref.Key()]
	if target == nil {
		j.unread(path, fmt.Sprintf("%s was not read", ref.Address))
		return
	}
	if !j.accepts(target.Type) {
		j.through(path, ref, target)
		return
	}
	j.link(path, target)
}

func (j joiner) accepts(typ string) bool {
	return slices.ContainsFunc(j.ref.Targets, func(t Target) bool { return t.Type == typ })
}

// through follows an attribute of a resource of another type that names one of ours: the subnet of an instance
// (`aws_instance.a.subnet_id`), the bucket of a part of it. What such an attribute holds and was not read leaves the edge open.
func (j joiner) through(path string, ref graph.Ref, middle *graph.Resource) {
	attr := ref.Attr
	t := Lookup(middle.Type)
	if t != nil && attr == "id" && t.SameID != "" {
		attr = t.SameID
	}
	if !j.naming(t, attr) {
		return
	}
	switch v := middle.Attrs[attr].(type) {
	case graph.Ref:
		if target := j.b.byKey[v.Key()]; target != nil && j.accepts(target.Type) {
			j.link(path, target)
			return
		}
	case string:
		j.literal(path, v)
		return
	}
	j.unread(path, later(ref))
}

// naming says whether an attribute of a type names resources that this reference may lead to: the catalogue says
// so, or it does not know the attribute and it is called like ours.
func (j joiner) naming(t *Type, attr string) bool {
	if t != nil {
		if a := t.Attr(attr); a != nil {
			return slices.ContainsFunc(a.Targets, func(x Target) bool { return j.accepts(x.Type) })
		}
	}
	last := j.ref.Path[strings.LastIndex(j.ref.Path, ".")+1:]
	return strings.TrimSuffix(attr, "s") == strings.TrimSuffix(last, "s")
}

func (j joiner) link(path string, target *graph.Resource) {
	if j.accepts(target.Type) {
		j.b.edges = append(j.b.edges, graph.Edge{From: j.r.Key(), Via: j.ref.Path, At: path, To: target.Key()})
		j.b.heads = append(j.b.heads, target)
	}
}

// unread marks the edge list as open: there is a target, and nothing is known about it.
func (j joiner) unread(path, why string) {
	j.r.Unknown["_to."+j.ref.Path+"[*]"] = why
}

func (j joiner) literal(path, value string) {
	var found []*graph.Resource
	for _, t := range j.ref.Targets {
		ids := j.b.identified(t.Type)
		for _, by := range append([]string{"id", "arn"}, t.By...) {
			for _, r := range ids[ident{by, value}] {
				if !slices.Contains(found, r) {
					found = append(found, r)
				}
			}
		}
	}
	found = j.inPlace(value, found)
	if len(found) == 0 && j.ref.attr.Derived {
		return
	}
	if !j.ref.attr.Derived {
		var ambiguous bool
		if found, ambiguous = j.nearest(path, found); ambiguous {
			j.unread(path, "several resources are named "+strconv.Quote(value))
			return
		}
	}
	if len(found) == 0 {
		j.unread(path, strconv.Quote(value)+" is not defined in what was read")
		return
	}
	for _, r := range found {
		j.link(path, r)
	}
}

// unique is the form of IDs that AWS gives only once: subnet-0a1b2c3d, the UUID of a key, the ID of a zone or distribution.
var unique = regexp.MustCompile(`^[a-z]+-[0-9a-f]{8,17}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[EZ][A-Z0-9]{10,}$`)

// inPlace leaves out what a name cannot mean that was read where it runs: two accounts, and two regions of one, may each have a
// database called main. ARNs, IDs and the names of buckets are the same everywhere. Code and state give also things without a region the
// region of their provider, so regions are compared only of what was read in accounts.
func (j joiner) inPlace(value string, found []*graph.Resource) []*graph.Resource {
	if len(found) == 0 || !j.r.Observed || strings.HasPrefix(value, "arn:") || unique.MatchString(value) {
		return found
	}
	return slices.DeleteFunc(found, func(r *graph.Resource) bool {
		return r.Observed && r.Type != "aws_s3_bucket" && (differ(r, j.r, "_account") || r.Live() && j.r.Live() && differ(r, j.r, "_region"))
	})
}

// differ says that a fact is known of both and not the same.
func differ(a, b *graph.Resource, fact string) bool {
	x, y := a.Facts[fact], b.Facts[fact]
	return x != nil && y != nil && x != y
}

// nearest chooses among resources of one name: those that the expression mentions, else those of the same root,
// else those of the nearest root by folder (each stage has a lock table of the same name), else those of the same region; a resource rather than a look-up of it. When several of one type are left
// the name is ambiguous and none is taken.
func (j joiner) nearest(path string, found []*graph.Resource) (chosen []*graph.Resource, ambiguous bool) {
	if len(found) < 2 {
		return found, false
	}
	near := 1
	for _, r := range found {
		near = max(near, sharedFolders(r.Root, j.r.Root))
	}
	for _, prefer := range []func(*graph.Resource) bool{
		func(r *graph.Resource) bool { return j.mentions(path, r) },
		func(r *graph.Resource) bool { return r.Root == j.r.Root },
		func(r *graph.Resource) bool { return sharedFolders(r.Root, j.r.Root) == near },
		func(r *graph.Resource) bool {
			return r.Facts["_region"] != nil && r.Facts["_region"] == j.r.Facts["_region"]
		},
		func(r *graph.Resource) bool { return !r.Data },
	} {
		if some := slices.DeleteFunc(slices.Clone(found), func(r *graph.Resource) bool { return !prefer(r) }); len(some) > 0 {
			found = some
		}
	}
	types := map[string]bool{}
	for _, r := range found {
		if types[r.Type] {
			return nil, true
		}
		types[r.Type] = true
	}
	return found, false
}

// sharedFolders counts the folders that two roots have in common from the top.
func sharedFolders(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// mentions says whether the expression of an attribute, or depends_on, names a resource.
func (j joiner) mentions(path string, r *graph.Resource) bool {
	for _, p := range []string{path, graph.Schematic(path), "depends_on"} {
		for _, ref := range j.r.Refs[p] {
			if ref.Key() == r.Key() {
				return true
			}
		}
	}
	return false
}

var token = regexp.MustCompile(`\$\{([^{}?]+)\.([A-Za-z0-9_-]+)\}`)

// whyUnknown gives the reason of the first part of a text that is not known.
func whyUnknown(t graph.Template) string {
	if _, rest, ok := strings.Cut(string(t), "${?"); ok {
		why, _, _ := strings.Cut(rest, "}")
		return why
	}
	return later(t)
}

// later says when a reference, or a text with references in it, is known.
func later(v any) string {
	ref, ok := v.(graph.Ref)
	if !ok {
		if m := token.FindStringSubmatch(fmt.Sprint(v)); m != nil {
			ref, ok = graph.Ref{Address: graph.Address(m[1]), Attr: m[2]}, true
		}
	}
	switch {
	case !ok:
		return fmt.Sprintf("%v is known after apply", v)
	case strings.Contains("."+string(ref.Address), ".data."):
		return string(ref.Address) + " is read from the account"
	}
	return fmt.Sprintf("%s.%s is known after apply", ref.Address, ref.Attr)
}

// TemplateRefs lists the references inside a template, in order.
func TemplateRefs(root string, t graph.Template) []graph.Ref {
	var refs []graph.Ref
	for _, m := range token.FindAllStringSubmatch(string(t), -1) {
		refs = append(refs, graph.Ref{Root: root, Address: graph.Address(m[1]), Attr: m[2]})
	}
	return refs
}

func number(s string) (any, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
