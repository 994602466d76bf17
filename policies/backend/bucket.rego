# METADATA
# title: State bucket is versioned, encrypted, private
# description: >-
#   Follows bucket of an s3 backend to the bucket of that name, in any root. Fails when it is not versioned, when a public access block or one of its four
#   switches is missing, or when neither the bucket has a default encryption nor the backend sets encrypt. Undecided when the bucket is defined in no root
#   that was read.
# custom:
#   control: [FND-STATE-004]
#   requirement: [RA-05]
#   judges: terraform_backend
#   severity: high
#   pillar: [security, reliability]
#   remediation: >-
#     In the root that makes the bucket: aws_s3_bucket_versioning with status Enabled, aws_s3_bucket_server_side_encryption_configuration, and
#     aws_s3_bucket_public_access_block with all four switches true.
#   equivalents:
#     checkov: [CKV_AWS_21, CKV_AWS_19, CKV2_AWS_6]
#     trivy: [AVD-AWS-0090, AVD-AWS-0094]
#     security_hub: [S3.14, S3.8]
#     aws_config: [S3_BUCKET_VERSIONING_ENABLED]
#     well_architected: [SEC08-BP02]
#   example: |
#     terraform {
#       backend "s3" {
#         bucket = "shop-state"
#         key    = "main"
#         region = "eu-west-1"
#       }
#     }
#     resource "aws_s3_bucket" "state" {
#       bucket = "shop-state"
#     }
#     resource "aws_s3_bucket_versioning" "state" {
#       bucket = aws_s3_bucket.state.id
#       versioning_configuration {
#         status = "Enabled"
#       }
#     }
#     resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
#       bucket = aws_s3_bucket.state.id
#       rule {
#         apply_server_side_encryption_by_default {
#           sse_algorithm = "AES256"
#         }
#       }
#     }
package backend.bucket

judged contains i if {
	some i, b in input.terraform_backend
	b.type == "s3"
}

versioned contains k if {
	some k, bucket in input.aws_s3_bucket
	some v in bucket._from["aws_s3_bucket_versioning.bucket"]
	some c in input.aws_s3_bucket_versioning[v].versioning_configuration
	c.status == "Enabled"
}

encrypted contains k if {
	some k, bucket in input.aws_s3_bucket
	some e in bucket._from["aws_s3_bucket_server_side_encryption_configuration.bucket"]
	some r in input.aws_s3_bucket_server_side_encryption_configuration[e].rule
	some _ in r.apply_server_side_encryption_by_default
}

private contains k if {
	some k, bucket in input.aws_s3_bucket
	some p in bucket._from["aws_s3_bucket_public_access_block.bucket"]
	block := input.aws_s3_bucket_public_access_block[p]
	block.block_public_acls == true
	block.block_public_policy == true
	block.ignore_public_acls == true
	block.restrict_public_buckets == true
}

deny contains {"at": i, "attribute": "bucket", "message": "the state bucket is not versioned"} if {
	some i in judged
	some k in input.terraform_backend[i]._to.bucket
	not versioned[k]
}

deny contains {"at": i, "attribute": "bucket", "message": "the state is not encrypted by backend or bucket"} if {
	some i in judged
	input.terraform_backend[i].encrypt == false
	some k in input.terraform_backend[i]._to.bucket
	not encrypted[k]
}

deny contains {"at": i, "attribute": "bucket", "message": "nothing keeps the state bucket from becoming public"} if {
	some i in judged
	some k in input.terraform_backend[i]._to.bucket
	not private[k]
}
