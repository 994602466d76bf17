# METADATA
# title: Terraform runs are locked
# description: >-
#   Reads dynamodb_table and use_lockfile of an s3 backend. Fails when neither is set. Backends that lock by themselves pass. Undecided when the backend
#   is completed at init. Terraform before 1.10 refuses use_lockfile, so its version is not read. An http backend is not judged.
# custom:
#   control: [FND-STATE-002]
#   requirement: [RA-06]
#   judges: terraform_backend
#   severity: high
#   pillar: [operations, reliability]
#   disruption: none
#   remediation: >-
#     Set use_lockfile = true (Terraform 1.10 and later), or dynamodb_table to a table with the key LockID.
#   equivalents:
#     checkov: [CKV_TF_3]
#     well_architected: [OPS05-BP01]
#   example: |
#     terraform {
#       backend "s3" {
#         bucket = "shop-state"
#         key    = "main"
#         region = "eu-west-1"
#       }
#     }
package backend.lock

judged contains i if {
	some i, b in input.terraform_backend
	b.type in {"s3", "azurerm", "cloud", "consul", "gcs", "kubernetes", "pg", "remote"}
}

deny contains {"at": i, "attribute": "use_lockfile", "message": "two applies can run at once"} if {
	some i in judged
	b := input.terraform_backend[i]
	b.type == "s3"
	b.dynamodb_table == null
	b.use_lockfile == false
}

fix contains {"at": i, "op": "set", "address": b._address, "path": "use_lockfile", "value": true} if {
	some i in {d.at | some d in deny}
	b := input.terraform_backend[i]
}
