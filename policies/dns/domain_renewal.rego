# METADATA
# title: Domain renews by itself and does not expire soon
# description: >-
#   Reads domains registered with Route 53. Fails when automatic renewal is off, or when the domain ends within dns.domain_renewal.days. The day of expiry is known of live
#   domains only. Domains of other registrars are not seen.
# custom:
#   control: [DNS-DOM-001]
#   requirement: [RA-36]
#   judges: aws_route53domains_registered_domain
#   severity: critical
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 30
#       description: a domain that ends within so many days fails
#   disruption: none
#   remediation: >-
#     Switch automatic renewal on, and see that the payment method and the owner's address are valid; renew by hand what ends soon.
#   links:
#     - https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-enable-disable-auto-renewal.html
#   equivalents:
#     steampipe: [route53_domain_auto_renew_enabled, route53_domain_expires_30_days, route53_domain_expires_7_days]
#   example: |
#     resource "aws_route53domains_registered_domain" "shop" {
#       domain_name = "shop.example"
#       auto_renew  = false
#     }
package dns.domain_renewal

judged contains i if some i, _ in input.aws_route53domains_registered_domain

deny contains {"at": i, "attribute": "auto_renew", "message": "it does not renew by itself"} if {
	some i in judged
	input.aws_route53domains_registered_domain[i].auto_renew == false
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, data.parameters.dns.domain_renewal.days)

deny contains {"at": i, "attribute": "expiration_date", "message": sprintf("it ends on %s", [substring(d.expiration_date, 0, 10)])} if {
	some i in judged
	d := input.aws_route53domains_registered_domain[i]
	time.parse_rfc3339_ns(d.expiration_date) < limit
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "auto_renew", "value": true} if {
	some i in judged
	d := input.aws_route53domains_registered_domain[i]
	d.auto_renew == false
}
