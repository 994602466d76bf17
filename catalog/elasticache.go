package catalog

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
)

func elasticacheTypes() []Type {
	return []Type{
		{
			// num_cache_clusters and the pair num_node_groups, replicas_per_node_group are two ways to say one
			// thing: the way that is not used is null.
			Name:      "aws_elasticache_replication_group",
			Renamed:   map[string]string{"replication_group_description": "description", "number_cache_clusters": "num_cache_clusters", "availability_zones": "preferred_cache_cluster_azs"},
			Scope:     Zonal,
			ZonesFrom: []string{"preferred_cache_cluster_azs", "subnet_group_name"},
			Attrs: []Attr{
				{Name: "replication_group_id"},
				{Name: "description"},
				{Name: "engine", Default: "redis", Enum: []string{"redis", "valkey"}},
				{Name: "engine_version", Computed: true},
				{Name: "node_type", Computed: true},
				{Name: "num_cache_clusters", Kind: Number},
				{Name: "num_node_groups", Kind: Number},
				{Name: "replicas_per_node_group", Kind: Number},
				{Name: "node_group_configuration", Kind: Block, Attrs: []Attr{
					{Name: "node_group_id"},
					{Name: "primary_availability_zone", Computed: true},
					{Name: "replica_availability_zones", Kind: List, Computed: true},
					{Name: "replica_count", Kind: Number, Computed: true},
					{Name: "slots"},
				}},
				{Name: "automatic_failover_enabled", Kind: Bool, Default: false},
				{Name: "multi_az_enabled", Kind: Bool, Default: false},
				{Name: "preferred_cache_cluster_azs", Kind: List, Computed: true},
				{Name: "subnet_group_name", Computed: true, Targets: to("aws_elasticache_subnet_group", "name")},
				{Name: "security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "parameter_group_name", Computed: true, Targets: to("aws_elasticache_parameter_group", "name")},
				{Name: "port", Kind: Number},
				{Name: "at_rest_encryption_enabled", Kind: Bool}, // not set: see encryptionDefaults
				{Name: "transit_encryption_enabled", Kind: Bool},
				{Name: "transit_encryption_mode", Computed: true, Enum: []string{"preferred", "required"}},
				{Name: "auth_token", Secret: true},
				{Name: "auth_token_update_strategy"},
				{Name: "kms_key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "user_group_ids", Kind: List},
				{Name: "snapshot_retention_limit", Kind: Number, Default: 0},
				{Name: "snapshot_window", Computed: true},
				{Name: "snapshot_name"},
				{Name: "snapshot_arns", Kind: List},
				{Name: "final_snapshot_identifier"},
				{Name: "maintenance_window", Computed: true},
				{Name: "apply_immediately", Kind: Bool, Default: false},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: true},
				{Name: "data_tiering_enabled", Kind: Bool, Default: false},
				{Name: "notification_topic_arn", Targets: to("aws_sns_topic")},
				{Name: "global_replication_group_id", Targets: to("aws_elasticache_global_replication_group", "global_replication_group_id")},
				{Name: "log_delivery_configuration", Kind: Block, Attrs: []Attr{{Name: "destination"}, {Name: "destination_type"}, {Name: "log_format"}, {Name: "log_type"}}},
				{Name: "cluster_mode", Computed: true},
				{Name: "network_type", Computed: true},
				{Name: "primary_endpoint_address", Computed: true},
				{Name: "reader_endpoint_address", Computed: true},
				{Name: "configuration_endpoint_address", Computed: true},
			},
			Split: replicationGroup,
		},
		{
			Name:      "aws_elasticache_cluster",
			Renamed:   map[string]string{"availability_zones": "preferred_availability_zones"},
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "preferred_availability_zones", "subnet_group_name"},
			Attrs: []Attr{
				{Name: "cluster_id"},
				{Name: "engine", Computed: true, Enum: []string{"memcached", "redis", "valkey"}}, // of its replication group when it is in one
				{Name: "engine_version", Computed: true},
				{Name: "node_type", Computed: true},
				{Name: "num_cache_nodes", Kind: Number, Computed: true},
				{Name: "replication_group_id", Targets: to("aws_elasticache_replication_group", "replication_group_id")},
				{Name: "az_mode", Computed: true, Enum: []string{"single-az", "cross-az"}},
				{Name: "availability_zone", Computed: true},
				{Name: "preferred_availability_zones", Kind: List},
				{Name: "subnet_group_name", Computed: true, Targets: to("aws_elasticache_subnet_group", "name")},
				{Name: "security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "parameter_group_name", Computed: true, Targets: to("aws_elasticache_parameter_group", "name")},
				{Name: "port", Kind: Number, Computed: true},
				{Name: "transit_encryption_enabled", Kind: Bool},
				{Name: "snapshot_retention_limit", Kind: Number, Default: 0},
				{Name: "snapshot_window", Computed: true},
				{Name: "snapshot_arns", Kind: List},
				{Name: "snapshot_name"},
				{Name: "final_snapshot_identifier"},
				{Name: "maintenance_window", Computed: true},
				{Name: "apply_immediately", Kind: Bool, Default: false},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: true},
				{Name: "notification_topic_arn", Targets: to("aws_sns_topic")},
			},
		},
		{
			Name:      "aws_elasticache_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name"},
				{Name: "description"},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
		{
			Name:  "aws_elasticache_parameter_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "family"},
				{Name: "description"},
				{Name: "parameter", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "value"}}},
			},
		},
		{
			Name:  "aws_elasticache_global_replication_group",
			Scope: Global,
			Attrs: []Attr{
				{Name: "global_replication_group_id", Computed: true},
				{Name: "global_replication_group_id_suffix"},
				{Name: "primary_replication_group_id", Targets: to("aws_elasticache_replication_group", "replication_group_id")},
				{Name: "automatic_failover_enabled", Kind: Bool, Computed: true},
				{Name: "num_node_groups", Kind: Number, Computed: true},
			},
		},
		{
			Name: "aws_elasticache_serverless_cache",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "engine", Enum: []string{"redis", "valkey", "memcached"}},
				{Name: "major_engine_version", Computed: true},
				{Name: "subnet_ids", Kind: List, Computed: true, Targets: to("aws_subnet")},
				{Name: "security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "snapshot_retention_limit", Kind: Number, Computed: true},
				{Name: "daily_snapshot_time", Computed: true},
				{Name: "kms_key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "user_group_id"},
				{Name: "cache_usage_limits", Kind: Block, Attrs: []Attr{
					{Name: "data_storage", Kind: Block, Attrs: []Attr{{Name: "minimum", Kind: Number}, {Name: "maximum", Kind: Number}, {Name: "unit"}}},
					{Name: "ecpu_per_second", Kind: Block, Attrs: []Attr{{Name: "minimum", Kind: Number}, {Name: "maximum", Kind: Number}}},
				}},
			},
		},
		{
			Name:  "aws_elasticache_user",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "user_id"},
				{Name: "user_name"},
				{Name: "engine"},
				{Name: "access_string"},
				{Name: "passwords", Kind: List, Secret: true},
				{Name: "no_password_required", Kind: Bool, Default: false},
				{Name: "authentication_mode", Kind: Block, Attrs: []Attr{{Name: "type"}, {Name: "passwords", Kind: List, Secret: true}}},
			},
		},
	}
}

