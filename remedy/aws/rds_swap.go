package aws

import (
	"github.com/plumbline-dev/plumbline/remedy"
)

// encryptedSwap gives the name to the encrypted copy. The database before it is kept under another name and never deleted.
var encryptedSwap = Fix{
	ID: "rds-encrypt-swap", Title: "the encrypted copy takes the name", Takes: encrypting,
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: []string{"kms:DescribeKey", "rds:DescribeDBInstances", "rds:DescribeOrderableDBInstanceOptions"},
	Risk: remedy.Risk{Class: "data-copy", Detail: "Clients have no database for some minutes, until the name leads to the copy; they then have the data of the snapshot and nothing that was written after it. " +
		"The resource ID is another one: rights of IAM authentication that name it have to be given again. The database before it is kept, and paid for, until a person deletes it."},
	Undo: remedy.Undo{Kind: "full", Ask: "The database before it has the name again, without anything that was written since the swap: that stays in the encrypted one."}, Seconds: 900,
	plan: func(d *draft) {
		c := d.encryption()
		if d.err != nil {
			return
		}
		d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": c.aside}).require("there is no database "+c.aside, "", remedy.Refuses, noInstance)
		id := c.db.get(instance + "DbiResourceId")
		copied := d.call("rds:DescribeDBInstances", params{"DBInstanceIdentifier": c.beside})
		d.step.Preconditions = append(d.step.Preconditions, // both hold once the copy is made, right before the swap
			remedy.Condition{Says: "the copy is available", Read: &copied, Path: instance + "DBInstanceStatus", Is: remedy.Equals, Want: "available"},
			remedy.Condition{Says: "the copy is encrypted", Read: &copied, Path: instance + "StorageEncrypted", Is: remedy.Equals, Want: true})
		protected := c.db.get(instance+"DeletionProtection") == true
		away := d.rename(c.name, c.aside, params{"DeletionProtection": true}, params{"DeletionProtection": protected}, mark{"DbiResourceId", id})
		away.Reads = []remedy.Read{{Call: copied, Binds: map[string]string{"copy": instance + "DbiResourceId"}}} // without the copy nothing is renamed
		d.do(away)
		d.do(d.rename(c.beside, c.name, nil, nil, mark{"StorageEncrypted", true}))
		d.shows("storage of "+c.name, "not encrypted", "encrypted with "+c.key)
		d.shows("database before it", c.name, c.aside)
	},
}

// mark is a member by whose value one of the two databases is known, whatever its name.
type mark struct {
	member string
	value  any
}

// rename gives a database another name, with settings more; and back.
func (d *draft) rename(from, to string, set, back params, of mark) remedy.Action {
	named := func(before, after string, more params) remedy.Action {
		now, then := params{"DBInstanceIdentifier": before}, params{"DBInstanceIdentifier": after}
		a := d.write("rds:ModifyDBInstance", with(with(now, more), params{"NewDBInstanceIdentifier": after, "ApplyImmediately": true}))
		a.Until = []remedy.Condition{
			d.when(after+" is that database", "rds:DescribeDBInstances", then, instance+of.member, remedy.Equals, of.value),
			d.when(after+" is available", "rds:DescribeDBInstances", then, instance+"DBInstanceStatus", remedy.Equals, "available"),
		}
		a.Underway = []remedy.Condition{
			d.when("the new name waits", "rds:DescribeDBInstances", now, instance+"PendingModifiedValues.DBInstanceIdentifier", remedy.Equals, after),
			d.when("it is being renamed", "rds:DescribeDBInstances", now, instance+"DBInstanceStatus", remedy.OneOf, []any{"modifying", "renaming"}),
		}
		a.Every, a.Timeout = 15, 3600
		return a
	}
	a := named(from, to, set)
	a.UndoWhen = a.Until
	a.Undo = []remedy.Action{named(to, from, back)}
	return a
}
