# METADATA
# title: A database has a standby in another zone
# description: >-
#   Reads multi_az. Fails when it is false, which is the default: one zone that goes takes the database with
#   it. Passes when it is true. Undecided when its value is not known. Read replicas and members of Aurora
#   clusters are not judged here.
# custom:
#   control: [RDS-MULTIAZ-001]
#   judges: aws_db_instance
#   requirement: [RA-50]
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: brief
#   remediation: >-
#     Set multi_az = true. It costs about twice the instance and its storage. The change is made while the
#     database runs; writes are slower until the standby is filled.
#   links:
#     - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
#   equivalents:
#     prowler:
#       - rds_instance_multi_az
#     checkov:
#       - CKV_AWS_157
#     security_hub:
#       - RDS.5
#     aws_config:
#       - RDS_MULTI_AZ_SUPPORT
#     trusted_advisor:
#       - Amazon RDS Multi-AZ
#       - Amazon RDS DB instances not using Multi-AZ deployment
#     cfn_guard_registry:
#       - RDS_MULTI_AZ_SUPPORT
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "mysql"
#       instance_class = "db.t3.small"
#     }
package rds.multi_az

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
	not startswith(db.engine, "aurora") # rds.aurora_reader judges the cluster
}

deny contains {"at": i, "attribute": "multi_az", "message": "the database has one copy in one zone"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.multi_az == false
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "multi_az", "value": true} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.multi_az == false
}
