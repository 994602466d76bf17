# METADATA
# title: A load balancer is enabled in two zones
# description: >-
#   Reads the zones of the subnets of each application or network load balancer. Fails when all are in one zone (one subnet is one zone), or
#   when an auto scaling group behind a listener uses a zone in which the load balancer is not enabled. Gateway load balancers are not judged. Undecided when the zones of several subnets are not known.
# custom:
#   control: [LB-AZ-001]
#   requirement: [RA-40]
#   judges: aws_lb
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: Add a subnet of another zone to the load balancer; targets in a zone where it is not enabled get no traffic.
#   equivalents:
#     prowler: [elbv2_is_in_multiple_az, elb_is_in_multiple_az]
#     security_hub: [ELB.13, ELB.10]
#     aws_config: [ELBV2_MULTIPLE_AZ, CLB_MULTIPLE_AZ]
#     trusted_advisor: [ALB Multi-AZ, NLB Multi-AZ]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-0123456789abcdef0"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_lb" "web" {
#       load_balancer_type = "network"
#       subnets            = [aws_subnet.a.id]
#     }
package lb.zones

judged contains i if {
	some i, lb in input.aws_lb
	lb.load_balancer_type != "gateway"
}

spread contains i if {
	some i, lb in input.aws_lb
	some a in lb._to.subnets
	some b in lb._to.subnets
	a != b
	some y in input.aws_subnet[a]._zones
	some z in input.aws_subnet[b]._zones
	y != z
}

spread contains i if {
	some i, lb in input.aws_lb
	some a in lb._to["subnet_mapping.subnet_id"]
	some b in lb._to["subnet_mapping.subnet_id"]
	a != b
	some y in input.aws_subnet[a]._zones
	some z in input.aws_subnet[b]._zones
	y != z
}

deny contains {"at": i, "attribute": "subnets", "message": "it stands in one zone"} if {
	some i in judged
	not spread[i]
}

enabled contains [i, zone] if {
	some i, lb in input.aws_lb
	some zone in lb._zones
}

deny contains {"at": i, "attribute": "subnets", "message": sprintf("targets stand in %s, where it is not enabled", [zone])} if {
	some i in judged
	some l in input.aws_lb[i]._from["aws_lb_listener.load_balancer_arn"]
	some t in input.aws_lb_listener[l]._to["default_action.target_group_arn"]
	some g in input.aws_lb_target_group[t]._from["aws_autoscaling_group.target_group_arns"]
	some zone in input.aws_autoscaling_group[g]._zones
	not enabled[[i, zone]]
}

# Zones of subnets of the same tier as the load balancer's.
possible contains [i, zone] if {
	some i, lb in input.aws_lb
	some s in lb._to.subnets
	some p in input.aws_subnet[s]._to.peers
	some zone in input.aws_subnet[p]._zones
}

# Targets stand where no such subnet is.
stuck contains i if {
	some i, lb in input.aws_lb
	some l in lb._from["aws_lb_listener.load_balancer_arn"]
	some t in input.aws_lb_listener[l]._to["default_action.target_group_arn"]
	some g in input.aws_lb_target_group[t]._from["aws_autoscaling_group.target_group_arns"]
	some zone in input.aws_autoscaling_group[g]._zones
	not enabled[[i, zone]]
	not possible[[i, zone]]
}

# In one zone: subnets of all zones that have one of the same tier, so that it is where its servers are, whichever of these they go to.
fix contains {"at": i, "op": "set", "address": lb._address, "path": "subnets", "add": more} if {
	some i in judged
	not spread[i]
	not stuck[i]
	lb := input.aws_lb[i]
	some s in lb._to.subnets
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} | some p in input.aws_subnet[s]._to.peers]
	more != []
}

# In several: the zones of its targets.
fix contains {"at": i, "op": "set", "address": lb._address, "path": "subnets", "add": more} if {
	some i in judged
	spread[i]
	not stuck[i]
	lb := input.aws_lb[i]
	missing := {zone |
		some l in lb._from["aws_lb_listener.load_balancer_arn"]
		some t in input.aws_lb_listener[l]._to["default_action.target_group_arn"]
		some g in input.aws_lb_target_group[t]._from["aws_autoscaling_group.target_group_arns"]
		some zone in input.aws_autoscaling_group[g]._zones
		not enabled[[i, zone]]
	}
	some s in lb._to.subnets
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} |
		some p in input.aws_subnet[s]._to.peers
		some zone in input.aws_subnet[p]._zones
		zone in missing
	]
	count(more) == count(missing)
	missing != set()
}
