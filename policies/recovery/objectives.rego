# METADATA
# title: Recovery objectives are stated
# description: >-
#   Looks for how long each data store may be away and how much of what was written may be lost: in
#   plumb.yaml for its stage (recovery: STAGE: rto, rpo), or in its tags rto and rpo ("4h", "15m"). Fails,
#   for information, once for each root and stage where stores have neither: 4 hours and 15 minutes are
#   then used in production, a day elsewhere.
# custom:
#   control: [DR-OBJ-001]
#   judges: resilience_objectives
#   requirement: [RA-110]
#   severity: info
#   non_production: same
#   pillar: [reliability]
#   remediation: >-
#     Write them down in plumb.yaml: recovery: {prod: {rto: 4h, rpo: 15m}}.
#   equivalents:
#     trusted_advisor:
#       - AWS Resilience Hub policy breached
#     well_architected: [REL13-BP01]
#   example: |
#     resource "aws_dynamodb_table" "orders" {
#       name     = "orders"
#       hash_key = "id"
#     }
package recovery.objectives

judged contains i if {
	some i, _ in input.resilience_objectives
}

deny contains {"at": i, "attribute": "unstated", "message": message} if {
	some i in judged
	x := input.resilience_objectives[i]
	x.unstated != null
	message := sprintf("not stated for %s, the default is used", [x.unstated])
}
