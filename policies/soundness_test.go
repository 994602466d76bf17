package policies_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

var rounds = flag.Int("rounds", 6, "random graphs for each policy in TestVerdictsHoldUnderEveryCompletion")

// world makes random resources of the types that a policy names, with values that occur in its text.
type world struct {
	r       *rand.Rand
	types   []*catalog.Type
	strings []string
	numbers []int
	list    []*graph.Resource
}

var (
	typeWord   = regexp.MustCompile(`\b[a-z]+_[a-z0-9_]+`)
	textWord   = regexp.MustCompile("\"([^\"\\\\]*)\"|`([^`]*)`")
	numberWord = regexp.MustCompile(`\b\d{1,5}\b`)
)

func newWorld(r *rand.Rand, source string) *world {
	w := &world{r: r, strings: []string{"a", "b", ""}, numbers: []int{0, 1, 2, 3}}
	seen := map[string]bool{}
	for _, name := range typeWord.FindAllString(source, -1) {
		if t := catalog.Lookup(name); t != nil && !seen[t.Name] {
			seen[t.Name] = true
			w.types = append(w.types, t)
		}
	}
	code := source[strings.Index(source, "\npackage "):]
	for _, m := range textWord.FindAllStringSubmatch(code, -1) {
		if s := m[1] + m[2]; len(s) < 40 && catalog.Lookup(s) == nil {
			w.strings = append(w.strings, s)
		}
	}
	for _, m := range numberWord.FindAllString(source, -1) {
		n, _ := strconv.Atoi(m)
		w.numbers = append(w.numbers, n, n-1, n+1)
	}
	return w
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.Intn(len(list))] }

// fill makes up to three resources of each type.
func (w *world) fill() {
	for _, t := range w.types {
		for n := range 1 + w.r.Intn(3) {
			w.list = append(w.list, &graph.Resource{Address: graph.Address(fmt.Sprintf("%s.r%d", t.Name, n)), Type: t.Name, Name: fmt.Sprintf("r%d", n)})
		}
	}
	for _, r := range w.list {
		w.attributes(r)
	}
}

func (w *world) attributes(r *graph.Resource) {
	t := catalog.Lookup(r.Type)
	r.Attrs, r.Facts = w.object(t.Attrs, 0), map[string]any{}
	if !t.FactsOnly {
		r.Facts["_region"] = pick(w.r, []string{"eu-west-1", "us-east-1"})
		r.Facts["_account"] = "111111111111"
	}
	delete(r.Attrs, "tags")
	delete(r.Attrs, "tags_all")
	for _, a := range []string{"id", "arn"} {
		r.Attrs[a] = string(r.Address) + "/" + a
	}
}

func (w *world) object(attrs []catalog.Attr, depth int) map[string]any {
	out := map[string]any{}
	for i := range attrs {
		if v := w.value(&attrs[i], depth); v != nil {
			out[attrs[i].Name] = v
		}
	}
	return out
}

// value makes a value of an attribute; nil is null.
func (w *world) value(a *catalog.Attr, depth int) any {
	if w.r.Intn(5) == 0 && !a.Computed {
		return nil
	}
	switch a.Kind {
	case catalog.Bool:
		return w.r.Intn(2) == 0
	case catalog.Number:
		return pick(w.r, w.numbers)
	case catalog.List:
		out := []any{}
		for range w.r.Intn(3) {
			out = append(out, w.scalar(a))
		}
		return out
	case catalog.Map:
		return map[string]any{pick(w.r, w.strings) + "k": w.scalar(a)}
	case catalog.Block:
		out := []any{}
		for range w.r.Intn(3) {
			if depth < 3 {
				out = append(out, w.object(a.Attrs, depth+1))
			}
		}
		return out
	case catalog.Document:
		return fmt.Sprintf(`{"Statement":[{"Effect":%q,"Action":%q,"Resource":%q,"Principal":%q}]}`, pick(w.r, []string{"Allow", "Deny"}), pick(w.r, w.strings), pick(w.r, w.strings), pick(w.r, append(w.strings, "*")))
	}
	return w.scalar(a)
}

