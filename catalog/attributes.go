package catalog

import (
	"maps"

	"github.com/plumbline-dev/plumbline/graph"
)

// Value gives a top-level attribute of a built resource; nil is null. known is false when it is unknown, and when the
// catalog does not know the attribute and the resource does not hold it.
func Value(r *graph.Resource, name string) (value any, known bool) {
	if v, ok := r.Attrs[name]; ok {
		return v, true
	}
	if _, unknown := r.Unknown[name]; unknown {
		return nil, false
	}
	t := Lookup(r.Type)
	return nil, t != nil && t.top[name]
}

// Attributes gives the attributes of a built resource with those that are null. The map is the caller's.
func Attributes(r *graph.Resource) map[string]any {
	out := maps.Clone(r.Attrs)
	if out == nil {
		out = map[string]any{}
	}
	if t := Lookup(r.Type); t != nil {
		for name := range t.top {
			if _, known := Value(r, name); known {
				out[name] = r.Attrs[name]
			}
		}
	}
	return out
}
