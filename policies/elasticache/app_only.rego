# METADATA
# title: Redis is reached from the application tier only
# description: >-
#   Reads the ingress rules of the security groups of the cache. Fails when a rule that covers a data port lets in every address, a
#   range as wide as the VPC, or the security group of an internet-facing load balancer. Data ports are those of
#   the parameter. Rules by security group or for narrower ranges pass. Undecided when the groups or the sources are not known.
# custom:
#   control: [NET-TIER-002]
#   requirement: [RA-22, RA-70]
#   judges: aws_elasticache_replication_group
#   severity: high
#   pillar: [security]
#   disruption: none
#   parameters:
#     ports: {default: [1433, 1521, 3306, 5432, 6379], description: ports that count as data ports}
#   remediation: Let the data port in from the security group of the application only (referenced_security_group_id), then take the wider rule out.
#   equivalents:
#     prowler: [ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432, ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306]
#     security_hub: [EC2.19]
#     well_architected: [SEC05-BP02]
#   example: |
#     resource "aws_security_group" "data" {
#       ingress {
#         from_port   = 6379
#         to_port     = 6379
#         protocol    = "tcp"
#         cidr_blocks = ["0.0.0.0/0"]
#       }
#     }
#     resource "aws_elasticache_replication_group" "main" {
#       replication_group_id = "sessions"
#       description          = "sessions"
#       security_group_ids   = [aws_security_group.data.id]
#     }
package elasticache.app_only

judged contains i if some i, _ in input.aws_elasticache_replication_group

# Rules that let TCP in on a data port.
data_rule contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	rule.ip_protocol == "tcp"
	some port in data.parameters.elasticache.app_only.ports
	rule.from_port <= port
	rule.to_port >= port
}

data_rule contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	rule.ip_protocol == "-1"
}

# Rules whose source is too wide.
wide contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	endswith(rule.cidr_ipv4, "/0")
}

wide contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	endswith(rule.cidr_ipv6, "/0")
}

wide contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	some g in rule._to.security_group_id
	some v in input.aws_security_group[g]._to.vpc_id
	net.cidr_contains(rule.cidr_ipv4, input.aws_vpc[v].cidr_block)
}

wide contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	some g in rule._to.security_group_id
	some v in input.aws_security_group[g]._to.vpc_id
	some w in rule._to["cidr_ipv4/aws_vpc"]
	v == w
}

wide contains r if {
	some r, rule in input.aws_vpc_security_group_ingress_rule
	some g in rule._to.referenced_security_group_id
	some b in input.aws_security_group[g]._from["aws_lb.security_groups"]
	input.aws_lb[b].internal == false
}

deny contains {"at": i, "attribute": "security_group_ids", "message": "more than the application may connect"} if {
	some i in judged
	some g in input.aws_elasticache_replication_group[i]._to.security_group_ids
	some r in input.aws_security_group[g]._from["aws_vpc_security_group_ingress_rule.security_group_id"]
	data_rule[r]
	wide[r]
}
