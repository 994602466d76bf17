# METADATA
# title: A database cannot be deleted by accident
# description: >-
#   Reads deletion_protection. Fails when it is false, which is the default: one wrong destroy is enough.
#   Undecided when its value is not known.
# custom:
#   control: [RDS-DEL-001]
#   judges: aws_db_instance
#   requirement: [RA-12]
#   severity: high
#   non_production: skip
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set deletion_protection = true. Who means to delete the database turns it off first, in a change of
#     its own.
#   equivalents:
#     prowler:
#       - rds_instance_deletion_protection
#       - rds_cluster_deletion_protection
#     checkov:
#       - CKV_AWS_139
#       - CKV_AWS_293
#     trivy:
#       - AVD-AWS-0177
#       - AVD-AWS-0343
#     security_hub:
#       - RDS.7
#       - RDS.8
#     aws_config:
#       - RDS_INSTANCE_DELETION_PROTECTION_ENABLED
#       - RDS_CLUSTER_DELETION_PROTECTION_ENABLED
#   example: |
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#     }
package rds.deletion_protection

judged contains i if some i, _ in input.aws_db_instance

deny contains {"at": i, "attribute": "deletion_protection", "message": "nothing stops a delete"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.deletion_protection == false
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "deletion_protection", "value": true} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.deletion_protection == false
}
