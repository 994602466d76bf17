package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

type attrs = map[string]any

// built gives the resource with that address after catalog.Build.
func built(t *testing.T, address graph.Address, found ...*graph.Resource) *graph.Resource {
	t.Helper()
	for _, r := range catalog.Build(found, catalog.Options{}).Resources() {
		if r.Address == address {
			return r
		}
	}
	t.Fatalf("there is no %s", address)
	return nil
}

func pick(r *graph.Resource, names ...string) attrs {
	out := attrs{}
	for _, n := range names {
		if why, ok := r.Unknown[n]; ok {
			out[n] = "unknown: " + why
		} else {
			out[n] = r.Attrs[n]
		}
	}
	return out
}

func TestDefaultsThatDependOnOtherAttributes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typ string
		in        attrs
		unknown   map[string]string
		want      attrs
	}{
		{
			name: "an instance of its own has the provider's defaults", typ: "aws_db_instance", in: attrs{"engine": "mysql"},
			want: attrs{"backup_retention_period": 0, "storage_encrypted": false, "multi_az": false},
		},
		{
			name: "an instance from a snapshot keeps the snapshot's retention and encryption", typ: "aws_db_instance", in: attrs{"snapshot_identifier": "s"},
			want: attrs{
				"backup_retention_period": "unknown: not set, so it is taken over through snapshot_identifier",
				"storage_encrypted":       "unknown: not set, so it is taken over through snapshot_identifier",
			},
		},
		{
			name: "an empty snapshot is none", typ: "aws_db_instance", in: attrs{"snapshot_identifier": ""},
			want: attrs{"backup_retention_period": 0, "snapshot_identifier": nil},
		},
		{
			name: "what is set stays", typ: "aws_db_instance", in: attrs{"snapshot_identifier": "s", "backup_retention_period": 7},
			want: attrs{"backup_retention_period": 7},
		},
		{
			name: "the former name of db_name", typ: "aws_db_instance", in: attrs{"name": "shop"},
			want: attrs{"db_name": "shop", "name": nil},
		},
		{
			name: "a provisioned cluster is not encrypted by itself", typ: "aws_rds_cluster", in: attrs{"engine": "aurora-mysql"},
			want: attrs{"storage_encrypted": false, "backup_retention_period": 1, "engine_mode": "provisioned"},
		},
		{
			name: "a serverless cluster is", typ: "aws_rds_cluster", in: attrs{"engine_mode": "serverless"},
			want: attrs{"storage_encrypted": true},
		},
		{
			name: "an unknown engine mode leaves it open", typ: "aws_rds_cluster", unknown: map[string]string{"engine_mode": "var.mode has no value"},
			want: attrs{"storage_encrypted": "unknown: not set, and engine_mode, which decides its default, is not known"},
		},
		{
			name: "the names of provider 3", typ: "aws_elasticache_replication_group",
			in:   attrs{"number_cache_clusters": "3", "replication_group_description": "d", "availability_zones": []any{"a"}},
			want: attrs{"num_cache_clusters": 3, "description": "d", "preferred_cache_cluster_azs": []any{"a"}, "replicas_per_node_group": nil},
		},
		{
			name: "one node when nothing is said", typ: "aws_elasticache_replication_group",
			want: attrs{"num_cache_clusters": 1, "num_node_groups": nil, "replicas_per_node_group": nil},
		},
		{
			name: "the cluster_mode block of provider 3", typ: "aws_elasticache_replication_group",
			in:   attrs{"cluster_mode": []any{attrs{"num_node_groups": 2, "replicas_per_node_group": 1}}},
			want: attrs{"num_node_groups": 2, "replicas_per_node_group": 1, "num_cache_clusters": nil},
		},
		{
			name: "an unknown in the cluster_mode block", typ: "aws_elasticache_replication_group",
			in:      attrs{"cluster_mode": []any{attrs{"num_node_groups": 2}}},
			unknown: map[string]string{"cluster_mode[0].replicas_per_node_group": "var.replicas has no value"},
			want:    attrs{"num_node_groups": 2, "replicas_per_node_group": "unknown: var.replicas has no value", "num_cache_clusters": nil},
		},
		{
			name: "an unknown number of nodes stays unknown", typ: "aws_elasticache_replication_group",
			unknown: map[string]string{"num_cache_clusters": "var.nodes has no value"},
			want:    attrs{"num_cache_clusters": "unknown: var.nodes has no value", "num_node_groups": nil},
		},
		{
			name: "shards that may be there leave the number of nodes open", typ: "aws_elasticache_replication_group",
			unknown: map[string]string{"node_group_configuration": "var.shards has no value"},
			want:    attrs{"num_cache_clusters": "unknown: not set, and its default depends on node_group_configuration: var.shards has no value"},
		},
		{
			name: "shards without a number of replicas", typ: "aws_elasticache_replication_group", in: attrs{"num_node_groups": 2},
			want: attrs{"num_cache_clusters": nil, "replicas_per_node_group": "unknown: " + catalog.ComputedWhy},
		},
		{
			name: "a member of a global group", typ: "aws_elasticache_replication_group", in: attrs{"global_replication_group_id": "g"},
			want: attrs{"num_cache_clusters": "unknown: not set, so the global replication group decides it"},
		},
		{
			name: "Redis is not encrypted by itself", typ: "aws_elasticache_replication_group",
			want: attrs{"at_rest_encryption_enabled": false, "transit_encryption_enabled": false},
		},
		{
			name: "a text of nothing is not set", typ: "aws_elasticache_replication_group", in: attrs{"at_rest_encryption_enabled": "", "snapshot_retention_limit": ""},
			want: attrs{"at_rest_encryption_enabled": false, "snapshot_retention_limit": 0},
		},
		{
			name: "0.11 wrote truth as a number", typ: "aws_db_instance", in: attrs{"multi_az": 1, "storage_encrypted": "0"},
			want: attrs{"multi_az": true, "storage_encrypted": false},
		},
		{
			name: "a value of another kind says nothing", typ: "aws_db_instance", in: attrs{"multi_az": "yes", "storage_encrypted": 2, "backup_retention_period": true},
			want: attrs{
				"multi_az":                "unknown: Terraform refuses the value \"yes\" here",
				"storage_encrypted":       "unknown: Terraform refuses the value \"2\" here",
				"backup_retention_period": "unknown: Terraform refuses the value \"true\" here",
			},
		},
		{
			name: "Valkey is encrypted at rest", typ: "aws_elasticache_replication_group", in: attrs{"engine": "valkey"},
			want: attrs{"at_rest_encryption_enabled": true, "transit_encryption_enabled": false},
		},
		{
			name: "an engine that is not known", typ: "aws_elasticache_replication_group", unknown: map[string]string{"engine": "var.engine has no value"},
			want: attrs{"at_rest_encryption_enabled": "unknown: not set, and the engine decides its default: var.engine has no value"},
		},
		{
			name: "a member of a global group is encrypted as the primary", typ: "aws_elasticache_replication_group", in: attrs{"global_replication_group_id": "g"},
			want: attrs{"transit_encryption_enabled": "unknown: not set, so it is taken over through global_replication_group_id"},
		},
		{
			name: "the old search domain", typ: "aws_elasticsearch_domain", in: attrs{"elasticsearch_version": "7.10"},
			want: attrs{"engine_version": "Elasticsearch_7.10", "encrypt_at_rest": []any{attrs{"enabled": false}}, "node_to_node_encryption": []any{attrs{"enabled": false}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := built(t, "x.y", &graph.Resource{Address: "x.y", Type: c.typ, Attrs: c.in, Unknown: c.unknown})
			names := make([]string, 0, len(c.want))
			for n := range c.want {
				names = append(names, n)
			}
			got := pick(r, names...)
			for _, v := range got { // what AWS chooses is no part of these rows
				if l, ok := v.([]any); ok && len(l) == 1 {
					if m, ok := l[0].(attrs); ok {
						delete(m, "kms_key_id")
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestInlineArgumentsOfABucketAreResources(t *testing.T) {
	t.Parallel()
	bucket := &graph.Resource{Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Attrs: attrs{
		"bucket": "b", "acl": "public-read",
		"versioning": []any{attrs{"enabled": true, "mfa_delete": false}},
		"logging":    []any{attrs{"target_bucket": "logs"}},
		"lifecycle_rule": []any{attrs{
			"enabled": true, "abort_incomplete_multipart_upload_days": 7, "noncurrent_version_expiration": []any{attrs{"days": 30}},
		}},
		"server_side_encryption_configuration": []any{attrs{"rule": []any{attrs{"apply_server_side_encryption_by_default": []any{attrs{"sse_algorithm": "AES256"}}}}}},
		"website":                              []any{attrs{"index_document": "index.html"}},
		"replication_configuration":            []any{attrs{"role": "r", "rules": []any{attrs{"status": "Enabled", "destination": []any{attrs{"bucket": "arn:aws:s3:::c"}}}}}},
		"grant":                                []any{attrs{"type": "Group", "permissions": []any{"READ"}, "uri": "u"}},
		"policy":                               `{"Statement":[]}`,
	}}
	part := func(label string) *graph.Resource {
		return built(t, graph.Address("aws_s3_bucket.b#"+label), bucket)
	}
	lifecycle := part("lifecycle_rule").Attrs["rule"].([]any)[0].(attrs)
	got := attrs{
		"acl":           part("acl").Attrs["acl"],
		"acl type":      part("acl").Type,
		"acl of":        part("acl").Of,
		"versioning":    part("versioning").Attrs["versioning_configuration"],
		"logging":       part("logging").Attrs["target_bucket"],
		"rule":          lifecycle["status"],
		"abort":         lifecycle["abort_incomplete_multipart_upload"],
		"noncurrent":    lifecycle["noncurrent_version_expiration"].([]any)[0].(attrs)["noncurrent_days"],
		"sse":           graphLookup(part("server_side_encryption_configuration"), "rule[0].apply_server_side_encryption_by_default[0].sse_algorithm"),
		"index":         graphLookup(part("website"), "index_document[0].suffix"),
		"replica":       graphLookup(part("replication_configuration"), "rule[0].destination[0].bucket"),
		"grantee":       graphLookup(part("grant"), "access_control_policy[0].grant[0].grantee[0].uri"),
		"permission":    graphLookup(part("grant"), "access_control_policy[0].grant[0].permission"),
		"policy":        part("policy").Attrs["policy"],
		"left in place": built(t, "aws_s3_bucket.b", bucket).Attrs["versioning"],
	}
	want := attrs{
		"acl": "public-read", "acl type": "aws_s3_bucket_acl", "acl of": graph.Address("aws_s3_bucket.b"),
		"versioning": []any{attrs{"status": "Enabled", "mfa_delete": "Disabled"}}, "logging": "logs", "rule": "Enabled",
		"abort": []any{attrs{"days_after_initiation": 7}}, "noncurrent": 30, "sse": "AES256", "index": "index.html",
		"replica": "arn:aws:s3:::c", "grantee": "u", "permission": "READ", "policy": `{"Statement":[]}`, "left in place": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func graphLookup(r *graph.Resource, path string) any {
	v, _ := graph.Lookup(r.Attrs, path)
	return v
}

func TestUnknownInlineArgumentsStayUnknown(t *testing.T) {
	t.Parallel()
	bucket := &graph.Resource{Address: "aws_s3_bucket.b", Type: "aws_s3_bucket",
		Attrs: attrs{"versioning": []any{attrs{}}},
		Unknown: map[string]string{
			"acl": "var.acl has no value", "versioning[0].enabled": "var.versioning has no value", "lifecycle_rule[*]": "var.rules has no value",
		},
	}
	got := map[string]map[string]string{}
	for _, label := range []string{"acl", "versioning", "lifecycle_rule"} {
		u := built(t, graph.Address("aws_s3_bucket.b#"+label), bucket).Unknown
		got[label] = map[string]string{}
		for _, p := range []string{"_count", "acl", "versioning_configuration[0].status", "rule"} {
			if why, ok := u[p]; ok {
				got[label][p] = why
			}
		}
	}
	want := map[string]map[string]string{
		"acl":            {"_count": "var.acl has no value", "acl": "var.acl has no value"},
		"versioning":     {"versioning_configuration[0].status": "var.versioning has no value"},
		"lifecycle_rule": {"_count": "var.rules has no value", "rule": "var.rules has no value"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestPlacesOfDataStores(t *testing.T) {
	t.Parallel()
	subnet := func(name, zone string) *graph.Resource {
		return &graph.Resource{Address: graph.Address("aws_subnet." + name), Type: "aws_subnet", Attrs: attrs{"availability_zone": zone}}
	}
	ref := func(a, attr string) graph.Ref { return graph.Ref{Address: graph.Address(a), Attr: attr} }
	found := []*graph.Resource{
		subnet("a", "eu-west-1a"), subnet("b", "eu-west-1b"),
		{Address: "aws_db_subnet_group.g", Type: "aws_db_subnet_group", Attrs: attrs{"name": "g", "subnet_ids": []any{ref("aws_subnet.a", "id"), ref("aws_subnet.b", "id")}}},
		{Address: "aws_rds_cluster.c", Type: "aws_rds_cluster", Attrs: attrs{"db_subnet_group_name": "g", "availability_zones": []any{"eu-west-1c"}}},
		{Address: "aws_rds_cluster_instance.i", Type: "aws_rds_cluster_instance", Attrs: attrs{"cluster_identifier": ref("aws_rds_cluster.c", "id")}},
		{Address: "aws_rds_cluster_instance.j", Type: "aws_rds_cluster_instance", Attrs: attrs{"cluster_identifier": ref("aws_rds_cluster.c", "id"), "availability_zone": "eu-west-1a"}},
		{Address: "aws_opensearch_domain.s", Type: "aws_opensearch_domain", Attrs: attrs{"vpc_options": []any{attrs{"subnet_ids": []any{ref("aws_subnet.b", "id")}}}}},
	}
	both := []any{"eu-west-1a", "eu-west-1b"}
	for address, want := range map[graph.Address]any{
		"aws_rds_cluster.c":          both,
		"aws_rds_cluster_instance.i": both,
		"aws_rds_cluster_instance.j": []any{"eu-west-1a"},
		"aws_opensearch_domain.s":    []any{"eu-west-1b"},
	} {
		if diff := cmp.Diff(want, built(t, address, found...).Facts["_zones"]); diff != "" {
			t.Errorf("%s: -want +got\n%s", address, diff)
		}
	}
}

func TestAPatternInABackupSelectionNamesNothing(t *testing.T) {
	t.Parallel()
	r := built(t, "aws_backup_selection.s", &graph.Resource{Address: "aws_backup_selection.s", Type: "aws_backup_selection",
		Attrs: attrs{"resources": []any{"arn:aws:dynamodb:*:*:table/*"}}})
	if why, ok := r.Unknown["_to.resources[*]"]; ok {
		t.Errorf("the pattern is taken for a resource elsewhere: %s", why)
	}
}
