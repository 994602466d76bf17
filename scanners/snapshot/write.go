package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Write writes a snapshot. digest is the SHA-256 of its manifest, in hex. The same snapshot gives the same bytes.
func Write(w io.Writer, s *Snapshot) (digest string, err error) {
	list, err := sections(&s.Found)
	if err != nil {
		return "", err
	}
	m := manifest{Plumb: kind, Version: Version, Tool: s.Tool, Taken: s.Taken.UTC().Truncate(time.Second), Accounts: s.Accounts}
	frames := make([][]byte, len(list))
	for i, sec := range list {
		var p part
		if p, frames[i], err = frame(sec); err != nil {
			return "", fmt.Errorf("part %s: %w", sec.name, err)
		}
		m.Parts = append(m.Parts, p)
	}
	head, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("the manifest: %w", err)
	}
	digest = sum(head)
	first, err := compress([]byte(string(head) + "\n" + digest + "\n"))
	if err != nil {
		return "", fmt.Errorf("the manifest: %w", err)
	}
	for _, f := range append([][]byte{first}, frames...) {
		if _, err := w.Write(f); err != nil {
			return "", err
		}
	}
	return digest, nil
}

// frame encodes and compresses a part. Each is a frame of its own, so that only compressed text is kept.
func frame(sec section) (part, []byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	for _, v := range sec.values {
		if err := e.Encode(v); err != nil {
			return part{}, nil, err
		}
	}
	packed, err := compress(text.Bytes())
	return part{Name: sec.name, Values: len(sec.values), Bytes: int64(text.Len()), SHA256: sum(text.Bytes())}, packed, err
}

func compress(text []byte) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true))
	if err != nil {
		return nil, err
	}
	out := z.EncodeAll(text, nil)
	return out, z.Close()
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}
