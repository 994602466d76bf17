# METADATA
# title: Users may only assume roles
# description: >-
#   Reads the policies attached to the user and its inline policies. Fails when one allows more than sts:AssumeRole and looking after the user's own
#   password, keys and MFA. Users with tag Purpose = service, automation or machine are not applicable. Permissions through groups are not read.
# custom:
#   control: [FND-KEY-002]
#   requirement: [RA-02]
#   judges: aws_iam_user
#   severity: medium
#   pillar: [security]
#   remediation: >-
#     Give the permissions to a role with MFA in its trust policy and let the user assume it.
#   equivalents:
#     prowler: [iam_user_no_setup_initial_access_key, iam_user_with_temporary_credentials]
#     checkov: [CKV_AWS_273]
#     well_architected: [SEC02-BP02, SEC02-BP04]
#   example: |
#     resource "aws_iam_user" "x" {
#       name = "x"
#     }
#     resource "aws_iam_user_policy" "i" {
#       user = aws_iam_user.x.name
#       policy = jsonencode({
#         Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
#       })
#     }
package iam.user_permissions

service contains i if {
	some i, u in input.aws_iam_user
	lower(u.tags_all.Purpose) in {"service", "automation", "machine"}
}

judged contains i if {
	some i, _ in input.aws_iam_user
	not service[i]
}

# Customer policies that allow more than assuming roles and managing one's own credentials.
working contains p if {
	some p, policy in input.aws_iam_policy
	some s in policy._documents.policy.statement
	s.effect == "Allow"
	some a in s.actions
	not regex.match(`(?i)^(sts:(AssumeRole|GetCallerIdentity|GetSessionToken)|iam:(ChangePassword|GetUser|GetAccountPasswordPolicy|GetAccountSummary|List.*|.*MFA.*|.*AccessKey.*|.*LoginProfile|.*SSHPublicKey.*|.*SigningCertificate.*|.*ServiceSpecificCredential.*))$`, a)
}

deny contains {"at": i, "attribute": "name", "message": "a policy of AWS gives the user permissions of its own"} if {
	some i in judged
	some a in input.aws_iam_user[i]._from["aws_iam_user_policy_attachment.user"]
	arn := input.aws_iam_user_policy_attachment[a].policy_arn
	regex.match(`^arn:aws[a-z-]*:iam::aws:policy/`, arn)
	not regex.match(`/(IAMUserChangePassword|IAMSelfManageServiceSpecificCredentials|IAMUserSSHKeys)$`, arn)
}

deny contains {"at": i, "attribute": "name", "message": "an attached policy gives the user permissions of its own"} if {
	some i in judged
	some a in input.aws_iam_user[i]._from["aws_iam_user_policy_attachment.user"]
	some p in input.aws_iam_user_policy_attachment[a]._to.granted
	working[p]
}

deny contains {"at": i, "attribute": "name", "message": "an inline policy gives the user permissions of its own"} if {
	some i in judged
	some n in input.aws_iam_user[i]._from["aws_iam_user_policy.user"]
	some s in input.aws_iam_user_policy[n]._documents.policy.statement
	s.effect == "Allow"
	some a in s.actions
	not regex.match(`(?i)^(sts:(AssumeRole|GetCallerIdentity|GetSessionToken)|iam:(ChangePassword|GetUser|GetAccountPasswordPolicy|GetAccountSummary|List.*|.*MFA.*|.*AccessKey.*|.*LoginProfile|.*SSHPublicKey.*|.*SigningCertificate.*|.*ServiceSpecificCredential.*))$`, a)
}
