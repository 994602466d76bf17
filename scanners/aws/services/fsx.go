package services

// Amazon FSx. Needs fsx:DescribeFileSystems.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/fsx"
	"github.com/aws/aws-sdk-go-v2/service/fsx/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func fsxService() aws.Service {
	return aws.Service{
		Name: "fsx",
		Lists: []aws.List{{
			Operation: "DescribeFileSystems", Gives: []string{"aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system", "aws_fsx_windows_file_system"},
			Read: readFSx,
		}},
	}
}

// fsxFields are what all kinds of file systems have.
var fsxFields = aws.Table{
	"storage_capacity": "StorageCapacity",
	"storage_type":     "StorageType",
	"subnet_ids":       "SubnetIds",
	"kms_key_id":       "KmsKeyId",
	"tags":             "Tags",
}

var fsxWindowsFields = aws.Table{
	"throughput_capacity":               "WindowsConfiguration.ThroughputCapacity",
	"deployment_type":                   "WindowsConfiguration.DeploymentType",
	"preferred_subnet_id":               "WindowsConfiguration.PreferredSubnetId",
	"automatic_backup_retention_days":   "WindowsConfiguration.AutomaticBackupRetentionDays",
	"daily_automatic_backup_start_time": "WindowsConfiguration.DailyAutomaticBackupStartTime",
	"active_directory_id":               "WindowsConfiguration.ActiveDirectoryId",
}

var fsxLustreFields = aws.Table{
	"deployment_type":                 "LustreConfiguration.DeploymentType",
	"per_unit_storage_throughput":     "LustreConfiguration.PerUnitStorageThroughput",
	"automatic_backup_retention_days": "LustreConfiguration.AutomaticBackupRetentionDays",
}

var fsxOntapFields = aws.Table{
	"deployment_type":                 "OntapConfiguration.DeploymentType",
	"preferred_subnet_id":             "OntapConfiguration.PreferredSubnetId",
	"throughput_capacity":             "OntapConfiguration.ThroughputCapacity",
	"automatic_backup_retention_days": "OntapConfiguration.AutomaticBackupRetentionDays",
}

var fsxOpenZFSFields = aws.Table{
	"deployment_type":                 "OpenZFSConfiguration.DeploymentType",
	"preferred_subnet_id":             "OpenZFSConfiguration.PreferredSubnetId",
	"throughput_capacity":             "OpenZFSConfiguration.ThroughputCapacity",
	"automatic_backup_retention_days": "OpenZFSConfiguration.AutomaticBackupRetentionDays",
}

func readFSx(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := fsx.NewDescribeFileSystemsPaginator(fsx.NewFromConfig(s.Config), &fsx.DescribeFileSystemsInput{})
	return eachPage(ctx, pages, func(page *fsx.DescribeFileSystemsOutput) {
		for i := range page.FileSystems {
			if r := fsxFileSystem(s, &page.FileSystems[i]); r != nil {
				give(r)
			}
		}
	})
}

// fsxFileSystem gives nil for a kind that the catalog does not know. A file system without backups says nothing of their days.
func fsxFileSystem(s *aws.Session, from *types.FileSystem) *graph.Resource {
	var typ string
	var table aws.Table
	switch from.FileSystemType {
	case types.FileSystemTypeWindows:
		typ, table = "aws_fsx_windows_file_system", fsxWindowsFields
	case types.FileSystemTypeLustre:
		typ, table = "aws_fsx_lustre_file_system", fsxLustreFields
	case types.FileSystemTypeOntap:
		typ, table = "aws_fsx_ontap_file_system", fsxOntapFields
	case types.FileSystemTypeOpenzfs:
		typ, table = "aws_fsx_openzfs_file_system", fsxOpenZFSFields
	default:
		return nil
	}
	id := text(from.FileSystemId)
	r := s.Resource(typ, text(from.ResourceARN), id, nameTag(from.Tags, id))
	fsxFields.Set(r, from)
	table.Set(r, from)
	if r.Attrs["automatic_backup_retention_days"] == nil {
		r.Attrs["automatic_backup_retention_days"] = 0
	}
	return r
}
