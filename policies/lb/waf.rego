# METADATA
# title: A web application firewall stands before public load balancers
# description: >-
#   Judges internet-facing application load balancers. Fails when no web ACL is associated. The architecture leaves this open, so it is told as
#   information; severity in plumb.yaml makes it count. Undecided when an association is not known.
# custom:
#   control: [OPT-WAF-001]
#   requirement: [RA-120]
#   judges: aws_lb
#   severity: info
#   pillar: [security]
#   disruption: none
#   remediation: Associate an aws_wafv2_web_acl of scope REGIONAL that has a rate-based rule.
#   equivalents:
#     prowler: [elbv2_waf_acl_attached, cloudfront_distributions_using_waf]
#     checkov: [CKV2_AWS_28, CKV_AWS_68]
#     trivy: [AVD-AWS-0011]
#     security_hub: [ELB.16, CloudFront.6]
#     aws_config: [ALB_WAF_ENABLED, CLOUDFRONT_ASSOCIATED_WITH_WAF]
#   example: |
#     resource "aws_lb" "web" {
#       subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
#     }
package lb.waf

judged contains i if {
	some i, lb in input.aws_lb
	lb.load_balancer_type == "application"
	lb.internal == false
}

guarded contains i if {
	some i, lb in input.aws_lb
	some _ in lb._from["aws_wafv2_web_acl_association.resource_arn"]
}

guarded contains i if {
	some i, lb in input.aws_lb
	some _ in lb._from["aws_wafregional_web_acl_association.resource_arn"]
}

deny contains {"at": i, "attribute": "", "message": "no web application firewall before it"} if {
	some i in judged
	not guarded[i]
}
