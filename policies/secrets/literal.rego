# METADATA
# title: No credentials in code or variables files
# description: >-
#   Reads secret attributes, sensitive variables and texts shaped like keys. Fails when the value is written in the code or a variables file;
#   ignore_changes does not clear it. A value from a variable without a default or from a data source passes by not being a literal. Stand-ins such as
#   "changeme" are secrets.placeholder.
# custom:
#   control: [FND-SECRET-001]
#   requirement: [RA-60, RA-04]
#   judges: terraform_literal
#   severity: critical
#   pillar: [security]
#   remediation: >-
#     Change the credential, since it is in the history. For RDS set manage_master_user_password = true and drop password; elsewhere take it from a secret
#     store at run time.
#   equivalents:
#     checkov: [CKV_AWS_41, CKV_AWS_46]
#     trivy: [AVD-AWS-0029]
#     well_architected: [SEC02-BP03]
#   example: |
#     resource "aws_db_instance" "main" {
#       engine   = "postgres"
#       password = "Kah3oothu7ch"
#     }
package secrets.literal

judged contains i if {
	some i, l in input.terraform_literal
	l.placeholder == false
}

deny contains {"at": i, "attribute": l.path, "message": "a credential is written in the code"} if {
	some i in judged
	l := input.terraform_literal[i]
}
