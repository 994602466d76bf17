# METADATA
# title: Certificates renew by themselves
# description: >-
#   Reads how the certificate is proved. Fails when it is imported, or validated by e-mail. An imported certificate
#   with the tag AutoRenew = external is renewed by something else and passes. Undecided when the method is not known.
# custom:
#   control: [TLS-RENEW-001]
#   requirement: [RA-35]
#   judges: aws_acm_certificate
#   severity: high
#   pillar: [reliability, operations]
#   disruption: replace
#   remediation: Request a certificate from ACM with validation_method = "DNS", keep its validation records in the zone, move listeners and distributions to it, then delete the old one.
#   links: ["https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html"]
#   equivalents:
#     well_architected: [SEC09-BP01]
#   example: |
#     resource "aws_acm_certificate" "shop" {
#       domain_name       = "shop.example"
#       validation_method = "EMAIL"
#     }
package acm.renewal

judged contains i if some i, _ in input.aws_acm_certificate

renewed_outside contains i if {
	some i, c in input.aws_acm_certificate
	c.tags.AutoRenew == "external"
}

deny contains {"at": i, "attribute": "certificate_body", "message": "imported, so somebody must renew it"} if {
	some i in judged
	input.aws_acm_certificate[i].certificate_body != null
	not renewed_outside[i]
}

deny contains {"at": i, "attribute": "validation_method", "message": "somebody must answer an e-mail to renew it"} if {
	some i in judged
	c := input.aws_acm_certificate[i]
	c.certificate_body == null
	c.certificate_authority_arn == null
	c.validation_method == "EMAIL"
}
