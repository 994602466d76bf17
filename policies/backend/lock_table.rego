# METADATA
# title: State lock table is usable
# description: >-
#   Follows dynamodb_table of the backend to the table of that name. Fails when its hash key is not LockID of type S. Undecided when the table is defined
#   in no root that was read.
# custom:
#   control: [FND-STATE-003]
#   requirement: [RA-06]
#   judges: terraform_backend
#   severity: medium
#   pillar: [operations, reliability]
#   remediation: >-
#     Create the table with hash key LockID of type S, or move to use_lockfile = true.
#   example: |
#     terraform {
#       backend "s3" {
#         bucket = "shop-state"
#         key    = "main"
#         region = "eu-west-1"
#         dynamodb_table = "lock"
#       }
#     }
#     resource "aws_dynamodb_table" "lock" {
#       name     = "lock"
#       hash_key = "id"
#       attribute {
#         name = "id"
#         type = "S"
#       }
#     }
package backend.lock_table

judged contains i if {
	some i, b in input.terraform_backend
	b.dynamodb_table != null
}

# Backends whose lock table has the one key that Terraform writes.
usable contains i if {
	some i, b in input.terraform_backend
	some t in b._to.dynamodb_table
	table := input.aws_dynamodb_table[t]
	table.hash_key == "LockID"
	some a in table.attribute
	a.name == "LockID"
	a.type == "S"
}

deny contains {"at": i, "attribute": "dynamodb_table", "message": "the lock table has no key LockID of type S"} if {
	some i in judged
	not usable[i]
}
