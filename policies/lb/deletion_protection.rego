# METADATA
# title: A load balancer is protected from deletion
# description: >-
#   Reads enable_deletion_protection. Fails when it is false or unset (the default is false). Undecided when its value is not known.
# custom:
#   control: [LB-DEL-001]
#   requirement: [RA-12]
#   judges: aws_lb
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   disruption: none
#   remediation: Set enable_deletion_protection = true. Deleting a load balancer changes the DNS name that everything points at.
#   equivalents:
#     prowler: [elbv2_deletion_protection]
#     checkov: [CKV_AWS_150]
#     security_hub: [ELB.6]
#     aws_config: [ELB_DELETION_PROTECTION_ENABLED]
#   example: |
#     resource "aws_lb" "web" {
#       name = "web"
#     }
package lb.deletion_protection

judged contains i if some i, _ in input.aws_lb

deny contains {"at": i, "attribute": "enable_deletion_protection", "message": "nothing stops a delete"} if {
	some i in judged
	input.aws_lb[i].enable_deletion_protection == false
}

fix contains {"at": i, "op": "set", "address": lb._address, "path": "enable_deletion_protection", "value": true} if {
	some i in judged
	lb := input.aws_lb[i]
	lb.enable_deletion_protection == false
}
