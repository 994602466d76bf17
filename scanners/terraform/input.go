package terraform

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Kind is what a file is, as far as its name and its first bytes tell.
type Kind int

// The kinds of input.
const (
	Unknown   Kind = iota
	HCLFile        // .tf, .tf.json, .tofu, .tofu.json: read its folder with New
	Plan           // terraform show -json PLANFILE: read it with NewPlan
	State          // terraform.tfstate, or terraform show -json without a plan: read it with NewState
	SavedPlan      // terraform plan -out=FILE: Terraform's own format, to be turned into JSON first
	OtherJSON      // JSON that is none of these
)

// String gives the kind in words.
func (k Kind) String() string {
	return [...]string{"unknown", "Terraform code", "plan JSON", "state", "saved plan", "other JSON"}[k]
}

const (
	// maxInput bounds what one plan or state may decompress to; 20,000 resources are about 100 MB.
	maxInput = 1 << 30
	// headSize is how many bytes Detect needs at most, and decompresses at most.
	headSize = 64 << 10
)

var hclSuffixes = []string{".tf", ".tf.json", ".tofu", ".tofu.json"}

// Detect says what a file is by its name and its first bytes (64 KiB are enough; fewer do mostly). gzip,
// UTF-16 and byte order marks are seen through.
func Detect(name string, head []byte) Kind {
	base := strings.TrimSuffix(strings.ToLower(name), ".gz")
	for _, s := range hclSuffixes {
		if strings.HasSuffix(base, s) {
			return HCLFile
		}
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return SavedPlan
	}
	text, err := decode(bytes.NewReader(head))
	if err != nil {
		return Unknown
	}
	first, _ := io.ReadAll(io.LimitReader(text, headSize)) // a head may end anywhere
	first = bytes.TrimLeft(first, " \t\r\n")
	if len(first) == 0 || first[0] != '{' && first[0] != '[' {
		return Unknown
	}
	return kindOfKeys(topKeys(bytes.NewReader(first)))
}

// topKeys lists the fields of the outermost object, as far as the text goes.
func topKeys(r io.Reader) []string {
	j := newJSONReader(r)
	if j.peek() != '{' {
		return nil
	}
	var keys []string
	for key := range j.fields() {
		keys = append(keys, key)
		j.skip()
	}
	return keys
}

func kindOfKeys(keys []string) Kind {
	has := func(any ...string) bool {
		return slices.ContainsFunc(any, func(k string) bool { return slices.Contains(keys, k) })
	}
	switch {
	case has("planned_values", "resource_changes", "prior_state", "output_changes"):
		return Plan
	case has("format_version") && has("values"):
		return State
	case has("format_version") && has("terraform_version", "variables", "configuration"):
		return Plan
	case has("version") && has("lineage", "serial", "terraform_version", "modules"):
		return State
	}
	return OtherJSON
}

// foreign is the mistake of a JSON file of another tool.
func foreign(name string, keys []string) error {
	slices.Sort(keys)
	saw := strings.Join(keys[:min(len(keys), 6)], ", ")
	if len(keys) > 6 {
		saw += ", ..."
	}
	if saw == "" {
		saw = "none"
	}
	return fmt.Errorf("%s: this is JSON but neither a Terraform plan (terraform show -json) nor a state; its fields are: %s", name, saw)
}

// decode gives the text of an input as UTF-8 without byte order mark: it undoes gzip and UTF-16. The
// reader fails when more than maxInput bytes come out of it.
func decode(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("reading gzip: %w", err)
		}
		b = bufio.NewReader(z)
		if head, err = b.Peek(4); err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("reading gzip: %w", err)
		}
	}
	return &limited{r: unicodeReader(b, head), left: maxInput}, nil
}

func unicodeReader(b *bufio.Reader, head []byte) io.Reader {
	low := func(i int) bool { return len(head) > i && head[i] == 0 }
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		b.Discard(3) // it was peeked at, so it is there
		return b
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		b.Discard(2)
		return &utf16Reader{b: b}
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		b.Discard(2)
		return &utf16Reader{b: b, big: true}
	case low(1) && !low(0):
		return &utf16Reader{b: b}
	case low(0) && !low(1):
		return &utf16Reader{b: b, big: true}
	}
	return b
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	b    *bufio.Reader
	big  bool
	left []byte // what did not fit into the last read
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	n := copy(p, u.left)
	u.left = u.left[n:]
	for n < len(p) {
		r, err := u.rune()
		if err != nil {
			if n > 0 && err == io.EOF {
				return n, nil
			}
			return n, err
		}
		text := utf8.AppendRune(nil, r)
		k := copy(p[n:], text)
		n += k
		u.left = append(u.left, text[k:]...)
	}
	return n, nil
}

func (u *utf16Reader) rune() (rune, error) {
	r, err := u.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	second, err := u.unit()
	if err == io.EOF {
		return utf8.RuneError, nil
	}
	if whole := utf16.DecodeRune(r, second); whole != utf8.RuneError {
		return whole, err
	}
	return utf8.RuneError, err
}

func (u *utf16Reader) unit() (rune, error) {
	a, err := u.b.ReadByte()
	if err != nil {
		return 0, err
	}
	b, err := u.b.ReadByte()
	if err != nil {
		return 0, err
	}
	if u.big {
		return rune(a)<<8 | rune(b), nil
	}
	return rune(b)<<8 | rune(a), nil
}

type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("the input is larger than %d MiB", maxInput>>20)
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}
