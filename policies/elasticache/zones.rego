# METADATA
# title: The nodes of a Redis shard sit in different zones
# description: >-
#   Reads the zones that are given for the nodes of each shard. Passes when multi_az_enabled is true, since
#   AWS then spreads them, or when two nodes of each shard are put into different zones. Fails when all
#   nodes of a shard are put into one zone. Undecided when multi-AZ is off and zones are not given or not
#   known. Groups of one node are left to elasticache.failover.
# custom:
#   control: [CACHE-HA-002]
#   judges: aws_elasticache_replication_group
#   requirement: [RA-57, RA-23]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   remediation: >-
#     Set multi_az_enabled = true and leave the zones to AWS, or list nodes in different zones.
#   equivalents:
#     trusted_advisor:
#       - Amazon ElastiCache Multi-AZ clusters
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_elasticache_replication_group" "main" {
#       replication_group_id       = "sessions"
#       description                = "sessions"
#       node_type                  = "cache.t4g.small"
#       num_cache_clusters          = 2
#       preferred_cache_cluster_azs = ["eu-west-1a", "eu-west-1a"]
#     }
package elasticache.zones

judged contains i if {
	some i, g in input.aws_elasticache_replication_group
	g.num_cache_clusters != 1
	g.replicas_per_node_group != 0
}

sharded contains i if {
	some i, g in input.aws_elasticache_replication_group
	some _ in g.node_group_configuration
}

# Two zones in the list of the nodes.
spread contains i if {
	some i, g in input.aws_elasticache_replication_group
	some y in g.preferred_cache_cluster_azs
	some z in g.preferred_cache_cluster_azs
	y != z
}

# Shards with two zones: position of the group, position of the shard.
apart contains [i, k] if {
	some i, g in input.aws_elasticache_replication_group
	some k, n in g.node_group_configuration
	some z in n.replica_availability_zones
	z != n.primary_availability_zone
}

apart contains [i, k] if {
	some i, g in input.aws_elasticache_replication_group
	some k, n in g.node_group_configuration
	some y in n.replica_availability_zones
	some z in n.replica_availability_zones
	y != z
}

deny contains {"at": i, "attribute": "preferred_cache_cluster_azs", "message": "all nodes are put into one zone"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.multi_az_enabled == false
	not sharded[i]
	not spread[i]
}

deny contains {"at": i, "attribute": sprintf("node_group_configuration[%d]", [k]), "message": "all nodes of a shard are put into one zone"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.multi_az_enabled == false
	some k, _ in g.node_group_configuration
	not apart[[i, k]]
}
