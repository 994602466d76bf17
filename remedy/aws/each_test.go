package aws_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
	"github.com/plumbline-dev/plumbline/resilience"
	live "github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// all reads everything of the services that know the types.
func (a *account) all(types ...string) *graph.Graph {
	a.t.Helper()
	known := slices.DeleteFunc(services.All(), func(s live.Service) bool {
		var gives []string
		for _, l := range s.Lists {
			gives = append(gives, l.Gives...)
		}
		for _, detail := range s.Details {
			for _, part := range detail.Gives {
				typ, _, _ := strings.Cut(part, ".")
				gives = append(gives, typ)
			}
		}
		return !slices.ContainsFunc(types, func(t string) bool { return slices.Contains(gives, t) })
	})
	accounts := []live.Account{{ID: a.id, Regions: []string{region}, Config: a.server.Config(a.t, a.id, region)}}
	found, err := live.New(accounts, live.Options{Services: known}).Scan(context.Background())
	if err != nil {
		a.t.Fatal(err)
	}
	return catalog.Build(found.Resources, catalog.Options{})
}

// the gives the resource of a type with a name or a protocol, or whose address holds the name; nil when there is none.
func the(g *graph.Graph, typ, name string) *graph.Resource {
	for _, r := range g.OfType(typ) {
		if r.Name == name || r.Attrs["protocol"] == name || r.Attrs["protocol"] == nil && strings.Contains(string(r.Address), name) {
			return r
		}
	}
	return nil
}

// wish is one change of the fixable account, by the fix that is to carry it out.
type wish struct {
	fix, typ, name string
	patch          func(r *graph.Resource, g *graph.Graph) graph.Patch
	stays          []string // what of the account is not as before after the undo, because AWS, or moto, cannot give it back
}

func sets(pairs ...any) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		var p graph.Patch
		for i := 0; i+1 < len(pairs); i += 2 {
			p = append(p, graph.Change{Op: graph.Set, Root: r.Root, Address: r.Address, Type: r.Type, Path: pairs[i].(string), New: pairs[i+1]})
		}
		return p
	}
}

// creates makes a resource that refers to the one of the wish by an attribute.
func creates(typ, via, attr string, values map[string]any) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		attrs := map[string]any{via: graph.Ref{Root: r.Root, Address: r.Address, Attr: attr}}
		for k, v := range values {
			attrs[k] = v
		}
		return graph.Patch{{Op: graph.Create, Root: r.Root, Address: graph.Address(typ + ".new"), Type: typ, New: attrs}}
	}
}

// makes makes a resource that belongs to nothing.
func makes(typ string, values map[string]any) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		return graph.Patch{{Op: graph.Create, Root: r.Root, Address: graph.Address(typ + ".new"), Type: typ, New: values}}
	}
}

// The networks of the fixable account's tiers.
var (
	public = []string{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"}
	app    = []string{"10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"}
)

// subnets sets a list of subnets to all of a tier.
func subnets(path string, tier []string) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, g *graph.Graph) graph.Patch {
		var ids []any
		for _, s := range g.OfType("aws_subnet") {
			if slices.Contains(tier, fmt.Sprint(s.Attrs["cidr_block"])) {
				ids = append(ids, s.Attrs["id"])
			}
		}
		return sets(path, ids)(r, g)
	}
}

// mounted makes mount targets in the zones that have none.
func mounted(r *graph.Resource, g *graph.Graph) graph.Patch {
	var p graph.Patch
	for _, s := range g.OfType("aws_subnet") {
		if slices.Contains(app[1:], fmt.Sprint(s.Attrs["cidr_block"])) {
			p = append(p, graph.Change{Op: graph.Create, Root: r.Root, Address: "aws_efs_mount_target." + s.Address, Type: "aws_efs_mount_target",
				New: map[string]any{"file_system_id": graph.Ref{Root: r.Root, Address: r.Address, Attr: "id"}, "subnet_id": graph.Ref{Root: s.Root, Address: s.Address, Attr: "id"}}})
		}
	}
	return p
}

