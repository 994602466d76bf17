# METADATA
# title: Servers have no public address
# description: >-
#   Reads associate_public_ip_address, Elastic IPs and, where it is not set, map_public_ip_on_launch of the subnet. Fails when the instance gets a public address.
#   Instances with a network interface of their own and those whose name or Role speaks of a bastion, jump host, VPN or NAT are not applicable. Undecided
#   when the subnet is not known.
# custom:
#   control: [CMP-PUB-001]
#   requirement: [RA-22, RA-40]
#   judges: aws_instance
#   severity: medium
#   non_production: lower
#   pillar: [security]
#   remediation: >-
#     Move the server to a private subnet behind the load balancer and drop associate_public_ip_address.
#   equivalents:
#     prowler: [ec2_instance_public_ip, ec2_launch_template_no_public_ip, vpc_subnet_no_public_ip_by_default]
#     checkov: [CKV_AWS_88, CKV_AWS_130]
#     trivy: [AVD-AWS-0164, AVD-AWS-0009]
#     security_hub: [EC2.9, EC2.15]
#     aws_config: [EC2_INSTANCE_NO_PUBLIC_IP, SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED]
#   example: |
#     resource "aws_instance" "web" {
#       ami           = "ami-1"
#       instance_type = "t3.small"
#       associate_public_ip_address = true
#     }
#     resource "aws_eip" "web" {
#       instance = aws_instance.web.id
#     }
package ec2.public_address

gateway contains i if {
	some i, x in input.aws_instance
	regex.match(`(?i)(bastion|jump|vpn|nat)`, x.tags.Name)
}

gateway contains i if {
	some i, x in input.aws_instance
	regex.match(`(?i)(bastion|jump|vpn|nat)`, x.tags_all.Role)
}

judged contains i if {
	some i, x in input.aws_instance
	x.network_interface == []
	not gateway[i]
}

deny contains {"at": i, "attribute": "associate_public_ip_address", "message": "the server asks for a public address"} if {
	some i in judged
	input.aws_instance[i].associate_public_ip_address == true
}

deny contains {"at": i, "attribute": "subnet_id", "message": "the subnet gives the server a public address"} if {
	some i in judged
	input.aws_instance[i].associate_public_ip_address == null
	some s in input.aws_instance[i]._to.subnet_id
	input.aws_subnet[s].map_public_ip_on_launch == true
}

elastic contains i if {
	some i, x in input.aws_instance
	some _ in x._from["aws_eip.instance"]
}

elastic contains i if {
	some i, x in input.aws_instance
	some _ in x._from["aws_eip_association.instance_id"]
}

deny contains {"at": i, "attribute": "associate_public_ip_address", "message": "an Elastic IP gives the server a public address"} if {
	some i in judged
	input.aws_instance[i].associate_public_ip_address != true
	elastic[i]
}
