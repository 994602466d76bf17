# METADATA
# title: Public content of a bucket is delivered by CloudFront
# description: >-
#   Judges buckets that serve the public: website hosting, a public ACL, or a policy that lets everybody read without a
#   condition, unless the bucket's public access block takes the ACL or policy out of force. Fails when no enabled distribution has the bucket as an origin.
#   Undecided when the policy or the origins are not known. Another CDN in front cannot be seen in code: waive it.
# custom:
#   control: [EDGE-CDN-001]
#   requirement: [RA-30, RA-90]
#   judges: aws_s3_bucket
#   severity: high
#   pillar: [performance, reliability, security]
#   disruption: none
#   remediation: >-
#     Put a CloudFront distribution with an origin access control in front of the bucket, point the DNS names at it, then make the bucket private.
#   equivalents:
#     steampipe: [s3_bucket_static_website_hosting_disabled]
#   example: |
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#     }
#     resource "aws_s3_bucket_acl" "images" {
#       bucket = aws_s3_bucket.images.id
#       acl    = "public-read"
#     }
package s3.cdn

judged contains i if {
	some i, bucket in input.aws_s3_bucket
	some _ in bucket._from["aws_s3_bucket_website_configuration.bucket"]
}

judged contains i if {
	some i, bucket in input.aws_s3_bucket
	some a in bucket._from["aws_s3_bucket_acl.bucket"]
	input.aws_s3_bucket_acl[a].acl in {"public-read", "public-read-write"}
	not acl_off[i]
}

judged contains i if {
	some i, bucket in input.aws_s3_bucket
	some p in bucket._from["aws_s3_bucket_policy.bucket"]
	some statement in input.aws_s3_bucket_policy[p]._documents.policy.statement
	statement.effect == "Allow"
	statement.condition == []
	some principal in statement.principals
	some id in principal.identifiers
	id == "*"
	not policy_off[i]
}

acl_off contains i if {
	some i, bucket in input.aws_s3_bucket
	some b in bucket._from["aws_s3_bucket_public_access_block.bucket"]
	input.aws_s3_bucket_public_access_block[b].ignore_public_acls == true
}

policy_off contains i if {
	some i, bucket in input.aws_s3_bucket
	some b in bucket._from["aws_s3_bucket_public_access_block.bucket"]
	input.aws_s3_bucket_public_access_block[b].restrict_public_buckets == true
}

behind contains i if {
	some i, bucket in input.aws_s3_bucket
	some d in bucket._from["aws_cloudfront_distribution.origin.bucket"]
	input.aws_cloudfront_distribution[d].enabled == true
}

behind contains i if {
	some i, bucket in input.aws_s3_bucket
	some w in bucket._from["aws_s3_bucket_website_configuration.bucket"]
	some d in input.aws_s3_bucket_website_configuration[w]._from["aws_cloudfront_distribution.origin.domain_name"]
	input.aws_cloudfront_distribution[d].enabled == true
}

deny contains {"at": i, "attribute": "", "message": "serves the public without a CDN in front"} if {
	some i in judged
	not behind[i]
}
