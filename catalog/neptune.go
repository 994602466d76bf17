package catalog

func neptuneTypes() []Type {
	return []Type{
		{
			Name:      "aws_neptune_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"neptune_subnet_group_name"},
			Attrs: []Attr{
				{Name: "cluster_identifier", Computed: true},
				{Name: "engine", Default: "neptune"},
				{Name: "engine_version", Computed: true},
				{Name: "availability_zones", Kind: List, Computed: true},
				{Name: "neptune_subnet_group_name", Computed: true, Targets: []Target{{"aws_neptune_subnet_group", []string{"name"}}, {"aws_db_subnet_group", []string{"name"}}}},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "storage_encrypted", Kind: Bool, Default: false},
				{Name: "kms_key_arn", Computed: true, Targets: to("aws_kms_key")},
				{Name: "backup_retention_period", Kind: Number, Default: 1},
				{Name: "preferred_backup_window", Computed: true},
				{Name: "preferred_maintenance_window", Computed: true},
				{Name: "skip_final_snapshot", Kind: Bool, Default: false},
				{Name: "final_snapshot_identifier"},
				{Name: "snapshot_identifier"},
				{Name: "deletion_protection", Kind: Bool, Default: false},
				{Name: "iam_database_authentication_enabled", Kind: Bool, Default: false},
				{Name: "serverless_v2_scaling_configuration", Kind: Block, Attrs: []Attr{{Name: "min_capacity", Kind: Number}, {Name: "max_capacity", Kind: Number}}},
			},
		},
		{
			Name:      "aws_neptune_cluster_instance",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "neptune_subnet_group_name", "cluster_identifier"},
			Attrs: []Attr{
				{Name: "identifier", Computed: true},
				{Name: "cluster_identifier", Targets: to("aws_neptune_cluster", "cluster_identifier")},
				{Name: "instance_class"},
				{Name: "availability_zone", Computed: true},
				{Name: "neptune_subnet_group_name", Computed: true, Targets: []Target{{"aws_neptune_subnet_group", []string{"name"}}, {"aws_db_subnet_group", []string{"name"}}}},
				{Name: "promotion_tier", Kind: Number, Default: 0},
				{Name: "publicly_accessible", Kind: Bool, Default: false},
			},
		},
		{
			Name:      "aws_neptune_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
	}
}
