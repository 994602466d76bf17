# METADATA
# title: Redis fails over to a replica in another zone
# description: >-
#   Reads automatic_failover_enabled, multi_az_enabled and the number of replicas. Fails when a flag is
#   false (both defaults), or when a shard has fewer replicas than the parameter replicas. Passes when both
#   are on and every shard has a replica. Undecided when a setting is not known. Memcached is not judged: it
#   has no replication groups.
# custom:
#   control: [CACHE-HA-001]
#   judges: aws_elasticache_replication_group
#   requirement: [RA-57]
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   parameters:
#     replicas: {default: 1, description: "replicas in each shard, at least"}
#   remediation: >-
#     Set multi_az_enabled = true and automatic_failover_enabled = true, with at least one replica in each
#     shard.
#   links:
#     - https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
#   equivalents:
#     prowler:
#       - elasticache_redis_cluster_automatic_failover_enabled
#       - elasticache_redis_cluster_multi_az_enabled
#     checkov:
#       - CKV2_AWS_50
#     security_hub:
#       - ElastiCache.3
#     trusted_advisor:
#       - Amazon ElastiCache Multi-AZ clusters
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_elasticache_replication_group" "main" {
#       replication_group_id       = "sessions"
#       description                = "sessions"
#       node_type                  = "cache.t4g.small"
#     }
package elasticache.failover

judged contains i if some i, _ in input.aws_elasticache_replication_group

replicas := data.parameters.elasticache.failover.replicas

# One finding for each group: too few nodes first, then the zones, then the flag.
short contains i if {
	some i, g in input.aws_elasticache_replication_group
	g.num_cache_clusters != null # else the nodes are counted by shard
	g.num_cache_clusters <= replicas
}

short contains i if {
	some i, g in input.aws_elasticache_replication_group
	g.replicas_per_node_group != null
	g.replicas_per_node_group < replicas
}

short contains i if {
	some i, g in input.aws_elasticache_replication_group
	some n in g.node_group_configuration
	n.replica_count < replicas
}

deny contains {"at": i, "attribute": "num_cache_clusters", "message": message} if {
	some i in judged
	short[i]
	nodes := sprintf("%v", [input.aws_elasticache_replication_group[i].num_cache_clusters])
	message := object.get({"1": "one node, nothing to fail over to"}, nodes, "too few replicas to fail over to")
}

deny contains {"at": i, "attribute": "multi_az_enabled", "message": "its nodes may all sit in one zone"} if {
	some i in judged
	input.aws_elasticache_replication_group[i].multi_az_enabled == false
	not short[i]
}

deny contains {"at": i, "attribute": "automatic_failover_enabled", "message": "no replica takes over by itself"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.automatic_failover_enabled == false
	g.multi_az_enabled == true
}

# AWS accepts the two flags only together, and with a replica.
fix contains {"at": i, "op": "set", "address": g._address, "path": path, "value": true} if {
	some i in {d.at | some d in deny}
	g := input.aws_elasticache_replication_group[i]
	some path in ["automatic_failover_enabled", "multi_az_enabled"]
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "num_cache_clusters", "value": replicas + 1} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.num_cache_clusters != null
	g.num_cache_clusters <= replicas
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "replicas_per_node_group", "value": replicas} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.replicas_per_node_group != null
	g.replicas_per_node_group < replicas
}

fix contains {"at": i, "op": "set", "address": g._address, "path": sprintf("node_group_configuration[%d].replica_count", [k]), "value": replicas} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	some k, n in g.node_group_configuration
	n.replica_count < replicas
}
