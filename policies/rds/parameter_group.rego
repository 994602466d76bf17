# METADATA
# title: A database has a parameter group of its own
# description: >-
#   Reads parameter_group_name. Fails when it is not set or names a default group: the settings of a default
#   group cannot be changed, and a switch to another group restarts the database. Undecided when its value
#   is not known.
# custom:
#   control: [RDS-PG-001]
#   judges: aws_db_instance
#   requirement: [RA-51]
#   severity: low
#   non_production: same
#   pillar: [operations]
#   remediation: >-
#     Create a parameter group of the family of the engine and name it; the switch takes effect with the
#     next restart. Live: `aws rds create-db-parameter-group --db-parameter-group-name NAME
#     --db-parameter-group-family mysql8.0 --description NAME`, `aws rds modify-db-instance --db-instance-identifier NAME --db-parameter-group-name NAME`,
#     and when a restart suits `aws rds reboot-db-instance --db-instance-identifier NAME`.
#   equivalents:
#     tflint:
#       - aws_db_instance_default_parameter_group
#   example: |
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#     }
package rds.parameter_group

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
}

deny contains {"at": i, "attribute": "parameter_group_name", "message": "it uses the default parameter group"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.parameter_group_name == null
}

deny contains {"at": i, "attribute": "parameter_group_name", "message": "it uses the default parameter group"} if {
	some i in judged
	db := input.aws_db_instance[i]
	startswith(db.parameter_group_name, "default.")
}
