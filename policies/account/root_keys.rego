# METADATA
# title: Root user has no access keys
# description: >-
#   Reads the account summary of IAM. Fails when the root user has an access key, active or not. Undecided when the summary could not be read. Code has no such fact.
# custom:
#   control: [FND-MFA-002]
#   requirement: [RA-02]
#   judges: aws_account
#   severity: critical
#   pillar: [security]
#   remediation: >-
#     See with the credential report what uses the key, move it to a role, then delete the key as root.
#   links:
#     - https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
#   equivalents:
#     prowler: [iam_no_root_access_key]
#     trivy: [AVD-AWS-0141]
#     security_hub: [IAM.4]
#     aws_config: [IAM_ROOT_ACCESS_KEY_CHECK]
#     checkov: [CKV_AWS_348]
#     well_architected: [SEC01-BP02]
#   example: |
#     resource "aws_account" "shop" {
#       account_id       = "111111111111"
#       root_access_keys = true
#     }
package account.root_keys

judged contains i if some i, _ in input.aws_account

deny contains {"at": i, "attribute": "root_access_keys", "message": "the root user has an access key"} if {
	some i in judged
	input.aws_account[i].root_access_keys == true
}
