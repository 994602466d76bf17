# METADATA
# title: Backups are encrypted
# description: >-
#   Reads the recovery points of AWS Backup. Fails for one that can be restored and is not encrypted: most kinds of backup are encrypted as their source is. Code has no such fact.
# custom:
#   control: [DR-BKP-002]
#   requirement: [RA-112]
#   judges: aws_backup_recovery_point
#   severity: high
#   non_production: lower
#   pillar: [security, reliability]
#   remediation: >-
#     Encrypt the source, or copy the recovery point to a vault with a key, and let the old one run out.
#   links:
#     - https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
#   equivalents:
#     prowler: [backup_recovery_point_encrypted]
#     security_hub: [Backup.1]
#     aws_config: [BACKUP_RECOVERY_POINT_ENCRYPTED]
#   example: |
#     resource "aws_backup_recovery_point" "orders" {
#       backup_vault_name = "shop"
#       status            = "COMPLETED"
#       is_encrypted      = false
#     }
package backup.encrypted

judged contains i if {
	some i, p in input.aws_backup_recovery_point
	p.status in {"COMPLETED", "PARTIAL", "AVAILABLE"}
}

deny contains {"at": i, "attribute": "is_encrypted", "message": "the backup is not encrypted"} if {
	some i in judged
	input.aws_backup_recovery_point[i].is_encrypted == false
}
