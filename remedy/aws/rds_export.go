package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// exportToS3 is an action and no state: what it makes is a task, and AWS carries it out for hours after the step.
var exportToS3 = Fix{
	ID: "rds-snapshot-export-s3", Title: "a snapshot exported to S3", Takes: []string{"+aws_rds_export_task"}, Of: "source_arn", Single: true, find: byARN("source_arn"),
	Does: []string{"rds:StartExportTask"}, Undoes: []string{"rds:CancelExportTask"},
	Reads:      []string{"kms:DescribeKey", "rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusters", "rds:DescribeDBSnapshots", "rds:DescribeExportTasks", "s3:GetBucketLocation"},
	Companions: []string{"iam:PassRole", "kms:CreateGrant", "kms:DescribeKey"},
	Risk: remedy.Risk{Class: "online", Detail: "The database notices nothing. The step ends when the export runs; it goes on for hours, and only the list of exports says whether it came to its end. " +
		"The copy is Parquet: it can be queried and not restored, so it is no backup."},
	Undo: partly("an export that runs is cancelled; what it wrote to the bucket stays, and one that has ended cannot be taken back"), Seconds: 900,
	plan: func(d *draft) {
		from := d.exported()
		id := params{"ExportTaskIdentifier": d.named("export_task_identifier")}
		p := with(id, params{"SourceArn": from, "S3BucketName": d.named("s3_bucket_name"), "IamRoleArn": d.named("iam_role_arn"), "KmsKeyId": d.named("kms_key_id")})
		for attr, member := range map[string]string{"s3_prefix": "S3Prefix", "export_only": "ExportOnly"} {
			if v, ok := d.wanted(attr); ok && v != nil {
				p[member] = v
			}
		}
		if d.err != nil {
			return
		}
		d.sameRegion(p["S3BucketName"])
		key := d.keyIn(d.region, p["KmsKeyId"])
		p["KmsKeyId"] = key
		s := d.look("rds:DescribeExportTasks", id)
		s.require("there is no export of this name", "", remedy.Refuses, []any{"ExportTaskNotFound", "ExportTaskNotFoundFault"})
		a := d.write("rds:StartExportTask", p)
		a.Binds = map[string]string{"task": "ExportTaskIdentifier"}
		a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{"task": "ExportTasks[0].ExportTaskIdentifier"}}
		a.Until = []remedy.Condition{s.is("the export runs", "ExportTasks[0].Status", remedy.OneOf, []any{"IN_PROGRESS", "COMPLETE"})}
		a.Every, a.Timeout = 30, 3600
		a.UndoWhen = []remedy.Condition{s.is("the export has not ended", "ExportTasks[0].Status", remedy.OneOf, []any{"STARTING", "IN_PROGRESS"})}
		a.Undo = d.undone("rds:CancelExportTask", id, s.is("the export is cancelled", "ExportTasks[0].Status", remedy.OneOf, []any{"CANCELED", "CANCELING"}))
		d.companions = append(d.companions, remedy.Permission{Action: "iam:PassRole", Resources: []string{fmt.Sprint(p["IamRoleArn"])}, Condition: map[string]string{"iam:PassedToService": "export.rds.amazonaws.com"}})
		d.grants(key)
		d.shows("export", absent{}, fmt.Sprintf("%s to s3://%s", last(strings.ReplaceAll(from, ":", "."), ""), p["S3BucketName"]))
		d.do(a)
	},
}

// byARN finds what an attribute names by its ARN.
func byARN(attr string) func(*graph.Graph, string, map[string]any) *graph.Resource {
	return func(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
		for _, r := range g.Resources() {
			if r.Root == root && r.Attrs["arn"] != nil && r.Attrs["arn"] == attrs[attr] {
				return r
			}
		}
		return nil
	}
}

// exportable are the engines whose snapshots can be exported.
var exportable = []any{"aurora-mysql", "aurora-postgresql", "mariadb", "mysql", "postgres"}

