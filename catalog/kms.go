package catalog

func kmsTypes() []Type {
	return []Type{
		{
			Name: "aws_kms_key",
			Attrs: []Attr{
				{Name: "key_id", Computed: true},
				{Name: "description"},
				{Name: "key_usage", Default: "ENCRYPT_DECRYPT"},
				{Name: "customer_master_key_spec", Default: "SYMMETRIC_DEFAULT"},
				{Name: "policy", Kind: Document, Computed: true},
				{Name: "is_enabled", Kind: Bool, Default: true},
				{Name: "enable_key_rotation", Kind: Bool, Default: false},
				{Name: "rotation_period_in_days", Kind: Number, Computed: true},
				{Name: "deletion_window_in_days", Kind: Number, Default: 30},
				{Name: "multi_region", Kind: Bool, Default: false},
				{Name: "bypass_policy_lockout_safety_check", Kind: Bool, Default: false},
			},
		},
		{
			Name:  "aws_kms_alias",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "target_key_id", Targets: to("aws_kms_key", "key_id")},
			},
		},
		{
			Name: "aws_kms_replica_key",
			Attrs: []Attr{
				{Name: "primary_key_arn", Targets: to("aws_kms_key")},
				{Name: "policy", Kind: Document, Computed: true},
				{Name: "deletion_window_in_days", Kind: Number, Default: 30},
				{Name: "enabled", Kind: Bool, Default: true},
			},
		},
		{
			Name:  "aws_kms_key_policy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "policy", Kind: Document},
			},
		},
		{
			Name:  "aws_kms_grant",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "grantee_principal"},
				{Name: "operations", Kind: List},
			},
		},
	}
}
