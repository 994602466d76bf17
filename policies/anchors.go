package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// anchors finds out what ties the resources that a rule looks at to the one that is judged. Positions that come from
// an edge of a resource belong to that resource; what belongs to nothing else is scanned: every resource
// of its type counts for every verdict.
type anchors struct {
	c        *collector
	package_ string
	depth    map[string]int
	scans    map[string]map[string]bool
}

// hops bounds how many edges one derivation of a rule can follow: those of its body and of each helper, each time that it is used.
func (a *anchors) hops(name string, above []string) int {
	if n, ok := a.depth[name]; ok {
		return n
	}
	if slices.Contains(above, name) {
		return 0
	}
	above = append(slices.Clone(above), name)
	most := 0
	for _, r := range a.c.rules[name] {
		n := 0
		for x := r; x != nil; x = x.Else {
			n += a.hopsIn(x.Body, above) + a.hopsIn(x.Head, above)
		}
		most = max(most, n)
	}
	a.depth[name] = most
	return most
}

func (a *anchors) hopsIn(x any, above []string) int {
	n := 0
	ast.WalkRefs(x, func(ref ast.Ref) bool {
		if edgeRef(ref) {
			n++
		}
		if ref[0].Equal(ast.DefaultRootDocument) {
			for _, t := range a.c.targets(ref) {
				n += a.hops(t, above)
			}
		}
		return false
	})
	return n
}

// edgeRef says whether a reference reads an edge list: input.T[i]._to... or _from, or a whole resource.
func edgeRef(ref ast.Ref) bool {
	if len(ref) < 3 || !ref[0].Equal(ast.InputRootDocument) {
		return false
	}
	if len(ref) == 3 {
		return true
	}
	s, ok := ref[3].Value.(ast.String)
	return !ok || s == "_to" || s == "_from"
}

// scannedBy lists the types that a rule, or a helper of it, looks through.
func (a *anchors) scannedBy(name string) []string {
	if s, ok := a.scans[name]; ok {
		return sortedNames(s)
	}
	found := map[string]bool{}
	a.scans[name] = found
	for _, r := range a.c.rules[name] {
		for x := r; x != nil; x = x.Else {
			a.rule(x, found)
			for _, part := range []any{x.Head, x.Body} {
				ast.WalkRefs(part, func(ref ast.Ref) bool {
					if ref[0].Equal(ast.DefaultRootDocument) {
						for _, t := range a.c.targets(ref) {
							for _, typ := range a.scannedBy(t) {
								found[typ] = true
							}
						}
					}
					return false
				})
			}
		}
	}
	return sortedNames(found)
}

// scope is the variables of a body, put together where one determines the other.
type scope struct {
	parent map[ast.Var]ast.Var
	types  map[ast.Var]map[string]bool // of the resources that a variable is the position of
	index  map[ast.Var]bool            // variables of the rule that are used as a position or as the element of a helper
}

