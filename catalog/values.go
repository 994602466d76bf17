package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func graphPath(path string) []string { return strings.Split(path, ".") }

// leaves lists the values at a schematic path, going through every element of lists.
func leaves(v any, path []string) []any {
	switch c := v.(type) {
	case []any:
		var out []any
		for _, x := range c {
			out = append(out, leaves(x, path)...)
		}
		return out
	case map[string]any:
		if len(path) == 0 {
			return []any{c}
		}
		return leaves(c[path[0]], path[1:])
	}
	if len(path) > 0 || v == nil {
		return nil
	}
	return []any{v}
}

// toScalar writes a scalar as the text that Terraform makes of it; "" for anything else.
func toScalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int, float64, bool:
		return fmt.Sprint(v)
	}
	return ""
}
