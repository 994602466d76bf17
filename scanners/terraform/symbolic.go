package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Symbolic evaluation gives a string where evaluation proper gives an unknown one: references are symbols in
// it. Nothing may be decided by looking at a symbol, so conditions, comparisons and indexes see the
// unknown value instead, and where text is put together, what is unknown becomes a symbol with the reason.
func (s *shape) symbolicForm(x hclsyntax.Expression) hclsyntax.Expression {
	if s.symbolic == nil {
		s.symbolic = symbolicExpr(x)
	}
	return s.symbolic
}

func symbolicExpr(x hclsyntax.Expression) hclsyntax.Expression {
	opaque := func(x hclsyntax.Expression) hclsyntax.Expression {
		if x == nil {
			return nil
		}
		return call(fnOpaque, symbolicExpr(x))
	}
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return &hclsyntax.ParenthesesExpr{Expression: symbolicExpr(x.Expression), SrcRange: x.SrcRange}
	case *hclsyntax.TemplateExpr:
		c := *x
		c.Parts = make([]hclsyntax.Expression, len(x.Parts))
		for i, p := range x.Parts {
			c.Parts[i] = symbolicPart(p)
		}
		return &c
	case *hclsyntax.TemplateWrapExpr:
		c := *x
		c.Wrapped = symbolicExpr(x.Wrapped)
		return &c
	case *hclsyntax.TemplateJoinExpr:
		c := *x
		c.Tuple = call(fnSymbols, symbolicExpr(x.Tuple))
		return &c
	case *hclsyntax.ConditionalExpr:
		c := *x
		c.Condition, c.TrueResult, c.FalseResult = opaque(x.Condition), symbolicExpr(x.TrueResult), symbolicExpr(x.FalseResult)
		return &c
	case *hclsyntax.BinaryOpExpr:
		c := *x
		c.LHS, c.RHS = opaque(x.LHS), opaque(x.RHS)
		return &c
	case *hclsyntax.UnaryOpExpr:
		c := *x
		c.Val = opaque(x.Val)
		return &c
	case *hclsyntax.IndexExpr:
		c := *x
		c.Collection, c.Key = symbolicExpr(x.Collection), opaque(x.Key)
		return &c
	case *hclsyntax.RelativeTraversalExpr:
		c := *x
		c.Source = symbolicExpr(x.Source)
		return &c
	case *hclsyntax.TupleConsExpr:
		c := *x
		c.Exprs = symbolicExprs(x.Exprs)
		return &c
	case *hclsyntax.ObjectConsExpr:
		c := *x
		c.Items = slices.Clone(x.Items)
		for i, item := range x.Items {
			c.Items[i] = hclsyntax.ObjectConsItem{KeyExpr: symbolicKey(item.KeyExpr), ValueExpr: symbolicExpr(item.ValueExpr)}
		}
		return &c
	case *hclsyntax.ForExpr:
		c := *x
		c.CollExpr, c.ValExpr = symbolicExpr(x.CollExpr), symbolicExpr(x.ValExpr)
		c.KeyExpr, c.CondExpr = opaque(x.KeyExpr), opaque(x.CondExpr)
		return &c
	case *hclsyntax.SplatExpr:
		// Each refers to Item by pointer, so Item stays the one that the copy has.
		return &hclsyntax.SplatExpr{Source: symbolicExpr(x.Source), Each: symbolicExpr(x.Each), Item: x.Item, SrcRange: x.SrcRange, MarkerRange: x.MarkerRange}
	case *hclsyntax.FunctionCallExpr:
		c := *x
		c.Args = symbolicExprs(x.Args)
		return &c
	}
	return x
}

func symbolicExprs(xs []hclsyntax.Expression) []hclsyntax.Expression {
	out := make([]hclsyntax.Expression, len(xs))
	for i, x := range xs {
		out[i] = symbolicExpr(x)
	}
	return out
}

func symbolicPart(x hclsyntax.Expression) hclsyntax.Expression {
	if _, ok := x.(*hclsyntax.LiteralValueExpr); ok {
		return x
	}
	return call(fnSymbols, symbolicExpr(x))
}

// symbolicKey leaves plain names alone: wrapped, they would be read as references.
func symbolicKey(x hclsyntax.Expression) hclsyntax.Expression {
	key, ok := x.(*hclsyntax.ObjectConsKeyExpr)
	if !ok {
		return call(fnOpaque, symbolicExpr(x))
	}
	if len(key.Variables()) == 0 {
		return x
	}
	return &hclsyntax.ObjectConsKeyExpr{Wrapped: call(fnOpaque, symbolicExpr(key.Wrapped)), ForceNonLiteral: true}
}
