# METADATA
# title: One instance runs in each zone
# description: >-
#   Reads min_size and the number of listed subnets. Fails when at least two instances run, but fewer than there are subnets, so that some zone may be
#   empty. Fewer than two are asg.min_size. Not applicable as there.
# custom:
#   control: [ASG-MIN-001]
#   requirement: [RA-41, RA-45]
#   judges: aws_autoscaling_group
#   severity: low
#   non_production: skip
#   pillar: [reliability]
#   remediation: >-
#     Set min_size to the number of zones of the group.
#   equivalents:
#     well_architected: [REL11-BP05, REL10-BP01]
#   example: |
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       vpc_zone_identifier = ["subnet-1", "subnet-2", "subnet-3"]
#     }
package asg.min_per_zone

worker contains i if {
	some i, g in input.aws_autoscaling_group
	lower(g.tags.Tier) == "worker"
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	g.max_size != 0
	g.min_size >= 2
	not worker[i]
}

deny contains {"at": i, "attribute": "min_size", "message": sprintf("the minimum is %v instances in more subnets", [g.min_size])} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	g.min_size < count(g.vpc_zone_identifier)
}
