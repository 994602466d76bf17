package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/plumbline-dev/plumbline/graph"
)

// joinFunc keeps what a list of references is made of: a list of one is its element, a longer one can be split.
func (e *evaluator) joinFunc(plain function.Function) function.Function {
	return function.New(&function.Spec{
		VarParam: anything, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var all []cty.Value
			for i, a := range args {
				a, _ = a.UnmarkDeep()
				if i == 0 || a.IsWhollyKnown() || !a.IsKnown() || !a.CanIterateElements() {
					continue
				}
				all = a.AsValueSlice()
			}
			if len(args) != 2 || all == nil || stringOf(args[0]) == "" && len(all) != 1 {
				return callConverted(plain, args)
			}
			for _, x := range all {
				if _, isRef := e.tokens.ref(x); !isRef && (!x.IsKnown() || x.IsNull() || x.Type() != cty.String) {
					return callConverted(plain, args)
				}
			}
			if len(all) == 1 {
				return all[0], nil
			}
			return e.tokens.join(joined{stringOf(args[0]), all}), nil
		},
	})
}

// splitFunc splits what joinFunc joined.
func (e *evaluator) splitFunc(plain function.Function) function.Function {
	return function.New(&function.Spec{
		VarParam: anything, Type: function.StaticReturnType(cty.List(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) == 2 && stringOf(args[0]) != "" {
				if j, ok := e.tokens.joined(args[1]); ok && j.separator == stringOf(args[0]) {
					return cty.ListVal(j.split()), nil
				}
				if _, ok := e.tokens.ref(args[1]); ok && stringOf(args[0]) == "," {
					return cty.ListVal(args[1:2]), nil // no id or ARN of AWS has a comma
				}
			}
			return callConverted(plain, args)
		},
	})
}

func (j joined) split() []cty.Value {
	var out []cty.Value
	for _, x := range j.elements {
		if !x.IsKnown() {
			out = append(out, x)
			continue
		}
		for _, s := range strings.Split(x.AsString(), j.separator) {
			out = append(out, cty.StringVal(s))
		}
	}
	return out
}

// symbolicSplit splits text with symbols at commas, which no id and no ARN has inside.
func (e *evaluator) symbolicSplit(plain function.Function) function.Function {
	opaque := wrap(plain, func(_ int, v cty.Value) cty.Value { return e.tokens.opaque(v) }, e.tokens.symbolic)
	return function.New(&function.Spec{
		VarParam: anything, Type: function.StaticReturnType(cty.List(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) == 2 && stringOf(args[0]) == "," && !strings.Contains(stringOf(args[1]), symbolWhy) {
				return callConverted(plain, args)
			}
			return opaque.Call(args)
		},
	})
}

// distinctFunc drops references that are there twice; references to different things are different.
func (e *evaluator) distinctFunc(plain function.Function) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{*anything}, Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			list, _ := args[0].UnmarkDeep()
			if list.IsWhollyKnown() || !list.IsKnown() || !list.CanIterateElements() {
				return callConverted(plain, args)
			}
			seen := map[graph.Ref]bool{}
			var out []cty.Value
			for _, x := range list.AsValueSlice() {
				r, ok := e.tokens.ref(x)
				if !ok {
					return callConverted(plain, args)
				}
				if !seen[r] {
					out = append(out, x)
				}
				seen[r] = true
			}
			return cty.ListVal(out), nil
		},
	})
}

// sortFunc leaves a list of one as it is.
func sortFunc(plain function.Function) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{*anything}, Type: function.StaticReturnType(cty.List(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			list, err := convert.Convert(args[0], cty.List(cty.String))
			if err == nil && list.IsKnown() && !list.IsNull() && list.LengthInt() == 1 {
				return list, nil
			}
			return callConverted(plain, args)
		},
	})
}
