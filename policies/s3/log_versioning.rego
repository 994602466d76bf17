# METADATA
# title: Objects in a bucket for logs or scratch data can be restored
# description: >-
#   Reads the versioning of the bucket, inline or as aws_s3_bucket_versioning. Fails when it is missing,
#   suspended or disabled: what is overwritten or deleted is gone. Undecided when its status is not known.
#   Only buckets for logs or scratch data are judged here: by their label (log, logs, logging, scratch, tmp,
#   temp) or the tag Purpose (logs, scratch).
# custom:
#   control: [S3-VER-001]
#   judges: aws_s3_bucket
#   requirement: [RA-65]
#   severity: low
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Add an aws_s3_bucket_versioning with status "Enabled", and a lifecycle rule that expires noncurrent
#     versions, since every version is billed.
#   equivalents:
#     prowler:
#       - s3_bucket_object_versioning
#     checkov:
#       - CKV_AWS_21
#     trivy:
#       - AVD-AWS-0090
#     security_hub:
#       - S3.14
#     aws_config:
#       - S3_BUCKET_VERSIONING_ENABLED
#     trusted_advisor:
#       - Amazon S3 Bucket Versioning
#     well_architected:
#       - REL09-BP01
#   example: |
#     resource "aws_s3_bucket" "access_logs" {
#       bucket = "shop-access-logs"
#     }
package s3.log_versioning

# Buckets for logs or scratch data, by their label or by the tag Purpose.
judged contains i if {
	some i, b in input.aws_s3_bucket
	regex.match(`(^|[-_])(logs?|logging|scratch|te?mp)([-_]|$)`, lower(b._name))
}

judged contains i if {
	some i, b in input.aws_s3_bucket
	b.tags.Purpose in {"logs", "scratch"}
}

versioned contains i if {
	some i, b in input.aws_s3_bucket
	some v in b._from["aws_s3_bucket_versioning.bucket"]
	some c in input.aws_s3_bucket_versioning[v].versioning_configuration
	c.status == "Enabled"
}

deny contains {"at": i, "attribute": "versioning", "message": "an overwritten object is gone"} if {
	some i in judged
	not versioned[i]
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_s3_bucket_versioning",
	"name": b._name,
	"values": {
		"bucket": {"_ref": b._address, "attribute": "id"},
		"versioning_configuration": [{"status": "Enabled"}],
	},
} if {
	some i in judged
	not versioned[i]
	b := input.aws_s3_bucket[i]
	count(b._from["aws_s3_bucket_versioning.bucket"]) == 0
}

fix contains {"at": i, "op": "set", "address": input.aws_s3_bucket_versioning[v]._address, "path": "versioning_configuration[0].status", "value": "Enabled"} if {
	some i in judged
	not versioned[i]
	some v in input.aws_s3_bucket[i]._from["aws_s3_bucket_versioning.bucket"]
}
