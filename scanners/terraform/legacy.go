package terraform

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxRepairs bounds how often a file with quoted argument names is parsed again.
const maxRepairs = 40

// unquoteNames lets argument names be quoted, as Terraform 0.11 did (`tags { "Name" = "x" }`). It gives the text with
// the names unquoted, every byte in its place, when that parses; else nil.
func unquoteNames(src []byte, name string, diags hcl.Diagnostics) []byte {
	src = slices.Clone(src)
	for range maxRepairs {
		changed := false
		for _, d := range diags {
			if d.Severity == hcl.DiagError && d.Summary == "Invalid argument name" && d.Subject != nil {
				changed = unquote(src, d.Subject.Start.Byte) || changed
			}
		}
		if !changed {
			return nil
		}
		if _, diags = hclsyntax.ParseConfig(src, name, hcl.InitialPos); !diags.HasErrors() {
			return src
		}
	}
	return nil
}

// unquote takes the quotes off the name at i. A name that is no plain word cannot lose them; then the block that
// it is in becomes a map (`tags {` becomes `tags={`).
func unquote(src []byte, i int) bool {
	if i >= len(src) || src[i] != '"' {
		return false
	}
	end := bytes.IndexByte(src[i+1:], '"')
	if end < 0 {
		return false
	}
	end += i + 1
	if hclsyntax.ValidIdentifier(string(src[i+1 : end])) {
		src[i], src[end] = ' ', ' '
		return true
	}
	open := enclosing(src, i)
	if open < 1 || src[open-1] != ' ' {
		return false
	}
	line := bytes.LastIndexByte(src[:open], '\n') + 1
	if !hclsyntax.ValidIdentifier(string(bytes.TrimSpace(src[line:open]))) {
		return false
	}
	src[open-1] = '='
	return true
}

// enclosing finds the brace that is open at i; -1 when there is none.
func enclosing(src []byte, i int) int {
	depth := 0
	for i--; i >= 0; i-- {
		switch src[i] {
		case '}':
			depth++
		case '{':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}
