# METADATA
# title: The CDN talks to its origins over TLS 1.2
# description: >-
#   Reads custom_origin_config of origins other than S3 endpoints. Fails when requests go to the origin over plain HTTP, when they follow the
#   viewer and a behaviour allows plain HTTP, or when SSLv3, TLSv1 or TLSv1.1 is among the protocols. Undecided when one of these is not known.
# custom:
#   control: [EDGE-TLS-002]
#   requirement: [RA-38]
#   judges: aws_cloudfront_distribution
#   severity: medium
#   pillar: [security]
#   disruption: none
#   remediation: >-
#     Set origin_protocol_policy = "https-only" and origin_ssl_protocols = ["TLSv1.2"]. First give the origin a certificate for the name that the distribution uses
#     (or for the Host header that it forwards): `curl -v https://NAME-OF-THE-ORIGIN` must succeed, or every request fails with 502.
#   equivalents:
#     prowler: [cloudfront_distributions_origin_traffic_encrypted, cloudfront_distributions_using_deprecated_ssl_protocols]
#     checkov: [CKV2_AWS_54, CKV2_AWS_72]
#     security_hub: [CloudFront.9, CloudFront.10]
#     aws_config: [CLOUDFRONT_TRAFFIC_TO_ORIGIN_ENCRYPTED, CLOUDFRONT_NO_DEPRECATED_SSL_PROTOCOLS]
#     well_architected: [SEC09-BP02]
#   example: |
#     resource "aws_cloudfront_distribution" "shop" {
#       enabled = true
#       origin {
#         origin_id   = "web"
#         domain_name = "origin.shop.example"
#         custom_origin_config {
#           http_port              = 80
#           https_port             = 443
#           origin_protocol_policy = "http-only"
#           origin_ssl_protocols   = ["TLSv1.2"]
#         }
#       }
#     }
package cloudfront.origin_tls

judged contains i if {
	some i, d in input.aws_cloudfront_distribution
	some origin in d.origin
	origin.kind == "other"
}

deny contains {"at": i, "attribute": sprintf("origin[%d]", [k]), "message": "requests go to the origin over plain HTTP"} if {
	some i in judged
	some k, origin in input.aws_cloudfront_distribution[i].origin
	origin.kind == "other"
	some config in origin.custom_origin_config
	config.origin_protocol_policy == "http-only"
}

# Distributions that a viewer may ask over plain HTTP.
plain contains i if {
	some i, d in input.aws_cloudfront_distribution
	some b in d.default_cache_behavior
	b.viewer_protocol_policy == "allow-all"
}

plain contains i if {
	some i, d in input.aws_cloudfront_distribution
	some b in d.ordered_cache_behavior
	b.viewer_protocol_policy == "allow-all"
}

deny contains {"at": i, "attribute": sprintf("origin[%d]", [k]), "message": "requests over plain HTTP go on to the origin so"} if {
	some i in judged
	plain[i]
	some k, origin in input.aws_cloudfront_distribution[i].origin
	origin.kind == "other"
	some config in origin.custom_origin_config
	config.origin_protocol_policy == "match-viewer"
}

deny contains {"at": i, "attribute": sprintf("origin[%d]", [k]), "message": sprintf("%s is accepted on the way to the origin", [protocol])} if {
	some i in judged
	some k, origin in input.aws_cloudfront_distribution[i].origin
	origin.kind == "other"
	some config in origin.custom_origin_config
	some protocol in config.origin_ssl_protocols
	protocol in old
}

old := {"SSLv3", "TLSv1", "TLSv1.1"}

# The protocols that stay: an origin that was never asked for TLS 1.2 may not speak it.
fix contains {"at": i, "op": "set", "address": d._address, "path": sprintf("origin[%d].custom_origin_config[0].origin_ssl_protocols", [k]), "value": now} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some k, origin in d.origin
	origin.kind == "other"
	some config in origin.custom_origin_config
	some protocol in config.origin_ssl_protocols
	protocol in old
	now := [x | some x in config.origin_ssl_protocols; not old[x]]
	now != []
}
