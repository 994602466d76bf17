package catalog

func memorydbTypes() []Type {
	return []Type{
		{
			Name:      "aws_memorydb_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_group_name"},
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "node_type"},
				{Name: "acl_name"},
				{Name: "num_shards", Kind: Number, Default: 1},
				{Name: "num_replicas_per_shard", Kind: Number, Default: 1},
				{Name: "engine", Computed: true},
				{Name: "engine_version", Computed: true},
				{Name: "subnet_group_name", Computed: true, Targets: to("aws_memorydb_subnet_group", "name")},
				{Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")},
				{Name: "tls_enabled", Kind: Bool, Default: true},
				{Name: "kms_key_arn", Targets: to("aws_kms_key")},
				{Name: "snapshot_retention_limit", Kind: Number, Computed: true},
				{Name: "snapshot_window", Computed: true},
				{Name: "maintenance_window", Computed: true},
				{Name: "final_snapshot_name"},
				{Name: "data_tiering", Kind: Bool, Default: false},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: true},
			},
		},
		{
			Name:      "aws_memorydb_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
		{
			Name:  "aws_memorydb_user",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "user_name"},
				{Name: "access_string"},
				{Name: "authentication_mode", Kind: Block, Attrs: []Attr{{Name: "type"}, {Name: "passwords", Kind: List, Secret: true}}},
			},
		},
	}
}
