package source

import (
	"errors"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// inputs names the inputs by which well-known modules of the public registry take an attribute, for where their code does not
// hand it through unchanged. Source: the inputs that each module documents at registry.terraform.io.
var inputs = map[string]map[string]string{
	"terraform-aws-modules/rds/aws": {
		"aws_db_instance.multi_az": "multi_az", "aws_db_instance.deletion_protection": "deletion_protection", "aws_db_instance.backup_retention_period": "backup_retention_period",
		"aws_db_instance.publicly_accessible": "publicly_accessible", "aws_db_instance.skip_final_snapshot": "skip_final_snapshot", "aws_db_instance.delete_automated_backups": "delete_automated_backups",
		"aws_db_instance.max_allocated_storage": "max_allocated_storage", "aws_db_instance.storage_encrypted": "storage_encrypted",
	},
	"terraform-aws-modules/rds-aurora/aws": {
		"aws_rds_cluster.deletion_protection": "deletion_protection", "aws_rds_cluster.backup_retention_period": "backup_retention_period", "aws_rds_cluster.skip_final_snapshot": "skip_final_snapshot",
		"aws_rds_cluster.delete_automated_backups": "delete_automated_backups", "aws_rds_cluster.storage_encrypted": "storage_encrypted",
	},
	"terraform-aws-modules/s3-bucket/aws": {
		"aws_s3_bucket_public_access_block.block_public_acls": "block_public_acls", "aws_s3_bucket_public_access_block.block_public_policy": "block_public_policy",
		"aws_s3_bucket_public_access_block.ignore_public_acls": "ignore_public_acls", "aws_s3_bucket_public_access_block.restrict_public_buckets": "restrict_public_buckets",
	},
	"terraform-aws-modules/alb/aws": {"aws_lb.enable_deletion_protection": "enable_deletion_protection", "aws_lb.drop_invalid_header_fields": "drop_invalid_header_fields"},
	"terraform-aws-modules/dynamodb-table/aws": {
		"aws_dynamodb_table.point_in_time_recovery.enabled": "point_in_time_recovery_enabled", "aws_dynamodb_table.deletion_protection_enabled": "deletion_protection_enabled",
	},
	"terraform-aws-modules/ecr/aws": {
		"aws_ecr_repository.image_tag_mutability": "repository_image_tag_mutability", "aws_ecr_repository.image_scanning_configuration.scan_on_push": "repository_image_scan_on_push",
	},
	"terraform-aws-modules/autoscaling/aws": {
		"aws_autoscaling_group.min_size": "min_size", "aws_autoscaling_group.max_size": "max_size", "aws_autoscaling_group.desired_capacity": "desired_capacity", "aws_autoscaling_group.health_check_type": "health_check_type",
	},
	"terraform-aws-modules/elasticache/aws": {
		"aws_elasticache_replication_group.automatic_failover_enabled": "automatic_failover_enabled", "aws_elasticache_replication_group.multi_az_enabled": "multi_az_enabled",
		"aws_elasticache_replication_group.num_cache_clusters": "num_cache_clusters", "aws_elasticache_replication_group.snapshot_retention_limit": "snapshot_retention_limit",
	},
	"terraform-aws-modules/lambda/aws": {"aws_lambda_function.reserved_concurrent_executions": "reserved_concurrent_executions", "aws_cloudwatch_log_group.retention_in_days": "cloudwatch_logs_retention_in_days"},
	"terraform-aws-modules/eks/aws":    {"aws_eks_cluster.deletion_protection": "deletion_protection", "aws_cloudwatch_log_group.retention_in_days": "cloudwatch_log_group_retention_in_days"},
	"terraform-aws-modules/vpc/aws":    {"aws_cloudwatch_log_group.retention_in_days": "flow_log_cloudwatch_log_group_retention_in_days"},
}

// throughInput sets an attribute by the input of the well-known module that its resource is in. It gives the first refusal when
// there is no such module, and says so when there is one that has no input for it.
func (e *edit) throughInput(at declaration, steps []graph.Step, value any, typ string, refused error) error {
	var r *remedy.Refused
	if !errors.As(refused, &r) || r.Class != remedy.NotOwnSource && r.Class != remedy.ComputedExpression {
		return refused
	}
	for s := at.in.scope; s.parent != nil; s = s.parent {
		calls := e.blocks(s.parent.dir, "module", s.name)
		a := attribute(calls, "source")
		if a == nil {
			continue
		}
		frame := instance(s.parent, calls[0], s.key)
		v, err := (&tracer{e: e}).value(a.Expr, frame)
		if err != nil || v.Type() != cty.String {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(v.AsString(), "registry.terraform.io/"), "//")
		known, ok := inputs[name]
		if !ok {
			continue
		}
		input, ok := known[typ+"."+graph.Schematic(graph.JoinPath(steps...))]
		if !ok {
			return refusal(remedy.UnknownModuleInput, "no input of the module %s is known that sets %s", name, graph.JoinPath(steps...))
		}
		spot, err := (&tracer{e: e}).inBlocks(calls, frame, []graph.Step{graph.Name(input)})
		if err != nil {
			return err
		}
		return e.write(spot, s.parent, value, "", []graph.Step{graph.Name(input)})
	}
	return refused
}
