package terraform

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/graph"
)

// fact starts a resource that is a fact about the code, read from block b (nil for the root itself).
func (e *evaluator) fact(m *module, typ, address string, b *hclsyntax.Block) *graph.Resource {
	r := &graph.Resource{
		Root: e.rootPath(), Address: graph.Address(m.prefix() + address), Type: typ, Name: address,
		Attrs: map[string]any{}, Unknown: map[string]string{}, Refs: map[string][]graph.Ref{}, Facts: map[string]any{},
	}
	if b != nil {
		r.Origins = []graph.Origin{origin(e, b, map[string]graph.Pos{}, m.calls)}
	} else {
		r.Origins = []graph.Origin{{Source: "terraform", Scope: e.rootPath(), File: e.l.label(e.root)}}
	}
	if m.maybe != "" {
		r.Unknown["_count"] = m.maybe
	}
	return r
}

// set evaluates an attribute of a block into a fact.
func (e *evaluator) set(r *graph.Resource, m *module, b *hclsyntax.Block, name string) {
	a := b.Body.Attributes[name]
	if a == nil {
		return
	}
	w := &writer{e: e, i: &instance{r: &resource{m: m, block: b, typ: r.Type}}, r: r, typ: r.Type, cat: lookupType(r.Type), pos: r.Origins[0].Attrs}
	w.position(name, a.SrcRange)
	v := e.eval(a.Expr, &env{m: m}, false)
	w.refs(name, v.refs)
	if x, ok := w.value(name, v, v.v, &symbols{}); ok {
		r.Attrs[name] = x
	}
}

// rootFacts gives terraform_root and terraform_backend.
func (e *evaluator) rootFacts(hasResources bool) []*graph.Resource {
	m := e.top
	root := e.fact(m, "terraform_root", "terraform", nil)
	if len(m.cfg.terraform) > 0 {
		root.Origins = []graph.Origin{origin(e, m.cfg.terraform[0], map[string]graph.Pos{}, nil)}
	}
	out := []*graph.Resource{root}
	hasBackend := false
	providers := e.requiredProviders()
	for _, t := range m.cfg.terraform {
		if why := m.cfg.syntaxError(t); why != "" {
			for _, attr := range []string{"required_version", "required_providers", "has_backend", "applied"} {
				root.Unknown[attr] = why
			}
			continue
		}
		if t.Body.Attributes["required_version"] != nil {
			e.set(root, m, t, "required_version")
		}
		for _, b := range t.Body.Blocks {
			if b.Type == "backend" || b.Type == "cloud" {
				hasBackend = true
				out = append(out[:1:1], e.backend(b))
			}
		}
	}
	root.Attrs["required_providers"] = providers.list()
	if m.cfg.partial && len(providers.items) == 0 {
		delete(root.Attrs, "required_providers")
		root.Unknown["required_providers"] = "part of the root was not read"
	}
	if _, known := root.Attrs["required_version"]; !known && m.cfg.partial {
		root.Unknown["required_version"] = "part of the root was not read"
	}
	root.Attrs["has_backend"] = hasBackend
	if !hasBackend && m.cfg.partial {
		delete(root.Attrs, "has_backend")
		root.Unknown["has_backend"] = "part of the root was not read"
	}
	root.Attrs["has_lock_file"] = m.cfg.hasLock
	root.Attrs["applied"] = e.applied(hasBackend)
	if m.cfg.partial && root.Attrs["applied"] == false {
		delete(root.Attrs, "applied")
		root.Unknown["applied"] = "part of the root was not read"
	}
	root.Attrs["has_resources"] = hasResources
	if m.cfg.partial && !hasResources {
		delete(root.Attrs, "has_resources")
		root.Unknown["has_resources"] = "part of the root was not read"
	}
	e.trackedState(root)
	root.Attrs["workspace"] = nil
	if e.workspace != "default" {
		root.Attrs["workspace"] = e.workspace
	}
	for attr := range root.Unknown {
		delete(root.Attrs, attr)
	}
	return out
}

// trackedState names the first state in the root's folder that version control keeps.
func (e *evaluator) trackedState(root *graph.Resource) {
	for _, name := range e.top.cfg.states {
		tracked, known := false, false
		if e.l.opts.Tracked != nil {
			tracked, known = e.l.opts.Tracked(path.Join(e.root, name))
		}
		switch {
		case !known:
			root.Unknown["tracked_state"] = name + " lies beside the code; whether git keeps it is not known"
		case tracked:
			delete(root.Unknown, "tracked_state")
			root.Attrs["tracked_state"] = name
			return
		}
	}
}

