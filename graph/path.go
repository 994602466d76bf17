package graph

import (
	"fmt"
	"strconv"
	"strings"
)

// Step is one step of a path: a name (Index < 0) or an index. The index of `[*]` is Any.
type Step struct {
	Name  string
	Index int
}

// Any is the index of the step `[*]`: any element beyond those that are listed.
const Any = -2

// Name makes a step by name; Index makes a step by position.
func Name(s string) Step { return Step{Name: s, Index: -1} }

// Index makes a step by position in a list.
func Index(i int) Step { return Step{Index: i} }

// ParsePath reads an attribute path: names joined by dots, `[2]` for positions, `["a.b"]` for map keys
// that are not plain words, `[*]` for elements beyond the listed ones.
func ParsePath(p string) ([]Step, error) {
	var steps []Step
	rest := p
	for rest != "" {
		switch {
		case strings.HasPrefix(rest, "[\""):
			quoted, err := strconv.QuotedPrefix(rest[1:])
			if err != nil || !strings.HasPrefix(rest[1+len(quoted):], "]") {
				return nil, fmt.Errorf("path %q: unfinished key", p)
			}
			key, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("path %q: %w", p, err)
			}
			steps = append(steps, Name(key))
			rest = rest[1+len(quoted)+1:]
		case strings.HasPrefix(rest, "["):
			inner, after, ok := strings.Cut(rest[1:], "]")
			if !ok {
				return nil, fmt.Errorf("path %q: missing ]", p)
			}
			rest = after
			if inner == "*" {
				steps = append(steps, Index(Any))
				break
			}
			n, err := strconv.Atoi(inner)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("path %q: %q is not a position", p, inner)
			}
			steps = append(steps, Index(n))
		default:
			name := strings.TrimPrefix(rest, ".")
			end := strings.IndexAny(name, ".[")
			if end < 0 {
				end = len(name)
			}
			if end == 0 {
				return nil, fmt.Errorf("path %q: empty name", p)
			}
			steps = append(steps, Name(name[:end]))
			rest = name[end:]
		}
	}
	return steps, nil
}

// JoinPath prints steps as a path that ParsePath reads back.
func JoinPath(steps ...Step) string {
	var b strings.Builder
	for _, s := range steps {
		switch {
		case s.Index == Any:
			b.WriteString("[*]")
		case s.Index >= 0:
			fmt.Fprintf(&b, "[%d]", s.Index)
		case !plain(s.Name):
			fmt.Fprintf(&b, "[%q]", s.Name)
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.Name)
		}
	}
	return b.String()
}

// Child appends a name to a path; Element appends a position.
func Child(path, name string) string {
	if !plain(name) {
		return path + "[" + strconv.Quote(name) + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// Element appends a position (or Any) to a path.
func Element(path string, i int) string {
	if i == Any {
		return path + "[*]"
	}
	return path + "[" + strconv.Itoa(i) + "]"
}

func plain(s string) bool {
	for i, c := range s {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// Schematic strips positions from a path: "route[0].nat_gateway_id" becomes "route.nat_gateway_id". Keys
// of maps that are no plain words go too: `tags["a.b"]` becomes "tags".
func Schematic(path string) string {
	if strings.IndexByte(path, '[') < 0 {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '[' {
			b.WriteByte(path[i])
			continue
		}
		if quoted, err := strconv.QuotedPrefix(path[i+1:]); err == nil {
			i += len(quoted) + 1
			continue
		}
		end := strings.IndexByte(path[i:], ']')
		if end < 0 {
			break
		}
		i += end
	}
	return b.String()
}

// Lookup follows a path through attribute values. ok is false when some step leads nowhere.
func Lookup(attrs map[string]any, path string) (value any, ok bool) {
	steps, err := ParsePath(path)
	if err != nil {
		return nil, false
	}
	var v any = attrs
	for _, s := range steps {
		switch c := v.(type) {
		case map[string]any:
			if s.Index >= 0 {
				return nil, false
			}
			if v, ok = c[s.Name]; !ok {
				return nil, false
			}
		case []any:
			if s.Index < 0 || s.Index >= len(c) {
				return nil, false
			}
			v = c[s.Index]
		default:
			return nil, false
		}
	}
	return v, true
}
