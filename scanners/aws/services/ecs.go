package services

// Amazon ECS. Needs ecs:ListClusters, ecs:DescribeClusters, ecs:ListServices, ecs:DescribeServices, ecs:DescribeTaskDefinition,
// ecs:DescribeCapacityProviders.

import (
	"context"
	"fmt"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func ecsService() aws.Service {
	return aws.Service{
		Name: "ecs",
		Lists: []aws.List{
			{
				Operation: "DescribeClusters", Actions: []string{"ecs:ListClusters", "ecs:DescribeClusters"},
				Gives: []string{"aws_ecs_cluster", "aws_ecs_cluster_capacity_providers"}, Read: readECSClusters,
			},
		},
		Details: []aws.Detail{
			{
				Operation: "DescribeServices", Actions: []string{"ecs:ListServices", "ecs:DescribeServices"}, Of: "aws_ecs_cluster",
				Gives: []string{"aws_ecs_service.cluster"}, Read: readECSServices,
			},
			{Operation: "DescribeCapacityProviders", Of: "aws_ecs_cluster", Gives: []string{"aws_ecs_capacity_provider"}, For: hasOwnProviders, Read: readCapacityProviders},
			{Operation: "DescribeTaskDefinition", Of: "aws_ecs_service", Gives: []string{"aws_ecs_task_definition"}, For: hasTaskDefinition, Read: readTaskDefinition},
		},
	}
}

// What the API takes at once. Source: Amazon ECS API, DescribeClusters and DescribeCapacityProviders: up to 100; DescribeServices: up to 10.
const (
	clustersAtOnce = 100
	servicesAtOnce = 10
)

// missed gives an error for what a call with many names did not describe, unless it was deleted since it was listed.
func missed(operation string, list []types.Failure) error {
	for _, f := range list {
		if text(f.Reason) != "MISSING" {
			return fmt.Errorf("%s does not describe %s: %s", operation, text(f.Arn), text(f.Reason))
		}
	}
	return nil
}

var ecsClusterFields = aws.Table{
	"name": "ClusterName", "setting[].name": "Settings[].Name", "setting[].value": "Settings[].Value", "capacity_providers": "CapacityProviders",
	"default_capacity_provider_strategy[].capacity_provider": "DefaultCapacityProviderStrategy[].CapacityProvider",
	"default_capacity_provider_strategy[].base":              "DefaultCapacityProviderStrategy[].Base",
	"default_capacity_provider_strategy[].weight":            "DefaultCapacityProviderStrategy[].Weight",
	"tags": "Tags",
}

func readECSClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := ecs.NewFromConfig(s.Config)
	var arns []string
	err := eachPage(ctx, ecs.NewListClustersPaginator(client, &ecs.ListClustersInput{}), func(page *ecs.ListClustersOutput) { arns = append(arns, page.ClusterArns...) })
	if err != nil {
		return err
	}
	for some := range slices.Chunk(arns, clustersAtOnce) {
		out, err := client.DescribeClusters(ctx, &ecs.DescribeClustersInput{Clusters: some, Include: []types.ClusterField{types.ClusterFieldSettings, types.ClusterFieldTags}})
		if err != nil {
			return err
		}
		if err := missed("DescribeClusters", out.Failures); err != nil {
			return err
		}
		for i := range out.Clusters {
			if text(out.Clusters[i].Status) != "INACTIVE" {
				ecsCluster(s, &out.Clusters[i], give)
			}
		}
	}
	return nil
}

func ecsCluster(s *aws.Session, from *types.Cluster, give func(*graph.Resource)) {
	arn := text(from.ClusterArn)
	r := s.Resource("aws_ecs_cluster", arn, arn, text(from.ClusterName))
	ecsClusterFields.Set(r, from)
	give(r)
	if len(from.CapacityProviders) == 0 {
		return
	}
	part := s.Part(r, "aws_ecs_cluster_capacity_providers", "capacity_providers", "cluster_name")
	part.Attrs["capacity_providers"] = r.Attrs["capacity_providers"]
	part.Attrs["default_capacity_provider_strategy"] = r.Attrs["default_capacity_provider_strategy"]
	give(part)
}

