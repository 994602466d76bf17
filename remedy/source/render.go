package source

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// writer writes values in the words of one module.
type writer struct {
	*scope
	nl, unit string
	constant bool // references may not be written
	// repeated rewrites references to instances of what the new block is repeated with.
	repeated func(graph.Ref) (string, bool)
}

// expr writes a value as an expression of the native syntax.
func (w *writer) expr(v any, indent string) (string, error) {
	switch v := v.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case string:
		if doc, ok := document(v); ok {
			return w.encoded(doc, indent)
		}
		return quoted(v), nil
	case graph.Ref:
		return w.ref(v)
	case graph.Template:
		if doc, ok := document(string(v)); ok {
			return w.encoded(doc, indent)
		}
		return w.template(string(v))
	case []any:
		return w.list(v, indent)
	case map[string]any:
		return w.object(v, indent)
	}
	return "", refusal(remedy.ComputedExpression, "the new value cannot be written in code")
}

// quoted writes a text so that nothing in it is evaluated.
func quoted(s string) string {
	return `"` + escaped(s) + `"`
}

func escaped(s string) string {
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{")
	return r.Replace(s)
}

func (w *writer) list(v []any, indent string) (string, error) {
	parts := make([]string, len(v))
	many := false
	for i, x := range v {
		var err error
		if parts[i], err = w.expr(x, indent+w.unit); err != nil {
			return "", err
		}
		many = many || strings.Contains(parts[i], "\n")
	}
	if !many {
		return "[" + strings.Join(parts, ", ") + "]", nil
	}
	return "[" + w.nl + indent + w.unit + strings.Join(parts, ","+w.nl+indent+w.unit) + "," + w.nl + indent + "]", nil
}

func (w *writer) object(m map[string]any, indent string) (string, error) {
	if len(m) == 0 {
		return "{}", nil
	}
	var list []entry
	for _, k := range sorted(m) {
		v, err := w.expr(m[k], indent+w.unit)
		if err != nil {
			return "", err
		}
		if !hclsyntax.ValidIdentifier(k) {
			k = quoted(k)
		}
		list = append(list, entry{k, v})
	}
	return "{" + w.nl + w.entries(list, indent+w.unit) + indent + "}", nil
}

// entry is one argument of a new block or object.
type entry struct{ name, value string }

// entries writes arguments below each other, their `=` in one column where neighbours fit on a line each, as terraform fmt does.
func (w *writer) entries(list []entry, indent string) string {
	var b strings.Builder
	for i, e := range list {
		width := len(e.name)
		if !e.long() {
			for n := i - 1; n >= 0 && !list[n].long(); n-- {
				width = max(width, len(list[n].name))
			}
			for n := i + 1; n < len(list) && !list[n].long(); n++ {
				width = max(width, len(list[n].name))
			}
		}
		b.WriteString(indent + e.name + strings.Repeat(" ", width-len(e.name)) + " = " + e.value + w.nl)
	}
	return b.String()
}

// long says whether the value takes more than one line.
func (e entry) long() bool { return strings.Contains(e.value, "\n") }

// block writes a block whose body has the values; attrs are what the catalog knows of it.
func (w *writer) block(header string, m map[string]any, attrs []catalog.Attr, indent string, first ...entry) (string, error) {
	list := first
	var blocks []string
	for _, k := range inCatalogOrder(m, attrs) {
		if k == graph.Lifecycle {
			continue
		}
		a := attrOf(attrs, k)
		if bodies, ok := asBlocks(m[k], a); ok {
			for _, body := range bodies {
				text, err := w.block(k, body, inside(a), indent+w.unit)
				if err != nil {
					return "", err
				}
				blocks = append(blocks, indent+w.unit+text+w.nl)
			}
			continue
		}
		v, err := w.expr(m[k], indent+w.unit)
		if err != nil {
			return "", err
		}
		list = append(list, entry{k, v})
	}
	if text := w.lifecycle(m, indent+w.unit); text != "" {
		blocks = append(blocks, text)
	}
	if len(list)+len(blocks) == 0 {
		return header + " {}", nil
	}
	text := w.entries(list, indent+w.unit)
	if len(list) > 0 && len(blocks) > 0 {
		text += w.nl
	}
	return header + " {" + w.nl + text + strings.Join(blocks, w.nl) + indent + "}", nil
}

// lifecycle writes the block of a resource that is made before the one that it replaces is destroyed.
func (w *writer) lifecycle(m map[string]any, indent string) string {
	fact, _ := m[graph.Lifecycle].(map[string]any)
	if fact["create_before_destroy"] != true {
		return ""
	}
	return indent + "lifecycle {" + w.nl + indent + w.unit + "create_before_destroy = true" + w.nl + indent + "}" + w.nl
}

// asBlocks says whether a value is written as nested blocks, and gives their bodies.
func asBlocks(v any, a *catalog.Attr) ([]map[string]any, bool) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 || a != nil && a.Kind != catalog.Block {
		return nil, false
	}
	var out []map[string]any
	for _, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			return nil, false
		}
		out = append(out, m)
	}
	return out, true
}

