"""Makes an account of things that live fixes change, one or more of each kind, in an emulator."""
import argparse
import datetime
import io
import json
import zipfile

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ap = argparse.ArgumentParser()
ap.add_argument("--endpoint", required=True)
o = ap.parse_args()
R, A = "us-east-1", "123456789012"


def client(name):
    return boto3.client(name, region_name=R, endpoint_url=o.endpoint, aws_access_key_id="AKIA123456789012", aws_secret_access_key="secret")


ec2, elb, asg, rds, ec, s3, iam = (client(n) for n in ("ec2", "elbv2", "autoscaling", "rds", "elasticache", "s3", "iam"))
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
public = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=R + z)["Subnet"]["SubnetId"] for i, z in enumerate("abc")]
app = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{10 + i}.0/24", AvailabilityZone=R + z)["Subnet"]["SubnetId"] for i, z in enumerate("abc")]
out = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
ec2.create_route(RouteTableId=out, DestinationCidrBlock="0.0.0.0/0", GatewayId=igw)
for s in public:
    ec2.associate_route_table(RouteTableId=out, SubnetId=s)
nat = ec2.create_nat_gateway(SubnetId=public[0], AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])["NatGateway"]["NatGatewayId"]
private = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
ec2.create_route(RouteTableId=private, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
for s in app:
    ec2.associate_route_table(RouteTableId=private, SubnetId=s)
group = ec2.create_security_group(GroupName="app", Description="app", VpcId=vpc)["GroupId"]

acm = client("acm")
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example.com")]), datetime.datetime.now(datetime.timezone.utc)
own = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=90)).sign(key, hashes.SHA256())
cert = acm.import_certificate(Certificate=own.public_bytes(serialization.Encoding.PEM), PrivateKey=key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))["CertificateArn"]
acm.request_certificate(DomainName="shop.example.com", ValidationMethod="DNS")
lb = elb.create_load_balancer(Name="web", Subnets=public[:2], SecurityGroups=[group], Type="application")["LoadBalancers"][0]["LoadBalancerArn"]
tg = elb.create_target_group(Name="web", Protocol="HTTP", Port=8080, VpcId=vpc, Matcher={"HttpCode": "200-499"})["TargetGroups"][0]["TargetGroupArn"]
forward = [{"Type": "forward", "TargetGroupArn": tg}]
elb.create_listener(LoadBalancerArn=lb, Protocol="HTTP", Port=80, DefaultActions=forward)
elb.create_listener(LoadBalancerArn=lb, Protocol="HTTPS", Port=443, SslPolicy="ELBSecurityPolicy-2016-08", Certificates=[{"CertificateArn": cert}], DefaultActions=forward)

classic = [{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}]
client("elb").create_load_balancer(LoadBalancerName="classic", Subnets=public[:1], SecurityGroups=[group], Listeners=classic)
client("elb").create_load_balancer(LoadBalancerName="old", AvailabilityZones=[R + "a"], Listeners=classic)
client("elb").modify_load_balancer_attributes(LoadBalancerName="old", LoadBalancerAttributes={"CrossZoneLoadBalancing": {"Enabled": True}})

ami = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
ec2.run_instances(ImageId=ami, MinCount=1, MaxCount=1, InstanceType="m5.large", SubnetId=app[0], TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "lone"}]}],
                  BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True, "KmsKeyId": client("kms").create_key(Description="disks")["KeyMetadata"]["Arn"]}}])
lt = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": ami, "InstanceType": "t3.medium"})["LaunchTemplate"]["LaunchTemplateId"]
ec2.create_launch_template_version(LaunchTemplateId=lt, SourceVersion="1", LaunchTemplateData={"ImageId": ami, "InstanceType": "t3.medium"})
asg.create_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate={"LaunchTemplateId": lt, "Version": "$Latest"}, MinSize=1, MaxSize=4, DesiredCapacity=1,
                              VPCZoneIdentifier=app[0], TargetGroupARNs=[tg], HealthCheckType="EC2", HealthCheckGracePeriod=300)

rds.create_db_subnet_group(DBSubnetGroupName="data", DBSubnetGroupDescription="d", SubnetIds=app)
rds.create_db_subnet_group(DBSubnetGroupName="narrow", DBSubnetGroupDescription="d", SubnetIds=app[:1])
rds.create_db_parameter_group(DBParameterGroupName="shop", DBParameterGroupFamily="mysql8.0", Description="d")
rds.modify_db_parameter_group(DBParameterGroupName="shop", Parameters=[{"ParameterName": "innodb_flush_log_at_trx_commit", "ParameterValue": "2", "ApplyMethod": "immediate"}])
rds.create_db_instance(DBInstanceIdentifier="shop", Engine="mysql", EngineVersion="8.0.40", DBInstanceClass="db.m5.large", AllocatedStorage=100, DBSubnetGroupName="data",
                       DBParameterGroupName="shop", MasterUsername="shop", MasterUserPassword="correct-horse", MultiAZ=False, AvailabilityZone=R + "a",
                       BackupRetentionPeriod=3, DeletionProtection=False, PubliclyAccessible=True)
