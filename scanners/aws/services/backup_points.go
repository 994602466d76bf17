package services

// What AWS Backup has saved. Needs backup:ListProtectedResources and, for each vault, backup:ListRecoveryPointsByBackupVault.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/backup"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func backupPointLists() []aws.List {
	return []aws.List{
		{Operation: "ListProtectedResources", Gives: []string{"aws_backup_protected_resource"}, Read: readProtectedResources},
	}
}

func backupPointDetails() []aws.Detail {
	return []aws.Detail{
		{Operation: "ListRecoveryPointsByBackupVault", Of: "aws_backup_vault", Gives: []string{"aws_backup_recovery_point.backup_vault_name"}, Read: readRecoveryPoints},
	}
}

var protectedResourceFields = aws.Table{
	"resource_arn":            "ResourceArn",
	"resource_type":           "ResourceType",
	"last_backup_time":        "LastBackupTime",
	"last_backup_vault_arn":   "LastBackupVaultArn",
	"last_recovery_point_arn": "LastRecoveryPointArn",
}

// readProtectedResources gives facts about what was backed up: findings are reported on that.
func readProtectedResources(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := backup.NewListProtectedResourcesPaginator(backup.NewFromConfig(s.Config), &backup.ListProtectedResourcesInput{})
	return eachPage(ctx, pages, func(page *backup.ListProtectedResourcesOutput) {
		for i := range page.Results {
			from := &page.Results[i]
			arn := text(from.ResourceArn)
			r := s.Resource("aws_backup_protected_resource", "", arn, arnPart(arn, 5))
			null(r, "arn")
			protectedResourceFields.Set(r, from)
			r.Attrs["tags"] = map[string]any{}
			r.Of = graph.Address(arn)
			give(r)
		}
	})
}

var recoveryPointFields = aws.Table{
	"recovery_point_arn":              "RecoveryPointArn",
	"backup_vault_name":               "BackupVaultName",
	"resource_arn":                    "ResourceArn",
	"resource_type":                   "ResourceType",
	"status":                          "Status",
	"creation_date":                   "CreationDate",
	"completion_date":                 "CompletionDate",
	"is_encrypted":                    "IsEncrypted",
	"encryption_key_arn":              "EncryptionKeyArn",
	"iam_role_arn":                    "IamRoleArn",
	"source_backup_vault_arn":         "SourceBackupVaultArn",
	"calculated_delete_at":            "CalculatedLifecycle.DeleteAt",
	"lifecycle[0].cold_storage_after": "Lifecycle.MoveToColdStorageAfterDays",
	"lifecycle[0].delete_after":       "Lifecycle.DeleteAfterDays",
}

// readRecoveryPoints reads every recovery point of a vault. Its own ARN may be that of a snapshot, so it is no address.
func readRecoveryPoints(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	pages := backup.NewListRecoveryPointsByBackupVaultPaginator(backup.NewFromConfig(s.Config), &backup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: &r.Name})
	return eachPage(ctx, pages, func(page *backup.ListRecoveryPointsByBackupVaultOutput) {
		for i := range page.RecoveryPoints {
			from := &page.RecoveryPoints[i]
			arn := text(from.RecoveryPointArn)
			p := s.Resource("aws_backup_recovery_point", "", r.Name+"/"+arn, arnPart(arn, 5))
			null(p, "arn")
			recoveryPointFields.Set(p, from)
			p.Of, p.Attrs["tags"] = graph.Address(text(from.ResourceArn)), map[string]any{}
			give(p)
		}
	})
}
