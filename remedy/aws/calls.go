package aws

import (
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
)

func acmOperations() map[string]operation {
	client := func(c connection) *acm.Client { return acm.NewFromConfig(c.cfg) }
	return map[string]operation{
		"acm:DescribeCertificate": reading(client, (*acm.Client).DescribeCertificate, on("acm:DescribeCertificate", "{CertificateArn}")),
		"acm:ListCertificates":    reading(client, (*acm.Client).ListCertificates, on("acm:ListCertificates", "*")),
		"acm:DeleteCertificate":   writing(client, (*acm.Client).DeleteCertificate, on("acm:DeleteCertificate", regional("acm", "certificate/*"))),
		"acm:RequestCertificate":  writing(client, (*acm.Client).RequestCertificate, on("acm:RequestCertificate", "*")),
	}
}

func applicationAutoscalingOperations() map[string]operation {
	client := func(c connection) *applicationautoscaling.Client { return applicationautoscaling.NewFromConfig(c.cfg) }
	return map[string]operation{
		"application-autoscaling:DescribeScalableTargets":  reading(client, (*applicationautoscaling.Client).DescribeScalableTargets, on("application-autoscaling:DescribeScalableTargets", "*")),
		"application-autoscaling:DescribeScalingPolicies":  reading(client, (*applicationautoscaling.Client).DescribeScalingPolicies, on("application-autoscaling:DescribeScalingPolicies", "*")),
		"application-autoscaling:DeleteScalingPolicy":      writing(client, (*applicationautoscaling.Client).DeleteScalingPolicy, on("application-autoscaling:DeleteScalingPolicy", regional("application-autoscaling", "scalable-target/*"))),
		"application-autoscaling:DeregisterScalableTarget": writing(client, (*applicationautoscaling.Client).DeregisterScalableTarget, on("application-autoscaling:DeregisterScalableTarget", regional("application-autoscaling", "scalable-target/*"))),
		"application-autoscaling:PutScalingPolicy":         writing(client, (*applicationautoscaling.Client).PutScalingPolicy, on("application-autoscaling:PutScalingPolicy", regional("application-autoscaling", "scalable-target/*"))),
		"application-autoscaling:RegisterScalableTarget":   writing(client, (*applicationautoscaling.Client).RegisterScalableTarget, on("application-autoscaling:RegisterScalableTarget", regional("application-autoscaling", "scalable-target/*"))),
	}
}

func autoscalingOperations() map[string]operation {
	client := func(c connection) *autoscaling.Client { return autoscaling.NewFromConfig(c.cfg) }
	return map[string]operation{
		"autoscaling:DescribeAutoScalingGroups":    reading(client, (*autoscaling.Client).DescribeAutoScalingGroups, on("autoscaling:DescribeAutoScalingGroups", "*")),
		"autoscaling:DescribeLaunchConfigurations": reading(client, (*autoscaling.Client).DescribeLaunchConfigurations, on("autoscaling:DescribeLaunchConfigurations", "*")),
		"autoscaling:DescribePolicies":             reading(client, (*autoscaling.Client).DescribePolicies, on("autoscaling:DescribePolicies", "*")),
		"autoscaling:DeletePolicy":                 writing(client, (*autoscaling.Client).DeletePolicy, on("autoscaling:DeletePolicy", regional("autoscaling", "autoScalingGroup:*:autoScalingGroupName/{AutoScalingGroupName}"))),
		"autoscaling:PutScalingPolicy":             writing(client, (*autoscaling.Client).PutScalingPolicy, on("autoscaling:PutScalingPolicy", regional("autoscaling", "autoScalingGroup:*:autoScalingGroupName/{AutoScalingGroupName}"))),
		"autoscaling:UpdateAutoScalingGroup":       writing(client, (*autoscaling.Client).UpdateAutoScalingGroup, on("autoscaling:UpdateAutoScalingGroup", regional("autoscaling", "autoScalingGroup:*:autoScalingGroupName/{AutoScalingGroupName}"))),
	}
}

func cloudfrontOperations() map[string]operation {
	client := func(c connection) *cloudfront.Client { return cloudfront.NewFromConfig(c.cfg) }
	return map[string]operation{
		"cloudfront:GetDistribution":           reading(client, (*cloudfront.Client).GetDistribution, on("cloudfront:GetDistribution", global("cloudfront", "distribution/{Id}"))),
		"cloudfront:GetDistributionConfig":     reading(client, (*cloudfront.Client).GetDistributionConfig, on("cloudfront:GetDistributionConfig", global("cloudfront", "distribution/{Id}"))),
		"cloudfront:ListDistributions":         reading(client, (*cloudfront.Client).ListDistributions, on("cloudfront:ListDistributions", "*")),
		"cloudfront:CreateDistribution":        writing(client, (*cloudfront.Client).CreateDistribution, on("cloudfront:CreateDistribution", global("cloudfront", "distribution/*"))),
		"cloudfront:DeleteDistribution":        writing(client, (*cloudfront.Client).DeleteDistribution, on("cloudfront:DeleteDistribution", global("cloudfront", "distribution/{Id}"))),
		"cloudfront:GetOriginAccessControl":    reading(client, (*cloudfront.Client).GetOriginAccessControl, on("cloudfront:GetOriginAccessControl", global("cloudfront", "origin-access-control/{Id}"))),
		"cloudfront:ListOriginAccessControls":  reading(client, (*cloudfront.Client).ListOriginAccessControls, on("cloudfront:ListOriginAccessControls", "*")),
		"cloudfront:CreateOriginAccessControl": writing(client, (*cloudfront.Client).CreateOriginAccessControl, on("cloudfront:CreateOriginAccessControl", "*")),
		"cloudfront:DeleteOriginAccessControl": writing(client, (*cloudfront.Client).DeleteOriginAccessControl, on("cloudfront:DeleteOriginAccessControl", global("cloudfront", "origin-access-control/{Id}"))),
		"cloudfront:UpdateDistribution":        writing(client, (*cloudfront.Client).UpdateDistribution, on("cloudfront:UpdateDistribution", global("cloudfront", "distribution/{Id}"))),
	}
}

