# METADATA
# title: A database cluster has an alarm
# description: >-
#   Looks for an enabled CloudWatch alarm of namespace AWS/RDS whose dimensions name the cluster or one of its instances, by reference or by name; alarms
#   on metric math and with more dimensions count, whatever the metric. Fails when there is none. Undecided when an alarm's dimensions are not known.
#   Alarms made outside the code that was read, and monitoring by other products, are not seen: accept the finding with a waiver.
# custom:
#   control: [MON-ALARM-001]
#   requirement: [RA-95]
#   judges: aws_rds_cluster
#   severity: high
#   non_production: skip
#   pillar: [reliability, operations]
#   remediation: >-
#     Add an aws_cloudwatch_metric_alarm on it, with alarm_actions that reach a person.
#   equivalents:
#     aws_config: [CLOUDWATCH_ALARM_RESOURCE_CHECK]
#     well_architected: [REL06-BP01, REL11-BP01]
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
package alarms.database_cluster

judged contains i if {
	some i, _ in input.aws_rds_cluster
}

watched contains i if {
	some i, x in input.aws_rds_cluster
	some a in x._from["aws_cloudwatch_metric_alarm.dimensions"]
	rings[a]
}

watched contains i if {
	some i, x in input.aws_rds_cluster
	some a in x._from["aws_cloudwatch_metric_alarm.metric_query.metric.dimensions"]
	computes[a]
}

# Enabled alarms of the service.
rings contains a if {
	some a, alarm in input.aws_cloudwatch_metric_alarm
	alarm.actions_enabled == true
	alarm.namespace in {"AWS/RDS"}
}

# Enabled alarms on metric math over metrics of the service.
computes contains a if {
	some a, alarm in input.aws_cloudwatch_metric_alarm
	alarm.actions_enabled == true
	some q in alarm.metric_query
	some m in q.metric
	m.namespace in {"AWS/RDS"}
}

watched contains i if {
	some i, x in input.aws_rds_cluster
	some n in x._from["aws_rds_cluster_instance.cluster_identifier"]
	watched_instance[n]
}

watched_instance contains n if {
	some n, x in input.aws_rds_cluster_instance
	some a in x._from["aws_cloudwatch_metric_alarm.dimensions"]
	rings[a]
}

deny contains {"at": i, "attribute": "", "message": "no alarm watches it"} if {
	some i in judged
	not watched[i]
}
