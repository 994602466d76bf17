# METADATA
# title: Every console user has MFA
# description: >-
#   Reads the credential report. Fails for a user with a console password and no second factor. Users without a password are not applicable; one who breaks glass
#   is waived with an end. The report may be four hours old; a user younger than it is undecided. Code has no such fact.
# custom:
#   control: [FND-MFA-003]
#   requirement: [RA-02]
#   judges: aws_iam_credential_report
#   severity: critical
#   pillar: [security]
#   remediation: >-
#     Let people sign in through IAM Identity Center, or let each user enrol a device: nobody can do it for them. Until then plumb plan --changes can deny a user everything else (docs/plan.md).
#   links:
#     - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
#   equivalents:
#     prowler: [iam_user_mfa_enabled_console_access]
#     trivy: [AVD-AWS-0145]
#     security_hub: [IAM.5, IAM.19]
#     aws_config: [MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS, IAM_USER_MFA_ENABLED]
#     well_architected: [SEC02-BP01]
#   example: |
#     resource "aws_iam_credential_report" "ana" {
#       user             = "ana"
#       password_enabled = true
#       mfa_active       = false
#     }
package iam.console_mfa

judged contains i if {
	some i, u in input.aws_iam_credential_report
	u.password_enabled == true
}

deny contains {"at": i, "attribute": "mfa_active", "message": "a console password and no second factor"} if {
	some i in judged
	input.aws_iam_credential_report[i].mfa_active == false
}
