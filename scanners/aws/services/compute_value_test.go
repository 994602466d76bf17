package services

import (
	"maps"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var here = &aws.Session{Account: "310000000009", Region: home, Partition: "aws"}

// Answers that moto does not give, in the shape that the API documents.
func TestAnswersBecomeCanonicalWords(t *testing.T) {
	t.Parallel()
	str, yes, n := sdk.String, sdk.Bool(true), sdk.Int32
	target := func(arn string) elbv2types.TargetGroupTuple {
		return elbv2types.TargetGroupTuple{TargetGroupArn: &arn, Weight: n(1)}
	}
	table := ec2Resource(here, "aws_route_table", "route-table", "rtb-1", nil)
	for _, c := range []struct {
		name    string
		got     *graph.Resource
		attrs   map[string]any
		unknown []string // not set
		data    bool
	}{
		{
			name: "a regional NAT gateway has addresses by zone and no subnet",
			got: natGateway(here, &ec2types.NatGateway{NatGatewayId: str("nat-1"), VpcId: str("vpc-1"), AvailabilityMode: ec2types.AvailabilityModeRegional, ConnectivityType: ec2types.ConnectivityTypePublic,
				NatGatewayAddresses: []ec2types.NatGatewayAddress{{AvailabilityZone: str("eu-west-1a"), AllocationId: str("e1")}, {AvailabilityZone: str("eu-west-1b"), AllocationId: str("e2")}, {AvailabilityZone: str("eu-west-1a"), AllocationId: str("e3")}}}),
			attrs: map[string]any{"availability_mode": "regional", "subnet_id": nil, "allocation_id": nil, "availability_zone_address": []any{
				map[string]any{"availability_zone": "eu-west-1a", "availability_zone_id": nil, "allocation_ids": []any{"e1", "e3"}},
				map[string]any{"availability_zone": "eu-west-1b", "availability_zone_id": nil, "allocation_ids": []any{"e2"}},
			}},
		},
		{
			name: "a zonal NAT gateway may have further addresses",
			got: natGateway(here, &ec2types.NatGateway{NatGatewayId: str("nat-1"), SubnetId: str("subnet-1"), NatGatewayAddresses: []ec2types.NatGatewayAddress{
				{AllocationId: str("e2"), IsPrimary: sdk.Bool(false)}, {AllocationId: str("e1"), IsPrimary: yes},
			}}),
			attrs:   map[string]any{"availability_mode": "zonal", "allocation_id": "e1", "secondary_allocation_ids": []any{"e2"}},
			unknown: []string{"connectivity_type"},
		},
		{
			name: "a route to a Gateway Load Balancer's endpoint", got: route(here, table, &ec2types.Route{DestinationCidrBlock: str("0.0.0.0/0"), GatewayId: str("vpce-1")}),
			attrs: map[string]any{"vpc_endpoint_id": "vpce-1", "gateway_id": nil, "route_table_id": "rtb-1"},
		},
		{
			name: "a server with an address that AWS gave it, from a spot request and a template",
			got: instance(here, &ec2types.Instance{InstanceId: str("i-1"), InstanceLifecycle: ec2types.InstanceLifecycleTypeSpot, IamInstanceProfile: &ec2types.IamInstanceProfile{Arn: str("arn:aws:iam::1:instance-profile/path/web")},
				NetworkInterfaces: []ec2types.InstanceNetworkInterface{{Association: &ec2types.InstanceNetworkInterfaceAssociation{IpOwnerId: str("amazon")}}},
				Tags:              []ec2types.Tag{{Key: str("aws:ec2launchtemplate:id"), Value: str("lt-1")}, {Key: str("aws:ec2launchtemplate:version"), Value: str("3")}}}),
			attrs: map[string]any{"associate_public_ip_address": true, "iam_instance_profile": "web", "instance_market_options": []any{map[string]any{"market_type": "spot"}},
				"launch_template": []any{map[string]any{"id": "lt-1", "version": "3"}}, "metadata_options": []any{}, "monitoring": false},
		},
		{
			name: "a server with an Elastic IP asks for no address", got: instance(here, &ec2types.Instance{InstanceId: str("i-1"),
				NetworkInterfaces: []ec2types.InstanceNetworkInterface{{Association: &ec2types.InstanceNetworkInterfaceAssociation{IpOwnerId: str("310000000009")}}}}),
			attrs: map[string]any{"associate_public_ip_address": false},
		},
		{
			name: "a spot fleet has a specification for each subnet", got: spotFleet(here, &ec2types.SpotFleetRequestConfig{SpotFleetRequestId: str("sfr-1"), SpotFleetRequestConfig: &ec2types.SpotFleetRequestConfigData{
				TargetCapacity: sdk.Int32(4), AllocationStrategy: ec2types.AllocationStrategyCapacityOptimized,
				LaunchSpecifications: []ec2types.SpotFleetLaunchSpecification{{ImageId: str("ami-1"), InstanceType: ec2types.InstanceTypeM5Large, SubnetId: str("subnet-1, subnet-2"), UserData: str("c2VjcmV0")}},
				LoadBalancersConfig:  &ec2types.LoadBalancersConfig{TargetGroupsConfig: &ec2types.TargetGroupsConfig{TargetGroups: []ec2types.TargetGroup{{Arn: str("arn:tg")}}}},
			}}),
			attrs: map[string]any{"target_capacity": 4, "allocation_strategy": "capacityOptimized", "target_group_arns": []any{"arn:tg"}, "launch_template_config": []any{}, "launch_specification": []any{
				map[string]any{"ami": "ami-1", "instance_type": "m5.large", "subnet_id": "subnet-1", "availability_zone": nil, "associate_public_ip_address": false, "user_data": graph.Hidden{}},
				map[string]any{"ami": "ami-1", "instance_type": "m5.large", "subnet_id": "subnet-2", "availability_zone": nil, "associate_public_ip_address": false, "user_data": graph.Hidden{}},
			}},
		},
		{
			name: "a server of Karpenter is replaced by it", got: instance(here, &ec2types.Instance{InstanceId: str("i-1"), Tags: []ec2types.Tag{{Key: str("karpenter.sh/nodepool"), Value: str("default")}}}),
			data: true,
		},
		{
			name: "a group with a mix of instances",
			got: autoscalingGroup(here, &autoscalingtypes.AutoScalingGroup{AutoScalingGroupName: str("web"), AutoScalingGroupARN: str("arn:g"), VPCZoneIdentifier: str("subnet-1,subnet-2"), MixedInstancesPolicy: &autoscalingtypes.MixedInstancesPolicy{
				InstancesDistribution: &autoscalingtypes.InstancesDistribution{OnDemandBaseCapacity: n(1), SpotAllocationStrategy: str("price-capacity-optimized")},
				LaunchTemplate: &autoscalingtypes.LaunchTemplate{LaunchTemplateSpecification: &autoscalingtypes.LaunchTemplateSpecification{LaunchTemplateId: str("lt-1"), Version: str("$Latest")},
					Overrides: []autoscalingtypes.LaunchTemplateOverrides{{InstanceType: str("m6i.large")}, {InstanceType: str("m7i.large"), WeightedCapacity: str("2")}}},
			}}),
			attrs: map[string]any{"vpc_zone_identifier": []any{"subnet-1", "subnet-2"}, "launch_template": []any{}, "mixed_instances_policy": []any{map[string]any{
				"instances_distribution": []any{map[string]any{"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": nil, "spot_allocation_strategy": "price-capacity-optimized", "spot_instance_pools": nil}},
				"launch_template": []any{map[string]any{
					"launch_template_specification": []any{map[string]any{"launch_template_id": "lt-1", "launch_template_name": nil, "version": "$Latest"}},
					"override":                      []any{map[string]any{"instance_type": "m6i.large", "weighted_capacity": nil}, map[string]any{"instance_type": "m7i.large", "weighted_capacity": "2"}},
				}},
			}}},
		},
		{
			name: "a group of an EKS node group is described by it", got: autoscalingGroup(here, &autoscalingtypes.AutoScalingGroup{AutoScalingGroupName: str("eks-1"), Tags: []autoscalingtypes.TagDescription{{Key: str("eks:nodegroup-name"), Value: str("workers")}}}),
			data: true,
		},
		{
			name:  "a launch configuration names its profile by ARN and hides its user data",
			got:   launchConfiguration(here, &autoscalingtypes.LaunchConfiguration{LaunchConfigurationName: str("web"), IamInstanceProfile: str("arn:aws:iam::1:instance-profile/web"), UserData: str("c2VjcmV0")}),
			attrs: map[string]any{"iam_instance_profile": "web", "user_data": graph.Hidden{}, "associate_public_ip_address": nil, "metadata_options": []any{}},
		},
		{
			name: "a listener that forwards to two groups",
			got: listener(here, table, &elbv2types.Listener{ListenerArn: str("arn:l"), AlpnPolicy: []string{"HTTP2Only"}, DefaultActions: []elbv2types.Action{{Type: elbv2types.ActionTypeEnumForward, ForwardConfig: &elbv2types.ForwardActionConfig{
				TargetGroups: []elbv2types.TargetGroupTuple{target("a"), target("b")}, TargetGroupStickinessConfig: &elbv2types.TargetGroupStickinessConfig{Enabled: yes, DurationSeconds: n(60)},
			}}}}),
			attrs: map[string]any{"alpn_policy": "HTTP2Only", "certificate_arn": nil, "default_action": []any{map[string]any{
				"type": "forward", "order": nil, "target_group_arn": nil, "redirect": []any{}, "fixed_response": []any{}, "authenticate_oidc": []any{}, "authenticate_cognito": []any{},
				"forward": []any{map[string]any{"target_group": []any{map[string]any{"arn": "a", "weight": 1}, map[string]any{"arn": "b", "weight": 1}}, "stickiness": []any{map[string]any{"enabled": true, "duration": 60}}}},
			}}},
		},
		{
			name: "a network load balancer with addresses of its own",
			got: loadBalancer(here, &elbv2types.LoadBalancer{LoadBalancerArn: str("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/n/1"), Type: elbv2types.LoadBalancerTypeEnumNetwork, Scheme: elbv2types.LoadBalancerSchemeEnumInternal,
				AvailabilityZones: []elbv2types.AvailabilityZone{{SubnetId: str("subnet-1"), LoadBalancerAddresses: []elbv2types.LoadBalancerAddress{{AllocationId: str("e1")}}}, {SubnetId: str("subnet-2")}}}),
			attrs: map[string]any{"internal": true, "arn_suffix": "net/n/1", "subnets": []any{"subnet-1", "subnet-2"}, "load_balancer_type": "network",
				"subnet_mapping": []any{map[string]any{"subnet_id": "subnet-1", "allocation_id": "e1", "private_ipv4_address": nil}}},
		},
		{
			name: "a function that keeps what it could not do", got: function(here, &lambdatypes.FunctionConfiguration{FunctionName: str("f"), FunctionArn: str("arn:f"), DeadLetterConfig: &lambdatypes.DeadLetterConfig{TargetArn: str("arn:q")},
				VpcConfig: &lambdatypes.VpcConfigResponse{}, SnapStart: &lambdatypes.SnapStartResponse{ApplyOn: lambdatypes.SnapStartApplyOnNone}}),
			attrs: map[string]any{"dead_letter_config": []any{map[string]any{"target_arn": "arn:q"}}, "vpc_config": []any{}, "snap_start": []any{}, "environment": []any{},
				"invoke_arn": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:f/invocations"},
		},
		{
			name: "a permission of one source", got: permission(here, table, statement{Sid: "s", Action: "lambda:InvokeFunction", Principal: map[string]any{"AWS": "arn:aws:iam::1:root"},
				Condition: map[string]map[string]any{"StringEquals": {"aws:sourceaccount": "1"}}}),
			attrs: map[string]any{"principal": "arn:aws:iam::1:root", "source_account": "1", "source_arn": nil, "statement_id": "s"},
		},
		{
			name: "a service that deploys in its own way", got: ecsServiceResource(here, &ecstypes.Service{ServiceArn: str("arn:s"), ServiceName: str("s"), DesiredCount: 2,
				DeploymentConfiguration: &ecstypes.DeploymentConfiguration{MinimumHealthyPercent: n(50), MaximumPercent: n(200), DeploymentCircuitBreaker: &ecstypes.DeploymentCircuitBreaker{Enable: true, Rollback: true}}}),
			attrs: map[string]any{"desired_count": 2, "deployment_minimum_healthy_percent": 50, "deployment_circuit_breaker": []any{map[string]any{"enable": true, "rollback": true}}, "network_configuration": []any{},
				"deployment_controller": []any{map[string]any{"type": "ECS"}}, "alarms": []any{}},
		},
		{
			name: "a service of which AWS leaves the deployment out", got: ecsServiceResource(here, &ecstypes.Service{ServiceArn: str("arn:s")}),
			unknown: []string{"deployment_minimum_healthy_percent", "deployment_circuit_breaker", "alarms"},
		},
		{
			name: "a cluster", got: eksCluster(here, &ekstypes.Cluster{Name: str("k"), Arn: str("arn:k"), UpgradePolicy: &ekstypes.UpgradePolicyResponse{SupportType: ekstypes.SupportTypeExtended},
				EncryptionConfig: []ekstypes.EncryptionConfig{{Resources: []string{"secrets"}, Provider: &ekstypes.Provider{KeyArn: str("arn:key")}}}}),
			attrs: map[string]any{"upgrade_policy": []any{map[string]any{"support_type": "EXTENDED"}}, "encryption_config": []any{map[string]any{"resources": []any{"secrets"}, "provider": []any{map[string]any{"key_arn": "arn:key"}}}},
				"enabled_cluster_log_types": []any{}},
			unknown: []string{"access_config"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := map[string]any{}
			for name := range c.attrs {
				v, set := c.got.Attrs[name]
				if !set {
					t.Errorf("%s is not set", name)
				}
				got[name] = v
			}
			if diff := cmp.Diff(c.attrs, got); len(c.attrs) > 0 && diff != "" {
				t.Error(diff)
			}
			for _, name := range c.unknown {
				if v, set := c.got.Attrs[name]; set {
					t.Errorf("%s is %v, and AWS said nothing of it", name, v)
				}
			}
			if c.got.Data != c.data {
				t.Errorf("Data is %v", c.got.Data)
			}
		})
	}
}

func TestRoutesThatNobodyWroteAreLeftOut(t *testing.T) {
	t.Parallel()
	table := ec2Resource(here, "aws_route_table", "route-table", "rtb-1", nil)
	for name, from := range map[string]ec2types.Route{
		"local":              {DestinationCidrBlock: sdk.String("10.0.0.0/16"), GatewayId: sdk.String("local")},
		"propagated":         {DestinationCidrBlock: sdk.String("10.9.0.0/16"), GatewayId: sdk.String("vgw-1"), Origin: ec2types.RouteOriginEnableVgwRoutePropagation},
		"a gateway endpoint": {DestinationPrefixListId: sdk.String("pl-1"), GatewayId: sdk.String("vpce-1")},
	} {
		if got := route(here, table, &from); got != nil {
			t.Errorf("%s: %v", name, got.Attrs)
		}
	}
}

func TestDefaultGroupsAreNeighboursUntilSomebodyOpensThem(t *testing.T) {
	t.Parallel()
	own := ec2types.IpPermission{IpProtocol: sdk.String("-1"), UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: sdk.String("sg-1")}}}
	other := ec2types.IpPermission{IpProtocol: sdk.String("-1"), UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: sdk.String("sg-2")}}}
	world := ec2types.IpPermission{IpProtocol: sdk.String("-1"), IpRanges: []ec2types.IpRange{{CidrIp: sdk.String("0.0.0.0/0")}}}
	for _, c := range []struct {
		name    string
		in, out []ec2types.IpPermission
		want    bool
	}{
		{"default", []ec2types.IpPermission{own}, []ec2types.IpPermission{world}, true},
		{"default", nil, []ec2types.IpPermission{world}, true},
		{"default", []ec2types.IpPermission{own, world}, []ec2types.IpPermission{world}, false},
		{"default", []ec2types.IpPermission{other}, []ec2types.IpPermission{world}, false},
		{"web", []ec2types.IpPermission{own}, []ec2types.IpPermission{world}, false},
	} {
		if got := asMade(&ec2types.SecurityGroup{GroupName: &c.name, GroupId: sdk.String("sg-1"), IpPermissions: c.in, IpPermissionsEgress: c.out}); got != c.want {
			t.Errorf("%s with %d rules in: as AWS made it is %v", c.name, len(c.in), got)
		}
	}
}

