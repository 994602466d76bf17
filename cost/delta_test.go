package cost_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/generate"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func graphOf(t *testing.T, files fs.FS) *graph.Graph {
	t.Helper()
	found, err := terraform.New(files, terraform.Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Build(found.Resources, catalog.Options{})
}

// fixes judges a graph and gives the patches of what fails.
func fixes(t *testing.T, set *policies.Set, g *graph.Graph, choose func(policies.Meta) bool) []policies.Result {
	t.Helper()
	got, err := set.Evaluate(context.Background(), g, policies.Options{Select: choose})
	if err != nil {
		t.Fatal(err)
	}
	var out []policies.Result
	for _, r := range got.Results {
		if r.Verdict == policies.Fail && len(r.Fix) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// checkDelta compares what Deltas says with two estimates of everything. It tells whether the patch changes the cost.
func checkDelta(t *testing.T, d *cost.Deltas, c *prices.Catalogue, g *graph.Graph, before cost.Estimated, x policies.Result) bool {
	t.Helper()
	got, err := d.Of(x.Fix)
	if err != nil {
		t.Errorf("%s on %s: %v", x.Policy, x.Key, err)
		return false
	}
	all, _, err := x.Fix.Apply(g.Resources())
	if err != nil {
		t.Fatalf("%s on %s: %v", x.Policy, x.Key, err)
	}
	want := cost.Compare(before, cost.Estimate(catalog.Build(all, catalog.Options{}), c, cost.Options{}))
	if !got.Monthly.Equal(want.Monthly()) || len(got.Open) != len(want.Open) {
		t.Errorf("%s on %s: %s a month, open %v; two estimates differ by %s, open %v", x.Policy, x.Key, got.Monthly, got.Open, want.Monthly(), want.Open)
	}
	return !want.Monthly().IsZero()
}

func TestTheDeltaOfAFixIsTheDifferenceOfTwoEstimates(t *testing.T) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	cases, err := set.Cases(os.DirFS("../policies"))
	if err != nil {
		t.Fatal(err)
	}
	c := builtin(t)
	n, charged := 0, 0
	for _, x := range cases {
		if x.Verdict != policies.Fail {
			continue
		}
		g := graphOf(t, x.Files)
		list := fixes(t, set, g, func(m policies.Meta) bool { return m.ID == x.Policy })
		if len(list) == 0 {
			continue
		}
		before, d := cost.Estimate(g, c, cost.Options{}), cost.NewDeltas(g, c, cost.Options{}, catalog.Options{})
		for _, r := range list {
			n++
			if checkDelta(t, d, c, g, before, r) {
				charged++
			}
		}
	}
	if n < 100 || charged < 10 {
		t.Errorf("%d fixes, %d of which change the cost: too few to mean anything", n, charged)
	}
	t.Logf("%d fixes, %d of which change the cost", n, charged)
}

func TestTheDeltaOfAFixIsTheSameInALargeGraph(t *testing.T) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	var code bytes.Buffer
	if err := generate.Flat(&code, 300); err != nil {
		t.Fatal(err)
	}
	story := fstest.MapFS{"cells/main.tf": &fstest.MapFile{Data: code.Bytes()}}
	files, err := fs.Glob(os.DirFS("../testdata/story"), "*.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("the story is not there: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile("../testdata/story/" + name)
		if err != nil {
			t.Fatal(err)
		}
		story["shop/"+name] = &fstest.MapFile{Data: text}
	}
	g, c := graphOf(t, story), builtin(t)
	before, d := cost.Estimate(g, c, cost.Options{}), cost.NewDeltas(g, c, cost.Options{}, catalog.Options{})
	list := fixes(t, set, g, nil)
	n, charged := 0, 0
	seen := map[string]int{}
	for _, r := range list {
		if seen[r.Policy+r.Key.Root]++; seen[r.Policy+r.Key.Root] > 3 {
			continue
		}
		n++
		if checkDelta(t, d, c, g, before, r) {
			charged++
		}
	}
	if n < 20 || charged < 2 {
		t.Errorf("%d fixes, %d of which change the cost: too few to mean anything", n, charged)
	}
	t.Logf("%d resources, %d fixes, %d of which change the cost", len(g.Resources()), n, charged)
}

