package terraform

import (
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// fnEither takes a condition and its two results. Where the condition is not known and both results are the same
// the answer is true: it does not matter which one is chosen. Its name cannot be written in configuration.
const fnEither = "\x00either"

// either lets a condition see its results. Results with conditions inside are left out: each level would double the work.
func either(x *hclsyntax.ConditionalExpr) {
	nested := false
	for _, result := range []hclsyntax.Expression{x.TrueResult, x.FalseResult} {
		visit(result, func(n hclsyntax.Node) {
			_, conditional := n.(*hclsyntax.ConditionalExpr)
			nested = nested || conditional
		})
	}
	if !nested {
		x.Condition = call(fnEither, x.Condition, x.TrueResult, x.FalseResult)
	}
}

// conditions makes the function that either calls.
func (e *evaluator) conditions() {
	result := function.Parameter{Name: "result", Type: customdecode.ExpressionClosureType}
	f := function.New(&function.Spec{
		Params: []function.Parameter{*anything, result, result},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].IsKnown() {
				return args[0], nil
			}
			a, wrong := customdecode.ExpressionClosureFromVal(args[1]).Value()
			b, wrongToo := customdecode.ExpressionClosureFromVal(args[2]).Value()
			if wrong.HasErrors() || wrongToo.HasErrors() || !a.RawEquals(b) {
				return args[0], nil
			}
			return cty.True, nil
		},
	})
	e.functions[fnEither], e.symbolic[fnEither] = f, f
}
