package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func backupFixes() []Fix { return []Fix{backupVault, backupSelection} }

// backupVault makes what a new plan keeps its backups in. It is a step of its own, because it stays where backups are in it.
var backupVault = Fix{
	ID: "aws-backup-vault", Title: "a vault for backups", Takes: []string{"+aws_backup_vault"}, free: true, early: true,
	Does: []string{"backup:CreateBackupVault"}, Undoes: []string{"backup:DeleteBackupVault"}, Reads: []string{"backup:ListBackupVaults"},
	Companions: []string{"backup-storage:MountCapsule", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:RetireGrant"},
	Risk:       remedy.Risk{Class: "online", Detail: "An empty vault costs nothing."},
	Undo:       partly("a vault that holds a backup is not deleted"), Seconds: 10,
	plan: func(d *draft) {
		name := d.named("name")
		at := "BackupVaultList[BackupVaultName=" + name + "]"
		s := d.look("backup:ListBackupVaults", params{"MaxResults": 1000})
		s.require("there is no vault of this name", at, remedy.Absent, nil)
		p := params{"BackupVaultName": name}
		if key, ok := d.wanted("kms_key_arn"); ok && key != nil {
			p["EncryptionKeyArn"] = key
		}
		a := d.write("backup:CreateBackupVault", p)
		a.Call.Token = "CreatorRequestId"
		a.Binds = map[string]string{"vault": "BackupVaultName"}
		a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{"vault": at + ".BackupVaultName"}}
		a.Until = []remedy.Condition{s.is("the vault is there", at, remedy.Present, nil)}
		a.UndoWhen = []remedy.Condition{s.is("no backup is in it", at+".NumberOfRecoveryPoints", remedy.Equals, 0)}
		a.Undo = d.undone("backup:DeleteBackupVault", params{"BackupVaultName": name}, s.is("the vault is gone", at, remedy.Absent, nil))
		d.companion(nil, "*", "backup-storage:MountCapsule", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:RetireGrant")
		d.shows("vault", absent{}, name)
		d.do(a)
	},
}

// backupSelection puts resources into a plan, which it makes where there is none.
var backupSelection = Fix{
	ID: "aws-backup-plan", Title: "backed up by a plan", Takes: []string{"+aws_backup_plan", "+aws_backup_selection"}, Of: "resources", Single: true, free: true,
	Does:       []string{"backup:CreateBackupPlan", "backup:CreateBackupSelection"},
	Undoes:     []string{"backup:DeleteBackupPlan", "backup:DeleteBackupSelection"},
	Reads:      []string{"backup:DescribeRegionSettings", "backup:ListBackupPlans", "backup:ListBackupSelections", "iam:GetRole"},
	Companions: []string{"iam:PassRole"},
	Risk:       remedy.Risk{Class: "online", Detail: "The first backup is made in the next window of the plan. Backups of running servers and volumes are as after a power cut."},
	Undo:       partly("backups that were made stay until they expire"), Seconds: 20,
	plan: func(d *draft) {
		plan, selection := d.creation("aws_backup_plan"), d.creation("aws_backup_selection")
		if selection == nil {
			d.refuse(remedy.PreconditionFails, "a plan without a selection backs nothing up")
			return
		}
		d.backsUp(selection)
		role, _ := d.resolved(selection["iam_role_arn"]).(string)
		d.passes(role, "backup.amazonaws.com")
		id := any(bind("plan"))
		if plan != nil {
			d.newBackupPlan(plan)
		} else {
			id = d.resolved(selection["plan_id"])
		}
		d.selects(selection, role, id, plan != nil)
	},
}

// creation gives the attributes of what is created of a type, references as they are; nil when nothing is.
func (d *draft) creation(typ string) map[string]any {
	for _, c := range d.job.changes {
		if attrs, ok := c.New.(map[string]any); ok && c.Op == graph.Create && c.Type == typ {
			return attrs
		}
	}
	return nil
}

// optIn are the names by which AWS Backup is told to take resources of a type.
var optIn = map[string]string{
	"aws_db_instance": "RDS", "aws_rds_cluster": "Aurora", "aws_dynamodb_table": "DynamoDB", "aws_efs_file_system": "EFS", "aws_ebs_volume": "EBS", "aws_instance": "EC2", "aws_s3_bucket": "S3",
	"aws_fsx_windows_file_system": "FSx", "aws_fsx_lustre_file_system": "FSx", "aws_fsx_ontap_file_system": "FSx", "aws_fsx_openzfs_file_system": "FSx",
	"aws_docdb_cluster": "DocumentDB", "aws_neptune_cluster": "Neptune",
}

// backsUp requires that the region's settings let AWS Backup take what is selected.
func (d *draft) backsUp(selection map[string]any) {
	settings := d.look("backup:DescribeRegionSettings", params{})
	seen := map[string]bool{}
	for _, ref := range graph.RefsIn(selection["resources"]) {
		r := d.p.graph.Get(ref.Key())
		if r == nil || optIn[r.Type] == "" {
			d.refuse(remedy.NotFound, "%s is nothing that AWS Backup takes", ref.Address)
			return
		}
		kind := optIn[r.Type]
		if !seen[kind] {
			settings.require("AWS Backup takes "+kind+" in "+d.region, "ResourceTypeOptInPreference."+kind, remedy.Equals, true)
		}
		seen[kind] = true
	}
}

// passes requires the role that a service is to work with.
func (d *draft) passes(role, service string) {
	_, name, ok := strings.Cut(role, ":role/")
	if !ok {
		d.refuse(remedy.PreconditionFails, "the change names no role")
		return
	}
	name = name[strings.LastIndex(name, "/")+1:]
	s := d.look("iam:GetRole", params{"RoleName": name})
	if d.err == nil && s.none() {
		d.refuse(remedy.PreconditionFails, "there is no role %s: AWS makes it when its console is first used for this, or make one and name it in a selection of the plan", name)
	}
	s.require("the role "+name+" is there", "Role.Arn", remedy.Equals, role)
	d.companion(map[string]string{"iam:PassedToService": service}, role, "iam:PassRole")
}

func (d *draft) newBackupPlan(plan map[string]any) {
	plan, _ = d.resolved(plan).(map[string]any)
	name := fmt.Sprint(plan["name"])
	at := "BackupPlansList[BackupPlanName=" + name + "]"
	s := d.look("backup:ListBackupPlans", params{"MaxResults": 1000})
	s.require("there is no plan of this name", at, remedy.Absent, nil)
	rules := []any{}
	list, _ := plan["rule"].([]any)
	for i := range list {
		rules = append(rules, d.backupRule(list[i:i+1]))
	}
	if len(rules) == 0 {
		d.refuse(remedy.PreconditionFails, "the plan has no rule")
	}
	a := d.write("backup:CreateBackupPlan", params{"BackupPlan": params{"BackupPlanName": name, "Rules": rules}})
	a.Call.Token = "CreatorRequestId"
	a.Binds = map[string]string{"plan": "BackupPlanId"}
	a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{"plan": at + ".BackupPlanId"}}
	a.Until = []remedy.Condition{s.is("the plan is there", at, remedy.Present, nil)}
	a.Undo = d.undone("backup:DeleteBackupPlan", params{"BackupPlanId": bind("plan")}, s.is("the plan is gone", at, remedy.Absent, nil))
	d.shows("plan", absent{}, name)
	d.do(a)
}

