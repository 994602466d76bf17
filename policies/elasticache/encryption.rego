# METADATA
# title: Redis is encrypted at rest and in transit, in a subnet group of its own
# description: >-
#   Reads at_rest_encryption_enabled, transit_encryption_enabled and subnet_group_name. Fails when an
#   encryption is off (not set means off; at rest, Valkey is encrypted unless it is switched off), or when
#   the subnet group is "default". Undecided when a setting is not known, when no subnet group is named, or
#   when what is not set is decided by the primary of a global replication group.
# custom:
#   control: [CACHE-SEC-001]
#   judges: aws_elasticache_replication_group
#   requirement: [RA-60, RA-22]
#   severity: medium
#   non_production: same
#   pillar: [security]
#   remediation: >-
#     Set transit_encryption_enabled = true, on a running group with transit_encryption_mode = "preferred"
#     first and "required" once every client speaks TLS (Redis 7.0.5 or newer, Valkey): `aws elasticache
#     modify-replication-group --replication-group-id NAME --transit-encryption-enabled
#     --transit-encryption-mode preferred --apply-immediately`. Encryption at rest needs a new group that is
#     filled from a snapshot: `aws elasticache create-snapshot --replication-group-id NAME --snapshot-name
#     NAME-plain`, then create-replication-group with --snapshot-name and --at-rest-encryption-enabled. A
#     group in "preferred" still takes clients without TLS: that is a step on the way, so no fix is planned.
#   equivalents:
#     prowler:
#       - elasticache_redis_cluster_in_transit_encryption_enabled
#       - elasticache_redis_cluster_rest_encryption_enabled
#     checkov:
#       - CKV_AWS_29
#       - CKV_AWS_30
#     trivy:
#       - AVD-AWS-0045
#       - AVD-AWS-0051
#     security_hub:
#       - ElastiCache.4
#       - ElastiCache.5
#       - ElastiCache.7
#   example: |
#     resource "aws_elasticache_replication_group" "main" {
#       replication_group_id       = "sessions"
#       description                = "sessions"
#       node_type                  = "cache.t4g.small"
#       num_cache_clusters         = 2
#       automatic_failover_enabled = true
#       multi_az_enabled           = true
#       at_rest_encryption_enabled = true
#       subnet_group_name          = "private"
#     }
package elasticache.encryption

judged contains i if some i, _ in input.aws_elasticache_replication_group

deny contains {"at": i, "attribute": "at_rest_encryption_enabled", "message": "what it stores is not encrypted"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.at_rest_encryption_enabled == false
}

deny contains {"at": i, "attribute": "transit_encryption_enabled", "message": "clients reach it without TLS"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.transit_encryption_enabled == false
}

deny contains {"at": i, "attribute": "subnet_group_name", "message": "it sits in the default subnet group"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.subnet_group_name == "default"
}
