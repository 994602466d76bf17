# METADATA
# title: Stage and management tags are present
# description: >-
#   Reads the tags, default_tags counted, of what costs, holds data or takes traffic. Fails once for a root that has such a resource without a tag for the
#   stage (Environment, Stage, Env) or for what manages it (ManagedBy), in whatever spelling; names the first. Auto scaling groups are not read. Undecided
#   when the tags of a resource are not known and no other lacks them.
# custom:
#   control: [FND-TAG-001]
#   requirement: [RA-01, RA-04]
#   judges: terraform_root
#   severity: low
#   pillar: [operations, cost]
#   remediation: >-
#     Set default_tags { tags = { Environment, ManagedBy, Owner } } in the provider block.
#   equivalents:
#     aws_config: [REQUIRED_TAGS]
#     prowler: [organizations_tags_policies_enabled_and_attached]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#     resource "aws_sqs_queue" "q" {
#       name = "q"
#     }
package tags.present

judged contains i if {
	some i, r in input.terraform_root
	r.has_resources == true
	r.applied == true
}

deny contains {"at": i, "attribute": "untagged", "message": sprintf("no stage or ManagedBy tag on %s", [first])} if {
	some i in judged
	first := input.terraform_root[i].untagged[0]
}
