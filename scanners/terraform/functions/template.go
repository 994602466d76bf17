package functions

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// templateFunctions gives the functions that render templates, in which the given functions can be called.
func templateFunctions(o Options, inner map[string]function.Function) map[string]function.Function {
	inner = maps.Clone(inner)
	for _, name := range []string{"templatefile", "templatestring"} {
		inner[name] = nested(name)
	}
	for _, name := range names(inner) {
		inner["core::"+name] = inner[name]
	}
	return map[string]function.Function{
		"templatefile":   templatefileFunc(o, inner),
		"templatestring": templatestringFunc(inner),
	}
}

// nested stands for a template function inside a template.
func nested(name string) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "args", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true},
		Type: func([]cty.Value) (cty.Type, error) {
			return cty.NilType, fmt.Errorf("%s cannot be called inside a template", name)
		},
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, nil },
	})
}

func templatefileFunc(o Options, inner map[string]function.Function) function.Function {
	run := func(args []cty.Value) (cty.Value, error) {
		p, pathMarks := args[0].Unmark()
		text, err := o.text(p.AsString())
		if err != nil {
			return cty.NilVal, hiddenFile(pathMarks, err)
		}
		v, err := render(text, p.AsString(), args[1], inner)
		if err != nil {
			return cty.NilVal, err
		}
		return v.WithMarks(pathMarks), nil
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "path", Type: cty.String, AllowMarked: true},
			{Name: "vars", Type: cty.DynamicPseudoType},
		},
		Type: func(args []cty.Value) (cty.Type, error) {
			if !args[0].IsKnown() || !args[1].IsKnown() {
				return cty.DynamicPseudoType, nil
			}
			v, err := run(args)
			if err != nil {
				return cty.NilType, err
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return run(args) },
	})
}

func hiddenFile(marks cty.ValueMarks, err error) error {
	if len(marks) == 0 {
		return err
	}
	if Declined(err) {
		return declined{errMarked.Error()}
	}
	return errMarked
}

// render evaluates a template whose variables are the elements of vars.
func render(text, name string, vars cty.Value, inner map[string]function.Function) (cty.Value, error) {
	if t := vars.Type(); !t.IsMapType() && !t.IsObjectType() {
		return cty.NilVal, function.NewArgErrorf(1, "the variables of a template must be a map or an object")
	}
	if vars.IsNull() {
		return cty.NilVal, function.NewArgErrorf(1, "the variables of a template must not be null")
	}
	if !vars.IsKnown() {
		return cty.DynamicVal, nil
	}
	if err := tooDeep(text); err != nil {
		return cty.NilVal, err
	}
	e, diags := hclsyntax.ParseTemplate([]byte(text), name, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, explained(diags)
	}
	scope := map[string]cty.Value{}
	for it := vars.ElementIterator(); it.Next(); {
		key, v := it.Element()
		if !hclsyntax.ValidIdentifier(key.AsString()) {
			return cty.NilVal, function.NewArgErrorf(1, "%q cannot be the name of a variable in a template", key.AsString())
		}
		scope[key.AsString()] = v
	}
	for _, t := range e.Variables() {
		if _, ok := scope[t.RootName()]; !ok {
			return cty.NilVal, function.NewArgErrorf(1, "no value for %q, which the template uses at %s", t.RootName(), t.SourceRange())
		}
	}
	v, diags := e.Value(&hcl.EvalContext{Variables: scope, Functions: withProviders(inner, text)})
	if diags.HasErrors() {
		return cty.NilVal, explained(diags)
	}
	return v, nil
}

func withProviders(table map[string]function.Function, text string) map[string]function.Function {
	called := ProviderNames([]byte(text))
	if len(called) == 0 {
		return table
	}
	table = maps.Clone(table)
	for _, name := range called {
		table[name] = Provider(name)
	}
	return table
}

// explained gives one error for diagnostics, which is Declined when a function declined.
func explained(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if err := Diagnosed(d); Declined(err) {
			return fmt.Errorf("%s: %w", d.Subject, err)
		}
	}
	return errors.New(diags.Error())
}

// maxDepth bounds the nesting of brackets in a template: the parser is recursive.
const maxDepth = 500

func tooDeep(text string) error {
	if err := tooMany(text); err != nil {
		return err
	}
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{', '[', '(':
			if depth++; depth > maxDepth {
				return declinedf("the template nests brackets more than %d deep and is not read", maxDepth)
			}
		case '}', ']', ')':
			depth = max(depth-1, 0)
		}
	}
	return nil
}

// templatestringFunc renders a string that its first argument refers to. A template that is written in
// place is an error, as in Terraform: it would have been rendered before the call.
func templatestringFunc(inner map[string]function.Function) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "template", Type: customdecode.ExpressionClosureType},
			{Name: "vars", Type: cty.DynamicPseudoType},
		},
		Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			template, err := referred(customdecode.ExpressionClosureFromVal(args[0]))
			if err != nil {
				return cty.NilVal, err
			}
			text, textMarks := template.Unmark()
			if !text.IsKnown() {
				return cty.UnknownVal(cty.String).WithMarks(textMarks), nil
			}
			v, err := render(text.AsString(), "<template>", args[1], inner)
			if err != nil {
				return cty.NilVal, err
			}
			if v, err = convert.Convert(v, cty.String); err != nil {
				return cty.NilVal, fmt.Errorf("the template does not give a string: %w", err)
			}
			return v.WithMarks(textMarks), nil
		},
	})
}

var templateSources = []string{"data", "ephemeral", "local", "module", "var", "each", "path", "terraform"}

func referred(c *customdecode.ExpressionClosure) (cty.Value, error) {
	t, diags := hcl.AbsTraversalForExpr(c.Expression)
	indexed, isIndex := c.Expression.(*hclsyntax.IndexExpr)
	if diags.HasErrors() && isIndex {
		t, diags = hcl.AbsTraversalForExpr(indexed.Collection)
	}
	if diags.HasErrors() || len(t) < 2 && !slices.Contains(templateSources, t.RootName()) {
		return cty.NilVal, function.NewArgErrorf(0, "the template must be a direct reference to a string; a template that is written in place needs no function")
	}
	v, diags := c.Value()
	if diags.HasErrors() {
		return cty.NilVal, function.NewArgError(0, explained(diags))
	}
	if v.Type() == cty.DynamicPseudoType && !v.IsKnown() {
		return cty.UnknownVal(cty.String), nil
	}
	if v.Type() != cty.String || v.IsNull() {
		return cty.NilVal, function.NewArgErrorf(0, "the template must be a string")
	}
	return v, nil
}
