package services

// Amazon EFS. Needs elasticfilesystem:DescribeFileSystems, elasticfilesystem:DescribeReplicationConfigurations,
// elasticfilesystem:DescribeAccessPoints and, for each file system, elasticfilesystem:DescribeMountTargets,
// elasticfilesystem:DescribeMountTargetSecurityGroups, elasticfilesystem:DescribeBackupPolicy,
// elasticfilesystem:DescribeLifecycleConfiguration, elasticfilesystem:DescribeFileSystemPolicy.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func efsService() aws.Service {
	return aws.Service{
		Name: "elasticfilesystem",
		Lists: []aws.List{
			{Operation: "DescribeFileSystems", Gives: []string{"aws_efs_file_system"}, Read: readFileSystems},
			{Operation: "DescribeReplicationConfigurations", Gives: []string{"aws_efs_replication_configuration"}, Read: readFileReplication},
			{Operation: "DescribeAccessPoints", Gives: []string{"aws_efs_access_point"}, Read: readAccessPoints},
		},
		Details: []aws.Detail{
			{
				Operation: "DescribeMountTargets", Actions: []string{"elasticfilesystem:DescribeMountTargets", "elasticfilesystem:DescribeMountTargetSecurityGroups"},
				Of: "aws_efs_file_system", Gives: []string{"aws_efs_mount_target.file_system_id"}, Read: readMountTargets,
			},
			{Operation: "DescribeBackupPolicy", Of: "aws_efs_file_system", Gives: []string{"aws_efs_backup_policy.file_system_id"}, Read: readFileBackupPolicy},
			{Operation: "DescribeLifecycleConfiguration", Of: "aws_efs_file_system", Sets: []string{"lifecycle_policy"}, Read: readFileLifecycle},
			{Operation: "DescribeFileSystemPolicy", Of: "aws_efs_file_system", Gives: []string{"aws_efs_file_system_policy.file_system_id"}, Read: readFilePolicy},
		},
	}
}

// fileSystemFields says where DescribeFileSystems has the attributes of aws_efs_file_system.
var fileSystemFields = aws.Table{
	"creation_token":                      "CreationToken",
	"availability_zone_name":              "AvailabilityZoneName",
	"encrypted":                           "Encrypted",
	"kms_key_id":                          "KmsKeyId",
	"performance_mode":                    "PerformanceMode",
	"throughput_mode":                     "ThroughputMode",
	"provisioned_throughput_in_mibps":     "ProvisionedThroughputInMibps",
	"protection[0].replication_overwrite": "FileSystemProtection.ReplicationOverwriteProtection",
	"tags":                                "Tags",
}

func readFileSystems(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := efs.NewDescribeFileSystemsPaginator(efs.NewFromConfig(s.Config), &efs.DescribeFileSystemsInput{})
	return eachPage(ctx, pages, func(page *efs.DescribeFileSystemsOutput) {
		for i := range page.FileSystems {
			from := &page.FileSystems[i]
			id, arn := text(from.FileSystemId), text(from.FileSystemArn)
			if arn == "" {
				arn = s.ARN("elasticfilesystem", "file-system/"+id)
			}
			r := s.Resource("aws_efs_file_system", arn, id, nameTag(from.Tags, id))
			fileSystemFields.Set(r, from)
			give(r)
		}
	})
}

func readMountTargets(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	c, id := efs.NewFromConfig(s.Config), r.Attrs["id"].(string)
	var targets []types.MountTargetDescription
	err := eachPage(ctx, efs.NewDescribeMountTargetsPaginator(c, &efs.DescribeMountTargetsInput{FileSystemId: &id}), func(page *efs.DescribeMountTargetsOutput) {
		targets = append(targets, page.MountTargets...)
	})
	if err != nil {
		return err
	}
	for _, from := range targets {
		if from.LifeCycleState == types.LifeCycleStateDeleting || from.LifeCycleState == types.LifeCycleStateDeleted {
			continue
		}
		t := s.Resource("aws_efs_mount_target", "", text(from.MountTargetId), r.Name)
		null(t, "arn")
		t.Attrs["file_system_id"], t.Attrs["subnet_id"], t.Attrs["tags"] = id, aws.Plain(from.SubnetId), map[string]any{}
		groups, err := c.DescribeMountTargetSecurityGroups(ctx, &efs.DescribeMountTargetSecurityGroupsInput{MountTargetId: from.MountTargetId})
		switch {
		case answered(err, "IncorrectMountTargetState"):
			t.Unknown["security_groups"] = "AWS does not tell them while the mount target is being made"
		case err != nil:
			return err
		default:
			t.Attrs["security_groups"] = texts(groups.SecurityGroups)
		}
		give(t)
	}
	return nil
}