func cloudtrailOperations() map[string]operation {
	client := func(c connection) *cloudtrail.Client { return cloudtrail.NewFromConfig(c.cfg) }
	return map[string]operation{
		"cloudtrail:GetTrail":       reading(client, (*cloudtrail.Client).GetTrail, on("cloudtrail:GetTrail", "{Name}")),
		"cloudtrail:GetTrailStatus": reading(client, (*cloudtrail.Client).GetTrailStatus, on("cloudtrail:GetTrailStatus", regional("cloudtrail", "trail/{Name/}"))),
		"cloudtrail:DescribeTrails": reading(client, (*cloudtrail.Client).DescribeTrails, on("cloudtrail:DescribeTrails", "*")),
		"cloudtrail:CreateTrail":    writing(client, (*cloudtrail.Client).CreateTrail, on("cloudtrail:CreateTrail", regional("cloudtrail", "trail/{Name}"))),
		"cloudtrail:DeleteTrail":    writing(client, (*cloudtrail.Client).DeleteTrail, on("cloudtrail:DeleteTrail", regional("cloudtrail", "trail/{Name}"))),
		"cloudtrail:StartLogging":   writing(client, (*cloudtrail.Client).StartLogging, on("cloudtrail:StartLogging", regional("cloudtrail", "trail/{Name/}"))),
		"cloudtrail:StopLogging":    writing(client, (*cloudtrail.Client).StopLogging, on("cloudtrail:StopLogging", regional("cloudtrail", "trail/{Name/}"))),
		"cloudtrail:UpdateTrail":    writing(client, (*cloudtrail.Client).UpdateTrail, on("cloudtrail:UpdateTrail", "{Name}")),
	}
}

func cloudwatchOperations() map[string]operation {
	// CloudWatch speaks CBOR, which emulators do not understand; they get its older query protocol.
	client := func(c connection) *cloudwatch.Client {
		return cloudwatch.NewFromConfig(c.cfg, func(o *cloudwatch.Options) {
			if c.emulated {
				o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
			}
		})
	}
	return map[string]operation{
		"cloudwatch:DescribeAlarms":      reading(client, (*cloudwatch.Client).DescribeAlarms, on("cloudwatch:DescribeAlarms", "*")),
		"cloudwatch:DeleteAlarms":        writing(client, (*cloudwatch.Client).DeleteAlarms, on("cloudwatch:DeleteAlarms", regional("cloudwatch", "alarm:{AlarmNames}"))),
		"cloudwatch:PutMetricAlarm":      writing(client, (*cloudwatch.Client).PutMetricAlarm, on("cloudwatch:PutMetricAlarm", regional("cloudwatch", "alarm:{AlarmName}"))),
		"cloudwatch:DisableAlarmActions": writing(client, (*cloudwatch.Client).DisableAlarmActions, on("cloudwatch:DisableAlarmActions", regional("cloudwatch", "alarm:{AlarmNames}"))),
		"cloudwatch:EnableAlarmActions":  writing(client, (*cloudwatch.Client).EnableAlarmActions, on("cloudwatch:EnableAlarmActions", regional("cloudwatch", "alarm:{AlarmNames}"))),
	}
}

func dynamodbOperations() map[string]operation {
	client := func(c connection) *dynamodb.Client { return dynamodb.NewFromConfig(c.cfg) }
	return map[string]operation{
		"dynamodb:DescribeContinuousBackups": reading(client, (*dynamodb.Client).DescribeContinuousBackups, on("dynamodb:DescribeContinuousBackups", regional("dynamodb", "table/{TableName}"))),
		"dynamodb:DescribeTable":             reading(client, (*dynamodb.Client).DescribeTable, on("dynamodb:DescribeTable", regional("dynamodb", "table/{TableName}"))),
		"dynamodb:CreateTable":               writing(client, (*dynamodb.Client).CreateTable, on("dynamodb:CreateTable", regional("dynamodb", "table/{TableName}"))),
		"dynamodb:DeleteTable":               writing(client, (*dynamodb.Client).DeleteTable, on("dynamodb:DeleteTable", regional("dynamodb", "table/{TableName}"))),
		"dynamodb:UpdateContinuousBackups":   writing(client, (*dynamodb.Client).UpdateContinuousBackups, on("dynamodb:UpdateContinuousBackups", regional("dynamodb", "table/{TableName}"))),
		"dynamodb:UpdateTable":               writing(client, (*dynamodb.Client).UpdateTable, on("dynamodb:UpdateTable", regional("dynamodb", "table/{TableName}"))),
	}
}