// backupRule gives one rule in the words of the API.
func (d *draft) backupRule(block []any) params {
	p := params{}
	for attr, member := range map[string]string{
		"rule_name": "RuleName", "target_vault_name": "TargetBackupVaultName", "schedule": "ScheduleExpression", "start_window": "StartWindowMinutes", "completion_window": "CompletionWindowMinutes",
	} {
		if v := first(block, attr); v != nil {
			p[member] = v
		}
	}
	keep := params{}
	for attr, member := range map[string]string{"delete_after": "DeleteAfterDays", "cold_storage_after": "MoveToColdStorageAfterDays"} {
		if v := first(first(block, "lifecycle"), attr); v != nil {
			keep[member] = v
		}
	}
	if len(keep) > 0 {
		p["Lifecycle"] = keep
	}
	if v := first(block, "copy_action"); !empty(v) {
		d.refuse(remedy.PreconditionFails, "a plan that copies its backups elsewhere is made by hand")
	}
	return p
}

// selects makes the selection. made says that its plan is of this step.
func (d *draft) selects(selection map[string]any, role string, plan any, made bool) {
	name := fmt.Sprint(selection["name"])
	of, at := params{"BackupPlanId": plan, "MaxResults": 1000}, "BackupSelectionsList[SelectionName="+name+"]"
	list := d.call("backup:ListBackupSelections", of)
	if !made {
		s := d.look("backup:ListBackupSelections", of)
		s.require("the plan is there, without a selection of this name", at, remedy.Absent, nil)
	}
	resources := d.resolved(selection["resources"])
	a := d.write("backup:CreateBackupSelection", params{"BackupPlanId": plan, "BackupSelection": params{"SelectionName": name, "IamRoleArn": role, "Resources": resources}})
	a.Call.Token = "CreatorRequestId"
	a.Binds = map[string]string{"selection": "SelectionId"}
	a.Find = &remedy.Read{Call: list, Binds: map[string]string{"selection": at + ".SelectionId"}}
	a.Until = []remedy.Condition{d.when("the selection is there", list.Op, of, at, remedy.Present, nil)}
	a.Undo = d.undone("backup:DeleteBackupSelection", params{"BackupPlanId": plan, "SelectionId": bind("selection")}, d.when("the selection is gone", list.Op, of, at, remedy.Absent, nil))
	d.shows("selection", absent{}, resources)
	d.do(a)
}
