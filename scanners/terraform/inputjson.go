package terraform

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/plumbline-dev/plumbline/graph"
)

const (
	// maxJSONDepth bounds nesting. Terraform nests four levels for each level of modules and few
	// more for values; a thousand is far beyond any real plan and far below what exhausts a stack.
	maxJSONDepth = 1000
	// maxJSONString bounds one string. State allows templates and zip files as text; nothing is near this.
	maxJSONString = 64 << 20
	// internBelow is the length up to which equal strings share their memory: attribute names, types,
	// regions and the like occur once for each resource.
	internBelow = 40
	internMost  = 1 << 16
)

// jsonReader reads JSON from a stream, value by value, without holding the text. After the first
// mistake err is set and everything else gives nothing, so callers ask once, at the end.
type jsonReader struct {
	src    io.Reader
	buf    []byte // buf[pos:] is what was read from src and not yet used
	pos    int
	offset int64 // of buf[0] in the stream
	depth  int
	err    error
	texts  map[string]string
}

func newJSONReader(r io.Reader) *jsonReader {
	return &jsonReader{src: r, buf: make([]byte, 0, 64<<10), texts: map[string]string{}}
}

// errCutOff is the mistake of a text that ends too early.
var errCutOff = errors.New("the JSON ends in the middle; the file is not complete")

func (j *jsonReader) fail(format string, args ...any) {
	if j.err == nil {
		j.err = fmt.Errorf("byte %d: %s", j.offset+int64(j.pos), fmt.Sprintf(format, args...))
	}
}

// fill reads more behind what is there. It gives false at the end of the stream.
func (j *jsonReader) fill() bool {
	if j.err != nil {
		return false
	}
	if j.pos > 0 {
		j.offset += int64(j.pos)
		j.buf = j.buf[:copy(j.buf, j.buf[j.pos:])]
		j.pos = 0
	}
	if len(j.buf) == cap(j.buf) {
		if len(j.buf) > maxJSONString {
			j.fail("a text is longer than %d MiB", maxJSONString>>20)
			return false
		}
		j.buf = append(j.buf, 0)[:len(j.buf)]
	}
	for range 100 {
		n, err := j.src.Read(j.buf[len(j.buf):cap(j.buf)])
		j.buf = j.buf[:len(j.buf)+n]
		if n > 0 {
			return true
		}
		if err == io.EOF {
			return false
		}
		if err != nil {
			j.err = err
			return false
		}
	}
	j.err = io.ErrNoProgress
	return false
}

// peek gives the next byte that is not space, without taking it; 0 at the end or after a mistake.
func (j *jsonReader) peek() byte {
	for j.err == nil {
		for j.pos < len(j.buf) {
			switch c := j.buf[j.pos]; c {
			case ' ', '\t', '\r', '\n':
				j.pos++
			default:
				return c
			}
		}
		if !j.fill() {
			return 0
		}
	}
	return 0
}

// need is peek where something must follow.
func (j *jsonReader) need() byte {
	c := j.peek()
	if c == 0 && j.err == nil {
		if j.pos < len(j.buf) {
			j.fail("a zero byte")
		} else {
			j.err = errCutOff
		}
	}
	return c
}

// fields goes through the fields of an object; the loop's body takes each value. null has no fields.
func (j *jsonReader) fields() iter.Seq[string] {
	return func(yield func(string) bool) {
		if !j.enter('{', "an object") {
			return
		}
		for first := true; j.more('}', first); first = false {
			if j.need() != '"' {
				j.fail("a field name was expected")
				return
			}
			key := j.text()
			if j.need() != ':' {
				j.fail("a colon was expected")
				return
			}
			j.pos++
			if j.need(); j.err != nil || !yield(key) {
				return
			}
		}
	}
}

// elements goes through the elements of a list; the loop's body takes each value. null has none.
func (j *jsonReader) elements() iter.Seq[int] {
	return func(yield func(int) bool) {
		if !j.enter('[', "a list") {
			return
		}
		for i := 0; j.more(']', i == 0); i++ {
			if j.need(); j.err != nil || !yield(i) {
				return
			}
		}
	}
}

