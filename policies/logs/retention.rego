# METADATA
# title: Log groups have a retention
# description: >-
#   Reads retention_in_days (default 0: for ever). Fails when logs are kept for ever, or for fewer days than the parameter says.
# custom:
#   control: [MON-LOG-001]
#   requirement: [RA-96]
#   judges: aws_cloudwatch_log_group
#   severity: medium
#   pillar: [operations, cost]
#   disruption: none
#   parameters:
#     days:
#       default: 30
#       non_production: 1
#       description: "fewest days that logs are kept"
#   remediation: >-
#     Set retention_in_days, 90 for most; live: `aws logs put-retention-policy --log-group-name NAME --retention-in-days 90`. Logs older than that are
#     deleted for good, which is why no fix is planned: export what must be kept first.
#   equivalents:
#     prowler: [cloudwatch_log_group_retention_policy_specific_days_enabled, rds_instance_integration_cloudwatch_logs]
#     checkov: [CKV_AWS_66, CKV_AWS_338, CKV_AWS_129]
#     security_hub: [RDS.9]
#     aws_config: [CW_LOGGROUP_RETENTION_PERIOD_CHECK, RDS_LOGGING_ENABLED]
#     well_architected: [REL06-BP05]
#   example: |
#     resource "aws_cloudwatch_log_group" "g" {
#       name = "g"
#     }
package logs.retention

judged contains i if {
	some i, _ in input.aws_cloudwatch_log_group
}

deny contains {"at": i, "attribute": "retention_in_days", "message": "logs are kept, and paid for, for ever"} if {
	some i in judged
	input.aws_cloudwatch_log_group[i].retention_in_days == 0
}

deny contains {"at": i, "attribute": "retention_in_days", "message": sprintf("logs are kept for %v days only", [g.retention_in_days])} if {
	some i in judged
	g := input.aws_cloudwatch_log_group[i]
	g.retention_in_days > 0
	g.retention_in_days < data.parameters.logs.retention.days
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "retention_in_days", "value": data.parameters.logs.retention.days} if {
	some i in judged
	g := input.aws_cloudwatch_log_group[i]
	g.retention_in_days > 0
	g.retention_in_days < data.parameters.logs.retention.days
}
