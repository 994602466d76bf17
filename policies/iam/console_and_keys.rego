# METADATA
# title: People use roles or SSO, not keys
# description: >-
#   Reads login profiles and access keys of a user. Fails when the user has a console password and an active key. Users with tag Purpose = service,
#   automation or machine are not applicable. Undecided when a profile or key may belong to any user.
# custom:
#   control: [FND-KEY-002]
#   requirement: [RA-02]
#   judges: aws_iam_user
#   severity: medium
#   pillar: [security]
#   remediation: >-
#     Delete the access key; people assume roles through IAM Identity Center or with MFA.
#   equivalents:
#     prowler: [iam_user_no_setup_initial_access_key, iam_user_with_temporary_credentials]
#     checkov: [CKV_AWS_273]
#     well_architected: [SEC02-BP02, SEC02-BP04]
#   example: |
#     resource "aws_iam_user" "x" {
#       name = "x"
#     }
#     resource "aws_iam_user_login_profile" "l" {
#       user = aws_iam_user.x.name
#     }
#     resource "aws_iam_access_key" "k" {
#       user = aws_iam_user.x.name
#     }
package iam.console_and_keys

service contains i if {
	some i, u in input.aws_iam_user
	lower(u.tags_all.Purpose) in {"service", "automation", "machine"}
}

judged contains i if {
	some i, _ in input.aws_iam_user
	not service[i]
}

deny contains {"at": i, "attribute": "name", "message": "the user has a console password and an access key"} if {
	some i in judged
	some _ in input.aws_iam_user[i]._from["aws_iam_user_login_profile.user"]
	some k in input.aws_iam_user[i]._from["aws_iam_access_key.user"]
	input.aws_iam_access_key[k].status == "Active"
}
