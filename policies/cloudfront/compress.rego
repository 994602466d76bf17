# METADATA
# title: A distribution compresses its answers
# description: >-
#   Reads compress of the default behaviour. Fails when it is off, which is the default. Undecided when it is not known.
# custom:
#   control: [EDGE-CDN-002]
#   requirement: [RA-30]
#   judges: aws_cloudfront_distribution
#   severity: low
#   pillar: [performance, cost]
#   disruption: none
#   remediation: Set compress = true in the default behaviour.
#   equivalents:
#     checkov: [CKV_AWS_216]
#   example: |
#     resource "aws_cloudfront_distribution" "shop" {
#       enabled = true
#       default_cache_behavior {
#         target_origin_id       = "shop"
#         viewer_protocol_policy = "redirect-to-https"
#         compress               = false
#       }
#     }
package cloudfront.compress

judged contains i if some i, _ in input.aws_cloudfront_distribution

deny contains {"at": i, "attribute": "default_cache_behavior[0].compress", "message": "answers are not compressed"} if {
	some i in judged
	some b in input.aws_cloudfront_distribution[i].default_cache_behavior
	b.compress == false
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "default_cache_behavior[0].compress", "value": true} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some b in d.default_cache_behavior
	b.compress == false
}
