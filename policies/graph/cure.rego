# METADATA
# title: A set of fixes within the budget survives the loss of any one zone
# description: >-
#   Judged where plumb.yaml states a budget (simulate: budget: DOLLARS a month). Among the fixes that
#   policies offer and what a person could do, finds the set of least monthly cost that survives the loss
#   of any one zone. Fails when no set does, or the cheapest costs more than the budget. Undecided when
#   fixes that would be needed have no price. plumb simulate shows the set.
# custom:
#   control: [GRA-PLAN-001]
#   judges: resilience_plan
#   requirement: [RA-124, RA-23]
#   severity: info
#   non_production: skip
#   pillar: [cost]
#   remediation: >-
#     plumb simulate lists the cheapest set for each goal; raise the budget, or write down what is accepted.
#   equivalents: {}
#   example: |
#     resource "resilience_plan" "main" {
#       reached = true
#       monthly = 299.49
#       budget  = 200
#     }
package graph.cure

judged contains i if {
	some i, _ in input.resilience_plan
}

deny contains {"at": i, "attribute": "reached", "message": "no set of known fixes survives the loss of any one zone"} if {
	some i in judged
	input.resilience_plan[i].reached == false
}

deny contains {"at": i, "attribute": "monthly", "message": message} if {
	some i in judged
	x := input.resilience_plan[i]
	x.monthly > x.budget
	message := sprintf("surviving any one zone costs $%v a month, more than $%v", [x.monthly, x.budget])
}
