"""Patches of moto, run in its server before it serves (moto.Patched): operations that moto 5.2 lacks, and faults.

Added   the nodes of a replication group, protected resources and recovery points of AWS Backup (none), lambda ListFunctionUrlConfigs,
        elasticache ModifyReplicationGroup (AutomaticFailover, MultiAZ, SnapshotRetentionLimit), Increase- and DecreaseReplicaCount, ModifyCacheSubnetGroup, ec2 MonitorInstances and
        GetInstanceMetadataDefaults (none are set), backup selections and region settings (everything is opted in), wafv2 ListResourcesForWebACL,
        application-autoscaling for elasticache (nothing is scaled), Data Lifecycle Manager.
Mended  cloudtrail takes ARNs; gateways are found by their tags; nodes run the version of their cluster; rds ModifyDBSubnetGroup keeps the group; ModifyDBCluster switches the export of logs; eks UpdateClusterConfig keeps what it does not name, and a cluster knows its network; metadata options and scanning flags that a call does not name; NumCacheClusters makes so many nodes; a distribution keeps its certificate and its origin access controls, and is listed with its comment; ECS lists all
        capacity providers when none is named; an ECS cluster without tags has an empty list of them.
Faster  a certificate is issued as soon as it is asked for.
Faults  a JSON list in the file named by the environment variable MOTO_PLUS_FAULTS, read anew at every request
        [{"service": "ec2", "action": "DescribeVolumes", "status": 503, "code": "RequestLimitExceeded", "times": 3}]
        (`times` counts down inside this process; "delay": seconds sleeps first)
"""
import copy
import inspect
import json
import os
import threading
import time
import uuid

from moto import settings
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.awslambda import urls as lambda_urls
from moto.awslambda.responses import LambdaResponse
from moto.backup import urls as backup_urls
from moto.backup.responses import BackupResponse
from moto.cloudfront import models as cloudfront
from moto.cloudtrail.models import CloudTrailBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.responses import EC2Response
from moto.ecr.models import ECRBackend
from moto.elasticache.models import CacheCluster, ElastiCacheBackend, ReplicationGroup
from moto.elasticache.responses import ElastiCacheResponse
from moto.ecs import models as ecs
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.ec2.models import ec2_backends
from moto.eks.models import EKSBackend
from moto.rds.models import RDSBackend
from moto.wafv2.responses import WAFV2Response

settings.ACM_VALIDATION_WAIT = 0


def modify_replication_group(self):
    rid = self._get_param("ReplicationGroupId")
    g = self.elasticache_backend.describe_replication_groups(replication_group_id=rid)[0]  # raises the right fault itself
    for param, attr in (("AutomaticFailoverEnabled", "automatic_failover"), ("MultiAZEnabled", "multi_az")):
        v = self._get_bool_param(param)
        if v is not None:
            setattr(g, attr, "enabled" if v else "disabled")
    for param, attr in (("SnapshotRetentionLimit", "snapshot_retention_limit"), ("SnapshotWindow", "snapshot_window"), ("CacheNodeType", "cache_node_type")):
        v = self._get_param(param)
        if v is not None:
            setattr(g, attr, int(v) if attr.endswith("limit") else v)
    return ActionResult({"ReplicationGroup": g})


ElastiCacheResponse.modify_replication_group = modify_replication_group


def monitor_instances(self):
    ids = self._get_param("InstanceIds", [])
    for i in self.ec2_backend.all_reservations():
        for inst in i.instances:
            if inst.id in ids:
                inst.monitoring_state = "enabled"
    return ActionResult({"InstanceMonitorings": [{"InstanceId": x, "Monitoring": {"State": "enabled"}} for x in ids]})


EC2Response.monitor_instances = monitor_instances

_metadata = InstanceBackend.modify_instance_metadata_options


def modify_instance_metadata_options(self, instance_id, **kw):
    """Keeps what the call does not name, as AWS does."""
    before = vars(self.get_instance(instance_id).metadata_options)
    now = _metadata(self, instance_id, **kw)
    for name, value in before.items():
        if getattr(now, name, None) is None:
            setattr(now, name, value)
    return now


InstanceBackend.modify_instance_metadata_options = modify_instance_metadata_options

_scan = ECRBackend.put_image_scanning_configuration


