# METADATA
# title: The backups of a database cluster outlive it
# description: >-
#   Reads delete_automated_backups and the backup selections of AWS Backup. Fails when the automatic backups
#   go with the database, which is the default, and no selection takes it. Undecided when the setting, tags
#   or selections are not known. Selections count for resources of the same stage, and for all when their
#   own stage is not known. Clusters that replicate another one are not judged.
# custom:
#   control: [RDS-BKP-002]
#   judges: aws_rds_cluster
#   requirement: [RA-53, RA-112]
#   severity: medium
#   non_production: skip
#   live: skip
#   pillar: [reliability]
#   disruption: none
#   scans: [aws_backup_selection]
#   remediation: >-
#     Set delete_automated_backups = false, or add the database to an AWS Backup plan.
#   equivalents:
#     well_architected:
#       - REL09-BP01
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
package rds.cluster_backups_outlive

judged contains i if {
	some i, r in input.aws_rds_cluster
	r.replication_source_identifier == null
}

# Selections of AWS Backup that take the database: position of the database, position of the selection.
selected contains [i, k] if {
	some i, r in input.aws_rds_cluster
	some k in r._from["aws_backup_selection.resources"]
}

selected contains [i, k] if {
	some i, r in input.aws_rds_cluster
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	not conditional[k]
	some pattern in s.resources
	regex.match(kind, pattern)
}

selected contains [i, k] if {
	some i, r in input.aws_rds_cluster
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some tag in s.selection_tag
	r.tags_all[tag.key] == tag.value
}

selected contains [i, k] if {
	some i, r in input.aws_rds_cluster
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
kind := `^(\*|arn:[^:]*:(rds|\*):[^:]*:[^:]*:(cluster:\*|\*))$`

covered contains i if some [i, _] in selected

deny contains {"at": i, "attribute": "delete_automated_backups", "message": "its backups are deleted with it"} if {
	some i in judged
	input.aws_rds_cluster[i].delete_automated_backups == true
	not covered[i]
}

fix contains {"at": i, "op": "set", "address": r._address, "path": "delete_automated_backups", "value": false} if {
	some i in {d.at | some d in deny}
	r := input.aws_rds_cluster[i]
}
