# METADATA
# title: No certificate is kept in IAM
# description: >-
#   Judges server certificates in IAM. Fails always, since they are imported and somebody must renew them; with the tag AutoRenew = external something else does, and it passes.
#   Undecided when the tags are not known.
# custom:
#   control: [TLS-RENEW-001]
#   requirement: [RA-35]
#   judges: aws_iam_server_certificate
#   severity: high
#   pillar: [reliability, operations]
#   disruption: replace
#   remediation: Request a certificate from ACM with validation_method = "DNS", move listeners and distributions to it, then delete this one.
#   links: ["https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html"]
#   equivalents:
#     well_architected: [SEC09-BP01]
#   example: |
#     resource "aws_iam_server_certificate" "shop" {
#       name             = "shop"
#       certificate_body = "certificate"
#     }
package iam.server_certificate

judged contains i if some i, _ in input.aws_iam_server_certificate

renewed_outside contains i if {
	some i, c in input.aws_iam_server_certificate
	c.tags.AutoRenew == "external"
}

deny contains {"at": i, "attribute": "certificate_body", "message": "imported, so somebody must renew it"} if {
	some i in judged
	not renewed_outside[i]
}