def put_image_scanning_configuration(self, registry_id, repository_name, image_scan_config):
    """A flag that is left out is false."""
    return _scan(self, registry_id, repository_name, image_scan_config or {"scanOnPush": False})


ECRBackend.put_image_scanning_configuration = put_image_scanning_configuration

_cluster_init = ecs.Cluster.__init__


def cluster_init(self, *a, **kw):
    _cluster_init(self, *a, **kw)
    self.tags = self.tags or []


ecs.Cluster.__init__ = cluster_init



def get_instance_metadata_defaults(self):
    return ActionResult({"AccountLevel": {}})


EC2Response.get_instance_metadata_defaults = get_instance_metadata_defaults

_members = ReplicationGroup._set_node_members_clusters_disabled


def node_members(self, **kw):
    n = kw.get("num_cache_clusters") or 1
    if n > 1 and not kw.get("replicas_per_node_group"):
        kw["replicas_per_node_group"] = n - 1
    if not kw.get("preferred_cache_cluster_azs"):
        kw["preferred_cache_cluster_azs"] = ["us-east-1" + "abc"[i % 3] for i in range(n)]
    return _members(self, **kw)


ReplicationGroup._set_node_members_clusters_disabled = node_members

_group, _group_args = ElastiCacheBackend.create_replication_group, inspect.signature(ElastiCacheBackend.create_replication_group)


def create_replication_group(self, *a, **kw):
    """Makes the nodes too, as AWS lists them; around a cluster that is there, no node."""
    group = _group(self, *a, **kw)
    args = _group_args.bind(self, *a, **kw).arguments
    node = self.cache_clusters.get(args.get("primary_cluster_id") or "")
    if node:
        group.member_clusters[:], node.replication_group_id, node.group = [node.cache_cluster_id], group.replication_group_id, group
        group.node_groups[0]["node_group_members"] = [{"cache_cluster_id": node.cache_cluster_id, "cache_node_id": "0001", "current_role": "primary",
                                                       "preferred_availability_zone": node.preferred_availability_zone or self.region_name + "a"}]
        group.cache_node_type, group.engine, group.port = node.cache_node_type, node.engine, node.port or 6379
        return group
    for i, member in enumerate(group.member_clusters):
        wanted = {p: args.get(p) for p in inspect.signature(CacheCluster.__init__).parameters if p != "self"}
        wanted |= {"account_id": self.account_id, "region_name": self.region_name, "cache_cluster_id": member, "engine": "redis",
                   "preferred_availability_zone": self.region_name + "abc"[i % 3], "log_delivery_configurations": []}
        node = CacheCluster(**wanted)
        node.security_groups = [{"SecurityGroupId": g, "Status": "active"} for g in args.get("security_group_ids") or []]
        self.cache_clusters[member] = node
    return group


ElastiCacheBackend.create_replication_group = create_replication_group


def delete_replication_group(self, replication_group_id, retain_primary_cluster):
    """Takes the group away, and its nodes but for a primary that is kept."""
    group = self.describe_replication_groups(replication_group_id)[0]
    for n, member in enumerate(group.member_clusters):
        if n == 0 and retain_primary_cluster:
            self.cache_clusters[member].replication_group_id = None
        else:
            self.cache_clusters.pop(member, None)
    group.status = "deleting"
    del self.replication_groups[replication_group_id]
    return group


ElastiCacheBackend.delete_replication_group = delete_replication_group


def change_replica_count(self, more):
    """Adds nodes behind the last one, or takes the last ones away; the first is the primary."""
    backend, rid = self.elasticache_backend, self._get_param("ReplicationGroupId")
    g = backend.describe_replication_groups(replication_group_id=rid)[0]
    n = 1 + int(self._get_param("NewReplicaCount"))
    if more != (n > len(g.member_clusters)):
        raise JsonRESTError("InvalidParameterValue", f"The group has {len(g.member_clusters)} nodes")
    members = g.node_groups[0]["node_group_members"]
    for gone in g.member_clusters[n:]:
        backend.cache_clusters.pop(gone, None)
    del g.member_clusters[n:], members[n:]
    for i in range(len(g.member_clusters), n):
        name, zone = f"{rid}-{i + 1:0>3}", backend.region_name + "abc"[i % 3]
        member, node = copy.deepcopy(members[0]), copy.copy(backend.cache_clusters[g.member_clusters[0]])
        member.update({"cache_cluster_id": name, "preferred_availability_zone": zone, "current_role": "replica"})
        node.arn, node.cache_cluster_id, node.preferred_availability_zone = node.arn.replace(node.cache_cluster_id, name), name, zone
        members.append(member)
        g.member_clusters.append(name)
        backend.cache_clusters[name] = node
    return ActionResult({"ReplicationGroup": g})