// applied says whether the folder shows that Terraform is run in it: a module that nobody calls shows nothing. Folders of
// modules may have provider blocks, variable files and lock files for their tests, but no backend.
func (e *evaluator) applied(hasBackend bool) bool {
	if hasBackend {
		return true
	}
	if slices.Contains(strings.Split(e.root, "/"), "modules") {
		return false
	}
	c := e.top.cfg
	return c.hasLock || c.hasState || slices.ContainsFunc(c.providers, func(b *hclsyntax.Block) bool {
		return !isProxy(b) || b.Body.Attributes["alias"] == nil
	})
}

// backend reads a backend or cloud block; what is left out may come from -backend-config, which only a key that
// is there can rule out.
func (e *evaluator) backend(b *hclsyntax.Block) *graph.Resource {
	r := e.fact(e.top, "terraform_backend", "terraform.backend", b)
	r.Attrs["type"] = firstOf(label(b, 0), b.Type)
	for _, name := range sortedKeys(b.Body.Attributes) {
		e.set(r, e.top, b, name)
	}
	return r
}

// requiredProviders reads the required_providers blocks of the root, and the versions that its provider blocks ask for.
func (e *evaluator) requiredProviders() *required {
	q := &required{at: map[string]int{}}
	for _, t := range e.top.cfg.terraform {
		for _, b := range t.Body.Blocks {
			if b.Type == "required_providers" {
				q.read(e, e.top, b.Body)
			}
		}
	}
	for _, b := range e.top.cfg.providers {
		if a := b.Body.Attributes["version"]; a != nil {
			q.add(label(b, 0), "", textValue(e.eval(a.Expr, &env{m: e.top}, false).v))
		}
	}
	return q
}

// required gathers the providers that a root asks for.
type required struct {
	items []map[string]any
	at    map[string]int
}

// read takes in a required_providers block: `aws = "~> 3.0"` before 0.13, objects since.
func (q *required) read(e *evaluator, m *module, b *hclsyntax.Body) {
	for _, name := range sortedKeys(b.Attributes) {
		x := b.Attributes[name].Expr
		if object, ok := x.(*hclsyntax.ObjectConsExpr); ok {
			version := ""
			if item := itemOf(object, "version"); item != nil {
				version = stringOf(e.eval(item, &env{m: m}, false).v)
			}
			q.add(name, itemText(object, "source"), version)
			continue
		}
		q.add(name, "", textOf(x))
	}
}

func (q *required) add(name, source, version string) {
	i, ok := q.at[name]
	if !ok {
		i = len(q.items)
		q.at[name] = i
		q.items = append(q.items, map[string]any{"name": name, "source": nil, "version": nil})
	}
	if source != "" {
		q.items[i]["source"] = source
	}
	if version != "" {
		q.items[i]["version"] = version
	}
}

func (q *required) list() []any {
	out := make([]any, len(q.items))
	for i, m := range q.items {
		out[i] = m
	}
	return out
}

