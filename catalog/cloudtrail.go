package catalog

func cloudtrailTypes() []Type {
	return []Type{
		{
			Name: "aws_cloudtrail",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "s3_bucket_name", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "s3_key_prefix"},
				{Name: "is_multi_region_trail", Kind: Bool, Default: false},
				{Name: "is_organization_trail", Kind: Bool, Default: false},
				{Name: "enable_log_file_validation", Kind: Bool, Default: false},
				{Name: "enable_logging", Kind: Bool, Default: true},
				{Name: "include_global_service_events", Kind: Bool, Default: true},
				{Name: "kms_key_id", Targets: to("aws_kms_key")},
				{Name: "cloud_watch_logs_group_arn", Targets: to("aws_cloudwatch_log_group")},
				{Name: "cloud_watch_logs_role_arn", Targets: to("aws_iam_role")},
				{Name: "home_region"},
				{Name: "account", Derived: true, Targets: to("aws_account", "account_id")}, // live only: the account that it writes down
				{Name: "sns_topic_name", Targets: to("aws_sns_topic", "name")},
				{Name: "event_selector", Kind: Block, Attrs: []Attr{
					{Name: "include_management_events", Kind: Bool, Default: true},
					{Name: "read_write_type", Default: "All", Enum: []string{"All", "ReadOnly", "WriteOnly"}},
					{Name: "data_resource", Kind: Block, Attrs: []Attr{{Name: "type"}, {Name: "values", Kind: List}}},
				}},
				{Name: "advanced_event_selector", Kind: Block, Attrs: []Attr{
					{Name: "name"},
					{Name: "field_selector", Kind: Block, Attrs: []Attr{
						{Name: "field"}, {Name: "equals", Kind: List}, {Name: "not_equals", Kind: List},
						{Name: "starts_with", Kind: List}, {Name: "not_starts_with", Kind: List}, {Name: "ends_with", Kind: List}, {Name: "not_ends_with", Kind: List},
					}},
				}},
				{Name: "insight_selector", Kind: Block, Attrs: []Attr{{Name: "insight_type"}}},
			},
		},
	}
}
