# METADATA
# title: No administration port is open to the world
# description: >-
#   Reads each ingress rule: inline blocks, aws_security_group_rule and aws_vpc_security_group_ingress_rule alike. Fails when
#   the source, or an entry of its prefix list, is every IPv4 or IPv6 address and the rule lets TCP in on one of the administration ports (22 and 3389),
#   by range or because it lets all protocols in. Undecided when the source, the protocol or the ports are not known. Large ranges short of everything,
#   such as 0.0.0.0/1, pass.
# custom:
#   control: [NET-SG-001]
#   requirement: [RA-22]
#   judges: aws_vpc_security_group_ingress_rule
#   severity: critical
#   pillar: [security]
#   disruption: none
#   parameters:
#     ports: {default: [22, 3389], description: the ports that nobody outside may reach}
#   remediation: Allow the addresses of your own network only, or take the rule out and use Session Manager, which needs no open port.
#   equivalents:
#     prowler: [ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22, ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389]
#     checkov: [CKV_AWS_24, CKV_AWS_25]
#     trivy: [AVD-AWS-0107]
#     security_hub: [EC2.13, EC2.14]
#     aws_config: [INCOMING_SSH_DISABLED]
#     well_architected: [SEC05-BP02]
#   example: |
#     resource "aws_security_group" "bastion" {
#       ingress {
#         from_port   = 22
#         to_port     = 22
#         protocol    = "tcp"
#         cidr_blocks = ["0.0.0.0/0"]
#       }
#     }
package sg.admin_ports

judged contains i if some i, _ in input.aws_vpc_security_group_ingress_rule

# The rule is open to every address of one of the two address families.
open contains i if {
	some i, rule in input.aws_vpc_security_group_ingress_rule
	endswith(rule.cidr_ipv4, "/0")
}

open contains i if {
	some i, rule in input.aws_vpc_security_group_ingress_rule
	endswith(rule.cidr_ipv6, "/0")
}

open contains i if {
	some i, rule in input.aws_vpc_security_group_ingress_rule
	some l in rule._to.prefix_list_id
	some e in input.aws_ec2_managed_prefix_list[l].entry
	endswith(e.cidr, "/0")
}

deny contains {"at": i, "attribute": "from_port", "message": sprintf("port %d is open to the world", [port])} if {
	some i in judged
	open[i]
	rule := input.aws_vpc_security_group_ingress_rule[i]
	rule.ip_protocol == "tcp"
	some port in data.parameters.sg.admin_ports.ports
	rule.from_port <= port
	rule.to_port >= port
}

deny contains {"at": i, "attribute": "ip_protocol", "message": "all ports are open to the world"} if {
	some i in judged
	open[i]
	rule := input.aws_vpc_security_group_ingress_rule[i]
	rule.ip_protocol == "-1"
}
