# METADATA
# title: What is left after the loss of a zone carries its share
# description: >-
#   Simulates the loss of each zone for each way in that survives it. Of a group of servers, tasks or
#   nodes in n zones, (n-1)/n has to be left without anything having to start first. Fails when the size
#   does not divide by the zones, so that one of them has more than its share. Undecided when the size
#   or the zones are not known. What the load really is, code does not say.
# custom:
#   control: [GRA-STATIC-001]
#   judges: resilience_entry_point
#   requirement: [RA-45]
#   severity: medium
#   non_production: skip
#   pillar: [reliability, performance]
#   remediation: >-
#     Set the minimum size to a multiple of the number of zones.
#   equivalents:
#     well_architected: [REL11-BP05]
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
#     resource "aws_autoscaling_group" "web" {
#       min_size            = 3
#       max_size            = 6
#       vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
#       target_group_arns   = [aws_lb_target_group.web.arn]
#     }
package graph.static_stability

judged contains i if {
	some i, _ in input.resilience_entry_point
}

deny contains {"at": i, "attribute": "tiers_short_of_load", "message": message} if {
	some i in judged
	x := input.resilience_entry_point[i]
	x.tiers_short_of_load != null
	message := sprintf("without one zone %s", [x.tiers_short_of_load])
}
