package source

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// replacing lists the attributes at whose change Terraform makes the resource anew. Those of types that are not listed are not
// known to. Source: the AWS provider's documentation ("Forces new resource"), versions 5 and 6.
var replacing = map[string][]string{
	"aws_autoscaling_group":                 {"name", "name_prefix"},
	"aws_backup_selection":                  {"*"},
	"aws_cloudwatch_log_group":              {"name", "name_prefix", "log_group_class"},
	"aws_db_instance":                       {"storage_encrypted", "kms_key_id", "username", "db_name", "snapshot_identifier", "availability_zone", "character_set_name", "timezone", "custom_iam_instance_profile", "replicate_source_db"},
	"aws_db_parameter_group":                {"name", "name_prefix", "family", "description"},
	"aws_db_subnet_group":                   {"name", "name_prefix"},
	"aws_docdb_cluster":                     {"storage_encrypted", "kms_key_id", "cluster_identifier", "master_username", "availability_zones", "snapshot_identifier"},
	"aws_dynamodb_table":                    {"name", "hash_key", "range_key", "local_secondary_index"},
	"aws_ebs_volume":                        {"availability_zone", "encrypted", "kms_key_id", "snapshot_id", "multi_attach_enabled"},
	"aws_ecr_repository":                    {"name", "encryption_configuration"},
	"aws_ecs_cluster":                       {"name"},
	"aws_ecs_service":                       {"name", "cluster", "launch_type", "scheduling_strategy", "deployment_controller"},
	"aws_efs_file_system":                   {"encrypted", "kms_key_id", "availability_zone_name", "performance_mode", "creation_token"},
	"aws_efs_mount_target":                  {"file_system_id", "subnet_id", "ip_address"},
	"aws_eip":                               {"domain", "vpc", "network_border_group"},
	"aws_eks_cluster":                       {"name", "role_arn", "kubernetes_network_config.ip_family", "encryption_config.resources"},
	"aws_eks_node_group":                    {"cluster_name", "node_group_name", "subnet_ids", "instance_types", "ami_type", "capacity_type", "disk_size", "node_role_arn", "remote_access"},
	"aws_elasticache_cluster":               {"cluster_id", "engine", "replication_group_id", "subnet_group_name", "availability_zone", "port", "snapshot_name"},
	"aws_elasticache_replication_group":     {"replication_group_id", "at_rest_encryption_enabled", "kms_key_id", "subnet_group_name", "port", "snapshot_name", "data_tiering_enabled"},
	"aws_elb":                               {"name", "name_prefix", "internal", "availability_zones"},
	"aws_fsx_lustre_file_system":            {"subnet_ids", "kms_key_id", "deployment_type"},
	"aws_iam_policy":                        {"name", "name_prefix", "path", "description"},
	"aws_iam_role":                          {"name", "name_prefix", "path"},
	"aws_instance":                          {"ami", "availability_zone", "subnet_id", "key_name", "placement_group", "tenancy", "associate_public_ip_address", "root_block_device.encrypted", "root_block_device.kms_key_id", "ebs_block_device", "ephemeral_block_device"},
	"aws_kinesis_stream":                    {"name"},
	"aws_kms_key":                           {"customer_master_key_spec", "key_usage", "multi_region"},
	"aws_lambda_function":                   {"function_name", "package_type", "architectures"},
	"aws_launch_configuration":              {"*"},
	"aws_launch_template":                   {"name", "name_prefix"},
	"aws_lb":                                {"name", "name_prefix", "internal", "load_balancer_type", "customer_owned_ipv4_pool"},
	"aws_lb_listener":                       {"load_balancer_arn"},
	"aws_lb_target_group":                   {"name", "name_prefix", "port", "protocol", "vpc_id", "target_type", "protocol_version", "ip_address_type", "health_check.protocol"},
	"aws_memorydb_cluster":                  {"name", "tls_enabled", "kms_key_arn", "subnet_group_name", "port"},
	"aws_mq_broker":                         {"broker_name", "deployment_mode", "engine_type", "encryption_options", "publicly_accessible", "storage_type", "subnet_ids"},
	"aws_msk_cluster":                       {"cluster_name", "broker_node_group_info.az_distribution", "broker_node_group_info.client_subnets", "encryption_info.encryption_at_rest_kms_key_arn", "encryption_info.encryption_in_transit.in_cluster"},
	"aws_nat_gateway":                       {"subnet_id", "allocation_id", "connectivity_type"},
	"aws_neptune_cluster":                   {"storage_encrypted", "kms_key_arn", "cluster_identifier", "availability_zones", "snapshot_identifier"},
	"aws_opensearch_domain":                 {"domain_name", "vpc_options", "encrypt_at_rest"},
	"aws_rds_cluster":                       {"storage_encrypted", "kms_key_id", "cluster_identifier", "database_name", "master_username", "availability_zones", "engine", "engine_mode", "snapshot_identifier", "db_subnet_group_name"},
	"aws_rds_cluster_instance":              {"cluster_identifier", "identifier", "engine", "availability_zone", "db_subnet_group_name"},
	"aws_rds_cluster_parameter_group":       {"name", "name_prefix", "family", "description"},
	"aws_redshift_cluster":                  {"cluster_identifier", "database_name", "master_username", "cluster_subnet_group_name"},
	"aws_route":                             {"route_table_id", "destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"},
	"aws_route_table":                       {"vpc_id"},
	"aws_route53_record":                    {"name", "type", "zone_id", "set_identifier"},
	"aws_s3_bucket":                         {"bucket", "bucket_prefix", "object_lock_enabled"},
	"aws_s3_bucket_lifecycle_configuration": {"bucket"},
	"aws_s3_bucket_public_access_block":     {"bucket"},
	"aws_s3_bucket_versioning":              {"bucket", "expected_bucket_owner"},
	"aws_security_group":                    {"name", "name_prefix", "description", "vpc_id"},
	"aws_sns_topic":                         {"name", "name_prefix", "fifo_topic"},
	"aws_sqs_queue":                         {"name", "name_prefix", "fifo_queue"},
	"aws_subnet":                            {"vpc_id", "cidr_block", "availability_zone", "availability_zone_id"},
	"aws_vpc":                               {"cidr_block", "instance_tenancy"},
	"aws_vpc_endpoint":                      {"vpc_id", "service_name", "vpc_endpoint_type"},
}

