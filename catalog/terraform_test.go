package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

func fact(root string, address graph.Address, typ string, in attrs) *graph.Resource {
	return &graph.Resource{Root: root, Address: address, Type: typ, Attrs: in}
}

func TestAnIncompleteBackendIsCompletedAtInit(t *testing.T) {
	t.Parallel()
	const why = "unknown: the backend is completed at init (-backend-config)"
	names := []string{"bucket", "encrypt", "dynamodb_table", "use_lockfile"}
	for _, c := range []struct {
		name string
		in   attrs
		want attrs
	}{
		{"nothing is given", attrs{"type": "s3"}, attrs{"bucket": why, "encrypt": why, "dynamodb_table": why, "use_lockfile": why}},
		{"the key is not given", attrs{"type": "s3", "bucket": "b", "use_lockfile": true}, attrs{"bucket": "b", "encrypt": why, "dynamodb_table": why, "use_lockfile": true}},
		{"complete", attrs{"type": "s3", "bucket": "b", "key": "k"}, attrs{"bucket": "b", "encrypt": false, "dynamodb_table": nil, "use_lockfile": false}},
		{"another type", attrs{"type": "gcs"}, attrs{"bucket": nil, "encrypt": false, "dynamodb_table": nil, "use_lockfile": false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := pick(built(t, "terraform.backend", fact("", "terraform.backend", "terraform_backend", c.in)), names...)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARootThatKeepsAnothersStateIsABootstrap(t *testing.T) {
	t.Parallel()
	root := attrs{"has_resources": true, "has_backend": false, "has_lock_file": false}
	g := catalog.Build([]*graph.Resource{
		fact("a/bootstrap", "terraform", "terraform_root", root), fact("main", "terraform", "terraform_root", root), fact("setup", "terraform", "terraform_root", root),
		fact("main", "terraform.backend", "terraform_backend", attrs{"type": "s3", "bucket": "b", "key": "k"}),
		fact("own", "terraform.backend", "terraform_backend", attrs{"type": "s3", "bucket": "o", "key": "k"}),
		{Root: "setup", Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Attrs: attrs{"bucket": "b"}},
		{Root: "own", Address: "aws_s3_bucket.o", Type: "aws_s3_bucket", Attrs: attrs{"bucket": "o"}},
	}, catalog.Options{})
	got := map[string]any{}
	for _, r := range g.OfType("terraform_root") {
		got[r.Root] = r.Attrs["bootstrap"]
	}
	for _, b := range g.OfType("terraform_backend") {
		got[b.Root+" makes its own"] = b.Attrs["self_made"]
	}
	want := map[string]any{"a/bootstrap": true, "main": false, "setup": true, "main makes its own": false, "own makes its own": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARepositoryWithoutLockFilesIsSaidOnce(t *testing.T) {
	t.Parallel()
	root := func(name string, locked bool) *graph.Resource {
		return fact(name, "terraform", "terraform_root", attrs{"has_resources": true, "has_lock_file": locked})
	}
	for _, c := range []struct {
		name  string
		roots []*graph.Resource
		want  []any
	}{
		{"nowhere", []*graph.Resource{root("b", false), root("a", false)}, []any{"nowhere", "as elsewhere"}},
		{"somewhere", []*graph.Resource{root("a", false), root("b", true)}, []any{"missing", "present"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []any
			for _, r := range catalog.Build(c.roots, catalog.Options{}).OfType("terraform_root") {
				got = append(got, r.Attrs["lock_file"])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAccountsOfAProvider(t *testing.T) {
	t.Parallel()
	role := func(arn any) attrs { return attrs{"assume_role": []any{attrs{"role_arn": arn}}} }
	for _, c := range []struct {
		name    string
		in      attrs
		unknown map[string]string
		want    attrs
	}{
		{name: "written as text and as a number", in: attrs{"allowed_account_ids": []any{"111111111111", 222222222222}}, want: attrs{"accounts": []any{"111111111111", "222222222222"}}},
		{name: "of the role", in: role("arn:aws:iam::333333333333:role/deploy"), want: attrs{"accounts": []any{"333333333333"}}},
		{
			name: "supplied at run time", in: attrs{"allowed_account_ids": []any{nil}}, unknown: map[string]string{"allowed_account_ids[0]": "var.account has no value"},
			want: attrs{"accounts": "unknown: var.account is supplied at run time", "allowed_account_ids": []any{"var.account"}},
		},
		{
			name: "looked up", in: attrs{"allowed_account_ids": []any{nil}}, unknown: map[string]string{"allowed_account_ids[0]": "data.x.y is read from the account"},
			want: attrs{"accounts": "unknown: data.x.y is read from the account"},
		},
		{name: "none", in: attrs{}, want: attrs{"accounts": []any{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := fact("", "provider.aws", "terraform_provider", c.in)
			p.Unknown = c.unknown
			var names []string
			for n := range c.want {
				names = append(names, n)
			}
			if diff := cmp.Diff(c.want, pick(built(t, p.Address, p), names...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOfTablesOfOneNameTheNearestHoldsTheLock(t *testing.T) {
	t.Parallel()
	table := func(root string) *graph.Resource {
		return &graph.Resource{Root: root, Address: "aws_dynamodb_table.lock", Type: "aws_dynamodb_table", Attrs: attrs{"name": "lock"}}
	}
	for _, c := range []struct {
		name   string
		tables []string
		want   []string
	}{
		{"one for each stage", []string{"stages/prod/bootstrap", "stages/test/bootstrap"}, []string{"stages/test/bootstrap"}},
		{"as near as each other", []string{"stages/a", "stages/b"}, nil},
		{"far away", []string{"x/a", "y/b"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := []*graph.Resource{fact("stages/test/main", "terraform.backend", "terraform_backend", attrs{"type": "s3", "bucket": "b", "key": "k", "dynamodb_table": "lock"})}
			for _, root := range c.tables {
				found = append(found, table(root))
			}
			var got []string
			for _, e := range catalog.Build(found, catalog.Options{}).Edges() {
				got = append(got, e.To.Root)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
