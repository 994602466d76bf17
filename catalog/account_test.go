package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

func TestAnAccountHasTheStagesOfItsTags(t *testing.T) {
	t.Parallel()
	in := func(account, typ, address string, a map[string]any) *graph.Resource {
		return &graph.Resource{Root: "aws:" + account, Type: typ, Address: graph.Address(address), Observed: true, Attrs: a, Facts: map[string]any{"_account": account}}
	}
	tagged := func(account, name, key, value string) *graph.Resource {
		return in(account, "aws_sqs_queue", name, map[string]any{"name": name, "tags": map[string]any{key: value}})
	}
	g := catalog.Build([]*graph.Resource{
		in("1", "aws_account", "root1", map[string]any{"account_id": "1"}), in("2", "aws_account", "root2", map[string]any{"account_id": "2"}),
		tagged("1", "a", "Environment", "Prod"), tagged("1", "b", "stage", "test"), tagged("1", "c", "env", "shared"), tagged("1", "d", "Name", "dev"), tagged("2", "e", "env", "dev"),
	}, catalog.Options{})
	got := map[string]any{}
	for _, r := range g.OfType("aws_account") {
		got[string(r.Address)] = r.Attrs["stages"]
	}
	if diff := cmp.Diff(map[string]any{"root1": []any{"prod", "test"}, "root2": []any{"dev"}}, got); diff != "" {
		t.Error(diff)
	}
}
