package functions

import (
	"errors"
	"regexp"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"github.com/zclconf/go-cty/cty/json"
)

func collectionFunctions(o Options) map[string]function.Function {
	return map[string]function.Function{
		"alltrue":   alltrueFunc,
		"anytrue":   anytrueFunc,
		"coalesce":  coalesceFunc,
		"compact":   compactFunc,
		"contains":  containsFunc,
		"distinct":  distinctFunc(o),
		"element":   elementFunc,
		"index":     opaque(indexFunc),
		"length":    lengthFunc,
		"lookup":    lookupFunc,
		"matchkeys": matchkeysFunc,
		"one":       oneFunc,
		"sum":       sumFunc,
		"transpose": transposeFunc,
	}
}

// alltrueFunc stops at the first element that is not true, and at the first that is not known.
var alltrueFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		for _, v := range args[0].AsValueSlice() {
			switch {
			case !v.IsKnown():
				return cty.UnknownVal(cty.Bool), nil
			case v.IsNull() || v.False():
				return cty.False, nil
			}
		}
		return cty.True, nil
	},
	RefineResult: neverNull,
})

// anytrueFunc looks for a true element also behind those that are not known.
var anytrueFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		result := cty.False
		for _, v := range args[0].AsValueSlice() {
			switch {
			case !v.IsKnown():
				result = cty.UnknownVal(cty.Bool)
			case !v.IsNull() && v.True():
				return cty.True, nil
			}
		}
		return result, nil
	},
	RefineResult: neverNull,
})

var coalesceFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{
		Name: "vals", Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true,
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		types := make([]cty.Type, len(args))
		for i, a := range args {
			types[i] = a.Type()
		}
		t, _ := convert.UnifyUnsafe(types)
		if t == cty.NilType {
			return cty.NilType, errors.New("all arguments must have the same type")
		}
		return t, nil
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		for i, a := range args {
			v, err := convert.Convert(a, t)
			if err != nil {
				return cty.NilVal, function.NewArgError(i, err)
			}
			_, isReference := reference(v)
			switch {
			case isReference:
				return v, nil
			case !v.IsKnown():
				return cty.UnknownVal(t), nil
			case v.IsNull(), t == cty.String && v.AsString() == "":
				continue
			}
			return v, nil
		}
		return cty.NilVal, errors.New("no non-null, non-empty-string arguments")
	},
})

var compactFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.List(cty.String)}},
	Type:   function.StaticReturnType(cty.List(cty.String)),
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		var kept []cty.Value
		for _, v := range args[0].AsValueSlice() {
			_, isReference := reference(v)
			switch {
			case isReference:
				kept = append(kept, v)
			case !v.IsKnown():
				return cty.UnknownVal(t).RefineNotNull(), nil
			case !v.IsNull() && v.AsString() != "":
				kept = append(kept, v)
			}
		}
		return listOf(cty.String, kept), nil
	},
})

func distinctFunc(o Options) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.DynamicPseudoType)}},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			elements := args[0].AsValueSlice()
			if kept, ok := distinctKnown(elements); ok {
				return listOf(t.ElementType(), kept), nil
			}
			if len(elements) > maxCompared {
				return cty.NilVal, declinedf("distinct does not compare more than %d elements", maxCompared)
			}
			if args[0].IsWhollyKnown() {
				return stdlib.DistinctFunc.Call(args)
			}
			return o.distinct(elements, t), nil
		},
	})
}

// maxCompared bounds comparing each element with each.
const maxCompared = 1000

// negativeZero equals zero, and is written otherwise.
var negativeZero = regexp.MustCompile(`-0($|[^.0-9])`)

// distinctKnown compares elements, which have one type, by their JSON. ok is false when some have none.
func distinctKnown(elements []cty.Value) (kept []cty.Value, ok bool) {
	seen := map[string]bool{}
	for _, v := range elements {
		if !v.IsWhollyKnown() {
			return nil, false
		}
		key, err := json.Marshal(v, v.Type())
		if err != nil || negativeZero.Match(key) {
			return nil, false
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			kept = append(kept, v)
		}
	}
	return kept, true
}

func (o Options) distinct(elements []cty.Value, t cty.Type) cty.Value {
	var kept []cty.Value
	for _, v := range elements {
		repeated := false
		for _, k := range kept {
			equal, settled := o.same(k, v)
			if !settled {
				return cty.UnknownVal(t).RefineNotNull()
			}
			repeated = repeated || equal
		}
		if !repeated {
			kept = append(kept, v)
		}
	}
	return listOf(t.ElementType(), kept)
}

func listOf(t cty.Type, elements []cty.Value) cty.Value {
	if len(elements) == 0 {
		return cty.ListValEmpty(t)
	}
	return cty.ListVal(elements)
}
