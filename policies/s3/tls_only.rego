# METADATA
# title: A bucket answers over TLS only
# description: >-
#   Reads the bucket policy. Fails when no statement denies every action to everybody for requests without
#   TLS (aws:SecureTransport false). Encryption at rest needs nothing: S3 encrypts every new object.
#   Undecided when the policy is not known.
# custom:
#   control: [S3-ENC-001]
#   judges: aws_s3_bucket
#   requirement: [RA-60, RA-65]
#   severity: medium
#   non_production: same
#   pillar: [security]
#   disruption: brief
#   remediation: >-
#     Add a statement to the bucket policy that denies s3:* on the bucket and its objects to everybody where
#     aws:SecureTransport is false.
#   equivalents:
#     prowler:
#       - s3_bucket_default_encryption (deprecated upstream)
#       - s3_bucket_secure_transport_policy
#     checkov:
#       - CKV_AWS_19
#       - CKV_AWS_379
#     security_hub:
#       - S3.5
#     aws_config:
#       - S3_BUCKET_SSL_REQUESTS_ONLY
#       - S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED
#   example: |
#     resource "aws_s3_bucket" "images" {
#       bucket = "shop-images"
#     }
package s3.tls_only

judged contains i if some i, _ in input.aws_s3_bucket

# Policies that refuse requests without TLS.
strict contains p if {
	some p, x in input.aws_s3_bucket_policy
	some s in x._documents.policy.statement
	s.effect == "Deny"
	some who in s.principals
	some id in who.identifiers
	id == "*"
	some action in s.actions
	action in {"s3:*", "*"}
	some c in s.condition
	lower(c.test) in {"bool", "boolifexists"}
	lower(c.variable) == "aws:securetransport"
	some v in c.values
	v == "false"
}

tls_only contains i if {
	some i, b in input.aws_s3_bucket
	some p in b._from["aws_s3_bucket_policy.bucket"]
	strict[p]
}

deny contains {"at": i, "attribute": "policy", "message": "no policy refuses requests without TLS"} if {
	some i in judged
	not tls_only[i]
}

statement(address) := {
	"Sid": "DenyRequestsWithoutTLS",
	"Effect": "Deny",
	"Principal": "*",
	"Action": "s3:*",
	"Resource": [{"_ref": address, "attribute": "arn"}, {"_text": [{"_ref": address, "attribute": "arn"}, "/*"]}],
	"Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_s3_bucket_policy",
	"name": b._name,
	"values": {
		"bucket": {"_ref": b._address, "attribute": "id"},
		"policy": {"_json": {"Version": "2012-10-17", "Statement": [statement(b._address)]}},
	},
} if {
	some i in judged
	not tls_only[i]
	b := input.aws_s3_bucket[i]
	count(b._from["aws_s3_bucket_policy.bucket"]) == 0
}

# One more statement behind those of the policy.
fix contains {"at": i, "op": "set", "address": x._address, "path": "policy", "value": {"_json": more}} if {
	some i in judged
	not tls_only[i]
	b := input.aws_s3_bucket[i]
	count(b._from["aws_s3_bucket_policy.bucket"]) == 1
	some p in b._from["aws_s3_bucket_policy.bucket"]
	x := input.aws_s3_bucket_policy[p]
	now := json.unmarshal(x.policy)
	is_array(now.Statement)
	count([s | some s in now.Statement; s.Sid == "DenyRequestsWithoutTLS"]) == 0
	more := object.union(now, {"Statement": array.concat(now.Statement, [statement(b._address)])})
}
