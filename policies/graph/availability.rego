# METADATA
# title: The estimated availability reaches its target
# description: >-
#   Composes the published refund thresholds of what each way in needs, zones and regions included, into
#   an estimate. Fails when it is below the parameter percent (99.9 by default). Undecided when
#   placement decides, or the parts are too many for an exact estimate. A threshold is no promise, so
#   the estimate is good for comparing. Types without a published threshold are left out.
# custom:
#   control: [GRA-AVAIL-001]
#   judges: resilience_entry_point
#   requirement: [RA-110, RA-23]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   parameters:
#     percent: {default: 99.9, description: "availability in percent, at least"}
#   remediation: >-
#     plumb simulate lists what takes most away; give that a second member in another zone.
#   equivalents:
#     well_architected: [REL11-BP07]
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
#     resource "aws_lb" "web" {
#       name    = "web"
#       subnets = [aws_subnet.a.id, aws_subnet.b.id]
#     }
#
#     resource "aws_lb_target_group" "web" {
#       port     = 80
#       protocol = "HTTP"
#       vpc_id   = aws_vpc.main.id
#     }
#
#     resource "aws_lb_listener" "web" {
#       load_balancer_arn = aws_lb.web.arn
#       port              = 80
#       default_action {
#         type             = "forward"
#         target_group_arn = aws_lb_target_group.web.arn
#       }
#     }
#
#     resource "aws_security_group" "web" {
#       vpc_id = aws_vpc.main.id
#     }
#
#     resource "aws_launch_template" "web" {
#       image_id               = "ami-0123456789abcdef0"
#       vpc_security_group_ids = [aws_security_group.web.id]
#     }
#
#     resource "aws_autoscaling_group" "web" {
#       min_size            = 2
#       max_size            = 4
#       vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
#       target_group_arns   = [aws_lb_target_group.web.arn]
#       launch_template {
#         id = aws_launch_template.web.id
#       }
#     }
#
#     resource "aws_db_subnet_group" "main" {
#       name       = "main"
#       subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#     }
#
#     resource "aws_security_group" "db" {
#       vpc_id = aws_vpc.main.id
#       ingress {
#         from_port       = 5432
#         to_port         = 5432
#         protocol        = "tcp"
#         security_groups = [aws_security_group.web.id]
#       }
#     }
#
#     resource "aws_db_instance" "main" {
#       engine                 = "postgres"
#       allocated_storage      = 100
#       db_subnet_group_name   = aws_db_subnet_group.main.name
#       vpc_security_group_ids = [aws_security_group.db.id]
#       availability_zone      = "eu-west-1a"
#     }
package graph.availability

judged contains i if {
	some i, _ in input.resilience_entry_point
}

deny contains {"at": i, "attribute": "availability", "message": message} if {
	some i in judged
	x := input.resilience_entry_point[i]
	x.availability < data.parameters.graph.availability.percent
	message := sprintf("about %.2f %% of %v %%", [x.availability, data.parameters.graph.availability.percent])
}
