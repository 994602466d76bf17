package aws

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// Whole objects are written by an edit of what is there at that moment, never by what was there when the plan was made:
//
//	{"$edit": VALUE, "set": {PATH: V}, "unset": [PATH], "add": [ELEMENT], "drop": [KEY], "by": MEMBER, "at": MEMBER}
//
// set and unset change members of an object, add and drop elements of a list; drop names them by a member (by). at says that
// the list is a member of the value. {"$text": VALUE, "like": TEXT} is the value written as a text of JSON: as TEXT when that says the
// same, so that what is taken back is as it was to the byte.
const (
	editKey = "$edit"
	textKey = "$text"
	likeKey = "like"
)

// written writes a value as a text of JSON.
func written(v, like any) string {
	var said any
	if text, ok := like.(string); ok && json.Unmarshal([]byte(text), &said) == nil && same(said, v) {
		return text
	}
	return string(canonical(v))
}

// edited makes an edit: edited(bind("config"), "set", params{...}).
func edited(value any, pairs ...any) params {
	out := params{editKey: value}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out
}

// edits carries an edit out, once its parts are filled in.
func edits(e map[string]any) (any, error) {
	v := e[editKey]
	if at, ok := e["at"].(string); ok {
		m, _ := v.(map[string]any)
		inner := maps.Clone(e)
		delete(inner, "at")
		inner[editKey] = m[at]
		x, err := edits(inner)
		return with(m, params{at: x}), err
	}
	if add, ok := e["add"].([]any); ok {
		list, _ := v.([]any)
		v = append(slices.Clone(list), add...)
	}
	if drop, ok := e["drop"].([]any); ok {
		list, _ := v.([]any)
		by, _ := e["by"].(string)
		v = slices.DeleteFunc(slices.Clone(list), func(x any) bool {
			if m, ok := x.(map[string]any); ok && by != "" {
				x = m[by]
			}
			return contains(drop, x)
		})
	}
	set, _ := e["set"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(set)) {
		var err error
		if v, err = setAt(v, path, set[path]); err != nil {
			return nil, err
		}
	}
	unset, _ := e["unset"].([]any)
	for _, path := range unset {
		v = unsetAt(v, fmt.Sprint(path))
	}
	return v, nil
}

// setAt sets a member on a copy. What is missing on the way is made.
func setAt(v any, path string, to any) (any, error) {
	steps, err := parsePath(path)
	if err != nil {
		return nil, err
	}
	return setStep(v, steps, to)
}

func setStep(v any, steps []pathStep, to any) (any, error) {
	if len(steps) == 0 {
		return to, nil
	}
	s := steps[0]
	switch list, isList := v.([]any); {
	case isList && s.index != nil && *s.index < len(list):
		list = slices.Clone(list)
		x, err := setStep(list[*s.index], steps[1:], to)
		list[*s.index] = x
		return list, err
	case isList && s.where != nil:
		return setWhere(slices.Clone(list), steps, to)
	case s.name == "":
		return nil, fmt.Errorf("there is nothing to edit at this place")
	}
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, fmt.Errorf("%s is no member of a %T", s.name, v)
	}
	m = maps.Clone(m)
	if m == nil {
		m = map[string]any{}
	}
	x, err := setStep(m[s.name], steps[1:], to)
	m[s.name] = x
	return m, err
}

func setWhere(list []any, steps []pathStep, to any) (any, error) {
	where := steps[0].where
	for i, x := range list {
		m, _ := x.(map[string]any)
		if fmt.Sprint(m[where[0]]) == where[1] {
			y, err := setStep(x, steps[1:], to)
			list[i] = y
			return list, err
		}
	}
	return nil, fmt.Errorf("nothing has %s = %s", where[0], where[1])
}

// unsetAt takes a member away, on a copy.
func unsetAt(v any, path string) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	m = maps.Clone(m)
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		delete(m, head)
	} else if inner, ok := m[head]; ok {
		m[head] = unsetAt(inner, rest)
	}
	return m
}

// fill gives a value of a plan with every {"$bind": NAME} and every edit carried out; missing is the first name that has no
// value.
func fill(v any, bound remedy.Bound) (out any, missing string, err error) {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v[bindKey].(string); ok && len(v) == 1 {
			x, ok := bound[name]
			if !ok {
				return nil, name, nil
			}
			return x, "", nil
		}
		m := make(map[string]any, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if m[k], missing, err = fill(v[k], bound); missing != "" || err != nil {
				return nil, missing, err
			}
		}
		if x, ok := m[textKey]; ok {
			return written(x, m[likeKey]), "", nil
		}
		if _, ok := m[editKey]; ok {
			out, err = edits(m)
			return out, "", err
		}
		return m, "", nil
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			if list[i], missing, err = fill(x, bound); missing != "" || err != nil {
				return nil, missing, err
			}
		}
		return list, "", nil
	}
	return v, "", nil
}

// filled gives a call with its parameters filled in.
func filled(c remedy.Call, bound remedy.Bound) (remedy.Call, string, error) {
	p, missing, err := fill(c.Params, bound)
	if err != nil {
		return c, "", fmt.Errorf("%s: %w", c.Op, err)
	}
	c.Params, _ = p.(map[string]any)
	return c, missing, nil
}
