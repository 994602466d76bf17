package terraform

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// resource is one resource or data block in one module instance.
type resource struct {
	m         *module
	key       string // "aws_x.y", "data.aws_x.y"
	typ, name string
	data      bool
	block     *hclsyntax.Block
	repeated
	expanded  bool
	instances []*instance
}

// repeated is what count or for_each gave.
type repeated struct {
	kind  repetition
	keys  []cty.Value // numbers or strings
	items []val       // each.value
	maybe string      // why the number is not known; then there is one template instance
	cause val         // what count or for_each was made from
}

type repetition int

const (
	once repetition = iota
	counted
	keyed
)

// instance is one resource instance.
type instance struct {
	r    *resource
	addr graph.Address
	env  *env
	memo map[termKey]*memo
}

// Limits on what a count or for_each may multiply to. Real roots have a few thousand instances; a
// count of a billion is a mistake or an attack.
const (
	maxRepeat    = 20000
	maxInstances = 500000
)

// resource gives the resource block of that key in m, or nil.
func (m *module) resource(key string) *resource {
	if r, ok := m.resources[key]; ok {
		return r
	}
	b := m.cfg.resources[key]
	if b == nil {
		return nil
	}
	r := &resource{m: m, key: key, typ: label(b, 0), name: label(b, 1), data: b.Type == "data", block: b}
	m.resources[key] = r
	return r
}

// env gives the environment of instance i; of the template instance for -1.
func (r *resource) env(i int) *env { return r.repeated.env(r.m, i) }

func (r *repeated) env(m *module, i int) *env {
	in := &env{m: m}
	switch {
	case r.maybe != "":
		why := r.maybe
		each := cty.ObjectVal(map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal})
		count := cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)})
		in.names = map[string]val{"each": {v: each, why: why, refs: r.cause.refs}, "count": {v: count, why: why}}
	case r.kind == counted:
		in.names = map[string]val{"count": known(cty.ObjectVal(map[string]cty.Value{"index": r.keys[i]}))}
	case r.kind == keyed:
		v := r.items[i]
		v.v = cty.ObjectVal(map[string]cty.Value{"key": r.keys[i], "value": v.v})
		in.names = map[string]val{"each": v}
	}
	return in
}

// resourceRef gives what a reference to a resource reads: one attribute where the traversal says which, else
// the whole. The path is where the value lies below type and name.
func (e *evaluator) resourceRef(m *module, key string, rest hcl.Traversal, d dep, where hcl.Range, symbolic bool) ([]string, val) {
	r := m.resource(key)
	if r == nil {
		return nil, unknown(key + " is not declared" + m.partly())
	}
	e.expand(r)
	if why := m.cfg.syntaxError(r.block); why != "" {
		return nil, val{v: cty.DynamicVal, why: string(r.address()) + ": " + why, refs: []graph.Ref{r.ref(firstOf(refAttr(rest), d.attr))}}
	}
	if r.maybe != "" {
		return nil, val{v: cty.DynamicVal, why: string(r.address()) + " has " + r.maybe, refs: append([]graph.Ref{r.ref(firstOf(refAttr(rest), d.attr))}, r.cause.refs...)}
	}
	attr := firstAttr(rest)
	switch {
	case attr != "" && r.kind != keyed && len(r.instances) == 1:
		return []string{attr}, e.attrAt(r.instances[0], attr, rest[1:], symbolic)
	case attr != "" && r.kind != once && len(r.keys) == 0:
		return []string{attr}, unknown(string(r.address()) + " has no instances")
	case attr != "" && r.kind == counted:
		return []string{attr}, unknown(fmt.Sprintf("%s has %d instances and the reference does not say which is meant", r.address(), len(r.keys)))
	case r.kind == once && len(rest) == 0 && d.attr == "":
		return nil, e.whole(r, "", symbolic)
	}
	only := firstOf(d.attr, refAttr(rest))
	narrow := only
	if d.whole {
		narrow = ""
	}
	v := e.whole(r, narrow, symbolic)
	if _, index := firstStep(rest).(hcl.TraverseIndex); index && r.kind == once {
		v.v = cty.TupleVal([]cty.Value{v.v}) // 0.11 let the only instance be number 0
	}
	if i := r.indexed(rest); i >= 0 && only != "" {
		one := e.attr(r.instances[i], only, symbolic)
		one.v = v.v
		return nil, one
	}
	return nil, v
}

func firstStep(t hcl.Traversal) hcl.Traverser {
	if len(t) == 0 {
		return nil
	}
	return t[0]
}

