package policies

import (
	"context"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// residues is what partial evaluation leaves of a set, by position: elements that are in it for certain, and those that
// are in it under conditions.
type residues struct {
	sure  map[int][]finding
	maybe map[int]map[int]bool // position -> indexes of patches that it hangs on
	bare  map[int]bool         // hangs on something, no patch is named
	all   map[int]bool         // patches of answers whose position is not known: they are about every position
	any   bool
	list  []patch
}

func (r residues) hangs(at int) bool { return len(r.maybe[at]) > 0 || r.bare[at] || r.any }

// missing lists the data that the answer at a position hangs on. A residue also names what other resources of the batch hang
// on, where positions are compared: only what is near counts, unless that explains nothing.
func (r residues) missing(at int, near func(int32) bool) []Missing {
	var out, all []Missing
	for _, set := range []map[int]bool{r.maybe[at], r.all} {
		for i := range set {
			all = append(all, r.list[i].missing...)
			if slices.ContainsFunc(r.list[i].owners, func(k int32) bool { return near(k) }) {
				out = append(out, r.list[i].missing...)
			}
		}
	}
	if len(out) == 0 {
		out = all
	}
	return tidy(out)
}

func (d *decider) residue(ctx context.Context, s *steps, q rego.PreparedPartialQuery, in ast.Value, unknowns []*ast.Term, list []patch) (residues, error) {
	pq, err := q.Partial(ctx, rego.EvalParsedInput(in), rego.EvalParsedUnknowns(unknowns), rego.EvalExternalCancel(s))
	if err != nil {
		return residues{}, err
	}
	out := residues{sure: map[int][]finding{}, maybe: map[int]map[int]bool{}, bare: map[int]bool{}, all: map[int]bool{}, list: list}
	support := newSupport(pq.Support)
	for _, b := range pq.Queries {
		if support.impossible(b) {
			continue
		}
		x := elementOf(b)
		at, known := 0, false
		if x != nil {
			at, known = positionOf(x)
		}
		hangs := support.patches(b, list)
		switch {
		case known && len(b) == 1 && x.IsGround() && len(hangs) == 0:
			out.sure[at] = append(out.sure[at], findingOf(x))
		case known && len(hangs) == 0:
			out.bare[at] = true
		case known:
			if out.maybe[at] == nil {
				out.maybe[at] = map[int]bool{}
			}
			for i := range hangs {
				out.maybe[at][i] = true
			}
		default:
			out.any = true
			for i := range hangs {
				out.all[i] = true
			}
		}
	}
	return out, nil
}

// elementOf finds the element in a residual query: x = ELEMENT.
func elementOf(b ast.Body) *ast.Term {
	for _, e := range b {
		if !e.IsEquality() || e.Negated {
			continue
		}
		l, r := e.Operand(0), e.Operand(1)
		if isX(l) {
			return r
		}
		if isX(r) {
			return l
		}
	}
	return nil
}

func isX(t *ast.Term) bool {
	v, ok := t.Value.(ast.Var)
	return ok && v == "x"
}

// support is the rules that partial evaluation made for what it could not inline.
type support struct{ rules map[string][]*ast.Rule }

func newSupport(modules []*ast.Module) support {
	s := support{rules: map[string][]*ast.Rule{}}
	for _, m := range modules {
		for _, r := range m.Rules {
			key := ast.Ref(append(slices.Clone(m.Package.Path), ast.StringTerm(ruleName(r)))).String()
			s.rules[key] = append(s.rules[key], r)
		}
	}
	return s
}

// named gives the support rules that a reference uses.
func (s support) named(ref ast.Ref) []*ast.Rule {
	if len(ref) == 0 || !ref[0].Equal(ast.DefaultRootDocument) {
		return nil
	}
	for n := len(ref); n > 1; n-- {
		if rules, ok := s.rules[ref[:n].String()]; ok {
			return rules
		}
	}
	return nil
}

// impossible says whether a residual query can never hold: partial evaluation leaves "not true", and "not" of a support
// rule whose body is true, standing where a witness is certain.
func (s support) impossible(b ast.Body) bool {
	for _, e := range b {
		t, ok := e.Terms.(*ast.Term)
		if !ok || !e.Negated {
			continue
		}
		if t.Equal(ast.BooleanTerm(true)) {
			return true
		}
		ref, ok := t.Value.(ast.Ref)
		if !ok {
			continue
		}
		for _, r := range s.rules[ref.String()] {
			if len(r.Head.Args) == 0 && certainly(r.Body) {
				return true
			}
		}
	}
	return false
}

func certainly(b ast.Body) bool {
	if len(b) != 1 || b[0].Negated {
		return false
	}
	t, ok := b[0].Terms.(*ast.Term)
	return ok && t.Equal(ast.BooleanTerm(true))
}

// patches lists the unknown locations that a residual query mentions, itself or in support rules.
func (s support) patches(b ast.Body, list []patch) map[int]bool {
	out := map[int]bool{}
	seen := map[string]bool{}
	var follow func(x any)
	follow = func(x any) {
		ast.WalkRefs(x, func(ref ast.Ref) bool {
			if ref[0].Equal(ast.InputRootDocument) {
				touched(ref, list, out)
			}
			for _, r := range s.named(ref) {
				if key := r.String(); !seen[key] {
					seen[key] = true
					follow(r)
				}
			}
			return false
		})
	}
	follow(b)
	return out
}

// touched adds the patches that a reference of a residue overlaps.
func touched(ref ast.Ref, list []patch, out map[int]bool) {
	g := ref.GroundPrefix()
	for i, p := range list {
		if g.HasPrefix(p.ref) || p.ref.HasPrefix(g) {
			out[i] = true
		}
	}
}
