# METADATA
# title: The loss of any one zone stops nothing that users meet
# description: >-
#   Simulates the loss of each zone of the region for each way in: public DNS records, distributions,
#   internet-facing load balancers, APIs, function URLs, public servers and the pods of a cluster. Fails
#   when one surely stops it. Where code does not say in which zone a single thing is, the zone of that
#   thing is named. Undecided when it depends on what is not known. What code cannot prove (a tier needs
#   the stores that it can reach, servers use their way out) is assumed; plumb simulate lists it and
#   plumb.yaml corrects it. Whether what is left carries the load is not judged here.
# custom:
#   control: [GRA-AZ-001]
#   judges: resilience_entry_point
#   requirement: [RA-23, RA-41, RA-45]
#   severity: critical
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     plumb simulate shows the chain that leads to each zone and the cheapest set of changes that survives
#     any of them.
#   equivalents:
#     trusted_advisor:
#       - Single AZ Application Check
#     well_architected: [REL10-BP01, REL11-BP05, REL11-BP02]
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
package graph.zone_loss

judged contains i if {
	some i, _ in input.resilience_entry_point
}

deny contains {"at": i, "attribute": "zones_that_stop_it", "message": message} if {
	some i in judged
	x := input.resilience_entry_point[i]
	x.zones_that_stop_it != null
	message := sprintf("it stops without %s", [x.zones_that_stop_it])
}
