package aws

import (
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/dlm"
)

func backupOperations() map[string]operation {
	client := func(c connection) *backup.Client { return backup.NewFromConfig(c.cfg) }
	return map[string]operation{
		"backup:DescribeRegionSettings": reading(client, (*backup.Client).DescribeRegionSettings, on("backup:DescribeRegionSettings", "*")),
		"backup:ListBackupPlans":        reading(client, (*backup.Client).ListBackupPlans, on("backup:ListBackupPlans", "*")),
		"backup:ListBackupSelections":   reading(client, (*backup.Client).ListBackupSelections, on("backup:ListBackupSelections", regional("backup", "backup-plan:{BackupPlanId}"))),
		"backup:ListBackupVaults":       reading(client, (*backup.Client).ListBackupVaults, on("backup:ListBackupVaults", "*")),
		"backup:CreateBackupPlan":       writing(client, (*backup.Client).CreateBackupPlan, on("backup:CreateBackupPlan", regional("backup", "backup-plan:*"))),
		"backup:CreateBackupSelection":  writing(client, (*backup.Client).CreateBackupSelection, on("backup:CreateBackupSelection", regional("backup", "backup-plan:{BackupPlanId}"))),
		"backup:CreateBackupVault":      writing(client, (*backup.Client).CreateBackupVault, on("backup:CreateBackupVault", regional("backup", "backup-vault:{BackupVaultName}"))),
		"backup:DeleteBackupPlan":       writing(client, (*backup.Client).DeleteBackupPlan, on("backup:DeleteBackupPlan", regional("backup", "backup-plan:{BackupPlanId}"))),
		"backup:DeleteBackupSelection":  writing(client, (*backup.Client).DeleteBackupSelection, on("backup:DeleteBackupSelection", regional("backup", "backup-plan:{BackupPlanId}"))),
		"backup:DeleteBackupVault":      writing(client, (*backup.Client).DeleteBackupVault, on("backup:DeleteBackupVault", regional("backup", "backup-vault:{BackupVaultName}"))),
	}
}

func dlmOperations() map[string]operation {
	client := func(c connection) *dlm.Client { return dlm.NewFromConfig(c.cfg) }
	return map[string]operation{
		"dlm:GetLifecyclePolicies":  reading(client, (*dlm.Client).GetLifecyclePolicies, on("dlm:GetLifecyclePolicies", "*")),
		"dlm:CreateLifecyclePolicy": writing(client, (*dlm.Client).CreateLifecyclePolicy, on("dlm:CreateLifecyclePolicy", "*")),
		"dlm:DeleteLifecyclePolicy": writing(client, (*dlm.Client).DeleteLifecyclePolicy, on("dlm:DeleteLifecyclePolicy", regional("dlm", "policy/{PolicyId}"))),
	}
}