func ec2Operations() map[string]operation {
	client := func(c connection) *ec2.Client { return ec2.NewFromConfig(c.cfg) }
	return map[string]operation{
		"ec2:DescribeAddresses":              reading(client, (*ec2.Client).DescribeAddresses, on("ec2:DescribeAddresses", "*")),
		"ec2:DescribeInstances":              reading(client, (*ec2.Client).DescribeInstances, on("ec2:DescribeInstances", "*")),
		"ec2:DescribeInstanceTypeOfferings":  reading(client, (*ec2.Client).DescribeInstanceTypeOfferings, on("ec2:DescribeInstanceTypeOfferings", "*")),
		"ec2:DescribeLaunchTemplateVersions": reading(client, (*ec2.Client).DescribeLaunchTemplateVersions, on("ec2:DescribeLaunchTemplateVersions", "*")),
		"ec2:DescribeNatGateways":            reading(client, (*ec2.Client).DescribeNatGateways, on("ec2:DescribeNatGateways", "*")),
		"ec2:DescribeRouteTables":            reading(client, (*ec2.Client).DescribeRouteTables, on("ec2:DescribeRouteTables", "*")),
		"ec2:DescribeSubnets":                reading(client, (*ec2.Client).DescribeSubnets, on("ec2:DescribeSubnets", "*")),
		"ec2:DescribeVolumes":                reading(client, (*ec2.Client).DescribeVolumes, on("ec2:DescribeVolumes", "*")),
		"ec2:DescribeVpcAttribute":           reading(client, (*ec2.Client).DescribeVpcAttribute, on("ec2:DescribeVpcAttribute", regional("ec2", "vpc/{VpcId}"))),
		"ec2:DescribeVpcEndpoints":           reading(client, (*ec2.Client).DescribeVpcEndpoints, on("ec2:DescribeVpcEndpoints", "*")),
		"ec2:DescribeVpcs":                   reading(client, (*ec2.Client).DescribeVpcs, on("ec2:DescribeVpcs", "*")),
		"ec2:AllocateAddress":                writing(client, (*ec2.Client).AllocateAddress, on("ec2:AllocateAddress", regional("ec2", "elastic-ip/*")), on("ec2:CreateTags", regional("ec2", "elastic-ip/*"))),
		"ec2:CreateLaunchTemplateVersion":    writing(client, (*ec2.Client).CreateLaunchTemplateVersion, on("ec2:CreateLaunchTemplateVersion", regional("ec2", "launch-template/{LaunchTemplateId}"))),
		"ec2:CreateNatGateway":               writing(client, (*ec2.Client).CreateNatGateway, on("ec2:CreateNatGateway", regional("ec2", "natgateway/*")), on("ec2:CreateNatGateway", regional("ec2", "subnet/{SubnetId}")), on("ec2:CreateNatGateway", regional("ec2", "elastic-ip/{AllocationId}")), on("ec2:CreateTags", regional("ec2", "natgateway/*"))),
		"ec2:CreateRoute":                    writing(client, (*ec2.Client).CreateRoute, on("ec2:CreateRoute", regional("ec2", "route-table/{RouteTableId}"))),
		"ec2:CreateRouteTable":               writing(client, (*ec2.Client).CreateRouteTable, on("ec2:CreateRouteTable", regional("ec2", "route-table/*")), on("ec2:CreateRouteTable", regional("ec2", "vpc/{VpcId}")), on("ec2:CreateTags", regional("ec2", "route-table/*"))),
		"ec2:CreateVpcEndpoint":              writing(client, (*ec2.Client).CreateVpcEndpoint, on("ec2:CreateVpcEndpoint", regional("ec2", "vpc-endpoint/*")), on("ec2:CreateVpcEndpoint", regional("ec2", "vpc/{VpcId}")), on("ec2:CreateVpcEndpoint", regional("ec2", "route-table/{RouteTableIds}")), on("ec2:CreateTags", regional("ec2", "vpc-endpoint/*"))),
		"ec2:DeleteLaunchTemplateVersions":   writing(client, (*ec2.Client).DeleteLaunchTemplateVersions, on("ec2:DeleteLaunchTemplateVersions", regional("ec2", "launch-template/{LaunchTemplateId}"))),
		"ec2:DeleteNatGateway":               writing(client, (*ec2.Client).DeleteNatGateway, on("ec2:DeleteNatGateway", regional("ec2", "natgateway/{NatGatewayId}"))),
		"ec2:DeleteRouteTable":               writing(client, (*ec2.Client).DeleteRouteTable, on("ec2:DeleteRouteTable", regional("ec2", "route-table/{RouteTableId}"))),
		"ec2:DeleteVpcEndpoints":             writing(client, (*ec2.Client).DeleteVpcEndpoints, on("ec2:DeleteVpcEndpoints", regional("ec2", "vpc-endpoint/{VpcEndpointIds}"))),
		"ec2:ModifyInstanceAttribute":        writing(client, (*ec2.Client).ModifyInstanceAttribute, on("ec2:ModifyInstanceAttribute", regional("ec2", "instance/{InstanceId}"))),
		"ec2:ModifyInstanceMetadataOptions":  writing(client, (*ec2.Client).ModifyInstanceMetadataOptions, on("ec2:ModifyInstanceMetadataOptions", regional("ec2", "instance/{InstanceId}"))),
		"ec2:ModifyVolume":                   writing(client, (*ec2.Client).ModifyVolume, on("ec2:ModifyVolume", regional("ec2", "volume/{VolumeId}"))),
		"ec2:ModifyVpcEndpoint":              writing(client, (*ec2.Client).ModifyVpcEndpoint, on("ec2:ModifyVpcEndpoint", regional("ec2", "vpc-endpoint/{VpcEndpointId}")), on("ec2:ModifyVpcEndpoint", regional("ec2", "route-table/{AddRouteTableIds}")), on("ec2:ModifyVpcEndpoint", regional("ec2", "route-table/{RemoveRouteTableIds}"))),
		"ec2:ReleaseAddress":                 writing(client, (*ec2.Client).ReleaseAddress, on("ec2:ReleaseAddress", regional("ec2", "elastic-ip/{AllocationId}"))),
		"ec2:ReplaceRoute":                   writing(client, (*ec2.Client).ReplaceRoute, on("ec2:ReplaceRoute", regional("ec2", "route-table/{RouteTableId}"))),
		"ec2:ReplaceRouteTableAssociation":   writing(client, (*ec2.Client).ReplaceRouteTableAssociation, on("ec2:ReplaceRouteTableAssociation", regional("ec2", "route-table/{RouteTableId}")), on("ec2:ReplaceRouteTableAssociation", regional("ec2", "subnet/*"))),
		"ec2:StartInstances":                 writing(client, (*ec2.Client).StartInstances, on("ec2:StartInstances", regional("ec2", "instance/{InstanceIds}"))),
		"ec2:StopInstances":                  writing(client, (*ec2.Client).StopInstances, on("ec2:StopInstances", regional("ec2", "instance/{InstanceIds}"))),
	}
}

func ecrOperations() map[string]operation {
	client := func(c connection) *ecr.Client { return ecr.NewFromConfig(c.cfg) }
	return map[string]operation{
		"ecr:GetLifecyclePolicy":            reading(client, (*ecr.Client).GetLifecyclePolicy, on("ecr:GetLifecyclePolicy", regional("ecr", "repository/{repositoryName}"))),
		"ecr:DeleteLifecyclePolicy":         writing(client, (*ecr.Client).DeleteLifecyclePolicy, on("ecr:DeleteLifecyclePolicy", regional("ecr", "repository/{repositoryName}"))),
		"ecr:PutLifecyclePolicy":            writing(client, (*ecr.Client).PutLifecyclePolicy, on("ecr:PutLifecyclePolicy", regional("ecr", "repository/{repositoryName}"))),
		"ecr:DescribeRepositories":          reading(client, (*ecr.Client).DescribeRepositories, on("ecr:DescribeRepositories", regional("ecr", "repository/{repositoryNames}"))),
		"ecr:PutImageScanningConfiguration": writing(client, (*ecr.Client).PutImageScanningConfiguration, on("ecr:PutImageScanningConfiguration", regional("ecr", "repository/{repositoryName}"))),
		"ecr:PutImageTagMutability":         writing(client, (*ecr.Client).PutImageTagMutability, on("ecr:PutImageTagMutability", regional("ecr", "repository/{repositoryName}"))),
	}
}