ElastiCacheResponse.increase_replica_count = lambda self: change_replica_count(self, True)
ElastiCacheResponse.decrease_replica_count = lambda self: change_replica_count(self, False)



def modify_cache_subnet_group(self):
    group = self.elasticache_backend.describe_cache_subnet_groups(cache_subnet_group_name=self._get_param("CacheSubnetGroupName"))[0]
    group.__init__(self.current_account, self.region, group.cache_subnet_group_name, group.cache_subnet_group_description, self._get_param("SubnetIds"), group.tags)
    return ActionResult({"CacheSubnetGroup": group})


ElastiCacheResponse.modify_cache_subnet_group = modify_cache_subnet_group
_subnet_group = RDSBackend.modify_db_subnet_group


def modify_db_subnet_group(self, subnet_name, description, subnets):
    """Keeps the group, which moto forgets."""
    self.subnet_groups[subnet_name] = _subnet_group(self, subnet_name, description, subnets)
    return self.subnet_groups[subnet_name]


RDSBackend.modify_db_subnet_group = modify_db_subnet_group

_providers = ecs.EC2ContainerServiceBackend.describe_capacity_providers


def describe_capacity_providers(self, names):
    return _providers(self, list(self.capacity_providers) if names is None else names)


ecs.EC2ContainerServiceBackend.describe_capacity_providers = describe_capacity_providers

_validate = ApplicationAutoScalingResponse._validate_params


def validate_params(self):
    if self._get_param("ServiceNamespace") != "elasticache":
        _validate(self)


ApplicationAutoScalingResponse._validate_params = validate_params

_certificate, _origin = cloudfront.ViewerCertificate.__init__, cloudfront.Origin.__init__


def certificate_init(self, config):
    _certificate(self, config)
    if self.acm_certificate_arn or self.iam_certificate_id:
        self.cloud_front_default_certificate = False


def origin_init(self, origin):
    _origin(self, origin)
    self.origin_access_control_id = origin.get("OriginAccessControlId") or ""
    if "S3OriginConfig" in origin:
        self.s3_origin_config = {"OriginAccessIdentity": self.s3_access_identity}


cloudfront.ViewerCertificate.__init__, cloudfront.Origin.__init__ = certificate_init, origin_init
cloudfront.Distribution.comment = property(lambda self: getattr(self.distribution_config, "Comment", ""))


def list_resources_for_web_acl(self):
    body = json.loads(self.body)
    kind = {"APPLICATION_LOAD_BALANCER": ":loadbalancer/app/", "API_GATEWAY": ":/restapis/"}[body.get("ResourceType", "APPLICATION_LOAD_BALANCER")]
    acl = next(a for a in self.wafv2_backend.wacls.values() if a.arn == body["WebACLArn"])
    return 200, {"Content-Type": "application/json"}, json.dumps({"ResourceArns": [r for r in acl.associated_resources if kind in r]})


WAFV2Response.list_resources_for_web_acl = list_resources_for_web_acl

_selections = {}  # (account, region, plan) -> selections by id


def _plan(self):
    return self.current_account, self.region, self.path.split("/plans/")[1].split("/")[0]


def create_backup_selection(self):
    sid = str(uuid.uuid4())
    _selections.setdefault(_plan(self), {})[sid] = json.loads(self.body)["BackupSelection"]
    return json.dumps({"SelectionId": sid, "BackupPlanId": _plan(self)[2]})


def list_backup_selections(self):
    plan = _plan(self)
    return json.dumps({"BackupSelectionsList": [
        {"SelectionId": k, "SelectionName": v["SelectionName"], "BackupPlanId": plan[2], "IamRoleArn": v["IamRoleArn"]} for k, v in _selections.get(plan, {}).items()]})


