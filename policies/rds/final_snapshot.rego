# METADATA
# title: Deleting a database leaves a final snapshot
# description: >-
#   Reads skip_final_snapshot and final_snapshot_identifier. Fails when the snapshot is skipped, or when it
#   has no name, since a delete then cannot take it. Passes when it is taken under a name, also one that is
#   not known yet. Undecided when the settings are not known. Read replicas are not judged: their source
#   keeps the data.
# custom:
#   control: [RDS-SNAP-001]
#   judges: aws_db_instance
#   requirement: [RA-12, RA-53]
#   severity: high
#   non_production: skip
#   live: skip
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set skip_final_snapshot = false and give final_snapshot_identifier a name that is free when the
#     database is deleted.
#   equivalents:
#     well_architected:
#       - REL09-BP01
#   example: |
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#       skip_final_snapshot = true
#     }
package rds.final_snapshot

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
}

deny contains {"at": i, "attribute": "skip_final_snapshot", "message": "deleting it leaves no snapshot"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.skip_final_snapshot == true
}

deny contains {"at": i, "attribute": "final_snapshot_identifier", "message": "the final snapshot has no name"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.skip_final_snapshot == false
	db.final_snapshot_identifier == null
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "skip_final_snapshot", "value": false} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.skip_final_snapshot == true
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "final_snapshot_identifier", "value": name} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.final_snapshot_identifier == null
	name := sprintf("%s-final", [replace(db._name, "_", "-")])
}