func ecsOperations() map[string]operation {
	client := func(c connection) *ecs.Client { return ecs.NewFromConfig(c.cfg) }
	return map[string]operation{
		"ecs:DescribeServices": reading(client, (*ecs.Client).DescribeServices, on("ecs:DescribeServices", "{services}")),
		"ecs:UpdateService":    writing(client, (*ecs.Client).UpdateService, on("ecs:UpdateService", "{service}")),
	}
}

func efsOperations() map[string]operation {
	client := func(c connection) *efs.Client { return efs.NewFromConfig(c.cfg) }
	return map[string]operation{
		"elasticfilesystem:DescribeFileSystems":               reading(client, (*efs.Client).DescribeFileSystems, on("elasticfilesystem:DescribeFileSystems", regional("elasticfilesystem", "file-system/{FileSystemId}"))),
		"elasticfilesystem:DescribeMountTargetSecurityGroups": reading(client, (*efs.Client).DescribeMountTargetSecurityGroups, on("elasticfilesystem:DescribeMountTargetSecurityGroups", regional("elasticfilesystem", "file-system/*"))),
		"elasticfilesystem:DescribeMountTargets":              reading(client, (*efs.Client).DescribeMountTargets, on("elasticfilesystem:DescribeMountTargets", regional("elasticfilesystem", "file-system/{FileSystemId}"))),
		"elasticfilesystem:CreateMountTarget":                 writing(client, (*efs.Client).CreateMountTarget, on("elasticfilesystem:CreateMountTarget", regional("elasticfilesystem", "file-system/{FileSystemId}"))),
		"elasticfilesystem:DeleteMountTarget":                 writing(client, (*efs.Client).DeleteMountTarget, on("elasticfilesystem:DeleteMountTarget", regional("elasticfilesystem", "file-system/*"))),
	}
}

func eksOperations() map[string]operation {
	client := func(c connection) *eks.Client { return eks.NewFromConfig(c.cfg) }
	return map[string]operation{
		"eks:DescribeCluster":       reading(client, (*eks.Client).DescribeCluster, on("eks:DescribeCluster", regional("eks", "cluster/{name}"))),
		"eks:DescribeNodegroup":     reading(client, (*eks.Client).DescribeNodegroup, on("eks:DescribeNodegroup", regional("eks", "nodegroup/*"))),
		"eks:CreateNodegroup":       writing(client, (*eks.Client).CreateNodegroup, on("eks:CreateNodegroup", regional("eks", "cluster/{clusterName}"))),
		"eks:DeleteNodegroup":       writing(client, (*eks.Client).DeleteNodegroup, on("eks:DeleteNodegroup", regional("eks", "nodegroup/{clusterName}/{nodegroupName}/*"))),
		"eks:UpdateClusterConfig":   writing(client, (*eks.Client).UpdateClusterConfig, on("eks:UpdateClusterConfig", regional("eks", "cluster/{name}"))),
		"eks:UpdateNodegroupConfig": writing(client, (*eks.Client).UpdateNodegroupConfig, on("eks:UpdateNodegroupConfig", regional("eks", "nodegroup/*"))),
	}
}

func elasticacheOperations() map[string]operation {
	client := func(c connection) *elasticache.Client { return elasticache.NewFromConfig(c.cfg) }
	return map[string]operation{
		"elasticache:DescribeCacheClusters":     reading(client, (*elasticache.Client).DescribeCacheClusters, on("elasticache:DescribeCacheClusters", regional("elasticache", "cluster:{CacheClusterId}"))),
		"elasticache:DescribeCacheSubnetGroups": reading(client, (*elasticache.Client).DescribeCacheSubnetGroups, on("elasticache:DescribeCacheSubnetGroups", regional("elasticache", "subnetgroup:{CacheSubnetGroupName}"))),
		"elasticache:DescribeReplicationGroups": reading(client, (*elasticache.Client).DescribeReplicationGroups, on("elasticache:DescribeReplicationGroups", regional("elasticache", "replicationgroup:{ReplicationGroupId}"))),
		"elasticache:CreateReplicationGroup": writing(client, (*elasticache.Client).CreateReplicationGroup, on("elasticache:CreateReplicationGroup", regional("elasticache", "replicationgroup:{ReplicationGroupId}")),
			on("elasticache:CreateReplicationGroup", regional("elasticache", "cluster:{PrimaryClusterId}")), on("elasticache:CreateReplicationGroup", regional("elasticache", "parametergroup:*"))),
		"elasticache:DeleteReplicationGroup": writing(client, (*elasticache.Client).DeleteReplicationGroup, on("elasticache:DeleteReplicationGroup", regional("elasticache", "replicationgroup:{ReplicationGroupId}"))),
		"elasticache:DecreaseReplicaCount":   writing(client, (*elasticache.Client).DecreaseReplicaCount, on("elasticache:DecreaseReplicaCount", regional("elasticache", "replicationgroup:{ReplicationGroupId}"))),
		"elasticache:IncreaseReplicaCount":   writing(client, (*elasticache.Client).IncreaseReplicaCount, on("elasticache:IncreaseReplicaCount", regional("elasticache", "replicationgroup:{ReplicationGroupId}"))),
		"elasticache:ModifyCacheSubnetGroup": writing(client, (*elasticache.Client).ModifyCacheSubnetGroup, on("elasticache:ModifyCacheSubnetGroup", regional("elasticache", "subnetgroup:{CacheSubnetGroupName}"))),
		"elasticache:ModifyReplicationGroup": writing(client, (*elasticache.Client).ModifyReplicationGroup, on("elasticache:ModifyReplicationGroup", regional("elasticache", "replicationgroup:{ReplicationGroupId}"))),
	}
}

