package services

import (
	"archive/zip"
	"bytes"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	apigatewayv2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/scanners"
)

// network is a VPC with two subnets in two zones, made in an account of moto.
type network struct {
	ec2          *ec2.Client
	vpc, a, b    string
	group, image string
}

func newNetwork(t *testing.T, cfg sdk.Config) network {
	t.Helper()
	n := network{ec2: ec2.NewFromConfig(cfg)}
	vpc, err := n.ec2.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: sdk.String("10.1.0.0/16")})
	n.vpc = *must[*ec2.CreateVpcOutput](t)(vpc, err).Vpc.VpcId
	subnet := func(zone, cidr string) string {
		out, err := n.ec2.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: &n.vpc, CidrBlock: &cidr, AvailabilityZone: sdk.String(home + zone)})
		return *must[*ec2.CreateSubnetOutput](t)(out, err).Subnet.SubnetId
	}
	n.a, n.b = subnet("a", "10.1.1.0/24"), subnet("b", "10.1.2.0/24")
	group, err := n.ec2.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: sdk.String("web"), Description: sdk.String("web"), VpcId: &n.vpc})
	n.group = *must[*ec2.CreateSecurityGroupOutput](t)(group, err).GroupId
	images, err := n.ec2.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"amazon"}})
	n.image = *must[*ec2.DescribeImagesOutput](t)(images, err).Images[0].ImageId
	return n
}

// ofType lists the resources of a type that somebody made.
func ofType(found scanners.Found, typ string) []*graph.Resource {
	var out []*graph.Resource
	for _, r := range found.Resources {
		if r.Type == typ && !r.Data {
			out = append(out, r)
		}
	}
	return out
}

