# METADATA
# title: A distribution is on and caches
# description: >-
#   Reads enabled and the default behaviour. Fails when the distribution is disabled, or when it caches nothing: the managed policy
#   CachingDisabled, or a default_ttl of 0 without a cache policy. Other behaviours, such as those of an API, are not judged. Undecided when one of these is not known.
# custom:
#   control: [EDGE-CDN-002]
#   requirement: [RA-30]
#   judges: aws_cloudfront_distribution
#   severity: low
#   pillar: [performance, cost]
#   disruption: none
#   remediation: >-
#     Use the managed cache policy CachingOptimized in the default behaviour (cache_policy_id = "658327ea-f89d-4fab-a63d-7e88639e58f6"), in place of forwarded_values
#     and times of its own. Where a server answers, make sure that what is meant for one viewer says so (Cache-Control: private, no-store) first.
#   example: |
#     resource "aws_cloudfront_distribution" "shop" {
#       enabled = true
#       origin {
#         origin_id   = "shop"
#         domain_name = "shop-images.s3.eu-west-1.amazonaws.com"
#       }
#       default_cache_behavior {
#         target_origin_id       = "shop"
#         viewer_protocol_policy = "redirect-to-https"
#         compress               = true
#         cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
#       }
#     }
package cloudfront.cache

judged contains i if some i, _ in input.aws_cloudfront_distribution

deny contains {"at": i, "attribute": "enabled", "message": "it is disabled"} if {
	some i in judged
	input.aws_cloudfront_distribution[i].enabled == false
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

# Distributions whose default behaviour is served by a bucket: its objects are the same for everybody. What a server answers may
# be meant for one viewer only, and whether it may be kept is for a person to say.
static contains i if {
	some i, d in input.aws_cloudfront_distribution
	some b in d.default_cache_behavior
	some origin in d.origin
	origin.origin_id == b.target_origin_id
	origin.kind == "s3"
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "default_cache_behavior[0].cache_policy_id", "value": "658327ea-f89d-4fab-a63d-7e88639e58f6"} if {
	static[i]
	d := input.aws_cloudfront_distribution[i]
	some b in d.default_cache_behavior
	b.cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
}
