package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// scope is the variables of a body. Some are the same, or determine each other; from others edges lead on: whoever knows the
// one can reach the other, not the other way round, since a policy's view holds what its edges lead to.
type scope struct {
	parent map[ast.Var]ast.Var
	arcs   map[ast.Var][]ast.Var
	types  map[ast.Var]map[string]bool // of the resources that a variable is the position of
	// element is the expression that puts the rule's element together, where the compiler moved it into the body. That they
	// stand in one element ties nothing here: those who use the element rely on what ties its parts.
	element *ast.Expr
}

func (s *scope) find(v ast.Var) ast.Var {
	for {
		p, ok := s.parent[v]
		if !ok || p == v {
			return v
		}
		v = p
	}
}

func (s *scope) join(v, w ast.Var) {
	if a, b := s.find(v), s.find(w); a != b {
		s.parent[b] = a
	}
}

func (s *scope) inner() *scope {
	c := &scope{parent: map[ast.Var]ast.Var{}, arcs: map[ast.Var][]ast.Var{}, types: map[ast.Var]map[string]bool{}, element: s.element}
	for k, v := range s.parent {
		c.parent[k] = v
	}
	for k, list := range s.arcs {
		c.arcs[k] = slices.Clone(list)
	}
	return c
}

func (s *scope) note(v ast.Var, types ...string) {
	if s.types[v] == nil {
		s.types[v] = map[string]bool{}
	}
	for _, t := range types {
		s.types[v][t] = true
	}
}

// closure gives the groups of variables that can be reached from the given ones.
func (s *scope) closure(start []ast.Var) map[ast.Var]bool {
	out := map[ast.Var]bool{}
	for _, v := range start {
		out[s.find(v)] = true
	}
	for grown := true; grown; {
		grown = false
		for from, list := range s.arcs {
			if !out[s.find(from)] {
				continue
			}
			for _, to := range list {
				if g := s.find(to); !out[g] {
					out[g], grown = true, true
				}
			}
		}
	}
	return out
}

// rest reports the types of the variables that are not reached.
func (s *scope) rest(reached map[ast.Var]bool, found map[string]bool) {
	for v, types := range s.types {
		if reached[s.find(v)] {
			continue
		}
		for t := range types {
			found[t] = true
		}
	}
}

// root is the part of a helper's elements from which its other parts can be reached: a field, an index, or for "" the whole.
type root struct{ at ast.Ref }

// in gives the variable that stands at the root of an element or of a pattern for one.
func (r root) in(element *ast.Term) (ast.Var, bool) {
	if element == nil {
		return "", false
	}
	if v, ok := element.Value.(ast.Var); ok {
		return v, true // the whole element
	}
	if len(r.at) == 0 {
		return "", false
	}
	found, err := element.Value.Find(r.at)
	if err != nil {
		return "", false
	}
	v, ok := found.(ast.Var)
	return v, ok
}

// rootOf gives the root of a helper: the part, common to its rules, from which most can be reached. ok is false when there is
// none; then nothing that the helper looks at is tied to those who use it.
func (a *anchors) rootOf(name string) (root, bool) {
	if r, ok := a.roots[name]; ok {
		return r, r.at != nil
	}
	a.roots[name] = root{}
	rules := a.c.rules[name]
	scopes := make([]*scope, len(rules))
	for n, r := range rules {
		scopes[n] = a.scope(r, map[string]bool{})
	}
	best, least := root{}, -1
	for _, at := range a.places(name) {
		missed := map[string]bool{}
		for n, r := range rules {
			v, ok := root{at}.in(headElement(r))
			if !ok {
				missed = nil
				break
			}
			scopes[n].rest(scopes[n].closure([]ast.Var{v}), missed)
		}
		if missed != nil && (least < 0 || len(missed) < least) {
			best, least = root{at}, len(missed)
		}
	}
	a.roots[name] = best
	return best, best.at != nil
}

// places lists where the elements of a helper may have their root: "at" alone where they have it, else every part with a variable.
func (a *anchors) places(name string) []ast.Ref {
	var out []ast.Ref
	for _, r := range a.c.rules[name] {
		element := headElement(r)
		if element == nil {
			return nil
		}
		switch v := element.Value.(type) {
		case ast.Object:
			if v.Get(atTerm) != nil {
				return []ast.Ref{{atTerm}}
			}
			for _, k := range v.Keys() {
				out = append(out, ast.Ref{k})
			}
		case *ast.Array:
			for n := range v.Len() {
				out = append(out, ast.Ref{ast.InternedTerm(n)})
			}
		case ast.Var:
			out = append(out, ast.Ref{})
		}
	}
	return out
}

