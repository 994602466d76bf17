package aws_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// documentWishes are those of policies, rules, logs and endpoints.
var documentWishes = []wish{
	{"cloudfront-cache", "aws_cloudfront_distribution", "", sets("default_cache_behavior[0].cache_policy_id", "658327ea-f89d-4fab-a63d-7e88639e58f6"), nil},
	{"cloudfront-origin-tls", "aws_cloudfront_distribution", "", sets("origin[1].custom_origin_config[0].origin_ssl_protocols", []any{"TLSv1.2"}), nil},
	{"sqs-dead-letter", "aws_sqs_queue", "resize-dlq", deadLetters, nil},
	{"rds-parameters", "aws_db_parameter_group", "shop", sets("parameter[1].name", "require_secure_transport", "parameter[1].value", "1"), nil},
	{"rds-cluster-parameters", "aws_rds_cluster_parameter_group", "orders", sets("parameter[1].name", "require_secure_transport", "parameter[1].value", "ON"), nil},
	{"rds-log-exports", "aws_db_instance", "shop", sets("enabled_cloudwatch_logs_exports", []any{"error", "slowquery"}), nil},
	{"aurora-log-exports", "aws_rds_cluster", "orders", sets("enabled_cloudwatch_logs_exports", []any{"error"}), nil},
	{"eks-audit-log", "aws_eks_cluster", "shop", sets("enabled_cluster_log_types", []any{"api", "audit", "authenticator"}), nil},
	{"eks-private-endpoint", "aws_eks_cluster", "shop", sets("vpc_config[0].endpoint_private_access", true, "vpc_config[0].endpoint_public_access", false), nil},
	{"ecr-lifecycle", "aws_ecr_repository", "web", creates("aws_ecr_lifecycle_policy", "repository", "name", map[string]any{
		"policy": `{"rules":[{"action":{"type":"expire"},"rulePriority":1,"selection":{"countNumber":14,"countType":"sinceImagePushed","countUnit":"days","tagStatus":"untagged"}}]}`}), nil},
	{"dynamodb-on-demand", "aws_dynamodb_table", "views", sets("billing_mode", "PAY_PER_REQUEST", "read_capacity", nil, "write_capacity", nil, "global_secondary_index[0].read_capacity", nil), nil},
	{"s3-lifecycle", "aws_s3_bucket_lifecycle_configuration", "images", sets("rule[1].id", "uploads", "rule[1].status", "Enabled", "rule[1].filter", blocks(map[string]any{}),
		"rule[1].abort_incomplete_multipart_upload", blocks(map[string]any{"days_after_initiation": 7})), nil},
	{"s3-tls-only", "aws_s3_bucket", "images", tlsOnly, nil},
	{"s3-tls-only", "aws_s3_bucket", "trail", tlsOnly, nil},
}

// tlsOnly gives a bucket a policy that refuses requests without TLS, or adds that to the one that it has.
func tlsOnly(r *graph.Resource, g *graph.Graph) graph.Patch {
	of := "${" + string(r.Address) + ".arn}"
	deny := `{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":"*","Resource":["` + of + `","` + of + `/*"],"Sid":"DenyRequestsWithoutTLS"}]}`
	now := the(g, "aws_s3_bucket_policy", r.Name)
	if now == nil {
		return creates("aws_s3_bucket_policy", "bucket", "id", map[string]any{"policy": graph.Template(`{"Statement":[` + deny)})(r, g)
	}
	text, _ := now.Attrs["policy"].(string)
	return sets("policy", graph.Template(strings.TrimSuffix(text, "]}")+","+deny))(now, g)
}

// deadLetters gives a queue one for dead letters, with an alarm.
func deadLetters(r *graph.Resource, _ *graph.Graph) graph.Patch {
	const made = "aws_sqs_queue.resize_failed"
	name := graph.Ref{Root: r.Root, Address: made, Attr: "name"}
	return graph.Patch{
		{Op: graph.Create, Root: r.Root, Address: made, Type: "aws_sqs_queue", New: map[string]any{"name": "resize-failed"}},
		{Op: graph.Create, Root: r.Root, Address: "aws_cloudwatch_metric_alarm.failed", Type: "aws_cloudwatch_metric_alarm", New: map[string]any{"alarm_name": "resize-failed", "namespace": "AWS/SQS",
			"metric_name": "ApproximateNumberOfMessagesVisible", "statistic": "Maximum", "period": 300, "evaluation_periods": 1, "threshold": 0, "comparison_operator": "GreaterThanThreshold",
			"dimensions": map[string]any{"QueueName": name}, "alarm_actions": []any{"arn:aws:sns:us-east-1:123456789012:ops"}}},
		{Op: graph.Set, Root: r.Root, Address: r.Address, Type: r.Type, Path: "redrive_policy", New: graph.Template(`{"deadLetterTargetArn":"${` + made + `.arn}","maxReceiveCount":5}`)},
	}
}

// refusesSecondPolicy: two steps of a plan cannot both make the policy of a bucket, since the second would find another one than
// was planned on; a block of public access does not mind one that only denies.
func (a *account) refusesSecondPolicy(t *testing.T) {
	g := a.all("aws_s3_bucket", "aws_cloudfront_distribution")
	bucket, distribution := the(g, "aws_s3_bucket", "images"), g.OfType("aws_cloudfront_distribution")[0]
	const control = "aws_cloudfront_origin_access_control.images"
	origin := graph.Patch{
		{Op: graph.Create, Root: bucket.Root, Address: control, Type: "aws_cloudfront_origin_access_control", New: map[string]any{"name": "images"}},
		{Op: graph.Set, Root: bucket.Root, Address: distribution.Address, Type: distribution.Type, Path: "origin[0].origin_access_control_id", New: graph.Ref{Root: bucket.Root, Address: control, Attr: "id"}},
	}
	block := creates("aws_s3_bucket_public_access_block", "bucket", "id", map[string]any{"block_public_acls": true})(bucket, g)
	for name, c := range map[string]struct {
		first, second graph.Patch
		refused       bool
	}{
		"and then one lets its distribution in":       {tlsOnly(bucket, g), origin, true},
		"and then one refuses requests without TLS":   {origin, tlsOnly(bucket, g), true},
		"and then one looks whether there is one":     {origin, block, true},
		"and then one that does not mind what denies": {tlsOnly(bucket, g), block, false},
	} {
		p := aws.NewPlanner(a.hand, g, aws.Options{})
		if _, err := p.Plan(context.Background(), remedy.Wish{Patch: c.first}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err := p.Plan(context.Background(), remedy.Wish{Patch: c.second})
		var refused *remedy.Refused
		if errors.As(err, &refused) != c.refused || err != nil && refused == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
