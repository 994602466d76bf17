package catalog

func secretsmanagerTypes() []Type {
	return []Type{
		{
			Name: "aws_secretsmanager_secret",
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "description"},
				{Name: "kms_key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "policy", Kind: Document, Computed: true},
				{Name: "recovery_window_in_days", Kind: Number, Default: 30},
				{Name: "force_overwrite_replica_secret", Kind: Bool, Default: false},
				{Name: "replica", Kind: Block, Attrs: []Attr{{Name: "region"}, {Name: "kms_key_id"}}},
			},
		},
		{
			Name:  "aws_secretsmanager_secret_version",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "secret_id", Targets: to("aws_secretsmanager_secret", "name")},
				{Name: "secret_string", Secret: true},
				{Name: "secret_string_wo", Secret: true},
				{Name: "secret_binary", Secret: true},
			},
		},
		{
			Name:  "aws_secretsmanager_secret_rotation",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "secret_id", Targets: to("aws_secretsmanager_secret", "name")},
				{Name: "rotation_lambda_arn", Targets: to("aws_lambda_function")},
				{Name: "rotation_rules", Kind: Block, Attrs: []Attr{{Name: "automatically_after_days", Kind: Number}, {Name: "schedule_expression"}, {Name: "duration"}}},
			},
		},
		{
			Name:  "aws_secretsmanager_secret_policy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "secret_arn", Targets: to("aws_secretsmanager_secret")},
				{Name: "policy", Kind: Document},
			},
		},
	}
}