def get_backup_selection(self):
    sid = self.path.rstrip("/").split("/")[-1]
    return json.dumps({"SelectionId": sid, "BackupPlanId": _plan(self)[2], "BackupSelection": _selections[_plan(self)][sid]})


def delete_backup_selection(self):
    _selections[_plan(self)].pop(self.path.rstrip("/").split("/")[-1])
    return "{}"


_delete_plan = BackupResponse.delete_backup_plan


def delete_backup_plan(self):
    """A plan goes after its selections."""
    if _selections.get(_plan(self)):
        raise JsonRESTError("InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion")
    return _delete_plan(self)


def describe_region_settings(self):
    kinds = ("Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3")
    return json.dumps({"ResourceTypeOptInPreference": {k: True for k in kinds}})


BackupResponse.create_backup_selection = create_backup_selection
BackupResponse.delete_backup_selection, BackupResponse.delete_backup_plan = delete_backup_selection, delete_backup_plan
BackupResponse.describe_region_settings = describe_region_settings
backup_urls.url_paths["{0}/account-settings/?$"] = BackupResponse.dispatch
BackupResponse.list_backup_selections = list_backup_selections
BackupResponse.get_backup_selection = get_backup_selection



def list_protected_resources(self):
    return json.dumps({"Results": []})


def list_recovery_points_by_backup_vault(self):
    return json.dumps({"RecoveryPoints": []})


BackupResponse.list_protected_resources = list_protected_resources
BackupResponse.list_recovery_points_by_backup_vault = list_recovery_points_by_backup_vault
backup_urls.url_paths["{0}/resources/?$"] = BackupResponse.dispatch
backup_urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/?$"] = BackupResponse.dispatch


def list_function_url_configs(self):
    name = self.path.split("/functions/")[1].split("/")[0]
    try:
        return json.dumps({"FunctionUrlConfigs": [self.backend.get_function_url_config(name).to_dict()]})
    except Exception:  # it has none
        return json.dumps({"FunctionUrlConfigs": []})


