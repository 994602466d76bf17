# METADATA
# title: A target group asks the application whether it is well
# description: >-
#   Reads health_check. Fails when it is off, when a group for HTTP or HTTPS only checks that TCP connects, or when an
#   error status (400 and above) counts as healthy. Without a path the check asks for "/". TCP checks of TCP, TLS and UDP groups pass. Groups of Lambda functions are not
#   judged. Undecided when the protocol or the matcher is not known.
# custom:
#   control: [LB-HC-001]
#   requirement: [RA-42]
#   judges: aws_lb_target_group
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: Turn the check on, use protocol HTTP or HTTPS with a path that needs what the application needs, and a matcher within 200-399.
#   equivalents:
#     checkov: [CKV_AWS_261]
#     well_architected: [REL11-BP01]
#   example: |
#     resource "aws_lb_target_group" "web" {
#       port     = 80
#       protocol = "HTTP"
#       vpc_id   = "vpc-0123456789abcdef0"
#       health_check {
#         path    = "/"
#         matcher = "200-499"
#       }
#     }
package lb.health_check

judged contains i if {
	some i, t in input.aws_lb_target_group
	t.target_type != "lambda"
}

deny contains {"at": i, "attribute": "health_check[0].enabled", "message": "targets are not checked"} if {
	some i in judged
	some check in input.aws_lb_target_group[i].health_check
	check.enabled == false
}

deny contains {"at": i, "attribute": "health_check[0].protocol", "message": "the check only asks whether the port is open"} if {
	some i in judged
	t := input.aws_lb_target_group[i]
	t.protocol in {"HTTP", "HTTPS"}
	some check in t.health_check
	check.protocol == "TCP"
}

deny contains {"at": i, "attribute": "health_check[0].matcher", "message": sprintf("status %s counts as healthy", [check.matcher])} if {
	some i in judged
	some check in input.aws_lb_target_group[i].health_check
	regex.match(`[45][0-9][0-9]`, check.matcher)
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "health_check[0].enabled", "value": true} if {
	some i in judged
	t := input.aws_lb_target_group[i]
	some check in t.health_check
	check.enabled == false
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "health_check[0].matcher", "value": "200-399"} if {
	some i in judged
	t := input.aws_lb_target_group[i]
	some check in t.health_check
	regex.match(`[45][0-9][0-9]`, check.matcher)
}
