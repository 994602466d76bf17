package catalog

func dynamodbTypes() []Type {
	return []Type{
		{
			Name: "aws_dynamodb_table",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "billing_mode", Default: "PROVISIONED", Enum: []string{"PROVISIONED", "PAY_PER_REQUEST"}},
				{Name: "read_capacity", Kind: Number, Computed: true},
				{Name: "write_capacity", Kind: Number, Computed: true},
				{Name: "hash_key"},
				{Name: "range_key"},
				{Name: "attribute", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "type"}}},
				{Name: "global_secondary_index", Kind: Block, Attrs: []Attr{
					{Name: "name"},
					{Name: "hash_key"},
					{Name: "range_key"},
					{Name: "projection_type"},
					{Name: "non_key_attributes", Kind: List},
					{Name: "read_capacity", Kind: Number, Computed: true},
					{Name: "write_capacity", Kind: Number, Computed: true},
				}},
				{Name: "local_secondary_index", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "range_key"}, {Name: "projection_type"}, {Name: "non_key_attributes", Kind: List}}},
				{Name: "point_in_time_recovery", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool}, {Name: "recovery_period_in_days", Kind: Number, Computed: true}}},
				{Name: "deletion_protection_enabled", Kind: Bool, Default: false},
				{Name: "server_side_encryption", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool}, {Name: "kms_key_arn", Computed: true, Targets: to("aws_kms_key")}}},
				{Name: "replica", Kind: Block, Attrs: []Attr{
					{Name: "region_name"},
					{Name: "kms_key_arn", Computed: true},
					{Name: "point_in_time_recovery", Kind: Bool, Default: false},
					{Name: "propagate_tags", Kind: Bool, Default: false},
					{Name: "deletion_protection_enabled", Kind: Bool},
					{Name: "consistency_mode", Default: "EVENTUAL", Enum: []string{"EVENTUAL", "STRONG"}},
				}},
				{Name: "stream_enabled", Kind: Bool, Default: false},
				{Name: "stream_view_type", Computed: true},
				{Name: "ttl", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}, {Name: "attribute_name"}}},
				{Name: "table_class", Default: "STANDARD", Enum: []string{"STANDARD", "STANDARD_INFREQUENT_ACCESS"}},
				{Name: "on_demand_throughput", Kind: Block, Attrs: []Attr{
					{Name: "max_read_request_units", Kind: Number, Computed: true},
					{Name: "max_write_request_units", Kind: Number, Computed: true},
				}},
				{Name: "restore_source_name"},
				{Name: "restore_source_table_arn"},
				{Name: "import_table", Kind: Block, Attrs: []Attr{{Name: "input_format"}, {Name: "input_compression_type"}}},
			},
		},
		{
			Name: "aws_dynamodb_table_replica",
			Attrs: []Attr{
				{Name: "global_table_arn", Targets: to("aws_dynamodb_table")},
				{Name: "kms_key_arn", Computed: true},
				{Name: "point_in_time_recovery", Kind: Bool, Default: false},
				{Name: "deletion_protection_enabled", Kind: Bool, Computed: true},
				{Name: "table_class_override"},
			},
		},
		{
			Name:  "aws_dynamodb_global_table",
			Scope: Global,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "replica", Kind: Block, Attrs: []Attr{{Name: "region_name"}}},
			},
		},
		{
			Name:  "aws_dynamodb_table_item",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "table_name", Targets: to("aws_dynamodb_table", "name")},
				{Name: "hash_key"},
				{Name: "range_key"},
			},
		},
		{
			Name:      "aws_dax_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zones", "subnet_group_name"},
			Attrs: []Attr{
				{Name: "cluster_name"},
				{Name: "node_type"},
				{Name: "replication_factor", Kind: Number},
				{Name: "availability_zones", Kind: List},
				{Name: "subnet_group_name", Computed: true, Targets: to("aws_dax_subnet_group", "name")},
				{Name: "security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "server_side_encryption", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}}},
			},
		},
		{
			Name:      "aws_dax_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name"},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
	}
}
