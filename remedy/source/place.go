package source

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// scope is a module instance: where names of variables, locals and calls mean something.
type scope struct {
	dir    string // folder in the tree
	path   string // `module.a["x"].module.b`; "" for the root
	name   string // of the call in parent
	key    string // instance key of the call as written: `["x"]`, `[0]` or ""
	parent *scope
}

// prefix is what addresses in the module begin with.
func (s *scope) prefix() string {
	if s.path == "" {
		return ""
	}
	return s.path + "."
}

// frame is where an expression is evaluated: a module, an instance of what is repeated there, and the iterators around it.
type frame struct {
	*scope
	forEach  hclsyntax.Expression // of the block that is repeated; nil when it is not
	each     *frame               // where forEach is evaluated
	key      string               // instance key: `["x"]`, `[0]` or ""
	iterator map[string]iteration
}

// iteration is one element of what a dynamic block or a for expression goes through.
type iteration struct {
	over hclsyntax.Expression
	in   *frame
	step graph.Step // to the element
	bare bool       // the name stands for the element itself, not for an object with its key and value
}

// with is the same frame with one more iterator.
func (f *frame) with(name string, x iteration) *frame {
	out := *f
	out.iterator = maps.Clone(f.iterator)
	if out.iterator == nil {
		out.iterator = map[string]iteration{}
	}
	out.iterator[name] = x
	return &out
}

// instance gives the frame of one instance of a block.
func instance(s *scope, b *hclsyntax.Block, key string) *frame {
	f := &frame{scope: s, key: key}
	if a := b.Body.Attributes["for_each"]; a != nil {
		f.forEach, f.each = a.Expr, &frame{scope: s}
	}
	return f
}

// keyStep is the step to the element of an instance key.
func keyStep(key string) (graph.Step, bool) {
	inner := strings.TrimSuffix(strings.TrimPrefix(key, "["), "]")
	if text, err := strconv.Unquote(inner); err == nil {
		return graph.Name(text), true
	}
	n, err := strconv.Atoi(inner)
	return graph.Index(n), err == nil
}

// bom is the byte order mark that a file may begin with.
var bom = []byte("\xef\xbb\xbf")

// parsed is one file of configuration and its syntax tree.
type parsed struct {
	name string
	text []byte // without byte order mark
	mark int    // how long that is
	body *hclsyntax.Body
	json bool
}

var errSyntax = errors.New("it has a syntax error")

// parse gives the syntax tree of a file as it is by now.
func (e *edit) parse(name string) (*parsed, error) {
	now, err := e.read(name)
	if err != nil {
		return nil, err
	}
	if p := e.p.trees[name]; p != nil && bytes.Equal(p.text, now[p.mark:]) {
		return p, nil
	}
	p := &parsed{name: name, text: now, json: strings.HasSuffix(name, ".json")}
	if bytes.HasPrefix(now, bom) {
		p.text, p.mark = now[len(bom):], len(bom)
	}
	if p.body, err = terraform.Syntax(name, p.text); err != nil {
		return nil, errSyntax
	}
	e.p.trees[name] = p
	return p, nil
}

// files lists the files of configuration of a folder, those that override others last.
func (e *edit) files(dir string) []*parsed {
	names := map[string]bool{}
	entries, err := fs.ReadDir(e.p.code.Tree, dir)
	if err != nil {
		return nil
	}
	for _, d := range entries {
		if !d.IsDir() && isConfiguration(d.Name()) {
			names[d.Name()] = true
		}
	}
	var plain, override []*parsed
	for _, name := range sorted(names) {
		if stem, ok := strings.CutSuffix(name, ".tf"); ok && names[stem+".tofu"] {
			continue
		}
		p, err := e.parse(path.Join(dir, name))
		switch {
		case err != nil: // the scan says what is wrong with it
		case isOverride(name):
			override = append(override, p)
		default:
			plain = append(plain, p)
		}
	}
	return append(plain, override...)
}

func isConfiguration(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") {
		return false
	}
	return slices.ContainsFunc([]string{".tf", ".tofu", ".tf.json", ".tofu.json"}, func(e string) bool { return strings.HasSuffix(name, e) })
}

func isOverride(name string) bool {
	stem, _, _ := strings.Cut(name, ".t")
	return stem == "override" || strings.HasSuffix(stem, "_override")
}

// blocks lists the blocks of that type and labels in a folder: the declaration, then what overrides it.
func (e *edit) blocks(dir, typ string, labels ...string) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, p := range e.files(dir) {
		for _, b := range p.body.Blocks {
			if b.Type == typ && slices.Equal(b.Labels, labels) {
				out = append(out, b)
			}
		}
	}
	return out
}

// attribute gives an attribute of a declaration, as the last override has it.
func attribute(list []*hclsyntax.Block, name string) *hclsyntax.Attribute {
	for _, b := range slices.Backward(list) {
		if a := b.Body.Attributes[name]; a != nil {
			return a
		}
	}
	return nil
}

// local gives the expression of a local value.
func (e *edit) local(dir, name string) hclsyntax.Expression {
	var found hclsyntax.Expression
	for _, p := range e.files(dir) {
		for _, b := range p.body.Blocks {
			if b.Type == "locals" && b.Body.Attributes[name] != nil {
				found = b.Body.Attributes[name].Expr
			}
		}
	}
	return found
}

// scopeOf gives the module instance that a resource is in, from the calls that lead to it.
func (e *edit) scopeOf(r *graph.Resource) *scope {
	o := r.Origins[0]
	s := &scope{dir: e.p.code.Place(path.Dir(o.File))}
	if len(o.Calls) == 0 {
		return s
	}
	s.dir = e.p.code.Place(path.Dir(o.Calls[0].File))
	for i, c := range o.Calls {
		name, key := lastCall(strings.TrimPrefix(c.Module, s.prefix()))
		dir := path.Dir(o.File)
		if i+1 < len(o.Calls) {
			dir = path.Dir(o.Calls[i+1].File)
		}
		s = &scope{dir: e.p.code.Place(dir), path: c.Module, name: name, key: key, parent: s}
	}
	return s
}

// lastCall splits `module.a["x"]` into name and key.
func lastCall(s string) (name, key string) {
	s = strings.TrimPrefix(s, "module.")
	if i := strings.IndexByte(s, '['); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// labelled splits the address of a resource, without its module, into type, name and instance key.
func labelled(address string) (typ, name, key string) {
	address = strings.TrimPrefix(address, "data.")
	typ, rest, _ := strings.Cut(address, ".")
	name, key = lastCall(rest)
	return typ, name, key
}
