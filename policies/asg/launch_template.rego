# METADATA
# title: Groups use launch templates
# description: >-
#   Reads launch_configuration. Fails when it is set: launch configurations get no new instance types and cannot be created in new accounts.
# custom:
#   control: [ASG-LT-001]
#   requirement: [RA-42]
#   judges: aws_autoscaling_group
#   severity: low
#   pillar: [operations]
#   remediation: >-
#     Write the same settings as aws_launch_template and name it in launch_template { id, version }.
#   equivalents:
#     prowler: [autoscaling_group_using_ec2_launch_template]
#     checkov: [CKV_AWS_315]
#     security_hub: [AutoScaling.9]
#     aws_config: [AUTOSCALING_LAUNCH_TEMPLATE]
#   example: |
#     resource "aws_launch_configuration" "c" {
#       image_id      = "ami-1"
#       instance_type = "t3.small"
#     }
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       availability_zones = ["eu-west-1a", "eu-west-1b"]
#       launch_configuration = aws_launch_configuration.c.name
#     }
package asg.launch_template

judged contains i if {
	some i, _ in input.aws_autoscaling_group
}

deny contains {"at": i, "attribute": "launch_configuration", "message": "the group uses a launch configuration"} if {
	some i in judged
	g := input.aws_autoscaling_group[i]
	g.launch_configuration != null
}
