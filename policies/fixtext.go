package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// text joins parts, references among them.
func (b *patcher) text(parts ast.Value) (any, error) {
	v, err := b.value(parts)
	list, ok := v.([]any)
	if err != nil || !ok {
		return nil, errors.Join(err, fmt.Errorf("_text is a list of parts"))
	}
	var out strings.Builder
	for _, x := range list {
		fmt.Fprint(&out, x) // a reference prints as ${ADDRESS.ATTRIBUTE}
	}
	return b.template(out.String()), nil
}

// json writes a value as jsonencode does: the shortest form, keys in order.
func (b *patcher) json(v ast.Value) (any, error) {
	x, err := b.value(v)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(texts(x)); err != nil {
		return nil, fmt.Errorf("writing a value as JSON: %w", err)
	}
	return b.template(strings.TrimSuffix(out.String(), "\n")), nil
}

// template makes a template of a text that refers to resources. What else stands in ${} is plain text, such as the variables
// of IAM policies.
func (b *patcher) template(text string) any {
	t := graph.Template(text)
	known := func(r graph.Ref) bool {
		address := graph.Address(strings.ReplaceAll(string(r.Address), `\"`, `"`))
		return b.made[address] || b.g.Get(graph.Key{Root: b.judged.Root, Address: address}) != nil
	}
	if slices.ContainsFunc(catalog.TemplateRefs(b.judged.Root, t), known) {
		return t
	}
	return text
}

// texts puts the text of references in their place.
func texts(v any) any {
	return graph.Mapped(v, func(v any) any {
		switch v := v.(type) {
		case graph.Ref:
			return v.String()
		case graph.Template:
			return string(v)
		}
		return v
	})
}
