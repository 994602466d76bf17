# METADATA
# title: Volumes are attached
# description: >-
#   Fails when no attachment names the volume: it is charged by its size all the same. A volume that a script or a cluster attaches is found too. Undecided when an attachment's volume is not known.
# custom:
#   control: [SLS-IDLE-001]
#   requirement: [RA-124, RA-91]
#   judges: aws_ebs_volume
#   severity: low
#   pillar: [cost]
#   waste: true
#   remediation: Attach it with aws_volume_attachment, or take a snapshot and remove it.
#   links: ["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes.html"]
#   equivalents:
#     aws_config: [EC2_VOLUME_INUSE_CHECK]
#   example: |
#     resource "aws_ebs_volume" "spare" {
#       availability_zone = "eu-west-1a"
#       type              = "gp3"
#       size              = 100
#     }
package ebs.idle_volume

judged contains i if {
	some i, _ in input.aws_ebs_volume
}

attached contains i if {
	some i, volume in input.aws_ebs_volume
	some _ in volume._from["aws_volume_attachment.volume_id"]
}

deny contains {"at": i, "attribute": "size", "message": "nothing attaches this volume, and it is charged"} if {
	some i in judged
	not attached[i]
}
