package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// textual says whether a text with references inside is worth keeping: where the catalog looks into it, and
// where the author wrote text.
func (w *writer) textual(path string, x hclsyntax.Expression) bool {
	if a := w.attr(path); a != nil && (a.Kind == catalog.Document || len(a.Targets) > 0) {
		return true
	}
	switch x := x.(type) {
	case *hclsyntax.FunctionCallExpr:
		return x.Name == "jsonencode" || x.Name == "templatefile"
	case *hclsyntax.TemplateExpr:
		return x.SrcRange.End.Line > x.SrcRange.Start.Line
	}
	return false
}

// symbols is the symbolic value of an attribute, evaluated when a part of it is asked for.
type symbols struct {
	expr hclsyntax.Expression // nil: all of the value is known
	in   *env
	eval func() cty.Value // nil: texts with references are of no use
	v    cty.Value
	path []any // where in v: names and positions
}

func (s *symbols) below(step any) *symbols {
	if s.expr == nil {
		return s
	}
	if s.eval != nil && s.v == cty.NilVal {
		s.v = s.eval()
	}
	return &symbols{expr: itemAt(s.expr, step), in: s.in, eval: s.eval, v: s.v, path: append(slices.Clip(s.path), step)}
}

// itemAt gives the expression of an item of a list or an object that is written out; else x, which it is part of.
func itemAt(x hclsyntax.Expression, step any) hclsyntax.Expression {
	switch x := x.(type) {
	case *hclsyntax.TupleConsExpr:
		if i, ok := step.(int); ok && i < len(x.Exprs) {
			return x.Exprs[i]
		}
	case *hclsyntax.ObjectConsExpr:
		if name, ok := step.(string); ok {
			if item := itemOf(x, name); item != nil {
				return item
			}
		}
	}
	return x
}

// text gives the text there, or "".
func (s *symbols) text() string {
	if s.eval == nil {
		return ""
	}
	if s.v == cty.NilVal {
		s.v = s.eval()
	}
	v := s.v
	for _, step := range s.path {
		ty := v.Type()
		if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
			return ""
		}
		switch step := step.(type) {
		case string:
			if !ty.IsObjectType() && !ty.IsMapType() {
				return ""
			}
			m := v.AsValueMap()
			if m[step] == cty.NilVal {
				return ""
			}
			v = m[step]
		case int:
			if !ty.IsTupleType() && !ty.IsListType() || step >= v.LengthInt() {
				return ""
			}
			v = v.Index(cty.NumberIntVal(int64(step)))
		}
	}
	return stringOf(v)
}

// value converts v, which is from or a part of it. ok is false when nothing is to be kept at path: it is unknown.
func (w *writer) value(path string, from val, v cty.Value, s *symbols) (x any, ok bool) {
	if a := w.attr(path); a != nil && a.Secret && !v.IsNull() {
		return w.hidden(path, from, v), true
	}
	v = w.textInMap(path, v)
	ty := v.Type()
	switch {
	case v.IsKnown() && v.IsNull():
		return nil, true
	case !v.IsKnown():
		return w.unknown(path, from, v, s)
	case ty == cty.String:
		text := v.AsString()
		if from.secret && w.e.showsSecret(text) {
			return graph.Hidden{Literal: !from.given}, true
		}
		return text, true
	case ty == cty.Bool:
		return v.True(), true
	case ty == cty.Number:
		return numberValue(v), true
	case ty.IsObjectType(), ty.IsMapType():
		out := make(map[string]any, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			if x, ok := w.value(graph.Child(path, k.AsString()), from, e, s.below(k.AsString())); ok {
				out[k.AsString()] = x
			}
		}
		return out, true
	case ty.IsTupleType(), ty.IsListType(), ty.IsSetType():
		return w.list(path, from, v, s), true
	}
	w.r.Unknown[path] = "it is a " + ty.FriendlyName()
	return nil, false
}

// textInMap makes text of the numbers and truths in maps, which the provider declares as maps of strings.
func (w *writer) textInMap(path string, v cty.Value) cty.Value {
	if ty := v.Type(); ty != cty.Number && ty != cty.Bool || v.IsNull() {
		return v
	}
	if a := w.attr(path); a != nil && a.Kind == catalog.Map || strings.HasPrefix(path, "tags") {
		if text, err := convert.Convert(v, cty.String); err == nil {
			return text
		}
	}
	return v
}

func (w *writer) list(path string, from val, v cty.Value, s *symbols) []any {
	out := make([]any, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		x, _ := w.value(graph.Element(path, len(out)), from, e, s.below(len(out)))
		out = append(out, x)
	}
	if a := w.attr(path); w.cat != nil && (a == nil || a.Kind == catalog.List) {
		return w.flat(path, out)
	}
	return out
}

