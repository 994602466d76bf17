# METADATA
# title: A database cluster has a parameter group of its own
# description: >-
#   Reads db_cluster_parameter_group_name. Fails when it is not set or names a default group: the settings
#   of a default group cannot be changed, and a switch to another group restarts the database. Undecided
#   when its value is not known.
# custom:
#   control: [RDS-PG-001]
#   judges: aws_rds_cluster
#   requirement: [RA-51]
#   severity: low
#   non_production: same
#   pillar: [operations]
#   remediation: >-
#     Create a parameter group of the family of the engine and name it; the switch takes effect with the
#     next restart. Live: `aws rds create-db-cluster-parameter-group --db-cluster-parameter-group-name NAME
#     --db-parameter-group-family mysql8.0 --description NAME`, `aws rds modify-db-cluster --db-cluster-identifier NAME --db-cluster-parameter-group-name NAME`,
#     and when a restart suits `aws rds reboot-db-instance --db-instance-identifier MEMBER`.
#   equivalents:
#     tflint:
#       - aws_db_instance_default_parameter_group
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
package rds.cluster_parameter_group

judged contains i if some i, _ in input.aws_rds_cluster

deny contains {"at": i, "attribute": "db_cluster_parameter_group_name", "message": "it uses the default parameter group"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.db_cluster_parameter_group_name == null
}

deny contains {"at": i, "attribute": "db_cluster_parameter_group_name", "message": "it uses the default parameter group"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	startswith(c.db_cluster_parameter_group_name, "default.")
}
