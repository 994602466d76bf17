package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

// backupsElsewhere is called in the region that the backups are copied to, and read in both.
var backupsElsewhere = Fix{
	ID: "rds-snapshot-cross-region", Title: "automatic backups copied to another region", Takes: []string{"+aws_db_instance_automated_backups_replication"},
	Of: "source_db_instance_arn", Single: true, find: byARN("source_db_instance_arn"),
	Does: []string{"rds:StartDBInstanceAutomatedBackupsReplication"}, Undoes: []string{"rds:StopDBInstanceAutomatedBackupsReplication"},
	Reads:      []string{"kms:DescribeKey", "rds:DescribeDBInstanceAutomatedBackups", "rds:DescribeDBInstances"},
	Companions: []string{"kms:CreateGrant", "kms:DescribeKey", "rds:CrossRegionCommunication"},
	Risk:       remedy.Risk{Class: "online", Detail: "The database notices nothing. The first copy takes as long as its size asks for; storage there and traffic between the regions are paid for."},
	Undo:       partly("what was copied stays in the other region until its days are over"), Seconds: 3600,
	plan: func(d *draft) {
		arn, to := d.text("arn"), d.otherRegion()
		db := d.replicable()
		p := params{"SourceDBInstanceArn": arn, "BackupRetentionPeriod": 7}
		if days, ok := d.wanted("retention_period"); ok && days != nil {
			p["BackupRetentionPeriod"] = days
		}
		key, given := d.wanted("kms_key_id")
		if encrypted := db.get(instance+"StorageEncrypted") == true; d.err == nil && encrypted != (given && key != nil) {
			d.refuse(remedy.PreconditionFails, "the storage is encrypted: %v; a kms_key_id of %s is given then, and only then", encrypted, to)
		}
		if given && key != nil {
			there := d.keyIn(to, key)
			p["KmsKeyId"] = there
			d.grants(there)
		}
		if d.err != nil {
			return
		}
		d.companions = append(d.companions, remedy.Permission{Action: "rds:CrossRegionCommunication", Resources: []string{"*"}})
		d.replicate(db, p, to)
		d.shows("backups in "+to, absent{}, fmt.Sprintf("kept for %v days", p["BackupRetentionPeriod"]))
	},
}

const instance = "DBInstances[0]."

// otherRegion gives the region that the change names.
func (d *draft) otherRegion() string {
	to := d.named("region")
	if d.err == nil && to == d.region {
		d.refuse(remedy.PreconditionFails, "the database is in %s itself: name another region", to)
	}
	return to
}

// replicated are the engines whose automatic backups can be copied to another region.
var replicated = []any{"mariadb", "mysql", "oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb", "postgres", "sqlserver-ee", "sqlserver-ex", "sqlserver-se", "sqlserver-web"}

// replicable gives the description of the database, whose backups must be such that they can be copied.
func (d *draft) replicable() *source {
	db := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": d.text("identifier")})
	db.require("the database is available", instance+"DBInstanceStatus", remedy.Equals, "available")
	db.require("it is no member of a cluster", instance+"DBClusterIdentifier", remedy.Absent, nil)
	db.require("its engine can do it", instance+"Engine", remedy.OneOf, replicated)
	db.require("it has automatic backups", instance+"BackupRetentionPeriod", remedy.AtLeast, 1)
	db.require("they are not copied anywhere yet", instance+"DBInstanceAutomatedBackupsReplications", remedy.Absent, nil)
	db.still("the encryption of its storage", instance+"StorageEncrypted")
	return db
}

func (d *draft) replicate(db *source, p params, to string) {
	const copies = "DBInstanceAutomatedBackupsReplications"
	there := remedy.Call{Op: "rds:DescribeDBInstanceAutomatedBackups", Region: to, Params: params{"DBInstanceAutomatedBackupsArn": bind("backups")}}
	runs := remedy.Condition{Says: "the backups are copied", Read: &there, Path: "DBInstanceAutomatedBackups[0].Status", Is: remedy.OneOf, Want: []any{"active", "replicating"}}
	a := d.write("rds:StartDBInstanceAutomatedBackupsReplication", p)
	a.Call.Region = to
	a.Binds = map[string]string{"backups": "DBInstanceAutomatedBackup.DBInstanceAutomatedBackupsArn"}
	a.Find = &remedy.Read{Call: db.call, Binds: map[string]string{"backups": instance + copies + "[0].DBInstanceAutomatedBackupsArn"}}
	a.Until = []remedy.Condition{runs, db.is("the database names its copy", instance+copies, remedy.Present, nil)}
	a.Every, a.Timeout, a.UndoWhen = 60, 14400, []remedy.Condition{runs}
	back := d.write("rds:StopDBInstanceAutomatedBackupsReplication", params{"SourceDBInstanceArn": p["SourceDBInstanceArn"]})
	back.Call.Region = to
	back.Until = []remedy.Condition{db.is("its backups are copied no more", instance+copies, remedy.Absent, nil)}
	back.Every, back.Timeout = 30, 3600
	a.Undo = []remedy.Action{back}
	d.do(a)
}
