# METADATA
# title: A web application firewall stands before distributions
# description: >-
#   Reads web_acl_id. Fails when it is not set. The architecture leaves this open, so it is told as information; severity in plumb.yaml makes it count.
#   Undecided when its value is not known.
# custom:
#   control: [OPT-WAF-001]
#   requirement: [RA-120]
#   judges: aws_cloudfront_distribution
#   severity: info
#   pillar: [security]
#   disruption: none
#   remediation: Set web_acl_id to the ARN of an aws_wafv2_web_acl of scope CLOUDFRONT that has a rate-based rule.
#   equivalents:
#     prowler: [elbv2_waf_acl_attached, cloudfront_distributions_using_waf]
#     checkov: [CKV2_AWS_28, CKV_AWS_68]
#     trivy: [AVD-AWS-0011]
#     security_hub: [ELB.16, CloudFront.6]
#     aws_config: [ALB_WAF_ENABLED, CLOUDFRONT_ASSOCIATED_WITH_WAF]
#   example: |
#     resource "aws_cloudfront_distribution" "shop" {
#       enabled = true
#     }
package cloudfront.waf

judged contains i if some i, _ in input.aws_cloudfront_distribution

deny contains {"at": i, "attribute": "web_acl_id", "message": "no web application firewall before it"} if {
	some i in judged
	input.aws_cloudfront_distribution[i].web_acl_id in {null, ""}
}
