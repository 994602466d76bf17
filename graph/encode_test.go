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

func TestAPatchIsReadAsItWasWritten(t *testing.T) {
	ref := graph.Ref{Root: "r", Address: "aws_s3_bucket.b", Attr: "id"}
	want := graph.Patch{
		{Op: graph.Set, Root: "r", Address: "aws_x.a", Type: "aws_x", Path: "a", Old: 1, New: nil},
		{Op: graph.Set, Address: "aws_x.a", Path: "b[0]", Old: graph.Gone{}, New: []any{ref, graph.Template("x-${aws_x.y.id}"), 0.5}},
		{Op: graph.Set, Address: "aws_x.a", Path: "c", Old: graph.NotKnown{Why: "denied"}, New: graph.NotKnown{Why: "x"}},
		{Op: graph.Set, Address: "aws_x.a", Path: "d", New: map[string]any{"$gone": true}},
		{Op: graph.Create, Address: "aws_y.a", Type: "aws_y", New: map[string]any{"p": graph.Hidden{Literal: true}, "n": nil}},
		{Op: graph.Create, Address: "aws_y.b", Type: "aws_y", Whole: &graph.Resource{Address: "aws_y.b", Type: "aws_y", Attrs: map[string]any{"a": 1}}},
		{Op: graph.Delete, Address: "aws_y.c", Old: map[string]any{"a": "b"}},
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got graph.Patch
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was read differs (-written +read):\n%s", diff)
	}
	for _, bad := range []string{`[{"op":"colour"}]`, `[{"op":"set","new":{"$ref":1}}]`, `[{"op":"set","hue":1}]`} {
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was read as a patch", bad)
		}
	}
}
