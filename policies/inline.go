package policies

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
)

// inlineResources gives copies of compiled modules in which every local that stands for a resource or a
// part of one (db = input.T[i], block = db.x[_]) is replaced by that reference: then every read is a full path
// below input. The static analysis needs that, and so does partial evaluation, which would
// bind what is known of a resource to the local and take what is not known for absent.
func inlineResources(modules map[string]*ast.Module) map[string]*ast.Module {
	out := make(map[string]*ast.Module, len(modules))
	for id, m := range modules {
		c := m.Copy()
		extra := map[string]*ast.Rule{}
		for _, r := range c.Rules {
			for ; r != nil; r = r.Else {
				inlineRule(r, m.Package.Path, extra)
			}
		}
		for _, name := range sortedNames(extra) {
			extra[name].Module = c
			c.Rules = append(c.Rules, extra[name])
		}
		out[id] = c
	}
	return out
}

// existence begins the names of the locals that stand where a replaced local was bound: the element must exist,
// its value is not looked at.
const existence = "__exists_"

type inliner struct {
	heads map[ast.Var]bool // variables that begin a longer reference somewhere in the rule
	uses  map[ast.Var]int
	args  map[ast.Var]bool // of a function: bound by the caller
	pkg   ast.Ref
	extra map[string]*ast.Rule // rules to add to the module
}

type locals map[ast.Var]ast.Ref

func inlineRule(r *ast.Rule, pkg ast.Ref, extra map[string]*ast.Rule) {
	in := &inliner{heads: map[ast.Var]bool{}, uses: map[ast.Var]int{}, args: map[ast.Var]bool{}, pkg: pkg, extra: extra}
	for _, a := range r.Head.Args {
		ast.WalkVars(a, func(v ast.Var) bool { in.args[v] = true; return false })
	}
	ast.WalkRefs(r, func(ref ast.Ref) bool {
		if v, ok := ref[0].Value.(ast.Var); ok && len(ref) > 1 {
			in.heads[v] = true
		}
		return false
	})
	ast.WalkVars(r, func(v ast.Var) bool { in.uses[v]++; return false })
	sub := locals{}
	r.Body = in.body(r.Body, &sub)
	for i, e := range r.Head.Reference {
		if i > 0 {
			r.Head.Reference[i] = in.term(e, sub)
		}
	}
	if r.Head.Key != nil {
		r.Head.Key = in.term(r.Head.Key, sub)
	}
	if r.Head.Value != nil {
		r.Head.Value = in.term(r.Head.Value, sub)
	}
}

// body rewrites one body; sub holds the outer replacements and receives those that are made here.
func (in *inliner) body(b ast.Body, sub *locals) ast.Body {
	inner := maps.Clone(*sub)
	*sub = inner
	defined := map[int]ast.Var{}
	for i, e := range b {
		if v, ref, ok := in.definition(e, inner); ok {
			inner[v] = ref
			defined[i] = v
		}
	}
	out := make(ast.Body, 0, len(b))
	for i, e := range b {
		if v, ok := defined[i]; ok {
			x := ast.Equality.Expr(ast.VarTerm(existence+string(v)), ast.NewTerm(witness(inner[v])))
			x.Location = e.Location
			out.Append(x)
			continue
		}
		out.Append(in.expr(e, inner))
	}
	return guardEdges(out)
}

// isThere is a field, true, of every object in a list of an extracted input: whether an element exists can then be
// asked without looking at what it holds.
const isThere = "_is"

// witness is what must be there for a replaced local: the address of a resource, the mark of a block, or the part itself.
func witness(ref ast.Ref) ast.Ref {
	switch {
	case len(ref) == 3:
		return ref.Append(ast.StringTerm("_address"))
	case blockElement(ref):
		return ref.Append(ast.StringTerm(isThere))
	}
	return ref
}

// blockElement says whether a reference names an element of a list of blocks.
func blockElement(ref ast.Ref) bool {
	return len(ref) > 4 && stepsOf(ref[len(ref)-1:])[0] == anyStep && blockList(ref[:len(ref)-1])
}

