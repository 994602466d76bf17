# METADATA
# title: A database subnet group spans two zones
# description: >-
#   Reads the subnets of the group and their zones. Fails when no two subnets lie in different zones: Multi-
#   AZ cannot be switched on. Passes when two do. Undecided when subnets or zones are not known; a single
#   subnet is one zone, whichever.
# custom:
#   control: [RDS-SUBNET-001]
#   judges: aws_db_subnet_group
#   requirement: [RA-50, RA-20]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Add a subnet of another zone to subnet_ids; a third one lets Aurora place its instances in three
#     zones.
#   equivalents:
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       cidr_block        = "10.0.0.0/24"
#       availability_zone = "eu-west-1a"
#     }
#
#     resource "aws_db_subnet_group" "data" {
#       name       = "data"
#       subnet_ids = [aws_subnet.a.id]
#     }
package rds.subnet_zones

judged contains i if some i, _ in input.aws_db_subnet_group

# Two subnets in different zones.
spread contains i if {
	some i, g in input.aws_db_subnet_group
	some s in g._to.subnet_ids
	some t in g._to.subnet_ids
	s != t
	some y in input.aws_subnet[s]._zones
	some z in input.aws_subnet[t]._zones
	y != z
}

deny contains {"at": i, "attribute": "subnet_ids", "message": "all subnets lie in one zone"} if {
	some i in judged
	not spread[i]
}

# A subnet of every zone that has one of the same tier: where a database is placed is said elsewhere.
fix contains {"at": i, "op": "set", "address": g._address, "path": "subnet_ids", "add": more} if {
	some i in judged
	not spread[i]
	g := input.aws_db_subnet_group[i]
	some s in g._to.subnet_ids
	some _ in input.aws_subnet[s]._to.peers
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} |
		some t in g._to.subnet_ids
		some p in input.aws_subnet[t]._to.peers
	]
}
