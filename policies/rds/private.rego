# METADATA
# title: A database has no address on the internet
# description: >-
#   Reads publicly_accessible and the subnets of the subnet group. Fails when the instance gets a public address and one of its
#   subnets routes to an internet gateway. Passes when it gets none, or when no subnet is public. Undecided when it gets one
#   and its subnets are not known.
# custom:
#   control: [NET-TIER-001]
#   requirement: [RA-22]
#   judges: aws_db_instance
#   severity: critical
#   pillar: [security]
#   disruption: brief
#   remediation: Set publicly_accessible = false and let clients in through the VPC; move the subnet group to private subnets.
#   equivalents:
#     prowler: [rds_instance_no_public_access, elasticache_cluster_uses_public_subnet]
#     checkov: [CKV_AWS_17]
#     trivy: [AVD-AWS-0180]
#     security_hub: [RDS.2]
#     aws_config: [RDS_INSTANCE_PUBLIC_ACCESS_CHECK]
#     well_architected: [SEC05-BP01]
#   example: |
#     resource "aws_vpc" "main" {
#       cidr_block = "10.0.0.0/16"
#     }
#     resource "aws_internet_gateway" "main" {
#       vpc_id = aws_vpc.main.id
#     }
#     resource "aws_route_table" "public" {
#       vpc_id = aws_vpc.main.id
#       route {
#         cidr_block = "0.0.0.0/0"
#         gateway_id = aws_internet_gateway.main.id
#       }
#     }
#     resource "aws_subnet" "a" {
#       vpc_id     = aws_vpc.main.id
#       cidr_block = "10.0.0.0/24"
#     }
#     resource "aws_route_table_association" "a" {
#       subnet_id      = aws_subnet.a.id
#       route_table_id = aws_route_table.public.id
#     }
#     resource "aws_db_subnet_group" "main" {
#       subnet_ids = [aws_subnet.a.id]
#     }
#     resource "aws_db_instance" "main" {
#       engine               = "postgres"
#       db_subnet_group_name = aws_db_subnet_group.main.name
#       publicly_accessible  = true
#     }
package rds.private

judged contains i if some i, _ in input.aws_db_instance

deny contains {"at": i, "attribute": "publicly_accessible", "message": "this database gets a public address"} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.publicly_accessible == true
	some g in db._to.db_subnet_group_name
	some s in input.aws_db_subnet_group[g]._to.subnet_ids
	input.aws_subnet[s].public == true
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "publicly_accessible", "value": false} if {
	some i in judged
	db := input.aws_db_instance[i]
	db.publicly_accessible == true
}
