package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/plumbline-dev/plumbline/remedy"
)

// Hand carries out the edits of one folder, and nothing outside of it.
type Hand struct{ dir string }

// NewHand gives the hand for the files below dir.
func NewHand(dir string) *Hand { return &Hand{dir} }

// Holds implements remedy.Hand: it compares the SHA-256 of files.
func (h *Hand) Holds(_ context.Context, cs []remedy.Condition, _ remedy.Bound) ([]remedy.Broken, error) {
	root, err := os.OpenRoot(h.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close() // it was only read
	var broken []remedy.Broken
	for _, c := range cs {
		if c.File == "" {
			return nil, fmt.Errorf("%q is no condition on a file", c.Says)
		}
		data, err := root.ReadFile(filepath.FromSlash(c.File))
		got := any(sum(data))
		if errors.Is(err, fs.ErrNotExist) {
			got = ""
		} else if err != nil {
			return nil, err
		}
		if got != c.SHA256 {
			broken = append(broken, remedy.Broken{Condition: c, Got: got})
		}
	}
	return broken, nil
}

// sum is the SHA-256 of a file's bytes, in hexadecimal.
func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// Look implements remedy.Hand, which does not ask it about edits.
func (h *Hand) Look(context.Context, remedy.Action, remedy.Bound) (remedy.State, remedy.Bound, error) {
	return "", nil, errors.New("a folder has no calls to look at")
}

// Do implements remedy.Hand: it puts the bytes after the edit in the place of those before, in one step of the file system, so that
// whoever reads the file finds the one or the other. The file's mode stays. An edit whose Before is "" makes the file, one whose
// After is "" takes it away.
func (h *Hand) Do(_ context.Context, a remedy.Action, _ string, _ remedy.Bound) (remedy.Receipt, error) {
	if a.Edit == nil {
		return remedy.Receipt{}, errors.New("the action has no edit: it is none of a folder")
	}
	root, err := os.OpenRoot(h.dir)
	if err != nil {
		return remedy.Receipt{}, err
	}
	err = carryOut(root, *a.Edit)
	return remedy.Receipt{}, errors.Join(err, root.Close())
}

func carryOut(root *os.Root, e remedy.Edit) error {
	name := filepath.FromSlash(e.File)
	before, mode, err := current(root, name)
	if err != nil {
		return err
	}
	if got := before; (got == nil) != (e.Before == "") || got != nil && sum(got) != e.Before {
		return fmt.Errorf("%s is not as the plan saw it", e.File)
	}
	after, err := e.Apply(before)
	if err != nil {
		return err
	}
	if e.After == "" {
		if err := root.Remove(name); err != nil {
			return err
		}
		return syncFolder(root, filepath.Dir(name))
	}
	return replace(root, name, after, mode)
}

// current gives a file's bytes and mode; no bytes when there is none.
func current(root *os.Root, name string) ([]byte, fs.FileMode, error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0o644, nil
	case err != nil:
		return nil, 0, err
	case !info.Mode().IsRegular():
		return nil, 0, fmt.Errorf("%s is not a regular file: edit what it leads to", filepath.ToSlash(name))
	}
	data, err := root.ReadFile(name)
	if data == nil && err == nil {
		data = []byte{}
	}
	return data, info.Mode().Perm(), err
}

// replace writes the bytes beside the file, on disk, and gives them its name.
func replace(root *os.Root, name string, data []byte, mode fs.FileMode) error {
	beside := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".plumb-new")
	if err := root.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a run that was killed
		return err
	}
	f, err := root.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode) // whatever the umask says
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = root.Rename(beside, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(beside))
	}
	return syncFolder(root, filepath.Dir(name))
}

func syncFolder(root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
