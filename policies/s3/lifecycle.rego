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
#   disruption: data
#   remediation: >-
#     Add an enabled lifecycle rule with abort_incomplete_multipart_upload (7 days) and, where the bucket is
#     versioned, noncurrent_version_expiration (90 days, the three newest stay). It deletes versions for
#     good: who must keep them for longer says so in the rule.
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

uploads := {"id": "end-unfinished-uploads", "status": "Enabled", "filter": [{}], "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}]}

versions := {"id": "expire-old-versions", "status": "Enabled", "filter": [{}], "noncurrent_version_expiration": [{"noncurrent_days": 90, "newer_noncurrent_versions": 3}]}

# A bucket that has never kept versions gets both rules: it will keep some once s3.versioning is heeded.
keeps contains i if versioned[i]

keeps contains i if {
	some i, b in input.aws_s3_bucket
	count(b._from["aws_s3_bucket_versioning.bucket"]) == 0
}

wanted(i) := [uploads, versions] if keeps[i]

wanted(i) := [uploads] if not keeps[i]

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_s3_bucket_lifecycle_configuration",
	"name": b._name,
	"values": {"bucket": {"_ref": b._address, "attribute": "id"}, "rule": wanted(i)},
} if {
	some i in judged
	not ends_uploads[i]
	b := input.aws_s3_bucket[i]
	count(b._from["aws_s3_bucket_lifecycle_configuration.bucket"]) == 0
}

# What is missing behind the rules that there are.
missing(i) := [uploads] if {
	not ends_uploads[i]
	ends_versions[i]
}

missing(i) := [versions] if {
	ends_uploads[i]
	not ends_versions[i]
}

missing(i) := wanted(i) if {
	not ends_uploads[i]
	not ends_versions[i]
}

fix contains {"at": i, "op": "set", "address": l._address, "path": sprintf("rule[%d].%s", [count(l.rule) + n, name]), "value": value} if {
	some i in judged
	some k in input.aws_s3_bucket[i]._from["aws_s3_bucket_lifecycle_configuration.bucket"]
	l := input.aws_s3_bucket_lifecycle_configuration[k]
	not contains(l._address, "#lifecycle_rule") # inline rules have other words
	is_array(l.rule)
	some n, rule in missing(i)
	count([r | some r in l.rule; r.id == rule.id]) == 0
	some name, value in rule
}
