# METADATA
# title: No process of the group is suspended
# description: >-
#   Reads suspended_processes. Fails when it holds Launch, Terminate, HealthCheck, ReplaceUnhealthy, AZRebalance or AlarmNotification; others do not stop
#   self-healing.
# custom:
#   control: [ASG-SUSP-001]
#   requirement: [RA-42]
#   judges: aws_autoscaling_group
#   severity: medium
#   pillar: [reliability]
#   remediation: >-
#     Remove the process from suspended_processes.
#   equivalents:
#     steampipe: [autoscaling_group_no_suspended_process]
#     well_architected: [REL11-BP03]
#   example: |
#     resource "aws_autoscaling_group" "web" {
#       name     = "web"
#       min_size = 2
#       max_size = 4
#       availability_zones = ["eu-west-1a", "eu-west-1b"]
#       suspended_processes = ["AZRebalance"]
#     }
package asg.suspended

judged contains i if {
	some i, _ in input.aws_autoscaling_group
}

deny contains {"at": i, "attribute": "suspended_processes", "message": sprintf("%s is suspended", [p])} if {
	some i in judged
	some p in input.aws_autoscaling_group[i].suspended_processes
	p in {"Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification"}
}
