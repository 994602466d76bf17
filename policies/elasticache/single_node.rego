# METADATA
# title: No Redis cluster stands alone on one node
# description: >-
#   Reads engine and replication_group_id. Fails for a Redis or Valkey cluster outside a replication group:
#   it has one node and nothing to fail over to. Passes inside one. Undecided when that is not known.
#   Memcached is not judged. Clusters tagged CacheOptional = "true" are judged by
#   elasticache.optional_single_node.
# custom:
#   control: [CACHE-SINGLE-001, CACHE-HA-001]
#   judges: aws_elasticache_cluster
#   requirement: [RA-57, RA-23]
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   remediation: >-
#     Replace the cluster by an aws_elasticache_replication_group with a replica, automatic failover and
#     multi-AZ, and move the clients to its primary endpoint. A node that runs is put into a group by
#     plumb plan --changes, without an interruption (docs/data-changes.md).
#   equivalents:
#     trusted_advisor:
#       - Amazon ElastiCache Multi-AZ clusters
#     prowler:
#       - elasticache_redis_cluster_automatic_failover_enabled
#       - elasticache_redis_cluster_multi_az_enabled
#     checkov:
#       - CKV2_AWS_50
#     security_hub:
#       - ElastiCache.3
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_elasticache_cluster" "main" {
#       cluster_id      = "sessions"
#       engine          = "redis"
#       node_type       = "cache.t4g.small"
#       num_cache_nodes = 1
#     }
package elasticache.single_node

judged contains i if {
	some i, c in input.aws_elasticache_cluster
	c.engine in {"redis", "valkey"}
	not optional[i]
}

optional contains i if {
	some i, c in input.aws_elasticache_cluster
	c.tags.CacheOptional == "true"
}

deny contains {"at": i, "attribute": "replication_group_id", "message": "one node, nothing to fail over to"} if {
	some i in judged
	c := input.aws_elasticache_cluster[i]
	c.replication_group_id == null
}
