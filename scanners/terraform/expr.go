package terraform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// val is what an expression gave, with what a reader wants to know about it.
type val struct {
	v      cty.Value
	why    string      // why v, or a part of it, is not known; "" when all of it is
	later  bool        // why only says that an attribute is known after apply
	refs   []graph.Ref // the resource attributes that it was made from, directly or not
	secret bool        // made from something marked sensitive
	size   int         // of v, or of the largest that it was made from
	given  bool        // made from a value that was given at run time, so it is not written in the code
}

func unknown(why string) val { return val{v: cty.DynamicVal, why: why} }

func known(v cty.Value) val { return val{v: v} }

// evaluator evaluates one root. Terms are evaluated when they are first needed, once.
type evaluator struct {
	ctx       context.Context // for downloads and for stopping early
	l         *loader
	root      string // folder
	tokens    *tokens
	functions map[string]function.Function
	symbolic  map[string]function.Function
	stack     []string        // terms under evaluation
	why       string          // what symbols made by the expression under evaluation say
	secrets   map[string]bool // texts that must not be shown
	workspace string
	installed map[string]string // module key ("a.b") -> folder, from .terraform/modules
	modules   int               // instances made so far
	instances int
	missing   []scanners.Absent
	moves     []scanners.Move
	full      string            // why nothing is multiplied any more; "" while there is room
	literals  []*graph.Resource // secrets that are written in the code
	varFiles  []hclsyntax.Attributes
	comments  []scanners.Comment
	given     map[string]given             // values of root variables
	looked    map[*instance]map[string]any // what the account says of data blocks
	top       *module
}

// env is where an expression is evaluated: in a module instance, with the names that a block adds to it.
type env struct {
	m     *module
	names map[string]val // each, count, the iterators of dynamic blocks
	up    *env
}

func (n *env) name(s string) (val, bool) {
	for ; n != nil; n = n.up {
		if v, ok := n.names[s]; ok {
			return v, true
		}
	}
	return val{}, false
}

type termKey struct {
	kind, name string
	symbolic   bool
}

type memo struct {
	busy bool
	val  val
}

// maxStack bounds chains of terms that refer to each other; one link takes about 4 KiB of stack.
const maxStack = 20000

// once evaluates a term, or gives what it gave before. A term that needs itself is a cycle.
func (e *evaluator) once(in map[termKey]*memo, k termKey, where hcl.Range, f func() val) val {
	if m, ok := in[k]; ok {
		if m.busy {
			return e.cycle(k, where)
		}
		return m.val
	}
	name := k.kind + k.name
	if len(e.stack) >= maxStack {
		why := fmt.Sprintf("more than %d values depend on each other in one chain", maxStack)
		e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(where), What: name, Why: why})
		return unknown(why)
	}
	m := &memo{busy: true}
	in[k] = m
	e.stack = append(e.stack, name)
	m.val = f()
	m.busy = false
	e.stack = e.stack[:len(e.stack)-1]
	return m.val
}

func (e *evaluator) cycle(k termKey, where hcl.Range) val {
	name := k.kind + k.name
	start := len(e.stack) - 1
	for start > 0 && e.stack[start] != name {
		start--
	}
	chain := e.stack[start:]
	if len(chain) > 8 {
		chain = append(slices.Clone(chain[:4]), "...", chain[len(chain)-1])
	}
	why := fmt.Sprintf("%s refers to itself: %s -> %s", name, strings.Join(chain, " -> "), name)
	e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(where), What: name, Why: why, Settle: "break the cycle"})
	return unknown(why)
}

func (e *evaluator) rootPath() string { return rootName(e.l.label(e.root)) }

// eval evaluates an expression. It never fails: what goes wrong is the reason why the result is unknown.
func (e *evaluator) eval(x hclsyntax.Expression, in *env, symbolic bool) val {
	s := e.l.shape(x)
	if len(s.deps) == 0 && !s.calls && !symbolic {
		if s.constant == nil {
			v := e.evalShape(x, s, in, symbolic)
			s.constant = &v
		}
		return *s.constant
	}
	return e.evalShape(x, s, in, symbolic)
}

