package source

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// braces is an object of a JSON text, from its brace to behind the other.
type braces struct {
	start, end int
	members    []property
}

// property is one property of an object: start is that of its key, value that of its value, end is behind that.
type property struct {
	key               string
	start, value, end int
}

// objectAt reads the object that begins at an offset of a JSON text; ok is false when something else does.
func objectAt(text []byte, offset int) (o braces, ok bool) {
	d := json.NewDecoder(bytes.NewReader(text[offset:]))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return o, false
	}
	o.start = offset + int(d.InputOffset()) - 1
	next := func(skip string) int {
		at := offset + int(d.InputOffset())
		return at + len(text[at:]) - len(bytes.TrimLeft(text[at:], skip))
	}
	for d.More() {
		p := property{start: next(" \t\r\n,")}
		key, err := d.Token()
		if err != nil {
			return o, false
		}
		p.key, _ = key.(string)
		p.value = next(" \t\r\n:")
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return o, false
		}
		p.end = offset + int(d.InputOffset())
		o.members = append(o.members, p)
	}
	if _, err := d.Token(); err != nil {
		return o, false
	}
	o.end = offset + int(d.InputOffset())
	return o, true
}

// within goes to the object that keys lead to, and gives those before it, too. It ends where there is none.
func (o braces) within(text []byte, keys ...string) []braces {
	path := []braces{o}
	for _, k := range keys {
		i := slices.IndexFunc(o.members, func(p property) bool { return p.key == k })
		if i < 0 {
			break
		}
		inner, ok := objectAt(text, o.members[i].value)
		if !ok {
			break
		}
		o = inner
		path = append(path, o)
	}
	return path
}

func (o braces) has(key string) bool {
	return slices.ContainsFunc(o.members, func(p property) bool { return p.key == key })
}

// without is the splice that takes a property away, with the comma that parts it from its neighbour.
func (o braces) without(key string) splice {
	i := slices.IndexFunc(o.members, func(p property) bool { return p.key == key })
	switch {
	case i+1 < len(o.members):
		return splice{o.members[i].start, o.members[i+1].start, ""}
	case i > 0:
		return splice{o.members[i-1].end, o.members[i].end, ""}
	}
	return splice{o.start + 1, o.end - 1, ""}
}

// withLifecycle writes the lifecycle of a new resource as its block.
func withLifecycle(values map[string]any) map[string]any {
	fact, ok := values[graph.Lifecycle].(map[string]any)
	if !ok {
		return values
	}
	body := maps.Clone(values)
	delete(body, graph.Lifecycle)
	body["lifecycle"] = map[string]any{"create_before_destroy": fact["create_before_destroy"]}
	return body
}

// addResourceJSON adds a resource beside those of its type, or beside those of other types.
func (e *edit) addResourceJSON(p *parsed, w *writer, typ, name string, values map[string]any, first []entry) error {
	if len(first) > 0 {
		return refusal(remedy.ComputedExpression, "a resource that is repeated or names its provider is not added to JSON")
	}
	whole, ok := objectAt(p.text, 0)
	if !ok {
		return refusal(remedy.ComputedExpression, "%s is no object, to which a resource can be added", p.name)
	}
	keys := []string{"resource", typ, name}
	path := whole.within(p.text, keys[:2]...)
	at, key := path[len(path)-1], keys[len(path)-1]
	if at.has(key) {
		return refusal(remedy.ComputedExpression, "the resources of %s are a list, to which none can be added", p.name)
	}
	var value any = withLifecycle(values)
	for _, k := range slices.Backward(keys[len(path):]) {
		value = map[string]any{k: value}
	}
	text, err := w.json(value)
	if err != nil {
		return err
	}
	quoted, err := w.json(key)
	if err != nil {
		return err
	}
	inner := hcl.Range{Filename: p.name, Start: hcl.Pos{Byte: at.start}, End: hcl.Pos{Byte: at.end}}
	return e.splice(p, p.member(inner, quoted, text))
}

// withoutJSON takes a resource away, and its type where it is the only one of it.
func (e *edit) withoutJSON(p *parsed, typ, name string) error {
	whole, ok := objectAt(p.text, 0)
	path := whole.within(p.text, "resource", typ)
	if !ok || len(path) != 3 || !path[2].has(name) {
		return refusal(remedy.ComputedExpression, "the resources of %s are a list, from which none is taken", p.name)
	}
	if len(path[2].members) == 1 {
		return e.splice(p, path[1].without(typ))
	}
	return e.splice(p, path[2].without(name))
}
