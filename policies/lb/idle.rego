# METADATA
# title: Load balancers have a listener
# description: >-
#   Fails when a load balancer has no listener: it lets nothing through and is charged by the hour all the same. One whose listeners are made outside the code, by a script or a cluster, is found too.
#   Whether targets answer behind a listener is not asked.
# custom:
#   control: [SLS-IDLE-001]
#   requirement: [RA-124, RA-91]
#   judges: aws_lb
#   severity: low
#   pillar: [cost]
#   waste: true
#   remediation: Remove it, or add the listener that is missing.
#   links: ["https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html"]
#   example: |
#     resource "aws_lb" "spare" {
#       load_balancer_type = "application"
#       subnets            = ["subnet-1", "subnet-2"]
#     }
package lb.idle

judged contains i if {
	some i, _ in input.aws_lb
}

used contains i if {
	some i, balancer in input.aws_lb
	some _ in balancer._from["aws_lb_listener.load_balancer_arn"]
}

deny contains {"at": i, "attribute": "", "message": "no listener lets anything through, and it is charged"} if {
	some i in judged
	not used[i]
}
