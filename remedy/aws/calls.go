package aws

import (
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func autoscalingOperations() map[string]operation {
	client := func(c connection) *autoscaling.Client { return autoscaling.NewFromConfig(c.cfg) }
	group := "arn:{p}:autoscaling:{r}:{a}:autoScalingGroup:*:autoScalingGroupName/{AutoScalingGroupName}"
	return map[string]operation{
		"autoscaling:DescribeAutoScalingGroups": reading(client, (*autoscaling.Client).DescribeAutoScalingGroups, on("autoscaling:DescribeAutoScalingGroups", "*")),
		"autoscaling:DescribePolicies":          reading(client, (*autoscaling.Client).DescribePolicies, on("autoscaling:DescribePolicies", "*")),
		"autoscaling:DeletePolicy":              writing(client, (*autoscaling.Client).DeletePolicy, on("autoscaling:DeletePolicy", group)),
		"autoscaling:PutScalingPolicy":          writing(client, (*autoscaling.Client).PutScalingPolicy, on("autoscaling:PutScalingPolicy", group)),
		"autoscaling:UpdateAutoScalingGroup":    writing(client, (*autoscaling.Client).UpdateAutoScalingGroup, on("autoscaling:UpdateAutoScalingGroup", group)),
	}
}

func dynamodbOperations() map[string]operation {
	client := func(c connection) *dynamodb.Client { return dynamodb.NewFromConfig(c.cfg) }
	table := func(action string) need { return on("dynamodb:"+action, regional("dynamodb", "table/{TableName}")) }
	return map[string]operation{
		"dynamodb:DescribeContinuousBackups": reading(client, (*dynamodb.Client).DescribeContinuousBackups, table("DescribeContinuousBackups")),
		"dynamodb:DescribeTable":             reading(client, (*dynamodb.Client).DescribeTable, table("DescribeTable")),
		"dynamodb:UpdateContinuousBackups":   writing(client, (*dynamodb.Client).UpdateContinuousBackups, table("UpdateContinuousBackups")),
		"dynamodb:UpdateTable":               writing(client, (*dynamodb.Client).UpdateTable, table("UpdateTable")),
	}
}

func elasticacheOperations() map[string]operation {
	client := func(c connection) *elasticache.Client { return elasticache.NewFromConfig(c.cfg) }
	group := func(action string) need {
		return on("elasticache:"+action, regional("elasticache", "replicationgroup:{ReplicationGroupId}"))
	}
	return map[string]operation{
		"elasticache:DescribeReplicationGroups": reading(client, (*elasticache.Client).DescribeReplicationGroups, group("DescribeReplicationGroups")),
		"elasticache:DecreaseReplicaCount":      writing(client, (*elasticache.Client).DecreaseReplicaCount, group("DecreaseReplicaCount")),
		"elasticache:IncreaseReplicaCount":      writing(client, (*elasticache.Client).IncreaseReplicaCount, group("IncreaseReplicaCount")),
		"elasticache:ModifyReplicationGroup":    writing(client, (*elasticache.Client).ModifyReplicationGroup, group("ModifyReplicationGroup")),
	}
}

func rdsOperations() map[string]operation {
	client := func(c connection) *rds.Client { return rds.NewFromConfig(c.cfg) }
	instance := func(action string) need { return on("rds:"+action, regional("rds", "db:{DBInstanceIdentifier}")) }
	cluster := func(action string) need {
		return on("rds:"+action, regional("rds", "cluster:{DBClusterIdentifier}"))
	}
	return map[string]operation{
		"rds:DescribeDBClusters":                 reading(client, (*rds.Client).DescribeDBClusters, cluster("DescribeDBClusters")),
		"rds:DescribeDBInstances":                reading(client, (*rds.Client).DescribeDBInstances, instance("DescribeDBInstances")),
		"rds:DescribeDBSubnetGroups":             reading(client, (*rds.Client).DescribeDBSubnetGroups, on("rds:DescribeDBSubnetGroups", regional("rds", "subgrp:{DBSubnetGroupName}"))),
		"rds:DescribeOrderableDBInstanceOptions": reading(client, (*rds.Client).DescribeOrderableDBInstanceOptions, on("rds:DescribeOrderableDBInstanceOptions", "*")),
		"rds:CreateDBInstance":                   writing(client, (*rds.Client).CreateDBInstance, instance("CreateDBInstance"), cluster("CreateDBInstance"), instance("AddTagsToResource")),
		"rds:DeleteDBInstance":                   writing(client, (*rds.Client).DeleteDBInstance, instance("DeleteDBInstance")),
		"rds:ModifyDBCluster":                    writing(client, (*rds.Client).ModifyDBCluster, cluster("ModifyDBCluster")),
		"rds:ModifyDBInstance":                   writing(client, (*rds.Client).ModifyDBInstance, instance("ModifyDBInstance")),
	}
}

func s3Operations() map[string]operation {
	client := func(c connection) *s3.Client {
		return s3.NewFromConfig(c.cfg, func(o *s3.Options) { o.UsePathStyle = c.emulated })
	}
	bucket := func(action string) need { return on("s3:"+action, "arn:{p}:s3:::{Bucket}") }
	return map[string]operation{
		"s3:GetBucketAcl":                    reading(client, (*s3.Client).GetBucketAcl, bucket("GetBucketAcl")),
		"s3:GetBucketEncryption":             reading(client, (*s3.Client).GetBucketEncryption, bucket("GetEncryptionConfiguration")),
		"s3:GetBucketLifecycleConfiguration": reading(client, (*s3.Client).GetBucketLifecycleConfiguration, bucket("GetLifecycleConfiguration")),
		"s3:GetBucketPolicy":                 reading(client, (*s3.Client).GetBucketPolicy, bucket("GetBucketPolicy")),
		"s3:GetBucketPolicyStatus":           reading(client, (*s3.Client).GetBucketPolicyStatus, bucket("GetBucketPolicyStatus")),
		"s3:GetBucketReplication":            reading(client, (*s3.Client).GetBucketReplication, bucket("GetReplicationConfiguration")),
		"s3:GetBucketVersioning":             reading(client, (*s3.Client).GetBucketVersioning, bucket("GetBucketVersioning")),
		"s3:GetBucketWebsite":                reading(client, (*s3.Client).GetBucketWebsite, bucket("GetBucketWebsite")),
		"s3:GetPublicAccessBlock":            reading(client, (*s3.Client).GetPublicAccessBlock, bucket("GetBucketPublicAccessBlock")),
		"s3:DeleteBucketEncryption":          writing(client, (*s3.Client).DeleteBucketEncryption, bucket("PutEncryptionConfiguration")),
		"s3:DeleteBucketLifecycle":           writing(client, (*s3.Client).DeleteBucketLifecycle, bucket("PutLifecycleConfiguration")),
		"s3:DeleteBucketPolicy":              writing(client, (*s3.Client).DeleteBucketPolicy, bucket("DeleteBucketPolicy")),
		"s3:DeleteBucketReplication":         writing(client, (*s3.Client).DeleteBucketReplication, bucket("PutReplicationConfiguration")),
		"s3:DeletePublicAccessBlock":         writing(client, (*s3.Client).DeletePublicAccessBlock, bucket("PutBucketPublicAccessBlock")),
		"s3:PutBucketEncryption":             writing(client, (*s3.Client).PutBucketEncryption, bucket("PutEncryptionConfiguration")),
		"s3:PutBucketLifecycleConfiguration": writing(client, (*s3.Client).PutBucketLifecycleConfiguration, bucket("PutLifecycleConfiguration")),
		"s3:PutBucketPolicy":                 writing(client, (*s3.Client).PutBucketPolicy, bucket("PutBucketPolicy")),
		"s3:PutBucketReplication":            writing(client, (*s3.Client).PutBucketReplication, bucket("PutReplicationConfiguration")),
		"s3:PutBucketVersioning":             writing(client, (*s3.Client).PutBucketVersioning, bucket("PutBucketVersioning")),
		"s3:PutPublicAccessBlock":            writing(client, (*s3.Client).PutPublicAccessBlock, bucket("PutBucketPublicAccessBlock")),
	}
}

func kmsOperations() map[string]operation {
	client := func(c connection) *kms.Client { return kms.NewFromConfig(c.cfg) }
	return map[string]operation{
		"kms:DescribeKey": reading(client, (*kms.Client).DescribeKey, on("kms:DescribeKey", "{KeyId}")),
	}
}

func elbv2Operations() map[string]operation {
	client := func(c connection) *elbv2.Client { return elbv2.NewFromConfig(c.cfg) }
	balancer := func(action string) need { return on("elasticloadbalancing:"+action, "{LoadBalancerArn}") }
	read := func(action string) need { return on("elasticloadbalancing:"+action, "*") }
	return map[string]operation{
		"elasticloadbalancing:DescribeListeners":              reading(client, (*elbv2.Client).DescribeListeners, read("DescribeListeners")),
		"elasticloadbalancing:DescribeLoadBalancerAttributes": reading(client, (*elbv2.Client).DescribeLoadBalancerAttributes, read("DescribeLoadBalancerAttributes")),
		"elasticloadbalancing:DescribeLoadBalancers":          reading(client, (*elbv2.Client).DescribeLoadBalancers, read("DescribeLoadBalancers")),
		"elasticloadbalancing:DescribeTargetGroups":           reading(client, (*elbv2.Client).DescribeTargetGroups, read("DescribeTargetGroups")),
		"elasticloadbalancing:DescribeTargetHealth":           reading(client, (*elbv2.Client).DescribeTargetHealth, read("DescribeTargetHealth")),
		"elasticloadbalancing:ModifyListener":                 writing(client, (*elbv2.Client).ModifyListener, on("elasticloadbalancing:ModifyListener", "{ListenerArn}")),
		"elasticloadbalancing:ModifyLoadBalancerAttributes":   writing(client, (*elbv2.Client).ModifyLoadBalancerAttributes, balancer("ModifyLoadBalancerAttributes")),
		"elasticloadbalancing:ModifyTargetGroup":              writing(client, (*elbv2.Client).ModifyTargetGroup, on("elasticloadbalancing:ModifyTargetGroup", "{TargetGroupArn}")),
		"elasticloadbalancing:SetSubnets":                     writing(client, (*elbv2.Client).SetSubnets, balancer("SetSubnets")),
	}
}

func ec2Operations() map[string]operation {
	client := func(c connection) *ec2.Client { return ec2.NewFromConfig(c.cfg) }
	read := func(action string) need { return on("ec2:"+action, "*") }
	table := func(action string) need { return on("ec2:"+action, regional("ec2", "route-table/{RouteTableId}")) }
	tags := func(what string) need { return on("ec2:CreateTags", regional("ec2", what+"/*")) }
	return map[string]operation{
		"ec2:DescribeAddresses":            reading(client, (*ec2.Client).DescribeAddresses, read("DescribeAddresses")),
		"ec2:DescribeNatGateways":          reading(client, (*ec2.Client).DescribeNatGateways, read("DescribeNatGateways")),
		"ec2:DescribeRouteTables":          reading(client, (*ec2.Client).DescribeRouteTables, read("DescribeRouteTables")),
		"ec2:AllocateAddress":              writing(client, (*ec2.Client).AllocateAddress, on("ec2:AllocateAddress", regional("ec2", "elastic-ip/*")), tags("elastic-ip")),
		"ec2:CreateNatGateway":             writing(client, (*ec2.Client).CreateNatGateway, on("ec2:CreateNatGateway", regional("ec2", "natgateway/*")), on("ec2:CreateNatGateway", regional("ec2", "subnet/{SubnetId}")), on("ec2:CreateNatGateway", regional("ec2", "elastic-ip/{AllocationId}")), tags("natgateway")),
		"ec2:CreateRoute":                  writing(client, (*ec2.Client).CreateRoute, table("CreateRoute")),
		"ec2:CreateRouteTable":             writing(client, (*ec2.Client).CreateRouteTable, on("ec2:CreateRouteTable", regional("ec2", "route-table/*")), on("ec2:CreateRouteTable", regional("ec2", "vpc/{VpcId}")), tags("route-table")),
		"ec2:DeleteNatGateway":             writing(client, (*ec2.Client).DeleteNatGateway, on("ec2:DeleteNatGateway", regional("ec2", "natgateway/{NatGatewayId}"))),
		"ec2:DeleteRouteTable":             writing(client, (*ec2.Client).DeleteRouteTable, table("DeleteRouteTable")),
		"ec2:ReleaseAddress":               writing(client, (*ec2.Client).ReleaseAddress, on("ec2:ReleaseAddress", regional("ec2", "elastic-ip/{AllocationId}"))),
		"ec2:ReplaceRouteTableAssociation": writing(client, (*ec2.Client).ReplaceRouteTableAssociation, table("ReplaceRouteTableAssociation"), on("ec2:ReplaceRouteTableAssociation", regional("ec2", "subnet/*"))),
	}
}
