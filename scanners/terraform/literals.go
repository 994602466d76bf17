package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// literal is a secret that is written in the code. Its text is not kept.
type literal struct {
	owner       string // "aws_x.y", "data.aws_x.y", "provider.NAME", "module.NAME", "var.NAME", "local.NAME", "output.NAME"
	path        string // attribute path within the owner; "default" for a variable, "value" for a local or output
	kind        string // "password", "token", "private_key", "aws_access_key"
	placeholder bool
	ignored     bool      // ignore_changes of the owner lists the attribute
	where       hcl.Range // of the expression
}

// blockLiterals lists the secrets written in a top-level block, in the order of their place. Attributes that
// the catalog marks Secret are left out: those are judged by their value, wherever it comes from.
func blockLiterals(b *hclsyntax.Block) []literal {
	s := &literals{}
	switch b.Type {
	case "resource", "data":
		s.typ = label(b, 0)
		s.owner = s.typ + "." + label(b, 1)
		if b.Type == "data" {
			s.owner = "data." + s.owner
		}
		s.ignored = ignoredChanges(b.Body)
		s.body("", b.Body)
	case "provider":
		s.owner, s.typ = "provider."+label(b, 0), "terraform_provider"
		if alias := literalText(b.Body, "alias"); alias != "" {
			s.owner += "." + alias
		}
		s.body("", b.Body)
	case "module":
		s.owner = "module." + label(b, 0)
		s.body("", b.Body)
	case "variable":
		s.variable(b)
	case "locals":
		for name, a := range b.Body.Attributes {
			s.owner = "local." + name
			s.expr("value", name, a.Expr)
		}
	case "terraform":
		s.owner, s.typ = "terraform.backend", "terraform_backend"
		for _, inner := range b.Body.Blocks {
			if inner.Type == "backend" {
				s.body("", inner.Body)
			}
		}
	case "output":
		if a := b.Body.Attributes["value"]; a != nil {
			s.owner = "output." + label(b, 0)
			s.expr("value", "", a.Expr)
		}
	}
	s.sort()
	return s.out
}

// varsLiterals lists the secrets written in a file of variable values. sensitive says which variables are
// declared to be secrets.
func varsLiterals(attrs hclsyntax.Attributes, sensitive func(name string) bool) []literal {
	s := &literals{}
	for name, a := range attrs {
		s.owner, s.certain = "var."+name, sensitive(name)
		s.expr("value", name, a.Expr)
	}
	s.sort()
	return s.out
}

// literals collects the secrets of one owner at a time.
type literals struct {
	owner   string
	typ     string   // for the catalog; "" when the owner is no resource
	ignored []string // attributes in ignore_changes; "*" for all
	certain bool     // the code itself says that the value is a secret
	out     []literal
}

func (s *literals) sort() {
	slices.SortStableFunc(s.out, func(a, b literal) int {
		if c := strings.Compare(a.where.Filename, b.where.Filename); c != 0 {
			return c
		}
		return a.where.Start.Byte - b.where.Start.Byte
	})
}

func (s *literals) variable(b *hclsyntax.Block) {
	a := b.Body.Attributes["default"]
	if a == nil {
		return
	}
	s.owner = "var." + label(b, 0)
	s.certain = isTrue(b.Body, "sensitive")
	s.expr("default", label(b, 0), a.Expr)
}

// ignoredChanges reads ignore_changes of a resource, in the words of any version.
func ignoredChanges(body *hclsyntax.Body) []string {
	var out []string
	for _, b := range body.Blocks {
		if a := b.Body.Attributes["ignore_changes"]; b.Type == "lifecycle" && a != nil {
			for _, name := range textsOf(a.Expr) {
				if name == "all" {
					name = "*"
				}
				out = append(out, name)
			}
		}
	}
	return out
}

func (s *literals) body(path string, b *hclsyntax.Body) {
	for name, a := range b.Attributes {
		at := graph.Child(path, name)
		if s.typ != "" && catalog.IsSecret(s.typ, graph.Schematic(at)) {
			continue
		}
		s.expr(at, name, a.Expr)
	}
	s.pair(path, literalText(b, "name"), b.Attributes["value"])
	count := map[string]int{}
	for _, inner := range b.Blocks {
		name, content := blockName(inner), inner.Body
		if inner.Type == "dynamic" {
			for _, c := range inner.Body.Blocks {
				content = c.Body
			}
		}
		if path == "" && metaArgument(name) && name != "provisioner" && name != "connection" {
			continue
		}
		s.body(graph.Element(graph.Child(path, name), count[name]), content)
		count[name]++
	}
}

// pair takes `name = "DB_PASSWORD"` beside `value = "..."` for an assignment.
func (s *literals) pair(path, name string, value *hclsyntax.Attribute) {
	if name != "" && value != nil {
		s.expr(graph.Child(path, "value"), name, value.Expr)
	}
}

