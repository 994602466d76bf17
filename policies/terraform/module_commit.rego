# METADATA
# title: Module commits are written in full
# description: >-
#   Reads the ?ref= of git modules. Fails when it is a commit id of fewer than 40 digits (7 to 39 hexadecimal digits, letters and digits both), which may
#   become ambiguous.
# custom:
#   control: [FND-PIN-002]
#   requirement: [RA-09, RA-11]
#   judges: terraform_module_call
#   severity: low
#   pillar: [operations, security]
#   remediation: >-
#     Write all 40 digits, or a tag.
#   equivalents:
#     checkov: [CKV_TF_1, CKV_TF_2]
#   example: |
#     module "vpc" {
#       source = "github.com/terraform-aws-modules/terraform-aws-vpc?ref=5d9bb07"
#     }
package terraform.module_commit

judged contains i if {
	some i, m in input.terraform_module_call
	m.ref != null
}

deny contains {"at": i, "attribute": "source", "message": "the commit id is shortened"} if {
	some i in judged
	m := input.terraform_module_call[i]
	regex.match(`^[0-9a-f]{7,39}$`, m.ref)
	regex.match(`[a-f]`, m.ref)
	regex.match(`[0-9]`, m.ref)
}
