package terraform

import (
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/graph"
)

// A computed attribute of a resource is an unknown string whose refinement starts with a token: a number
// between tokenStart and tokenEnd that names a graph.Ref of the evaluation. A refinement moves with its
// value through lists, lookups, conditions and module outputs, and only there, which marks do not.
const (
	tokenStart = "\x02"
	tokenEnd   = "\x01"
)

// In symbolic evaluation the same references are known strings, between characters that no
// configuration has and that JSON encoding leaves alone.
const (
	symbolRef = "\ue0f0" // followed by a number and symbolEnd: a reference
	symbolWhy = "\ue0f1" // followed by a number and symbolEnd: a part that is not known
	symbolEnd = "\ue0f2"
)

// tokens numbers the references and the reasons of one evaluation.
type tokens struct {
	refs    []graph.Ref
	byRef   map[graph.Ref]int
	reasons []string
	byWhy   map[string]int
	joins   []joined
}

// joined is a text that join made of a list with references in it; split gives the list back. Code for 0.11
// carried lists through conditions that way.
type joined struct {
	separator string
	elements  []cty.Value
}

// join gives the unknown string that stands for a joined list.
func (t *tokens) join(j joined) cty.Value {
	t.joins = append(t.joins, j)
	return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull(tokenStart + "j" + strconv.Itoa(len(t.joins)-1) + tokenEnd).NewValue()
}

// joined says which list an unknown string was joined from.
func (t *tokens) joined(v cty.Value) (joined, bool) {
	if v.Type() != cty.String || v.IsKnown() {
		return joined{}, false
	}
	inner, ok := strings.CutPrefix(v.Range().StringPrefix(), tokenStart+"j")
	if !ok || !strings.HasSuffix(inner, tokenEnd) {
		return joined{}, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(inner, tokenEnd))
	if err != nil || n < 0 || n >= len(t.joins) {
		return joined{}, false
	}
	return t.joins[n], true
}

func newTokens() *tokens {
	return &tokens{byRef: map[graph.Ref]int{}, byWhy: map[string]int{}}
}

// unknown gives the unknown string that stands for r.
func (t *tokens) unknown(r graph.Ref) cty.Value {
	n, ok := t.byRef[r]
	if !ok {
		n = len(t.refs)
		t.refs = append(t.refs, r)
		t.byRef[r] = n
	}
	return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull(tokenStart + strconv.Itoa(n) + tokenEnd).NewValue()
}

// ref says which reference an unknown string stands for.
func (t *tokens) ref(v cty.Value) (graph.Ref, bool) {
	n, ok := t.number(v)
	if !ok {
		return graph.Ref{}, false
	}
	return t.refs[n], true
}

// differ says whether two references surely have different values: the ids of two resources, or an id and an arn.
func (t *tokens) differ(prefix, other string) bool {
	a, aOK := t.refOf(prefix)
	b, bOK := t.refOf(other)
	unique := func(r graph.Ref) bool {
		lookedUp := strings.Contains("."+string(r.Address), ".data.") // two data sources may find one resource
		return !lookedUp && (r.Attr == "id" || r.Attr == "arn")
	}
	return aOK && bOK && a != b && unique(a) && unique(b)
}

func (t *tokens) refOf(prefix string) (graph.Ref, bool) {
	return t.ref(cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull(prefix).NewValue())
}

func (t *tokens) number(v cty.Value) (int, bool) {
	if v.Type() != cty.String || v.IsKnown() {
		return 0, false
	}
	prefix := v.Range().StringPrefix()
	if !strings.HasPrefix(prefix, tokenStart) || !strings.HasSuffix(prefix, tokenEnd) {
		return 0, false
	}
	n, err := strconv.Atoi(prefix[len(tokenStart) : len(prefix)-len(tokenEnd)])
	return n, err == nil && n >= 0 && n < len(t.refs)
}

// symbol gives the known string that stands for v in symbolic evaluation: its reference, or the reason why.
func (t *tokens) symbol(v cty.Value, why string) string {
	if n, ok := t.number(v); ok {
		return symbolRef + strconv.Itoa(n) + symbolEnd
	}
	n, ok := t.byWhy[why]
	if !ok {
		n = len(t.reasons)
		t.reasons = append(t.reasons, why)
		t.byWhy[why] = n
	}
	return symbolWhy + strconv.Itoa(n) + symbolEnd
}

// symbolic replaces the unknown strings in v that stand for references by their symbols.
func (t *tokens) symbolic(v cty.Value) cty.Value {
	return transform(v, func(leaf cty.Value) cty.Value {
		if _, ok := t.number(leaf); ok {
			return cty.StringVal(t.symbol(leaf, ""))
		}
		return leaf
	})
}

