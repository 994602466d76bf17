package main

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
	states    []string // FILE, or ROOT=FILE
	live      liveOptions
}

func readFlags(f *pflag.FlagSet, o *readOptions) {
	f.StringVar(&o.stage, "stage", "", "judge as the stage `NAME` (default: found, else prod)")
	f.StringArrayVar(&o.vars, "var", nil, "`NAME=VALUE`, as Terraform; repeatable")
	f.StringArrayVar(&o.varFiles, "var-file", nil, "`FILE` of variables; repeatable")
	f.StringVar(&o.workspace, "workspace", "", "Terraform workspace `NAME`")
	f.StringArrayVar(&o.modules, "module", nil, "`SOURCE=DIR`: a module's code; repeatable")
	f.BoolVar(&o.download, "download-modules", false, "fetch missing modules (nothing else is fetched)")
	f.StringArrayVar(&o.states, "state", nil, "`[ROOT=]FILE`: the state of the code; repeatable")
	f.StringArrayVar(&o.roots, "root", nil, "judge only the root folder `DIR`; repeatable")
}

// reading is what was read of all sources.
type reading struct {
	resources []*graph.Resource
	gaps      []scanners.Gap
	roots     []scanners.Root
	absent    []scanners.Absent
	moves     []scanners.Move
	comments  []scanners.Comment
	snippets  map[string]string
	sources   []reports.Source
	paths     map[string]string // root -> its folder within the tree of its source
	named     map[string]string // root -> its folder as the user or the repository names it, for its stage

	taken    time.Time         // of the snapshot, when that is all there is
	recorded []*graph.Resource // of --state
	options  catalog.Options   // of the graph. Set by build
	compared *comparison       // code and account; nil when there is only one of them. Set by build
}

// read reads every source. It goes on when one part cannot be read: that is a gap.
func (r *reader) read(ctx context.Context, sources []source) (*reading, error) {
	all := &reading{snippets: map[string]string{}, paths: map[string]string{}, named: map[string]string{}}
	accounts, err := r.readLive(ctx, sources)
	if err != nil {
		return nil, err
	}
	if accounts, all.taken, err = r.readStored(ctx, sources, accounts); err != nil {
		return nil, err
	}
	if len(accounts) < len(sources) {
		r.account = accountOf(accounts)
	}
	for i, s := range sources {
		if found := accounts[i]; found != nil {
			all.add(s, *found)
		}
		if isLive(s) || s.kind == stored {
			continue
		}
		found, err := r.one(ctx, s)
		if err != nil {
			return nil, err
		}
		found = r.without(s, found)
		all.add(s, found)
	}
	if err := r.readStates(ctx, all); err != nil {
		return nil, err
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
	a.absent = append(a.absent, found.Absent...)
	a.moves = append(a.moves, found.Moves...)
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
	case s.kind == live || s.kind == stored:
		return ""
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
	o.Tracked = s.tree.tracked(ctx)
	found, err := terraform.New(tree, o).Scan(ctx)
	if err != nil {
		return scanners.Found{}, fmt.Errorf("%s: %w", s.name, err)
	}
	return r.separately(ctx, s, tree, o, found)
}

// build makes the graph of what was read, once: the graph has copies, so that what was read can go.
func (r *reader) build(in *reading) *graph.Graph {
	stages := map[string]string{}
	for _, root := range in.roots {
		stages[root.Path] = r.rootStage(root, in.paths[root.Path], in.named[root.Path])
	}
	found := in.resources
	in.resources = nil
	in.options = catalog.Options{Stage: r.stage, AccountStages: r.config.Stages.Accounts, RootStages: stages}
	declared, observed := split(found)
	if in.compared = compareLive(declared, in.recorded, observed, r.covered, in.options); in.compared != nil {
		found = in.compared.Resources
	}
	return catalog.Build(found, in.options)
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