func elasticloadbalancingOperations() map[string]operation {
	client := func(c connection) *elbv2.Client { return elbv2.NewFromConfig(c.cfg) }
	return map[string]operation{
		"elasticloadbalancing:DescribeListeners":              reading(client, (*elbv2.Client).DescribeListeners, on("elasticloadbalancing:DescribeListeners", "*")),
		"elasticloadbalancing:DescribeLoadBalancerAttributes": reading(client, (*elbv2.Client).DescribeLoadBalancerAttributes, on("elasticloadbalancing:DescribeLoadBalancerAttributes", "*")),
		"elasticloadbalancing:DescribeLoadBalancers":          reading(client, (*elbv2.Client).DescribeLoadBalancers, on("elasticloadbalancing:DescribeLoadBalancers", "*")),
		"elasticloadbalancing:DescribeTargetGroups":           reading(client, (*elbv2.Client).DescribeTargetGroups, on("elasticloadbalancing:DescribeTargetGroups", "*")),
		"elasticloadbalancing:DescribeTargetHealth":           reading(client, (*elbv2.Client).DescribeTargetHealth, on("elasticloadbalancing:DescribeTargetHealth", "*")),
		"elasticloadbalancing:CreateListener":                 writing(client, (*elbv2.Client).CreateListener, on("elasticloadbalancing:CreateListener", "{LoadBalancerArn}")),
		"elasticloadbalancing:DeleteListener":                 writing(client, (*elbv2.Client).DeleteListener, on("elasticloadbalancing:DeleteListener", "{ListenerArn}")),
		"elasticloadbalancing:ModifyListener":                 writing(client, (*elbv2.Client).ModifyListener, on("elasticloadbalancing:ModifyListener", "{ListenerArn}")),
		"elasticloadbalancing:ModifyLoadBalancerAttributes":   writing(client, (*elbv2.Client).ModifyLoadBalancerAttributes, on("elasticloadbalancing:ModifyLoadBalancerAttributes", "{LoadBalancerArn}")),
		"elasticloadbalancing:ModifyTargetGroup":              writing(client, (*elbv2.Client).ModifyTargetGroup, on("elasticloadbalancing:ModifyTargetGroup", "{TargetGroupArn}")),
		"elasticloadbalancing:SetSubnets":                     writing(client, (*elbv2.Client).SetSubnets, on("elasticloadbalancing:SetSubnets", "{LoadBalancerArn}")),
	}
}

func elbOperations() map[string]operation {
	client := func(c connection) *elasticloadbalancing.Client { return elasticloadbalancing.NewFromConfig(c.cfg) }
	return map[string]operation{
		"elb:DescribeLoadBalancers":                   reading(client, (*elasticloadbalancing.Client).DescribeLoadBalancers, on("elasticloadbalancing:DescribeLoadBalancers", "*")),
		"elb:DescribeLoadBalancerAttributes":          reading(client, (*elasticloadbalancing.Client).DescribeLoadBalancerAttributes, on("elasticloadbalancing:DescribeLoadBalancerAttributes", "*")),
		"elb:AttachLoadBalancerToSubnets":             writing(client, (*elasticloadbalancing.Client).AttachLoadBalancerToSubnets, on("elasticloadbalancing:AttachLoadBalancerToSubnets", regional("elasticloadbalancing", "loadbalancer/{LoadBalancerName}"))),
		"elb:DetachLoadBalancerFromSubnets":           writing(client, (*elasticloadbalancing.Client).DetachLoadBalancerFromSubnets, on("elasticloadbalancing:DetachLoadBalancerFromSubnets", regional("elasticloadbalancing", "loadbalancer/{LoadBalancerName}"))),
		"elb:DisableAvailabilityZonesForLoadBalancer": writing(client, (*elasticloadbalancing.Client).DisableAvailabilityZonesForLoadBalancer, on("elasticloadbalancing:DisableAvailabilityZonesForLoadBalancer", regional("elasticloadbalancing", "loadbalancer/{LoadBalancerName}"))),
		"elb:EnableAvailabilityZonesForLoadBalancer":  writing(client, (*elasticloadbalancing.Client).EnableAvailabilityZonesForLoadBalancer, on("elasticloadbalancing:EnableAvailabilityZonesForLoadBalancer", regional("elasticloadbalancing", "loadbalancer/{LoadBalancerName}"))),
		"elb:ModifyLoadBalancerAttributes":            writing(client, (*elasticloadbalancing.Client).ModifyLoadBalancerAttributes, on("elasticloadbalancing:ModifyLoadBalancerAttributes", regional("elasticloadbalancing", "loadbalancer/{LoadBalancerName}"))),
	}
}

func esOperations() map[string]operation {
	client := func(c connection) *opensearch.Client { return opensearch.NewFromConfig(c.cfg) }
	return map[string]operation{
		"es:DescribeDomain":     reading(client, (*opensearch.Client).DescribeDomain, on("es:DescribeDomain", regional("es", "domain/{DomainName}"))),
		"es:UpdateDomainConfig": writing(client, (*opensearch.Client).UpdateDomainConfig, on("es:UpdateDomainConfig", regional("es", "domain/{DomainName}"))),
	}
}

func iamOperations() map[string]operation {
	client := func(c connection) *iam.Client { return iam.NewFromConfig(c.cfg) }
	return map[string]operation{
		"iam:GetAccountPasswordPolicy":    reading(client, (*iam.Client).GetAccountPasswordPolicy, on("iam:GetAccountPasswordPolicy", "*")),
		"iam:GetLoginProfile":             reading(client, (*iam.Client).GetLoginProfile, on("iam:GetLoginProfile", global("iam", "user/{UserName}"))),
		"iam:GetPolicy":                   reading(client, (*iam.Client).GetPolicy, on("iam:GetPolicy", "{PolicyArn}")),
		"iam:ListAccessKeys":              reading(client, (*iam.Client).ListAccessKeys, on("iam:ListAccessKeys", global("iam", "user/{UserName}"))),
		"iam:ListAttachedUserPolicies":    reading(client, (*iam.Client).ListAttachedUserPolicies, on("iam:ListAttachedUserPolicies", global("iam", "user/{UserName}"))),
		"iam:ListMFADevices":              reading(client, (*iam.Client).ListMFADevices, on("iam:ListMFADevices", global("iam", "user/{UserName}"))),
		"iam:AttachUserPolicy":            writing(client, (*iam.Client).AttachUserPolicy, on("iam:AttachUserPolicy", global("iam", "user/{UserName}"))),
		"iam:CreatePolicy":                writing(client, (*iam.Client).CreatePolicy, on("iam:CreatePolicy", global("iam", "policy/{PolicyName}"))),
		"iam:DeletePolicy":                writing(client, (*iam.Client).DeletePolicy, on("iam:DeletePolicy", "{PolicyArn}")),
		"iam:DetachUserPolicy":            writing(client, (*iam.Client).DetachUserPolicy, on("iam:DetachUserPolicy", global("iam", "user/{UserName}"))),
		"iam:GetRole":                     reading(client, (*iam.Client).GetRole, on("iam:GetRole", global("iam", "role/*"))),
		"iam:DeleteAccountPasswordPolicy": writing(client, (*iam.Client).DeleteAccountPasswordPolicy, on("iam:DeleteAccountPasswordPolicy", "*")),
		"iam:UpdateAccountPasswordPolicy": writing(client, (*iam.Client).UpdateAccountPasswordPolicy, on("iam:UpdateAccountPasswordPolicy", "*")),
	}
}

