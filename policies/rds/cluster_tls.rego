# METADATA
# title: A database cluster takes connections over TLS only
# description: >-
#   Reads the engine, its version and the parameters rds.force_ssl and require_secure_transport of the
#   parameter group. Fails when the parameter is off, or is not set and the engine's default is off (Aurora
#   PostgreSQL before 17, Aurora MySQL, PostgreSQL before 15, MySQL before 8.4). Undecided when the version
#   or the parameter group is not known; with a default group the engine's default holds. Other engines are
#   not judged.
# custom:
#   control: [RDS-ENC-001]
#   judges: aws_rds_cluster
#   requirement: [RA-60]
#   severity: high
#   non_production: same
#   pillar: [security]
#   disruption: brief
#   remediation: >-
#     Set rds.force_ssl = 1 (PostgreSQL, SQL Server) or require_secure_transport = ON (MySQL, MariaDB) in
#     the parameter group, once every client speaks TLS. A default group cannot be changed: give the
#     database one of its own first, which restarts it. SQL Server takes the parameter with a restart.
#   equivalents:
#     prowler:
#       - rds_instance_storage_encrypted
#       - rds_cluster_storage_encrypted
#       - rds_instance_transport_encrypted
#     checkov:
#       - CKV_AWS_16
#       - CKV_AWS_96
#       - CKV2_AWS_69
#     trivy:
#       - AVD-AWS-0080
#       - AVD-AWS-0079
#     security_hub:
#       - RDS.3
#       - RDS.27
#       - RDS.38
#       - RDS.39
#     aws_config:
#       - RDS_STORAGE_ENCRYPTED
#       - RDS_CLUSTER_ENCRYPTED_AT_REST
#       - RDS_POSTGRES_INSTANCE_ENCRYPTED_IN_TRANSIT
#     well_architected:
#       - SEC08-BP02
#       - SEC09-BP02
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#       engine_version     = "8.0.mysql_aurora.3.04.0"
#     }
package rds.cluster_tls

# Versions that require TLS unless the parameter says otherwise; `^$` where none does.
# Source: Amazon RDS and Aurora User Guides, requiring SSL/TLS for each engine.
strict := {"aurora-postgresql": `^(1[7-9]|[2-9]\d)(\.|$)`, "aurora-mysql": `^$`, "postgres": `^(1[5-9]|[2-9]\d)(\.|$)`, "mysql": `^(8\.[4-9]|9\.)`}

judged contains i if {
	some i, c in input.aws_rds_cluster
	c.engine in object.keys(strict)
}

strict_by_default contains i if {
	some i, c in input.aws_rds_cluster
	regex.match(strict[c.engine], c.engine_version)
}

# The parameter group says something; what it says is looked at below.
said contains i if {
	some i, c in input.aws_rds_cluster
	some g in c._to.db_cluster_parameter_group_name
	some p in input.aws_rds_cluster_parameter_group[g].parameter
	p.name in {"rds.force_ssl", "require_secure_transport"}
}

deny contains {"at": i, "attribute": "db_cluster_parameter_group_name", "message": "connections without TLS are taken"} if {
	some i in judged
	some g in input.aws_rds_cluster[i]._to.db_cluster_parameter_group_name
	some p in input.aws_rds_cluster_parameter_group[g].parameter
	p.name in {"rds.force_ssl", "require_secure_transport"}
	lower(p.value) in {"0", "off"}
}

deny contains {"at": i, "attribute": "db_cluster_parameter_group_name", "message": "connections without TLS are taken"} if {
	some i in judged
	not strict_by_default[i]
	not said[i]
}

# The parameter that each engine takes without a restart, and its value.
parameter := {"aurora-postgresql": ["rds.force_ssl", "1"], "postgres": ["rds.force_ssl", "1"], "aurora-mysql": ["require_secure_transport", "ON"], "mysql": ["require_secure_transport", "1"]}

fix contains {"at": i, "op": "set", "address": group._address, "path": sprintf("parameter[%d].%s", [k, name]), "value": value} if {
	some i in judged
	db := input.aws_rds_cluster[i]
	some g in db._to.db_cluster_parameter_group_name
	group := input.aws_rds_cluster_parameter_group[g]
	some k, p in group.parameter
	p.name == parameter[db.engine][0]
	lower(p.value) in {"0", "off"}
	some name, value in {"name": p.name, "value": parameter[db.engine][1]}
}

# One more behind those of the group.
fix contains {"at": i, "op": "set", "address": group._address, "path": sprintf("parameter[%d].%s", [count(group.parameter), name]), "value": value} if {
	some i in judged
	not strict_by_default[i]
	not said[i]
	db := input.aws_rds_cluster[i]
	some g in db._to.db_cluster_parameter_group_name
	group := input.aws_rds_cluster_parameter_group[g]
	some name, value in {"name": parameter[db.engine][0], "value": parameter[db.engine][1]}
}
