package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// documents parses every Document attribute into the fact `_documents`, in the words of
// aws_iam_policy_document: {statement: [{sid, effect, actions, not_actions, resources, not_resources,
// principals: [{type, identifiers}], not_principals, condition: [{test, variable, values}]}]}.
// A text that is not JSON, or is not known, leaves `_documents.ATTR` unknown. Inside a Template `${address.attr}` stays as it is
// and `${?why}` makes the value that holds it unknown.
func documents(r *graph.Resource, t *Type) {
	docs := map[string]any{}
	for _, a := range t.Attrs {
		if a.Kind != Document {
			continue
		}
		at := "_documents." + a.Name
		if why, ok := r.Unknown[a.Name]; ok {
			r.Unknown[at] = why
			continue
		}
		v, ok := r.Attrs[a.Name]
		if !ok || v == nil {
			docs[a.Name] = nil
			continue
		}
		if ref, ok := v.(graph.Ref); ok {
			r.Unknown[at] = later(ref)
			continue
		}
		if _, ok := v.(graph.Hidden); ok {
			r.Unknown[at] = hiddenWhy
			continue
		}
		doc, err := ParseDocument(fmt.Sprint(v))
		if err != nil {
			r.Unknown[at] = err.Error()
			continue
		}
		docs[a.Name] = markUnknown(r, at, doc)
	}
	if len(docs) > 0 {
		r.Facts["_documents"] = docs
	} else {
		delete(r.Facts, "_documents")
	}
}

// markUnknown moves `${?why}` leaves to Unknown; nil takes their place in lists.
func markUnknown(r *graph.Resource, path string, v any) any {
	switch v := v.(type) {
	case string:
		if i := strings.Index(v, "${?"); i >= 0 {
			why, _, _ := strings.Cut(v[i+3:], "}")
			r.Unknown[path] = why
			return unknownValue
		}
	case []any:
		for i, x := range v {
			if v[i] = markUnknown(r, graph.Element(path, i), x); v[i] == unknownValue {
				v[i] = nil
			}
		}
	case map[string]any:
		for k, x := range v {
			if v[k] = markUnknown(r, graph.Child(path, k), x); v[k] == unknownValue {
				delete(v, k)
			}
		}
	}
	return v
}

// ParseDocument reads a JSON policy document; single values become lists of one. What is only `${?why}` stays
// as it is wherever it stands, since it may be one value or several.
// Source: IAM User Guide, "Grammar of the IAM JSON policy language".
func ParseDocument(text string) (map[string]any, error) {
	var raw map[string]any
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, fmt.Errorf("the policy document is not JSON: %w", err)
	}
	list := many(lowerKeys(raw)["statement"])
	statements, ok := list.([]any)
	if !ok {
		return map[string]any{"statement": list}, nil
	}
	out := make([]any, len(statements))
	for i, s := range statements {
		switch s := s.(type) {
		case map[string]any:
			out[i] = statement(lowerKeys(s))
		case string:
			if !wholeToken(s) {
				return nil, fmt.Errorf("statement %d of the policy document is a text", i)
			}
			out[i] = s
		default:
			return nil, fmt.Errorf("statement %d of the policy document is no object", i)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the policy document has no Statement that can be read")
	}
	return map[string]any{"statement": out}, nil
}

func statement(st map[string]any) map[string]any {
	return map[string]any{
		"sid": st["sid"], "effect": effect(st["effect"]),
		"actions": many(st["action"]), "not_actions": many(st["notaction"]),
		"resources": many(st["resource"]), "not_resources": many(st["notresource"]),
		"principals": principals(st["principal"]), "not_principals": principals(st["notprincipal"]),
		"condition": conditions(st["condition"]),
	}
}

// wholeToken says whether a text is nothing but one `${?why}`.
func wholeToken(s string) bool {
	return strings.HasPrefix(s, "${?") && strings.IndexByte(s, '}') == len(s)-1
}

func lowerKeys(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[strings.ToLower(k)] = v
	}
	return out
}

func effect(v any) any {
	if v == nil {
		return "Allow"
	}
	return v
}

// many gives a list; a text that is wholly unknown stays as it is.
func many(v any) any {
	switch v := v.(type) {
	case nil:
		return []any{}
	case []any:
		return slices.Clone(v)
	case string:
		if wholeToken(v) {
			return v
		}
	}
	return []any{v}
}

func principals(v any) any {
	out := []any{}
	switch v := v.(type) {
	case string:
		if wholeToken(v) {
			return v
		}
		out = append(out, map[string]any{"type": "*", "identifiers": []any{v}})
	case map[string]any:
		for _, k := range sortedKeys(v) {
			out = append(out, map[string]any{"type": k, "identifiers": many(v[k])})
		}
	}
	return out
}

func conditions(v any) any {
	if s, ok := v.(string); ok && wholeToken(s) {
		return s
	}
	out := []any{}
	tests, _ := v.(map[string]any)
	for _, test := range sortedKeys(tests) {
		if s, ok := tests[test].(string); ok && wholeToken(s) {
			out = append(out, map[string]any{"test": test, "variable": s, "values": s})
			continue
		}
		vars, _ := tests[test].(map[string]any)
		for _, name := range sortedKeys(vars) {
			out = append(out, map[string]any{"test": test, "variable": name, "values": texts(many(vars[name]))})
		}
	}
	return out
}

// texts writes truths and numbers as the text that a condition compares.
func texts(v any) any {
	list, _ := v.([]any)
	for i, x := range list {
		switch x := x.(type) {
		case bool:
			list[i] = strconv.FormatBool(x)
		case float64:
			list[i] = strconv.FormatFloat(x, 'f', -1, 64)
		}
	}
	return v
}
