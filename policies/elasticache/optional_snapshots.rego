# METADATA
# title: An optional Redis cache takes snapshots
# description: >-
#   Reads snapshot_retention_limit. Fails when it is 0, which is the default: what the cache alone holds is
#   gone with it. Undecided when its value is not known. Only groups tagged CacheOptional = "true" are
#   judged here.
# custom:
#   control: [CACHE-BKP-001]
#   judges: aws_elasticache_replication_group
#   requirement: [RA-57]
#   severity: low
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set snapshot_retention_limit to 7 days or more, and snapshot_window to quiet hours.
#   equivalents:
#     prowler:
#       - elasticache_redis_cluster_backup_enabled
#     checkov:
#       - CKV_AWS_134
#     trivy:
#       - AVD-AWS-0050
#     security_hub:
#       - ElastiCache.1
#     aws_config:
#       - ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK
#     trusted_advisor:
#       - ElastiCache (Redis OSS) Clusters Automatic Backup
#     well_architected:
#       - REL09-BP03
#   example: |
#     resource "aws_elasticache_replication_group" "main" {
#       replication_group_id       = "sessions"
#       description                = "sessions"
#       node_type                  = "cache.t4g.small"
#       tags = {
#         CacheOptional = "true"
#       }
#     }
package elasticache.optional_snapshots

judged contains i if {
	some i, g in input.aws_elasticache_replication_group
	g.tags.CacheOptional == "true"
}

deny contains {"at": i, "attribute": "snapshot_retention_limit", "message": "no snapshots are taken"} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.snapshot_retention_limit == 0
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "snapshot_retention_limit", "value": 7} if {
	some i in judged
	g := input.aws_elasticache_replication_group[i]
	g.snapshot_retention_limit == 0
}
