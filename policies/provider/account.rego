# METADATA
# title: Provider refuses the wrong account
# description: >-
#   Reads each aws provider block of a root that is applied. Fails when it neither sets allowed_account_ids nor assumes a role whose ARN names an account;
#   forbidden_account_ids alone fails too. An account that is supplied by a variable without a default passes, since somebody must name it. Undecided when
#   it comes from elsewhere.
# custom:
#   control: [FND-ACCT-002]
#   requirement: [RA-08, RA-01]
#   judges: terraform_provider
#   severity: medium
#   pillar: [operations]
#   remediation: >-
#     Set allowed_account_ids = ["<account of the stage>"] in the provider block.
#   equivalents:
#     well_architected: [OPS05-BP04]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
package provider.account

judged contains i if {
	some i, p in input.terraform_provider
	p.name == "aws"
	some r in p._to.root
	input.terraform_root[r].applied == true
}

named contains i if {
	some i, p in input.terraform_provider
	some id in p.allowed_account_ids
	id != ""
}

named contains i if {
	some i, p in input.terraform_provider
	some r in p.assume_role
	regex.match(`^(arn:aws[a-z-]*:iam::[0-9]{12}:role/|var[.])`, r.role_arn)
}

deny contains {"at": i, "attribute": "allowed_account_ids", "message": "any account that has credentials is accepted"} if {
	some i in judged
	not named[i]
}
