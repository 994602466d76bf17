package policies_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// TestPlacementFixes compares what the checks of zones propose with what is written behind "#=", and carries it out.
func TestPlacementFixes(t *testing.T) {
	file, err := txtar.ParseFile("testdata/placement.txtar")
	if err != nil {
		t.Fatal(err)
	}
	set := builtin(t)
	for _, section := range file.Files {
		id, _, _ := strings.Cut(section.Name, ":")
		t.Run(section.Name, func(t *testing.T) {
			g, err := readTerraform(context.Background(), fstest.MapFS{"main.tf": {Data: section.Data}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(proposals(section.Data), fixesOf(t, set, id, g)); diff != "" {
				t.Error(diff)
			}
			checkFixes(t, set, id, g)
		})
	}
}

// proposals are the lines behind "#=".
func proposals(code []byte) []string {
	var out []string
	for line := range strings.Lines(string(code)) {
		if rest, ok := strings.CutPrefix(line, "#= "); ok {
			out = append(out, strings.TrimSuffix(rest, "\n"))
		}
	}
	return out
}

// fixesOf prints the changes that a policy proposes, which must fail: "OP ADDRESS [PATH] VALUE", sorted.
func fixesOf(t *testing.T, set *policies.Set, id string, g *graph.Graph) []string {
	t.Helper()
	got, err := set.Evaluate(context.Background(), g, policies.Options{Select: func(m policies.Meta) bool { return m.ID == id }})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Problems {
		t.Error(p.Why)
	}
	if !slices.ContainsFunc(got.Results, func(r policies.Result) bool { return r.Verdict == policies.Fail }) {
		t.Error("nothing fails")
	}
	var out []string
	for _, r := range got.Results {
		for _, c := range r.Fix {
			line := fmt.Sprintf("%s %s %s", c.Op, c.Address, c.Path)
			out = append(out, strings.TrimSpace(line)+" "+written(t, c.New))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// written is a value in JSON, references as their interpolation.
func written(t *testing.T, v any) string {
	t.Helper()
	var plain func(v any) any
	plain = func(v any) any {
		switch v := v.(type) {
		case graph.Ref:
			return v.String()
		case []any:
			out := make([]any, len(v))
			for i, x := range v {
				out[i] = plain(x)
			}
			return out
		case map[string]any:
			out := map[string]any{}
			for k, x := range v {
				out[k] = plain(x)
			}
			return out
		}
		return v
	}
	text, err := json.Marshal(plain(v))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
