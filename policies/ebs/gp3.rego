# METADATA
# title: Volumes are not gp2
# description: >-
#   Reads type. Fails when it is gp2, which is also the default: gp3 gives the same for a fifth less. The fix is given up to 170 GiB, where gp3 without further settings
#   is nowhere slower; larger volumes may need iops or throughput. Undecided when the type is not known. Volumes within an instance are not asked.
# custom:
#   control: [OPT-COST-002]
#   requirement: [RA-124]
#   judges: aws_ebs_volume
#   severity: low
#   pillar: [cost, performance]
#   disruption: none
#   remediation: Set type = "gp3"; above 170 GiB also throughput = 250, above 1,000 GiB also iops of 3 for each GiB. The volume stays in use meanwhile.
#   links: ["https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"]
#   example: |
#     resource "aws_ebs_volume" "data" {
#       availability_zone = "eu-west-1a"
#       type              = "gp2"
#       size              = 100
#     }
package ebs.gp3

judged contains i if {
	some i, _ in input.aws_ebs_volume
}

deny contains {"at": i, "attribute": "type", "message": "gp2 costs more than gp3 and does not do more"} if {
	some i in judged
	input.aws_ebs_volume[i].type == "gp2"
}

fix contains {"at": i, "op": "set", "address": volume._address, "path": "type", "value": "gp3"} if {
	some i in judged
	volume := input.aws_ebs_volume[i]
	volume.type == "gp2"
	volume.size <= 170
}
