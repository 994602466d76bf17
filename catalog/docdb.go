package catalog

func docdbTypes() []Type {
	return []Type{
		{
			Name:      "aws_docdb_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"db_subnet_group_name"},
			Attrs: []Attr{
				{Name: "cluster_identifier", Computed: true},
				{Name: "engine", Default: "docdb"},
				{Name: "engine_version", Computed: true},
				{Name: "availability_zones", Kind: List, Computed: true},
				{Name: "db_subnet_group_name", Computed: true, Targets: []Target{{"aws_docdb_subnet_group", []string{"name"}}, {"aws_db_subnet_group", []string{"name"}}}},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "storage_encrypted", Kind: Bool, Default: false},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "backup_retention_period", Kind: Number, Default: 1},
				{Name: "preferred_backup_window", Computed: true},
				{Name: "preferred_maintenance_window", Computed: true},
				{Name: "skip_final_snapshot", Kind: Bool, Default: false},
				{Name: "final_snapshot_identifier"},
				{Name: "snapshot_identifier"},
				{Name: "deletion_protection", Kind: Bool, Default: false},
				{Name: "db_cluster_parameter_group_name", Computed: true, Targets: to("aws_docdb_cluster_parameter_group", "name")},
				{Name: "master_username", Computed: true},
				{Name: "master_password", Secret: true},
				{Name: "master_password_wo", Secret: true},
				{Name: "global_cluster_identifier"},
				{Name: "storage_type", Computed: true},
			},
		},
		{
			Name:      "aws_docdb_cluster_instance",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "cluster_identifier"},
			Attrs: []Attr{
				{Name: "identifier", Computed: true},
				{Name: "cluster_identifier", Targets: to("aws_docdb_cluster", "cluster_identifier")},
				{Name: "instance_class"},
				{Name: "availability_zone", Computed: true},
				{Name: "promotion_tier", Kind: Number, Default: 0},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: true},
			},
		},
		{
			Name:      "aws_docdb_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
		{
			Name:  "aws_docdb_cluster_parameter_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "family"},
				{Name: "parameter", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "value"}, {Name: "apply_method", Default: "pending-reboot"}}},
			},
		},
	}
}