func TestNetworksAreReadWithoutWhatAWSMade(t *testing.T) {
	t.Parallel()
	const account = "310000000001"
	cfg := moto.Start(t).Config(t, account, home)
	n := newNetwork(t, cfg)
	gateway := must[*ec2.CreateInternetGatewayOutput](t)(n.ec2.CreateInternetGateway(t.Context(), &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	must[*ec2.AttachInternetGatewayOutput](t)(n.ec2.AttachInternetGateway(t.Context(), &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: &n.vpc}))
	table := must[*ec2.CreateRouteTableOutput](t)(n.ec2.CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: &n.vpc})).RouteTable.RouteTableId
	must[*ec2.CreateRouteOutput](t)(n.ec2.CreateRoute(t.Context(), &ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: sdk.String("0.0.0.0/0"), GatewayId: gateway}))
	joined := must[*ec2.AssociateRouteTableOutput](t)(n.ec2.AssociateRouteTable(t.Context(), &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: &n.a})).AssociationId
	address := must[*ec2.AllocateAddressOutput](t)(n.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc}))
	nat := must[*ec2.CreateNatGatewayOutput](t)(n.ec2.CreateNatGateway(t.Context(), &ec2.CreateNatGatewayInput{SubnetId: &n.a, AllocationId: address.AllocationId})).NatGateway
	gone := must[*ec2.CreateNatGatewayOutput](t)(n.ec2.CreateNatGateway(t.Context(), &ec2.CreateNatGatewayInput{SubnetId: &n.b, ConnectivityType: ec2types.ConnectivityTypePrivate})).NatGateway
	must[*ec2.DeleteNatGatewayOutput](t)(n.ec2.DeleteNatGateway(t.Context(), &ec2.DeleteNatGatewayInput{NatGatewayId: gone.NatGatewayId}))
	must[*ec2.AuthorizeSecurityGroupIngressOutput](t)(n.ec2.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &n.group, IpPermissions: []ec2types.IpPermission{{IpProtocol: sdk.String("tcp"), FromPort: sdk.Int32(22), ToPort: sdk.Int32(22), IpRanges: []ec2types.IpRange{{CidrIp: sdk.String("0.0.0.0/0")}}}},
	}))
	endpoint := must[*ec2.CreateVpcEndpointOutput](t)(n.ec2.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
		VpcId: &n.vpc, ServiceName: sdk.String("com.amazonaws." + home + ".s3"), VpcEndpointType: ec2types.VpcEndpointTypeGateway, RouteTableIds: []string{*table},
	})).VpcEndpoint.VpcEndpointId

	found := liveAccount(t, cfg, account, ec2Service())
	compare(t, found,
		want{address: "vpc/" + n.vpc, attrs: map[string]any{"cidr_block": "10.1.0.0/16", "default": false}},
		want{address: "subnet/" + n.a, attrs: map[string]any{"vpc_id": n.vpc, "availability_zone": home + "a", "map_public_ip_on_launch": false}},
		want{address: "route-table/" + *table, attrs: map[string]any{"vpc_id": n.vpc, "propagating_vgws": []any{}}},
		want{address: "route-table/" + *table + "#route/0.0.0.0/0", attrs: map[string]any{"gateway_id": *gateway, "nat_gateway_id": nil, "route_table_id": *table}},
		want{address: "aws_route_table_association/" + home + "/" + *joined, attrs: map[string]any{"subnet_id": n.a, "route_table_id": *table}},
		want{address: "natgateway/" + *nat.NatGatewayId, attrs: map[string]any{"subnet_id": n.a, "allocation_id": *address.AllocationId, "availability_mode": "zonal"}},
		want{address: "elastic-ip/" + *address.AllocationId, attrs: map[string]any{"domain": "vpc", "instance": nil, "allocation_id": *address.AllocationId}},
		want{address: "internet-gateway/" + *gateway, attrs: map[string]any{"vpc_id": n.vpc}},
		want{address: "vpc-endpoint/" + *endpoint, attrs: map[string]any{"service_name": "com.amazonaws." + home + ".s3", "route_table_ids": []any{*table}, "vpc_endpoint_type": "Gateway"}},
	)
	absent(t, found, "natgateway/"+*gone.NatGatewayId)
	if got := len(ofType(found, "aws_vpc")); got != 1 {
		t.Errorf("%d VPCs were made, want 1: nobody made the default one", got)
	}
	for _, typ := range []string{"aws_subnet", "aws_route_table", "aws_internet_gateway", "aws_security_group", "aws_network_acl"} {
		for _, r := range ofType(found, typ) {
			if r.Attrs["vpc_id"] != n.vpc {
				t.Errorf("%s is in the default VPC, which nobody uses, and is judged", r.Address)
			}
		}
	}
	var open []*graph.Resource
	for _, r := range ofType(found, "aws_vpc_security_group_ingress_rule") {
		if r.Attrs["security_group_id"] == n.group {
			open = append(open, r)
		}
	}
	if len(open) != 1 || open[0].Attrs["cidr_ipv4"] != "0.0.0.0/0" || open[0].Attrs["from_port"] != 22 || open[0].Attrs["ip_protocol"] != "tcp" || open[0].Of == "" {
		t.Errorf("the group's rules are %+v, want one that opens port 22, as a part of it", open)
	}
}

