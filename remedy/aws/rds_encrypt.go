package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

var encrypting = []string{"aws_db_instance.storage_encrypted", "aws_db_instance.kms_key_id"}

// encryptedCopy makes an encrypted database beside the one that is not; encryptedSwap, a step of its own, gives it the name. No finding
// proposes them: they are planned when a change asks for storage_encrypted and allows the replacement.
var encryptedCopy = Fix{
	ID: "rds-encrypt-storage", Title: "an encrypted copy beside the database", Takes: encrypting, then: &encryptedSwap,
	Does:       []string{"rds:CopyDBSnapshot", "rds:CreateDBSnapshot", "rds:ModifyDBInstance", "rds:RestoreDBInstanceFromDBSnapshot"},
	Undoes:     []string{"rds:DeleteDBInstance", "rds:DeleteDBSnapshot", "rds:ModifyDBInstance"},
	Reads:      []string{"kms:DescribeKey", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:DescribeOrderableDBInstanceOptions"},
	Companions: []string{"iam:PassRole", "kms:CreateGrant", "kms:DescribeKey", "rds:AddTagsToResource"},
	Risk: remedy.Risk{Class: "data-copy", Detail: "Stop all writes before it begins: what is written after the snapshot is not in the copy, and is lost to the clients once the copy has the name. " +
		"The copy takes minutes to hours, by the size, and is paid for as a second database from then on."},
	Undo: remedy.Undo{Kind: "full", Ask: "The encrypted copy and both snapshots are deleted, with all that was written to the copy."}, Seconds: 7200,
	plan: func(d *draft) {
		c := d.encryption()
		if d.err != nil {
			return
		}
		for _, name := range []string{c.beside, c.aside} {
			d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": name}).require("there is no database "+name, "", remedy.Refuses, noInstance)
		}
		d.snapshotOf(c)
		d.encryptedSnapshot(c)
		d.restored(c)
		d.settled(c)
		d.kept(c)
		d.shows("encrypted copy", absent{}, c.beside)
	},
}

// encryption is what the two steps work with.
type encryption struct {
	name, beside, aside string // of the database; of its copy; and under which the database is kept
	first, second       string // snapshots: as it is, and encrypted
	key                 string // ARN
	db                  *source
}

const longestName = 63 // of a database, in characters

// encryption reads the database, which must be one that can be copied as a whole.
func (d *draft) encryption() encryption {
	name := d.text("identifier")
	c := encryption{name: name, beside: name + "-encrypted", aside: name + "-unencrypted", first: name + "-before-encryption", second: name + "-encrypted"}
	want, _ := d.wanted("storage_encrypted")
	switch {
	case want != true:
		d.refuse(remedy.PreconditionFails, "the storage can only be encrypted, and by a copy: the change has to set storage_encrypted to true")
	case !d.job.replaces:
		d.refuse(remedy.ForcesReplacement, "storage is encrypted by a copy that takes the name over, and what is written meanwhile is lost: stop the writes, and say so with allow_replacement")
	case len(c.aside) > longestName:
		d.refuse(remedy.PreconditionFails, "%s would be longer than %d characters", c.aside, longestName)
	}
	c.db = d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": name})
	d.plainDatabase(c.db)
	key, ok := d.wanted("kms_key_id")
	if !ok || key == nil {
		key = "alias/aws/rds"
	}
	c.key = d.keyIn(d.region, key)
	return c
}

// plainDatabase requires a database that a copy can stand in for: what a copy would not have is refused.
func (d *draft) plainDatabase(db *source) {
	db.require("the database is available", instance+"DBInstanceStatus", remedy.Equals, "available")
	db.require("its storage is not encrypted", instance+"StorageEncrypted", remedy.Differs, true)
	db.require("nothing else waits to be changed", instance+"PendingModifiedValues", remedy.Absent, nil)
	db.require("it is not reached from outside of the network", instance+"PubliclyAccessible", remedy.Differs, true)
	db.require("its password is not kept by RDS in a secret, which would be another one", instance+"MasterUserSecret", remedy.Absent, nil)
	for _, x := range []struct{ says, member string }{
		{"it is no member of a cluster", "DBClusterIdentifier"}, {"it is no replica", "ReadReplicaSourceDBInstanceIdentifier"}, {"it is no replica of a cluster", "ReadReplicaSourceDBClusterIdentifier"},
		{"it has no replicas", "ReadReplicaDBInstanceIdentifiers"}, {"it has no cluster as a replica", "ReadReplicaDBClusterIdentifiers"}, {"it belongs to no directory", "DomainMemberships"},
		{"it has no roles", "AssociatedRoles"}, {"it has no key store of its own", "TdeCredentialArn"}, {"its backups are not copied elsewhere", "DBInstanceAutomatedBackupsReplications"},
		{"it has no volumes more", "AdditionalStorageVolumes"}, {"it is no custom database", "CustomIamInstanceProfile"},
	} {
		db.require(x.says, instance+x.member, remedy.Absent, nil)
	}
	db.still("the ID of the database", instance+"DbiResourceId")
	offer := d.look("rds:DescribeOrderableDBInstanceOptions", params{"Engine": db.get(instance + "Engine"), "EngineVersion": db.get(instance + "EngineVersion"), "DBInstanceClass": db.get(instance + "DBInstanceClass")})
	if able, _ := offer.get("OrderableDBInstanceOptions[*].SupportsStorageEncryption").([]any); len(able) > 0 {
		offer.require("the class can be encrypted", "OrderableDBInstanceOptions[*].SupportsStorageEncryption", remedy.Has, true)
	}
}

var noSnapshot = []any{"DBSnapshotNotFound", "DBSnapshotNotFoundFault"}

// snapshotAction makes a snapshot, waits until it is whole, and deletes it to take that back.
func (d *draft) snapshotAction(op, name string, p params, until ...remedy.Condition) {
	s := d.look("rds:DescribeDBSnapshots", params{"DBSnapshotIdentifier": name})
	s.require("there is no snapshot "+name, "", remedy.Refuses, noSnapshot)
	a := d.write(op, p)
	a.Binds = map[string]string{name: "DBSnapshot.DBSnapshotIdentifier"}
	a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{name: "DBSnapshots[0].DBSnapshotIdentifier"}}
	a.Until = append([]remedy.Condition{s.is("the snapshot is whole", "DBSnapshots[0].Status", remedy.Equals, "available")}, until...)
	a.Every, a.Timeout = 30, 14400
	a.Undo = d.undone("rds:DeleteDBSnapshot", params{"DBSnapshotIdentifier": name}, s.is("the snapshot is gone", "", remedy.Refuses, noSnapshot))
	d.do(a)
}