func (w *world) scalar(a *catalog.Attr) any {
	if len(a.Targets) > 0 {
		return w.reference(a)
	}
	if len(a.Enum) > 0 && w.r.Intn(4) > 0 {
		return pick(w.r, a.Enum)
	}
	return pick(w.r, w.strings)
}

func (w *world) reference(a *catalog.Attr) any {
	var candidates []*graph.Resource
	for _, r := range w.list {
		if slices.ContainsFunc(a.Targets, func(t catalog.Target) bool { return t.Type == r.Type }) {
			candidates = append(candidates, r)
		}
	}
	if len(candidates) == 0 {
		return pick(w.r, w.strings)
	}
	return graph.Ref{Address: pick(w.r, candidates).Address, Attr: "id"}
}

// place is a location that can be forgotten.
type place struct {
	of   graph.Address
	path string
	kind catalog.Attr
	how  string // "attribute", "more", "count", "fact"
}

// places lists what can be forgotten of built resources.
func places(resources []*graph.Resource) []place {
	var out []place
	for _, r := range resources {
		t := catalog.Lookup(r.Type)
		if t == nil {
			continue
		}
		out = append(out, placesOf(r.Address, "", t.Attrs, catalog.Attributes(r), 0)...)
		if _, ok := r.Facts["_region"]; ok {
			out = append(out, place{of: r.Address, path: "_region", how: "fact"})
		}
		if r.Of == "" && !t.FactsOnly {
			out = append(out, place{of: r.Address, path: "_count", how: "count"})
		}
	}
	return out
}

func placesOf(of graph.Address, prefix string, schema []catalog.Attr, attrs map[string]any, depth int) []place {
	var out []place
	for _, a := range schema {
		v, ok := attrs[a.Name]
		if !ok || a.Name == "id" || a.Name == "arn" || a.Name == "tags" || a.Name == "tags_all" {
			continue
		}
		p := graph.Child(prefix, a.Name)
		out = append(out, place{of: of, path: p, kind: a, how: "attribute"})
		list, isList := v.([]any)
		if !isList {
			continue
		}
		if a.Kind == catalog.Block || a.Kind == catalog.List {
			out = append(out, place{of: of, path: p, kind: a, how: "more"})
		}
		for i, x := range list {
			if m, ok := x.(map[string]any); ok && a.Kind == catalog.Block {
				out = append(out, placesOf(of, graph.Element(p, i), a.Attrs, m, depth+1)...)
			} else if a.Kind == catalog.List {
				element := catalog.Attr{Name: a.Name, Kind: catalog.String, Targets: a.Targets, Enum: a.Enum}
				out = append(out, place{of: of, path: graph.Element(p, i), kind: element, how: "attribute"})
			}
		}
	}
	return out
}

// without gives the value with the location taken out: a key is deleted, an element becomes nil.
func without(v any, steps []graph.Step) any {
	switch c := v.(type) {
	case map[string]any:
		c = maps.Clone(c)
		if len(steps) == 1 {
			delete(c, steps[0].Name)
		} else if inner, ok := c[steps[0].Name]; ok {
			c[steps[0].Name] = without(inner, steps[1:])
		}
		return c
	case []any:
		c = slices.Clone(c)
		if steps[0].Index < 0 || steps[0].Index >= len(c) {
			return c
		}
		if len(steps) == 1 {
			c[steps[0].Index] = nil
		} else {
			c[steps[0].Index] = without(c[steps[0].Index], steps[1:])
		}
		return c
	}
	return v
}

func with(v any, steps []graph.Step, value any) any {
	if len(steps) == 0 {
		return value
	}
	switch c := v.(type) {
	case map[string]any:
		c = maps.Clone(c)
		c[steps[0].Name] = with(c[steps[0].Name], steps[1:], value)
		return c
	case []any:
		c = slices.Clone(c)
		if i := steps[0].Index; i >= 0 && i < len(c) {
			c[i] = with(c[i], steps[1:], value)
		}
		return c
	}
	return v
}

