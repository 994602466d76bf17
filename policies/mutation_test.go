package policies_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

var mutate = flag.Bool("mutate", false, "run TestEveryBrokenConditionIsNoticed for all policies; without it, for a sample, but all with CI=true")

// equivalents reads testdata/equivalent-mutants.txt: mutants that no graph can tell from the policy, each with the reason.
var equivalents = sync.OnceValues(func() (map[string]bool, error) {
	text, err := os.ReadFile("testdata/equivalent-mutants.txt")
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " | ")
		if len(parts) != 3 || strings.TrimSpace(parts[2]) == "" {
			return nil, fmt.Errorf("equivalent-mutants.txt:%d: POLICY | MUTANT | why is needed", n+1)
		}
		out[parts[0]+" | "+parts[1]] = true
	}
	return out, nil
})

// caseGraphs reads the cases of the built-in policies once.
var caseGraphs = sync.OnceValues(func() (map[string][]caseGraph, error) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		return nil, err
	}
	cases, err := set.Cases(os.DirFS("."))
	if err != nil {
		return nil, err
	}
	out := map[string][]caseGraph{}
	for _, c := range cases {
		g, err := readTerraform(context.Background(), c.Files)
		if err != nil {
			continue // TestCases reports it
		}
		out[c.Policy] = append(out[c.Policy], caseGraph{c, g})
	}
	return out, nil
})

type caseGraph struct {
	policies.Case
	g *graph.Graph
}

// mutant is a policy with one thing broken.
type mutant struct {
	line   int
	what   string
	module *ast.Module
}

// mutants breaks each expression of judged, deny and their helpers in turn: it is dropped, negated, or has a literal changed.
// What only fix asks is held by what the fixes do.
func mutants(m *ast.Module) []mutant {
	var out []mutant
	everythingJudged := slices.ContainsFunc(m.Rules, func(r *ast.Rule) bool {
		return ruleWord(r) == "judged" && len(r.Body) == 1 && r.Body[0].Terms != nil && isSome(r.Body[0])
	})
	deciding := decidingRules(m)
	for i, r := range m.Rules {
		if len(r.Body) == 1 && r.Body[0].Equal(ast.NewExpr(ast.BooleanTerm(true))) {
			continue // a constant
		}
		if !deciding[ruleWord(r)] {
			continue
		}
		for k := range r.Body {
			for _, change := range changesOf(r.Body[k]) {
				c := m.Copy()
				body := c.Rules[i].Body
				now := change.apply(body[k])
				if now == nil {
					body = slices.Delete(body, k, k+1)
				} else {
					body[k] = now
				}
				if len(body) == 0 {
					body = ast.NewBody(ast.NewExpr(ast.BooleanTerm(true)))
				}
				for n := range body {
					body[n].Index = n
				}
				c.Rules[i].Body = body
				text := strings.Join(strings.Fields(string(r.Body[k].Location.Text)), " ")
				if change.what == "dropped" && everythingJudged && strings.HasSuffix(text, " in judged") {
					continue // every resource is judged: the condition holds always
				}
				out = append(out, mutant{r.Body[k].Location.Row, change.what + ": " + text, c})
			}
		}
	}
	return out
}

func ruleWord(r *ast.Rule) string { return r.Head.Ref()[0].Value.String() }

// decidingRules names judged, deny and what they ask.
func decidingRules(m *ast.Module) map[string]bool {
	names := map[string]bool{"judged": true, "deny": true}
	for grown := true; grown; {
		before := len(names)
		for _, r := range m.Rules {
			if !names[ruleWord(r)] {
				continue
			}
			ast.WalkVars(r, func(v ast.Var) bool {
				if slices.ContainsFunc(m.Rules, func(other *ast.Rule) bool { return ruleWord(other) == string(v) }) {
					names[string(v)] = true
				}
				return false
			})
		}
		grown = len(names) > before
	}
	return names
}

func isSome(e *ast.Expr) bool { _, ok := e.Terms.(*ast.SomeDecl); return ok }

type change struct {
	what  string
	apply func(*ast.Expr) *ast.Expr
}

