# METADATA
# title: ECS service runs twice, in two zones
# description: >-
#   Reads desired_count, the minimum of application auto scaling and the zones of the service's subnets. Fails when either number is below 2, unless
#   desired_count is in ignore_changes and auto scaling keeps at least 2; and when the subnets are in one zone or one subnet is listed. Daemons, and
#   services with desired_count 0 that nothing scales, are not applicable. Without network_configuration the zones are those of the cluster's instances
#   and are not read.
# custom:
#   control: [ECS-AZ-001]
#   requirement: [RA-41]
#   judges: aws_ecs_service
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set desired_count and the minimum of auto scaling to at least 2 and list subnets of two zones.
#   equivalents:
#     trusted_advisor: [Amazon ECS service using a single AZ, Amazon ECS Multi-AZ placement strategy]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_subnet" "b" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1b"
#     }
#     resource "aws_ecs_service" "web" {
#       name            = "web"
#       cluster         = "shop"
#       task_definition = "web:1"
#       desired_count   = 1
#       network_configuration {
#         subnets = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#     }
package ecs.two_zones

judged contains i if {
	some i, s in input.aws_ecs_service
	s.scheduling_strategy == "REPLICA"
	s.desired_count != 0
}

judged contains i if {
	some i, s in input.aws_ecs_service
	s.scheduling_strategy == "REPLICA"
	some _ in s._from["aws_appautoscaling_target.target"]
}

# Auto scaling owns the number, and keeps two.
kept contains i if {
	some i, s in input.aws_ecs_service
	some c in s._lifecycle.ignore_changes
	c in {"desired_count", "all"}
	some t in s._from["aws_appautoscaling_target.target"]
	ample[t]
}

ample contains t if {
	some t, x in input.aws_appautoscaling_target
	x.min_capacity >= 2
}

scarce contains t if {
	some t, x in input.aws_appautoscaling_target
	x.min_capacity < 2
}

spread contains i if {
	some i, s in input.aws_ecs_service
	some y in s._zones
	some z in s._zones
	y != z
}

deny contains {"at": i, "attribute": "desired_count", "message": "one task serves alone"} if {
	some i in judged
	input.aws_ecs_service[i].desired_count == 1
	not kept[i]
}

deny contains {"at": i, "attribute": "desired_count", "message": "auto scaling may leave fewer than two tasks"} if {
	some i in judged
	some t in input.aws_ecs_service[i]._from["aws_appautoscaling_target.target"]
	scarce[t]
}

deny contains {"at": i, "attribute": "network_configuration", "message": "the tasks run in one zone"} if {
	some i in judged
	some _ in input.aws_ecs_service[i].network_configuration
	not spread[i]
}

deny contains {"at": i, "attribute": "network_configuration", "message": "the tasks run in one zone"} if {
	some i in judged
	some n in input.aws_ecs_service[i].network_configuration
	count(n.subnets) == 1
}

# Terraform leaves the number alone.
ignored contains i if {
	some i, s in input.aws_ecs_service
	some c in s._lifecycle.ignore_changes
	c in {"desired_count", "all"}
}

# What no change of ours settles: a number that is set elsewhere, and tasks in one zone without a subnet of the same tier in another.
stuck contains i if {
	some i, s in input.aws_ecs_service
	s.desired_count == 1
	ignored[i]
	count(s._from["aws_appautoscaling_target.target"]) == 0
}

stuck contains i if {
	some i, s in input.aws_ecs_service
	some _ in s.network_configuration
	not spread[i]
	not wider[i]
}

wider contains i if {
	some i, s in input.aws_ecs_service
	some n in s._to["network_configuration.subnets"]
	some _ in input.aws_subnet[n]._to.peers
}

fix contains {"at": i, "op": "set", "address": s._address, "path": "desired_count", "value": 2} if {
	some i in judged
	not stuck[i]
	not ignored[i]
	s := input.aws_ecs_service[i]
	s.desired_count == 1
}

fix contains {"at": i, "op": "set", "address": x._address, "path": "min_capacity", "value": 2} if {
	some i in judged
	not stuck[i]
	some t in input.aws_ecs_service[i]._from["aws_appautoscaling_target.target"]
	x := input.aws_appautoscaling_target[t]
	x.min_capacity < 2
}

fix contains {"at": i, "op": "set", "address": x._address, "path": "max_capacity", "value": 2} if {
	some i in judged
	not stuck[i]
	some t in input.aws_ecs_service[i]._from["aws_appautoscaling_target.target"]
	x := input.aws_appautoscaling_target[t]
	x.min_capacity < 2
	x.max_capacity < 2
}

# The first further zone in which a subnet is of the same tier.
fix contains {"at": i, "op": "set", "address": s._address, "path": "network_configuration[0].subnets", "add": more} if {
	some i in judged
	not stuck[i]
	not spread[i]
	s := input.aws_ecs_service[i]
	zone := min({z |
		some n in s._to["network_configuration.subnets"]
		some p in input.aws_subnet[n]._to.peers
		some z in input.aws_subnet[p]._zones
	})
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} |
		some n in s._to["network_configuration.subnets"]
		some p in input.aws_subnet[n]._to.peers
		zone in input.aws_subnet[p]._zones
	]
}
