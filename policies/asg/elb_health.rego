# METADATA
# title: Groups behind a load balancer use its health checks
# description: >-
#   Reads health_check_type of groups that a load balancer knows: by target_group_arns, load_balancers, traffic_source or an attachment. Fails when it
#   does not contain ELB (unset is EC2): EC2 checks do not see a dead application. Groups without a load balancer are not applicable.
# custom:
#   control: [ASG-HC-001]
#   requirement: [RA-42]
#   judges: aws_autoscaling_group
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Set health_check_type = "ELB", with a health_check_grace_period longer than the start of the application.
#   equivalents:
#     prowler: [autoscaling_group_elb_health_check_enabled]
#     checkov: [CKV2_AWS_15]
#     security_hub: [AutoScaling.1]
#     aws_config: [AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED]
#     trusted_advisor: [Auto Scaling Group Health Check]
#     well_architected: [REL11-BP01, REL11-BP03]
#   example: |
#     resource "aws_lb_target_group" "t" {
#       name = "t"
#     }
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
#       target_group_arns = [aws_lb_target_group.t.arn]
#     }
package asg.elb_health

judged contains i if {
	some i, g in input.aws_autoscaling_group
	some _ in g.target_group_arns
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	some _ in g.load_balancers
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	some _ in g.traffic_source
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	some _ in g._from["aws_autoscaling_attachment.autoscaling_group_name"]
}

judged contains i if {
	some i, g in input.aws_autoscaling_group
	some _ in g._from["aws_autoscaling_traffic_source_attachment.autoscaling_group_name"]
}

deny contains {"at": i, "attribute": "health_check_type", "message": "a hung server is not replaced"} if {
	some i in judged
	not regex.match(`(ELB|VPC_LATTICE)`, input.aws_autoscaling_group[i].health_check_type)
}

fix contains {"at": i, "op": "set", "address": g._address, "path": "health_check_type", "value": "ELB"} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	not regex.match(`(ELB|VPC_LATTICE)`, g.health_check_type)
}
