package source

import (
	"errors"
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

// spot is the one place in the files that a value comes from, or where it has to be written.
type spot struct {
	*scope
	file     string
	constant bool // references mean nothing there: a variable's default, a file of values

	expr   hclsyntax.Expression      // what is replaced; nil when something is put in
	object *hclsyntax.ObjectConsExpr // that gets an item
	block  *hclsyntax.Block          // that gets an argument or a nested block
	rest   []graph.Step              // of what is put in: the name first
	not    bool                      // the value is the opposite of what stands there
	in     *frame                    // of expr, where it is read
}

// maxSteps is how many expressions are looked at to follow a value; more go round in circles.
const maxSteps = 1000

// tracer follows one value.
type tracer struct {
	e       *edit
	steps   int
	reading bool // the value is only read: an expression that computes it is a place, too
	ways    int  // how many places the choices so far stand for; 0 is one
	refers  bool // the new value is a reference, which may take the place of one to a resource
}

// mostTries is how many places are tried for one step.
const mostTries = 16

// choose picks one of several places that a value may be written at. The edit is tried with one after the other until one does what
// is wanted and nothing else.
func (t *tracer) choose(places []spot) spot {
	if t.reading {
		return places[0]
	}
	t.ways = max(t.ways, 1)
	n := t.e.try / t.ways % len(places)
	t.ways *= len(places)
	t.e.more = t.e.more || t.ways > t.e.try+1 && t.e.try+1 < mostTries
	return places[n]
}

func refusal(class remedy.Reason, format string, args ...any) error {
	return &remedy.Refused{Class: class, Why: fmt.Sprintf(format, args...), Siblings: []graph.Address{}}
}

// inBlocks follows a path into a declaration: the last of the blocks that says something about it is the one that counts.
func (t *tracer) inBlocks(list []*hclsyntax.Block, in *frame, steps []graph.Step) (spot, error) {
	for _, b := range slices.Backward(list[1:]) {
		if says(b.Body, steps[0].Name) {
			return t.inBlock(b, in, steps)
		}
	}
	return t.inBlock(list[0], in, steps)
}

func says(b *hclsyntax.Body, name string) bool {
	return b.Attributes[name] != nil || len(nested(b, name)) > 0 || len(dynamic(b, name)) > 0
}

func nested(b *hclsyntax.Body, name string) []*hclsyntax.Block {
	return where(b, func(x *hclsyntax.Block) bool { return x.Type == name && name != "dynamic" })
}

func dynamic(b *hclsyntax.Body, name string) []*hclsyntax.Block {
	return where(b, func(x *hclsyntax.Block) bool { return x.Type == "dynamic" && len(x.Labels) == 1 && x.Labels[0] == name })
}

func where(b *hclsyntax.Body, ok func(*hclsyntax.Block) bool) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, x := range b.Blocks {
		if ok(x) {
			out = append(out, x)
		}
	}
	return out
}

// inBlock follows a path into one block.
func (t *tracer) inBlock(b *hclsyntax.Block, in *frame, steps []graph.Step) (spot, error) {
	name := steps[0].Name
	if a := b.Body.Attributes[name]; a != nil {
		return t.follow(a.Expr, in, steps[1:])
	}
	static, loops := nested(b.Body, name), dynamic(b.Body, name)
	if len(static)+len(loops) == 0 {
		return spot{scope: in.scope, file: b.Body.SrcRange.Filename, block: b, rest: steps}, nil
	}
	if len(steps) > 1 && steps[1].Index < 0 && len(static) == 1 { // 0.11 wrote maps as blocks
		return t.inBlock(static[0], in, steps[1:])
	}
	if len(steps) < 3 || steps[1].Index < 0 {
		return spot{}, refusal(remedy.ComputedExpression, "%s is written as blocks, which cannot be replaced as a whole", name)
	}
	return t.element(b, static, loops, in, steps)
}

