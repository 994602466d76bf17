package services

// Amazon EC2 Auto Scaling. Needs autoscaling:DescribeAutoScalingGroups, autoscaling:DescribePolicies,
// autoscaling:DescribeScheduledActions, autoscaling:DescribeLaunchConfigurations, autoscaling:DescribeLifecycleHooks.

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func autoscalingService() aws.Service {
	return aws.Service{
		Name:   "autoscaling",
		Settle: settleTemplates,
		Lists: []aws.List{
			{Operation: "DescribeAutoScalingGroups", Gives: []string{"aws_autoscaling_group"}, Read: readAutoscalingGroups},
			{Operation: "DescribePolicies", Gives: []string{"aws_autoscaling_policy"}, Read: readAutoscalingPolicies},
			{Operation: "DescribeScheduledActions", Gives: []string{"aws_autoscaling_schedule"}, Read: readAutoscalingSchedules},
			{Operation: "DescribeLaunchConfigurations", Gives: []string{"aws_launch_configuration"}, Read: readLaunchConfigurations},
		},
		Details: []aws.Detail{{
			Operation: "DescribeLifecycleHooks", Of: "aws_autoscaling_group",
			Gives: []string{"aws_autoscaling_lifecycle_hook.autoscaling_group_name"}, Read: readLifecycleHooks,
		}},
	}
}

var autoscalingGroupFields = aws.Table{
	"name": "AutoScalingGroupName", "min_size": "MinSize", "max_size": "MaxSize", "desired_capacity": "DesiredCapacity",
	"availability_zones": "AvailabilityZones", "launch_configuration": "LaunchConfigurationName",
	"launch_template[0].id":      "LaunchTemplate.LaunchTemplateId",
	"launch_template[0].name":    "LaunchTemplate.LaunchTemplateName",
	"launch_template[0].version": "LaunchTemplate.Version",
	"health_check_type":          "HealthCheckType", "health_check_grace_period": "HealthCheckGracePeriod",
	"default_cooldown": "DefaultCooldown", "default_instance_warmup": "DefaultInstanceWarmup",
	"load_balancers": "LoadBalancerNames", "target_group_arns": "TargetGroupARNs",
	"traffic_source[].identifier": "TrafficSources[].Identifier", "traffic_source[].type": "TrafficSources[].Type",
	"suspended_processes": "SuspendedProcesses[].ProcessName", "enabled_metrics": "EnabledMetrics[].Metric", "termination_policies": "TerminationPolicies",
	"protect_from_scale_in": "NewInstancesProtectedFromScaleIn", "capacity_rebalance": "CapacityRebalance",
	"max_instance_lifetime": "MaxInstanceLifetime", "service_linked_role_arn": "ServiceLinkedRoleARN", "placement_group": "PlacementGroup",
	"instance_maintenance_policy[0].min_healthy_percentage":            "InstanceMaintenancePolicy.MinHealthyPercentage",
	"instance_maintenance_policy[0].max_healthy_percentage":            "InstanceMaintenancePolicy.MaxHealthyPercentage",
	"availability_zone_distribution[0].capacity_distribution_strategy": "AvailabilityZoneDistribution.CapacityDistributionStrategy",
	"warm_pool[0].min_size":   "WarmPoolConfiguration.MinSize",
	"warm_pool[0].pool_state": "WarmPoolConfiguration.PoolState",
	"tags":                    "Tags",
	"mixed_instances_policy[0].instances_distribution[0].on_demand_base_capacity":                        "MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity",
	"mixed_instances_policy[0].instances_distribution[0].on_demand_percentage_above_base_capacity":       "MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity",
	"mixed_instances_policy[0].instances_distribution[0].spot_allocation_strategy":                       "MixedInstancesPolicy.InstancesDistribution.SpotAllocationStrategy",
	"mixed_instances_policy[0].instances_distribution[0].spot_instance_pools":                            "MixedInstancesPolicy.InstancesDistribution.SpotInstancePools",
	"mixed_instances_policy[0].launch_template[0].launch_template_specification[0].launch_template_id":   "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
	"mixed_instances_policy[0].launch_template[0].launch_template_specification[0].launch_template_name": "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName",
	"mixed_instances_policy[0].launch_template[0].launch_template_specification[0].version":              "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.Version",
}

func readAutoscalingGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := autoscaling.NewDescribeAutoScalingGroupsPaginator(autoscaling.NewFromConfig(s.Config), &autoscaling.DescribeAutoScalingGroupsInput{})
	return eachPage(ctx, pages, func(page *autoscaling.DescribeAutoScalingGroupsOutput) {
		for i := range page.AutoScalingGroups {
			if page.AutoScalingGroups[i].Status == nil { // set only while the group is being deleted
				give(autoscalingGroup(s, &page.AutoScalingGroups[i]))
			}
		}
	})
}

func autoscalingGroup(s *aws.Session, from *types.AutoScalingGroup) *graph.Resource {
	name := text(from.AutoScalingGroupName)
	r := s.Resource("aws_autoscaling_group", text(from.AutoScalingGroupARN), name, name)
	autoscalingGroupFields.Set(r, from)
	r.Attrs["vpc_zone_identifier"] = splitList(text(from.VPCZoneIdentifier))
	overrides(r, from.MixedInstancesPolicy)
	null(r, "name_prefix", "cluster", "tier", "siblings")
	if tags, _ := r.Attrs["tags"].(map[string]any); tags["eks:nodegroup-name"] != nil {
		return neighbour(r) // EKS makes and changes it; its node group is judged
	}
	return r
}

// overrides fills the instance types of a mixed group, a list inside blocks.
func overrides(r *graph.Resource, from *types.MixedInstancesPolicy) {
	if from == nil || from.LaunchTemplate == nil {
		return
	}
	list := make([]any, len(from.LaunchTemplate.Overrides))
	for i, o := range from.LaunchTemplate.Overrides {
		list[i] = map[string]any{"instance_type": aws.Plain(o.InstanceType), "weighted_capacity": aws.Plain(o.WeightedCapacity)}
	}
	for _, policy := range r.Attrs["mixed_instances_policy"].([]any) {
		for _, template := range policy.(map[string]any)["launch_template"].([]any) {
			template.(map[string]any)["override"] = list
		}
	}
}

var autoscalingPolicyFields = aws.Table{
	"name": "PolicyName", "autoscaling_group_name": "AutoScalingGroupName", "policy_type": "PolicyType", "adjustment_type": "AdjustmentType",
	"scaling_adjustment": "ScalingAdjustment", "cooldown": "Cooldown", "enabled": "Enabled", "estimated_instance_warmup": "EstimatedInstanceWarmup",
	"metric_aggregation_type": "MetricAggregationType", "min_adjustment_magnitude": "MinAdjustmentMagnitude",
	"step_adjustment[].scaling_adjustment":                                                       "StepAdjustments[].ScalingAdjustment",
	"step_adjustment[].metric_interval_lower_bound":                                              "StepAdjustments[].MetricIntervalLowerBound",
	"step_adjustment[].metric_interval_upper_bound":                                              "StepAdjustments[].MetricIntervalUpperBound",
	"target_tracking_configuration[0].target_value":                                              "TargetTrackingConfiguration.TargetValue",
	"target_tracking_configuration[0].disable_scale_in":                                          "TargetTrackingConfiguration.DisableScaleIn",
	"target_tracking_configuration[0].predefined_metric_specification[0].predefined_metric_type": "TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType",
	"target_tracking_configuration[0].predefined_metric_specification[0].resource_label":         "TargetTrackingConfiguration.PredefinedMetricSpecification.ResourceLabel",
	"target_tracking_configuration[0].customized_metric_specification[0].metric_name":            "TargetTrackingConfiguration.CustomizedMetricSpecification.MetricName",
	"target_tracking_configuration[0].customized_metric_specification[0].namespace":              "TargetTrackingConfiguration.CustomizedMetricSpecification.Namespace",
	"target_tracking_configuration[0].customized_metric_specification[0].statistic":              "TargetTrackingConfiguration.CustomizedMetricSpecification.Statistic",
	"predictive_scaling_configuration[0].mode":                                                   "PredictiveScalingConfiguration.Mode",
}

func readAutoscalingPolicies(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := autoscaling.NewDescribePoliciesPaginator(autoscaling.NewFromConfig(s.Config), &autoscaling.DescribePoliciesInput{})
	return eachPage(ctx, pages, func(page *autoscaling.DescribePoliciesOutput) {
		for i := range page.ScalingPolicies {
			from := &page.ScalingPolicies[i]
			r := s.Resource("aws_autoscaling_policy", text(from.PolicyARN), text(from.PolicyName), text(from.PolicyName))
			autoscalingPolicyFields.Set(r, from)
			if from.Enabled == nil { // policies are enabled unless AWS says that one is not
				r.Attrs["enabled"] = true
			}
			give(r)
		}
	})
}

