package catalog

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// scaled are the resources that application auto scaling scales; `target` is made from resource_id.
func scaled() Attr {
	return Attr{Name: "target", Targets: []Target{
		{"aws_ecs_service", []string{"name"}}, {"aws_dynamodb_table", []string{"name"}}, {"aws_rds_cluster", []string{"cluster_identifier"}},
		{"aws_elasticache_replication_group", []string{"replication_group_id"}}, {"aws_lambda_function", []string{"function_name"}},
	}}
}

func appAutoscalingTypes() []Type {
	return []Type{
		{
			Name: "aws_appautoscaling_target", Scope: Configuration,
			Attrs: []Attr{
				{Name: "min_capacity", Kind: Number}, {Name: "max_capacity", Kind: Number}, {Name: "resource_id"},
				{Name: "scalable_dimension"}, {Name: "service_namespace"}, {Name: "role_arn", Computed: true}, scaled(),
				{Name: "suspended_state", Kind: Block, Computed: true, Attrs: []Attr{
					{Name: "dynamic_scaling_in_suspended", Kind: Bool, Default: false}, {Name: "dynamic_scaling_out_suspended", Kind: Bool, Default: false}, {Name: "scheduled_scaling_suspended", Kind: Bool, Default: false},
				}},
			},
			Split: scaledTarget,
		},
		{
			Name: "aws_appautoscaling_policy", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"}, {Name: "policy_type", Default: "StepScaling"}, {Name: "resource_id"}, {Name: "scalable_dimension"}, {Name: "service_namespace"}, scaled(),
				{Name: "step_scaling_policy_configuration", Kind: Block, Attrs: []Attr{
					{Name: "adjustment_type"}, {Name: "cooldown", Kind: Number}, {Name: "metric_aggregation_type"},
					{Name: "step_adjustment", Kind: Block, Attrs: []Attr{{Name: "scaling_adjustment", Kind: Number}, {Name: "metric_interval_lower_bound"}, {Name: "metric_interval_upper_bound"}}},
				}},
				{Name: "target_tracking_scaling_policy_configuration", Kind: Block, Attrs: []Attr{
					{Name: "target_value", Kind: Number}, {Name: "disable_scale_in", Kind: Bool, Default: false}, {Name: "scale_in_cooldown", Kind: Number}, {Name: "scale_out_cooldown", Kind: Number},
					{Name: "predefined_metric_specification", Kind: Block, Attrs: []Attr{{Name: "predefined_metric_type"}, {Name: "resource_label"}}},
					{Name: "customized_metric_specification", Kind: Block, Attrs: []Attr{{Name: "metric_name"}, {Name: "namespace"}, {Name: "statistic"}}},
				}},
			},
			Split: scaledTarget,
		},
		{
			Name: "aws_appautoscaling_scheduled_action", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"}, {Name: "resource_id"}, {Name: "scalable_dimension"}, {Name: "service_namespace"}, {Name: "schedule"}, {Name: "timezone", Default: "UTC"}, scaled(),
				{Name: "scalable_target_action", Kind: Block, Attrs: []Attr{{Name: "min_capacity"}, {Name: "max_capacity"}}},
			},
			Split: scaledTarget,
		},
	}
}

// scaledTarget finds what a resource_id names: "service/CLUSTER/SERVICE", "table/TABLE", "cluster:DB",
// "function:NAME:ALIAS", "replication-group/ID". When the text is not known, the expression's references tell.
// Source: Application Auto Scaling API, RegisterScalableTarget, ResourceId.
func scaledTarget(r *graph.Resource) []*graph.Resource {
	delete(r.Attrs, "target")
	delete(r.Unknown, "target")
	refs := scaledRefs(r.Refs["resource_id"])
	if len(refs) > 0 {
		r.Attrs["target"] = refs[0]
		return nil
	}
	if why, unknown := r.Unknown["resource_id"]; unknown {
		r.Unknown["target"] = why
		return nil
	}
	switch id := r.Attrs["resource_id"].(type) {
	case graph.Ref: // aws_appautoscaling_target.x.resource_id: the policy scales what the target scales
		r.Unknown["target"] = "it is the target of " + string(id.Address)
	case string:
		r.Attrs["target"] = scaledName(id)
		if service := serviceARN(r, id); service != "" {
			r.Attrs["target"] = service
		}
	}
	return nil
}

func scaledRefs(refs []graph.Ref) []graph.Ref {
	var out []graph.Ref
	for _, ref := range refs {
		for _, t := range scaled().Targets {
			if strings.Contains("."+string(ref.Address), "."+t.Type+".") {
				out = append(out, ref)
			}
		}
	}
	return out
}

func scaledName(id string) any {
	for _, cut := range []string{"/", ":"} {
		parts := strings.Split(id, cut)
		switch {
		case parts[0] == "service" && len(parts) == 3:
			return parts[2]
		case len(parts) >= 2 && parts[1] != "":
			return parts[1]
		}
	}
	return nil
}

// serviceARN names the service "service/CLUSTER/NAME" of the account and region that r was read in: another cluster there
// may have a service of the same name.
func serviceARN(r *graph.Resource, id string) string {
	arn, _ := r.Attrs["arn"].(string)
	parts := strings.SplitN(arn, ":", 6)
	if !r.Observed || len(parts) < 6 || !strings.HasPrefix(id, "service/") {
		return ""
	}
	return strings.Join([]string{"arn", parts[1], "ecs", parts[3], parts[4], id}, ":")
}