// strip takes what Build derived off a resource, so that it can be built again.
func strip(r *graph.Resource) *graph.Resource {
	c := *r
	c.Attrs, c.Unknown, c.Facts = maps.Clone(r.Attrs), maps.Clone(r.Unknown), maps.Clone(r.Facts)
	return &c
}

func edit(resources []*graph.Resource, of graph.Address, change func(*graph.Resource)) []*graph.Resource {
	out := slices.Clone(resources)
	for i, r := range out {
		if r.Address == of {
			out[i] = strip(r)
			change(out[i])
		}
	}
	return out
}

// forget makes a place unknown.
func forget(resources []*graph.Resource, p place) []*graph.Resource {
	steps, err := graph.ParsePath(p.path)
	if err != nil {
		panic(err)
	}
	out := edit(resources, p.of, func(r *graph.Resource) {
		if r.Unknown == nil {
			r.Unknown = map[string]string{}
		}
		switch p.how {
		case "count":
			r.Unknown["_count"] = "forgotten"
		case "fact":
			delete(r.Facts, p.path)
			r.Unknown[p.path] = "forgotten"
		case "more":
			r.Unknown[p.path+"[*]"] = "forgotten"
		default:
			r.Attrs = without(r.Attrs, steps).(map[string]any)
			for inner := range r.Unknown {
				if strings.HasPrefix(inner, p.path+".") || strings.HasPrefix(inner, p.path+"[") {
					delete(r.Unknown, inner)
				}
			}
			r.Unknown[p.path] = "forgotten"
		}
	})
	if p.how == "count" { // its parts come and go with it
		for i, r := range out {
			if r.Of == p.of {
				c := strip(r)
				if c.Unknown == nil {
					c.Unknown = map[string]string{}
				}
				c.Unknown["_count"] = "forgotten"
				out[i] = c
			}
		}
	}
	return out
}

// complete gives the place a value that it might turn out to have. Resources that the code does not show may be added.
func (w *world) complete(resources []*graph.Resource, p place, original []*graph.Resource) []*graph.Resource {
	steps, _ := graph.ParsePath(p.path)
	var before *graph.Resource
	for _, r := range original {
		if r.Address == p.of {
			before = r
		}
	}
	if p.how == "count" {
		if w.r.Intn(2) == 0 {
			return slices.DeleteFunc(slices.Clone(resources), func(r *graph.Resource) bool { return r.Address == p.of || r.Of == p.of })
		}
		out := slices.Clone(resources)
		for i, r := range out {
			if r.Address == p.of || r.Of == p.of {
				c := strip(r)
				delete(c.Unknown, "_count")
				out[i] = c
			}
		}
		return out
	}
	if len(p.kind.Targets) > 0 && w.r.Intn(3) == 0 { // something outside
		t := catalog.Lookup(pick(w.r, p.kind.Targets).Type)
		if t == nil {
			return resources
		}
		outside := &graph.Resource{Address: graph.Address(fmt.Sprintf("%s.outside%d", t.Name, len(resources))), Type: t.Name, Name: "outside", Data: false}
		read := w.list
		w.list = nil // what was not read points at nothing that was: the world is closed
		w.attributes(outside)
		w.list = read
		resources = append(slices.Clone(resources), outside)
	}
	return edit(resources, p.of, func(r *graph.Resource) {
		switch p.how {
		case "fact":
			delete(r.Unknown, p.path)
			r.Facts[p.path] = pick(w.r, []string{"eu-west-1", "us-east-1"})
		case "more":
			delete(r.Unknown, p.path+"[*]")
			v, _ := graph.Lookup(r.Attrs, p.path)
			list, _ := v.([]any)
			list = slices.Clone(list)
			for range w.r.Intn(3) {
				if p.kind.Kind == catalog.Block {
					list = append(list, w.object(p.kind.Attrs, 1))
				} else {
					list = append(list, w.scalar(&p.kind))
				}
			}
			r.Attrs = with(r.Attrs, steps, list).(map[string]any)
		default:
			delete(r.Unknown, p.path)
			v, _ := graph.Lookup(before.Attrs, p.path)
			if w.r.Intn(4) > 0 {
				v = w.value(&p.kind, 1)
			}
			r.Attrs = with(r.Attrs, steps, v).(map[string]any)
		}
	})
}

