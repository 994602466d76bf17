# METADATA
# title: The storage of a database is encrypted
# description: >-
#   Reads storage_encrypted. Fails when it is false, which is the default. Undecided when its value is not
#   known or is taken over from a snapshot. A read replica is encrypted as its source is, and is not judged.
# custom:
#   control: [RDS-ENC-001]
#   judges: aws_db_instance
#   requirement: [RA-60]
#   severity: high
#   non_production: same
#   pillar: [security]
#   remediation: >-
#     Storage cannot be encrypted in place. In an account, stop all writes and let plumb plan --changes
#     make an encrypted copy that takes the name (docs/data-changes.md). In code, import the copy and set
#     storage_encrypted = true: set on the database as it is, Terraform deletes it with its data.
#   equivalents:
#     prowler:
#       - rds_instance_storage_encrypted
#       - rds_cluster_storage_encrypted
#       - rds_instance_transport_encrypted
#     checkov:
#       - CKV_AWS_16
#       - CKV_AWS_96
#       - CKV2_AWS_69
#     trivy:
#       - AVD-AWS-0080
#       - AVD-AWS-0079
#     security_hub:
#       - RDS.3
#       - RDS.27
#       - RDS.38
#       - RDS.39
#     aws_config:
#       - RDS_STORAGE_ENCRYPTED
#       - RDS_CLUSTER_ENCRYPTED_AT_REST
#       - RDS_POSTGRES_INSTANCE_ENCRYPTED_IN_TRANSIT
#     well_architected:
#       - SEC08-BP02
#       - SEC09-BP02
#   example: |
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#     }
package rds.encryption

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
}

deny contains {"at": i, "attribute": "storage_encrypted", "message": "the storage is not encrypted"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.storage_encrypted == false
}
