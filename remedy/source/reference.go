package source

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// reference follows var.x, local.x, each.value, module.x.y and the iterators of dynamic blocks.
func (t *tracer) reference(list hcl.Traversal, in *frame, rest []graph.Step) (spot, error) {
	more, err := stepsOf(list[1:])
	if err != nil {
		return spot{}, err
	}
	steps := append(more, rest...)
	root := list.RootName()
	computed := refusal(remedy.ComputedExpression, "the value is computed from %s at %s", traversalText(list), at(list.SourceRange()))
	if it, ok := in.iterator[root]; ok && it.bare {
		return t.follow(it.over, it.in, append([]graph.Step{it.step}, steps...))
	} else if ok && len(steps) > 0 {
		if steps[0].Name != "value" {
			return spot{}, computed
		}
		return t.follow(it.over, it.in, append([]graph.Step{it.step}, steps[1:]...))
	}
	if len(steps) == 0 {
		return spot{}, computed
	}
	name := steps[0].Name
	switch root {
	case "var":
		return t.variable(name, in, steps[1:])
	case "local":
		if x := t.e.local(in.dir, name); x != nil {
			return t.follow(x, &frame{scope: in.scope}, steps[1:])
		}
	case "each":
		if k, ok := keyStep(in.key); ok && name == "value" && in.forEach != nil {
			return t.follow(in.forEach, in.each, append([]graph.Step{k}, steps[1:]...))
		}
	case "module":
		return t.output(in, steps, computed)
	}
	return spot{}, computed
}

func traversalText(list hcl.Traversal) string {
	var b strings.Builder
	for _, s := range list {
		switch s := s.(type) {
		case hcl.TraverseRoot:
			b.WriteString(s.Name)
		case hcl.TraverseAttr:
			b.WriteString("." + s.Name)
		}
	}
	return b.String()
}

// variable goes to where the value of an input variable is given.
func (t *tracer) variable(name string, in *frame, rest []graph.Step) (spot, error) {
	declared := t.e.blocks(in.dir, "variable", name)
	if in.parent == nil {
		return t.rootVariable(name, declared, in, rest)
	}
	calls := t.e.blocks(in.parent.dir, "module", in.name)
	if len(calls) == 0 {
		return spot{}, refusal(remedy.NotFound, "there is no call of module.%s in %s", in.name, in.parent.dir)
	}
	if a := attribute(calls, name); a != nil {
		return t.follow(a.Expr, instance(in.parent, calls[0], in.scope.key), rest)
	}
	given := spot{scope: in.parent, file: calls[0].Body.SrcRange.Filename, block: calls[0], rest: append([]graph.Step{graph.Name(name)}, rest...)}
	if len(rest) == 0 && !t.reading {
		return given, nil
	}
	s, err := t.fallback(name, declared, in, rest)
	if t.reading || err != nil {
		return s, err
	}
	empty := s.object != nil && len(s.object.Items) == 0 || isNull(s.expr)
	if empty && len(s.rest) == len(rest) { // nothing is lost when the call gives it
		return t.choose([]spot{given, s}), nil
	}
	return s, nil
}

func (t *tracer) fallback(name string, declared []*hclsyntax.Block, in *frame, rest []graph.Step) (spot, error) {
	a := attribute(declared, "default")
	if a == nil {
		return spot{}, refusal(remedy.ValueNotInSource, "nothing in the files gives var.%s a value", name)
	}
	s, err := t.follow(a.Expr, &frame{scope: in.scope}, rest)
	s.constant = true
	return s, err
}

// rootVariable goes through what may give a root variable its value, the strongest first.
func (t *tracer) rootVariable(name string, declared []*hclsyntax.Block, in *frame, rest []graph.Step) (spot, error) {
	code := t.e.p.code
	if slices.Contains(code.Given, name) {
		return spot{}, refusal(remedy.ValueNotInSource, "var.%s is given from outside of the files", name)
	}
	for _, file := range slices.Backward(append(t.e.valueFiles(in.dir), code.VarFiles...)) {
		p, err := t.e.parse(file)
		if err != nil {
			return spot{}, refusal(remedy.ValueNotInSource, "%s cannot be read", file)
		}
		if a := p.body.Attributes[name]; a != nil {
			s, err := t.follow(a.Expr, &frame{scope: in.scope}, rest)
			s.constant = true
			return s, err
		}
	}
	if slices.Contains(code.Environment, name) {
		return spot{}, refusal(remedy.ValueNotInSource, "var.%s is given by the environment", name)
	}
	return t.fallback(name, declared, in, rest)
}

// valueFiles lists the files of values that Terraform reads by itself, the stronger later.
func (e *edit) valueFiles(dir string) []string {
	entries, err := fs.ReadDir(e.p.code.Tree, dir)
	if err != nil {
		return nil
	}
	var first, then []string
	for _, d := range entries {
		switch name := d.Name(); {
		case d.IsDir():
		case name == "terraform.tfvars", name == "terraform.tfvars.json":
			first = append(first, path.Join(dir, name))
		case strings.HasSuffix(name, ".auto.tfvars"), strings.HasSuffix(name, ".auto.tfvars.json"):
			then = append(then, path.Join(dir, name))
		}
	}
	slices.Sort(first)
	slices.Sort(then)
	return append(first, then...)
}

