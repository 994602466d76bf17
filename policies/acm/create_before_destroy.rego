# METADATA
# title: A certificate is made before the old one is destroyed
# description: >-
#   Reads lifecycle.create_before_destroy. Fails when it is not set: a change of names destroys the certificate first, which fails while a listener uses it.
#   Undecided in a plan without its source, since plans do not hold the lifecycle. What is in an account and in no code has none, and is not applicable.
# custom:
#   control: [TLS-CDB-001]
#   requirement: [RA-35, RA-37]
#   judges: aws_acm_certificate
#   severity: medium
#   pillar: [reliability]
#   disruption: none
#   remediation: Add lifecycle { create_before_destroy = true } to the certificate.
#   equivalents:
#     checkov: [CKV_AWS_233]
#     tflint: [aws_acm_certificate_lifecycle]
#   example: |
#     resource "aws_acm_certificate" "shop" {
#       domain_name       = "shop.example"
#       validation_method = "DNS"
#     }
package acm.create_before_destroy

judged contains i if {
	some i, c in input.aws_acm_certificate
	is_boolean(c._lifecycle.create_before_destroy)
}

deny contains {"at": i, "attribute": "lifecycle", "message": "it is destroyed before its successor is there"} if {
	some i in judged
	input.aws_acm_certificate[i]._lifecycle.create_before_destroy == false
}
