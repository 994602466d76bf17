package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plumbline-dev/plumbline/graph"
)

type object = map[string]any

// exact compares resources whatever their order.
var exact = cmp.Options{cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b *graph.Resource) bool { return a.Key().Compare(b.Key()) < 0 })}

func bucket(name string, attrs object, unknown ...string) *graph.Resource {
	r := &graph.Resource{Address: graph.Address("aws_s3_bucket." + name), Type: "aws_s3_bucket", Name: name, Attrs: attrs, Unknown: map[string]string{}, Origins: []graph.Origin{{File: "main.tf", Line: 3}}}
	for _, p := range unknown {
		r.Unknown[p] = "because of " + p
	}
	return r
}

func set(path string, value any) graph.Change {
	return graph.Change{Op: graph.Set, Address: "aws_s3_bucket.b", Path: path, New: value}
}

func TestSet(t *testing.T) {
	for name, tt := range map[string]struct {
		before *graph.Resource
		change graph.Change
		want   *graph.Resource
	}{
		"a value":                         {bucket("b", object{"a": 1}), set("a", 2), bucket("b", object{"a": 2})},
		"null":                            {bucket("b", object{"a": 1}), set("a", nil), bucket("b", object{"a": nil})},
		"what was null":                   {bucket("b", object{"a": nil}), set("a", 2), bucket("b", object{"a": 2})},
		"what was missing":                {bucket("b", object{}), set("a", 2), bucket("b", object{"a": 2})},
		"what was not known":              {bucket("b", object{}, "a"), set("a", 2), bucket("b", object{"a": 2})},
		"what was partly not known":       {bucket("b", object{"a": []any{1, nil}}, "a[1]", "a[*]"), set("a", []any{3}), bucket("b", object{"a": []any{3}})},
		"one element that was not known":  {bucket("b", object{"a": []any{1, nil}}, "a[1]", "a[*]"), set("a[1]", 2), bucket("b", object{"a": []any{1, 2}}, "a[*]")},
		"inside a block":                  {bucket("b", object{"v": []any{object{"on": false, "x": 1}}}), set("v[0].on", true), bucket("b", object{"v": []any{object{"on": true, "x": 1}}})},
		"inside a block that is missing":  {bucket("b", object{}), set("v[0].on", true), bucket("b", object{"v": []any{object{"on": true}}})},
		"inside a block that is null":     {bucket("b", object{"v": nil}), set("v[0].on", true), bucket("b", object{"v": []any{object{"on": true}}})},
		"inside one more block":           {bucket("b", object{"v": []any{object{}}}), set("v[1].w[0].on", true), bucket("b", object{"v": []any{object{}, object{"w": []any{object{"on": true}}}}})},
		"a tag":                           {bucket("b", object{"tags": object{"a.b": "1"}}), set(`tags["a.b"]`, "2"), bucket("b", object{"tags": object{"a.b": "2"}})},
		"a tag where there were none":     {bucket("b", object{"tags": nil}), set("tags.Env", "prod"), bucket("b", object{"tags": object{"Env": "prod"}})},
		"a tag that was not known":        {bucket("b", object{"tags": object{}}, "tags.Env", "tags.Envy"), set("tags.Env", "prod"), bucket("b", object{"tags": object{"Env": "prod"}}, "tags.Envy")},
		"away":                            {bucket("b", object{"a": 1, "c": 2}), set("a", graph.Gone{}), bucket("b", object{"c": 2})},
		"the last element away":           {bucket("b", object{"a": []any{1, 2}}), set("a[1]", graph.Gone{}), bucket("b", object{"a": []any{1}})},
		"to something unknown":            {bucket("b", object{"a": 1}), set("a", graph.NotKnown{Why: "because of a"}), bucket("b", object{}, "a")},
		"an element to something unknown": {bucket("b", object{"a": []any{1, 2}}), set("a[0]", graph.NotKnown{Why: "because of a[0]"}), bucket("b", object{"a": []any{nil, 2}}, "a[0]")},
	} {
		t.Run(name, func(t *testing.T) {
			all := []*graph.Resource{tt.before, bucket("other", object{"a": 1})}
			was := clone(all)
			after, undo, err := graph.Patch{tt.change}.Apply(all)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]*graph.Resource{tt.want, all[1]}, after, exact); diff != "" {
				t.Errorf("after:\n%s", diff)
			}
			if diff := cmp.Diff(was, all, exact); diff != "" {
				t.Errorf("the argument was changed:\n%s", diff)
			}
			back, redo, err := undo.Apply(after)
			if err != nil {
				t.Fatalf("undoing with %+v: %v", undo, err)
			}
			if diff := cmp.Diff(was, back, exact); diff != "" {
				t.Errorf("undone with %+v:\n%s", undo, diff)
			}
			again, _, err := redo.Apply(back)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(after, again, exact); diff != "" {
				t.Errorf("redone:\n%s", diff)
			}
		})
	}
}

