package policies_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

func builtin(t testing.TB) *policies.Set {
	t.Helper()
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestBuiltinPoliciesKeepTheRules(t *testing.T) {
	if err := builtin(t).Check(); err != nil {
		t.Error(err)
	}
}

var requirement = regexp.MustCompile(`RA-\d+`)

func TestMetadataOfBuiltinPoliciesIsComplete(t *testing.T) {
	page, err := os.ReadFile("../docs/reference-architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	requirements := map[string]bool{}
	for _, id := range requirement.FindAllString(string(page), -1) {
		requirements[id] = true
	}
	list, err := policies.Controls()
	if err != nil {
		t.Fatal(err)
	}
	controls := map[string]bool{}
	for _, c := range list {
		controls[c.ID] = true
	}
	set := builtin(t)
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metas {
		_, text, _ := set.Source(m.ID)
		for what, missing := range map[string]bool{
			"control": len(m.Controls) == 0, "requirement": len(m.Requirements) == 0, "description": m.Description == "",
			"remediation": m.Remediation == "", "example": m.Example == "", "disruption": m.Disruption == "" && strings.Contains(text, "\nfix contains"),
		} {
			if missing {
				t.Errorf("%s says no %s", m.ID, what)
			}
		}
		for _, c := range m.Controls {
			if !controls[c] {
				t.Errorf("%s: there is no control %q", m.ID, c)
			}
		}
		for _, r := range m.Requirements {
			if !requirements[r] && !requirements[strings.Replace(r, "RA-0", "RA-", 1)] {
				t.Errorf("%s: docs/reference-architecture.md has no %q", m.ID, r)
			}
		}
		for _, at := range []string{strings.ReplaceAll(m.ID, ".", "/") + ".txtar"} {
			if _, err := os.Stat(at); err != nil {
				t.Errorf("%s has no cases: %v", m.ID, err)
			}
		}
	}
}

// TestWorkGrowsWithResources evaluates every policy on some of its cases, once and four times: a rule that rescans for every key
// allocates more than in proportion. Allocations are counted, since time is not to be trusted.
func TestWorkGrowsWithResources(t *testing.T) {
	graphs, err := caseGraphs()
	if err != nil {
		t.Fatal(err)
	}
	set := builtin(t)
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metas {
		id := m.ID
		if len(m.Scans) > 0 {
			continue // each resource is held against every one of a type: that is what scans says
		}
		var resources []*graph.Resource
		for i, c := range graphs[id] {
			if c.Verdict == policies.Undecided || i > 6 {
				continue
			}
			resources = append(resources, inRoot(c.g.Resources(), fmt.Sprint("case", i))...)
		}
		small, large := copies(resources, 1), copies(resources, 4)
		if len(large.Edges()) > 5*len(small.Edges()) {
			continue // names join across roots: the graph itself is more than four times as large
		}
		o := policies.Options{Select: func(m policies.Meta) bool { return m.ID == id }, Workers: 1}
		evaluate := func(g *graph.Graph) float64 {
			return allocations(func() {
				if _, err := set.Evaluate(context.Background(), g, o); err != nil {
					t.Error(err)
				}
			})
		}
		evaluate(small) // compiles
		if a, b := evaluate(small), evaluate(large); b > 7*a {
			t.Errorf("%s: %.0f allocations for %d resources, %.0f for %d: more than in proportion", id, a, len(small.Resources()), b, len(large.Resources()))
		}
	}
}

func allocations(run func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}

// copies builds a graph of n copies of the resources, each in a root of its own.
func copies(resources []*graph.Resource, n int) *graph.Graph {
	var all []*graph.Resource
	for i := range n {
		all = append(all, inRoot(resources, fmt.Sprint("copy", i))...)
	}
	return catalog.Build(all, catalog.Options{})
}

func inRoot(resources []*graph.Resource, root string) []*graph.Resource {
	out := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := *r
		c.Root = root + "/" + r.Root
		c.Attrs, _ = rerooted(r.Attrs, c.Root).(map[string]any)
		out[i] = &c
	}
	return out
}

func rerooted(v any, root string) any {
	switch v := v.(type) {
	case graph.Ref:
		v.Root = root
		return v
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = rerooted(x, root)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = rerooted(x, root)
		}
		return out
	}
	return v
}
