package catalog

func efsTypes() []Type {
	return []Type{
		{
			// Zonal when availability_zone_name is set (One Zone), else in every zone of the region.
			Name: "aws_efs_file_system",
			Attrs: []Attr{
				{Name: "creation_token", Computed: true},
				{Name: "availability_zone_name"}, // null: regional
				{Name: "encrypted", Kind: Bool, Default: false},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "performance_mode", Computed: true, Enum: []string{"generalPurpose", "maxIO"}},
				{Name: "throughput_mode", Default: "bursting", Enum: []string{"bursting", "provisioned", "elastic"}},
				{Name: "provisioned_throughput_in_mibps", Kind: Number},
				{Name: "lifecycle_policy", Kind: Block, Attrs: []Attr{{Name: "transition_to_ia"}, {Name: "transition_to_archive"}, {Name: "transition_to_primary_storage_class"}}},
				{Name: "protection", Kind: Block, Computed: true, Attrs: []Attr{{Name: "replication_overwrite", Computed: true}}},
			},
		},
		{
			Name:      "aws_efs_mount_target",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_id"},
			Attrs: []Attr{
				{Name: "file_system_id", Targets: to("aws_efs_file_system")},
				{Name: "subnet_id", Targets: to("aws_subnet")},
				{Name: "security_groups", Kind: List, Computed: true, Targets: to("aws_security_group")},
			},
		},
		{
			Name:  "aws_efs_backup_policy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "file_system_id", Targets: to("aws_efs_file_system")},
				{Name: "backup_policy", Kind: Block, Attrs: []Attr{{Name: "status", Enum: []string{"ENABLED", "DISABLED"}}}},
			},
		},
		{
			Name: "aws_efs_replication_configuration",
			Attrs: []Attr{
				{Name: "source_file_system_id", Targets: to("aws_efs_file_system")},
				{Name: "destination", Kind: Block, Attrs: []Attr{{Name: "region", Computed: true}, {Name: "availability_zone_name"}, {Name: "kms_key_id"}}},
			},
		},
		{
			Name:  "aws_efs_access_point",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "file_system_id", Targets: to("aws_efs_file_system")},
			},
		},
		{
			Name:  "aws_efs_file_system_policy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "file_system_id", Targets: to("aws_efs_file_system")},
				{Name: "policy", Kind: Document},
			},
		},
	}
}
