package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// freeFixes make what belongs to no other resource. Nobody else has it by this name, so that its undo can take it away.
func freeFixes() []Fix { return []Fix{alarmTopic, metricAlarm, lockTable} }

// named gives the name of what is to be made.
func (d *draft) named(attr string) string {
	name, ok := d.must(attr).(string)
	if !ok {
		d.refuse(remedy.PreconditionFails, "the change names no %s", attr)
	}
	return name
}

var alarmTopic = Fix{
	ID: "sns-alarm-topic", Title: "a topic that alarms are sent to", Takes: []string{"+aws_sns_topic"}, free: true,
	Does: []string{"sns:CreateTopic"}, Undoes: []string{"sns:DeleteTopic"}, Reads: []string{"sns:GetTopicAttributes"},
	Risk: remedy.Risk{Class: "online", Detail: "Nobody hears of it before somebody subscribes and confirms."},
	Undo: partly("who had subscribed must subscribe again"), Seconds: 10,
	plan: func(d *draft) {
		name := d.named("name")
		t := d.p.hand.target
		arn := params{"TopicArn": strings.Join([]string{"arn", t.Partition, "sns", d.region, t.Account, name}, ":")}
		s := d.look("sns:GetTopicAttributes", arn)
		missing := []any{"NotFound", "NotFoundException"}
		s.require("there is no such topic", "", remedy.Refuses, missing)
		p := params{"Name": name}
		if key, ok := d.wanted("kms_master_key_id"); ok && key != nil {
			p["Attributes"] = params{"KmsMasterKeyId": key}
		}
		a := d.write("sns:CreateTopic", p)
		a.Until = []remedy.Condition{s.is("the topic is there", "Attributes.TopicArn", remedy.Equals, arn["TopicArn"])}
		a.UndoWhen = a.Until
		a.Undo = d.undone("sns:DeleteTopic", arn, s.is("the topic is gone", "", remedy.Refuses, missing))
		d.shows("topic", absent{}, name)
		d.do(a)
	},
}

// alarmMembers are the members of an alarm by the attributes of ours.
var alarmMembers = map[string]string{
	"namespace": "Namespace", "metric_name": "MetricName", "statistic": "Statistic", "period": "Period", "evaluation_periods": "EvaluationPeriods", "datapoints_to_alarm": "DatapointsToAlarm",
	"threshold": "Threshold", "comparison_operator": "ComparisonOperator", "treat_missing_data": "TreatMissingData", "alarm_actions": "AlarmActions", "ok_actions": "OKActions",
	"alarm_description": "AlarmDescription",
}

// metricAlarm makes an alarm. The call overwrites an alarm of the same name as a whole, which is why there must be none.
var metricAlarm = Fix{
	ID: "cloudwatch-alarm", Title: "an alarm", Takes: []string{"+aws_cloudwatch_metric_alarm"}, free: true,
	Does: []string{"cloudwatch:PutMetricAlarm"}, Undoes: []string{"cloudwatch:DeleteAlarms"}, Reads: []string{"cloudwatch:DescribeAlarms"},
	Risk: remedy.Risk{Class: "online", Detail: "It may call at once, when the metric is beyond its threshold already."},
	Undo: partly("the history of the alarm is lost"), Seconds: 10,
	plan: func(d *draft) {
		name := d.named("alarm_name")
		s := d.look("cloudwatch:DescribeAlarms", params{"AlarmNames": []any{name}})
		s.require("there is no alarm of this name", "MetricAlarms", remedy.Absent, nil)
		s.require("there is no composite alarm of this name", "CompositeAlarms", remedy.Absent, nil)
		p := params{"AlarmName": name}
		for attr, member := range alarmMembers {
			if v, ok := d.wanted(attr); ok && v != nil {
				p[member] = v
			}
		}
		if of, ok := d.wanted("dimensions"); ok {
			p["Dimensions"] = dimensions(of)
		}
		a := d.write("cloudwatch:PutMetricAlarm", p)
		a.Until = []remedy.Condition{s.is("the alarm is there", "MetricAlarms[0].MetricName", remedy.Equals, p["MetricName"])}
		a.UndoWhen = a.Until
		a.Undo = d.undone("cloudwatch:DeleteAlarms", params{"AlarmNames": []any{name}}, s.is("the alarm is gone", "MetricAlarms", remedy.Absent, nil))
		d.shows("alarm", absent{}, fmt.Sprintf("%v %v %v", p["MetricName"], p["ComparisonOperator"], p["Threshold"]))
		d.do(a)
	},
}

func dimensions(v any) []any {
	m, _ := v.(map[string]any)
	out := []any{}
	for _, k := range sortedKeys(m) {
		out = append(out, params{"Name": k, "Value": m[k]})
	}
	return out
}

// lockTable is the table by which Terraform before 1.10 keeps two from applying at once.
var lockTable = Fix{
	ID: "tf-state-lock", Title: "a table that locks Terraform's state", Takes: []string{"+aws_dynamodb_table"}, free: true,
	Does: []string{"dynamodb:CreateTable"}, Undoes: []string{"dynamodb:DeleteTable"}, Reads: []string{"dynamodb:DescribeTable"},
	Risk: remedy.Risk{Class: "online", Detail: "Nothing uses it until the backend names it, which needs `terraform init -reconfigure` everywhere."},
	Undo: fully, Seconds: 30,
	plan: func(d *draft) {
		name, key := d.named("name"), d.named("hash_key")
		if key != "LockID" {
			d.refuse(remedy.PreconditionFails, "only a table for Terraform's lock (hash_key LockID) is made in an account")
		}
		of := params{"TableName": name}
		s := d.look("dynamodb:DescribeTable", of)
		s.require("there is no such table", "", remedy.Refuses, "ResourceNotFoundException")
		a := d.write("dynamodb:CreateTable", with(of, params{"BillingMode": "PAY_PER_REQUEST", "KeySchema": []any{params{"AttributeName": key, "KeyType": "HASH"}},
			"AttributeDefinitions": []any{params{"AttributeName": key, "AttributeType": "S"}}}))
		a.Binds = map[string]string{"table": "TableDescription.TableName"}
		a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{"table": "Table.TableName"}}
		a.Until = []remedy.Condition{s.is("the table is active", "Table.TableStatus", remedy.Equals, "ACTIVE")}
		a.UndoWhen = []remedy.Condition{a.Until[0], s.is("nobody holds the lock", "Table.ItemCount", remedy.Equals, 0)}
		a.Undo = d.undone("dynamodb:DeleteTable", of, s.is("the table is gone", "", remedy.Refuses, "ResourceNotFoundException"))
		d.shows("table", absent{}, name)
		d.do(a)
	},
}
