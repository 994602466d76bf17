package snapshot

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// Limits on files of strangers, in bytes: a manifest of ten thousand parts has 2 MiB, a resource with a large policy 100 KiB, a
// hundred thousand resources 200 MiB.
const (
	manifestLimit = 16 << 20
	valueLimit    = 16 << 20
	windowLimit   = 64 << 20
	totalLimit    = 8 << 30
)

// magic is how a file of Zstandard begins. Source: RFC 8878, section 3.1.1.
var magic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// Is says whether a file that begins with head may be a snapshot.
func Is(head []byte) bool { return bytes.HasPrefix(head, magic) }

// Broken says which part of a snapshot cannot be used. Nothing of such a file is to be judged.
type Broken struct {
	Part string // as in the manifest; "manifest"
	Why  string // lower case, no period
}

// Error implements error.
func (b *Broken) Error() string { return fmt.Sprintf("part %s: %s", b.Part, b.Why) }

// Read reads a snapshot whole. Of a file that was cut off or changed it gives a *Broken, and nothing else.
func Read(r io.Reader) (*Snapshot, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowLimit))
	if err != nil {
		return nil, &Broken{"manifest", "it is no snapshot: " + err.Error()}
	}
	defer z.Close()
	in := bufio.NewReader(z)
	m, digest, err := readManifest(in)
	if err != nil {
		return nil, err
	}
	total := int64(0)
	for _, p := range m.Parts {
		if total += p.Bytes; p.Bytes < 0 || total > totalLimit {
			return nil, &Broken{"manifest", fmt.Sprintf("part %s is too large: %d bytes", p.Name, p.Bytes)}
		}
	}
	s := &Snapshot{Tool: m.Tool, Taken: m.Taken, Accounts: m.Accounts, Digest: digest}
	for _, p := range m.Parts {
		if err := readPart(in, p, &s.Found); err != nil {
			return nil, err
		}
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, &Broken{"manifest", "there is more in the file than it lists"}
	}
	inOrder(s.Found.Resources)
	return s, nil
}

func readManifest(in *bufio.Reader) (*manifest, string, error) {
	broken := func(format string, args ...any) (*manifest, string, error) {
		return nil, "", &Broken{"manifest", fmt.Sprintf(format, args...)}
	}
	head, err := readLine(in, manifestLimit)
	if err != nil {
		return broken("%s", why(err))
	}
	line, err := readLine(in, 2*sha256.Size+1)
	if err != nil {
		return broken("%s", why(err))
	}
	digest := sum(head)
	m := &manifest{}
	decoder := json.NewDecoder(bytes.NewReader(head))
	if err := decoder.Decode(m); err != nil || m.Plumb != kind {
		return broken("it is no snapshot of plumb")
	}
	switch {
	case m.Version != Version:
		return broken("it has format %d, this plumb reads format %d", m.Version, Version)
	case string(line) != digest:
		return broken("it was changed: its SHA-256 is %s, not %s", digest, strings.TrimSpace(string(line)))
	}
	return m, digest, nil
}

// readLine reads a line without its end.
func readLine(in *bufio.Reader, limit int) ([]byte, error) {
	var out []byte
	for {
		piece, err := in.ReadSlice('\n')
		out = append(out, piece...)
		switch {
		case len(out) > limit:
			return nil, fmt.Errorf("a line is longer than %d bytes", limit)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, err
		}
		return out[:len(out)-1], nil
	}
}

// readPart reads the values of a part, and then sees whether they were what the manifest says.
func readPart(in *bufio.Reader, p part, into *scanners.Found) error {
	hash := sha256.New()
	limited := &io.LimitedReader{R: in, N: p.Bytes}
	text := bufio.NewReader(io.TeeReader(limited, hash))
	count := 0
	var bad error
	for bad == nil {
		line, err := readLine(text, valueLimit)
		if errors.Is(err, io.EOF) && len(line) == 0 && limited.N == 0 {
			break
		}
		if err != nil {
			return &Broken{p.Name, why(err)}
		}
		count++
		bad = take(p.Name, line, into)
	}
	if _, err := io.Copy(io.Discard, text); err != nil {
		return &Broken{p.Name, why(err)}
	}
	got := hex.EncodeToString(hash.Sum(nil))
	switch {
	case limited.N > 0:
		return &Broken{p.Name, why(io.ErrUnexpectedEOF)}
	case got != p.SHA256:
		return &Broken{p.Name, fmt.Sprintf("it was changed: its SHA-256 is %s, not %s as the manifest says", got, p.SHA256)}
	case bad != nil:
		return &Broken{p.Name, bad.Error()}
	case count != p.Values:
		return &Broken{p.Name, fmt.Sprintf("it has %d values, not %d as the manifest says", count, p.Values)}
	}
	return nil
}

// take adds one value of a part to what was found.
func take(name string, line []byte, into *scanners.Found) error {
	switch {
	case strings.HasPrefix(name, resourcesIn):
		r := &graph.Resource{}
		if err := json.Unmarshal(line, r); err != nil {
			return err
		}
		into.Resources = append(into.Resources, r)
	case name == gapsPart:
		into.Gaps = append(into.Gaps, scanners.Gap{})
		return json.Unmarshal(line, &into.Gaps[len(into.Gaps)-1])
	case name == rootsPart:
		into.Roots = append(into.Roots, scanners.Root{})
		return json.Unmarshal(line, &into.Roots[len(into.Roots)-1])
	default:
		return fmt.Errorf("this plumb does not know such a part")
	}
	return nil
}

// why says in words how reading failed.
func why(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the file ends in it: it was cut off"
	case errors.Is(err, zstd.ErrMagicMismatch):
		return "it is not Zstandard: the file was changed, or is no snapshot"
	case errors.Is(err, zstd.ErrCRCMismatch):
		return "it was changed: its checksum is wrong"
	}
	return "it cannot be read: " + err.Error()
}
