package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func rdsFixes() []Fix {
	return []Fix{rdsMultiAZ, rdsBackupRetention, rdsDeletionProtection, rdsPrivate, rdsStorageGrowth, rdsClass, auroraBackupRetention, auroraDeletionProtection, auroraLogs, rdsLogs, auroraAddReader, encryptedCopy, encryptedSwap, exportToS3, backupsElsewhere}
}

// dbCall is what a change of a database needs to know of its API: an instance or a cluster.
type dbCall struct {
	id, describe, modify, list, status string
}

var (
	ofInstance = dbCall{"DBInstanceIdentifier", "rds:DescribeDBInstances", "rds:ModifyDBInstance", "DBInstances[0].", "DBInstanceStatus"}
	ofCluster  = dbCall{"DBClusterIdentifier", "rds:DescribeDBClusters", "rds:ModifyDBCluster", "DBClusters[0].", "Status"}
)

// change is one member of a database that a fix sets.
type change struct {
	label  string
	member string // of the modify call
	read   string // where the description has it; "" is member
	want   any
	at     bool // it is made at once whatever ApplyImmediately says, so that no window is waited for
}

// database makes the step that sets one member of an instance or a cluster, and sets it back.
func (d *draft) database(k dbCall, name string, c change) {
	if c.read == "" {
		c.read = c.member
	}
	id := params{k.id: name}
	db := d.look(k.describe, id)
	db.require("the database is available", k.list+k.status, remedy.Equals, "available")
	db.require("nothing else waits to be changed", k.list+"PendingModifiedValues", remedy.Absent, nil)
	prior := db.still(c.label, k.list+c.read)
	d.shows(c.label, prior, c.want)
	is := func(v any) []remedy.Condition {
		return []remedy.Condition{
			db.is(fmt.Sprintf("%s is %s", c.label, told(v)), k.list+c.read, remedy.Equals, v),
			db.is("the database is available", k.list+k.status, remedy.Equals, "available"),
		}
	}
	now := !d.p.o.Window || c.at
	a := d.write(k.modify, with(id, params{c.member: c.want, "ApplyImmediately": now}))
	pending := db.is(c.label+" waits to be changed", k.list+"PendingModifiedValues."+c.read, remedy.Equals, c.want)
	if now {
		a.Underway = []remedy.Condition{pending, db.is("the database is being changed", k.list+k.status, remedy.Equals, "modifying")}
	} else {
		a.Accepted = []remedy.Condition{pending}
	}
	a.Until, a.Every, a.Timeout = is(c.want), 30, 10800
	a.UndoWhen = a.Until[:1]
	back := d.write(k.modify, with(id, params{c.member: prior, "ApplyImmediately": true}))
	back.Until, back.Every, back.Timeout = is(prior), 30, 10800
	a.Undo = []remedy.Action{back}
	d.do(a)
}

// instance sets one member of an instance of RDS; clusters' instances are told apart.
func (d *draft) instance(c change) {
	d.database(ofInstance, d.text("identifier"), c)
}

var rdsReads = []string{"rds:DescribeDBInstances"}

