package catalog

import (
	"regexp"

	"github.com/plumbline-dev/plumbline/graph"
)

// watched are the resources that an alarm's dimensions name, each by the attribute that CloudWatch
// uses as the dimension's value. Source: the metrics reference of each service.
func watched() []Target {
	return []Target{
		{"aws_lb", []string{"arn_suffix"}}, {"aws_lb_target_group", []string{"arn_suffix"}}, {"aws_elb", []string{"name"}},
		{"aws_db_instance", []string{"identifier"}}, {"aws_rds_cluster", []string{"cluster_identifier"}}, {"aws_rds_cluster_instance", []string{"identifier"}},
		{"aws_elasticache_replication_group", []string{"replication_group_id"}}, {"aws_elasticache_cluster", []string{"cluster_id"}},
		{"aws_sqs_queue", []string{"name"}}, {"aws_sns_topic", []string{"name"}}, {"aws_lambda_function", []string{"function_name"}},
		{"aws_cloudfront_distribution", nil}, {"aws_autoscaling_group", []string{"name"}}, {"aws_instance", nil},
		{"aws_ecs_cluster", []string{"name"}}, {"aws_ecs_service", []string{"name"}}, {"aws_eks_cluster", []string{"name"}},
		{"aws_dynamodb_table", []string{"name"}}, {"aws_opensearch_domain", []string{"domain_name"}}, {"aws_efs_file_system", nil}, {"aws_kinesis_stream", []string{"name"}},
		{"aws_nat_gateway", nil}, {"aws_api_gateway_rest_api", []string{"name"}}, {"aws_apigatewayv2_api", nil}, {"aws_route53_health_check", nil},
	}
}

func cloudwatchTypes() []Type {
	metric := []Attr{{Name: "metric_name"}, {Name: "namespace"}, {Name: "period", Kind: Number}, {Name: "stat"}, {Name: "unit"}, {Name: "dimensions", Kind: Map, Targets: watched()}}
	return []Type{
		{
			Name: "aws_cloudwatch_metric_alarm", Scope: Configuration,
			Attrs: []Attr{
				{Name: "alarm_name"}, {Name: "alarm_description"}, {Name: "metric_name"}, {Name: "namespace"}, {Name: "statistic"}, {Name: "extended_statistic"},
				{Name: "comparison_operator"}, {Name: "threshold", Kind: Number}, {Name: "threshold_metric_id"}, {Name: "period", Kind: Number}, {Name: "evaluation_periods", Kind: Number}, {Name: "datapoints_to_alarm", Kind: Number},
				{Name: "treat_missing_data", Default: "missing"}, {Name: "unit"}, {Name: "actions_enabled", Kind: Bool, Default: true},
				{Name: "dimensions", Kind: Map, Targets: watched()},
				{Name: "alarm_actions", Kind: List, Targets: alarmTargets()}, {Name: "ok_actions", Kind: List, Targets: alarmTargets()}, {Name: "insufficient_data_actions", Kind: List, Targets: alarmTargets()},
				// The replication group whose member the dimension CacheClusterId names ("shop-001" of "shop").
				{Name: "cache_group", Derived: true, Targets: to("aws_elasticache_replication_group", "replication_group_id")},
				{Name: "metric_query", Kind: Block, Attrs: []Attr{{Name: "id"}, {Name: "expression"}, {Name: "label"}, {Name: "return_data", Kind: Bool, Default: false}, {Name: "metric", Kind: Block, Attrs: metric}}},
			},
			Split: cacheGroup,
		},
		{
			Name: "aws_cloudwatch_composite_alarm", Scope: Configuration,
			Attrs: []Attr{
				{Name: "alarm_name"}, {Name: "alarm_description"}, {Name: "alarm_rule"}, {Name: "actions_enabled", Kind: Bool, Default: true},
				{Name: "alarm_actions", Kind: List, Targets: alarmTargets()}, {Name: "ok_actions", Kind: List, Targets: alarmTargets()},
				// The alarms that alarm_rule names.
				{Name: "children", Kind: List, Derived: true, Targets: []Target{{"aws_cloudwatch_metric_alarm", []string{"alarm_name"}}, {"aws_cloudwatch_composite_alarm", []string{"alarm_name"}}}},
			},
			Split: ruleAlarms,
		},
		{
			Name: "aws_cloudwatch_log_group", Scope: Regional,
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "retention_in_days", Kind: Number, Default: 0}, // 0: for ever
				{Name: "kms_key_id", Targets: to("aws_kms_key")}, {Name: "log_group_class", Computed: true}, {Name: "skip_destroy", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_cloudwatch_log_metric_filter", Scope: Configuration,
			Attrs: []Attr{{Name: "name"}, {Name: "log_group_name", Targets: to("aws_cloudwatch_log_group", "name")}, {Name: "pattern"}, {Name: "metric_transformation", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "namespace"}, {Name: "value"}}}},
		},
		{
			Name: "aws_cloudwatch_log_subscription_filter", Scope: Configuration,
			Attrs: []Attr{{Name: "name"}, {Name: "log_group_name", Targets: to("aws_cloudwatch_log_group", "name")}, {Name: "destination_arn", Targets: []Target{{"aws_lambda_function", nil}, {"aws_kinesis_stream", nil}}}, {Name: "filter_pattern"}},
		},
		{Name: "aws_cloudwatch_dashboard", Scope: Configuration, Attrs: []Attr{{Name: "dashboard_name"}, {Name: "dashboard_body"}}},
		{
			Name: "aws_cloudwatch_event_rule", Scope: Configuration,
			Attrs: []Attr{{Name: "name", Computed: true}, {Name: "schedule_expression"}, {Name: "event_pattern"}, {Name: "event_bus_name", Default: "default"}, {Name: "state", Default: "ENABLED"}},
		},
		{
			Name: "aws_cloudwatch_event_target", Scope: Configuration,
			Attrs: []Attr{
				{Name: "rule", Targets: to("aws_cloudwatch_event_rule", "name")}, {Name: "target_id", Computed: true},
				{Name: "arn", Targets: []Target{{"aws_lambda_function", nil}, {"aws_sqs_queue", nil}, {"aws_sns_topic", nil}, {"aws_ecs_cluster", nil}, {"aws_kinesis_stream", nil}, {"aws_cloudwatch_log_group", nil}}},
				{Name: "role_arn", Targets: to("aws_iam_role")}, {Name: "dead_letter_config", Kind: Block, Attrs: []Attr{{Name: "arn", Targets: to("aws_sqs_queue")}}},
			},
		},
		{Name: "aws_cloudwatch_event_bus", Attrs: []Attr{{Name: "name"}}},
	}
}