func blocks(attrs map[string]any) []any { return []any{attrs} }

// scaled follows a metric: what is scaled, between which bounds, by which policy at which value.
func scaled(of map[string]any, least, most int, policy, metric string, at int) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		bounds := map[string]any{"min_capacity": least, "max_capacity": most}
		follows := map[string]any{"name": policy, "policy_type": "TargetTrackingScaling", "target_tracking_scaling_policy_configuration": blocks(map[string]any{
			"target_value": at, "predefined_metric_specification": blocks(map[string]any{"predefined_metric_type": metric})})}
		for k, v := range of {
			bounds[k], follows[k] = v, v
		}
		return graph.Patch{
			{Op: graph.Create, Root: r.Root, Address: "aws_appautoscaling_target.new", Type: "aws_appautoscaling_target", New: bounds},
			{Op: graph.Create, Root: r.Root, Address: "aws_appautoscaling_policy.new", Type: "aws_appautoscaling_policy", New: follows},
		}
	}
}

var wishes = slices.Concat(dnsWishes, documentWishes, []wish{
	{"asg-elb-health-check", "aws_autoscaling_group", "web", sets("health_check_type", "ELB"), nil},
	{"asg-min-size", "aws_autoscaling_group", "web", sets("min_size", 2), nil},
	{"asg-multi-az", "aws_autoscaling_group", "web", subnets("vpc_zone_identifier", app), nil},
	{"asg-scaling-policy", "aws_autoscaling_group", "web", creates("aws_autoscaling_policy", "autoscaling_group_name", "name", map[string]any{"name": "cpu", "policy_type": "TargetTrackingScaling",
		"target_tracking_configuration": blocks(map[string]any{"target_value": 60, "predefined_metric_specification": blocks(map[string]any{"predefined_metric_type": "ASGAverageCPUUtilization"})})}), nil},
	{"aurora-add-reader", "aws_rds_cluster", "orders", creates("aws_rds_cluster_instance", "cluster_identifier", "id", nil), nil},
	{"aurora-backup-retention", "aws_rds_cluster", "orders", sets("backup_retention_period", 7), nil},
	{"aurora-deletion-protection", "aws_rds_cluster", "orders", sets("deletion_protection", true), nil},
	{"cloudtrail-logging", "aws_cloudtrail", "main", sets("enable_logging", true), nil},
	{"cloudtrail-multi-region", "aws_cloudtrail", "main", sets("is_multi_region_trail", true, "enable_log_file_validation", true), nil},
	{"alarm-actions", "aws_cloudwatch_metric_alarm", "cpu", sets("actions_enabled", true), nil},
	{"dynamodb-deletion-protection", "aws_dynamodb_table", "carts", sets("deletion_protection_enabled", true), nil},
	{"dynamodb-on-demand", "aws_dynamodb_table", "carts", sets("billing_mode", "PAY_PER_REQUEST"), nil},
	{"dynamodb-pitr", "aws_dynamodb_table", "carts", sets("point_in_time_recovery[0].enabled", true), nil},
	{"ec2-launch-template", "aws_launch_template", "web", sets("metadata_options[0].http_tokens", "required", "instance_type", "t3.large"), nil},
	{"ec2-instance-type", "aws_instance", "lone", sets("instance_type", "m6g.large"), nil},
	{"ecs-desired-count", "aws_ecs_service", "api", sets("desired_count", 2), nil},
	{"ecs-rollback", "aws_ecs_service", "api", sets("deployment_circuit_breaker", blocks(map[string]any{"enable": true, "rollback": true}), "deployment_minimum_healthy_percent", 50), nil},
	{"ecs-multi-az", "aws_ecs_service", "web", subnets("network_configuration[0].subnets", app), nil},
	{"efs-mount-target", "aws_efs_file_system", "uploads", mounted, []string{"network-interface/"}},
	{"eks-cluster-subnets", "aws_eks_cluster", "shop", subnets("vpc_config[0].subnet_ids", app), nil},
	{"eks-nodegroup-multi-az", "aws_eks_cluster", "shop", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		ids := subnets("", app)(r, g)[0].New
		return creates("aws_eks_node_group", "cluster_name", "name", map[string]any{"node_group_name": "lone-maz", "subnet_ids": ids, "scaling_config": blocks(map[string]any{"min_size": 2, "desired_size": 2, "max_size": 6})})(r, g)
	}, nil},
	{"eks-deletion-protection", "aws_eks_cluster", "shop", sets("deletion_protection", true), nil},
	{"eks-node-count", "aws_eks_node_group", "workers", sets("scaling_config[0].min_size", 2, "scaling_config[0].desired_size", 2), nil},
	{"elasticache-failover", "aws_elasticache_replication_group", "sessions", sets("automatic_failover_enabled", true, "multi_az_enabled", true, "num_cache_clusters", 2), nil},
	{"elasticache-node-type", "aws_elasticache_replication_group", "sessions", sets("node_type", "cache.m6g.large"), nil},
	{"elasticache-single-to-rg", "aws_elasticache_cluster", "lone", grouped, nil},
	{"elasticache-snapshots", "aws_elasticache_replication_group", "sessions", sets("snapshot_retention_limit", 7), nil},
	{"lambda-dlq", "aws_lambda_function", "resize", sets("dead_letter_config", blocks(map[string]any{"target_arn": "arn:aws:sqs:us-east-1:123456789012:resize-dlq"})), nil},
	{"lambda-reserved-concurrency", "aws_lambda_function", "resize", sets("reserved_concurrent_executions", 10), nil},
	{"lambda-vpc-multi-az", "aws_lambda_function", "resize", subnets("vpc_config[0].subnet_ids", app), nil},
	{"lb-deletion-protection", "aws_lb", "web", sets("enable_deletion_protection", true), nil},
	{"lb-health-check", "aws_lb_target_group", "web", sets("health_check[0].matcher", "200-399"), nil},
	{"lb-multi-az", "aws_lb", "web", subnets("subnets", public), nil},
	{"log-retention", "aws_cloudwatch_log_group", "/shop/app", sets("retention_in_days", 365), nil},
	{"db-subnet-group", "aws_db_subnet_group", "narrow", subnets("subnet_ids", app), nil},
	{"cache-subnet-group", "aws_elasticache_subnet_group", "narrow", subnets("subnet_ids", app), nil},
	{"rds-backup-retention", "aws_db_instance", "shop", sets("backup_retention_period", 14), nil},
	{"rds-deletion-protection", "aws_db_instance", "shop", sets("deletion_protection", true), nil},
	{"rds-snapshot-cross-region", "aws_db_instance", "ledger", creates("aws_db_instance_automated_backups_replication", "source_db_instance_arn", "arn", map[string]any{"region": "us-west-2", "retention_period": 14}), nil},
	{"rds-snapshot-export-s3", "aws_db_snapshot", "ledger-1", exports, []string{"aws_rds_export_task"}}, // AWS keeps the cancelled task in its list
	{"rds-snapshot-export-s3", "aws_db_instance", "ledger", exports, []string{"aws_rds_export_task"}},
	{"rds-instance-class", "aws_db_instance", "shop", sets("instance_class", "db.m6g.large"), nil},
	{"rds-multi-az", "aws_db_instance", "shop", sets("multi_az", true), nil},
	{"rds-private", "aws_db_instance", "shop", sets("publicly_accessible", false), nil},
	{"rds-storage-growth", "aws_db_instance", "shop", sets("max_allocated_storage", 200), nil},
	{"route53-health-check-on", "aws_route53_health_check", "", sets("disabled", false), nil},
	{"route53-ttl", "aws_route53_record", "www", sets("ttl", 60), nil},
	{"s3-default-encryption-kms", "aws_s3_bucket", "images", creates("aws_s3_bucket_server_side_encryption_configuration", "bucket", "id",
		map[string]any{"rule": blocks(map[string]any{"apply_server_side_encryption_by_default": blocks(map[string]any{"sse_algorithm": "aws:kms"})})}), nil},
	{"s3-lifecycle", "aws_s3_bucket", "images", creates("aws_s3_bucket_lifecycle_configuration", "bucket", "id", map[string]any{"rule": blocks(map[string]any{"id": "old", "status": "Enabled",
		"noncurrent_version_expiration": blocks(map[string]any{"noncurrent_days": 90})})}), nil},
	{"s3-lifecycle", "aws_s3_bucket", "copies", creates("aws_s3_bucket_lifecycle_configuration", "bucket", "id", map[string]any{"rule": blocks(map[string]any{"id": "uploads", "status": "Enabled",
		"abort_incomplete_multipart_upload": blocks(map[string]any{"days_after_initiation": 7})})}), nil},
	{"s3-public-access-block", "aws_s3_bucket", "images", creates("aws_s3_bucket_public_access_block", "bucket", "id",
		map[string]any{"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true}), nil},
	{"s3-replication", "aws_s3_bucket", "copies", creates("aws_s3_bucket_replication_configuration", "bucket", "id", map[string]any{"role": "arn:aws:iam::123456789012:role/copier",
		"rule": blocks(map[string]any{"id": "dr", "destination": blocks(map[string]any{"bucket": "arn:aws:s3:::images", "storage_class": "STANDARD_IA"})})}), nil},
	{"cloudwatch-alarm", "aws_cloudwatch_metric_alarm", "cpu", makes("aws_cloudwatch_metric_alarm", map[string]any{"alarm_name": "carts-throttled", "namespace": "AWS/DynamoDB", "metric_name": "ThrottledRequests",
		"statistic": "Sum", "period": 300, "evaluation_periods": 3, "threshold": 1, "comparison_operator": "GreaterThanThreshold", "dimensions": map[string]any{"TableName": "carts"}}), nil},
	{"cloudwatch-alarm", "aws_dynamodb_table", "carts", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		who := []any{"arn:aws:sns:us-east-1:123456789012:ops"}
		return makes("aws_cloudwatch_metric_alarm", map[string]any{"alarm_name": graph.Template("${" + string(r.Address) + ".name}-SystemErrors"), "namespace": "AWS/DynamoDB", "metric_name": "SystemErrors",
			"statistic": "Sum", "period": 60, "evaluation_periods": 15, "threshold": 0, "comparison_operator": "GreaterThanThreshold", "alarm_actions": who, "ok_actions": who,
			"dimensions": map[string]any{"TableName": graph.Ref{Root: r.Root, Address: r.Address, Attr: "name"}}})(r, g)
	}, nil},
	{"cloudwatch-alarm", "aws_instance", "lone", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		return makes("aws_cloudwatch_metric_alarm", map[string]any{"alarm_name": "lone-recover", "namespace": "AWS/EC2", "metric_name": "StatusCheckFailed_System", "statistic": "Maximum", "period": 60, "evaluation_periods": 2,
			"threshold": 1, "comparison_operator": "GreaterThanOrEqualToThreshold", "alarm_actions": []any{"arn:aws:automate:us-east-1:ec2:recover"},
			"dimensions": map[string]any{"InstanceId": graph.Ref{Root: r.Root, Address: r.Address, Attr: "id"}}})(r, g)
	}, nil},
	{"cloudtrail-new", "aws_cloudtrail", "main", makes("aws_cloudtrail", map[string]any{"name": "all", "s3_bucket_name": "trail", "is_multi_region_trail": true, "enable_log_file_validation": true, "enable_logging": true}), nil},
	{"aws-backup-vault", "aws_backup_vault", "kept", makes("aws_backup_vault", map[string]any{"name": "daily"}), nil},
	{"aws-backup-plan", "aws_ebs_volume", "vol-", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		return graph.Patch{
			{Op: graph.Create, Root: r.Root, Address: "aws_backup_plan.daily", Type: "aws_backup_plan", New: map[string]any{"name": "daily", "rule": blocks(map[string]any{"rule_name": "daily", "target_vault_name": "daily",
				"schedule": "cron(0 5 ? * * *)", "start_window": 60, "completion_window": 360, "lifecycle": blocks(map[string]any{"delete_after": 35})})}},
			{Op: graph.Create, Root: r.Root, Address: "aws_backup_selection.daily_1", Type: "aws_backup_selection", New: map[string]any{"name": "selection-1",
				"plan_id":      graph.Ref{Root: r.Root, Address: "aws_backup_plan.daily", Attr: "id"},
				"iam_role_arn": "arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole", "resources": []any{graph.Ref{Root: r.Root, Address: r.Address, Attr: "arn"}}}},
		}
	}, nil},
	{"ebs-snapshots-dlm", "aws_ebs_volume", "vol-", makes("aws_dlm_lifecycle_policy", map[string]any{"description": "daily", "execution_role_arn": "arn:aws:iam::123456789012:role/service-role/AWSDataLifecycleManagerDefaultRole",
		"policy_details": blocks(map[string]any{"resource_types": []any{"VOLUME"}, "target_tags": map[string]any{"backup": "daily"}, "schedule": blocks(map[string]any{"name": "daily", "copy_tags": true,
			"create_rule": blocks(map[string]any{"interval": 24, "interval_unit": "HOURS", "times": []any{"03:00"}}), "retain_rule": blocks(map[string]any{"count": 14})})})}), nil},
	{"sns-alarm-topic", "aws_sns_topic", "ops", makes("aws_sns_topic", map[string]any{"name": "alarms"}), nil},
	{"tf-state-lock", "aws_dynamodb_table", "carts", makes("aws_dynamodb_table", map[string]any{"name": "locks", "hash_key": "LockID"}), nil},
	{"cloudfront-compress", "aws_cloudfront_distribution", "", sets("default_cache_behavior[0].compress", true), nil},
	{"cloudfront-oac", "aws_cloudfront_distribution", "", func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		const control = "aws_cloudfront_origin_access_control.images"
		return graph.Patch{
			{Op: graph.Create, Root: r.Root, Address: control, Type: "aws_cloudfront_origin_access_control", New: map[string]any{"name": "images", "origin_access_control_origin_type": "s3", "signing_behavior": "always", "signing_protocol": "sigv4"}},
			{Op: graph.Set, Root: r.Root, Address: r.Address, Type: r.Type, Path: "origin[0].origin_access_control_id", New: graph.Ref{Root: r.Root, Address: control, Attr: "id"}},
		}
	}, nil},
	{"elb-cross-zone", "aws_elb", "classic", sets("cross_zone_load_balancing", true), nil},
	{"elb-cross-zone, elb-multi-az", "aws_elb", "classic", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		return append(subnets("subnets", public)(r, g), sets("cross_zone_load_balancing", true)(r, g)...)
	}, nil},
	{"elb-multi-az", "aws_elb", "old", sets("availability_zones", []any{"us-east-1a", "us-east-1b"}), nil},
	{"iam-password-policy", "aws_iam_account_password_policy", "", sets("minimum_password_length", 14, "require_symbols", true), nil},
	{"lb-http-redirect", "aws_lb_listener", "HTTP", sets("default_action", blocks(map[string]any{"type": "redirect", "redirect": blocks(map[string]any{"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"})})), nil},
	{"lb-https-listener", "aws_lb", "web", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		group := g.OfType("aws_lb_target_group")[0]
		return creates("aws_lb_listener", "load_balancer_arn", "arn", map[string]any{"port": 8443, "protocol": "HTTPS", "certificate_arn": the(g, "aws_lb_listener", "HTTPS").Attrs["certificate_arn"],
			"default_action": blocks(map[string]any{"type": "forward", "target_group_arn": graph.Ref{Root: r.Root, Address: group.Address, Attr: "arn"}})})(r, g)
	}, nil},
	{"lb-tls-policy", "aws_lb_listener", "HTTPS", sets("ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06"), nil},
	{"nat-per-az", "aws_nat_gateway", "", func(nat *graph.Resource, g *graph.Graph) graph.Patch { return resilience.Offers(g)[0].Patch }, []string{"rtbassoc-", "network-interface/"}}, // the emulator keeps the interfaces of a gateway that is gone
	{"nat-own-table", "aws_nat_gateway", "", ownTables, []string{"network-interface/"}},
	{"opensearch-zone-awareness", "aws_opensearch_domain", "catalog", sets("cluster_config[0].zone_awareness_enabled", true, "cluster_config[0].instance_count", 2), nil},
	{"opensearch-zone-awareness", "aws_opensearch_domain", "inside", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		return append(subnets("vpc_options[0].subnet_ids", app)(r, g), sets("cluster_config[0].zone_awareness_enabled", true, "cluster_config[0].instance_count", 3,
			"cluster_config[0].zone_awareness_config", blocks(map[string]any{"availability_zone_count": 3}))(r, g)...)
	}, nil},
	{"rds-parameters", "aws_db_parameter_group", "shop", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		for i, p := range r.Attrs["parameter"].([]any) {
			if p.(map[string]any)["name"] == "innodb_flush_log_at_trx_commit" {
				return sets(fmt.Sprintf("parameter[%d].value", i), "1")(r, g)
			}
		}
		return nil
	}, nil},
	{"autoscaling-bounds", "aws_appautoscaling_target", "service/shop/web", sets("min_capacity", 2), nil},
	{"autoscaling-target", "aws_dynamodb_table", "carts", scaled(map[string]any{"service_namespace": "dynamodb", "resource_id": "table/carts", "scalable_dimension": "dynamodb:table:ReadCapacityUnits"}, 5, 50, "carts-read", "DynamoDBReadCapacityUtilization", 70), nil},
	{"autoscaling-target", "aws_ecs_service", "api", scaled(map[string]any{"service_namespace": "ecs", "resource_id": "service/shop/api", "scalable_dimension": "ecs:service:DesiredCount"}, 2, 6, "cpu", "ECSServiceAverageCPUUtilization", 60), nil},
	{"ec2-imds", "aws_instance", "lone", sets("metadata_options[0].http_tokens", "required"), nil},
	{"ec2-instance-type", "aws_instance", "lone", sets("instance_type", "t3.micro"), nil},
	{"ebs-gp3", "aws_ebs_volume", "old", sets("type", "gp3"), nil},
	{"ecr-immutable-tags", "aws_ecr_repository", "api", sets("image_tag_mutability", "IMMUTABLE"), nil},
	{"ecr-scan-on-push", "aws_ecr_repository", "api", sets("image_scanning_configuration[0].scan_on_push", true), nil},
	{"opensearch-https", "aws_opensearch_domain", "catalog", sets("domain_endpoint_options[0].enforce_https", true), nil},
	{"cloudfront-https", "aws_cloudfront_distribution", "", sets("default_cache_behavior[0].viewer_protocol_policy", "https-only"), nil},
	{"rds-cluster-parameters", "aws_rds_cluster_parameter_group", "orders", sets("parameter[0].value", "1"), nil},
	{"vpc-gateway-endpoint", "aws_route_table", "", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		tables := []any{graph.Ref{Root: r.Root, Address: r.Address, Attr: "id"}}
		return creates("aws_vpc_endpoint", "vpc_id", "vpc_id", map[string]any{"service_name": "com.amazonaws.us-east-1.s3", "vpc_endpoint_type": "Gateway", "route_table_ids": tables})(r, g)
	}, nil},
	{"s3-versioning", "aws_s3_bucket", "images", creates("aws_s3_bucket_versioning", "bucket", "id", map[string]any{"versioning_configuration": blocks(map[string]any{"status": "Enabled"})}), []string{"images#versioning"}},
})

