package services

// AWS Backup: plans, selections and vaults. Needs backup:ListBackupPlans, backup:ListBackupVaults, backup:DescribeRegionSettings, for each
// plan backup:GetBackupPlan, backup:ListBackupSelections, backup:GetBackupSelection, for each vault backup:GetBackupVaultAccessPolicy,
// backup:ListTags, and what backup_points.go names.

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func backupService() aws.Service {
	return aws.Service{
		Name: "backup",
		Lists: slices.Concat([]aws.List{
			{Operation: "ListBackupPlans", Gives: []string{"aws_backup_plan"}, Read: readBackupPlans},
			{Operation: "ListBackupVaults", Gives: []string{"aws_backup_vault", "aws_backup_vault_lock_configuration"}, Read: readBackupVaults},
			{Operation: "DescribeRegionSettings", Gives: []string{"aws_backup_region_settings"}, Read: readBackupSettings},
		}, backupPointLists()),
		Details: slices.Concat([]aws.Detail{
			{Operation: "GetBackupPlan", Of: "aws_backup_plan", Sets: []string{"rule", "advanced_backup_setting"}, Read: readBackupPlan},
			{
				Operation: "ListBackupSelections", Actions: []string{"backup:ListBackupSelections", "backup:GetBackupSelection"},
				Of: "aws_backup_plan", Gives: []string{"aws_backup_selection.plan_id"}, Read: readBackupSelections,
			},
			{Operation: "GetBackupVaultAccessPolicy", Of: "aws_backup_vault", Gives: []string{"aws_backup_vault_policy.backup_vault_name"}, Read: readVaultPolicy},
			{Operation: "ListTags", Of: "aws_backup_plan", Sets: []string{"tags"}, Read: readBackupTags},
			{Operation: "ListTags", Of: "aws_backup_vault", Sets: []string{"tags"}, Read: readBackupTags},
		}, backupPointDetails()),
	}
}

func readBackupPlans(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := backup.NewListBackupPlansPaginator(backup.NewFromConfig(s.Config), &backup.ListBackupPlansInput{})
	return eachPage(ctx, pages, func(page *backup.ListBackupPlansOutput) {
		for _, from := range page.BackupPlansList {
			name := text(from.BackupPlanName)
			r := s.Resource("aws_backup_plan", text(from.BackupPlanArn), text(from.BackupPlanId), name)
			r.Attrs["name"] = name
			give(r)
		}
	})
}

func readBackupPlan(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := backup.NewFromConfig(s.Config).GetBackupPlan(ctx, &backup.GetBackupPlanInput{BackupPlanId: &id})
	if err != nil {
		return err
	}
	rules, settings := []any{}, []any{}
	for i := range out.BackupPlan.Rules {
		rules = append(rules, backupRule(&out.BackupPlan.Rules[i]))
	}
	for _, x := range out.BackupPlan.AdvancedBackupSettings {
		settings = append(settings, map[string]any{"resource_type": aws.Plain(x.ResourceType), "backup_options": aws.Plain(x.BackupOptions)})
	}
	r.Attrs["rule"], r.Attrs["advanced_backup_setting"] = rules, settings
	return nil
}

func backupRule(from *types.BackupRule) map[string]any {
	copies := []any{}
	for _, c := range from.CopyActions {
		copies = append(copies, map[string]any{"destination_vault_arn": aws.Plain(c.DestinationBackupVaultArn), "lifecycle": lifetime(c.Lifecycle, false)})
	}
	return map[string]any{
		"rule_name": aws.Plain(from.RuleName), "target_vault_name": aws.Plain(from.TargetBackupVaultName), "schedule": aws.Plain(from.ScheduleExpression),
		"start_window": aws.Plain(from.StartWindowMinutes), "completion_window": aws.Plain(from.CompletionWindowMinutes),
		"enable_continuous_backup": flag(from.EnableContinuousBackup), "recovery_point_tags": aws.Plain(from.RecoveryPointTags),
		"lifecycle": lifetime(from.Lifecycle, true), "copy_action": copies,
	}
}

// lifetime says how long a recovery point is kept, in days; of a rule also whether resources that support it go to the archive.
func lifetime(from *types.Lifecycle, rule bool) []any {
	if from == nil {
		return []any{}
	}
	days := map[string]any{"cold_storage_after": aws.Plain(from.MoveToColdStorageAfterDays), "delete_after": aws.Plain(from.DeleteAfterDays)}
	if rule {
		days["opt_in_to_archive_for_supported_resources"] = flag(from.OptInToArchiveForSupportedResources)
	}
	return block(days)
}

