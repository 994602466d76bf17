package graph_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
)

func TestAResourceIsReadAsItWasWritten(t *testing.T) {
	want := &graph.Resource{
		Root: "aws:111111111111", Address: "arn:aws:rds:eu-west-1:111111111111:db:a", Type: "aws_db_instance", Name: "a", Stage: "prod",
		Data: true, Observed: true, Of: "owner",
		Attrs: map[string]any{
			"whole": 3, "part": 0.5, "large": 1e30, "yes": true, "null": nil, "text": "a", "password": graph.Hidden{Literal: true},
			"list": []any{1, nil, "x", map[string]any{"$odd": "kept", "$ref": "a text"}}, "empty": []any{}, "none": map[string]any{},
			"ref": graph.Ref{Root: "r", Address: "aws_x.y", Attr: "id"}, "template": graph.Template("a-${aws_x.y.id}"),
			"tags": map[string]any{"$template": "of a user"},
		},
		Unknown: map[string]string{"x": "denied"},
		Refs:    map[string][]graph.Ref{"ref": {{Root: "r", Address: "aws_x.y", Attr: "id"}}},
		Facts:   map[string]any{"_region": "eu-west-1"},
		Origins: []graph.Origin{{Source: "aws", Scope: "111111111111/eu-west-1", ID: "arn", Attrs: map[string]graph.Pos{"a": {Line: 1}}}},
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got graph.Resource
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Errorf("what was read differs (-written +read):\n%s", diff)
	}
}

func TestWhatIsNoResourceIsRefused(t *testing.T) {
	for _, text := range []string{`{"attrs":{"a":{"$ref":"x"}}}`, `{"attrs":{"a":{"$hidden":[1]}}}`, `{"attrs":[1]}`, `{"colour":1}`, `{"attrs":`} {
		var r graph.Resource
		if err := json.Unmarshal([]byte(text), &r); err == nil {
			t.Errorf("%s was read as a resource", text)
		}
	}
}

func TestAValueOfAnotherKindIsNotWritten(t *testing.T) {
	if _, err := json.Marshal(&graph.Resource{Attrs: map[string]any{"a": []string{"x"}}}); err == nil {
		t.Error("a []string was written")
	}
}
