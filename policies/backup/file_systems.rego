# METADATA
# title: A shared file system is backed up
# description: >-
#   Reads the backup policy of the file system and the backup selections of AWS Backup. Fails when neither
#   covers the file system. Passes when a selection names it, matches its ARN by a pattern, or matches its
#   tags. Undecided when selections or tags are not known. Resources tagged Backup = "none" are not judged.
#   Selections count for resources of the same stage, and for all when their own stage is not known.
#   Exclusions (not_resources), and conditions other than string_equals, are not followed.
# custom:
#   control: [DR-BKP-001, EFS-AZ-001]
#   judges: aws_efs_file_system
#   requirement: [RA-53, RA-112, RA-48]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   scans: [aws_backup_selection]
#   remediation: >-
#     Add the resource to an aws_backup_selection, by its ARN or by a tag that it carries. Who means to have
#     no backup says so with the tag Backup = "none".
#   equivalents:
#     prowler:
#       - backup_plans_exist
#       - rds_instance_protected_by_backup_plan
#       - dynamodb_table_protected_by_backup_plan
#       - ec2_ebs_volume_protected_by_backup_plan
#       - efs_multi_az_enabled
#       - efs_have_backup_enabled
#     checkov:
#       - CKV2_AWS_8
#       - CKV2_AWS_9
#       - CKV2_AWS_18
#     security_hub:
#       - RDS.26
#       - DynamoDB.4
#       - EC2.28
#       - EFS.2
#     aws_config:
#       - RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - DYNAMODB_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - EFS_IN_BACKUP_PLAN
#     well_architected:
#       - REL09-BP03
#       - REL10-BP01
#     trusted_advisor:
#       - Amazon EFS no mount target redundancy
#   example: |
#     resource "aws_efs_file_system" "main" {
#       creation_token = "shared"
#     }
package backup.file_systems

judged contains i if {
	some i, r in input.aws_efs_file_system
	not excepted[i]
}

excepted contains i if {
	some i, r in input.aws_efs_file_system
	r.tags_all.Backup == "none"
}

# A selection names it.
covered contains i if {
	some i, r in input.aws_efs_file_system
	some _ in r._from["aws_backup_selection.resources"]
}

# A selection without conditions takes everything of its kind.
covered contains i if {
	some i, r in input.aws_efs_file_system
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
	some i, r in input.aws_efs_file_system
	some s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some tag in s.selection_tag
	r.tags_all[tag.key] == tag.value
}

# A selection takes those of its kind that have a tag.
covered contains i if {
	some i, r in input.aws_efs_file_system
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
kind := `^(\*|arn:[^:]*:(elasticfilesystem|\*):[^:]*:[^:]*:(file-system/\*|\*))$`

# It has the automatic backups of EFS.
covered contains i if {
	some i, r in input.aws_efs_file_system
	some p in r._from["aws_efs_backup_policy.file_system_id"]
	some b in input.aws_efs_backup_policy[p].backup_policy
	b.status == "ENABLED"
}

deny contains {"at": i, "attribute": "tags", "message": "no backup covers it"} if {
	some i in judged
	not covered[i]
}
