package aws

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// freeFixes make what belongs to no other resource. Nobody else has it by this name, so that its undo can take it away.
func freeFixes() []Fix {
	return slices.Concat([]Fix{alarmTopic, lockTable}, alarmFixes(), backupFixes(), dlmFixes(), trailFixes())
}

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
