# METADATA
# title: A classic load balancer asks the application whether it is well
# description: >-
#   Reads health_check.target. Fails when a load balancer with an HTTP or HTTPS listener only checks that TCP or SSL connects.
#   Undecided when there is no health_check block, since AWS chooses the check then, or when the target is not known.
# custom:
#   control: [LB-HC-001]
#   requirement: [RA-42]
#   judges: aws_elb
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: 'Let the check ask for a page: target = "HTTP:8080/health", or HTTPS.'
#   equivalents:
#     checkov: [CKV_AWS_261]
#     well_architected: [REL11-BP01]
#   example: |
#     resource "aws_elb" "web" {
#       availability_zones = ["eu-west-1a", "eu-west-1b"]
#       listener {
#         instance_port     = 80
#         instance_protocol = "http"
#         lb_port           = 80
#         lb_protocol       = "http"
#       }
#       health_check {
#         target              = "TCP:80"
#         interval            = 10
#         timeout             = 5
#         healthy_threshold   = 2
#         unhealthy_threshold = 2
#       }
#     }
package elb.health_check

judged contains i if {
	some i, lb in input.aws_elb
	some l in lb.listener
	l.instance_protocol in {"http", "https"}
}

deny contains {"at": i, "attribute": "health_check[0].target", "message": "the check only asks whether the port is open"} if {
	some i in judged
	some check in input.aws_elb[i].health_check
	regex.match(`^(TCP|SSL):`, upper(check.target))
}
