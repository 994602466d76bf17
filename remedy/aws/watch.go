package aws

import (
	"github.com/plumbline-dev/plumbline/remedy"
)

func watchFixes() []Fix {
	return []Fix{logRetention, alarmActions, trailMultiRegion, trailLogging}
}

var logRetention = Fix{
	ID: "log-retention", Title: "logs kept longer", Takes: []string{"aws_cloudwatch_log_group.retention_in_days"},
	Does: []string{"logs:PutRetentionPolicy"}, Undoes: []string{"logs:PutRetentionPolicy"}, Reads: []string{"logs:DescribeLogGroups"},
	Risk: remedy.Risk{Class: "online", Detail: "Events are kept for more days, and billed."},
	Undo: partly("events that are older than the days before are deleted"), Seconds: 10,
	plan: func(d *draft) {
		name := d.text("name")
		g := d.look("logs:DescribeLogGroups", params{"logGroupNamePrefix": name})
		path := "LogGroups[LogGroupName=" + name + "].RetentionInDays"
		want := d.must("retention_in_days")
		if prior := g.get(path); prior == nil || !less(prior, want) {
			d.refuse(remedy.PreconditionFails, "events are kept %v days now: nothing is shortened in an account", prior)
		}
		d.setting(g, setting{label: "days that events are kept", path: path, want: want, op: "logs:PutRetentionPolicy",
			write: func(v any) params { return params{"logGroupName": name, "retentionInDays": v} }})
		d.step.Undo.Ask = "Going back deletes the events that are older than the days before."
	},
}

var alarmActions = Fix{
	ID: "alarm-actions", Title: "the alarm calls somebody", Takes: []string{"aws_cloudwatch_metric_alarm.actions_enabled", "aws_cloudwatch_composite_alarm.actions_enabled"},
	Does: []string{"cloudwatch:EnableAlarmActions"}, Undoes: []string{"cloudwatch:DisableAlarmActions"}, Reads: []string{"cloudwatch:DescribeAlarms"},
	Risk: remedy.Risk{Class: "online", Detail: "From now on a change of its state is sent to its actions."},
	Undo: fully, Seconds: 10,
	plan: func(d *draft) {
		name, list, typ := d.text("alarm_name"), "MetricAlarms", "MetricAlarm"
		if d.job.of.Type == "aws_cloudwatch_composite_alarm" {
			list, typ = "CompositeAlarms", "CompositeAlarm"
		}
		if d.must("actions_enabled") != true {
			d.refuse(remedy.PreconditionFails, "actions are only switched on in an account")
		}
		s := d.look("cloudwatch:DescribeAlarms", params{"AlarmNames": []any{name}, "AlarmTypes": []any{typ}})
		at := list + "[0].ActionsEnabled"
		s.require("its actions are still off", at, remedy.Equals, false)
		names := params{"AlarmNames": []any{name}}
		a := d.write("cloudwatch:EnableAlarmActions", names)
		a.Until = []remedy.Condition{s.is("its actions are on", at, remedy.Equals, true)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("cloudwatch:DisableAlarmActions", names, s.is("its actions are off", at, remedy.Equals, false))
		d.shows("actions", "off", "on")
		d.do(a)
	},
}

// trail reads the trail where it lives; a change is only made there.
func (d *draft) trail() (params, *source) {
	name := params{"Name": d.text("arn")}
	if home, ok := d.job.of.Attrs["home_region"].(string); ok {
		d.region = home
		d.step.Region = home
	}
	return name, d.look("cloudtrail:GetTrail", name)
}

var trailMultiRegion = Fix{
	ID: "cloudtrail-multi-region", Title: "the trail covers every region", Takes: []string{"aws_cloudtrail.is_multi_region_trail", "aws_cloudtrail.enable_log_file_validation"},
	Does: []string{"cloudtrail:UpdateTrail"}, Undoes: []string{"cloudtrail:UpdateTrail"}, Reads: []string{"cloudtrail:GetTrail"},
	Risk: remedy.Risk{Class: "online", Detail: "Events of the other regions are written to the same bucket from now on."},
	Undo: fully, Seconds: 20,
	plan: func(d *draft) {
		name, t := d.trail()
		for _, x := range []struct{ attr, read, write, label string }{
			{"is_multi_region_trail", "IsMultiRegionTrail", "IsMultiRegionTrail", "all regions"},
			{"enable_log_file_validation", "LogFileValidationEnabled", "EnableLogFileValidation", "validation of its files"},
		} {
			want, ok := d.wanted(x.attr)
			if !ok {
				continue
			}
			d.setting(t, setting{label: x.label, path: "Trail." + x.read, want: want, unset: false, op: "cloudtrail:UpdateTrail",
				write: func(v any) params { return with(name, params{x.write: v}) }})
		}
	},
}

var trailLogging = Fix{
	ID: "cloudtrail-logging", Title: "the trail records", Takes: []string{"aws_cloudtrail.enable_logging"},
	Does: []string{"cloudtrail:StartLogging"}, Undoes: []string{"cloudtrail:StopLogging"}, Reads: []string{"cloudtrail:GetTrail", "cloudtrail:GetTrailStatus"},
	Risk: remedy.Risk{Class: "online", Detail: "Events are recorded from now on; those until now are not."},
	Undo: fully, Seconds: 10,
	plan: func(d *draft) {
		name, _ := d.trail()
		if d.must("enable_logging") != true {
			d.refuse(remedy.PreconditionFails, "recording is only switched on in an account")
		}
		s := d.look("cloudtrail:GetTrailStatus", name)
		s.require("it still does not record", "IsLogging", remedy.Equals, false)
		a := d.write("cloudtrail:StartLogging", name)
		a.Until = []remedy.Condition{s.is("it records", "IsLogging", remedy.Equals, true)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("cloudtrail:StopLogging", name, s.is("it does not record", "IsLogging", remedy.Equals, false))
		d.shows("recording", "off", "on")
		d.do(a)
	},
}