func TestEachFixIsPlannedMadeRealAndTakenBack(t *testing.T) {
	t.Parallel()
	asked := filepath.Join(t.TempDir(), "asked")
	s := moto.Patched(t, []string{"MOTO_IAM_LOG=" + asked}, "../../internal/moto/testdata/patches.py", "../../internal/moto/testdata/fixes.py", "../../internal/moto/testdata/iam.py")
	cmd := exec.Command("python3", "../../internal/moto/testdata/fixable_account.py", "--endpoint", s.URL)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
	a := &account{t, s, moto.Home, aws.NewHand(s.Config(t, moto.Home, region), aws.Target{Account: moto.Home, Region: region})}
	t.Run("refusals of names and what serves them", a.refusesNames)
	for _, w := range wishes {
		t.Run(w.fix+" "+w.name, func(t *testing.T) { a.try(t, w, asked) })
	}
	t.Run("rds-encrypt-storage ledger", func(t *testing.T) { a.encrypts(t, asked) })
	t.Run("refusals of changes that copy data", a.refusesCopies)
	t.Run("one step makes a policy", a.refusesSecondPolicy)
}

// try plans a wish, carries it out and takes it back, and compares the account with what it was.
func (a *account) try(t *testing.T, w wish, asked string) {
	types := append([]string{w.typ}, map[string][]string{"aws-backup-plan": {"aws_backup_plan"}, "ebs-snapshots-dlm": {"aws_dlm_lifecycle_policy"}}[w.fix]...)
	if strings.Contains(w.fix, "-az") || strings.Contains(w.fix, "-mount") || strings.Contains(w.fix, "-zone") || strings.Contains(w.fix, "subnet-") || strings.Contains(w.fix, "subnets") {
		types = append(types, "aws_subnet")
	}
	if strings.HasSuffix(w.fix, "-certificate") {
		types = append(types, "aws_acm_certificate")
	}
	before := a.all(types...)
	patch := w.patch(of(t, before, w), before)
	steps, err := aws.NewPlanner(a.hand, before, aws.Options{}).Plan(context.Background(), remedy.Wish{Patch: patch})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if !strings.Contains(w.fix, s.Fix) {
			t.Errorf("planned %s", s.Fix)
		}
		if more := undeclared(s); len(more) > 0 {
			t.Errorf("%s needs permissions that it does not declare: %v", s.Fix, more)
		}
		if more := declared(s); more != "" {
			t.Errorf("%s calls what it does not declare: %s", s.Fix, more)
		}
		if len(s.Shows) == 0 || len(s.Preconditions) == 0 || len(s.IAM) == 0 {
			t.Errorf("%s shows %d lines, has %d preconditions and %d permissions", s.Fix, len(s.Shows), len(s.Preconditions), len(s.IAM))
		}
		if n := unshown(s.Actions); n > 0 {
			t.Errorf("%s: nothing shows that %d of its writes are real", s.Fix, n)
		}
		bound := remedy.Bound{}
		reset(t, asked)
		if err := a.apply(s, bound); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(granted(s, false), actions(t, asked)); diff != "" {
			t.Errorf("%s: what its policy grants for carrying it out and what was asked for (-granted +asked):\n%s", s.Fix, diff)
		}
		a.knowsWithoutAnswers(t, s, bound)
		broken, err := a.hand.Holds(context.Background(), s.Preconditions, nil)
		if err != nil || len(broken) == 0 {
			t.Errorf("the preconditions hold once it is done (%v)", err)
		}
		if err := a.undo(s, bound); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(granted(s, true), actions(t, asked)); diff != "" {
			t.Errorf("%s: what its policy grants and what was asked for (-granted +asked):\n%s", s.Fix, diff)
		}
	}
	lines := func(g *graph.Graph) []string {
		return slices.DeleteFunc(restorable(t, g.Resources()), func(line string) bool {
			return slices.ContainsFunc(w.stays, func(part string) bool { return strings.Contains(line, part) })
		})
	}
	if diff := cmp.Diff(lines(before), lines(a.all(types...))); diff != "" {
		t.Errorf("not as before:\n%s", fmt.Sprint(diff))
	}
}

