# METADATA
# title: Failover or restore meets the recovery time objective
# description: >-
#   Estimates how long each data store is away after the loss of an instance or a zone, from standbys,
#   what AWS replaces, and the time to restore its size, and compares it with the target of its stage: 4
#   hours in production and 24 hours elsewhere, or what plumb.yaml says (recovery: STAGE: rto). Fails
#   when it is longer, or nothing brings it back. Undecided when size or place are not known. The times
#   are in docs/resilience.md. The loss of a region is graph.region_loss.
# custom:
#   control: [DR-RTO-001]
#   judges: resilience_store
#   requirement: [RA-110]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   remediation: >-
#     Add a standby or replica in another zone, or backups that can be restored in time.
#   equivalents:
#     trusted_advisor:
#       - AWS Resilience Hub policy breached
#     well_architected: [REL13-BP02]
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
package recovery.rto

judged contains i if {
	some i, _ in input.resilience_store
}

deny contains {"at": i, "attribute": "rto_missed", "message": message} if {
	some i in judged
	x := input.resilience_store[i]
	x.rto_missed != null
	message := sprintf("it is away for longer than its target after the loss of %s", [x.rto_missed])
}
