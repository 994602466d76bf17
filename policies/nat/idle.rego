# METADATA
# title: NAT gateways are used
# description: >-
#   Fails when no route leads through a NAT gateway: it is charged by the hour all the same. One whose routes are made outside the code, by a script or in a root that is not read, is found too.
#   Undecided when the gateway of some route is not known.
# custom:
#   control: [SLS-IDLE-001]
#   requirement: [RA-124, RA-91]
#   judges: aws_nat_gateway
#   severity: low
#   pillar: [cost]
#   waste: true
#   remediation: Remove it and release its address, or lead the default route of the private subnets through it.
#   links: ["https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-pricing.html"]
#   example: |
#     resource "aws_eip" "nat" {
#       domain = "vpc"
#     }
#     resource "aws_nat_gateway" "spare" {
#       allocation_id = aws_eip.nat.id
#       subnet_id     = "subnet-1"
#     }
package nat.idle

judged contains i if {
	some i, _ in input.aws_nat_gateway
}

used contains i if {
	some i, gateway in input.aws_nat_gateway
	some _ in gateway._from["aws_route.nat_gateway_id"]
}

deny contains {"at": i, "attribute": "", "message": "no route leads through this gateway, and it is charged"} if {
	some i in judged
	not used[i]
}
