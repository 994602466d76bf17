# METADATA
# title: Budgets tell somebody
# description: >-
#   Fails when no notification of a budget has an address or a topic, so that nobody hears of it. An account without a budget is not noticed: budgets are not read from accounts, and code of one root does not say that no other root has one.
# custom:
#   control: [OPT-COST-001]
#   requirement: [RA-124, RA-91]
#   judges: aws_budgets_budget
#   severity: low
#   pillar: [cost]
#   remediation: Add a notification block with a threshold and subscriber_email_addresses or subscriber_sns_topic_arns.
#   links: ["https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html"]
#   equivalents:
#     well_architected: [COST02-BP05]
#   example: |
#     resource "aws_budgets_budget" "stage" {
#       budget_type  = "COST"
#       limit_amount = "500"
#       limit_unit   = "USD"
#       time_unit    = "MONTHLY"
#     }
package budgets.notification

judged contains i if {
	some i, _ in input.aws_budgets_budget
}

told contains i if {
	some i, budget in input.aws_budgets_budget
	some n in budget.notification
	some _ in n.subscriber_email_addresses
}

told contains i if {
	some i, budget in input.aws_budgets_budget
	some n in budget.notification
	some _ in n.subscriber_sns_topic_arns
}

deny contains {"at": i, "attribute": "notification", "message": "nobody is told when this budget is used up"} if {
	some i in judged
	not told[i]
}