// blockList says whether a reference names a list of blocks, or of the parts of a policy document.
func blockList(ref ast.Ref) bool {
	if len(ref) < 4 || !ref[0].Equal(ast.InputRootDocument) {
		return false
	}
	typ, ok := ref[1].Value.(ast.String)
	if !ok {
		return false
	}
	steps := stepsOf(ref[3:])
	if steps[0] == "_documents" {
		return slices.Contains([]string{"statement", "principals", "not_principals", "condition"}, steps[len(steps)-1])
	}
	t := catalog.Lookup(string(typ))
	if t == nil {
		return false
	}
	names := slices.DeleteFunc(steps, func(s string) bool { return s == anyStep || isNumber(s) })
	a := t.Attr(strings.Join(names, "."))
	return a != nil && a.Kind == catalog.Block && len(names) > 0
}

// emptiness recognises LIST == [] and LIST != [] for a list of blocks or of edges, and gives the question whether
// there is a first element: what the elements hold does not matter to it.
func (in *inliner) emptiness(e *ast.Expr) (*ast.Expr, bool) {
	if len(e.With) > 0 || !e.IsCall() || len(e.Operands()) != 2 {
		return nil, false
	}
	same := e.IsEquality() || e.IsAssignment() || e.Operator().String() == "equal"
	if !same && e.Operator().String() != "neq" {
		return nil, false
	}
	l, r := e.Operand(0), e.Operand(1)
	if _, ok := r.Value.(ast.Ref); ok {
		l, r = r, l
	}
	ref, ok := l.Value.(ast.Ref)
	a, isArray := r.Value.(*ast.Array)
	if !ok || !isArray || a.Len() > 0 {
		return nil, false
	}
	var first ast.Ref
	switch {
	case blockList(ref):
		first = ref.Append(ast.InternedTerm(0)).Append(ast.StringTerm(isThere))
	case edgeRef(ref) && len(ref) == 5:
		name, ok := in.someRule(ref)
		if !ok {
			return nil, false
		}
		first = in.pkg.Append(ast.StringTerm(name)).Append(ref[2])
	default:
		return nil, false
	}
	x := ast.NewExpr(ast.NewTerm(first))
	x.Negated = same != e.Negated
	x.Location = e.Location
	return x, true
}

// definition recognises `v = input.T[i]...` where v is to be replaced.
func (in *inliner) definition(e *ast.Expr, sub locals) (ast.Var, ast.Ref, bool) {
	if e.Negated || len(e.With) > 0 || !(e.IsEquality() || e.IsAssignment()) {
		return "", nil, false
	}
	l, r := e.Operand(0), e.Operand(1)
	if _, ok := r.Value.(ast.Var); ok {
		if _, both := l.Value.(ast.Var); !both {
			l, r = r, l
		}
	}
	v, ok := l.Value.(ast.Var)
	ref, isRef := r.Value.(ast.Ref)
	if !ok || !isRef || in.args[v] {
		return "", nil, false
	}
	if _, again := sub[v]; again {
		return "", nil, false
	}
	full, ok := in.term(ast.NewTerm(ref), sub).Value.(ast.Ref)
	if !ok || len(full) < 3 || !full[0].Equal(ast.InputRootDocument) || mentions(full, v) {
		return "", nil, false
	}
	if len(full) > 3 && !in.heads[v] && in.uses[v] > 1 {
		return "", nil, false
	}
	return v, full, true
}

func mentions(x any, v ast.Var) bool {
	found := false
	ast.WalkVars(x, func(w ast.Var) bool { found = found || w == v; return found })
	return found
}

func (in *inliner) expr(e *ast.Expr, sub locals) *ast.Expr {
	c := in.operands(e, sub)
	if x, ok := in.emptiness(c); ok {
		return x
	}
	return c
}

