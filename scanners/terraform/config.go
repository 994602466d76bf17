package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// config is the declarations of one folder, with override files merged in. It is shared by all calls of
// the module and never evaluated itself.
type config struct {
	dir     string
	files   int
	partial bool // something in the folder was not read
	hasLock bool
	// hasState says that the folder has what running Terraform leaves or needs: .terraform, a state, variable files.
	hasState bool
	states   []string // names of state files, sorted

	variables, outputs, calls map[string]*hclsyntax.Block
	resources                 map[string]*hclsyntax.Block // "aws_x.y", "data.aws_x.y"
	locals                    map[string]*hclsyntax.Attribute
	providers, terraform      []*hclsyntax.Block
	order                     []string // keys of resources as they are written
	callOrder                 []string
	broken                    map[*hclsyntax.Block]string
	comments                  []scanners.Comment // waivers
	literals                  []literal          // secrets
	foreign                   []string           // functions of providers that are called
	moves                     [][2]string        // addresses of moved blocks, from and to, as seen from the module
}

func newConfig(dir string) *config {
	return &config{
		dir: dir, variables: map[string]*hclsyntax.Block{}, outputs: map[string]*hclsyntax.Block{}, calls: map[string]*hclsyntax.Block{},
		resources: map[string]*hclsyntax.Block{}, locals: map[string]*hclsyntax.Attribute{}, broken: map[*hclsyntax.Block]string{},
	}
}

// add takes in the blocks of one file.
func (c *config) add(l *loader, f *file, override bool) {
	maps.Copy(c.broken, f.broken)
	for _, b := range f.body.Blocks {
		switch b.Type {
		case "locals":
			if f.broken[b] == "" { // else what is left of an expression would pass for the whole
				maps.Copy(c.locals, b.Body.Attributes)
			}
		case "variable":
			c.declare(l, c.variables, b, label(b, 0), override)
		case "output":
			c.declare(l, c.outputs, b, label(b, 0), override)
		case "module":
			if c.declare(l, c.calls, b, label(b, 0), override) {
				c.callOrder = append(c.callOrder, label(b, 0))
			}
		case "resource", "data":
			key := label(b, 0) + "." + label(b, 1)
			if b.Type == "data" {
				key = "data." + key
			}
			if len(b.Labels) == 2 && c.declare(l, c.resources, b, key, override) {
				c.order = append(c.order, key)
			}
		case "provider":
			c.addProvider(b, override)
		case "terraform":
			c.terraform = append(c.terraform, b)
		case "moved":
			if from, to := literalText(b.Body, "from"), literalText(b.Body, "to"); from != "" && to != "" {
				c.moves = append(c.moves, [2]string{from, to})
			}
		}
	}
}

// note keeps what is written in a file beside its declarations: waivers in comments, and secrets.
func (c *config) note(l *loader, f *file) {
	c.foreign = append(c.foreign, functions.ProviderNames([]byte(l.texts[f.name]))...)
	if !strings.HasSuffix(f.name, ".json") {
		c.comments = append(c.comments, comments(f.name, []byte(l.texts[f.name]), blockLines(f.body))...)
	}
	for _, b := range f.body.Blocks {
		found := blockLiterals(b)
		c.literals = append(c.literals, found...)
		l.literals = append(l.literals, found...)
	}
}

// syntaxError says that a block has a syntax error inside: what is left of it proves nothing.
func (c *config) syntaxError(b *hclsyntax.Block) string {
	why, ok := c.broken[b]
	if !ok {
		return ""
	}
	return "the block has a syntax error: " + why
}

func label(b *hclsyntax.Block, i int) string {
	if i < len(b.Labels) {
		return b.Labels[i]
	}
	return ""
}

// declare keeps a block under its name, or merges it into the one that it overrides. A second declaration
// is an error in Terraform: the first stands, and a gap says so.
func (c *config) declare(l *loader, in map[string]*hclsyntax.Block, b *hclsyntax.Block, name string, override bool) bool {
	before, exists := in[name]
	switch {
	case name == "":
		return false
	case exists && override:
		in[name] = merge(before, b)
		if why, ok := c.broken[before]; ok {
			c.broken[in[name]] = why
		}
		return false
	case exists:
		l.gap(scanners.Gap{Where: at(b.DefRange()), What: b.Type + " " + name, Why: "it is declared a second time; the first is at " + at(before.DefRange()), Settle: "remove one of them"})
		return false
	}
	in[name] = b
	return true
}

