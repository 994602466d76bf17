# METADATA
# title: A lock or cache table can be restored to any point in time
# description: >-
#   Reads the block point_in_time_recovery. Fails when it is missing or not enabled. Undecided when that is
#   not known. Only state lock tables (key LockID) and tables tagged CacheOptional = "true" are judged here.
# custom:
#   control: [DDB-PITR-001]
#   judges: aws_dynamodb_table
#   requirement: [RA-59]
#   severity: low
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Enable point-in-time recovery in the block point_in_time_recovery. It is billed by the size of the
#     table.
#   equivalents:
#     prowler:
#       - dynamodb_tables_pitr_enabled
#     checkov:
#       - CKV_AWS_28
#     trivy:
#       - AVD-AWS-0024
#     security_hub:
#       - DynamoDB.2
#     aws_config:
#       - DYNAMODB_PITR_ENABLED
#     trusted_advisor:
#       - Amazon DynamoDB Point-in-time Recovery
#     well_architected:
#       - REL09-BP03
#   example: |
#     resource "aws_dynamodb_table" "main" {
#       name         = "lock"
#       billing_mode = "PAY_PER_REQUEST"
#       hash_key     = "LockID"
#     }
package dynamodb.minor_recovery

# A lock table holds nothing that outlives a run; a cache can be filled again.
judged contains i if {
	some i, t in input.aws_dynamodb_table
	t.hash_key == "LockID"
}

judged contains i if {
	some i, t in input.aws_dynamodb_table
	t.tags.CacheOptional == "true"
}

recovers contains i if {
	some i, t in input.aws_dynamodb_table
	some p in t.point_in_time_recovery
	p.enabled == true
}

deny contains {"at": i, "attribute": "point_in_time_recovery", "message": "no point-in-time recovery"} if {
	some i in judged
	not recovers[i]
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "point_in_time_recovery[0].enabled", "value": true} if {
	some i in judged
	not recovers[i]
	t := input.aws_dynamodb_table[i]
}