func kmsOperations() map[string]operation {
	client := func(c connection) *kms.Client { return kms.NewFromConfig(c.cfg) }
	return map[string]operation{
		"kms:DescribeKey": reading(client, (*kms.Client).DescribeKey, on("kms:DescribeKey", "{KeyId}")),
	}
}

func lambdaOperations() map[string]operation {
	client := func(c connection) *lambda.Client { return lambda.NewFromConfig(c.cfg) }
	return map[string]operation{
		"lambda:GetFunctionConcurrency":      reading(client, (*lambda.Client).GetFunctionConcurrency, on("lambda:GetFunctionConcurrency", regional("lambda", "function:{FunctionName}"))),
		"lambda:GetFunctionConfiguration":    reading(client, (*lambda.Client).GetFunctionConfiguration, on("lambda:GetFunctionConfiguration", regional("lambda", "function:{FunctionName}"))),
		"lambda:DeleteFunctionConcurrency":   writing(client, (*lambda.Client).DeleteFunctionConcurrency, on("lambda:DeleteFunctionConcurrency", regional("lambda", "function:{FunctionName}"))),
		"lambda:PutFunctionConcurrency":      writing(client, (*lambda.Client).PutFunctionConcurrency, on("lambda:PutFunctionConcurrency", regional("lambda", "function:{FunctionName}"))),
		"lambda:UpdateFunctionConfiguration": writing(client, (*lambda.Client).UpdateFunctionConfiguration, on("lambda:UpdateFunctionConfiguration", regional("lambda", "function:{FunctionName}"))),
	}
}

func logsOperations() map[string]operation {
	client := func(c connection) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c.cfg) }
	return map[string]operation{
		"logs:DescribeLogGroups":  reading(client, (*cloudwatchlogs.Client).DescribeLogGroups, on("logs:DescribeLogGroups", "*")),
		"logs:PutRetentionPolicy": writing(client, (*cloudwatchlogs.Client).PutRetentionPolicy, on("logs:PutRetentionPolicy", regional("logs", "log-group:{logGroupName}:*"))),
	}
}

