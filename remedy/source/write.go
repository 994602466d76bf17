package source

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// newline is how most lines of the file end.
func (p *parsed) newline() string {
	if all := bytes.Count(p.text, []byte("\n")); all > 0 && 2*bytes.Count(p.text, []byte("\r\n")) > all {
		return "\r\n"
	}
	return "\n"
}

// lineStart is where the line of an offset begins; indent is the white space there.
func (p *parsed) lineStart(offset int) int { return bytes.LastIndexByte(p.text[:offset], '\n') + 1 }

func (p *parsed) indent(offset int) string {
	line := p.text[p.lineStart(offset):]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// unit is one level of indentation of a file: a tab where most indented lines begin with one, else the spaces of the first line
// that has some.
func (p *parsed) unit() string {
	tabs, spaces, first := 0, 0, "  "
	for line := range bytes.Lines(p.text) {
		rest := bytes.TrimLeft(line, " \t")
		n := len(line) - len(rest)
		switch {
		case n == 0 || len(bytes.TrimSpace(rest)) == 0 || rest[0] == '*':
		case line[0] == '\t':
			tabs++
		default:
			if spaces++; spaces == 1 {
				first = string(line[:min(n, 4)])
			}
		}
	}
	if tabs > spaces {
		return "\t"
	}
	return first
}

// behind is the offset behind the line end that follows an offset, outside of comments and texts; found is false when the
// file ends before.
func (p *parsed) behind(offset int) (end int, found bool) {
	for _, t := range p.lexed() {
		if t.Range.End.Byte <= offset {
			continue
		}
		if t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenComment && bytes.HasSuffix(t.Bytes, []byte("\n")) {
			return t.Range.End.Byte, true
		}
	}
	return len(p.text), false
}

func (p *parsed) lexed() hclsyntax.Tokens {
	tokens, _ := hclsyntax.LexConfig(p.text, p.name, hcl.InitialPos) // it was parsed
	return tokens
}

// inner is the range between the braces of a block.
func inner(b *hclsyntax.Block) (start, end int) {
	return b.OpenBraceRange.End.Byte, b.CloseBraceRange.Start.Byte
}

// argument is the splice that adds an argument to a block; the value has been indented for the depth that it gets.
func (p *parsed) argument(b *hclsyntax.Block, name string, value func(indent string) (string, error)) (splice, error) {
	return p.put(b, func(indent string) (string, error) {
		v, err := value(indent)
		return name + " = " + v, err
	}, name)
}

// put is the splice that adds lines to a block: an argument when it has a name, else a nested block.
func (p *parsed) put(b *hclsyntax.Block, lines func(indent string) (string, error), name string) (splice, error) {
	start, end := inner(b)
	nl, outer := p.newline(), p.indent(b.TypeRange.Start.Byte)
	within := outer + p.unit()
	if !bytes.Contains(p.text[start:end], []byte("\n")) {
		text, err := lines(within)
		if had := strings.TrimSpace(string(p.text[start:end])); had != "" {
			text = had + nl + within + text
		}
		return splice{start, end, nl + within + text + nl + outer}, err
	}
	anchor := lastArgument(b)
	if name == "" || anchor == nil {
		return p.atEdge(b, lines, name == "", within)
	}
	within = p.indent(anchor.SrcRange.Start.Byte)
	text, err := lines(within)
	if err != nil {
		return splice{}, err
	}
	at, _ := p.behind(anchor.SrcRange.End.Byte - 1)
	if column, ok := p.column(b, anchor); ok && column > len(name)+1 {
		text = name + strings.Repeat(" ", column-len(name)) + strings.TrimPrefix(text, name+" ")
	}
	return splice{at, at, within + text + nl}, nil
}

// atEdge adds lines at the begin of a block, or a nested block at its end, behind an empty line.
func (p *parsed) atEdge(b *hclsyntax.Block, lines func(indent string) (string, error), block bool, within string) (splice, error) {
	start, end := inner(b)
	for _, x := range b.Body.Blocks {
		within = p.indent(x.TypeRange.Start.Byte)
	}
	if a := lastArgument(b); a != nil {
		within = p.indent(a.SrcRange.Start.Byte)
	}
	text, err := lines(within)
	if err != nil {
		return splice{}, err
	}
	nl := p.newline()
	if !block {
		at, _ := p.behind(start)
		gap := ""
		if len(b.Body.Blocks) > 0 {
			gap = nl
		}
		return splice{at, at, within + text + nl + gap}, nil
	}
	at := p.lineStart(end)
	if len(bytes.TrimSpace(p.text[at:end])) > 0 { // the brace closes on the last line
		return splice{end, end, nl + within + text + nl + p.indent(b.TypeRange.Start.Byte)}, nil
	}
	gap := nl
	if above := bytes.TrimRight(p.text[:at], " \t\r\n"); bytes.HasSuffix(above, []byte("{")) || bytes.Count(p.text[len(above):at], []byte("\n")) > 1 {
		gap = ""
	}
	return splice{at, at, gap + within + text + nl}, nil
}

// lastArgument is the argument that a new one goes behind: the last before the nested blocks that fits on a line and is no
// meta-argument, else the last before them, else the last.
func lastArgument(b *hclsyntax.Block) *hclsyntax.Attribute {
	first := len(b.Body.Blocks) > 0
	limit := 0
	if first {
		limit = b.Body.Blocks[0].TypeRange.Start.Byte
	}
	var best *hclsyntax.Attribute
	rank := -1
	for _, a := range b.Body.Attributes {
		r := 0
		if !first || a.SrcRange.Start.Byte < limit {
			r = 1
			if !meta(a.Name) {
				r = 2
				if a.SrcRange.Start.Line == a.SrcRange.End.Line {
					r = 3
				}
			}
		}
		if r > rank || r == rank && a.SrcRange.Start.Byte > best.SrcRange.Start.Byte {
			best, rank = a, r
		}
	}
	return best
}

func meta(name string) bool {
	switch name {
	case "count", "for_each", "provider", "depends_on", "source", "version":
		return true
	}
	return false
}

// column says at which column from the indentation the neighbours of an argument have their `=`, when they agree.
func (p *parsed) column(b *hclsyntax.Block, anchor *hclsyntax.Attribute) (int, bool) {
	byLine := map[int]*hclsyntax.Attribute{}
	for _, a := range b.Body.Attributes {
		if a.SrcRange.Start.Line == a.SrcRange.End.Line {
			byLine[a.SrcRange.Start.Line] = a
		}
	}
	column := func(a *hclsyntax.Attribute) int { return a.EqualsRange.Start.Byte - a.NameRange.Start.Byte }
	line := anchor.SrcRange.Start.Line
	if byLine[line] == nil {
		return 0, false
	}
	want := column(anchor)
	for _, step := range []int{-1, 1} {
		for l := line + step; byLine[l] != nil; l += step {
			if column(byLine[l]) != want {
				return 0, false
			}
		}
	}
	return want, true
}

// without is the splice that takes an argument or a nested block away, with its line.
func (p *parsed) without(r hcl.Range) splice {
	start, end := r.Start.Byte, r.End.Byte
	line := p.lineStart(start)
	if len(bytes.TrimSpace(p.text[line:start])) > 0 { // on the line of its block
		left := len(bytes.TrimRight(p.text[:start], " \t"))
		right := end + len(p.text[end:]) - len(bytes.TrimLeft(p.text[end:], " \t"))
		return splice{left, right, ""}
	}
	at, found := p.behind(end - 1)
	above := bytes.HasSuffix(bytes.TrimRight(p.text[:line], " \t"), []byte("\n"+p.newline())) || line == 0
	if found && above && bytes.HasPrefix(p.text[at:], []byte(p.newline())) { // one empty line is left of two
		at += len(p.newline())
	}
	return splice{line, at, ""}
}

// below is the splice that puts a new top-level block behind another one.
func (p *parsed) below(b *hclsyntax.Block, text string) splice {
	nl := p.newline()
	at, found := p.behind(b.CloseBraceRange.End.Byte - 1)
	if !found {
		return splice{at, at, nl + nl + text}
	}
	return splice{at, at, nl + text + nl}
}

// member is the splice that adds a property to an object of JSON.
func (p *parsed) member(braces hcl.Range, key, value string) splice {
	start, end := braces.Start.Byte+1, braces.End.Byte-1
	body := p.text[start:end]
	trimmed := bytes.TrimRight(body, " \t\r\n")
	if len(trimmed) == 0 {
		return splice{start, end, key + ": " + value}
	}
	gap := body[:len(body)-len(bytes.TrimLeft(body, " \t\r\n"))]
	at := start + len(trimmed)
	if len(gap) == 0 {
		gap = []byte(" ")
	}
	return splice{at, at, "," + string(gap) + key + ": " + value}
}