func (j *jsonReader) enter(open byte, what string) bool {
	switch c := j.need(); {
	case j.err != nil:
		return false
	case c == 'n':
		j.word("null")
		return false
	case c != open:
		j.fail("%s was expected", what)
		return false
	}
	j.pos++
	if j.depth++; j.depth > maxJSONDepth {
		j.fail("the JSON is nested more than %d deep", maxJSONDepth)
	}
	return j.err == nil
}

// more says whether another member follows, and takes the comma before it or the bracket that ends all.
func (j *jsonReader) more(end byte, first bool) bool {
	switch c := j.need(); {
	case j.err != nil:
		return false
	case c == end:
		j.pos++
		j.depth--
		return false
	case first:
		return true
	case c == ',':
		j.pos++
		if j.need() == end {
			j.fail("a comma before %q", end)
		}
		return j.err == nil
	}
	j.fail("a comma or %q was expected", end)
	return false
}

// value takes any value: nil, bool, int, float64, string, []any or map[string]any.
func (j *jsonReader) value() any {
	switch c := j.need(); {
	case j.err != nil:
		return nil
	case c == '{':
		m := map[string]any{}
		for key := range j.fields() {
			m[key] = j.value()
		}
		return m
	case c == '[':
		list := []any{}
		for range j.elements() {
			list = append(list, j.value())
		}
		return list
	case c == '"':
		return j.text()
	case c == 't':
		j.word("true")
		return true
	case c == 'f':
		j.word("false")
		return false
	case c == 'n':
		j.word("null")
		return nil
	}
	return j.number()
}

// string takes a value that should be a string; anything else is taken and gives "".
func (j *jsonReader) string() string {
	if j.need() != '"' {
		j.skip()
		return ""
	}
	return j.text()
}

// isTrue takes a value and says whether it is true.
func (j *jsonReader) isTrue() bool {
	if j.need() != 't' {
		j.skip()
		return false
	}
	j.word("true")
	return j.err == nil
}

// object takes a value that should be an object; anything else is taken and gives nil.
func (j *jsonReader) object() map[string]any {
	m, _ := j.value().(map[string]any)
	return m
}

// strings takes a value that should be a list of strings.
func (j *jsonReader) strings() []string {
	if j.need() != '[' {
		j.skip()
		return nil
	}
	var list []string
	for range j.elements() {
		list = append(list, j.string())
	}
	return list
}

// marks takes a tree whose leaves are true or false, and adds the path of every true leaf.
func (j *jsonReader) marks(path string, add func(path string)) {
	switch c := j.need(); {
	case j.err != nil:
	case c == '{':
		for key := range j.fields() {
			j.marks(graph.Child(path, key), add)
		}
	case c == '[':
		for i := range j.elements() {
			j.marks(path+"["+strconv.Itoa(i)+"]", add)
		}
	case c == 't':
		j.word("true")
		if j.err == nil && path != "" {
			add(path)
		}
	default:
		j.skip()
	}
}

func (j *jsonReader) word(w string) {
	for len(j.buf)-j.pos < len(w) {
		if !j.fill() {
			if j.err == nil {
				j.err = errCutOff
			}
			return
		}
	}
	if string(j.buf[j.pos:j.pos+len(w)]) != w {
		j.fail("%s was expected", w)
		return
	}
	j.pos += len(w)
}

// skip takes a value without building it. Inside it only brackets and quotes are looked at.
func (j *jsonReader) skip() {
	switch j.need() {
	case '{', '[':
		j.skipNested()
	case '"':
		if n, _, ok := j.quoted(); ok {
			j.pos += n + 1
		}
	case 0:
	default:
		j.value()
	}
}

func (j *jsonReader) skipNested() {
	for open := 0; ; {
		for j.pos >= len(j.buf) {
			if !j.fill() {
				if j.err == nil {
					j.err = errCutOff
				}
				return
			}
		}
		switch j.buf[j.pos] {
		case '"':
			n, _, ok := j.quoted()
			if !ok {
				return
			}
			j.pos += n
		case '{', '[':
			if open++; open+j.depth > maxJSONDepth {
				j.fail("the JSON is nested more than %d deep", maxJSONDepth)
				return
			}
		case '}', ']':
			open--
		}
		j.pos++
		if open == 0 {
			return
		}
	}
}

// end checks that nothing but space follows.
func (j *jsonReader) end() {
	if j.peek() != 0 || j.err == nil && j.pos < len(j.buf) {
		j.fail("more text follows the end of the JSON")
	}
}