// flat puts the elements of lists within a list into it, as 0.11 did, which wanted brackets around lists:
// ["10.0.0.0/8", "${var.others}"]. Later versions refuse such a list.
func (w *writer) flat(path string, list []any) []any {
	isList := func(x any) bool { _, ok := x.([]any); return ok }
	if !slices.ContainsFunc(list, isList) {
		return list
	}
	moved := map[string]string{}
	out := make([]any, 0, len(list)) // never nil: a list without elements is known to have none
	for i, x := range list {
		inner, nested := x.([]any)
		if !nested {
			moved[graph.Element(path, i)] = graph.Element(path, len(out))
			out = append(out, x)
			continue
		}
		moved[graph.Element(path, i)+"[*]"] = path + "[*]"
		for j := range inner {
			moved[graph.Element(graph.Element(path, i), j)] = graph.Element(path, len(out)+j)
		}
		out = append(out, inner...)
	}
	w.move(path, moved)
	return out
}

// move gives what is unknown in the elements of a list its new places.
func (w *writer) move(path string, moved map[string]string) {
	now := map[string]string{}
	for p, why := range w.r.Unknown {
		if strings.HasPrefix(p, path+"[") {
			now[p] = why
			delete(w.r.Unknown, p)
		}
	}
	for p, why := range now {
		first := len(path) + strings.IndexByte(p[len(path):], ']') + 1
		second := first + strings.IndexByte(p[first:], ']') + 1
		for _, end := range []int{first, second} {
			if to, ok := moved[p[:end]]; ok {
				p = to + p[end:]
				break
			}
		}
		w.r.Unknown[p] = why
	}
}

// unknown gives the reference that an unknown string stands for, or the text that references are in; else it
// notes the reason.
func (w *writer) unknown(path string, from val, v cty.Value, s *symbols) (any, bool) {
	if ref, ok := w.e.tokens.ref(v); ok {
		return ref, true
	}
	if v.Type() == cty.String || v.Type() == cty.DynamicPseudoType {
		text := s.text()
		a := w.attr(path)
		switch inner, isRef := strings.CutPrefix(text, symbolRef); {
		case isRef && strings.Index(inner, symbolEnd) == len(inner)-len(symbolEnd):
			if ref, ok := w.e.tokens.ref(w.e.tokens.opaque(cty.StringVal(text))); ok {
				return ref, true
			}
		case strings.Contains(text, symbolRef),
			a != nil && a.Kind == catalog.Document && hasSymbol(text) && !strings.HasPrefix(text, symbolWhy),
			a != nil && len(a.Targets) > 0 && hasSymbol(text) && !oneSymbol(text): // a name of which a part is known
			if from.secret && w.e.showsSecret(text) {
				return graph.Hidden{Literal: !from.given}, true
			}
			return graph.Template(w.e.tokens.text(text)), true
		}
	}
	why := from.why
	if len(s.path) > 0 && s.expr != nil {
		why = firstOf(w.reason(s), why)
	}
	w.r.Unknown[path] = firstOf(why, "it is not known")
	return nil, false
}

// reason says why the item is not known that s is at, asked once for each item that is written out.
func (w *writer) reason(s *symbols) string {
	k := evaluation{s.expr, s.in}
	why, ok := w.reasons[k]
	if !ok {
		why = w.e.eval(s.expr, s.in, false).why
		if w.reasons == nil {
			w.reasons = map[evaluation]string{}
		}
		w.reasons[k] = why
	}
	return why
}

// evaluation is an expression in an environment.
type evaluation struct {
	expr hclsyntax.Expression
	in   *env
}

// hidden hides the value of a secret attribute and remembers its text, so that it can be taken out of snippets.
func (w *writer) hidden(path string, from val, v cty.Value) any {
	h := graph.Hidden{}
	kind := ""
	eachText(path, v, func(at, text string) {
		if w.plainParameter() {
			at = "user_data" // a text that may hold a secret and is none by itself
		}
		k, placeholder, ok := secretValue(at, text)
		if ok {
			w.e.hide(text)
		}
		h.Literal = h.Literal || !from.given
		if ok && (kind == "" || !placeholder) {
			kind, h.Placeholder = k, placeholder
		}
	})
	if h.Literal && kind != "" {
		w.e.literal(w, path, kind, h)
	}
	return h
}

// plainParameter says whether the resource is an SSM parameter that is not declared to be a secret: most hold names
// and numbers.
func (w *writer) plainParameter() bool {
	if w.typ != "aws_ssm_parameter" {
		return false
	}
	v, _ := w.e.own(w.i, "type", false)
	return v.v == cty.NilVal || stringOf(v.v) != "SecureString"
}

// numberValue gives an int where the number is whole.
func numberValue(v cty.Value) any {
	f := v.AsBigFloat()
	if n, acc := f.Int64(); acc == 0 {
		return int(n)
	}
	x, _ := f.Float64()
	return x
}

// textValue gives a known string or number as text, or "".
func textValue(v cty.Value) string {
	if v.Type() == cty.Number && v.IsKnown() && !v.IsNull() {
		return v.AsBigFloat().Text('f', -1)
	}
	return stringOf(v)
}
