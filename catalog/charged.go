package catalog

// Types that are here because AWS charges for them; the attributes are those that decide the price.
func chargedTypes() []Type {
	return append(append(chargedNetworkTypes(), chargedRecordTypes()...), append(chargedDataTypes(), chargedPartTypes()...)...)
}

func chargedNetworkTypes() []Type {
	return []Type{
		{
			Name: "aws_vpn_connection",
			Attrs: []Attr{
				{Name: "type"}, {Name: "customer_gateway_id"}, {Name: "vpn_gateway_id", Targets: to("aws_vpn_gateway")},
				{Name: "transit_gateway_id", Targets: to("aws_ec2_transit_gateway")}, {Name: "static_routes_only", Kind: Bool, Default: false},
				{Name: "outside_ip_address_type", Computed: true}, {Name: "enable_acceleration", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_ec2_client_vpn_network_association", ZonesFrom: []string{"subnet_id"},
			Attrs: []Attr{{Name: "client_vpn_endpoint_id"}, {Name: "subnet_id", Targets: to("aws_subnet")}},
		},
		{
			Name: "aws_ec2_transit_gateway_peering_attachment",
			Attrs: []Attr{
				{Name: "transit_gateway_id", Targets: to("aws_ec2_transit_gateway")}, {Name: "peer_transit_gateway_id", Targets: to("aws_ec2_transit_gateway")},
				{Name: "peer_region"}, {Name: "peer_account_id", Computed: true},
			},
		},
		{
			Name:  "aws_ec2_traffic_mirror_session",
			Attrs: []Attr{{Name: "network_interface_id", Targets: to("aws_network_interface")}, {Name: "traffic_mirror_target_id"}, {Name: "session_number", Kind: Number}},
		},
		{
			Name: "aws_globalaccelerator_accelerator", Scope: Global,
			Attrs: []Attr{
				{Name: "name"}, {Name: "enabled", Kind: Bool, Default: true}, {Name: "ip_address_type", Default: "IPV4", Enum: []string{"IPV4", "DUAL_STACK"}},
				{Name: "ip_addresses", Kind: List}, {Name: "dns_name", Computed: true},
			},
		},
		{
			Name: "aws_globalaccelerator_custom_routing_accelerator", Scope: Global,
			Attrs: []Attr{{Name: "name"}, {Name: "enabled", Kind: Bool, Default: true}, {Name: "ip_address_type", Default: "IPV4"}, {Name: "ip_addresses", Kind: List}},
		},
		{
			Name: "aws_globalaccelerator_endpoint_group", Scope: Global,
			Attrs: []Attr{
				{Name: "listener_arn"}, {Name: "endpoint_group_region", Computed: true}, {Name: "traffic_dial_percentage", Kind: Number, Default: 100},
				{Name: "endpoint_configuration", Kind: Block, Attrs: []Attr{{Name: "endpoint_id", Targets: []Target{{"aws_lb", nil}, {"aws_eip", []string{"allocation_id"}}, {"aws_instance", nil}}}, {Name: "weight", Kind: Number, Computed: true}}},
			},
		},
		{
			Name:  "aws_dx_connection",
			Attrs: []Attr{{Name: "name"}, {Name: "bandwidth"}, {Name: "location"}, {Name: "provider_name", Computed: true}},
		},
		{
			Name: "aws_lb_trust_store", Attrs: []Attr{{Name: "name", Computed: true}, {Name: "ca_certificates_bundle_s3_bucket"}},
		},
		{
			Name: "aws_route53_resolver_endpoint", ZonesFrom: []string{"ip_address.subnet_id"},
			Attrs: []Attr{
				{Name: "direction", Enum: []string{"INBOUND", "OUTBOUND"}}, {Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")},
				{Name: "ip_address", Kind: Block, Attrs: []Attr{{Name: "subnet_id", Targets: to("aws_subnet")}, {Name: "ip", Computed: true}}},
			},
		},
		{Name: "aws_route53_resolver_firewall_domain_list", Attrs: []Attr{{Name: "name"}, {Name: "domains", Kind: List}}},
		{
			Name:  "aws_route53_resolver_firewall_rule_group_association",
			Attrs: []Attr{{Name: "vpc_id", Targets: to("aws_vpc")}, {Name: "firewall_rule_group_id"}, {Name: "priority", Kind: Number}},
		},
	}
}

func chargedRecordTypes() []Type {
	return []Type{
		{Name: "aws_cloudwatch_metric_stream", Attrs: []Attr{{Name: "name", Computed: true}, {Name: "firehose_arn", Targets: to("aws_kinesis_firehose_delivery_stream")}, {Name: "output_format"}}},
		{Name: "aws_cloudwatch_contributor_insight_rule", Attrs: []Attr{{Name: "rule_name"}, {Name: "rule_state"}}},
		{Name: "aws_synthetics_canary", Attrs: []Attr{{Name: "name"}, {Name: "schedule", Kind: Block, Attrs: []Attr{{Name: "expression"}}}, {Name: "start_canary", Kind: Bool, Default: false}}},
		{Name: "aws_cloudwatch_event_archive", Attrs: []Attr{{Name: "name"}, {Name: "event_source_arn", Targets: to("aws_cloudwatch_event_bus")}, {Name: "retention_days", Kind: Number}}},
		{Name: "aws_cloudtrail_event_data_store", Attrs: []Attr{{Name: "name"}, {Name: "retention_period", Kind: Number, Default: 2555}, {Name: "billing_mode", Default: "EXTENDABLE_RETENTION_PRICING"}}},
		{
			Name: "aws_config_configuration_recorder",
			Attrs: []Attr{
				{Name: "name", Default: "default"}, {Name: "role_arn", Targets: to("aws_iam_role")},
				{Name: "recording_mode", Kind: Block, Computed: true, Attrs: []Attr{{Name: "recording_frequency", Default: "CONTINUOUS", Enum: []string{"CONTINUOUS", "DAILY"}}}},
			},
		},
		{Name: "aws_config_config_rule", Scope: Configuration, Attrs: []Attr{{Name: "name"}, {Name: "source", Kind: Block, Attrs: []Attr{{Name: "owner"}, {Name: "source_identifier"}}}}},
		{Name: "aws_config_organization_managed_rule", Scope: Configuration, Attrs: []Attr{{Name: "name"}, {Name: "rule_identifier"}}},
		{Name: "aws_config_organization_custom_rule", Scope: Configuration, Attrs: []Attr{{Name: "name"}, {Name: "lambda_function_arn", Targets: to("aws_lambda_function")}}},
		{Name: "aws_config_conformance_pack", Scope: Configuration, Attrs: []Attr{{Name: "name"}}},
		{Name: "aws_guardduty_detector", Attrs: []Attr{{Name: "enable", Kind: Bool, Default: true}, {Name: "finding_publishing_frequency", Computed: true}}},
		{Name: "aws_guardduty_detector_feature", Scope: Configuration, Attrs: []Attr{{Name: "detector_id", Targets: to("aws_guardduty_detector")}, {Name: "name"}, {Name: "status", Enum: []string{"ENABLED", "DISABLED"}}}},
		{Name: "aws_ssm_activation", Attrs: []Attr{{Name: "name"}, {Name: "iam_role"}, {Name: "registration_limit", Kind: Number, Default: 1}}},
		{Name: "aws_wafregional_web_acl", Attrs: []Attr{{Name: "name"}, {Name: "metric_name"}, {Name: "rule", Kind: Block, Attrs: []Attr{{Name: "rule_id"}, {Name: "priority", Kind: Number}, {Name: "type", Default: "REGULAR"}}}}},
	}
}

func chargedDataTypes() []Type {
	return []Type{
		{Name: "aws_ebs_snapshot_copy", Attrs: []Attr{{Name: "source_snapshot_id", Targets: to("aws_ebs_snapshot")}, {Name: "source_region"}, {Name: "storage_tier", Computed: true}}},
		{Name: "aws_docdb_cluster_snapshot", Attrs: []Attr{{Name: "db_cluster_identifier", Targets: to("aws_docdb_cluster", "cluster_identifier")}, {Name: "db_cluster_snapshot_identifier"}}},
		{Name: "aws_neptune_cluster_snapshot", Attrs: []Attr{{Name: "db_cluster_identifier", Targets: to("aws_neptune_cluster", "cluster_identifier")}, {Name: "db_cluster_snapshot_identifier"}}},
		{Name: "aws_redshiftserverless_workgroup", Attrs: []Attr{{Name: "workgroup_name"}, {Name: "namespace_name"}, {Name: "base_capacity", Kind: Number, Computed: true}}},
		{Name: "aws_s3_bucket_analytics_configuration", Scope: Configuration, Attrs: []Attr{{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")}, {Name: "name"}}},
		{Name: "aws_kms_external_key", Attrs: []Attr{{Name: "description"}, {Name: "enabled", Kind: Bool, Computed: true}, {Name: "key_material_base64", Secret: true}}},
		{Name: "aws_acmpca_certificate_authority", Attrs: []Attr{{Name: "type", Default: "SUBORDINATE"}, {Name: "usage_mode", Computed: true}, {Name: "enabled", Kind: Bool, Default: true}}},
		{Name: "aws_athena_workgroup", Attrs: []Attr{{Name: "name"}, {Name: "state", Default: "ENABLED"}}},
		{Name: "aws_glue_catalog_database", Attrs: []Attr{{Name: "name"}, {Name: "catalog_id", Computed: true}}},
		{
			Name: "aws_codebuild_project",
			Attrs: []Attr{
				{Name: "name"}, {Name: "service_role", Targets: to("aws_iam_role")},
				{Name: "environment", Kind: Block, Attrs: []Attr{{Name: "compute_type"}, {Name: "type"}, {Name: "image"}}},
			},
		},
		{
			Name:  "aws_mwaa_environment",
			Attrs: []Attr{{Name: "name"}, {Name: "environment_class", Computed: true}, {Name: "max_workers", Kind: Number, Computed: true}, {Name: "min_workers", Kind: Number, Computed: true}},
		},
		{Name: "aws_transfer_server", Attrs: []Attr{{Name: "protocols", Kind: List, Computed: true}, {Name: "endpoint_type", Default: "PUBLIC"}, {Name: "domain", Default: "S3"}}},
		{Name: "aws_pipes_pipe", Attrs: []Attr{{Name: "name", Computed: true}, {Name: "source"}, {Name: "target"}, {Name: "desired_state", Default: "RUNNING"}}},
		{Name: "aws_scheduler_schedule", Attrs: []Attr{{Name: "name", Computed: true}, {Name: "schedule_expression"}, {Name: "state", Default: "ENABLED"}}},
		{Name: "aws_sfn_state_machine", Attrs: []Attr{{Name: "name", Computed: true}, {Name: "type", Default: "STANDARD", Enum: []string{"STANDARD", "EXPRESS"}}, {Name: "definition", Kind: Any}, {Name: "role_arn", Targets: to("aws_iam_role")}}},
	}
}

// chargedPartTypes are settings and parts that have a price beside what they belong to.
func chargedPartTypes() []Type {
	return []Type{
		{Name: "aws_accessanalyzer_analyzer", Scope: Configuration, Attrs: []Attr{{Name: "analyzer_name"}, {Name: "type", Default: "ACCOUNT"}}},
		{Name: "aws_cloudfront_monitoring_subscription", Scope: Configuration, Attrs: []Attr{{Name: "distribution_id", Targets: to("aws_cloudfront_distribution")}}},
		{Name: "aws_cloudwatch_event_api_destination", Attrs: []Attr{{Name: "name"}, {Name: "connection_arn"}, {Name: "invocation_rate_limit_per_second", Kind: Number, Default: 300}}},
		{Name: "aws_dynamodb_kinesis_streaming_destination", Scope: Configuration, Attrs: []Attr{{Name: "table_name", Targets: to("aws_dynamodb_table", "name")}, {Name: "stream_arn", Targets: to("aws_kinesis_stream")}}},
		{
			Name:  "aws_opensearch_vpc_endpoint",
			Attrs: []Attr{{Name: "domain_arn", Targets: to("aws_opensearch_domain")}, {Name: "vpc_options", Kind: Block, Attrs: []Attr{{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")}}}},
		},
		{Name: "aws_opensearchserverless_vpc_endpoint", Attrs: []Attr{{Name: "name"}, {Name: "vpc_id", Targets: to("aws_vpc")}, {Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")}}},
		{Name: "aws_service_discovery_private_dns_namespace", Scope: Global, Attrs: []Attr{{Name: "name"}, {Name: "vpc", Targets: to("aws_vpc")}, {Name: "hosted_zone", Computed: true}}},
		{Name: "aws_service_discovery_public_dns_namespace", Scope: Global, Attrs: []Attr{{Name: "name"}, {Name: "hosted_zone", Computed: true}}},
		{Name: "aws_wafv2_rule_group", Attrs: []Attr{{Name: "name", Computed: true}, {Name: "scope"}, {Name: "capacity", Kind: Number}, {Name: "rule", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "priority", Kind: Number}}}}},
	}
}
