package aws_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// exports sends a snapshot, or the newest one of a database, to a bucket.
func exports(r *graph.Resource, g *graph.Graph) graph.Patch {
	return creates("aws_rds_export_task", "source_arn", "arn", map[string]any{"export_task_identifier": "export-of-" + r.Name, "s3_bucket_name": "exports",
		"iam_role_arn": "arn:aws:iam::123456789012:role/copier", "kms_key_id": "alias/exports"})(r, g)
}

// encrypting asks for the storage of a database to be encrypted.
var encrypting = sets("storage_encrypted", true)

// A database that is not encrypted gets an encrypted copy, in one step, which takes its name in another one. The database before it is
// kept, protected; the two steps taken back leave the account as it was.
func (a *account) encrypts(t *testing.T, asked string) {
	types := []string{"aws_db_instance", "aws_db_snapshot"}
	before := a.all(types...)
	planner := aws.NewPlanner(a.hand, before, aws.Options{})
	ledger := the(before, "aws_db_instance", "ledger")
	steps, err := planner.Plan(context.Background(), remedy.Wish{Patch: encrypting(ledger, before), AllowReplacement: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) != 2 || steps[0].Fix != "rds-encrypt-storage" || steps[1].Fix != "rds-encrypt-swap" || steps[0].Risk.Class != "data-copy" || steps[1].Risk.Class != "data-copy" {
		t.Fatalf("planned %+v", steps)
	}
	bound := []remedy.Bound{{}, {}}
	for i, s := range steps {
		if more := declared(s); more != "" {
			t.Errorf("%s calls what it does not declare: %s", s.Fix, more)
		}
		reset(t, asked)
		if err := a.apply(s, bound[i]); err != nil {
			t.Fatalf("%s: %v", s.Fix, err)
		}
		if diff := cmp.Diff(granted(s, false), actions(t, asked)); diff != "" {
			t.Errorf("%s: what its policy grants and what was asked for (-granted +asked):\n%s", s.Fix, diff)
		}
	}
	after := a.all(types...)
	now, kept := the(after, "aws_db_instance", "ledger"), the(after, "aws_db_instance", "ledger-unencrypted")
	if now == nil || now.Attrs["storage_encrypted"] != true || kept == nil || kept.Attrs["storage_encrypted"] != false || kept.Attrs["deletion_protection"] != true {
		t.Fatalf("encrypted %+v, kept %+v", now, kept)
	}
	// What the copy has is what the database had, but for what was asked for.
	if diff := cmp.Diff(settingsOf(ledger), settingsOf(now)); diff != "" {
		t.Errorf("the copy has other settings:\n%s", diff)
	}
	foretold := catalogued(t, before, steps)
	if the(foretold, "aws_db_instance", "ledger-unencrypted").Key() != kept.Key() {
		t.Error("the plan foretells the database that is kept under another address")
	}
	for i, s := range slices.Backward(steps) {
		if err := a.undo(s, bound[i]); err != nil {
			t.Fatalf("undo of %s: %v", s.Fix, err)
		}
	}
	if diff := cmp.Diff(restorable(t, before.Resources()), restorable(t, a.all(types...).Resources())); diff != "" {
		t.Errorf("not as before:\n%s", diff)
	}
}

// settingsOf are the attributes that a copy is to share.
func settingsOf(r *graph.Resource) map[string]string {
	out := map[string]string{}
	for name, v := range r.Attrs {
		if !slices.Contains([]string{"storage_encrypted", "kms_key_id", "deletion_protection", "endpoint", "id", "resource_id", "address", "status"}, name) {
			out[name] = fmt.Sprint(v)
		}
	}
	return out
}

// catalogued is the graph that steps lead to.
func catalogued(t *testing.T, g *graph.Graph, steps []remedy.Step) *graph.Graph {
	t.Helper()
	all := g.Resources()
	for _, s := range steps {
		after, _, err := s.Patch.Apply(all)
		if err != nil {
			t.Fatal(err)
		}
		all = after
	}
	return graph.New(all, nil)
}

// What a step cannot do as it is asked to is refused before anything is called.
func (a *account) refusesCopies(t *testing.T) {
	g := a.all("aws_db_instance", "aws_db_snapshot", "aws_elasticache_cluster")
	ledger, shop, lone := the(g, "aws_db_instance", "ledger"), the(g, "aws_db_instance", "shop"), the(g, "aws_elasticache_cluster", "lone")
	copied := func(values map[string]any) graph.Patch {
		return creates("aws_db_instance_automated_backups_replication", "source_db_instance_arn", "arn", values)(ledger, g)
	}
	exported := func(name string, value any) graph.Patch {
		p := exports(ledger, g)
		p[0].New.(map[string]any)[name] = value
		return p
	}
	around := func(name string, value any) graph.Patch {
		p := grouped(lone, g)
		p[0].New.(map[string]any)[name] = value
		return p
	}
	for name, x := range map[string]struct {
		patch    graph.Patch
		replaces bool
		says     string
	}{
		"encryption, unsaid":        {encrypting(ledger, g), false, "forces_replacement: storage is encrypted by a copy"},
		"a public database":         {encrypting(shop, g), true, "precondition: it is not reached from outside of the network: no, PubliclyAccessible is true"},
		"no encryption":             {sets("storage_encrypted", false)(ledger, g), true, "precondition: the storage can only be encrypted"},
		"a key that is not there":   {sets("storage_encrypted", true, "kms_key_id", "alias/none")(ledger, g), true, "precondition: there is no key alias/none"},
		"backups in no region":      {copied(nil), false, "precondition: the change gives region no value"},
		"backups at home":           {copied(map[string]any{"region": region}), false, "precondition: the database is in us-east-1 itself"},
		"a key for what is plain":   {copied(map[string]any{"region": "us-west-2", "kms_key_id": "alias/exports"}), false, "precondition: the storage is encrypted: false"},
		"a bucket of nobody":        {exported("s3_bucket_name", "none"), false, "precondition: the bucket is in us-east-1: no"},
		"a group of another size":   {around("node_type", "cache.m6g.large"), false, "precondition: a group takes node_type over"},
		"a group that is encrypted": {around("at_rest_encryption_enabled", true), false, "precondition: a group takes at_rest_encryption_enabled over"},
	} {
		_, err := aws.NewPlanner(a.hand, g, aws.Options{}).Plan(context.Background(), remedy.Wish{Patch: x.patch, AllowReplacement: x.replaces})
		refused, ok := err.(*remedy.Refused)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(refused.Class) + ": " + refused.Why; !strings.HasPrefix(got, x.says) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
