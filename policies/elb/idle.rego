# METADATA
# title: Classic load balancers have servers
# description: >-
#   Fails when no server is registered with a classic load balancer of an account: it is charged by the hour all the same. Groups register their servers themselves, so code does not say which there are; only accounts are judged.
# custom:
#   control: [SLS-IDLE-001]
#   requirement: [RA-124, RA-91]
#   judges: aws_elb
#   severity: low
#   pillar: [cost]
#   live: only
#   waste: true
#   remediation: Remove it, or register the servers that are missing.
#   links: ["https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-deregister-register-instances.html"]
#   equivalents:
#     trusted_advisor: [Idle Load Balancers]
#   example: |
#     # observed
#     resource "aws_elb" "spare" {
#       name      = "spare"
#       internal  = true
#       instances = []
#     }
package elb.idle

judged contains i if {
	some i, _ in input.aws_elb
}

used contains i if {
	some i, balancer in input.aws_elb
	some _ in balancer.instances
}

used contains i if {
	some i, balancer in input.aws_elb
	some _ in balancer._from["aws_autoscaling_group.load_balancers"]
}

deny contains {"at": i, "attribute": "instances", "message": "no server is registered, and it is charged"} if {
	some i in judged
	not used[i]
}
