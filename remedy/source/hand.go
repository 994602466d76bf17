package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/plumbline-dev/plumbline/remedy"
)

// Hand edits the files below one folder; nothing leads out of it.
type Hand struct{ root *os.Root }

// NewHand opens the folder that a plan's source names as its Path. Close it in the end.
func NewHand(dir string) (*Hand, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the folder of the plan: %w", err)
	}
	return &Hand{root}, nil
}

// Close implements io.Closer.
func (h *Hand) Close() error { return h.root.Close() }

// Holds implements remedy.Hand: it compares the hashes of files.
func (h *Hand) Holds(_ context.Context, cs []remedy.Condition, _ remedy.Bound) ([]remedy.Broken, error) {
	var broken []remedy.Broken
	for _, c := range cs {
		if c.File == "" {
			return nil, fmt.Errorf("%q is no condition of a file", c.Says)
		}
		got, err := h.hash(c.File)
		if err != nil {
			return nil, err
		}
		if got != c.SHA256 {
			broken = append(broken, remedy.Broken{Condition: c, Got: saidOf(got)})
		}
	}
	return broken, nil
}

func saidOf(hash string) string {
	if hash == "" {
		return "there is no such file"
	}
	return "the file was changed"
}

// hash is the SHA-256 of a file, "" when there is none.
func (h *Hand) hash(name string) (string, error) {
	b, err := h.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return hashOf(b), nil
}

func (h *Hand) read(name string) ([]byte, error) {
	info, err := h.root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	f, err := h.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	defer f.Close() // it was only read
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return b, nil
}

// Do implements remedy.Hand: it makes the edit in one step that is there or not after a crash. The receipt has the bytes before.
func (h *Hand) Do(_ context.Context, a remedy.Action, _ string, _ remedy.Bound) (remedy.Receipt, error) {
	if a.Edit == nil {
		return remedy.Receipt{}, errors.New("this is no edit of a file")
	}
	e := a.Edit
	var was []byte
	if e.Before != "" {
		var err error
		if was, err = h.read(e.File); err != nil {
			return remedy.Receipt{}, err
		}
		if hashOf(was) != e.Before {
			return remedy.Receipt{}, fmt.Errorf("%s was changed since the plan was made: make the plan again", e.File)
		}
	} else if _, err := h.root.Lstat(e.File); err == nil {
		return remedy.Receipt{}, fmt.Errorf("%s exists already: make the plan again", e.File)
	}
	now, ok := patched(was, e.Splices)
	if !ok || e.After != "" && hashOf(now) != e.After {
		return remedy.Receipt{}, fmt.Errorf("the edit does not fit %s", e.File)
	}
	receipt := remedy.Receipt{Original: was}
	if e.After == "" {
		if err := h.root.Remove(e.File); err != nil {
			return remedy.Receipt{}, fmt.Errorf("removing %s: %w", e.File, err)
		}
		return receipt, h.sync(path.Dir(e.File))
	}
	return receipt, h.put(e.File, now)
}

// put writes a file beside its name and renames it, with the mode that it had.
func (h *Hand) put(name string, b []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := h.root.Lstat(name); err == nil {
		mode = info.Mode().Perm()
	}
	temporary := path.Join(path.Dir(name), ".plumb-"+hashOf(b)[:16]+".tmp")
	if err := h.write(temporary, b, mode); err != nil {
		_ = h.root.Remove(temporary) // the error of writing it is what matters
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err := h.root.Rename(temporary, name); err != nil {
		_ = h.root.Remove(temporary) // as above
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return h.sync(path.Dir(name))
}

func (h *Hand) write(name string, b []byte, mode fs.FileMode) error {
	f, err := h.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(mode) // whatever the umask
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// sync makes a rename last.
func (h *Hand) sync(dir string) error {
	d, err := h.root.Open(dir)
	if err != nil {
		return fmt.Errorf("opening %s: %w", dir, err)
	}
	_ = d.Sync() // some file systems know no sync of folders
	return d.Close()
}

// Look implements remedy.Hand: an edit is done or not by the hash of its file.
func (h *Hand) Look(_ context.Context, a remedy.Action, _ remedy.Bound) (remedy.State, remedy.Bound, error) {
	if a.Edit == nil {
		return "", nil, errors.New("this is no edit of a file")
	}
	got, err := h.hash(a.Edit.File)
	switch {
	case err != nil:
		return "", nil, err
	case got == a.Edit.After:
		return remedy.Done, nil, nil
	case got == a.Edit.Before:
		return remedy.NotDone, nil, nil
	}
	return "", nil, fmt.Errorf("%s is neither as it was before the edit nor as the edit leaves it", a.Edit.File)
}
