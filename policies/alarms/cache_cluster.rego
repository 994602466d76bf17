# METADATA
# title: A single cache cluster has an alarm
# description: >-
#   Looks for an enabled CloudWatch alarm of namespace AWS/ElastiCache whose dimensions name the cluster, by reference or by name; alarms on metric math
#   and with more dimensions count, whatever the metric. Fails when there is none. Undecided when an alarm's dimensions are not known. Alarms made outside
#   the code that was read, and monitoring by other products, are not seen: accept the finding with a waiver.
# custom:
#   control: [MON-ALARM-001]
#   requirement: [RA-95]
#   judges: aws_elasticache_cluster
#   severity: high
#   non_production: skip
#   pillar: [reliability, operations]
#   disruption: none
#   remediation: >-
#     Add an aws_cloudwatch_metric_alarm on it, with alarm_actions that reach a person. plumb plan proposes it as soon as it is certain whom to
#     call: one SNS topic with a confirmed subscription that alarms call, or that writes to a person in that region.
#   equivalents:
#     aws_config: [CLOUDWATCH_ALARM_RESOURCE_CHECK]
#     well_architected: [REL06-BP01, REL11-BP01]
#   example: |
#     resource "aws_elasticache_cluster" "c" {
#       cluster_id = "c"
#       engine     = "memcached"
#     }
package alarms.cache_cluster

judged contains i if {
	some i, x in input.aws_elasticache_cluster
	x.replication_group_id == null
}

watched contains i if {
	some i, x in input.aws_elasticache_cluster
	some a in x._from["aws_cloudwatch_metric_alarm.dimensions"]
	rings[a]
}

watched contains i if {
	some i, x in input.aws_elasticache_cluster
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

deny contains {"at": i, "attribute": "", "message": "no alarm watches it"} if {
	some i in judged
	not watched[i]
}

# Topics that somebody reads. CloudWatch cannot publish to a FIFO topic, nor to one that is encrypted with the key aws/sns.
heard contains t if {
	some t, topic in input.aws_sns_topic
	topic.fifo_topic == false
	topic.kms_master_key_id != "alias/aws/sns"
	some s in topic._from["aws_sns_topic_subscription.topic_arn"]
	not waiting[s]
}

heard contains t if {
	some t, topic in input.aws_sns_topic
	some _ in topic._from["aws_chatbot_slack_channel_configuration.sns_topic_arns"]
}

waiting contains s if {
	some s, x in input.aws_sns_topic_subscription
	x.pending_confirmation == true
}

# Topics that alarms call already.
called contains t if {
	some t, topic in input.aws_sns_topic
	some a in topic._from["aws_cloudwatch_metric_alarm.alarm_actions"]
	input.aws_cloudwatch_metric_alarm[a].actions_enabled == true
}

# Topics that write to a person.
personal contains t if {
	some t, topic in input.aws_sns_topic
	some s in topic._from["aws_sns_topic_subscription.topic_arn"]
	input.aws_sns_topic_subscription[s].protocol in {"email", "email-json", "sms"}
}

personal contains t if {
	some t, topic in input.aws_sns_topic
	some _ in topic._from["aws_chatbot_slack_channel_configuration.sns_topic_arns"]
}

# The topic that is certain: the only one that alarms call, or, where they call none, the only one that writes to a person.
people contains t if {
	count(heard & called) == 1
	some t in heard & called
}

people contains t if {
	count(heard & called) == 0
	count(heard & personal) == 1
	some t in heard & personal
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_cloudwatch_metric_alarm",
	"name": sprintf("%s_cache_cpu", [c._name]),
	"values": object.union(data.tables.alarms.cache.values, {
		"alarm_name": {"_text": [{"_ref": c._address, "attribute": "cluster_id"}, "-EngineCPUUtilization"]},
		"dimensions": {"CacheClusterId": {"_ref": c._address, "attribute": "cluster_id"}},
		"alarm_actions": [{"_ref": topic, "attribute": "arn"}],
		"ok_actions": [{"_ref": topic, "attribute": "arn"}],
	}),
} if {
	some i in judged
	not watched[i]
	c := input.aws_elasticache_cluster[i]
	c.engine in {"redis", "valkey"}
	some t in people
	topic := input.aws_sns_topic[t]._address
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_cloudwatch_metric_alarm",
	"name": sprintf("%s_cache_cpu", [c._name]),
	"values": object.union(data.tables.alarms.memcached.values, {
		"alarm_name": {"_text": [{"_ref": c._address, "attribute": "cluster_id"}, "-CPUUtilization"]},
		"dimensions": {"CacheClusterId": {"_ref": c._address, "attribute": "cluster_id"}},
		"alarm_actions": [{"_ref": topic, "attribute": "arn"}],
		"ok_actions": [{"_ref": topic, "attribute": "arn"}],
	}),
} if {
	some i in judged
	not watched[i]
	c := input.aws_elasticache_cluster[i]
	c.engine == "memcached"
	some t in people
	topic := input.aws_sns_topic[t]._address
}
