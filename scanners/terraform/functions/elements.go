package functions

import (
	"errors"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var indexFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if t := args[0].Type(); !t.IsListType() && !t.IsTupleType() {
			return cty.NilVal, errors.New("argument must be a list or tuple")
		}
		if args[0].LengthInt() == 0 {
			return cty.NilVal, errors.New("cannot search an empty list")
		}
		for i, v := range args[0].AsValueSlice() {
			eq, err := stdlib.Equal(v, args[1])
			if err != nil {
				return cty.NilVal, err
			}
			if !eq.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if eq.True() {
				return cty.NumberIntVal(int64(i)), nil
			}
		}
		return cty.NilVal, errors.New("item not found")
	},
})

var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{
		Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true, AllowMarked: true,
	}},
	Type: func(args []cty.Value) (cty.Type, error) {
		t := args[0].Type()
		if t == cty.String || t == cty.DynamicPseudoType || t.IsTupleType() || t.IsObjectType() || t.IsCollectionType() {
			return cty.Number, nil
		}
		return cty.Number, errors.New("argument must be a string, a collection type, or a structural type")
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		t := v.Type()
		switch {
		case t == cty.DynamicPseudoType:
			return cty.UnknownVal(cty.Number).RefineNotNull().WithMarks(marks), nil
		case t.IsTupleType():
			return cty.NumberIntVal(int64(len(t.TupleElementTypes()))).WithMarks(marks), nil
		case t.IsObjectType():
			return cty.NumberIntVal(int64(len(t.AttributeTypes()))).WithMarks(marks), nil
		case t == cty.String:
			n, err := stdlib.Strlen(forget(v))
			return n.WithMarks(marks), err
		}
		return v.Length().WithMarks(marks), nil
	},
})

var lookupFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "inputMap", Type: cty.DynamicPseudoType, AllowMarked: true},
		{Name: "key", Type: cty.String, AllowMarked: true},
	},
	VarParam: &function.Parameter{
		Name: "default", Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
	},
	Type: lookupType,
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		m, mapMarks := args[0].Unmark()
		key, keyMarks := args[1].Unmark()
		name := key.AsString()
		if m.Type().IsObjectType() {
			if m.Type().HasAttribute(name) {
				return m.GetAttr(name).WithMarks(mapMarks, keyMarks), nil
			}
		} else if m.HasIndex(key).True() {
			return m.Index(key).WithMarks(mapMarks, keyMarks), nil
		}
		if len(args) < 3 {
			return cty.NilVal, fmt.Errorf("the given map has no key %q", shown(name, keyMarks))
		}
		v, err := convert.Convert(args[2], t)
		if err != nil {
			return cty.NilVal, function.NewArgError(2, err)
		}
		return v.WithMarks(mapMarks, keyMarks), nil
	},
})

func lookupType(args []cty.Value) (cty.Type, error) {
	if len(args) > 3 {
		return cty.NilType, fmt.Errorf("lookup() takes two or three arguments, got %d", len(args))
	}
	t := args[0].Type()
	switch {
	case t.IsObjectType():
		if !args[1].IsKnown() {
			return cty.DynamicPseudoType, nil
		}
		key, marks := args[1].Unmark()
		name := key.AsString()
		if t.HasAttribute(name) {
			return t.AttributeType(name), nil
		}
		if len(args) == 3 {
			return args[2].Type(), nil
		}
		return cty.NilType, function.NewArgErrorf(0, "the given object has no attribute %q", shown(name, marks))
	case t.IsMapType():
		if len(args) == 3 {
			if _, err := convert.Convert(args[2], t.ElementType()); err != nil {
				return cty.NilType, function.NewArgErrorf(2, "the default value must have the same type as the map elements")
			}
		}
		return t.ElementType(), nil
	}
	return cty.NilType, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
}

// shown keeps a marked text out of an error.
func shown(text string, marks cty.ValueMarks) string {
	if len(marks) > 0 {
		return "(sensitive value)"
	}
	return text
}

var matchkeysFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "values", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "keys", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "searchset", Type: cty.List(cty.DynamicPseudoType)},
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if t, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); t == cty.NilType {
			return cty.NilType, errors.New("keys and searchset must be of the same type")
		}
		return args[0].Type(), nil
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		for _, a := range args {
			if !a.IsKnown() {
				return cty.UnknownVal(t), nil
			}
		}
		if args[0].LengthInt() != args[1].LengthInt() {
			return cty.NilVal, errors.New("length of keys and values should be equal")
		}
		return matching(args, t)
	},
})

func matching(args []cty.Value, t cty.Type) (cty.Value, error) {
	common, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()})
	keys, err := convert.Convert(args[1], common)
	if err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	wanted, err := convert.Convert(args[2], common)
	if err != nil {
		return cty.NilVal, function.NewArgError(2, err)
	}
	if keys.LengthInt()*wanted.LengthInt() > maxCompared*maxCompared {
		return cty.NilVal, declinedf("matchkeys does not compare %d keys with %d", keys.LengthInt(), wanted.LengthInt())
	}
	values := args[0].AsValueSlice()
	var kept []cty.Value
	for i, key := range keys.AsValueSlice() {
		for _, w := range wanted.AsValueSlice() {
			eq, err := stdlib.Equal(forget(key), forget(w))
			if err != nil {
				return cty.NilVal, err
			}
			if !eq.IsKnown() {
				return cty.UnknownVal(t), nil
			}
			if eq.True() {
				kept = append(kept, values[i])
				break
			}
		}
	}
	return listOf(t.ElementType(), kept), nil
}

var oneFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type: func(args []cty.Value) (cty.Type, error) {
		t := args[0].Type()
		switch {
		case t.IsListType(), t.IsSetType():
			return t.ElementType(), nil
		case t.IsTupleType() && t.Length() == 0:
			return cty.DynamicPseudoType, nil
		case t.IsTupleType() && t.Length() == 1:
			return t.TupleElementType(0), nil
		}
		return cty.NilType, errOne
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		v := args[0]
		if n := v.Length(); !n.IsKnown() {
			return cty.UnknownVal(t), nil
		}
		switch elements := v.AsValueSlice(); len(elements) {
		case 0:
			return cty.NullVal(t), nil
		case 1:
			return elements[0], nil
		}
		return cty.NilVal, errOne
	},
})

var errOne = errors.New("must be a list, set, or tuple value with either zero or one elements")

var sumFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (total cty.Value, err error) {
		if !args[0].CanIterateElements() || args[0].Type().IsObjectType() || args[0].Type().IsMapType() {
			return cty.NilVal, function.NewArgErrorf(0, "cannot sum noniterable")
		}
		elements := args[0].AsValueSlice()
		if len(elements) == 0 {
			return cty.NilVal, function.NewArgErrorf(0, "cannot sum an empty list")
		}
		total = cty.Zero
		for _, v := range elements {
			n, err := convert.Convert(v, cty.Number)
			if err != nil || n.IsKnown() && n.IsNull() {
				return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
			}
			if total, err = stdlib.Add(total, n); err != nil {
				return cty.NilVal, err
			}
		}
		return total, nil
	},
})

var transposeFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "values", Type: cty.Map(cty.List(cty.String))}},
	Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))),
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(t).RefineNotNull(), nil
		}
		lists := map[string][]cty.Value{}
		for it := args[0].ElementIterator(); it.Next(); {
			key, values := it.Element()
			if values.IsNull() {
				return cty.NilVal, function.NewArgErrorf(0, "the list at %q is null", key.AsString())
			}
			for _, v := range values.AsValueSlice() {
				if v.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "the list at %q has a null element", key.AsString())
				}
				lists[v.AsString()] = append(lists[v.AsString()], key)
			}
		}
		out := map[string]cty.Value{}
		for name, list := range lists {
			slices.SortFunc(list, func(a, b cty.Value) int { return compareStrings(a, b) })
			out[name] = cty.ListVal(list)
		}
		if len(out) == 0 {
			return cty.MapValEmpty(cty.List(cty.String)), nil
		}
		return cty.MapVal(out), nil
	},
})

func compareStrings(a, b cty.Value) int {
	switch x, y := a.AsString(), b.AsString(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// containsFunc refuses to look for null.
var containsFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return stdlib.ContainsFunc.Call(forgetAll(args))
	},
	RefineResult: neverNull,
})

// elementFunc refuses to count from the end.
var elementFunc = function.New(&function.Spec{
	Params: stdlib.ElementFunc.Params(),
	Type: func(args []cty.Value) (cty.Type, error) {
		if i := args[1]; i.IsKnown() && i.AsBigFloat().Sign() < 0 {
			return cty.NilType, function.NewArgErrorf(1, "the index must not be negative")
		}
		return stdlib.ElementFunc.ReturnTypeForValues(args)
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return stdlib.ElementFunc.Call(args) },
})

// list and map were functions up to version 0.11; toset and braces took their place.
var listFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{
		Name: "elements", Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		t, err := common(args)
		return cty.List(t), err
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		if len(args) == 0 {
			return cty.ListValEmpty(cty.DynamicPseudoType), nil
		}
		return convert.Convert(cty.TupleVal(args), t)
	},
})

var mapFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{
		Name: "pairs", Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true,
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if len(args)%2 != 0 {
			return cty.NilType, fmt.Errorf("map requires an even number of arguments, got %d", len(args))
		}
		var values []cty.Value
		for i := 1; i < len(args); i += 2 {
			values = append(values, args[i])
		}
		t, err := common(values)
		return cty.Map(t), err
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		out := map[string]cty.Value{}
		for i := 0; i < len(args); i += 2 {
			key, err := convert.Convert(args[i], cty.String)
			if err != nil || key.IsKnown() && key.IsNull() {
				return cty.NilVal, function.NewArgErrorf(i, "a map key must be a string")
			}
			if !key.IsKnown() {
				return cty.UnknownVal(t), nil
			}
			if out[key.AsString()], err = convert.Convert(args[i+1], t.ElementType()); err != nil {
				return cty.NilVal, function.NewArgError(i+1, err)
			}
		}
		if len(out) == 0 {
			return cty.MapValEmpty(t.ElementType()), nil
		}
		return cty.MapVal(out), nil
	},
})

func common(values []cty.Value) (cty.Type, error) {
	if len(values) == 0 {
		return cty.DynamicPseudoType, nil
	}
	types := make([]cty.Type, len(values))
	for i, v := range values {
		types[i] = v.Type()
	}
	t, _ := convert.UnifyUnsafe(types)
	if t == cty.NilType {
		return cty.DynamicPseudoType, errors.New("all values must have the same type")
	}
	return t, nil
}
