# METADATA
# title: What is in a backup plan was backed up lately
# description: >-
#   Reads the resources that AWS Backup protects. Fails when the last backup of one is older than backup.recent.days: its plan has stopped, or its jobs fail. The days are
#   twice the interval of the plan, which is not read: a daily plan that has stopped is found after a week. What has been deleted since is not applicable. Code has no such fact.
# custom:
#   control: [DR-BKP-002]
#   requirement: [RA-112]
#   judges: aws_backup_protected_resource
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 8
#       description: a last backup that is older than so many days fails
#   remediation: >-
#     See in AWS Backup why the last jobs failed or were not started (role, vault, opt-in of the resource type), and start one by hand.
#   links:
#     - https://docs.aws.amazon.com/aws-backup/latest/devguide/monitoring.html
#   equivalents:
#     aws_config: [RDS_LAST_BACKUP_RECOVERY_POINT_CREATED, DYNAMODB_LAST_BACKUP_RECOVERY_POINT_CREATED, EBS_LAST_BACKUP_RECOVERY_POINT_CREATED]
#     well_architected: [REL09-BP03]
#   example: |
#     resource "aws_dynamodb_table" "orders" {
#       arn = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
#     }
#     resource "aws_backup_protected_resource" "orders" {
#       resource_arn     = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
#       last_backup_time = "2026-10-01T05:00:00Z"
#     }
package backup.recent

# Those that were read: what has been deleted stays in the list until its last recovery point has run out.
alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_db_instance"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_rds_cluster"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_dynamodb_table"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_efs_file_system"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_ebs_volume"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_instance"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_s3_bucket"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_fsx_windows_file_system"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_fsx_lustre_file_system"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_fsx_ontap_file_system"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_fsx_openzfs_file_system"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_docdb_cluster"]
}

alive contains i if {
	some i, p in input.aws_backup_protected_resource
	some _ in p._to["resource_arn/aws_neptune_cluster"]
}

judged contains i if {
	some i, p in input.aws_backup_protected_resource
	p.last_backup_time != null
	alive[i]
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, 0 - data.parameters.backup.recent.days)

deny contains {"at": i, "attribute": "last_backup_time", "message": sprintf("its last backup is of %s", [substring(p.last_backup_time, 0, 10)])} if {
	some i in judged
	p := input.aws_backup_protected_resource[i]
	time.parse_rfc3339_ns(p.last_backup_time) < limit
}
