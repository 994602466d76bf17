package terraform

import (
	"maps"
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// Functions of our own that rewritten expressions call; their names cannot be written in configuration.
const (
	fnBare    = "\x00bare"    // takes tokens off, for comparisons
	fnOpaque  = "\x00opaque"  // makes strings with symbols unknown again, for decisions
	fnNumber  = "\x00number"  // makes numbers of truths, for arithmetic
	fnSymbols = "\x00symbols" // makes what is unknown a symbol, for text
)

// deciding functions look into strings: what they say about a token would be made up.
var deciding = []string{"contains", "index", "startswith", "endswith", "strcontains", "jsondecode"}

// transparent functions only move or join strings, so they may be given symbols.
var transparent = map[string]bool{
	"chomp": true, "coalescelist": true, "concat": true, "element": true, "flatten": true, "format": true, "formatlist": true, "indent": true,
	"jsonencode": true, "join": true, "list": true, "map": true, "merge": true, "nonsensitive": true, "one": true, "reverse": true,
	"sensitive": true, "slice": true, "tolist": true, "tomap": true, "toset": true, "tostring": true, "trimspace": true,
	"values": true, "zipmap": true, "lookup": true,
}

// tables makes the functions for one root: for evaluation proper, and for symbolic evaluation.
func (e *evaluator) tables() {
	plain := functions.Table(functions.Options{FS: e.l.fs, Dir: e.root, Differ: e.tokens.differ})
	e.functions = maps.Clone(plain)
	for _, name := range deciding {
		e.functions[name] = wrap(plain[name], func(_ int, v cty.Value) cty.Value { return bare(v) }, nil)
	}
	e.functions["join"], e.functions["split"] = e.joinFunc(plain["join"]), e.splitFunc(plain["split"])
	e.functions["distinct"], e.functions["sort"] = e.distinctFunc(plain["distinct"]), sortFunc(plain["sort"])
	e.functions[fnBare] = single(bare)
	e.functions[fnNumber] = single(func(v cty.Value) cty.Value {
		if n, err := toNumber(v); err == nil && n.IsKnown() && !n.IsNull() {
			return n
		}
		return v
	})
	e.functions["sensitive"], e.functions["nonsensitive"] = single(e.sensitive), single(func(v cty.Value) cty.Value { return v })

	e.symbolic = make(map[string]function.Function, len(e.functions)+2)
	for name, f := range e.functions {
		switch {
		case name == "try" || name == "can" || name == fnBare:
			e.symbolic[name] = f
		case name == "jsonencode":
			e.symbolic[name] = wrap(plain[name], func(_ int, v cty.Value) cty.Value { return e.fillJSON(v) }, nil)
		case name == "join" || name == "format":
			e.symbolic[name] = wrap(plain[name], func(_ int, v cty.Value) cty.Value { return e.fill(v) }, nil)
		case name == "split":
			e.symbolic[name] = e.symbolicSplit(plain[name])
		case name == "lookup":
			e.symbolic[name] = wrap(plain[name], func(i int, v cty.Value) cty.Value {
				if i == 1 {
					return e.tokens.opaque(v)
				}
				return v
			}, nil)
		case name == "compact" || name == "coalesce":
			e.symbolic[name] = wrap(f, func(_ int, v cty.Value) cty.Value { return e.tokens.unlessText(v) }, e.tokens.symbolic)
		case name == "replace":
			e.symbolic[name] = e.symbolicReplace(f)
		case name == "templatefile" || name == "templatestring":
			e.symbolic[name] = e.templateFunc(name, plain["file"], f)
		case transparent[name]:
			e.symbolic[name] = f
		default:
			e.symbolic[name] = wrap(f, func(_ int, v cty.Value) cty.Value { return e.tokens.opaque(v) }, e.tokens.symbolic)
		}
	}
	e.symbolic[fnOpaque] = single(e.tokens.opaque)
	e.symbolic[fnSymbols] = single(e.fill)
}

// placeholder is a text that people write to be replaced later: nothing that AWS chooses contains it.
var placeholder = regexp.MustCompile(`^(_+[A-Z][A-Z0-9_]*_+|\$\{\w+\}|\{\{ *\w+ *\}\}|%\w+%|@@?\w+@@?|<\w+>)$`)

// symbolicReplace fills in placeholders; any other replacement may hit what a symbol stands for, so it sees the
// unknown value.
func (e *evaluator) symbolicReplace(plain function.Function) function.Function {
	blind := wrap(plain, func(_ int, v cty.Value) cty.Value { return e.tokens.opaque(v) }, e.tokens.symbolic)
	choose := func(args []cty.Value) (cty.Value, error) {
		if len(args) == 3 && placeholder.MatchString(stringOf(args[1])) {
			return callConverted(plain, []cty.Value{args[0], args[1], e.fill(args[2])})
		}
		return blind.Call(args)
	}
	return function.New(&function.Spec{
		VarParam: anything, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return choose(args) },
	})
}

