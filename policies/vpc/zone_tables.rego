# METADATA
# title: Each zone has a private route table of its own
# description: >-
#   Judges route tables whose default route leads to a zonal NAT gateway. Fails when subnets of two zones share the table, which cannot point
#   each zone at its own NAT gateway. Tables without NAT or with a regional NAT gateway are not judged. Undecided when zones or associations are not known.
# custom:
#   control: [NET-ROUTE-001]
#   requirement: [RA-21]
#   judges: aws_route_table
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   disruption: brief
#   remediation: Make one route table for each zone, each with a default route to the NAT gateway of that zone, and associate each subnet with the table of its zone.
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-0123456789abcdef0"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_subnet" "b" {
#       vpc_id            = "vpc-0123456789abcdef0"
#       availability_zone = "eu-west-1b"
#     }
#     resource "aws_nat_gateway" "main" {
#       subnet_id = "subnet-0123456789abcdef0"
#     }
#     resource "aws_route_table" "private" {
#       vpc_id = "vpc-0123456789abcdef0"
#       route {
#         cidr_block     = "0.0.0.0/0"
#         nat_gateway_id = aws_nat_gateway.main.id
#       }
#     }
#     resource "aws_route_table_association" "a" {
#       subnet_id      = aws_subnet.a.id
#       route_table_id = aws_route_table.private.id
#     }
#     resource "aws_route_table_association" "b" {
#       subnet_id      = aws_subnet.b.id
#       route_table_id = aws_route_table.private.id
#     }
package vpc.zone_tables

judged contains i if {
	some i, table in input.aws_route_table
	some r in table._from["aws_route.route_table_id"]
	input.aws_route[r].destination_cidr_block == "0.0.0.0/0"
	some n in input.aws_route[r]._to.nat_gateway_id
	input.aws_nat_gateway[n].availability_mode == "zonal"
}

deny contains {"at": i, "attribute": "", "message": "subnets of several zones share it"} if {
	some i in judged
	some a in input.aws_route_table[i]._from["aws_route_table_association.route_table_id"]
	some b in input.aws_route_table[i]._from["aws_route_table_association.route_table_id"]
	a < b
	some s in input.aws_route_table_association[a]._to.subnet_id
	some t in input.aws_route_table_association[b]._to.subnet_id
	some y in input.aws_subnet[s]._zones
	some z in input.aws_subnet[t]._zones
	y != z
}