func (e *evaluator) evalShape(x hclsyntax.Expression, s *shape, in *env, symbolic bool) val {
	var out val
	var scope tree
	for _, d := range s.deps {
		e.resolve(&scope, d, in, symbolic, &out)
	}
	ctx := &hcl.EvalContext{Variables: scope.values(), Functions: e.functions}
	form := x
	if symbolic {
		ctx.Functions = e.symbolic
		form = s.symbolicForm(x)
		before := e.why
		e.why = firstOf(out.why, "it is not known")
		defer func() { e.why = before }()
	}
	if s.exhausting(out.size, ctx) {
		out.v, out.why, out.later = cty.DynamicVal, tooLarge, false
		return out
	}
	v, diags := e.value(form, ctx)
	if _, plain := x.(*hclsyntax.ScopeTraversalExpr); plain && out.why == "" && !diags.HasErrors() {
		out.v = v
		return out
	}
	w := weigh(v)
	out.size = w.nodes
	if w.over {
		out.v, out.why, out.later = cty.DynamicVal, tooLarge, false
		return out
	}
	out.v, _ = v.UnmarkDeep()
	switch {
	case functions.Huge(v):
		out.v, out.why = cty.UnknownVal(cty.Number), "the number is of a size that nothing can use"
	case diags.HasErrors():
		out.v = cty.DynamicVal
		out.why = firstOf(out.why, diagText(diags))
	case !w.unknown:
		out.why, out.later = "", false
	case out.why == "" && s.impure != "":
		out.why = s.impure + "() is known only when Terraform runs"
	case out.why == "":
		out.why = "its value is known only when Terraform runs"
	}
	return out
}

// value evaluates an expression. The libraries below panic on values that they do not expect; then it is unknown,
// and a gap asks for a report.
func (e *evaluator) value(x hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if r := recover(); r != nil {
			v = cty.DynamicVal
			diags = diags.Append(&hcl.Diagnostic{Severity: hcl.DiagError, Summary: internalError, Detail: internalError})
			e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(x.Range()), Why: fmt.Sprintf("%s: %v", internalError, r), Settle: "report this expression"})
		}
	}()
	return x.Value(ctx)
}

const internalError = "a mistake of this program: the expression cannot be evaluated"

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// diagText is the first error in one line.
func diagText(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			text := firstOf(d.Detail, d.Summary)
			return strings.TrimSuffix(strings.Join(strings.Fields(text), " "), ".")
		}
	}
	return diags.Error()
}

// take adds what a dependency says to what is known about the whole.
func (o *val) take(d val) {
	if d.why != "" && (o.why == "" || o.later && !d.later) {
		o.why, o.later = d.why, d.later
	}
	o.size = max(o.size, d.size)
	o.secret = o.secret || d.secret
	o.given = o.given || d.given
	o.refs = union(o.refs, d.refs)
}

// maxRefs bounds the mentions that are kept of one value made from many: they explain and disambiguate, and
// their number would grow with the square of the resources.
const maxRefs = 200

func union(a, b []graph.Ref) []graph.Ref {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 || len(a) >= maxRefs {
		return a
	}
	out := slices.Clip(a)
	for _, r := range b {
		if len(out) >= maxRefs {
			break
		}
		if !slices.Contains(a, r) {
			out = append(out, r)
		}
	}
	return out
}

// tree gathers the values of the names in an expression. A value at a node stands for all below it.
type tree struct {
	leaf *cty.Value
	kids map[string]*tree
}

func (t *tree) put(v cty.Value, path ...string) {
	for _, p := range path {
		if t.kids == nil {
			t.kids = map[string]*tree{}
		}
		next := t.kids[p]
		if next == nil {
			next = &tree{}
			t.kids[p] = next
		}
		t = next
	}
	t.leaf = &v
}

func (t *tree) value() cty.Value {
	if t.leaf != nil {
		return *t.leaf
	}
	return cty.ObjectVal(t.values())
}

func (t *tree) values() map[string]cty.Value {
	if len(t.kids) == 0 {
		return nil
	}
	out := make(map[string]cty.Value, len(t.kids))
	for name, kid := range t.kids {
		out[name] = kid.value()
	}
	return out
}