// replicationGroup settles how the nodes of a replication group are counted: it lifts the cluster_mode block of
// provider 3 and 4 to the top and fills in the default of one node.
// Source: AWS provider, aws_elasticache_replication_group, arguments num_cache_clusters (default 1,
// conflicts with num_node_groups and replicas_per_node_group) and, until version 4, cluster_mode.
func replicationGroup(r *graph.Resource) []*graph.Resource {
	unsetEmpty(r, "global_replication_group_id", "snapshot_name", "final_snapshot_identifier")
	liftClusterMode(r)
	if r.Data {
		return nil
	}
	encryptionDefaults(r)
	countNodes(r)
	return nil
}

// countNodes fills in the default of one node where nothing counts the nodes, and leaves open what hangs on
// something unknown.
func countNodes(r *graph.Resource) {
	if !isUnset(r, "num_cache_clusters") {
		return
	}
	ways := []string{"num_node_groups", "replicas_per_node_group", "node_group_configuration"}
	for _, w := range ways {
		if !present(r, w) {
			continue
		}
		if isUnset(r, "replicas_per_node_group") && !present(r, "node_group_configuration") {
			r.Unknown["replicas_per_node_group"] = ComputedWhy
		}
		return
	}
	for _, w := range ways {
		if why, ok := unknownAt(r, w); ok {
			r.Unknown["num_cache_clusters"] = fmt.Sprintf("not set, and its default depends on %s: %s", w, why)
			return
		}
	}
	if !isUnset(r, "global_replication_group_id") {
		r.Unknown["num_cache_clusters"] = "not set, so the global replication group decides it"
		return
	}
	r.Attrs["num_cache_clusters"] = 1
}

// encryptionDefaults fills in what holds when nothing is said of encryption: none in transit; at rest by the
// engine; and in a global replication group what its primary has.
// Source: AWS provider, aws_elasticache_replication_group, at_rest_encryption_enabled; ElastiCache API,
// CreateReplicationGroup, TransitEncryptionEnabled.
func encryptionDefaults(r *graph.Resource) {
	inherit(r, []string{"global_replication_group_id"}, "at_rest_encryption_enabled", "transit_encryption_enabled")
	if isUnset(r, "transit_encryption_enabled") {
		r.Attrs["transit_encryption_enabled"] = false
	}
	if !isUnset(r, "at_rest_encryption_enabled") {
		return
	}
	if why, ok := r.Unknown["engine"]; ok {
		r.Unknown["at_rest_encryption_enabled"] = "not set, and the engine decides its default: " + why
		return
	}
	r.Attrs["at_rest_encryption_enabled"] = r.Attrs["engine"] == "valkey"
}

// liftClusterMode moves the attributes of a cluster_mode block to the resource.
func liftClusterMode(r *graph.Resource) {
	blocks, ok := r.Attrs["cluster_mode"].([]any)
	if !ok {
		return
	}
	delete(r.Attrs, "cluster_mode")
	for i, b := range blocks {
		block, ok := b.(map[string]any)
		if !ok {
			continue
		}
		for _, name := range []string{"num_node_groups", "replicas_per_node_group"} {
			if v := block[name]; v != nil {
				r.Attrs[name] = v
			}
			p := fmt.Sprintf("cluster_mode[%d].%s", i, name)
			if why, ok := r.Unknown[p]; ok {
				delete(r.Unknown, p)
				r.Unknown[name] = why
			}
		}
	}
}

// present says that an attribute is known and not null.
func present(r *graph.Resource, name string) bool {
	_, unknown := r.Unknown[name]
	return !unknown && !isUnset(r, name)
}
