"""Makes the application of the known answers in an emulator: a load balancer and servers in zones a and b, a database in
a, Redis in b, one NAT gateway in a; with --cured three zones, a gateway in each, a standby and a replica."""
import argparse

import boto3

ap = argparse.ArgumentParser()
ap.add_argument("--endpoint", required=True)
ap.add_argument("--cured", action="store_true")
o = ap.parse_args()
R = "eu-west-1"


def client(name):
    return boto3.client(name, region_name=R, endpoint_url=o.endpoint, aws_access_key_id="AKIA123456789012", aws_secret_access_key="secret")


ec2, elb, asg, rds, ec = (client(n) for n in ("ec2", "elbv2", "autoscaling", "rds", "elasticache"))
zones = "abc" if o.cured else "ab"
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)


def subnet(i, z):
    return ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=R + z)["Subnet"]["SubnetId"]


def table(**to):
    t = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=t, DestinationCidrBlock="0.0.0.0/0", **to)
    return t


public = [subnet(i, z) for i, z in enumerate(zones)]
app = [subnet(10 + i, z) for i, z in enumerate(zones)]
out = table(GatewayId=igw)
for s in public:
    ec2.associate_route_table(RouteTableId=out, SubnetId=s)
tables = []
for s in public if o.cured else public[:1]:
    nat = ec2.create_nat_gateway(SubnetId=s, AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])["NatGateway"]["NatGatewayId"]
    tables.append(table(NatGatewayId=nat))
for i, s in enumerate(app):
    ec2.associate_route_table(RouteTableId=tables[i % len(tables)], SubnetId=s)
lbg, appg, datag = (ec2.create_security_group(GroupName=n, Description=n, VpcId=vpc)["GroupId"] for n in ("lb", "app", "data"))
ec2.authorize_security_group_ingress(GroupId=datag, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": appg}]}])
lb = elb.create_load_balancer(Name="web", Subnets=public, SecurityGroups=[lbg], Type="application")["LoadBalancers"][0]["LoadBalancerArn"]
tg = elb.create_target_group(Name="web", Protocol="HTTP", Port=8080, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
elb.create_listener(LoadBalancerArn=lb, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": tg}])
ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.medium", "SecurityGroupIds": [appg]})
n = len(zones)
asg.create_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate={"LaunchTemplateName": "web", "Version": "$Latest"}, MinSize=n, MaxSize=6, DesiredCapacity=n,
                              VPCZoneIdentifier=",".join(app), TargetGroupARNs=[tg])
rds.create_db_subnet_group(DBSubnetGroupName="data", DBSubnetGroupDescription="d", SubnetIds=app)
where = {"MultiAZ": True} if o.cured else {"MultiAZ": False, "AvailabilityZone": R + "a"}
rds.create_db_instance(DBInstanceIdentifier="main", Engine="postgres", DBInstanceClass="db.m6g.large", AllocatedStorage=100, DBSubnetGroupName="data", VpcSecurityGroupIds=[datag],
                       MasterUsername="shop", MasterUserPassword="correct-horse", **where)
ec.create_cache_subnet_group(CacheSubnetGroupName="data", CacheSubnetGroupDescription="d", SubnetIds=app)
nodes = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True, "MultiAZEnabled": True} if o.cured else {"NumCacheClusters": 1, "PreferredCacheClusterAZs": [R + "b"]}
ec.create_replication_group(ReplicationGroupId="sessions", ReplicationGroupDescription="web sessions", Engine="redis", CacheNodeType="cache.m6g.large", CacheSubnetGroupName="data",
                            SecurityGroupIds=[datag], **nodes)
