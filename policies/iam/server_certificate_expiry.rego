# METADATA
# title: Server certificates in use do not expire soon
# description: >-
#   Reads certificates uploaded to IAM that a listener, a classic load balancer or a distribution serves. Fails when one ends within iam.server_certificate_expiry.days.
#   The end is known of live certificates only; one that nothing serves is not applicable.
# custom:
#   control: [TLS-EXP-001]
#   requirement: [RA-35]
#   judges: aws_iam_server_certificate
#   severity: critical
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 30
#       description: a certificate that ends within so many days fails
#   remediation: Request a certificate from ACM with DNS validation and move what uses the old one to it.
#   equivalents:
#     prowler: [iam_no_expired_server_certificates_stored]
#     security_hub: [IAM.26]
#     well_architected: [SEC09-BP01]
#   example: |
#     resource "aws_iam_server_certificate" "shop" {
#       name       = "shop"
#       expiration = "2026-11-25T12:00:00Z"
#     }
#     resource "aws_lb_listener" "https" {
#       port            = 443
#       protocol        = "HTTPS"
#       certificate_arn = aws_iam_server_certificate.shop.arn
#     }
package iam.server_certificate_expiry

served contains i if {
	some i, c in input.aws_iam_server_certificate
	some _ in c._from["aws_lb_listener.certificate_arn"]
}

served contains i if {
	some i, c in input.aws_iam_server_certificate
	some _ in c._from["aws_elb.listener.ssl_certificate_id"]
}

served contains i if {
	some i, c in input.aws_iam_server_certificate
	some _ in c._from["aws_cloudfront_distribution.viewer_certificate.iam_certificate_id"]
}

judged contains i if {
	some i, c in input.aws_iam_server_certificate
	c.expiration != null
	served[i]
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, data.parameters.iam.server_certificate_expiry.days)

deny contains {"at": i, "attribute": "expiration", "message": sprintf("it ends on %s, and nothing renews it", [substring(c.expiration, 0, 10)])} if {
	some i in judged
	c := input.aws_iam_server_certificate[i]
	time.parse_rfc3339_ns(c.expiration) < limit
}
