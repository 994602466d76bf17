# METADATA
# title: Two instances run at minimum size
# description: >-
#   Reads min_size. Fails below 2: the loss of one zone may stop the service until an instance is replaced. Groups of one tier in several zones (one block with
#   for_each, a common tag Tier, an instance group of kops) keep an instance each. Retired groups (max_size 0) and worker tiers that scale to zero
#   (tag Tier = worker) are not applicable.
# custom:
#   control: [ASG-MIN-001]
#   requirement: [RA-41, RA-45]
#   judges: aws_autoscaling_group
#   severity: high
#   non_production: skip
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set min_size to the number of zones of the group, at least 2.
#   equivalents:
#     well_architected: [REL11-BP05, REL10-BP01]
#   example: |
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 1
#       max_size = 4
#       availability_zones = ["eu-west-1a", "eu-west-1b"]
#     }
package asg.min_size

worker contains i if {
	some i, g in input.aws_autoscaling_group
	lower(g.tags.Tier) == "worker"
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.max_size != 0
	not worker[i]
}

shared contains i if {
	some i, g in input.aws_autoscaling_group
	g.min_size >= 1
	some s in g._to.siblings
	s != i
	other := input.aws_autoscaling_group[s]
	other.min_size >= 1
	some y in g._zones
	some z in other._zones
	y != z
}

# Of the control plane of kops there is one server for each group, whose disks are in its zone.
single contains i if {
	some i, g in input.aws_autoscaling_group
	some role in ["k8s.io/role/master", "k8s.io/role/control-plane"]
	g.tags[role] != ""
}

deny contains {"at": i, "attribute": "min_size", "message": sprintf("the minimum is %v instances, two zones need two", [g.min_size])} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	g.min_size < 2
	not shared[i]
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "min_size", "value": 2} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	g.min_size < 2
	not single[i]
	not shared[i]
}

# AWS refuses a largest size, or a number to start with, below the least.
fix contains {"at": i, "op": "set", "address": g._address, "path": "max_size", "value": 2} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	g.min_size < 2
	g.max_size < 2
	not single[i]
	not shared[i]
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "desired_capacity", "value": 2} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	g.min_size < 2
	g.desired_capacity < 2
	g.starts_at_least == false
	not single[i]
	not shared[i]
}
