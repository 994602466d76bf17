# METADATA
# title: Terraform and provider versions are pinned
# description: >-
#   Reads required_version, required_providers (and version of provider blocks) and the lock file of each root that manages something and is applied.
#   Fails when there is no required_version, when a provider has no version or one without an upper bound, or when .terraform.lock.hcl is missing; a
#   repository without any lock file is one finding, on its first root. Providers that are used without being listed are seen only when none is listed.
# custom:
#   control: [FND-PIN-001]
#   requirement: [RA-09]
#   judges: terraform_root
#   severity: medium
#   pillar: [operations]
#   remediation: >-
#     State required_version and a version with an upper bound (~>) for each provider, run terraform init, and commit .terraform.lock.hcl.
#   equivalents:
#     well_architected: [OPS05-BP04]
#   example: |
#     terraform {
#       required_version = "~> 1.11"
#       required_providers {
#         aws = {
#           source  = "hashicorp/aws"
#           version = "~> 6.0"
#         }
#       }
#     }
#     provider "aws" {
#       region = "eu-west-1"
#     }
#     resource "aws_sns_topic" "a" {
#       name = "a"
#     }
package terraform.versions

judged contains i if {
	some i, r in input.terraform_root
	r.has_resources == true
	r.applied == true
}

deny contains {"at": i, "attribute": "required_version", "message": "no Terraform version is required"} if {
	some i in judged
	input.terraform_root[i].required_version == null
}

deny contains {"at": i, "attribute": "required_providers", "message": "no provider version is required"} if {
	some i in judged
	input.terraform_root[i].required_providers == []
}

deny contains {"at": i, "attribute": "required_providers", "message": sprintf("provider %s has no version", [p.name])} if {
	some i in judged
	some p in input.terraform_root[i].required_providers
	p.version == null
}

deny contains {"at": i, "attribute": "required_providers", "message": sprintf("provider %s may take any later version", [p.name])} if {
	some i in judged
	some p in input.terraform_root[i].required_providers
	p.version != null
	not regex.match(`(^|,)\s*(~>|<=?|=)?\s*v?[0-9]`, p.version)
}

deny contains {"at": i, "attribute": "lock_file", "message": "no lock file: .terraform.lock.hcl is not there"} if {
	some i in judged
	input.terraform_root[i].lock_file == "missing"
}

deny contains {"at": i, "attribute": "lock_file", "message": "no root of the repository has a lock file"} if {
	some i in judged
	input.terraform_root[i].lock_file == "nowhere"
}
