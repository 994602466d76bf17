# METADATA
# title: A cache has an alarm
# description: >-
#   Looks for an enabled CloudWatch alarm of namespace AWS/ElastiCache whose dimensions name the group or one of its members, by reference or by name;
#   alarms on metric math and with more dimensions count, whatever the metric. Fails when there is none. Undecided when an alarm's dimensions are not
#   known. Alarms made outside the code that was read, and monitoring by other products, are not seen: accept the finding with a waiver.
# custom:
#   control: [MON-ALARM-001]
#   requirement: [RA-95]
#   judges: aws_elasticache_replication_group
#   severity: high
#   non_production: skip
#   pillar: [reliability, operations]
#   remediation: >-
#     Add an aws_cloudwatch_metric_alarm on it, with alarm_actions that reach a person.
#   equivalents:
#     aws_config: [CLOUDWATCH_ALARM_RESOURCE_CHECK]
#     well_architected: [REL06-BP01, REL11-BP01]
#   example: |
#     resource "aws_elasticache_replication_group" "r" {
#       replication_group_id = "shop"
#       description          = "shop"
#     }
package alarms.cache

judged contains i if {
	some i, _ in input.aws_elasticache_replication_group
}

watched contains i if {
	some i, x in input.aws_elasticache_replication_group
	some a in x._from["aws_cloudwatch_metric_alarm.dimensions"]
	rings[a]
}

watched contains i if {
	some i, x in input.aws_elasticache_replication_group
	some a in x._from["aws_cloudwatch_metric_alarm.metric_query.metric.dimensions"]
	computes[a]
}

# Enabled alarms of the service.
rings contains a if {
	some a, alarm in input.aws_cloudwatch_metric_alarm
	alarm.actions_enabled == true
	alarm.namespace in {"AWS/ElastiCache"}
}

# Enabled alarms on metric math over metrics of the service.
computes contains a if {
	some a, alarm in input.aws_cloudwatch_metric_alarm
	alarm.actions_enabled == true
	some q in alarm.metric_query
	some m in q.metric
	m.namespace in {"AWS/ElastiCache"}
}

watched contains i if {
	some i, x in input.aws_elasticache_replication_group
	some a in x._from["aws_cloudwatch_metric_alarm.cache_group"]
	rings[a]
}

watched contains i if {
	some i, x in input.aws_elasticache_replication_group
	some n in x._from["aws_elasticache_cluster.replication_group_id"]
	watched_member[n]
}

watched_member contains n if {
	some n, x in input.aws_elasticache_cluster
	some a in x._from["aws_cloudwatch_metric_alarm.dimensions"]
	rings[a]
}

deny contains {"at": i, "attribute": "", "message": "no alarm watches it"} if {
	some i in judged
	not watched[i]
}