// opaque is v as symbols may decide about it: a string with symbols inside is unknown.
func (t *tokens) opaque(v cty.Value) cty.Value {
	return mapKnown(v, func(leaf cty.Value) cty.Value {
		if leaf.Type() != cty.String || leaf.IsNull() || !hasSymbol(leaf.AsString()) {
			return leaf
		}
		s := leaf.AsString()
		if inner, ok := strings.CutPrefix(s, symbolRef); ok && strings.HasSuffix(inner, symbolEnd) {
			if n, err := strconv.Atoi(strings.TrimSuffix(inner, symbolEnd)); err == nil && n < len(t.refs) {
				return t.unknown(t.refs[n])
			}
		}
		return cty.UnknownVal(cty.String).RefineNotNull()
	})
}

// unlessText makes those strings unknown again that may be empty: the ones made only of parts that are not known.
func (t *tokens) unlessText(v cty.Value) cty.Value {
	return mapKnown(v, func(leaf cty.Value) cty.Value {
		s := stringOf(leaf)
		rest := s
		for strings.HasPrefix(rest, symbolWhy) {
			_, rest, _ = strings.Cut(rest, symbolEnd)
		}
		if s != "" && rest == "" {
			return cty.UnknownVal(cty.String)
		}
		return leaf
	})
}

func hasSymbol(s string) bool {
	return strings.Contains(s, symbolRef) || strings.Contains(s, symbolWhy)
}

// oneSymbol says that a text is one part that is not known, with nothing around it.
func oneSymbol(s string) bool {
	return (strings.HasPrefix(s, symbolWhy) || strings.HasPrefix(s, symbolRef)) && strings.Index(s, symbolEnd) == len(s)-len(symbolEnd)
}

// text writes symbols out as `${address.attr}` and `${?why}`. Inside JSON what is written is escaped.
func (t *tokens) text(s string) string {
	if !hasSymbol(s) {
		return s
	}
	json := strings.HasPrefix(strings.TrimSpace(s), "{") || strings.HasPrefix(strings.TrimSpace(s), "[")
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, symbolRef+symbolWhy)
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		number, rest, _ := strings.Cut(s[i+len(symbolRef):], symbolEnd)
		n, err := strconv.Atoi(number)
		written := ""
		switch isRef := strings.HasPrefix(s[i:], symbolRef); {
		case err != nil:
		case isRef && n < len(t.refs):
			written = t.refs[n].String()
		case !isRef && n < len(t.reasons):
			written = "${?" + strings.NewReplacer("{", "(", "}", ")", "\n", " ").Replace(t.reasons[n]) + "}"
		}
		if json {
			written = strings.Trim(strconv.Quote(written), `"`)
		}
		b.WriteString(written)
		s = rest
	}
	return b.String() + s
}

// bare takes the tokens off: what is left may be any string but null, so that comparing it with a literal
// stays unknown.
func bare(v cty.Value) cty.Value {
	if v.IsWhollyKnown() {
		return v
	}
	return transform(v, func(leaf cty.Value) cty.Value {
		if leaf.Type() == cty.String && !leaf.IsKnown() && strings.HasPrefix(leaf.Range().StringPrefix(), tokenStart) {
			return cty.UnknownVal(cty.String).RefineNotNull()
		}
		return leaf
	})
}

// transform rewrites the unknown leaves of v.
func transform(v cty.Value, f func(cty.Value) cty.Value) cty.Value {
	return walkValue(v, func(leaf cty.Value) cty.Value {
		if leaf.IsKnown() {
			return leaf
		}
		return f(leaf)
	})
}

// mapKnown rewrites the known primitive leaves of v.
func mapKnown(v cty.Value, f func(cty.Value) cty.Value) cty.Value {
	return walkValue(v, func(leaf cty.Value) cty.Value {
		if !leaf.IsKnown() || !leaf.Type().IsPrimitiveType() {
			return leaf
		}
		return f(leaf)
	})
}

// walkValue rebuilds v with its leaves rewritten; leaves keep their type or collections could not hold them.
func walkValue(v cty.Value, f func(cty.Value) cty.Value) cty.Value {
	v, _ = v.Unmark()
	ty := v.Type()
	if v.IsNull() || !v.IsKnown() || ty.IsPrimitiveType() || ty.IsCapsuleType() {
		return f(v)
	}
	if v.LengthInt() == 0 {
		return v
	}
	switch {
	case ty.IsObjectType(), ty.IsMapType():
		kids := make(map[string]cty.Value, v.LengthInt())
		for k, x := range v.AsValueMap() {
			kids[k] = walkValue(x, f)
		}
		if ty.IsObjectType() {
			return cty.ObjectVal(kids)
		}
		return cty.MapVal(kids)
	case ty.IsTupleType(), ty.IsListType(), ty.IsSetType():
		kids := make([]cty.Value, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, x := it.Element()
			kids = append(kids, walkValue(x, f))
		}
		switch {
		case ty.IsTupleType():
			return cty.TupleVal(kids)
		case ty.IsListType():
			return cty.ListVal(kids)
		}
		return cty.SetVal(kids)
	}
	return f(v)
}
