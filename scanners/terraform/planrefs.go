package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// maxPlanHops bounds how many module inputs and outputs are followed from one name; far more than the
// longest chain of calls, far less than what exhausts a stack.
const maxPlanHops = 2000

// planNames resolves the names that expressions of a plan mention to resource instances.
type planNames struct {
	plan      *plan
	bases     map[string][]*planInstance // by address without key
	byKey     map[baseKey]*planInstance
	modules   map[string][]*planScope // instances by address without the last key
	splats    map[string][]graph.Ref  // whole resources, by base
	memo      map[hop]resolved        // inputs and outputs of module instances
	following int
}

type baseKey struct {
	base string
	key  any
}

type hop struct {
	scope *planScope
	name  string // "var.x" or "output.x"
}

// planContext is where an expression stands: a module instance, and the key of the resource or call
// that it belongs to with the expression of its count or for_each.
type planContext struct {
	scope  *planScope
	key    any
	repeat *planExpr
}

// resolved is what the names of an expression come to.
type resolved struct {
	refs  []graph.Ref // in the order of mention; Attr "" stands for the whole resource
	open  []string    // names that lead to something that the plan does not tell
	mixed bool        // known values are mentioned too, which may select or add
}

// why says, for people, why a value with these names is not known.
func (r resolved) why() string {
	var names []string
	for _, ref := range r.refs {
		name := string(ref.Address)
		if ref.Attr != "" {
			name += "." + ref.Attr
		}
		names = append(names, name)
	}
	if len(r.open) > 0 {
		return strings.Join(r.open, " and ") + ": a plan does not say what it refers to"
	}
	switch len(names) {
	case 0:
		return "known after apply"
	case 1:
		return names[0] + " is known after apply"
	}
	more := ""
	if len(names) > 3 {
		names, more = names[:3], ", ..."
	}
	return "made from " + strings.Join(names, ", ") + more + ", known after apply"
}

func newPlanNames(p *plan) *planNames {
	n := &planNames{plan: p, bases: map[string][]*planInstance{}, byKey: map[baseKey]*planInstance{}, modules: map[string][]*planScope{}, splats: map[string][]graph.Ref{}, memo: map[hop]resolved{}}
	for _, r := range p.values.order {
		base := r.module.join(r.label())
		n.bases[base] = append(n.bases[base], r)
		if isKey(r.key) {
			n.byKey[baseKey{base, r.key}] = r
		}
	}
	for _, address := range sortedKeys(p.values.scopes) {
		if s := p.values.scopes[address]; s.parent != nil {
			base := s.parent.join("module." + s.call)
			n.modules[base] = append(n.modules[base], s)
		}
	}
	return n
}

func isKey(key any) bool {
	switch key.(type) {
	case string, int:
		return true
	}
	return false
}

// resolve follows mentions to resources. The result may be shared: it must not be changed.
func (n *planNames) resolve(ctx planContext, list []planMention) resolved {
	if len(list) == 1 {
		return n.one(ctx, list[0], false)
	}
	sameKey := slices.ContainsFunc(list, func(m planMention) bool { return m.base == "count.index" || m.base == "each.key" })
	var out resolved
	for _, m := range list {
		out = out.and(n.one(ctx, m, sameKey))
	}
	return out
}

func (r resolved) and(o resolved) resolved {
	r.mixed = r.mixed || o.mixed
	r.refs = mergeRefs(r.refs, o.refs)
	for _, name := range o.open {
		if !slices.Contains(r.open, name) {
			r.open = append(slices.Clip(r.open), name)
		}
	}
	return r
}

// one resolves one mention. sameKey says that the expression also mentions its own key, so that a resource
// with the same keys is taken by it.
func (n *planNames) one(ctx planContext, m planMention, sameKey bool) resolved {
	kind, name, _ := strings.Cut(m.base, ".")
	switch kind {
	case "var":
		return n.input(ctx.scope, name)
	case "local", "self":
		return resolved{open: []string{m.base}}
	case "each", "count":
		return n.own(ctx, m)
	case "path", "terraform":
		return resolved{}
	case "module":
		return n.output(ctx, m, sameKey)
	}
	return n.instances(ctx, m, sameKey)
}

// own resolves count.index and each.
func (n *planNames) own(ctx planContext, m planMention) resolved {
	if m.base != "each.value" || ctx.repeat == nil {
		return resolved{}
	}
	over := n.resolve(planContext{scope: ctx.scope}, ctx.repeat.mentions)
	for _, ref := range over.refs {
		r := n.plan.values.byAddress[string(ref.Address)]
		if r != nil && r.key == ctx.key && len(m.rest) > 0 && len(over.open) == 0 {
			return resolved{refs: []graph.Ref{n.ref(r, m.rest)}}
		}
	}
	return resolved{open: []string{m.text}}
}

