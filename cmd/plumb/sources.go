package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is the files that one folder source may read from: the repository that the folder lies in, or the
// folder itself. Nothing outside of it is ever opened.
type tree struct {
	fsys fs.FS
	top  string // of the tree, on disk; "" for a tree that is not on disk
	repo bool   // top is a git repository
}

// source is one thing to read.
type source struct {
	name   string // as typed
	kind   kind
	tree   tree
	dir    string                        // folder within the tree, with forward slashes
	file   string                        // of a single file: its name in dir
	open   func() (io.ReadCloser, error) // of a plan or state
	prefix string                        // before roots and files when there are several sources

	account, region string // of a live source: as typed; "" for the credentials at hand, and all regions
}

type kind int

const (
	folder kind = iota
	document
	live
	stored // a snapshot of accounts
)

// openSources finds out what the arguments are. Several sources make one graph.
func openSources(args []string, stdin io.Reader) ([]source, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	var out []source
	for _, arg := range args {
		s, err := openSource(arg, stdin)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	files := 0
	for _, s := range out {
		if !isLive(s) {
			files++
		}
	}
	if files > 1 {
		for i := range out {
			out[i].prefix = prefixOf(out[i])
		}
	}
	return out, nil
}

func prefixOf(s source) string {
	if s.kind == live || s.kind == stored {
		return ""
	}
	if s.kind == folder && s.tree.repo {
		return strings.TrimPrefix(s.dir, ".")
	}
	p := path.Clean(filepath.ToSlash(s.name))
	for strings.HasPrefix(p, "../") {
		p = p[3:]
	}
	return strings.Trim(p, "./")
}

func openSource(arg string, stdin io.Reader) (source, error) {
	switch {
	case arg == "-":
		return source{name: "-", kind: document, file: "stdin", open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }}, nil
	case arg == "aws" || strings.HasPrefix(arg, "aws:"):
		return openLive(arg)
	}
	info, err := os.Stat(arg)
	if err != nil {
		return source{}, &problem{where: arg, what: reason(err), hint: "name a folder, a file, or - to read a plan from a pipe"}
	}
	if info.IsDir() {
		return openFolder(arg)
	}
	if isConfiguration(arg) {
		s, err := openFolder(filepath.Dir(arg))
		s.name, s.file = arg, filepath.Base(arg)
		return s, err
	}
	if !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0 {
		return source{}, &problem{where: arg, what: "neither a folder nor a file", hint: "to read a pipe: plumb scan -"}
	}
	s := source{name: arg, kind: document, file: filepath.ToSlash(arg), open: func() (io.ReadCloser, error) { return os.Open(arg) }}
	if info.Mode().IsRegular() && isSnapshot(arg) {
		s.kind = stored
	}
	return s, nil
}

func openFolder(dir string) (source, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return source{}, &problem{where: dir, what: reason(err)}
	}
	top, repo := repositoryOf(abs)
	if !repo {
		top = abs
	}
	fsys, err := openDisk(top)
	if err != nil {
		return source{}, &problem{where: dir, what: reason(err)}
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil {
		return source{}, fmt.Errorf("placing %s in %s: %w", abs, top, err)
	}
	s := source{name: dir, kind: folder, tree: tree{fsys, top, repo}, dir: filepath.ToSlash(rel)}
	return s, nil
}

// repositoryOf finds the folder above dir (or dir) that has a .git.
func repositoryOf(dir string) (string, bool) {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			return d, true
		}
		if d == filepath.Dir(d) {
			return "", false
		}
	}
}

// endings are the names of Terraform and OpenTofu configuration.
var endings = []string{".tf", ".tofu", ".tf.json", ".tofu.json"}

func isConfiguration(name string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(name, e) })
}

// seen is what lies in a folder, for the message that says that nothing was found.
type seen struct {
	found  bool
	files  int
	byKind map[string]int
}

// errFound ends a walk.
var errFound = errors.New("found")

// look walks a folder until it meets a file of configuration, or has seen as many entries as most (0: all). Symbolic
// links to folders are not followed.
func look(fsys fs.FS, dir string, most int) (seen, error) {
	s := seen{byKind: map[string]int{}}
	entries := 0
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		entries++
		switch {
		case most > 0 && entries > most:
			return fs.SkipAll
		case err != nil && name == dir:
			return err
		case err != nil:
			return nil // an unreadable folder below is the scanner's gap
		case d.IsDir() && name != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.IsDir():
			return nil
		case isConfiguration(d.Name()):
			s.found = true
			return errFound
		}
		s.files++
		s.byKind[cmp.Or(path.Ext(d.Name()), d.Name())]++
		return nil
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	return s, err
}

// String is "14 files, none of these kinds (.go 11, .md 3)".
func (s seen) String() string {
	if s.files == 0 {
		return "no files"
	}
	exts := slices.SortedFunc(maps.Keys(s.byKind), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.byKind[b], s.byKind[a]), strings.Compare(a, b))
	})
	var parts []string
	for i, e := range exts {
		if i == 5 {
			parts = append(parts, "...")
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", e, s.byKind[e]))
	}
	noun := "files"
	if s.files == 1 {
		noun = "file"
	}
	return fmt.Sprintf("%d %s, none of these kinds (%s)", s.files, noun, strings.Join(parts, ", "))
}

const lookedFor = "Terraform and OpenTofu (" + ".tf, .tf.json, .tofu), plans and states as JSON"

func nothingFound(name string, s seen) error {
	return &problem{where: name, what: "no infrastructure definition found", looked: lookedFor, saw: s.String(),
		hint: "name the folder, or - to read a plan from a pipe: terraform show -json p | plumb scan -"}
}
