#!/usr/bin/env python3
"""Fills a moto server with a three-tier account, good or bad, and writes down what is true of it.

A static front on S3 and CloudFront, a back end behind load balancers and auto scaling groups, MySQL and Aurora, Redis, EKS and a kops
style cluster, remote state with its lock table, Route 53 and a certificate, people with and without a second factor, backups, alarms.

    seed_account.py --endpoint http://127.0.0.1:PORT --variant good --manifest good.json
    seed_account.py --endpoint ... --variant bad --account 222222222222
    seed_account.py --endpoint ... --org 3       # an organization: management account (good) and members bad, good, bad

The manifest has what was made and `truth`: one row for each (concern, resource, ok). Operations that the double does not have are
listed under `skipped`; anything else is an error. An endpoint that is not on the loopback interface is refused.
"""
from __future__ import annotations

import argparse
import datetime as dt
import io
import ipaddress
import json
import sys
import threading
import time
import urllib.parse
import urllib.request
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

DEFAULT_ACCOUNT = "123456789012"
AZS = 3


class Seeder:
    """Holds clients, the manifest and the truth table of one account + region."""

    def __init__(self, endpoint: str, account: str, region: str, variant: str, prefix: str = "acme"):
        self.endpoint, self.account, self.region, self.variant, self.prefix = endpoint, account, region, variant, prefix
        self.good = variant == "good"
        self.cfg = Config(retries={"max_attempts": 1, "mode": "standard"}, max_pool_connections=64,
                          s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=60,
                          inject_host_prefix=False)
        self.session = self._session()
        self._clients: dict[str, object] = {}
        self._lock = threading.Lock()
        self.made: list[dict] = []
        self.truth: list[dict] = []
        self.skipped: list[dict] = []
        self.calls = 0

    # ---- plumbing ------------------------------------------------------------------------------------------------
    def _session(self):
        base = boto3.Session("AKIASEEDSEEDSEEDSEED", "seed", region_name=self.region)
        if self.account == DEFAULT_ACCOUNT:
            return base
        sts = base.client("sts", endpoint_url=self.endpoint, config=self.cfg)
        c = sts.assume_role(RoleArn=f"arn:aws:iam::{self.account}:role/Seeder", RoleSessionName="seed")["Credentials"]
        return boto3.Session(c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"], region_name=self.region)

    def client(self, service: str, region: str | None = None):
        key = f"{service}@{region or self.region}"
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self.session.client(service, endpoint_url=self.endpoint, config=self.cfg,
                                                         region_name=region or self.region)
                if service == "s3control":  # its endpoint rules ask for http://ACCOUNT.127.0.0.1, which does not resolve
                    self._clients[key].meta.events.register("before-send.s3-control", self._plain_host)
            return self._clients[key]

    def _plain_host(self, request, **_):
        request.url = self.endpoint + "/" + request.url.split("/", 3)[3]

    def do(self, service: str, op: str, region: str | None = None, optional: bool = False, **params):
        """Call op. optional=True: an operation the double lacks (HTTP 500/501, or any refusal) is noted, not fatal."""
        self.calls += 1
        try:
            return getattr(self.client(service, region), op)(**params)
        except Exception as e:  # noqa: BLE001 - parse errors of html 500 pages are not ClientErrors
            code = e.response.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(e, ClientError) else None
            if optional or code in (500, 501) or "invalid XML received" in str(e):
                self.skipped.append({"call": f"{service}.{op}", "error": " ".join(str(e).split())[:160]})
                return None
            raise

    def add(self, kind: str, ident: str, **extra):
        self.made.append({"kind": kind, "id": ident, **extra})
        return ident

    def fact(self, concern: str, resource: str, ok: bool, why: str = ""):
        self.truth.append({"concern": concern, "resource": resource, "ok": ok, "why": why})

    def tags(self, name: str, **more):
        t = {"Name": f"{self.prefix}-{name}", "env": "prod" if self.good else "legacy", "project": self.prefix, **more}
        if self.good:
            t["backup"] = "daily"
        return [{"Key": k, "Value": v} for k, v in t.items()]

    def ltags(self, name):  # lower-case key/value dict form
        return {x["Key"]: x["Value"] for x in self.tags(name)}

    def arn(self, service, rest, region=None):
        return f"arn:aws:{service}:{self.region if region is None else region}:{self.account}:{rest}"

    # ---- network ---------------------------------------------------------------------------------------------------
    def network(self):
        ec2, g, p = self.client("ec2"), self.good, self.prefix
        zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]][:AZS]
        self.zones = zones
        self.vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": self.tags("vpc")}])["Vpc"]["VpcId"]
        self.add("vpc", self.vpc)
        igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=self.vpc)
        self.subnets = {"public": [], "app": [], "data": []}
        for t, tier in enumerate(self.subnets):
            for i, z in enumerate(zones):
                s = ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.20.{t * 16 + i}.0/24", AvailabilityZone=z,
                                      TagSpecifications=[{"ResourceType": "subnet", "Tags": self.tags(f"{tier}-{z}", tier=tier)}])["Subnet"]["SubnetId"]
                self.subnets[tier].append(s)
        pub = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=pub, DestinationCidrBlock="0.0.0.0/0", GatewayId=igw)
        for s in self.subnets["public"]:
            ec2.associate_route_table(RouteTableId=pub, SubnetId=s)
        self.nats = []
        for s in self.subnets["public"][: AZS if g else 1]:
            eip = ec2.allocate_address(Domain="vpc")["AllocationId"]
            self.nats.append(ec2.create_nat_gateway(SubnetId=s, AllocationId=eip)["NatGateway"]["NatGatewayId"])
        for i in range(AZS):  # good: one private table and NAT per zone; bad: every zone leaves through the one NAT of zone a
            rt = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
            ec2.create_route(RouteTableId=rt, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=self.nats[i % len(self.nats)])
            for tier in ("app", "data"):
                ec2.associate_route_table(RouteTableId=rt, SubnetId=self.subnets[tier][i])
        self.fact("nat-per-az", self.vpc, g, f"{len(self.nats)} NAT gateway(s) for {AZS} zones")
        self.sg = {}
        for name, port, src in (("alb", 443, None), ("app", 8080, "alb"), ("db", 3306, "app"), ("cache", 6379, "app")):
            sid = ec2.create_security_group(GroupName=f"{p}-{name}", Description=name, VpcId=self.vpc)["GroupId"]
            perm = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
            if src and g:
                perm["UserIdGroupPairs"] = [{"GroupId": self.sg[src]}]
            else:
                perm["IpRanges"] = [{"CidrIp": "0.0.0.0/0"}]
            ec2.authorize_security_group_ingress(GroupId=sid, IpPermissions=[perm])
            self.sg[name] = sid
            if name in ("app", "db", "cache"):
                self.fact("sg-not-open-to-world", sid, g, f"port {port}")
        if g:
            self.do("ec2", "create_flow_logs", ResourceIds=[self.vpc], ResourceType="VPC", TrafficType="ALL", optional=True,
                    LogDestinationType="cloud-watch-logs", LogGroupName="/vpc/flow", DeliverLogsPermissionArn=self.arn("iam", "role/flow", ""))
            self.do("ec2", "create_vpc_endpoint", VpcId=self.vpc, ServiceName=f"com.amazonaws.{self.region}.s3", VpcEndpointType="Gateway", optional=True)
            self.do("ec2", "enable_ebs_encryption_by_default", optional=True)
        self.fact("vpc-flow-logs", self.vpc, g)

    # ---- identity --------------------------------------------------------------------------------------------------
    def identity(self):
        iam, g = self.client("iam"), self.good
        trust = lambda s: json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": s}, "Action": "sts:AssumeRole"}]})
        self.role = {}
        for n, s in (("ec2", "ec2.amazonaws.com"), ("eks", "eks.amazonaws.com"), ("lambda", "lambda.amazonaws.com"),
                     ("backup", "backup.amazonaws.com"), ("ecs", "ecs-tasks.amazonaws.com"), ("config", "config.amazonaws.com"), ("s3repl", "s3.amazonaws.com")):
            self.role[n] = iam.create_role(RoleName=f"{self.prefix}-{n}", AssumeRolePolicyDocument=trust(s))["Role"]["Arn"]
        if g:
            iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, RequireNumbers=True, RequireUppercaseCharacters=True,
                                               RequireLowercaseCharacters=True, MaxPasswordAge=90, PasswordReusePrevention=24)
        self.fact("password-policy-strong", self.account, g)
        admin = iam.create_policy(PolicyName=f"{self.prefix}-admin", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}))["Policy"]["Arn"]
        mfa = iam.create_policy(PolicyName=f"{self.prefix}-require-mfa", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "NotAction": ["iam:*MFA*", "sts:GetSessionToken"], "Resource": "*",
                                                     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}))["Policy"]["Arn"]
        iam.create_group(GroupName=f"{self.prefix}-developers")
        if g:
            iam.attach_group_policy(GroupName=f"{self.prefix}-developers", PolicyArn=mfa)
        for name, has_mfa in (("alice", True), ("bob", g), ("carol", g)):
            iam.create_user(UserName=name)
            iam.create_login_profile(UserName=name, Password="Xy1!aaaaaaaaaaaaaa")
            iam.add_user_to_group(GroupName=f"{self.prefix}-developers", UserName=name)
            if has_mfa:
                d = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
                iam.enable_mfa_device(UserName=name, SerialNumber=d, AuthenticationCode1="123456", AuthenticationCode2="654321")
            self.fact("console-user-has-mfa", name, has_mfa)
        iam.create_user(UserName="ci-bot")
        iam.create_access_key(UserName="ci-bot")
        self.fact("console-user-has-mfa", "ci-bot", True, "no console password, so it needs none")
        if not g:
            iam.attach_user_policy(UserName="bob", PolicyArn=admin)
        self.fact("no-direct-admin", "bob", g)
        iam.create_instance_profile(InstanceProfileName=f"{self.prefix}-ec2")
        iam.add_role_to_instance_profile(InstanceProfileName=f"{self.prefix}-ec2", RoleName=f"{self.prefix}-ec2")

    # ---- certificates + dns -----------------------------------------------------------------------------------------
    def dns_and_certs(self):
        g, dom = self.good, f"{self.prefix}.example"
        self.domain = dom
        if g:
            self.cert = self.do("acm", "request_certificate", DomainName=f"*.{dom}", SubjectAlternativeNames=[dom], ValidationMethod="DNS")["CertificateArn"]
        else:
            self.cert = self._import_short_cert(f"shop.{dom}", days=10)
        self.add("acm-certificate", self.cert)
        self.fact("wildcard-certificate", self.cert, g)
        self.fact("certificate-not-expiring-30d", self.cert, g)
        self.zone = self.do("route53", "create_hosted_zone", Name=dom, CallerReference=str(time.time()))["HostedZone"]["Id"].split("/")[-1]
        self.add("route53-zone", self.zone)

    def _import_short_cert(self, cn: str, days: int) -> str:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.x509.oid import NameOID
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
        now = dt.datetime.now(dt.timezone.utc)
        c = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
             .not_valid_before(now - dt.timedelta(days=355)).not_valid_after(now + dt.timedelta(days=days))
             .add_extension(x509.SubjectAlternativeName([x509.DNSName(cn)]), False).sign(key, hashes.SHA256()))
        pem = serialization.Encoding.PEM
        return self.do("acm", "import_certificate", Certificate=c.public_bytes(pem),
                       PrivateKey=key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))["CertificateArn"]

    # ---- s3 + cdn ---------------------------------------------------------------------------------------------------
    def _bucket(self, name: str, versioned: bool, encrypted: bool, private: bool, region: str | None = None):
        kw = {} if (region or self.region) == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region or self.region}}
        s3 = self.client("s3", region)
        s3.create_bucket(Bucket=name, **kw)
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        if encrypted:
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]})
        if private:
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True))
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": self.tags(name)})
        self.add("s3-bucket", name)
        return name

    def storage_and_cdn(self):
        g, p, a = self.good, self.prefix, self.account
        self.logs = self._bucket(f"{p}-logs-{a}", g, g, True)
        self.client("s3").put_bucket_policy(Bucket=self.logs, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": svc}, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{self.logs}/*"}
            for svc in ("logging.s3.amazonaws.com", "cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com")]}))
        self.assets = self._bucket(f"{p}-assets-{a}", g, g, g)
        state = self._bucket(f"{p}-tfstate-{a}", g, g, g)
        self.fact("tf-state-bucket-versioned", state, g)
        self.fact("tf-state-bucket-encrypted", state, g)
        for b in (self.assets, state):
            self.fact("bucket-public-access-blocked", b, g)
        self.client("s3").put_object(Bucket=state, Key="stages/test/main/terraform.tfstate", Body=b'{"version":4}')
        self.client("s3").put_object(Bucket=self.assets, Key="index.html", Body=b"<html></html>")
        s3 = self.client("s3")
        if g:
            other = "us-west-2" if self.region != "us-west-2" else "us-east-1"
            dr = self._bucket(f"{p}-assets-dr-{a}", True, True, True, region=other)
            s3.put_bucket_replication(Bucket=self.assets, ReplicationConfiguration={"Role": self.role["s3repl"], "Rules": [
                {"ID": "dr", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": ""}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": f"arn:aws:s3:::{dr}"}}]})
            for b in (self.assets, state):
                s3.put_bucket_logging(Bucket=b, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": self.logs, "TargetPrefix": b + "/"}})
            s3.put_bucket_lifecycle_configuration(Bucket=self.assets, LifecycleConfiguration={"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}]})
            self.do("s3control", "put_public_access_block", AccountId=a, optional=True, PublicAccessBlockConfiguration=dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True))
        else:
            s3.put_bucket_website(Bucket=self.assets, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
            s3.put_bucket_policy(Bucket=self.assets, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{self.assets}/*"}]}))
        self.fact("cdn-in-front-of-s3", self.assets, g)
        origin = {"Id": "assets", "DomainName": f"{self.assets}.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
        if not g:  # a distribution exists, but for the load balancer only, over plain http
            origin = {"Id": "lb", "DomainName": f"lb.{self.domain}", "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}
        if g:
            oac = self.do("cloudfront", "create_origin_access_control", OriginAccessControlConfig={"Name": f"{p}-oac", "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"})
            origin["OriginAccessControlId"] = oac["OriginAccessControl"]["Id"] if oac else ""
        dist = self.do("cloudfront", "create_distribution", DistributionConfig={
            "CallerReference": f"{p}-{self.variant}", "Comment": f"{p} cdn", "Enabled": True, "DefaultRootObject": "index.html" if g else "",
            "Aliases": {"Quantity": 1, "Items": [f"static.{self.domain}"]}, "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": origin["Id"], "ViewerProtocolPolicy": "redirect-to-https" if g else "allow-all", "MinTTL": 0,
                                     "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}},
            "Logging": {"Enabled": g, "IncludeCookies": False, "Bucket": f"{self.logs}.s3.amazonaws.com" if g else "", "Prefix": "cf/" if g else ""},
            "ViewerCertificate": {"ACMCertificateArn": self.cert, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"} if g else {"CloudFrontDefaultCertificate": True}})["Distribution"]
        self.dist = dist
        self.add("cloudfront-distribution", dist["Id"])
        self.fact("cdn-redirects-to-https", dist["Id"], g)

    # ---- web / app tier -----------------------------------------------------------------------------------------------
    def compute(self):
        g, p, ec2 = self.good, self.prefix, self.client("ec2")
        ami = next(i["ImageId"] for i in ec2.describe_images(Owners=["amazon"])["Images"] if i.get("Architecture") == "x86_64")
        self.topic = self.do("sns", "create_topic", Name=f"{p}-ops")["TopicArn"]
        n = AZS if g else 1
        self.asgs = []
        for tier in ("front", "back"):
            lb_subnets = self.subnets["public"][: AZS if g else 2]
            if g:
                lb = self.do("elbv2", "create_load_balancer", Name=f"{p}-{tier}", Subnets=lb_subnets, SecurityGroups=[self.sg["alb"]], Type="application", Tags=self.tags(tier))["LoadBalancers"][0]
                tg = self.do("elbv2", "create_target_group", Name=f"{p}-{tier}", Protocol="HTTP", Port=8080, VpcId=self.vpc, HealthCheckPath="/healthz")["TargetGroups"][0]["TargetGroupArn"]
                self.do("elbv2", "modify_load_balancer_attributes", LoadBalancerArn=lb["LoadBalancerArn"], Attributes=[
                    {"Key": "deletion_protection.enabled", "Value": "true"}, {"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": self.logs}])
                self.do("elbv2", "create_listener", LoadBalancerArn=lb["LoadBalancerArn"], Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": self.cert}],
                        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", DefaultActions=[{"Type": "forward", "TargetGroupArn": tg}])
                self.do("elbv2", "create_listener", LoadBalancerArn=lb["LoadBalancerArn"], Protocol="HTTP", Port=80,
                        DefaultActions=[{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}])
                self.add("alb", lb["LoadBalancerArn"])
                lbid, dns, zid = lb["LoadBalancerArn"], lb["DNSName"], lb["CanonicalHostedZoneId"]
            else:
                name = f"{p}-{tier}"
                dns = self.do("elb", "create_load_balancer", LoadBalancerName=name, Subnets=self.subnets["public"][:1], SecurityGroups=[self.sg["alb"]],
                              Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}])["DNSName"]
                self.add("classic-elb", name)
                lbid, zid, tg = name, "Z35SXDOTRQ7X7K", None
            self.fact("lb-multi-az", lbid, g)
            self.fact("lb-https-only", lbid, g)
            asg = f"{p}-{tier}"
            common = dict(AutoScalingGroupName=asg, MinSize=n, MaxSize=n * 3 if g else n, DesiredCapacity=n, HealthCheckGracePeriod=120,
                          VPCZoneIdentifier=",".join(self.subnets["app"][:n]), HealthCheckType="ELB" if g else "EC2",
                          Tags=[{**t, "ResourceId": asg, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True} for t in self.tags(tier)])
            if g:
                self.do("ec2", "create_launch_template", LaunchTemplateName=asg, LaunchTemplateData={
                    "ImageId": ami, "InstanceType": "t3.medium", "MetadataOptions": {"HttpTokens": "required"}, "SecurityGroupIds": [self.sg["app"]],
                    "IamInstanceProfile": {"Name": f"{p}-ec2"}, "Monitoring": {"Enabled": True},
                    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True}}]})
                self.do("autoscaling", "create_auto_scaling_group", LaunchTemplate={"LaunchTemplateName": asg, "Version": "$Latest"}, TargetGroupARNs=[tg], **common)
                self.do("autoscaling", "put_scaling_policy", AutoScalingGroupName=asg, PolicyName=f"{asg}-cpu50", PolicyType="TargetTrackingScaling",  # moto knows policies by name alone
                        TargetTrackingConfiguration={"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}, "TargetValue": 50})
                self._alarm(f"{asg}-5xx", "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", [{"Name": "LoadBalancer", "Value": lbid.split("loadbalancer/")[-1]}], 10)
                self._alarm(f"{asg}-cpu", "AWS/EC2", "CPUUtilization", [{"Name": "AutoScalingGroupName", "Value": asg}], 80)
            else:
                self.do("autoscaling", "create_launch_configuration", LaunchConfigurationName=asg, ImageId=ami, InstanceType="t2.micro", SecurityGroups=[self.sg["app"]])
                self.do("autoscaling", "create_auto_scaling_group", LaunchConfigurationName=asg, LoadBalancerNames=[lbid], **common)
            self.asgs.append(asg)
            self.add("asg", asg)
            self.fact("asg-multi-az", asg, g)
            self.fact("asg-can-scale-out", asg, g)
            self.fact("asg-elb-health-check", asg, g)
            self.fact("tier-has-alarms", asg, g)
            rec = {"Name": f"{'www' if tier == 'front' else 'api'}.{self.domain}", "Type": "A", "AliasTarget": {"HostedZoneId": zid, "DNSName": dns, "EvaluateTargetHealth": g}}
            if g:
                hc = self.do("route53", "create_health_check", CallerReference=f"{asg}-{self.account}", HealthCheckConfig={
                    "Type": "HTTPS", "FullyQualifiedDomainName": rec["Name"], "ResourcePath": "/healthz", "RequestInterval": 30, "FailureThreshold": 3})["HealthCheck"]["Id"]
                self._rr({**rec, "SetIdentifier": "primary", "Failover": "PRIMARY", "HealthCheckId": hc})
                self._rr({**rec, "SetIdentifier": "secondary", "Failover": "SECONDARY", "AliasTarget": {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": self.dist["DomainName"], "EvaluateTargetHealth": False}})
            else:
                self._rr(rec)
            self.fact("dns-failover-with-health-check", rec["Name"], g)
        # a pet: one instance that no group replaces
        if not g:
            i = ec2.run_instances(ImageId=ami, InstanceType="m4.large", MinCount=1, MaxCount=1, SubnetId=self.subnets["public"][0], SecurityGroupIds=[self.sg["app"]],
                                  TagSpecifications=[{"ResourceType": "instance", "Tags": self.tags("cron-server")}])["Instances"][0]["InstanceId"]
            self.add("ec2-instance", i)
            self.fact("instance-in-auto-scaling-group", i, False, "stand-alone cron server")
            v = ec2.create_volume(AvailabilityZone=self.zones[0], Size=100, VolumeType="gp2")["VolumeId"]
            self.fact("ebs-volume-has-snapshot", v, False)
        else:
            v = ec2.create_volume(AvailabilityZone=self.zones[0], Size=100, VolumeType="gp3", Encrypted=True, TagSpecifications=[{"ResourceType": "volume", "Tags": self.tags("data")}])["VolumeId"]
            ec2.create_snapshot(VolumeId=v)
            self.fact("ebs-volume-has-snapshot", v, True)
        if g:
            w = self.do("wafv2", "create_web_acl", Name=f"{p}-web", Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=[],
                        VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": p})
            for m in [x["id"] for x in self.made if x["kind"] == "alb"]:
                self.do("wafv2", "associate_web_acl", WebACLArn=w["Summary"]["ARN"], ResourceArn=m, optional=True)

    def _rr(self, rrset):
        self.do("route53", "change_resource_record_sets", HostedZoneId=self.zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": rrset}]})

    def _alarm(self, name, ns, metric, dims, threshold):
        self.do("cloudwatch", "put_metric_alarm", AlarmName=name, Namespace=ns, MetricName=metric, Dimensions=dims, Statistic="Average", Period=60,
                EvaluationPeriods=3, Threshold=threshold, ComparisonOperator="GreaterThanThreshold", AlarmActions=[self.topic], TreatMissingData="notBreaching")

    # ---- data tier ------------------------------------------------------------------------------------------------------
    def data(self):
        g, p, rds = self.good, self.prefix, self.client("rds")
        key = self.do("kms", "create_key", Description=f"{p} data")["KeyMetadata"]["KeyId"]
        if g:
            self.do("kms", "enable_key_rotation", KeyId=key)
        self.fact("kms-key-rotation", key, g)
        rds.create_db_subnet_group(DBSubnetGroupName=f"{p}-db", DBSubnetGroupDescription="d", SubnetIds=self.subnets["data"])
        db = f"{p}-mysql"
        rds.create_db_instance(DBInstanceIdentifier=db, Engine="mysql", EngineVersion="8.0.40", DBInstanceClass="db.m6g.large", AllocatedStorage=100, StorageType="gp3",
                               MasterUsername="root", MasterUserPassword="Passw0rd-seed", DBSubnetGroupName=f"{p}-db", VpcSecurityGroupIds=[self.sg["db"]],
                               MultiAZ=g, BackupRetentionPeriod=14 if g else 0, DeletionProtection=g, StorageEncrypted=g, PubliclyAccessible=not g,
                               CopyTagsToSnapshot=g, AutoMinorVersionUpgrade=g, Tags=self.tags(db),
                               **({"KmsKeyId": key, "EnableCloudwatchLogsExports": ["error", "slowquery"]} if g else {"AvailabilityZone": self.zones[0]}))
        self.add("rds-instance", db)
        for c, ok in (("db-multi-az", g), ("db-automated-backups", g), ("db-deletion-protection", g), ("db-encrypted", g), ("db-not-public", g)):
            self.fact(c, db, ok)
        if g:
            rds.create_db_instance_read_replica(DBInstanceIdentifier=f"{db}-replica", SourceDBInstanceIdentifier=db, AvailabilityZone=self.zones[1])
            rds.create_db_snapshot(DBInstanceIdentifier=db, DBSnapshotIdentifier=f"{db}-before-upgrade")
            self._alarm(f"{db}-storage", "AWS/RDS", "FreeStorageSpace", [{"Name": "DBInstanceIdentifier", "Value": db}], 10)
        au = f"{p}-aurora"
        rds.create_db_cluster(DBClusterIdentifier=au, Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="Passw0rd-seed", DBSubnetGroupName=f"{p}-db",
                              VpcSecurityGroupIds=[self.sg["db"]], BackupRetentionPeriod=14 if g else 1, DeletionProtection=g, StorageEncrypted=g, AvailabilityZones=self.zones, Tags=self.tags(au))
        for i in range(AZS if g else 1):
            rds.create_db_instance(DBInstanceIdentifier=f"{au}-{i}", Engine="aurora-mysql", DBInstanceClass="db.r6g.large", DBClusterIdentifier=au, AvailabilityZone=self.zones[i])
        self.add("rds-cluster", au)
        self.fact("db-cluster-has-reader-in-other-az", au, g)
        self.fact("db-automated-backups", au, g, "1 day is the floor for Aurora, below a 7 day rule" if not g else "")
        ec = self.client("elasticache")
        ec.create_cache_subnet_group(CacheSubnetGroupName=f"{p}-redis", CacheSubnetGroupDescription="d", SubnetIds=self.subnets["data"])
        rg = f"{p}-redis"
        ec.create_replication_group(ReplicationGroupId=rg, ReplicationGroupDescription="cache", Engine="redis", CacheNodeType="cache.r6g.large", NumCacheClusters=3 if g else 1,
                                    AutomaticFailoverEnabled=g, MultiAZEnabled=g, SnapshotRetentionLimit=7 if g else 0, CacheSubnetGroupName=f"{p}-redis",
                                    AtRestEncryptionEnabled=g, TransitEncryptionEnabled=g, SecurityGroupIds=[self.sg["cache"]])
        self.add("elasticache-replication-group", rg)
        for c in ("cache-automatic-failover", "cache-multi-az", "cache-backups"):
            self.fact(c, rg, g)
        if not g:
            ec.create_cache_cluster(CacheClusterId=f"{p}-session", Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1, CacheSubnetGroupName=f"{p}-redis")
            self.fact("cache-automatic-failover", f"{p}-session", False, "single node outside any replication group")
        dd = self.client("dynamodb")
        for t, pk in (("terraform-state-lock", "LockID"), ("orders", "id"), ("carts", "id")):
            ok = g
            name = f"{p}-{t}"
            dd.create_table(TableName=name, AttributeDefinitions=[{"AttributeName": pk, "AttributeType": "S"}], KeySchema=[{"AttributeName": pk, "KeyType": "HASH"}],
                            Tags=self.tags(name), **({"BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": True} if g else {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}))
            if g:
                dd.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
            self.add("dynamodb-table", name)
            self.fact("table-pitr", name, ok)
            self.fact("table-deletion-protection", name, ok)
        self.do("opensearch", "create_domain", DomainName=f"{p}-catalog", EngineVersion="OpenSearch_2.11", ClusterConfig={
            "InstanceType": "r6g.large.search", "InstanceCount": 3 if g else 1, "ZoneAwarenessEnabled": g, "DedicatedMasterEnabled": g,
            **({"ZoneAwarenessConfig": {"AvailabilityZoneCount": 3}, "DedicatedMasterCount": 3, "DedicatedMasterType": "m6g.large.search"} if g else {})})
        self.fact("search-multi-az", f"{p}-catalog", g)
        fs = self.do("efs", "create_file_system", CreationToken=f"{p}-uploads", Encrypted=g, Tags=self.tags("uploads"))["FileSystemId"]
        for s in self.subnets["app"][: AZS if g else 1]:
            self.do("efs", "create_mount_target", FileSystemId=fs, SubnetId=s)
        self.fact("efs-mount-target-per-az", fs, g)
        sec = self.do("secretsmanager", "create_secret", Name=f"{p}/db", SecretString="{}")
        self.add("secret", sec["ARN"])

    # ---- containers, functions, queues --------------------------------------------------------------------------------------
    def containers(self):
        g, p = self.good, self.prefix
        k = f"{p}-eks"
        self.do("eks", "create_cluster", name=k, version="1.31", roleArn=self.role["eks"], tags=self.ltags("eks"),
                resourcesVpcConfig={"subnetIds": self.subnets["app"][: AZS if g else 2], "endpointPublicAccess": not g, "endpointPrivateAccess": g, "publicAccessCidrs": ["0.0.0.0/0"]},
                **({"logging": {"clusterLogging": [{"types": ["api", "audit", "authenticator"], "enabled": True}]},
                    "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": self.arn("kms", "key/eks")}}]} if g else {}))
        self.do("eks", "create_nodegroup", clusterName=k, nodegroupName="workers", subnets=self.subnets["app"][: AZS if g else 1], nodeRole=self.role["ec2"],
                scalingConfig={"minSize": 3, "maxSize": 12, "desiredSize": 3} if g else {"minSize": 1, "maxSize": 1, "desiredSize": 1}, instanceTypes=["m6i.large"])
        self.add("eks-cluster", k)
        self.fact("eks-nodegroup-multi-az", f"{k}/workers", g)
        self.fact("eks-nodegroup-can-scale", f"{k}/workers", g)
        # kops style cluster: one master group per zone (good) or a single master (bad)
        kops = f"{p}.k8s.local"
        ami = self.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        for i in range(AZS if g else 1):
            n = f"master-{self.zones[i]}.masters.{kops}"
            self.do("autoscaling", "create_launch_configuration", LaunchConfigurationName=n, ImageId=ami, InstanceType="m5.large")
            self.do("autoscaling", "create_auto_scaling_group", AutoScalingGroupName=n, LaunchConfigurationName=n, MinSize=1, MaxSize=1, DesiredCapacity=1, VPCZoneIdentifier=self.subnets["app"][i],
                    Tags=[{"Key": kk, "Value": vv, "ResourceId": n, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True} for kk, vv in
                          (("KubernetesCluster", kops), ("k8s.io/role/master", "1"), ("kops.k8s.io/instancegroup", f"master-{self.zones[i]}"))])
        self.fact("kops-control-plane-multi-az", kops, g)
        for r in ("front", "back"):
            n = f"{p}/{r}"
            self.do("ecr", "create_repository", repositoryName=n, imageTagMutability="IMMUTABLE" if g else "MUTABLE", imageScanningConfiguration={"scanOnPush": g})
            if g:
                self.do("ecr", "put_lifecycle_policy", repositoryName=n, lifecyclePolicyText=json.dumps({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 10}, "action": {"type": "expire"}}]}))
            self.add("ecr-repository", n)
            self.fact("ecr-immutable-tags", n, g)
            self.fact("ecr-scan-on-push", n, g)
        # moto 5.2.1: resourcegroupstaggingapi.GetResources answers 500 when any ECS cluster has no tags, so tag it
        self.do("ecs", "create_cluster", clusterName=f"{p}-jobs", tags=[{"key": "project", "value": p}], settings=[{"name": "containerInsights", "value": "enabled" if g else "disabled"}])
        self.do("ecs", "register_task_definition", family=f"{p}-worker", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512", executionRoleArn=self.role["ecs"],
                containerDefinitions=[{"name": "worker", "essential": True, "image": f"{self.account}.dkr.ecr.{self.region}.amazonaws.com/{p}/back:{'1.4.2' if g else 'latest'}",
                                       "privileged": not g, "readonlyRootFilesystem": g}])
        self.do("ecs", "create_service", cluster=f"{p}-jobs", serviceName="worker", taskDefinition=f"{p}-worker", desiredCount=3 if g else 1, launchType="FARGATE",
                networkConfiguration={"awsvpcConfiguration": {"subnets": self.subnets["app"][: AZS if g else 1], "securityGroups": [self.sg["app"]]}})
        self.fact("ecs-service-multi-az", f"{p}-jobs/worker", g)
        if g:
            rid = f"service/{p}-jobs/worker"
            self.do("application-autoscaling", "register_scalable_target", ServiceNamespace="ecs", ResourceId=rid, ScalableDimension="ecs:service:DesiredCount", MinCapacity=3, MaxCapacity=12)
            self.do("application-autoscaling", "put_scaling_policy", PolicyName="cpu", ServiceNamespace="ecs", ResourceId=rid, ScalableDimension="ecs:service:DesiredCount", PolicyType="TargetTrackingScaling",
                    TargetTrackingScalingPolicyConfiguration={"TargetValue": 60.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}})
        if g:
            self.do("sqs", "create_queue", QueueName=f"{p}-sync-dlq")
        q = self.do("sqs", "create_queue", QueueName=f"{p}-sync", Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": self.arn("sqs", f"{p}-sync-dlq"), "maxReceiveCount": 5})} if g else {})["QueueUrl"]
        self.add("sqs-queue", q)
        self.fact("queue-has-dead-letter-queue", q, g)
        buf = io.BytesIO()
        with zipfile.ZipFile(buf, "w") as z:
            z.writestr("index.py", "def handler(e, c):\n    return 1\n")
        self.do("lambda", "create_function", FunctionName=f"{p}-thumb", Runtime="python3.12", Role=self.role["lambda"], Handler="index.handler", Code={"ZipFile": buf.getvalue()},
                VpcConfig={"SubnetIds": self.subnets["app"][: AZS if g else 1], "SecurityGroupIds": [self.sg["app"]]},
                **({"DeadLetterConfig": {"TargetArn": self.arn("sqs", f"{p}-sync-dlq")}, "TracingConfig": {"Mode": "Active"}} if g else {}))
        self.add("lambda", f"{p}-thumb")
        self.fact("lambda-vpc-multi-az", f"{p}-thumb", g)
        self.fact("lambda-dead-letter", f"{p}-thumb", g)

    # ---- operations -------------------------------------------------------------------------------------------------------------
    def operations(self):
        g, p = self.good, self.prefix
        for n in ("app", "nginx"):
            self.do("logs", "create_log_group", logGroupName=f"/{p}/{n}")
            if g:
                self.do("logs", "put_retention_policy", logGroupName=f"/{p}/{n}", retentionInDays=30)
            self.fact("log-retention-set", f"/{p}/{n}", g)
        if g:
            self.do("backup", "create_backup_vault", BackupVaultName=p)
            plan = self.do("backup", "create_backup_plan", BackupPlan={"BackupPlanName": f"{p}-daily", "Rules": [
                {"RuleName": "daily", "TargetBackupVaultName": p, "ScheduleExpression": "cron(0 5 * * ? *)", "Lifecycle": {"DeleteAfterDays": 35}}]})
            if plan:
                self.do("backup", "create_backup_selection", BackupPlanId=plan["BackupPlanId"], optional=True, BackupSelection={
                    "SelectionName": "tagged", "IamRoleArn": self.role["backup"], "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}]})
            self.do("cloudtrail", "create_trail", Name=p, S3BucketName=self.logs, IsMultiRegionTrail=True, EnableLogFileValidation=True)
            self.do("cloudtrail", "start_logging", Name=p)
            self.do("config", "put_configuration_recorder", ConfigurationRecorder={"name": "default", "roleARN": self.role["config"], "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}})
            self.do("config", "put_delivery_channel", DeliveryChannel={"name": "default", "s3BucketName": self.logs})
            self.do("config", "start_configuration_recorder", ConfigurationRecorderName="default")
            self.do("guardduty", "create_detector", Enable=True)
            self.do("budgets", "create_budget", AccountId=self.account, optional=True, Budget={"BudgetName": p, "BudgetLimit": {"Amount": "5000", "Unit": "USD"}, "TimeUnit": "MONTHLY", "BudgetType": "COST"})
        for c in ("account-backup-plan", "multi-region-trail", "config-recorder-on", "guardduty-on"):
            self.fact(c, self.account, g)
        tpl = {"AWSTemplateFormatVersion": "2010-09-09", "Description": "network alarms", "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"{p}-cfn"}}}}
        self.do("cloudformation", "create_stack", StackName=f"{p}-misc", TemplateBody=json.dumps(tpl))

    STEPS = ("network", "identity", "dns_and_certs", "storage_and_cdn", "compute", "data", "containers", "operations")

    def run(self, verbose=True):
        t00 = time.time()
        for step in self.STEPS:
            t0, c0 = time.time(), self.calls
            getattr(self, step)()
            if verbose:
                print(f"  {self.account} {self.variant:4s} {step:16s} {time.time() - t0:6.2f}s", file=sys.stderr)
        return {"endpoint": self.endpoint, "account": self.account, "region": self.region, "variant": self.variant,
                "seconds": round(time.time() - t00, 2), "resources": self.made, "truth": self.truth, "skipped": self.skipped}


def organization(endpoint, region, prefix, members: int, verbose=True):
    """Management account (good) + members alternating bad/good, each reachable with AssumeRole OrganizationAccountAccessRole."""
    mgmt = Seeder(endpoint, DEFAULT_ACCOUNT, region, "good", prefix)
    org = mgmt.client("organizations")
    try:
        org.create_organization(FeatureSet="ALL")
    except ClientError as e:
        if "AlreadyInOrganization" not in str(e):
            raise
    out = [mgmt.run(verbose)]
    for i in range(members):
        v = "bad" if i % 2 == 0 else "good"
        acc = org.create_account(AccountName=f"{prefix}-{v}-{i}", Email=f"{v}{i}@{prefix}.example")["CreateAccountStatus"]["AccountId"]
        m = Seeder(endpoint, acc, region, v, f"{prefix}{i}")
        # moto, like AWS, creates OrganizationAccountAccessRole in the new member itself
        out.append(m.run(verbose))
    return {"accounts": out}


def build(o) -> dict:
    """What the arguments ask for."""
    result: dict = {}
    if o.org is not None:
        result = organization(o.endpoint, o.region, o.prefix, o.org, not o.quiet)
    elif o.variant:
        result = Seeder(o.endpoint, o.account, o.region, o.variant, o.prefix).run(not o.quiet)
    return result


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--endpoint", required=True)
    a.add_argument("--variant", choices=("good", "bad"))
    a.add_argument("--account", default=DEFAULT_ACCOUNT)
    a.add_argument("--region", default="us-east-1")
    a.add_argument("--prefix", default="acme")
    a.add_argument("--org", type=int, metavar="MEMBERS", help="make an organization with that many member accounts")
    a.add_argument("--reset", action="store_true", help="POST /moto-api/reset first")
    a.add_argument("--manifest", help="write the manifest (json) there; - for stdout")
    a.add_argument("--quiet", action="store_true")
    o = a.parse_args()
    host = urllib.parse.urlparse(o.endpoint).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost" or host.endswith(".localhost")
    if not local:
        a.error(f"{host!r} is not a loopback address; this script never writes to a real account")
    if not (o.variant or o.org is not None):
        a.error("nothing to do: give --variant or --org")
    if o.reset:
        urllib.request.urlopen(urllib.request.Request(o.endpoint + "/moto-api/reset", method="POST")).read()
    result: dict = {}
    try:
        result = build(o)
    except ClientError as e:
        if any(k in str(e) for k in ("AlreadyExists", "already exists", "AlreadyOwnedByYou")):
            a.error(f"this account already has these names (give --reset or another --prefix): {' '.join(str(e).split())[:160]}")
        raise
    if o.manifest:
        text = json.dumps(result, indent=1, default=str)
        if o.manifest == "-":
            print(text)
        else:
            with open(o.manifest, "w") as fh:
                fh.write(text)
    for acc in result.get("accounts", [result] if "truth" in result else []):
        bad = sum(not t["ok"] for t in acc["truth"])
        print(f"{acc['account']} {acc['variant']}: {len(acc['resources'])} tracked resources, {len(acc['truth'])} facts ({bad} violated), {len(acc['skipped'])} skipped calls, {acc['seconds']}s", file=sys.stderr)


if __name__ == "__main__":
    main()
