package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// provider is one provider block in one module instance.
type provider struct {
	m      *module
	block  *hclsyntax.Block
	name   string // "aws"
	alias  string
	values map[string]val
}

// provider finds the configuration that a resource in m uses: its own module's block, or what the call passes
// on. nil when there is no block for it.
func (e *evaluator) provider(m *module, name, alias string) *provider {
	id := name
	if alias != "" {
		id += "." + alias
	}
	if p, ok := m.providers[id]; ok {
		return p
	}
	p := e.findProvider(m, name, alias, id)
	m.providers[id] = p
	return p
}

func (e *evaluator) findProvider(m *module, name, alias, id string) *provider {
	for _, b := range m.cfg.providers {
		if label(b, 0) == name && literalText(b.Body, "alias") == alias {
			return &provider{m: m, block: b, name: name, alias: alias, values: map[string]val{}}
		}
	}
	if m.parent == nil {
		return nil
	}
	if a := m.call.Body.Attributes["providers"]; a != nil {
		if to := itemText(a.Expr, id); to != "" {
			name, alias, _ := strings.Cut(to, ".")
			return e.provider(m.parent, name, alias)
		}
	}
	if alias == "" {
		return e.provider(m.parent, name, "")
	}
	return nil
}

// itemText reads an item of an object of references: `{ aws.east = aws.us_east_1 }`.
func itemText(x hclsyntax.Expression, key string) string {
	object, ok := x.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return ""
	}
	for _, item := range object.Items {
		if textOf(item.KeyExpr) == key {
			return textOf(item.ValueExpr)
		}
	}
	return ""
}

// value evaluates an argument of the provider block.
func (p *provider) value(e *evaluator, name string) val {
	if v, ok := p.values[name]; ok {
		return v
	}
	if why := p.m.cfg.syntaxError(p.block); why != "" {
		p.values[name] = unknown("provider." + p.name + ": " + why)
		return p.values[name]
	}
	p.values[name] = unknown("provider." + p.name + " refers to itself")
	v := known(cty.NullVal(cty.DynamicPseudoType))
	if a := p.block.Body.Attributes[name]; a != nil {
		v = e.eval(a.Expr, &env{m: p.m}, false)
	}
	p.values[name] = v
	return v
}

// of gives the provider of a resource, and the name it goes by: "aws", "aws.us-east-1".
func (e *evaluator) providerOf(r *resource) (*provider, string) {
	name, _, _ := strings.Cut(r.typ, "_")
	alias := ""
	if a := r.block.Body.Attributes["provider"]; a != nil {
		name, alias, _ = strings.Cut(textOf(a.Expr), ".")
	}
	id := strings.TrimSuffix(name+"."+alias, ".")
	return e.provider(r.m, name, alias), id
}

// region gives the region of a provider; nil is the provider that has no block.
func (e *evaluator) region(p *provider) val {
	if p == nil {
		return unknown("no provider block says the region")
	}
	v := p.value(e, "region")
	switch {
	case v.why != "":
		return v
	case v.v.IsNull():
		return unknown("the provider block says no region")
	case v.v.Type() != cty.String:
		return unknown("the provider's region is not a string")
	}
	return v
}

// account gives the account of a provider, which is known when it allows exactly one.
func (e *evaluator) account(p *provider) val {
	if p == nil {
		return unknown("no provider block says the account")
	}
	v := p.value(e, "allowed_account_ids")
	if v.why != "" {
		return v
	}
	if v.v.IsNull() || !v.v.CanIterateElements() || v.v.LengthInt() != 1 {
		return unknown("the account is known only where the provider allows exactly one (allowed_account_ids)")
	}
	_, items := elements(v)
	id := textValue(items[0].v)
	if id == "" {
		return unknown("the allowed account is not a string")
	}
	return known(cty.StringVal(id))
}

// defaultTags gives the default_tags of a provider; ok is false when it has none.
func (e *evaluator) defaultTags(p *provider) (v val, ok bool) {
	if p == nil {
		return val{}, false
	}
	for _, b := range p.block.Body.Blocks {
		if b.Type != "default_tags" {
			continue
		}
		if a := b.Body.Attributes["tags"]; a != nil {
			return e.eval(a.Expr, &env{m: p.m}, false), true
		}
	}
	return val{}, false
}
