package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// The JSON syntax is read into the same syntax tree as the native one, so that everything after parsing is the
// same. Which properties are nested blocks cannot be told without the provider's schema; they stay
// attributes, whose value (a list of objects) is what blocks give too.

// labelled says how many labels the top-level blocks have.
var labelled = map[string]int{"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "check": 1, "locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0}

// inside lists the properties of a block that are blocks of Terraform's own, with the number of their labels.
func inside(typ string) map[string]int {
	switch typ {
	case "resource", "data", "module":
		return map[string]int{"lifecycle": 0, "dynamic": 1, "connection": 0, "provisioner": 1}
	case "terraform":
		return map[string]int{"required_providers": 0, "backend": 1, "cloud": 0}
	case "dynamic":
		return map[string]int{"content": 0}
	case "content":
		return map[string]int{"dynamic": 1}
	}
	return nil
}

type jsonFile struct {
	name  string
	src   []byte
	lines []int // offsets at which lines begin
	dec   *json.Decoder
	depth int
}

// member is one property in the order it is written.
type member struct {
	key   string
	at    hcl.Range
	value any // nil, bool, json.Number, string, []node or []member
	valAt hcl.Range
}

type node struct {
	value any
	at    hcl.Range
}

// parseJSON reads a .tf.json or .tfvars.json file.
func parseJSON(src []byte, name string) (*hclsyntax.Body, error) {
	f := &jsonFile{name: name, src: src, dec: json.NewDecoder(bytes.NewReader(src)), lines: []int{0}}
	for i, c := range src {
		if c == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	f.dec.UseNumber()
	top, err := f.node()
	if err != nil {
		return nil, fmt.Errorf("line %d: the JSON cannot be read: %w", f.pos(int(f.dec.InputOffset())).Line, err)
	}
	members, ok := top.value.([]member)
	if !ok {
		return nil, errors.New("the file is JSON but not an object")
	}
	if _, err := f.dec.Token(); err != io.EOF {
		return nil, errors.New("the file has something behind its JSON object")
	}
	return f.body(members, labelled, top.at), nil
}

func (f *jsonFile) pos(offset int) hcl.Pos {
	line, _ := slices.BinarySearch(f.lines, offset+1)
	return hcl.Pos{Line: line, Column: offset - f.lines[line-1] + 1, Byte: offset}
}

func (f *jsonFile) since(start int) hcl.Range {
	for start < len(f.src) && strings.IndexByte(" \t\r\n,:", f.src[start]) >= 0 {
		start++
	}
	end := max(start, int(f.dec.InputOffset()))
	return hcl.Range{Filename: f.name, Start: f.pos(start), End: f.pos(end)}
}

func (f *jsonFile) node() (node, error) {
	start := int(f.dec.InputOffset())
	t, err := f.dec.Token()
	if err != nil {
		return node{}, unexpected(err)
	}
	d, ok := t.(json.Delim)
	if !ok {
		return node{t, f.since(start)}, nil
	}
	if f.depth++; f.depth > maxNesting {
		return node{}, fmt.Errorf("brackets are nested more than %d deep", maxNesting)
	}
	defer func() { f.depth-- }()
	if d == '[' {
		list := []node{}
		for f.dec.More() {
			n, err := f.node()
			if err != nil {
				return node{}, err
			}
			list = append(list, n)
		}
		_, err := f.dec.Token()
		return node{list, f.since(start)}, unexpected(err)
	}
	members := []member{}
	for f.dec.More() {
		m, err := f.member()
		if err != nil {
			return node{}, err
		}
		members = append(members, m)
	}
	_, err = f.dec.Token()
	return node{members, f.since(start)}, unexpected(err)
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (f *jsonFile) member() (member, error) {
	start := int(f.dec.InputOffset())
	t, err := f.dec.Token()
	if err != nil {
		return member{}, unexpected(err)
	}
	key, _ := t.(string)
	m := member{key: key, at: f.since(start)}
	n, err := f.node()
	m.value, m.valAt = n.value, n.at
	return m, err
}

// body makes a body of members; those that blocks names become blocks with that many labels.
func (f *jsonFile) body(members []member, blocks map[string]int, at hcl.Range) *hclsyntax.Body {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: at, EndRange: at}
	for _, m := range members {
		if m.key == "//" {
			continue
		}
		if labels, ok := blocks[m.key]; ok {
			f.blocks(body, m.key, nil, labels, node{m.value, m.valAt}, m.at)
			continue
		}
		body.Attributes[m.key] = &hclsyntax.Attribute{Name: m.key, Expr: f.expr(node{m.value, m.valAt}), SrcRange: hcl.RangeBetween(m.at, m.valAt), NameRange: m.at, EqualsRange: m.at}
	}
	return body
}

// blocks takes off the labels, one level of object each, and makes a block of every object below.
func (f *jsonFile) blocks(body *hclsyntax.Body, typ string, labels []string, left int, n node, key hcl.Range) {
	if list, ok := n.value.([]node); ok {
		for _, x := range list {
			f.blocks(body, typ, labels, left, x, key)
		}
		return
	}
	members, ok := n.value.([]member)
	if !ok {
		return
	}
	if left > 0 {
		for _, m := range members {
			if m.key != "//" {
				f.blocks(body, typ, append(slices.Clip(labels), m.key), left-1, node{m.value, m.valAt}, m.at)
			}
		}
		return
	}
	end := n.at
	end.Start = end.End
	body.Blocks = append(body.Blocks, &hclsyntax.Block{
		Type: typ, Labels: labels, Body: f.body(members, inside(typ), n.at),
		TypeRange: key, LabelRanges: repeatRange(key, len(labels)), OpenBraceRange: key, CloseBraceRange: end,
	})
}

func repeatRange(r hcl.Range, n int) []hcl.Range {
	out := make([]hcl.Range, n)
	for i := range out {
		out[i] = r
	}
	return out
}

// expr makes an expression: strings are templates.
func (f *jsonFile) expr(n node) hclsyntax.Expression {
	switch v := n.value.(type) {
	case []node:
		x := &hclsyntax.TupleConsExpr{SrcRange: n.at, OpenRange: n.at}
		for _, e := range v {
			x.Exprs = append(x.Exprs, f.expr(e))
		}
		return x
	case []member:
		x := &hclsyntax.ObjectConsExpr{SrcRange: n.at, OpenRange: n.at}
		for _, m := range v {
			if m.key == "//" {
				continue
			}
			key := &hclsyntax.ObjectConsKeyExpr{Wrapped: f.expr(node{m.key, m.at})}
			x.Items = append(x.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: f.expr(node{m.value, m.valAt})})
		}
		return x
	case string:
		if _, why := tooDeep([]byte(v), f.name); why != "" || !strings.Contains(v, "{") {
			return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(v), SrcRange: n.at}
		}
		x, diags := hclsyntax.ParseTemplate([]byte(v), f.name, n.at.Start)
		if !diags.HasErrors() {
			return x
		}
		return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(v), SrcRange: n.at}
	case bool:
		return &hclsyntax.LiteralValueExpr{Val: cty.BoolVal(v), SrcRange: n.at}
	case json.Number:
		if num, err := cty.ParseNumberVal(v.String()); err == nil {
			return &hclsyntax.LiteralValueExpr{Val: num, SrcRange: n.at}
		}
	}
	return &hclsyntax.LiteralValueExpr{Val: cty.NullVal(cty.DynamicPseudoType), SrcRange: n.at}
}
