# METADATA
# title: Domain is transfer-locked
# description: >-
#   Reads domains registered with Route 53. Fails when the transfer lock is off. Endings in dns.transfer_lock.without are not applicable: their registries know no such lock, or
#   it is not sure that they do.
# custom:
#   control: [DNS-DOM-002]
#   requirement: [RA-36]
#   judges: aws_route53domains_registered_domain
#   severity: high
#   pillar: [security]
#   parameters:
#     without:
#       default: [au, be, ch, de, es, eu, fi, it, jp, li, nl, nz, ru, se, uk, za]
#       description: endings of domains whose registries have no transfer lock
#   disruption: none
#   remediation: Set transfer_lock = true.
#   links:
#     - https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-lock.html
#   equivalents:
#     prowler: [route53_domains_transferlock_enabled]
#     checkov: [CKV_AWS_377]
#   example: |
#     resource "aws_route53domains_registered_domain" "shop" {
#       domain_name   = "shop.example"
#       transfer_lock = false
#     }
package dns.transfer_lock

lockless contains i if {
	some i, d in input.aws_route53domains_registered_domain
	some ending in data.parameters.dns.transfer_lock.without
	endswith(lower(d.domain_name), concat("", [".", ending]))
}

judged contains i if {
	some i, _ in input.aws_route53domains_registered_domain
	not lockless[i]
}

deny contains {"at": i, "attribute": "transfer_lock", "message": "it can be transferred away"} if {
	some i in judged
	input.aws_route53domains_registered_domain[i].transfer_lock == false
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "transfer_lock", "value": true} if {
	some i in judged
	d := input.aws_route53domains_registered_domain[i]
	d.transfer_lock == false
}
