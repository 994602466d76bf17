package terraform

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/scanners"
)

// roots lists the folders to evaluate: those that have configuration and that no other folder calls as a
// module. Of folders that only call each other the first is taken, so that none is left out.
func (l *loader) roots(ctx context.Context) []string {
	if l.opts.Roots != nil {
		out := make([]string, 0, len(l.opts.Roots))
		for _, r := range l.opts.Roots {
			out = append(out, path.Join(l.fs.dir, r))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	dirs := l.configured(ctx)
	if l.opts.IncludeModules {
		return dirs
	}
	calls := map[string][]string{}
	called := map[string]bool{}
	for _, dir := range dirs {
		if ctx.Err() != nil {
			return nil
		}
		for _, to := range l.localCalls(dir) {
			calls[dir] = append(calls[dir], to)
			called[to] = called[to] || to != dir
		}
	}
	reached := map[string]bool{}
	var roots []string
	take := func(dir string) {
		roots = append(roots, dir)
		reach(dir, calls, reached)
	}
	for _, dir := range dirs {
		if !called[dir] {
			take(dir)
		}
	}
	for _, dir := range dirs {
		if !reached[dir] {
			take(dir)
		}
	}
	slices.Sort(roots)
	return roots
}

// reach marks what dir calls, directly or not.
func reach(dir string, calls map[string][]string, reached map[string]bool) {
	todo := []string{dir}
	for len(todo) > 0 {
		dir, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if !reached[dir] {
			reached[dir] = true
			todo = append(todo, calls[dir]...)
		}
	}
}

// localCalls lists the folders that the configuration in dir calls as modules.
func (l *loader) localCalls(dir string) []string {
	c := l.folder(dir)
	if c == nil {
		return nil
	}
	var out []string
	for _, name := range c.callOrder {
		s := parseSource(literalText(c.calls[name].Body, "source"), "")
		if s.kind != "local" {
			continue
		}
		if to, err := localDir(dir, s.text); err == nil {
			out = append(out, to)
		}
	}
	return out
}

// linkedAway says whether a symbolic link leads to a folder with configuration that is not read at its own place, or may lead to one where nothing
// may be read: what has an extension is taken for a file.
func (l *loader) linkedAway(name string) bool {
	target, err := fs.ReadLink(l.fs.base, name)
	if err != nil {
		return false
	}
	abroad := path.IsAbs(target)
	target = path.Join(path.Dir(name), target)
	if abroad || target == ".." || strings.HasPrefix(target, "../") {
		return path.Ext(name) == ""
	}
	info, err := fs.Stat(l.fs.base, name)
	if err != nil || !info.IsDir() {
		return false
	}
	if l.fs.dir == "." || target == l.fs.dir || strings.HasPrefix(target, l.fs.dir+"/") {
		return false
	}
	entries, err := fs.ReadDir(l.fs.base, name)
	return err == nil && slices.ContainsFunc(entries, func(d fs.DirEntry) bool {
		_, ok := configName(d.Name())
		return ok
	})
}

// configured lists the folders with configuration files, by name. Hidden folders and what package managers
// fetched are none of the user's code.
func (l *loader) configured(ctx context.Context) []string {
	var dirs []string
	err := fs.WalkDir(l.fs.base, l.fs.dir, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return fs.SkipAll
		}
		if err != nil {
			l.gap(scanners.Gap{Where: l.label(name), Why: "it cannot be read: " + reason(err), Settle: settleFile(err)})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		base := d.Name()
		if d.IsDir() {
			if name != l.fs.dir && (strings.HasPrefix(base, ".") || base == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type()&fs.ModeSymlink != 0 && l.linkedAway(name) {
			l.gap(scanners.Gap{Where: l.label(name), Why: "a link to a folder outside of what is read: links to folders are not followed", Settle: "name the folder that it leads to as a source"})
			return nil
		}
		if _, ok := configName(base); ok {
			if dir := path.Dir(name); len(dirs) == 0 || dirs[len(dirs)-1] != dir {
				dirs = append(dirs, dir)
			}
		}
		return nil
	})
	if err != nil {
		l.gap(scanners.Gap{Where: l.label(l.fs.dir), Why: "the folder cannot be read: " + reason(err)})
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
