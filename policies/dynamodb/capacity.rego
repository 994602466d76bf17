# METADATA
# title: The capacity of a table follows its load
# description: >-
#   Reads billing_mode and the scalable targets of the table. Fails when capacity is provisioned, which is
#   the default, and reads or writes of the table, or of its global secondary indexes, are not scaled.
#   Passes with PAY_PER_REQUEST. One scaled index is taken for all. Undecided when the mode or the targets
#   are not known. State lock tables (key LockID) are not judged.
# custom:
#   control: [DDB-CAP-001]
#   judges: aws_dynamodb_table
#   requirement: [RA-59, RA-43]
#   severity: medium
#   non_production: same
#   pillar: [performance, reliability, cost]
#   disruption: none
#   remediation: >-
#     Set billing_mode = "PAY_PER_REQUEST" and take the capacities off, or add scalable targets with target
#     tracking for reads and writes of the table and its indexes.
#   equivalents:
#     prowler:
#       - dynamodb_table_autoscaling_enabled
#     checkov:
#       - CKV2_AWS_16
#     security_hub:
#       - DynamoDB.1
#     aws_config:
#       - DYNAMODB_AUTOSCALING_ENABLED
#     well_architected:
#       - REL07-BP01
#   example: |
#     resource "aws_dynamodb_table" "main" {
#       name           = "orders"
#       read_capacity  = 5
#       write_capacity = 5
#       hash_key       = "id"
#       global_secondary_index {
#         name            = "by_day"
#         hash_key        = "day"
#         projection_type = "ALL"
#         read_capacity   = 5
#         write_capacity  = 5
#       }
#     }
package dynamodb.capacity

judged contains i if {
	some i, t in input.aws_dynamodb_table
	t.hash_key != "LockID"
}

scaled contains [i, dimension] if {
	some i, t in input.aws_dynamodb_table
	some a in t._from["aws_appautoscaling_target.target"]
	dimension := input.aws_appautoscaling_target[a].scalable_dimension
}

deny contains {"at": i, "attribute": "billing_mode", "message": "its capacity does not follow the load"} if {
	some i in judged
	input.aws_dynamodb_table[i].billing_mode == "PROVISIONED"
	some dimension in ["dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"]
	not scaled[[i, dimension]]
}

deny contains {"at": i, "attribute": "billing_mode", "message": "its capacity does not follow the load"} if {
	some i in judged
	input.aws_dynamodb_table[i].billing_mode == "PROVISIONED"
	some _ in input.aws_dynamodb_table[i].global_secondary_index
	some dimension in ["dynamodb:index:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits"]
	not scaled[[i, dimension]]
}

# Tables that nothing scales: what is scaled in part is for a person.
fixed contains i if {
	some i in judged
	t := input.aws_dynamodb_table[i]
	t.billing_mode == "PROVISIONED"
	count(t._from["aws_appautoscaling_target.target"]) == 0
}

fix contains {"at": i, "op": "set", "address": input.aws_dynamodb_table[i]._address, "path": "billing_mode", "value": "PAY_PER_REQUEST"} if some i in fixed

fix contains {"at": i, "op": "set", "address": t._address, "path": "read_capacity", "value": null} if {
	some i in fixed
	t := input.aws_dynamodb_table[i]
	t.read_capacity != null
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "write_capacity", "value": null} if {
	some i in fixed
	t := input.aws_dynamodb_table[i]
	t.write_capacity != null
}

fix contains {"at": i, "op": "set", "address": t._address, "path": sprintf("global_secondary_index[%d].%s", [k, name]), "value": null} if {
	some i in fixed
	t := input.aws_dynamodb_table[i]
	some k, index in t.global_secondary_index
	some name in ["read_capacity", "write_capacity"]
	index[name] != null
}
