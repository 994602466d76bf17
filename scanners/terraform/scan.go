package terraform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// New makes a scanner of a folder of Terraform or OpenTofu configuration, which may hold several roots.
func New(fsys fs.FS, opts Options) scanners.Scanner {
	return folderScanner{fsys, opts}
}

type folderScanner struct {
	fsys fs.FS
	opts Options
}

// Scan implements scanners.Scanner. It never fails: what cannot be read is a gap.
func (s folderScanner) Scan(ctx context.Context) (scanners.Found, error) {
	l := newLoader(s.fsys, s.opts)
	l.fs.dir = path.Clean(s.opts.Dir)
	var found scanners.Found
	for _, root := range l.roots(ctx) {
		if ctx.Err() != nil {
			l.gap(scanners.Gap{Where: l.label(root), Why: "the scan was stopped before this root was read"})
			break
		}
		l.scanRoot(ctx, root, &found)
	}
	if ctx.Err() != nil {
		l.gap(scanners.Gap{Where: l.label(l.fs.dir), Why: "the scan was stopped: " + ctx.Err().Error()})
	}
	found.Gaps, found.Snippets = l.gaps, l.snippets()
	slices.SortStableFunc(found.Gaps, func(a, b scanners.Gap) int {
		return cmp.Or(strings.Compare(a.Root, b.Root), strings.Compare(a.Where, b.Where))
	})
	return found, nil
}

// scanRoot evaluates one root and adds what it has.
func (l *loader) scanRoot(ctx context.Context, root string, found *scanners.Found) {
	cfg := l.folder(root)
	if cfg == nil {
		if _, err := l.fs.ReadDir(root); (err == nil || errors.Is(err, fs.ErrNotExist)) && !l.has(root) {
			l.gap(scanners.Gap{Where: l.label(root), Why: "there is no configuration in this folder"})
		}
		return
	}
	defer func() {
		if r := recover(); r != nil {
			l.gap(scanners.Gap{Root: rootName(l.label(root)), Where: l.label(root), Why: fmt.Sprintf("a mistake of this program: the root cannot be evaluated: %v", r), Settle: "report this folder"})
		}
	}()
	e := newEvaluator(ctx, l, root, cfg)
	resources, files := e.run()
	found.Resources = append(found.Resources, resources...)
	found.Absent = append(found.Absent, e.missing...)
	found.Moves = append(found.Moves, e.moves...)
	for _, c := range e.comments {
		c.Root = e.rootPath()
		found.Comments = append(found.Comments, c)
	}
	r := scanners.Root{Path: e.rootPath(), Kind: "terraform", Files: files, Stage: e.stage()}
	r.Region = stringOf(e.region(e.provider(e.top, "aws", "")).v)
	found.Roots = append(found.Roots, r)
}

// has says whether a gap names the folder already.
func (l *loader) has(dir string) bool {
	return slices.ContainsFunc(l.gaps, func(g scanners.Gap) bool { return strings.HasPrefix(g.Where, l.label(dir)) })
}

func newEvaluator(ctx context.Context, l *loader, root string, cfg *config) *evaluator {
	e := &evaluator{ctx: ctx, l: l, root: root, tokens: newTokens(), secrets: map[string]bool{}}
	e.workspace = firstOf(l.opts.Workspace, l.opts.Env["TF_WORKSPACE"], "default")
	e.tables()
	e.conditions()
	e.readInstalled()
	e.readGiven()
	e.top = newModule(e, cfg)
	return e
}

// run gives the resources of the root, module by module, and the number of files that were read for it.
func (e *evaluator) run() ([]*graph.Resource, int) {
	var out []*graph.Resource
	files := map[string]int{}
	out = append(out, e.givenLiterals()...)
	managed := false
	todo := []*module{e.top}
	for len(todo) > 0 && e.ctx.Err() == nil {
		m := todo[0]
		todo = todo[1:]
		resources := e.resourcesOf(m)
		if _, again := files[m.cfg.dir]; !again {
			out = append(out, e.written(m)...)
			e.comments = append(e.comments, m.cfg.comments...)
		}
		files[m.cfg.dir] = m.cfg.files
		managed = managed || slices.ContainsFunc(resources, func(r *graph.Resource) bool { return !r.Data })
		out = append(out, resources...)
		out = append(out, e.moduleFacts(m)...)
		for _, x := range m.cfg.moves {
			e.moves = append(e.moves, scanners.Move{Root: e.rootPath(), From: graph.Address(m.prefix() + x[0]), To: graph.Address(m.prefix() + x[1])})
		}
		e.missing = append(e.missing, e.absent(m)...)
		for _, name := range m.cfg.callOrder {
			if c := e.children(m, name); c != nil {
				todo = append(todo, c.modules...)
				managed = managed || c.missing != ""
			}
		}
	}
	n := 0
	for _, k := range files {
		n += k
	}
	out = append(out, e.rootFacts(managed)...)
	return append(withoutFacts(out, e.literals), e.literals...), n
}

// withoutFacts leaves out the facts that are among others too: a secret may be found by its place in the code and by
// its attribute.
func withoutFacts(list, others []*graph.Resource) []*graph.Resource {
	known := make(map[graph.Address]bool, len(others))
	for _, r := range others {
		known[r.Address] = true
	}
	return slices.DeleteFunc(list, func(r *graph.Resource) bool { return r.Type == "terraform_literal" && known[r.Address] })
}

// resourcesOf converts the resources of one module instance, and the data sources that are resources elsewhere.
func (e *evaluator) resourcesOf(m *module) []*graph.Resource {
	var out []*graph.Resource
	for _, key := range m.cfg.order {
		r := m.resource(key)
		if r.data && catalog.Lookup(r.typ) == nil {
			continue
		}
		if e.ctx.Err() != nil {
			return out
		}
		e.expand(r)
		var shared map[string]graph.Pos
		for _, i := range r.instances {
			w := e.write(i, shared)
			if !hasDynamic(r) {
				shared = w.Origins[0].Attrs
			}
			out = append(out, w)
		}
	}
	return out
}

func hasDynamic(r *resource) bool {
	for _, b := range r.block.Body.Blocks {
		if b.Type == "dynamic" {
			return true
		}
	}
	return false
}

// stage is what the workspace or the folder says: a workspace "shop-prod" is of stage "prod".
func (e *evaluator) stage() string {
	if e.workspace != "default" {
		parts := strings.FieldsFunc(e.workspace, func(r rune) bool { return r == '-' || r == '_' || r == '/' || r == '.' })
		if len(parts) > 0 {
			return parts[len(parts)-1]
		}
	}
	return catalog.PathStage(e.rootPath())
}
