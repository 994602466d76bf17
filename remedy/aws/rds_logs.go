package aws

import (
	"slices"

	"github.com/plumbline-dev/plumbline/remedy"
)

const exported = "What is written from now on goes to CloudWatch Logs, which bills it, in log groups without an end of retention. A slow query log also has to be switched on by a parameter."

var rdsLogs = Fix{
	ID: "rds-log-exports", Title: "logs of the database kept outside of it", Takes: []string{"aws_db_instance.enabled_cloudwatch_logs_exports"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: rdsReads,
	Risk: remedy.Risk{Class: "online", Detail: exported}, Undo: partly("the log groups stay, with what was written meanwhile"), Seconds: 120,
	plan: func(d *draft) { d.exports(ofInstance, d.text("identifier")) },
}

var auroraLogs = Fix{
	ID: "aurora-log-exports", Title: "logs of the cluster kept outside of it", Takes: []string{"aws_rds_cluster.enabled_cloudwatch_logs_exports"},
	Does: []string{"rds:ModifyDBCluster"}, Undoes: []string{"rds:ModifyDBCluster"}, Reads: []string{"rds:DescribeDBClusters"},
	Risk: remedy.Risk{Class: "online", Detail: exported}, Undo: partly("the log groups stay, with what was written meanwhile"), Seconds: 120,
	plan: func(d *draft) { d.exports(ofCluster, d.text("cluster_identifier")) },
}

// exports makes the step that adds to the logs that a database exports. AWS makes that real at once, whatever ApplyImmediately
// says.
func (d *draft) exports(k dbCall, name string) {
	id := params{k.id: name}
	db := d.look(k.describe, id)
	available := db.is("the database is available", k.list+k.status, remedy.Equals, "available")
	db.require("the database is available", k.list+k.status, remedy.Equals, "available")
	path := k.list + "EnabledCloudwatchLogsExports"
	prior, _ := db.still("what is exported", path).([]any)
	want, _ := d.must("enabled_cloudwatch_logs_exports").([]any)
	added := slices.DeleteFunc(slices.Clone(want), func(x any) bool { return contains(prior, x) })
	if len(added) == 0 || len(want) != len(prior)+len(added) {
		d.refuse(remedy.PreconditionFails, "logs are only added to those that are exported (%s)", told(prior))
	}
	d.shows("exported logs", prior, want)
	modify := func(member string, until remedy.Condition) remedy.Action {
		a := d.write(k.modify, with(id, params{"CloudwatchLogsExportConfiguration": params{member: added}}))
		a.Until, a.Every, a.Timeout = []remedy.Condition{until, available}, 15, 1800
		a.Underway = []remedy.Condition{
			db.is("the logs are being switched", k.list+"PendingModifiedValues.PendingCloudwatchLogsExports", remedy.Present, nil),
			db.is("the database is being changed", k.list+k.status, remedy.OneOf, []any{"modifying", "configuring-log-exports"}),
		}
		return a
	}
	a := modify("EnableLogTypes", db.is("the logs are exported", path, remedy.Same, want))
	before := db.is("no logs are exported", path, remedy.Absent, nil)
	if len(prior) > 0 {
		before = db.is("the logs of before are exported", path, remedy.Same, prior)
	}
	a.UndoWhen, a.Undo = a.Until[:1], []remedy.Action{modify("DisableLogTypes", before)}
	d.do(a)
}
