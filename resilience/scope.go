package resilience

// scope is how the things of a type are lost.
type scope int

const (
	zonal    scope = iota + 1 // sits in one zone and goes with it, unless its own rules (builders) say that it has members elsewhere
	regional                  // AWS runs it in several zones; goes with the region
	global                    // AWS runs it in several regions
	setting                   // a configuration: nothing runs there, so nothing is lost with a zone
)

// placed says whether things of a type are somewhere.
func placed(typ string) bool { return scopes[typ] == zonal || scopes[typ] == regional }

// scopes says of every type of the catalog how its things are lost. Types of members that a group stands for
// (instances of a cluster, mount targets) are zonal.
// Source: the resilience chapters of the services' user guides; AWS Fault Isolation Boundaries (white paper),
// 2025-11.
var scopes = scopesOf(map[scope][]string{
	zonal: {
		"aws_dax_cluster", "aws_db_instance", "aws_db_proxy", "aws_db_proxy_endpoint", "aws_docdb_cluster",
		"aws_docdb_cluster_instance", "aws_ebs_volume", "aws_efs_mount_target", "aws_elasticache_cluster",
		"aws_elasticache_replication_group", "aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system",
		"aws_fsx_windows_file_system", "aws_instance", "aws_memorydb_cluster", "aws_mq_broker", "aws_msk_cluster", "aws_nat_gateway",
		"aws_neptune_cluster", "aws_neptune_cluster_instance", "aws_network_interface", "aws_opensearch_domain", "aws_rds_cluster",
		"aws_rds_cluster_instance", "aws_redshift_cluster", "aws_subnet",
	},
	regional: {
		"aws_acm_certificate", "aws_api_gateway_domain_name", "aws_api_gateway_rest_api", "aws_api_gateway_stage",
		"aws_apigatewayv2_api", "aws_apigatewayv2_domain_name", "aws_apigatewayv2_stage", "aws_autoscaling_group", "aws_backup_plan", "aws_backup_protected_resource", "aws_backup_recovery_point",
		"aws_backup_vault", "aws_cloudfront_vpc_origin", "aws_cloudtrail", "aws_cloudwatch_event_bus", "aws_cloudwatch_log_group",
		"aws_db_cluster_snapshot", "aws_db_instance_automated_backups_replication", "aws_db_snapshot", "aws_db_snapshot_copy",
		"aws_dynamodb_table", "aws_dynamodb_table_replica", "aws_ebs_snapshot", "aws_ec2_transit_gateway",
		"aws_ec2_transit_gateway_vpc_attachment", "aws_ecr_repository", "aws_ecs_cluster", "aws_ecs_service", "aws_efs_file_system",
		"aws_efs_replication_configuration", "aws_egress_only_internet_gateway", "aws_eip", "aws_eks_cluster",
		"aws_eks_fargate_profile", "aws_eks_node_group", "aws_elasticache_serverless_cache", "aws_elb", "aws_internet_gateway",
		"aws_kinesis_firehose_delivery_stream", "aws_kinesis_stream", "aws_kms_key", "aws_kms_replica_key", "aws_lambda_function",
		"aws_lb", "aws_msk_serverless_cluster", "aws_networkfirewall_firewall", "aws_opensearchserverless_collection",
		"aws_rds_cluster_endpoint", "aws_rds_export_task", "aws_s3_access_point", "aws_s3_bucket", "aws_secretsmanager_secret", "aws_sns_topic",
		"aws_spot_fleet_request", "aws_sqs_queue", "aws_ssm_parameter", "aws_vpc", "aws_vpc_endpoint", "aws_vpc_endpoint_service",
		"aws_vpc_peering_connection", "aws_vpn_gateway", "aws_wafv2_web_acl",
		"aws_vpn_connection", "aws_ec2_client_vpn_network_association", "aws_ec2_transit_gateway_peering_attachment", "aws_ec2_traffic_mirror_session",
		"aws_dx_connection", "aws_lb_trust_store", "aws_route53_resolver_endpoint", "aws_cloudwatch_event_archive", "aws_cloudtrail_event_data_store",
		"aws_ebs_snapshot_copy", "aws_docdb_cluster_snapshot", "aws_neptune_cluster_snapshot", "aws_redshiftserverless_workgroup", "aws_kms_external_key",
		"aws_opensearch_vpc_endpoint", "aws_opensearchserverless_vpc_endpoint", "aws_athena_workgroup", "aws_codebuild_project", "aws_mwaa_environment", "aws_transfer_server",
		"aws_acmpca_certificate_authority", "aws_pipes_pipe", "aws_scheduler_schedule", "aws_sfn_state_machine", "aws_wafregional_web_acl",
	},
	global: {
		"aws_cloudfront_distribution", "aws_cloudfront_origin_access_control", "aws_cloudfront_origin_access_identity",
		"aws_dynamodb_global_table", "aws_elasticache_global_replication_group", "aws_iam_group", "aws_iam_instance_profile",
		"aws_iam_openid_connect_provider", "aws_iam_policy", "aws_iam_role", "aws_iam_saml_provider", "aws_iam_server_certificate",
		"aws_iam_user", "aws_organizations_account", "aws_organizations_organization", "aws_rds_global_cluster",
		"aws_route53_health_check", "aws_route53_zone", "aws_route53domains_registered_domain", "aws_waf_web_acl",
		"aws_globalaccelerator_accelerator", "aws_globalaccelerator_custom_routing_accelerator", "aws_globalaccelerator_endpoint_group",
	},
	setting: {
		"aws_cloudwatch_metric_stream", "aws_cloudwatch_contributor_insight_rule", "aws_synthetics_canary", "aws_config_configuration_recorder",
		"aws_config_config_rule", "aws_config_organization_managed_rule", "aws_config_organization_custom_rule", "aws_config_conformance_pack",
		"aws_glue_catalog_database", "aws_guardduty_detector", "aws_guardduty_detector_feature", "aws_ssm_activation", "aws_s3_bucket_analytics_configuration",
		"aws_route53_resolver_firewall_domain_list", "aws_route53_resolver_firewall_rule_group_association",
		"aws_account", "aws_acm_certificate_validation", "aws_ami", "aws_api_gateway_deployment", "aws_api_gateway_integration",
		"aws_api_gateway_method", "aws_api_gateway_method_settings", "aws_api_gateway_resource", "aws_apigatewayv2_integration",
		"aws_apigatewayv2_route", "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action", "aws_appautoscaling_target",
		"aws_accessanalyzer_analyzer", "aws_cloudfront_monitoring_subscription", "aws_cloudwatch_event_api_destination",
		"aws_dynamodb_kinesis_streaming_destination", "aws_service_discovery_private_dns_namespace", "aws_service_discovery_public_dns_namespace",
		"aws_wafv2_rule_group", "aws_autoscaling_attachment", "aws_budgets_budget", "aws_autoscaling_lifecycle_hook", "aws_autoscaling_policy", "aws_autoscaling_schedule",
		"aws_autoscaling_traffic_source_attachment", "aws_backup_region_settings", "aws_backup_selection",
		"aws_backup_vault_lock_configuration", "aws_backup_vault_policy", "aws_chatbot_slack_channel_configuration",
		"aws_cloudfront_cache_policy", "aws_cloudwatch_composite_alarm", "aws_cloudwatch_dashboard", "aws_cloudwatch_event_rule",
		"aws_cloudwatch_event_target", "aws_cloudwatch_log_metric_filter", "aws_cloudwatch_log_subscription_filter",
		"aws_cloudwatch_metric_alarm", "aws_dax_subnet_group", "aws_db_event_subscription", "aws_db_option_group",
		"aws_db_parameter_group", "aws_db_proxy_default_target_group", "aws_db_proxy_target", "aws_db_subnet_group",
		"aws_dlm_lifecycle_policy", "aws_docdb_cluster_parameter_group", "aws_docdb_subnet_group", "aws_dynamodb_table_item",
		"aws_ebs_encryption_by_default", "aws_ec2_instance_metadata_defaults", "aws_ec2_managed_prefix_list",
		"aws_ec2_transit_gateway_route", "aws_ec2_transit_gateway_route_table", "aws_ecr_lifecycle_policy",
		"aws_ecr_pull_through_cache_rule", "aws_ecr_registry_scanning_configuration", "aws_ecr_replication_configuration",
		"aws_ecr_repository_policy", "aws_ecs_capacity_provider", "aws_ecs_cluster_capacity_providers", "aws_ecs_task_definition",
		"aws_efs_access_point", "aws_efs_backup_policy", "aws_efs_file_system_policy", "aws_eip_association", "aws_eks_access_entry",
		"aws_eks_addon", "aws_elasticache_parameter_group", "aws_elasticache_subnet_group", "aws_elasticache_user",
		"aws_elb_attachment", "aws_flow_log", "aws_iam_access_key", "aws_iam_account_password_policy", "aws_iam_credential_report",
		"aws_iam_group_membership", "aws_iam_group_policy", "aws_iam_group_policy_attachment", "aws_iam_policy_attachment",
		"aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_user_group_membership", "aws_iam_user_login_profile",
		"aws_iam_user_policy", "aws_iam_user_policy_attachment", "aws_internet_gateway_attachment", "aws_key_pair",
		"aws_kinesis_stream_consumer", "aws_kms_alias", "aws_kms_grant", "aws_kms_key_policy", "aws_lambda_alias",
		"aws_lambda_event_source_mapping", "aws_lambda_function_event_invoke_config", "aws_lambda_function_url",
		"aws_lambda_permission", "aws_lambda_provisioned_concurrency_config", "aws_launch_configuration", "aws_launch_template",
		"aws_lb_listener", "aws_lb_listener_certificate", "aws_lb_listener_rule", "aws_lb_target_group",
		"aws_lb_target_group_attachment", "aws_main_route_table_association", "aws_memorydb_subnet_group", "aws_memorydb_user",
		"aws_neptune_subnet_group", "aws_network_acl", "aws_network_acl_rule", "aws_opensearch_domain_policy",
		"aws_rds_cluster_parameter_group", "aws_redshift_parameter_group", "aws_redshift_snapshot_copy", "aws_redshift_subnet_group",
		"aws_route", "aws_route53_record", "aws_route53_zone_association", "aws_route_table", "aws_route_table_association",
		"aws_s3_account_public_access_block", "aws_s3_bucket_accelerate_configuration", "aws_s3_bucket_acl",
		"aws_s3_bucket_cors_configuration", "aws_s3_bucket_intelligent_tiering_configuration", "aws_s3_bucket_inventory",
		"aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging", "aws_s3_bucket_notification",
		"aws_s3_bucket_object_lock_configuration", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy",
		"aws_s3_bucket_public_access_block", "aws_s3_bucket_replication_configuration", "aws_s3_bucket_request_payment_configuration",
		"aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning", "aws_s3_bucket_website_configuration",
		"aws_s3_object", "aws_secretsmanager_secret_policy", "aws_secretsmanager_secret_rotation", "aws_secretsmanager_secret_version",
		"aws_security_group", "aws_security_group_rule", "aws_sns_topic_policy", "aws_sns_topic_subscription", "aws_sqs_queue_policy",
		"aws_sqs_queue_redrive_policy", "aws_volume_attachment", "aws_vpc_endpoint_route_table_association",
		"aws_vpc_ipv4_cidr_block_association", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule",
		"aws_wafregional_web_acl_association", "aws_wafv2_web_acl_association", "github_branch_protection", "github_repository",
		"github_repository_ruleset", "resilience_entry_point", "resilience_objectives", "resilience_plan", "resilience_shared_point", "resilience_store", "terraform_backend", "terraform_literal", "terraform_module_call", "terraform_provider",
		"terraform_root",
	},
})

func scopesOf(lists map[scope][]string) map[string]scope {
	out := map[string]scope{}
	for s, types := range lists {
		for _, t := range types {
			out[t] = s
		}
	}
	return out
}
