# METADATA
# title: State is not kept in what it manages
# description: >-
#   Follows bucket and dynamodb_table of an s3 backend. Fails when the same root makes them, so that destroying the stage destroys its state, or when the
#   bucket has force_destroy. Undecided when the bucket is defined in no root that was read.
# custom:
#   control: [FND-STATE-005]
#   requirement: [RA-07]
#   judges: terraform_backend
#   severity: medium
#   pillar: [operations, reliability]
#   remediation: >-
#     Make bucket and table in a bootstrap root of their own with lifecycle { prevent_destroy = true }, and move them out of this state (terraform state rm,
#     import there).
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
package backend.bootstrap

judged contains i if {
	some i, b in input.terraform_backend
	b.type == "s3"
}

deny contains {"at": i, "attribute": "bucket", "message": "the root makes the bucket or table of its own state"} if {
	some i in judged
	input.terraform_backend[i].self_made == true
}

deny contains {"at": i, "attribute": "bucket", "message": "the state bucket has force_destroy"} if {
	some i in judged
	some k in input.terraform_backend[i]._to.bucket
	input.aws_s3_bucket[k].force_destroy == true
}