func (c *config) addProvider(b *hclsyntax.Block, override bool) {
	if override {
		for i, p := range c.providers {
			if label(p, 0) == label(b, 0) && literalText(p.Body, "alias") == literalText(b.Body, "alias") {
				c.providers[i] = merge(p, b)
				return
			}
		}
	}
	c.providers = append(c.providers, b)
}

// merge gives a block with the attributes of over in place of those of base; nested blocks of a type that over
// has replace all of that type. Source: Terraform language, "Override files".
func merge(base, over *hclsyntax.Block) *hclsyntax.Block {
	out := *base
	body := *base.Body
	body.Attributes = maps.Clone(base.Body.Attributes)
	maps.Copy(body.Attributes, over.Body.Attributes)
	replaced := map[string]bool{}
	for _, b := range over.Body.Blocks {
		replaced[blockName(b)] = true
		delete(body.Attributes, blockName(b))
	}
	body.Blocks = slices.DeleteFunc(slices.Clone(base.Body.Blocks), func(b *hclsyntax.Block) bool {
		_, now := over.Body.Attributes[blockName(b)]
		return now || replaced[blockName(b)] && b.Type != "lifecycle"
	})
	body.Blocks = append(body.Blocks, over.Body.Blocks...)
	out.Body = &body
	return &out
}

// blockName is the type of a nested block, which a dynamic block has as its label.
func blockName(b *hclsyntax.Block) string {
	if b.Type == "dynamic" {
		return label(b, 0)
	}
	return b.Type
}

// finish prepares all expressions of the folder for evaluation.
func (c *config) finish(l *loader) {
	for _, a := range c.locals {
		a.Expr = l.prepare(a.Expr)
	}
	for _, blocks := range []map[string]*hclsyntax.Block{c.variables, c.outputs, c.calls, c.resources} {
		for _, b := range blocks {
			l.prepareBody(b.Body)
		}
	}
	for _, b := range slices.Concat(c.providers, c.terraform) {
		l.prepareBody(b.Body)
	}
}

func (l *loader) prepareBody(b *hclsyntax.Body) {
	for _, a := range b.Attributes {
		a.Expr = l.prepare(a.Expr)
	}
	for _, inner := range b.Blocks {
		l.prepareBody(inner.Body)
	}
}

// literalText gives an attribute that is a plain quoted string, or "".
func literalText(b *hclsyntax.Body, name string) string {
	a := b.Attributes[name]
	if a == nil {
		return ""
	}
	return textOf(a.Expr)
}

// textOf reads what must be written literally: a quoted string, or a reference as text, as `provider = aws.east`,
// `depends_on = [aws_x.y]` and their quoted forms of 0.11 are.
func textOf(x hclsyntax.Expression) string {
	switch x := x.(type) {
	case *hclsyntax.TemplateExpr:
		if len(x.Parts) == 0 {
			return ""
		}
		if lit, ok := x.Parts[0].(*hclsyntax.LiteralValueExpr); ok && len(x.Parts) == 1 {
			return stringOf(lit.Val)
		}
	case *hclsyntax.TemplateWrapExpr:
		return textOf(x.Wrapped)
	case *hclsyntax.LiteralValueExpr:
		return stringOf(x.Val)
	case *hclsyntax.ScopeTraversalExpr:
		return traversalText(x.Traversal)
	case *hclsyntax.ObjectConsKeyExpr:
		return textOf(x.Wrapped)
	}
	return ""
}

// textsOf reads a list of what textOf reads.
func textsOf(x hclsyntax.Expression) []string {
	list, ok := x.(*hclsyntax.TupleConsExpr)
	if !ok {
		if s := textOf(x); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, e := range list.Exprs {
		if s := textOf(e); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func traversalText(t hcl.Traversal) string {
	s := ""
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			s += step.Name
		case hcl.TraverseAttr:
			s += "." + step.Name
		case hcl.TraverseIndex:
			s += keyText(step.Key)
		}
	}
	return s
}