var ecsServiceFields = aws.Table{
	"name": "ServiceName", "cluster": "ClusterArn", "task_definition": "TaskDefinition", "desired_count": "DesiredCount", "launch_type": "LaunchType",
	"platform_version": "PlatformVersion", "scheduling_strategy": "SchedulingStrategy", "availability_zone_rebalancing": "AvailabilityZoneRebalancing",
	"deployment_minimum_healthy_percent": "DeploymentConfiguration.MinimumHealthyPercent", "deployment_maximum_percent": "DeploymentConfiguration.MaximumPercent",
	"deployment_circuit_breaker[0].enable": "DeploymentConfiguration.DeploymentCircuitBreaker.Enable", "deployment_circuit_breaker[0].rollback": "DeploymentConfiguration.DeploymentCircuitBreaker.Rollback",
	"alarms[0].alarm_names": "DeploymentConfiguration.Alarms.AlarmNames", "alarms[0].enable": "DeploymentConfiguration.Alarms.Enable", "alarms[0].rollback": "DeploymentConfiguration.Alarms.Rollback",
	"deployment_controller[0].type": "DeploymentController.Type",
	"enable_execute_command":        "EnableExecuteCommand", "enable_ecs_managed_tags": "EnableECSManagedTags", "health_check_grace_period_seconds": "HealthCheckGracePeriodSeconds",
	"propagate_tags":                                 "PropagateTags",
	"network_configuration[0].subnets":               "NetworkConfiguration.AwsvpcConfiguration.Subnets",
	"network_configuration[0].security_groups":       "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
	"load_balancer[].target_group_arn":               "LoadBalancers[].TargetGroupArn",
	"load_balancer[].elb_name":                       "LoadBalancers[].LoadBalancerName",
	"load_balancer[].container_name":                 "LoadBalancers[].ContainerName",
	"load_balancer[].container_port":                 "LoadBalancers[].ContainerPort",
	"capacity_provider_strategy[].capacity_provider": "CapacityProviderStrategy[].CapacityProvider",
	"capacity_provider_strategy[].base":              "CapacityProviderStrategy[].Base",
	"capacity_provider_strategy[].weight":            "CapacityProviderStrategy[].Weight",
	"ordered_placement_strategy[].type":              "PlacementStrategy[].Type",
	"ordered_placement_strategy[].field":             "PlacementStrategy[].Field",
	"placement_constraints[].type":                   "PlacementConstraints[].Type",
	"placement_constraints[].expression":             "PlacementConstraints[].Expression",
	"service_registries[].registry_arn":              "ServiceRegistries[].RegistryArn",
	"service_registries[].port":                      "ServiceRegistries[].Port",
	"tags":                                           "Tags",
}

func readECSServices(ctx context.Context, s *aws.Session, cluster *graph.Resource, give func(*graph.Resource)) error {
	client := ecs.NewFromConfig(s.Config)
	var arns []string
	err := eachPage(ctx, ecs.NewListServicesPaginator(client, &ecs.ListServicesInput{Cluster: arnOf(cluster), MaxResults: sdk.Int32(100)}),
		func(page *ecs.ListServicesOutput) { arns = append(arns, page.ServiceArns...) })
	if err != nil {
		return err
	}
	for some := range slices.Chunk(arns, servicesAtOnce) {
		out, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: arnOf(cluster), Services: some, Include: []types.ServiceField{types.ServiceFieldTags}})
		if err != nil {
			return err
		}
		if err := missed("DescribeServices", out.Failures); err != nil {
			return err
		}
		for i := range out.Services {
			if text(out.Services[i].Status) != "INACTIVE" {
				give(ecsServiceResource(s, &out.Services[i]))
			}
		}
	}
	return nil
}

func ecsServiceResource(s *aws.Session, from *types.Service) *graph.Resource {
	arn := text(from.ServiceArn)
	r := s.Resource("aws_ecs_service", arn, arn, text(from.ServiceName))
	ecsServiceFields.Set(r, from)
	for _, n := range r.Attrs["network_configuration"].([]any) {
		n.(map[string]any)["assign_public_ip"] = from.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp == types.AssignPublicIpEnabled
	}
	if from.DeploymentController == nil { // the API leaves its own way of deploying out
		r.Attrs["deployment_controller"] = block(map[string]any{"type": "ECS"})
	}
	if from.DeploymentConfiguration == nil { // every service has one
		for _, attr := range []string{"deployment_minimum_healthy_percent", "deployment_maximum_percent", "deployment_circuit_breaker", "alarms"} {
			delete(r.Attrs, attr)
		}
	}
	return r
}

func hasTaskDefinition(r *graph.Resource) bool { return r.Attrs["task_definition"] != nil }