rds.create_db_instance(DBInstanceIdentifier="ledger", Engine="postgres", EngineVersion="16.4", DBInstanceClass="db.m6g.large", AllocatedStorage=200, MaxAllocatedStorage=500, StorageType="gp3",
                       DBSubnetGroupName="data", VpcSecurityGroupIds=[group], MasterUsername="ledger", MasterUserPassword="correct-horse", MultiAZ=True, BackupRetentionPeriod=14,
                       PreferredBackupWindow="03:00-04:00", PreferredMaintenanceWindow="sun:05:00-sun:06:00", CopyTagsToSnapshot=True, AutoMinorVersionUpgrade=True, PubliclyAccessible=False,
                       EnableCloudwatchLogsExports=["postgresql"], Port=5433, Tags=[{"Key": "team", "Value": "books"}])
rds.create_db_snapshot(DBInstanceIdentifier="ledger", DBSnapshotIdentifier="ledger-1")
rds.create_db_instance(DBInstanceIdentifier="narrow", Engine="mysql", EngineVersion="8.0.40", DBInstanceClass="db.m5.large", AllocatedStorage=100, DBSubnetGroupName="narrow",
                       MasterUsername="shop", MasterUserPassword="correct-horse", MultiAZ=False, AvailabilityZone=R + "a")
rds.create_db_cluster(DBClusterIdentifier="orders", Engine="aurora-mysql", MasterUsername="shop", MasterUserPassword="correct-horse", DBSubnetGroupName="data",
                      BackupRetentionPeriod=1, DeletionProtection=False, AvailabilityZones=[R + z for z in "abc"])
rds.create_db_instance(DBInstanceIdentifier="orders-0", Engine="aurora-mysql", DBInstanceClass="db.r6g.large", DBClusterIdentifier="orders", AvailabilityZone=R + "a")

ec.create_cache_subnet_group(CacheSubnetGroupName="data", CacheSubnetGroupDescription="d", SubnetIds=app)
ec.create_cache_subnet_group(CacheSubnetGroupName="narrow", CacheSubnetGroupDescription="d", SubnetIds=app[:1])
ec.create_replication_group(ReplicationGroupId="sessions", ReplicationGroupDescription="d", NumCacheClusters=1, CacheNodeType="cache.m5.large", Engine="redis", EngineVersion="7.1",
                            CacheSubnetGroupName="data", AutomaticFailoverEnabled=False)
ec.create_cache_cluster(CacheClusterId="lone", Engine="redis", EngineVersion="7.1", CacheNodeType="cache.t4g.small", NumCacheNodes=1, CacheSubnetGroupName="data",
                        PreferredAvailabilityZone=R + "a", SecurityGroupIds=[group])

client("dynamodb").create_table(TableName="carts", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                                BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})

client("dynamodb").create_table(TableName="views", AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("id", "day")], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                                BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, GlobalSecondaryIndexes=[{
                                    "IndexName": "by.day", "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
                                    "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}}])
client("ecr").create_repository(repositoryName="web")

for b in ("images", "copies"):
    s3.create_bucket(Bucket=b)
s3.put_bucket_lifecycle_configuration(Bucket="images", LifecycleConfiguration={"Rules": [
    {"ID": "tmp", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}]})
for b in ("site", "moved"):
    s3.create_bucket(Bucket=b)
s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"}})
s3.put_bucket_website(Bucket="moved", WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "shop.example.com"}})
s3.put_bucket_versioning(Bucket="copies", VersioningConfiguration={"Status": "Enabled"})
client("kms").create_key(Description="images")

s3.create_bucket(Bucket="exports")
client("kms").create_alias(AliasName="alias/exports", TargetKeyId=client("kms").create_key(Description="exports")["KeyMetadata"]["KeyId"])

role = lambda name, service: iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
role("copier", "s3.amazonaws.com")
for name, service in (("AWSBackupDefaultServiceRole", "backup"), ("AWSDataLifecycleManagerDefaultRole", "dlm")):
    iam.create_role(RoleName=name, Path="/service-role/", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service + ".amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
ec2.create_volume(AvailabilityZone=R + "a", Size=100, VolumeType="gp3")
client("efs").create_file_system(CreationToken="shared")
client("backup").create_backup_vault(BackupVaultName="kept")
iam.update_account_password_policy(MinimumPasswordLength=8, MaxPasswordAge=90)

for user in ("ana", "ben", "break-glass"):
    iam.create_user(UserName=user)
    iam.create_login_profile(UserName=user, Password="correct-horse")
iam.create_access_key(UserName="ben")

logs = client("logs")
logs.create_log_group(logGroupName="/shop/app")
logs.put_retention_policy(logGroupName="/shop/app", retentionInDays=7)

topic = client("sns").create_topic(Name="ops")["TopicArn"]
client("sns").subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15550100")
cw = client("cloudwatch")
cw.put_metric_alarm(AlarmName="cpu", Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average", Period=300, EvaluationPeriods=3, Threshold=80,
                    ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic], ActionsEnabled=False)

