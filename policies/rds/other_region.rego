# METADATA
# title: A database is backed up to another region
# description: >-
#   Reads aws_db_instance_automated_backups_replication, read replicas in other regions, and the plans of
#   AWS Backup that take the database. Fails when nothing copies its data to another region. Undecided when
#   regions, plans or tags are not known. Read replicas and members of Aurora clusters are not judged.
# custom:
#   control: [RDS-XREG-001]
#   judges: aws_db_instance
#   requirement: [RA-55, RA-113]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   scans: [aws_backup_plan, aws_backup_selection, aws_backup_vault]
#   remediation: >-
#     Add a copy_action to a vault in another region to the backup plan of the database, or replicate the
#     database itself there, or its automatic backups: in an account by plumb plan --changes (docs/data-
#     changes.md). A single region that is accepted is waived with its reason.
#   equivalents:
#     well_architected:
#       - REL13-BP02
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#
#     provider "aws" {
#       alias  = "far"
#       region = "eu-central-1"
#     }
#
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#     }
package rds.other_region

judged contains i if {
	some i, r in input.aws_db_instance
	r.replicate_source_db == null
	not startswith(r.engine, "aurora")
}

# Selections of AWS Backup that take the database: position of the database, position of the selection.
selected contains [i, k] if {
	some i, r in input.aws_db_instance
	some k in r._from["aws_backup_selection.resources"]
}

selected contains [i, k] if {
	some i, r in input.aws_db_instance
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	not conditional[k]
	some pattern in s.resources
	regex.match(kind, pattern)
}

selected contains [i, k] if {
	some i, r in input.aws_db_instance
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some tag in s.selection_tag
	r.tags_all[tag.key] == tag.value
}

selected contains [i, k] if {
	some i, r in input.aws_db_instance
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some pattern in s.resources
	regex.match(kind, pattern)
	some c in s.condition
	some e in c.string_equals
	some key, value in r.tags_all
	e.key == concat("/", ["aws:ResourceTag", key])
	e.value == value
}

conditional contains k if {
	some k, s in input.aws_backup_selection
	some _ in s.condition
}

# ARN patterns that take every resource of this type.
kind := `^(\*|arn:[^:]*:(rds|\*):[^:]*:[^:]*:(db:\*|\*))$`

# A plan copies to a vault in another region.
copied contains i if {
	some [i, k] in selected
	some p in input.aws_backup_selection[k]._to.plan_id
	some v in input.aws_backup_plan[p]._to["rule.copy_action.destination_vault_arn"]
	input.aws_backup_vault[v]._region != input.aws_db_instance[i]._region
}

copied contains i if {
	some [i, k] in selected
	some p in input.aws_backup_selection[k]._to.plan_id
	some rule in input.aws_backup_plan[p].rule
	some c in rule.copy_action
	parts := split(c.destination_vault_arn, ":")
	regex.match(`^[a-z0-9-]+$`, parts[3]) # not a part of the text that is not known
	parts[3] != input.aws_db_instance[i]._region
}

# Its automatic backups are replicated.
copied contains i if {
	some i, r in input.aws_db_instance
	some _ in r._from["aws_db_instance_automated_backups_replication.source_db_instance_arn"]
}

# It has a replica in another region.
copied contains i if {
	some i, r in input.aws_db_instance
	some k in r._from["aws_db_instance.replicate_source_db"]
	input.aws_db_instance[k]._region != r._region
}

deny contains {"at": i, "attribute": "backup_retention_period", "message": "no copy in another region"} if {
	some i in judged
	not copied[i]
}
