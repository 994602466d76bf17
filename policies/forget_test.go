package policies_test

import (
	"flag"
	"maps"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

var forgetAll = flag.Bool("forget", false, "forget every location of every case in TestForgottenValuesDoNotTurnVerdicts; without it, some of each policy, but all with CI=true")

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// TestForgottenValuesDoNotTurnVerdicts forgets, one at a time, the locations that a policy may read in the graphs of its
// cases: a fail may become undecided and never a pass, a pass never a fail, and what stays decided agrees with sampled values.
func TestForgottenValuesDoNotTurnVerdicts(t *testing.T) {
	graphs, err := caseGraphs()
	if err != nil {
		t.Fatal(err)
	}
	set := builtin(t)
	for _, id := range sortedKeys(graphs) {
		area, name, _ := strings.Cut(id, ".")
		t.Run(area+"/"+name, func(t *testing.T) {
			_, source, _ := set.Source(id)
			r := rand.New(rand.NewSource(1))
			tries := 0
			for _, c := range graphs[id] {
				resources := c.g.Resources()
				original := verdicts(t, set.EvaluateWhole, id, resources)
				all := slices.DeleteFunc(places(resources), func(p place) bool { return !named(source, p) })
				r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				for i, p := range all {
					if tries++; !(*forgetAll || os.Getenv("CI") == "true") && (i >= 3 || tries > 15) {
						break
					}
					checkForgotten(t, set, id, source, c, p, resources, original, r)
					if t.Failed() {
						return
					}
				}
			}
		})
	}
}

// named says whether a policy's text has the last word of the place.
func named(source string, p place) bool {
	if p.how == "count" {
		return true
	}
	words := strings.Split(graph.Schematic(p.path), ".")
	return strings.Contains(source, words[len(words)-1]) || strings.Contains(source, words[0])
}

func checkForgotten(t *testing.T, set *policies.Set, id, source string, c caseGraph, p place, resources []*graph.Resource, original map[verdictKey]policies.Verdict, r *rand.Rand) {
	t.Helper()
	partial := forget(resources, p)
	known := verdicts(t, set.Evaluate, id, partial)
	for k, was := range original {
		now, ok := known[k]
		if ok && contradicts(now, was) {
			t.Errorf("%s: %s: %s is %s with %s of %s forgotten, and %s in truth", c.Where, c.Says, k.key, now, p.path, p.of, was)
		}
	}
	w := newWorld(r, source)
	w.list = slices.Clone(resources)
	for range 3 {
		completed := w.complete(partial, p, resources)
		for k, v := range verdicts(t, set.EvaluateWhole, id, completed) {
			if now, ok := known[k]; ok && contradicts(now, v) {
				t.Errorf("%s: %s: %s is %s with %s of %s forgotten (%s), and %s for one value of it", c.Where, c.Says, k.key, now, p.path, p.of, p.how, v)
				return
			}
		}
	}
}
