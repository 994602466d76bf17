# METADATA
# title: Production DB instance is Multi-AZ
# description: >-
#   Reads multi_az. Fails when it is false or unset (the default is false). Undecided when its value is not known.
# custom:
#   control: [RDS-MULTIAZ-001]
#   requirement: [RA-50]
#   judges: aws_db_instance
#   severity: high
#   non_production: lower
#   disruption: brief
#   remediation: Set multi_az = true. The change causes a short failover.
#   example: |
#     resource "aws_db_instance" "main" {
#       engine   = "postgres"
#       multi_az = false
#     }
package rds.multi_az

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
	not startswith(db.engine, "aurora")
}

deny contains {"at": i, "attribute": "multi_az", "message": "the database has one copy in one zone"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.multi_az == false
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "multi_az", "value": true} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.multi_az == false
}
