package policies_test

import (
	"context"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

func TestEvaluateGivesAVerdictForEveryJudgedResource(t *testing.T) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	g := catalog.Build([]*graph.Resource{
		{Address: "aws_db_instance.one", Type: "aws_db_instance", Name: "one", Attrs: map[string]any{"engine": "mysql", "multi_az": true}},
		{Address: "aws_db_instance.two", Type: "aws_db_instance", Name: "two", Attrs: map[string]any{"engine": "mysql"}},
		{Address: "aws_db_instance.three", Type: "aws_db_instance", Name: "three", Attrs: map[string]any{"engine": "aurora-mysql"}},
	}, catalog.Options{})
	only := func(m policies.Meta) bool { return m.ID == "rds.multi_az" }
	got, err := set.Evaluate(context.Background(), g, policies.Options{Select: only})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Results {
		t.Log(r.Key, r.Verdict, r.Message, r.Missing)
	}
}
