# METADATA
# title: Database cluster logs are exported
# description: >-
#   Reads enabled_cloudwatch_logs_exports. Fails when no log leaves the database. Undecided when the list is not known.
# custom:
#   control: [MON-LOG-001]
#   requirement: [RA-96]
#   judges: aws_rds_cluster
#   severity: medium
#   pillar: [operations, cost]
#   disruption: none
#   remediation: >-
#     Set enabled_cloudwatch_logs_exports, for example ["error", "slowquery"] (MySQL) or ["postgresql"]. AWS makes
#     the log groups without an end of retention: give them one.
#   equivalents:
#     prowler: [cloudwatch_log_group_retention_policy_specific_days_enabled, rds_instance_integration_cloudwatch_logs]
#     checkov: [CKV_AWS_66, CKV_AWS_338, CKV_AWS_129]
#     security_hub: [RDS.9]
#     aws_config: [CW_LOGGROUP_RETENTION_PERIOD_CHECK, RDS_LOGGING_ENABLED]
#     well_architected: [REL06-BP05]
#   example: |
#     resource "aws_rds_cluster" "main" {
#       engine = "aurora-mysql"
#     }
package logs.database_cluster

judged contains i if {
	some i, _ in input.aws_rds_cluster
}

deny contains {"at": i, "attribute": "enabled_cloudwatch_logs_exports", "message": "no log is exported"} if {
	some i in judged
	input.aws_rds_cluster[i].enabled_cloudwatch_logs_exports == null
}

deny contains {"at": i, "attribute": "enabled_cloudwatch_logs_exports", "message": "no log is exported"} if {
	some i in judged
	input.aws_rds_cluster[i].enabled_cloudwatch_logs_exports == []
}

# Logs of each engine that say what failed and what was slow. Source: RDS API, CloudwatchLogsExportConfiguration.
exports := {"aurora-mysql": ["error", "slowquery"], "aurora-postgresql": ["postgresql"], "mysql": ["error", "slowquery"], "postgres": ["postgresql"]}

fix contains {"at": i, "op": "set", "address": db._address, "path": "enabled_cloudwatch_logs_exports", "value": exports[db.engine]} if {
	some i in judged
	db := input.aws_rds_cluster[i]
	db.enabled_cloudwatch_logs_exports in [null, []]
}
