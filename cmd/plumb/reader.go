package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/drift"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// reader reads sources with the flags, the settings of a plumb.yaml and the environment.
type reader struct {
	readOptions
	config  *config
	tree    fs.FS // that the plumb.yaml was read from
	env     map[string]string
	vendors map[string]fs.FS
	covered coverage                                                         // what of accounts was asked for; nil: no account was read
	account *drift.Account                                                   // what was read of accounts, for the data sources of the code; nil: nothing
	fetch   func(ctx context.Context, source, version string) (fs.FS, error) // nil without --download-modules
}

// newReader opens the module folders. In a comparison the settings are those of another version of the tree, so a
// folder that they name may be gone: then its module is a gap.
func newReader(o readOptions, c *config, configTree fs.FS, env map[string]string, comparing bool) (*reader, error) {
	r := &reader{readOptions: o, config: c, tree: configTree, env: map[string]string{}, vendors: map[string]fs.FS{}}
	for k, v := range env {
		if strings.HasPrefix(k, "TF_VAR_") || k == "TF_WORKSPACE" {
			r.env[k] = v
		}
	}
	if o.download {
		fetch, err := downloader(env)
		if err != nil {
			return nil, err
		}
		r.fetch = fetch
	}
	for src, dir := range c.Modules {
		sub, err := folderIn(configTree, c.dir, dir)
		if comparing && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &problem{where: c.place("modules", src), what: fmt.Sprintf("%s: %s", dir, reason(err)), hint: "a folder relative to " + configName + ", inside its repository; or --module SOURCE=DIR"}
		}
		r.vendors[src] = sub
	}
	if !comparing {
		if err := c.rootsExist(configTree); err != nil {
			return nil, err
		}
	}
	for _, m := range o.modules {
		i := strings.LastIndex(m, "=")
		if i <= 0 {
			return nil, &problem{where: "--module " + m, what: "not SOURCE=DIR", hint: "--module github.com/org/module=../module"}
		}
		fsys, err := openDisk(m[i+1:])
		if err != nil {
			return nil, &problem{where: "--module " + m, what: reason(err), hint: "name the folder with the module's code"}
		}
		r.vendors[m[:i]] = fsys
	}
	return r, nil
}

// folderIn opens a folder of a tree by a path relative to dir; it may not leave the tree.
func folderIn(tree fs.FS, dir, name string) (fs.FS, error) {
	if tree == nil || path.IsAbs(name) {
		return nil, fmt.Errorf("leads outside the repository")
	}
	p := path.Join(dir, name)
	if !fs.ValidPath(p) {
		return nil, fmt.Errorf("leads outside the repository")
	}
	info, err := fs.Stat(tree, p)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("is not a folder")
	}
	return fs.Sub(tree, p)
}

// terraform are the options for one folder.
func (r *reader) terraform(s source) (terraform.Options, error) {
	o := terraform.Options{
		Prefix: s.prefix, Dir: s.dir, Vars: maps.Clone(r.config.Vars), VarFiles: r.besideConfig(r.config.VarFiles), Env: r.env,
		Workspace: r.config.Workspace, Roots: r.roots, Modules: r.vendors,
	}
	if o.Vars == nil {
		o.Vars = map[string]string{}
	}
	for _, v := range r.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return o, &problem{where: "--var " + v, what: "not NAME=VALUE", hint: "--var backup_days=7"}
		}
		o.Vars[name] = value
	}
	for _, f := range r.varFiles {
		name, err := s.inTree(f)
		if err != nil {
			return o, err
		}
		o.VarFiles = append(o.VarFiles, name)
	}
	if r.workspace != "" {
		o.Workspace = r.workspace
	}
	o.Download = r.fetch
	if r.account != nil {
		o.LookUp = func(q terraform.LookUp) (map[string]any, bool) {
			return r.account.LookUp(q.Type, q.Region, q.Account, q.Arguments)
		}
	}
	return o, nil
}

// besideConfig turns paths relative to plumb.yaml into paths of its tree.
func (r *reader) besideConfig(files []string) []string {
	var out []string
	for _, f := range files {
		out = append(out, path.Join(r.config.dir, f))
	}
	return out
}

// inTree turns a path as typed into one of the source's tree, which nothing is read outside of.
func (s source) inTree(typed string) (string, error) {
	abs, err := filepath.Abs(typed)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", &problem{where: "--var-file " + typed, what: reason(err), hint: "the path is relative to the working folder"}
	}
	rel, err := filepath.Rel(s.tree.top, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", &problem{where: "--var-file " + typed, what: "it lies outside " + s.tree.top, hint: "scan the folder that holds both, or give the values with --var"}
	}
	return filepath.ToSlash(rel), nil
}

