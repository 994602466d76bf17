// Package planfixture writes plan JSON, as `terraform show -json PLANFILE` prints it, from a compact
// description. Tests and benchmarks use it, because a real plan of AWS resources needs a provider and an account.
//
//	planfixture.Plan{
//		Instances: []planfixture.Instance{{Address: "aws_subnet.a[0]", Values: planfixture.Object{"vpc_id": planfixture.Unknown}}},
//		Root:      planfixture.Module{Config: map[string]planfixture.Config{"aws_subnet.a": {Exprs: planfixture.Object{"vpc_id": planfixture.Refs("aws_vpc.main.id")}}}},
//	}.Write(w)
//
// Pure: it writes to the io.Writer that it is given.
package planfixture

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Object is a JSON object.
type Object = map[string]any

// Plan is a whole plan.
type Plan struct {
	Instances []Instance
	Root      Module
	Providers map[string]Object // by key: {"name", "full_name", "version_constraint", "expressions": Object of expressions}
	Variables Object            // values of root variables
	Extra     Object            // further top-level fields, such as "errored"
}

// Instance is one resource instance with its planned values. Unknown stands for what is known after apply, and
// Sensitive{V} for a sensitive value. Prior makes it a data source that was read before planning.
type Instance struct {
	Address string
	Values  Object
	Prior   bool
}

// Module is the configuration of a module, or of the root.
type Module struct {
	Config  map[string]Config // by "aws_subnet.a" or "data.aws_vpc.main"
	Calls   map[string]Call
	Outputs Object // name -> expression
	Vars    Object // name -> default, nil for none, Sensitive{default} for a sensitive variable
}

// Config is the configuration of one resource block. An expression is a plain value (a constant), the
// result of Refs, or a []Object of nested blocks.
type Config struct {
	Exprs    Object
	Provider string // "aws" when empty
	Count    any    // expression of count
	ForEach  any    // expression of for_each
	Depends  []string
}

// Call is one module call.
type Call struct {
	Source, Version string
	Args            Object
	Count, ForEach  any
	Module          Module
}

type mark struct{}

// Unknown is a value that is known after apply.
var Unknown = mark{}

// Sensitive is a value that Terraform calls sensitive.
type Sensitive struct{ V any }

type refs []string

// Refs is an expression that mentions the names given, each written in full: "aws_subnet.a[0].id".
func Refs(names ...string) any {
	var list refs
	for _, name := range names {
		list = append(list, beginnings(name)...)
	}
	return list
}

// beginnings lists a name and what it begins with, down to the resource, as Terraform does.
func beginnings(name string) []string {
	steps, err := graph.ParsePath(name)
	if err != nil {
		return []string{name}
	}
	words := 2
	switch steps[0].Name {
	case "data", "module":
		words = 3
	case "count", "path", "terraform":
		return []string{name}
	}
	if steps[0].Name == "module" && len(steps) > 2 && !strings.HasPrefix(name[len("module.")+len(steps[1].Name):], ".") {
		words = 4
	}
	out := []string{name}
	for n := len(steps) - 1; n >= min(words, len(steps)); n-- {
		out = append(out, text(name, steps, n))
	}
	if steps[0].Name == "module" && len(steps) >= words {
		out = append(out, text(name, steps, words-1))
	}
	return out
}

// text gives the first n steps of a name, written as the name has them.
func text(name string, steps []graph.Step, n int) string {
	for cut := len(name); cut > 0; cut-- {
		prefix, err := graph.ParsePath(name[:cut])
		if err == nil && len(prefix) == n && slices.Equal(prefix, steps[:n]) {
			return name[:cut]
		}
	}
	return name
}

// Write prints the plan.
func (p Plan) Write(w io.Writer) error {
	doc := Object{
		"format_version": "1.2", "terraform_version": "1.11.4", "applyable": true, "complete": true, "errored": false,
		"planned_values":   Object{"root_module": p.modules(false)},
		"resource_changes": p.changes(),
		"prior_state":      Object{"format_version": "1.0", "values": Object{"root_module": p.modules(true)}},
		"configuration":    Object{"provider_config": p.providers(), "root_module": p.Root.json()},
		"variables":        p.variables(),
	}
	for k, v := range p.Extra {
		doc[k] = v
	}
	return writeOrdered(w, doc)
}

// writeOrdered prints the fields in the order of Terraform, the configuration after the values.
func writeOrdered(w io.Writer, doc Object) error {
	order := []string{"format_version", "terraform_version", "variables", "planned_values", "resource_changes", "prior_state", "configuration"}
	for k := range doc {
		if !slices.Contains(order, k) {
			order = append(order, k)
		}
	}
	slices.Sort(order[7:])
	sep := "{"
	for _, k := range order {
		b, err := json.Marshal(doc[k])
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%q:%s", sep, k, b); err != nil {
			return err
		}
		sep = ","
	}
	_, err := io.WriteString(w, "}\n")
	return err
}

func (p Plan) variables() Object {
	out := Object{}
	for k, v := range p.Variables {
		out[k] = Object{"value": v}
	}
	return out
}

func (p Plan) providers() Object {
	out := Object{}
	for key, c := range p.Providers {
		c := cloned(c)
		if exprs, ok := c["expressions"].(Object); ok {
			c["expressions"] = expressions(exprs)
		}
		out[key] = c
	}
	return out
}

func cloned(o Object) Object {
	out := Object{}
	for k, v := range o {
		out[k] = v
	}
	return out
}

type node struct {
	resources []any
	children  map[string]*node
}

