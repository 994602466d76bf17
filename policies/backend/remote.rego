# METADATA
# title: Terraform state is remote
# description: >-
#   Reads the backend block of each root that manages something and is applied, and the state files in its folder. Fails when there is no block, when it is
#   `local`, or when git keeps a state. A root that makes the bucket or the lock table of another root's state, or whose folder is named bootstrap, is not
#   applicable: it may keep local state.
# custom:
#   control: [FND-STATE-001]
#   requirement: [RA-05]
#   judges: terraform_root
#   severity: high
#   pillar: [operations, reliability]
#   remediation: >-
#     Add terraform { backend "s3" { bucket, key, region, use_lockfile = true } } and run terraform init -migrate-state. A state that git keeps: git rm --cached, and
#     change every secret that is in it.
#   equivalents:
#     well_architected: [OPS05-BP01]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#     resource "aws_sns_topic" "orders" {
#       name = "orders"
#     }
package backend.remote

judged contains i if {
	some i, r in input.terraform_root
	r.has_resources == true
	r.applied == true
	r.bootstrap == false
}

deny contains {"at": i, "attribute": "has_backend", "message": "no backend: the state stays on one machine"} if {
	some i in judged
	input.terraform_root[i].has_backend == false
}

deny contains {"at": i, "attribute": "backend", "message": "the backend is local: the state stays on one machine"} if {
	some i in judged
	some b in input.terraform_root[i]._to.backend
	input.terraform_backend[b].type == "local"
}

deny contains {"at": i, "attribute": "tracked_state", "message": sprintf("git keeps the state %s, with all secrets that are in it", [state])} if {
	some i in judged
	state := input.terraform_root[i].tracked_state
	state != null
}
