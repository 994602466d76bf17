package catalog

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func opensearchTypes() []Type {
	return []Type{
		{
			Name:      "aws_opensearch_domain",
			Aliases:   []string{"aws_elasticsearch_domain"},
			Renamed:   map[string]string{"elasticsearch_version": "engine_version"},
			Scope:     Zonal,
			ZonesFrom: []string{"vpc_options.subnet_ids"},
			Attrs: []Attr{
				{Name: "domain_name"},
				{Name: "engine_version", Computed: true}, // "OpenSearch_2.11", "Elasticsearch_7.10"
				{Name: "cluster_config", Kind: Block, Default: []any{map[string]any{}}, Attrs: []Attr{
					{Name: "instance_type", Default: "m4.large.search"},
					{Name: "instance_count", Kind: Number, Default: 1},
					{Name: "dedicated_master_enabled", Kind: Bool, Default: false},
					{Name: "dedicated_master_count", Kind: Number},
					{Name: "dedicated_master_type"},
					{Name: "zone_awareness_enabled", Kind: Bool, Default: false},
					{Name: "zone_awareness_config", Kind: Block, Default: []any{map[string]any{}}, Attrs: []Attr{{Name: "availability_zone_count", Kind: Number, Default: 2}}},
					{Name: "multi_az_with_standby_enabled", Kind: Bool, Default: false},
					{Name: "warm_enabled", Kind: Bool},
					{Name: "warm_count", Kind: Number},
					{Name: "warm_type"},
					{Name: "cold_storage_options", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}}},
				}},
				{Name: "ebs_options", Kind: Block, Computed: true, Attrs: []Attr{
					{Name: "ebs_enabled", Kind: Bool},
					{Name: "volume_type", Computed: true},
					{Name: "volume_size", Kind: Number},
					{Name: "iops", Kind: Number, Computed: true},
					{Name: "throughput", Kind: Number, Computed: true},
				}},
				{Name: "vpc_options", Kind: Block, Attrs: []Attr{
					{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
					{Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")},
				}},
				{Name: "encrypt_at_rest", Kind: Block, Default: []any{map[string]any{"enabled": false}}, Attrs: []Attr{{Name: "enabled", Kind: Bool}, {Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")}}},
				{Name: "node_to_node_encryption", Kind: Block, Default: []any{map[string]any{"enabled": false}}, Attrs: []Attr{{Name: "enabled", Kind: Bool}}},
				{Name: "domain_endpoint_options", Kind: Block, Default: []any{map[string]any{"enforce_https": false}}, Attrs: []Attr{
					{Name: "enforce_https", Kind: Bool, Default: true}, // false when the whole block is missing
					{Name: "tls_security_policy", Computed: true},
					{Name: "custom_endpoint_enabled", Kind: Bool, Default: false},
					{Name: "custom_endpoint"},
					{Name: "custom_endpoint_certificate_arn", Targets: to("aws_acm_certificate")},
				}},
				{Name: "access_policies", Kind: Document, Computed: true},
				{Name: "advanced_security_options", Kind: Block, Default: []any{map[string]any{"enabled": false}}, Attrs: []Attr{
					{Name: "enabled", Kind: Bool},
					{Name: "anonymous_auth_enabled", Kind: Bool, Computed: true},
					{Name: "internal_user_database_enabled", Kind: Bool, Default: false},
					{Name: "master_user_options", Kind: Block, Attrs: []Attr{
						{Name: "master_user_arn"},
						{Name: "master_user_name"},
						{Name: "master_user_password", Secret: true},
					}},
				}},
				{Name: "cognito_options", Kind: Block, Attrs: []Attr{
					{Name: "enabled", Kind: Bool, Default: false},
					{Name: "user_pool_id"},
					{Name: "identity_pool_id"},
					{Name: "role_arn"},
				}},
				{Name: "log_publishing_options", Kind: Block, Attrs: []Attr{
					{Name: "log_type"},
					{Name: "cloudwatch_log_group_arn", Targets: to("aws_cloudwatch_log_group")},
					{Name: "enabled", Kind: Bool, Default: true},
				}},
				{Name: "snapshot_options", Kind: Block, Attrs: []Attr{{Name: "automated_snapshot_start_hour", Kind: Number}}},
				{Name: "auto_tune_options", Kind: Block, Computed: true, Attrs: []Attr{{Name: "desired_state"}, {Name: "rollback_on_disable"}}},
				{Name: "off_peak_window_options", Kind: Block, Computed: true, Attrs: []Attr{{Name: "enabled", Kind: Bool}}},
				{Name: "software_update_options", Kind: Block, Attrs: []Attr{{Name: "auto_software_update_enabled", Kind: Bool, Default: false}}},
				{Name: "endpoint", Computed: true},
			},
			Split: searchDomain,
		},
		{
			Name:    "aws_opensearch_domain_policy",
			Aliases: []string{"aws_elasticsearch_domain_policy"},
			Scope:   Configuration,
			Attrs: []Attr{
				{Name: "domain_name", Targets: to("aws_opensearch_domain", "domain_name")},
				{Name: "access_policies", Kind: Document},
			},
		},
		{
			Name: "aws_opensearchserverless_collection",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "type", Computed: true},
				{Name: "standby_replicas", Default: "ENABLED", Enum: []string{"ENABLED", "DISABLED"}},
			},
		},
	}
}

// searchDomain writes the version of an aws_elasticsearch_domain ("7.10") as OpenSearch Service does.
// Source: AWS provider, aws_opensearch_domain, argument engine_version.
func searchDomain(r *graph.Resource) []*graph.Resource {
	if v, ok := r.Attrs["engine_version"].(string); ok && v != "" && !strings.Contains(v, "_") {
		r.Attrs["engine_version"] = "Elasticsearch_" + v
	}
	return nil
}