func (n *planNames) instances(ctx planContext, m planMention, sameKey bool) resolved {
	base := ctx.scope.join(m.base)
	all := n.bases[base]
	switch {
	case len(all) == 0:
		if ctx.scope.config.resources[m.base] != nil && !strings.HasPrefix(m.base, "data.") {
			return resolved{} // a resource of which there is none
		}
		return resolved{open: []string{m.text}}
	case m.key != nil:
		if r := n.byKey[baseKey{base, m.key}]; r != nil {
			return resolved{refs: []graph.Ref{n.ref(r, m.rest)}}
		}
		return resolved{open: []string{m.text}}
	case sameKey && isKey(ctx.key) && n.byKey[baseKey{base, ctx.key}] != nil:
		return resolved{refs: []graph.Ref{n.ref(n.byKey[baseKey{base, ctx.key}], m.rest)}}
	case sameKey && len(all) > 1:
		return resolved{open: []string{m.text}, refs: n.splat(base)}
	case len(all) == 1:
		return resolved{refs: []graph.Ref{n.ref(all[0], m.rest)}}
	}
	return resolved{refs: n.splat(base)}
}

func (n *planNames) ref(r *planInstance, rest []graph.Step) graph.Ref {
	return graph.Ref{Root: n.plan.opts.Root, Address: graph.Address(r.address), Attr: graph.JoinPath(rest...)}
}

// splat gives all instances of one resource.
func (n *planNames) splat(base string) []graph.Ref {
	refs, ok := n.splats[base]
	if !ok {
		for _, r := range n.bases[base] {
			refs = append(refs, n.ref(r, nil))
		}
		n.splats[base] = refs
	}
	return refs
}

// output resolves module.NAME.OUTPUT, also with a key, and for all instances when there is none.
func (n *planNames) output(ctx planContext, m planMention, sameKey bool) resolved {
	scopes := n.modules[ctx.scope.join(m.base)]
	key := m.key
	if key == nil && sameKey && isKey(ctx.key) {
		key = ctx.key
	}
	if key != nil {
		scopes = slices.DeleteFunc(slices.Clone(scopes), func(s *planScope) bool { return s.key != key })
	}
	if len(scopes) == 0 || len(m.rest) == 0 || m.rest[0].Index >= 0 {
		return resolved{open: []string{m.text}}
	}
	var out resolved
	for _, s := range scopes {
		out = out.and(n.follow(hop{s, "output." + m.rest[0].Name}, func() resolved {
			e := s.config.outputs[m.rest[0].Name]
			if e == nil {
				return resolved{open: []string{m.text}}
			}
			return n.value(planContext{scope: s}, e)
		}))
	}
	return selected(out, m.rest[1:])
}

// selected narrows what an output gives by what follows its name: an attribute of the resource that
// it is, or an element, which nothing tells apart.
func selected(r resolved, rest []graph.Step) resolved {
	if len(rest) == 0 {
		return r
	}
	if len(r.refs) == 1 && r.refs[0].Attr == "" {
		ref := r.refs[0]
		ref.Attr = graph.JoinPath(rest...)
		r.refs = []graph.Ref{ref}
	}
	return r
}

// input resolves var.NAME of a module instance to what its call passes.
func (n *planNames) input(s *planScope, name string) resolved {
	if s.parent == nil {
		return resolved{mixed: contributes(n.plan.variables[name])}
	}
	return n.follow(hop{s, "var." + name}, func() resolved {
		call := s.parent.config.calls[s.call]
		if call == nil {
			return resolved{open: []string{"var." + name}}
		}
		if e := call.exprs[name]; e != nil {
			return n.value(planContext{scope: s.parent, key: s.key, repeat: call.repeat}, e)
		}
		return resolved{mixed: contributes(s.config.defaults[name])}
	})
}

// value resolves a whole expression.
func (n *planNames) value(ctx planContext, e *planExpr) resolved {
	r := n.resolve(ctx, e.mentions)
	r.mixed = r.mixed || e.known && contributes(e.constant)
	return r
}

// contributes says whether a known value that an expression mentions may be a part of the result, or
// select one: empty values and conditions cannot.
func contributes(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// follow resolves an input or output once.
func (n *planNames) follow(h hop, resolve func() resolved) resolved {
	if r, ok := n.memo[h]; ok {
		return r
	}
	if n.following >= maxPlanHops {
		return resolved{open: []string{h.name}}
	}
	n.memo[h] = resolved{open: []string{fmt.Sprintf("%s, which depends on itself", h.name)}}
	n.following++
	r := resolve()
	n.following--
	n.memo[h] = r
	return r
}

// written says whether the value of an expression stands in the code as a literal: it is a constant, or
// a variable whose default or argument is that constant.
func (n *planNames) written(s *planScope, e *planExpr, v any) bool {
	for range maxPlanHops {
		if e.known {
			return scalarText(e.constant) == scalarText(v)
		}
		if len(e.mentions) != 1 || !strings.HasPrefix(e.mentions[0].base, "var.") || len(e.mentions[0].rest) > 0 {
			return false
		}
		name := strings.TrimPrefix(e.mentions[0].base, "var.")
		passed := (*planExpr)(nil)
		if s.parent != nil && s.parent.config.calls[s.call] != nil {
			passed = s.parent.config.calls[s.call].exprs[name]
		}
		if passed == nil {
			d, ok := s.config.defaults[name]
			return ok && d != nil && scalarText(d) == scalarText(v)
		}
		e, s = passed, s.parent
	}
	return false
}
