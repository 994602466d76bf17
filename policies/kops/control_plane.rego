# METADATA
# title: The control plane of a kops cluster stands in three zones
# description: >-
#   Judges the groups of servers that kops tags as control plane (k8s.io/role/master, k8s.io/role/control-plane). Fails when they and the groups of the same tier do not keep
#   servers in three zones: etcd needs two of three. Even numbers of zones are not noticed. Undecided when the zones or tags of the groups are not known.
# custom:
#   control: [KOPS-HA-001]
#   requirement: [RA-86]
#   judges: aws_autoscaling_group
#   severity: high
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Add control-plane instance groups in two further zones with kops, one server each, and let etcd have a member in each.
#   links:
#     - https://kops.sigs.k8s.io/operations/high_availability/
#   equivalents:
#     kops_builtin: ['apis/kops/validation: "Should be an odd number of control-plane-zones for quorum"']
#   example: |
#     resource "aws_autoscaling_group" "master" {
#       name               = "master-eu-west-1a.masters.shop.k8s.local"
#       min_size           = 1
#       max_size           = 1
#       availability_zones = ["eu-west-1a"]
#       tag {
#         key                 = "k8s.io/role/master"
#         value               = "1"
#         propagate_at_launch = true
#       }
#     }
package kops.control_plane

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.tags["k8s.io/role/master"] == "1"
	g.max_size != 0
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.tags["k8s.io/role/control-plane"] == "1"
	g.max_size != 0
}

# Two further groups, and the three keep servers in different zones.
spread contains i if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.siblings
	some t in g._to.siblings
	s != t
	s != i
	t != i
	input.aws_autoscaling_group[s].min_size >= 1
	input.aws_autoscaling_group[t].min_size >= 1
	some x in g._zones
	some y in input.aws_autoscaling_group[s]._zones
	some z in input.aws_autoscaling_group[t]._zones
	x != y
	x != z
	y != z
}

# One group over three zones.
spread contains i if {
	some i, g in input.aws_autoscaling_group
	g.min_size >= 3
	some x in g._zones
	some y in g._zones
	some z in g._zones
	x != y
	x != z
	y != z
}

deny contains {"at": i, "attribute": "availability_zones", "message": "its tier does not keep servers in three zones"} if {
	some i in judged
	not spread[i]
}