func (d *draft) snapshotOf(c encryption) {
	d.snapshotAction("rds:CreateDBSnapshot", c.first, params{"DBInstanceIdentifier": c.name, "DBSnapshotIdentifier": c.first})
}

func (d *draft) encryptedSnapshot(c encryption) {
	is := d.when("it is encrypted", "rds:DescribeDBSnapshots", params{"DBSnapshotIdentifier": c.second}, "DBSnapshots[0].Encrypted", remedy.Equals, true)
	d.snapshotAction("rds:CopyDBSnapshot", c.second, params{"SourceDBSnapshotIdentifier": c.first, "TargetDBSnapshotIdentifier": c.second, "KmsKeyId": c.key, "CopyTags": true}, is)
	d.grants(c.key)
}

// restorable are the members of a database that its restore takes, by where the description has them.
var restorable = map[string]string{
	"AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade", "CACertificateIdentifier": "CACertificateIdentifier", "CopyTagsToSnapshot": "CopyTagsToSnapshot",
	"DBInstanceClass": "DBInstanceClass", "DBParameterGroupName": "DBParameterGroups[0].DBParameterGroupName", "DBSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
	"DedicatedLogVolume": "DedicatedLogVolume", "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports", "EnableCustomerOwnedIp": "CustomerOwnedIpEnabled",
	"EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled", "Iops": "Iops", "LicenseModel": "LicenseModel", "MultiAZ": "MultiAZ", "NetworkType": "NetworkType",
	"OptionGroupName": "OptionGroupMemberships[0].OptionGroupName", "Port": "Endpoint.Port", "ProcessorFeatures": "ProcessorFeatures", "StorageThroughput": "StorageThroughput", "StorageType": "StorageType",
	"VpcSecurityGroupIds": "VpcSecurityGroups[*].VpcSecurityGroupId",
}