func rdsOperations() map[string]operation {
	client := func(c connection) *rds.Client { return rds.NewFromConfig(c.cfg) }
	return map[string]operation{
		"rds:ModifyDBSubnetGroup":                writing(client, (*rds.Client).ModifyDBSubnetGroup, on("rds:ModifyDBSubnetGroup", regional("rds", "subgrp:{DBSubnetGroupName}"))),
		"rds:DescribeDBClusterParameters":        reading(client, (*rds.Client).DescribeDBClusterParameters, on("rds:DescribeDBClusterParameters", regional("rds", "cluster-pg:{DBClusterParameterGroupName}"))),
		"rds:DescribeDBClusters":                 reading(client, (*rds.Client).DescribeDBClusters, on("rds:DescribeDBClusters", regional("rds", "cluster:{DBClusterIdentifier}"))),
		"rds:DescribeDBClusterSnapshots":         reading(client, (*rds.Client).DescribeDBClusterSnapshots, on("rds:DescribeDBClusterSnapshots", regional("rds", "cluster-snapshot:*"))),
		"rds:DescribeDBInstanceAutomatedBackups": reading(client, (*rds.Client).DescribeDBInstanceAutomatedBackups, on("rds:DescribeDBInstanceAutomatedBackups", regional("rds", "auto-backup:*"))),
		"rds:DescribeDBSnapshots":                reading(client, (*rds.Client).DescribeDBSnapshots, on("rds:DescribeDBSnapshots", regional("rds", "snapshot:{DBSnapshotIdentifier}")), on("rds:DescribeDBSnapshots", regional("rds", "db:{DBInstanceIdentifier}"))),
		"rds:DescribeExportTasks":                reading(client, (*rds.Client).DescribeExportTasks, on("rds:DescribeExportTasks", "*")),
		"rds:CancelExportTask":                   writing(client, (*rds.Client).CancelExportTask, on("rds:CancelExportTask", "*")),
		"rds:CopyDBSnapshot":                     writing(client, (*rds.Client).CopyDBSnapshot, on("rds:CopyDBSnapshot", regional("rds", "snapshot:{SourceDBSnapshotIdentifier}")), on("rds:CopyDBSnapshot", regional("rds", "snapshot:{TargetDBSnapshotIdentifier}"))),
		"rds:CreateDBSnapshot":                   writing(client, (*rds.Client).CreateDBSnapshot, on("rds:CreateDBSnapshot", regional("rds", "db:{DBInstanceIdentifier}")), on("rds:CreateDBSnapshot", regional("rds", "snapshot:{DBSnapshotIdentifier}"))),
		"rds:DeleteDBSnapshot":                   writing(client, (*rds.Client).DeleteDBSnapshot, on("rds:DeleteDBSnapshot", regional("rds", "snapshot:{DBSnapshotIdentifier}"))),
		"rds:RestoreDBInstanceFromDBSnapshot": writing(client, (*rds.Client).RestoreDBInstanceFromDBSnapshot, on("rds:RestoreDBInstanceFromDBSnapshot", regional("rds", "db:{DBInstanceIdentifier}")), on("rds:RestoreDBInstanceFromDBSnapshot", regional("rds", "snapshot:{DBSnapshotIdentifier}")),
			on("rds:RestoreDBInstanceFromDBSnapshot", regional("rds", "og:{OptionGroupName}")), on("rds:RestoreDBInstanceFromDBSnapshot", regional("rds", "pg:{DBParameterGroupName}")), on("rds:RestoreDBInstanceFromDBSnapshot", regional("rds", "subgrp:{DBSubnetGroupName}"))),
		"rds:StartDBInstanceAutomatedBackupsReplication": writing(client, (*rds.Client).StartDBInstanceAutomatedBackupsReplication, on("rds:StartDBInstanceAutomatedBackupsReplication", "{SourceDBInstanceArn}"), on("rds:StartDBInstanceAutomatedBackupsReplication", regional("rds", "auto-backup:*"))),
		"rds:StartExportTask":                            writing(client, (*rds.Client).StartExportTask, on("rds:StartExportTask", "{SourceArn}")),
		"rds:StopDBInstanceAutomatedBackupsReplication":  writing(client, (*rds.Client).StopDBInstanceAutomatedBackupsReplication, on("rds:StopDBInstanceAutomatedBackupsReplication", "{SourceDBInstanceArn}")),
		"rds:DescribeDBInstances":                        reading(client, (*rds.Client).DescribeDBInstances, on("rds:DescribeDBInstances", regional("rds", "db:{DBInstanceIdentifier}"))),
		"rds:DescribeDBParameters":                       reading(client, (*rds.Client).DescribeDBParameters, on("rds:DescribeDBParameters", regional("rds", "pg:{DBParameterGroupName}"))),
		"rds:DescribeDBSubnetGroups":                     reading(client, (*rds.Client).DescribeDBSubnetGroups, on("rds:DescribeDBSubnetGroups", regional("rds", "subgrp:{DBSubnetGroupName}"))),
		"rds:DescribeOrderableDBInstanceOptions":         reading(client, (*rds.Client).DescribeOrderableDBInstanceOptions, on("rds:DescribeOrderableDBInstanceOptions", "*")),
		"rds:CreateDBInstance":                           writing(client, (*rds.Client).CreateDBInstance, on("rds:CreateDBInstance", regional("rds", "db:{DBInstanceIdentifier}")), on("rds:CreateDBInstance", regional("rds", "cluster:{DBClusterIdentifier}")), on("rds:CreateDBInstance", regional("rds", "pg:{DBParameterGroupName}")), on("rds:CreateDBInstance", regional("rds", "subgrp:*"))),
		"rds:DeleteDBInstance":                           writing(client, (*rds.Client).DeleteDBInstance, on("rds:DeleteDBInstance", regional("rds", "db:{DBInstanceIdentifier}"))),
		"rds:ModifyDBCluster":                            writing(client, (*rds.Client).ModifyDBCluster, on("rds:ModifyDBCluster", regional("rds", "cluster:{DBClusterIdentifier}"))),
		"rds:ModifyDBClusterParameterGroup":              writing(client, (*rds.Client).ModifyDBClusterParameterGroup, on("rds:ModifyDBClusterParameterGroup", regional("rds", "cluster-pg:{DBClusterParameterGroupName}"))),
		"rds:ModifyDBInstance":                           writing(client, (*rds.Client).ModifyDBInstance, on("rds:ModifyDBInstance", regional("rds", "db:{DBInstanceIdentifier}"))),
		"rds:ResetDBClusterParameterGroup":               writing(client, (*rds.Client).ResetDBClusterParameterGroup, on("rds:ResetDBClusterParameterGroup", regional("rds", "cluster-pg:{DBClusterParameterGroupName}"))),
		"rds:ResetDBParameterGroup":                      writing(client, (*rds.Client).ResetDBParameterGroup, on("rds:ResetDBParameterGroup", regional("rds", "pg:{DBParameterGroupName}"))),
		"rds:ModifyDBParameterGroup":                     writing(client, (*rds.Client).ModifyDBParameterGroup, on("rds:ModifyDBParameterGroup", regional("rds", "pg:{DBParameterGroupName}"))),
	}
}

func route53Operations() map[string]operation {
	client := func(c connection) *route53.Client { return route53.NewFromConfig(c.cfg) }
	return map[string]operation{
		"route53:GetHostedZone":            reading(client, (*route53.Client).GetHostedZone, on("route53:GetHostedZone", "arn:{p}:route53:::hostedzone/{Id}")),
		"route53:GetChange":                reading(client, (*route53.Client).GetChange, on("route53:GetChange", "arn:{p}:route53:::change/*")),
		"route53:GetHealthCheckStatus":     reading(client, (*route53.Client).GetHealthCheckStatus, on("route53:GetHealthCheckStatus", "arn:{p}:route53:::healthcheck/{HealthCheckId}")),
		"route53:CreateHealthCheck":        writing(client, (*route53.Client).CreateHealthCheck, on("route53:CreateHealthCheck", "*")),
		"route53:DeleteHealthCheck":        writing(client, (*route53.Client).DeleteHealthCheck, on("route53:DeleteHealthCheck", "arn:{p}:route53:::healthcheck/{HealthCheckId}")),
		"route53:GetHealthCheck":           reading(client, (*route53.Client).GetHealthCheck, on("route53:GetHealthCheck", "arn:{p}:route53:::healthcheck/{HealthCheckId}")),
		"route53:ListResourceRecordSets":   reading(client, (*route53.Client).ListResourceRecordSets, on("route53:ListResourceRecordSets", "arn:{p}:route53:::hostedzone/{HostedZoneId}")),
		"route53:ChangeResourceRecordSets": writing(client, (*route53.Client).ChangeResourceRecordSets, on("route53:ChangeResourceRecordSets", "arn:{p}:route53:::hostedzone/{HostedZoneId}")),
		"route53:UpdateHealthCheck":        writing(client, (*route53.Client).UpdateHealthCheck, on("route53:UpdateHealthCheck", "arn:{p}:route53:::healthcheck/{HealthCheckId}")),
	}
}

