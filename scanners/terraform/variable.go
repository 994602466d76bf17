package terraform

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/plumbline-dev/plumbline/scanners"
)

// given is the value of a root variable from outside its declaration.
type given struct {
	expr    hclsyntax.Expression
	text    string // from -var or TF_VAR_, to be read by the variable's type
	runtime bool
	where   hcl.Range
}

// variable gives an input variable of a module instance.
func (e *evaluator) variable(m *module, name string, where hcl.Range, symbolic bool) val {
	b := m.cfg.variables[name]
	if b == nil {
		return unknown(m.prefix() + "var." + name + " is not declared" + m.partly())
	}
	k := termKey{m.prefix() + "var.", name, symbolic}
	return e.once(m.terms, k, b.DefRange(), func() val {
		if why := m.cfg.syntaxError(b); why != "" {
			return unknown(m.prefix() + "var." + name + ": " + why)
		}
		v := e.input(m, b, name, symbolic)
		if isTrue(b.Body, "sensitive") {
			e.sensitive(v.v)
			v.secret = true
		}
		return v
	})
}

// input evaluates what was given for a variable, or its default, and converts it to the variable's type.
func (e *evaluator) input(m *module, b *hclsyntax.Block, name string, symbolic bool) val {
	typ, defaults, err := variableType(b.Body.Attributes["type"])
	if err != nil {
		return unknown(m.prefix() + "var." + name + " has a type that cannot be read: " + err.Error())
	}
	v, ok := e.argument(m, name, typ, symbolic)
	if ok && v.v.IsKnown() && v.v.IsNull() && !nullable(b.Body) {
		ok = false
	}
	fallback := b.Body.Attributes["default"]
	switch {
	case !ok && fallback != nil:
		v = e.eval(fallback.Expr, &env{m: m}, symbolic)
	case !ok && m.parent == nil:
		return val{v: cty.UnknownVal(typ), why: "var." + name + " has no value"}
	case !ok:
		return val{v: cty.UnknownVal(typ), why: fmt.Sprintf("var.%s is not set in the call of %s", name, m.path)}
	}
	return e.convert(v, typ, defaults, m.prefix()+"var."+name, b.DefRange())
}

func nullable(b *hclsyntax.Body) bool {
	return b.Attributes["nullable"] == nil || isTrue(b, "nullable")
}

// convert brings a value to a type; what cannot be brought there is unknown, and a gap, since Terraform refuses it.
func (e *evaluator) convert(v val, typ cty.Type, defaults *typeexpr.Defaults, name string, where hcl.Range) val {
	if defaults != nil && !v.v.IsNull() {
		v.v = defaults.Apply(v.v)
	}
	c, err := convert.Convert(v.v, typ)
	if err == nil {
		v.v = c
		return v
	}
	if list, ok := listOfOne(v.v, typ); ok {
		v.v = list
		return v
	}
	why := fmt.Sprintf("the value of %s does not have its type: %s", name, err)
	e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(where), What: name, Why: why})
	return val{v: cty.UnknownVal(typ), why: why, refs: v.refs}
}

// listOfOne takes off the brackets that 0.11 wanted around a splat or a list function: ["${x.*.id}"].
func listOfOne(v cty.Value, typ cty.Type) (cty.Value, bool) {
	if !typ.IsListType() || !v.Type().IsTupleType() || v.LengthInt() != 1 {
		return v, false
	}
	inner := v.Index(cty.Zero)
	if !inner.Type().IsTupleType() && !inner.Type().IsListType() && !inner.Type().IsSetType() {
		return v, false
	}
	c, err := convert.Convert(inner, typ)
	return c, err == nil
}

// argument gives what was given for a variable: by the call, or for the root from outside.
func (e *evaluator) argument(m *module, name string, typ cty.Type, symbolic bool) (val, bool) {
	if m.parent != nil {
		if a := m.call.Body.Attributes[name]; a != nil {
			return e.eval(a.Expr, m.in, symbolic), true
		}
		for _, b := range m.call.Body.Blocks { // 0.11 let a map be written as a block
			if b.Type == name {
				return e.bodyValue(b.Body, m.in, symbolic), true
			}
		}
		return val{}, false
	}
	g, ok := e.given[name]
	if !ok {
		return val{}, false
	}
	if g.expr != nil {
		v, diags := g.expr.Value(nil)
		if diags.HasErrors() {
			return unknown("the value of var." + name + " cannot be read: " + diagText(diags)), true
		}
		return val{v: v, given: g.runtime}, true
	}
	if typ == cty.DynamicPseudoType || typ.IsPrimitiveType() {
		return val{v: cty.StringVal(g.text), given: true}, true
	}
	if where, why := tooDeep([]byte(g.text), "var."+name); why != "" {
		return unknown(where + ": " + why), true
	}
	x, diags := hclsyntax.ParseExpression([]byte(g.text), "var."+name, hcl.InitialPos)
	if diags.HasErrors() {
		return unknown("the value of var." + name + " cannot be read: " + diagText(diags)), true
	}
	v, diags := x.Value(nil)
	if diags.HasErrors() {
		return unknown("the value of var." + name + " cannot be read: " + diagText(diags)), true
	}
	return val{v: v, given: true}, true
}

