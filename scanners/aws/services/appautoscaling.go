package services

// Application Auto Scaling. Needs application-autoscaling:DescribeScalableTargets, application-autoscaling:DescribeScalingPolicies,
// application-autoscaling:DescribeScheduledActions.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func appAutoscalingService() aws.Service {
	return aws.Service{
		Name: "application-autoscaling",
		Lists: []aws.List{{
			Operation: "DescribeScalableTargets",
			Actions: []string{
				"application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies", "application-autoscaling:DescribeScheduledActions",
			},
			Gives: []string{"aws_appautoscaling_target", "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action"}, Read: readScaling,
		}},
	}
}

// readScaling asks for policies and schedules only where there are targets: both are deleted with their target.
// Source: Application Auto Scaling API, DeregisterScalableTarget.
func readScaling(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := applicationautoscaling.NewFromConfig(s.Config)
	for _, namespace := range scaledServices {
		some := false
		err := readScalableTargets(ctx, s, client, namespace, func(r *graph.Resource) { some = true; give(r) })
		if some && err == nil {
			err = readScalingPolicies(ctx, s, client, namespace, give)
		}
		if some && err == nil {
			err = readScalingSchedules(ctx, s, client, namespace, give)
		}
		if err != nil && (some || !answered(err, unknownNamespace)) {
			return err
		}
	}
	return nil
}

// scaledServices are the services whose resources the catalog knows as targets; the API lists one at a time.
var scaledServices = []types.ServiceNamespace{
	types.ServiceNamespaceDynamodb, types.ServiceNamespaceEcs, types.ServiceNamespaceElasticache, types.ServiceNamespaceLambda, types.ServiceNamespaceRds,
}

// unknownNamespace is the answer where a service's resources cannot be scaled: there are no targets then.
const unknownNamespace = "ValidationException"

var scalableTargetFields = aws.Table{
	"min_capacity": "MinCapacity", "max_capacity": "MaxCapacity", "resource_id": "ResourceId", "scalable_dimension": "ScalableDimension",
	"service_namespace": "ServiceNamespace", "role_arn": "RoleARN",
	"suspended_state[0].dynamic_scaling_in_suspended":  "SuspendedState.DynamicScalingInSuspended",
	"suspended_state[0].dynamic_scaling_out_suspended": "SuspendedState.DynamicScalingOutSuspended",
	"suspended_state[0].scheduled_scaling_suspended":   "SuspendedState.ScheduledScalingSuspended",
}

func readScalableTargets(ctx context.Context, s *aws.Session, client *applicationautoscaling.Client, namespace types.ServiceNamespace, give func(*graph.Resource)) error {
	pages := applicationautoscaling.NewDescribeScalableTargetsPaginator(client, &applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: namespace})
	return eachPage(ctx, pages, func(page *applicationautoscaling.DescribeScalableTargetsOutput) {
		for i := range page.ScalableTargets {
			from := &page.ScalableTargets[i]
			id := text(from.ResourceId)
			r := s.Resource("aws_appautoscaling_target", text(from.ScalableTargetARN), string(namespace)+"/"+id+"/"+string(from.ScalableDimension), id)
			scalableTargetFields.Set(r, from)
			null(r, "target")
			give(r)
		}
	})
}

var scalingPolicyFields = aws.Table{
	"name": "PolicyName", "policy_type": "PolicyType", "resource_id": "ResourceId", "scalable_dimension": "ScalableDimension", "service_namespace": "ServiceNamespace",
	"step_scaling_policy_configuration[0].adjustment_type":                                                      "StepScalingPolicyConfiguration.AdjustmentType",
	"step_scaling_policy_configuration[0].cooldown":                                                             "StepScalingPolicyConfiguration.Cooldown",
	"step_scaling_policy_configuration[0].metric_aggregation_type":                                              "StepScalingPolicyConfiguration.MetricAggregationType",
	"target_tracking_scaling_policy_configuration[0].target_value":                                              "TargetTrackingScalingPolicyConfiguration.TargetValue",
	"target_tracking_scaling_policy_configuration[0].disable_scale_in":                                          "TargetTrackingScalingPolicyConfiguration.DisableScaleIn",
	"target_tracking_scaling_policy_configuration[0].scale_in_cooldown":                                         "TargetTrackingScalingPolicyConfiguration.ScaleInCooldown",
	"target_tracking_scaling_policy_configuration[0].scale_out_cooldown":                                        "TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown",
	"target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type": "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType",
	"target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].resource_label":         "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.ResourceLabel",
	"target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metric_name":            "TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification.MetricName",
	"target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].namespace":              "TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification.Namespace",
	"target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].statistic":              "TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification.Statistic",
}

func readScalingPolicies(ctx context.Context, s *aws.Session, client *applicationautoscaling.Client, namespace types.ServiceNamespace, give func(*graph.Resource)) error {
	pages := applicationautoscaling.NewDescribeScalingPoliciesPaginator(client, &applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: namespace})
	return eachPage(ctx, pages, func(page *applicationautoscaling.DescribeScalingPoliciesOutput) {
		for i := range page.ScalingPolicies {
			give(scalingPolicy(s, &page.ScalingPolicies[i]))
		}
	})
}

func scalingPolicy(s *aws.Session, from *types.ScalingPolicy) *graph.Resource {
	r := s.Resource("aws_appautoscaling_policy", text(from.PolicyARN), text(from.PolicyARN), text(from.PolicyName))
	scalingPolicyFields.Set(r, from)
	null(r, "target")
	if step := from.StepScalingPolicyConfiguration; step != nil {
		list := make([]any, len(step.StepAdjustments))
		for i, a := range step.StepAdjustments {
			list[i] = map[string]any{
				"scaling_adjustment": aws.Plain(a.ScalingAdjustment), "metric_interval_lower_bound": aws.Plain(a.MetricIntervalLowerBound),
				"metric_interval_upper_bound": aws.Plain(a.MetricIntervalUpperBound),
			}
		}
		for _, b := range r.Attrs["step_scaling_policy_configuration"].([]any) {
			b.(map[string]any)["step_adjustment"] = list
		}
	}
	return r
}

var scalingScheduleFields = aws.Table{
	"name": "ScheduledActionName", "resource_id": "ResourceId", "scalable_dimension": "ScalableDimension", "service_namespace": "ServiceNamespace",
	"schedule": "Schedule", "timezone": "Timezone",
	"scalable_target_action[0].min_capacity": "ScalableTargetAction.MinCapacity", "scalable_target_action[0].max_capacity": "ScalableTargetAction.MaxCapacity",
}

func readScalingSchedules(ctx context.Context, s *aws.Session, client *applicationautoscaling.Client, namespace types.ServiceNamespace, give func(*graph.Resource)) error {
	pages := applicationautoscaling.NewDescribeScheduledActionsPaginator(client, &applicationautoscaling.DescribeScheduledActionsInput{ServiceNamespace: namespace})
	return eachPage(ctx, pages, func(page *applicationautoscaling.DescribeScheduledActionsOutput) {
		for i := range page.ScheduledActions {
			from := &page.ScheduledActions[i]
			r := s.Resource("aws_appautoscaling_scheduled_action", text(from.ScheduledActionARN), text(from.ScheduledActionARN), text(from.ScheduledActionName))
			scalingScheduleFields.Set(r, from)
			null(r, "target")
			give(r)
		}
	})
}