// proven are the members of which the copy is waited for to have the same.
var proven = []string{"DBInstanceClass", "DBParameterGroupName", "DBSubnetGroupName", "MultiAZ", "Port", "StorageType"}

// restored makes the copy, with the settings of the database and protected from deletion.
func (d *draft) restored(c encryption) {
	p := params{"DBInstanceIdentifier": c.beside, "DBSnapshotIdentifier": c.second, "DeletionProtection": true, "PubliclyAccessible": false}
	maps.Copy(p, d.settings(c, restorable))
	d.speed(c, p)
	if tags := ownTags(c.db.get(instance + "TagList")); len(tags) > 0 {
		p["Tags"] = tags
		d.companions = append(d.companions, remedy.Permission{Action: "rds:AddTagsToResource", Resources: []string{d.p.hand.resources(on("", regional("rds", "db:"+c.beside)), d.call("", nil))[0]}})
	}
	if group, _ := p["OptionGroupName"].(string); strings.HasPrefix(group, "default:") {
		delete(p, "OptionGroupName") // it is the default of the copy too
	}
	if p["MultiAZ"] != true {
		p["AvailabilityZone"] = c.db.get(instance + "AvailabilityZone")
	}
	one, byID := params{"DBInstanceIdentifier": c.beside}, params{"Filters": []any{params{"Name": "dbi-resource-id", "Values": []any{bind("copy")}}}}
	a := d.write("rds:RestoreDBInstanceFromDBSnapshot", p)
	a.Binds = map[string]string{"copy": "DBInstance.DbiResourceId"}
	a.Find = &remedy.Read{Call: d.call("rds:DescribeDBInstances", one), Binds: map[string]string{"copy": instance + "DbiResourceId"}}
	a.Until = []remedy.Condition{
		d.when("the copy is available", "rds:DescribeDBInstances", one, instance+"DBInstanceStatus", remedy.Equals, "available"),
		d.when("the copy is encrypted", "rds:DescribeDBInstances", one, instance+"StorageEncrypted", remedy.Equals, true),
	}
	for _, member := range proven {
		if v, set := p[member]; set {
			a.Until = append(a.Until, d.when(member+" is as before", "rds:DescribeDBInstances", one, instance+restorable[member], remedy.Equals, v))
		}
	}
	a.Every, a.Timeout = 30, 28800
	a.UndoWhen = []remedy.Condition{d.when("the copy is there", "rds:DescribeDBInstances", byID, instance+"StorageEncrypted", remedy.Equals, true)} // by whatever name
	open := d.write("rds:ModifyDBInstance", with(one, params{"DeletionProtection": false, "ApplyImmediately": true}))
	open.Until = []remedy.Condition{
		d.when("the copy may be deleted", "rds:DescribeDBInstances", one, instance+"DeletionProtection", remedy.Equals, false),
		d.when("the copy is available", "rds:DescribeDBInstances", one, instance+"DBInstanceStatus", remedy.Equals, "available"),
	}
	end := d.write("rds:DeleteDBInstance", with(one, params{"SkipFinalSnapshot": true}))
	end.Until, end.Every, end.Timeout = []remedy.Condition{d.when("the copy is gone", "rds:DescribeDBInstances", one, "", remedy.Refuses, noInstance)}, 30, 7200
	a.Undo = []remedy.Action{open, end}
	d.do(a)
}

// settings gives those members of a call that the database has a value for.
func (d *draft) settings(c encryption, members map[string]string) params {
	p := params{}
	for _, member := range slices.Sorted(maps.Keys(members)) {
		v := c.db.still(members[member], instance+members[member])
		if off := v == false && member != "AutoMinorVersionUpgrade"; !off && !empty(v) { // the other flags are off by themselves
			p[member] = v
		}
	}
	return p
}

// striped is the size in GB from which AWS takes a speed for storage of the type gp3; below, it is what it is.
func striped(engine string) int {
	switch {
	case strings.HasPrefix(engine, "oracle"):
		return 200
	case strings.HasPrefix(engine, "sqlserver"):
		return 0
	}
	return 400
}

