package policies

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// An edge that may lead somewhere unknown is shown to partial evaluation as leading to a phantom: a resource of which nothing
// is known, not even that it exists. That needs two things of an inlined module: every position that comes from an edge
// asks whether its resource is there (the field isThere), and positions from edges are used as positions, not
// compared; where a policy compares them the edge's elements themselves are taken as unknown.

// guardEdges adds the question for existence behind every expression that takes a position from an edge.
func guardEdges(b ast.Body) ast.Body {
	out := make(ast.Body, 0, len(b))
	for _, e := range b {
		out.Append(e)
		v, ref, ok := edgeBinding(e)
		if !ok {
			continue
		}
		if target, ok := edgeTarget(ref); ok {
			there := ast.Ref{ast.InputRootDocument, ast.StringTerm(target), ast.NewTerm(v), ast.StringTerm(isThere)}
			x := ast.Equality.Expr(ast.NewTerm(there), ast.BooleanTerm(true))
			x.Location = e.Location
			out.Append(x)
		}
	}
	return out
}

// edgeBinding recognises `v = input.T[i]._to.key[n]`.
func edgeBinding(e *ast.Expr) (ast.Var, ast.Ref, bool) {
	if e.Negated || len(e.With) > 0 || !(e.IsEquality() || e.IsAssignment()) {
		return "", nil, false
	}
	for _, pair := range [][2]*ast.Term{{e.Operand(0), e.Operand(1)}, {e.Operand(1), e.Operand(0)}} {
		v, ok := pair[0].Value.(ast.Var)
		ref, isRef := pair[1].Value.(ast.Ref)
		if ok && isRef && len(ref) == 6 && edgeRef(ref) {
			return v, ref, true
		}
	}
	return "", nil, false
}

// edgeTarget gives the type that the positions of an edge reference belong to.
func edgeTarget(ref ast.Ref) (string, bool) {
	if len(ref) < 5 || !edgeRef(ref) {
		return "", false
	}
	types := leadsTo(lowerText(ref[1]), lowerText(ref[3]), lowerText(ref[4]))
	if len(types) != 1 {
		return "", false
	}
	return types[0], true
}

// edgeName is how an edge list of a type is written here: "aws_subnet._to.vpc_id".
func edgeName(typ, direction, key string) string { return typ + "." + direction + "." + key }

