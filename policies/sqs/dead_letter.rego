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
#   remediation: >-
#     Add a queue for dead letters and a redrive_policy that names it, with a maxReceiveCount.
#   equivalents:
#     well_architected:
#       - REL06-BP01
#   example: |
#     resource "aws_sqs_queue" "orders" {
#       name = "orders"
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
