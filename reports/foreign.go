package reports

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is text from outside: a name, a tag, a message that contains one, a path. It can be printed only
// through a rendering that makes it harmless for one kind of output. Its zero value is empty.
type Text struct{ raw string }

// Untrusted is the one door for text from outside.
func Untrusted[S ~string](s S) Text { return Text{string(s)} }

// Empty says that there is no text.
func (t Text) Empty() bool { return t.raw == "" }

// Compare orders texts by code point.
func (t Text) Compare(o Text) int { return strings.Compare(t.raw, o.raw) }

// String is Terminal, so that a forgotten %s is harmless too.
func (t Text) String() string { return t.Terminal() }

// Terminal makes control, bidirectional, zero-width and line-breaking characters visible as \u{1b},
// and bytes that are not UTF-8 as \xff.
func (t Text) Terminal() string { return visible(t.raw) }

// beforePipe is a pipe with the backslashes before it: in a table `\\|` would be a backslash and the end of the cell.
var beforePipe = regexp.MustCompile(`\\*\|`)

// MarkdownCode is a code span whose fence is longer than any run of backticks inside; `|` is escaped
// because spans stand in tables.
func (t Text) MarkdownCode() string {
	s := beforePipe.ReplaceAllStringFunc(visible(t.raw), func(run string) string { return strings.Repeat(`\u{5c}`, len(run)-1) + `\|` })
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if s == "" || s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// MarkdownText escapes everything that Markdown, its tables, mentions, references or HTML could read.
func (t Text) MarkdownText() string {
	s := visible(t.raw)
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]()#+-!|~:@$", c), c == '.' && autolinks(s[:i]):
			b.WriteByte('\\')
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// autolinks says that a dot behind this text would begin a link ("www.") or a list ("1.").
func autolinks(before string) bool {
	return strings.HasSuffix(strings.ToLower(before), "www") || before != "" && strings.Trim(before, "0123456789") == ""
}

// HTML is text for an element or a quoted attribute.
func (t Text) HTML() string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(visible(t.raw))
}

// Annotation is the message of a workflow command of GitHub: no newlines, no escapes of its own.
func (t Text) Annotation() string {
	s := strings.NewReplacer("\r", "", "\n", "").Replace(t.raw)
	return strings.ReplaceAll(visible(s), "%", "%25")
}

// AnnotationProperty is a property of a workflow command, where `:` and `,` are separators.
func (t Text) AnnotationProperty() string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(t.Annotation())
}

// CSV is one cell; what a spreadsheet would read as a formula gets an apostrophe.
func (t Text) CSV() string {
	s := visible(t.raw)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// XML is visible text; characters that XML 1.0 forbids are visible already, the encoder escapes the rest.
func (t Text) XML() string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff {
			return unicode.ReplacementChar
		}
		return r
	}, visible(t.raw))
}

// MarshalText keeps the text as it is, except that bytes that are not UTF-8 become visible; escaping of
// control characters is the encoder's (see writeJSON). As a text it need not be parsed again by the encoder of JSON.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.JSON()), nil }

// JSON is the text for a JSON encoder.
func (t Text) JSON() string {
	if utf8.ValidString(t.raw) {
		return t.raw
	}
	return mapText(t.raw, func(rune) bool { return false })
}

// URI is a relative path as a URI reference: cleaned of leading slashes and percent-encoded.
func (t Text) URI() string {
	var b strings.Builder
	for i, part := range strings.Split(strings.TrimLeft(strings.ReplaceAll(t.raw, `\`, "/"), "/"), "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		for _, c := range []byte(part) {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
				b.WriteByte(c)
				continue
			}
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// visible replaces what a terminal, a reader's eye or a log would take for something else.
func visible(s string) string { return mapText(s, hostile) }

func mapText(s string, escape func(rune) bool) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || escape(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case escape(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// hostile says that a character has no ink of its own and may move, hide or reorder others: controls,
// format characters (bidirectional, zero-width, tags), line and paragraph separators, blank letters.
func hostile(r rune) bool {
	if r < utf8.RuneSelf {
		return r < 0x20 || r == 0x7f
	}
	switch r {
	case 0x115f, 0x1160, 0x3164, 0xffa0, 0x2800:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
