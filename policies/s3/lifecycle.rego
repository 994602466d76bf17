# METADATA
# title: Old versions and unfinished uploads are cleaned up
# description: >-
#   Reads the lifecycle rules of the bucket, inline or as aws_s3_bucket_lifecycle_configuration. Fails when
#   no enabled rule ends unfinished multipart uploads, or when the bucket is versioned and no enabled rule
#   expires or moves noncurrent versions: both are billed for ever. Undecided when rules are not known.
# custom:
#   control: [S3-LIFE-001]
#   judges: aws_s3_bucket
#   requirement: [RA-65, RA-124]
#   severity: low
#   non_production: same
#   pillar: [cost]
#   remediation: >-
#     Add an enabled lifecycle rule with abort_incomplete_multipart_upload (7 days) and, where the bucket is
#     versioned, noncurrent_version_expiration.
#   equivalents:
#     prowler:
#       - s3_bucket_lifecycle_enabled
#     checkov:
#       - CKV2_AWS_61
#       - CKV_AWS_300
#     security_hub:
#       - S3.10
#       - S3.13
#     aws_config:
#       - S3_LIFECYCLE_POLICY_CHECK
#       - S3_VERSION_LIFECYCLE_POLICY_CHECK
#   example: |
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#     }
package s3.lifecycle

judged contains i if some i, _ in input.aws_s3_bucket

versioned contains i if {
	some i, b in input.aws_s3_bucket
	some v in b._from["aws_s3_bucket_versioning.bucket"]
	some c in input.aws_s3_bucket_versioning[v].versioning_configuration
	c.status == "Enabled"
}

ends_uploads contains i if {
	some i, b in input.aws_s3_bucket
	some l in b._from["aws_s3_bucket_lifecycle_configuration.bucket"]
	some r in input.aws_s3_bucket_lifecycle_configuration[l].rule
	r.status == "Enabled"
	some _ in r.abort_incomplete_multipart_upload
}

ends_versions contains i if {
	some i, b in input.aws_s3_bucket
	some l in b._from["aws_s3_bucket_lifecycle_configuration.bucket"]
	some r in input.aws_s3_bucket_lifecycle_configuration[l].rule
	r.status == "Enabled"
	some _ in r.noncurrent_version_expiration
}

ends_versions contains i if {
	some i, b in input.aws_s3_bucket
	some l in b._from["aws_s3_bucket_lifecycle_configuration.bucket"]
	some r in input.aws_s3_bucket_lifecycle_configuration[l].rule
	r.status == "Enabled"
	some _ in r.noncurrent_version_transition
}

deny contains {"at": i, "attribute": "lifecycle_rule", "message": "unfinished uploads are kept for ever"} if {
	some i in judged
	not ends_uploads[i]
}

deny contains {"at": i, "attribute": "lifecycle_rule", "message": "old versions are kept for ever"} if {
	some i in judged
	ends_uploads[i]
	versioned[i]
	not ends_versions[i]
}
