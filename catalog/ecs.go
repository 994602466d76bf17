package catalog

func ecsTypes() []Type {
	strategy := []Attr{{Name: "capacity_provider"}, {Name: "base", Kind: Number, Default: 0}, {Name: "weight", Kind: Number, Default: 0}}
	return []Type{
		{
			Name: "aws_ecs_cluster",
			Attrs: []Attr{
				{Name: "name"}, {Name: "setting", Kind: Block, Computed: true, Attrs: []Attr{{Name: "name"}, {Name: "value"}}},
				{Name: "capacity_providers", Kind: List, Computed: true},
				{Name: "default_capacity_provider_strategy", Kind: Block, Computed: true, Attrs: strategy},
			},
		},
		{
			Name: "aws_ecs_cluster_capacity_providers", Scope: Configuration,
			Attrs: []Attr{
				{Name: "cluster_name", Targets: to("aws_ecs_cluster", "name")}, {Name: "capacity_providers", Kind: List, Targets: to("aws_ecs_capacity_provider", "name")},
				{Name: "default_capacity_provider_strategy", Kind: Block, Attrs: strategy},
			},
		},
		{
			Name: "aws_ecs_service", ZonesFrom: []string{"network_configuration.subnets"},
			Attrs: []Attr{
				{Name: "name"}, {Name: "cluster", Computed: true, Targets: to("aws_ecs_cluster", "name")},
				{Name: "task_definition", Targets: to("aws_ecs_task_definition", "family")},
				{Name: "desired_count", Kind: Number, Default: 0},
				{Name: "launch_type", Computed: true}, {Name: "platform_version", Computed: true},
				{Name: "scheduling_strategy", Default: "REPLICA", Enum: []string{"REPLICA", "DAEMON"}},
				{Name: "availability_zone_rebalancing", Computed: true},
				{Name: "deployment_minimum_healthy_percent", Kind: Number, Default: 100},
				{Name: "deployment_maximum_percent", Kind: Number, Default: 200},
				{Name: "deployment_circuit_breaker", Kind: Block, Attrs: []Attr{{Name: "enable", Kind: Bool}, {Name: "rollback", Kind: Bool}}},
				{Name: "deployment_controller", Kind: Block, Attrs: []Attr{{Name: "type", Default: "ECS", Enum: []string{"ECS", "CODE_DEPLOY", "EXTERNAL"}}}},
				{Name: "alarms", Kind: Block, Attrs: []Attr{{Name: "alarm_names", Kind: List, Targets: to("aws_cloudwatch_metric_alarm", "alarm_name")}, {Name: "enable", Kind: Bool}, {Name: "rollback", Kind: Bool}}},
				{Name: "enable_execute_command", Kind: Bool, Default: false}, {Name: "enable_ecs_managed_tags", Kind: Bool, Default: false}, {Name: "force_new_deployment", Kind: Bool},
				{Name: "health_check_grace_period_seconds", Kind: Number}, {Name: "propagate_tags"}, {Name: "wait_for_steady_state", Kind: Bool, Default: false},
				{Name: "network_configuration", Kind: Block, Attrs: []Attr{
					{Name: "subnets", Kind: List, Targets: to("aws_subnet")}, {Name: "security_groups", Kind: List, Targets: to("aws_security_group")}, {Name: "assign_public_ip", Kind: Bool, Default: false},
				}},
				{Name: "load_balancer", Kind: Block, Attrs: []Attr{
					{Name: "target_group_arn", Targets: to("aws_lb_target_group")}, {Name: "elb_name", Targets: to("aws_elb", "name")}, {Name: "container_name"}, {Name: "container_port", Kind: Number},
				}},
				{Name: "capacity_provider_strategy", Kind: Block, Attrs: strategy},
				{Name: "ordered_placement_strategy", Kind: Block, Attrs: []Attr{{Name: "type"}, {Name: "field"}}},
				{Name: "placement_constraints", Kind: Block, Attrs: []Attr{{Name: "type"}, {Name: "expression"}}},
				{Name: "service_registries", Kind: Block, Attrs: []Attr{{Name: "registry_arn"}, {Name: "port", Kind: Number}}},
			},
		},
		{
			Name: "aws_ecs_task_definition", Scope: Configuration,
			Attrs: []Attr{
				{Name: "family"}, {Name: "container_definitions", Kind: Any, Secret: true}, {Name: "cpu"}, {Name: "memory"}, {Name: "network_mode", Computed: true},
				{Name: "requires_compatibilities", Kind: List}, {Name: "execution_role_arn", Targets: to("aws_iam_role")}, {Name: "task_role_arn", Targets: to("aws_iam_role")},
				{Name: "runtime_platform", Kind: Block, Attrs: []Attr{{Name: "cpu_architecture"}, {Name: "operating_system_family"}}},
				{Name: "ephemeral_storage", Kind: Block, Attrs: []Attr{{Name: "size_in_gib", Kind: Number}}},
				{Name: "volume", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "host_path"}, {Name: "efs_volume_configuration", Kind: Block, Attrs: []Attr{{Name: "file_system_id", Targets: to("aws_efs_file_system")}, {Name: "transit_encryption"}}}}},
			},
		},
		{
			Name: "aws_ecs_capacity_provider", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "auto_scaling_group_provider", Kind: Block, Attrs: []Attr{
					{Name: "auto_scaling_group_arn", Targets: to("aws_autoscaling_group")}, {Name: "managed_termination_protection", Computed: true},
					{Name: "managed_scaling", Kind: Block, Attrs: []Attr{
						{Name: "status", Computed: true, Enum: []string{"ENABLED", "DISABLED"}}, {Name: "target_capacity", Kind: Number, Computed: true},
						{Name: "minimum_scaling_step_size", Kind: Number, Computed: true}, {Name: "maximum_scaling_step_size", Kind: Number, Computed: true},
					}},
				}},
			},
		},
	}
}