func TestServersAreJudgedWhereCodeDescribesThem(t *testing.T) {
	t.Parallel()
	const account = "310000000002"
	cfg := moto.Start(t).Config(t, account, home)
	n := newNetwork(t, cfg)
	groups, balancers := autoscaling.NewFromConfig(cfg), elb.NewFromConfig(cfg)
	must[*ec2.CreateLaunchTemplateOutput](t)(n.ec2.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: sdk.String("web"), LaunchTemplateData: &ec2types.RequestLaunchTemplateData{
			ImageId: &n.image, InstanceType: ec2types.InstanceTypeT3Micro, UserData: sdk.String("c2VjcmV0"),
			MetadataOptions: &ec2types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: ec2types.LaunchTemplateHttpTokensStateRequired},
		},
	}))
	target := must[*elb.CreateTargetGroupOutput](t)(balancers.CreateTargetGroup(t.Context(), &elb.CreateTargetGroupInput{
		Name: sdk.String("web"), Protocol: elbv2types.ProtocolEnumHttp, Port: sdk.Int32(8080), VpcId: &n.vpc, HealthCheckPath: sdk.String("/up"),
	})).TargetGroups[0].TargetGroupArn
	must[*autoscaling.CreateAutoScalingGroupOutput](t)(groups.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: sdk.String("web"), MinSize: sdk.Int32(2), MaxSize: sdk.Int32(4), VPCZoneIdentifier: sdk.String(n.a + "," + n.b), TargetGroupARNs: []string{*target},
		LaunchTemplate: &autoscalingtypes.LaunchTemplateSpecification{LaunchTemplateName: sdk.String("web"), Version: sdk.String("$Latest")},
		Tags:           []autoscalingtypes.Tag{{Key: sdk.String("Tier"), Value: sdk.String("web"), ResourceId: sdk.String("web"), ResourceType: sdk.String("auto-scaling-group"), PropagateAtLaunch: sdk.Bool(true)}},
	}))
	must[*autoscaling.PutScalingPolicyOutput](t)(groups.PutScalingPolicy(t.Context(), &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: sdk.String("web"), PolicyName: sdk.String("cpu"), PolicyType: sdk.String("TargetTrackingScaling"),
		TargetTrackingConfiguration: &autoscalingtypes.TargetTrackingConfiguration{
			TargetValue: sdk.Float64(50), PredefinedMetricSpecification: &autoscalingtypes.PredefinedMetricSpecification{PredefinedMetricType: autoscalingtypes.MetricTypeASGAverageCPUUtilization},
		},
	}))
	run := must[*ec2.RunInstancesOutput](t)(n.ec2.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: &n.image, InstanceType: ec2types.InstanceTypeT3Micro, MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1), SubnetId: &n.a, SecurityGroupIds: []string{n.group},
	}))
	server := run.Instances[0].InstanceId
	must[*elb.RegisterTargetsOutput](t)(balancers.RegisterTargets(t.Context(), &elb.RegisterTargetsInput{TargetGroupArn: target, Targets: []elbv2types.TargetDescription{{Id: server, Port: sdk.Int32(8080)}}}))
	disk := must[*ec2.CreateVolumeOutput](t)(n.ec2.CreateVolume(t.Context(), &ec2.CreateVolumeInput{AvailabilityZone: sdk.String(home + "a"), Size: sdk.Int32(10), Encrypted: sdk.Bool(true)})).VolumeId

	found := liveAccount(t, cfg, account, autoscalingService(), ec2Service(), elbv2Service())
	compare(t, found,
		want{address: "autoScalingGroupName/web", attrs: map[string]any{
			"min_size": 2, "max_size": 4, "vpc_zone_identifier": []any{n.a, n.b}, "target_group_arns": []any{*target}, "health_check_type": "EC2",
			"launch_configuration": nil, "tags": map[string]any{"Tier": "web"}, "mixed_instances_policy": []any{},
		}},
		want{address: "policyName/cpu", attrs: map[string]any{"autoscaling_group_name": "web", "policy_type": "TargetTrackingScaling", "enabled": true}},
		want{address: "instance/" + *server, attrs: map[string]any{"instance_type": "t3.micro", "subnet_id": n.a, "vpc_security_group_ids": []any{n.group}, "associate_public_ip_address": false, "launch_template": []any{}}},
		want{address: "volume/" + *disk, attrs: map[string]any{"size": 10, "encrypted": true, "availability_zone": home + "a"}},
		want{address: "target/" + *server, attrs: map[string]any{"target_group_arn": *target, "target_id": *server, "port": 8080}},
	)
	templates := ofType(found, "aws_launch_template")
	if len(templates) != 1 || templates[0].Attrs["user_data"] != (graph.Hidden{}) {
		t.Fatalf("the templates are %+v, want one whose user data is hidden", templates)
	}
	if options, _ := templates[0].Attrs["metadata_options"].([]any); len(options) != 1 || options[0].(map[string]any)["http_tokens"] != "required" {
		t.Errorf("the template's metadata options are %v", options)
	}
	for _, r := range ofType(found, "aws_instance") {
		root, _ := r.Attrs["root_block_device"].([]any)
		if len(root) != 1 || root[0].(map[string]any)["volume_size"] == nil || r.Unknown["root_block_device[0].volume_size"] != "" || r.Unknown["root_block_device[0].encrypted"] != "" {
			t.Errorf("the root disk of %s is %v, and its volume was read", r.Name, root)
		}
	}
	for typ, want := range map[string]int{"aws_instance": 1, "aws_ebs_volume": 1, "aws_lb_target_group_attachment": 1} {
		if got := len(ofType(found, typ)); got != want {
			t.Errorf("%d of %s are judged, want %d: the group's own are described by it", got, typ, want)
		}
	}
}

