# METADATA
# title: CI roles admit one repository owner only
# description: >-
#   Reads trust policies that admit GitHub Actions tokens. Fails when a statement has no StringEquals or StringLike condition (also ForAnyValue, ForAllValues) on
#   token.actions.githubusercontent.com:sub, or when one of its values does not begin with repo:OWNER/. The audience is not read: the identity provider's
#   client_id_list limits it.
# custom:
#   control: [FND-CI-001]
#   requirement: [RA-02, RA-102]
#   judges: aws_iam_role
#   severity: high
#   pillar: [security]
#   remediation: >-
#     Add Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:OWNER/REPOSITORY:*" } }.
#   equivalents:
#     checkov: [CKV_AWS_358, CKV_AWS_393]
#     well_architected: [SEC02-BP02]
#   example: |
#     resource "aws_iam_role" "r" {
#       name = "r"
#       assume_role_policy = jsonencode({
#         Version   = "2012-10-17"
#         Statement = [{
#           Effect    = "Allow"
#           Action    = "sts:AssumeRoleWithWebIdentity"
#           Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }
#         }]
#       })
#     }
package iam.ci_trust

# Statements that admit tokens of GitHub Actions: [role, statement].
admits contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	s.effect == "Allow"
	some p in s.principals
	p.type == "Federated"
	some id in p.identifiers
	endswith(id, "oidc-provider/token.actions.githubusercontent.com")
}

admits contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	s.effect == "Allow"
	some p in s.principals
	p.type == "Federated"
	some id in p.identifiers
	startswith(id, "${")
	some o in r._to.federated
	input.aws_iam_openid_connect_provider[o].of_cluster == false
	contains(input.aws_iam_openid_connect_provider[o].url, "token.actions.githubusercontent.com")
}

limited contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	some c in s.condition
	# A token always has a subject, so ForAllValues, which lets a missing one pass, limits it too.
	c.test in {
		"StringEquals", "StringEqualsIgnoreCase", "StringLike",
		"ForAnyValue:StringEquals", "ForAnyValue:StringLike", "ForAllValues:StringEquals", "ForAllValues:StringLike",
	}
	lower(c.variable) == "token.actions.githubusercontent.com:sub"
}

broad contains [i, k] if {
	some i, r in input.aws_iam_role
	some k, s in r._documents.assume_role_policy.statement
	some c in s.condition
	lower(c.variable) == "token.actions.githubusercontent.com:sub"
	some v in c.values
	not regex.match(`^repo:[^*?/]+/`, v)
}

judged contains i if {
	some i, r in input.aws_iam_role
	some k, _ in r._documents.assume_role_policy.statement
	admits[[i, k]]
}

deny contains {"at": i, "attribute": "assume_role_policy", "message": "any GitHub repository can assume the role"} if {
	some i in judged
	some k, _ in input.aws_iam_role[i]._documents.assume_role_policy.statement
	admits[[i, k]]
	not limited[[i, k]]
}

deny contains {"at": i, "attribute": "assume_role_policy", "message": "repositories of any owner can assume the role"} if {
	some i in judged
	some k, _ in input.aws_iam_role[i]._documents.assume_role_policy.statement
	admits[[i, k]]
	broad[[i, k]]
}