LambdaResponse.list_function_url_configs = list_function_url_configs
lambda_urls.url_paths[r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls/?$"] = LambdaResponse.dispatch

_dispatch = DomainDispatcherApplication.__call__


_policies = {}  # of Data Lifecycle Manager: (account key, region) -> policies by id


def lifecycle(environ, start_response):
    """Data Lifecycle Manager, which moto does not know."""
    scope = environ["HTTP_AUTHORIZATION"].partition("Credential=")[2].partition(",")[0].split("/")
    held, method, pid = _policies.setdefault((scope[0], scope[2]), {}), environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/").partition("/")[2]
    if method == "POST":
        body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        pid = f"policy-{uuid.uuid4().hex[:17]}"
        held[pid] = body | {"PolicyId": pid, "PolicyType": "EBS_SNAPSHOT_MANAGEMENT"}
        answer = {"PolicyId": pid}
    elif method == "DELETE":
        held.pop(pid)
        answer = {}
    elif pid:
        answer = {"Policy": held[pid]}
    else:
        answer = {"Policies": [{k: p[k] for k in ("PolicyId", "Description", "State", "PolicyType")} for p in held.values()]}
    verb = {"POST": "CreateLifecyclePolicy", "DELETE": "DeleteLifecyclePolicy"}.get(method) or ("GetLifecyclePolicy" if pid else "GetLifecyclePolicies")
    if os.environ.get("MOTO_IAM_LOG"):
        with open(os.environ["MOTO_IAM_LOG"], "a", encoding="utf-8") as f:
            f.write(f"dlm:{verb}\n")
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def dispatch(self, environ, start_response):
    if "/dlm/aws4_request" in environ.get("HTTP_AUTHORIZATION", ""):
        return lifecycle(environ, start_response)
    return _dispatch(self, environ, start_response)


DomainDispatcherApplication.__call__ = dispatch

# ---- faults: wrap the one place through which every action goes --------------------------------------------------------
_modify_cluster = RDSBackend.modify_db_cluster


def modify_db_cluster(self, kwargs):
    """moto looks for the exports under the name that they have when a cluster is made."""
    exports = kwargs.get("cloudwatch_logs_export_configuration")
    if exports:
        kwargs["enable_cloudwatch_logs_exports"] = exports
    return _modify_cluster(self, kwargs)


RDSBackend.modify_db_cluster = modify_db_cluster
_update_cluster = EKSBackend.update_cluster_config


def update_cluster_config(self, name, resources_vpc_config=None, logging=None, **rest):
    """Changes what is named, and keeps the rest of the network and of the logs."""
    cluster = self.clusters.get(name)
    if cluster and resources_vpc_config:
        resources_vpc_config = {**cluster.resources_vpc_config, **resources_vpc_config}
    if cluster and logging:
        types = {t: setup["enabled"] for part in (cluster.logging or {}, logging) for setup in part.get("clusterLogging", []) for t in setup["types"]}
        logging = {"clusterLogging": [{"types": [t for t in types if types[t] is on], "enabled": on} for on in (True, False) if on in types.values()]}
    return _update_cluster(self, name, resources_vpc_config, logging, **rest)


_create_cluster = EKSBackend.create_cluster


def create_cluster(self, name, role_arn, resources_vpc_config, **rest):
    """A cluster knows its network, and answers everybody unless it is told not to."""
    network = {"endpointPublicAccess": True, "endpointPrivateAccess": False, "publicAccessCidrs": ["0.0.0.0/0"], **resources_vpc_config}
    ours = network.get("subnetIds", [])
    for subnet in ec2_backends[self.account_id][self.region_name].describe_subnets():
        if subnet.id in ours:
            network["vpcId"] = subnet.vpc_id
    return _create_cluster(self, name, role_arn, network, **rest)


EKSBackend.update_cluster_config, EKSBackend.create_cluster = update_cluster_config, create_cluster
_gateways = NatGatewayBackend.describe_nat_gateways


def describe_nat_gateways(self, filters, nat_gateway_ids):
    """Moto leaves filters by tag out."""
    found = _gateways(self, filters, nat_gateway_ids)
    for name, values in (filters or {}).items():
        if name.startswith("tag:"):
            found = [g for g in found if any(t["key"] == name[4:] and t["value"] in values for t in g.get_tags())]
    return found


NatGatewayBackend.describe_nat_gateways = describe_nat_gateways

_nodegroup, _nodegroup_args = EKSBackend.create_nodegroup, inspect.signature(EKSBackend.create_nodegroup)


def create_nodegroup(self, *args, **kwargs):
    """Nodes run the version of their cluster unless another is asked for."""
    made = _nodegroup_args.bind(self, *args, **kwargs).arguments
    group = _nodegroup(self, *args, **kwargs)
    if not made.get("version"):
        group.version = self.clusters[made["cluster_name"]].version
    return group


EKSBackend.create_nodegroup = create_nodegroup


def by_name(method):
    return lambda self, name: method(self, name.split("/")[-1])


for verb in ("start_logging", "stop_logging"):
    setattr(CloudTrailBackend, verb, by_name(getattr(CloudTrailBackend, verb)))

_lock, _used = threading.Lock(), {}
_call = BaseResponse.call_action


def faulty_call_action(self):
    path = os.environ.get("MOTO_PLUS_FAULTS")
    if path and os.path.exists(path):
        try:
            action = self._get_action()
            faults = json.load(open(path))
        except Exception:  # a half-written file is no fault
            action, faults = None, []
        for n, f in enumerate(faults):
            if f.get("service") in (None, self.service_name) and f.get("action") in (None, action):
                with _lock:
                    _used[n] = _used.get(n, 0) + 1
                    if f.get("times") and _used[n] > f["times"]:
                        continue
                time.sleep(f.get("delay", 0))
                if "status" not in f:
                    continue
                code, st = f.get("code", "Throttling"), f["status"]
                ct = (self.headers.get("Content-Type") or "")
                if "json" in ct:
                    return st, {"status": st, "x-amzn-errortype": code}, json.dumps({"__type": code, "message": "injected"})
                return st, {"status": st}, f"<Response><Errors><Error><Code>{code}</Code><Message>injected</Message></Error></Errors><RequestID>x</RequestID></Response>" if self.service_name == "ec2" else f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>injected</Message></Error><RequestId>x</RequestId></ErrorResponse>"
    return _call(self)


BaseResponse.call_action = faulty_call_action
