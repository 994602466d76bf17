package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// readOptions are the flags that say what is read and how.
type readOptions struct {
	stage     string
	vars      []string
	varFiles  []string
	workspace string
	modules   []string
	download  bool
	roots     []string
}

func readFlags(f *pflag.FlagSet, o *readOptions) {
	f.StringVar(&o.stage, "stage", "", "judge as the stage `NAME` (default: found, else prod)")
	f.StringArrayVar(&o.vars, "var", nil, "`NAME=VALUE`, as Terraform; repeatable")
	f.StringArrayVar(&o.varFiles, "var-file", nil, "`FILE` of variables; repeatable")
	f.StringVar(&o.workspace, "workspace", "", "Terraform workspace `NAME`")
	f.StringArrayVar(&o.modules, "module", nil, "`SOURCE=DIR`: a module's code; repeatable")
	f.BoolVar(&o.download, "download-modules", false, "fetch missing modules (nothing else is fetched)")
	f.StringArrayVar(&o.roots, "root", nil, "judge only the root folder `DIR`; repeatable")
}

// reader reads sources with the flags, the settings of a plumb.yaml and the environment.
type reader struct {
	readOptions
	config  *config
	tree    fs.FS // that the plumb.yaml was read from
	env     map[string]string
	vendors map[string]fs.FS
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
			return nil, &problem{where: c.name + ": modules", what: fmt.Sprintf("%s: %s", dir, reason(err)), hint: "a folder relative to " + configName + ", inside its repository; or --module SOURCE=DIR"}
		}
		r.vendors[src] = sub
	}
	for _, m := range o.modules {
		i := strings.LastIndex(m, "=")
		if i <= 0 {
			return nil, &problem{where: "--module " + m, what: "not SOURCE=DIR", hint: "--module github.com/org/module=../module"}
		}
		root, err := os.OpenRoot(m[i+1:])
		if err != nil {
			return nil, &problem{where: "--module " + m, what: reason(err), hint: "name the folder with the module's code"}
		}
		r.vendors[m[:i]] = root.FS()
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

// reading is what was read of all sources.
type reading struct {
	resources []*graph.Resource
	gaps      []scanners.Gap
	roots     []scanners.Root
	comments  []scanners.Comment
	snippets  map[string]string
	sources   []reports.Source
	paths     map[string]string // root -> its folder within the tree of its source
	named     map[string]string // root -> its folder as the user or the repository names it, for its stage
}

// read reads every source. It goes on when one part cannot be read: that is a gap.
func (r *reader) read(ctx context.Context, sources []source) (*reading, error) {
	all := &reading{snippets: map[string]string{}, paths: map[string]string{}, named: map[string]string{}}
	for _, s := range sources {
		found, err := r.one(ctx, s)
		if err != nil {
			return nil, err
		}
		found = r.without(s, found)
		all.add(s, found)
	}
	return all, r.missingRoot(all)
}

// missingRoot says that a root that was asked for is in no source.
func (r *reader) missingRoot(in *reading) error {
	for _, want := range r.roots {
		if !slices.ContainsFunc(in.roots, func(x scanners.Root) bool {
			return path.Clean(want) == path.Clean(x.Path) || strings.HasSuffix(x.Path, "/"+path.Clean(want))
		}) {
			return &problem{where: "--root " + want, what: "there is no configuration in this folder", hint: "the path is relative to the source"}
		}
	}
	return nil
}

func (a *reading) add(s source, found scanners.Found) {
	a.resources = append(a.resources, found.Resources...)
	a.gaps = append(a.gaps, found.Gaps...)
	a.roots = append(a.roots, found.Roots...)
	a.comments = append(a.comments, found.Comments...)
	maps.Copy(a.snippets, found.Snippets)
	out := reports.Source{Name: s.name, Kind: "terraform"}
	regions, stages := map[string]bool{}, map[string]bool{}
	for _, root := range found.Roots {
		out.Files += root.Files
		out.Kind = root.Kind
		regions[root.Region], stages[root.Stage] = true, true
		a.paths[root.Path] = s.treePath(root.Path)
		a.named[root.Path] = s.namedPath(root.Path)
	}
	out.Region, out.Stage = only(regions), only(stages)
	a.sources = append(a.sources, out)
}

// only gives the one member of a set, or nothing when there are several.
func only(set map[string]bool) reports.Text {
	if len(set) != 1 {
		return reports.Text{}
	}
	for s := range set {
		return reports.Untrusted(s)
	}
	return reports.Text{}
}

// own is a root of the source without the prefix that sets several sources apart.
func (s source) own(root string) string {
	return strings.TrimPrefix(strings.TrimPrefix(root, s.prefix), "/")
}

// treePath is the folder of a root within the source's tree, as plumb.yaml names it.
func (s source) treePath(root string) string { return path.Join(s.dir, s.own(root)) }

// namedPath is the folder of a root by which its stage is told. Outside a repository it is what was typed, unless that
// is absolute: a home folder named "dev" says nothing about the stage.
func (s source) namedPath(root string) string {
	switch {
	case s.kind == document:
		return root
	case s.tree.repo:
		return s.treePath(root)
	case filepath.IsAbs(s.name):
		return s.own(root)
	}
	typed := path.Clean(filepath.ToSlash(s.name))
	for strings.HasPrefix(typed, "../") || typed == ".." {
		typed = strings.TrimPrefix(strings.TrimPrefix(typed, ".."), "/")
	}
	return path.Join(typed, s.own(root))
}

func (r *reader) one(ctx context.Context, s source) (scanners.Found, error) {
	if s.kind == document {
		return readDocument(ctx, s)
	}
	sub, err := fs.Sub(s.tree.fsys, s.dir)
	if err != nil {
		return scanners.Found{}, fmt.Errorf("opening %s: %w", s.name, err)
	}
	tree := s.tree.fsys
	if s.file != "" {
		tree = onlyFile{tree, s.dir, s.file}
		if sub, err = fs.Sub(tree, s.dir); err != nil {
			return scanners.Found{}, fmt.Errorf("opening %s: %w", s.name, err)
		}
	}
	saw, err := look(sub, ".", 0)
	if err != nil {
		return scanners.Found{}, &problem{where: s.name, what: reason(err)}
	}
	if !saw.found {
		return scanners.Found{}, nothingFound(s.name, saw)
	}
	o, err := r.terraform(s)
	if err != nil {
		return scanners.Found{}, err
	}
	found, err := terraform.New(tree, o).Scan(ctx)
	if err != nil {
		return scanners.Found{}, fmt.Errorf("%s: %w", s.name, err)
	}
	return r.separately(ctx, s, tree, o, found)
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
		set := r.config.Roots[folder]
		own := o
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
		again, err := terraform.New(fsys, own).Scan(ctx)
		if err != nil {
			return found, fmt.Errorf("%s: %w", s.name, err)
		}
		found = replaceRoot(found, again, joinPrefix(s.prefix, root))
	}
	return found, nil
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

// build makes the graph of what was read.
func (r *reader) build(in *reading) *graph.Graph {
	stages := map[string]string{}
	for _, root := range in.roots {
		stages[root.Path] = r.rootStage(root, in.paths[root.Path], in.named[root.Path])
	}
	return catalog.Build(in.resources, catalog.Options{Stage: r.stage, AccountStages: r.config.Stages.Accounts, RootStages: stages})
}

// rootStage is what plumb.yaml says of the root or a folder above it, else what its scanner or its path say.
func (r *reader) rootStage(root scanners.Root, folder, named string) string {
	for p := folder; ; p = path.Dir(p) {
		for name, stage := range r.config.Stages.Roots {
			if path.Join(r.config.dir, name) == path.Clean(p) {
				return stage
			}
		}
		if p == "." || p == "/" || p == "" {
			break
		}
	}
	if root.Stage != "" {
		return root.Stage
	}
	return catalog.PathStage(named)
}

// onlyFile is a tree where one folder shows one file of configuration alone; other files stay, for file() and modules.
type onlyFile struct {
	fs.FS
	dir, name string
}

// ReadDir implements fs.ReadDirFS.
func (o onlyFile) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(o.FS, name)
	if path.Clean(name) != o.dir {
		return list, err
	}
	return slices.DeleteFunc(list, func(d fs.DirEntry) bool {
		return d.Name() != o.name && (isConfiguration(d.Name()) || d.IsDir())
	}), err
}
