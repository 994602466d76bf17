package graph_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
)

func TestParsePath(t *testing.T) {
	n, i := graph.Name, graph.Index
	for path, want := range map[string][]graph.Step{
		"":                         nil,
		"a":                        {n("a")},
		"a.b-c.d_1":                {n("a"), n("b-c"), n("d_1")},
		"route[0].nat_gateway_id":  {n("route"), i(0), n("nat_gateway_id")},
		"a[2][3]":                  {n("a"), i(2), i(3)},
		"subnet_ids[*]":            {n("subnet_ids"), i(graph.Any)},
		`tags["a.b"]`:              {n("tags"), n("a.b")},
		`tags["a\"]b"].c`:          {n("tags"), n(`a"]b`), n("c")},
		`tags[""]`:                 {n("tags"), n("")},
		`tags["Zürich"]`:           {n("tags"), n("Zürich")},
		`module.m["x"].aws_vpc.v`:  {n("module"), n("m"), n("x"), n("aws_vpc"), n("v")},
		"security_groups[12].name": {n("security_groups"), i(12), n("name")},
	} {
		got, err := graph.ParsePath(path)
		if err != nil {
			t.Errorf("%q: %v", path, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q:\n%s", path, diff)
		}
	}
	for _, path := range []string{".", "a..b", "a.", "a[", "a[]", "a[-1]", "a[x]", `a["x]`, `a["x"`, `a["\z"]`, "[", "a[99999999999999999999]"} {
		if got, err := graph.ParsePath(path); err == nil {
			t.Errorf("%q is read as %v", path, got)
		}
	}
}

func TestPathsAreReadBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	names := []string{"a", "b_c", "Env", "a.b", "", `q"uo]te[`, "with space", "-x", "9", "ü", "*", "\n", "a-b", "\x00", "\xff"}
	for range 5000 {
		var steps []graph.Step
		path := ""
		for range 1 + rng.IntN(5) {
			var s graph.Step
			switch rng.IntN(4) {
			case 0:
				s = graph.Index(rng.IntN(20))
				path = graph.Element(path, s.Index)
			case 1:
				s = graph.Index(graph.Any)
				path = graph.Element(path, s.Index)
			default:
				s = graph.Name(names[rng.IntN(len(names))])
				path = graph.Child(path, s.Name)
			}
			steps = append(steps, s)
		}
		if got := graph.JoinPath(steps...); got != path {
			t.Fatalf("%q by JoinPath, %q by Child and Element", got, path)
		}
		got, err := graph.ParsePath(path)
		if err != nil {
			t.Fatalf("%q of %v: %v", path, steps, err)
		}
		if diff := cmp.Diff(steps, got); diff != "" {
			t.Fatalf("%q:\n%s", path, diff)
		}
	}
}

func TestSchematic(t *testing.T) {
	for path, want := range map[string]string{
		"":                               "",
		"a.b":                            "a.b",
		"route[0].nat_gateway_id":        "route.nat_gateway_id",
		"a[0][1].b[*]":                   "a.b",
		`tags["a.b"]`:                    "tags",
		`tags["a]b"].c`:                  "tags.c",
		`rule[0].tags["x"].condition[1]`: "rule.tags.condition",
	} {
		if got := graph.Schematic(path); got != want {
			t.Errorf("%q gives %q, want %q", path, got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	attrs := object{"a": []any{object{"b": nil, "c.d": 1}, 2}, "n": nil}
	for path, want := range map[string]any{"a[0].b": nil, `a[0]["c.d"]`: 1, "a[1]": 2, "n": nil} {
		got, ok := graph.Lookup(attrs, path)
		if !ok || got != want {
			t.Errorf("%q gives %v, %v", path, got, ok)
		}
	}
	for _, path := range []string{"z", "a.b", "a[2]", "a[*]", "a[0].z", "a[0][0]", "n.x", "a[1].x", "a["} {
		if got, ok := graph.Lookup(attrs, path); ok {
			t.Errorf("%q gives %v", path, got)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for _, p := range []string{"", "a.b[0].c", `tags["a.b"]`, "a[*]", "a[", `a["\u00fc"]`, "a..b", "[0]", `a["x"]]`} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		graph.Schematic(path)
		steps, err := graph.ParsePath(path)
		if err != nil {
			return
		}
		again, err := graph.ParsePath(graph.JoinPath(steps...))
		if err != nil {
			t.Fatalf("%q is printed as %q: %v", path, graph.JoinPath(steps...), err)
		}
		if diff := cmp.Diff(steps, again); diff != "" {
			t.Fatalf("%q:\n%s", path, diff)
		}
		graph.Lookup(object{"a": []any{object{"b": 1}}}, path)
	})
}
