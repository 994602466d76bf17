# METADATA
# title: No single gateway or store stops what users meet
# description: >-
#   Simulates the loss of each gateway, store and other resource in one place for each way in. Fails
#   when one surely stops it; servers are graph.instance_loss. Regional services such as load balancers,
#   buckets and queues are no single points. Undecided when it depends on what is not known. What code
#   cannot prove (a tier needs the stores that it can reach, servers use their way out) is assumed;
#   plumb simulate lists it and plumb.yaml corrects it.
# custom:
#   control: [GRA-SPOF-001]
#   judges: resilience_entry_point
#   requirement: [RA-23]
#   severity: critical
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Give the named resource a second member in another zone, or, for a NAT gateway, one for each zone.
#     plumb simulate prices it.
#   equivalents:
#     well_architected: [REL10-BP01, REL11-BP02]
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
package graph.single_point

judged contains i if {
	some i, _ in input.resilience_entry_point
}

deny contains {"at": i, "attribute": "points_that_stop_it", "message": message} if {
	some i in judged
	x := input.resilience_entry_point[i]
	x.points_that_stop_it != null
	message := sprintf("it stops with %s alone", [x.points_that_stop_it])
}
