# METADATA
# title: A queue hands what cannot be processed to a dead-letter queue
# description: >-
#   Reads the redrive policy of the queue, inline or as aws_sqs_queue_redrive_policy. Fails when there is
#   none: a message that cannot be processed blocks the others or vanishes. Undecided when it is not known.
#   Queues that take dead letters are not judged.
# custom:
#   control: [OPT-QUEUE-001]
#   judges: aws_sqs_queue
#   requirement: [RA-121]
#   severity: medium
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Add a queue for dead letters (of the same kind: FIFO for FIFO, with the same key) and a redrive_policy
#     that names it, with a maxReceiveCount of 5, and an alarm on its ApproximateNumberOfMessagesVisible
#     that reaches a person, or nobody hears of what lands there.
#   equivalents:
#     well_architected:
#       - REL06-BP01
#   example: |
#     resource "aws_sqs_queue" "orders" {
#       name = "orders"
#     }
#     resource "aws_sns_topic" "ops" {
#       name = "ops"
#     }
#     resource "aws_sns_topic_subscription" "ops" {
#       topic_arn = aws_sns_topic.ops.arn
#       protocol  = "email"
#       endpoint  = "ops@shop.example"
#     }
package sqs.dead_letter

judged contains i if {
	some i, _ in input.aws_sqs_queue
	not dead_letters[i]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_sqs_queue.dead_letter_queue"]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_sqs_queue_redrive_policy.dead_letter_queue"]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_lambda_function.dead_letter_config.target_arn"]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_lambda_function_event_invoke_config.destination_config.on_failure.destination"]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_lambda_event_source_mapping.destination_config.on_failure.destination_arn"]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_cloudwatch_event_target.dead_letter_config.arn"]
}

dead_letters contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._from["aws_sns_topic_subscription.dead_letter_queue"]
}

redriven contains i if {
	some i, q in input.aws_sqs_queue
	some _ in q._to.dead_letter_queue
}

redriven contains i if {
	some i, q in input.aws_sqs_queue
	some p in q._from["aws_sqs_queue_redrive_policy.queue_url"]
	some _ in input.aws_sqs_queue_redrive_policy[p]._to.dead_letter_queue
}

deny contains {"at": i, "attribute": "redrive_policy", "message": "messages that fail have nowhere to go"} if {
	some i in judged
	not redriven[i]
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

# The queue for dead letters of a queue without a key of its own, where it is certain who hears of them.
proposed contains i if {
	some i in judged
	not redriven[i]
	q := input.aws_sqs_queue[i]
	q.redrive_policy == null
	q.kms_master_key_id == null
	count(q._from["aws_sqs_queue_redrive_policy.queue_url"]) == 0
	count(people) == 1
}

kind(name, false) := {"name": sprintf("%s-dlq", [name])}

kind(name, true) := {"name": sprintf("%s-dlq.fifo", [trim_suffix(name, ".fifo")]), "fifo_queue": true}

label(name) := sprintf("%s_dlq", [trim_suffix(name, ".fifo")])

made(name, attribute) := {"_ref": sprintf("aws_sqs_queue.%s", [label(name)]), "attribute": attribute}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_sqs_queue",
	"name": label(q._name),
	"values": object.union(kind(q.name, q.fifo_queue), {"message_retention_seconds": 1209600, "sqs_managed_sse_enabled": true}),
} if {
	some i in proposed
	q := input.aws_sqs_queue[i]
}

fix contains {"at": i, "op": "set", "address": q._address, "path": "redrive_policy", "value": {"_json": {"deadLetterTargetArn": made(q._name, "arn"), "maxReceiveCount": 5}}} if {
	some i in proposed
	q := input.aws_sqs_queue[i]
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_cloudwatch_metric_alarm",
	"name": sprintf("%s_dead_letters", [trim_suffix(q._name, ".fifo")]),
	"values": {
		"alarm_name": sprintf("%s-dead-letters", [kind(q.name, q.fifo_queue).name]),
		"namespace": "AWS/SQS",
		"metric_name": "ApproximateNumberOfMessagesVisible",
		"dimensions": {"QueueName": made(q._name, "name")},
		"statistic": "Maximum",
		"period": 300,
		"evaluation_periods": 1,
		"comparison_operator": "GreaterThanThreshold",
		"threshold": 0,
		"treat_missing_data": "notBreaching",
		"alarm_actions": [{"_ref": topic, "attribute": "arn"}],
		"ok_actions": [{"_ref": topic, "attribute": "arn"}],
	},
} if {
	some i in proposed
	q := input.aws_sqs_queue[i]
	some t in people
	topic := input.aws_sns_topic[t]._address
}