// variableType reads a type constraint, in the words of any version: string, "string", list, list(string).
func variableType(a *hclsyntax.Attribute) (cty.Type, *typeexpr.Defaults, error) {
	if a == nil {
		return cty.DynamicPseudoType, nil, nil
	}
	switch word := textOf(a.Expr); word {
	case "list":
		return cty.List(cty.DynamicPseudoType), nil, nil
	case "map":
		return cty.Map(cty.DynamicPseudoType), nil, nil
	case "set":
		return cty.Set(cty.DynamicPseudoType), nil, nil
	case "string":
		return cty.String, nil, nil
	case "number":
		return cty.Number, nil, nil
	case "bool", "boolean":
		return cty.Bool, nil, nil
	case "any", "":
	default:
		x, diags := hclsyntax.ParseExpression([]byte(word), a.SrcRange.Filename, a.SrcRange.Start)
		if diags.HasErrors() {
			return cty.NilType, nil, diags
		}
		return constraint(x)
	}
	return constraint(a.Expr)
}

func constraint(x hclsyntax.Expression) (cty.Type, *typeexpr.Defaults, error) {
	typ, defaults, diags := typeexpr.TypeConstraintWithDefaults(x)
	if diags.HasErrors() {
		return cty.NilType, nil, fmt.Errorf("%s", diagText(diags))
	}
	return typ, defaults, nil
}

// readGiven collects the values of root variables, the later stronger: TF_VAR_, terraform.tfvars, *.auto.tfvars
// by name, -var-file in order, -var. Source: Terraform language, "Variable Definition Precedence".
func (e *evaluator) readGiven() {
	e.given = map[string]given{}
	opts := e.l.opts
	for _, name := range sortedKeys(opts.Env) {
		if v, ok := strings.CutPrefix(name, "TF_VAR_"); ok {
			e.given[v] = given{text: opts.Env[name], runtime: true}
		}
	}
	entries, err := e.l.fs.ReadDir(e.root)
	if err == nil {
		for _, name := range autoFiles(entries) {
			e.readVarFile(path.Join(e.root, name))
		}
	}
	for _, name := range opts.VarFiles {
		e.readVarFile(path.Clean(name))
	}
	for _, name := range sortedKeys(opts.Vars) {
		e.given[name] = given{text: opts.Vars[name], runtime: true}
	}
}

func autoFiles(entries []fs.DirEntry) []string {
	var first, rest []string
	for _, d := range entries {
		switch name := d.Name(); {
		case d.IsDir():
		case name == "terraform.tfvars", name == "terraform.tfvars.json":
			first = append(first, name)
		case strings.HasSuffix(name, ".auto.tfvars"), strings.HasSuffix(name, ".auto.tfvars.json"):
			rest = append(rest, name)
		}
	}
	slices.Sort(first)
	slices.Sort(rest)
	return append(first, rest...)
}

func (e *evaluator) readVarFile(name string) {
	label := e.l.label(name)
	src, err := e.l.read(name)
	if err != nil {
		e.l.gap(scanners.Gap{Root: e.rootPath(), Where: label, Why: reason(err), Settle: settleFile(err)})
		return
	}
	f := &file{name: label, broken: map[*hclsyntax.Block]string{}}
	if strings.HasSuffix(name, ".json") {
		f.body, err = parseJSON(src, label)
		if err != nil {
			e.l.gap(scanners.Gap{Root: e.rootPath(), Where: label, Why: err.Error()})
			return
		}
	} else if where, why := tooDeep(src, label); why != "" {
		e.l.gap(scanners.Gap{Root: e.rootPath(), Where: where, Why: why})
		return
	} else {
		parsed, diags := hclsyntax.ParseConfig(src, label, hcl.InitialPos)
		e.l.syntaxGaps(diags)
		f.body, _ = parsed.Body.(*hclsyntax.Body)
	}
	if f.body == nil {
		return
	}
	e.l.texts[label] = string(src)
	e.varFiles = append(e.varFiles, f.body.Attributes)
	for n, a := range f.body.Attributes {
		e.given[n] = given{expr: a.Expr, where: a.SrcRange}
	}
}