// element follows a path into one of the nested blocks of a name.
func (t *tracer) element(b *hclsyntax.Block, static, loops []*hclsyntax.Block, in *frame, steps []graph.Step) (spot, error) {
	name, index := steps[0].Name, steps[1].Index
	before := len(static)
	if len(loops) > 0 {
		before = len(where(b.Body, func(x *hclsyntax.Block) bool {
			return x.Type == name && x.TypeRange.Start.Byte < loops[0].TypeRange.Start.Byte
		}))
	}
	switch {
	case index < before:
		return t.inBlock(static[index], in, steps[2:])
	case len(loops) == 0 && index == len(static):
		return spot{scope: in.scope, file: b.Body.SrcRange.Filename, block: b, rest: steps}, nil
	case len(loops) != 1 || before < len(static):
		return spot{}, refusal(remedy.ComputedExpression, "which of the blocks %s is number %d depends on a dynamic block", name, index)
	}
	loop := loops[0]
	content := nested(loop.Body, "content")
	over := loop.Body.Attributes["for_each"]
	if len(content) != 1 || over == nil {
		return spot{}, refusal(remedy.ComputedExpression, "the dynamic block %s has no content", name)
	}
	iterator := name
	if a := loop.Body.Attributes["iterator"]; a != nil {
		iterator = hcl.ExprAsKeyword(a.Expr)
	}
	return t.inBlock(content[0], in.with(iterator, iteration{over: over.Expr, in: in, step: eachStep(index - before)}), steps[2:])
}

// follow goes from an expression to the place that its value, or the part of it at a path, is written.
func (t *tracer) follow(x hclsyntax.Expression, in *frame, rest []graph.Step) (spot, error) {
	if t.steps++; t.steps > maxSteps {
		return spot{}, refusal(remedy.ComputedExpression, "the value goes through too many references")
	}
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return t.follow(x.Expression, in, rest)
	case *hclsyntax.TemplateWrapExpr:
		return t.follow(x.Wrapped, in, rest)
	case *hclsyntax.ObjectConsExpr:
		return t.inObject(x, in, rest)
	case *hclsyntax.TupleConsExpr:
		return t.inTuple(x, in, rest)
	case *hclsyntax.ScopeTraversalExpr:
		if t.refers && len(rest) == 0 && in.leadsToResource(x.Traversal) {
			return spot{scope: in.scope, file: x.Range().Filename, expr: x, in: in}, nil
		}
		return t.reference(x.Traversal, in, rest)
	case *hclsyntax.RelativeTraversalExpr:
		more, err := stepsOf(x.Traversal)
		if err != nil {
			return spot{}, err
		}
		return t.follow(x.Source, in, append(more, rest...))
	case *hclsyntax.IndexExpr:
		step, err := t.index(x.Key, in)
		if err != nil {
			return spot{}, err
		}
		return t.follow(x.Collection, in, append([]graph.Step{step}, rest...))
	case *hclsyntax.FunctionCallExpr:
		if !t.reading || len(rest) > 0 {
			return t.call(x, in, rest)
		}
	case *hclsyntax.ConditionalExpr:
		return t.condition(x, in, rest)
	case *hclsyntax.ForExpr:
		return t.inFor(x, in, rest)
	case *hclsyntax.UnaryOpExpr:
		if x.Op == hclsyntax.OpLogicalNot && len(rest) == 0 && !t.reading {
			s, err := t.follow(x.Val, in, nil)
			s.not = !s.not
			return s, err
		}
	}
	if isNull(x) && len(rest) > 0 && !t.reading { // an object with what is wanted takes its place
		return spot{scope: in.scope, file: x.Range().Filename, expr: x, in: in, rest: rest}, nil
	}
	if (isLiteral(x) || t.reading) && len(rest) == 0 {
		return spot{scope: in.scope, file: x.Range().Filename, expr: x, in: in}, nil
	}
	return spot{}, refusal(remedy.ComputedExpression, "the value is computed at %s", at(x.Range()))
}

