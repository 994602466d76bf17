# METADATA
# title: An account holds one stage
# description: >-
#   Reads the stages that tags of an account's resources name. Fails when there is a stage beside production: a mistake or a break-in there reaches it. Accounts without such
#   tags are not applicable; words that are no usual stage (shared, management) are not compared. Code is judged by account.per_stage.
# custom:
#   control: [FND-ACCT-001]
#   requirement: [RA-01]
#   judges: aws_account
#   severity: high
#   pillar: [security, reliability, operations]
#   remediation: >-
#     Create an account for each stage with AWS Organizations and move what is not production there; tag what serves all stages with Stage = shared.
#   equivalents:
#     prowler: [organizations_account_part_of_organizations]
#     aws_config: [ACCOUNT_PART_OF_ORGANIZATIONS]
#     well_architected: [SEC01-BP01]
#   example: |
#     resource "aws_account" "shop" {
#       account_id = "111111111111"
#       stages     = ["prod", "test"]
#     }
package account.stages

judged contains i if {
	some i, a in input.aws_account
	some _ in a.stages
}

production := {"prod", "production", "live", "prd"}

deny contains {"at": i, "attribute": "stages", "message": sprintf("stage %s lies beside production", [other])} if {
	some i in judged
	some stage in input.aws_account[i].stages
	stage in production
	some other in input.aws_account[i].stages
	not production[other]
}
