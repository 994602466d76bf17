package policies_test

import (
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// observed is something that was read in an account; region is "" for what has none.
func observed(typ, account, region, name string, attrs map[string]any) *graph.Resource {
	facts := map[string]any{"_account": account}
	if region != "" {
		facts["_region"] = region
	}
	return &graph.Resource{Root: "aws:" + account, Address: graph.Address(typ + "/" + account + "/" + region + "/" + name), Type: typ, Name: name, Observed: true, Origins: []graph.Origin{{Source: "aws"}}, Attrs: attrs, Unknown: map[string]string{}, Facts: facts}
}

// What one account or region has does nothing for another, whatever the policy looks through.
func TestAnotherAccountOrRegionProtectsNothing(t *testing.T) {
	t.Parallel()
	const here, there = "111111111111", "222222222222"
	block := map[string]any{"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true}
	daily := map[string]any{"resources": []any{"*"}, "condition": []any{}, "selection_tag": []any{}}
	bucket := observed("aws_s3_bucket", here, "eu-west-1", "images", map[string]any{"bucket": "images", "tags": map[string]any{}})
	table := observed("aws_dynamodb_table", here, "eu-west-1", "orders", map[string]any{"hash_key": "id", "tags": map[string]any{}, "point_in_time_recovery": []any{map[string]any{"enabled": false}}})
	for _, c := range []struct {
		name, policy   string
		judged, beside *graph.Resource
		want           policies.Verdict
	}{
		{"block of the account", "s3.public_access_block", bucket, observed("aws_s3_account_public_access_block", here, "", "a", block), policies.Pass},
		{"block of another account", "s3.public_access_block", bucket, observed("aws_s3_account_public_access_block", there, "", "a", block), policies.Fail},
		{"plan of the region", "backup.tables", table, observed("aws_backup_selection", here, "eu-west-1", "s", daily), policies.Pass},
		{"plan of another region", "backup.tables", table, observed("aws_backup_selection", here, "us-east-1", "s", daily), policies.Fail},
		{"plan of another account", "backup.tables", table, observed("aws_backup_selection", there, "eu-west-1", "s", daily), policies.Fail},
	} {
		got := verdictsIn(t, c.policy, c.judged, c.beside)
		if got[c.judged.Key()] != c.want {
			t.Errorf("%s: %s, want %s", c.name, got[c.judged.Key()], c.want)
		}
	}
	// A list that was refused elsewhere leaves nothing open here.
	refused := observed("aws_backup_selection", there, "eu-west-1", "?", map[string]any{})
	for _, a := range catalog.Lookup("aws_backup_selection").Attrs {
		refused.Unknown[a.Name] = "denied"
	}
	refused.Unknown["_count"] = "denied"
	if got := verdictsIn(t, "backup.tables", table, refused); got[table.Key()] != policies.Fail {
		t.Errorf("a refused list of another account: %s", got[table.Key()])
	}
	refused.Root, refused.Facts = table.Root, table.Facts
	if got := verdictsIn(t, "backup.tables", table, refused); got[table.Key()] != policies.Undecided {
		t.Errorf("a refused list of the region: %s", got[table.Key()])
	}
}

// A list that was refused stands for any number of things: that none of them could fail is no pass.
func TestWhatAnAccountDidNotTellPassesNothing(t *testing.T) {
	t.Parallel()
	const here = "111111111111"
	buckets := observed("aws_s3_bucket", here, "eu-west-1", "?", map[string]any{})
	for _, a := range catalog.Lookup("aws_s3_bucket").Attrs {
		buckets.Unknown[a.Name] = "s3:ListAllMyBuckets is denied"
	}
	bucket := observed("aws_s3_bucket", here, "eu-west-1", "images", map[string]any{"bucket": "images", "tags": map[string]any{}})
	block := observed("aws_s3_account_public_access_block", here, "", "a", map[string]any{"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true})
	buckets.Unknown["_count"] = "s3:ListAllMyBuckets is denied"
	got := verdictsIn(t, "s3.public_access_block", bucket, buckets, block)
	if got[bucket.Key()] != policies.Pass || got[buckets.Key()] != policies.Undecided {
		t.Errorf("a bucket of an account that blocks all: %s; those that were not listed: %s", got[bucket.Key()], got[buckets.Key()])
	}
}

func verdictsIn(t *testing.T, policy string, list ...*graph.Resource) map[graph.Key]policies.Verdict {
	t.Helper()
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	results, err := set.Evaluate(t.Context(), catalog.Build(list, catalog.Options{}), policies.Options{Select: func(m policies.Meta) bool { return m.ID == policy }})
	if err != nil {
		t.Fatal(err)
	}
	out := map[graph.Key]policies.Verdict{}
	for _, r := range results.Results {
		out[r.Key] = r.Verdict
	}
	return out
}
