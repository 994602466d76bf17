# METADATA
# title: Certificates in use do not expire soon
# description: >-
#   Reads certificates that something serves. Fails when one that somebody must renew ends within acm.expiry.days, when one that ACM renews by itself ends within
#   acm.expiry.managed_days, and when its renewal has failed or waits for a proof. Code issues no certificate, so it is not applicable there; what nothing serves is judged by
#   acm.unused_expiry.
# custom:
#   control: [TLS-EXP-001]
#   requirement: [RA-35]
#   judges: aws_acm_certificate
#   severity: critical
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 30
#       description: a certificate that somebody must renew fails when it ends within so many days
#     managed_days:
#       default: 14
#       description: the same of one that ACM renews, which it begins to do 60 days before the end
#   remediation: >-
#     Request a certificate with DNS validation and move what uses the old one to it; where a renewal waits, put its validation records back.
#   links:
#     - https://docs.aws.amazon.com/acm/latest/userguide/check-certificate-renewal-status.html
#   equivalents:
#     prowler: [acm_certificates_expiration_check]
#     security_hub: [ACM.1]
#     aws_config: [ACM_CERTIFICATE_EXPIRATION_CHECK]
#     well_architected: [SEC09-BP01]
#   example: |
#     resource "aws_acm_certificate" "shop" {
#       domain_name         = "shop.example"
#       not_after           = "2026-11-25T12:00:00Z"
#       renewal_eligibility = "INELIGIBLE"
#       in_use_by           = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/shop/1"]
#     }
package acm.expiry

judged contains i if {
	some i, c in input.aws_acm_certificate
	c.not_after != null
	some _ in c.in_use_by
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, data.parameters.acm.expiry.days)

managed_limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, data.parameters.acm.expiry.managed_days)

deny contains {"at": i, "attribute": "not_after", "message": sprintf("it ends on %s, and nothing renews it", [substring(c.not_after, 0, 10)])} if {
	some i in judged
	c := input.aws_acm_certificate[i]
	c.renewal_eligibility != "ELIGIBLE"
	time.parse_rfc3339_ns(c.not_after) < limit
}

deny contains {"at": i, "attribute": "not_after", "message": sprintf("it ends on %s and is not renewed yet", [substring(c.not_after, 0, 10)])} if {
	some i in judged
	c := input.aws_acm_certificate[i]
	c.renewal_eligibility == "ELIGIBLE"
	time.parse_rfc3339_ns(c.not_after) < managed_limit
}

deny contains {"at": i, "attribute": "renewal_summary[0].renewal_status", "message": sprintf("its renewal is %s", [lower(r.renewal_status)])} if {
	some i in judged
	some r in input.aws_acm_certificate[i].renewal_summary
	r.renewal_status in {"FAILED", "PENDING_VALIDATION"}
}