func TestTargetsThatAServiceRegistersAreItsOwn(t *testing.T) {
	t.Parallel()
	group := func(id string) *graph.Resource { return here.Resource("aws_lb_target_group", id, id, id) }
	at := func(g *graph.Resource, id string) *graph.Resource {
		return target(here, g, &elbv2types.TargetDescription{Id: &id, AvailabilityZone: sdk.String("all")})
	}
	server, replaced := here.Resource("aws_instance", "arn:i-1", "i-1", "i-1"), neighbour(here.Resource("aws_instance", "arn:i-2", "i-2", "i-2"))
	service := here.Resource("aws_ecs_service", "arn:s", "arn:s", "s")
	service.Attrs["load_balancer"] = []any{map[string]any{"target_group_arn": "arn:served"}}
	web, served := group("arn:web"), group("arn:served")
	other := at(web, "i-2")
	other.Root = "aws:other"
	found := settleTargets([]*graph.Resource{server, replaced, service, web, served, at(web, "i-1"), at(web, "i-2"), at(served, "10.0.0.7"), other})
	var got []string
	for _, r := range ofType(scanners.Found{Resources: found}, "aws_lb_target_group_attachment") {
		got = append(got, r.Root+" "+r.Attrs["target_id"].(string))
		if r.Attrs["availability_zone"] != nil {
			t.Errorf("all zones is zone %v", r.Attrs["availability_zone"])
		}
	}
	if diff := cmp.Diff([]string{aws.Root(here.Account) + " i-1", "aws:other i-2"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestATemplateOfWhichAnOlderVersionIsInUseIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version string
		known   bool
	}{{"$Latest", true}, {"$Default", true}, {"5", true}, {"3", true}, {"4", false}} {
		template := launchTemplate(here, &ec2types.LaunchTemplate{LaunchTemplateId: sdk.String("lt-1"), LatestVersionNumber: sdk.Int64(5), DefaultVersionNumber: sdk.Int64(3)})
		addVersion(template, &ec2types.LaunchTemplateVersion{LaunchTemplateData: &ec2types.ResponseLaunchTemplateData{MetadataOptions: &ec2types.LaunchTemplateInstanceMetadataOptions{HttpTokens: ec2types.LaunchTemplateHttpTokensStateRequired}}})
		direct := autoscalingGroup(here, &autoscalingtypes.AutoScalingGroup{AutoScalingGroupName: sdk.String("web"), LaunchTemplate: &autoscalingtypes.LaunchTemplateSpecification{LaunchTemplateId: sdk.String("lt-1"), Version: &c.version}})
		mixed := autoscalingGroup(here, &autoscalingtypes.AutoScalingGroup{AutoScalingGroupName: sdk.String("mix"), MixedInstancesPolicy: &autoscalingtypes.MixedInstancesPolicy{LaunchTemplate: &autoscalingtypes.LaunchTemplate{
			LaunchTemplateSpecification: &autoscalingtypes.LaunchTemplateSpecification{LaunchTemplateId: sdk.String("lt-1"), Version: &c.version},
		}}})
		for _, group := range []*graph.Resource{direct, mixed} {
			copied := *template
			copied.Attrs, copied.Unknown = maps.Clone(template.Attrs), maps.Clone(template.Unknown)
			settleTemplates([]*graph.Resource{group, &copied})
			if _, known := copied.Attrs["metadata_options"]; known != c.known || known == (copied.Unknown["metadata_options"] != "") {
				t.Errorf("%s uses version %s: the metadata options are known is %v", group.Name, c.version, known)
			}
		}
	}
}
