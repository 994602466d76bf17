# METADATA
# title: TLS listeners refuse what is older than TLS 1.2
# description: >-
#   Reads ssl_policy of HTTPS and TLS listeners and looks it up in the dated table of AWS policies. Fails when the policy still
#   accepts TLS 1.0 or 1.1. A policy that the table does not list is judged by its name. Undecided when it is not set, because AWS chooses it then, or not known.
# custom:
#   control: [LB-TLS-001]
#   requirement: [RA-38]
#   judges: aws_lb_listener
#   severity: high
#   pillar: [security]
#   disruption: none
#   remediation: Use ELBSecurityPolicy-TLS13-1-2-2021-06, or a newer policy of the TLS 1.2 or 1.3 family. Clients that only speak TLS 1.0 or 1.1 can no longer connect.
#   links: ["https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"]
#   equivalents:
#     prowler: [elbv2_ssl_listeners, elbv2_insecure_ssl_ciphers]
#     checkov: [CKV_AWS_2, CKV2_AWS_20, CKV_AWS_103]
#     trivy: [AVD-AWS-0054, AVD-AWS-0047]
#     security_hub: [ELB.1, ELB.17, ELB.18]
#     aws_config: [ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK, ELBV2_LISTENER_ENCRYPTION_IN_TRANSIT]
#     well_architected: [SEC09-BP02]
#   example: |
#     resource "aws_lb_listener" "https" {
#       load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0123456789abcdef"
#       port              = 443
#       protocol          = "HTTPS"
#       ssl_policy        = "ELBSecurityPolicy-2016-08"
#       certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
#       default_action {
#         type = "fixed-response"
#         fixed_response {
#           content_type = "text/plain"
#         }
#       }
#     }
package lb.tls_policy

judged contains i if {
	some i, l in input.aws_lb_listener
	l.protocol in {"HTTPS", "TLS"}
}

deny contains {"at": i, "attribute": "ssl_policy", "message": sprintf("%s accepts TLS 1.0 or 1.1", [l.ssl_policy])} if {
	some i in judged
	l := input.aws_lb_listener[i]
	data.tables.load_balancer_tls.oldest[l.ssl_policy] in {"1.0", "1.1"}
}

# Newer policies than the table knows say it in their name.
deny contains {"at": i, "attribute": "ssl_policy", "message": sprintf("%s accepts TLS 1.0 or 1.1", [l.ssl_policy])} if {
	some i in judged
	l := input.aws_lb_listener[i]
	regex.match(`^ELBSecurityPolicy-(TLS|TLS13|FS)-1-[01]-`, l.ssl_policy)
}

fix contains {"at": d.at, "op": "set", "address": l._address, "path": "ssl_policy", "value": "ELBSecurityPolicy-TLS13-1-2-2021-06"} if {
	some d in deny
	l := input.aws_lb_listener[d.at]
}
