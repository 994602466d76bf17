# METADATA
# title: Terraform state is copied to another region
# description: >-
#   Reads the bucket of an s3 backend and its replication. Fails when no enabled rule copies the bucket to
#   one in another region. Undecided when a bucket is not defined in what was read, or a region or status is
#   not known.
# custom:
#   control: [S3-REPL-001]
#   judges: terraform_backend
#   requirement: [RA-55, RA-65]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Add an aws_s3_bucket_replication_configuration with an enabled rule from the state bucket to a
#     versioned bucket in another region.
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
#     terraform {
#       backend "s3" {
#         bucket = "shop-images"
#         key    = "state"
#         region = "eu-west-1"
#       }
#     }
#
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#     }
package s3.state_replication

judged contains i if {
	some i, t in input.terraform_backend
	t.type == "s3"
}

copied contains b if {
	some b, x in input.aws_s3_bucket
	some r in x._from["aws_s3_bucket_replication_configuration.bucket"]
	some rule in input.aws_s3_bucket_replication_configuration[r].rule
	rule.status == "Enabled"
	some d in input.aws_s3_bucket_replication_configuration[r]._to["rule.destination.bucket"]
	input.aws_s3_bucket[d]._region != x._region
}

deny contains {"at": i, "attribute": "bucket", "message": "the state has no copy in another region"} if {
	some i in judged
	some b in input.terraform_backend[i]._to.bucket
	not copied[b]
}
