package catalog

func eksTypes() []Type {
	return []Type{
		{
			Name: "aws_eks_cluster", ZonesFrom: []string{"vpc_config.subnet_ids"},
			Attrs: []Attr{
				{Name: "name"}, {Name: "version", Computed: true}, {Name: "role_arn", Targets: to("aws_iam_role")}, {Name: "platform_version", Computed: true},
				{Name: "deletion_protection", Kind: Bool}, {Name: "bootstrap_self_managed_addons", Kind: Bool, Default: true},
				{Name: "enabled_cluster_log_types", Kind: List},
				{Name: "vpc_config", Kind: Block, Attrs: []Attr{
					{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")}, {Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")},
					{Name: "endpoint_public_access", Kind: Bool, Default: true}, {Name: "endpoint_private_access", Kind: Bool, Default: false},
					// Source: EKS API, VpcConfigRequest: by default the public endpoint is open to 0.0.0.0/0.
					{Name: "public_access_cidrs", Kind: List, Default: []any{"0.0.0.0/0"}},
				}},
				{Name: "encryption_config", Kind: Block, Attrs: []Attr{{Name: "resources", Kind: List}, {Name: "provider", Kind: Block, Attrs: []Attr{{Name: "key_arn", Targets: to("aws_kms_key")}}}}},
				{Name: "upgrade_policy", Kind: Block, Computed: true, Attrs: []Attr{{Name: "support_type"}}},
				{Name: "access_config", Kind: Block, Computed: true, Attrs: []Attr{{Name: "authentication_mode", Computed: true}, {Name: "bootstrap_cluster_creator_admin_permissions", Kind: Bool, Default: true}}},
				{Name: "compute_config", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}, {Name: "node_pools", Kind: List}}},
				{Name: "zonal_shift_config", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}}},
			},
		},
		{
			Name: "aws_eks_node_group", ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "cluster_name", Targets: to("aws_eks_cluster", "name")}, {Name: "node_group_name", Computed: true}, {Name: "node_role_arn", Targets: to("aws_iam_role")},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")}, {Name: "version", Computed: true}, {Name: "release_version", Computed: true},
				{Name: "ami_type", Computed: true}, {Name: "capacity_type", Computed: true}, {Name: "disk_size", Kind: Number, Computed: true}, {Name: "instance_types", Kind: List, Computed: true},
				{Name: "labels", Kind: Map}, {Name: "force_update_version", Kind: Bool},
				{Name: "scaling_config", Kind: Block, Attrs: []Attr{{Name: "min_size", Kind: Number}, {Name: "max_size", Kind: Number}, {Name: "desired_size", Kind: Number}}},
				{Name: "update_config", Kind: Block, Computed: true, Attrs: []Attr{{Name: "max_unavailable", Kind: Number}, {Name: "max_unavailable_percentage", Kind: Number}}},
				{Name: "launch_template", Kind: Block, Attrs: launchTemplateRef()},
				{Name: "remote_access", Kind: Block, Attrs: []Attr{{Name: "ec2_ssh_key", Targets: to("aws_key_pair", "key_name")}, {Name: "source_security_group_ids", Kind: List, Targets: to("aws_security_group")}}},
				{Name: "taint", Kind: Block, Attrs: []Attr{{Name: "key"}, {Name: "value"}, {Name: "effect"}}},
			},
		},
		{
			Name: "aws_eks_fargate_profile", ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "cluster_name", Targets: to("aws_eks_cluster", "name")}, {Name: "fargate_profile_name"}, {Name: "pod_execution_role_arn", Targets: to("aws_iam_role")},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")}, {Name: "selector", Kind: Block, Attrs: []Attr{{Name: "namespace"}, {Name: "labels", Kind: Map}}},
			},
		},
		{
			Name: "aws_eks_addon", Scope: Configuration,
			Attrs: []Attr{{Name: "cluster_name", Targets: to("aws_eks_cluster", "name")}, {Name: "addon_name"}, {Name: "addon_version", Computed: true}, {Name: "service_account_role_arn", Targets: to("aws_iam_role")}},
		},
		{
			Name: "aws_eks_access_entry", Scope: Configuration,
			Attrs: []Attr{{Name: "cluster_name", Targets: to("aws_eks_cluster", "name")}, {Name: "principal_arn", Targets: []Target{{"aws_iam_role", nil}, {"aws_iam_user", nil}}}, {Name: "type", Default: "STANDARD"}, {Name: "kubernetes_groups", Kind: List, Computed: true}},
		},
	}
}
