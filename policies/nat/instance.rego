# METADATA
# title: No server is used as NAT
# description: >-
#   Judges default routes. Fails when the target is an instance, or a network interface that belongs to one. Undecided when the interface
#   is not in the code, or the target is not known.
# custom:
#   control: [NET-NAT-002]
#   requirement: [RA-21, RA-13]
#   judges: aws_route
#   severity: medium
#   non_production: skip
#   pillar: [reliability, operations]
#   disruption: brief
#   remediation: Make a NAT gateway in a public subnet of each zone, point the route at it, then take the server away. Open connections are cut when the route changes.
#   equivalents:
#     checkov: [CKV2_AWS_35]
#     well_architected: [REL02-BP01]
#   example: |
#     resource "aws_instance" "nat" {
#       ami           = "ami-0123456789abcdef0"
#       instance_type = "t3.micro"
#     }
#     resource "aws_route" "out" {
#       route_table_id         = "rtb-0123456789abcdef0"
#       destination_cidr_block = "0.0.0.0/0"
#       network_interface_id   = aws_instance.nat.primary_network_interface_id
#     }
package nat.instance

judged contains i if {
	some i, r in input.aws_route
	r.destination_cidr_block == "0.0.0.0/0"
}

judged contains i if {
	some i, r in input.aws_route
	r.destination_ipv6_cidr_block == "::/0"
}

deny contains {"at": i, "attribute": "instance_id", "message": "traffic leaves through a server"} if {
	some i in judged
	input.aws_route[i].instance_id != null
}

deny contains {"at": i, "attribute": "network_interface_id", "message": "traffic leaves through a server"} if {
	some i in judged
	some _ in input.aws_route[i]._to["network_interface_id/aws_instance"]
}

# An interface is a server's when either names the other.
deny contains {"at": i, "attribute": "network_interface_id", "message": "traffic leaves through a server"} if {
	some i in judged
	some n in input.aws_route[i]._to["network_interface_id/aws_network_interface"]
	some _ in input.aws_network_interface[n]._to["attachment.instance"]
}

deny contains {"at": i, "attribute": "network_interface_id", "message": "traffic leaves through a server"} if {
	some i in judged
	some n in input.aws_route[i]._to["network_interface_id/aws_network_interface"]
	some _ in input.aws_network_interface[n]._from["aws_instance.network_interface.network_interface_id"]
}