func route53domainsOperations() map[string]operation {
	client := func(c connection) *route53domains.Client { return route53domains.NewFromConfig(c.cfg) }
	return map[string]operation{
		"route53domains:GetDomainDetail":           reading(client, (*route53domains.Client).GetDomainDetail, on("route53domains:GetDomainDetail", "*")),
		"route53domains:DisableDomainAutoRenew":    writing(client, (*route53domains.Client).DisableDomainAutoRenew, on("route53domains:DisableDomainAutoRenew", "*")),
		"route53domains:DisableDomainTransferLock": writing(client, (*route53domains.Client).DisableDomainTransferLock, on("route53domains:DisableDomainTransferLock", "*")),
		"route53domains:EnableDomainAutoRenew":     writing(client, (*route53domains.Client).EnableDomainAutoRenew, on("route53domains:EnableDomainAutoRenew", "*")),
		"route53domains:EnableDomainTransferLock":  writing(client, (*route53domains.Client).EnableDomainTransferLock, on("route53domains:EnableDomainTransferLock", "*")),
	}
}

func s3Operations() map[string]operation {
	client := func(c connection) *s3.Client {
		return s3.NewFromConfig(c.cfg, func(o *s3.Options) { o.UsePathStyle = c.emulated })
	}
	return map[string]operation{
		"s3:GetBucketAcl":                    reading(client, (*s3.Client).GetBucketAcl, on("s3:GetBucketAcl", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketEncryption":             reading(client, (*s3.Client).GetBucketEncryption, on("s3:GetEncryptionConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketLifecycleConfiguration": reading(client, (*s3.Client).GetBucketLifecycleConfiguration, on("s3:GetLifecycleConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketLocation":               reading(client, (*s3.Client).GetBucketLocation, on("s3:GetBucketLocation", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketPolicy":                 reading(client, (*s3.Client).GetBucketPolicy, on("s3:GetBucketPolicy", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketPolicyStatus":           reading(client, (*s3.Client).GetBucketPolicyStatus, on("s3:GetBucketPolicyStatus", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketReplication":            reading(client, (*s3.Client).GetBucketReplication, on("s3:GetReplicationConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketVersioning":             reading(client, (*s3.Client).GetBucketVersioning, on("s3:GetBucketVersioning", "arn:{p}:s3:::{Bucket}")),
		"s3:GetBucketWebsite":                reading(client, (*s3.Client).GetBucketWebsite, on("s3:GetBucketWebsite", "arn:{p}:s3:::{Bucket}")),
		"s3:GetPublicAccessBlock":            reading(client, (*s3.Client).GetPublicAccessBlock, on("s3:GetBucketPublicAccessBlock", "arn:{p}:s3:::{Bucket}")),
		"s3:DeleteBucketEncryption":          writing(client, (*s3.Client).DeleteBucketEncryption, on("s3:PutEncryptionConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:DeleteBucketLifecycle":           writing(client, (*s3.Client).DeleteBucketLifecycle, on("s3:PutLifecycleConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:DeleteBucketPolicy":              writing(client, (*s3.Client).DeleteBucketPolicy, on("s3:DeleteBucketPolicy", "arn:{p}:s3:::{Bucket}")),
		"s3:DeleteBucketReplication":         writing(client, (*s3.Client).DeleteBucketReplication, on("s3:PutReplicationConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:DeletePublicAccessBlock":         writing(client, (*s3.Client).DeletePublicAccessBlock, on("s3:PutBucketPublicAccessBlock", "arn:{p}:s3:::{Bucket}")),
		"s3:PutBucketEncryption":             writing(client, (*s3.Client).PutBucketEncryption, on("s3:PutEncryptionConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:PutBucketLifecycleConfiguration": writing(client, (*s3.Client).PutBucketLifecycleConfiguration, on("s3:PutLifecycleConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:PutBucketPolicy":                 writing(client, (*s3.Client).PutBucketPolicy, on("s3:PutBucketPolicy", "arn:{p}:s3:::{Bucket}")),
		"s3:PutBucketReplication":            writing(client, (*s3.Client).PutBucketReplication, on("s3:PutReplicationConfiguration", "arn:{p}:s3:::{Bucket}")),
		"s3:PutBucketVersioning":             writing(client, (*s3.Client).PutBucketVersioning, on("s3:PutBucketVersioning", "arn:{p}:s3:::{Bucket}")),
		"s3:PutPublicAccessBlock":            writing(client, (*s3.Client).PutPublicAccessBlock, on("s3:PutBucketPublicAccessBlock", "arn:{p}:s3:::{Bucket}")),
	}
}

func snsOperations() map[string]operation {
	client := func(c connection) *sns.Client { return sns.NewFromConfig(c.cfg) }
	return map[string]operation{
		"sns:GetTopicAttributes":       reading(client, (*sns.Client).GetTopicAttributes, on("sns:GetTopicAttributes", "{TopicArn}")),
		"sns:ListSubscriptionsByTopic": reading(client, (*sns.Client).ListSubscriptionsByTopic, on("sns:ListSubscriptionsByTopic", "{TopicArn}")),
		"sns:CreateTopic":              writing(client, (*sns.Client).CreateTopic, on("sns:CreateTopic", regional("sns", "{Name}"))),
		"sns:DeleteTopic":              writing(client, (*sns.Client).DeleteTopic, on("sns:DeleteTopic", "{TopicArn}")),
	}
}

func sqsOperations() map[string]operation {
	client := func(c connection) *sqs.Client { return sqs.NewFromConfig(c.cfg) }
	return map[string]operation{
		"sqs:GetQueueAttributes": reading(client, (*sqs.Client).GetQueueAttributes, on("sqs:GetQueueAttributes", regional("sqs", "{QueueUrl/}"))),
		"sqs:GetQueueUrl":        reading(client, (*sqs.Client).GetQueueUrl, on("sqs:GetQueueUrl", regional("sqs", "{QueueName}"))),
		"sqs:CreateQueue":        writing(client, (*sqs.Client).CreateQueue, on("sqs:CreateQueue", regional("sqs", "{QueueName}"))),
		"sqs:DeleteQueue":        writing(client, (*sqs.Client).DeleteQueue, on("sqs:DeleteQueue", regional("sqs", "{QueueUrl/}"))),
		"sqs:SetQueueAttributes": writing(client, (*sqs.Client).SetQueueAttributes, on("sqs:SetQueueAttributes", regional("sqs", "{QueueUrl/}"))),
	}
}

func stsOperations() map[string]operation {
	client := func(c connection) *sts.Client { return sts.NewFromConfig(c.cfg) }
	return map[string]operation{
		"sts:GetCallerIdentity": reading(client, (*sts.Client).GetCallerIdentity, on("sts:GetCallerIdentity", "*")),
	}
}
