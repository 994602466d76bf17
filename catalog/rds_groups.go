package catalog

func rdsGroupTypes() []Type {
	return []Type{
		{
			Name:  "aws_db_parameter_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "family"},
				{Name: "description"},
				{Name: "skip_destroy", Kind: Bool, Default: false},
				{Name: "parameter", Kind: Block, Attrs: []Attr{
					{Name: "name"},
					{Name: "value"},
					{Name: "apply_method", Default: "immediate", Enum: []string{"immediate", "pending-reboot"}},
				}},
			},
		},
		{
			Name:  "aws_rds_cluster_parameter_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "family"},
				{Name: "description"},
				{Name: "parameter", Kind: Block, Attrs: []Attr{
					{Name: "name"},
					{Name: "value"},
					{Name: "apply_method", Default: "immediate", Enum: []string{"immediate", "pending-reboot"}},
				}},
			},
		},
		{
			Name:  "aws_db_option_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "engine_name"},
				{Name: "major_engine_version"},
				{Name: "option", Kind: Block, Attrs: []Attr{
					{Name: "option_name"},
					{Name: "port", Kind: Number},
					{Name: "version"},
					{Name: "option_settings", Kind: Block, Attrs: []Attr{
						{Name: "name"},
						{Name: "value", Secret: true}, // some are passwords
					}},
				}},
			},
		},
		{
			Name: "aws_db_snapshot",
			Attrs: []Attr{
				{Name: "db_instance_identifier", Targets: to("aws_db_instance", "identifier")},
				{Name: "db_snapshot_identifier"},
				{Name: "shared_accounts", Kind: List},
				{Name: "encrypted", Kind: Bool, Computed: true},
				{Name: "snapshot_type", Computed: true},
				{Name: "snapshot_create_time", Computed: true},
			},
		},
		{
			Name: "aws_db_cluster_snapshot",
			Attrs: []Attr{
				{Name: "db_cluster_identifier", Targets: to("aws_rds_cluster", "cluster_identifier")},
				{Name: "db_cluster_snapshot_identifier"},
				{Name: "shared_accounts", Kind: List},
				{Name: "snapshot_type", Computed: true},
				{Name: "snapshot_create_time", Computed: true},
			},
		},
		{
			Name: "aws_db_snapshot_copy",
			Attrs: []Attr{
				{Name: "source_db_snapshot_identifier", Targets: to("aws_db_snapshot", "db_snapshot_arn")},
				{Name: "target_db_snapshot_identifier"},
				{Name: "destination_region"},
				{Name: "kms_key_id"},
			},
		},
		{
			Name: "aws_db_instance_automated_backups_replication",
			Attrs: []Attr{
				{Name: "source_db_instance_arn", Targets: to("aws_db_instance")},
				{Name: "retention_period", Kind: Number, Default: 7},
				{Name: "kms_key_id"},
			},
		},
		{
			Name:      "aws_db_proxy",
			Scope:     Zonal,
			ZonesFrom: []string{"vpc_subnet_ids"},
			Attrs: []Attr{
				{Name: "name"},
				{Name: "engine_family", Enum: []string{"MYSQL", "POSTGRESQL", "SQLSERVER"}},
				{Name: "role_arn", Targets: to("aws_iam_role")},
				{Name: "vpc_subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "require_tls", Kind: Bool, Default: false},
				{Name: "idle_client_timeout", Kind: Number, Computed: true},
				{Name: "debug_logging", Kind: Bool, Default: false},
				{Name: "auth", Kind: Block, Attrs: []Attr{
					{Name: "auth_scheme"},
					{Name: "iam_auth"},
					{Name: "secret_arn", Targets: to("aws_secretsmanager_secret")},
					{Name: "username"},
				}},
			},
		},
		{
			Name:  "aws_db_proxy_default_target_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "db_proxy_name", Targets: to("aws_db_proxy", "name")},
				{Name: "connection_pool_config", Kind: Block, Attrs: []Attr{
					{Name: "connection_borrow_timeout", Kind: Number, Default: 120},
					{Name: "max_connections_percent", Kind: Number, Default: 100},
					{Name: "max_idle_connections_percent", Kind: Number, Default: 50},
				}},
			},
		},
		{
			Name:  "aws_db_proxy_target",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "db_proxy_name", Targets: to("aws_db_proxy", "name")},
				{Name: "target_group_name"},
				{Name: "db_instance_identifier", Targets: to("aws_db_instance", "identifier")},
				{Name: "db_cluster_identifier", Targets: to("aws_rds_cluster", "cluster_identifier")},
			},
		},
		{
			Name:      "aws_db_proxy_endpoint",
			Scope:     Zonal,
			ZonesFrom: []string{"vpc_subnet_ids"},
			Attrs: []Attr{
				{Name: "db_proxy_name", Targets: to("aws_db_proxy", "name")},
				{Name: "db_proxy_endpoint_name"},
				{Name: "vpc_subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "target_role", Default: "READ_WRITE", Enum: []string{"READ_WRITE", "READ_ONLY"}},
			},
		},
		{
			// A copy of a snapshot or cluster in S3, as Parquet. Times are RFC 3339.
			Name: "aws_rds_export_task",
			Attrs: []Attr{
				{Name: "export_task_identifier"},
				{Name: "source_arn", Targets: []Target{{Type: "aws_db_snapshot"}, {Type: "aws_db_cluster_snapshot"}, {Type: "aws_rds_cluster"}}},
				{Name: "source_type", Computed: true, Enum: []string{"SNAPSHOT", "CLUSTER"}},
				{Name: "s3_bucket_name", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "s3_prefix", Computed: true},
				{Name: "iam_role_arn", Targets: to("aws_iam_role")},
				{Name: "kms_key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "export_only", Kind: List},
				{Name: "status", Computed: true, Enum: []string{"STARTING", "IN_PROGRESS", "COMPLETE", "CANCELING", "CANCELED", "FAILED"}},
				{Name: "percent_progress", Kind: Number, Computed: true},
				{Name: "snapshot_time", Computed: true},
				{Name: "task_start_time", Computed: true},
				{Name: "task_end_time", Computed: true},
				{Name: "failure_cause", Computed: true},
				{Name: "warning_message", Computed: true},
			},
		},
		{
			Name:  "aws_db_event_subscription",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "sns_topic", Targets: to("aws_sns_topic")},
				{Name: "source_type"},
				{Name: "source_ids", Kind: List},
				{Name: "event_categories", Kind: List},
				{Name: "enabled", Kind: Bool, Default: true},
			},
		},
	}
}
