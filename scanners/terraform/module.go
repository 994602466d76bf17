package terraform

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// module is one instance of a module: the root, or what one call with one key made.
type module struct {
	e         *evaluator
	cfg       *config
	path      string // `module.a["x"].module.b`; "" for the root
	key       string // "a.b": the path without instance keys and the word module
	parent    *module
	call      *hclsyntax.Block
	in        *env   // where the call's arguments are evaluated
	maybe     string // why the instance may not exist
	calls     []graph.Call
	depth     int
	terms     map[termKey]*memo
	resources map[string]*resource
	children  map[string]*callSet
	providers map[string]*provider
}

// callSet is the instances that one module block makes.
type callSet struct {
	repeated
	block    *hclsyntax.Block
	expanded bool
	modules  []*module // nil when the module is not there
	missing  string    // why it is not
	cfg      *config
	source   source
}

func newModule(e *evaluator, cfg *config) *module {
	for _, name := range cfg.foreign {
		e.functions[name] = functions.Provider(name)
		e.symbolic[name] = e.functions[name]
	}
	return &module{e: e, cfg: cfg, terms: map[termKey]*memo{}, resources: map[string]*resource{}, children: map[string]*callSet{}, providers: map[string]*provider{}}
}

// prefix is what addresses in the module begin with.
func (m *module) prefix() string {
	if m.path == "" {
		return ""
	}
	return m.path + "."
}

// partly is added to what says that something is not declared, when not all of the module was read.
func (m *module) partly() string {
	if m.cfg.partial {
		return " in what could be read"
	}
	return ""
}

// Limits on module calls. Chains in real code are below 10 long; a call that multiplies its own callers
// would grow without end.
const (
	maxDepth   = 256
	maxModules = 20000
)

// children gives the instances of a module call, made once; nil when there is no such call.
func (e *evaluator) children(m *module, name string) *callSet {
	if c, ok := m.children[name]; ok && c.expanded {
		return c
	}
	b := m.cfg.calls[name]
	if b == nil {
		return nil
	}
	c := &callSet{block: b}
	result := e.once(m.terms, termKey{kind: m.prefix() + "module." + name}, b.DefRange(), func() val {
		c.repeated = e.repeat(b.Body, m)
		return val{}
	})
	if done, ok := m.children[name]; ok && done.expanded {
		return done
	}
	if result.why != "" {
		c.repeated = repeated{maybe: result.why}
	}
	c.expanded = true
	m.children[name] = c
	e.instantiate(m, name, c)
	return c
}

func (e *evaluator) instantiate(m *module, name string, c *callSet) {
	key := strings.TrimPrefix(m.key+"."+name, ".")
	cfg, why := e.find(m, c, name, key)
	c.cfg = cfg
	if cfg == nil {
		c.missing = why
		return
	}
	keys := []string{""}
	if c.kind != once && c.maybe == "" {
		keys = nil
		for _, k := range c.keys {
			keys = append(keys, keyText(k))
		}
	}
	e.modules += len(keys)
	if e.modules > maxModules {
		c.repeated = e.refuse(c.block, fmt.Sprintf("the root has more than %d module instances", maxModules))
		c.missing = c.maybe
		return
	}
	for i, k := range keys {
		child := newModule(e, cfg)
		child.path, child.key, child.parent, child.call, child.depth = m.prefix()+"module."+name+k, key, m, c.block, m.depth+1
		child.maybe = firstOf(m.maybe, c.maybe)
		if c.maybe != "" {
			child.maybe = "module." + name + " has " + c.maybe
		}
		child.in = c.env(m, i)
		r := c.block.DefRange()
		child.calls = append(slices.Clip(m.calls), graph.Call{Module: child.path, File: r.Filename, Line: r.Start.Line})
		c.modules = append(c.modules, child)
	}
}

// find gives the configuration of the module that a call names; nil, with the reason, when it cannot be read.
func (e *evaluator) find(m *module, c *callSet, name, key string) (*config, string) {
	where := at(c.block.DefRange())
	c.source = parseSource(e.text(m, c.block, "source"), e.text(m, c.block, "version"))
	gap := func(why, settle string) (*config, string) {
		e.l.gap(scanners.Gap{Root: e.rootPath(), Where: where, What: firstOf(c.source.text, "module."+name), Why: why, Settle: settle})
		return nil, m.prefix() + "module." + name + " is not read: " + why
	}
	if why := m.cfg.syntaxError(c.block); why != "" {
		return nil, m.prefix() + "module." + name + " is not read: " + why
	}
	if c.source.text == "" {
		return gap("the module call has no source that can be read", "write the source as a literal")
	}
	if m.depth+1 > maxDepth {
		return gap(fmt.Sprintf("modules call each other more than %d deep", maxDepth), "")
	}
	dir, err := e.locate(m, c.source, key)
	if err != nil {
		return gap(err.Error(), settleModule(err))
	}
	canonical := e.l.fs.canonical(dir)
	for p := m; p != nil; p = p.parent {
		if e.l.fs.canonical(p.cfg.dir) == canonical {
			return gap("the module calls itself: "+e.l.label(dir)+" is being read already", "")
		}
	}
	cfg := e.l.folder(dir)
	if cfg == nil {
		return gap("there is no configuration in "+firstOf(e.l.label(dir), "."), "")
	}
	return cfg, ""
}

