package remedy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// asked is a change as a user writes it down.
type asked struct {
	Op               graph.Op        `json:"op"`
	Root             string          `json:"root"`
	Address          graph.Address   `json:"address"`
	Path             string          `json:"path"`
	Old              json.RawMessage `json:"old"`
	New              json.RawMessage `json:"new"`
	AllowReplacement bool            `json:"allow_replacement"`
}

// ReadChanges reads changes that a user wrote down, each as one wish but for those that need each other: a JSON list of
// {"op": "set|create|delete", "address", "path", "old", "new", "allow_replacement", "root"}. References are
// {"ref": "aws_s3_bucket.data.id"}; "root" may be left out while the graph has one root, or the address is in one root only.
// "old" is a condition: when it is given, the graph must have it.
func ReadChanges(text []byte, g *graph.Graph) ([]Wish, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var list []asked
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("the changes are no JSON list of {op, address, path, old, new}: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind the list of changes")
	}
	var out []Wish
	created := map[graph.Key]bool{}
	for i, a := range list {
		w, err := a.wish(g, created)
		if err != nil {
			return nil, fmt.Errorf("change %d: %w", i+1, err)
		}
		out = append(out, w)
	}
	return joined(out, g), nil
}

func (a asked) wish(g *graph.Graph, created map[graph.Key]bool) (Wish, error) {
	root, err := a.root(g, created)
	if err != nil {
		return Wish{}, err
	}
	c := graph.Change{Op: a.Op, Root: root, Address: a.Address, Path: a.Path}
	if c.New, err = a.value(a.New, root); err != nil {
		return Wish{}, err
	}
	r := g.Get(graph.Key{Root: root, Address: a.Address})
	switch a.Op {
	case graph.Create:
		if _, ok := c.New.(map[string]any); !ok || a.Path != "" {
			return Wish{}, fmt.Errorf("create of %s needs its attributes as new, and no path", a.Address)
		}
		c.Type, created[graph.Key{Root: root, Address: a.Address}] = typeOf(a.Address), true
	case graph.Set:
		if a.Path == "" || a.New == nil {
			return Wish{}, fmt.Errorf("set of %s needs path and new", a.Address)
		}
		if r != nil {
			c.Type = r.Type
			c.Old, _ = graph.Lookup(r.Attrs, a.Path)
		}
	case graph.Delete:
		if a.Path != "" || a.New != nil {
			return Wish{}, fmt.Errorf("delete of %s takes neither path nor new", a.Address)
		}
		if r != nil {
			c.Type, c.Old = r.Type, r.Attrs
		}
	default:
		return Wish{}, fmt.Errorf("there is no operation %q: set, create or delete", a.Op)
	}
	if a.Old != nil && r != nil && a.Op == graph.Set {
		was, err := a.value(a.Old, root)
		if err != nil {
			return Wish{}, err
		}
		if fmt.Sprint(was) != fmt.Sprint(c.Old) {
			return Wish{}, fmt.Errorf("%s of %s is not as the change says it was", a.Path, a.Address)
		}
	}
	return Wish{Patch: graph.Patch{c}, AllowReplacement: a.AllowReplacement}, nil
}

// root finds the root of a change that names none.
func (a asked) root(g *graph.Graph, created map[graph.Key]bool) (string, error) {
	if a.Address == "" {
		return "", errors.New("it names no address")
	}
	if a.Root != "" {
		return a.Root, nil
	}
	var with, all []string
	for _, r := range g.Resources() {
		if !slices.Contains(all, r.Root) {
			all = append(all, r.Root)
		}
		if r.Address == a.Address && !slices.Contains(with, r.Root) {
			with = append(with, r.Root)
		}
	}
	for k := range created {
		if k.Address == a.Address && !slices.Contains(with, k.Root) {
			with = append(with, k.Root)
		}
	}
	switch {
	case len(with) == 1:
		return with[0], nil
	case len(with) > 1:
		slices.Sort(with)
		return "", fmt.Errorf("%s is in several roots: name one as root: %s", a.Address, strings.Join(with, ", "))
	case len(all) == 1:
		return all[0], nil
	}
	if refs := refRoots(a.New, g); len(refs) == 1 {
		return refs[0], nil
	}
	return "", nil
}

// refRoots lists the roots that have what a value refers to.
func refRoots(text json.RawMessage, g *graph.Graph) []string {
	v, err := (asked{}).value(text, "")
	if err != nil {
		return nil
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case graph.Ref:
			for _, r := range g.Resources() {
				if r.Address == v.Address && !slices.Contains(out, r.Root) {
					out = append(out, r.Root)
				}
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return out
}

// value turns JSON into a value of the graph.
func (a asked) value(text json.RawMessage, root string) (any, error) {
	if text == nil {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("a value cannot be read: %w", err)
	}
	return withRefs(numbersIn(v), root)
}

func withRefs(v any, root string) (any, error) {
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			y, err := withRefs(x, root)
			if err != nil {
				return nil, err
			}
			v[i] = y
		}
	case map[string]any:
		if text, ok := v["ref"].(string); ok && len(v) == 1 {
			i := attributeAt(text)
			if i <= 0 || i == len(text)-1 || !strings.ContainsAny(text[:i], ".:/") {
				return nil, fmt.Errorf(`{"ref": %q} names no attribute of a resource: aws_s3_bucket.data.id`, text)
			}
			return graph.Ref{Root: root, Address: graph.Address(text[:i]), Attr: text[i+1:]}, nil
		}
		for k, x := range v {
			y, err := withRefs(x, root)
			if err != nil {
				return nil, err
			}
			v[k] = y
		}
	}
	return v, nil
}

// attributeAt is the position of the dot before the attribute of a reference: the one behind `module.a["x.y"].aws_s3_bucket.b[0]`, and of
// what was read in an account, whose address may hold dots, the last one.
func attributeAt(text string) int {
	last := strings.LastIndexByte(text, '.')
	if strings.HasPrefix(text, "arn:") || strings.Contains(text, "/") {
		return last
	}
	at := 0
	for strings.HasPrefix(text[at:], "module.") {
		if at = afterNames(text, at, 2); at == 0 {
			return -1
		}
	}
	if strings.HasPrefix(text[at:], "data.") {
		at += len("data.")
	}
	return afterNames(text, at, 2) - 1
}

// afterNames is the position behind n names and the dot that ends each; 0 when there are not as many.
func afterNames(text string, at, n int) int {
	depth := 0
	for i := at; i < len(text); i++ {
		switch {
		case text[i] == '[':
			depth++
		case text[i] == ']':
			depth--
		case text[i] == '.' && depth == 0:
			if n--; n == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// typeOf is the type in an address: `aws_s3_bucket` of `module.a["x.y"].aws_s3_bucket.b[0]`.
func typeOf(a graph.Address) string {
	s := string(a)
	depth := 0
	parts := strings.FieldsFunc(s, func(r rune) bool {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		}
		return r == '.' && depth == 0
	})
	for i := 0; i+1 < len(parts); i++ {
		if parts[i] == "module" {
			i++
			continue
		}
		return parts[i]
	}
	return ""
}
