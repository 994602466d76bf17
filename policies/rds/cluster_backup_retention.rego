# METADATA
# title: A database cluster keeps enough days of automatic backups
# description: >-
#   Reads backup_retention_period of the cluster, which is 1 when it is not set. Fails when it is less than
#   the parameter days (7 in production, 1 elsewhere). Undecided when it is not known.
# custom:
#   control: [RDS-BKP-001]
#   judges: aws_rds_cluster
#   requirement: [RA-53]
#   severity: critical
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   parameters:
#     days: {default: 7, non_production: 1, description: "days of automatic backups, at least"}
#   remediation: >-
#     Set backup_retention_period to 7 or more (35 at most).
#   equivalents:
#     prowler:
#       - rds_instance_backup_enabled
#     checkov:
#       - CKV_AWS_133
#     trivy:
#       - AVD-AWS-0077
#     security_hub:
#       - RDS.11
#     aws_config:
#       - DB_INSTANCE_BACKUP_ENABLED
#     trusted_advisor:
#       - Amazon RDS Backups
#     well_architected:
#       - REL09-BP03
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
package rds.cluster_backup_retention

judged contains i if some i, _ in input.aws_rds_cluster

deny contains {"at": i, "attribute": "backup_retention_period", "message": message} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.backup_retention_period < data.parameters.rds.cluster_backup_retention.days
	message := sprintf("backups are kept for %d of %d days", [c.backup_retention_period, data.parameters.rds.cluster_backup_retention.days])
}

fix contains {"at": i, "op": "set", "address": c._address, "path": "backup_retention_period", "value": data.parameters.rds.cluster_backup_retention.days} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.backup_retention_period < data.parameters.rds.cluster_backup_retention.days
}
