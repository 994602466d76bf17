package functions

import (
	"errors"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// tryFunc gives the first expression that can be evaluated. An expression that was declined, or that
// is unknown in a way that leaves open whether it will fail, makes the result unknown.
var tryFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
	Type: func(args []cty.Value) (cty.Type, error) {
		v, err := try(args)
		if err != nil {
			return cty.NilType, err
		}
		return v.Type(), nil
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return try(args) },
})

var canFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, diags := customdecode.ExpressionClosureFromVal(args[0]).Value()
		switch {
		case wasDeclined(diags):
			return cty.UnknownVal(cty.Bool).RefineNotNull(), nil
		case diags.HasErrors():
			return cty.False, nil
		case v.IsWhollyKnown() || certain(customdecode.ExpressionClosureFromVal(args[0]).Expression, v):
			return cty.True, nil
		}
		return cty.UnknownVal(cty.Bool).RefineNotNull(), nil
	},
})

func try(args []cty.Value) (cty.Value, error) {
	if len(args) == 0 {
		return cty.NilVal, errors.New("at least one argument is required")
	}
	var failures []string
	for _, a := range args {
		closure := customdecode.ExpressionClosureFromVal(a)
		v, diags := closure.Value()
		switch {
		case wasDeclined(diags):
			return cty.DynamicVal, nil
		case diags.HasErrors():
			failures = append(failures, diags.Error())
		case v.IsWhollyKnown() || certain(closure.Expression, v):
			return v, nil
		default:
			return cty.DynamicVal, nil
		}
	}
	return cty.NilVal, errors.New("no expression succeeded: " + strings.Join(failures, "; "))
}

func wasDeclined(diags hcl.Diagnostics) bool {
	for _, d := range diags {
		if Declined(Diagnosed(d)) {
			return true
		}
	}
	return false
}

// certain says whether an expression with an unknown value cannot fail once more is known: all that is
// unknown are references, and the expression only picks and moves them.
func certain(e hcl.Expression, v cty.Value) bool {
	return moves(e) && onlyReferences(v)
}

func onlyReferences(v cty.Value) bool {
	ok := true
	err := cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if _, isReference := reference(v); !v.IsKnown() && !isReference {
			ok = false
		}
		return ok, nil
	})
	return ok && err == nil
}

// movers are the functions whose success does not depend on the text of the strings that they move.
var movers = map[string]bool{
	"chunklist": true, "coalesce": true, "coalescelist": true, "compact": true, "concat": true, "element": true,
	"flatten": true, "list": true, "lookup": true, "map": true, "merge": true, "one": true, "reverse": true,
	"slice": true, "tolist": true, "try": true, "values": true,
}

func moves(e hcl.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.LiteralValueExpr, *hclsyntax.AnonSymbolExpr, *hclsyntax.ObjectConsKeyExpr:
		return true
	case *hclsyntax.RelativeTraversalExpr:
		return moves(e.Source)
	case *hclsyntax.IndexExpr:
		return moves(e.Collection) && moves(e.Key)
	case *hclsyntax.SplatExpr:
		return moves(e.Source) && moves(e.Each)
	case *hclsyntax.ParenthesesExpr:
		return moves(e.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return moves(e.Wrapped)
	case *hclsyntax.TemplateExpr:
		return e.IsStringLiteral()
	case *hclsyntax.TupleConsExpr:
		return allMove(e.Exprs)
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			if !moves(item.KeyExpr) || !moves(item.ValueExpr) {
				return false
			}
		}
		return true
	case *hclsyntax.FunctionCallExpr:
		return movers[strings.TrimPrefix(e.Name, "core::")] && allMove(e.Args)
	}
	return false
}

func allMove(es []hclsyntax.Expression) bool {
	for _, e := range es {
		if !moves(e) {
			return false
		}
	}
	return true
}
