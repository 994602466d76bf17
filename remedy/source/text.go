package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/plumbline-dev/plumbline/remedy"
)

// text is a file that is being edited: the bytes before, and the pieces that it consists of by now.
type text struct {
	was    []byte
	pieces []piece
}

// piece is a part of the bytes before, or of what was put in (fresh is not nil).
type piece struct {
	start, end int
	fresh      []byte
}

func (p piece) size() int {
	if p.fresh != nil {
		return len(p.fresh)
	}
	return p.end - p.start
}

func newText(was []byte) *text { return &text{was: was, pieces: []piece{{end: len(was)}}} }

// now gives the bytes as they are by now.
func (t *text) now() []byte {
	out := make([]byte, 0, len(t.was))
	for _, p := range t.pieces {
		if p.fresh != nil {
			out = append(out, p.fresh...)
		} else {
			out = append(out, t.was[p.start:p.end]...)
		}
	}
	return out
}

// splice replaces the bytes [start, end) of what is there by now.
func (t *text) splice(s splice) {
	var out []piece
	at, placed := 0, false
	place := func() {
		if !placed && s.with != "" {
			out = append(out, piece{fresh: []byte(s.with)})
		}
		placed = true
	}
	for _, p := range t.pieces {
		size := p.size()
		if left := s.start - at; left >= size {
			out = append(out, p)
		} else {
			if left > 0 {
				out = append(out, p.cut(0, left))
			}
			place()
			if over := s.end - at; over < size {
				out = append(out, p.cut(max(over, left, 0), size))
			}
		}
		at += size
	}
	place()
	t.pieces = out
}

func (p piece) cut(from, to int) piece {
	if p.fresh != nil {
		return piece{fresh: p.fresh[from:to:to]}
	}
	return piece{start: p.start + from, end: p.start + to}
}

// splices gives the difference to the bytes before.
func (t *text) splices() []remedy.Splice {
	var out []remedy.Splice
	at := 0
	var fresh []byte
	flush := func(end int) {
		if end > at || len(fresh) > 0 {
			if before := string(t.was[at:end]); before != string(fresh) {
				out = append(out, remedy.Splice{Start: at, End: end, Old: before, New: string(fresh)})
			}
		}
		fresh = nil
	}
	for _, p := range t.pieces {
		if p.fresh != nil {
			fresh = append(fresh, p.fresh...)
			continue
		}
		if p.start == p.end {
			continue
		}
		flush(p.start)
		at = p.end
	}
	flush(len(t.was))
	return out
}

// splice is one replacement.
type splice struct {
	start, end int
	with       string
}

// patched carries out splices, which are by rising offset and do not overlap.
func patched(was []byte, list []remedy.Splice) ([]byte, bool) {
	var b bytes.Buffer
	at := 0
	for _, s := range list {
		if s.Start < at || s.End < s.Start || s.End > len(was) || string(was[s.Start:s.End]) != s.Old {
			return nil, false
		}
		b.Write(was[at:s.Start])
		b.WriteString(s.New)
		at = s.End
	}
	b.Write(was[at:])
	return b.Bytes(), true
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Edited gives the bytes that an edit leaves of a file; ok is false when it was made for other bytes.
func Edited(was []byte, e *remedy.Edit) (now []byte, ok bool) {
	if hashOf(was) != e.Before {
		return nil, false
	}
	now, ok = patched(was, e.Splices)
	return now, ok && hashOf(now) == e.After
}