func TestChangesThatCannotBeMade(t *testing.T) {
	all := []*graph.Resource{bucket("b", object{"a": 1, "v": []any{object{}}, "s": "text"}, "u")}
	for name, tt := range map[string]struct {
		change graph.Change
		want   string
	}{
		"no such resource":       {graph.Change{Op: graph.Set, Address: "aws_s3_bucket.z", Path: "a"}, "there is no such resource"},
		"delete what is not":     {graph.Change{Op: graph.Delete, Address: "aws_s3_bucket.z"}, "there is no such resource"},
		"create what is":         {graph.Change{Op: graph.Create, Address: "aws_s3_bucket.b", New: object{}}, "it exists already"},
		"create from a text":     {graph.Change{Op: graph.Create, Address: "aws_s3_bucket.z", New: "x"}, "its attributes are a string"},
		"another operation":      {graph.Change{Op: "burn", Address: "aws_s3_bucket.b"}, `unknown operation "burn"`},
		"no path":                {set("", 1), "no place of a value"},
		"a path of no name":      {set("[0]", 1), "no place of a value"},
		"a path that is broken":  {set("a[", 1), "missing ]"},
		"any element":            {set("v[*]", 1), "no place of a value"},
		"inside any element":     {set("v[*].x", 1), "no place of a value"},
		"inside a text":          {set("s.x", 1), "x inside a string"},
		"position of a text":     {set("s[0]", 1), "[0] inside a string"},
		"name inside a list":     {set("v.x", 1), `"x" inside a list`},
		"position in a block":    {set("v[0][1]", 1), "position 1 of something with names"},
		"far behind the end":     {set("v[2].x", 1), "position 2 of a list of 1"},
		"inside what is unknown": {set("u[0].x", 1), "u is not known: because of u"},
		"nothing away":           {set("z", graph.Gone{}), "nothing is there"},
	} {
		after, undo, err := graph.Patch{tt.change}.Apply(all)
		if err == nil || !strings.Contains(err.Error(), tt.want) || after != nil || undo != nil {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestDeletedResourcesComeBackWhole(t *testing.T) {
	all := []*graph.Resource{bucket("b", object{"a": 1}, "u"), bucket("c", object{})}
	after, undo, err := graph.Patch{{Op: graph.Delete, Address: "aws_s3_bucket.b"}}.Apply(all)
	if err != nil || len(after) != 1 {
		t.Fatal(after, err)
	}
	back, _, err := undo.Apply(after)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, back, exact); diff != "" {
		t.Error(diff)
	}
}

func TestChangesAsJSON(t *testing.T) {
	text, err := json.Marshal(graph.Patch{set("a", graph.Gone{}), set("b", graph.NotKnown{Why: "x"}), set("c", nil)})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"op":"set","address":"aws_s3_bucket.b","path":"a","new":{"$gone":true}},{"op":"set","address":"aws_s3_bucket.b","path":"b","new":{"$not_known":"x"}},{"op":"set","address":"aws_s3_bucket.b","path":"c","new":null}]`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
}

// A patch of random changes can be undone, whatever it did.
func TestAnyPatchCanBeUndone(t *testing.T) {
	applied := 0
	for seed := range uint64(1500) {
		rng := rand.New(rand.NewPCG(seed, 2))
		all := randomResources(rng)
		was := clone(all)
		patch := randomPatch(rng)
		after, undo, err := patch.Apply(all)
		if diff := cmp.Diff(was, all, exact); diff != "" {
			t.Fatalf("seed %d: the argument was changed:\n%s", seed, diff)
		}
		if err != nil {
			continue
		}
		applied++
		back, _, err := undo.Apply(after)
		if err != nil {
			t.Fatalf("seed %d: %+v undone with %+v: %v", seed, patch, undo, err)
		}
		if diff := cmp.Diff(was, back, exact); diff != "" {
			t.Fatalf("seed %d: %+v undone with %+v:\n%s", seed, patch, undo, diff)
		}
	}
	if applied < 300 {
		t.Errorf("only %d of the random patches could be applied", applied)
	}
}

var randomNames = []string{"a", "b", "c.d", "e"}

func randomResources(rng *rand.Rand) []*graph.Resource {
	var out []*graph.Resource
	for i := range 3 {
		r := bucket(fmt.Sprint("r", i), object{})
		for _, name := range randomNames {
			if v := randomState(rng, r, graph.Child("", name), 3); v != (graph.Gone{}) {
				r.Attrs[name] = v
			}
		}
		out = append(out, r)
	}
	return out
}

// randomState gives a value, or Gone for what is missing or unknown, which it notes.
func randomState(rng *rand.Rand, r *graph.Resource, path string, deep int) any {
	n := 7
	if deep == 0 {
		n = 5
	}
	switch rng.IntN(n) {
	case 0:
		return graph.Gone{}
	case 1:
		r.Unknown[path] = "why " + path
		return graph.Gone{}
	case 2:
		return nil
	case 3, 4:
		return rng.IntN(9)
	case 5:
		m := object{}
		for _, name := range randomNames {
			if v := randomState(rng, r, graph.Child(path, name), deep-1); v != (graph.Gone{}) {
				m[name] = v
			}
		}
		return m
	}
	list := []any{}
	for i := range rng.IntN(3) {
		v := randomState(rng, r, graph.Element(path, i), deep-1)
		if v == (graph.Gone{}) {
			v = nil
		}
		list = append(list, v)
	}
	if rng.IntN(3) == 0 {
		r.Unknown[graph.Element(path, graph.Any)] = "more"
	}
	return list
}

func randomPatch(rng *rand.Rand) graph.Patch {
	var p graph.Patch
	for range 1 + rng.IntN(3) {
		c := graph.Change{Op: graph.Set, Address: graph.Address(fmt.Sprint("aws_s3_bucket.r", rng.IntN(3))), Type: "aws_s3_bucket"}
		switch rng.IntN(8) {
		case 0:
			c.Op = graph.Delete
		case 1:
			c.Op, c.Address, c.New = graph.Create, "aws_s3_bucket.new", object{"a": 1}
		default:
			c.Path = graph.Child("", randomNames[rng.IntN(len(randomNames))])
			for range rng.IntN(3) {
				if rng.IntN(2) == 0 {
					c.Path = graph.Element(c.Path, rng.IntN(3))
				} else {
					c.Path = graph.Child(c.Path, randomNames[rng.IntN(len(randomNames))])
				}
			}
			c.New = []any{nil, 42, true, object{"x": 1}, []any{1, 2}, graph.Gone{}, graph.NotKnown{Why: "set so"}}[rng.IntN(7)]
		}
		p = append(p, c)
	}
	return p
}

func clone(resources []*graph.Resource) []*graph.Resource {
	out := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := *r
		c.Attrs, _ = cloneValue(r.Attrs).(object)
		c.Unknown = maps.Clone(r.Unknown)
		c.Origins = slices.Clone(r.Origins)
		out[i] = &c
	}
	return out
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case object:
		m := object{}
		for k, x := range v {
			m[k] = cloneValue(x)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = cloneValue(x)
		}
		return list
	}
	return v
}
