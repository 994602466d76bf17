# METADATA
# title: The storage of a database can grow
# description: >-
#   Reads max_allocated_storage and allocated_storage. Fails when no maximum is set, or it is not above what
#   is allocated: a full disk stops the database. Undecided when a value is not known. Members of Aurora
#   clusters are not judged, whose storage grows by itself; nor are read replicas, which follow their
#   source.
# custom:
#   control: [RDS-STOR-001]
#   judges: aws_db_instance
#   requirement: [RA-45]
#   severity: medium
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set max_allocated_storage above allocated_storage. Only what is used is billed.
#   equivalents:
#     trusted_advisor:
#       - Amazon RDS DB instances have storage autoscaling turned off
#   example: |
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#       allocated_storage = 100
#     }
package rds.storage_growth

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
	not startswith(db.engine, "aurora")
}

deny contains {"at": i, "attribute": "max_allocated_storage", "message": "a full disk does not grow"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.max_allocated_storage in {null, 0}
}

deny contains {"at": i, "attribute": "max_allocated_storage", "message": "the maximum is not above what is allocated"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.max_allocated_storage > 0
	db.max_allocated_storage <= db.allocated_storage
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "max_allocated_storage", "value": 2 * db.allocated_storage} if {
	some i in {d.at | some d in deny}
	db := input.aws_db_instance[i]
}
