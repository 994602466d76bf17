package terraform

import (
	"slices"
	"strconv"
	"strings"
)

// moduleV3 reads one entry of `modules` of a state of version 3, which Terraform 0.7 to 0.11 wrote.
func (s *state) moduleV3(j *jsonReader) {
	var path []string
	resources := map[string]*planInstance{}
	for field := range j.fields() {
		switch field {
		case "path":
			path = j.strings()
		case "resources":
			for key := range j.fields() {
				resources[key] = s.resourceV3(j)
			}
		default:
			j.skip()
		}
	}
	address := ""
	for _, name := range path[min(1, len(path)):] {
		address = strings.TrimPrefix(address+".module."+name, ".")
	}
	module := s.plan.values.scope(address)
	for _, key := range sortedKeys(resources) {
		r := resources[key]
		if r.values == nil || !labelV3(r, key) {
			continue
		}
		r.module = module
		r.address = module.join(r.label()) + addressKey(r.key)
		s.plan.values.add(r)
	}
}

// labelV3 reads "aws_subnet.a.0" or "data.aws_vpc.main".
func labelV3(r *planInstance, key string) bool {
	parts := strings.Split(key, ".")
	r.mode = "managed"
	if parts[0] == "data" {
		r.mode, parts = "data", parts[1:]
	}
	if len(parts) < 2 {
		return false
	}
	r.typ, r.name = parts[0], parts[1]
	if len(parts) > 2 {
		n, err := strconv.Atoi(parts[2])
		if err != nil {
			return false
		}
		r.key = n
	}
	return true
}

func (s *state) resourceV3(j *jsonReader) *planInstance {
	r := &planInstance{}
	for field := range j.fields() {
		switch field {
		case "depends_on":
			for _, d := range j.strings() {
				d = strings.TrimSuffix(d, ".*")
				s.depends[r] = append(s.depends[r], d)
			}
		case "provider":
			s.provider[r] = j.string()
		case "primary":
			for field := range j.fields() {
				if field == "attributes" {
					r.values = unflatten(j.object())
				} else {
					j.skip()
				}
			}
		default:
			j.skip()
		}
	}
	return r
}

// flatNode is a node of a flat map being put together: a value, or what lies below.
type flatNode struct {
	value    any
	children map[string]*flatNode
}

// unflatten turns the flat attributes of old states into nested ones: "route.#" is the length of a list
// or set, "route.0.cidr_block" an element's attribute, "tags.%" the size of a map. Every
// value there is text; the catalog gives numbers and truths their shape.
func unflatten(flat map[string]any) map[string]any {
	root := &flatNode{}
	for _, key := range sortedKeys(flat) {
		n := root
		for rest, more := key, true; more; {
			var word string
			word, rest, more = strings.Cut(rest, ".")
			if n.children["%"] != nil && more { // a map's key may have dots
				word, more = word+"."+rest, false
			}
			if n.children == nil {
				n.children = map[string]*flatNode{}
			}
			if n.children[word] == nil {
				n.children[word] = &flatNode{}
			}
			n = n.children[word]
		}
		n.value = flat[key]
	}
	m, ok := root.nested().(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return m
}

func (n *flatNode) nested() any {
	if len(n.children) == 0 {
		return n.value
	}
	if n.children["#"] == nil {
		m := map[string]any{}
		for name, c := range n.children {
			if name != "%" {
				m[name] = c.nested()
			}
		}
		return m
	}
	list := []any{}
	for _, name := range n.order() {
		list = append(list, n.children[name].nested())
	}
	return list
}

// order lists the elements of a list by number; those of a set are numbered by hashes.
func (n *flatNode) order() []string {
	names := slices.DeleteFunc(sortedKeys(n.children), func(s string) bool { return s == "#" })
	slices.SortStableFunc(names, func(a, b string) int {
		x, _ := strconv.Atoi(a) // what is no number comes first
		y, _ := strconv.Atoi(b)
		return x - y
	})
	return names
}
