# METADATA
# title: No stand-in passwords
# description: >-
#   Reads what secrets.literal reads. Fails when the literal looks like a stand-in ("changeme", "password"): whoever applies the code as it is has that
#   password.
# custom:
#   control: [FND-SECRET-001]
#   requirement: [RA-60, RA-04]
#   judges: terraform_literal
#   severity: low
#   pillar: [security]
#   remediation: >-
#     Set manage_master_user_password = true and drop password, or take it from a secret store at run time.
#   equivalents:
#     checkov: [CKV_AWS_41, CKV_AWS_46]
#     trivy: [AVD-AWS-0029]
#     well_architected: [SEC02-BP03]
#   example: |
#     resource "aws_db_instance" "main" {
#       engine   = "postgres"
#       password = "changeme"
#     }
package secrets.placeholder

judged contains i if {
	some i, l in input.terraform_literal
	l.placeholder == true
}

deny contains {"at": i, "attribute": l.path, "message": "a stand-in password is written in the code"} if {
	some i in judged
	l := input.terraform_literal[i]
}
