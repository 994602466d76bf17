# METADATA
# title: Caches are of a current generation
# description: >-
#   Reads node_type against the dated table of former generations (data/previous_generations.json). Fails when the same size of a newer one costs less wherever both are sold. Burstable types are left out.
# custom:
#   control: [OPT-COST-002]
#   requirement: [RA-124]
#   judges: aws_elasticache_replication_group
#   severity: low
#   pillar: [cost, performance]
#   disruption: brief
#   remediation: Set node_type to the newer type. Nodes are exchanged one after the other, and connections are cut while the primary moves.
#   links: ["https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html"]
#   example: |
#     resource "aws_elasticache_replication_group" "sessions" {
#       replication_group_id = "sessions"
#       description          = "sessions"
#       node_type            = "cache.r4.large"
#     }
package elasticache.previous_generation

judged contains i if {
	some i, _ in input.aws_elasticache_replication_group
}

deny contains {"at": i, "attribute": "node_type", "message": sprintf("%s costs less than %s and is newer", [next, old])} if {
	some i in judged
	some old, next in data.tables.previous_generations.caches
	input.aws_elasticache_replication_group[i].node_type == old
}

fix contains {"at": i, "op": "set", "address": cache._address, "path": "node_type", "value": next} if {
	some i in judged
	cache := input.aws_elasticache_replication_group[i]
	next := data.tables.previous_generations.caches[cache.node_type]
}