// only keeps the variables that stand for positions or elements: a name that two helpers share ties nothing.
func (s *scope) only(vars []ast.Var) []ast.Var {
	return slices.DeleteFunc(vars, func(v ast.Var) bool { return !s.index[v] })
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

func (s *scope) join(vars ...ast.Var) {
	for _, v := range vars[min(1, len(vars)):] {
		if a, b := s.find(vars[0]), s.find(v); a != b {
			s.parent[b] = a
		}
	}
}

func (s *scope) inner() *scope {
	c := &scope{parent: map[ast.Var]ast.Var{}, types: map[ast.Var]map[string]bool{}, index: s.index}
	for k, v := range s.parent {
		c.parent[k] = v
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

func (a *anchors) rule(r *ast.Rule, found map[string]bool) {
	s := &scope{parent: map[ast.Var]ast.Var{}, types: map[ast.Var]map[string]bool{}, index: a.indexes(r)}
	head := varsOf(r.Head.Args, r.Head.Key)
	if r.Head.Key == nil && len(r.Head.Args) == 0 {
		head = varsOf(r.Head.Reference[1:])
	}
	s.join(varsOf(r.Head.Args)...)
	a.body(r.Body, s, found)
	a.positions(r.Head, s, found)
	anchor := anchorOf(r, s, head)
	a.rest(s, anchor, nil, found)
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

func firstVariable(ref ast.Ref) *ast.Term {
	if n := len(ref.ConstantPrefix()); n < len(ref) {
		return ref[n]
	}
	return nil
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

func hasPackage(rule, pkg string) bool {
	return len(rule) > len(pkg) && rule[:len(pkg)] == pkg && rule[len(pkg)] == '.'
}

// headObject gives the object that a set rule holds, also where the compiler moved it into the body.
func headObject(r *ast.Rule) (ast.Object, bool) {
	if r.Head.Key == nil {
		return nil, false
	}
	if v, ok := r.Head.Key.Value.(ast.Var); ok {
		for _, e := range r.Body {
			if !e.Negated && (e.IsEquality() || e.IsAssignment()) && e.Operand(0).Value.Compare(v) == 0 {
				o, ok := e.Operand(1).Value.(ast.Object)
				return o, ok
			}
		}
	}
	o, ok := r.Head.Key.Value.(ast.Object)
	return o, ok
}

// anchorOf picks the group of variables that the rule is about: that of "at", else the first variable of the head.
func anchorOf(r *ast.Rule, s *scope, head []ast.Var) map[ast.Var]bool {
	if o, ok := headObject(r); ok {
		if at := o.Get(atTerm); at != nil {
			head = varsOf(at)
		}
	}
	out := map[ast.Var]bool{}
	if len(head) > 0 {
		out[s.find(head[0])] = true
	}
	return out
}

// rest reports the types of the groups that are not anchored.
func (a *anchors) rest(s *scope, anchored map[ast.Var]bool, outer *scope, found map[string]bool) {
	for v, types := range s.types {
		if anchored[s.find(v)] {
			continue
		}
		for t := range types {
			found[t] = true
		}
	}
}

func varsOf(xs ...any) []ast.Var {
	var out []ast.Var
	for _, x := range xs {
		if t, ok := x.(*ast.Term); ok && t == nil {
			continue
		}
		ast.WalkVars(x, func(v ast.Var) bool {
			if v != ast.InputRootDocument.Value && v != ast.DefaultRootDocument.Value {
				out = append(out, v)
			}
			return false
		})
	}
	return out
}

// body joins the variables of one body and looks into the bodies inside it.
func (a *anchors) body(b ast.Body, s *scope, found map[string]bool) {
	for _, e := range b {
		if !e.Negated {
			a.connect(e, s)
		}
		a.positions(e, s, found)
	}
	for _, e := range b {
		for _, n := range nestedBodies(e) {
			in := s.inner()
			outside := map[ast.Var]bool{}
			for _, v := range varsOf(b) {
				if _, known := s.types[v]; known {
					outside[v] = true
				}
			}
			a.body(n, in, found)
			anchored := map[ast.Var]bool{}
			for v := range outside {
				anchored[in.find(v)] = true
			}
			for v := range s.parent {
				anchored[in.find(v)] = true
			}
			a.rest(in, anchored, s, found)
		}
	}
}

// nestedBodies lists the bodies directly inside an expression.
func nestedBodies(e *ast.Expr) []ast.Body {
	var out []ast.Body
	v := ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.SetComprehension:
			out = append(out, append(x.Body[:len(x.Body):len(x.Body)], ast.NewExpr(x.Term)))
			return true
		case *ast.ArrayComprehension:
			out = append(out, append(x.Body[:len(x.Body):len(x.Body)], ast.NewExpr(x.Term)))
			return true
		case *ast.ObjectComprehension:
			out = append(out, append(x.Body[:len(x.Body):len(x.Body)], ast.NewExpr(x.Key), ast.NewExpr(x.Value)))
			return true
		case *ast.Every:
			out = append(out, x.Body)
			return true
		}
		return false
	})
	v.Walk(e)
	return out
}

// positions notes which variables stand for resources of which type, and reports types whose position comes from nowhere.
func (a *anchors) positions(x any, s *scope, found map[string]bool) {
	walkOutside(x, func(ref ast.Ref) {
		switch {
		case ref[0].Equal(ast.InputRootDocument) && len(ref) > 1:
			t, ok := ref[1].Value.(ast.String)
			if !ok {
				return // hazy: handled by reads
			}
			if len(ref) == 2 {
				found[string(t)] = true
				return
			}
			switch i := ref[2].Value.(type) {
			case ast.Var:
				s.note(i, string(t))
			case ast.Ref:
				if !edgeRef(i) && !i[0].Equal(ast.DefaultRootDocument) {
					if v, ok := i[0].Value.(ast.Var); ok {
						s.note(v, string(t))
						return
					}
					found[string(t)] = true
				}
			default:
				found[string(t)] = true
			}
		case ref[0].Equal(ast.DefaultRootDocument):
			for _, name := range a.c.targets(ref) {
				types := a.typesOf(name, nil)
				for _, v := range varsOf([]*ast.Term(ref[1:])) {
					s.note(v, types...)
				}
			}
		}
	})
}

// typesOf lists the types whose positions a helper deals in.
func (a *anchors) typesOf(name string, above []string) []string {
	if slices.Contains(above, name) {
		return nil
	}
	above = append(slices.Clone(above), name)
	found := map[string]bool{}
	for _, r := range a.c.rules[name] {
		for x := r; x != nil; x = x.Else {
			for _, part := range []any{x.Head, x.Body} {
				ast.WalkRefs(part, func(ref ast.Ref) bool {
					switch {
					case ref[0].Equal(ast.InputRootDocument) && len(ref) > 2:
						if t, ok := ref[1].Value.(ast.String); ok {
							found[string(t)] = true
						}
					case ref[0].Equal(ast.DefaultRootDocument):
						for _, t := range a.c.targets(ref) {
							for _, typ := range a.typesOf(t, above) {
								found[typ] = true
							}
						}
					}
					return false
				})
			}
		}
	}
	return sortedNames(found)
}

// walkOutside visits the references of x that are not inside a nested body.
func walkOutside(x any, visit func(ast.Ref)) {
	v := ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.SetComprehension, *ast.ArrayComprehension, *ast.ObjectComprehension:
			return true
		case *ast.Every:
			walkOutside(x.Domain, visit)
			return true
		case ast.Ref:
			visit(x)
		}
		return false
	})
	v.Walk(x)
}

