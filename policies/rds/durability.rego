# METADATA
# title: Database parameters keep acknowledged writes
# description: >-
#   Reads the parameters of the group that decide whether an acknowledged write survives a crash. Fails when
#   innodb_flush_log_at_trx_commit or sync_binlog is not 1, or synchronous_commit or fsync is off. Passes
#   when they are not set, since the engine's defaults are safe. Undecided when parameters are not known.
#   Groups tagged Rebuildable = "true" are not judged.
# custom:
#   control: [RDS-PG-002]
#   judges: aws_db_parameter_group
#   requirement: [RA-51, RA-110]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set innodb_flush_log_at_trx_commit = 1, sync_binlog = 1, synchronous_commit = on and fsync = on, or
#     take the parameter off.
#   equivalents:
#     trusted_advisor:
#       - Amazon RDS innodb_flush_log_at_trx_commit parameter is not 1
#       - Amazon RDS sync_binlog parameter is turned off
#       - Amazon RDS synchronous_commit parameter is turned off
#   example: |
#     resource "aws_db_parameter_group" "own" {
#       name   = "own"
#       family = "mysql8.0"
#
#       parameter {
#         name  = "innodb_flush_log_at_trx_commit"
#         value = "2"
#       }
#     }
package rds.durability

judged contains i if {
	some i, g in input.aws_db_parameter_group
	some engine in ["mysql", "mariadb", "postgres", "aurora"]
	startswith(g.family, engine)
	not rebuildable[i]
}

rebuildable contains i if {
	some i, g in input.aws_db_parameter_group
	g.tags.Rebuildable == "true"
}

deny contains {"at": i, "attribute": sprintf("parameter[%d].value", [k]), "message": sprintf("%s is %s", [p.name, p.value])} if {
	some i in judged
	some k, p in input.aws_db_parameter_group[i].parameter
	p.name == "innodb_flush_log_at_trx_commit"
	p.value != "1"
}

deny contains {"at": i, "attribute": sprintf("parameter[%d].value", [k]), "message": sprintf("%s is %s", [p.name, p.value])} if {
	some i in judged
	not startswith(input.aws_db_parameter_group[i].family, "aurora") # Aurora does not write its binary log to disk this way
	some k, p in input.aws_db_parameter_group[i].parameter
	p.name == "sync_binlog"
	p.value != "1"
}

deny contains {"at": i, "attribute": sprintf("parameter[%d].value", [k]), "message": sprintf("%s is %s", [p.name, p.value])} if {
	some i in judged
	some k, p in input.aws_db_parameter_group[i].parameter
	p.name in {"synchronous_commit", "fsync"}
	lower(p.value) in {"off", "0", "false", "no"}
}

safe := {"innodb_flush_log_at_trx_commit": "1", "sync_binlog": "1", "synchronous_commit": "on", "fsync": "1"}

fix contains {"at": i, "op": "set", "address": g._address, "path": sprintf("parameter[%d].value", [k]), "value": safe[p.name]} if {
	some i in {d.at | some d in deny}
	g := input.aws_db_parameter_group[i]
	some k, p in g.parameter
	p.value != safe[p.name]
}