// condition goes to the side that the condition, as it is written in the files, chooses. Where the sides are true and false, it is
// the condition that says the value.
func (t *tracer) condition(x *hclsyntax.ConditionalExpr, in *frame, rest []graph.Step) (spot, error) {
	if a, b := truth(x.TrueResult), truth(x.FalseResult); a != "" && b != "" && a != b && !t.reading {
		s, err := t.follow(x.Condition, in, rest)
		s.not = s.not != (a == "false")
		return s, err
	}
	v, err := t.value(x.Condition, in)
	if err != nil || v.Type() != cty.Bool {
		return spot{}, refusal(remedy.ComputedExpression, "the value is computed at %s", at(x.SrcRange))
	}
	taken, other := x.TrueResult, x.FalseResult
	if v.False() {
		taken, other = other, taken
	}
	s, err := t.follow(taken, in, rest)
	if t.reading || isLiteral(x.TrueResult) && isLiteral(x.FalseResult) {
		return s, err
	}
	instead, otherwise := t.follow(other, in, rest) // what is written there may turn the condition: var.x == null ? [] : [var.x]
	switch {
	case err != nil && otherwise != nil:
		return s, err
	case err != nil:
		return instead, nil
	case otherwise != nil:
		return s, nil
	}
	return t.choose([]spot{s, instead}), nil
}

// inFor goes through a for expression to the element that one of its own is made of.
func (t *tracer) inFor(x *hclsyntax.ForExpr, in *frame, rest []graph.Step) (spot, error) {
	computed := refusal(remedy.ComputedExpression, "the value is computed at %s", at(x.SrcRange))
	if len(rest) == 0 || x.Group {
		return spot{}, computed
	}
	step := rest[0]
	switch {
	case x.KeyExpr == nil && (x.CondExpr != nil || isEach(step) || step.Index < 0):
		return spot{}, computed
	case x.KeyExpr != nil && (step.Index >= 0 || x.KeyVar == "" || hcl.ExprAsKeyword(x.KeyExpr) != x.KeyVar):
		return spot{}, computed
	}
	inner := in.with(x.ValVar, iteration{over: x.CollExpr, in: in, step: step, bare: true})
	return t.follow(x.ValExpr, inner, rest[1:])
}

// truth gives "true" or "false" where that is written, else "".
func truth(x hclsyntax.Expression) string {
	l, ok := x.(*hclsyntax.LiteralValueExpr)
	switch {
	case !ok || l.Val.Type() != cty.Bool || l.Val.IsNull():
		return ""
	case l.Val.True():
		return "true"
	}
	return "false"
}

// leadsToResource says whether a traversal names an attribute of a resource of the module.
func (in *frame) leadsToResource(list hcl.Traversal) bool {
	_, iterates := in.iterator[list.RootName()]
	return len(list) > 2 && !iterates && !slices.Contains([]string{"var", "local", "each", "module", "count", "path", "data", "self", "terraform"}, list.RootName())
}

func at(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

// isLiteral says whether an expression is one value written out.
func isLiteral(x hclsyntax.Expression) bool {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return x.IsStringLiteral() || len(x.Parts) == 0
	case *hclsyntax.UnaryOpExpr:
		return isLiteral(x.Val) && x.Op == hclsyntax.OpNegate
	}
	return false
}