func firstVariable(ref ast.Ref) *ast.Term {
	if n := len(ref.ConstantPrefix()); n < len(ref) {
		return ref[n]
	}
	return nil
}

// elementAt gives the variable that stands for an element of a helper in a reference: the key itself, or the part of the key
// that is the root. ok is false when that is no variable.
func (a *anchors) elementAt(name string, ref ast.Ref) (ast.Var, bool) {
	key := firstVariable(ref)
	if key == nil {
		return "", false
	}
	if v, ok := key.Value.(ast.Var); ok {
		return v, true
	}
	at, ok := a.rootOf(name)
	if !ok {
		return "", false
	}
	return at.in(key)
}

// positionField says whether a field of the objects that helpers make is a position wherever it is made.
func (a *anchors) positionField(field *ast.Term) bool {
	made := false
	for name, rules := range a.c.rules {
		if !hasPackage(name, a.package_) {
			continue
		}
		for _, r := range rules {
			if word := ruleName(r); word == "deny" || word == "fix" {
				continue // their objects are answers, no helper's
			}
			o, ok := headObject(r)
			if !ok || o.Get(field) == nil {
				continue
			}
			switch v := o.Get(field).Value.(type) {
			case ast.Var:
				if !a.indexes(r)[v] {
					return false
				}
			default:
				return false
			}
			made = true
		}
	}
	return made
}

// rootField says whether a field of the objects that helpers make is their root wherever it is made.
func (a *anchors) rootField(field *ast.Term) bool {
	for _, name := range sortedNames(a.c.rules) {
		if !hasPackage(name, a.package_) || !slices.ContainsFunc(a.places(name), func(at ast.Ref) bool { return len(at) == 1 && at[0].Equal(field) }) {
			continue
		}
		if at, ok := a.rootOf(name); !ok || len(at.at) != 1 || !at.at[0].Equal(field) {
			return false
		}
	}
	return true
}

// indexes lists the variables of a rule that index an array of the input or name an element of a helper.
func (a *anchors) indexes(r *ast.Rule) map[ast.Var]bool {
	out := map[ast.Var]bool{}
	for _, part := range []any{r.Head, r.Body} {
		ast.WalkRefs(part, func(ref ast.Ref) bool {
			var at *ast.Term
			switch {
			case ref[0].Equal(ast.InputRootDocument) && len(ref) > 2:
				at = ref[2]
			case ref[0].Equal(ast.DefaultRootDocument) && len(ref) > 3 && len(a.c.targets(ref)) > 0:
				at = firstVariable(ref)
			}
			if at != nil {
				if v, ok := at.Value.(ast.Var); ok {
					out[v] = true
				}
			}
			return false
		})
	}
	return out
}

func hasPackage(rule, pkg string) bool {
	return len(rule) > len(pkg) && rule[:len(pkg)] == pkg && rule[len(pkg)] == '.'
}

// headObject gives the object that a set rule holds, also where the compiler moved it into the body.
func headObject(r *ast.Rule) (ast.Object, bool) {
	if r.Head.Key == nil {
		return nil, false
	}
	o, ok := headElement(r).Value.(ast.Object)
	return o, ok
}

// headElement gives the element of a set rule, also where the compiler moved it into the body.
func headElement(r *ast.Rule) *ast.Term {
	if e := elementExpr(r); e != nil {
		return e.Operand(1)
	}
	return r.Head.Key
}

// elementExpr gives the expression of the body that the compiler made of the element of a set rule, an object or an array; nil
// when it made none.
func elementExpr(r *ast.Rule) *ast.Expr {
	if r.Head.Key == nil {
		return nil
	}
	v, ok := r.Head.Key.Value.(ast.Var)
	if !ok {
		return nil
	}
	i := slices.IndexFunc(r.Body, func(e *ast.Expr) bool {
		if e.Negated || !e.IsEquality() && !e.IsAssignment() || e.Operand(0).Value.Compare(v) != 0 {
			return false
		}
		switch e.Operand(1).Value.(type) {
		case ast.Object, *ast.Array:
			return true
		}
		return false
	})
	if i < 0 {
		return nil
	}
	return r.Body[i]
}

