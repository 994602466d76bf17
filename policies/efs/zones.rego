# METADATA
# title: A shared file system is there in more than one zone
# description: >-
#   Reads availability_zone_name and the mount targets. Fails for a One Zone file system, and when all mount
#   targets lie in one zone: clients in other zones depend on it. Passes with mount targets in two zones,
#   and without any, since nothing mounts it then. Undecided when zones are not known. Which zones the
#   clients use is not followed. File systems tagged Purpose = "scratch" are not judged; backups are judged
#   by backup.file_systems.
# custom:
#   control: [EFS-AZ-001]
#   judges: aws_efs_file_system
#   requirement: [RA-48, RA-53]
#   severity: medium
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Add a mount target in a subnet of each zone whose servers mount the file system. A One Zone file
#     system cannot be changed: copy its files to a regional one.
#   equivalents:
#     prowler:
#       - efs_multi_az_enabled
#       - efs_have_backup_enabled
#     security_hub:
#       - EFS.2
#     aws_config:
#       - EFS_IN_BACKUP_PLAN
#     trusted_advisor:
#       - Amazon EFS no mount target redundancy
#     checkov:
#       - CKV2_AWS_18
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       cidr_block        = "10.0.0.0/24"
#       availability_zone = "eu-west-1a"
#     }
#
#     resource "aws_efs_file_system" "main" {
#       creation_token = "shared"
#     }
#
#     resource "aws_efs_mount_target" "a" {
#       file_system_id = aws_efs_file_system.main.id
#       subnet_id      = aws_subnet.a.id
#     }
package efs.zones

judged contains i if {
	some i, _ in input.aws_efs_file_system
	not scratch[i]
}

scratch contains i if {
	some i, f in input.aws_efs_file_system
	f.tags.Purpose == "scratch"
}

mounted contains i if {
	some i, f in input.aws_efs_file_system
	some _ in f._from["aws_efs_mount_target.file_system_id"]
}

spread contains i if {
	some i, f in input.aws_efs_file_system
	some m in f._from["aws_efs_mount_target.file_system_id"]
	some n in f._from["aws_efs_mount_target.file_system_id"]
	m != n
	some y in input.aws_efs_mount_target[m]._zones
	some z in input.aws_efs_mount_target[n]._zones
	y != z
}

deny contains {"at": i, "attribute": "availability_zone_name", "message": "the file system exists in one zone only"} if {
	some i in judged
	f := input.aws_efs_file_system[i]
	f.availability_zone_name != null
}

deny contains {"at": i, "attribute": "creation_token", "message": "all mount targets lie in one zone"} if {
	some i in judged
	input.aws_efs_file_system[i].availability_zone_name == null
	mounted[i]
	not spread[i]
}

# A mount target in each further zone that has a subnet of the same tier, like the one that is there.
fix contains {
	"at": i,
	"op": "create",
	"type": "aws_efs_mount_target",
	"name": sprintf("%s_%s", [f._name, replace(replace(zone, "-", "_"), "#", "_")]),
	"like": mount._address,
	"attributes": ["security_groups"],
	"values": {
		"file_system_id": {"_ref": f._address, "attribute": "id"},
		"subnet_id": {"_ref": input.aws_subnet[p]._address, "attribute": "id"},
	},
} if {
	some i in judged
	not spread[i]
	f := input.aws_efs_file_system[i]
	f.availability_zone_name == null
	mount := input.aws_efs_mount_target[min(f._from["aws_efs_mount_target.file_system_id"])]
	some s in mount._to.subnet_id
	some p in input.aws_subnet[s]._to.peers
	some zone in input.aws_subnet[p]._zones
}
