# METADATA
# title: Health checks of DNS watch something, and are on
# description: >-
#   Fails when a health check is disabled (it then counts as healthy), when its answer is inverted, when it only asks a load balancer
#   whether its port is open, or when no record and no other health check uses it. Undecided when one of these is not known.
# custom:
#   control: [DNS-HC-001]
#   requirement: [RA-33]
#   judges: aws_route53_health_check
#   severity: medium
#   pillar: [reliability]
#   disruption: none
#   remediation: Use type HTTPS with a resource_path that needs what the application needs, neither disabled nor inverted, and name the check in the record that it guards.
#   equivalents:
#     trusted_advisor: [Amazon Route 53 Deleted Health Checks]
#     well_architected: [REL11-BP01]
#   example: |
#     resource "aws_route53_health_check" "web" {
#       type          = "HTTPS"
#       fqdn          = "www.shop.example"
#       resource_path = "/health"
#       port          = 443
#     }
package dns.health_check

judged contains i if some i, _ in input.aws_route53_health_check

used contains i if {
	some i, c in input.aws_route53_health_check
	some _ in c._from["aws_route53_record.health_check_id"]
}

used contains i if {
	some i, c in input.aws_route53_health_check
	some _ in c._from["aws_route53_health_check.child_healthchecks"]
}

deny contains {"at": i, "attribute": "", "message": "no record uses it"} if {
	some i in judged
	not used[i]
}

deny contains {"at": i, "attribute": "disabled", "message": "it is disabled and counts as healthy"} if {
	some i in judged
	input.aws_route53_health_check[i].disabled == true
}

deny contains {"at": i, "attribute": "invert_healthcheck", "message": "its answer is inverted"} if {
	some i in judged
	input.aws_route53_health_check[i].invert_healthcheck == true
}

deny contains {"at": i, "attribute": "type", "message": "it only asks a load balancer whether its port is open"} if {
	some i in judged
	c := input.aws_route53_health_check[i]
	c.type == "TCP"
	some b in c._to["fqdn/aws_lb"]
	input.aws_lb[b].load_balancer_type == "application"
}

fix contains {"at": i, "op": "set", "address": c._address, "path": "disabled", "value": false} if {
	some i in judged
	c := input.aws_route53_health_check[i]
	c.disabled == true
}
