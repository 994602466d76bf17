# METADATA
# title: No single thing stops most of what users meet
# description: >-
#   Simulates the loss of each single gateway, store and server, and counts the ways in of its stage that
#   stop with it. Judges those that stop, or may stop, more than one. Fails when it is more than the
#   parameter percent of them (50 by default). Undecided when it depends on what is not known. Regional
#   services are run redundantly by AWS and not judged.
# custom:
#   control: [GRA-BLAST-001]
#   judges: resilience_shared_point
#   requirement: [RA-23, RA-61]
#   severity: low
#   non_production: skip
#   pillar: [reliability]
#   parameters:
#     percent: {default: 50, description: "ways in that one thing may stop, in percent, at most"}
#   remediation: >-
#     Make it redundant (a standby in another zone), or give services databases, gateways and clusters of
#     their own.
#   equivalents:
#     well_architected: [REL10-BP03]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#
#     resource "aws_vpc" "main" {
#       cidr_block = "10.0.0.0/16"
#     }
#
#     resource "aws_subnet" "a" {
#       vpc_id            = aws_vpc.main.id
#       cidr_block        = "10.0.0.0/24"
#       availability_zone = "eu-west-1a"
#     }
#
#     resource "aws_subnet" "b" {
#       vpc_id            = aws_vpc.main.id
#       cidr_block        = "10.0.1.0/24"
#       availability_zone = "eu-west-1b"
#     }
#
#     resource "aws_lb" "shop" {
#       name    = "shop"
#       subnets = [aws_subnet.a.id, aws_subnet.b.id]
#     }
#
#     resource "aws_lb_target_group" "shop" {
#       port     = 80
#       protocol = "HTTP"
#       vpc_id   = aws_vpc.main.id
#     }
#
#     resource "aws_lb_listener" "shop" {
#       load_balancer_arn = aws_lb.shop.arn
#       port              = 80
#       default_action {
#         type             = "forward"
#         target_group_arn = aws_lb_target_group.shop.arn
#       }
#     }
#
#     resource "aws_autoscaling_group" "shop" {
#       min_size            = 2
#       max_size            = 6
#       vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
#       target_group_arns   = [aws_lb_target_group.shop.arn]
#     }
#
#     resource "aws_lb" "admin" {
#       name    = "admin"
#       subnets = [aws_subnet.a.id, aws_subnet.b.id]
#     }
#
#     resource "aws_lb_target_group" "admin" {
#       port     = 80
#       protocol = "HTTP"
#       vpc_id   = aws_vpc.main.id
#     }
#
#     resource "aws_lb_listener" "admin" {
#       load_balancer_arn = aws_lb.admin.arn
#       port              = 80
#       default_action {
#         type             = "forward"
#         target_group_arn = aws_lb_target_group.admin.arn
#       }
#     }
#
#     resource "aws_autoscaling_group" "admin" {
#       min_size            = 2
#       max_size            = 6
#       vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
#       target_group_arns   = [aws_lb_target_group.admin.arn]
#     }
#
#     resource "aws_security_group" "db" {
#       vpc_id = aws_vpc.main.id
#       ingress {
#         from_port   = 5432
#         to_port     = 5432
#         protocol    = "tcp"
#         cidr_blocks = [aws_vpc.main.cidr_block]
#       }
#     }
#
#     resource "aws_db_subnet_group" "main" {
#       name       = "main"
#       subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#     }
#
#     resource "aws_db_instance" "main" {
#       engine                 = "postgres"
#       allocated_storage      = 100
#       db_subnet_group_name   = aws_db_subnet_group.main.name
#       vpc_security_group_ids = [aws_security_group.db.id]
#       availability_zone      = "eu-west-1a"
#     }
package graph.blast_radius

judged contains i if {
	some i, _ in input.resilience_shared_point
}

deny contains {"at": i, "attribute": "share", "message": message} if {
	some i in judged
	x := input.resilience_shared_point[i]
	x.share_least > data.parameters.graph.blast_radius.percent
	message := sprintf("%v %% of the ways in stop with it", [round(x.share_least)])
}

deny contains {"at": i, "attribute": "share", "message": message} if {
	some i in judged
	x := input.resilience_shared_point[i]
	x.share > data.parameters.graph.blast_radius.percent
	message := sprintf("%v %% of the ways in stop with it", [round(x.share)])
}
