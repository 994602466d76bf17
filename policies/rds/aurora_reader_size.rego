# METADATA
# title: The failover target of an Aurora cluster is as big as the writer
# description: >-
#   Reads instance_class and promotion_tier of the instances. Any instance may be the writer one day, so it
#   fails when no two instances have the same class, the second one in promotion tier 0 or 1. Serverless v2
#   instances have one class. Clusters with one instance are left to rds.aurora_reader. Undecided when
#   instances, classes or tiers are not known.
# custom:
#   control: [RDS-AURORA-002]
#   judges: aws_rds_cluster
#   requirement: [RA-45, RA-50]
#   severity: medium
#   non_production: same
#   pillar: [reliability, performance]
#   remediation: >-
#     Give a reader in promotion tier 0 or 1 the class of the writer.
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
#
#     resource "aws_rds_cluster_instance" "a" {
#       cluster_identifier = aws_rds_cluster.main.id
#       engine             = "aurora-mysql"
#       instance_class     = "db.r6g.large"
#     }
#
#     resource "aws_rds_cluster_instance" "b" {
#       cluster_identifier = aws_rds_cluster.main.id
#       engine             = "aurora-mysql"
#       instance_class     = "db.t4g.medium"
#     }
package rds.aurora_reader_size

judged contains i if {
	some i, c in input.aws_rds_cluster
	startswith(c.engine, "aurora")
	some m in c._from["aws_rds_cluster_instance.cluster_identifier"]
	some n in c._from["aws_rds_cluster_instance.cluster_identifier"]
	m != n
}

matched contains i if {
	some i, c in input.aws_rds_cluster
	some m in c._from["aws_rds_cluster_instance.cluster_identifier"]
	some n in c._from["aws_rds_cluster_instance.cluster_identifier"]
	m != n
	input.aws_rds_cluster_instance[m].instance_class == input.aws_rds_cluster_instance[n].instance_class
	input.aws_rds_cluster_instance[n].promotion_tier <= 1
}

deny contains {"at": i, "attribute": "cluster_identifier", "message": "no second instance of the same class takes over"} if {
	some i in judged
	not matched[i]
}
