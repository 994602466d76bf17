package source_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/source"
)

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func hand(t *testing.T, files map[string]string) (*source.Hand, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	h, err := source.NewHand(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h, dir
}

func TestAnEditIsMadeAndTakenBack(t *testing.T) {
	h, dir := hand(t, map[string]string{"main.tf": "a = 1\nb = 2\n"})
	edit := remedy.Action{Edit: &remedy.Edit{File: "main.tf", Before: sum("a = 1\nb = 2\n"), After: sum("a = 11\nb = 2\nc = 3\n"),
		Splices: []remedy.Splice{{Start: 4, End: 5, Old: "1", New: "11"}, {Start: 12, End: 12, New: "c = 3\n"}}}}
	look := func(want remedy.State) {
		t.Helper()
		if got, _, err := h.Look(t.Context(), edit, nil); err != nil || got != want {
			t.Fatalf("it looks %q, %v; wanted %q", got, err, want)
		}
	}
	look(remedy.NotDone)
	receipt, err := h.Do(t.Context(), edit, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	look(remedy.Done)
	if string(receipt.Original) != "a = 1\nb = 2\n" {
		t.Errorf("the receipt has %q", receipt.Original)
	}
	info, err := os.Stat(filepath.Join(dir, "main.tf"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if _, err := h.Do(t.Context(), edit, "", nil); err == nil || !strings.Contains(err.Error(), "changed since") {
		t.Errorf("a second time: %v", err)
	}
	back := remedy.Action{Edit: &remedy.Edit{File: "main.tf", Before: edit.Edit.After, After: edit.Edit.Before,
		Splices: []remedy.Splice{{Start: 4, End: 6, Old: "11", New: "1"}, {Start: 13, End: 19, Old: "c = 3\n"}}}}
	if _, err := h.Do(t.Context(), back, "", nil); err != nil {
		t.Fatal(err)
	}
	look(remedy.NotDone)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func TestAFileIsMadeAndRemoved(t *testing.T) {
	h, dir := hand(t, nil)
	edit := remedy.Action{Edit: &remedy.Edit{File: "new.tf", After: sum("x\n"), Splices: []remedy.Splice{{New: "x\n"}}}}
	back := remedy.Action{Edit: &remedy.Edit{File: "new.tf", Before: sum("x\n"), Splices: []remedy.Splice{{End: 2, Old: "x\n"}}}}
	for _, a := range []remedy.Action{edit, back} {
		if _, err := h.Do(t.Context(), a, "", nil); err != nil {
			t.Fatal(err)
		}
		if got, _, err := h.Look(t.Context(), a, nil); err != nil || got != remedy.Done {
			t.Errorf("it looks %q, %v", got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new.tf")); err == nil {
		t.Error("the file is still there")
	}
}

func TestAHandRefusesWhatItDoesNotKnow(t *testing.T) {
	h, dir := hand(t, map[string]string{"main.tf": "other\n"})
	if err := os.Symlink("main.tf", filepath.Join(dir, "link.tf")); err != nil {
		t.Fatal(err)
	}
	edit := func(name, was, now string) remedy.Action {
		return remedy.Action{Edit: &remedy.Edit{File: name, Before: sum(was), After: sum(now), Splices: []remedy.Splice{{End: len(was), Old: was, New: now}}}}
	}
	for name, a := range map[string]remedy.Action{
		"another text":       edit("main.tf", "this\n", "that\n"),
		"a link":             edit("link.tf", "other\n", "that\n"),
		"outside":            edit("../main.tf", "other\n", "that\n"),
		"no such file":       edit("gone.tf", "other\n", "that\n"),
		"a hash that is off": {Edit: &remedy.Edit{File: "main.tf", Before: sum("other\n"), After: sum("x"), Splices: []remedy.Splice{{End: 6, Old: "other\n", New: "y"}}}},
		"no edit":            {Call: &remedy.Call{Op: "s3:PutObject"}},
	} {
		if _, err := h.Do(t.Context(), a, "", nil); err == nil {
			t.Errorf("%s: it was done", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "main.tf"))
	if err != nil || string(text) != "other\n" {
		t.Errorf("the file is %q, %v", text, err)
	}
	broken, err := h.Holds(t.Context(), []remedy.Condition{{Says: "a", File: "main.tf", SHA256: sum("other\n")}, {Says: "b", File: "main.tf", SHA256: sum("x")}, {Says: "c", File: "gone.tf"}}, nil)
	if err != nil || len(broken) != 1 || broken[0].Condition.Says != "b" {
		t.Errorf("broken are %v, %v", broken, err)
	}
}
