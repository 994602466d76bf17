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

// Mapped gives a copy of a value in which every leaf is what the function makes of it. Lists and maps keep their shape.
func Mapped(v any, leaf func(any) any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = Mapped(x, leaf)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = Mapped(x, leaf)
		}
		return out
	}
	return leaf(v)
}
