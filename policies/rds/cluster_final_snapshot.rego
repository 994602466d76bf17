# METADATA
# title: Deleting a database cluster leaves a final snapshot
# description: >-
#   Reads skip_final_snapshot and final_snapshot_identifier. Fails when the snapshot is skipped, or when it
#   has no name, since a delete then cannot take it. Passes when it is taken under a name, also one that is
#   not known yet. Undecided when the settings are not known. Clusters that replicate another one are not
#   judged.
# custom:
#   control: [RDS-SNAP-001]
#   judges: aws_rds_cluster
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
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#       skip_final_snapshot = true
#     }
package rds.cluster_final_snapshot

judged contains i if {
	some i, c in input.aws_rds_cluster
	c.replication_source_identifier == null
}

deny contains {"at": i, "attribute": "skip_final_snapshot", "message": "deleting it leaves no snapshot"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.skip_final_snapshot == true
}

deny contains {"at": i, "attribute": "final_snapshot_identifier", "message": "the final snapshot has no name"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.skip_final_snapshot == false
	c.final_snapshot_identifier == null
}

fix contains {"at": i, "op": "set", "address": c._address, "path": "skip_final_snapshot", "value": false} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.skip_final_snapshot == true
}

fix contains {"at": i, "op": "set", "address": c._address, "path": "final_snapshot_identifier", "value": name} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.final_snapshot_identifier == null
	name := sprintf("%s-final", [replace(c._name, "_", "-")])
}