// Replaces says whether Terraform makes a resource of that type anew when the attribute at a path changes.
func Replaces(typ, path string) bool {
	now := graph.Schematic(path)
	return slices.ContainsFunc(replacing[typ], func(p string) bool {
		return p == "*" || now == p || strings.HasPrefix(now, p+".") || strings.HasPrefix(p, now+".")
	})
}

// effect is what carrying a change out does to those who use the resource.
type effect struct {
	paths  []string // "aws_db_instance.multi_az"; of a resource that is added, its type
	class  remedy.Class
	detail string
}

// effects lists the changes that are more than a setting, by the API references of AWS.
var effects = []effect{
	{[]string{"aws_db_instance.multi_az"}, "online-degraded", "writes are slower while the standby is filled"},
	{[]string{"aws_db_instance.backup_retention_period"}, "online-degraded", "I/O pauses briefly when backups are turned on"},
	{[]string{"aws_db_instance.publicly_accessible"}, "access-break", "clients outside of the VPC lose the way to the database"},
	{[]string{"aws_db_instance.instance_class", "aws_rds_cluster_instance.instance_class"}, "brief-failover", "the database restarts, or fails over to its standby"},
	{[]string{"aws_db_parameter_group.parameter"}, "online-degraded", "commits are slower; static parameters wait for a restart"},
	{[]string{"aws_elasticache_replication_group.num_cache_clusters", "aws_elasticache_replication_group.replicas_per_node_group", "aws_elasticache_replication_group.snapshot_retention_limit"}, "online-degraded", "the node that is copied is slower meanwhile"},
	{[]string{"aws_elasticache_replication_group.transit_encryption_enabled"}, "access-break", "clients without TLS are refused"},
	{[]string{"aws_autoscaling_group.vpc_zone_identifier"}, "online-degraded", "instances are launched in the new zone and some are ended in the others"},
	{[]string{"aws_autoscaling_group.health_check_type"}, "online-degraded", "targets that fail their health check are replaced from now on"},
	{[]string{"aws_autoscaling_group.min_size", "aws_autoscaling_group.desired_capacity"}, "online", "more instances run at once"},
	{[]string{"aws_autoscaling_policy"}, "online", "the group may also shrink below what is set by hand today"},
	{[]string{"aws_lb_listener.default_action"}, "access-break", "clients that do not follow redirects fail"},
	{[]string{"aws_lb_listener.ssl_policy", "aws_cloudfront_distribution.viewer_certificate", "aws_opensearch_domain.domain_endpoint_options"}, "access-break", "clients that know only older TLS are refused"},
	{[]string{"aws_cloudfront_distribution.default_cache_behavior.viewer_protocol_policy", "aws_cloudfront_distribution.ordered_cache_behavior.viewer_protocol_policy"}, "access-break", "clients that do not follow redirects fail"},
	{[]string{"aws_lb_target_group.health_check"}, "online-degraded", "targets that fail the new health check get no traffic"},
	{[]string{"aws_s3_bucket_public_access_block"}, "access-break", "anonymous readers, and some of other accounts, are shut out at once"},
	{[]string{"aws_s3_bucket_server_side_encryption_configuration"}, "access-break", "writers without the right to the key fail"},
	{[]string{"aws_s3_bucket_lifecycle_configuration"}, "data-destructive", "objects are deleted when they are as old as the rule says"},
	{[]string{"aws_cloudfront_distribution.default_cache_behavior.cache_policy_id"}, "online-degraded", "answers are kept for a day, or as long as they say"},
	{[]string{"aws_cloudfront_distribution.origin.custom_origin_config.origin_ssl_protocols"}, "access-break", "an origin that speaks only older TLS is not reached any more"},
	{[]string{"aws_s3_bucket_policy"}, "access-break", "whoever the policy denies is refused at once"},
	{[]string{"aws_ecr_lifecycle_policy"}, "data-destructive", "images are deleted when they are as old as the rule says; those that run by digest may be among them"},
	{[]string{"aws_dynamodb_table.billing_mode"}, "online", "the bill follows the requests from now on"},
	{[]string{"aws_eks_cluster.vpc_config.endpoint_public_access"}, "access-break", "kubectl and CI outside of the cluster's network are cut off"},
	{[]string{"aws_elasticache_replication_group.transit_encryption_mode"}, "online", "clients speak TLS or not until the mode is required"},
	{[]string{"aws_s3_bucket_versioning"}, "online", "deleted objects stay as old versions and are paid for"},
	{[]string{"aws_ecr_repository.image_tag_mutability"}, "access-break", "a push that overwrites a tag fails"},
	{[]string{"aws_instance.metadata_options", "aws_launch_template.metadata_options", "aws_launch_configuration.metadata_options"}, "access-break", "software that reads the metadata without a token fails"},
	{[]string{"aws_iam_account_password_policy"}, "access-break", "users may have to choose a new password"},
	{[]string{"aws_route.nat_gateway_id", "aws_route_table_association.route_table_id"}, "brief-interruption", "connections through the old route break"},
	{[]string{"aws_lambda_function.reserved_concurrent_executions"}, "online-degraded", "it is also a limit, and taken from what other functions share"},
	{[]string{"aws_opensearch_domain.cluster_config"}, "online-degraded", "the domain is built anew beside the old one, and is slower meanwhile"},
	{[]string{"aws_ebs_volume.type"}, "online-degraded", "the volume may be slower while it is changed"},
	{[]string{"aws_ecs_service.deployment_circuit_breaker", "aws_ecs_service.deployment_minimum_healthy_percent"}, "online", "it holds for the next deployment"},
	{[]string{"aws_eks_node_group.subnet_ids"}, "replacement", "every pod of the group is moved"},
	{[]string{"terraform_backend.use_lockfile"}, "build-change", "every clone and CI job has to run terraform init -reconfigure"},
	{[]string{"github_branch_protection"}, "build-change", "pull requests need more approvals from now on"},
}