// alarmTargets are the resources that an alarm may call when its state changes.
func alarmTargets() []Target {
	return []Target{{"aws_sns_topic", nil}, {"aws_autoscaling_policy", nil}, {"aws_appautoscaling_policy", nil}, {"aws_lambda_function", nil}}
}

var memberName = regexp.MustCompile(`^(.+)-[0-9]{3}$`)

// cacheGroup derives the replication group from the name of a member.
// Source: ElastiCache User Guide: the nodes of group NAME are called NAME-001, NAME-002, ...
func cacheGroup(r *graph.Resource) []*graph.Resource {
	delete(r.Attrs, "cache_group")
	delete(r.Unknown, "cache_group")
	for _, path := range []string{"dimensions", "dimensions.CacheClusterId"} {
		if why, unknown := r.Unknown[path]; unknown {
			r.Unknown["cache_group"] = why
			return nil
		}
	}
	dimensions, _ := r.Attrs["dimensions"].(map[string]any)
	id, _ := dimensions["CacheClusterId"].(string)
	if m := memberName.FindStringSubmatch(id); m != nil {
		r.Attrs["cache_group"] = m[1]
	}
	return nil
}

var ruleName = regexp.MustCompile(`(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"?([^")]+)"?\s*\)`)

// ruleAlarms lists the alarms of a composite alarm's rule, by name or by reference.
// Source: CloudWatch API, PutCompositeAlarm, AlarmRule.
func ruleAlarms(r *graph.Resource) []*graph.Resource {
	delete(r.Attrs, "children")
	delete(r.Unknown, "children")
	if why, unknown := r.Unknown["alarm_rule"]; unknown {
		r.Unknown["children"] = why
		return nil
	}
	var children []any
	switch rule := r.Attrs["alarm_rule"].(type) {
	case string:
		for _, m := range ruleName.FindAllStringSubmatch(rule, -1) {
			children = append(children, m[1])
		}
	case graph.Template:
		for _, ref := range TemplateRefs(r.Root, rule) {
			children = append(children, ref)
		}
		for _, m := range ruleName.FindAllStringSubmatch(string(rule), -1) {
			children = append(children, m[1])
		}
	}
	r.Attrs["children"] = children
	return nil
}