// separately reads the roots that have settings of their own in plumb.yaml once more, with these.
func (r *reader) separately(ctx context.Context, s source, fsys fs.FS, o terraform.Options, found scanners.Found) (scanners.Found, error) {
	for _, folder := range slices.Sorted(maps.Keys(r.config.Roots)) {
		root, ok := r.within(s, folder)
		if !ok || !slices.ContainsFunc(found.Roots, func(x scanners.Root) bool { return x.Path == joinPrefix(s.prefix, root) }) {
			continue
		}
		own := r.ownOptions(folder, root, o)
		again, err := terraform.New(fsys, own).Scan(ctx)
		if err != nil {
			return found, fmt.Errorf("%s: %w", s.name, err)
		}
		found = replaceRoot(found, again, joinPrefix(s.prefix, root))
	}
	return found, nil
}

// ownOptions are the options of a root that has settings of its own in plumb.yaml.
func (r *reader) ownOptions(folder, root string, o terraform.Options) terraform.Options {
	set, own := r.config.Roots[folder], o
	own.Roots, own.Vars, own.VarFiles = []string{root}, maps.Clone(set.Vars), slices.Concat(r.besideConfig(r.config.VarFiles), r.besideConfig(set.VarFiles), o.VarFiles[len(r.config.VarFiles):])
	if own.Vars == nil {
		own.Vars = map[string]string{}
	}
	for k, v := range o.Vars {
		if _, set := own.Vars[k]; !set || slices.ContainsFunc(r.vars, func(x string) bool { return strings.HasPrefix(x, k+"=") }) {
			own.Vars[k] = v
		}
	}
	if set.Workspace != "" && r.workspace == "" {
		own.Workspace = set.Workspace
	}
	return own
}

func joinPrefix(prefix, root string) string {
	if p := path.Join(prefix, root); p != "." {
		return p
	}
	return ""
}

// within turns a folder of plumb.yaml into a root of the source.
func (r *reader) within(s source, folder string) (string, bool) {
	p := path.Join(r.config.dir, folder)
	if s.dir == "." || s.dir == "" {
		return p, true
	}
	if p == s.dir {
		return ".", true
	}
	rest, ok := strings.CutPrefix(p, s.dir+"/")
	return rest, ok
}

func replaceRoot(found, again scanners.Found, root string) scanners.Found {
	found = dropRoots(found, func(p string) bool { return p == root })
	found.Resources = append(found.Resources, again.Resources...)
	found.Gaps = append(found.Gaps, again.Gaps...)
	found.Roots = append(found.Roots, again.Roots...)
	found.Absent = append(found.Absent, again.Absent...)
	found.Comments = append(found.Comments, again.Comments...)
	if found.Snippets == nil {
		found.Snippets = map[string]string{}
	}
	maps.Copy(found.Snippets, again.Snippets)
	return found
}

func dropRoots(found scanners.Found, drop func(root string) bool) scanners.Found {
	found.Resources = slices.DeleteFunc(found.Resources, func(x *graph.Resource) bool { return drop(x.Root) })
	found.Gaps = slices.DeleteFunc(found.Gaps, func(x scanners.Gap) bool { return drop(x.Root) })
	found.Roots = slices.DeleteFunc(found.Roots, func(x scanners.Root) bool { return drop(x.Path) })
	found.Absent = slices.DeleteFunc(found.Absent, func(x scanners.Absent) bool { return drop(x.Root) })
	found.Comments = slices.DeleteFunc(found.Comments, func(x scanners.Comment) bool { return drop(x.Root) })
	return found
}

// without takes excluded roots off.
func (r *reader) without(s source, found scanners.Found) scanners.Found {
	if len(r.config.Exclude) == 0 {
		return found
	}
	return dropRoots(found, func(root string) bool {
		p := s.treePath(root)
		for _, pattern := range r.config.Exclude {
			if matches(path.Join(r.config.dir, strings.TrimSuffix(pattern, "/**")), p) {
				return true
			}
		}
		return false
	})
}

// matches says whether a folder, or one above it, matches a pattern of path.Match.
func matches(pattern, folder string) bool {
	for p := folder; p != "." && p != "/" && p != ""; p = path.Dir(p) {
		if ok, err := path.Match(pattern, p); ok && err == nil {
			return true
		}
	}
	return false
}
