package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// hideSecrets replaces the values that Terraform or the catalog calls secret, and gives one fact for each
// that is written in the code.
func (t *translation) hideSecrets() []*graph.Resource {
	var facts []*graph.Resource
	paths := append(slices.Clone(t.in.sensitive), t.plan.secretPaths(t.in.typ)...)
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		for _, at := range locations(t.in.values, path) {
			if fact := t.hide(at); fact != nil {
				facts = append(facts, fact)
			}
		}
	}
	if holdsKey(t.in.values) {
		t.redacted("", t.in.values, &facts)
	}
	return facts
}

// holdsKey says whether some text in a value contains what is shaped like a key.
func holdsKey(v any) bool {
	switch v := v.(type) {
	case string:
		return len(v) >= shortestKey && len(keysIn(v)) > 0
	case []any:
		return slices.ContainsFunc(v, holdsKey)
	case map[string]any:
		for _, x := range v {
			if holdsKey(x) {
				return true
			}
		}
	}
	return false
}

// shortestKey is the length of the shortest text that is shaped like a key.
const shortestKey = 16

// redacted gives a value without the keys that its texts contain, and notes those that are written in the code. The value
// is the plan's own: it is changed in place.
func (t *translation) redacted(path string, v any, facts *[]*graph.Resource) any {
	switch v := v.(type) {
	case string:
		keys := keysIn(v)
		if len(keys) == 0 {
			return v
		}
		if t.isWritten(path, v) {
			_, placeholder, _ := secretText("", v, true)
			*facts = append(*facts, t.literal(path, keys[0].kind, placeholder))
		}
		return Redact(v)
	case []any:
		for i := range v {
			v[i] = t.redacted(graph.Element(path, i), v[i], facts)
		}
	case map[string]any:
		for _, name := range sortedKeys(v) {
			v[name] = t.redacted(graph.Child(path, name), v[name], facts)
		}
	}
	return v
}

// isWritten says whether a value is the constant of its expression, or of a variable that it is.
func (t *translation) isWritten(path string, v any) bool {
	steps, err := graph.ParsePath(path)
	if err != nil {
		return false
	}
	e, whole, _ := exprAt(t.cfg.exprs, steps, t.in.values)
	return whole && e != nil && t.plan.names.written(t.in.module, e, v)
}

func (t *translation) hide(path string) *graph.Resource {
	steps, err := graph.ParsePath(path)
	if err != nil {
		return nil
	}
	v := planChild(t.around(steps), steps[len(steps)-1])
	secret := catalog.IsSecret(t.in.typ, graph.Schematic(path))
	switch v.(type) {
	case nil, graph.Ref, graph.Hidden:
		return nil
	case bool:
		if !secret {
			return nil
		}
	}
	h := graph.Hidden{Literal: v != "" && t.isWritten(path, v)}
	judged := path
	if t.in.typ == "aws_ssm_parameter" && t.in.values["type"] != "SecureString" {
		judged = "user_data" // a text that may hold a secret and is none by itself
	}
	kind, placeholder, holds := secretIn(judged, v)
	h.Placeholder = h.Literal && placeholder
	t.put(steps, h)
	if !h.Literal || !secret || !holds {
		return nil
	}
	return t.literal(path, kind, h.Placeholder)
}

// literal is the fact that a secret is written in the code.
func (t *translation) literal(path, kind string, placeholder bool) *graph.Resource {
	r := &graph.Resource{
		Root: t.out.Root, Address: t.out.Address + graph.Address("#"+path), Of: t.out.Address, Type: "terraform_literal", Name: t.out.Name,
		Attrs:   map[string]any{"path": path, "kind": kind, "placeholder": placeholder},
		Unknown: map[string]string{}, Facts: map[string]any{}, Origins: t.out.Origins,
	}
	lifecycle, known := t.out.Facts["_lifecycle"].(map[string]any)
	if !known {
		r.Unknown["ignored"] = noPlan + " what ignore_changes lists"
		return r
	}
	ignored, _ := lifecycle["ignore_changes"].([]any)
	top, _, _ := strings.Cut(graph.Schematic(path), ".")
	r.Attrs["ignored"] = slices.ContainsFunc(ignored, func(x any) bool { return x == "all" || x == top })
	return r
}

// secretIn says whether there is a secret in the value of an attribute that may hold one.
func secretIn(path string, v any) (kind string, placeholder, ok bool) {
	take := func(k string, p, is bool) {
		if is && (!ok || placeholder) {
			kind, placeholder, ok = k, p, true
		}
	}
	switch v := v.(type) {
	case string:
		take(secretValue(path, v))
	case map[string]any:
		for _, name := range sortedKeys(v) {
			take(secretIn(graph.Child(path, name), v[name]))
		}
	case []any:
		for i, x := range v {
			take(secretIn(graph.Element(path, i), x))
		}
	}
	return kind, placeholder, ok
}

// secretPaths lists the schematic paths of a type's secrets.
func (p *plan) secretPaths(typ string) []string {
	if paths, ok := p.secrets[typ]; ok {
		return paths
	}
	var paths []string
	t := catalog.Lookup(typ)
	var walk func(prefix string, attrs []catalog.Attr)
	walk = func(prefix string, attrs []catalog.Attr) {
		for _, a := range attrs {
			path := graph.Child(prefix, a.Name)
			if a.Secret {
				paths = append(paths, path)
			}
			walk(path, a.Attrs)
		}
	}
	if t != nil {
		walk("", t.Attrs)
		for _, old := range slices.Sorted(maps.Keys(t.Renamed)) {
			if catalog.IsSecret(typ, old) {
				paths = append(paths, old)
			}
		}
	}
	p.secrets[typ] = paths
	return paths
}

// locations lists where values has something at the path; a schematic path goes through all elements.
func locations(values map[string]any, path string) []string {
	steps, err := graph.ParsePath(path)
	if err != nil {
		return nil
	}
	var out []string
	var walk func(at string, v any, steps []graph.Step)
	walk = func(at string, v any, steps []graph.Step) {
		list, isList := v.([]any)
		switch {
		case isList && (len(steps) == 0 || steps[0].Index < 0):
			for i, x := range list {
				walk(graph.Element(at, i), x, steps)
			}
		case v == nil:
		case len(steps) == 0:
			out = append(out, at)
		case steps[0].Index >= 0:
			walk(graph.Element(at, steps[0].Index), planChild(v, steps[0]), steps[1:])
		default:
			walk(graph.Child(at, steps[0].Name), planChild(v, steps[0]), steps[1:])
		}
	}
	walk("", values, steps)
	return out
}