// address is the address of the resource without instance keys.
func (r *resource) address() graph.Address { return graph.Address(r.m.prefix() + r.key) }

func (r *resource) ref(attr string) graph.Ref {
	return graph.Ref{Root: r.m.e.rootPath(), Address: r.address(), Attr: firstOf(attr, "id")}
}

// refAttr is the attribute behind an index: "id" of `[0].id`.
func refAttr(rest hcl.Traversal) string {
	if len(rest) >= 2 {
		switch rest[0].(type) {
		case hcl.TraverseIndex, hcl.TraverseSplat:
			return firstAttr(rest[1:])
		}
	}
	return firstAttr(rest)
}

// attrAt gives an attribute of which a traversal goes on to read a part. A computed attribute that is read
// into is no string, so what is read of it is unknown.
func (e *evaluator) attrAt(i *instance, name string, rest hcl.Traversal, symbolic bool) val {
	v := e.attr(i, name, symbolic)
	if len(rest) == 0 {
		return v
	}
	if _, isRef := e.tokens.ref(v.v); isRef || hasSymbol(stringOf(v.v)) {
		v.v, v.why, v.later = cty.DynamicVal, fmt.Sprintf("%s.%s is known after apply", i.addr, name), true
	}
	return partOf(v, rest)
}

// whole gives a resource as a value: an object, a tuple of them or an object of them by key. With only, the
// objects have just that attribute.
func (e *evaluator) whole(r *resource, only string, symbolic bool) val {
	k := termKey{r.m.prefix() + r.key + "[*].", only, symbolic}
	return e.once(r.m.terms, k, r.block.DefRange(), func() val {
		var out val
		objects := make([]cty.Value, len(r.instances))
		for n, i := range r.instances {
			object := map[string]cty.Value{}
			for _, name := range e.attrNames(r, only) {
				v := e.attr(i, name, symbolic)
				object[name] = v.v
				out.take(v)
			}
			objects[n] = cty.ObjectVal(object)
		}
		out.v = r.collect(objects)
		return out
	})
}

// collect puts the values of all instances together.
func (r *repeated) collect(values []cty.Value) cty.Value {
	switch r.kind {
	case counted:
		return cty.TupleVal(values)
	case keyed:
		m := make(map[string]cty.Value, len(values))
		for i, v := range values {
			m[r.keys[i].AsString()] = v
		}
		return cty.ObjectVal(m)
	}
	return values[0]
}

// attrNames lists the attributes that an object for r has: those that are written, those of the catalog, and
// those that any code reads of the type.
func (e *evaluator) attrNames(r *resource, only string) []string {
	if only != "" {
		return []string{only}
	}
	names := maps.Clone(e.l.words.other)
	maps.Copy(names, e.l.words.ofType[r.typ])
	for name := range r.block.Body.Attributes {
		names[name] = true
	}
	for _, b := range r.block.Body.Blocks {
		names[blockName(b)] = true
	}
	if t := catalog.Lookup(r.typ); t != nil {
		for i := range t.Attrs {
			names[t.Attrs[i].Name] = true
		}
	}
	maps.DeleteFunc(names, func(name string, _ bool) bool { return metaArgument(name) })
	return slices.Sorted(maps.Keys(names))
}

// metaArgument says whether a name in a resource block is Terraform's own.
func metaArgument(name string) bool {
	switch name {
	case "count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection", "dynamic":
		return true
	}
	return false
}

// attr gives an attribute as others see it: what is written, else what is known about it otherwise.
func (e *evaluator) attr(i *instance, name string, symbolic bool) val {
	k := termKey{string(i.addr) + ".", name, symbolic}
	return e.once(i.memo, k, i.r.block.DefRange(), func() val {
		if why := i.r.m.cfg.syntaxError(i.r.block); why != "" {
			return unknown(why)
		}
		if i.r.data {
			if v, ok := e.accountAttr(i, name); ok {
				return v
			}
			if v, ok := e.dataAttr(i, name, symbolic); ok {
				return v
			}
		}
		own, written := e.own(i, name, symbolic)
		switch {
		case !written || own.v.IsNull():
			return e.computed(i, name, own, symbolic)
		case own.why != "" && !own.v.IsKnown() && own.v.Type() == cty.String || own.v.Type() == cty.DynamicPseudoType:
			if _, isRef := e.tokens.ref(own.v); !isRef && e.chosen(i, name) {
				return e.computed(i, name, own, symbolic)
			}
		}
		self := []graph.Ref{{Root: e.rootPath(), Address: i.addr, Attr: name}}
		if own.why == "" {
			own.refs = self
		} else {
			own.refs = union(self, own.refs)
		}
		return own
	})
}

