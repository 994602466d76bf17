# METADATA
# title: Auto scaling group covers two zones
# description: >-
#   Reads the zones of vpc_zone_identifier or availability_zones. Fails when they are one zone, and when one subnet is listed, whatever its zone. Groups
#   of one zone each that are instances of one block, or have the same tag Tier, are judged together. Groups with max_size 0 are retired and not
#   applicable. Undecided when the zone of a subnet is not known.
# custom:
#   control: [ASG-AZ-001]
#   requirement: [RA-42]
#   judges: aws_autoscaling_group
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   remediation: >-
#     List subnets of at least two zones, of all zones that the load balancer uses, in vpc_zone_identifier.
#   equivalents:
#     prowler: [autoscaling_group_multiple_az]
#     security_hub: [AutoScaling.2]
#     aws_config: [AUTOSCALING_MULTIPLE_AZ]
#     trusted_advisor: [Amazon EC2 Auto Scaling is not deployed in multiple AZs or does not meet the minimum number of AZs]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_subnet" "b" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1b"
#     }
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       vpc_zone_identifier = [aws_subnet.a.id]
#     }
package asg.two_zones

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.max_size != 0
}

spread contains i if {
	some i, g in input.aws_autoscaling_group
	some y in g._zones
	some z in g._zones
	y != z
}

# A sibling covers another zone.
spread contains i if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.siblings
	some y in g._zones
	some z in input.aws_autoscaling_group[s]._zones
	y != z
}

paired contains i if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.siblings
	s != i
}

deny contains {"at": i, "attribute": "vpc_zone_identifier", "message": "the group can launch in one zone only"} if {
	some i in judged
	not spread[i]
}

deny contains {"at": i, "attribute": "vpc_zone_identifier", "message": "the group can launch in one zone only"} if {
	some i in judged
	count(input.aws_autoscaling_group[i].vpc_zone_identifier) == 1
	not paired[i]
}
