# METADATA
# title: Address ranges of subnets are valid and do not overlap
# description: >-
#   Reads cidr_block. Fails when it does not start at a network boundary, which AWS refuses or reads as another range, or when
#   it overlaps the range of another subnet of the same VPC. Undecided when the range, or that of a neighbour, is not known. Free addresses
#   are seen in an account only.
# custom:
#   control: [NET-CIDR-001]
#   requirement: [RA-20, RA-45]
#   judges: aws_subnet
#   severity: medium
#   pillar: [reliability, performance]
#   disruption: replace
#   remediation: Choose ranges with cidrsubnet() from the range of the VPC. A subnet is replaced when its range changes, so move what is in it first.
#   equivalents:
#     trusted_advisor: [Auto Scaling available IPs in Subnets]
#     well_architected: [REL02-BP03]
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id     = "vpc-0123456789abcdef0"
#       cidr_block = "10.0.1.0/20"
#     }
package vpc.subnet_range

judged contains i if {
	some i, subnet in input.aws_subnet
	subnet.cidr_block != null
}

deny contains {"at": i, "attribute": "cidr_block", "message": sprintf("%s does not start at a network boundary", [range])} if {
	some i in judged
	range := input.aws_subnet[i].cidr_block
	some aligned in net.cidr_merge([range])
	aligned != range
}

deny contains {"at": i, "attribute": "cidr_block", "message": sprintf("%s overlaps %s", [range, other])} if {
	some i in judged
	range := input.aws_subnet[i].cidr_block
	some v in input.aws_subnet[i]._to.vpc_id
	some j in input.aws_vpc[v]._from["aws_subnet.vpc_id"]
	i != j
	other := input.aws_subnet[j].cidr_block
	net.cidr_intersects(range, other)
}
