# METADATA
# title: ECS deployments keep capacity and roll back
# description: >-
#   Reads deployment_minimum_healthy_percent (default 100), the circuit breaker and deployment alarms. Fails when less than half of the tasks must stay,
#   or when a failing deployment is not rolled back by either. Daemons and other deployment controllers are not applicable.
# custom:
#   control: [ECS-DEPLOY-001]
#   requirement: [RA-82]
#   judges: aws_ecs_service
#   severity: medium
#   pillar: [reliability, operations]
#   disruption: none
#   remediation: >-
#     Add deployment_circuit_breaker { enable = true, rollback = true } and keep deployment_minimum_healthy_percent at 50 or more.
#   equivalents:
#     well_architected: [REL08-BP05]
#   example: |
#     resource "aws_ecs_service" "web" {
#       name            = "web"
#       cluster         = "shop"
#       task_definition = "web:1"
#       desired_count   = 2
#     }
package ecs.rollback

other contains i if {
	some i, s in input.aws_ecs_service
	some c in s.deployment_controller
	c.type != "ECS"
}

judged contains i if {
	some i, s in input.aws_ecs_service
	s.scheduling_strategy == "REPLICA"
	not other[i]
}

back contains i if {
	some i, s in input.aws_ecs_service
	some c in s.deployment_circuit_breaker
	c.enable == true
	c.rollback == true
}

back contains i if {
	some i, s in input.aws_ecs_service
	some a in s.alarms
	a.enable == true
	a.rollback == true
}

deny contains {"at": i, "attribute": "deployment_circuit_breaker", "message": "a failing deployment is not rolled back"} if {
	some i in judged
	not back[i]
}

deny contains {"at": i, "attribute": "deployment_minimum_healthy_percent", "message": sprintf("a deployment may leave %v %% of the tasks", [s.deployment_minimum_healthy_percent])} if {
	some i in judged
	s := input.aws_ecs_service[i]
	s.deployment_minimum_healthy_percent < 50
}

fix contains {"at": i, "op": "set", "address": s._address, "path": "deployment_circuit_breaker", "value": [{"enable": true, "rollback": true}]} if {
	some i in judged
	s := input.aws_ecs_service[i]
	not back[i]
}

fix contains {"at": i, "op": "set", "address": s._address, "path": "deployment_minimum_healthy_percent", "value": 50} if {
	some i in judged
	s := input.aws_ecs_service[i]
	s.deployment_minimum_healthy_percent < 50
}