// speed leaves out what AWS does not take for the type of the storage and its size. What is left out is as in the snapshot.
func (d *draft) speed(c encryption, p params) {
	size, _ := c.db.still("storage in GB", instance+"AllocatedStorage").(int)
	switch engine, _ := c.db.get(instance + "Engine").(string); {
	case p["StorageType"] == "io1" || p["StorageType"] == "io2":
		delete(p, "StorageThroughput")
	case p["StorageType"] != "gp3" || size < striped(engine):
		delete(p, "StorageThroughput")
		delete(p, "Iops")
	}
}

// ownTags leaves out the tags that AWS made: nobody else may set them.
func ownTags(list any) []any {
	all, _ := list.([]any)
	return slices.DeleteFunc(slices.Clone(all), func(x any) bool {
		tag, _ := x.(map[string]any)
		return strings.HasPrefix(fmt.Sprint(tag["Key"]), "aws:")
	})
}

// modifiable are the members that a restore does not take, or not everywhere.
var modifiable = map[string]string{
	"BackupRetentionPeriod": "BackupRetentionPeriod", "MaxAllocatedStorage": "MaxAllocatedStorage", "MonitoringInterval": "MonitoringInterval", "MonitoringRoleArn": "MonitoringRoleArn",
	"PreferredBackupWindow": "PreferredBackupWindow", "PreferredMaintenanceWindow": "PreferredMaintenanceWindow",
}

// settled gives the copy the settings that a restore does not take.
func (d *draft) settled(c encryption) {
	p := d.settings(c, modifiable)
	if c.db.get(instance+"PerformanceInsightsEnabled") == true {
		maps.Copy(p, d.settings(c, map[string]string{"EnablePerformanceInsights": "PerformanceInsightsEnabled", "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
			"PerformanceInsightsRetentionPeriod": "PerformanceInsightsRetentionPeriod", "DatabaseInsightsMode": "DatabaseInsightsMode"}))
	}
	if role, ok := p["MonitoringRoleArn"].(string); ok {
		d.companions = append(d.companions, remedy.Permission{Action: "iam:PassRole", Resources: []string{role}, Condition: map[string]string{"iam:PassedToService": "monitoring.rds.amazonaws.com"}})
	}
	one := params{"DBInstanceIdentifier": c.beside}
	a := d.write("rds:ModifyDBInstance", with(with(one, p), params{"ApplyImmediately": true}))
	a.Until = []remedy.Condition{
		d.when("the copy is available", "rds:DescribeDBInstances", one, instance+"DBInstanceStatus", remedy.Equals, "available"),
		d.when("nothing waits to be changed", "rds:DescribeDBInstances", one, instance+"PendingModifiedValues", remedy.Absent, nil),
	}
	for _, member := range slices.Sorted(maps.Keys(p)) {
		if path, ok := modifiable[member]; ok {
			a.Until = append(a.Until, d.when(member+" is as before", "rds:DescribeDBInstances", one, instance+path, remedy.Equals, p[member]))
		}
	}
	a.Every, a.Timeout = 30, 7200
	a.UndoWhen = []remedy.Condition{d.when("the copy is there", "rds:DescribeDBInstances", params{"Filters": []any{params{"Name": "dbi-resource-id", "Values": []any{bind("copy")}}}}, instance+"StorageEncrypted", remedy.Equals, true)}
	d.do(a)
}

// kept foretells what the two steps leave: the database as it was, under another name, protected from deletion.
func (d *draft) kept(c encryption) {
	arn := strings.TrimSuffix(d.text("arn"), ":"+c.name) + ":" + c.aside
	old := *d.job.of
	old.Address, old.Name, old.Attrs = graph.Address(arn), c.aside, maps.Clone(old.Attrs)
	maps.Copy(old.Attrs, map[string]any{"arn": arn, "identifier": c.aside, "deletion_protection": true})
	d.step.Mark = "+"
	d.step.Patch = graph.Patch{{Op: graph.Create, Root: old.Root, Address: old.Address, Type: old.Type, Whole: &old}}
}
