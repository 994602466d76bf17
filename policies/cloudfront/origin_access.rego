# METADATA
# title: S3 origins are read through an origin access control
# description: >-
#   Reads each origin that is the REST endpoint of a bucket. Fails when it has neither an origin access control nor an origin
#   access identity, or when its access control never signs. Website endpoints are judged by cloudfront.no_bypass. Undecided when the origin's name or its access
#   control is not known.
# custom:
#   control: [EDGE-OAC-001]
#   requirement: [RA-31]
#   judges: aws_cloudfront_distribution
#   severity: high
#   pillar: [security]
#   disruption: none
#   remediation: >-
#     Create an aws_cloudfront_origin_access_control that always signs, name it in the origin, and let the bucket policy allow
#     cloudfront.amazonaws.com for this distribution (aws:SourceArn) before public access is taken away.
#   links: ["https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"]
#   equivalents:
#     prowler: [cloudfront_distributions_s3_origin_access_control]
#     checkov: [CKV2_AWS_46]
#     security_hub: [CloudFront.13]
#     aws_config: [CLOUDFRONT_S3_ORIGIN_ACCESS_CONTROL_ENABLED]
#     well_architected: [SEC05-BP02]
#   example: |
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#     }
#     resource "aws_cloudfront_distribution" "images" {
#       enabled = true
#       origin {
#         origin_id   = "images"
#         domain_name = aws_s3_bucket.images.bucket_regional_domain_name
#       }
#     }
package cloudfront.origin_access

judged contains i if {
	some i, d in input.aws_cloudfront_distribution
	some origin in d.origin
	origin.kind == "s3"
}

unsigned contains {"at": i, "origin": k} if {
	some i, d in input.aws_cloudfront_distribution
	some k, origin in d.origin
	origin.kind == "s3"
	origin.origin_access_control_id in {null, ""}
	origin.s3_origin_config == []
}

unsigned contains {"at": i, "origin": k} if {
	some i, d in input.aws_cloudfront_distribution
	some k, origin in d.origin
	origin.kind == "s3"
	origin.origin_access_control_id in {null, ""}
	some config in origin.s3_origin_config
	config.origin_access_identity in {null, ""}
}

deny contains {"at": u.at, "attribute": sprintf("origin[%d]", [u.origin]), "message": "an S3 origin is read without signing, so it must be public"} if {
	some u in unsigned
}

deny contains {"at": i, "attribute": "origin", "message": "the origin access control never signs"} if {
	some i in judged
	some c in input.aws_cloudfront_distribution[i]._to["origin.origin_access_control_id"]
	input.aws_cloudfront_origin_access_control[c].signing_behavior == "never"
}

fix contains {
	"at": u.at,
	"op": "create",
	"type": "aws_cloudfront_origin_access_control",
	"name": d._name,
	"values": {
		"name": d._name,
		"origin_access_control_origin_type": "s3",
		"signing_behavior": "always",
		"signing_protocol": "sigv4",
	},
} if {
	some u in unsigned
	d := input.aws_cloudfront_distribution[u.at]
}

fix contains {
	"at": u.at,
	"op": "set",
	"address": d._address,
	"path": sprintf("origin[%d].origin_access_control_id", [u.origin]),
	"value": {"_ref": sprintf("aws_cloudfront_origin_access_control.%s", [d._name]), "attribute": "id"},
} if {
	some u in unsigned
	d := input.aws_cloudfront_distribution[u.at]
}
