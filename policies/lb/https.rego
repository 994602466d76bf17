# METADATA
# title: A public load balancer sends plain HTTP to HTTPS
# description: >-
#   Judges HTTP listeners of internet-facing application load balancers. Fails when the listener or one of its rules forwards
#   requests, or redirects without changing to HTTPS. Load balancers that only CloudFront can reach are judged by lb.https_origin, internal ones
#   by lb.https_internal. Undecided when the load balancer, its scheme or the actions are not known.
# custom:
#   control: [LB-TLS-001]
#   requirement: [RA-38]
#   judges: aws_lb_listener
#   severity: high
#   pillar: [security]
#   disruption: brief
#   remediation: 'Add an HTTPS listener, and let the HTTP listener answer with redirect { protocol = "HTTPS", port = "443", status_code = "HTTP_301" } and nothing else.'
#   equivalents:
#     prowler: [elbv2_ssl_listeners, elbv2_insecure_ssl_ciphers]
#     checkov: [CKV_AWS_2, CKV2_AWS_20, CKV_AWS_103]
#     trivy: [AVD-AWS-0054, AVD-AWS-0047]
#     security_hub: [ELB.1, ELB.17, ELB.18]
#     aws_config: [ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK, ELBV2_LISTENER_ENCRYPTION_IN_TRANSIT]
#     well_architected: [SEC09-BP02]
#   example: |
#     resource "aws_lb" "web" {
#       subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
#     }
#     resource "aws_lb_listener" "http" {
#       load_balancer_arn = aws_lb.web.arn
#       port              = 80
#       protocol          = "HTTP"
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
package lb.https

judged contains i if {
	some i, l in input.aws_lb_listener
	l.protocol == "HTTP"
	some b in l._to.load_balancer_arn
	input.aws_lb[b].load_balancer_type == "application"
	input.aws_lb[b].internal == false
	not edge_only[b]
}

# Load balancers that a prefix list may reach and no other address of the internet.
edge_only contains b if {
	some b, lb in input.aws_lb
	some g in lb._to.security_groups
	some r in input.aws_security_group[g]._from["aws_vpc_security_group_ingress_rule.security_group_id"]
	input.aws_vpc_security_group_ingress_rule[r].prefix_list_id != null
	not world_open[b]
}

world_open contains b if {
	some b, lb in input.aws_lb
	some g in lb._to.security_groups
	some r in input.aws_security_group[g]._from["aws_vpc_security_group_ingress_rule.security_group_id"]
	endswith(input.aws_vpc_security_group_ingress_rule[r].cidr_ipv4, "/0")
}

world_open contains b if {
	some b, lb in input.aws_lb
	some g in lb._to.security_groups
	some r in input.aws_security_group[g]._from["aws_vpc_security_group_ingress_rule.security_group_id"]
	endswith(input.aws_vpc_security_group_ingress_rule[r].cidr_ipv6, "/0")
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