// exported gives the ARN of what is exported: a snapshot, a cluster, or the newest snapshot of an instance.
func (d *draft) exported() string {
	arn, of := d.text("arn"), d.job.of
	switch of.Type {
	case "aws_db_instance":
		all := d.look("rds:DescribeDBSnapshots", params{"DBInstanceIdentifier": d.text("identifier")})
		list, _ := all.get("DBSnapshots").([]any)
		name := newest(list)
		if d.err == nil && name == "" {
			d.refuse(remedy.PreconditionFails, "the database has no snapshot that is available")
			return ""
		}
		return d.snapshot(name)
	case "aws_db_snapshot":
		return d.snapshot(d.text("db_snapshot_identifier"))
	case "aws_db_cluster_snapshot":
		s := d.look("rds:DescribeDBClusterSnapshots", params{"DBClusterSnapshotIdentifier": arn})
		s.require("the snapshot is available", "DBClusterSnapshots[0].Status", remedy.Equals, "available")
		s.require("its engine can be exported", "DBClusterSnapshots[0].Engine", remedy.OneOf, exportable)
	case "aws_rds_cluster":
		c := d.look("rds:DescribeDBClusters", params{"DBClusterIdentifier": d.text("cluster_identifier")})
		c.require("the cluster is available", "DBClusters[0].Status", remedy.Equals, "available")
		c.require("its engine can be exported", "DBClusters[0].Engine", remedy.OneOf, exportable)
	default:
		d.refuse(remedy.PreconditionFails, "%s is nothing that can be exported: a snapshot, a database or a cluster is", of.Address)
	}
	return arn
}

// newest names the youngest snapshot that is available; of two of the same age the one whose name comes last.
func newest(list []any) string {
	var names []string
	for _, x := range list {
		s, _ := x.(map[string]any)
		if s["Status"] == "available" {
			names = append(names, fmt.Sprint(s["SnapshotCreateTime"], " ", s["DBSnapshotIdentifier"])) // times are RFC 3339 in UTC
		}
	}
	if len(names) == 0 {
		return ""
	}
	_, name, _ := strings.Cut(slices.Max(names), " ")
	return name
}

// snapshot requires that a snapshot of an instance can be exported, and gives its ARN.
func (d *draft) snapshot(name string) string {
	p := params{"DBSnapshotIdentifier": name}
	if kind, _, reserved := strings.Cut(name, ":"); reserved { // of a snapshot that AWS made the type has to be said
		p["SnapshotType"] = map[string]string{"rds": "automated", "awsbackup": "awsbackup"}[kind]
	}
	s := d.look("rds:DescribeDBSnapshots", p)
	s.require("the snapshot is available", "DBSnapshots[0].Status", remedy.Equals, "available")
	s.require("its engine can be exported", "DBSnapshots[0].Engine", remedy.OneOf, exportable)
	arn, _ := s.get("DBSnapshots[0].DBSnapshotArn").(string)
	return arn
}

// sameRegion requires that a bucket is in the region of the step. S3 names the oldest region by nothing, and one by an older name.
func (d *draft) sameRegion(bucket any) {
	b := d.look("s3:GetBucketLocation", params{"Bucket": bucket})
	if d.region == "us-east-1" {
		b.require("the bucket is in "+d.region, "LocationConstraint", remedy.Absent, nil)
		return
	}
	names := []any{d.region}
	if d.region == "eu-west-1" {
		names = append(names, "EU")
	}
	b.require("the bucket is in "+d.region, "LocationConstraint", remedy.OneOf, names)
}

// keyIn requires that a key of a region can encrypt, and gives its ARN: an alias may lead to another key by then.
func (d *draft) keyIn(region string, id any) string {
	arn, _ := d.lookIn(region, "kms:DescribeKey", params{"KeyId": id}).get("KeyMetadata.Arn").(string)
	if d.err == nil && arn == "" {
		d.refuse(remedy.PreconditionFails, "there is no key %v in %s", id, region)
		return ""
	}
	k := d.lookIn(region, "kms:DescribeKey", params{"KeyId": arn})
	k.require("the key is enabled", "KeyMetadata.KeyState", remedy.Equals, "Enabled")
	k.require("the key is symmetric", "KeyMetadata.KeySpec", remedy.Equals, "SYMMETRIC_DEFAULT")
	return arn
}

// grants adds what RDS needs of the caller to use a key: it takes a grant in the caller's name.
func (d *draft) grants(key string) {
	d.companions = append(d.companions, remedy.Permission{Action: "kms:CreateGrant", Resources: []string{key}, Condition: map[string]string{"kms:GrantIsForAWSResource": "true"}},
		remedy.Permission{Action: "kms:DescribeKey", Resources: []string{key}})
}
