# METADATA
# title: Auto scaling group covers two zones
# description: >-
#   Reads the zones of vpc_zone_identifier or availability_zones. Fails when they are one zone, and when one subnet is listed, whatever its zone. Groups
#   of one zone each that are instances of one block, or have the same tag Tier, are judged together. Groups with max_size 0 are retired and not
#   applicable. Undecided when the zone of a subnet is not known.
# custom:
#   control: [ASG-AZ-001]
#   requirement: [RA-42]
#   judges: aws_autoscaling_group
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     List subnets of at least two zones, of all zones that the load balancer uses, in vpc_zone_identifier.
#   equivalents:
#     prowler: [autoscaling_group_multiple_az]
#     security_hub: [AutoScaling.2]
#     aws_config: [AUTOSCALING_MULTIPLE_AZ]
#     trusted_advisor: [Amazon EC2 Auto Scaling is not deployed in multiple AZs or does not meet the minimum number of AZs]
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
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       vpc_zone_identifier = [aws_subnet.a.id]
#     }
package asg.two_zones

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.max_size != 0
}

spread contains i if {
	some i, g in input.aws_autoscaling_group
	some y in g._zones
	some z in g._zones
	y != z
}

# A sibling covers another zone.
spread contains i if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.siblings
	some y in g._zones
	some z in input.aws_autoscaling_group[s]._zones
	y != z
}

paired contains i if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.siblings
	s != i
}

deny contains {"at": i, "attribute": "vpc_zone_identifier", "message": "the group can launch in one zone only"} if {
	some i in judged
	not spread[i]
}

deny contains {"at": i, "attribute": "vpc_zone_identifier", "message": "the group can launch in one zone only"} if {
	some i in judged
	count(input.aws_autoscaling_group[i].vpc_zone_identifier) == 1
	not paired[i]
}

# Launch templates that say where servers stand.
fixed contains t if {
	some t, x in input.aws_launch_template
	some n in x.network_interfaces
	n.subnet_id != null
}

fixed contains t if {
	some t, x in input.aws_launch_template
	some p in x.placement
	p.availability_zone != null
}

# Groups whose place is not theirs to say; those of kops are made from its own definition.
pinned contains i if {
	some i, g in input.aws_autoscaling_group
	g.tags["kops.k8s.io/instancegroup"] != ""
}

pinned contains i if {
	some i, g in input.aws_autoscaling_group
	some t in g._to["launch_template.id"]
	fixed[t]
}

pinned contains i if {
	some i, g in input.aws_autoscaling_group
	some t in g._to["launch_template.name"]
	fixed[t]
}

pinned contains i if {
	some i, g in input.aws_autoscaling_group
	some t in g._to["mixed_instances_policy.launch_template.launch_template_specification.launch_template_id"]
	fixed[t]
}

pinned contains i if {
	some i, g in input.aws_autoscaling_group
	some t in g._to["mixed_instances_policy.launch_template.launch_template_specification.launch_template_name"]
	fixed[t]
}

# Load balancers in two zones stay in these; the others get the zones of the peers of their subnets.
several_lb contains b if {
	some b, lb in input.aws_lb
	some y in lb._zones
	some z in lb._zones
	y != z
}

several_elb contains b if {
	some b, lb in input.aws_elb
	some y in lb._zones
	some z in lb._zones
	y != z
}

reaches_lb contains [b, zone] if {
	some b, lb in input.aws_lb
	some zone in lb._zones
}

reaches_lb contains [b, zone] if {
	some b, lb in input.aws_lb
	not several_lb[b]
	some s in lb._to.subnets
	some p in input.aws_subnet[s]._to.peers
	some zone in input.aws_subnet[p]._zones
}

reaches_elb contains [b, zone] if {
	some b, lb in input.aws_elb
	some zone in lb._zones
}

reaches_elb contains [b, zone] if {
	some b, lb in input.aws_elb
	not several_elb[b]
	some s in lb._to.subnets
	some p in input.aws_subnet[s]._to.peers
	some zone in input.aws_subnet[p]._zones
}

# Zones in which a load balancer of the group would find no servers.
closed contains [i, zone] if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.vpc_zone_identifier
	some p in input.aws_subnet[s]._to.peers
	some zone in input.aws_subnet[p]._zones
	some t in g._to.target_group_arns
	some l in input.aws_lb_target_group[t]._from["aws_lb_listener.default_action.target_group_arn"]
	some b in input.aws_lb_listener[l]._to.load_balancer_arn
	not reaches_lb[[b, zone]]
}

closed contains [i, zone] if {
	some i, g in input.aws_autoscaling_group
	some s in g._to.vpc_zone_identifier
	some p in input.aws_subnet[s]._to.peers
	some zone in input.aws_subnet[p]._zones
	some b in g._to.load_balancers
	not reaches_elb[[b, zone]]
}

# The first further zone in which a subnet is of the same tier.
fix contains {"at": i, "op": "set", "address": g._address, "path": "vpc_zone_identifier", "add": more} if {
	some i in judged
	not spread[i]
	not pinned[i]
	g := input.aws_autoscaling_group[i]
	zone := min({z |
		some s in g._to.vpc_zone_identifier
		some p in input.aws_subnet[s]._to.peers
		some z in input.aws_subnet[p]._zones
		not closed[[i, z]]
	})
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} |
		some s in g._to.vpc_zone_identifier
		some p in input.aws_subnet[s]._to.peers
		zone in input.aws_subnet[p]._zones
	]
	count(g.vpc_zone_identifier) + count(more) <= max([2, g.min_size]) # asg.min_per_zone
}