// output follows module.NAME.OUTPUT into the module.
func (t *tracer) output(in *frame, steps []graph.Step, computed error) (spot, error) {
	calls := t.e.blocks(in.dir, "module", steps[0].Name)
	if len(calls) == 0 {
		return spot{}, computed
	}
	child := &scope{name: steps[0].Name, parent: in.scope, path: in.prefix() + "module." + steps[0].Name}
	steps = steps[1:]
	if len(steps) > 0 && (steps[0].Index >= 0 || attribute(calls, "for_each") != nil) {
		child.key = strings.TrimPrefix(graph.JoinPath(steps[0]), ".")
		if steps[0].Index < 0 {
			child.key = fmt.Sprintf("[%q]", steps[0].Name)
		}
		child.path += child.key
		steps = steps[1:]
	}
	src := attribute(calls, "source")
	if len(steps) == 0 || src == nil {
		return spot{}, computed
	}
	from, err := t.value(src.Expr, in)
	if err != nil || from.Type() != cty.String || !strings.HasPrefix(from.AsString(), ".") {
		return spot{}, refusal(remedy.NotOwnSource, "the value comes from module.%s, which is not part of this source", child.name)
	}
	child.dir = path.Join(in.dir, from.AsString())
	value := attribute(t.e.blocks(child.dir, "output", steps[0].Name), "value")
	if value == nil {
		return spot{}, computed
	}
	return t.follow(value.Expr, &frame{scope: child}, steps[1:])
}

// call goes through the functions that hand a value on.
func (t *tracer) call(x *hclsyntax.FunctionCallExpr, in *frame, rest []graph.Step) (spot, error) {
	computed := refusal(remedy.ComputedExpression, "the value is computed by %s() at %s", x.Name, at(x.NameRange))
	if x.ExpandFinal {
		return spot{}, computed
	}
	switch x.Name {
	case "tolist", "toset", "tomap", "tobool", "tonumber", "tostring", "nonsensitive", "sensitive":
		if len(x.Args) == 1 {
			return t.follow(x.Args[0], in, rest)
		}
	case "element":
		if len(x.Args) == 2 {
			step, err := t.index(x.Args[1], in)
			if err != nil {
				return spot{}, err
			}
			return t.follow(x.Args[0], in, append([]graph.Step{step}, rest...))
		}
	case "try", "coalesce":
		return t.firstOf(x, in, rest, computed)
	case "lookup":
		return t.lookup(x, in, rest, computed)
	case "merge":
		if len(rest) > 0 && rest[0].Index < 0 {
			return t.merge(x, in, rest, computed)
		}
	}
	return spot{}, computed
}

// firstOf goes to each of the arguments that leads to a place; those that are null give no value as long as another does.
func (t *tracer) firstOf(x *hclsyntax.FunctionCallExpr, in *frame, rest []graph.Step, computed error) (spot, error) {
	var places, nulls []spot
	for _, arg := range x.Args {
		s, err := t.follow(arg, in, rest)
		switch {
		case err != nil:
		case x.Name == "coalesce" && isNull(s.expr):
			nulls = append(nulls, s)
		default:
			places = append(places, s)
		}
	}
	places = append(places, nulls...)
	if len(places) == 0 {
		return spot{}, computed
	}
	return t.choose(places), nil
}

func isNull(x hclsyntax.Expression) bool {
	l, ok := x.(*hclsyntax.LiteralValueExpr)
	return ok && l.Val.IsNull()
}

// lookup goes to the item of the key; when there is none, to where it would be, or to what is given instead.
func (t *tracer) lookup(x *hclsyntax.FunctionCallExpr, in *frame, rest []graph.Step, computed error) (spot, error) {
	if len(x.Args) < 2 {
		return spot{}, computed
	}
	step, err := t.index(x.Args[1], in)
	if err != nil {
		return spot{}, err
	}
	s, err := t.follow(x.Args[0], in, append([]graph.Step{step}, rest...))
	if len(x.Args) < 3 || err == nil && (s.expr != nil || len(s.rest) <= len(rest)) {
		return s, err
	}
	instead, otherwise := t.follow(x.Args[2], in, rest)
	switch {
	case err != nil:
		return instead, otherwise
	case otherwise != nil:
		return s, nil
	}
	return t.choose([]spot{s, instead}), nil
}

// merge goes to the last argument that has the key. When none has it, it may be put into any: into one that is written out here
// rather than into what others may use, too.
func (t *tracer) merge(x *hclsyntax.FunctionCallExpr, in *frame, rest []graph.Step, computed error) (spot, error) {
	var here, elsewhere []spot
	for _, arg := range slices.Backward(x.Args) {
		s, err := t.follow(arg, in, rest)
		if err != nil {
			return spot{}, err
		}
		_, written := arg.(*hclsyntax.ObjectConsExpr)
		switch {
		case s.expr != nil || len(s.rest) < len(rest):
			return s, nil
		case written:
			here = append(here, s)
		default:
			elsewhere = append(elsewhere, s)
		}
	}
	places := append(here, elsewhere...)
	if len(places) == 0 {
		return spot{}, computed
	}
	return t.choose(places), nil
}
