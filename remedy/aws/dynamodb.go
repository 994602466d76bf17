package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func dynamodbFixes() []Fix {
	return []Fix{dynamodbPITR, dynamodbDeletionProtection, dynamodbOnDemand}
}

// table gives the parameters of a call on the table.
func (d *draft) table() params { return params{"TableName": d.text("name")} }

// active gives the table's description, which must say that nothing else changes it.
func (d *draft) active() *source {
	t := d.look("dynamodb:DescribeTable", d.table())
	t.require("the table is active", "Table.TableStatus", remedy.Equals, "ACTIVE")
	return t
}

var dynamodbPITR = Fix{
	ID: "dynamodb-pitr", Title: "recovery to any point in time", Takes: []string{"aws_dynamodb_table.point_in_time_recovery.enabled"},
	Does: []string{"dynamodb:UpdateContinuousBackups"}, Undoes: []string{"dynamodb:UpdateContinuousBackups"},
	Reads: []string{"dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"},
	Risk:  remedy.Risk{Class: "online", Detail: "Reads and writes notice nothing."},
	Undo:  partly("what could be restored until then is lost; switching it on again starts anew"), Seconds: 30,
	plan: func(d *draft) {
		d.active()
		const status = "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus"
		b := d.look("dynamodb:DescribeContinuousBackups", d.table())
		b.require("recovery is still off", status, remedy.Equals, "DISABLED")
		d.shows("point-in-time recovery", false, true)
		set := func(on bool) params {
			return with(d.table(), params{"PointInTimeRecoverySpecification": params{"PointInTimeRecoveryEnabled": on}})
		}
		a := d.write("dynamodb:UpdateContinuousBackups", set(true))
		a.Until = []remedy.Condition{b.is("recovery is on", status, remedy.Equals, "ENABLED")}
		a.UndoWhen = a.Until
		a.Undo = d.undone("dynamodb:UpdateContinuousBackups", set(false), b.is("recovery is off", status, remedy.Equals, "DISABLED"))
		d.do(a)
	},
}

var dynamodbDeletionProtection = Fix{
	ID: "dynamodb-deletion-protection", Title: "protected from deletion", Takes: []string{"aws_dynamodb_table.deletion_protection_enabled"},
	Does: []string{"dynamodb:UpdateTable"}, Undoes: []string{"dynamodb:UpdateTable"}, Reads: []string{"dynamodb:DescribeTable"},
	Risk: remedy.Risk{Class: "online", Detail: "Deleting or replacing the table fails from now on, by Terraform too."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		t := d.active()
		t.require("deletion protection is still off", "Table.DeletionProtectionEnabled", remedy.Differs, true)
		d.shows("deletion protection", false, true)
		set := func(on bool) params { return with(d.table(), params{"DeletionProtectionEnabled": on}) }
		a := d.write("dynamodb:UpdateTable", set(true))
		a.Until = []remedy.Condition{t.is("deletion protection is on", "Table.DeletionProtectionEnabled", remedy.Equals, true), t.is("the table is active", "Table.TableStatus", remedy.Equals, "ACTIVE")}
		a.UndoWhen = a.Until[:1]
		a.Underway = []remedy.Condition{t.is("the table is being changed", "Table.TableStatus", remedy.Equals, "UPDATING")}
		a.Undo = d.undone("dynamodb:UpdateTable", set(false), t.is("deletion protection is off", "Table.DeletionProtectionEnabled", remedy.Differs, true), a.Until[1])
		d.do(a)
	},
}

var dynamodbOnDemand = Fix{
	ID: "dynamodb-on-demand", Title: "paid by request", Takes: []string{
		"aws_dynamodb_table.billing_mode", "aws_dynamodb_table.read_capacity", "aws_dynamodb_table.write_capacity",
		"aws_dynamodb_table.global_secondary_index.read_capacity", "aws_dynamodb_table.global_secondary_index.write_capacity",
	},
	Does: []string{"dynamodb:UpdateTable"}, Undoes: []string{"dynamodb:UpdateTable"}, Reads: []string{"dynamodb:DescribeTable"},
	Risk: remedy.Risk{Class: "online", Detail: "The bill follows the requests from now on. AWS limits how often a table may be switched in a day."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		t := d.active()
		if want, _ := d.wanted("billing_mode"); want != "PAY_PER_REQUEST" {
			d.refuse(remedy.PreconditionFails, "only a switch to PAY_PER_REQUEST is made in an account")
		}
		const mode = "Table.BillingModeSummary.BillingMode"
		t.require("the table is still paid by capacity", mode, remedy.Differs, "PAY_PER_REQUEST")
		capacity, indexes := d.capacities(t)
		d.shows("billing", "PROVISIONED", "PAY_PER_REQUEST")
		ready := t.is("the table is active", "Table.TableStatus", remedy.Equals, "ACTIVE")
		a := d.write("dynamodb:UpdateTable", with(d.table(), params{"BillingMode": "PAY_PER_REQUEST"}))
		a.Until, a.Timeout = []remedy.Condition{t.is("the table is paid by request", mode, remedy.Equals, "PAY_PER_REQUEST"), ready}, 3600
		a.UndoWhen = a.Until[:1]
		a.Underway = []remedy.Condition{t.is("the table is being changed", "Table.TableStatus", remedy.Equals, "UPDATING")}
		provisioned := params{"BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity}
		if len(indexes) > 0 {
			provisioned["GlobalSecondaryIndexUpdates"] = indexes
		}
		back := d.write("dynamodb:UpdateTable", with(d.table(), provisioned))
		back.Until, back.Timeout = []remedy.Condition{t.is(fmt.Sprintf("the table is paid by capacity, %v", capacity), mode, remedy.Differs, "PAY_PER_REQUEST"), ready}, 3600
		a.Undo = []remedy.Action{back}
		d.do(a)
	},
}

// capacities reads what an undo has to give back: the units of the table, and updates that give each global index its own.
func (d *draft) capacities(t *source) (table params, indexes []any) {
	units := func(of, at string) params {
		out := params{}
		for _, m := range []string{"ReadCapacityUnits", "WriteCapacityUnits"} {
			out[m] = t.still(of+m, at+".ProvisionedThroughput."+m)
		}
		return out
	}
	n, _ := t.get("Table.GlobalSecondaryIndexes.#").(int)
	t.require(fmt.Sprintf("the number of its global indexes is still %d", n), "Table.GlobalSecondaryIndexes.#", remedy.Equals, n)
	for i := range n {
		at := fmt.Sprintf("Table.GlobalSecondaryIndexes[%d]", i)
		name := t.get(at + ".IndexName")
		at = fmt.Sprintf("Table.GlobalSecondaryIndexes[IndexName=%v]", name)
		indexes = append(indexes, params{"Update": params{"IndexName": name, "ProvisionedThroughput": units(fmt.Sprint(name, " "), at)}})
	}
	return units("", "Table"), indexes
}