// resolve puts the value of one dependency into scope.
func (e *evaluator) resolve(scope *tree, d dep, in *env, symbolic bool, out *val) {
	root, rest := d.RootName(), d.Traversal[1:]
	if v, ok := in.name(root); ok {
		if symbolic {
			v.v = e.tokens.symbolic(v.v)
		}
		scope.put(v.v, root)
		out.take(partOf(v, rest))
		return
	}
	name := firstAttr(rest)
	if len(rest) > 0 {
		rest = rest[1:]
	}
	m := in.m
	where := d.SourceRange()
	switch root {
	case "var":
		v := e.variable(m, name, where, symbolic)
		scope.put(v.v, root, name)
		out.take(partOf(v, rest))
	case "local":
		path, v := e.local(m, name, rest, where, symbolic)
		scope.put(v.v, append([]string{root}, path...)...)
		out.take(v)
	case "module":
		path, v := e.moduleRef(m, name, rest, d, where, symbolic)
		scope.put(v.v, append([]string{root}, path...)...)
		out.take(v)
	case "path", "terraform":
		v := e.ambient(m, root, name)
		scope.put(v.v, root, name)
		out.take(v)
	case "each", "count", "self":
		v := unknown(fmt.Sprintf("%s is used where it means nothing", root))
		scope.put(v.v, root)
		out.take(v)
	case "data":
		second := firstAttr(rest)
		if len(rest) > 0 {
			rest = rest[1:]
		}
		path, v := e.resourceRef(m, "data."+name+"."+second, rest, d, where, symbolic)
		scope.put(v.v, append([]string{root, name, second}, path...)...)
		out.take(v)
	default:
		path, v := e.resourceRef(m, root+"."+name, rest, d, where, symbolic)
		scope.put(v.v, append([]string{root, name}, path...)...)
		out.take(v)
	}
}

// partOf leaves out the reason when the part that a traversal reads is known.
func partOf(v val, rest hcl.Traversal) val {
	if v.why == "" || len(rest) == 0 {
		return v
	}
	part, diags := rest.TraverseRel(v.v)
	if !diags.HasErrors() && part.IsWhollyKnown() {
		v.why, v.later = "", false
	}
	return v
}

// ambient gives path.module, path.root, path.cwd and terraform.workspace.
func (e *evaluator) ambient(m *module, root, name string) val {
	switch root + "." + name {
	case "path.module":
		return known(cty.StringVal(relative(e.root, m.cfg.dir)))
	case "path.root":
		return known(cty.StringVal("."))
	case "terraform.workspace", "terraform.env":
		return known(cty.StringVal(e.workspace))
	}
	return unknown(fmt.Sprintf("%s.%s depends on where Terraform runs", root, name))
}

// local gives a local value, or the part of it that the rest of a traversal names when it is written as an
// object: then the other parts need not be known, and are not asked.
func (e *evaluator) local(m *module, name string, rest hcl.Traversal, where hcl.Range, symbolic bool) ([]string, val) {
	a := m.cfg.locals[name]
	if a == nil {
		return []string{name}, unknown("local." + name + " is not declared" + m.partly())
	}
	x, path := a.Expr, []string{name}
	for len(rest) > 0 {
		object, ok := x.(*hclsyntax.ObjectConsExpr)
		if !ok {
			break
		}
		inner := itemOf(object, firstAttr(rest))
		if inner == nil {
			break
		}
		path = append(path, firstAttr(rest))
		x, rest = inner, rest[1:]
	}
	k := termKey{m.prefix() + "local.", strings.Join(path, "."), symbolic}
	v := e.once(m.terms, k, a.SrcRange, func() val {
		if symbolic {
			if plain := e.localValue(m, k, x, a.SrcRange); plain.why == "" {
				return plain
			}
		}
		return e.eval(x, &env{m: m}, symbolic)
	})
	return path, partOf(v, rest)
}

func (e *evaluator) localValue(m *module, k termKey, x hclsyntax.Expression, where hcl.Range) val {
	k.symbolic = false
	return e.once(m.terms, k, where, func() val { return e.eval(x, &env{m: m}, false) })
}

// itemOf gives the expression of a plainly named item of an object, or nil. A name given twice is nobody's.
func itemOf(object *hclsyntax.ObjectConsExpr, name string) hclsyntax.Expression {
	var found hclsyntax.Expression
	for _, item := range object.Items {
		key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
		if !ok || len(key.Variables()) > 0 {
			return nil
		}
		if name != "" && textOf(key.Wrapped) == name {
			if found != nil {
				return nil
			}
			found = item.ValueExpr
		}
	}
	return found
}

// stringOf gives a known string, or "".
func stringOf(v cty.Value) string {
	v, _ = v.Unmark()
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}
