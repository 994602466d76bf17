# METADATA
# title: An alarm watches the age of the oldest message
# description: >-
#   Reads the alarms whose dimensions name the queue. Fails when none is on ApproximateAgeOfOldestMessage:
#   nobody hears of a queue that is not worked off. Undecided when alarms are not known. Queues that take
#   dead letters are not judged.
# custom:
#   control: [OPT-QUEUE-001]
#   judges: aws_sqs_queue
#   requirement: [RA-121]
#   severity: medium
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Add an aws_cloudwatch_metric_alarm on ApproximateAgeOfOldestMessage of the queue. plumb plan proposes it as soon as it is certain whom to
#     call: one SNS topic with a confirmed subscription that alarms call, or that writes to a person in that region.
#   equivalents:
#     well_architected:
#       - REL06-BP01
#   example: |
#     resource "aws_sqs_queue" "orders" {
#       name = "orders"
#     }
package sqs.age_alarm

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

watched contains i if {
	some i, q in input.aws_sqs_queue
	some a in q._from["aws_cloudwatch_metric_alarm.dimensions"]
	input.aws_cloudwatch_metric_alarm[a].metric_name == "ApproximateAgeOfOldestMessage"
}

deny contains {"at": i, "attribute": "name", "message": "no alarm on the age of the oldest message"} if {
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
	"name": sprintf("%s_oldest_message", [q._name]),
	"values": object.union(data.tables.alarms.queue.values, {
		"alarm_name": {"_text": [{"_ref": q._address, "attribute": "name"}, "-ApproximateAgeOfOldestMessage"]},
		"dimensions": {"QueueName": {"_ref": q._address, "attribute": "name"}},
		"alarm_actions": [{"_ref": topic, "attribute": "arn"}],
		"ok_actions": [{"_ref": topic, "attribute": "arn"}],
	}),
} if {
	some i in judged
	not watched[i]
	q := input.aws_sqs_queue[i]
	some t in people
	topic := input.aws_sns_topic[t]._address
}