// connect joins the variables that an expression ties together: by an edge, by a helper, or by being the same.
func (a *anchors) connect(e *ast.Expr, s *scope) {
	walkOutside(e, func(ref ast.Ref) {
		if ref[0].Equal(ast.DefaultRootDocument) && len(a.c.targets(ref)) > 0 {
			s.join(s.only(varsOf([]*ast.Term(ref[1:])))...)
		}
	})
	if !e.IsCall() {
		return
	}
	ops := e.Operands()
	switch {
	case len(ops) == 2 && (e.IsEquality() || e.IsAssignment()):
		l, r := ties(a, s, ops[0], false), ties(a, s, ops[1], false)
		if l != nil && r != nil {
			s.join(append(l, r...)...)
		}
	case len(ops) >= 2 && e.Operator().String() == "internal.member_2":
		l, r := ties(a, s, ops[0], false), ties(a, s, ops[1], true)
		if l != nil && r != nil {
			s.join(append(l, r...)...)
		}
	}
}

// ties gives the variables through which a term may be tied to another one: a variable itself, what a field of a
// variable belongs to, the owner of an edge (of its elements; of the list where list is set), the keys of a helper.
func ties(a *anchors, s *scope, t *ast.Term, list bool) []ast.Var {
	switch v := t.Value.(type) {
	case ast.Var:
		return []ast.Var{v}
	case ast.Object, *ast.Array:
		return s.only(varsOf(t))
	case ast.Ref:
		if head, ok := v[0].Value.(ast.Var); ok && !v[0].Equal(ast.InputRootDocument) && !v[0].Equal(ast.DefaultRootDocument) {
			if len(v) == 2 && a.positionField(v[1]) {
				return []ast.Var{head}
			}
			return nil
		}
		if v[0].Equal(ast.DefaultRootDocument) && len(a.c.targets(v)) > 0 {
			return s.only(varsOf([]*ast.Term(v[1:])))
		}
		least := 6 // input.T[i]._to.key[n]
		if list {
			least = 5
		}
		if edgeRef(v) && len(v) >= least {
			return varsOf(v[2])
		}
	}
	return nil
}
