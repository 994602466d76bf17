package policies_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

func db(name string, attrs map[string]any, unknown ...string) *graph.Resource {
	r := &graph.Resource{Address: graph.Address("aws_db_instance." + name), Type: "aws_db_instance", Name: name, Attrs: attrs, Unknown: map[string]string{}}
	for _, p := range unknown {
		r.Unknown[p] = "var.x has no value"
	}
	return r
}

func TestVerdictsOfASimplePolicy(t *testing.T) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	g := catalog.Build([]*graph.Resource{
		db("multi", map[string]any{"engine": "mysql", "multi_az": true}),
		db("single", map[string]any{"engine": "mysql"}),
		db("aurora", map[string]any{"engine": "aurora-mysql"}),
		db("unknown", map[string]any{"engine": "mysql"}, "multi_az"),
		db("aurora_unknown", map[string]any{"engine": "aurora-mysql"}, "multi_az"),
		db("engine_unknown", map[string]any{"multi_az": true}, "engine"),
		db("engine_unknown_single", map[string]any{"multi_az": false}, "engine"),
		db("maybe", map[string]any{"engine": "mysql"}, "_count"),
		db("maybe_multi", map[string]any{"engine": "mysql", "multi_az": true}, "_count"),
	}, catalog.Options{})
	only := func(m policies.Meta) bool { return m.ID == "rds.multi_az" }
	results, err := set.Evaluate(context.Background(), g, policies.Options{Select: only})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range results.Results {
		got[string(r.Key.Address)[len("aws_db_instance."):]] = string(r.Verdict)
		t.Log(r.Key, r.Verdict, r.Message, r.Missing)
	}
	want := map[string]string{
		"multi": "pass", "single": "fail", "aurora": "not_applicable", "unknown": "undecided", "aurora_unknown": "not_applicable",
		"engine_unknown": "pass", "engine_unknown_single": "undecided", "maybe": "undecided", "maybe_multi": "pass",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