var taskDefinitionFields = aws.Table{
	"family": "Family", "cpu": "Cpu", "memory": "Memory", "network_mode": "NetworkMode", "requires_compatibilities": "RequiresCompatibilities",
	"execution_role_arn": "ExecutionRoleArn", "task_role_arn": "TaskRoleArn",
	"runtime_platform[0].cpu_architecture":        "RuntimePlatform.CpuArchitecture",
	"runtime_platform[0].operating_system_family": "RuntimePlatform.OperatingSystemFamily",
	"ephemeral_storage[0].size_in_gib":            "EphemeralStorage.SizeInGiB",
	"volume[].name":                               "Volumes[].Name", "volume[].host_path": "Volumes[].Host.SourcePath",
	"volume[].efs_volume_configuration[0].file_system_id":     "Volumes[].EfsVolumeConfiguration.FileSystemId",
	"volume[].efs_volume_configuration[0].transit_encryption": "Volumes[].EfsVolumeConfiguration.TransitEncryption",
}

// readTaskDefinition gives the definition that a service runs. Accounts keep every revision that there ever was; the others run nowhere.
func readTaskDefinition(ctx context.Context, s *aws.Session, service *graph.Resource, give func(*graph.Resource)) error {
	name := service.Attrs["task_definition"].(string)
	out, err := ecs.NewFromConfig(s.Config).DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &name, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags}})
	if err != nil {
		return err
	}
	from := out.TaskDefinition
	r := s.Resource("aws_ecs_task_definition", text(from.TaskDefinitionArn), text(from.TaskDefinitionArn), text(from.Family))
	taskDefinitionFields.Set(r, from)
	r.Attrs["container_definitions"] = hidden(len(from.ContainerDefinitions) > 0)
	r.Attrs["tags"] = aws.Plain(out.Tags)
	give(r)
	return nil
}

var capacityProviderFields = aws.Table{
	"name": "Name", "tags": "Tags",
	"auto_scaling_group_provider[0].auto_scaling_group_arn":                       "AutoScalingGroupProvider.AutoScalingGroupArn",
	"auto_scaling_group_provider[0].managed_termination_protection":               "AutoScalingGroupProvider.ManagedTerminationProtection",
	"auto_scaling_group_provider[0].managed_scaling[0].status":                    "AutoScalingGroupProvider.ManagedScaling.Status",
	"auto_scaling_group_provider[0].managed_scaling[0].target_capacity":           "AutoScalingGroupProvider.ManagedScaling.TargetCapacity",
	"auto_scaling_group_provider[0].managed_scaling[0].minimum_scaling_step_size": "AutoScalingGroupProvider.ManagedScaling.MinimumScalingStepSize",
	"auto_scaling_group_provider[0].managed_scaling[0].maximum_scaling_step_size": "AutoScalingGroupProvider.ManagedScaling.MaximumScalingStepSize",
}

// everybodys are the capacity providers that every account has; they have no group of servers.
var everybodys = []string{"FARGATE", "FARGATE_SPOT"}

// ownProviders lists the capacity providers of a cluster that somebody made. Those that are in no cluster start nothing.
func ownProviders(cluster *graph.Resource) []string {
	var out []string
	list, _ := cluster.Attrs["capacity_providers"].([]any)
	for _, v := range list {
		if name, ok := v.(string); ok && !slices.Contains(everybodys, name) {
			out = append(out, name)
		}
	}
	return out
}

func hasOwnProviders(cluster *graph.Resource) bool { return len(ownProviders(cluster)) > 0 }

func readCapacityProviders(ctx context.Context, s *aws.Session, cluster *graph.Resource, give func(*graph.Resource)) error {
	client := ecs.NewFromConfig(s.Config)
	for some := range slices.Chunk(ownProviders(cluster), clustersAtOnce) {
		out, err := client.DescribeCapacityProviders(ctx, &ecs.DescribeCapacityProvidersInput{CapacityProviders: some, Include: []types.CapacityProviderField{types.CapacityProviderFieldTags}})
		if err != nil {
			return err
		}
		if err := missed("DescribeCapacityProviders", out.Failures); err != nil {
			return err
		}
		for i := range out.CapacityProviders {
			from := &out.CapacityProviders[i]
			r := s.Resource("aws_ecs_capacity_provider", text(from.CapacityProviderArn), text(from.CapacityProviderArn), text(from.Name))
			capacityProviderFields.Set(r, from)
			give(r)
		}
	}
	return nil
}
