package source_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// realCode names the variable with folders of real code, separated as in PATH.
const realCode = "PLUMB_REAL_CODE"

// Into every resource block of a tree an argument is put, one after the other: each file parses after each of them, the
// argument stands in that block, and every other line is as it was.
func TestAnArgumentFitsIntoEveryBlock(t *testing.T) {
	t.Run("own", func(t *testing.T) {
		everyBlock(t, os.DirFS("testdata/forms"))
	})
	t.Run("story", func(t *testing.T) {
		everyBlock(t, os.DirFS("../../testdata/story"))
	})
	folders := filepath.SplitList(os.Getenv(realCode))
	if len(folders) == 0 {
		t.Skip(realCode + " names no folders of real code")
	}
	for _, dir := range folders {
		t.Run(filepath.Base(dir), func(t *testing.T) { everyBlock(t, os.DirFS(dir)) })
	}
}

func everyBlock(t *testing.T, tree fs.FS) {
	t.Helper()
	blocks, files := 0, 0
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".tf") && !strings.HasSuffix(name, ".tf.json") {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		body, err := terraform.Syntax(name, []byte(strings.TrimPrefix(string(text), "\ufeff")))
		if err != nil {
			t.Logf("%s is left out: %v", name, err)
			return nil
		}
		files++
		for _, b := range body.Blocks {
			if b.Type == "resource" && len(b.Labels) == 2 {
				blocks++
				intoBlock(t, name, text, b)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if blocks == 0 {
		t.Fatal("there is no block")
	}
	t.Logf("%d blocks in %d files", blocks, files)
}

// intoBlock puts an argument into one block of a file that stands alone, and takes it out again.
func intoBlock(t *testing.T, name string, text []byte, b *hclsyntax.Block) {
	t.Helper()
	const argument = "plumbline_test"
	file := path.Base(name)
	tree := fstest.MapFS{file: &fstest.MapFile{Data: text}}
	address := graph.Address(b.Labels[0] + "." + b.Labels[1])
	known := &graph.Resource{Address: address, Type: b.Labels[0], Attrs: map[string]any{}, Origins: []graph.Origin{{Source: "terraform", File: file}}}
	code := &source.Code{Tree: tree, Dir: ".", Read: parsedAlone(file, text, known, argument)}
	p := source.New(code, graph.New([]*graph.Resource{known}, nil))
	steps, err := p.Plan(t.Context(), remedy.Wish{AllowReplacement: true, Patch: graph.Patch{{Op: graph.Set, Address: address, Type: b.Labels[0], Path: argument, New: true}}})
	if err != nil {
		t.Errorf("%s: %s: %v", name, address, err)
		return
	}
	splices := steps[0].Actions[0].Edit.Splices
	now := spliced(text, splices)
	differs := others
	if strings.HasSuffix(name, ".json") {
		differs = otherValues
	}
	if err := differs(string(text), string(now), argument); err != "" {
		t.Errorf("%s: %s: %s\n%s", name, address, err, steps[0].Actions[0].Edit.Diff)
	}
}

func spliced(was []byte, list []remedy.Splice) []byte {
	var out []byte
	at := 0
	for _, s := range list {
		out = append(append(out, was[at:s.Start]...), s.New...)
		at = s.End
	}
	return append(out, was[at:]...)
}

// others says what differs besides the line of the argument; a block on one line may be opened.
func others(was, now, argument string) string {
	var rest []string
	for _, l := range strings.SplitAfter(now, "\n") {
		if !strings.Contains(l, argument) {
			rest = append(rest, l)
		}
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	switch {
	case strings.Join(rest, "") == was:
		return ""
	case squeeze(strings.Join(rest, "")) != squeeze(was):
		return "more than the argument differs"
	case strings.Count(now, "\n")-strings.Count(was, "\n") > 3:
		return "more lines than those of one block differ"
	}
	return ""
}

// otherValues says whether JSON has other values besides the argument.
func otherValues(was, now, argument string) string {
	var a, b map[string]any
	if err := json.Unmarshal([]byte(was), &a); err != nil {
		return err.Error()
	}
	if err := json.Unmarshal([]byte(now), &b); err != nil {
		return err.Error()
	}
	drop(b, argument)
	return cmp.Diff(a, b)
}

func drop(v any, key string) {
	m, _ := v.(map[string]any)
	delete(m, key)
	for _, x := range m {
		drop(x, key)
	}
}
