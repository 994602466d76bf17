# METADATA
# title: A signal makes the group shrink again
# description: >-
#   Reads the same as asg.scale_out, of groups that pass it. Passes with target tracking that may scale in, or with a negative simple or step policy that
#   an enabled alarm calls, unless alarms for both directions watch one metric from the same side. Fails otherwise. Not applicable where asg.scale_out is,
#   and where nothing makes the group grow.
# custom:
#   control: [ASG-SCALE-002]
#   requirement: [RA-43, RA-124]
#   judges: aws_autoscaling_group
#   severity: medium
#   non_production: skip
#   pillar: [cost, reliability]
#   remediation: >-
#     Allow scale-in on the target-tracking policy, or add a negative policy with an alarm on the other side.
#   equivalents:
#     well_architected: [REL07-BP01]
#   example: |
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       availability_zones = ["eu-west-1a", "eu-west-1b"]
#     }
#     resource "aws_autoscaling_policy" "up" {
#       name                   = "up"
#       autoscaling_group_name = aws_autoscaling_group.web.name
#       scaling_adjustment     = 1
#     }
#     resource "aws_cloudwatch_metric_alarm" "high" {
#       alarm_name          = "high"
#       metric_name         = "CPUUtilization"
#       comparison_operator = "GreaterThanThreshold"
#       alarm_actions       = [aws_autoscaling_policy.up.arn]
#     }
package asg.scale_in

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.min_size < g.max_size
	not managed[i]
	out[i]
}

# A cluster's own scaler decides: Kubernetes by tag, ECS by a capacity provider with managed scaling.
managed contains i if {
	some i, g in input.aws_autoscaling_group
	g.cluster != null
}

managed contains i if {
	some i, g in input.aws_autoscaling_group
	some p in g._from["aws_ecs_capacity_provider.auto_scaling_group_provider.auto_scaling_group_arn"]
	scaling[p]
}

scaling contains p if {
	some p, provider in input.aws_ecs_capacity_provider
	some a in provider.auto_scaling_group_provider
	some m in a.managed_scaling
	m.status == "ENABLED"
}

out contains i if {
	some i, g in input.aws_autoscaling_group
	some p in g._from["aws_autoscaling_policy.autoscaling_group_name"]
	tracks[p]
}

out contains i if {
	some i, g in input.aws_autoscaling_group
	some p in g._from["aws_autoscaling_policy.autoscaling_group_name"]
	grows[p]
	called[p]
}

tracks contains p if {
	some p, policy in input.aws_autoscaling_policy
	policy.policy_type == "TargetTrackingScaling"
	policy.enabled == true
}

grows contains p if {
	some p, policy in input.aws_autoscaling_policy
	policy.enabled == true
	policy.scaling_adjustment > 0
}

grows contains p if {
	some p, policy in input.aws_autoscaling_policy
	policy.enabled == true
	some s in policy.step_adjustment
	s.scaling_adjustment > 0
}

# An enabled alarm calls the policy.
called contains p if {
	some p, policy in input.aws_autoscaling_policy
	some a in policy._from["aws_cloudwatch_metric_alarm.alarm_actions"]
	rings[a]
}

rings contains a if {
	some a, alarm in input.aws_cloudwatch_metric_alarm
	alarm.actions_enabled == true
}

shrinks contains p if {
	some p, policy in input.aws_autoscaling_policy
	policy.enabled == true
	policy.scaling_adjustment != null
	policy.scaling_adjustment < 0
}

shrinks contains p if {
	some p, policy in input.aws_autoscaling_policy
	policy.enabled == true
	some s in policy.step_adjustment
	s.scaling_adjustment < 0
}

back contains i if {
	some i, g in input.aws_autoscaling_group
	some p in g._from["aws_autoscaling_policy.autoscaling_group_name"]
	tracks_back[p]
}

back contains i if {
	some i, g in input.aws_autoscaling_group
	some p in g._from["aws_autoscaling_policy.autoscaling_group_name"]
	shrinks[p]
	called[p]
}

tracks_back contains p if {
	some p, policy in input.aws_autoscaling_policy
	policy.enabled == true
	some t in policy.target_tracking_configuration
	t.disable_scale_in == false
}

# One metric makes the group grow and shrink from the same side of the threshold.
fights contains i if {
	some i, g in input.aws_autoscaling_group
	some p in g._from["aws_autoscaling_policy.autoscaling_group_name"]
	grows[p]
	some q in g._from["aws_autoscaling_policy.autoscaling_group_name"]
	shrinks[q]
	some a in input.aws_autoscaling_policy[p]._from["aws_cloudwatch_metric_alarm.alarm_actions"]
	some b in input.aws_autoscaling_policy[q]._from["aws_cloudwatch_metric_alarm.alarm_actions"]
	up := input.aws_cloudwatch_metric_alarm[a]
	down := input.aws_cloudwatch_metric_alarm[b]
	up.metric_name == down.metric_name
	substring(up.comparison_operator, 0, 4) == substring(down.comparison_operator, 0, 4)
}

deny contains {"at": i, "attribute": "min_size", "message": "the group grows and never shrinks"} if {
	some i in judged
	not back[i]
}

deny contains {"at": i, "attribute": "min_size", "message": "one metric grows and shrinks the group on the same side"} if {
	some i in judged
	fights[i]
}
