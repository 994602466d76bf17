# METADATA
# title: A distribution is on, compresses and caches
# description: >-
#   Reads enabled and the default behaviour. Fails when the distribution is disabled, when it does not compress, or when it caches nothing: the managed policy
#   CachingDisabled, or a default_ttl of 0 without a cache policy. Other behaviours, such as those of an API, are not judged. Undecided when one of these is not known.
# custom:
#   control: [EDGE-CDN-002]
#   requirement: [RA-30]
#   judges: aws_cloudfront_distribution
#   severity: low
#   pillar: [performance, cost]
#   disruption: none
#   remediation: Use the managed cache policy CachingOptimized in the default behaviour, and set compress = true.
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
package cloudfront.cache

judged contains i if some i, _ in input.aws_cloudfront_distribution

deny contains {"at": i, "attribute": "enabled", "message": "it is disabled"} if {
	some i in judged
	input.aws_cloudfront_distribution[i].enabled == false
}

deny contains {"at": i, "attribute": "default_cache_behavior[0].compress", "message": "answers are not compressed"} if {
	some i in judged
	some b in input.aws_cloudfront_distribution[i].default_cache_behavior
	b.compress == false
}

deny contains {"at": i, "attribute": "default_cache_behavior[0].cache_policy_id", "message": "nothing is cached"} if {
	some i in judged
	some b in input.aws_cloudfront_distribution[i].default_cache_behavior
	b.cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # CachingDisabled
}

deny contains {"at": i, "attribute": "default_cache_behavior[0].default_ttl", "message": "nothing is cached"} if {
	some i in judged
	some b in input.aws_cloudfront_distribution[i].default_cache_behavior
	b.cache_policy_id == null
	b.default_ttl == 0
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "default_cache_behavior[0].compress", "value": true} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some b in d.default_cache_behavior
	b.compress == false
}
