# METADATA
# title: A critical bucket is copied to another region
# description: >-
#   Reads the replication of buckets that are tagged Criticality = "high". Fails when no enabled rule copies
#   to a bucket in another region. Undecided when the other bucket, its region or a status is not known.
#   Buckets that hold Terraform state are judged by s3.state_replication; whether both buckets are
#   versioned, by s3.replica_versioning.
# custom:
#   control: [S3-REPL-001]
#   judges: aws_s3_bucket
#   requirement: [RA-55, RA-65]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Add an aws_s3_bucket_replication_configuration with an enabled rule to a versioned bucket in another
#     region.
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
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#       tags = {
#         Criticality = "high"
#       }
#     }
package s3.replication

judged contains i if {
	some i, b in input.aws_s3_bucket
	b.tags.Criticality == "high"
}

copied contains i if {
	some i, b in input.aws_s3_bucket
	some r in b._from["aws_s3_bucket_replication_configuration.bucket"]
	some rule in input.aws_s3_bucket_replication_configuration[r].rule
	rule.status == "Enabled"
	some d in input.aws_s3_bucket_replication_configuration[r]._to["rule.destination.bucket"]
	input.aws_s3_bucket[d]._region != b._region
}

deny contains {"at": i, "attribute": "bucket", "message": "no copy in another region"} if {
	some i in judged
	not copied[i]
}