s3.create_bucket(Bucket="trail")
s3.put_bucket_policy(Bucket="trail", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Sid": "acl", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::trail"}]}))
client("cloudtrail").create_trail(Name="main", S3BucketName="trail", IsMultiRegionTrail=False, EnableLogFileValidation=False)

r53 = client("route53")
zone = r53.create_hosted_zone(Name="shop.example.com", CallerReference="1")["HostedZone"]["Id"]
r53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": {
    "Name": "www.shop.example.com", "Type": "CNAME", "TTL": 3600, "ResourceRecords": [{"Value": "shop.example.net"}]}}]})
r53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": {
    "Name": "api.shop.example.com", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "eu.shop.example.net"}]}}]})
r53.create_health_check(CallerReference="2", HealthCheckConfig={"Type": "HTTPS", "FullyQualifiedDomainName": "www.shop.example.com", "Disabled": True})

code = io.BytesIO()
with zipfile.ZipFile(code, "w") as z:
    z.writestr("main.py", "def handler(*_): pass")
lam, runner = client("lambda"), role("runner", "lambda.amazonaws.com")
lam.create_function(FunctionName="resize", Runtime="python3.12", Role=runner, Handler="main.handler", Code={"ZipFile": code.getvalue()},
                    VpcConfig={"SubnetIds": app[:1], "SecurityGroupIds": [group]})
client("sqs").create_queue(QueueName="resize-dlq")

eks = client("eks")
eks.create_cluster(name="shop", roleArn=role("eks", "eks.amazonaws.com"), resourcesVpcConfig={"subnetIds": app[:2]})
eks.create_nodegroup(clusterName="shop", nodegroupName="workers", nodeRole=role("nodes", "ec2.amazonaws.com"), subnets=app, scalingConfig={"minSize": 1, "maxSize": 5, "desiredSize": 1})
template = {"id": ec2.create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required"}})["LaunchTemplate"]["LaunchTemplateId"], "version": "1"}
eks.create_nodegroup(clusterName="shop", nodegroupName="lone", nodeRole="arn:aws:iam::123456789012:role/nodes", subnets=app[:1], scalingConfig={"minSize": 1, "maxSize": 5, "desiredSize": 1},
                     labels={"team": "shop"}, taints=[{"key": "batch", "value": "yes", "effect": "NO_SCHEDULE"}], launchTemplate=template, tags={"team": "shop"}, version=eks.describe_cluster(name="shop")["cluster"]["version"])

ecs = client("ecs")
ecs.create_cluster(clusterName="shop")
ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "api:1", "memory": 256}])
ecs.create_service(cluster="shop", serviceName="api", taskDefinition="api", desiredCount=1, deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 0})

ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 256}])
ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web", desiredCount=2, networkConfiguration={"awsvpcConfiguration": {"subnets": app[:1], "securityGroups": [group]}})

client("application-autoscaling").register_scalable_target(ServiceNamespace="ecs", ResourceId="service/shop/web", ScalableDimension="ecs:service:DesiredCount", MinCapacity=1, MaxCapacity=4)

fs = client("efs").create_file_system(CreationToken="uploads", Encrypted=True, Tags=[{"Key": "Name", "Value": "uploads"}])["FileSystemId"]
client("efs").create_mount_target(FileSystemId=fs, SubnetId=app[0], SecurityGroups=[group])

rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="orders", DBParameterGroupFamily="aurora-mysql8.0", Description="d")
rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName="orders", Parameters=[{"ParameterName": "sync_binlog", "ParameterValue": "0", "ApplyMethod": "immediate"}])
ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType="t2.micro", SubnetId=app[0], TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "lone"}]}])
ec2.create_volume(AvailabilityZone=R + "a", Size=8, VolumeType="gp2", TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "old"}]}])
client("ecr").create_repository(repositoryName="api", imageTagMutability="MUTABLE", imageScanningConfiguration={"scanOnPush": False})
client("opensearch").create_domain(DomainName="catalog", EngineVersion="OpenSearch_2.11", ClusterConfig={"InstanceType": "m6g.large.search", "InstanceCount": 1, "ZoneAwarenessEnabled": False})
client("opensearch").create_domain(DomainName="inside", EngineVersion="OpenSearch_2.11", VPCOptions={"SubnetIds": app[:1], "SecurityGroupIds": [group]},
                                   ClusterConfig={"InstanceType": "m6g.large.search", "InstanceCount": 1, "ZoneAwarenessEnabled": False})
client("cloudfront").create_distribution(DistributionConfig={
    "ViewerCertificate": {"ACMCertificateArn": cert, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"},
    "CallerReference": "1", "Comment": "images", "Enabled": True,
    "Origins": {"Quantity": 2, "Items": [{"Id": "images", "DomainName": f"images.s3.{R}.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}, {
        "Id": "shop", "DomainName": "origin.shop.example.com", "CustomOriginConfig": {
            "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only", "OriginSslProtocols": {"Quantity": 2, "Items": ["TLSv1", "TLSv1.2"]}}}]},
    "DefaultCacheBehavior": {"TargetOriginId": "images", "ViewerProtocolPolicy": "redirect-to-https", "Compress": False, "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}})
