# METADATA
# title: Roles assumed by people require MFA
# description: >-
#   Reads the trust policy. A statement that lets an account, an IAM user or anyone (*) assume the role must demand aws:MultiFactorAuthPresent = true
#   (Bool; BoolIfExists also lets keys without MFA in) or limit aws:MultiFactorAuthAge. Not applicable: services, identity providers and roles as
#   principals, statements with sts:ExternalId, roles that IAM Identity Center makes (path /aws-reserved/), and roles with tag Purpose = automation,
#   service or machine. Undecided when a principal is not known.
# custom:
#   control: [FND-MFA-004]
#   requirement: [RA-02]
#   judges: aws_iam_role
#   severity: high
#   pillar: [security]
#   remediation: >-
#     Add Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } } to each statement that people come in by.
#   equivalents:
#     well_architected: [SEC02-BP01]
#   example: |
#     resource "aws_iam_role" "r" {
#       name = "r"
#       assume_role_policy = jsonencode({
#         Version   = "2012-10-17"
#         Statement = [{
#           Effect    = "Allow"
#           Action    = "sts:AssumeRole"
#           Principal = { AWS = "arn:aws:iam::111111111111:root" }
#         }]
#       })
#     }
package iam.role_mfa

# Statements that people come in by: [role, statement].
door contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	s.effect == "Allow"
	some p in s.principals
	some id in p.identifiers
	regex.match(`^([0-9]{12}|[*]|arn:aws[a-z-]*:iam::([0-9]{12}|[$][{][^}]*[}]):(root|user/.*)|[$][{](.*[.])?aws_iam_user[.].*[}]|[$][{](.*[.])?data[.]aws_caller_identity[.].*[.](account_id|id)[}])$`, id)
	not external[[i, k]]
}

external contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	some c in s.condition
	lower(c.variable) == "sts:externalid"
}

guarded contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	some c in s.condition
	c.test == "Bool"
	lower(c.variable) == "aws:multifactorauthpresent"
	c.values == ["true"]
}

guarded contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	some c in s.condition
	c.test in {"NumericLessThan", "NumericLessThanEquals"}
	lower(c.variable) == "aws:multifactorauthage"
}

machine contains i if {
	some i, r in input.aws_iam_role
	lower(r.tags_all.Purpose) in {"automation", "service", "machine"}
}

machine contains i if {
	some i, r in input.aws_iam_role
	startswith(r.path, "/aws-reserved/")
}

judged contains i if {
	some i, r in input.aws_iam_role
	some k, _ in r._documents.assume_role_policy.statement
	door[[i, k]]
	not machine[i]
}

deny contains {"at": i, "attribute": "assume_role_policy", "message": "people can assume the role without MFA"} if {
	some i in judged
	some k, _ in input.aws_iam_role[i]._documents.assume_role_policy.statement
	door[[i, k]]
	not guarded[[i, k]]
}
