package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func dlmFixes() []Fix { return []Fix{volumeSnapshots} }

// volumeSnapshots makes a policy of Data Lifecycle Manager. It is found again by its description, which no other has.
var volumeSnapshots = Fix{
	ID: "ebs-snapshots-dlm", Title: "snapshots of volumes on a schedule", Takes: []string{"+aws_dlm_lifecycle_policy"}, free: true,
	Does: []string{"dlm:CreateLifecyclePolicy"}, Undoes: []string{"dlm:DeleteLifecyclePolicy"}, Reads: []string{"dlm:GetLifecyclePolicies", "iam:GetRole"},
	Companions: []string{"iam:PassRole"},
	Risk:       remedy.Risk{Class: "online", Detail: "A snapshot of a running server is as after a power cut."},
	Undo:       partly("snapshots that were made stay"), Seconds: 10,
	plan: func(d *draft) {
		name := d.named("description")
		role, _ := d.must("execution_role_arn").(string)
		d.passes(role, "dlm.amazonaws.com")
		details, schedules := d.must("policy_details"), []any{}
		list, _ := first(details, "schedule").([]any)
		for i := range list {
			schedules = append(schedules, d.snapshotSchedule(list[i:i+1]))
		}
		tags, _ := first(details, "target_tags").(map[string]any)
		if d.err == nil && (len(schedules) == 0 || len(tags) == 0) {
			d.refuse(remedy.PreconditionFails, "the policy has no schedule, or no tags that say which volumes it takes")
		}
		s := d.look("dlm:GetLifecyclePolicies", params{})
		at := "Policies[Description=" + name + "]"
		s.require("there is no policy described like this", at, remedy.Absent, nil)
		a := d.write("dlm:CreateLifecyclePolicy", params{"Description": name, "State": "ENABLED", "ExecutionRoleArn": role,
			"PolicyDetails": params{"ResourceTypes": first(details, "resource_types"), "TargetTags": tagList(tags), "Schedules": schedules}})
		a.Binds = map[string]string{"policy": "PolicyId"}
		a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{"policy": at + ".PolicyId"}}
		a.Until = []remedy.Condition{s.is("the policy is on", at+".State", remedy.Equals, "ENABLED")}
		a.Undo = d.undone("dlm:DeleteLifecyclePolicy", params{"PolicyId": bind("policy")}, s.is("the policy is gone", at, remedy.Absent, nil))
		d.shows("snapshots of volumes with "+fmt.Sprint(told(tags)), absent{}, name)
		d.do(a)
	},
}

// snapshotSchedule gives one schedule in the words of the API.
func (d *draft) snapshotSchedule(block []any) params {
	rule, keep := first(block, "create_rule"), first(block, "retain_rule")
	if !empty(first(block, "cross_region_copy_rule")) || first(rule, "cron_expression") != nil {
		d.refuse(remedy.PreconditionFails, "only a schedule of hours, without copies to other regions, is made in an account")
	}
	create, retain := params{}, params{}
	for attr, member := range map[string]string{"interval": "Interval", "interval_unit": "IntervalUnit", "times": "Times"} {
		if v := first(rule, attr); v != nil {
			create[member] = v
		}
	}
	for attr, member := range map[string]string{"count": "Count", "interval": "Interval", "interval_unit": "IntervalUnit"} {
		if v := first(keep, attr); v != nil {
			retain[member] = v
		}
	}
	return params{"Name": first(block, "name"), "CreateRule": create, "RetainRule": retain, "CopyTags": first(block, "copy_tags") == true}
}

func tagList(m map[string]any) []any {
	out := []any{}
	for _, k := range sortedKeys(m) {
		out = append(out, params{"Key": k, "Value": m[k]})
	}
	return out
}
