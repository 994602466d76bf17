# METADATA
# title: Module sources are pinned
# description: >-
#   Reads source and version of module calls. Fails when a registry module has no version or one without an upper bound, and when a git module has no
#   ?ref= or one that moves: main, master, HEAD, develop. Other refs pass, branches among them, which cannot be told from tags; short commit ids are
#   terraform.module_commit. Local paths, archives and buckets are not applicable.
# custom:
#   control: [FND-PIN-002]
#   requirement: [RA-09, RA-11]
#   judges: terraform_module_call
#   severity: medium
#   pillar: [operations, security]
#   remediation: >-
#     Give registry modules version = "~> N.M" and git modules ?ref=<tag or full commit id>.
#   equivalents:
#     checkov: [CKV_TF_1, CKV_TF_2]
#   example: |
#     module "vpc" {
#       source = "terraform-aws-modules/vpc/aws"
#     }
package terraform.modules

judged contains i if {
	some i, m in input.terraform_module_call
	m.source_kind in {"registry", "git"}
}

deny contains {"at": i, "attribute": "version", "message": "the registry module has no version"} if {
	some i in judged
	m := input.terraform_module_call[i]
	m.source_kind == "registry"
	m.version == null
}

deny contains {"at": i, "attribute": "version", "message": "the module may take any later version"} if {
	some i in judged
	m := input.terraform_module_call[i]
	m.version != null
	not regex.match(`(^|,)\s*(~>|<=?|=)?\s*v?[0-9]`, m.version)
}

deny contains {"at": i, "attribute": "source", "message": "the module follows the default branch"} if {
	some i in judged
	m := input.terraform_module_call[i]
	m.source_kind == "git"
	m.ref == null
}

deny contains {"at": i, "attribute": "source", "message": "the module follows a branch"} if {
	some i in judged
	m := input.terraform_module_call[i]
	regex.match(`^(refs/heads/.*|main|master|HEAD|develop)$`, m.ref)
}
