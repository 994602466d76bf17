# METADATA
# title: An internal load balancer speaks HTTPS
# description: >-
#   Judges HTTP listeners of internal application load balancers. Fails when the listener or one of its rules forwards
#   requests, or redirects without changing to HTTPS. Undecided when the load balancer, its scheme or the actions are not known.
# custom:
#   control: [LB-TLS-001]
#   requirement: [RA-38]
#   judges: aws_lb_listener
#   severity: low
#   pillar: [security]
#   disruption: brief
#   remediation: Add an HTTPS listener with a certificate that the callers trust, and take the HTTP listener away.
#   equivalents:
#     prowler: [elbv2_ssl_listeners, elbv2_insecure_ssl_ciphers]
#     checkov: [CKV_AWS_2, CKV2_AWS_20, CKV_AWS_103]
#     trivy: [AVD-AWS-0054, AVD-AWS-0047]
#     security_hub: [ELB.1, ELB.17, ELB.18]
#     aws_config: [ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK, ELBV2_LISTENER_ENCRYPTION_IN_TRANSIT]
#     well_architected: [SEC09-BP02]
#   example: |
#     resource "aws_lb" "web" {
#       internal = true
#       subnets  = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
#     }
#     resource "aws_lb_listener" "http" {
#       load_balancer_arn = aws_lb.web.arn
#       port              = 80
#       default_action {
#         type             = "forward"
#         target_group_arn = aws_lb_target_group.web.arn
#       }
#     }
#     resource "aws_lb_target_group" "web" {
#       port     = 80
#       protocol = "HTTP"
#       vpc_id   = "vpc-0123456789abcdef0"
#     }
package lb.https_internal

judged contains i if {
	some i, l in input.aws_lb_listener
	l.protocol == "HTTP"
	some b in l._to.load_balancer_arn
	input.aws_lb[b].load_balancer_type == "application"
	input.aws_lb[b].internal == true
}

deny contains {"at": i, "attribute": "default_action", "message": "answers over plain HTTP"} if {
	some i in judged
	some action in input.aws_lb_listener[i].default_action
	action.type == "forward"
}

deny contains {"at": i, "attribute": "default_action", "message": "redirects without changing to HTTPS"} if {
	some i in judged
	some action in input.aws_lb_listener[i].default_action
	some redirect in action.redirect
	redirect.protocol in {"HTTP", "#{protocol}"}
}

deny contains {"at": i, "attribute": "default_action", "message": "a rule answers over plain HTTP"} if {
	some i in judged
	some r in input.aws_lb_listener[i]._from["aws_lb_listener_rule.listener_arn"]
	some action in input.aws_lb_listener_rule[r].action
	action.type == "forward"
}
