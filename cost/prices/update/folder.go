// Package update keeps a folder with a price catalogue that is newer than the built-in one: it fetches files of the public AWS
// price list, or takes files that were brought by hand, puts their prices over those that are there, and swaps the catalogue in
// one step.
//
//	folder := update.Folder("/home/me/.local/share/plumb/prices")
//	report, err := update.Run(ctx, folder, update.Options{Regions: []string{"eu-west-1"}, Now: time.Now()})
//	c, lock, err := folder.Open()
//
// The folder holds lock.json, the catalogue that it names, and downloads that are not finished. Whatever goes wrong, the lock still names a whole
// catalogue: the old one.
//
// Reads the public price list and writes the price folder; nothing else.
package update

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// Folder is the path of a price folder; it need not exist.
type Folder string

// Lock says what the catalogue of a folder is made of. It is the file lock.json.
type Lock struct {
	SchemaVersion int      `json:"schema_version"` // 1
	Catalogue     string   `json:"catalogue"`      // file name
	SHA256        string   `json:"sha256"`         // of that file
	AsOf          string   `json:"as_of"`          // date of the newest price
	Base          string   `json:"base"`           // date of the built-in catalogue that holds where no source does
	Sources       []Source `json:"sources"`        // by offer and region
}

// Source is one file of the price list whose prices are in the catalogue.
type Source struct {
	Offer     string    `json:"offer"`
	Region    string    `json:"region"`
	Version   string    `json:"version"`
	Published string    `json:"published"` // 2025-06-13
	From      string    `json:"from"`      // URL or file name
	SHA256    string    `json:"sha256"`    // of the file
	Bytes     int64     `json:"bytes"`
	Prices    int       `json:"prices"`
	At        time.Time `json:"at"` // when it was taken over
}

const lockName = "lock.json"

// Open gives the catalogue of the folder, checked against its lock. The error wraps fs.ErrNotExist when the folder has none; it wraps a
// *prices.Corrupt when the catalogue is not the one that the lock describes.
func (f Folder) Open() (*prices.Catalogue, Lock, error) {
	lock, err := f.lock()
	if err != nil {
		return nil, lock, err
	}
	path := filepath.Join(string(f), lock.Catalogue)
	file, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, lock, fmt.Errorf("%s: %w", path, &prices.Corrupt{Why: "the lock names it and it is gone"})
	}
	if err != nil {
		return nil, lock, fmt.Errorf("reading the price catalogue: %w", err)
	}
	if sum(file) != lock.SHA256 {
		return nil, lock, fmt.Errorf("%s: %w", path, &prices.Corrupt{Why: "it is not the file that the lock describes"})
	}
	c, err := prices.Read(string(file))
	if err != nil {
		return nil, lock, fmt.Errorf("%s: %w", path, err)
	}
	return c, lock, nil
}

func (f Folder) lock() (Lock, error) {
	path := filepath.Join(string(f), lockName)
	text, err := os.ReadFile(path)
	if err != nil {
		return Lock{}, fmt.Errorf("reading the price lock: %w", err)
	}
	var lock Lock
	if err := json.Unmarshal(text, &lock); err != nil {
		return Lock{}, fmt.Errorf("%s: %w", path, &prices.Corrupt{Why: err.Error()})
	}
	if lock.SchemaVersion != 1 || lock.Catalogue == "" || lock.Catalogue != filepath.Base(lock.Catalogue) {
		return Lock{}, fmt.Errorf("%s: %w", path, &prices.Corrupt{Why: "it is no price lock of this version"})
	}
	return lock, nil
}

func sum(file []byte) string {
	s := sha256.Sum256(file)
	return hex.EncodeToString(s[:])
}

// base gives what new prices are put over: the catalogue of the folder, or the built-in one when there is none.
func (f Folder) base() (*prices.Catalogue, Lock, error) {
	c, lock, err := f.Open()
	if errors.Is(err, fs.ErrNotExist) {
		c, err = prices.Builtin()
		if err != nil {
			return nil, lock, err
		}
		return c, Lock{SchemaVersion: 1, Base: c.AsOf()}, nil
	}
	return c, lock, err
}

// replace writes the catalogue under a name of its own, then the lock that names it: renaming the lock is the one step in which the new prices begin to hold.
func (f Folder) replace(file []byte, lock Lock) (Lock, error) {
	c, err := prices.Read(string(file))
	if err != nil {
		return lock, err
	}
	if err := c.Verify(); err != nil {
		return lock, err
	}
	old := lock.Catalogue
	lock.SchemaVersion, lock.SHA256, lock.AsOf = 1, sum(file), c.AsOf()
	lock.Catalogue = "catalogue-" + lock.SHA256[:16] + ".bin"
	slices.SortFunc(lock.Sources, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Offer, b.Offer), strings.Compare(a.Region, b.Region))
	})
	text, err := json.MarshalIndent(lock, "", "  ")
	if err != nil {
		return lock, fmt.Errorf("writing the price lock: %w", err)
	}
	if err := f.write(lock.Catalogue, file); err != nil {
		return lock, err
	}
	if err := f.write(lockName, append(text, '\n')); err != nil {
		return lock, err
	}
	if old != "" && old != lock.Catalogue {
		if err := os.Remove(filepath.Join(string(f), old)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return lock, fmt.Errorf("removing the old price catalogue: %w", err)
		}
	}
	return lock, nil
}

// write puts a file in place whole or not at all.
func (f Folder) write(name string, content []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing %s: %w", filepath.Join(string(f), name), err)
		}
	}()
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(string(f), name+".*.new")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // it is gone when the renaming succeeded
	if _, err := tmp.Write(content); err != nil {
		tmp.Close() // the first error counts
		return err
	}
	if err := tmp.Sync(); err != nil {
		tmp.Close() // the first error counts
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), filepath.Join(string(f), name))
}
