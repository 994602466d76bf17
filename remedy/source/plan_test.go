package source_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// read gives the resources of a root of a tree while some files have other bytes.
func read(t *testing.T, tree fs.FS, o terraform.Options) func(context.Context, string, map[string][]byte) ([]*graph.Resource, error) {
	return func(ctx context.Context, root string, changed map[string][]byte) ([]*graph.Resource, error) {
		o := o
		o.Roots = []string{root}
		if root == "" {
			o.Roots = []string{"."}
		}
		found, err := terraform.New(source.Overlay(tree, changed), o).Scan(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range found.Gaps {
			if g.Broken {
				return nil, fmt.Errorf("%s: %s", g.Where, g.Why)
			}
		}
		return catalog.Build(found.Resources, catalog.Options{}).Resources(), nil
	}
}

func graphOf(t *testing.T, tree fs.FS, o terraform.Options) *graph.Graph {
	t.Helper()
	found, err := terraform.New(tree, o).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Build(found.Resources, catalog.Options{})
}

// Each case of testdata is the code, the changes that are wanted, and the diff that they give or why they are refused.
func TestEdits(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(text)
			want := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
			if want < 0 {
				want = len(a.Files)
				a.Files = append(a.Files, txtar.File{Name: "want"})
			}
			got := planned(t, a.Comment, a.Files[:want])
			if *update {
				a.Files[want].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(a.Files[want].Data), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// planned gives the diffs of a case. Marks in the text stand for what an archive cannot hold: ␍ a carriage return, ␄ at the end
// no line end there, ␊ at the begin a byte order mark.
func planned(t *testing.T, changes []byte, files []txtar.File) string {
	t.Helper()
	tree := fstest.MapFS{}
	for _, f := range files {
		text := strings.ReplaceAll(string(f.Data), "␍\n", "\r\n")
		text = strings.TrimSuffix(text, "␄\n")
		text = strings.Replace(text, "␊", "\ufeff", 1)
		tree[f.Name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	g := graphOf(t, tree, terraform.Options{})
	p := source.New(&source.Code{Tree: tree, Dir: ".", Read: read(t, tree, terraform.Options{})}, g)
	wishes, err := remedy.ReadChanges(changes, g)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	now := map[string][]byte{}
	var edits []*remedy.Edit
	for _, w := range wishes {
		steps, err := p.Plan(t.Context(), w)
		var refused *remedy.Refused
		switch {
		case errors.As(err, &refused):
			fmt.Fprintf(&out, "%s: %s\n", refused.Class, refused.Error())
			for _, s := range refused.Siblings {
				fmt.Fprintf(&out, "  sibling %s\n", s)
			}
		case err != nil:
			t.Fatal(err)
		}
		for _, s := range steps {
			fmt.Fprintf(&out, "%s %s  %s  risk: %s\n", s.Mark, s.Where, s.Title, s.Risk.Class)
			for _, a := range s.Actions {
				out.WriteString(strings.ReplaceAll(a.Edit.Diff, "\r\n", "␍\n"))
				carriedOut(t, tree, now, a.Edit)
				edits = append(edits, a.Edit)
			}
		}
	}
	takenBack(t, tree, now, edits)
	return out.String()
}

// takenBack checks that the files still parse after all edits, and that these taken back, the last first, leave what was there.
func takenBack(t *testing.T, tree fstest.MapFS, now map[string][]byte, edits []*remedy.Edit) {
	t.Helper()
	for name, text := range now {
		if _, err := terraform.Syntax(name, []byte(strings.TrimPrefix(string(text), "\ufeff"))); err != nil {
			t.Errorf("%s does not parse any more: %v", name, err)
		}
	}
	for _, e := range slices.Backward(edits) {
		text := now[e.File]
		for _, s := range e.Splices {
			at := s.Start // those before it are taken back already
			if string(text[at:at+len(s.New)]) != s.New {
				t.Fatalf("%s: what was put in at %d is not there", e.File, at)
			}
			text = slices.Concat(text[:at], []byte(s.Old), text[at+len(s.New):])
		}
		now[e.File] = text
	}
	for name, text := range now {
		if diff := cmp.Diff(string(tree[name].Data), string(text)); diff != "" {
			t.Errorf("%s is not as it was:\n%s", name, diff)
		}
	}
}

// carriedOut checks that splices give the text whose hash the edit says.
func carriedOut(t *testing.T, tree fstest.MapFS, now map[string][]byte, e *remedy.Edit) {
	t.Helper()
	if now[e.File] == nil {
		now[e.File] = tree[e.File].Data
	}
	var b strings.Builder
	at := 0
	for _, s := range e.Splices {
		if string(now[e.File][s.Start:s.End]) != s.Old {
			t.Errorf("%s: the splice at %d says that %q is there", e.File, s.Start, s.Old)
		}
		b.Write(now[e.File][at:s.Start])
		b.WriteString(s.New)
		at = s.End
	}
	b.Write(now[e.File][at:])
	now[e.File] = []byte(b.String())
}
