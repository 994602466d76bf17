# METADATA
# title: Certificates that nothing serves do not end unnoticed
# description: >-
#   Reads certificates that nothing serves. Fails when one that somebody must renew has ended, or ends within acm.unused_expiry.days: it is about to be of no use, or is forgotten.
#   ACM does not renew what is not used, so certificates of its own are not applicable. Code issues no certificate, so it is not applicable there.
# custom:
#   control: [TLS-EXP-001]
#   requirement: [RA-35]
#   judges: aws_acm_certificate
#   severity: low
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 30
#       description: a certificate that ends within so many days fails
#   remediation: Delete the certificate, or replace it before something uses it.
#   links:
#     - https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html
#   equivalents:
#     prowler: [acm_certificates_expiration_check]
#     security_hub: [ACM.1]
#     aws_config: [ACM_CERTIFICATE_EXPIRATION_CHECK]
#     well_architected: [SEC09-BP01]
#   example: |
#     resource "aws_acm_certificate" "shop" {
#       domain_name = "shop.example"
#       type        = "IMPORTED"
#       not_after   = "2026-11-25T12:00:00Z"
#       in_use_by   = []
#     }
package acm.unused_expiry

served contains i if {
	some i, c in input.aws_acm_certificate
	some _ in c.in_use_by
}

judged contains i if {
	some i, c in input.aws_acm_certificate
	c.not_after != null
	c.type == "IMPORTED"
	not served[i]
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, data.parameters.acm.unused_expiry.days)

deny contains {"at": i, "attribute": "not_after", "message": sprintf("it ends on %s and nothing serves it", [substring(c.not_after, 0, 10)])} if {
	some i in judged
	c := input.aws_acm_certificate[i]
	time.parse_rfc3339_ns(c.not_after) < limit
}