func TestVersionsOfATemplateThatDisagreeAreNotKnown(t *testing.T) {
	t.Parallel()
	const account = "310000000003"
	cfg := moto.Start(t).Config(t, account, home)
	client := ec2.NewFromConfig(cfg)
	data := func(tokens ec2types.LaunchTemplateHttpTokensState) *ec2types.RequestLaunchTemplateData {
		return &ec2types.RequestLaunchTemplateData{InstanceType: ec2types.InstanceTypeT3Micro, MetadataOptions: &ec2types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: tokens}}
	}
	made := must[*ec2.CreateLaunchTemplateOutput](t)(client.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{LaunchTemplateName: sdk.String("web"), LaunchTemplateData: data(ec2types.LaunchTemplateHttpTokensStateOptional)}))
	must[*ec2.CreateLaunchTemplateVersionOutput](t)(client.CreateLaunchTemplateVersion(t.Context(), &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateName: sdk.String("web"), LaunchTemplateData: data(ec2types.LaunchTemplateHttpTokensStateRequired),
	}))
	found := liveAccount(t, cfg, account, ec2Service())
	compare(t, found, want{
		address: "launch-template/" + *made.LaunchTemplate.LaunchTemplateId, unknown: []string{"metadata_options"},
		attrs: map[string]any{"instance_type": "t3.micro", "default_version": 1, "latest_version": 2},
	})
}

