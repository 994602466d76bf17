package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Limits on values. Expressions that double what they are made of ("${local.a}${local.a}") would need all
// memory after a few steps; the largest values in real code are decoded files below 100,000 nodes.
const (
	maxNodes    = 200_000
	maxText     = 10 << 20
	maxRounds   = 50_000_000 // of the loops of one expression
	maxExponent = 4096       // of two, in numbers; text of larger ones takes long to write
)

const tooLarge = "its value is too large to be worked out"

// weight is the size of a value.
type weight struct {
	nodes, text int
	unknown     bool // a part is not known
	over        bool // it is beyond the limits, and the rest was not looked at
}

func weigh(v cty.Value) weight {
	var w weight
	w.add(v)
	return w
}

func (w *weight) add(v cty.Value) {
	if w.over {
		return
	}
	v, _ = v.Unmark()
	w.nodes++
	ty := v.Type()
	switch {
	case !v.IsKnown():
		w.unknown = true
	case v.IsNull():
	case ty == cty.String:
		w.text += len(v.AsString())
	case ty == cty.Number:
		f := v.AsBigFloat()
		exponent := f.MantExp(nil)
		w.over = w.over || f.IsInf() || exponent > maxExponent || exponent < -maxExponent
	case ty.IsCollectionType(), ty.IsObjectType(), ty.IsTupleType():
		for it := v.ElementIterator(); it.Next() && !w.over; {
			_, x := it.Element()
			w.add(x)
		}
	}
	w.over = w.over || w.nodes > maxNodes || w.text > maxText
}

// loops is how deep the loops of an expression are nested, a product of sets counting as loops.
func loops(x hclsyntax.Expression) int {
	counter := &loopCounter{}
	_ = hclsyntax.Walk(x, counter) // the counter reports nothing
	return counter.deepest
}

type loopCounter struct{ depth, deepest int }

func (c *loopCounter) Enter(n hclsyntax.Node) hcl.Diagnostics {
	c.depth += rounds(n)
	c.deepest = max(c.deepest, c.depth)
	return nil
}

func (c *loopCounter) Exit(n hclsyntax.Node) hcl.Diagnostics {
	c.depth -= rounds(n)
	return nil
}

func rounds(n hclsyntax.Node) int {
	switch n := n.(type) {
	case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
		return 1
	case *hclsyntax.FunctionCallExpr:
		if n.Name == "setproduct" {
			return len(n.Args)
		}
	}
	return 0
}

// exhausting says whether the loops of an expression may go round too often: over the largest value that it reads,
// which is only measured where its known bound is too much.
func (s *shape) exhausting(bound int, ctx *hcl.EvalContext) bool {
	if s.loops == 0 || affordable(bound, s.loops) {
		return false
	}
	largest := 0
	for _, d := range s.deps {
		v, diags := d.TraverseAbs(ctx)
		if !diags.HasErrors() {
			largest = max(largest, weigh(v).nodes)
		}
	}
	return !affordable(largest, s.loops)
}

func affordable(n, times int) bool {
	product := 1
	for range times {
		if product *= max(n, 1); product > maxRounds {
			return false
		}
	}
	return true
}
