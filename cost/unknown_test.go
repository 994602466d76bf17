package cost_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
)

// TestWhatIsForgottenIsMissed forgets each attribute of each resource of the fixtures. A total that changes must say that something is missing,
// or that something is assumed: it may never just be lower.
func TestWhatIsForgottenIsMissed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, file := range files {
		f := readFixture(t, file)
		g := built(t, f.files)
		whole := byKey(cost.Estimate(g, builtin(t), f.options(t)))
		for _, r := range g.Resources() {
			for _, path := range leaves(r) {
				tried++
				after := byKey(cost.Estimate(forgotten(g, r, path), builtin(t), f.options(t)))
				for k, was := range whole {
					if lost(was, after[k]) {
						t.Errorf("%s: without %s of %s, %s costs %s instead of %s, and nothing is missing:\n%s", file, path, r.Address, k, after[k].Monthly, was.Monthly, draft(after[k]))
					}
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d attributes were forgotten", tried)
	}
}

func byKey(e cost.Estimated) map[graph.Key]cost.Resource {
	out := map[graph.Key]cost.Resource{}
	for _, r := range e.Resources {
		out[r.Key()] = r
	}
	return out
}

// lost says that a resource costs something else and neither misses what was forgotten nor assumes it.
func lost(was, now cost.Resource) bool {
	if now.Monthly.Equal(was.Monthly) && len(now.Lines) >= len(was.Lines) {
		return false
	}
	missed := slices.ContainsFunc(now.Unpriced, func(u cost.Unpriced) bool { return strings.Contains(u.Why, "forgotten") })
	return !missed && assumed(now) <= assumed(was)
}

func assumed(r cost.Resource) int {
	n := 0
	for _, l := range r.Lines {
		n += strings.Count(l.Note, "assumed")
	}
	return n
}

// leaves lists the paths of the values of a resource, but for names and other words that nothing reads.
func leaves(r *graph.Resource) []string {
	var out []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(graph.Child(path, k), v[k])
			}
		case []any:
			for i, x := range v {
				walk(graph.Element(path, i), x)
			}
		}
		if path != "" {
			out = append(out, path)
		}
	}
	walk("", r.Attrs)
	return out
}

// forgotten is the graph with one value of one resource unknown; edges stay, as the code still names what it refers to.
func forgotten(g *graph.Graph, r *graph.Resource, path string) *graph.Graph {
	c := *r
	c.Attrs = without(r.Attrs, path).(map[string]any)
	c.Unknown = maps.Clone(r.Unknown)
	if c.Unknown == nil {
		c.Unknown = map[string]string{}
	}
	c.Unknown[path] = "forgotten"
	all := slices.Clone(g.Resources())
	for i, x := range all {
		if x == r {
			all[i] = &c
		}
	}
	return graph.New(all, g.Edges())
}

// without copies a value and takes the location away: a name from its map; of a list the place holds nil.
func without(v any, path string) any {
	steps, err := graph.ParsePath(path)
	if err != nil {
		return v
	}
	return cut(v, steps)
}

func cut(v any, steps []graph.Step) any {
	switch c := v.(type) {
	case map[string]any:
		out := maps.Clone(c)
		if len(steps) == 1 {
			delete(out, steps[0].Name)
		} else {
			out[steps[0].Name] = cut(c[steps[0].Name], steps[1:])
		}
		return out
	case []any:
		out := slices.Clone(c)
		if len(steps) == 1 {
			out[steps[0].Index] = nil
		} else {
			out[steps[0].Index] = cut(c[steps[0].Index], steps[1:])
		}
		return out
	}
	return v
}
