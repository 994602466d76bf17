# METADATA
# title: The DNS records that prove a certificate are in the zone
# description: >-
#   Judges certificates of ACM with DNS validation. Fails when a public zone of the code holds the domain and neither a record nor
#   a validation with records names the certificate: the next renewal fails in silence. Undecided when the zone is not in the code.
# custom:
#   control: [TLS-RENEW-002]
#   requirement: [RA-35, RA-32]
#   judges: aws_acm_certificate
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: Add an aws_route53_record for each element of domain_validation_options, and an aws_acm_certificate_validation that waits for them.
#   links: ["https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"]
#   example: |
#     resource "aws_route53_zone" "shop" {
#       name = "shop.example"
#     }
#     resource "aws_acm_certificate" "shop" {
#       domain_name       = "*.shop.example"
#       validation_method = "DNS"
#     }
package acm.validation_record

judged contains i if {
	some i, c in input.aws_acm_certificate
	c.certificate_authority_arn == null
	c.validation_method == "DNS"
	some z in c._to.domains
	input.aws_route53_zone[z].private_zone == false
}

proven contains i if {
	some i, c in input.aws_acm_certificate
	some _ in c._from["aws_route53_record.validates"]
}

proven contains i if {
	some i, c in input.aws_acm_certificate
	some v in c._from["aws_acm_certificate_validation.certificate_arn"]
	some _ in input.aws_acm_certificate_validation[v]._to.validation_record_fqdns
}

deny contains {"at": i, "attribute": "validation_method", "message": "no record in the zone proves it, so it cannot renew"} if {
	some i in judged
	not proven[i]
}
