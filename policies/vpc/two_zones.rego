# METADATA
# title: A VPC has its private and its public subnets in two zones
# description: >-
#   Reads the zones of the subnets of each VPC. A subnet is public when its route table leads to an internet gateway, or when
#   it hands out public addresses and has no route table in the code; others are private. Fails when all subnets of one of the two kinds sit in one zone;
#   one subnet is one zone. Default VPCs and VPCs without subnets in the code are not judged. Undecided when several
#   subnets of a kind have zones that are not known.
# custom:
#   control: [NET-AZ-001]
#   requirement: [RA-20]
#   judges: aws_vpc
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: Add a subnet of the kind that is named in another zone of the region, with a route table, and let load balancers, auto scaling groups and subnet groups use it.
#   equivalents:
#     prowler: [vpc_subnet_different_az]
#     steampipe: [vpc_subnet_multi_az_enabled]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_vpc" "main" {
#       cidr_block = "10.0.0.0/16"
#     }
#     resource "aws_subnet" "a" {
#       vpc_id            = aws_vpc.main.id
#       cidr_block        = "10.0.0.0/24"
#       availability_zone = "eu-west-1a"
#     }
package vpc.two_zones

judged contains i if {
	some i, vpc in input.aws_vpc
	vpc.default == false
	some _ in vpc._from["aws_subnet.vpc_id"]
}

# Kinds of subnets that sit in two zones.
spread contains [v, kind] if {
	some v, vpc in input.aws_vpc
	some a in vpc._from["aws_subnet.vpc_id"]
	some b in vpc._from["aws_subnet.vpc_id"]
	a != b
	kind := input.aws_subnet[a].public
	kind == input.aws_subnet[b].public
	some y in input.aws_subnet[a]._zones
	some z in input.aws_subnet[b]._zones
	y != z
}

deny contains {"at": i, "attribute": "", "message": "all public subnets are in one zone"} if {
	some i in judged
	some s in input.aws_vpc[i]._from["aws_subnet.vpc_id"]
	input.aws_subnet[s].public == true
	not spread[[i, true]]
}

deny contains {"at": i, "attribute": "", "message": "all private subnets are in one zone"} if {
	some i in judged
	some s in input.aws_vpc[i]._from["aws_subnet.vpc_id"]
	input.aws_subnet[s].public == false
	not spread[[i, false]]
}