func (t *tracer) inObject(x *hclsyntax.ObjectConsExpr, in *frame, rest []graph.Step) (spot, error) {
	here := spot{scope: in.scope, file: x.SrcRange.Filename}
	switch {
	case len(rest) == 0:
		here.expr, here.in = x, in
		return here, nil
	case isEach(rest[0]):
		keys := objectKeys(x)
		slices.Sort(keys)
		if n := rest[0].Index; n < len(keys) {
			return t.inObject(x, in, append([]graph.Step{graph.Name(keys[n])}, rest[1:]...))
		}
		return spot{}, refusal(remedy.ComputedExpression, "the keys at %s are computed", at(x.SrcRange))
	case rest[0].Index == 0: // an object where a block may be
		return t.inObject(x, in, rest[1:])
	case rest[0].Index > 0:
		return spot{}, refusal(remedy.ComputedExpression, "%s is no list", at(x.SrcRange))
	}
	for _, item := range x.Items {
		if keyOf(item.KeyExpr) == rest[0].Name {
			return t.follow(item.ValueExpr, in, rest[1:])
		}
	}
	here.object, here.rest = x, rest
	return here, nil
}

func objectKeys(x *hclsyntax.ObjectConsExpr) []string {
	var keys []string
	for _, item := range x.Items {
		keys = append(keys, keyOf(item.KeyExpr))
	}
	return keys
}

// keyOf gives the key of an item that is written out, else "".
func keyOf(x hclsyntax.Expression) string {
	v, diags := x.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return ""
	}
	return v.AsString()
}

func (t *tracer) inTuple(x *hclsyntax.TupleConsExpr, in *frame, rest []graph.Step) (spot, error) {
	switch {
	case len(rest) == 0:
		return spot{scope: in.scope, file: x.SrcRange.Filename, expr: x, in: in}, nil
	case rest[0].Index >= 0 && rest[0].Index < len(x.Exprs):
		return t.follow(x.Exprs[rest[0].Index], in, rest[1:])
	}
	return spot{}, refusal(remedy.ComputedExpression, "the list at %s has no such element", at(x.SrcRange))
}

// eachStep goes to the element of that number, also of a map, whose keys count in their order.
func eachStep(n int) graph.Step { return graph.Step{Name: "each", Index: n} }

func isEach(s graph.Step) bool { return s.Name != "" && s.Index >= 0 }

// index reads the key of an index.
func (t *tracer) index(key hclsyntax.Expression, in *frame) (graph.Step, error) {
	v, err := t.value(key, in)
	switch {
	case err != nil:
		return graph.Step{}, err
	case v.Type() == cty.String:
		return graph.Name(v.AsString()), nil
	case v.Type() == cty.Number:
		n, _ := v.AsBigFloat().Int64()
		return graph.Index(int(n)), nil
	}
	return graph.Step{}, refusal(remedy.ComputedExpression, "the index at %s is computed", at(key.Range()))
}

// stepsOf turns the steps of a traversal into those of a path.
func stepsOf(list hcl.Traversal) ([]graph.Step, error) {
	var out []graph.Step
	for _, s := range list {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			out = append(out, graph.Name(s.Name))
		case hcl.TraverseIndex:
			if s.Key.Type() == cty.String {
				out = append(out, graph.Name(s.Key.AsString()))
				continue
			}
			n, _ := s.Key.AsBigFloat().Int64()
			out = append(out, graph.Index(int(n)))
		default:
			return nil, refusal(remedy.ComputedExpression, "the value is one of several at %s", at(s.SourceRange()))
		}
	}
	return out, nil
}

// own says whether a file belongs to the source that may be changed, with the reason when not.
func (e *edit) own(name string) error {
	if slices.Contains(strings.Split(name, "/"), ".terraform") {
		return refusal(remedy.NotOwnSource, "it is written in a module that was fetched (%s), which is not part of this source", path.Dir(name))
	}
	for dir := name; dir != "."; dir = path.Dir(dir) {
		info, err := fs.Lstat(e.p.code.Tree, dir)
		if errors.Is(err, fs.ErrNotExist) {
			return refusal(remedy.NotOwnSource, "it is written in a module that is not part of this source (%s)", path.Dir(name))
		}
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return refusal(remedy.NotOwnSource, "%s is reached through the symbolic link %s", name, dir)
		}
	}
	return nil
}
