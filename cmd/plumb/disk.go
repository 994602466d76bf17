package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

var errNotRegular = errors.New("neither a regular file nor a folder")

// disk is a folder on disk that nothing leads out of. It opens regular files and folders alone: a named pipe would be
// waited for, and a device may have no end.
type disk struct{ inside fs.FS }

func openDisk(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return disk{root.FS()}, nil
}

// Open implements fs.FS.
func (d disk) Open(name string) (fs.File, error) {
	info, err := fs.Stat(d.inside, name)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: errNotRegular}
	}
	if err != nil {
		return nil, err
	}
	return d.inside.Open(name)
}

// ReadDir implements fs.ReadDirFS.
func (d disk) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.inside, name) }

// Stat implements fs.StatFS.
func (d disk) Stat(name string) (fs.FileInfo, error) { return fs.Stat(d.inside, name) }

// Lstat implements fs.ReadLinkFS.
func (d disk) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(d.inside, name) }

// ReadLink implements fs.ReadLinkFS.
func (d disk) ReadLink(name string) (string, error) { return fs.ReadLink(d.inside, name) }

// maxConfig is the size of the largest plumb.yaml that is read: people write some kilobytes.
const maxConfig = 1 << 20

// readSmall reads a file of settings.
func readSmall(file io.ReadCloser) ([]byte, error) {
	defer file.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxConfig+1))
	if err == nil && len(text) > maxConfig {
		err = fmt.Errorf("larger than %d MiB", maxConfig>>20)
	}
	return text, err
}