func readBackupSelections(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	c, plan := backup.NewFromConfig(s.Config), r.Attrs["id"].(string)
	var ids []string
	err := eachPage(ctx, backup.NewListBackupSelectionsPaginator(c, &backup.ListBackupSelectionsInput{BackupPlanId: &plan}), func(page *backup.ListBackupSelectionsOutput) {
		for _, x := range page.BackupSelectionsList {
			ids = append(ids, text(x.SelectionId))
		}
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		out, err := c.GetBackupSelection(ctx, &backup.GetBackupSelectionInput{BackupPlanId: &plan, SelectionId: &id})
		if err != nil {
			return err
		}
		give(backupSelection(s, plan, id, out.BackupSelection))
	}
	return nil
}

func backupSelection(s *aws.Session, plan, id string, from *types.BackupSelection) *graph.Resource {
	name := text(from.SelectionName)
	r := s.Resource("aws_backup_selection", "", id, name)
	null(r, "arn")
	r.Attrs["name"], r.Attrs["plan_id"], r.Attrs["iam_role_arn"], r.Attrs["tags"] = name, plan, aws.Plain(from.IamRoleArn), map[string]any{}
	r.Attrs["resources"], r.Attrs["not_resources"] = texts(from.Resources), texts(from.NotResources)
	tags := []any{}
	for _, t := range from.ListOfTags {
		tags = append(tags, map[string]any{"type": aws.Plain(t.ConditionType), "key": aws.Plain(t.ConditionKey), "value": text(t.ConditionValue)})
	}
	r.Attrs["selection_tag"], r.Attrs["condition"] = tags, selectionConditions(from.Conditions)
	return r
}

// selectionConditions is empty when nothing is asked of the resources, as AWS then sends empty lists.
func selectionConditions(from *types.Conditions) []any {
	if from == nil || len(from.StringEquals)+len(from.StringLike)+len(from.StringNotEquals)+len(from.StringNotLike) == 0 {
		return []any{}
	}
	pairs := func(list []types.ConditionParameter) []any {
		out := []any{}
		for _, p := range list {
			out = append(out, map[string]any{"key": aws.Plain(p.ConditionKey), "value": text(p.ConditionValue)})
		}
		return out
	}
	return block(map[string]any{
		"string_equals": pairs(from.StringEquals), "string_like": pairs(from.StringLike),
		"string_not_equals": pairs(from.StringNotEquals), "string_not_like": pairs(from.StringNotLike),
	})
}

// readBackupVaults gives a vault and, when it is locked, its lock.
func readBackupVaults(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := backup.NewListBackupVaultsPaginator(backup.NewFromConfig(s.Config), &backup.ListBackupVaultsInput{})
	return eachPage(ctx, pages, func(page *backup.ListBackupVaultsOutput) {
		for i := range page.BackupVaultList {
			from := &page.BackupVaultList[i]
			name := text(from.BackupVaultName)
			r := s.Resource("aws_backup_vault", text(from.BackupVaultArn), name, name)
			r.Attrs["name"], r.Attrs["kms_key_arn"] = name, aws.Plain(from.EncryptionKeyArn)
			give(r)
			if flag(from.Locked) {
				give(vaultLock(s, r, from))
			}
		}
	})
}

// vaultLock leaves open for how many days a lock in compliance mode could still be taken off when it was made; without a date the mode
// is governance.
func vaultLock(s *aws.Session, r *graph.Resource, from *types.BackupVaultListMember) *graph.Resource {
	part := s.Part(r, "aws_backup_vault_lock_configuration", "lock", "backup_vault_name")
	part.Attrs["min_retention_days"], part.Attrs["max_retention_days"] = aws.Plain(from.MinRetentionDays), aws.Plain(from.MaxRetentionDays)
	if from.LockDate == nil {
		null(part, "changeable_for_days")
	}
	return part
}

func readVaultPolicy(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	out, err := backup.NewFromConfig(s.Config).GetBackupVaultAccessPolicy(ctx, &backup.GetBackupVaultAccessPolicyInput{BackupVaultName: &r.Name})
	if answered(err, "ResourceNotFoundException") {
		return nil
	}
	if err != nil || text(out.Policy) == "" {
		return err
	}
	part := s.Part(r, "aws_backup_vault_policy", "policy", "backup_vault_name")
	part.Attrs["policy"] = *out.Policy
	give(part)
	return nil
}

func readBackupTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	tags := map[string]any{}
	pages := backup.NewListTagsPaginator(backup.NewFromConfig(s.Config), &backup.ListTagsInput{ResourceArn: sdk.String(r.Origins[0].ID)})
	err := eachPage(ctx, pages, func(page *backup.ListTagsOutput) {
		for k, v := range page.Tags {
			tags[k] = v
		}
	})
	r.Attrs["tags"] = tags
	return err
}

func readBackupSettings(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := backup.NewFromConfig(s.Config).DescribeRegionSettings(ctx, &backup.DescribeRegionSettingsInput{})
	if err != nil {
		return err
	}
	r := neighbour(s.Resource("aws_backup_region_settings", "", s.Region, s.Region))
	null(r, "arn")
	r.Attrs["tags"] = map[string]any{}
	r.Attrs["resource_type_opt_in_preference"], r.Attrs["resource_type_management_preference"] = aws.Plain(out.ResourceTypeOptInPreference), aws.Plain(out.ResourceTypeManagementPreference)
	give(r)
	return nil
}
