package dialects

import (
	"context"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// must makes seeding short.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// seeder makes testdata/story in an account, as an apply of it would.
type seeder struct {
	t                   *testing.T
	ctx                 context.Context
	cfg                 sdk.Config
	account             string
	ec2                 *ec2.Client
	vpc                 string
	public, private     []string // subnets by zone
	lb, app, db, target string
}

func seed(t *testing.T, cfg sdk.Config, account string) {
	s := &seeder{t: t, ctx: t.Context(), cfg: cfg, account: account, ec2: ec2.NewFromConfig(cfg)}
	s.network()
	s.groups()
	s.balancer()
	s.servers()
	s.databases()
	s.stores()
}

var zones = []string{"a", "b"}

func named(kind ec2types.ResourceType, name string) []ec2types.TagSpecification {
	return []ec2types.TagSpecification{{ResourceType: kind, Tags: []ec2types.Tag{{Key: sdk.String("Name"), Value: &name}}}}
}

func (s *seeder) network() {
	vpc, err := s.ec2.CreateVpc(s.ctx, &ec2.CreateVpcInput{CidrBlock: sdk.String("10.20.0.0/16"), TagSpecifications: named(ec2types.ResourceTypeVpc, "shop")})
	s.vpc = *must(s.t, vpc, err).Vpc.VpcId
	igw, err := s.ec2.CreateInternetGateway(s.ctx, &ec2.CreateInternetGatewayInput{TagSpecifications: named(ec2types.ResourceTypeInternetGateway, "shop")})
	gateway := must(s.t, igw, err).InternetGateway.InternetGatewayId
	_, err = s.ec2.AttachInternetGateway(s.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: &s.vpc})
	must(s.t, 0, err)
	for i, zone := range zones {
		s.public = append(s.public, s.subnet("public-"+zone, zone, []string{"10.20.0.0/24", "10.20.1.0/24"}[i]))
		s.private = append(s.private, s.subnet("private-"+zone, zone, []string{"10.20.10.0/24", "10.20.11.0/24"}[i]))
	}
	s.table("public", &ec2.CreateRouteInput{GatewayId: gateway}, s.public...)
	address, err := s.ec2.AllocateAddress(s.ctx, &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc, TagSpecifications: named(ec2types.ResourceTypeElasticIp, "nat")})
	nat, err2 := s.ec2.CreateNatGateway(s.ctx, &ec2.CreateNatGatewayInput{SubnetId: &s.public[0], AllocationId: must(s.t, address, err).AllocationId, TagSpecifications: named(ec2types.ResourceTypeNatgateway, "shop")})
	out := must(s.t, nat, err2).NatGateway.NatGatewayId
	first := s.table("private-a", &ec2.CreateRouteInput{NatGatewayId: out}, s.private[0])
	s.table("private-b", &ec2.CreateRouteInput{NatGatewayId: out}, s.private[1])
	_, err = s.ec2.CreateVpcEndpoint(s.ctx, &ec2.CreateVpcEndpointInput{
		VpcId: &s.vpc, ServiceName: sdk.String("com.amazonaws.eu-west-1.s3"), VpcEndpointType: ec2types.VpcEndpointTypeGateway, PrivateDnsEnabled: sdk.Bool(false), RouteTableIds: []string{first},
		TagSpecifications: named(ec2types.ResourceTypeVpcEndpoint, "s3"),
	})
	must(s.t, 0, err)
}

func (s *seeder) subnet(name, zone, cidr string) string {
	out, err := s.ec2.CreateSubnet(s.ctx, &ec2.CreateSubnetInput{
		VpcId: &s.vpc, CidrBlock: &cidr, AvailabilityZone: sdk.String("eu-west-1" + zone), TagSpecifications: named(ec2types.ResourceTypeSubnet, name),
	})
	return *must(s.t, out, err).Subnet.SubnetId
}

func (s *seeder) table(name string, route *ec2.CreateRouteInput, subnets ...string) string {
	out, err := s.ec2.CreateRouteTable(s.ctx, &ec2.CreateRouteTableInput{VpcId: &s.vpc, TagSpecifications: named(ec2types.ResourceTypeRouteTable, name)})
	table := must(s.t, out, err).RouteTable.RouteTableId
	route.RouteTableId, route.DestinationCidrBlock = table, sdk.String("0.0.0.0/0")
	_, err = s.ec2.CreateRoute(s.ctx, route)
	must(s.t, 0, err)
	for _, subnet := range subnets {
		_, err := s.ec2.AssociateRouteTable(s.ctx, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: &subnet})
		must(s.t, 0, err)
	}
	return *table
}

func (s *seeder) groups() {
	s.lb = s.group("lb", "load balancer", port(443, "", "0.0.0.0/0"))
	s.app = s.group("app", "servers", port(8080, s.lb, ""), port(22, "", "0.0.0.0/0"))
	s.group("admin", "from the offices", port(443, "", "10.30.0.0/24"), port(443, "", "10.31.0.0/24"))
	s.db = s.group("db", "databases", port(5432, s.app, ""))
}

