package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// nested is one nested block, of those that dynamic blocks make too.
type nested struct {
	name  string
	block *hclsyntax.Block // where it is written
	body  *hclsyntax.Body
	in    *env
}

// nestedBlocks lists the nested blocks of a body in the order they are written. open says of which kinds there
// may be more, and why that is not known.
func (e *evaluator) nestedBlocks(b *hclsyntax.Body, in *env) (list []nested, open map[string]val) {
	for _, block := range b.Blocks {
		if block.Type != "dynamic" {
			list = append(list, nested{block.Type, block, block.Body, in})
			continue
		}
		made, v := e.dynamic(block, in)
		list = append(list, made...)
		if v.why != "" {
			if open == nil {
				open = map[string]val{}
			}
			open[label(block, 0)] = v
		}
	}
	return list, open
}

// dynamic writes a dynamic block out. The value has a reason when its for_each is not known.
func (e *evaluator) dynamic(block *hclsyntax.Block, in *env) ([]nested, val) {
	name := label(block, 0)
	a := block.Body.Attributes["for_each"]
	var content *hclsyntax.Body
	for _, b := range block.Body.Blocks {
		if b.Type == "content" {
			content = b.Body
		}
	}
	if a == nil || content == nil || name == "" {
		return nil, unknown("the dynamic block has no for_each or no content")
	}
	iterator := name
	if x := block.Body.Attributes["iterator"]; x != nil {
		iterator = firstOf(textOf(x.Expr), name)
	}
	v := e.eval(a.Expr, in, false)
	switch {
	case !v.v.IsKnown() || v.v.Type().IsSetType() && !v.v.IsWhollyKnown():
		v.why = "for_each of the dynamic block: " + firstOf(v.why, "it is not known")
		return nil, v
	case v.v.IsNull() || !v.v.CanIterateElements():
		return nil, unknown("for_each of the dynamic block is null or not a collection")
	case v.v.LengthInt() > maxRepeat:
		return nil, unknown("for_each of the dynamic block has too many elements")
	}
	var list []nested
	keys, items := elements(v)
	for i, item := range items {
		item.v = cty.ObjectVal(map[string]cty.Value{"key": keys[i], "value": item.v})
		list = append(list, nested{name, block, content, &env{m: in.m, names: map[string]val{iterator: item}, up: in}})
	}
	return list, val{}
}

// blocksValue gives nested blocks of one kind as others see them: a tuple of objects.
func (e *evaluator) blocksValue(b *hclsyntax.Body, name string, in *env, symbolic bool) val {
	list, open := e.nestedBlocks(b, in)
	if v, ok := open[name]; ok {
		v.v = cty.DynamicVal
		return v
	}
	var out val
	var objects []cty.Value
	for _, n := range list {
		if n.name != name {
			continue
		}
		v := e.bodyValue(n.body, n.in, symbolic)
		objects = append(objects, v.v)
		out.take(v)
	}
	out.v = cty.TupleVal(objects)
	return out
}

// bodyValue gives a body as an object.
func (e *evaluator) bodyValue(b *hclsyntax.Body, in *env, symbolic bool) val {
	var out val
	object := map[string]cty.Value{}
	for _, name := range sortedKeys(b.Attributes) {
		v := e.eval(b.Attributes[name].Expr, in, symbolic)
		object[name] = v.v
		out.take(v)
	}
	for _, inner := range b.Blocks {
		name := blockName(inner)
		if _, done := object[name]; done {
			continue
		}
		v := e.blocksValue(b, name, in, symbolic)
		object[name] = v.v
		out.take(v)
	}
	out.v = cty.ObjectVal(object)
	return out
}
