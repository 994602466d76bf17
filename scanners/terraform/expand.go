package terraform

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// expand makes the instances of a resource, once. A count that depends on its own resource leaves it unknown.
func (e *evaluator) expand(r *resource) {
	if r.expanded {
		return
	}
	k := termKey{kind: r.m.prefix() + r.key}
	var rep repeated
	result := e.once(r.m.terms, k, r.block.DefRange(), func() val {
		rep = e.repeat(r.block.Body, r.m)
		return val{}
	})
	if r.expanded {
		return
	}
	r.repeated = rep
	if why := firstOf(r.m.cfg.syntaxError(r.block), result.why); why != "" {
		r.repeated = repeated{maybe: why}
	}
	r.expanded = true
	base := r.m.prefix() + r.key
	e.instances += len(r.keys)
	if e.instances > maxInstances {
		r.repeated = e.refuse(r.block, fmt.Sprintf("the root has more than %d resource instances", maxInstances))
	}
	if r.kind == once || r.maybe != "" {
		r.instances = []*instance{{r: r, addr: graph.Address(base), env: r.env(-1), memo: map[termKey]*memo{}}}
		return
	}
	for i, key := range r.keys {
		r.instances = append(r.instances, &instance{r: r, addr: graph.Address(base + keyText(key)), env: r.env(i), memo: map[termKey]*memo{}})
	}
}

func (e *evaluator) refuse(b *hclsyntax.Block, why string) repeated {
	e.full = why
	e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(b.DefRange()), What: traversalName(b), Why: why})
	return repeated{maybe: why}
}

func traversalName(b *hclsyntax.Block) string {
	return strings.Join(append([]string{b.Type}, b.Labels...), ".")
}

// keyText prints an instance key as addresses have it: `[0]`, `["a"]`.
func keyText(key cty.Value) string {
	if key.Type() == cty.String {
		return "[" + strconv.Quote(key.AsString()) + "]"
	}
	return "[" + key.AsBigFloat().Text('f', 0) + "]"
}

// repeat evaluates count or for_each of a block.
func (e *evaluator) repeat(b *hclsyntax.Body, m *module) repeated {
	if e.full != "" && (b.Attributes["count"] != nil || b.Attributes["for_each"] != nil) {
		return repeated{maybe: e.full}
	}
	if a := b.Attributes["count"]; a != nil {
		return e.counted(a, m)
	}
	if a := b.Attributes["for_each"]; a != nil {
		return e.keyed(a, m)
	}
	return repeated{}
}

func (e *evaluator) counted(a *hclsyntax.Attribute, m *module) repeated {
	v := e.eval(a.Expr, &env{m: m}, false)
	out := repeated{kind: counted, cause: v}
	number, err := toNumber(v.v)
	switch {
	case v.why == "" && err != nil:
		out.maybe = "count is not a number"
	case !number.IsKnown():
		out.maybe = firstOf(v.why, "count is not known")
	case number.IsNull():
		out.maybe = "count is null"
	}
	if out.maybe != "" {
		out.maybe = "count: " + out.maybe
		return out
	}
	n, _ := number.AsBigFloat().Int64()
	if n > maxRepeat || n < 0 {
		out.maybe = fmt.Sprintf("count is %d", n)
		e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(a.SrcRange), What: "count", Why: fmt.Sprintf("count is %d, which is more than %d or less than 0", n, maxRepeat)})
		return out
	}
	for i := range n {
		out.keys = append(out.keys, cty.NumberIntVal(i))
	}
	return out
}

// toNumber also takes truth for a count, as 0.11 did.
func toNumber(v cty.Value) (cty.Value, error) {
	if !v.IsKnown() || v.IsNull() {
		return v, nil
	}
	if b, err := convert.Convert(v, cty.Bool); err == nil && (v.Type() == cty.Bool || stringOf(v) == "true" || stringOf(v) == "false") {
		if b.True() {
			return cty.NumberIntVal(1), nil
		}
		return cty.Zero, nil
	}
	return convert.Convert(v, cty.Number)
}

func (e *evaluator) keyed(a *hclsyntax.Attribute, m *module) repeated {
	v := e.eval(a.Expr, &env{m: m}, false)
	out := repeated{kind: keyed, cause: v}
	ty := v.v.Type()
	switch {
	case !v.v.IsKnown():
		out.maybe = firstOf(v.why, "it is not known")
	case v.v.IsNull():
		out.maybe = "it is null"
	case !ty.IsMapType() && !ty.IsObjectType() && !ty.IsSetType():
		out.maybe = "it is a " + ty.FriendlyName() + ", not a map or a set of strings"
	case ty.IsSetType() && !v.v.IsWhollyKnown():
		out.maybe = v.why
	case v.v.LengthInt() > maxRepeat:
		out.maybe = fmt.Sprintf("it has more than %d elements", maxRepeat)
		e.l.gap(scanners.Gap{Root: e.rootPath(), Where: at(a.SrcRange), What: "for_each", Why: "for_each has more than " + strconv.Itoa(maxRepeat) + " elements"})
	}
	if out.maybe != "" {
		out.maybe = "for_each: " + out.maybe
		return out
	}
	out.keys, out.items = elements(v)
	for _, k := range out.keys {
		if k.Type() != cty.String || k.IsNull() {
			return repeated{kind: keyed, cause: v, maybe: "for_each: its keys are not strings"}
		}
	}
	return out
}

// elements lists the keys and values of a known collection; what is known about the whole holds for each value.
func elements(v val) (keys []cty.Value, items []val) {
	set := v.v.Type().IsSetType()
	for it := v.v.ElementIterator(); it.Next(); {
		k, x := it.Element()
		if set {
			k = x
		}
		item := v
		item.v = x
		if w := weigh(x); !w.unknown {
			item.why, item.later, item.size = "", false, w.nodes
		} else {
			item.size = w.nodes
		}
		keys, items = append(keys, k), append(items, item)
	}
	return keys, items
}