// endsUploads says whether all that a change of lifecycle rules deletes are uploads that were never finished.
func endsUploads(c graph.Change) bool {
	if c.Type != "aws_s3_bucket_lifecycle_configuration" {
		return false
	}
	if c.Op == graph.Set {
		_, name, _ := strings.Cut(graph.Schematic(c.Path), ".")
		return slices.Contains([]string{"id", "status", "filter", "abort_incomplete_multipart_upload"}, name)
	}
	m, _ := c.New.(map[string]any)
	rules, _ := m["rule"].([]any)
	return c.Op == graph.Create && len(rules) > 0 && !slices.ContainsFunc(rules, func(x any) bool {
		rule, _ := x.(map[string]any)
		return rule["abort_incomplete_multipart_upload"] == nil || rule["expiration"] != nil || rule["noncurrent_version_expiration"] != nil
	})
}

// keepers are types whose resources hold data that are gone when Terraform makes them anew.
var keepers = []string{"aws_db_instance", "aws_docdb_cluster", "aws_dynamodb_table", "aws_ebs_volume", "aws_efs_file_system", "aws_elasticache_cluster", "aws_elasticache_replication_group",
	"aws_elasticsearch_domain", "aws_kinesis_stream", "aws_memorydb_cluster", "aws_mq_broker", "aws_msk_cluster", "aws_neptune_cluster", "aws_opensearch_domain", "aws_rds_cluster", "aws_redshift_cluster",
	"aws_s3_bucket", "aws_sqs_queue"}

// effectOf gives what carrying a change out does.
func effectOf(c graph.Change) remedy.Risk {
	if endsUploads(c) {
		return remedy.Risk{Class: "online", Detail: "uploads that were never finished are ended"}
	}
	if c.Op == graph.Delete {
		return remedy.Risk{Class: "data-destructive", Detail: "the resource is deleted"}
	}
	if c.New == "rds.force_ssl" || c.New == "require_secure_transport" {
		return remedy.Risk{Class: "access-break", Detail: "clients without TLS are refused, by every database of the group"}
	}
	if c.Op == graph.Set && Replaces(c.Type, c.Path) {
		if slices.Contains(keepers, c.Type) {
			return remedy.Risk{Class: "data-destructive", Detail: "Terraform deletes it with all data that it holds, and makes an empty one"}
		}
		return remedy.Risk{Class: "replacement", Detail: "Terraform makes the resource anew"}
	}
	place := c.Type
	if c.Op == graph.Set {
		place += "." + graph.Schematic(c.Path)
	}
	for _, e := range effects {
		if slices.ContainsFunc(e.paths, func(p string) bool { return place == p || strings.HasPrefix(place, p+".") }) {
			return remedy.Risk{Class: e.class, Detail: e.detail}
		}
	}
	return remedy.Risk{Class: "online"}
}
