# METADATA
# title: Egress of each zone does not depend on another zone
# description: >-
#   Reads the default route of each subnet that leaves through a NAT gateway, from its own route table or the main table
#   of its VPC. Fails when a zonal NAT gateway sits in another zone than the subnet. A regional NAT gateway passes. Subnets
#   that leave through a transit gateway, a firewall or not at all are not judged. Undecided when a zone or a route is not known.
# custom:
#   control: [NET-NAT-001]
#   requirement: [RA-21, RA-23]
#   judges: aws_subnet
#   severity: high
#   non_production: skip
#   pillar: [reliability]
#   disruption: brief
#   remediation: >-
#     Give each zone its own NAT gateway, in a public subnet of that zone, and each zone's private subnets a route table of
#     their own whose default route leads to it; or make the NAT gateway regional (availability_mode = "regional"). Connections that are open while a route changes are cut.
#   links: ["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html"]
#   equivalents:
#     trusted_advisor: [NAT Gateway AZ Independence]
#     well_architected: [REL10-BP01, REL02-BP01]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#     resource "aws_vpc" "main" {
#       cidr_block = "10.0.0.0/16"
#     }
#     resource "aws_subnet" "public_a" {
#       vpc_id            = aws_vpc.main.id
#       cidr_block        = "10.0.0.0/24"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_subnet" "private_b" {
#       vpc_id            = aws_vpc.main.id
#       cidr_block        = "10.0.11.0/24"
#       availability_zone = "eu-west-1b"
#     }
#     resource "aws_nat_gateway" "main" {
#       allocation_id = aws_eip.nat.id
#       subnet_id     = aws_subnet.public_a.id
#     }
#     resource "aws_eip" "nat" {
#       domain = "vpc"
#     }
#     resource "aws_route_table" "private" {
#       vpc_id = aws_vpc.main.id
#       route {
#         cidr_block     = "0.0.0.0/0"
#         nat_gateway_id = aws_nat_gateway.main.id
#       }
#     }
#     resource "aws_route_table_association" "b" {
#       subnet_id      = aws_subnet.private_b.id
#       route_table_id = aws_route_table.private.id
#     }
package nat.per_zone

associated contains s if {
	some s, subnet in input.aws_subnet
	some _ in subnet._from["aws_route_table_association.subnet_id"]
}

# Default routes by subnet: through the route table that is associated with it,
egress contains {"subnet": s, "route": r} if {
	some s, subnet in input.aws_subnet
	some a in subnet._from["aws_route_table_association.subnet_id"]
	some t in input.aws_route_table_association[a]._to.route_table_id
	some r in input.aws_route_table[t]._from["aws_route.route_table_id"]
	input.aws_route[r].destination_cidr_block == "0.0.0.0/0"
}

# or else through the main table of its VPC: one that was made the main table,
egress contains {"subnet": s, "route": r} if {
	some s, subnet in input.aws_subnet
	not associated[s]
	some v in subnet._to.vpc_id
	some m in input.aws_vpc[v]._from["aws_main_route_table_association.vpc_id"]
	some t in input.aws_main_route_table_association[m]._to.route_table_id
	some r in input.aws_route_table[t]._from["aws_route.route_table_id"]
	input.aws_route[r].destination_cidr_block == "0.0.0.0/0"
}

# the one that came with the VPC and was adopted,
egress contains {"subnet": s, "route": r} if {
	some s, subnet in input.aws_subnet
	not associated[s]
	some v in subnet._to.vpc_id
	some t in input.aws_vpc[v]._from["aws_route_table.default_route_table_id"]
	some r in input.aws_route_table[t]._from["aws_route.route_table_id"]
	input.aws_route[r].destination_cidr_block == "0.0.0.0/0"
}

# or that one with single routes added.
egress contains {"subnet": s, "route": r} if {
	some s, subnet in input.aws_subnet
	not associated[s]
	some v in subnet._to.vpc_id
	some r in input.aws_vpc[v]._from["aws_route.route_table_id"]
	input.aws_route[r].destination_cidr_block == "0.0.0.0/0"
}

judged contains e.subnet if {
	some e in egress
	some _ in input.aws_route[e.route]._to.nat_gateway_id
}

deny contains {"at": i, "attribute": "availability_zone", "message": "leaves through a NAT gateway in another zone"} if {
	some e in egress
	i := e.subnet
	some n in input.aws_route[e.route]._to.nat_gateway_id
	input.aws_nat_gateway[n].availability_mode == "zonal"
	some z in input.aws_subnet[i]._zones
	some y in input.aws_nat_gateway[n]._zones
	y != z
}
