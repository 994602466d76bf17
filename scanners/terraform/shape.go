package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// vocabulary is which attributes the code reads of resources, by type and in expressions that do not say
// the type (splats, for). Objects that stand for resources have these attributes besides those that are set.
type vocabulary struct {
	ofType map[string]map[string]bool
	other  map[string]bool
	// inside says of which attributes, as "type.attr" or ".attr", something is read inside: they are no strings.
	inside map[string]bool
	loops  map[string]bool // names of the variables of for expressions
}

func newVocabulary() *vocabulary {
	return &vocabulary{ofType: map[string]map[string]bool{}, other: map[string]bool{"id": true, "arn": true}, inside: map[string]bool{}, loops: map[string]bool{}}
}

func (w *vocabulary) add(typ, attr string) {
	if w.ofType[typ] == nil {
		w.ofType[typ] = map[string]bool{}
	}
	w.ofType[typ][attr] = true
}

// dep is one thing that an expression refers to. attr is the only attribute that is read of its elements,
// when that can be told: `aws_subnet.a[*].id`, `module.x[each.key].arn`.
type dep struct {
	hcl.Traversal
	attr  string
	whole bool // others in the expression read other attributes of the same thing
}

// shape is what is known about an expression without evaluating it.
type shape struct {
	deps     []dep
	impure   string // a function in it whose result no one knows before apply
	calls    bool   // it calls functions
	loops    int
	constant *val                 // what it gives everywhere, when it names nothing and calls nothing; made on first use
	symbolic hclsyntax.Expression // its form for symbolic evaluation, made on first use
}

var impure = map[string]bool{"timestamp": true, "plantimestamp": true, "uuid": true, "bcrypt": true, "pathexpand": true, "abspath": true, "rsadecrypt": true}

// shape gives the shape of an expression, made once.
func (l *loader) shape(x hclsyntax.Expression) *shape {
	if s, ok := l.shapes[x]; ok {
		return s
	}
	s := &shape{}
	only := map[*hcl.Traverser]string{}
	visit(x, func(n hclsyntax.Node) {
		switch n := n.(type) {
		case *hclsyntax.SplatExpr:
			each, ok := n.Each.(*hclsyntax.RelativeTraversalExpr)
			if source, is := n.Source.(*hclsyntax.ScopeTraversalExpr); ok && is {
				only[&source.Traversal[0]] = firstAttr(each.Traversal)
			}
		case *hclsyntax.RelativeTraversalExpr:
			if index, ok := n.Source.(*hclsyntax.IndexExpr); ok {
				if source, ok := index.Collection.(*hclsyntax.ScopeTraversalExpr); ok {
					only[&source.Traversal[0]] = firstAttr(n.Traversal)
				}
			}
		case *hclsyntax.FunctionCallExpr:
			s.calls = true
			if impure[n.Name] {
				s.impure = n.Name
			}
		}
	})
	for _, t := range x.Variables() {
		s.deps = append(s.deps, dep{Traversal: t, attr: only[&t[0]]})
	}
	markWhole(s.deps)
	s.loops = loops(x)
	l.shapes[x] = s
	return s
}

// markWhole finds the things of which an expression reads several attributes through elements.
func markWhole(deps []dep) {
	read := map[string]string{}
	several := map[string]bool{}
	for _, d := range deps {
		thing, rest := d.thing()
		attr := firstOf(d.attr, refAttr(rest))
		if before, ok := read[thing]; ok && before != attr {
			several[thing] = true
		}
		read[thing] = attr
	}
	for i, d := range deps {
		thing, _ := d.thing()
		deps[i].whole = several[thing]
	}
}

// thing names the resource or module call that a dependency is about, and what is read of it.
func (d dep) thing() (string, hcl.Traversal) {
	n := 2
	if d.RootName() == "data" {
		n = 3
	}
	n = min(n, len(d.Traversal))
	return traversalText(d.Traversal[:n]), d.Traversal[n:]
}

func firstAttr(t hcl.Traversal) string {
	if len(t) > 0 {
		if a, ok := t[0].(hcl.TraverseAttr); ok {
			return a.Name
		}
	}
	return ""
}

