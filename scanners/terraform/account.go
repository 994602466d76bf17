package terraform

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/graph"
)

// LookUp is a data source as an account is asked for it. Region and Account are "" where the provider block does not say
// them. Arguments hold what the block says, blocks as lists of maps.
type LookUp struct {
	Type, Region, Account string
	Arguments             map[string]any
}

// accountAttr gives an attribute of a data source from the account that is read beside the code.
func (e *evaluator) accountAttr(i *instance, name string) (val, bool) {
	found := e.lookUp(i)
	x, ok := found[name]
	if !ok {
		return val{}, false
	}
	return val{v: ctyOf(x), refs: []graph.Ref{{Root: e.rootPath(), Address: i.addr, Attr: name}}}, true
}

// lookUp asks the account for what a data block looks up; nil when the account was not read, when an argument is not
// known, or when not exactly one thing is meant.
func (e *evaluator) lookUp(i *instance) map[string]any {
	if e.l.opts.LookUp == nil || !i.r.data {
		return nil
	}
	if found, asked := e.looked[i]; asked {
		return found
	}
	if e.looked == nil {
		e.looked = map[*instance]map[string]any{}
	}
	e.looked[i] = nil // a data source that depends on itself finds nothing
	q := LookUp{Type: i.r.typ, Arguments: map[string]any{}}
	for _, name := range e.argumentNames(i) {
		v, _ := e.own(i, name, false)
		x, known := plainValue(v.v)
		if v.why != "" || !known {
			return nil
		}
		q.Arguments[name] = x
	}
	p, _ := e.providerOf(i.r)
	q.Region, q.Account = stringOf(e.region(p).v), stringOf(e.account(p).v)
	if found, ok := e.l.opts.LookUp(q); ok {
		e.looked[i] = found
	}
	return e.looked[i]
}

// argumentNames lists what a data block says, sorted.
func (e *evaluator) argumentNames(i *instance) []string {
	var names []string
	for name := range i.r.block.Body.Attributes {
		names = append(names, name)
	}
	for _, b := range i.r.block.Body.Blocks {
		names = append(names, blockName(b))
	}
	names = slices.DeleteFunc(names, metaArgument)
	slices.Sort(names)
	return slices.Compact(names)
}

// plainValue gives a value that is wholly known as nil, bool, int, float64, string, []any or map[string]any.
func plainValue(v cty.Value) (x any, known bool) {
	v, _ = v.UnmarkDeep()
	switch ty := v.Type(); {
	case !v.IsKnown() || hasSymbol(stringOf(v)):
		return nil, false
	case v.IsNull():
		return nil, true
	case ty == cty.String:
		return v.AsString(), true
	case ty == cty.Bool:
		return v.True(), true
	case ty == cty.Number:
		return numberValue(v), true
	case ty.IsObjectType() || ty.IsMapType():
		out := map[string]any{}
		for k, item := range v.AsValueMap() {
			if out[k], known = plainValue(item); !known {
				return nil, false
			}
		}
		return out, true
	case v.CanIterateElements():
		out := []any{}
		for _, item := range v.AsValueSlice() {
			x, known := plainValue(item)
			if !known {
				return nil, false
			}
			out = append(out, x)
		}
		return out, true
	}
	return nil, false
}

// ctyOf is the opposite of plainValue.
func ctyOf(x any) cty.Value {
	switch x := x.(type) {
	case string:
		return cty.StringVal(x)
	case bool:
		return cty.BoolVal(x)
	case int:
		return cty.NumberIntVal(int64(x))
	case float64:
		return cty.NumberFloatVal(x)
	case []any:
		if len(x) == 0 {
			return cty.EmptyTupleVal
		}
		items := make([]cty.Value, len(x))
		for i, item := range x {
			items[i] = ctyOf(item)
		}
		return cty.TupleVal(items)
	case map[string]any:
		items := make(map[string]cty.Value, len(x))
		for k, item := range x {
			items[k] = ctyOf(item)
		}
		return cty.ObjectVal(items)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// filled adds to a data source what the account says of it.
func (w *writer) filled() {
	for name, x := range w.e.lookUp(w.i) {
		if _, written := w.r.Attrs[name]; !written && x != nil {
			w.r.Attrs[name] = x
			delete(w.r.Unknown, name)
		}
	}
}
