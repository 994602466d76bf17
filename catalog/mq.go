package catalog

func mqTypes() []Type {
	return []Type{
		{
			Name:      "aws_mq_broker",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "broker_name"},
				{Name: "engine_type"},
				{Name: "engine_version"},
				{Name: "host_instance_type"},
				{Name: "deployment_mode", Default: "SINGLE_INSTANCE", Enum: []string{"SINGLE_INSTANCE", "ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"}},
				{Name: "subnet_ids", Kind: List, Computed: true, Targets: to("aws_subnet")},
				{Name: "security_groups", Kind: List, Targets: to("aws_security_group")},
				{Name: "publicly_accessible", Kind: Bool, Default: false},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: false},
				{Name: "storage_type", Computed: true},
				{Name: "encryption_options", Kind: Block, Attrs: []Attr{{Name: "kms_key_id", Computed: true}, {Name: "use_aws_owned_key", Kind: Bool, Default: true}}},
				{Name: "user", Kind: Block, Attrs: []Attr{
					{Name: "username"},
					{Name: "password", Secret: true},
					{Name: "console_access", Kind: Bool, Default: false},
					{Name: "groups", Kind: List},
				}},
				{Name: "logs", Kind: Block, Attrs: []Attr{{Name: "general", Kind: Bool}, {Name: "audit", Kind: Bool}}},
			},
		},
	}
}