func attrOf(attrs []catalog.Attr, name string) *catalog.Attr {
	if i := slices.IndexFunc(attrs, func(a catalog.Attr) bool { return a.Name == name }); i >= 0 {
		return &attrs[i]
	}
	return nil
}

func inside(a *catalog.Attr) []catalog.Attr {
	if a == nil {
		return nil
	}
	return a.Attrs
}

// inCatalogOrder lists the names in the order of the catalog, then the others.
func inCatalogOrder(m map[string]any, attrs []catalog.Attr) []string {
	place := func(name string) int {
		if i := slices.IndexFunc(attrs, func(a catalog.Attr) bool { return a.Name == name }); i >= 0 {
			return i
		}
		return len(attrs)
	}
	names := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	return names
}

// ref writes a reference as the module sees it.
func (w *writer) ref(r graph.Ref) (string, error) {
	if w.constant {
		return "", refusal(remedy.ComputedExpression, "a reference cannot be written where the value comes from")
	}
	if w.repeated != nil {
		if text, ok := w.repeated(r); ok {
			return text, nil
		}
	}
	rest, ok := strings.CutPrefix(string(r.Address), w.prefix())
	if !ok || strings.HasPrefix(rest, "module.") {
		return "", refusal(remedy.ComputedExpression, "%s lies in another module", r.Address)
	}
	return elementOf(rest, r.Attr), nil
}

// elementOf names an attribute of a resource. Terraform takes an element of a set by its position only from a list.
func elementOf(resource, attr string) string {
	const options = "domain_validation_options"
	if rest, ok := strings.CutPrefix(attr, options+"["); ok {
		return "tolist(" + resource + "." + options + ")[" + rest
	}
	return resource + "." + attr
}

// template writes a text with references inside.
func (w *writer) template(s string) (string, error) {
	text, err := w.parts(s, escaped)
	return `"` + text + `"`, err
}

// parts writes the references inside a text as the module sees them, and what is between them by plain.
func (w *writer) parts(s string, plain func(string) string) (string, error) {
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(s, "${")
		b.WriteString(plain(before))
		if !more {
			return b.String(), nil
		}
		name, after, ok := strings.Cut(rest, "}")
		i := strings.LastIndexByte(name, '.')
		if !ok || i < 0 || strings.HasPrefix(name, "?") {
			return "", refusal(remedy.ComputedExpression, "the new value has a part that is not known")
		}
		text, err := w.ref(graph.Ref{Address: graph.Address(name[:i]), Attr: name[i+1:]})
		if err != nil {
			return "", err
		}
		b.WriteString("${" + text + "}")
		s = after
	}
}

// json writes a value in the JSON syntax.
func (w *writer) json(v any) (string, error) {
	v, err := w.jsonValue(v)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func (w *writer) jsonValue(v any) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(v), nil
	case graph.Ref:
		text, err := w.ref(v)
		return "${" + text + "}", err
	case graph.Template:
		return w.parts(string(v), func(s string) string { return strings.ReplaceAll(s, "%{", "%%{") })
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			if out[i], err = w.jsonValue(x); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			if out[k], err = w.jsonValue(x); err != nil {
				return nil, err
			}
		}
		return out, nil
	case nil, bool, int, float64:
		return v, nil
	}
	return nil, refusal(remedy.ComputedExpression, "the new value cannot be written in JSON")
}