var opposite = map[string]string{"eq": "neq", "equal": "neq", "neq": "equal", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt"}

func changesOf(e *ast.Expr) []change {
	if _, ok := e.Terms.(*ast.SomeDecl); ok {
		return []change{{"dropped", func(*ast.Expr) *ast.Expr { return nil }}}
	}
	out := []change{{"dropped", func(*ast.Expr) *ast.Expr { return nil }}}
	if e.Negated {
		out = append(out, change{"without not", func(e *ast.Expr) *ast.Expr { c := e.Copy(); c.Negated = false; return c }})
	} else if e.IsCall() && opposite[e.Operator().String()] != "" && !e.IsAssignment() {
		out = append(out, change{"turned round", func(e *ast.Expr) *ast.Expr {
			c := e.Copy()
			c.SetOperator(ast.RefTerm(ast.VarTerm(opposite[e.Operator().String()])))
			return c
		}})
	} else if !e.IsAssignment() && !e.IsEquality() {
		out = append(out, change{"negated", func(e *ast.Expr) *ast.Expr { c := e.Copy(); c.Negated = true; return c }})
	}
	if e.IsCall() && !e.IsAssignment() {
		for i, o := range e.Operands() {
			for _, v := range otherLiterals(o) {
				out = append(out, change{fmt.Sprintf("with %s", v), func(e *ast.Expr) *ast.Expr {
					c := e.Copy()
					c.Terms.([]*ast.Term)[i+1] = v
					return c
				}})
			}
		}
	}
	return out
}

func otherLiterals(t *ast.Term) []*ast.Term {
	switch v := t.Value.(type) {
	case ast.Boolean:
		return []*ast.Term{ast.BooleanTerm(!bool(v))}
	case ast.Null:
		return []*ast.Term{ast.StringTerm("null")}
	case ast.Number:
		if n, ok := v.Int(); ok {
			return []*ast.Term{ast.IntNumberTerm(n - 1), ast.IntNumberTerm(n + 1)}
		}
	}
	return nil
}

// TestEveryBrokenConditionIsNoticed breaks every condition of every policy in turn: some case must come out differently. A
// broken policy looks at resources that nothing ties to the judged one, as a user's may: it too must say what it says of the whole graph.
func TestEveryBrokenConditionIsNoticed(t *testing.T) {
	graphs, err := caseGraphs()
	if err != nil {
		t.Fatal(err)
	}
	same, err := equivalents()
	if err != nil {
		t.Fatal(err)
	}
	set := builtin(t)
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range metas {
		t.Run(m.ID, func(t *testing.T) {
			if !*mutate && os.Getenv("CI") != "true" && i%20 != 0 {
				t.Skip("without -mutate every 20th policy is broken")
			}
			file, text, _ := set.Source(m.ID)
			module, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true})
			if err != nil {
				t.Fatal(err)
			}
			before := outcomes(set.Evaluate, m.ID, graphs[m.ID])
			total, survived := 0, 0
			for _, x := range mutants(module) {
				broken, ok := loadMutant(t, file, text, x.module)
				if !ok {
					continue // it does not compile: noticed
				}
				total++
				after := outcomes(broken.Evaluate, m.ID, graphs[m.ID])
				if diff := cmp.Diff(outcomes(broken.EvaluateWhole, m.ID, graphs[m.ID]), after); diff != "" {
					t.Errorf("%s:%d: judged in parts, this differs (-whole +parts): %s\n%s", file, x.line, x.what, diff)
				}
				if slices.Equal(before, after) && !same[m.ID+" | "+x.what] {
					survived++
					t.Errorf("%s:%d: no case notices: %s | %s", file, x.line, m.ID, x.what)
				}
			}
			t.Logf("%d mutants, %d unnoticed", total, survived)
		})
	}
}

// loadMutant loads the mutant in place of the policy; METADATA stays as it is.
func loadMutant(t *testing.T, file, text string, m *ast.Module) (*policies.Set, bool) {
	t.Helper()
	c := m.Copy()
	c.Comments, c.Annotations = nil, nil
	code, err := format.Ast(c)
	if err != nil {
		return nil, false
	}
	head := text[:strings.Index(text, "\npackage ")+1]
	tree := fstest.MapFS{file: &fstest.MapFile{Data: append([]byte(head), code...)}}
	for _, table := range []string{"data"} {
		files, _ := fs.Glob(policies.Builtin(), table+"/*.json")
		for _, f := range files {
			data, _ := fs.ReadFile(policies.Builtin(), f)
			tree[f] = &fstest.MapFile{Data: data}
		}
	}
	set, err := policies.LoadUnchecked(tree)
	if err != nil {
		return nil, false
	}
	return set, true
}

// outcomes lists the verdicts and findings of one policy over its cases.
func outcomes(evaluate evaluation, id string, graphs []caseGraph) []string {
	var out []string
	for i, c := range graphs {
		o := policies.Options{Select: func(m policies.Meta) bool { return m.ID == id }, Today: c.Today}
		if c.Parameters != nil {
			o.Parameters = map[string]map[string]any{id: c.Parameters}
		}
		got, err := evaluate(context.Background(), c.g, o)
		if err != nil {
			return []string{"error: " + err.Error()}
		}
		for _, r := range got.Results {
			out = append(out, fmt.Sprint(i, r.Key, r.Verdict, r.Attribute, r.Message))
		}
		for _, p := range got.Problems {
			out = append(out, fmt.Sprint(i, p))
		}
	}
	return out
}
