# METADATA
# title: A public classic load balancer has an encrypted listener
# description: >-
#   Judges internet-facing classic load balancers with a plain HTTP listener. Fails when there is no HTTPS or SSL listener beside it. With one, the servers may answer plain
#   requests with a redirect, which cannot be seen here. Undecided when the scheme or the listeners are not known.
# custom:
#   control: [LB-TLS-001]
#   requirement: [RA-38]
#   judges: aws_elb
#   severity: high
#   pillar: [security]
#   remediation: Replace it by an application load balancer with an HTTPS listener and a redirect, or add an HTTPS listener and let the servers redirect.
#   equivalents:
#     prowler: [elb_ssl_listeners]
#     trivy: [AVD-AWS-0054]
#     security_hub: [ELB.3]
#     well_architected: [SEC09-BP02]
#   example: |
#     resource "aws_elb" "web" {
#       subnets = ["subnet-0123456789abcdef0"]
#       listener {
#         lb_port           = 80
#         lb_protocol       = "http"
#         instance_port     = 80
#         instance_protocol = "http"
#       }
#     }
package elb.https

judged contains i if {
	some i, lb in input.aws_elb
	lb.internal == false
	some l in lb.listener
	lower(l.lb_protocol) == "http"
}

encrypted contains i if {
	some i, lb in input.aws_elb
	some l in lb.listener
	lower(l.lb_protocol) in {"https", "ssl"}
}

deny contains {"at": i, "attribute": "listener", "message": "answers over plain HTTP only"} if {
	some i in judged
	not encrypted[i]
}
