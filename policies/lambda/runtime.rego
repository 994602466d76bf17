# METADATA
# title: Runtime is supported
# description: >-
#   Reads runtime against the dated table of Lambda runtimes (data/lambda_runtimes.json). Fails from the day on which the runtime is deprecated. Container
#   images have no runtime and are not applicable; runtimes that the table does not know pass.
# custom:
#   control: [LMB-RT-001]
#   requirement: [RA-92, RA-47]
#   judges: aws_lambda_function
#   severity: high
#   pillar: [security]
#   remediation: >-
#     Move to a current runtime, test, and set runtime.
#   links:
#     - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
#   equivalents:
#     prowler: [awslambda_function_using_supported_runtimes]
#     checkov: [CKV_AWS_363]
#     security_hub: [Lambda.2]
#     aws_config: [LAMBDA_FUNCTION_SETTINGS_CHECK]
#     tflint: [aws_lambda_function_deprecated_runtime]
#   example: |
#     resource "aws_lambda_function" "f" {
#       function_name = "f"
#       role          = "arn:aws:iam::111111111111:role/f"
#       runtime       = "python3.7"
#     }
package lambda.runtime

judged contains i if {
	some i, f in input.aws_lambda_function
	f.runtime != null
}

deny contains {"at": i, "attribute": "runtime", "message": sprintf("%s has been deprecated since %s", [f.runtime, day])} if {
	some i in judged
	f := input.aws_lambda_function[i]
	day := data.tables.lambda_runtimes.deprecated[f.runtime]
	day <= data.today
}
