# METADATA
# title: An Aurora cluster has a second instance in another zone
# description: >-
#   Reads the instances of the cluster and the zones that they sit in or may be placed in. Fails when no two
#   instances can be in different zones: there is nothing to fail over to. Passes when two are; instances
#   without a zone of their own are spread by AWS over the zones of the subnet group. Undecided when
#   instances or zones are not known. The availability zones of the cluster are those of its storage and say
#   nothing here. Serverless v1 and Multi-AZ DB clusters are not judged.
# custom:
#   control: [RDS-AURORA-001]
#   judges: aws_rds_cluster
#   requirement: [RA-50, RA-23]
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     Add an aws_rds_cluster_instance to the cluster in another zone, of the class of the first.
#   links:
#     - https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
#   equivalents:
#     prowler:
#       - rds_cluster_multi_az
#     security_hub:
#       - RDS.15
#     aws_config:
#       - RDS_CLUSTER_MULTI_AZ_ENABLED
#     trusted_advisor:
#       - Amazon RDS DB clusters have one DB instance
#       - Amazon RDS DB clusters with all instances in the same Availability Zone
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       cidr_block        = "10.0.0.0/24"
#       availability_zone = "eu-west-1a"
#     }
#
#     resource "aws_subnet" "b" {
#       vpc_id            = "vpc-1"
#       cidr_block        = "10.0.1.0/24"
#       availability_zone = "eu-west-1b"
#     }
#
#     resource "aws_db_subnet_group" "data" {
#       name       = "data"
#       subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#     }
#
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier   = "main"
#       engine               = "aurora-mysql"
#       db_subnet_group_name = aws_db_subnet_group.data.name
#     }
#
#     resource "aws_rds_cluster_instance" "writer" {
#       cluster_identifier = aws_rds_cluster.main.id
#       engine             = "aurora-mysql"
#       instance_class     = "db.r6g.large"
#     }
package rds.aurora_reader

judged contains i if {
	some i, c in input.aws_rds_cluster
	startswith(c.engine, "aurora")
	c.engine_mode != "serverless"
	c.db_cluster_instance_class == null # a Multi-AZ DB cluster has its readers built in
}

# Two instances that sit, or may be placed, in different zones.
spread contains i if {
	some i, c in input.aws_rds_cluster
	some m in c._from["aws_rds_cluster_instance.cluster_identifier"]
	some n in c._from["aws_rds_cluster_instance.cluster_identifier"]
	m != n
	some y in input.aws_rds_cluster_instance[m]._zones
	some z in input.aws_rds_cluster_instance[n]._zones
	y != z
}

deny contains {"at": i, "attribute": "cluster_identifier", "message": "no second instance in another zone"} if {
	some i in judged
	not spread[i]
}

# Where the subnet group has two zones, one instance more is enough: AWS places it in another zone.
fix contains {
	"at": i,
	"op": "create",
	"type": "aws_rds_cluster_instance",
	"name": sprintf("%s_reader", [c._name]),
	"values": {
		"cluster_identifier": {"_ref": c._address, "attribute": "id"},
		"engine": c.engine,
		"instance_class": input.aws_rds_cluster_instance[writer].instance_class,
	},
} if {
	some i in judged
	not spread[i]
	c := input.aws_rds_cluster[i]
	some y in c._zones
	some z in c._zones
	y < z
	writer := min(c._from["aws_rds_cluster_instance.cluster_identifier"])
}
