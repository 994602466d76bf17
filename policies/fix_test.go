package policies_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// TestFixes carries out the fix of every failing case: the finding is gone, no policy fails that did not fail before, and
// the inverse restores the graph.
func TestFixes(t *testing.T) {
	graphs, err := caseGraphs()
	if err != nil {
		t.Fatal(err)
	}
	set := builtin(t)
	for _, id := range sortedKeys(graphs) {
		for _, c := range graphs[id] {
			if c.Verdict != policies.Fail {
				continue
			}
			area, name, _ := strings.Cut(id, ".")
			t.Run(area+"/"+name+"/"+c.Says, func(t *testing.T) { checkFixes(t, set, id, c.g) })
		}
	}
}

func checkFixes(t *testing.T, set *policies.Set, id string, g *graph.Graph) {
	got, err := set.Evaluate(context.Background(), g, policies.Options{Select: func(m policies.Meta) bool { return m.ID == id }})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Problems {
		if p.Policy == id {
			t.Error(p.Why)
		}
	}
	done := map[graph.Key]bool{}
	for _, r := range got.Results {
		if len(r.Fix) == 0 || done[r.Key] {
			continue
		}
		done[r.Key] = true
		catalogKnows(t, r.Fix)
		after, undo, err := r.Fix.Apply(g.Resources())
		if err != nil {
			t.Errorf("fix of %s: %v", r.Key, err)
			continue
		}
		fixed := catalog.Build(after, catalog.Options{})
		related := touching(set, r.Fix)
		before := failing(t, set, g, related)
		for k := range failing(t, set, fixed, related) {
			if k == (verdictKey{id, r.Key}) {
				t.Errorf("the fix of %s does not close the finding: %+v", r.Key, r.Fix)
			} else if !before[k] {
				t.Errorf("the fix of %s opens %s on %s: %+v", r.Key, k.policy, k.key, r.Fix)
			}
		}
		back, _, err := undo.Apply(after)
		if err != nil {
			t.Errorf("undoing the fix of %s: %v", r.Key, err)
			continue
		}
		if diff := cmp.Diff(contents(g), contents(catalog.Build(back, catalog.Options{}))); diff != "" {
			t.Errorf("undoing the fix of %s does not restore the graph:\n%s", r.Key, diff)
		}
	}
}

// touching chooses the policies whose text names a type that a patch changes: only they can see the difference.
func touching(set *policies.Set, p graph.Patch) func(policies.Meta) bool {
	return func(m policies.Meta) bool {
		_, text, _ := set.Source(m.ID)
		for _, c := range p {
			if strings.Contains(text, c.Type) {
				return true
			}
		}
		return false
	}
}

// catalogKnows demands that created types and the attributes that are set are in the catalog: their names are not
// checked anywhere else.
func catalogKnows(t *testing.T, p graph.Patch) {
	t.Helper()
	for _, c := range p {
		typ := catalog.Lookup(c.Type)
		if typ == nil {
			t.Errorf("%s of %s: the catalog has no type %q", c.Op, c.Address, c.Type)
			continue
		}
		if c.Op == graph.Set && typ.Attr(graph.Schematic(c.Path)) == nil {
			t.Errorf("set %s of %s: the catalog has no such attribute", c.Path, c.Address)
		}
		if values, ok := c.New.(map[string]any); ok && c.Op == graph.Create {
			for name := range values {
				if typ.Attr(name) == nil && name != graph.Lifecycle {
					t.Errorf("create %s: the catalog has no attribute %s of %s", c.Address, name, c.Type)
				}
			}
		}
	}
}

func failing(t *testing.T, set *policies.Set, g *graph.Graph, chosen func(policies.Meta) bool) map[verdictKey]bool {
	t.Helper()
	got, err := set.Evaluate(context.Background(), g, policies.Options{Select: chosen})
	if err != nil {
		t.Fatal(err)
	}
	out := map[verdictKey]bool{}
	for _, r := range got.Results {
		if r.Verdict == policies.Fail {
			out[verdictKey{r.Policy, r.Key}] = true
		}
	}
	return out
}

func contents(g *graph.Graph) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, r := range g.Resources() {
		out[r.Key().String()] = r.Attrs
	}
	for i, e := range g.Edges() {
		out[fmt.Sprintf("edge %d", i)] = map[string]any{"": fmt.Sprint(e)}
	}
	return out
}