// callConverted calls a function with arguments of any type, as an expression does.
func callConverted(f function.Function, args []cty.Value) (cty.Value, error) {
	return wrap(f, func(_ int, v cty.Value) cty.Value { return v }, nil).Call(args)
}

var anything = &function.Parameter{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowDynamicType: true, AllowMarked: true}

// single makes a function of one value of any kind.
func single(f func(cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{*anything},
		Type:   func(args []cty.Value) (cty.Type, error) { return f(args[0]).Type(), nil },
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f(args[0]), nil },
	})
}

// wrap makes a function that sees its arguments through in, and whose result goes through out.
func wrap(f function.Function, in func(int, cty.Value) cty.Value, out func(cty.Value) cty.Value) function.Function {
	apply := func(args []cty.Value) (cty.Value, error) {
		seen := make([]cty.Value, len(args))
		params := f.Params()
		for i, a := range args {
			want := f.VarParam()
			if i < len(params) {
				want = &params[i]
			}
			seen[i] = in(i, a)
			if want == nil {
				continue
			}
			v, err := convert.Convert(seen[i], want.Type)
			if err != nil {
				return cty.NilVal, function.NewArgError(i, err)
			}
			seen[i] = v
		}
		v, err := f.Call(seen)
		if err == nil && out != nil {
			v = out(v)
		}
		return v, err
	}
	return function.New(&function.Spec{
		VarParam: anything,
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := apply(args)
			if err != nil {
				return cty.NilType, err
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return apply(args) },
	})
}

// fill makes symbols of the unknown strings in v, and of v itself when it is to become text.
func (e *evaluator) fill(v cty.Value) cty.Value {
	if v.IsWhollyKnown() {
		return v
	}
	if ty := v.Type(); !v.IsKnown() && (ty.IsPrimitiveType() || ty == cty.DynamicPseudoType) {
		return cty.StringVal(e.tokens.symbol(v, e.why))
	}
	return transform(v, func(leaf cty.Value) cty.Value {
		if leaf.Type() == cty.String {
			return cty.StringVal(e.tokens.symbol(leaf, e.why))
		}
		return leaf
	})
}

// fillJSON makes symbols of everything unknown in v. Collections become tuples and objects, since their
// elements may change type.
func (e *evaluator) fillJSON(v cty.Value) cty.Value {
	v, _ = v.Unmark()
	ty := v.Type()
	switch {
	case !v.IsKnown():
		return cty.StringVal(e.tokens.symbol(v, e.why))
	case v.IsNull() || ty.IsPrimitiveType() || v.IsWhollyKnown():
		return v
	case ty.IsObjectType(), ty.IsMapType():
		kids := map[string]cty.Value{}
		for k, x := range v.AsValueMap() {
			kids[k] = e.fillJSON(x)
		}
		return cty.ObjectVal(kids)
	}
	var kids []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		_, x := it.Element()
		kids = append(kids, e.fillJSON(x))
	}
	return cty.TupleVal(kids)
}

// templateFunc is templatefile (or templatestring) for symbolic evaluation: the template is rewritten like any
// expression. plain says what is wrong when it cannot be read.
func (e *evaluator) templateFunc(name string, file, plain function.Function) function.Function {
	render := func(args []cty.Value) (cty.Value, error) {
		if len(args) != 2 || !args[0].IsKnown() || hasSymbol(stringOf(args[0])) || !args[1].CanIterateElements() {
			return cty.UnknownVal(cty.String), nil
		}
		text := stringOf(args[0])
		if name == "templatefile" {
			v, err := file.Call(args[:1])
			if err != nil {
				return cty.NilVal, err
			}
			text = stringOf(v)
		}
		return e.render(text, args[1].AsValueMap())
	}
	return function.New(&function.Spec{
		VarParam: anything, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return render(args) },
	})
}

// render evaluates a template symbolically; a file that contains a template is not code that others know.
func (e *evaluator) render(text string, vars map[string]cty.Value) (cty.Value, error) {
	x, diags := hclsyntax.ParseTemplate([]byte(text), "template", hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	v, diags := symbolicExpr(x).Value(&hcl.EvalContext{Variables: vars, Functions: e.symbolic})
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	return convert.Convert(v, cty.String)
}

// sensitive notes the strings in v, so that they are hidden where they appear.
func (e *evaluator) sensitive(v cty.Value) cty.Value {
	mapKnown(v, func(leaf cty.Value) cty.Value {
		e.noteSecret(leaf)
		return leaf
	})
	return v
}

// noteSecret remembers a text that must not be shown. One or two characters would hide half of everything.
func (e *evaluator) noteSecret(leaf cty.Value) {
	if s := stringOf(leaf); len(s) > 2 {
		e.secrets[s] = true
	}
}
