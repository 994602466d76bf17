package graph

import (
	"maps"
	"slices"
)

// RefsIn lists the references in a value of Attrs, in the order of lists and of sorted keys. Those inside a Template are not among
// them.
func RefsIn(v any) []Ref {
	switch v := v.(type) {
	case Ref:
		return []Ref{v}
	case []any:
		var out []Ref
		for _, x := range v {
			out = append(out, RefsIn(x)...)
		}
		return out
	case map[string]any:
		var out []Ref
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, RefsIn(v[k])...)
		}
		return out
	}
	return nil
}
