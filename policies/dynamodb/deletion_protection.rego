# METADATA
# title: A table cannot be deleted by accident
# description: >-
#   Reads deletion_protection_enabled. Fails when it is false, which is the default: deleting a table is
#   immediate and final. Undecided when its value is not known.
# custom:
#   control: [DDB-DEL-001]
#   judges: aws_dynamodb_table
#   requirement: [RA-12, RA-59]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set deletion_protection_enabled = true.
#   equivalents:
#     prowler:
#       - dynamodb_table_deletion_protection_enabled
#     security_hub:
#       - DynamoDB.6
#     aws_config:
#       - DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED
#   example: |
#     resource "aws_dynamodb_table" "main" {
#       name         = "orders"
#       billing_mode = "PAY_PER_REQUEST"
#       hash_key     = "id"
#     }
package dynamodb.deletion_protection

judged contains i if some i, _ in input.aws_dynamodb_table

deny contains {"at": i, "attribute": "deletion_protection_enabled", "message": "nothing stops a delete"} if {
	some i in judged
	t := input.aws_dynamodb_table[i]
	t.deletion_protection_enabled == false
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "deletion_protection_enabled", "value": true} if {
	some i in judged
	t := input.aws_dynamodb_table[i]
	t.deletion_protection_enabled == false
}