var rdsMultiAZ = Fix{
	ID: "rds-multi-az", Title: "standby in a second zone", Takes: []string{"aws_db_instance.multi_az"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"},
	Reads: []string{"rds:DescribeDBInstances", "rds:DescribeDBSubnetGroups", "rds:DescribeOrderableDBInstanceOptions"},
	Risk:  remedy.Risk{Class: "online-degraded", Detail: "No outage: the standby is made from a snapshot, and writes are slower until it has caught up."},
	Undo:  fully, Seconds: 1800,
	plan: func(d *draft) {
		d.capable()
		want, _ := d.wanted("multi_az")
		d.instance(change{label: "multi-AZ", member: "MultiAZ", want: want})
	},
}

// capable requires that the class can have a standby and that its subnets reach a second zone.
func (d *draft) capable() {
	db := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": d.text("identifier")})
	group, _ := db.get("DBInstances[0].DBSubnetGroup.DBSubnetGroupName").(string)
	if group != "" {
		zones := distinct(d.look("rds:DescribeDBSubnetGroups", params{"DBSubnetGroupName": group}).get("DBSubnetGroups[0].Subnets[*].SubnetAvailabilityZone.Name"))
		if d.err == nil && len(zones) < 2 {
			d.step.Needs = append(d.step.Needs, remedy.Need{What: widened(group), Why: "the subnet group " + group + " reaches one zone only: add a subnet of another one in the same plan, or first"})
		}
	}
	offer := d.look("rds:DescribeOrderableDBInstanceOptions", params{"Engine": db.get("DBInstances[0].Engine"), "EngineVersion": db.get("DBInstances[0].EngineVersion"), "DBInstanceClass": db.get("DBInstances[0].DBInstanceClass")})
	offers, _ := offer.get("OrderableDBInstanceOptions[*].MultiAZCapable").([]any)
	if len(offers) > 0 {
		offer.require("the class can have a standby", "OrderableDBInstanceOptions[*].MultiAZCapable", remedy.Has, true)
	}
}

// distinct gives the different elements of a list, in order.
func distinct(v any) []any {
	list, _ := v.([]any)
	var out []any
	for _, x := range list {
		if !contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

var rdsBackupRetention = Fix{
	ID: "rds-backup-retention", Title: "backups kept longer", Takes: []string{"aws_db_instance.backup_retention_period"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: rdsReads,
	Risk: remedy.Risk{Class: "online-degraded", Detail: "Switching backups on pauses input and output for seconds to minutes; keeping them longer interrupts nothing."},
	Undo: partly("backups older than the days before are deleted"), Seconds: 600,
	plan: func(d *draft) {
		want, _ := d.wanted("backup_retention_period")
		d.instance(change{label: "backup retention in days", member: "BackupRetentionPeriod", want: want})
		db := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": d.text("identifier")})
		if same(db.get("DBInstances[0].BackupRetentionPeriod"), 0) {
			d.step.Undo.Ask = "Going back to 0 days deletes all automated backups of the database."
		}
	},
}

var rdsDeletionProtection = Fix{
	ID: "rds-deletion-protection", Title: "protected from deletion", Takes: []string{"aws_db_instance.deletion_protection"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: rdsReads,
	Risk: remedy.Risk{Class: "online", Detail: "Deleting or replacing the database fails from now on, by Terraform too."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		want, _ := d.wanted("deletion_protection")
		d.instance(change{label: "deletion protection", member: "DeletionProtection", want: want, at: true})
	},
}

var rdsPrivate = Fix{
	ID: "rds-private", Title: "no public address", Takes: []string{"aws_db_instance.publicly_accessible", "aws_rds_cluster_instance.publicly_accessible"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: rdsReads,
	Risk: remedy.Risk{Class: "access-break", Detail: "Clients outside of the network lose the database as soon as its name resolves to the private address."},
	Undo: partly("the public address is a new one"), Seconds: 300,
	plan: func(d *draft) {
		want, _ := d.wanted("publicly_accessible")
		d.instance(change{label: "public address", member: "PubliclyAccessible", want: want, at: true})
	},
}

var rdsStorageGrowth = Fix{
	ID: "rds-storage-growth", Title: "storage grows by itself", Takes: []string{"aws_db_instance.max_allocated_storage"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: rdsReads,
	Risk: remedy.Risk{Class: "online", Detail: "Nothing changes until the disk is nearly full; it then grows up to the limit, and never shrinks."},
	Undo: partly("storage that has grown stays"), Seconds: 60,
	plan: func(d *draft) {
		want, _ := d.wanted("max_allocated_storage")
		name := d.text("identifier")
		db := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": name})
		if db.get("DBInstances[0].MaxAllocatedStorage") != nil {
			d.database(ofInstance, name, change{label: "limit of storage in GB", member: "MaxAllocatedStorage", want: want, at: true})
			return
		}
		size := db.still("storage in GB", "DBInstances[0].AllocatedStorage")
		db.require("the limit of storage is still unset", "DBInstances[0].MaxAllocatedStorage", remedy.Absent, nil)
		db.require("the database is available", "DBInstances[0].DBInstanceStatus", remedy.Equals, "available")
		d.shows("limit of storage in GB", nil, want)
		set := func(v any) params {
			return params{"DBInstanceIdentifier": name, "MaxAllocatedStorage": v, "ApplyImmediately": true}
		}
		a := d.write("rds:ModifyDBInstance", set(want))
		a.Until = []remedy.Condition{db.is("the limit is as planned", "DBInstances[0].MaxAllocatedStorage", remedy.Equals, want)}
		a.UndoWhen = append(a.Until, db.is("the storage has not grown", "DBInstances[0].AllocatedStorage", remedy.Equals, size))
		// A limit that equals the size switches the growth off; AWS then reports no limit.
		a.Undo = d.undone("rds:ModifyDBInstance", set(size), db.is("the limit is gone, or equals the size", "DBInstances[0].MaxAllocatedStorage", remedy.Differs, want))
		d.do(a)
	},
}

var rdsClass = Fix{
	ID: "rds-instance-class", Title: "another instance class", Takes: []string{"aws_db_instance.instance_class"},
	Does: []string{"rds:ModifyDBInstance"}, Undoes: []string{"rds:ModifyDBInstance"}, Reads: []string{"rds:DescribeDBInstances", "rds:DescribeOrderableDBInstanceOptions"},
	Risk: remedy.Risk{Class: "brief-interruption", Detail: "The database restarts: minutes without it, or one failover where it has a standby. Clients must connect again."},
	Undo: partly("it restarts once more"), Seconds: 1200,
	plan: func(d *draft) {
		want := d.must("instance_class")
		db := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": d.text("identifier")})
		offer := d.look("rds:DescribeOrderableDBInstanceOptions", params{"Engine": db.get("DBInstances[0].Engine"), "EngineVersion": db.get("DBInstances[0].EngineVersion"), "DBInstanceClass": want})
		offer.require("the class is sold for this engine", "OrderableDBInstanceOptions.#", remedy.AtLeast, 1)
		d.instance(change{label: "instance class", member: "DBInstanceClass", want: want})
	},
}

// cluster sets one member of a cluster.
func (d *draft) cluster(c change) {
	d.database(ofCluster, d.text("cluster_identifier"), c)
}

var clusterReads = []string{"rds:DescribeDBClusters"}

var auroraBackupRetention = Fix{
	ID: "aurora-backup-retention", Title: "backups kept longer", Takes: []string{"aws_rds_cluster.backup_retention_period"},
	Does: []string{"rds:ModifyDBCluster"}, Undoes: []string{"rds:ModifyDBCluster"}, Reads: clusterReads,
	Risk: remedy.Risk{Class: "online", Detail: "Backups of Aurora are continuous; nothing is interrupted."},
	Undo: partly("backups older than the days before are deleted"), Seconds: 120,
	plan: func(d *draft) {
		want, _ := d.wanted("backup_retention_period")
		d.cluster(change{label: "backup retention in days", member: "BackupRetentionPeriod", want: want, at: true})
	},
}

var auroraDeletionProtection = Fix{
	ID: "aurora-deletion-protection", Title: "protected from deletion", Takes: []string{"aws_rds_cluster.deletion_protection"},
	Does: []string{"rds:ModifyDBCluster"}, Undoes: []string{"rds:ModifyDBCluster"}, Reads: clusterReads,
	Risk: remedy.Risk{Class: "online", Detail: "Deleting or replacing the cluster fails from now on; its instances can still be deleted one by one."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		want, _ := d.wanted("deletion_protection")
		d.cluster(change{label: "deletion protection", member: "DeletionProtection", want: want, at: true})
	},
}

var auroraAddReader = Fix{
	ID: "aurora-add-reader", Title: "a reader in another zone", Takes: []string{"+aws_rds_cluster_instance"}, Of: "cluster_identifier",
	Does: []string{"rds:CreateDBInstance"}, Undoes: []string{"rds:DeleteDBInstance"},
	Reads:      []string{"rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:DescribeDBSubnetGroups"},
	Companions: []string{"kms:CreateGrant", "kms:DescribeKey"},
	Risk:       remedy.Risk{Class: "online", Detail: "The writer notices nothing; the reader endpoint starts to answer from the new instance."},
	Undo:       fully, Seconds: 900,
	plan: func(d *draft) {
		id := d.text("cluster_identifier")
		c := d.look("rds:DescribeDBClusters", params{"DBClusterIdentifier": id})
		c.require("the cluster is available", "DBClusters[0].Status", remedy.Equals, "available")
		c.require("its instances have a size", "DBClusters[0].EngineMode", remedy.Differs, "serverless")
		n, _ := c.get("DBClusters[0].DBClusterMembers.#").(int)
		c.require(fmt.Sprintf("the number of its instances is still %d", n), "DBClusters[0].DBClusterMembers.#", remedy.Equals, n)
		writer, _ := c.get("DBClusters[0].DBClusterMembers[IsClusterWriter=true].DBInstanceIdentifier").(string)
		if writer == "" {
			d.refuse(remedy.PreconditionFails, "the cluster has no writer")
			return
		}
		name, zone := d.newReader(id, n), d.zoneWithoutMember(c)
		d.addReader(c, writer, name, zone)
	},
}

// newReader gives the first name of a reader that is not taken, and requires that it stays so.
func (d *draft) newReader(cluster string, n int) string {
	for i := 1; i <= n+1 && d.err == nil; i++ {
		name := fmt.Sprintf("%s-reader-%d", cluster, i)
		taken := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": name})
		if taken.none() {
			taken.require("there is no instance "+name, "", remedy.Refuses, noInstance)
			return name
		}
	}
	return ""
}

// noInstance are the codes by which RDS says that there is no such instance.
var noInstance = []any{"DBInstanceNotFound", "DBInstanceNotFoundFault"}

// zoneWithoutMember gives a zone of the cluster's subnets in which it has no instance.
func (d *draft) zoneWithoutMember(c *source) any {
	group := c.get("DBClusters[0].DBSubnetGroup")
	zones := distinct(d.look("rds:DescribeDBSubnetGroups", params{"DBSubnetGroupName": group}).get("DBSubnetGroups[0].Subnets[*].SubnetAvailabilityZone.Name"))
	members, _ := c.get("DBClusters[0].DBClusterMembers[*].DBInstanceIdentifier").([]any)
	var used []any
	for _, m := range members {
		used = append(used, d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": m}).get("DBInstances[0].AvailabilityZone"))
	}
	for _, z := range zones {
		if !contains(used, z) {
			return z
		}
	}
	d.refuse(remedy.PreconditionFails, "the subnets of the cluster reach no zone without an instance: add a subnet first")
	return nil
}

func (d *draft) addReader(c *source, writer, name string, zone any) {
	w := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": writer})
	class, ok := d.wanted("instance_class")
	if !ok {
		class = w.get("DBInstances[0].DBInstanceClass")
	}
	p := params{"DBInstanceIdentifier": name, "DBClusterIdentifier": c.call.Params["DBClusterIdentifier"], "Engine": c.get("DBClusters[0].Engine"), "DBInstanceClass": class,
		"AvailabilityZone": zone, "PromotionTier": 1, "PubliclyAccessible": false}
	for member, path := range map[string]string{"AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade", "CACertificateIdentifier": "CACertificateIdentifier", "DBParameterGroupName": "DBParameterGroups[0].DBParameterGroupName"} {
		if v := w.get("DBInstances[0]." + path); v != nil {
			p[member] = v
		}
	}
	one := d.look("rds:DescribeDBInstances", params{"DBInstanceIdentifier": name})
	a := d.write("rds:CreateDBInstance", p)
	a.Binds = map[string]string{"reader": "DBInstance.DBInstanceIdentifier"}
	a.Find = &remedy.Read{Call: one.call, Binds: map[string]string{"reader": "DBInstances[0].DBInstanceIdentifier"}}
	a.Until = []remedy.Condition{one.is("the reader is available", "DBInstances[0].DBInstanceStatus", remedy.Equals, "available")}
	a.Every, a.Timeout = 30, 3600
	a.UndoWhen = []remedy.Condition{c.is("it has not become the writer", "DBClusters[0].DBClusterMembers[DBInstanceIdentifier="+name+"].IsClusterWriter", remedy.Equals, false)}
	back := d.write("rds:DeleteDBInstance", params{"DBInstanceIdentifier": name, "SkipFinalSnapshot": true})
	back.Until, back.Every, back.Timeout = []remedy.Condition{one.is("the reader is gone", "", remedy.Refuses, noInstance)}, 30, 3600
	a.Undo = []remedy.Action{back}
	if key, ok := c.get("DBClusters[0].KmsKeyId").(string); ok && c.get("DBClusters[0].StorageEncrypted") == true { // RDS takes a grant on the cluster's key in the caller's name
		d.companions = append(d.companions, remedy.Permission{Action: "kms:CreateGrant", Resources: []string{key}, Condition: map[string]string{"kms:GrantIsForAWSResource": "true"}},
			remedy.Permission{Action: "kms:DescribeKey", Resources: []string{key}})
	}
	d.shows("reader", absent{}, fmt.Sprintf("%s, %v, %v", name, class, zone))
	d.do(a)
}
