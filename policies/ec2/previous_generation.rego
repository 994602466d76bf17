# METADATA
# title: Servers are of a current generation
# description: >-
#   Reads instance_type against the dated table of former generations (data/previous_generations.json). Fails when the same size of a newer one costs less wherever both are sold. Burstable types are left out. No fix is given where the old type has disks of its own, which the change loses.
# custom:
#   control: [OPT-COST-002]
#   requirement: [RA-124]
#   judges: aws_instance
#   severity: low
#   pillar: [cost, performance]
#   disruption: restart
#   remediation: Set instance_type to the newer type; the server stops and starts. Its image needs the drivers for NVMe and ENA, which those of the vendors have had since 2018.
#   links: ["https://aws.amazon.com/ec2/previous-generation/"]
#   example: |
#     resource "aws_instance" "web" {
#       ami           = "ami-1"
#       instance_type = "m4.large"
#     }
package ec2.previous_generation

judged contains i if {
	some i, _ in input.aws_instance
}

deny contains {"at": i, "attribute": "instance_type", "message": sprintf("%s costs less than %s and is newer", [next, old])} if {
	some i in judged
	some old, next in data.tables.previous_generations.instances
	input.aws_instance[i].instance_type == old
}

deny contains {"at": i, "attribute": "instance_type", "message": sprintf("%s costs less than %s and is newer", [next, old])} if {
	some i in judged
	some old, next in data.tables.previous_generations.instances_with_disks
	input.aws_instance[i].instance_type == old
}

fix contains {"at": i, "op": "set", "address": server._address, "path": "instance_type", "value": next} if {
	some i in judged
	server := input.aws_instance[i]
	next := data.tables.previous_generations.instances[server.instance_type]
}
