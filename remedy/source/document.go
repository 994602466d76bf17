package source

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// document reads a text that jsonencode() could have written: an object of JSON, such as a policy, in the shortest form.
func document(text string) (map[string]any, bool) {
	out := object(text)
	return out, out != nil && shortest(out) == text && !strings.ContainsAny(text, "<>&") // which it writes otherwise
}

// object reads a text that is an object of JSON, else nil.
func object(text string) map[string]any {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil
	}
	var out map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&out); err != nil || d.More() {
		return nil
	}
	return out
}

// encoded writes a document as the jsonencode() of an object.
func (w *writer) encoded(doc map[string]any, indent string) (string, error) {
	text, err := w.expr(referring(doc), indent)
	return "jsonencode(" + text + ")", err
}

// referring gives the references in the texts of a document as values of the graph.
func referring(v any) any {
	return graph.Mapped(v, func(v any) any {
		switch v := v.(type) {
		case string:
			refs := catalog.TemplateRefs("", graph.Template(v))
			switch {
			case len(refs) == 1 && refs[0].String() == v:
				return refs[0]
			case len(refs) > 0:
				return graph.Template(v)
			}
		case json.Number:
			if n, err := v.Int64(); err == nil && fmt.Sprint(n) == v.String() {
				return int(n)
			}
			f, err := v.Float64()
			if err == nil {
				return f
			}
		}
		return v
	})
}

// shortest writes a document as jsonencode() does.
func shortest(doc map[string]any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}