// moduleFacts gives terraform_provider and terraform_module_call of one module instance.
func (e *evaluator) moduleFacts(m *module) []*graph.Resource {
	var out []*graph.Resource
	seen := map[string]bool{}
	for _, b := range m.cfg.providers {
		id := "provider." + label(b, 0)
		alias := literalText(b.Body, "alias")
		if alias != "" {
			id += "." + alias
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		if isProxy(b) && m.parent != nil {
			continue
		}
		out = append(out, e.providerFact(m, b, id, alias))
	}
	for _, name := range m.cfg.callOrder {
		if c := e.children(m, name); c != nil && (c.kind == once || c.maybe != "" || len(c.keys) > 0) {
			out = append(out, e.callFact(m, name, c))
		}
	}
	return out
}

// isProxy says that a provider block in a module only announces what the caller passes.
func isProxy(b *hclsyntax.Block) bool {
	n := len(b.Body.Attributes)
	if b.Body.Attributes["alias"] != nil {
		n--
	}
	if b.Body.Attributes["version"] != nil {
		n--
	}
	return n == 0 && len(b.Body.Blocks) == 0
}

func (e *evaluator) providerFact(m *module, b *hclsyntax.Block, id, alias string) *graph.Resource {
	r := e.fact(m, "terraform_provider", id, b)
	r.Attrs["name"], r.Attrs["alias"] = label(b, 0), nil
	if alias != "" {
		r.Attrs["alias"] = alias
	}
	for _, name := range []string{"region", "version", "allowed_account_ids", "forbidden_account_ids", "access_key", "secret_key"} {
		e.set(r, m, b, name)
	}
	for _, name := range []string{"allowed_account_ids", "forbidden_account_ids"} {
		if list, ok := r.Attrs[name].([]any); ok {
			for i, id := range list {
				if n, ok := id.(int); ok { // written without quotes
					list[i] = strconv.Itoa(n)
				}
			}
		}
	}
	e.set(r, m, b, "assume_role")
	var roles []any
	for _, block := range b.Body.Blocks {
		if block.Type != "assume_role" && !(block.Type == "dynamic" && label(block, 0) == "assume_role") {
			continue
		}
		role := map[string]any{}
		if a := block.Body.Attributes["role_arn"]; a != nil {
			v := e.eval(a.Expr, &env{m: m}, false)
			switch s := stringOf(v.v); {
			case s != "":
				role["role_arn"] = s
			case v.why != "":
				r.Unknown[graph.Child(graph.Element("assume_role", len(roles)), "role_arn")] = v.why
			}
		}
		roles = append(roles, role)
	}
	if roles != nil {
		r.Attrs["assume_role"] = roles
	}
	if p := e.provider(m, label(b, 0), alias); p != nil && label(b, 0) == "aws" {
		if s := stringOf(e.region(p).v); s != "" {
			r.Facts["_region"] = s
		}
		if s := stringOf(e.account(p).v); s != "" {
			r.Facts["_account"] = s
		}
	}
	return r
}

func (e *evaluator) callFact(m *module, name string, c *callSet) *graph.Resource {
	r := e.fact(m, "terraform_module_call", "module."+name, c.block)
	s := c.source
	for attr, text := range map[string]string{"source": s.text, "source_kind": s.kind, "version": s.version, "ref": s.ref} {
		r.Attrs[attr] = nil
		if text != "" {
			r.Attrs[attr] = text
		}
	}
	r.Attrs["resolved"] = c.missing == ""
	if why := m.cfg.syntaxError(c.block); why != "" {
		for _, attr := range []string{"source", "source_kind", "version", "ref", "resolved"} {
			delete(r.Attrs, attr)
			r.Unknown[attr] = why
		}
		return r
	}
	for _, attr := range []string{"source", "version"} {
		if a := c.block.Body.Attributes[attr]; a != nil {
			r.Origins[0].Attrs[attr] = graph.Pos{Line: a.SrcRange.Start.Line, Column: a.SrcRange.Start.Column, EndLine: a.SrcRange.End.Line, EndColumn: a.SrcRange.End.Column}
			if r.Attrs[attr] == nil {
				r.Unknown[attr] = "it is not a literal"
				delete(r.Attrs, attr)
			}
		}
	}
	for i := range c.instancesShown() {
		e.inputRefs(r, c, c.env(m, i))
	}
	if c.maybe != "" {
		r.Unknown["_count"] = c.maybe
	}
	return r
}

// inputRefs notes what the arguments of a module call refer to.
func (e *evaluator) inputRefs(r *graph.Resource, c *callSet, in *env) {
	add := func(name string, refs []graph.Ref) {
		if all := union(r.Refs[name], refs); len(all) > 0 {
			r.Refs[name] = all
		}
	}
	for name, a := range c.block.Body.Attributes {
		if !metaArgument(name) && name != "source" && name != "version" && name != "providers" {
			add(name, e.eval(a.Expr, in, false).refs)
		}
	}
	for _, b := range c.block.Body.Blocks { // 0.11 let a map be written as a block
		if !metaArgument(b.Type) && b.Type != "providers" {
			add(b.Type, e.bodyValue(b.Body, in, false).refs)
		}
	}
}

// maxCallsShown is of how many instances of a call the arguments are looked at for what they refer to.
const maxCallsShown = 200

func (c *callSet) instancesShown() int {
	if c.kind == once || c.maybe != "" {
		return 1
	}
	return min(len(c.keys), maxCallsShown)
}

// rootName is the name of a root folder as graph.Key has it: "" for the scanned folder itself.
func rootName(label string) string {
	if label == "." {
		return ""
	}
	return strings.TrimSuffix(label, "/.")
}
