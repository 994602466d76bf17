# METADATA
# title: Access keys are not older than 90 days
# description: >-
#   Reads the credential report. Fails for a user with an active key that was made more than iam.key_age.days ago; for a service user with the tag Rotation = external, more than
#   iam.key_age.external_days ago. Users without an active key are not applicable. Code has no such fact.
# custom:
#   control: [FND-KEY-001]
#   requirement: [RA-02]
#   judges: aws_iam_credential_report
#   severity: medium
#   pillar: [security]
#   parameters:
#     days:
#       default: 90
#       description: an active key that is older fails
#     external_days:
#       default: 180
#       description: the same for users with the tag Rotation = external
#   remediation: >-
#     Let the user take a role, or CI an OIDC provider; until then make a second key, move what uses the first one, and delete it.
#   equivalents:
#     prowler: [iam_rotate_access_key_90_days]
#     trivy: [AVD-AWS-0146]
#     security_hub: [IAM.3]
#     aws_config: [ACCESS_KEYS_ROTATED]
#     well_architected: [SEC02-BP05]
#   example: |
#     resource "aws_iam_user" "bot" {
#       name = "bot"
#     }
#     resource "aws_iam_credential_report" "bot" {
#       user                      = aws_iam_user.bot.name
#       access_key_1_active       = true
#       access_key_1_last_rotated = "2026-01-01T00:00:00Z"
#     }
package iam.key_age

judged contains i if {
	some i, u in input.aws_iam_credential_report
	u.access_key_1_active == true
}

judged contains i if {
	some i, u in input.aws_iam_credential_report
	u.access_key_2_active == true
}

external contains i if {
	some i, u in input.aws_iam_credential_report
	some n in u._to.user
	input.aws_iam_user[n].tags_all.Rotation == "external"
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, 0 - data.parameters.iam.key_age.days)

external_limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, 0 - data.parameters.iam.key_age.external_days)

# Active keys: [row, when it was made].
made contains [i, k] if {
	some i, u in input.aws_iam_credential_report
	u.access_key_1_active == true
	k := time.parse_rfc3339_ns(u.access_key_1_last_rotated)
}

made contains [i, k] if {
	some i, u in input.aws_iam_credential_report
	u.access_key_2_active == true
	k := time.parse_rfc3339_ns(u.access_key_2_last_rotated)
}

deny contains {"at": i, "attribute": "access_key_1_last_rotated", "message": "an active key is too old"} if {
	some [i, k] in made
	k < limit
	not external[i]
}

deny contains {"at": i, "attribute": "access_key_1_last_rotated", "message": "an active key is too old"} if {
	some [i, k] in made
	k < external_limit
}
