package terraform

import (
	"bytes"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/scanners"
)

// lineRange is the first and the last line of a block, 1-based.
type lineRange struct{ start, end int }

// blockLines lists the lines of the top-level blocks of a file.
func blockLines(body *hclsyntax.Body) []lineRange {
	out := make([]lineRange, 0, len(body.Blocks))
	for _, b := range body.Blocks {
		out = append(out, lineRange{b.TypeRange.Start.Line, max(b.TypeRange.Start.Line, b.CloseBraceRange.End.Line)})
	}
	return out
}

// comments lists the waivers in the comments of a file in native syntax:
//
//	# plumb:ignore ID[,ID] reason="..." until=YYYY-MM-DD
//
// also after // and inside /* */. A waiver applies to the block that it stands in, or directly above with
// nothing but comments between. What is wrong with one is its Problem.
func comments(file string, src []byte, blocks []lineRange) []scanners.Comment {
	if !bytes.Contains(src, []byte("plumb:")) {
		return nil
	}
	tokens, _ := hclsyntax.LexConfig(src, file, hcl.InitialPos) // a file with errors has comments all the same
	var out []scanners.Comment
	covered := map[int]bool{} // lines that hold nothing but comments
	code := map[int]bool{}
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
		case hclsyntax.TokenComment:
			for i, line := range commentLines(t) {
				covered[t.Range.Start.Line+i] = true
				if c, ok := waiver(line); ok {
					c.File, c.Line = file, t.Range.Start.Line+i
					out = append(out, c)
				}
			}
		default:
			for l := t.Range.Start.Line; l <= t.Range.End.Line; l++ {
				code[l] = true
			}
		}
	}
	ends := map[int]int{} // line -> the first line below that is no comment; from below, so that no line is looked at twice
	for i := len(out) - 1; i >= 0; i-- {
		next := out[i].Line
		for known := 0; known == 0 && covered[next] && !code[next]; {
			if known = ends[next]; known > 0 {
				next = known
			} else {
				next++
			}
		}
		ends[out[i].Line] = next
		place(&out[i], blocks, next)
	}
	return out
}

// commentLines gives the text of a comment, line by line, without its marks.
func commentLines(t hclsyntax.Token) []string {
	text := strings.TrimRight(string(t.Bytes), "\r\n")
	switch {
	case strings.HasPrefix(text, "#"):
		return []string{text[1:]}
	case strings.HasPrefix(text, "//"):
		return []string{text[2:]}
	}
	lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(text, "/*"), "*/"), "\n")
	for i := range lines[1:] {
		lines[i+1] = strings.TrimPrefix(strings.TrimSpace(lines[i+1]), "*")
	}
	return lines
}

// place finds the block that a comment applies to, among blocks in the order of their lines: the one around it, or the
// one that begins at next, the first line below that is no comment.
func place(c *scanners.Comment, blocks []lineRange, next int) {
	below := sort.Search(len(blocks), func(i int) bool { return blocks[i].start > c.Line })
	for _, b := range blocks[max(below-1, 0):min(below+1, len(blocks))] {
		if c.Line >= b.start && c.Line <= b.end || next == b.start {
			c.StartLine, c.EndLine = b.start, b.end
			return
		}
	}
	if c.Problem == "" {
		c.Problem = "it stands in no block, and not directly above one"
	}
}

var (
	policyName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*([.-][A-Za-z0-9_]+)*(\.\*)?$`)
	directive  = regexp.MustCompile(`^plumb:\S*`)
)

// waiver reads one line of a comment. ok is false when the line is no waiver and no attempt at one.
func waiver(line string) (c scanners.Comment, ok bool) {
	line = strings.TrimSpace(line)
	word := directive.FindString(line)
	switch {
	case word == "" && strings.Contains(line, "plumb:ignore") && strings.Contains(line, "reason="):
		return scanners.Comment{Problem: "plumb:ignore does not begin the comment"}, true
	case word == "":
		return c, false
	case word != "plumb:ignore":
		return scanners.Comment{Problem: fmt.Sprintf("%q is not known; the word is plumb:ignore", word)}, true
	}
	if err := arguments(&c, strings.TrimSpace(line[len(word):])); err != nil {
		c.Problem = err.Error()
	}
	return c, true
}

// arguments reads what follows plumb:ignore.
func arguments(c *scanners.Comment, rest string) error {
	for rest != "" {
		var err error
		switch {
		case strings.HasPrefix(rest, "reason="):
			c.Reason, rest, err = quoted(rest[len("reason="):])
		case strings.HasPrefix(rest, "until="):
			c.Until, rest = firstWord(rest[len("until="):])
			if _, bad := time.Parse(time.DateOnly, c.Until); bad != nil {
				return fmt.Errorf("until=%s is not a date in the form YYYY-MM-DD", c.Until)
			}
		default:
			var word string
			word, rest = firstWord(rest)
			err = addPolicies(c, word)
		}
		if err != nil {
			return err
		}
		rest = strings.TrimSpace(rest)
	}
	switch {
	case len(c.Policies) == 0:
		return fmt.Errorf("no policy is named: plumb:ignore ID reason=\"...\"")
	case strings.TrimSpace(c.Reason) == "":
		return fmt.Errorf("the reason is missing: reason=\"...\"")
	}
	return nil
}

func firstWord(s string) (word, rest string) {
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// quoted reads a text in double quotes, in which \" and \\ stand for themselves.
func quoted(s string) (text, rest string, err error) {
	prefix, err := strconv.QuotedPrefix(s)
	if err != nil || !strings.HasPrefix(s, `"`) {
		return "", "", fmt.Errorf(`the reason must stand in double quotes: reason="..."`)
	}
	text, err = strconv.Unquote(prefix)
	if err != nil {
		return "", "", fmt.Errorf("the reason cannot be read: %w", err)
	}
	return text, s[len(prefix):], nil
}

// addPolicies takes in policy IDs, areas and control IDs joined by commas.
func addPolicies(c *scanners.Comment, word string) error {
	for _, id := range strings.Split(strings.Trim(word, ","), ",") {
		if word == "," {
			continue
		}
		if !policyName.MatchString(id) {
			return fmt.Errorf("%q is neither a policy nor reason= nor until=", id)
		}
		c.Policies = append(c.Policies, id)
	}
	return nil
}