func (in *inliner) operands(e *ast.Expr, sub locals) *ast.Expr {
	c := e.Copy()
	switch t := c.Terms.(type) {
	case *ast.Term:
		c.Terms = in.term(t, sub)
	case []*ast.Term:
		for i := range t {
			if i > 0 {
				t[i] = in.term(t[i], sub)
			}
		}
	case *ast.Every:
		t.Domain = in.term(t.Domain, sub)
		inner := sub
		t.Body = in.body(t.Body, &inner)
	case *ast.SomeDecl:
		for i := range t.Symbols {
			if _, isVar := t.Symbols[i].Value.(ast.Var); !isVar {
				t.Symbols[i] = in.term(t.Symbols[i], sub)
			}
		}
	}
	for _, w := range c.With {
		w.Value = in.term(w.Value, sub)
	}
	return c
}

func (in *inliner) term(t *ast.Term, sub locals) *ast.Term {
	switch v := t.Value.(type) {
	case ast.Var:
		if ref, ok := sub[v]; ok {
			return &ast.Term{Value: ref.Copy(), Location: t.Location}
		}
		return t
	case ast.Ref:
		return &ast.Term{Value: in.ref(v, sub), Location: t.Location}
	case *ast.Array:
		parts := make([]*ast.Term, 0, v.Len())
		v.Foreach(func(x *ast.Term) { parts = append(parts, in.term(x, sub)) })
		return &ast.Term{Value: ast.NewArray(parts...), Location: t.Location}
	case ast.Set:
		s := ast.NewSet()
		v.Foreach(func(x *ast.Term) { s.Add(in.term(x, sub)) })
		return &ast.Term{Value: s, Location: t.Location}
	case ast.Object:
		o := ast.NewObject()
		v.Foreach(func(k, x *ast.Term) { o.Insert(in.term(k, sub), in.term(x, sub)) })
		return &ast.Term{Value: o, Location: t.Location}
	case ast.Call:
		parts := make(ast.Call, len(v))
		copy(parts, v)
		for i := 1; i < len(parts); i++ {
			parts[i] = in.term(parts[i], sub)
		}
		return &ast.Term{Value: parts, Location: t.Location}
	case *ast.SetComprehension:
		inner := sub
		body := in.body(v.Body, &inner)
		return &ast.Term{Value: &ast.SetComprehension{Term: in.term(v.Term, inner), Body: body}, Location: t.Location}
	case *ast.ArrayComprehension:
		inner := sub
		body := in.body(v.Body, &inner)
		return &ast.Term{Value: &ast.ArrayComprehension{Term: in.term(v.Term, inner), Body: body}, Location: t.Location}
	case *ast.ObjectComprehension:
		inner := sub
		body := in.body(v.Body, &inner)
		return &ast.Term{Value: &ast.ObjectComprehension{Key: in.term(v.Key, inner), Value: in.term(v.Value, inner), Body: body}, Location: t.Location}
	}
	return t
}

func (in *inliner) ref(r ast.Ref, sub locals) ast.Ref {
	out := make(ast.Ref, 0, len(r)+3)
	if v, ok := r[0].Value.(ast.Var); ok && sub[v] != nil {
		out = append(out, sub[v].Copy()...)
	} else {
		out = append(out, in.headTerm(r[0], sub))
	}
	for _, x := range r[1:] {
		out = append(out, in.term(x, sub))
	}
	return out
}

// headTerm rewrites a reference's head that is not a variable (a call or a comprehension).
func (in *inliner) headTerm(t *ast.Term, sub locals) *ast.Term {
	if _, ok := t.Value.(ast.Var); ok {
		return t
	}
	return in.term(t, sub)
}

// isExistence says whether an expression only asks that something is there.
func isExistence(e *ast.Expr) bool {
	if e.Negated || !(e.IsEquality() || e.IsAssignment()) {
		return false
	}
	v, ok := e.Operand(0).Value.(ast.Var)
	return ok && strings.HasPrefix(string(v), existence)
}
