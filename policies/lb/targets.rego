# METADATA
# title: The targets of a target group sit in two zones
# description: >-
#   Judges target groups whose targets are in the code: an auto scaling group, an ECS service, or attached instances. Fails when all targets are in one
#   zone, or when there is only one (a group that starts with or holds at most one instance, a service of one task). In an account a target that the health
#   check calls unhealthy, or that is being taken out, does not count. Lambda and load balancer targets are not judged. Undecided when zones or numbers are not known, as of a service without network_configuration.
# custom:
#   control: [LB-TGT-001]
#   requirement: [RA-41, RA-23]
#   judges: aws_lb_target_group
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: Let the auto scaling group or service use subnets of two zones or more and keep at least two targets; attach instances of another zone.
#   equivalents:
#     trusted_advisor: [ELB Target Imbalance, Amazon EC2 Availability Zone Balance]
#     well_architected: [REL10-BP01, REL11-BP02]
#   example: |
#     resource "aws_lb_target_group" "web" {
#       port     = 80
#       protocol = "HTTP"
#       vpc_id   = "vpc-0123456789abcdef0"
#     }
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-0123456789abcdef0"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_autoscaling_group" "web" {
#       min_size            = 2
#       max_size            = 4
#       vpc_zone_identifier = [aws_subnet.a.id]
#       target_group_arns   = [aws_lb_target_group.web.arn]
#     }
package lb.targets

# What registers targets, by target group: groups by themselves or by an attachment,
group contains [i, g] if {
	some i, t in input.aws_lb_target_group
	some g in t._from["aws_autoscaling_group.target_group_arns"]
}

group contains [i, g] if {
	some i, t in input.aws_lb_target_group
	some g in t._from["aws_autoscaling_group.traffic_source.identifier"]
}

group contains [i, g] if {
	some i, t in input.aws_lb_target_group
	some a in t._from["aws_autoscaling_attachment.lb_target_group_arn"]
	some g in input.aws_autoscaling_attachment[a]._to.autoscaling_group_name
}

judged contains i if {
	some [i, _] in group
	input.aws_lb_target_group[i].target_type in {"instance", "ip"}
}

# services, and single instances.
judged contains i if {
	some i, t in input.aws_lb_target_group
	t.target_type in {"instance", "ip"}
	some _ in t._from["aws_ecs_service.load_balancer.target_group_arn"]
}

judged contains i if {
	some i, t in input.aws_lb_target_group
	t.target_type in {"instance", "ip"}
	some _ in t._from["aws_lb_target_group_attachment.target_group_arn"]
}

# Groups that hold two instances in two zones.
wide_group contains g if {
	some g, asg in input.aws_autoscaling_group
	asg.max_size > 1
	asg.desired_capacity > 1
	some y in asg._zones
	some z in asg._zones
	y != z
}

wide_group contains g if {
	some g, asg in input.aws_autoscaling_group
	asg.min_size > 1
	some y in asg._zones
	some z in asg._zones
	y != z
}

# Services that keep two tasks: by their number, by the minimum of their scaling, or one on each instance.
lasting contains s if {
	some s, service in input.aws_ecs_service
	service.desired_count > 1
}

lasting contains s if {
	some s, service in input.aws_ecs_service
	some t in service._from["aws_appautoscaling_target.target"]
	input.aws_appautoscaling_target[t].min_capacity > 1
}

lasting contains s if {
	some s, service in input.aws_ecs_service
	service.scheduling_strategy == "DAEMON"
}

# Targets that get no requests; only an account knows. Source: Elastic Load Balancing API, TargetHealth.State.
ill contains a if {
	some a, target in input.aws_lb_target_group_attachment
	target.health in {"unhealthy", "unhealthy.draining", "draining"}
}

spread contains i if {
	some i, t in input.aws_lb_target_group
	some g in t._from["aws_autoscaling_group.target_group_arns"]
	wide_group[g]
}

spread contains i if {
	some i, t in input.aws_lb_target_group
	some g in t._from["aws_autoscaling_group.traffic_source.identifier"]
	wide_group[g]
}

spread contains i if {
	some i, t in input.aws_lb_target_group
	some a in t._from["aws_autoscaling_attachment.lb_target_group_arn"]
	some g in input.aws_autoscaling_attachment[a]._to.autoscaling_group_name
	wide_group[g]
}

spread contains i if {
	some i, t in input.aws_lb_target_group
	some s in t._from["aws_ecs_service.load_balancer.target_group_arn"]
	lasting[s]
	service := input.aws_ecs_service[s]
	some y in service._zones
	some z in service._zones
	y != z
}

spread contains i if {
	some i, t in input.aws_lb_target_group
	some a in t._from["aws_lb_target_group_attachment.target_group_arn"]
	some b in t._from["aws_lb_target_group_attachment.target_group_arn"]
	a != b
	not ill[a]
	not ill[b]
	some y in input.aws_lb_target_group_attachment[a]._zones
	some z in input.aws_lb_target_group_attachment[b]._zones
	y != z
}

deny contains {"at": i, "attribute": "", "message": "no two targets that work are in two zones"} if {
	some i in judged
	not spread[i]
}