// text evaluates an attribute that must be a literal; OpenTofu lets it use variables and locals.
func (e *evaluator) text(m *module, b *hclsyntax.Block, name string) string {
	a := b.Body.Attributes[name]
	if a == nil {
		return ""
	}
	if s := textOf(a.Expr); s != "" {
		return s
	}
	return stringOf(e.eval(a.Expr, &env{m: m}, false).v)
}

// moduleRef gives what a reference to a module call reads: one output where the traversal says which.
func (e *evaluator) moduleRef(m *module, name string, rest hcl.Traversal, d dep, where hcl.Range, symbolic bool) ([]string, val) {
	c := e.children(m, name)
	full := m.prefix() + "module." + name
	switch {
	case c == nil:
		return []string{name}, unknown(full + " is not declared" + m.partly())
	case c.missing != "":
		return []string{name}, unknown(c.missing)
	case c.maybe != "":
		return []string{name}, unknown(full + " has " + c.maybe)
	}
	output := firstAttr(rest)
	if output != "" && c.kind != keyed && len(c.modules) == 1 {
		v := e.output(c.modules[0], output, where, symbolic)
		return []string{name, output}, partOf(v, rest[1:])
	}
	only := firstOf(d.attr, refAttr(rest))
	narrow := only
	if d.whole {
		narrow = ""
	}
	if i := c.indexed(rest); i >= 0 && only != "" {
		one := e.output(c.modules[i], only, where, symbolic)
		one.v = e.outputs(c, full, narrow, where, symbolic).v
		return []string{name}, one
	}
	return []string{name}, e.outputs(c, full, narrow, where, symbolic)
}

// indexed says which instance a traversal that begins with a literal index means; -1 for none.
func (r *repeated) indexed(rest hcl.Traversal) int {
	index, ok := firstStep(rest).(hcl.TraverseIndex)
	if !ok {
		return -1
	}
	return slices.IndexFunc(r.keys, func(k cty.Value) bool { return k.RawEquals(index.Key) })
}

// outputs gives the outputs of all instances of a call; with only, just that one.
func (e *evaluator) outputs(c *callSet, full, only string, where hcl.Range, symbolic bool) val {
	if len(c.modules) == 0 {
		return known(c.collect(nil))
	}
	k := termKey{full + "[*].", only, symbolic}
	return e.once(c.modules[0].parent.terms, k, where, func() val {
		var out val
		objects := make([]cty.Value, len(c.modules))
		for i, child := range c.modules {
			object := map[string]cty.Value{}
			for _, name := range sortedKeys(child.cfg.outputs) {
				if only == "" || only == name {
					v := e.output(child, name, where, symbolic)
					object[name] = v.v
					out.take(v)
				}
			}
			objects[i] = cty.ObjectVal(object)
		}
		out.v = c.collect(objects)
		return out
	})
}

// output gives one output of a module instance.
func (e *evaluator) output(m *module, name string, where hcl.Range, symbolic bool) val {
	b := m.cfg.outputs[name]
	if b == nil || b.Body.Attributes["value"] == nil {
		return unknown(fmt.Sprintf("%s has no output %s%s", m.path, name, m.partly()))
	}
	k := termKey{m.prefix() + "output.", name, symbolic}
	x := b.Body.Attributes["value"].Expr
	return e.once(m.terms, k, b.DefRange(), func() val {
		if why := m.cfg.syntaxError(b); why != "" {
			return unknown(m.path + "." + name + ": " + why)
		}
		v := e.eval(x, &env{m: m}, symbolic)
		if isTrue(b.Body, "sensitive") {
			e.sensitive(v.v)
			v.secret = true
		}
		return v
	})
}

func isTrue(b *hclsyntax.Body, name string) bool {
	a := b.Attributes[name]
	if a == nil {
		return false
	}
	v, diags := a.Expr.Value(nil)
	return !diags.HasErrors() && (v.RawEquals(cty.True) || stringOf(v) == "true")
}

// relative is a folder as seen from the root, the way Terraform writes path.module.
func relative(root, dir string) string {
	if root == dir {
		return "."
	}
	from := strings.Split(root, "/")
	if root == "." {
		from = nil
	}
	to := strings.Split(dir, "/")
	if dir == "." {
		to = nil
	}
	for len(from) > 0 && len(to) > 0 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	return path.Join(strings.Repeat("../", len(from)), path.Join(to...))
}
