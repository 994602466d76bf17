package catalog

func backupTypes() []Type {
	backedUp := []Target{
		{Type: "aws_db_instance"}, {Type: "aws_rds_cluster"}, {Type: "aws_dynamodb_table"}, {Type: "aws_efs_file_system"}, {Type: "aws_ebs_volume"}, {Type: "aws_instance"},
		{Type: "aws_s3_bucket"}, {Type: "aws_fsx_windows_file_system"}, {Type: "aws_fsx_lustre_file_system"}, {Type: "aws_fsx_ontap_file_system"}, {Type: "aws_fsx_openzfs_file_system"},
		{Type: "aws_docdb_cluster"}, {Type: "aws_neptune_cluster"},
	}
	return []Type{
		{
			Name: "aws_backup_plan",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "rule", Kind: Block, Attrs: []Attr{
					{Name: "rule_name"},
					{Name: "target_vault_name", Targets: to("aws_backup_vault", "name")},
					{Name: "schedule"},
					{Name: "start_window", Kind: Number, Default: 60},
					{Name: "completion_window", Kind: Number, Default: 180},
					{Name: "enable_continuous_backup", Kind: Bool, Default: false},
					{Name: "recovery_point_tags", Kind: Map},
					{Name: "lifecycle", Kind: Block, Attrs: []Attr{
						{Name: "cold_storage_after", Kind: Number},
						{Name: "delete_after", Kind: Number},
						{Name: "opt_in_to_archive_for_supported_resources", Kind: Bool},
					}},
					{Name: "copy_action", Kind: Block, Attrs: []Attr{
						{Name: "destination_vault_arn", Targets: to("aws_backup_vault")},
						{Name: "lifecycle", Kind: Block, Attrs: []Attr{{Name: "cold_storage_after", Kind: Number}, {Name: "delete_after", Kind: Number}}},
					}},
				}},
				{Name: "advanced_backup_setting", Kind: Block, Attrs: []Attr{{Name: "resource_type"}, {Name: "backup_options", Kind: Map}}},
			},
		},
		{
			Name:  "aws_backup_selection",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "plan_id", Targets: to("aws_backup_plan")},
				{Name: "iam_role_arn", Targets: to("aws_iam_role")},
				{Name: "resources", Kind: List, Targets: backedUp}, // wildcards name no single resource and give no edge
				{Name: "not_resources", Kind: List, Targets: backedUp},
				{Name: "selection_tag", Kind: Block, Attrs: []Attr{{Name: "type", Default: "STRINGEQUALS"}, {Name: "key"}, {Name: "value"}}},
				{Name: "condition", Kind: Block, Attrs: []Attr{
					{Name: "string_equals", Kind: Block, Attrs: []Attr{{Name: "key"}, {Name: "value"}}},
					{Name: "string_like", Kind: Block, Attrs: []Attr{{Name: "key"}, {Name: "value"}}},
					{Name: "string_not_equals", Kind: Block, Attrs: []Attr{{Name: "key"}, {Name: "value"}}},
					{Name: "string_not_like", Kind: Block, Attrs: []Attr{{Name: "key"}, {Name: "value"}}},
				}},
			},
		},
		{
			Name: "aws_backup_vault",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "kms_key_arn", Computed: true, Targets: to("aws_kms_key")},
				{Name: "force_destroy", Kind: Bool, Default: false},
			},
		},
		{
			Name:  "aws_backup_vault_lock_configuration",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "backup_vault_name", Targets: to("aws_backup_vault", "name")},
				{Name: "changeable_for_days", Kind: Number}, // null: governance mode
				{Name: "min_retention_days", Kind: Number},
				{Name: "max_retention_days", Kind: Number},
			},
		},
		{
			Name:  "aws_backup_vault_policy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "backup_vault_name", Targets: to("aws_backup_vault", "name")},
				{Name: "policy", Kind: Document},
			},
		},
		{
			Name:  "aws_backup_region_settings",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "resource_type_opt_in_preference", Kind: Map},
				{Name: "resource_type_management_preference", Kind: Map, Computed: true},
			},
		},
		{
			// Something that AWS Backup has saved at least once, in the words of its API (ListProtectedResources): only a live account
			// has it. Times are RFC 3339.
			Name: "aws_backup_protected_resource", Scope: Configuration,
			Attrs: []Attr{
				{Name: "resource_arn", Derived: true, Targets: backedUp}, // what was deleted since stays in the list
				{Name: "resource_type"},
				{Name: "last_backup_time"},
				{Name: "last_backup_vault_arn", Targets: to("aws_backup_vault")},
				{Name: "last_recovery_point_arn"},
			},
		},
		{
			// One saved state, in the words of the API (ListRecoveryPointsByBackupVault): only a live account has it. Times are RFC 3339,
			// the lifecycle is in days.
			Name: "aws_backup_recovery_point", Scope: Configuration,
			Attrs: []Attr{
				{Name: "recovery_point_arn"},
				{Name: "backup_vault_name", Targets: to("aws_backup_vault", "name")},
				{Name: "resource_arn", Targets: backedUp},
				{Name: "resource_type"},
				{Name: "status", Enum: []string{"COMPLETED", "PARTIAL", "DELETING", "EXPIRED", "AVAILABLE", "STOPPED", "CREATING"}},
				{Name: "creation_date"},
				{Name: "completion_date"},
				{Name: "is_encrypted", Kind: Bool},
				{Name: "encryption_key_arn", Targets: to("aws_kms_key")},
				{Name: "iam_role_arn", Targets: to("aws_iam_role")},
				{Name: "source_backup_vault_arn", Targets: to("aws_backup_vault")},
				{Name: "calculated_delete_at"},
				{Name: "lifecycle", Kind: Block, Attrs: []Attr{{Name: "cold_storage_after", Kind: Number}, {Name: "delete_after", Kind: Number}}},
			},
		},
	}
}
