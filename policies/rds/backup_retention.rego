# METADATA
# title: A database keeps enough days of automatic backups
# description: >-
#   Reads backup_retention_period, which is 0 when it is not set. Fails when it is less than the parameter
#   days (7 in production, 1 elsewhere). Undecided when it is not known, or comes from a snapshot. Read
#   replicas and members of Aurora clusters are not judged: their source's backups count.
# custom:
#   control: [RDS-BKP-001]
#   judges: aws_db_instance
#   requirement: [RA-53]
#   severity: critical
#   non_production: same
#   pillar: [reliability]
#   disruption: brief
#   parameters:
#     days: {default: 7, non_production: 1, description: "days of automatic backups, at least"}
#   remediation: >-
#     Set backup_retention_period to 7 or more (35 at most). Turning backups on restarts the instance for a
#     moment.
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
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#     }
package rds.backup_retention

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
	not startswith(db.engine, "aurora")
}

deny contains {"at": i, "attribute": "backup_retention_period", "message": message} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.backup_retention_period < data.parameters.rds.backup_retention.days
	message := sprintf("backups are kept for %d of %d days", [db.backup_retention_period, data.parameters.rds.backup_retention.days])
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "backup_retention_period", "value": data.parameters.rds.backup_retention.days} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.backup_retention_period < data.parameters.rds.backup_retention.days
}