// prepare rewrites an expression so that comparing a computed attribute with a literal stays unknown, and
// notes which attributes it reads.
func (l *loader) prepare(x hclsyntax.Expression) hclsyntax.Expression {
	_ = hclsyntax.Walk(x, l.words) // it reports nothing
	visit(x, func(n hclsyntax.Node) {
		switch n := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			if (n.Op == hclsyntax.OpEqual || n.Op == hclsyntax.OpNotEqual) && !isEmpty(n.LHS) && !isEmpty(n.RHS) {
				n.LHS, n.RHS = call(fnBare, n.LHS), call(fnBare, n.RHS)
			}
			if n.Op == hclsyntax.OpSubtract || n.Op == hclsyntax.OpMultiply || n.Op == hclsyntax.OpAdd {
				n.LHS, n.RHS = numeric(n.LHS), numeric(n.RHS)
			}
		case *hclsyntax.ConditionalExpr:
			either(n)
		case *hclsyntax.ScopeTraversalExpr:
			l.words.note(n.Traversal)
		case *hclsyntax.LiteralValueExpr:
			if weigh(n.Val).over {
				n.Val = cty.UnknownVal(n.Val.Type())
			}
		case *hclsyntax.RelativeTraversalExpr:
			l.words.noteAll(n.Traversal)
		}
	})
	return x
}

// numeric lets truth be counted with, as 0.11 did: `1 - var.off`.
func numeric(x hclsyntax.Expression) hclsyntax.Expression {
	if _, ok := x.(*hclsyntax.ScopeTraversalExpr); ok {
		return call(fnNumber, x)
	}
	return x
}

// isEmpty says whether an expression is "" or null: a computed attribute is known to be neither.
func isEmpty(x hclsyntax.Expression) bool {
	switch x := x.(type) {
	case *hclsyntax.TemplateExpr:
		return len(x.Parts) == 0 || len(x.Parts) == 1 && isEmpty(x.Parts[0])
	case *hclsyntax.LiteralValueExpr:
		return x.Val.IsNull() || x.Val.RawEquals(cty.StringVal(""))
	}
	return false
}

// Enter implements hclsyntax.Walker: it notes the names of loop variables, which are used before their loop ends.
func (w *vocabulary) Enter(n hclsyntax.Node) hcl.Diagnostics {
	if loop, ok := n.(*hclsyntax.ForExpr); ok {
		w.loops[loop.KeyVar], w.loops[loop.ValVar] = true, true
	}
	return nil
}

// Exit implements hclsyntax.Walker.
func (w *vocabulary) Exit(hclsyntax.Node) hcl.Diagnostics { return nil }

// note takes the attributes from a traversal: those of `aws_x.y.attr` belong to a type; behind other roots
// any name may turn out to be one (local.subnets[0].id, each.value.arn).
func (w *vocabulary) note(t hcl.Traversal) {
	root := t.RootName()
	switch root {
	case "var", "local", "each", "module", "path", "terraform", "count", "self":
		w.noteAll(t[1:])
		return
	case "data":
		t = t[1:]
		root = firstAttr(t)
	}
	if second := firstAttr(t[min(1, len(t)):]); len(t) < 3 || w.loops[root] || second == "value" || second == "key" {
		w.noteAll(t)
		return
	}
	for i, step := range t[2:] {
		if a, ok := step.(hcl.TraverseAttr); ok {
			w.add(root, a.Name)
			w.inside[root+"."+a.Name] = w.inside[root+"."+a.Name] || i+3 < len(t)
			return
		}
	}
}

func (w *vocabulary) noteAll(t hcl.Traversal) {
	for i, step := range t {
		if a, ok := step.(hcl.TraverseAttr); ok {
			w.other[a.Name] = true
			w.inside["."+a.Name] = w.inside["."+a.Name] || i+1 < len(t)
		}
	}
}

// composed says whether an attribute that the catalog does not have is more than a string, as far as the code shows.
func (w *vocabulary) composed(typ, attr string) bool {
	if attr == "id" || attr == "arn" {
		return false
	}
	return w.inside[typ+"."+attr] || w.inside["."+attr]
}

// visit calls f for every node of an expression, children first.
func visit(x hclsyntax.Expression, f func(hclsyntax.Node)) {
	_ = hclsyntax.Walk(x, visitor(f)) // the visitor reports nothing
}

type visitor func(hclsyntax.Node)

func (v visitor) Enter(hclsyntax.Node) hcl.Diagnostics { return nil }

func (v visitor) Exit(n hclsyntax.Node) hcl.Diagnostics {
	v(n)
	return nil
}

// call wraps an expression in a call of one of our own functions.
func call(name string, args ...hclsyntax.Expression) *hclsyntax.FunctionCallExpr {
	r := args[0].Range()
	return &hclsyntax.FunctionCallExpr{Name: name, Args: args, NameRange: r, OpenParenRange: r, CloseParenRange: r}
}
