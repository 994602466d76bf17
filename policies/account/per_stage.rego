# METADATA
# title: Each stage has its own AWS account
# description: >-
#   Reads allowed_account_ids and assume_role of the aws providers of all roots. Fails when providers of two stages name one account; the finding is on
#   the stage that comes last by name. A provider of a stage that is not known or is named shared, one that names no account, and code with one stage only
#   are not applicable. Tags of resources inside one account are not compared.
# custom:
#   control: [FND-ACCT-001]
#   requirement: [RA-01]
#   judges: terraform_provider
#   severity: high
#   pillar: [security, reliability, operations]
#   scans: [terraform_provider]
#   remediation: >-
#     Create an account for each stage with AWS Organizations and point provider and state of the stage at it.
#   equivalents:
#     prowler: [organizations_account_part_of_organizations]
#     aws_config: [ACCOUNT_PART_OF_ORGANIZATIONS]
#     well_architected: [SEC01-BP01]
#   example: |
#     # file: stages/prod/main.tf
#     provider "aws" {
#       region              = "eu-west-1"
#       allowed_account_ids = ["111111111111"]
#     }
#     # file: stages/test/main.tf
#     provider "aws" {
#       region              = "eu-west-1"
#       allowed_account_ids = ["111111111111"]
#     }
package account.per_stage

# Providers of stages that are to be apart.
staged contains i if {
	some i, p in input.terraform_provider
	p.name == "aws"
	not p._stage in {"", "shared"}
}

stages contains p._stage if {
	some i, p in input.terraform_provider
	staged[i]
}

# A later stage names the account too, and the finding is there.
told contains i if {
	some i, p in input.terraform_provider
	some j in p._to.same_account
	staged[j]
	p._stage < input.terraform_provider[j]._stage
}

told contains i if {
	some i, p in input.terraform_provider
	some j in p._from["terraform_provider.same_account"]
	staged[j]
	p._stage < input.terraform_provider[j]._stage
}

judged contains i if {
	some i, p in input.terraform_provider
	staged[i]
	some _ in p.accounts
	some s in stages
	s != p._stage
	not told[i]
}

deny contains {"at": i, "attribute": "allowed_account_ids", "message": sprintf("stage %s works on the same account", [q._stage])} if {
	some i in judged
	some j in input.terraform_provider[i]._to.same_account
	staged[j]
	q := input.terraform_provider[j]
	q._stage < input.terraform_provider[i]._stage
}

deny contains {"at": i, "attribute": "allowed_account_ids", "message": sprintf("stage %s works on the same account", [q._stage])} if {
	some i in judged
	some j in input.terraform_provider[i]._from["terraform_provider.same_account"]
	staged[j]
	q := input.terraform_provider[j]
	q._stage < input.terraform_provider[i]._stage
}
