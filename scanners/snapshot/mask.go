package snapshot

import (
	"maps"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// masked gives the resource without the values of its secret attributes. A scanner hides them; this is the second wall.
func masked(r *graph.Resource) *graph.Resource {
	t := catalog.Lookup(r.Type)
	if t == nil {
		return r
	}
	attrs := mask(t.Attrs, r.Attrs)
	out := *r
	out.Attrs = attrs
	return &out
}

// mask gives a copy of a block in which secrets are hidden.
func mask(schema []catalog.Attr, attrs map[string]any) map[string]any {
	out := maps.Clone(attrs)
	for i := range schema {
		a := &schema[i]
		v, ok := out[a.Name]
		switch {
		case !ok || v == nil:
		case a.Secret:
			out[a.Name] = hide(v)
		case a.Kind == catalog.Block:
			out[a.Name] = maskBlocks(a.Attrs, v)
		}
	}
	return out
}

func maskBlocks(schema []catalog.Attr, v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = maskBlocks(schema, x)
		}
		return out
	case map[string]any:
		return mask(schema, v)
	}
	return v
}

// hide keeps what says nothing of the text: that there is a value, and that another resource has it.
func hide(v any) any {
	switch v := v.(type) {
	case graph.Hidden, graph.Ref:
		return v
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = hide(x)
		}
		return out
	}
	return graph.Hidden{}
}
