# METADATA
# title: A table is backed up
# description: >-
#   Reads the point-in-time recovery of the table and the backup selections of AWS Backup. Fails when
#   neither covers the table. Passes when a selection names it, matches its ARN by a pattern, or matches its
#   tags. Undecided when selections or tags are not known. Resources tagged Backup = "none" are not judged.
#   State lock tables are not judged. Selections count for resources of the same stage, and for all when
#   their own stage is not known. Exclusions (not_resources), and conditions other than string_equals, are
#   not followed.
# custom:
#   control: [DR-BKP-001]
#   judges: aws_dynamodb_table
#   requirement: [RA-53, RA-112]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   scans: [aws_backup_selection]
#   disruption: none
#   remediation: >-
#     Add the resource to an aws_backup_selection, by its ARN or by a tag that it carries. Who means to have
#     no backup says so with the tag Backup = "none".
#   equivalents:
#     prowler:
#       - backup_plans_exist
#       - rds_instance_protected_by_backup_plan
#       - dynamodb_table_protected_by_backup_plan
#       - ec2_ebs_volume_protected_by_backup_plan
#     checkov:
#       - CKV2_AWS_8
#       - CKV2_AWS_9
#     security_hub:
#       - RDS.26
#       - DynamoDB.4
#       - EC2.28
#     aws_config:
#       - RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - DYNAMODB_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#     well_architected:
#       - REL09-BP03
#   example: |
#     resource "aws_dynamodb_table" "main" {
#       name         = "orders"
#       billing_mode = "PAY_PER_REQUEST"
#       hash_key     = "id"
#     }
package backup.tables

judged contains i if {
	some i, r in input.aws_dynamodb_table
	r.hash_key != "LockID" # a lock outlives no run
	not excepted[i]
}

excepted contains i if {
	some i, r in input.aws_dynamodb_table
	r.tags_all.Backup == "none"
}

# A selection names it.
covered contains i if {
	some i, r in input.aws_dynamodb_table
	some _ in r._from["aws_backup_selection.resources"]
}

# A selection without conditions takes everything of its kind.
covered contains i if {
	some i, r in input.aws_dynamodb_table
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	not conditional[k]
	some pattern in s.resources
	regex.match(kind, pattern)
}

conditional contains k if {
	some k, s in input.aws_backup_selection
	some _ in s.condition
}

# A selection takes what has one of its tags.
covered contains i if {
	some i, r in input.aws_dynamodb_table
	some s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some tag in s.selection_tag
	r.tags_all[tag.key] == tag.value
}

# A selection takes those of its kind that have a tag.
covered contains i if {
	some i, r in input.aws_dynamodb_table
	some s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some pattern in s.resources
	regex.match(kind, pattern)
	some c in s.condition
	some e in c.string_equals
	some key, value in r.tags_all
	e.key == concat("/", ["aws:ResourceTag", key])
	e.value == value
}

# ARN patterns that take every resource of this type.
kind := `^(\*|arn:[^:]*:(dynamodb|\*):[^:]*:[^:]*:(table/\*|\*))$`

# It can be restored to any point in time.
covered contains i if {
	some i, r in input.aws_dynamodb_table
	some p in r.point_in_time_recovery
	p.enabled == true
}

deny contains {"at": i, "attribute": "tags", "message": "no backup covers it"} if {
	some i in judged
	not covered[i]
}

fix contains {"at": i, "op": "set", "address": r._address, "path": "point_in_time_recovery[0].enabled", "value": true} if {
	some i in judged
	not covered[i]
	r := input.aws_dynamodb_table[i]
}
