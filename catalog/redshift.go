package catalog

func redshiftTypes() []Type {
	return []Type{
		{
			Name:      "aws_redshift_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "cluster_subnet_group_name"},
			Attrs: []Attr{
				{Name: "cluster_identifier"},
				{Name: "cluster_type", Default: "single-node", Enum: []string{"single-node", "multi-node"}},
				{Name: "node_type"},
				{Name: "number_of_nodes", Kind: Number, Default: 1},
				{Name: "database_name", Computed: true},
				{Name: "master_username"},
				{Name: "master_password", Secret: true},
				{Name: "manage_master_password", Kind: Bool},
				{Name: "availability_zone", Computed: true},
				{Name: "availability_zone_relocation_enabled", Kind: Bool, Default: false},
				{Name: "multi_az", Kind: Bool, Default: false},
				{Name: "cluster_subnet_group_name", Computed: true, Targets: to("aws_redshift_subnet_group", "name")},
				{Name: "cluster_parameter_group_name", Computed: true},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "publicly_accessible", Kind: Bool}, // false since provider 6, true before
				{Name: "encrypted", Kind: Bool, Computed: true},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "enhanced_vpc_routing", Kind: Bool, Computed: true},
				{Name: "automated_snapshot_retention_period", Kind: Number, Default: 1},
				{Name: "preferred_maintenance_window", Computed: true},
				{Name: "skip_final_snapshot", Kind: Bool, Default: false},
				{Name: "final_snapshot_identifier"},
				{Name: "snapshot_identifier"},
			},
		},
		{
			Name:      "aws_redshift_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name"},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
		{
			Name:  "aws_redshift_parameter_group",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "family"},
				{Name: "parameter", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "value"}}},
			},
		},
		{
			Name:  "aws_redshift_snapshot_copy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "cluster_identifier", Targets: to("aws_redshift_cluster", "cluster_identifier")},
				{Name: "destination_region"},
			},
		},
	}
}