// chosen says whether an attribute that is written but not known is certainly some text once the resource
// exists, so that a reference can stand for it: AWS fills it in, or others find the resource by it.
func (e *evaluator) chosen(i *instance, name string) bool {
	a := attribute(i.r.typ, name)
	if a == nil {
		return name == "name" || name == "id" || name == "arn"
	}
	return a.Kind == catalog.String && (a.Computed || e.l.identifies(i.r.typ, name))
}

// identifies says whether references to a type may name its resources by an attribute.
func (l *loader) identifies(typ, name string) bool {
	t := catalog.Lookup(typ)
	k := attrKey{t, name}
	if yes, ok := l.ids[k]; ok {
		return yes
	}
	yes := slices.ContainsFunc(catalog.ReferencesTo(t.Name), func(r catalog.Reference) bool {
		return slices.ContainsFunc(r.Targets, func(target catalog.Target) bool {
			return target.Type == t.Name && slices.Contains(target.By, name)
		})
	})
	l.ids[k] = yes
	return yes
}

// own gives an attribute as it is written in the block; written is false when it is not.
func (e *evaluator) own(i *instance, name string, symbolic bool) (v val, written bool) {
	body := i.r.block.Body
	if a := body.Attributes[name]; a != nil && !metaArgument(name) {
		k := termKey{"=" + string(i.addr) + ".", name, symbolic}
		return e.once(i.memo, k, a.SrcRange, func() val { return e.eval(a.Expr, i.env, symbolic) }), true
	}
	for _, b := range body.Blocks {
		if blockName(b) == name && !metaArgument(name) {
			return e.blocksValue(body, name, i.env, symbolic), true
		}
	}
	return val{}, false
}

func attribute(typ, path string) *catalog.Attr {
	t := catalog.Lookup(typ)
	if t == nil {
		return nil
	}
	if now, ok := t.Renamed[path]; ok {
		path = now
	}
	return t.Attr(path)
}

// computed gives an attribute that is not written: the provider's default, null, or a reference to what AWS
// will choose.
func (e *evaluator) computed(i *instance, name string, own val, symbolic bool) val {
	if i.r.typ == "terraform_data" && name == "output" {
		if v, ok := e.own(i, "input", symbolic); ok {
			return v
		}
	}
	ref := graph.Ref{Root: e.rootPath(), Address: i.addr, Attr: name}
	out := val{why: fmt.Sprintf("%s.%s is known after apply", i.addr, name), later: true, refs: union([]graph.Ref{ref}, own.refs), given: own.given, secret: own.secret}
	if i.r.data {
		out.why, out.later = string(i.addr)+" is read from the account", false
	}
	a := attribute(i.r.typ, name)
	written := own.v != cty.NilVal && !own.v.IsNull()
	if a != nil && !i.r.data && !written && !a.Computed {
		if a.Default != nil {
			if v, ok := scalarValue(a.Default); ok {
				return known(v)
			}
		} else if a.Kind != catalog.String && a.Kind != catalog.Any || len(a.Targets) > 0 {
			return known(cty.NullVal(cty.DynamicPseudoType))
		}
	}
	switch {
	case i.r.data && catalog.Lookup(i.r.typ) == nil:
		out.v = cty.DynamicVal
	case a != nil && a.Kind == catalog.Bool:
		out.v = cty.UnknownVal(cty.Bool)
	case a != nil && a.Kind == catalog.Number:
		out.v = cty.UnknownVal(cty.Number)
	case a != nil && a.Kind != catalog.String && a.Kind != catalog.Document, a == nil && e.l.words.composed(i.r.typ, name):
		out.v = cty.DynamicVal
	default:
		out.v = e.tokens.unknown(ref)
		if symbolic {
			out.v = e.tokens.symbolic(out.v)
		}
	}
	return out
}

// scalarValue makes a cty value of a catalog default.
func scalarValue(v any) (cty.Value, bool) {
	switch v := v.(type) {
	case string:
		return cty.StringVal(v), true
	case bool:
		return cty.BoolVal(v), true
	case int:
		return cty.NumberIntVal(int64(v)), true
	case float64:
		return cty.NumberFloatVal(v), true
	case []any:
		return cty.EmptyTupleVal, len(v) == 0
	}
	return cty.NilVal, false
}