func TestLoadBalancersAreRead(t *testing.T) {
	t.Parallel()
	const account = "310000000004"
	cfg := moto.Start(t).Config(t, account, home)
	n := newNetwork(t, cfg)
	client := elb.NewFromConfig(cfg)
	lb := must[*elb.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(t.Context(), &elb.CreateLoadBalancerInput{
		Name: sdk.String("web"), Subnets: []string{n.a, n.b}, SecurityGroups: []string{n.group}, Tags: []elbv2types.Tag{{Key: sdk.String("Stage"), Value: sdk.String("prod")}},
	})).LoadBalancers[0].LoadBalancerArn
	must[*elb.ModifyLoadBalancerAttributesOutput](t)(client.ModifyLoadBalancerAttributes(t.Context(), &elb.ModifyLoadBalancerAttributesInput{LoadBalancerArn: lb, Attributes: []elbv2types.LoadBalancerAttribute{
		{Key: sdk.String("deletion_protection.enabled"), Value: sdk.String("true")}, {Key: sdk.String("access_logs.s3.enabled"), Value: sdk.String("true")}, {Key: sdk.String("access_logs.s3.bucket"), Value: sdk.String("logs")},
	}}))
	target := must[*elb.CreateTargetGroupOutput](t)(client.CreateTargetGroup(t.Context(), &elb.CreateTargetGroupInput{
		Name: sdk.String("web"), Protocol: elbv2types.ProtocolEnumHttp, Port: sdk.Int32(8080), VpcId: &n.vpc, HealthCheckPath: sdk.String("/up"),
	})).TargetGroups[0].TargetGroupArn
	forward := []elbv2types.Action{{Type: elbv2types.ActionTypeEnumForward, TargetGroupArn: target}}
	plain := must[*elb.CreateListenerOutput](t)(client.CreateListener(t.Context(), &elb.CreateListenerInput{
		LoadBalancerArn: lb, Protocol: elbv2types.ProtocolEnumHttp, Port: sdk.Int32(80), DefaultActions: []elbv2types.Action{{
			Type: elbv2types.ActionTypeEnumRedirect, RedirectConfig: &elbv2types.RedirectActionConfig{Protocol: sdk.String("HTTPS"), Port: sdk.String("443"), StatusCode: elbv2types.RedirectActionStatusCodeEnumHttp301},
		}},
	})).Listeners[0].ListenerArn
	rule := must[*elb.CreateRuleOutput](t)(client.CreateRule(t.Context(), &elb.CreateRuleInput{
		ListenerArn: plain, Priority: sdk.Int32(10), Actions: forward, Conditions: []elbv2types.RuleCondition{{Field: sdk.String("path-pattern"), PathPatternConfig: &elbv2types.PathPatternConditionConfig{Values: []string{"/api/*"}}}},
	})).Rules[0].RuleArn
	classic := elasticloadbalancing.NewFromConfig(cfg)
	must[*elasticloadbalancing.CreateLoadBalancerOutput](t)(classic.CreateLoadBalancer(t.Context(), &elasticloadbalancing.CreateLoadBalancerInput{
		LoadBalancerName: sdk.String("old"), Subnets: []string{n.a}, Listeners: []elbtypes.Listener{{Protocol: sdk.String("HTTP"), LoadBalancerPort: 80, InstancePort: sdk.Int32(8080), InstanceProtocol: sdk.String("HTTP")}},
	}))

	found := liveAccount(t, cfg, account, elbService(), elbv2Service())
	compare(t, found,
		want{address: *lb, attrs: map[string]any{
			"name": "web", "internal": false, "load_balancer_type": "application", "subnets": []any{n.a, n.b}, "security_groups": []any{n.group}, "tags": map[string]any{"Stage": "prod"},
			"enable_deletion_protection": "true", "access_logs": []any{map[string]any{"enabled": true, "bucket": "logs", "prefix": nil}},
		}},
		want{address: *plain, attrs: map[string]any{"port": 80, "protocol": "HTTP", "load_balancer_arn": *lb, "certificate_arn": nil}},
		want{address: *rule, attrs: map[string]any{"listener_arn": *plain, "priority": "10"}},
		want{address: *target, attrs: map[string]any{"port": 8080, "protocol": "HTTP", "target_type": "instance", "vpc_id": n.vpc}},
		want{address: "loadbalancer/old", attrs: map[string]any{"subnets": []any{n.a}, "internal": false, "listener": []any{map[string]any{
			"instance_port": 8080, "instance_protocol": "HTTP", "lb_port": 80, "lb_protocol": "HTTP", "ssl_certificate_id": nil,
		}}}},
	)
	if got := len(ofType(found, "aws_lb_listener_rule")); got != 1 {
		t.Errorf("%d rules were read, want 1: the default rule is the listener's default action", got)
	}
}

