# METADATA
# title: Code blocks public access to a bucket
# description: >-
#   Reads aws_s3_bucket_public_access_block of the bucket and aws_s3_account_public_access_block. Fails when
#   neither sets all four settings: AWS blocks public access to new buckets, and nothing in code keeps it
#   so. Undecided when a setting is not known. A block of the account counts for buckets of the same stage,
#   and for all when its own stage is not known.
# custom:
#   control: [S3-PUB-001]
#   judges: aws_s3_bucket
#   requirement: [RA-65, RA-31]
#   severity: medium
#   non_production: same
#   pillar: [security]
#   disruption: none
#   scans: [aws_s3_account_public_access_block]
#   remediation: >-
#     Add an aws_s3_bucket_public_access_block with all four settings true, or one
#     aws_s3_account_public_access_block for the account. A bucket that is a website, or whose ACL or policy
#     grants something to everybody, is left to a person: the block would shut its readers out at once. Serve
#     it by CloudFront with an origin access control first, then take the grant and the website away.
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
#     }
package s3.public_access_block

judged contains i if some i, _ in input.aws_s3_bucket

blocked contains i if {
	some i, b in input.aws_s3_bucket
	some k in b._from["aws_s3_bucket_public_access_block.bucket"]
	p := input.aws_s3_bucket_public_access_block[k]
	p.block_public_acls == true
	p.block_public_policy == true
	p.ignore_public_acls == true
	p.restrict_public_buckets == true
}

blocked contains i if {
	some i, b in input.aws_s3_bucket
	some a in input.aws_s3_account_public_access_block
	a._stage in {b._stage, ""}
	a.block_public_acls == true
	a.block_public_policy == true
	a.ignore_public_acls == true
	a.restrict_public_buckets == true
}

deny contains {"at": i, "attribute": "bucket", "message": "nothing blocks public access"} if {
	some i in judged
	not blocked[i]
}

# What is granted to everybody, which the block would take away: by an ACL, a website or a policy, or by one that is not known.
granted contains i if {
	some i, b in input.aws_s3_bucket
	some _ in b._from["aws_s3_bucket_acl.bucket"]
}

granted contains i if {
	some i, b in input.aws_s3_bucket
	some _ in b._from["aws_s3_bucket_website_configuration.bucket"]
}

granted contains i if {
	some i, b in input.aws_s3_bucket
	some p in b._from["aws_s3_bucket_policy.bucket"]
	not narrow[p]
}

# Policies that allow nobody but those who are named.
narrow contains p if {
	some p, x in input.aws_s3_bucket_policy
	every s in x._documents.policy.statement {
		restrains(s)
	}
}

restrains(s) if s.effect == "Deny"

restrains(s) if {
	s.effect == "Allow"
	every who in s.principals {
		every id in who.identifiers {
			id != "*"
		}
	}
	count(s.not_principals) == 0
}

# Only where nothing is granted that the block would take away.
fix contains {
	"at": i,
	"op": "create",
	"type": "aws_s3_bucket_public_access_block",
	"name": b._name,
	"values": {
		"bucket": {"_ref": b._address, "attribute": "id"},
		"block_public_acls": true,
		"block_public_policy": true,
		"ignore_public_acls": true,
		"restrict_public_buckets": true,
	},
} if {
	some i in judged
	not blocked[i]
	b := input.aws_s3_bucket[i]
	count(b._from["aws_s3_bucket_public_access_block.bucket"]) == 0
	not granted[i]
}

fix contains {"at": i, "op": "set", "address": input.aws_s3_bucket_public_access_block[k]._address, "path": path, "value": true} if {
	some i in judged
	not blocked[i]
	b := input.aws_s3_bucket[i]
	some k in b._from["aws_s3_bucket_public_access_block.bucket"]
	not granted[i]
	some path in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
}