// readFileBackupPolicy gives no policy to a file system that has none.
func readFileBackupPolicy(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := efs.NewFromConfig(s.Config).DescribeBackupPolicy(ctx, &efs.DescribeBackupPolicyInput{FileSystemId: &id})
	if answered(err, "PolicyNotFound") {
		return nil
	}
	if err != nil || out.BackupPolicy == nil {
		return err
	}
	status := "DISABLED"
	if on := out.BackupPolicy.Status; on == types.StatusEnabled || on == types.StatusEnabling {
		status = "ENABLED"
	}
	part := s.Part(r, "aws_efs_backup_policy", "backup_policy", "file_system_id")
	part.Attrs["backup_policy"] = block(map[string]any{"status": status})
	give(part)
	return nil
}

func readFileLifecycle(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := efs.NewFromConfig(s.Config).DescribeLifecycleConfiguration(ctx, &efs.DescribeLifecycleConfigurationInput{FileSystemId: &id})
	if err != nil {
		return err
	}
	policies := []any{}
	for _, p := range out.LifecyclePolicies {
		policies = append(policies, map[string]any{
			"transition_to_ia": aws.Plain(p.TransitionToIA), "transition_to_archive": aws.Plain(p.TransitionToArchive), "transition_to_primary_storage_class": aws.Plain(p.TransitionToPrimaryStorageClass),
		})
	}
	r.Attrs["lifecycle_policy"] = policies
	return nil
}

func readFilePolicy(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := efs.NewFromConfig(s.Config).DescribeFileSystemPolicy(ctx, &efs.DescribeFileSystemPolicyInput{FileSystemId: &id})
	if answered(err, "PolicyNotFound") {
		return nil
	}
	if err != nil || text(out.Policy) == "" {
		return err
	}
	part := s.Part(r, "aws_efs_file_system_policy", "policy", "file_system_id")
	part.Attrs["policy"] = *out.Policy
	give(part)
	return nil
}

// readFileReplication gives a replication where its source is: the region of the copy lists it too.
func readFileReplication(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := efs.NewDescribeReplicationConfigurationsPaginator(efs.NewFromConfig(s.Config), &efs.DescribeReplicationConfigurationsInput{})
	err := eachPage(ctx, pages, func(page *efs.DescribeReplicationConfigurationsOutput) {
		for _, from := range page.Replications {
			if region := text(from.SourceFileSystemRegion); region != "" && region != s.Region {
				continue
			}
			id := text(from.SourceFileSystemId)
			r := s.Resource("aws_efs_replication_configuration", "", id, id)
			null(r, "arn")
			r.Attrs["source_file_system_id"], r.Attrs["tags"] = id, map[string]any{}
			targets := []any{}
			for _, d := range from.Destinations {
				targets = append(targets, map[string]any{"region": aws.Plain(d.Region)})
			}
			r.Attrs["destination"] = targets
			give(r)
		}
	})
	if answered(err, "ReplicationNotFound") {
		return nil
	}
	return err
}

func readAccessPoints(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := efs.NewDescribeAccessPointsPaginator(efs.NewFromConfig(s.Config), &efs.DescribeAccessPointsInput{})
	return eachPage(ctx, pages, func(page *efs.DescribeAccessPointsOutput) {
		for _, from := range page.AccessPoints {
			id := text(from.AccessPointId)
			r := s.Resource("aws_efs_access_point", text(from.AccessPointArn), id, nameTag(from.Tags, id))
			r.Attrs["file_system_id"], r.Attrs["tags"] = aws.Plain(from.FileSystemId), aws.Plain(from.Tags)
			give(r)
		}
	})
}
