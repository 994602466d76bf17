# METADATA
# title: A signal makes the group grow
# description: >-
#   Reads the scaling policies of the group and the alarms that call them. Passes with an enabled target-tracking policy, or with a simple or step policy
#   with a positive adjustment that an enabled alarm calls. Fails otherwise; predictive or scheduled scaling alone is no reaction. Groups of a fixed size,
#   of a Kubernetes cluster (tag kubernetes.io/cluster/NAME) or of an ECS capacity provider with managed scaling are not applicable.
# custom:
#   control: [ASG-SCALE-001]
#   requirement: [RA-43]
#   judges: aws_autoscaling_group
#   severity: high
#   non_production: skip
#   pillar: [reliability, performance]
#   disruption: none
#   parameters:
#     cpu_target:
#       default: 50
#       description: "average CPU in percent that the proposed policy aims at"
#   remediation: >-
#     Add a target-tracking aws_autoscaling_policy, on ALBRequestCountPerTarget behind a load balancer, else on CPU.
#   equivalents:
#     well_architected: [REL07-BP01, REL07-BP03]
#   example: |
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       availability_zones = ["eu-west-1a", "eu-west-1b"]
#     }
package asg.scale_out

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.min_size < g.max_size
	not managed[i]
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

deny contains {"at": i, "attribute": "max_size", "message": "no scaling policy, no alarm"} if {
	some i in judged
	not out[i]
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_autoscaling_policy",
	"name": sprintf("%s_cpu", [g._name]),
	"values": {
		"name": sprintf("%s-cpu", [g._name]),
		"autoscaling_group_name": {"_ref": g._address, "attribute": "name"},
		"policy_type": "TargetTrackingScaling",
		"target_tracking_configuration": [{
			"target_value": data.parameters.asg.scale_out.cpu_target,
			"predefined_metric_specification": [{"predefined_metric_type": "ASGAverageCPUUtilization"}],
		}],
	},
} if {
	some i in judged
	not out[i]
	g := input.aws_autoscaling_group[i]
}
