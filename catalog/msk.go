package catalog

func mskTypes() []Type {
	return []Type{
		{
			Name:      "aws_msk_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"broker_node_group_info.client_subnets"},
			Attrs: []Attr{
				{Name: "cluster_name"},
				{Name: "kafka_version"},
				{Name: "number_of_broker_nodes", Kind: Number},
				{Name: "enhanced_monitoring", Default: "DEFAULT"},
				{Name: "broker_node_group_info", Kind: Block, Attrs: []Attr{
					{Name: "instance_type"},
					{Name: "client_subnets", Kind: List, Targets: to("aws_subnet")},
					{Name: "security_groups", Kind: List, Targets: to("aws_security_group")},
					{Name: "az_distribution", Default: "DEFAULT"},
					{Name: "storage_info", Kind: Block, Attrs: []Attr{
						{Name: "ebs_storage_info", Kind: Block, Attrs: []Attr{{Name: "volume_size", Kind: Number}}},
					}},
				}},
				{Name: "encryption_info", Kind: Block, Attrs: []Attr{
					{Name: "encryption_at_rest_kms_key_arn", Computed: true},
					{Name: "encryption_in_transit", Kind: Block, Attrs: []Attr{
						{Name: "client_broker", Default: "TLS", Enum: []string{"TLS", "TLS_PLAINTEXT", "PLAINTEXT"}},
						{Name: "in_cluster", Kind: Bool, Default: true},
					}},
				}},
				{Name: "client_authentication", Kind: Block, Attrs: []Attr{
					{Name: "unauthenticated", Kind: Bool},
					{Name: "sasl", Kind: Block, Attrs: []Attr{{Name: "iam", Kind: Bool}, {Name: "scram", Kind: Bool}}},
					{Name: "tls", Kind: Block, Attrs: []Attr{{Name: "certificate_authority_arns", Kind: List}}},
				}},
				{Name: "storage_mode", Computed: true},
			},
		},
		{
			Name: "aws_msk_serverless_cluster",
			Attrs: []Attr{
				{Name: "cluster_name"},
				{Name: "vpc_config", Kind: Block, Attrs: []Attr{
					{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
					{Name: "security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				}},
			},
		},
	}
}
