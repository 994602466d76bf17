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
#   remediation: >-
#     Add an aws_cloudwatch_metric_alarm on ApproximateAgeOfOldestMessage of the queue.
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