// expr looks for secrets in an expression that is assigned to a name.
func (s *literals) expr(path, name string, x hclsyntax.Expression) {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		s.text(path, name, stringOf(x.Val), true, x.Range())
	case *hclsyntax.TemplateExpr:
		text, whole := templateText(x)
		s.text(path, name, text, whole, x.Range())
	case *hclsyntax.TemplateWrapExpr:
		s.expr(path, name, x.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		s.expr(path, name, x.Expression)
	case *hclsyntax.ConditionalExpr:
		s.expr(path, name, x.TrueResult)
		s.expr(path, name, x.FalseResult)
	case *hclsyntax.TupleConsExpr:
		for i, e := range x.Exprs {
			s.expr(graph.Element(path, i), name, e)
		}
	case *hclsyntax.ObjectConsExpr:
		s.object(path, x)
	case *hclsyntax.ForExpr:
		s.expr(path, name, x.ValExpr)
	case *hclsyntax.FunctionCallExpr:
		if !passing[strings.TrimPrefix(x.Name, "core::")] {
			name = ""
		}
		for _, a := range x.Args {
			s.expr(path, name, a)
		}
	}
}

// passing are the functions whose result is made of the text of their arguments.
var passing = map[string]bool{
	"base64encode": true, "chomp": true, "coalesce": true, "compact": true, "concat": true, "jsonencode": true, "list": true,
	"merge": true, "nonsensitive": true, "sensitive": true, "tolist": true, "tomap": true, "toset": true, "tostring": true,
	"trimspace": true, "try": true, "yamlencode": true,
}

func (s *literals) object(path string, x *hclsyntax.ObjectConsExpr) {
	named := ""
	for _, item := range x.Items {
		if key := strings.ToLower(textOf(item.KeyExpr)); key == "name" || key == "key" {
			named = textOf(item.ValueExpr)
		}
	}
	for _, item := range x.Items {
		key := textOf(item.KeyExpr)
		at := graph.Child(path, key)
		if key == "" {
			at = path
		}
		if strings.ToLower(key) == "value" && named != "" {
			key = named
		}
		s.expr(at, key, item.ValueExpr)
	}
}

// gap stands in the text of a template for what is not literal.
const gapMark = "${}"

func templateText(x *hclsyntax.TemplateExpr) (text string, whole bool) {
	var b strings.Builder
	whole = true
	for _, p := range x.Parts {
		lit, ok := p.(*hclsyntax.LiteralValueExpr)
		if !ok || lit.Val.Type() != cty.String {
			b.WriteString(gapMark)
			whole = false
			continue
		}
		b.WriteString(stringOf(lit.Val))
	}
	return b.String(), whole
}

func (s *literals) text(path, name, text string, whole bool, where hcl.Range) {
	kind, placeholder, ok := secretText(name, text, whole)
	if !ok && whole && s.certain && plausible(text) {
		kind, placeholder, ok = "password", standsIn(text), true
	}
	if !ok || slices.ContainsFunc(s.out, func(l literal) bool { return l.where == where }) {
		return
	}
	top, _, _ := strings.Cut(graph.Schematic(path), ".")
	s.out = append(s.out, literal{
		owner: s.owner, path: path, kind: kind, placeholder: placeholder, where: where,
		ignored: slices.Contains(s.ignored, "*") || slices.Contains(s.ignored, top),
	})
}

// literalFact makes the fact that l is written in the code of the module at prefix ("" or "module.a."). A secret of
// a variable, local or output stands for itself, since its owner is no resource.
func literalFact(root, prefix string, l literal) *graph.Resource {
	owner := graph.Address(prefix + l.owner)
	r := &graph.Resource{
		Root: root, Type: "terraform_literal", Name: l.owner[strings.LastIndexByte(l.owner, '.')+1:],
		Address: owner + graph.Address("#"+l.path), Of: owner,
		Attrs:   map[string]any{"path": l.path, "kind": l.kind, "placeholder": l.placeholder, "ignored": l.ignored},
		Unknown: map[string]string{}, Facts: map[string]any{},
		Origins: []graph.Origin{{
			Source: "terraform", Scope: root, File: l.where.Filename,
			Line: l.where.Start.Line, EndLine: l.where.End.Line, Column: l.where.Start.Column,
		}},
	}
	switch kind, _, _ := strings.Cut(l.owner, "."); kind {
	case "var", "local", "output":
		r.Of = ""
		if l.path == "default" || l.path == "value" && kind != "var" {
			r.Address = owner
		}
	}
	return r
}

// hideLiterals puts "…" in place of the expressions of secrets in the text of their file; lines keep their
// numbers.
func hideLiterals(file, src string, ls []literal) string {
	ls = slices.Clone(ls)
	slices.SortFunc(ls, func(a, b literal) int { return b.where.Start.Byte - a.where.Start.Byte })
	done := len(src)
	for _, l := range ls {
		from, to := l.where.Start.Byte, l.where.End.Byte
		if l.where.Filename != file || from < 0 || to > done || from > to {
			continue
		}
		done = from
		src = src[:from] + `"…"` + strings.Repeat("\n", strings.Count(src[from:to], "\n")) + src[to:]
	}
	return Redact(src)
}
