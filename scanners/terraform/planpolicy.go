package terraform

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// policyText gives data.aws_iam_policy_document.x.json where the plan does not know all of it, with `${?why}` in
// the place of what it does not know. ok is false when the document takes in others that are not known.
func (p *plan) policyText(r *planInstance) (text graph.Template, ok bool) {
	if text, known := p.policies[r]; known {
		return text, text != ""
	}
	if p.policies == nil {
		p.policies = map[*planInstance]graph.Template{}
	}
	p.policies[r] = ""
	for _, name := range []string{"source_json", "override_json", "source_policy_documents", "override_policy_documents"} {
		list, isList := r.values[name].([]any)
		empty := r.values[name] == nil || r.values[name] == "" || isList && len(list) == 0
		if !empty || len(locationsAt(r.unknown, name)) > 0 {
			return "", false
		}
	}
	cfg := r.module.config.resources[r.label()]
	if cfg == nil {
		cfg = noConfig
	}
	d := policyPrinter{&graph.Resource{Unknown: map[string]string{}, Refs: map[string][]graph.Ref{}}, r}
	t := &translation{plan: p, in: r, cfg: cfg, out: d.out}
	for _, path := range r.unknown {
		if path != "json" && path != "id" && path != "minified_json" {
			t.unknown(path)
		}
	}
	src, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": d.statements()})
	if err != nil {
		return "", false
	}
	p.policies[r] = graph.Template(src)
	return p.policies[r], true
}

// locationsAt lists the paths that are at or inside the attribute.
func locationsAt(paths []string, name string) []string {
	var out []string
	for _, p := range paths {
		if rest, ok := strings.CutPrefix(p, name); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			out = append(out, p)
		}
	}
	return out
}

// policyPrinter writes the statements of one data source.
type policyPrinter struct {
	out *graph.Resource // its unknown locations
	in  *planInstance
}

// token stands for what is not known.
func (d policyPrinter) token(path string) string {
	why := fmt.Sprintf("%s of %s is known after apply", path, d.in.address)
	return "${?" + strings.NewReplacer("{", "(", "}", ")").Replace(why) + "}"
}

func (d policyPrinter) statements() any {
	if _, unknown := d.out.Unknown["statement"]; unknown {
		return d.token("statement")
	}
	list, _ := d.in.values["statement"].([]any)
	out := []any{}
	for i, v := range list {
		path := graph.Element("statement", i)
		block, ok := v.(map[string]any)
		if !ok {
			out = append(out, d.token(path))
			continue
		}
		out = append(out, d.statement(path, block))
	}
	return out
}

// policyLists names the lists of a statement as JSON has them.
var policyLists = map[string]string{"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}

func (d policyPrinter) statement(path string, block map[string]any) map[string]any {
	st := map[string]any{"Effect": "Allow"}
	for attr, word := range map[string]string{"effect": "Effect", "sid": "Sid"} {
		if _, unknown := d.out.Unknown[graph.Child(path, attr)]; unknown {
			st[word] = d.token(graph.Child(path, attr))
		} else if s, ok := block[attr].(string); ok && s != "" {
			st[word] = s
		}
	}
	for attr, word := range policyLists {
		if v := d.list(graph.Child(path, attr), block[attr], false); v != nil {
			st[word] = v
		}
	}
	for attr, word := range map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"} {
		if v := d.principals(graph.Child(path, attr), block[attr]); v != nil {
			st[word] = v
		}
	}
	if v := d.conditions(graph.Child(path, "condition"), block["condition"]); v != nil {
		st["Condition"] = v
	}
	return st
}

// list writes a list of texts; nil when it is empty. With refs, an element that is a reference is written as one:
// an identifier of a principal is one, while the ARN of a bucket usually has something behind it.
func (d policyPrinter) list(path string, v any, refs bool) any {
	if _, unknown := d.out.Unknown[path]; unknown {
		return d.token(path)
	}
	list, _ := v.([]any)
	var out []any
	for i, x := range list {
		switch x := x.(type) {
		case string:
			out = append(out, x)
		case graph.Ref:
			if refs {
				out = append(out, x.String())
				continue
			}
			out = append(out, d.token(graph.Element(path, i)))
		default:
			out = append(out, d.token(graph.Element(path, i)))
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func (d policyPrinter) principals(path string, v any) any {
	if _, unknown := d.out.Unknown[path]; unknown {
		return d.token(path)
	}
	list, _ := v.([]any)
	out := map[string]any{}
	for i, x := range list {
		block, ok := x.(map[string]any)
		typ, known := block["type"].(string)
		if !ok || !known {
			return d.token(graph.Element(path, i))
		}
		at := graph.Child(graph.Element(path, i), "identifiers")
		ids := d.list(at, block["identifiers"], true)
		if list, ok := ids.([]any); ok && typ == "*" && len(list) == 1 && list[0] == "*" {
			return "*"
		}
		if before, twice := out[typ].([]any); twice {
			if more, ok := ids.([]any); ok {
				ids = append(before, more...)
			}
		}
		out[typ] = ids
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (d policyPrinter) conditions(path string, v any) any {
	if _, unknown := d.out.Unknown[path]; unknown {
		return d.token(path)
	}
	list, _ := v.([]any)
	out := map[string]any{}
	for i, x := range list {
		block, _ := x.(map[string]any)
		test, ok := block["test"].(string)
		variable, ok2 := block["variable"].(string)
		if !ok || !ok2 {
			return d.token(graph.Element(path, i))
		}
		vars, _ := out[test].(map[string]any)
		if vars == nil {
			vars = map[string]any{}
			out[test] = vars
		}
		values := d.list(graph.Child(graph.Element(path, i), "values"), block["values"], false)
		if before, twice := vars[variable].([]any); twice {
			if more, ok := values.([]any); ok {
				values = append(before, more...)
			}
		}
		vars[variable] = values
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
