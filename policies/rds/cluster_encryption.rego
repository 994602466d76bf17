# METADATA
# title: The storage of a database cluster is encrypted
# description: >-
#   Reads storage_encrypted. Fails when it is false, which is the default. Undecided when its value is not
#   known or is taken over from a snapshot. Serverless v1 is always encrypted. A cluster that replicates
#   another one is encrypted as that one is, and is not judged.
# custom:
#   control: [RDS-ENC-001]
#   judges: aws_rds_cluster
#   requirement: [RA-60]
#   severity: high
#   non_production: same
#   pillar: [security]
#   remediation: >-
#     Storage cannot be encrypted in place. Stop all writes, take a snapshot, restore it with a KMS key as
#     a new cluster, add its instances, and move the clients over. In code, import the new cluster and set
#     storage_encrypted = true: set on the cluster as it is, Terraform deletes it with its data.
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
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
package rds.cluster_encryption

judged contains i if {
	some i, c in input.aws_rds_cluster
	c.replication_source_identifier == null
}

deny contains {"at": i, "attribute": "storage_encrypted", "message": "the storage is not encrypted"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.storage_encrypted == false
}
