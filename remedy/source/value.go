package source

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// functions are those that conditions and keys are commonly written with.
var functions = map[string]function.Function{
	"can": tryfunc.CanFunc, "coalesce": stdlib.CoalesceFunc, "contains": stdlib.ContainsFunc, "length": stdlib.LengthFunc, "lower": stdlib.LowerFunc,
	"try": tryfunc.TryFunc, "upper": stdlib.UpperFunc,
}

// value reads a value that the files alone say: it is neither null nor unknown.
func (t *tracer) value(x hclsyntax.Expression, in *frame) (cty.Value, error) {
	reader := &tracer{e: t.e, steps: t.steps, reading: true}
	v, err := reader.read(x, in)
	t.steps = reader.steps // what is read counts, so that conditions upon conditions end
	if err != nil || v.IsNull() || !v.IsKnown() {
		return cty.NilVal, refusal(remedy.ComputedExpression, "the value at %s is computed", at(x.Range()))
	}
	return v, nil
}

// read evaluates an expression with the values that its references lead to in the files. What an object lacks is null, as where the
// type of a variable makes it optional, or else not there.
func (t *tracer) read(x hclsyntax.Expression, in *frame) (cty.Value, error) {
	if loops(x) {
		return cty.NilVal, refusal(remedy.ComputedExpression, "the value at %s is computed", at(x.Range()))
	}
	values := tree{}
	for _, v := range x.Variables() {
		found, err := t.readReference(v, in)
		if err != nil {
			return cty.NilVal, err
		}
		steps, err := stepsOf(v[1:])
		if err != nil || !values.put(append([]graph.Step{graph.Name(v.RootName())}, steps...), found) {
			return cty.NilVal, refusal(remedy.ComputedExpression, "the value at %s is computed", at(v.SourceRange()))
		}
	}
	for _, lacks := range []bool{false, true} {
		v, diags := x.Value(&hcl.EvalContext{Variables: values.objects(lacks), Functions: functions})
		if !diags.HasErrors() {
			v, _ = v.Unmark()
			return v, nil
		}
	}
	return cty.NilVal, refusal(remedy.ComputedExpression, "the value at %s is computed", at(x.Range()))
}

// loops says whether an expression goes through a list: how long that takes is in the hands of who wrote it.
func loops(x hclsyntax.Expression) bool {
	found := false
	_ = hclsyntax.VisitAll(x, func(n hclsyntax.Node) hcl.Diagnostics { // the visit itself does not fail
		switch n.(type) {
		case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
			found = true
		}
		return nil
	})
	return found
}

// lacking stands for what an object lacks.
var lacking = cty.NullVal(cty.DynamicPseudoType)

// readReference gives the value that a reference leads to.
func (t *tracer) readReference(list hcl.Traversal, in *frame) (cty.Value, error) {
	if word := wordsOf(list); word == "each.key" || word == "count.index" {
		if s, ok := keyStep(in.key); ok && s.Index < 0 {
			return cty.StringVal(s.Name), nil
		} else if ok {
			return cty.NumberIntVal(int64(s.Index)), nil
		}
	}
	s, err := t.follow(&hclsyntax.ScopeTraversalExpr{Traversal: list, SrcRange: list.SourceRange()}, in, nil)
	if err != nil {
		return cty.NilVal, err
	}
	if s.object != nil {
		return lacking, nil
	}
	if s.expr == nil || s.in == nil {
		return cty.NilVal, refusal(remedy.ComputedExpression, "the value at %s is computed", at(list.SourceRange()))
	}
	return t.read(s.expr, s.in)
}

// wordsOf gives a reference of two words, else "".
func wordsOf(list hcl.Traversal) string {
	if len(list) != 2 {
		return ""
	}
	a, _ := list[1].(hcl.TraverseAttr)
	return list.RootName() + "." + a.Name
}

// tree holds values by the names that lead to them.
type tree map[string]any

// put adds a value; ok is false where a number leads to it.
func (n tree) put(steps []graph.Step, v cty.Value) (ok bool) {
	for i, s := range steps {
		if s.Index >= 0 {
			return false
		}
		if i+1 == len(steps) {
			n[s.Name] = v
			return true
		}
		next, isTree := n[s.Name].(tree)
		if n[s.Name] != nil && !isTree {
			return true // more of it is known already
		}
		if next == nil {
			next = tree{}
			n[s.Name] = next
		}
		n = next
	}
	return false
}

// objects makes an object of each branch, without what is lacking when that is not to be null.
func (n tree) objects(lacks bool) map[string]cty.Value {
	out := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(n)) {
		switch v := n[name].(type) {
		case cty.Value:
			if !lacks || !v.RawEquals(lacking) {
				out[name] = v
			}
		case tree:
			out[name] = cty.ObjectVal(v.objects(lacks))
		}
	}
	return out
}
