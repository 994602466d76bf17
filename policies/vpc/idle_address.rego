# METADATA
# title: Public addresses are used
# description: >-
#   Fails when nothing refers to an Elastic IP: no instance, network interface, association, NAT gateway or load balancer. Each address costs the same whether it is used or not.
#   An address that is handed to something outside the code, by a script or as an output, is found too.
# custom:
#   control: [SLS-IDLE-001]
#   requirement: [RA-124, RA-91]
#   judges: aws_eip
#   severity: low
#   pillar: [cost]
#   waste: true
#   remediation: Release the address, or attach it. It cannot be had again once it is released.
#   links: ["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html"]
#   equivalents:
#     aws_config: [EIP_ATTACHED]
#     security_hub: [EC2.12]
#     prowler: [ec2_elastic_ip_unassigned]
#     checkov: [CKV2_AWS_19]
#   example: |
#     resource "aws_eip" "spare" {
#       domain = "vpc"
#     }
package vpc.idle_address

judged contains i if {
	some i, _ in input.aws_eip
}

used contains i if {
	some i, address in input.aws_eip
	address.instance != null
}

used contains i if {
	some i, address in input.aws_eip
	address.network_interface != null
}

used contains i if {
	some i, address in input.aws_eip
	some _ in address._from["aws_eip_association.allocation_id"]
}

used contains i if {
	some i, address in input.aws_eip
	some _ in address._from["aws_eip_association.public_ip"]
}

used contains i if {
	some i, address in input.aws_eip
	some _ in address._from["aws_nat_gateway.allocation_id"]
}

used contains i if {
	some i, address in input.aws_eip
	some _ in address._from["aws_nat_gateway.secondary_allocation_ids"]
}

used contains i if {
	some i, address in input.aws_eip
	some _ in address._from["aws_nat_gateway.availability_zone_address.allocation_ids"]
}

used contains i if {
	some i, address in input.aws_eip
	some _ in address._from["aws_lb.subnet_mapping.allocation_id"]
}

deny contains {"at": i, "attribute": "instance", "message": "nothing uses this address, and it is charged"} if {
	some i in judged
	not used[i]
}
