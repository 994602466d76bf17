package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// The parser and the evaluator recurse into brackets, templates and operators, and a stack that overflows
// ends the process. No configuration that people write comes near these limits.
const (
	maxNesting   = 500
	maxOperators = 5000 // in one expression
)

// tooDeep says where a file goes beyond the limits, and how. The exact measure needs the lexer; a count of
// bytes that can only be too high spares it for nearly all files.
func tooDeep(src []byte, name string) (where, why string) {
	if !suspicious(src) && !longNumerals(src) {
		return "", ""
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	levels := []level{{}}
	for _, t := range tokens {
		levels = step(levels, t.Type)
		switch {
		case t.Type == hclsyntax.TokenNumberLit && functions.HugeNumber(string(t.Bytes)):
			return at(t.Range), "it has a number of a size that nothing can use"
		case len(levels) > maxNesting:
			return at(t.Range), fmt.Sprintf("brackets are nested more than %d deep", maxNesting)
		case levels[len(levels)-1].operators > maxOperators:
			return at(t.Range), fmt.Sprintf("one expression has more than %d operators", maxOperators)
		}
	}
	return "", ""
}

// longNumerals is true for every file with a number that takes too long to print, and for few others: a thousand digits, or five in an
// exponent.
func longNumerals(src []byte) bool {
	digits, exponent := 0, false
	for _, c := range src {
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits == 1000 || exponent && digits == 5 {
				return true
			}
		case (c == 'e' || c == 'E') && digits > 0:
			digits, exponent = 0, true
		case c == '+' && exponent && digits == 0:
		default:
			digits, exponent = 0, false
		}
	}
	return false
}

// level is what is open at a place in the file.
type level struct {
	operators int  // since the last separator
	flowing   bool // a line break separates nothing here
}

func step(levels []level, t hclsyntax.TokenType) []level {
	top := len(levels) - 1
	switch t {
	case hclsyntax.TokenOBrace:
		levels[top].operators++
		return append(levels, level{})
	case hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
		levels[top].operators++
		return append(levels, level{flowing: true})
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
		if top > 0 {
			return levels[:top]
		}
	case hclsyntax.TokenNewline:
		if !levels[top].flowing {
			levels[top].operators = 0
		}
	case hclsyntax.TokenComma:
		levels[top].operators = 0
	case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenStringLit, hclsyntax.TokenQuotedLit, hclsyntax.TokenComment:
	default:
		levels[top].operators++
	}
	return levels
}

// isOperator holds the characters that operators, and what counts like one, are made of.
var isOperator = func() (set [256]bool) {
	for _, c := range []byte("+-*/%&|<>=!?.[({$") {
		set[c] = true
	}
	return set
}()

// suspicious is true for every file that is over a limit, and for few others: it counts brackets and operators
// also where they are text.
func suspicious(src []byte) bool {
	depth, deepest, round, operators := 0, 0, 0, 0
	for _, c := range src {
		switch c {
		case '{':
			depth++
		case '[', '(':
			depth++
			round++
		case '}':
			depth = max(depth-1, 0)
		case ']', ')':
			depth = max(depth-1, 0)
			round = max(round-1, 0)
		case '\n':
			if round == 0 {
				operators = 0
			}
		}
		deepest = max(deepest, depth)
		if isOperator[c] {
			if operators++; operators > maxOperators {
				return true
			}
		}
	}
	return deepest > maxNesting/2
}
