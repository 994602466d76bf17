# METADATA
# title: Launch templates name a current generation
# description: >-
#   Reads instance_type against the dated table of former generations (data/previous_generations.json). Fails when the same size of a newer one costs less wherever both are sold. Burstable types are left out, and types that only a group names. No fix is given where the old type has disks of its own, which the change loses.
# custom:
#   control: [OPT-COST-002]
#   requirement: [RA-124]
#   judges: aws_launch_template
#   severity: low
#   pillar: [cost, performance]
#   disruption: none
#   remediation: Set instance_type to the newer type; servers that are launched from then on have it. Their image needs the drivers for NVMe and ENA, which those of the vendors have had since 2018.
#   links: ["https://aws.amazon.com/ec2/previous-generation/"]
#   example: |
#     resource "aws_launch_template" "web" {
#       image_id      = "ami-1"
#       instance_type = "c4.large"
#     }
#     resource "aws_autoscaling_group" "web" {
#       min_size = 2
#       max_size = 4
#       launch_template {
#         id = aws_launch_template.web.id
#       }
#     }
package ec2.template_previous_generation

judged contains i if {
	some i, _ in input.aws_launch_template
}

deny contains {"at": i, "attribute": "instance_type", "message": sprintf("%s costs less than %s and is newer", [next, old])} if {
	some i in judged
	some old, next in data.tables.previous_generations.instances
	input.aws_launch_template[i].instance_type == old
}

deny contains {"at": i, "attribute": "instance_type", "message": sprintf("%s costs less than %s and is newer", [next, old])} if {
	some i in judged
	some old, next in data.tables.previous_generations.instances_with_disks
	input.aws_launch_template[i].instance_type == old
}

fix contains {"at": i, "op": "set", "address": template._address, "path": "instance_type", "value": next} if {
	some i in judged
	template := input.aws_launch_template[i]
	next := data.tables.previous_generations.instances[template.instance_type]
}
