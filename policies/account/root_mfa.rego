# METADATA
# title: Root user has MFA
# description: >-
#   Reads the account summary of IAM. Fails when no second factor is set for the root user. An account whose organization has removed the root user's
#   password passes: nobody can sign in. Undecided when the summary could not be read. Code has no such fact.
# custom:
#   control: [FND-MFA-001]
#   requirement: [RA-02]
#   judges: aws_account
#   severity: critical
#   pillar: [security]
#   remediation: >-
#     Sign in as root and register a hardware key or a virtual device, or let AWS Organizations remove the root credentials of member accounts. No API does the first.
#     Done when plumb scan --only account.root_mfa finds nothing in the account.
#   links:
#     - https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html
#   equivalents:
#     prowler: [iam_root_mfa_enabled]
#     trivy: [AVD-AWS-0142]
#     security_hub: [IAM.9]
#     aws_config: [ROOT_ACCOUNT_MFA_ENABLED]
#     well_architected: [SEC01-BP02]
#   example: |
#     resource "aws_account" "shop" {
#       account_id    = "111111111111"
#       root_mfa      = false
#       root_password = true
#     }
package account.root_mfa

judged contains i if some i, _ in input.aws_account

removed contains i if {
	some i, a in input.aws_account
	a.root_password == false
}

deny contains {"at": i, "attribute": "root_mfa", "message": "the root user has no second factor"} if {
	some i in judged
	input.aws_account[i].root_mfa == false
	not removed[i]
}
