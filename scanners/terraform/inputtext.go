package terraform

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func (j *jsonReader) number() any {
	n := 0
	for {
		for n < len(j.buf)-j.pos && inNumber(j.buf[j.pos+n]) {
			n++
		}
		if j.pos+n < len(j.buf) || n > 400 || !j.fill() {
			break
		}
	}
	if j.err != nil {
		return nil
	}
	text := j.buf[j.pos : j.pos+n]
	if !isNumber(text) {
		j.fail("a value was expected")
		return nil
	}
	j.pos += n
	return jsonNumber(string(text))
}

func inNumber(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// isNumber says whether b is a number as JSON writes it.
func isNumber(b []byte) bool {
	b = skipOne(b, "-")
	whole := digits(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	b = b[whole:]
	if len(b) > 0 && b[0] == '.' {
		n := digits(b[1:])
		if n == 0 {
			return false
		}
		b = b[1+n:]
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = skipOne(b[1:], "+-")
		n := digits(b)
		return n > 0 && n == len(b)
	}
	return len(b) == 0
}

func skipOne(b []byte, any string) []byte {
	if len(b) > 0 && strings.IndexByte(any, b[0]) >= 0 {
		return b[1:]
	}
	return b
}

func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

// jsonNumber gives an int when the number is whole, else a float64.
func jsonNumber(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range gives an infinity, which is as far as a float goes
	if math.IsInf(f, 0) {
		return math.Copysign(math.MaxFloat64, f)
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int(f)
	}
	return f
}

// text takes a string whose opening quote is next.
func (j *jsonReader) text() string {
	n, escaped, ok := j.quoted()
	if !ok {
		return ""
	}
	raw := j.buf[j.pos+1 : j.pos+n]
	j.pos += n + 1
	if escaped {
		return j.unescape(raw)
	}
	if len(raw) <= internBelow {
		return j.intern(raw)
	}
	return validText(string(raw))
}

// quoted finds the closing quote, n bytes behind the opening one at j.pos.
func (j *jsonReader) quoted() (n int, escaped, ok bool) {
	for n = 1; ; n++ {
		for j.pos+n >= len(j.buf) {
			if !j.fill() {
				if j.err == nil {
					j.err = errCutOff
				}
				return 0, false, false
			}
		}
		switch c := j.buf[j.pos+n]; {
		case c == '"':
			return n, escaped, true
		case c == '\\':
			escaped = true
			n++
		case c < ' ':
			j.fail("a control character inside a string")
			return 0, false, false
		}
	}
}

func (j *jsonReader) intern(raw []byte) string {
	if s, ok := j.texts[string(raw)]; ok {
		return s
	}
	s := validText(string(raw))
	if len(j.texts) < internMost {
		j.texts[string(raw)] = s
	}
	return s
}

// validText replaces every byte that is no UTF-8 by U+FFFD.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (j *jsonReader) unescape(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		if c, ok := escapes[raw[i]]; ok {
			out = append(out, c)
			continue
		}
		r, n := unicodeEscape(raw[i:])
		if n == 0 {
			j.fail("a bad escape inside a string")
			return ""
		}
		out = utf8.AppendRune(out, r)
		i += n - 1
	}
	return validText(string(out))
}

// unicodeEscape reads what follows a backslash: uXXXX, or two of them that are one character.
func unicodeEscape(b []byte) (r rune, n int) {
	first, ok := hex4(b)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(first) {
		return first, 5
	}
	if len(b) > 6 && b[5] == '\\' {
		if second, ok := hex4(b[6:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r, 11
			}
		}
	}
	return utf8.RuneError, 5
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 5 || b[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[1:5]), 16, 16)
	return rune(n), err == nil
}
