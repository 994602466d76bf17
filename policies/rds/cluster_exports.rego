# METADATA
# title: Snapshots of the cluster are exported to S3
# description: >-
#   Reads the export tasks of an account. Fails when no export of the cluster, or of a snapshot of it, to S3 finished within rds.cluster_exports.days. Exports of snapshots that have
#   been deleted since are not seen. Replicas of other clusters are not judged. Code alone is not applicable: it cannot start an export on a schedule of its own.
# custom:
#   control: [RDS-EXPORT-001]
#   requirement: [RA-54]
#   judges: aws_rds_cluster
#   severity: medium
#   non_production: skip
#   live: only
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 7
#       description: the last export is to be no older than so many days
#   remediation: >-
#     Let a schedule of EventBridge call rds:StartExportTask for the cluster, into a bucket of another account. An export is Parquet: it can be queried, not restored.
#   links:
#     - https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/export-cluster-data.html
#   equivalents:
#     well_architected: [REL09-BP01]
#   example: |
#     # observed
#     resource "aws_rds_cluster" "shop" {
#       cluster_identifier = "shop"
#       engine             = "aurora-mysql"
#     }
package rds.cluster_exports

judged contains i if {
	some i, c in input.aws_rds_cluster
	c.replication_source_identifier == null
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, 0 - data.parameters.rds.cluster_exports.days)

done contains t if {
	some t, task in input.aws_rds_export_task
	task.status == "COMPLETE"
	time.parse_rfc3339_ns(task.task_end_time) >= limit
}

exported contains i if {
	some i, c in input.aws_rds_cluster
	some t in c._from["aws_rds_export_task.source_arn"]
	done[t]
}

exported contains i if {
	some i, c in input.aws_rds_cluster
	some s in c._from["aws_db_cluster_snapshot.db_cluster_identifier"]
	some t in input.aws_db_cluster_snapshot[s]._from["aws_rds_export_task.source_arn"]
	done[t]
}

deny contains {"at": i, "attribute": "", "message": "nothing was exported to S3 lately"} if {
	some i in judged
	not exported[i]
}