// port is one rule: a port that is open to a group or a range.
func port(n int32, group, cidr string) ec2types.IpPermission {
	p := ec2types.IpPermission{IpProtocol: sdk.String("tcp"), FromPort: &n, ToPort: &n}
	if group != "" {
		p.UserIdGroupPairs = []ec2types.UserIdGroupPair{{GroupId: &group}}
	} else {
		p.IpRanges = []ec2types.IpRange{{CidrIp: &cidr}}
	}
	return p
}

func (s *seeder) group(name, description string, rules ...ec2types.IpPermission) string {
	out, err := s.ec2.CreateSecurityGroup(s.ctx, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: &description, VpcId: &s.vpc, TagSpecifications: named(ec2types.ResourceTypeSecurityGroup, name),
	})
	id := must(s.t, out, err).GroupId
	_, err = s.ec2.AuthorizeSecurityGroupIngress(s.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: id, IpPermissions: rules})
	must(s.t, 0, err)
	return *id
}

func (s *seeder) balancer() {
	client := elb.NewFromConfig(s.cfg)
	lb, err := client.CreateLoadBalancer(s.ctx, &elb.CreateLoadBalancerInput{Name: sdk.String("shop-web"), Subnets: s.public, SecurityGroups: []string{s.lb}})
	balancer := must(s.t, lb, err).LoadBalancers[0].LoadBalancerArn
	group, err := client.CreateTargetGroup(s.ctx, &elb.CreateTargetGroupInput{
		Name: sdk.String("shop-web"), Protocol: elbtypes.ProtocolEnumHttp, Port: sdk.Int32(8080), VpcId: &s.vpc, HealthCheckPath: sdk.String("/up"),
		HealthyThresholdCount: sdk.Int32(3), UnhealthyThresholdCount: sdk.Int32(3), Matcher: &elbtypes.Matcher{HttpCode: sdk.String("200")},
	})
	s.target = *must(s.t, group, err).TargetGroups[0].TargetGroupArn
	certificate, err := acm.NewFromConfig(s.cfg).RequestCertificate(s.ctx, &acm.RequestCertificateInput{DomainName: sdk.String("*.shop.example"), ValidationMethod: acmtypes.ValidationMethodDns})
	forward := []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: &s.target}}
	_, err2 := client.CreateListener(s.ctx, &elb.CreateListenerInput{
		LoadBalancerArn: balancer, Protocol: elbtypes.ProtocolEnumHttps, Port: sdk.Int32(443), SslPolicy: sdk.String("ELBSecurityPolicy-TLS13-1-2-2021-06"),
		Certificates: []elbtypes.Certificate{{CertificateArn: must(s.t, certificate, err).CertificateArn}}, DefaultActions: forward,
	})
	must(s.t, 0, err2)
	_, err = client.CreateListener(s.ctx, &elb.CreateListenerInput{LoadBalancerArn: balancer, Protocol: elbtypes.ProtocolEnumHttp, Port: sdk.Int32(80), DefaultActions: forward})
	must(s.t, 0, err)
}

func (s *seeder) servers() {
	template, err2 := s.ec2.CreateLaunchTemplate(s.ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: sdk.String("shop-web"), LaunchTemplateData: &ec2types.RequestLaunchTemplateData{
			ImageId: sdk.String("ami-12345678"), InstanceType: ec2types.InstanceTypeM6iLarge, SecurityGroupIds: []string{s.app},
			MetadataOptions: &ec2types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: ec2types.LaunchTemplateHttpTokensStateRequired},
		},
	})
	client, group := autoscaling.NewFromConfig(s.cfg), sdk.String("shop-web")
	_, err := client.CreateAutoScalingGroup(s.ctx, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: group, MinSize: sdk.Int32(2), MaxSize: sdk.Int32(6), VPCZoneIdentifier: sdk.String(s.private[0] + "," + s.private[1]),
		TargetGroupARNs: []string{s.target}, HealthCheckType: sdk.String("EC2"), HealthCheckGracePeriod: sdk.Int32(120),
		LaunchTemplate: &autoscalingtypes.LaunchTemplateSpecification{LaunchTemplateId: must(s.t, template, err2).LaunchTemplate.LaunchTemplateId, Version: sdk.String("$Latest")},
		Tags:           []autoscalingtypes.Tag{{Key: sdk.String("Name"), Value: group, ResourceId: group, ResourceType: sdk.String("auto-scaling-group"), PropagateAtLaunch: sdk.Bool(true)}},
	})
	must(s.t, 0, err)
	_, err = client.PutScalingPolicy(s.ctx, &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: group, PolicyName: sdk.String("cpu"), PolicyType: sdk.String("TargetTrackingScaling"), TargetTrackingConfiguration: &autoscalingtypes.TargetTrackingConfiguration{
			TargetValue: sdk.Float64(50), PredefinedMetricSpecification: &autoscalingtypes.PredefinedMetricSpecification{PredefinedMetricType: autoscalingtypes.MetricTypeASGAverageCPUUtilization},
		},
	})
	must(s.t, 0, err)
}

