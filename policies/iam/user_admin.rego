# METADATA
# title: No user is administrator without MFA
# description: >-
#   Reads the policies attached to the user and its inline policies. Fails when one is AdministratorAccess or allows every action on every resource
#   without a condition, and none denies what comes without MFA (BoolIfExists aws:MultiFactorAuthPresent = false). A denial through one of the user's
#   groups counts; a grant through a group is iam.group_admin. Undecided when a policy is not known.
# custom:
#   control: [FND-MFA-005]
#   requirement: [RA-02]
#   judges: aws_iam_user
#   severity: high
#   pillar: [security]
#   remediation: >-
#     Move the grant to a role whose trust policy requires MFA, and let the user assume that role.
#   equivalents:
#     prowler: [iam_user_administrator_access_policy, iam_administrator_access_with_mfa]
#     checkov: [CKV_AWS_274, CKV_AWS_275]
#     security_hub: [IAM.1]
#     aws_config: [IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS]
#     well_architected: [SEC03-BP02]
#   example: |
#     resource "aws_iam_user" "x" {
#       name = "x"
#     }
#     resource "aws_iam_user_policy_attachment" "a" {
#       user = aws_iam_user.x.name
#       policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
#     }
package iam.user_admin

judged contains i if {
	some i, _ in input.aws_iam_user
}

# Customer policies that allow everything.
everything contains p if {
	some p, policy in input.aws_iam_policy
	some s in policy._documents.policy.statement
	s.effect == "Allow"
	some a in s.actions
	a in {"*", "*:*"}
	some r in s.resources
	r == "*"
	s.condition == []
}

admin contains i if {
	some i, x in input.aws_iam_user
	some a in x._from["aws_iam_user_policy_attachment.user"]
	everything_attached[a]
}

everything_attached contains a if {
	some a, x in input.aws_iam_user_policy_attachment
	regex.match(`^arn:aws[a-z-]*:iam::aws:policy/AdministratorAccess$`, x.policy_arn)
}

everything_attached contains a if {
	some a, x in input.aws_iam_user_policy_attachment
	some p in x._to.granted
	everything[p]
}

admin contains i if {
	some i, x in input.aws_iam_user
	some n in x._from["aws_iam_user_policy.user"]
	everything_inline[n]
}

everything_inline contains n if {
	some n, policy in input.aws_iam_user_policy
	some s in policy._documents.policy.statement
	s.effect == "Allow"
	some a in s.actions
	a in {"*", "*:*"}
	some r in s.resources
	r == "*"
	s.condition == []
}

# Customer policies that deny what comes without MFA.
demanding contains p if {
	some p, policy in input.aws_iam_policy
	some s in policy._documents.policy.statement
	s.effect == "Deny"
	some c in s.condition
	c.test == "BoolIfExists"
	lower(c.variable) == "aws:multifactorauthpresent"
	c.values == ["false"]
}

careful contains i if {
	some i, x in input.aws_iam_user
	some a in x._from["aws_iam_user_policy_attachment.user"]
	demanding_attached[a]
}

demanding_attached contains a if {
	some a, x in input.aws_iam_user_policy_attachment
	some p in x._to.granted
	demanding[p]
}

careful contains i if {
	some i, x in input.aws_iam_user
	some n in x._from["aws_iam_user_policy.user"]
	demanding_inline[n]
}

demanding_inline contains n if {
	some n, policy in input.aws_iam_user_policy
	some s in policy._documents.policy.statement
	s.effect == "Deny"
	some c in s.condition
	c.test == "BoolIfExists"
	lower(c.variable) == "aws:multifactorauthpresent"
	c.values == ["false"]
}

careful contains i if {
	some i, x in input.aws_iam_user
	some m in x._from["aws_iam_user_group_membership.user"]
	some g in input.aws_iam_user_group_membership[m]._to.groups
	demanding_group[g]
}

careful contains i if {
	some i, x in input.aws_iam_user
	some m in x._from["aws_iam_group_membership.users"]
	some g in input.aws_iam_group_membership[m]._to.group
	demanding_group[g]
}

demanding_group contains g if {
	some g, x in input.aws_iam_group
	some a in x._from["aws_iam_group_policy_attachment.group"]
	some p in input.aws_iam_group_policy_attachment[a]._to.granted
	demanding[p]
}

deny contains {"at": i, "attribute": "name", "message": "administrator access works without MFA"} if {
	some i in judged
	admin[i]
	not careful[i]
}