func reset(t *testing.T, asked string) {
	t.Helper()
	if err := os.WriteFile(asked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// actions gives the IAM actions that the emulator was asked for.
func actions(t *testing.T, asked string) []string {
	t.Helper()
	log, err := os.ReadFile(asked)
	if err != nil {
		t.Fatal(err)
	}
	return compact(strings.Fields(string(log)))
}

// unasked lists the permissions of a fix that no call of it names: AWS asks for them on the way, and no emulator does.
func unasked(fix string) []string {
	all := aws.Fixes()
	f := all[slices.IndexFunc(all, func(f aws.Fix) bool { return f.ID == fix })]
	called := f
	called.Companions = nil
	return append(slices.DeleteFunc(slices.Clone(f.Companions), func(a string) bool { return slices.Contains(called.Permissions(), a) }), "ec2:CreateTags")
}

// granted gives the actions of a step's policy that its calls name.
func granted(s remedy.Step, undo bool) []string {
	var out []string
	for _, p := range s.IAM {
		if (undo || !p.Undo) && !slices.Contains(unasked(s.Fix), p.Action) {
			out = append(out, p.Action)
		}
	}
	return compact(out)
}

// undeclared lists the actions of a step's policy that its fix does not name in docs/fixes.md.
func undeclared(s remedy.Step) []string {
	all := aws.Fixes()
	f := all[slices.IndexFunc(all, func(f aws.Fix) bool { return f.ID == s.Fix })]
	var out []string
	for _, p := range s.IAM {
		if !slices.Contains(f.Permissions(), p.Action) {
			out = append(out, p.Action)
		}
	}
	return out
}

// of gives the resource of a wish.
func of(t *testing.T, g *graph.Graph, w wish) *graph.Resource {
	t.Helper()
	r := the(g, w.typ, w.name)
	if r == nil {
		t.Fatalf("there is no %s %s", w.typ, w.name)
	}
	return r
}

// ownTables makes a gateway beside one, and leads the tables there that lead to it.
func ownTables(nat *graph.Resource, g *graph.Graph) graph.Patch {
	made := graph.Ref{Root: nat.Root, Address: "aws_nat_gateway.made", Attr: "id"}
	p := graph.Patch{
		{Op: graph.Create, Root: nat.Root, Address: "aws_eip.made", Type: "aws_eip", New: map[string]any{"domain": "vpc"}},
		{Op: graph.Create, Root: nat.Root, Address: made.Address, Type: "aws_nat_gateway", New: map[string]any{
			"subnet_id": nat.Attrs["subnet_id"], "allocation_id": graph.Ref{Root: nat.Root, Address: "aws_eip.made", Attr: "allocation_id"}}},
	}
	for _, r := range g.OfType("aws_route") {
		if r.Attrs["nat_gateway_id"] == nat.Attrs["id"] {
			p = append(p, graph.Change{Op: graph.Set, Root: r.Root, Address: r.Address, Type: r.Type, Path: "nat_gateway_id", Old: nat.Attrs["id"], New: made})
		}
	}
	return p
}
