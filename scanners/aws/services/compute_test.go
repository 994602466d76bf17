package services

import (
	"testing"

	apigateway "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	apigatewayv2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	appautoscaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	autoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	ec2 "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ecr "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	ecs "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	eks "github.com/aws/aws-sdk-go-v2/service/eks/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	lambda "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func TestTablesOfComputeAndNetworkNameWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		table aws.Table
		from  any
	}{
		{"aws_autoscaling_group", autoscalingGroupFields, autoscaling.AutoScalingGroup{}},
		{"aws_autoscaling_policy", autoscalingPolicyFields, autoscaling.ScalingPolicy{}},
		{"aws_autoscaling_schedule", autoscalingScheduleFields, autoscaling.ScheduledUpdateGroupAction{}},
		{"aws_launch_configuration", launchConfigurationFields, autoscaling.LaunchConfiguration{}},
		{"aws_autoscaling_lifecycle_hook", lifecycleHookFields, autoscaling.LifecycleHook{}},
		{"aws_elb", classicLoadBalancerFields, elb.LoadBalancerDescription{}},
		{"aws_elb", classicAttributeFields, elb.LoadBalancerAttributes{}},
		{"aws_lb", loadBalancerFields, elbv2.LoadBalancer{}},
		{"aws_lb_listener", listenerFields, elbv2.Listener{}},
		{"aws_lb_target_group", targetGroupFields, elbv2.TargetGroup{}},
		{"aws_vpc", vpcFields, ec2.Vpc{}},
		{"aws_ami", imageFields, ec2.Image{}},
		{"aws_spot_fleet_request", spotFleetFields, ec2.SpotFleetRequestConfigData{}},
		{"aws_subnet", subnetFields, ec2.Subnet{}},
		{"aws_route", routeFields, ec2.Route{}},
		{"aws_nat_gateway", natGatewayFields, ec2.NatGateway{}},
		{"aws_eip", addressFields, ec2.Address{}},
		{"aws_network_interface", networkInterfaceFields, ec2.NetworkInterface{}},
		{"aws_vpc_endpoint", vpcEndpointFields, ec2.VpcEndpoint{}},
		{"aws_vpc_peering_connection", peeringFields, ec2.VpcPeeringConnection{}},
		{"aws_flow_log", flowLogFields, ec2.FlowLog{}},
		{"aws_ec2_managed_prefix_list", prefixListFields, ec2.ManagedPrefixList{}},
		{"aws_security_group", securityGroupFields, ec2.SecurityGroup{}},
		{"aws_vpc_security_group_ingress_rule", securityGroupRuleFields, ec2.SecurityGroupRule{}},
		{"aws_network_acl_rule", networkACLRuleFields, ec2.NetworkAclEntry{}},
		{"aws_instance", instanceFields, ec2.Instance{}},
		{"aws_ebs_volume", volumeFields, ec2.Volume{}},
		{"aws_ebs_snapshot", snapshotFields, ec2.Snapshot{}},
		{"aws_launch_template", launchTemplateFields, ec2.LaunchTemplate{}},
		{"aws_launch_template", launchTemplateDataFields, ec2.ResponseLaunchTemplateData{}},
		{"aws_ec2_transit_gateway", transitGatewayFields, ec2.TransitGateway{}},
		{"aws_ec2_transit_gateway_peering_attachment", peeringAttachmentFields, ec2.TransitGatewayPeeringAttachment{}},
		{"aws_vpn_connection", vpnConnectionFields, ec2.VpnConnection{}},
		{"aws_ec2_transit_gateway_vpc_attachment", transitAttachmentFields, ec2.TransitGatewayVpcAttachment{}},
		{"aws_appautoscaling_target", scalableTargetFields, appautoscaling.ScalableTarget{}},
		{"aws_appautoscaling_policy", scalingPolicyFields, appautoscaling.ScalingPolicy{}},
		{"aws_appautoscaling_scheduled_action", scalingScheduleFields, appautoscaling.ScheduledAction{}},
		{"aws_ecr_repository", repositoryFields, ecr.Repository{}},
		{"aws_ecs_cluster", ecsClusterFields, ecs.Cluster{}},
		{"aws_ecs_service", ecsServiceFields, ecs.Service{}},
		{"aws_ecs_task_definition", taskDefinitionFields, ecs.TaskDefinition{}},
		{"aws_ecs_capacity_provider", capacityProviderFields, ecs.CapacityProvider{}},
		{"aws_eks_cluster", eksClusterFields, eks.Cluster{}},
		{"aws_eks_node_group", nodeGroupFields, eks.Nodegroup{}},
		{"aws_eks_fargate_profile", fargateProfileFields, eks.FargateProfile{}},
		{"aws_eks_addon", addonFields, eks.Addon{}},
		{"aws_eks_access_entry", accessEntryFields, eks.AccessEntry{}},
		{"aws_lambda_function", functionFields, lambda.FunctionConfiguration{}},
		{"aws_lambda_event_source_mapping", eventSourceFields, lambda.EventSourceMappingConfiguration{}},
		{"aws_api_gateway_rest_api", restAPIFields, apigateway.RestApi{}},
		{"aws_api_gateway_domain_name", apiDomainFields, apigateway.DomainName{}},
		{"aws_api_gateway_stage", apiStageFields, apigateway.Stage{}},
		{"aws_apigatewayv2_api", httpAPIFields, apigatewayv2.Api{}},
		{"aws_apigatewayv2_stage", httpStageFields, apigatewayv2.Stage{}},
		{"aws_apigatewayv2_route", httpRouteFields, apigatewayv2.Route{}},
		{"aws_apigatewayv2_integration", httpIntegrationFields, apigatewayv2.Integration{}},
		{"aws_apigatewayv2_domain_name", httpDomainFields, apigatewayv2.DomainName{}},
	} {
		if err := c.table.Check(c.typ, c.from); err != nil {
			t.Error(err)
		}
	}
}
