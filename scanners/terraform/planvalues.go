package terraform

import (
	"fmt"
	"strconv"
	"strings"
)

// planInstance is one resource instance of a plan or of a state in its JSON form.
type planInstance struct {
	address   string
	module    *planScope
	mode      string // "managed" or "data"
	typ, name string
	key       any // int or string of count or for_each; nil when there is neither
	values    map[string]any
	sensitive []string // paths
	unknown   []string // paths
}

// block is the type as the code writes it before the name: "aws_vpc", "data.aws_vpc".
func (r *planInstance) block() string {
	if r.mode == "data" {
		return "data." + r.typ
	}
	return r.typ
}

// label is the address within the module, without the key.
func (r *planInstance) label() string { return r.block() + "." + r.name }

// planScope is one instance of a module: what names inside it mean.
type planScope struct {
	address string // `module.db["a"]`; "" is the root module
	parent  *planScope
	call    string
	key     any
	config  *planModule
}

// path lists the module calls that lead here, without keys.
func (s *planScope) path() []string {
	if s.parent == nil {
		return nil
	}
	return append(s.parent.path(), s.call)
}

// join puts the module's address before a name.
func (s *planScope) join(name string) string {
	if s.address == "" {
		return name
	}
	return s.address + "." + name
}

// planValues is what the modules of a plan or state hold.
type planValues struct {
	byAddress map[string]*planInstance
	order     []*planInstance
	scopes    map[string]*planScope
}

func newPlanValues() *planValues {
	v := &planValues{byAddress: map[string]*planInstance{}, scopes: map[string]*planScope{}}
	v.scopes[""] = &planScope{}
	return v
}

func (v *planValues) add(r *planInstance) {
	if v.byAddress[r.address] == nil {
		v.order = append(v.order, r)
	}
	v.byAddress[r.address] = r
}

// scope gives the module instance with that address.
func (v *planValues) scope(address string) *planScope {
	if s := v.scopes[address]; s != nil {
		return s
	}
	parent, step := splitLast(address)
	s := &planScope{address: address, parent: v.scope(parent)}
	s.call, s.key = splitKey(strings.TrimPrefix(step, "module."))
	v.scopes[address] = s
	return s
}

// planValues reads the resources of a module and of those below it.
func (j *jsonReader) planValues(v *planValues, dataOnly bool) {
	for field := range j.fields() {
		switch field {
		case "resources":
			for range j.elements() {
				r := j.planInstance(v, dataOnly)
				if r.address == "" || dataOnly && (r.mode != "data" || v.byAddress[r.address] != nil) {
					continue
				}
				v.add(r)
			}
		case "child_modules":
			for range j.elements() {
				j.planValues(v, dataOnly)
			}
		default:
			j.skip()
		}
	}
}

func (j *jsonReader) planInstance(v *planValues, dataOnly bool) *planInstance {
	r := &planInstance{}
	for field := range j.fields() {
		switch field {
		case "address":
			r.address = j.string()
		case "mode":
			r.mode = j.string()
		case "type":
			r.typ = j.string()
		case "name":
			r.name = j.string()
		case "index":
			r.key = j.value()
		case "values":
			if dataOnly && r.mode == "managed" {
				j.skip()
			} else {
				r.values = j.object()
			}
		case "sensitive_values":
			j.marks("", func(path string) { r.sensitive = append(r.sensitive, path) })
		default:
			j.skip()
		}
	}
	r.module = v.scope(moduleOf(r.address))
	if r.values == nil {
		r.values = map[string]any{}
	}
	return r
}

// moduleOf gives the module part of a resource's address: `module.a["x.y"]` of `module.a["x.y"].aws_vpc.b`.
func moduleOf(address string) string {
	end := 0
	for rest := address; strings.HasPrefix(rest, "module."); rest = address[end:] {
		next := end + len("module.") + stepLength(rest[len("module."):])
		if next >= len(address) || address[next] != '.' {
			return address[:next]
		}
		end = next + 1
	}
	return strings.TrimSuffix(address[:end], ".")
}

// stepLength measures a name with its key, up to the dot behind it.
func stepLength(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '.':
			return i
		case '[':
			n := keyLength(s[i:])
			if n == 0 {
				return len(s)
			}
			i += n - 1
		}
	}
	return len(s)
}

// keyLength measures `[0]` or `["a"]` at the start of s; 0 when it does not end.
func keyLength(s string) int {
	if !strings.HasPrefix(s, `["`) {
		return strings.IndexByte(s, ']') + 1
	}
	quoted, err := strconv.QuotedPrefix(s[1:])
	if err != nil || !strings.HasPrefix(s[1+len(quoted):], "]") {
		return 0
	}
	return len(quoted) + 2
}

// splitLast takes the last module step off a module address.
func splitLast(address string) (parent, step string) {
	start := 0
	for i := 0; ; {
		n := len("module.")
		if len(address) < i+n {
			break
		}
		start = i
		i += n + stepLength(address[i+n:]) + 1
		if i >= len(address) {
			break
		}
	}
	return strings.TrimSuffix(address[:start], "."), address[start:]
}

// splitKey splits `name["a"]` or `name[0]`.
func splitKey(step string) (name string, key any) {
	name, inner, ok := strings.Cut(step, "[")
	if !ok {
		return step, nil
	}
	inner = strings.TrimSuffix(inner, "]")
	if s, err := strconv.Unquote(inner); err == nil {
		return name, s
	}
	if n, err := strconv.Atoi(inner); err == nil {
		return name, n
	}
	return name, inner
}

// scalarText prints a value for comparison.
func scalarText(v any) string { return fmt.Sprint(v) }
