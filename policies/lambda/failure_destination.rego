# METADATA
# title: Async functions have a failure destination
# description: >-
#   Reads dead_letter_config and the on_failure destination of functions that S3, SNS, EventBridge and other asynchronous services may invoke
#   (aws_lambda_permission). Fails when there is neither: events are dropped after the retries. Functions without such a permission are not applicable.
# custom:
#   control: [LMB-DLQ-001]
#   requirement: [RA-92, RA-121]
#   judges: aws_lambda_function
#   severity: medium
#   pillar: [reliability]
#   remediation: >-
#     Add dead_letter_config { target_arn = <queue> }, or an aws_lambda_function_event_invoke_config with on_failure, and watch that queue.
#   equivalents:
#     prowler: [awslambda_function_no_dead_letter_queue]
#     checkov: [CKV_AWS_116]
#     aws_config: [LAMBDA_DLQ_CHECK]
#     trusted_advisor: [AWS Lambda functions without a dead-letter queue configured, AWS Lambda On Failure Event Destinations]
#   example: |
#     resource "aws_lambda_function" "f" {
#       function_name = "f"
#       role          = "arn:aws:iam::111111111111:role/f"
#       runtime       = "python3.13"
#     }
#     resource "aws_lambda_permission" "p" {
#       action        = "lambda:InvokeFunction"
#       function_name = aws_lambda_function.f.function_name
#       principal     = "s3.amazonaws.com"
#     }
package lambda.failure_destination

judged contains i if {
	some i, f in input.aws_lambda_function
	some p in f._from["aws_lambda_permission.function_name"]
	asynchronous[p]
}

asynchronous contains p if {
	some p, permission in input.aws_lambda_permission
	permission.principal in {"s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com", "ses.amazonaws.com", "iot.amazonaws.com", "codecommit.amazonaws.com", "cloudformation.amazonaws.com", "config.amazonaws.com", "logs.amazonaws.com"}
}

kept contains i if {
	some i, f in input.aws_lambda_function
	some _ in f.dead_letter_config
}

kept contains i if {
	some i, f in input.aws_lambda_function
	some c in f._from["aws_lambda_function_event_invoke_config.function_name"]
	forwards[c]
}

forwards contains c if {
	some c, config in input.aws_lambda_function_event_invoke_config
	some d in config.destination_config
	some _ in d.on_failure
}

deny contains {"at": i, "attribute": "dead_letter_config", "message": "failed events are dropped after the retries"} if {
	some i in judged
	not kept[i]
}
