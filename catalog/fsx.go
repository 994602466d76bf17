package catalog

func fsxTypes() []Type {
	return []Type{
		{
			Name:      "aws_fsx_windows_file_system",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "storage_capacity", Kind: Number},
				{Name: "storage_type", Default: "SSD"},
				{Name: "throughput_capacity", Kind: Number},
				{Name: "deployment_type", Default: "SINGLE_AZ_1", Enum: []string{"SINGLE_AZ_1", "SINGLE_AZ_2", "MULTI_AZ_1"}},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "preferred_subnet_id", Computed: true, Targets: to("aws_subnet")},
				{Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")},
				{Name: "automatic_backup_retention_days", Kind: Number, Default: 7},
				{Name: "daily_automatic_backup_start_time", Computed: true},
				{Name: "skip_final_backup", Kind: Bool, Default: false},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "active_directory_id"},
			},
		},
		{
			Name:      "aws_fsx_lustre_file_system",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "storage_capacity", Kind: Number, Computed: true},
				{Name: "storage_type", Default: "SSD"},
				{Name: "deployment_type", Default: "SCRATCH_1", Enum: []string{"SCRATCH_1", "SCRATCH_2", "PERSISTENT_1", "PERSISTENT_2"}},
				{Name: "per_unit_storage_throughput", Kind: Number},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")},
				{Name: "automatic_backup_retention_days", Kind: Number, Default: 0},
				{Name: "skip_final_backup", Kind: Bool, Default: true},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
			},
		},
		{
			Name:      "aws_fsx_ontap_file_system",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "storage_capacity", Kind: Number},
				{Name: "storage_type", Default: "SSD"},
				{Name: "deployment_type", Enum: []string{"SINGLE_AZ_1", "SINGLE_AZ_2", "MULTI_AZ_1", "MULTI_AZ_2"}},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "preferred_subnet_id", Targets: to("aws_subnet")},
				{Name: "throughput_capacity", Kind: Number, Computed: true},
				{Name: "automatic_backup_retention_days", Kind: Number, Default: 0},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
			},
		},
		{
			Name:      "aws_fsx_openzfs_file_system",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "storage_capacity", Kind: Number},
				{Name: "storage_type", Default: "SSD"},
				{Name: "deployment_type"},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "preferred_subnet_id", Targets: to("aws_subnet")},
				{Name: "throughput_capacity", Kind: Number},
				{Name: "automatic_backup_retention_days", Kind: Number, Default: 0},
				{Name: "skip_final_backup", Kind: Bool, Default: false},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
			},
		},
	}
}
