# METADATA
# title: Snapshots of the database are exported to S3
# description: >-
#   Reads the export tasks of an account. Fails when no export of a snapshot of the database to S3 finished within rds.exports.days. Exports of snapshots that have been deleted since
#   are not seen. Read replicas and members of Aurora clusters are not judged. Code alone is not applicable: it cannot start an export on a schedule of its own.
# custom:
#   control: [RDS-EXPORT-001]
#   requirement: [RA-54]
#   judges: aws_db_instance
#   severity: medium
#   non_production: skip
#   live: only
#   pillar: [reliability]
#   parameters:
#     days:
#       default: 7
#       description: the last export is to be no older than so many days
#   remediation: >-
#     Let a schedule of EventBridge call rds:StartExportTask for the newest automated snapshot, into a
#     bucket of another account. plumb plan --changes starts one export (docs/data-changes.md). An export
#     is Parquet: it can be queried, not restored.
#   links:
#     - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html
#   equivalents:
#     well_architected: [REL09-BP01]
#   example: |
#     # observed
#     resource "aws_db_instance" "shop" {
#       identifier = "shop"
#       engine     = "mysql"
#     }
package rds.exports

judged contains i if {
	some i, db in input.aws_db_instance
	db.replicate_source_db == null
	not startswith(db.engine, "aurora")
}

limit := time.add_date(time.parse_ns("2006-01-02", data.today), 0, 0, 0 - data.parameters.rds.exports.days)

done contains t if {
	some t, task in input.aws_rds_export_task
	task.status == "COMPLETE"
	time.parse_rfc3339_ns(task.task_end_time) >= limit
}

exported contains i if {
	some i, db in input.aws_db_instance
	some s in db._from["aws_db_snapshot.db_instance_identifier"]
	some t in input.aws_db_snapshot[s]._from["aws_rds_export_task.source_arn"]
	done[t]
}

deny contains {"at": i, "attribute": "", "message": "no snapshot was exported to S3 lately"} if {
	some i in judged
	not exported[i]
}
