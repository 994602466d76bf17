# METADATA
# title: The loss of any one server is survived
# description: >-
#   Simulates the loss of one server of each group, and of each server that stands alone, for each way
#   in. Fails when one surely stops it. Undecided when the number of servers is not known. What code
#   cannot prove (a tier needs the stores that it can reach, servers use their way out) is assumed;
#   plumb simulate lists it and plumb.yaml corrects it.
# custom:
#   control: [GRA-INST-001]
#   judges: resilience_entry_point
#   requirement: [RA-41, RA-81]
#   severity: high
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Run at least two, in different zones, behind a load balancer.
#   equivalents:
#     well_architected: [REL11-BP02]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#
#     resource "aws_instance" "web" {
#       ami                         = "ami-0123456789abcdef0"
#       instance_type               = "t3.small"
#       availability_zone           = "eu-west-1a"
#       associate_public_ip_address = true
#     }
package graph.instance_loss

judged contains i if {
	some i, _ in input.resilience_entry_point
}

deny contains {"at": i, "attribute": "servers_that_stop_it", "message": message} if {
	some i in judged
	x := input.resilience_entry_point[i]
	x.servers_that_stop_it != null
	message := sprintf("it stops with one server of %s", [x.servers_that_stop_it])
}
