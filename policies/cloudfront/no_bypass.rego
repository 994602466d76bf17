# METADATA
# title: An origin cannot be reached around the CDN
# description: >-
#   Fails when an origin is the website endpoint of a bucket, when the bucket of an S3 origin lets everybody read, or when the origin is an
#   internet-facing load balancer whose security groups let every address in and no origin sends a header of its own. Undecided when
#   policies, groups or origins are not known. Which header the load balancer asks for is not looked at, nor a load balancer behind a DNS name of one's own.
# custom:
#   control: [EDGE-OAC-002]
#   requirement: [RA-31, RA-23]
#   judges: aws_cloudfront_distribution
#   severity: medium
#   pillar: [security, performance]
#   disruption: none
#   remediation: >-
#     Use the REST endpoint of the bucket with an origin access control and a bucket policy for this distribution only; let a load balancer in from the
#     prefix list com.amazonaws.global.cloudfront.origin-facing only, or make it internal behind a VPC origin.
#   equivalents:
#     well_architected: [SEC05-BP02]
#   example: |
#     resource "aws_cloudfront_distribution" "site" {
#       enabled = true
#       origin {
#         origin_id   = "site"
#         domain_name = "shop-site.s3-website-eu-west-1.amazonaws.com"
#         custom_origin_config {
#           origin_protocol_policy = "http-only"
#         }
#       }
#     }
package cloudfront.no_bypass

judged contains i if some i, _ in input.aws_cloudfront_distribution

deny contains {"at": i, "attribute": sprintf("origin[%d].domain_name", [k]), "message": "a website endpoint is open to everybody"} if {
	some i in judged
	some k, origin in input.aws_cloudfront_distribution[i].origin
	origin.kind == "website"
}

readable contains b if {
	some b, bucket in input.aws_s3_bucket
	some a in bucket._from["aws_s3_bucket_acl.bucket"]
	input.aws_s3_bucket_acl[a].acl in {"public-read", "public-read-write"}
	not acl_off[b]
}

readable contains b if {
	some b, bucket in input.aws_s3_bucket
	some p in bucket._from["aws_s3_bucket_policy.bucket"]
	some statement in input.aws_s3_bucket_policy[p]._documents.policy.statement
	statement.effect == "Allow"
	statement.condition == []
	some principal in statement.principals
	some id in principal.identifiers
	id == "*"
	not policy_off[b]
}

acl_off contains b if {
	some b, bucket in input.aws_s3_bucket
	some a in bucket._from["aws_s3_bucket_public_access_block.bucket"]
	input.aws_s3_bucket_public_access_block[a].ignore_public_acls == true
}

policy_off contains b if {
	some b, bucket in input.aws_s3_bucket
	some a in bucket._from["aws_s3_bucket_public_access_block.bucket"]
	input.aws_s3_bucket_public_access_block[a].restrict_public_buckets == true
}

deny contains {"at": i, "attribute": "origin", "message": "the bucket behind it lets everybody read"} if {
	some i in judged
	some b in input.aws_cloudfront_distribution[i]._to["origin.bucket"]
	readable[b]
}

header contains i if {
	some i, d in input.aws_cloudfront_distribution
	some origin in d.origin
	some _ in origin.custom_header
}

open contains b if {
	some b, lb in input.aws_lb
	lb.internal == false
	some g in lb._to.security_groups
	some r in input.aws_security_group[g]._from["aws_vpc_security_group_ingress_rule.security_group_id"]
	endswith(input.aws_vpc_security_group_ingress_rule[r].cidr_ipv4, "/0")
}

deny contains {"at": i, "attribute": "origin", "message": "the load balancer behind it is open to everybody"} if {
	some i in judged
	not header[i]
	some b in input.aws_cloudfront_distribution[i]._to["origin.balancer/aws_lb"]
	open[b]
}
