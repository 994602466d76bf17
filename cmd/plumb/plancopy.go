package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// copying copies a folder or a file.
type copying struct {
	ctx      context.Context
	from, to string
	skip     []string // names of folders that are left out
	bytes    int64
	files    int
}

func (c *copying) all() error {
	err := filepath.WalkDir(c.from, func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			err = c.ctx.Err()
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(c.from, name)
		if err != nil {
			return err
		}
		return c.one(name, filepath.Join(c.to, rel), d)
	})
	var why unasked
	if err != nil && !errors.As(err, &why) && c.ctx.Err() == nil {
		return unasked(fmt.Sprintf("copying %s: %s", c.from, reason(err)))
	}
	return err
}

func (c *copying) one(from, to string, d fs.DirEntry) error {
	switch {
	case d.IsDir() && from != c.from && slices.Contains(c.skip, d.Name()):
		return fs.SkipDir
	case d.IsDir():
		return os.MkdirAll(to, 0o700)
	case d.Type()&fs.ModeSymlink != 0:
		return c.link(from, to)
	case !d.Type().IsRegular():
		return nil
	}
	info, err := d.Info()
	if err != nil {
		return err
	}
	if c.files, c.bytes = c.files+1, c.bytes+info.Size(); c.files > mostFiles || c.bytes > mostCopied {
		return unasked(fmt.Sprintf("%s holds more than %d files or %d MiB, which is not copied", c.from, mostFiles, mostCopied>>20))
	}
	return copyFile(from, to, info.Mode().Perm())
}

// link makes a link to the same place: into the copy where the place is in it.
func (c *copying) link(from, to string) error {
	target, err := os.Readlink(from)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(target) {
		rel, err := filepath.Rel(c.from, filepath.Join(filepath.Dir(from), target))
		if err != nil || !filepath.IsLocal(rel) {
			target = filepath.Join(filepath.Dir(from), target)
		}
	}
	return os.Symlink(target, to)
}

func copyFile(from, to string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() // it was only read
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
