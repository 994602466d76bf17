package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// encoded is a resource as it is written down: JSON in which the values that JSON does not have are objects of one key
// that begins with "$" (a key of the user's own that does so gets a second one).
type encoded struct {
	Root     string            `json:"root,omitempty"`
	Address  Address           `json:"address"`
	Type     string            `json:"type"`
	Name     string            `json:"name,omitempty"`
	Stage    string            `json:"stage,omitempty"`
	Data     bool              `json:"data,omitempty"`
	Observed bool              `json:"observed,omitempty"`
	Of       Address           `json:"of,omitempty"`
	Attrs    any               `json:"attrs,omitempty"`
	Unknown  map[string]string `json:"unknown,omitempty"`
	Refs     map[string][]Ref  `json:"refs,omitempty"`
	Facts    any               `json:"facts,omitempty"`
	Origins  []Origin          `json:"origins,omitempty"`
}

// MarshalJSON writes a resource so that UnmarshalJSON gives the same again. It holds no secrets, since a resource does not.
func (r *Resource) MarshalJSON() ([]byte, error) {
	attrs, err := encodeValue(r.Attrs)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", r.Key(), err)
	}
	facts, err := encodeValue(r.Facts)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", r.Key(), err)
	}
	return json.Marshal(encoded{r.Root, r.Address, r.Type, r.Name, r.Stage, r.Data, r.Observed, r.Of, attrs, r.Unknown, r.Refs, facts, r.Origins})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Resource) UnmarshalJSON(text []byte) error {
	var e encoded
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return fmt.Errorf("reading a resource: %w", err)
	}
	attrs, err := decodeMap(e.Attrs)
	if err != nil {
		return fmt.Errorf("reading %s: %w", e.Address, err)
	}
	facts, err := decodeMap(e.Facts)
	if err != nil {
		return fmt.Errorf("reading %s: %w", e.Address, err)
	}
	*r = Resource{e.Root, e.Address, e.Type, e.Name, e.Stage, e.Data, e.Observed, e.Of, attrs, e.Unknown, e.Refs, facts, e.Origins}
	return nil
}

const (
	refKey      = "$ref"
	templateKey = "$template"
	hiddenKey   = "$hidden"
)

func encodeValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int, float64, string:
		return v, nil
	case Ref:
		return map[string]any{refKey: []any{v.Root, string(v.Address), v.Attr}}, nil
	case Template:
		return map[string]any{templateKey: string(v)}, nil
	case Hidden:
		return map[string]any{hiddenKey: []any{v.Literal, v.Placeholder}}, nil
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			var err error
			if out[i], err = encodeValue(x); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		if v == nil {
			return nil, nil
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			e, err := encodeValue(x)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
			if strings.HasPrefix(k, "$") {
				k = "$" + k
			}
			out[k] = e
		}
		return out, nil
	}
	return nil, fmt.Errorf("a value of Go type %T is none of a graph", v)
}

func decodeMap(v any) (map[string]any, error) {
	x, err := decodeValue(v)
	if err != nil || x == nil {
		return nil, err
	}
	m, ok := x.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%T where attributes should be", x)
	}
	return m, nil
}

func decodeValue(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return decodeNumber(v)
	case []any:
		for i := range v {
			x, err := decodeValue(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = x
		}
	case map[string]any:
		if len(v) == 1 {
			for k, x := range v {
				if strings.HasPrefix(k, "$") && !strings.HasPrefix(k, "$$") {
					return decodeSpecial(k, x)
				}
			}
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			d, err := decodeValue(x)
			if err != nil {
				return nil, err
			}
			out[strings.TrimPrefix(k, "$")] = d
		}
		return out, nil
	}
	return v, nil
}

// decodeNumber gives an int when the number is whole and fits, as everywhere in a graph.
func decodeNumber(n json.Number) (any, error) {
	if i, err := n.Int64(); err == nil {
		return int(i), nil
	}
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("number %s: %w", n, err)
	}
	return f, nil
}

func decodeSpecial(key string, v any) (any, error) {
	list, _ := v.([]any)
	switch text, isText := v.(string); {
	case key == templateKey && isText:
		return Template(text), nil
	case key == refKey && len(list) == 3:
		root, ok1 := list[0].(string)
		address, ok2 := list[1].(string)
		attr, ok3 := list[2].(string)
		if ok1 && ok2 && ok3 {
			return Ref{root, Address(address), attr}, nil
		}
	case key == hiddenKey && len(list) == 2:
		literal, ok1 := list[0].(bool)
		placeholder, ok2 := list[1].(bool)
		if ok1 && ok2 {
			return Hidden{literal, placeholder}, nil
		}
	}
	return nil, fmt.Errorf("%s is no value that plumb writes", key)
}