type verdictKey struct {
	policy string
	key    graph.Key
}

// evaluation is Evaluate, or EvaluateWhole: what holds of a completed graph is asked without taking anything apart.
type evaluation func(context.Context, *graph.Graph, policies.Options) (policies.Results, error)

func verdicts(t testing.TB, evaluate evaluation, id string, resources []*graph.Resource) map[verdictKey]policies.Verdict {
	t.Helper()
	opts := policies.Options{Select: func(m policies.Meta) bool { return m.ID == id }}
	got, err := evaluate(context.Background(), catalog.Build(resources, catalog.Options{Stage: "production"}), opts)
	if err != nil {
		t.Fatal(id, err)
	}
	for _, p := range got.Problems {
		if p.Policy == id && !strings.Contains(p.Why, "fix") {
			t.Fatal(id, p.Why)
		}
	}
	out := map[verdictKey]policies.Verdict{}
	for _, r := range got.Results {
		out[verdictKey{r.Policy, r.Key}] = r.Verdict
	}
	return out
}

// contradicts says whether a verdict given under unknowns is wrong about a completion.
func contradicts(known, completed policies.Verdict) bool {
	switch known {
	case policies.Fail:
		return completed == policies.Pass || completed == policies.NotApplicable
	case policies.Pass, policies.NotApplicable:
		return completed == policies.Fail
	}
	return false
}

func TestVerdictsHoldUnderEveryCompletion(t *testing.T) {
	set := builtin(t)
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metas {
		t.Run(m.ID, func(t *testing.T) {
			_, source, _ := set.Source(m.ID)
			n := map[policies.Verdict]int{}
			for seed := range *rounds {
				w := newWorld(rand.New(rand.NewSource(int64(seed))), source)
				w.fill()
				checkCompletions(t, set, m.ID, w, seed, n)
				if t.Failed() {
					return
				}
			}
			t.Log(n)
		})
	}
}

func checkCompletions(t *testing.T, set *policies.Set, id string, w *world, seed int, n map[policies.Verdict]int) {
	full := catalog.Build(w.list, catalog.Options{Stage: "production"}).Resources()
	all := places(full)
	if len(all) == 0 {
		return // this world has no attribute that could be forgotten
	}
	for range 4 {
		partial := full
		var chosen []place
		for range 1 + w.r.Intn(4) {
			p := pick(w.r, all)
			if slices.ContainsFunc(chosen, func(q place) bool {
				return q.of == p.of && (strings.HasPrefix(q.path, p.path) || strings.HasPrefix(p.path, q.path))
			}) {
				continue
			}
			chosen = append(chosen, p)
			partial = forget(partial, p)
		}
		known := verdicts(t, set.Evaluate, id, partial)
		for _, v := range known {
			n[v]++
		}
		for range 5 {
			completed := partial
			for _, p := range chosen {
				completed = w.complete(completed, p, full)
			}
			for k, v := range verdicts(t, set.EvaluateWhole, id, completed) {
				if was, ok := known[k]; ok && contradicts(was, v) {
					t.Errorf("seed %d: %s is %s, and %s when what is unknown turns out in one way; unknown: %v", seed, k.key, was, v, describePlaces(chosen))
					return
				}
			}
		}
	}
}

func describePlaces(list []place) []string {
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprintf("%s %s (%s)", p.of, p.path, p.how))
	}
	return out
}
