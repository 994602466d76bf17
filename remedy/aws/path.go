package aws

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// lookup follows a path of remedy.Condition; there is false when nothing is there.
func lookup(v any, path string) (found any, there bool, err error) {
	steps, err := parsePath(path)
	if err != nil {
		return nil, false, err
	}
	found, there = follow(v, steps)
	return found, there, nil
}

// pathStep is one step of a path: exactly one of the fields is set.
type pathStep struct {
	name   string
	index  *int
	each   bool
	where  *[2]string // the elements of which a member has a text
	first  bool       // of where: only the first one
	count  bool
	parsed bool // JSON in a text
}

func parsePath(path string) ([]pathStep, error) {
	var out []pathStep
	for rest := path; rest != ""; {
		if rest[0] == '[' {
			inside, after, ok := strings.Cut(rest[1:], "]")
			step, err := bracket(inside)
			if !ok || err != nil {
				return nil, fmt.Errorf("path %q: %q is no step", path, rest)
			}
			out, rest = append(out, step), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		switch name := rest[:end]; name {
		case "":
			return nil, fmt.Errorf("path %q has an empty step", path)
		case "#":
			out = append(out, pathStep{count: true})
		case "<json>":
			out = append(out, pathStep{parsed: true})
		default:
			out = append(out, pathStep{name: strings.ToUpper(name[:1]) + name[1:]})
		}
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return out, nil
}

func bracket(s string) (pathStep, error) {
	if s == "*" {
		return pathStep{each: true}, nil
	}
	all := strings.HasPrefix(s, "?")
	if name, text, ok := strings.Cut(strings.TrimPrefix(s, "?"), "="); ok && name != "" {
		return pathStep{where: &[2]string{name, text}, first: !all}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return pathStep{}, fmt.Errorf("%q is no position", s)
	}
	return pathStep{index: &n}, nil
}

func follow(v any, steps []pathStep) (any, bool) {
	for i, s := range steps {
		switch {
		case s.count:
			list, _ := v.([]any)
			v = len(list)
		case s.parsed:
			text, ok := v.(string)
			var x any
			if !ok || json.Unmarshal([]byte(text), &x) != nil {
				return nil, false
			}
			v = x
		case s.each:
			return followEach(v, steps[i+1:])
		case s.where != nil && !s.first:
			return follow(matching(v, *s.where), steps[i+1:])
		default:
			var ok bool
			if v, ok = one(v, s); !ok {
				return nil, false
			}
		}
	}
	return v, v != nil
}

// one takes a step that leads to one value.
func one(v any, s pathStep) (any, bool) {
	switch {
	case s.where != nil:
		list := matching(v, *s.where)
		if len(list) == 0 {
			return nil, false
		}
		return list[0], true
	case s.index != nil:
		list, _ := v.([]any)
		if *s.index >= len(list) {
			return nil, false
		}
		return list[*s.index], true
	}
	m, _ := v.(map[string]any)
	x, ok := m[s.name]
	return x, ok
}

func matching(v any, where [2]string) []any {
	list, _ := v.([]any)
	out := []any{}
	for _, x := range list {
		m, _ := x.(map[string]any)
		got, ok := m[where[0]]
		if ok && strings.EqualFold(fmt.Sprint(got), where[1]) { // states are not written alike everywhere
			out = append(out, x)
		}
	}
	return out
}

func followEach(v any, rest []pathStep) (any, bool) {
	list, _ := v.([]any)
	out := []any{}
	counted := len(rest) > 0 && rest[len(rest)-1].count
	if counted {
		rest = rest[:len(rest)-1]
	}
	for _, x := range list {
		if y, ok := follow(x, rest); ok {
			out = append(out, y)
		}
	}
	if counted {
		return len(out), true
	}
	return out, true
}
