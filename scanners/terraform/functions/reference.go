package functions

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Terminator ends the refined prefix of an unknown string that stands for an attribute of a resource.
// The prefix names the attribute; it is not a prefix of the string that the attribute will have.
const Terminator = "\x01"

// reference gives the prefix of an unknown string that stands for an attribute of a resource.
func reference(v cty.Value) (prefix string, ok bool) {
	if v.Type() != cty.String || v.IsKnown() {
		return "", false
	}
	v, _ = v.Unmark()
	prefix = v.Range().StringPrefix()
	return prefix, strings.HasSuffix(prefix, Terminator)
}

// same says whether two elements are equal, as far as that is settled.
func (o Options) same(a, b cty.Value) (equal, settled bool) {
	p, aRef := reference(a)
	q, bRef := reference(b)
	if aRef && bRef {
		return false, o.Differ != nil && o.Differ(p, q)
	}
	eq, _ := forget(a).Equals(forget(b)).Unmark()
	if !eq.IsKnown() {
		return false, false
	}
	return eq.True(), true
}

// forget replaces references by strings of which nothing is known but that they are not null, for
// computations that would take the prefix of a reference for text.
func forget(v cty.Value) cty.Value {
	if v.IsWhollyKnown() {
		return v
	}
	out, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if _, ok := reference(v); !ok {
			return v, nil
		}
		_, marks := v.Unmark()
		return cty.UnknownVal(cty.String).RefineNotNull().WithMarks(marks), nil
	})
	if err != nil {
		return v
	}
	return out
}

// opaque makes a function blind to the prefixes of references.
func opaque(f function.Function) function.Function {
	spec := &function.Spec{Description: f.Description()}
	for _, p := range f.Params() {
		spec.Params = append(spec.Params, permissive(p))
	}
	if p := f.VarParam(); p != nil {
		all := permissive(*p)
		spec.VarParam = &all
	}
	spec.Type = func(args []cty.Value) (cty.Type, error) { return f.ReturnTypeForValues(forgetAll(args)) }
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(forgetAll(args)) }
	return function.New(spec)
}

// permissive leaves the handling of special values to the function that is wrapped.
func permissive(p function.Parameter) function.Parameter {
	p.AllowUnknown, p.AllowDynamicType, p.AllowMarked, p.AllowNull = true, true, true, true
	return p
}

func forgetAll(args []cty.Value) []cty.Value {
	out := make([]cty.Value, len(args))
	for i, a := range args {
		out[i] = forget(a)
	}
	return out
}
