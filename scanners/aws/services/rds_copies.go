package services

// Copies of databases: snapshots and their export to S3. Needs rds:DescribeDBSnapshots, rds:DescribeDBClusterSnapshots,
// rds:DescribeDBSnapshotAttributes, rds:DescribeDBClusterSnapshotAttributes, rds:DescribeExportTasks.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func rdsCopyLists() []aws.List {
	return []aws.List{
		{Operation: "DescribeDBSnapshots", Gives: []string{"aws_db_snapshot"}, Read: readDBSnapshots},
		{Operation: "DescribeDBClusterSnapshots", Gives: []string{"aws_db_cluster_snapshot"}, Read: readDBClusterSnapshots},
		{Operation: "DescribeExportTasks", Gives: []string{"aws_rds_export_task"}, Read: readExportTasks},
	}
}

func rdsCopyDetails() []aws.Detail {
	return []aws.Detail{
		{Operation: "DescribeDBSnapshotAttributes", Of: "aws_db_snapshot", Sets: []string{"shared_accounts"}, For: notDefault, Read: readDBSnapshotAttributes},
		{Operation: "DescribeDBClusterSnapshotAttributes", Of: "aws_db_cluster_snapshot", Sets: []string{"shared_accounts"}, For: notDefault, Read: readDBClusterSnapshotAttributes},
	}
}

var dbSnapshotFields = aws.Table{
	"db_instance_identifier": "DBInstanceIdentifier",
	"db_snapshot_identifier": "DBSnapshotIdentifier",
	"snapshot_type":          "SnapshotType",
	"snapshot_create_time":   "SnapshotCreateTime",
	"encrypted":              "Encrypted",
	"tags":                   "TagList",
}

func readDBSnapshots(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBSnapshotsPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBSnapshotsInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeDBSnapshotsOutput) {
		for i := range page.DBSnapshots {
			from := &page.DBSnapshots[i]
			name := text(from.DBSnapshotIdentifier)
			r := s.Resource("aws_db_snapshot", text(from.DBSnapshotArn), name, name)
			dbSnapshotFields.Set(r, from)
			give(takenByAWS(r, from.SnapshotType))
		}
	})
}

var clusterSnapshotFields = aws.Table{
	"db_cluster_identifier":          "DBClusterIdentifier",
	"db_cluster_snapshot_identifier": "DBClusterSnapshotIdentifier",
	"snapshot_type":                  "SnapshotType",
	"snapshot_create_time":           "SnapshotCreateTime",
	"tags":                           "TagList",
}

func readDBClusterSnapshots(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBClusterSnapshotsPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBClusterSnapshotsInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeDBClusterSnapshotsOutput) {
		for i := range page.DBClusterSnapshots {
			from := &page.DBClusterSnapshots[i]
			name := text(from.DBClusterSnapshotIdentifier)
			r := s.Resource("aws_db_cluster_snapshot", text(from.DBClusterSnapshotArn), name, name)
			clusterSnapshotFields.Set(r, from)
			give(takenByAWS(r, from.SnapshotType))
		}
	})
}

// takenByAWS makes the snapshots of automated backups and of AWS Backup neighbours. They cannot be shared.
func takenByAWS(r *graph.Resource, kind *string) *graph.Resource {
	if k := text(kind); k == "automated" || k == "awsbackup" {
		r.Attrs["shared_accounts"] = []any{}
		return neighbour(r)
	}
	return r
}

func readDBSnapshotAttributes(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := rds.NewFromConfig(s.Config).DescribeDBSnapshotAttributes(ctx, &rds.DescribeDBSnapshotAttributesInput{DBSnapshotIdentifier: &r.Name})
	if err != nil {
		return err
	}
	r.Attrs["shared_accounts"] = []any{}
	if out.DBSnapshotAttributesResult == nil {
		return nil
	}
	for _, a := range out.DBSnapshotAttributesResult.DBSnapshotAttributes {
		if text(a.AttributeName) == "restore" {
			r.Attrs["shared_accounts"] = texts(a.AttributeValues)
		}
	}
	return nil
}

func readDBClusterSnapshotAttributes(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := rds.NewFromConfig(s.Config).DescribeDBClusterSnapshotAttributes(ctx, &rds.DescribeDBClusterSnapshotAttributesInput{DBClusterSnapshotIdentifier: &r.Name})
	if err != nil {
		return err
	}
	r.Attrs["shared_accounts"] = []any{}
	if out.DBClusterSnapshotAttributesResult == nil {
		return nil
	}
	for _, a := range out.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes {
		if text(a.AttributeName) == "restore" {
			r.Attrs["shared_accounts"] = texts(a.AttributeValues)
		}
	}
	return nil
}

var exportTaskFields = aws.Table{
	"export_task_identifier": "ExportTaskIdentifier",
	"source_arn":             "SourceArn",
	"source_type":            "SourceType",
	"s3_bucket_name":         "S3Bucket",
	"s3_prefix":              "S3Prefix",
	"iam_role_arn":           "IamRoleArn",
	"kms_key_id":             "KmsKeyId",
	"export_only":            "ExportOnly",
	"status":                 "Status",
	"percent_progress":       "PercentProgress",
	"snapshot_time":          "SnapshotTime",
	"task_start_time":        "TaskStartTime",
	"task_end_time":          "TaskEndTime",
	"failure_cause":          "FailureCause",
	"warning_message":        "WarningMessage",
}

func readExportTasks(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeExportTasksPaginator(rds.NewFromConfig(s.Config), &rds.DescribeExportTasksInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeExportTasksOutput) {
		for i := range page.ExportTasks {
			from := &page.ExportTasks[i]
			name := text(from.ExportTaskIdentifier)
			r := s.Resource("aws_rds_export_task", "", name, name)
			exportTaskFields.Set(r, from)
			null(r, "arn")
			r.Attrs["tags"] = map[string]any{}
			give(r)
		}
	})
}
