# METADATA
# title: Both ends of a replication are versioned
# description: >-
#   Reads the versioning of the bucket that is copied and of the buckets that it is copied to. Fails when
#   one of them, as far as it is defined here, is not versioned: S3 then copies nothing. Undecided when a
#   bucket or a status is not known.
# custom:
#   control: [S3-REPL-001]
#   judges: aws_s3_bucket_replication_configuration
#   requirement: [RA-55, RA-65]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Enable versioning on both buckets.
#   equivalents:
#     prowler:
#       - s3_bucket_cross_region_replication
#     checkov:
#       - CKV_AWS_144
#     security_hub:
#       - S3.7
#     aws_config:
#       - S3_BUCKET_REPLICATION_ENABLED
#       - S3_BUCKET_CROSS_REGION_REPLICATION_ENABLED
#     trusted_advisor:
#       - Amazon S3 Bucket Replication Not Enabled
#     well_architected:
#       - REL13-BP02
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#
#     provider "aws" {
#       alias  = "far"
#       region = "eu-central-1"
#     }
#
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#       tags = {
#         Criticality = "high"
#       }
#     }
#
#     resource "aws_s3_bucket_versioning" "images" {
#       bucket = aws_s3_bucket.images.id
#       versioning_configuration {
#         status = "Enabled"
#       }
#     }
#
#     resource "aws_s3_bucket" "copy" {
#       provider = aws.far
#       bucket   = "shop-images-copy"
#     }
#
#     resource "aws_s3_bucket_replication_configuration" "images" {
#       bucket = aws_s3_bucket.images.id
#       role   = "arn:aws:iam::111122223333:role/replication"
#       rule {
#         status = "Enabled"
#         destination {
#           bucket = aws_s3_bucket.copy.arn
#         }
#       }
#     }
package s3.replica_versioning

judged contains i if {
	some i, r in input.aws_s3_bucket_replication_configuration
	some rule in r.rule
	rule.status == "Enabled"
}

versioned contains b if {
	some b, x in input.aws_s3_bucket
	some v in x._from["aws_s3_bucket_versioning.bucket"]
	some c in input.aws_s3_bucket_versioning[v].versioning_configuration
	c.status == "Enabled"
}

deny contains {"at": i, "attribute": "bucket", "message": "the bucket that is copied is not versioned"} if {
	some i in judged
	some b in input.aws_s3_bucket_replication_configuration[i]._to.bucket
	not versioned[b]
}

deny contains {"at": i, "attribute": "rule", "message": "a bucket that it is copied to is not versioned"} if {
	some i in judged
	some b in input.aws_s3_bucket_replication_configuration[i]._to["rule.destination.bucket"]
	not versioned[b]
}