// connect ties the variables that an expression holds together: by an edge, by a helper, or by being the same.
func (a *anchors) connect(e *ast.Expr, s *scope) {
	walkOutside(e, func(ref ast.Ref) { a.keys(ref, s) })
	if !e.IsCall() {
		return
	}
	ops := e.Operands()
	switch {
	case len(ops) == 2 && (e.IsEquality() || e.IsAssignment()):
		l, lok := a.same(ops[0])
		r, rok := a.same(ops[1])
		if lok && rok {
			s.join(l, r)
		}
		a.lead(s, ops[0], ops[1], 6) // input.T[i]._to.key[n]
		a.lead(s, ops[1], ops[0], 6)
		a.unpack(s, ops[0], ops[1])
		a.unpack(s, ops[1], ops[0])
	case len(ops) >= 2 && e.Operator().String() == "internal.member_2":
		a.lead(s, ops[0], ops[1], 5)
	}
}

// keys leads from the root of a helper's key to its other parts.
func (a *anchors) keys(ref ast.Ref, s *scope) {
	if !ref[0].Equal(ast.DefaultRootDocument) {
		return
	}
	for _, name := range a.c.targets(ref) {
		if key := firstVariable(ref); key != nil {
			a.parts(s, name, key)
		}
	}
}

func (a *anchors) parts(s *scope, name string, element *ast.Term) {
	at, ok := a.rootOf(name)
	if !ok {
		return
	}
	if from, ok := at.in(element); ok {
		s.arcs[from] = append(s.arcs[from], varsOf(element)...)
	}
}

// same gives the variable that a term is the same as, or determines as much as.
func (a *anchors) same(t *ast.Term) (ast.Var, bool) {
	switch v := t.Value.(type) {
	case ast.Var:
		return v, true
	case ast.Ref:
		if v[0].Equal(ast.DefaultRootDocument) {
			e, ok := a.element(v)
			return e, ok && len(v) == len(v.ConstantPrefix())+1 && !a.valued(v)
		}
		if e, ok := fieldOf(v); ok && a.positionField(v[1]) && a.rootField(v[1]) {
			return e, true
		}
	}
	return "", false
}

// element gives the variable that stands for an element in a reference to any helper.
func (a *anchors) element(ref ast.Ref) (ast.Var, bool) {
	for _, name := range a.c.targets(ref) {
		if e, ok := a.elementAt(name, ref); ok {
			return e, true
		}
	}
	return "", false
}

// valued says whether a reference gives values for keys, and not the elements of a set.
func (a *anchors) valued(ref ast.Ref) bool {
	return slices.ContainsFunc(a.c.targets(ref), func(name string) bool {
		return slices.ContainsFunc(a.c.rules[name], func(r *ast.Rule) bool { return r.Head.Value != nil && r.Head.RuleKind() != ast.MultiValue })
	})
}

// fieldOf gives the variable of e.field.
func fieldOf(ref ast.Ref) (ast.Var, bool) {
	if len(ref) != 2 || ref[0].Equal(ast.InputRootDocument) || ref[0].Equal(ast.DefaultRootDocument) {
		return "", false
	}
	v, ok := ref[0].Value.(ast.Var)
	return v, ok
}

// lead ties a term to where it comes from: an edge of a resource, or another field of an element.
func (a *anchors) lead(s *scope, to, from *ast.Term, least int) {
	v, ok := a.same(to)
	ref, isRef := from.Value.(ast.Ref)
	if !ok || !isRef {
		return
	}
	if e, ok := fieldOf(ref); ok && a.positionField(ref[1]) {
		s.arcs[e] = append(s.arcs[e], v)
	}
	if ref[0].Equal(ast.DefaultRootDocument) {
		field := len(ref.ConstantPrefix()) + 1
		if e, ok := a.element(ref); ok && (field == len(ref) && a.valued(ref) || field == len(ref)-1 && a.positionField(ref[field])) {
			s.arcs[e] = append(s.arcs[e], v)
		}
	}
	if edgeRef(ref) && len(ref) >= least {
		for _, owner := range varsOf(ref[2]) {
			s.arcs[owner] = append(s.arcs[owner], v)
		}
	}
}

// unpack ties the parts of `[i, x] = helper[e]`.
func (a *anchors) unpack(s *scope, pattern, helper *ast.Term) {
	ref, ok := helper.Value.(ast.Ref)
	if _, whole := pattern.Value.(ast.Var); whole || !ok || !ref[0].Equal(ast.DefaultRootDocument) {
		return
	}
	for _, name := range a.c.targets(ref) {
		at, ok := a.rootOf(name)
		if !ok {
			continue
		}
		e, ok := a.elementAt(name, ref)
		if v, found := at.in(pattern); ok && found {
			s.join(v, e)
			a.parts(s, name, pattern)
		}
	}
}
