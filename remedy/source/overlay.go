package source

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// Overlay is a tree in which some files have other bytes.
func Overlay(tree fs.FS, changed map[string][]byte) fs.FS { return overlay{tree, changed} }

type overlay struct {
	fs.FS
	changed map[string][]byte
}

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	b, ok := o.changed[name]
	if !ok {
		return o.FS.Open(name)
	}
	return &open{Reader: bytes.NewReader(b), info: info{path.Base(name), int64(len(b))}}, nil
}

// Stat implements fs.StatFS.
func (o overlay) Stat(name string) (fs.FileInfo, error) {
	if b, ok := o.changed[name]; ok {
		return info{path.Base(name), int64(len(b))}, nil
	}
	return fs.Stat(o.FS, name)
}

// ReadDir implements fs.ReadDirFS: the names are those of the tree.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(o.FS, name) }

// Lstat implements fs.ReadLinkFS.
func (o overlay) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(o.FS, name) }

// ReadLink implements fs.ReadLinkFS.
func (o overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

// open is a changed file that is being read.
type open struct {
	*bytes.Reader
	info info
}

func (f *open) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *open) Close() error               { return nil }

type info struct {
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o644 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