func TestContainersAndClustersAreRead(t *testing.T) {
	t.Parallel()
	const account = "310000000005"
	cfg := moto.Start(t).Config(t, account, home)
	n := newNetwork(t, cfg)
	role := "arn:aws:iam::" + account + ":role/r"
	registry := ecr.NewFromConfig(cfg)
	for _, name := range []string{"front", "back"} {
		must[*ecr.CreateRepositoryOutput](t)(registry.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{
			RepositoryName: &name, ImageTagMutability: ecrtypes.ImageTagMutabilityImmutable, Tags: []ecrtypes.Tag{{Key: sdk.String("Stage"), Value: sdk.String("prod")}},
		}))
	}
	must[*ecr.PutLifecyclePolicyOutput](t)(registry.PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{
		RepositoryName: sdk.String("front"), LifecyclePolicyText: sdk.String(`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":10},"action":{"type":"expire"}}]}`),
	}))
	containers := ecs.NewFromConfig(cfg)
	cluster := must[*ecs.CreateClusterOutput](t)(containers.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: sdk.String("jobs")})).Cluster.ClusterArn
	must[*ecs.RegisterTaskDefinitionOutput](t)(containers.RegisterTaskDefinition(t.Context(), &ecs.RegisterTaskDefinitionInput{
		Family: sdk.String("worker"), NetworkMode: ecstypes.NetworkModeAwsvpc, Cpu: sdk.String("256"), Memory: sdk.String("512"), RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: sdk.String("worker"), Image: sdk.String("worker:1"), Environment: []ecstypes.KeyValuePair{{Name: sdk.String("KEY"), Value: sdk.String("secret")}}}},
	}))
	service := must[*ecs.CreateServiceOutput](t)(containers.CreateService(t.Context(), &ecs.CreateServiceInput{
		Cluster: sdk.String("jobs"), ServiceName: sdk.String("worker"), TaskDefinition: sdk.String("worker"), DesiredCount: sdk.Int32(2), LaunchType: ecstypes.LaunchTypeFargate,
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{n.a, n.b}, SecurityGroups: []string{n.group}}},
	})).Service
	scaling, scaled := applicationautoscaling.NewFromConfig(cfg), sdk.String("service/jobs/worker")
	must[*applicationautoscaling.RegisterScalableTargetOutput](t)(scaling.RegisterScalableTarget(t.Context(), &applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: scaled, ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount, MinCapacity: sdk.Int32(2), MaxCapacity: sdk.Int32(6),
	}))
	rule := must[*applicationautoscaling.PutScalingPolicyOutput](t)(scaling.PutScalingPolicy(t.Context(), &applicationautoscaling.PutScalingPolicyInput{
		PolicyName: sdk.String("cpu"), ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: scaled, ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount, PolicyType: scalingtypes.PolicyTypeTargetTrackingScaling,
		TargetTrackingScalingPolicyConfiguration: &scalingtypes.TargetTrackingScalingPolicyConfiguration{TargetValue: sdk.Float64(60)},
	})).PolicyARN
	kubernetes := eks.NewFromConfig(cfg)
	must[*eks.CreateClusterOutput](t)(kubernetes.CreateCluster(t.Context(), &eks.CreateClusterInput{
		Name: sdk.String("k"), Version: sdk.String("1.33"), RoleArn: &role, ResourcesVpcConfig: &ekstypes.VpcConfigRequest{SubnetIds: []string{n.a, n.b}, EndpointPrivateAccess: sdk.Bool(true), EndpointPublicAccess: sdk.Bool(false)},
		Logging: &ekstypes.Logging{ClusterLogging: []ekstypes.LogSetup{{Enabled: sdk.Bool(true), Types: []ekstypes.LogType{ekstypes.LogTypeAudit}}, {Enabled: sdk.Bool(false), Types: []ekstypes.LogType{ekstypes.LogTypeApi}}}},
	}))
	must[*eks.CreateNodegroupOutput](t)(kubernetes.CreateNodegroup(t.Context(), &eks.CreateNodegroupInput{
		ClusterName: sdk.String("k"), NodegroupName: sdk.String("workers"), Subnets: []string{n.a, n.b}, NodeRole: &role,
		ScalingConfig: &ekstypes.NodegroupScalingConfig{MinSize: sdk.Int32(2), MaxSize: sdk.Int32(6), DesiredSize: sdk.Int32(2)},
	}))

	found := liveAccount(t, cfg, account, appAutoscalingService(), ecrService(), ecsService(), eksService())
	targets := ofType(found, "aws_appautoscaling_target")
	if len(targets) != 1 || targets[0].Attrs["min_capacity"] != 2 || targets[0].Attrs["resource_id"] != "service/jobs/worker" {
		t.Errorf("the targets of scaling are %+v, want the service", targets)
	}
	compare(t, found,
		want{address: "repository/front", attrs: map[string]any{"name": "front", "image_tag_mutability": "IMMUTABLE", "tags": map[string]any{"Stage": "prod"}}},
		want{address: "repository/front#lifecycle_policy", attrs: map[string]any{"repository": "front"}},
		want{address: *cluster, attrs: map[string]any{"name": "jobs"}},
		want{address: *service.ServiceArn, attrs: map[string]any{
			"name": "worker", "cluster": *cluster, "desired_count": 2, "launch_type": "FARGATE", "scheduling_strategy": "REPLICA", "task_definition": *service.TaskDefinition,
			"network_configuration": []any{map[string]any{"subnets": []any{n.a, n.b}, "security_groups": []any{n.group}, "assign_public_ip": false}},
		}},
		want{address: *service.TaskDefinition, attrs: map[string]any{"family": "worker", "cpu": "256", "container_definitions": graph.Hidden{}}},
		want{address: *rule, attrs: map[string]any{"name": "cpu", "policy_type": "TargetTrackingScaling", "service_namespace": "ecs", "step_scaling_policy_configuration": []any{}}},
		want{address: "cluster/k", attrs: map[string]any{"version": "1.33", "enabled_cluster_log_types": []any{"audit"}, "encryption_config": []any{}}},
	)
	absent(t, found, "repository/back#lifecycle_policy", "repository/front#policy")
	groups := ofType(found, "aws_eks_node_group")
	if len(groups) != 1 || groups[0].Attrs["cluster_name"] != "k" || groups[0].Attrs["scaling_config"].([]any)[0].(map[string]any)["min_size"] != 2 {
		t.Errorf("the node groups are %+v", groups)
	}
}

