# METADATA
# title: A bucket gives nothing to everybody
# description: >-
#   Reads the ACL, the bucket policy and the website of the bucket, inline or as resources of their own, and
#   the public access blocks of bucket and account. Fails when an ACL grants to everybody or to every AWS
#   account, when a policy allows everybody without a condition on who or where from, or when a website is
#   served without CloudFront in front, and no block makes the grant void. Undecided when an ACL, a policy
#   or a block is not known. A block of the account counts for buckets of the same stage, and for all when
#   its own stage is not known.
# custom:
#   control: [S3-PUB-001]
#   judges: aws_s3_bucket
#   requirement: [RA-65, RA-31]
#   severity: critical
#   non_production: same
#   pillar: [security]
#   scans: [aws_s3_account_public_access_block]
#   remediation: >-
#     Take the public grant away. What everybody may see is served by CloudFront with an origin access
#     control; the bucket keeps all four settings of aws_s3_bucket_public_access_block on. In this order:
#     make the distribution with the bucket as its origin, move the name of the site to it, then `aws s3api
#     delete-bucket-website --bucket NAME` and take the statement with Principal "*" out of the policy; the
#     next plumb plan blocks the rest.
#   links:
#     - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#   equivalents:
#     prowler:
#       - s3_bucket_public_access
#       - s3_bucket_level_public_access_block
#       - s3_account_level_public_access_blocks
#     checkov:
#       - CKV_AWS_20
#       - CKV_AWS_53
#       - CKV2_AWS_6
#     trivy:
#       - AVD-AWS-0086
#       - AVD-AWS-0087
#       - AVD-AWS-0091
#       - AVD-AWS-0093
#       - AVD-AWS-0092
#     security_hub:
#       - S3.1
#       - S3.2
#       - S3.8
#     aws_config:
#       - S3_BUCKET_PUBLIC_READ_PROHIBITED
#       - S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED
#     well_architected:
#       - SEC03-BP07
#   example: |
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#       acl    = "public-read"
#     }
package s3.public

judged contains i if some i, _ in input.aws_s3_bucket

void_acls contains i if {
	some i, b in input.aws_s3_bucket
	some p in b._from["aws_s3_bucket_public_access_block.bucket"]
	input.aws_s3_bucket_public_access_block[p].ignore_public_acls == true
}

void_acls contains i if {
	some i, b in input.aws_s3_bucket
	some a in input.aws_s3_account_public_access_block
	a._stage in {b._stage, ""}
	a.ignore_public_acls == true
}

void_policies contains i if {
	some i, b in input.aws_s3_bucket
	some p in b._from["aws_s3_bucket_public_access_block.bucket"]
	input.aws_s3_bucket_public_access_block[p].restrict_public_buckets == true
}

void_policies contains i if {
	some i, b in input.aws_s3_bucket
	some a in input.aws_s3_account_public_access_block
	a._stage in {b._stage, ""}
	a.restrict_public_buckets == true
}

# Every AWS account is everybody, too.
open_acl contains a if {
	some a, x in input.aws_s3_bucket_acl
	x.acl in {"public-read", "public-read-write", "authenticated-read"}
}

open_acl contains a if {
	some a, x in input.aws_s3_bucket_acl
	some p in x.access_control_policy
	some g in p.grant
	some e in g.grantee
	e.uri in {
		"http://acs.amazonaws.com/groups/global/AllUsers",
		"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
	}
}

# Keys by which a condition says who may come, or from where.
# Source: Amazon S3 User Guide, "The meaning of public".
narrowing := {
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount", "aws:sourcearn",
	"aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid",
	"aws:vpcsourceip", "s3:dataaccesspointaccount", "s3:dataaccesspointarn", "s3:accesspointnetworkorigin",
}

# Statements with such a condition: position of the policy, position of the statement.
narrowed contains [p, k] if {
	some p, x in input.aws_s3_bucket_policy
	some k, s in x._documents.policy.statement
	some c in s.condition
	lower(c.variable) in narrowing
	not contains(lower(c.test), "not")
}

open_policy contains p if {
	some p, x in input.aws_s3_bucket_policy
	some k, s in x._documents.policy.statement
	s.effect == "Allow"
	some who in s.principals
	some id in who.identifiers
	id == "*"
	not narrowed[[p, k]]
}

open_policy contains p if {
	some p, x in input.aws_s3_bucket_policy
	some k, s in x._documents.policy.statement
	s.effect == "Allow"
	some who in s.not_principals
	some _ in who.identifiers
	not narrowed[[p, k]]
}

redirects contains w if {
	some w, x in input.aws_s3_bucket_website_configuration
	some _ in x.redirect_all_requests_to
}

behind_cdn contains i if {
	some i, b in input.aws_s3_bucket
	some _ in b._from["aws_cloudfront_distribution.origin.bucket"]
}

behind_cdn contains i if {
	some i, b in input.aws_s3_bucket
	some _ in b._from["aws_cloudfront_distribution.origin.domain_name"]
}

behind_cdn contains i if {
	some i, b in input.aws_s3_bucket
	some w in b._from["aws_s3_bucket_website_configuration.bucket"]
	some _ in input.aws_s3_bucket_website_configuration[w]._from["aws_cloudfront_distribution.origin.domain_name"]
}

deny contains {"at": i, "attribute": "acl", "message": "its ACL grants access to everybody"} if {
	some i in judged
	some a in input.aws_s3_bucket[i]._from["aws_s3_bucket_acl.bucket"]
	open_acl[a]
	not void_acls[i]
}

deny contains {"at": i, "attribute": "policy", "message": "its policy allows everybody"} if {
	some i in judged
	some p in input.aws_s3_bucket[i]._from["aws_s3_bucket_policy.bucket"]
	open_policy[p]
	not void_policies[i]
}

deny contains {"at": i, "attribute": "website", "message": "its website is served without CloudFront in front"} if {
	some i in judged
	some w in input.aws_s3_bucket[i]._from["aws_s3_bucket_website_configuration.bucket"]
	not redirects[w]
	not behind_cdn[i]
	not void_policies[i]
}
