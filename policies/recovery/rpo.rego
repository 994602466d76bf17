# METADATA
# title: Backups meet the recovery point objective
# description: >-
#   Works out how much of what was written is lost with an instance or a zone of each data store, from
#   backups, their schedules and replication, and compares it with the target of its stage: 15 minutes
#   in production and 24 hours elsewhere, or what plumb.yaml says (recovery: STAGE: rpo). Fails when
#   more is lost. Undecided when backups or places are not known. Caches without snapshots may start
#   empty. The loss of a region is graph.region_loss.
# custom:
#   control: [DR-RPO-001]
#   judges: resilience_store
#   requirement: [RA-110, RA-53]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   remediation: >-
#     Turn on automatic backups with point-in-time recovery, or a standby in another zone.
#   equivalents:
#     trusted_advisor:
#       - AWS Resilience Hub policy breached
#     aws_config:
#       - BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK
#     well_architected: [REL09-BP01, REL13-BP02]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#
#     resource "aws_db_instance" "main" {
#       engine            = "postgres"
#       allocated_storage = 100
#       availability_zone = "eu-west-1a"
#     }
package recovery.rpo

judged contains i if {
	some i, _ in input.resilience_store
}

deny contains {"at": i, "attribute": "rpo_missed", "message": message} if {
	some i in judged
	x := input.resilience_store[i]
	x.rpo_missed != null
	message := sprintf("more is lost with %s than its target", [x.rpo_missed])
}
