package functions

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// maxVisited bounds the folders and files that one fileset call looks at.
const maxVisited = 200_000

// maxAlternatives bounds what the braces of one pattern expand to.
const maxAlternatives = 1024

func (o Options) filesetFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}, {Name: "pattern", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Set(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			files, err := o.fileset(args[0].AsString(), args[1].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			if len(files) == 0 {
				return cty.SetValEmpty(cty.String), nil
			}
			vals := make([]cty.Value, len(files))
			for i, f := range files {
				vals[i] = cty.StringVal(f)
			}
			return cty.SetVal(vals), nil
		},
		RefineResult: neverNull,
	})
}

// fileset lists the regular files below a folder that match a pattern, relative to the folder.
// The pattern knows *, ?, [class], {a,b} and ** for any number of folders.
func (o Options) fileset(dir, pattern string) ([]string, error) {
	base, err := o.inside(dir)
	if err != nil {
		return nil, err
	}
	full, err := o.inside(path.Join(dir, pattern))
	if err != nil {
		return nil, err
	}
	w := &walk{fsys: o.FS, found: map[string]bool{}}
	if err := w.match(".", strings.Split(full, "/")); err != nil {
		return nil, err
	}
	files := make([]string, 0, len(w.found))
	for f := range w.found {
		files = append(files, relative(base, f))
	}
	slices.Sort(files)
	return files, nil
}

// relative gives the way from a folder to a file, both within the same file system.
func relative(base, file string) string {
	if base == "." {
		return file
	}
	from, to := strings.Split(base, "/"), strings.Split(file, "/")
	for len(from) > 0 && len(to) > 1 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	return strings.Repeat("../", len(from)) + strings.Join(to, "/")
}

// alternatives expands the braces of one part of a pattern. Braces do not nest: the first that closes
// ends the list, whatever was opened within.
func alternatives(part string) ([]string, error) {
	open := indexUnescaped(part, '{')
	if open < 0 {
		if _, err := path.Match(part, ""); err != nil {
			return nil, function.NewArgErrorf(1, "%q is not a pattern", part)
		}
		return []string{part}, nil
	}
	end := indexUnescaped(part[open:], '}') + open
	if end < open {
		return nil, function.NewArgErrorf(1, "%q is not a pattern: a brace is not closed", part)
	}
	var out []string
	for _, choice := range strings.Split(part[open+1:end], ",") {
		more, err := alternatives(part[:open] + choice + part[end+1:])
		if err != nil {
			return nil, err
		}
		if out = append(out, more...); len(out) > maxAlternatives {
			return nil, declinedf("a pattern with more than %d alternatives is not expanded", maxAlternatives)
		}
	}
	return out, nil
}

func indexUnescaped(s string, want byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case want:
			return i
		}
	}
	return -1
}

type walk struct {
	fsys    fs.FS
	found   map[string]bool
	visited int
}

// match collects the regular files below dir that the remaining parts of a pattern lead to.
func (w *walk) match(dir string, parts []string) error {
	if len(parts) == 0 {
		return nil
	}
	if !strings.ContainsAny(parts[0], `*?[{\`) {
		return w.step(path.Join(dir, parts[0]), parts)
	}
	entries, err := fs.ReadDir(w.fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return notRead(dir, err)
	}
	if parts[0] == "**" {
		return w.deep(dir, entries, parts)
	}
	choices, err := alternatives(parts[0])
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := w.count(); err != nil {
			return err
		}
		if !matchesAny(choices, e.Name()) {
			continue
		}
		if err := w.step(path.Join(dir, e.Name()), parts); err != nil {
			return err
		}
	}
	return nil
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, name)
		return ok && err == nil
	})
}

// deep matches a part `**`: no folder, or one folder and the same again. Links to folders are not followed.
func (w *walk) deep(dir string, entries []fs.DirEntry, parts []string) error {
	rest := parts[1:]
	if len(rest) == 0 {
		rest = []string{"*"}
	}
	if err := w.match(dir, rest); err != nil {
		return err
	}
	for _, e := range entries {
		if err := w.count(); err != nil {
			return err
		}
		if !e.IsDir() {
			continue
		}
		if err := w.match(path.Join(dir, e.Name()), parts); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) step(name string, parts []string) error {
	info, err := fs.Stat(w.fsys, name)
	switch {
	case err != nil:
		return nil // a link that leads nowhere matches nothing
	case info.IsDir():
		return w.match(name, parts[1:])
	case len(parts) == 1 && info.Mode().IsRegular():
		w.found[name] = true
	}
	return nil
}

func (w *walk) count() error {
	if w.visited++; w.visited > maxVisited {
		return declinedf("fileset looked at %d files and stopped", maxVisited)
	}
	return nil
}