func TestFunctionsAndAPIsAreRead(t *testing.T) {
	t.Parallel()
	const account = "310000000006"
	cfg := moto.Start(t).Config(t, account, home)
	n := newNetwork(t, cfg)
	roleOf(t, cfg, "r")
	client := lambda.NewFromConfig(cfg)
	arn := must[*lambda.CreateFunctionOutput](t)(client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: sdk.String("thumb"), Runtime: lambdatypes.RuntimePython312, Role: sdk.String("arn:aws:iam::" + account + ":role/r"), Handler: sdk.String("i.h"), Code: &lambdatypes.FunctionCode{ZipFile: archive(t)},
		VpcConfig:   &lambdatypes.VpcConfig{SubnetIds: []string{n.a, n.b}, SecurityGroupIds: []string{n.group}},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"KEY": "secret"}}, Tags: map[string]string{"Stage": "prod"},
	})).FunctionArn
	must[*lambda.AddPermissionOutput](t)(client.AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: sdk.String("thumb"), StatementId: sdk.String("s3"), Action: sdk.String("lambda:InvokeFunction"), Principal: sdk.String("s3.amazonaws.com"), SourceArn: sdk.String("arn:aws:s3:::images"),
	}))
	rest := apigateway.NewFromConfig(cfg)
	api := must[*apigateway.CreateRestApiOutput](t)(rest.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: sdk.String("shop")}))
	must[*apigateway.PutMethodOutput](t)(rest.PutMethod(t.Context(), &apigateway.PutMethodInput{RestApiId: api.Id, ResourceId: api.RootResourceId, HttpMethod: sdk.String("GET"), AuthorizationType: sdk.String("NONE")}))
	newer := apigatewayv2.NewFromConfig(cfg)
	second := must[*apigatewayv2.CreateApiOutput](t)(newer.CreateApi(t.Context(), &apigatewayv2.CreateApiInput{Name: sdk.String("shop2"), ProtocolType: apigatewayv2types.ProtocolTypeHttp}))

	found := liveAccount(t, cfg, account, apigatewayService(), apigatewayv2Service(), lambdaService())
	compare(t, found,
		want{address: *arn, attrs: map[string]any{
			"function_name": "thumb", "runtime": "python3.12", "vpc_config": []any{map[string]any{"subnet_ids": []any{n.a, n.b}, "security_group_ids": []any{n.group}}},
			"environment":                    []any{map[string]any{"variables": graph.Hidden{}}},
			"reserved_concurrent_executions": -1, "tags": map[string]any{"Stage": "prod"},
		}},
		want{address: *arn + "#permission/s3", attrs: map[string]any{"function_name": "thumb", "principal": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::images", "source_account": nil}},
		want{address: "restapis/" + *api.Id, attrs: map[string]any{"name": "shop", "root_resource_id": *api.RootResourceId, "policy": nil}},
		want{address: "restapis/" + *api.Id + "#method/" + *api.RootResourceId + "/GET", attrs: map[string]any{"authorization": "NONE", "http_method": "GET"}},
		want{address: "apis/" + *second.ApiId, attrs: map[string]any{"name": "shop2", "protocol_type": "HTTP", "cors_configuration": []any{}}},
	)
}

// archive is the smallest code of a function.
func archive(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("i.py")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("def h(e, c):\n    return 1\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// roleOf makes a role that a service may take.
func roleOf(t *testing.T, cfg sdk.Config, name string) {
	t.Helper()
	must[*iam.CreateRoleOutput](t)(iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: sdk.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	}))
}

func TestTransitGatewaysAndVPNsAreRead(t *testing.T) {
	t.Parallel()
	const account = "310000000007"
	cfg := moto.Start(t).Config(t, account, home)
	n := newNetwork(t, cfg)
	gateway := must[*ec2.CreateTransitGatewayOutput](t)(n.ec2.CreateTransitGateway(t.Context(), &ec2.CreateTransitGatewayInput{})).TransitGateway.TransitGatewayId
	joined := must[*ec2.CreateTransitGatewayVpcAttachmentOutput](t)(n.ec2.CreateTransitGatewayVpcAttachment(t.Context(), &ec2.CreateTransitGatewayVpcAttachmentInput{
		TransitGatewayId: gateway, VpcId: &n.vpc, SubnetIds: []string{n.a, n.b},
	})).TransitGatewayVpcAttachment.TransitGatewayAttachmentId
	table := must[*ec2.CreateTransitGatewayRouteTableOutput](t)(n.ec2.CreateTransitGatewayRouteTable(t.Context(), &ec2.CreateTransitGatewayRouteTableInput{TransitGatewayId: gateway})).TransitGatewayRouteTable.TransitGatewayRouteTableId
	must[*ec2.CreateTransitGatewayRouteOutput](t)(n.ec2.CreateTransitGatewayRoute(t.Context(), &ec2.CreateTransitGatewayRouteInput{
		TransitGatewayRouteTableId: table, DestinationCidrBlock: sdk.String("0.0.0.0/0"), TransitGatewayAttachmentId: joined,
	}))
	office := must[*ec2.CreateCustomerGatewayOutput](t)(n.ec2.CreateCustomerGateway(t.Context(), &ec2.CreateCustomerGatewayInput{Type: ec2types.GatewayTypeIpsec1, IpAddress: sdk.String("198.51.100.1"), BgpAsn: sdk.Int32(65000)})).CustomerGateway.CustomerGatewayId
	vpn := must[*ec2.CreateVpnConnectionOutput](t)(n.ec2.CreateVpnConnection(t.Context(), &ec2.CreateVpnConnectionInput{Type: sdk.String("ipsec.1"), CustomerGatewayId: office, TransitGatewayId: gateway})).VpnConnection.VpnConnectionId
	found := liveAccount(t, cfg, account, ec2Service())
	compare(t, found,
		want{address: "transit-gateway/" + *gateway, attrs: map[string]any{"dns_support": "enable"}},
		want{address: "transit-gateway-attachment/" + *joined, attrs: map[string]any{"transit_gateway_id": *gateway, "vpc_id": n.vpc, "subnet_ids": []any{n.a, n.b}}},
		want{address: "transit-gateway-route-table/" + *table + "#route/0.0.0.0/0", attrs: map[string]any{"transit_gateway_route_table_id": *table, "blackhole": false}, unknown: []string{"transit_gateway_attachment_id"}},
		want{address: "vpn-connection/" + *vpn, attrs: map[string]any{"customer_gateway_id": *office, "transit_gateway_id": *gateway, "vpn_gateway_id": nil}},
	)
}