func (s *seeder) databases() {
	client, caches, name := rds.NewFromConfig(s.cfg), elasticache.NewFromConfig(s.cfg), sdk.String("shop")
	_, err := client.CreateDBSubnetGroup(s.ctx, &rds.CreateDBSubnetGroupInput{DBSubnetGroupName: name, DBSubnetGroupDescription: name, SubnetIds: s.private})
	must(s.t, 0, err)
	_, err = client.CreateDBInstance(s.ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: name, Engine: sdk.String("postgres"), EngineVersion: sdk.String("16.4"), DBInstanceClass: sdk.String("db.m6i.large"), AllocatedStorage: sdk.Int32(100),
		StorageType: sdk.String("gp3"), StorageEncrypted: sdk.Bool(true), DBSubnetGroupName: name, VpcSecurityGroupIds: []string{s.db}, MasterUsername: name, MasterUserPassword: sdk.String("not-a-secret"),
		MultiAZ: sdk.Bool(false), PreferredMaintenanceWindow: sdk.String("sun:03:00-sun:04:00"), PreferredBackupWindow: sdk.String("01:00-02:00"),
		PubliclyAccessible: sdk.Bool(false), BackupRetentionPeriod: sdk.Int32(3), DeletionProtection: sdk.Bool(true), AvailabilityZone: sdk.String("eu-west-1a"),
	})
	must(s.t, 0, err)
	_, err = caches.CreateCacheSubnetGroup(s.ctx, &elasticache.CreateCacheSubnetGroupInput{CacheSubnetGroupName: name, CacheSubnetGroupDescription: name, SubnetIds: s.private})
	must(s.t, 0, err)
	_, err = caches.CreateReplicationGroup(s.ctx, &elasticache.CreateReplicationGroupInput{
		ReplicationGroupId: sdk.String("shop-sessions"), ReplicationGroupDescription: sdk.String("web sessions"), Engine: sdk.String("redis"), CacheNodeType: sdk.String("cache.t4g.small"),
		NumCacheClusters: sdk.Int32(2), AutomaticFailoverEnabled: sdk.Bool(true), MultiAZEnabled: sdk.Bool(true), SnapshotRetentionLimit: sdk.Int32(0),
		AtRestEncryptionEnabled: sdk.Bool(true), TransitEncryptionEnabled: sdk.Bool(true), CacheSubnetGroupName: name,
	})
	must(s.t, 0, err)
}

func (s *seeder) stores() {
	buckets, bucket := s3.NewFromConfig(s.cfg, func(o *s3.Options) { o.UsePathStyle = true }), sdk.String("shop-images")
	_, err := buckets.CreateBucket(s.ctx, &s3.CreateBucketInput{Bucket: bucket, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"}})
	must(s.t, 0, err)
	yes := sdk.Bool(true)
	_, err = buckets.PutPublicAccessBlock(s.ctx, &s3.PutPublicAccessBlockInput{Bucket: bucket, PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{
		BlockPublicAcls: yes, BlockPublicPolicy: yes, IgnorePublicAcls: yes, RestrictPublicBuckets: yes,
	}})
	must(s.t, 0, err)
	_, err = buckets.PutBucketVersioning(s.ctx, &s3.PutBucketVersioningInput{Bucket: bucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}})
	must(s.t, 0, err)
	tables, carts := dynamodb.NewFromConfig(s.cfg), sdk.String("carts")
	_, err = tables.CreateTable(s.ctx, &dynamodb.CreateTableInput{
		TableName: carts, BillingMode: dynamodbtypes.BillingModePayPerRequest, KeySchema: []dynamodbtypes.KeySchemaElement{{AttributeName: sdk.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: sdk.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
	})
	must(s.t, 0, err)
	_, err = tables.UpdateContinuousBackups(s.ctx, &dynamodb.UpdateContinuousBackupsInput{TableName: carts, PointInTimeRecoverySpecification: &dynamodbtypes.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: yes}})
	must(s.t, 0, err)
	s.queues()
	_, err = ecr.NewFromConfig(s.cfg).CreateRepository(s.ctx, &ecr.CreateRepositoryInput{RepositoryName: sdk.String("web"), ImageScanningConfiguration: &ecrtypes.ImageScanningConfiguration{ScanOnPush: true}})
	must(s.t, 0, err)
	logs, group := cloudwatchlogs.NewFromConfig(s.cfg), sdk.String("/shop/web")
	_, err = logs.CreateLogGroup(s.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: group})
	must(s.t, 0, err)
	_, err = logs.PutRetentionPolicy(s.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: group, RetentionInDays: sdk.Int32(30)})
	must(s.t, 0, err)
}

func (s *seeder) queues() {
	client := sqs.NewFromConfig(s.cfg)
	_, err := client.CreateQueue(s.ctx, &sqs.CreateQueueInput{QueueName: sdk.String("mail-dead"), Attributes: map[string]string{"MaximumMessageSize": "262144"}})
	must(s.t, 0, err)
	_, err = client.CreateQueue(s.ctx, &sqs.CreateQueueInput{QueueName: sdk.String("mail"), Attributes: map[string]string{
		"MaximumMessageSize": "262144",
		"RedrivePolicy":      `{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:` + s.account + `:mail-dead","maxReceiveCount":5}`,
	}})
	must(s.t, 0, err)
}