// modules gives the tree of module instances with their resources.
func (p Plan) modules(prior bool) Object {
	root := &node{}
	for _, r := range p.Instances {
		if r.Prior != prior {
			continue
		}
		path, head := Split(r.Address)
		n := root
		for i := range path {
			address := strings.Join(path[:i+1], ".")
			if n.children == nil {
				n.children = map[string]*node{}
			}
			if n.children[address] == nil {
				n.children[address] = &node{}
			}
			n = n.children[address]
		}
		head["values"], head["schema_version"], head["provider_name"] = known(r.Values), 0, "registry.terraform.io/hashicorp/aws"
		head["sensitive_values"] = marks(r.Values, isSensitive)
		n.resources = append(n.resources, head)
	}
	return root.json("")
}

func (n *node) json(address string) Object {
	out := Object{}
	if address != "" {
		out["address"] = address
	}
	if len(n.resources) > 0 {
		out["resources"] = n.resources
	}
	var children []any
	for _, a := range sorted(n.children) {
		children = append(children, n.children[a].json(a))
	}
	if children != nil {
		out["child_modules"] = children
	}
	return out
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// changes lists what is created: the values once more, and what is unknown.
func (p Plan) changes() []any {
	out := []any{}
	for _, r := range p.Instances {
		if r.Prior {
			continue
		}
		path, head := Split(r.Address)
		if len(path) > 0 {
			head["module_address"] = strings.Join(path, ".")
		}
		actions := []string{"create"}
		if head["mode"] == "data" {
			actions = []string{"read"}
		}
		head["change"] = Object{"actions": actions, "before": nil, "after": known(r.Values), "after_unknown": marks(r.Values, isUnknown), "before_sensitive": false, "after_sensitive": marks(r.Values, isSensitive)}
		out = append(out, head)
	}
	return out
}

// Split takes an address apart: the steps of its modules, and the fields by which a plan names the resource.
func Split(address string) (path []string, head Object) {
	head = Object{"address": address, "mode": "managed"}
	rest := address
	for strings.HasPrefix(rest, "module.") {
		end := len("module.") + stepEnd(rest[len("module."):])
		path, rest = append(path, rest[:end]), rest[end+1:]
	}
	if after, ok := strings.CutPrefix(rest, "data."); ok {
		head["mode"], rest = "data", after
	}
	typ, name, _ := strings.Cut(rest, ".")
	head["type"], head["name"] = typ, name
	if name, key, ok := strings.Cut(name, "["); ok {
		key = strings.TrimSuffix(key, "]")
		head["name"] = name
		if n, err := strconv.Atoi(key); err == nil {
			head["index"] = n
		} else {
			head["index"] = strings.Trim(key, `"`)
		}
	}
	return path, head
}

func stepEnd(s string) int {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '.' && !quoted:
			return i
		}
	}
	return len(s)
}

func isUnknown(v any) bool { return v == Unknown }

func isSensitive(v any) bool { _, ok := v.(Sensitive); return ok }

// known leaves out what is unknown; in lists null takes its place.
func known(v any) any {
	switch v := v.(type) {
	case Sensitive:
		return known(v.V)
	case Object:
		out := Object{}
		for k, x := range v {
			if !isUnknown(x) {
				out[k] = known(x)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			if !isUnknown(x) {
				out[i] = known(x)
			}
		}
		return out
	}
	return v
}

// marks gives the tree of true leaves where is holds; scalars elsewhere are left out of objects and false in lists.
func marks(v any, is func(any) bool) any {
	if is(v) {
		return true
	}
	switch v := v.(type) {
	case Sensitive:
		return marks(v.V, is)
	case Object:
		out := Object{}
		for k, x := range v {
			if m := marks(x, is); m != false {
				out[k] = m
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = marks(x, is)
		}
		return out
	}
	return false
}

func (m Module) json() Object {
	out := Object{}
	resources := []any{}
	for _, label := range sorted(m.Config) {
		resources = append(resources, m.Config[label].json(label))
	}
	out["resources"] = resources
	calls := Object{}
	for name, c := range m.Calls {
		calls[name] = c.json()
	}
	out["module_calls"] = calls
	outputs := Object{}
	for name, e := range m.Outputs {
		outputs[name] = Object{"expression": expression(e)}
	}
	out["outputs"] = outputs
	vars := Object{}
	for name, d := range m.Vars {
		v := Object{}
		if s, ok := d.(Sensitive); ok {
			v["sensitive"], d = true, s.V
		}
		if d != nil {
			v["default"] = d
		}
		vars[name] = v
	}
	out["variables"] = vars
	return out
}

func (c Config) json(label string) Object {
	_, head := Split(label)
	head["schema_version"] = 0
	head["provider_config_key"] = c.Provider
	if c.Provider == "" {
		head["provider_config_key"] = "aws"
	}
	head["expressions"] = expressions(c.Exprs)
	repeat(head, c.Count, c.ForEach)
	if c.Depends != nil {
		head["depends_on"] = c.Depends
	}
	return head
}

func (c Call) json() Object {
	out := Object{"source": c.Source, "expressions": expressions(c.Args), "module": c.Module.json()}
	if c.Version != "" {
		out["version_constraint"] = c.Version
	}
	repeat(out, c.Count, c.ForEach)
	return out
}

func repeat(out Object, count, forEach any) {
	if count != nil {
		out["count_expression"] = expression(count)
	}
	if forEach != nil {
		out["for_each_expression"] = expression(forEach)
	}
}

func expressions(exprs Object) Object {
	out := Object{}
	for name, e := range exprs {
		out[name] = expression(e)
	}
	return out
}

func expression(e any) any {
	switch e := e.(type) {
	case refs:
		return Object{"references": []string(e)}
	case []Object:
		blocks := make([]any, len(e))
		for i, b := range e {
			blocks[i] = expressions(b)
		}
		return blocks
	case nil:
		return Object{}
	}
	return Object{"constant_value": e}
}
