package remedy_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/remedy"
)

// A plan file comes from anywhere: whatever is read as one is written back as the same bytes, apart from spaces and the order of keys.
func FuzzOpen(f *testing.F) {
	whole, err := remedy.Encode(twelve(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"schema_version":1,"steps":[{"n":1}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := remedy.Open(text, time.Time{}, "")
		if err != nil && p == nil {
			return
		}
		once, err := remedy.Encode(p)
		if err != nil {
			t.Fatalf("a plan that was read cannot be written: %v", err)
		}
		q, _ := remedy.Open(once, time.Time{}, "")
		if q == nil {
			t.Fatal("a plan that was written cannot be read")
		}
		if twice, err := remedy.Encode(q); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("written twice it differs: %v", err)
		}
	})
}

// Whatever lies in a journal, loading it ends with a run or an error.
func FuzzJournal(f *testing.F) {
	plan, err := remedy.Encode(twelve(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"at":"2026-11-20T12:00:00Z","event":"start","header":{"run":1},"sum":"00"}` + "\n"))
	f.Add([]byte("{}\n{}"))
	dir := filepath.Join(f.TempDir(), "1")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		f.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plan.json"), plan, 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, "journal.jsonl"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := remedy.Store{Dir: filepath.Dir(dir)}.Load(1)
		if err != nil {
			return
		}
		if r.Result() == remedy.Complete && len(r.Events) < 12 {
			t.Errorf("%d events make a complete run of twelve steps", len(r.Events))
		}
	})
}