// Each attribute of the fixtures is changed and each resource deleted.
func TestTheDeltaOfAnyPatchIsTheDifferenceOfTwoEstimates(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("there are no fixtures: %v", err)
	}
	c, n, charged := builtin(t), 0, 0
	for _, name := range names {
		g := graphOf(t, readFixture(t, name).files)
		before, d := cost.Estimate(g, c, cost.Options{}), cost.NewDeltas(g, c, cost.Options{}, catalog.Options{})
		for _, r := range g.Resources() {
			for _, p := range patchesOf(r) {
				n++
				if checkDelta(t, d, c, g, before, policies.Result{Policy: name, Key: r.Key(), Fix: p}) {
					charged++
				}
			}
		}
	}
	if charged < 50 {
		t.Errorf("%d patches, %d of which change the cost: too few to mean anything", n, charged)
	}
	t.Logf("%d patches, %d of which change the cost", n, charged)
}

// patchesOf gives a patch for each attribute that is a truth, a number, a list or a reference, and one that deletes the resource.
func patchesOf(r *graph.Resource) []graph.Patch {
	if r.Data || strings.HasPrefix(r.Type, "terraform_") {
		return nil
	}
	out := []graph.Patch{{{Op: graph.Delete, Root: r.Root, Address: r.Address, Type: r.Type}}}
	for name, v := range r.Attrs {
		var other any
		switch v := v.(type) {
		case bool:
			other = !v
		case int:
			other = v + 7
		case graph.Ref, []any:
			other = nil
		default:
			continue
		}
		out = append(out, graph.Patch{{Op: graph.Set, Root: r.Root, Address: r.Address, Type: r.Type, Path: name, New: other}})
	}
	return out
}

func TestADifferenceNamesWhatIsNewGoneAndOther(t *testing.T) {
	code := func(text string) *graph.Graph {
		return graphOf(t, fstest.MapFS{"main.tf": &fstest.MapFile{Data: []byte("provider \"aws\" {\n  region = \"eu-west-1\"\n}\n" + text)}})
	}
	c := builtin(t)
	d := cost.Compare(
		cost.Estimate(code(`
resource "aws_ebs_volume" "kept" {
  availability_zone = "eu-west-1a"
  type = "gp3"
  size = 10
}
resource "aws_ebs_volume" "other" {
  availability_zone = "eu-west-1a"
  type = "gp2"
  size = 10
}
resource "aws_ebs_volume" "gone" {
  availability_zone = "eu-west-1a"
  type = "gp2"
  size = 100
}`), c, cost.Options{}),
		cost.Estimate(code(`
variable "size" {}
resource "aws_ebs_volume" "kept" {
  availability_zone = "eu-west-1a"
  type = "gp3"
  size = 10
}
resource "aws_ebs_volume" "other" {
  availability_zone = "eu-west-1a"
  type = "gp3"
  size = 10
}
resource "aws_ebs_volume" "new" {
  availability_zone = "eu-west-1a"
  type = "gp3"
  size = var.size
}`), c, cost.Options{}))
	var got []string
	for _, x := range d.Changes {
		sign := map[[2]bool]string{{true, false}: "+", {false, true}: "-", {false, false}: "~"}[[2]bool{x.Before == nil, x.After == nil}]
		got = append(got, sign+string(x.Key.Address)+" "+x.Monthly().String())
	}
	want := []string{"-aws_ebs_volume.gone -11", "+aws_ebs_volume.new 0", "~aws_ebs_volume.other -0.22"}
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v, want %v", got, want)
	}
	if d.Unchanged != 1 || len(d.Open) == 0 || !d.Monthly().Equal(decimal.RequireFromString("-11.22")) {
		t.Errorf("%d unchanged, open %v, %s a month", d.Unchanged, d.Open, d.Monthly())
	}
}