var autoscalingScheduleFields = aws.Table{
	"scheduled_action_name": "ScheduledActionName", "autoscaling_group_name": "AutoScalingGroupName", "min_size": "MinSize", "max_size": "MaxSize",
	"desired_capacity": "DesiredCapacity", "recurrence": "Recurrence", "start_time": "StartTime", "end_time": "EndTime", "time_zone": "TimeZone",
}

func readAutoscalingSchedules(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := autoscaling.NewDescribeScheduledActionsPaginator(autoscaling.NewFromConfig(s.Config), &autoscaling.DescribeScheduledActionsInput{})
	return eachPage(ctx, pages, func(page *autoscaling.DescribeScheduledActionsOutput) {
		for i := range page.ScheduledUpdateGroupActions {
			from := &page.ScheduledUpdateGroupActions[i]
			r := s.Resource("aws_autoscaling_schedule", text(from.ScheduledActionARN), text(from.ScheduledActionName), text(from.ScheduledActionName))
			autoscalingScheduleFields.Set(r, from)
			give(r)
		}
	})
}

var launchConfigurationFields = aws.Table{
	"name": "LaunchConfigurationName", "image_id": "ImageId", "instance_type": "InstanceType",
	"security_groups": "SecurityGroups", "key_name": "KeyName", "iam_instance_profile": "IamInstanceProfile", "enable_monitoring": "InstanceMonitoring.Enabled",
	"ebs_optimized": "EbsOptimized", "placement_tenancy": "PlacementTenancy", "spot_price": "SpotPrice",
	"metadata_options[0].http_tokens":                 "MetadataOptions.HttpTokens",
	"metadata_options[0].http_endpoint":               "MetadataOptions.HttpEndpoint",
	"metadata_options[0].http_put_response_hop_limit": "MetadataOptions.HttpPutResponseHopLimit",
}

func readLaunchConfigurations(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := autoscaling.NewDescribeLaunchConfigurationsPaginator(autoscaling.NewFromConfig(s.Config), &autoscaling.DescribeLaunchConfigurationsInput{})
	return eachPage(ctx, pages, func(page *autoscaling.DescribeLaunchConfigurationsOutput) {
		for i := range page.LaunchConfigurations {
			give(launchConfiguration(s, &page.LaunchConfigurations[i]))
		}
	})
}

func launchConfiguration(s *aws.Session, from *types.LaunchConfiguration) *graph.Resource {
	name := text(from.LaunchConfigurationName)
	r := s.Resource("aws_launch_configuration", text(from.LaunchConfigurationARN), name, name)
	launchConfigurationFields.Set(r, from)
	r.Attrs["associate_public_ip_address"] = aws.Plain(from.AssociatePublicIpAddress) // null: as the subnet says
	if profile := text(from.IamInstanceProfile); strings.HasPrefix(profile, "arn:") { // a name or an ARN, as it was given
		r.Attrs["iam_instance_profile"] = profile[strings.LastIndex(profile, "/")+1:]
	}
	r.Attrs["user_data"] = hidden(text(from.UserData) != "")
	null(r, "user_data_base64", "name_prefix", "tags", "account_defaults")
	return r
}

var lifecycleHookFields = aws.Table{
	"name": "LifecycleHookName", "autoscaling_group_name": "AutoScalingGroupName", "lifecycle_transition": "LifecycleTransition",
	"default_result": "DefaultResult", "heartbeat_timeout": "HeartbeatTimeout",
}

func readLifecycleHooks(ctx context.Context, s *aws.Session, group *graph.Resource, give func(*graph.Resource)) error {
	name := group.Attrs["name"].(string)
	out, err := autoscaling.NewFromConfig(s.Config).DescribeLifecycleHooks(ctx, &autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: &name})
	if err != nil {
		return err
	}
	for i := range out.LifecycleHooks {
		from := &out.LifecycleHooks[i]
		r := s.Part(group, "aws_autoscaling_lifecycle_hook", "hook/"+text(from.LifecycleHookName), "autoscaling_group_name")
		lifecycleHookFields.Set(r, from)
		give(r)
	}
	return nil
}
