# METADATA
# title: Launch templates give no public address
# description: >-
#   Reads associate_public_ip_address of the template's network interfaces. Fails when one is true. Templates whose name speaks of a bastion, jump host,
#   VPN or NAT are not applicable.
# custom:
#   control: [CMP-PUB-001]
#   requirement: [RA-22, RA-40]
#   judges: aws_launch_template
#   severity: medium
#   non_production: lower
#   pillar: [security]
#   remediation: >-
#     Drop associate_public_ip_address and put the group into private subnets behind the load balancer.
#   equivalents:
#     prowler: [ec2_instance_public_ip, ec2_launch_template_no_public_ip, vpc_subnet_no_public_ip_by_default]
#     checkov: [CKV_AWS_88, CKV_AWS_130]
#     trivy: [AVD-AWS-0164, AVD-AWS-0009]
#     security_hub: [EC2.9, EC2.15]
#     aws_config: [EC2_INSTANCE_NO_PUBLIC_IP, SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED]
#   example: |
#     resource "aws_launch_template" "t" {
#       name_prefix = "t"
#       network_interfaces {
#         associate_public_ip_address = true
#       }
#     }
package ec2.template_public_address

gateway contains i if {
	some i, x in input.aws_launch_template
	regex.match(`(?i)(bastion|jump|vpn|nat)`, x._name)
}

judged contains i if {
	some i, _ in input.aws_launch_template
	not gateway[i]
}

deny contains {"at": i, "attribute": "network_interfaces", "message": "servers of this template get a public address"} if {
	some i in judged
	some n in input.aws_launch_template[i].network_interfaces
	n.associate_public_ip_address == true
}
