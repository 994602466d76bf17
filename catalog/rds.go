package catalog

func rdsTypes() []Type {
	return []Type{
		{
			Name:      "aws_db_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
		{
			Name:      "aws_db_instance",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "db_subnet_group_name"},
			Attrs: []Attr{
				{Name: "identifier", Computed: true},
				{Name: "engine", Computed: true}, // from the snapshot or the source of a replica
				{Name: "multi_az", Kind: Bool, Default: false},
				{Name: "availability_zone", Computed: true},
				{Name: "db_subnet_group_name", Computed: true, Targets: to("aws_db_subnet_group", "name")},
				{Name: "replicate_source_db", Targets: to("aws_db_instance", "identifier")},
				{Name: "backup_retention_period", Kind: Number, Default: 0},
				{Name: "password", Secret: true},
			},
		},
	}
}
