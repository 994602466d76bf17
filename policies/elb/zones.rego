# METADATA
# title: A classic load balancer is enabled in two zones
# description: >-
#   Reads the subnets or the availability zones of each classic load balancer. Fails when all are in one zone; one subnet is one zone.
#   Undecided when the zones of several subnets are not known.
# custom:
#   control: [LB-AZ-001]
#   requirement: [RA-40]
#   judges: aws_elb
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: Add a subnet of another zone to the load balancer; instances in a zone where it is not enabled get no traffic.
#   equivalents:
#     prowler: [elbv2_is_in_multiple_az, elb_is_in_multiple_az]
#     security_hub: [ELB.13, ELB.10]
#     aws_config: [ELBV2_MULTIPLE_AZ, CLB_MULTIPLE_AZ]
#     trusted_advisor: [ALB Multi-AZ, NLB Multi-AZ]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_elb" "web" {
#       availability_zones = ["eu-west-1a"]
#       listener {
#         instance_port     = 80
#         instance_protocol = "http"
#         lb_port           = 80
#         lb_protocol       = "http"
#       }
#     }
package elb.zones

judged contains i if some i, _ in input.aws_elb

spread contains i if {
	some i, lb in input.aws_elb
	some a in lb._to.subnets
	some b in lb._to.subnets
	a != b
	some y in input.aws_subnet[a]._zones
	some z in input.aws_subnet[b]._zones
	y != z
}

spread contains i if {
	some i, lb in input.aws_elb
	some y in lb.availability_zones
	some z in lb.availability_zones
	y != z
}

deny contains {"at": i, "attribute": "subnets", "message": "it stands in one zone"} if {
	some i in judged
	not spread[i]
}

# Subnets of all zones that have one of the same tier: it has to be where its servers are, whichever of these they go to.
fix contains {"at": i, "op": "set", "address": lb._address, "path": "subnets", "add": more} if {
	some i in judged
	not spread[i]
	lb := input.aws_elb[i]
	some s in lb._to.subnets
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} | some p in input.aws_subnet[s]._to.peers]
	more != []
}

# A zone without servers answers with errors unless requests cross zones.
fix contains {"at": i, "op": "set", "address": lb._address, "path": "cross_zone_load_balancing", "value": true} if {
	some i in judged
	not spread[i]
	lb := input.aws_elb[i]
	lb.cross_zone_load_balancing == false
	some s in lb._to.subnets
	some _ in input.aws_subnet[s]._to.peers
}
