package functions

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

func conversionFunctions() map[string]function.Function {
	return map[string]function.Function{
		"tobool":   conversion(cty.Bool),
		"tolist":   conversion(cty.List(cty.DynamicPseudoType)),
		"tomap":    conversion(cty.Map(cty.DynamicPseudoType)),
		"tonumber": conversion(cty.Number),
		"toset":    conversion(cty.Set(cty.DynamicPseudoType)),
		"tostring": conversion(cty.String),

		"sensitive":       sensitiveFunc,
		"nonsensitive":    nonsensitiveFunc,
		"issensitive":     issensitiveFunc,
		"ephemeralasnull": ephemeralasnullFunc,
	}
}

func anything(name string) function.Parameter {
	return function.Parameter{
		Name: name, Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true,
	}
}

func conversion(want cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anything("v")},
		Type: func(args []cty.Value) (cty.Type, error) {
			got := args[0].Type()
			if got.Equals(want) {
				return want, nil
			}
			v, _ := args[0].UnmarkDeep()
			if text := textOf(v); want == cty.Number && HugeNumber(text) {
				return cty.NilType, declinedf("a number of that size is not read")
			}
			if v.IsKnown() {
				// Only the value tells the element type where some elements are not of one type.
				out, err := convert.Convert(v, want)
				if err != nil {
					return cty.NilType, function.NewArgErrorf(0, "cannot convert %s to %s: %w", got.FriendlyName(), want.FriendlyNameForConstraint(), hidden(args[0], err))
				}
				return out.Type(), nil
			}
			if convert.GetConversionUnsafe(got, want) == nil {
				return cty.NilType, function.NewArgErrorf(0, "cannot convert %s to %s", got.FriendlyName(), want.FriendlyNameForConstraint())
			}
			return want, nil
		},
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			v, err := convert.Convert(args[0], t)
			if err != nil {
				return cty.NilVal, function.NewArgErrorf(0, "cannot convert %s to %s: %w", args[0].Type().FriendlyName(), t.FriendlyNameForConstraint(), hidden(args[0], err))
			}
			return v, nil
		},
	})
}

// hidden keeps the text of a marked value out of an error.
func hidden(v cty.Value, err error) error {
	if v.ContainsMarked() {
		return errMarked
	}
	return err
}

var sensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{anything("value")},
	Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0].Mark(Sensitive), nil },
})

var nonsensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{anything("value")},
	Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		delete(marks, Sensitive)
		return v.WithMarks(marks), nil
	},
})

var issensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{anything("value")},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		switch v := args[0]; {
		case v.HasMark(Sensitive):
			return cty.True, nil
		case !v.IsKnown():
			return cty.UnknownVal(cty.Bool).RefineNotNull(), nil
		}
		return cty.False, nil
	},
})

var ephemeralasnullFunc = function.New(&function.Spec{
	Params: []function.Parameter{anything("value")},
	Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.Transform(args[0], func(_ cty.Path, v cty.Value) (cty.Value, error) {
			v, marks := v.Unmark()
			if _, ok := marks[Ephemeral]; ok {
				delete(marks, Ephemeral)
				v = cty.NullVal(v.Type())
			}
			return v.WithMarks(marks), nil
		})
	},
})
