package terraform

import (
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// writer turns one resource instance into a graph.Resource.
type writer struct {
	e       *evaluator
	i       *instance
	r       *graph.Resource
	typ     string
	cat     *catalog.Type
	pos     map[string]graph.Pos // nil: the positions are those of an earlier instance
	ignored []any
	reasons map[evaluation]string
}

// write converts an instance.
func (e *evaluator) write(i *instance, shared map[string]graph.Pos) *graph.Resource {
	b := i.r.block
	r := &graph.Resource{
		Root: e.rootPath(), Address: i.addr, Type: i.r.typ, Name: instanceName(i), Data: i.r.data,
		Attrs: map[string]any{}, Unknown: map[string]string{}, Refs: map[string][]graph.Ref{}, Facts: map[string]any{},
	}
	w := &writer{e: e, i: i, r: r, typ: i.r.typ, cat: catalog.Lookup(i.r.typ)}
	if shared == nil {
		w.pos = map[string]graph.Pos{}
		shared = w.pos
	}
	r.Origins = []graph.Origin{origin(e, b, shared, i.r.m.calls)}
	if maybe := firstOf(i.r.m.maybe, i.r.maybe); maybe != "" {
		r.Unknown["_count"] = maybe
	}
	w.lifecycle(b.Body)
	w.place()
	if why := i.r.m.cfg.syntaxError(b); why != "" {
		w.broken(why)
		return r
	}
	r.Attrs = w.body(b.Body, i.env, "")
	w.filled()
	w.dependsOn(b.Body)
	w.tagsAll()
	return r
}

func instanceName(i *instance) string {
	return i.r.name + strings.TrimPrefix(string(i.addr), string(i.r.address()))
}

// origin says where a block is written.
func origin(e *evaluator, b *hclsyntax.Block, attrs map[string]graph.Pos, calls []graph.Call) graph.Origin {
	r := b.DefRange()
	return graph.Origin{
		Source: "terraform", Scope: e.rootPath(), File: r.Filename, Line: r.Start.Line, Column: r.Start.Column, EndLine: b.CloseBraceRange.End.Line,
		Attrs: attrs, Calls: calls,
	}
}

// broken makes every modelled attribute unknown: what is left of a block with a syntax error proves nothing.
func (w *writer) broken(why string) {
	if w.cat == nil {
		return
	}
	for _, a := range w.cat.Attrs {
		w.r.Unknown[a.Name] = why
	}
}

// lifecycle notes the lifecycle block.
func (w *writer) lifecycle(b *hclsyntax.Body) {
	fact := catalog.NoLifecycle
	for _, block := range b.Blocks {
		if block.Type != "lifecycle" {
			continue
		}
		fact = maps.Clone(fact)
		for _, name := range []string{"prevent_destroy", "create_before_destroy"} {
			if block.Body.Attributes[name] != nil {
				fact[name] = isTrue(block.Body, name)
			}
		}
		if a := block.Body.Attributes["ignore_changes"]; a != nil {
			list := []any{}
			for _, s := range textsOf(a.Expr) {
				if s == "*" {
					s = "all"
				}
				list = append(list, s)
			}
			fact["ignore_changes"] = list
		}
	}
	w.ignored = fact["ignore_changes"].([]any)
	if !w.i.r.data {
		w.r.Facts["_lifecycle"] = fact
	}
}

// place notes provider, region and account.
func (w *writer) place() {
	p, id := w.e.providerOf(w.i.r)
	w.r.Facts["_provider"] = id
	if name, _, _ := strings.Cut(w.typ, "_"); name != "aws" {
		return
	}
	region := w.e.region(p)
	if own, ok := w.e.own(w.i, "region", false); ok && !own.v.IsNull() {
		region = own
	}
	w.fact("_region", region)
	w.fact("_account", w.e.account(p))
}

func (w *writer) fact(name string, v val) {
	if s := stringOf(v.v); s != "" {
		w.r.Facts[name] = s
		return
	}
	w.r.Unknown[name] = firstOf(v.why, "it is not known")
}

func (w *writer) dependsOn(b *hclsyntax.Body) {
	a := b.Attributes["depends_on"]
	if a == nil {
		return
	}
	var refs []graph.Ref
	for _, s := range textsOf(a.Expr) {
		if address, _, ok := strings.Cut(s, "["); ok {
			s = address
		}
		if r := w.i.r.m.resource(s); r != nil {
			refs = append(refs, graph.Ref{Root: w.e.rootPath(), Address: r.address(), Attr: "id"})
		} else {
			refs = append(refs, graph.Ref{Root: w.e.rootPath(), Address: graph.Address(w.i.r.m.prefix() + s)})
		}
	}
	if len(refs) > 0 {
		w.r.Refs["depends_on"] = refs
	}
}

// tagsAll adds the provider's default tags below the resource's own.
func (w *writer) tagsAll() {
	p, _ := w.e.providerOf(w.i.r)
	v, ok := w.e.defaultTags(p)
	if !ok || w.i.r.data {
		return
	}
	if why, ok := w.r.Unknown["tags"]; ok {
		w.r.Unknown["tags_all"] = why
		return
	}
	all := map[string]any{}
	if x, ok := w.value("tags_all", v, v.v, &symbols{}); ok {
		if m, ok := x.(map[string]any); ok {
			maps.Copy(all, m)
		}
	}
	if _, ok := w.r.Unknown["tags_all"]; ok {
		return
	}
	own, _ := w.r.Attrs["tags"].(map[string]any)
	maps.Copy(all, own)
	for k := range own {
		delete(w.r.Unknown, graph.Child("tags_all", k))
	}
	for p, why := range maps.Clone(w.r.Unknown) {
		rest, ok := strings.CutPrefix(p, "tags")
		if ok && rest != "" && (rest[0] == '.' || rest[0] == '[') {
			if steps, err := graph.ParsePath(p); err == nil && len(steps) == 2 {
				delete(all, steps[1].Name)
			}
			w.r.Unknown["tags_all"+rest] = why
		}
	}
	w.r.Attrs["tags_all"] = all
}

// body converts a block body.
func (w *writer) body(b *hclsyntax.Body, in *env, prefix string) map[string]any {
	out := make(map[string]any, len(b.Attributes)+len(b.Blocks))
	for _, name := range sortedKeys(b.Attributes) {
		if prefix == "" && metaArgument(name) {
			continue
		}
		w.attribute(out, b.Attributes[name], in, prefix)
	}
	list, open := w.e.nestedBlocks(b, in)
	for _, n := range list {
		if prefix == "" && metaArgument(n.name) {
			continue
		}
		w.nested(out, n, prefix)
	}
	for _, name := range sortedKeys(open) {
		path := graph.Child(prefix, name)
		w.r.Unknown[path+"[*]"] = open[name].why
		w.refs(path, open[name].refs)
		if _, ok := out[name]; !ok {
			out[name] = []any{}
		}
	}
	return out
}

func (w *writer) attribute(out map[string]any, a *hclsyntax.Attribute, in *env, prefix string) {
	path := graph.Child(prefix, a.Name)
	w.position(path, a.SrcRange)
	eval := func(symbolic bool) val {
		if prefix == "" {
			v, _ := w.e.own(w.i, a.Name, symbolic)
			return v
		}
		return w.e.eval(a.Expr, in, symbolic)
	}
	v := eval(false)
	w.refs(path, v.refs)
	s := &symbols{}
	if v.why != "" {
		s.expr, s.in = a.Expr, in
		if w.textual(path, a.Expr) {
			s.eval = func() cty.Value { return eval(true).v }
		}
	}
	if x, ok := w.value(path, v, v.v, s); ok {
		out[a.Name] = x
	}
}

// nested adds one nested block; a map that 0.11 wrote as a block is a map.
func (w *writer) nested(out map[string]any, n nested, prefix string) {
	path := graph.Child(prefix, n.name)
	a := w.attr(path)
	if a != nil && a.Kind == catalog.Map || a == nil && mapLike(n.name) {
		w.position(path, n.block.DefRange())
		m, _ := out[n.name].(map[string]any)
		if m == nil {
			m = map[string]any{}
		}
		maps.Copy(m, w.body(n.body, n.in, path))
		out[n.name] = m
		return
	}
	list, _ := out[n.name].([]any)
	at := graph.Element(path, len(list))
	w.position(at, n.block.DefRange())
	if len(list) == 0 {
		w.position(path, n.block.DefRange())
	}
	if a != nil && a.Secret {
		out[n.name] = append(list, graph.Hidden{})
		return
	}
	out[n.name] = append(list, w.body(n.body, n.in, at))
}

// mapLike says whether a block of that name is a map in all providers' resources.
func mapLike(name string) bool {
	switch name {
	case "tags", "variables", "vars", "triggers", "labels", "keepers":
		return true
	}
	return false
}

func (w *writer) position(path string, r hcl.Range) {
	if w.pos == nil {
		return
	}
	p := graph.Pos{Line: r.Start.Line, Column: r.Start.Column, EndLine: r.End.Line, EndColumn: r.End.Column}
	if r.Filename != w.r.Origins[0].File {
		p.File = r.Filename
	}
	w.pos[path] = p
}

func (w *writer) refs(path string, refs []graph.Ref) {
	if len(refs) > 0 {
		w.r.Refs[path] = refs
	}
}

// attr gives the catalog's entry for a path, or nil.
func (w *writer) attr(path string) *catalog.Attr {
	if w.cat == nil {
		return nil
	}
	return w.e.l.attribute(w.cat, graph.Schematic(path))
}

// attribute remembers what it looked up: a path is parsed each time otherwise.
func (l *loader) attribute(t *catalog.Type, path string) *catalog.Attr {
	k := attrKey{t, path}
	if a, ok := l.attrs[k]; ok {
		return a
	}
	now := path
	if first, rest, nested := strings.Cut(path, "."); t.Renamed[first] != "" {
		now = t.Renamed[first]
		if nested {
			now += "." + rest
		}
	}
	a := t.Attr(now)
	l.attrs[k] = a
	return a
}

type attrKey struct {
	t    *catalog.Type
	path string
}

// eachText calls f for each known text in v, with its path.
func eachText(path string, v cty.Value, f func(path, text string)) {
	if text := stringOf(v); text != "" {
		f(path, text)
		return
	}
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return
	}
	n := 0
	for it := v.ElementIterator(); it.Next(); n++ {
		k, x := it.Element()
		if k.Type() == cty.String && !v.Type().IsSetType() {
			eachText(graph.Child(path, k.AsString()), x, f)
		} else {
			eachText(graph.Element(path, n), x, f)
		}
	}
}
