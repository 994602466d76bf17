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
	roots    map[string]root
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
			a.rule(name, x, found)
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

func (a *anchors) rule(name string, r *ast.Rule, found map[string]bool) {
	s := a.scope(r, found)
	var anchor []ast.Var
	switch at, ok := a.rootOf(name); {
	case len(r.Head.Args) > 0:
		anchor = varsOf(r.Head.Args)
	case ok:
		if v, ok := at.in(headElement(r)); ok {
			anchor = []ast.Var{v}
		}
	}
	s.rest(s.closure(anchor), found)
}

// scope reads a rule; what its nested bodies look through is added to found.
func (a *anchors) scope(r *ast.Rule, found map[string]bool) *scope {
	s := &scope{parent: map[ast.Var]ast.Var{}, arcs: map[ast.Var][]ast.Var{}, types: map[ast.Var]map[string]bool{}, element: elementExpr(r)}
	a.body(r.Body, s, found)
	a.positions(r.Head, s, found)
	return s
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

// body ties the variables of one body and looks into the bodies inside it.
func (a *anchors) body(b ast.Body, s *scope, found map[string]bool) {
	for _, e := range b {
		if !e.Negated && e != s.element {
			a.connect(e, s)
		}
		a.positions(e, s, found)
	}
	for _, e := range b {
		for _, n := range nestedBodies(e) {
			in := s.inner()
			var outside []ast.Var
			for _, v := range varsOf(b) {
				if _, known := s.types[v]; known {
					outside = append(outside, v)
				}
			}
			for v := range s.parent {
				outside = append(outside, v)
			}
			a.body(n, in, found)
			in.rest(in.closure(outside), found)
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
				v, ok := a.elementAt(name, ref)
				switch {
				case ok:
					s.note(v, types...)
				case len(ref.ConstantPrefix()) < len(ref):
					for _, t := range types {
						found[t] = true
					}
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
