"""Further patches of moto, for tests that change an account: what it lacks of the calls by which fixes are made and taken back.

Added   cloudwatch Enable- and DisableAlarmActions, ec2 DeleteLaunchTemplateVersions, eks deletion protection, the deployment configuration of ECS
        services, the dead letters and the revision of functions.
        the replication of a database's automatic backups, the reset of parameters.
Mended  an export runs until it is cancelled; a restored database has an ID of its own; gateways are found by their tags; a change batch of Route 53 may delete a record and create it anew; every class of a database is sold.
"""
import json
import uuid

from moto.awslambda.models import LambdaFunction
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.responses import EC2Response
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse
from moto.rds.models import RDSBackend, rds_backends
from moto.rds.responses import RDSResponse
from moto.route53.models import Route53Backend


def alarm_actions(enabled):
    def switch(self):
        for name in self._get_param("AlarmNames", []):
            self.cloudwatch_backend.alarms[name].actions_enabled = enabled
        return EmptyResult()
    return switch


CloudWatchResponse.enable_alarm_actions = alarm_actions(True)
CloudWatchResponse.disable_alarm_actions = alarm_actions(False)


def delete_launch_template_versions(self):
    template = self.ec2_backend.launch_templates[self._get_param("LaunchTemplateId")]
    gone = [int(v) for v in self._get_param("LaunchTemplateVersions", self._get_param("Versions", []))]
    template.versions = [v for v in template.versions if v.number not in gone]
    return ActionResult({"SuccessfullyDeletedLaunchTemplateVersions": [{"LaunchTemplateId": template.id, "VersionNumber": v} for v in gone]})


EC2Response.delete_launch_template_versions = delete_launch_template_versions

_gateways = NatGatewayBackend.describe_nat_gateways


def describe_nat_gateways(self, filters=None, nat_gateway_ids=None):
    tags = {k[4:]: v for k, v in (filters or {}).items() if k.startswith("tag:")}
    has = lambda g, key, values: any(t["key"] == key and t["value"] in values for t in self.describe_tags(filters={"resource-id": [g.id]}))
    return [g for g in _gateways(self, filters, nat_gateway_ids) if all(has(g, k, v) for k, v in tags.items())]


NatGatewayBackend.describe_nat_gateways = describe_nat_gateways
Cluster.deletion_protection, _eks_update = False, EKSResponse.update_cluster_config


def update_cluster_config(self):
    protect = self._get_param("deletionProtection")
    if protect is not None:
        self.eks_backend.clusters[self._get_param("name")].deletion_protection = protect
    return _eks_update(self)


EKSResponse.update_cluster_config = update_cluster_config

for verb in ("create_service", "update_service"):
    def keeping(method):
        def call(self):
            answer, wanted = method(self), self._get_param("deploymentConfiguration")
            name = self._get_param("serviceName") or self._get_param("service")
            service = self.ecs_backend._get_service(self._get_param("cluster", "default"), name.split("/")[-1])
            if wanted is not None:
                service.deployment_configuration = {**getattr(service, "deployment_configuration", {}), **wanted}
            return answer
        return call
    setattr(EC2ContainerServiceResponse, verb, keeping(getattr(EC2ContainerServiceResponse, verb)))

_configuration, _update = LambdaFunction.get_configuration, LambdaFunction.update_configuration


def get_configuration(self, *a, **kw):
    c = _configuration(self, *a, **kw)
    if getattr(self, "dead_letters", None):
        c["DeadLetterConfig"] = {"TargetArn": self.dead_letters}
    c["RevisionId"] = str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(c, default=str, sort_keys=True)))
    return c


def update_configuration(self, updates):
    if "DeadLetterConfig" in updates:
        self.dead_letters = updates["DeadLetterConfig"].get("TargetArn")
    return _update(self, updates)


LambdaFunction.get_configuration, LambdaFunction.update_configuration = get_configuration, update_configuration

_change = Route53Backend.change_resource_record_sets


def change_resource_record_sets(self, zoneid, change_list):
    """Deletes first, so that what is created anew is not there any more."""
    for verb in ("DELETE", "CREATE", "UPSERT"):
        part = [c for c in change_list if c["Action"] == verb]
        zone = self.get_hosted_zone(zoneid)
        for c in part:
            if verb == "CREATE" and c in zone.rr_changes:
                zone.rr_changes.remove(c)
        if part:
            _change(self, zoneid, part)


Route53Backend.change_resource_record_sets = change_resource_record_sets


def running(status):
    def call(method):
        def answer(self, *a, **kw):
            task = method(self, *a, **kw)
            task.status = status
            return task
        return answer
    return call


RDSBackend.start_export_task = running("IN_PROGRESS")(RDSBackend.start_export_task)
RDSBackend.cancel_export_task = running("CANCELED")(RDSBackend.cancel_export_task)


_restore = RDSBackend.restore_db_instance_from_db_snapshot


def restore(self, *a, **kw):
    database = _restore(self, *a, **kw)
    database.dbi_resource_id = "db-" + uuid.uuid4().hex[:26].upper()
    return database


RDSBackend.restore_db_instance_from_db_snapshot = restore


def start_replication(self):
    source = self.params["SourceDBInstanceArn"]
    home = rds_backends[self.current_account][source.split(":")[3]]
    copy = {"DBInstanceAutomatedBackupsArn": f"arn:aws:rds:{self.region}:{self.current_account}:auto-backup:ab-{len(_copies)}", "DBInstanceArn": source, "Region": self.region, "Status": "replicating",
            "BackupRetentionPeriod": self.params.get("BackupRetentionPeriod")}
    _copies[copy["DBInstanceAutomatedBackupsArn"]] = copy
    home.databases[source.split(":")[-1]].db_instance_automated_backups_replications = [{"DBInstanceAutomatedBackupsArn": copy["DBInstanceAutomatedBackupsArn"]}]
    return ActionResult({"DBInstanceAutomatedBackup": copy})


def stop_replication(self):
    source = self.params["SourceDBInstanceArn"]
    rds_backends[self.current_account][source.split(":")[3]].databases[source.split(":")[-1]].db_instance_automated_backups_replications = []
    copy = next(c for c in _copies.values() if c["DBInstanceArn"] == source)
    copy["Status"] = "retained"
    return ActionResult({"DBInstanceAutomatedBackup": copy})


_copies, _backups = {}, RDSResponse.describe_db_instance_automated_backups
RDSResponse.start_db_instance_automated_backups_replication, RDSResponse.stop_db_instance_automated_backups_replication = start_replication, stop_replication
RDSResponse.describe_db_instance_automated_backups = lambda self: (
    ActionResult({"DBInstanceAutomatedBackups": [_copies[self.params["DBInstanceAutomatedBackupsArn"]]]}) if self.params.get("DBInstanceAutomatedBackupsArn") else _backups(self))


def reset_parameters(group, groups):
    def reset(self):
        found = getattr(self.backend, groups)[self.params.get(group)]
        for p in self.params.get("Parameters", []):
            found.parameters.pop(p.original_dict()["ParameterName"], None)
        return ActionResult({group: found.name})
    return reset


RDSResponse.reset_db_parameter_group = reset_parameters("DBParameterGroupName", "db_parameter_groups")
RDSResponse.reset_db_cluster_parameter_group = reset_parameters("DBClusterParameterGroupName", "db_cluster_parameter_groups")
RDSBackend.describe_orderable_db_instance_options = lambda self, engine, version: [{"Engine": engine, "EngineVersion": version, "MultiAZCapable": True}]