// someRule gives the name of a rule that says whether an edge list has an element, made when it is first needed.
func (in *inliner) someRule(ref ast.Ref) (string, bool) {
	target, ok := edgeTarget(ref)
	if !ok {
		return "", false
	}
	name := "some_" + strings.NewReplacer(".", "_", "/", "_", "-", "_").Replace(edgeName(lowerText(ref[1]), lowerText(ref[3]), lowerText(ref[4])))
	if in.extra[name] == nil {
		text := fmt.Sprintf("package p\n%s contains i if { a = input.%[2]s[i]._address; s = input.%[2]s[i].%s[%q][k]; input.%s[s].%s = true }",
			name, lowerText(ref[1]), lowerText(ref[3]), lowerText(ref[4]), target, isThere)
		m, err := ast.ParseModuleWithOpts("", text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil || len(m.Rules) != 1 {
			return "", false
		}
		in.extra[name] = m.Rules[0]
	}
	return name, true
}

// comparisons says how a module uses the positions that edges give.
type comparisons struct {
	equal   map[string]bool // edges whose positions may be held against others
	unequal map[string]bool // edges whose positions are only told apart (!=)
}

// compares examines inlined modules.
func compares(modules map[string]*ast.Module) comparisons {
	c := comparisons{equal: map[string]bool{}, unequal: map[string]bool{}}
	fields := map[string][]string{} // field of helper objects -> edges whose positions it holds
	held := map[string]bool{}       // fields that are held against something
	for _, m := range modules {
		for _, r := range m.Rules {
			for x := r; x != nil; x = x.Else {
				c.rule(x, fields, held)
			}
		}
	}
	for f, edges := range fields {
		if held[f] {
			for _, e := range edges {
				c.equal[e] = true
			}
		}
	}
	return c
}

func (c *comparisons) rule(r *ast.Rule, fields map[string][]string, held map[string]bool) {
	edges, aliases := map[ast.Var]string{}, map[ast.Var]string{}
	plain := map[ast.Var]int{} // occurrences that are no comparison
	apart := map[ast.Var]bool{}
	walkAll := func(visit func(e *ast.Expr)) {
		ast.WalkExprs(r, func(e *ast.Expr) bool { visit(e); return false })
	}
	walkAll(func(e *ast.Expr) {
		if v, ref, ok := edgeBinding(e); ok {
			if _, known := edgeTarget(ref); known {
				edges[v] = edgeName(lowerText(ref[1]), lowerText(ref[3]), lowerText(ref[4]))
				plain[v]++
			}
		}
		if v, f, ok := fieldBinding(e); ok {
			aliases[v] = f
			plain[v]++
		}
		if e.IsCall() && e.Operator().String() == "neq" && !e.Negated {
			for _, o := range e.Operands() {
				if v, ok := o.Value.(ast.Var); ok {
					plain[v]++
					apart[v] = true
				}
			}
		}
	})
	for _, part := range []any{r.Head, r.Body} {
		ast.WalkRefs(part, func(ref ast.Ref) bool {
			at := -1
			switch {
			case ref[0].Equal(ast.InputRootDocument) && len(ref) > 2:
				at = 2
			case ref[0].Equal(ast.DefaultRootDocument):
				at = len(ref.ConstantPrefix())
			}
			if at > 0 && at < len(ref) {
				if v, ok := ref[at].Value.(ast.Var); ok {
					plain[v]++
				}
			}
			if len(ref) == 6 && edgeRef(ref) && !boundHere(r, ref) {
				c.equal[edgeName(lowerText(ref[1]), lowerText(ref[3]), lowerText(ref[4]))] = true
			}
			return false
		})
	}
	c.head(r, edges, aliases, plain, fields, held)
	total := map[ast.Var]int{}
	ast.WalkVars(r, func(v ast.Var) bool { total[v]++; return false })
	for v, e := range edges {
		if total[v] > plain[v] {
			c.equal[e] = true
		}
		if apart[v] {
			c.unequal[e] = true
		}
	}
	for v, f := range aliases {
		if total[v] > plain[v] {
			held[f] = true
		}
	}
}

// head notes positions that leave a rule in its head. A plain key is looked up by others, and the position of a verdict must
// be that of a real resource: both are comparisons.
func (c *comparisons) head(r *ast.Rule, edges, aliases map[ast.Var]string, plain map[ast.Var]int, fields map[string][]string, held map[string]bool) {
	o, ok := headObject(r)
	name := ruleName(r)
	if !ok || name == "judged" || name == "deny" {
		return
	}
	o.Foreach(func(k, t *ast.Term) {
		v, isVar := t.Value.(ast.Var)
		if !isVar {
			return
		}
		if e, ok := edges[v]; ok {
			fields[textOf(k)] = append(fields[textOf(k)], e)
			plain[v]++
		}
		if f, ok := aliases[v]; ok && f != textOf(k) {
			held[f] = true
		} else if ok {
			plain[v]++
		}
	})
}

// fieldBinding recognises `v = e.field`.
func fieldBinding(e *ast.Expr) (ast.Var, string, bool) {
	if e.Negated || !(e.IsEquality() || e.IsAssignment()) {
		return "", "", false
	}
	for _, pair := range [][2]*ast.Term{{e.Operand(0), e.Operand(1)}, {e.Operand(1), e.Operand(0)}} {
		v, ok := pair[0].Value.(ast.Var)
		ref, isRef := pair[1].Value.(ast.Ref)
		if !ok || !isRef || len(ref) != 2 || ref[0].Equal(ast.InputRootDocument) || ref[0].Equal(ast.DefaultRootDocument) {
			continue
		}
		if _, head := ref[0].Value.(ast.Var); head {
			return v, lowerText(ref[1]), true
		}
	}
	return "", "", false
}

// boundHere says whether an edge reference stands in an expression that binds a variable to it.
func boundHere(r *ast.Rule, ref ast.Ref) bool {
	found := false
	ast.WalkExprs(r, func(e *ast.Expr) bool {
		if _, x, ok := edgeBinding(e); ok && x.Equal(ref) {
			found = true
		}
		return found
	})
	return found
}

// phantomsOf is how many phantoms an open edge leads to: two where the policy tells its positions apart.
func (c comparisons) phantomsOf(edge string) int {
	if c.unequal[edge] {
		return 2
	}
	return 1
}
