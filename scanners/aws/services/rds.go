package services

// Amazon RDS and Aurora, and the clusters and instances of DocumentDB and Neptune, which answer to the same calls. Needs
// rds:DescribeDBInstances, rds:DescribeDBClusters, rds:DescribeGlobalClusters and what rds_groups.go and rds_copies.go name.

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func rdsService() aws.Service {
	return aws.Service{
		Name: "rds",
		Lists: slices.Concat([]aws.List{
			{
				Operation: "DescribeDBInstances",
				Gives:     []string{"aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance", "aws_db_instance_automated_backups_replication"},
				Read:      readDBInstances,
			},
			{Operation: "DescribeDBClusters", Gives: []string{"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}, Read: readDBClusters},
			{Operation: "DescribeGlobalClusters", Gives: []string{"aws_rds_global_cluster"}, Read: readGlobalClusters},
		}, rdsGroupLists(), rdsCopyLists()),
		Details: slices.Concat(rdsGroupDetails(), rdsCopyDetails()),
	}
}

// dbInstanceFields says where DescribeDBInstances has the attributes of aws_db_instance.
var dbInstanceFields = aws.Table{
	"identifier":                            "DBInstanceIdentifier",
	"engine":                                "Engine",
	"engine_version":                        "EngineVersion",
	"instance_class":                        "DBInstanceClass",
	"db_name":                               "DBName",
	"port":                                  "Endpoint.Port",
	"address":                               "Endpoint.Address",
	"multi_az":                              "MultiAZ",
	"availability_zone":                     "AvailabilityZone",
	"db_subnet_group_name":                  "DBSubnetGroup.DBSubnetGroupName",
	"vpc_security_group_ids":                "VpcSecurityGroups[].VpcSecurityGroupId",
	"publicly_accessible":                   "PubliclyAccessible!",
	"network_type":                          "NetworkType",
	"replicate_source_db":                   "ReadReplicaSourceDBInstanceIdentifier",
	"replica_mode":                          "ReplicaMode",
	"allocated_storage":                     "AllocatedStorage",
	"max_allocated_storage":                 "MaxAllocatedStorage",
	"storage_type":                          "StorageType",
	"storage_encrypted":                     "StorageEncrypted",
	"storage_throughput":                    "StorageThroughput",
	"iops":                                  "Iops",
	"dedicated_log_volume":                  "DedicatedLogVolume",
	"kms_key_id":                            "KmsKeyId",
	"backup_retention_period":               "BackupRetentionPeriod",
	"backup_window":                         "PreferredBackupWindow",
	"backup_target":                         "BackupTarget",
	"copy_tags_to_snapshot":                 "CopyTagsToSnapshot",
	"deletion_protection":                   "DeletionProtection",
	"maintenance_window":                    "PreferredMaintenanceWindow",
	"auto_minor_version_upgrade":            "AutoMinorVersionUpgrade",
	"ca_cert_identifier":                    "CACertificateIdentifier",
	"iam_database_authentication_enabled":   "IAMDatabaseAuthenticationEnabled",
	"username":                              "MasterUsername",
	"master_user_secret_kms_key_id":         "MasterUserSecret.KmsKeyId",
	"monitoring_interval":                   "MonitoringInterval",
	"monitoring_role_arn":                   "MonitoringRoleArn",
	"performance_insights_enabled":          "PerformanceInsightsEnabled",
	"performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
	"enabled_cloudwatch_logs_exports":       "EnabledCloudwatchLogsExports",
	"license_model":                         "LicenseModel",
	"customer_owned_ip_enabled":             "CustomerOwnedIpEnabled",
	"tags":                                  "TagList",
}

// clusterInstanceFields are those of an instance that is a member of a cluster.
var clusterInstanceFields = aws.Table{
	"identifier":                            "DBInstanceIdentifier",
	"cluster_identifier":                    "DBClusterIdentifier",
	"engine":                                "Engine",
	"engine_version":                        "EngineVersion",
	"instance_class":                        "DBInstanceClass",
	"availability_zone":                     "AvailabilityZone",
	"db_subnet_group_name":                  "DBSubnetGroup.DBSubnetGroupName",
	"promotion_tier":                        "PromotionTier",
	"publicly_accessible":                   "PubliclyAccessible!",
	"auto_minor_version_upgrade":            "AutoMinorVersionUpgrade",
	"preferred_maintenance_window":          "PreferredMaintenanceWindow",
	"preferred_backup_window":               "PreferredBackupWindow",
	"copy_tags_to_snapshot":                 "CopyTagsToSnapshot",
	"ca_cert_identifier":                    "CACertificateIdentifier",
	"monitoring_interval":                   "MonitoringInterval",
	"monitoring_role_arn":                   "MonitoringRoleArn",
	"performance_insights_enabled":          "PerformanceInsightsEnabled",
	"performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
	"endpoint":                              "Endpoint.Address",
	"tags":                                  "TagList",
}

var docdbInstanceFields = aws.Table{
	"identifier":                 "DBInstanceIdentifier",
	"cluster_identifier":         "DBClusterIdentifier",
	"instance_class":             "DBInstanceClass",
	"availability_zone":          "AvailabilityZone",
	"promotion_tier":             "PromotionTier",
	"auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
	"tags":                       "TagList",
}

var neptuneInstanceFields = aws.Table{
	"identifier":                "DBInstanceIdentifier",
	"cluster_identifier":        "DBClusterIdentifier",
	"instance_class":            "DBInstanceClass",
	"availability_zone":         "AvailabilityZone",
	"neptune_subnet_group_name": "DBSubnetGroup.DBSubnetGroupName",
	"promotion_tier":            "PromotionTier",
	"publicly_accessible":       "PubliclyAccessible!",
	"tags":                      "TagList",
}

func readDBInstances(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBInstancesPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBInstancesInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeDBInstancesOutput) {
		for i := range page.DBInstances {
			from := &page.DBInstances[i]
			if text(from.DBClusterIdentifier) != "" {
				give(clusterInstance(s, from))
				continue
			}
			give(dbInstance(s, from))
			for _, r := range dbInstanceCopies(s, from) {
				give(r)
			}
		}
	})
}

// dbInstance translates an instance that is in no cluster.
func dbInstance(s *aws.Session, from *types.DBInstance) *graph.Resource {
	name, id := text(from.DBInstanceIdentifier), text(from.DbiResourceId)
	if id == "" {
		id = name
	}
	r := s.Resource("aws_db_instance", text(from.DBInstanceArn), id, name)
	dbInstanceFields.Set(r, from)
	null(r, "identifier_prefix", "parameter_group_name", "option_group_name", "endpoint")
	r.Attrs["manage_master_user_password"] = from.MasterUserSecret != nil
	if len(from.DBParameterGroups) > 0 {
		r.Attrs["parameter_group_name"] = aws.Plain(from.DBParameterGroups[0].DBParameterGroupName)
	}
	if len(from.OptionGroupMemberships) > 0 {
		r.Attrs["option_group_name"] = aws.Plain(from.OptionGroupMemberships[0].OptionGroupName)
	}
	if e := from.Endpoint; e != nil && e.Address != nil && e.Port != nil {
		r.Attrs["endpoint"] = fmt.Sprintf("%s:%d", *e.Address, *e.Port)
	}
	if from.ReadReplicaSourceDBClusterIdentifier != nil {
		r.Attrs["replicate_source_db"] = *from.ReadReplicaSourceDBClusterIdentifier
	}
	return r
}

func clusterInstance(s *aws.Session, from *types.DBInstance) *graph.Resource {
	typ, table := "aws_rds_cluster_instance", clusterInstanceFields
	switch text(from.Engine) {
	case "docdb":
		typ, table = "aws_docdb_cluster_instance", docdbInstanceFields
	case "neptune":
		typ, table = "aws_neptune_cluster_instance", neptuneInstanceFields
	}
	name := text(from.DBInstanceIdentifier)
	r := s.Resource(typ, text(from.DBInstanceArn), name, name)
	table.Set(r, from)
	if typ == "aws_rds_cluster_instance" {
		null(r, "identifier_prefix", "db_parameter_group_name")
		if len(from.DBParameterGroups) > 0 {
			r.Attrs["db_parameter_group_name"] = aws.Plain(from.DBParameterGroups[0].DBParameterGroupName)
		}
	}
	return r
}

// dbInstanceCopies gives what an instance says of its copies in other regions, which may not be read themselves: backups that are
// replicated there, and read replicas, as neighbours.
func dbInstanceCopies(s *aws.Session, from *types.DBInstance) []*graph.Resource {
	var out []*graph.Resource
	for _, b := range from.DBInstanceAutomatedBackupsReplications {
		arn := text(b.DBInstanceAutomatedBackupsArn)
		r := elsewhere(s.Resource("aws_db_instance_automated_backups_replication", arn, arn, text(from.DBInstanceIdentifier)), arn)
		r.Attrs["source_db_instance_arn"] = text(from.DBInstanceArn)
		out = append(out, r)
	}
	for _, replica := range from.ReadReplicaDBInstanceIdentifiers {
		if region := regionOf(replica); region != "" && region != s.Region {
			out = append(out, replicaElsewhere(s, "aws_db_instance", "replicate_source_db", replica, text(from.DBInstanceArn)))
		}
	}
	return out
}

// replicaElsewhere stands for a replica in another region, of which only its source is known.
func replicaElsewhere(s *aws.Session, typ, via, replica, source string) *graph.Resource {
	id := "replica/" + replica
	r := neighbour(elsewhere(s.Resource(typ, "", id, replica[strings.LastIndex(replica, ":")+1:]), replica))
	r.Attrs[via] = source
	return r
}

// clusterFields says where DescribeDBClusters has the attributes of aws_rds_cluster.
var clusterFields = aws.Table{
	"cluster_identifier":                    "DBClusterIdentifier",
	"engine":                                "Engine",
	"engine_mode":                           "EngineMode",
	"engine_version":                        "EngineVersion",
	"engine_lifecycle_support":              "EngineLifecycleSupport",
	"availability_zones":                    "AvailabilityZones",
	"db_subnet_group_name":                  "DBSubnetGroup",
	"vpc_security_group_ids":                "VpcSecurityGroups[].VpcSecurityGroupId",
	"network_type":                          "NetworkType",
	"db_cluster_instance_class":             "DBClusterInstanceClass",
	"allocated_storage":                     "AllocatedStorage",
	"storage_type":                          "StorageType",
	"iops":                                  "Iops",
	"storage_encrypted":                     "StorageEncrypted",
	"kms_key_id":                            "KmsKeyId",
	"backup_retention_period":               "BackupRetentionPeriod",
	"preferred_backup_window":               "PreferredBackupWindow",
	"preferred_maintenance_window":          "PreferredMaintenanceWindow",
	"backtrack_window":                      "BacktrackWindow",
	"copy_tags_to_snapshot":                 "CopyTagsToSnapshot",
	"deletion_protection":                   "DeletionProtection",
	"db_cluster_parameter_group_name":       "DBClusterParameterGroup",
	"database_name":                         "DatabaseName",
	"master_username":                       "MasterUsername",
	"iam_database_authentication_enabled":   "IAMDatabaseAuthenticationEnabled",
	"enable_http_endpoint":                  "HttpEndpointEnabled",
	"enabled_cloudwatch_logs_exports":       "EnabledCloudwatchLogsExports",
	"port":                                  "Port",
	"global_cluster_identifier":             "GlobalClusterIdentifier",
	"replication_source_identifier":         "ReplicationSourceIdentifier",
	"scaling_configuration[0].auto_pause":   "ScalingConfigurationInfo.AutoPause",
	"scaling_configuration[0].min_capacity": "ScalingConfigurationInfo.MinCapacity",
	"scaling_configuration[0].max_capacity": "ScalingConfigurationInfo.MaxCapacity",
	"scaling_configuration[0].seconds_until_auto_pause":              "ScalingConfigurationInfo.SecondsUntilAutoPause",
	"serverlessv2_scaling_configuration[0].min_capacity":             "ServerlessV2ScalingConfiguration.MinCapacity",
	"serverlessv2_scaling_configuration[0].max_capacity":             "ServerlessV2ScalingConfiguration.MaxCapacity",
	"serverlessv2_scaling_configuration[0].seconds_until_auto_pause": "ServerlessV2ScalingConfiguration.SecondsUntilAutoPause",
	"performance_insights_enabled":                                   "PerformanceInsightsEnabled",
	"monitoring_interval":                                            "MonitoringInterval",
	"endpoint":                                                       "Endpoint",
	"reader_endpoint":                                                "ReaderEndpoint",
	"tags":                                                           "TagList",
}

var docdbClusterFields = aws.Table{
	"cluster_identifier":              "DBClusterIdentifier",
	"engine":                          "Engine",
	"engine_version":                  "EngineVersion",
	"availability_zones":              "AvailabilityZones",
	"db_subnet_group_name":            "DBSubnetGroup",
	"vpc_security_group_ids":          "VpcSecurityGroups[].VpcSecurityGroupId",
	"storage_encrypted":               "StorageEncrypted",
	"kms_key_id":                      "KmsKeyId",
	"backup_retention_period":         "BackupRetentionPeriod",
	"preferred_backup_window":         "PreferredBackupWindow",
	"preferred_maintenance_window":    "PreferredMaintenanceWindow",
	"deletion_protection":             "DeletionProtection",
	"db_cluster_parameter_group_name": "DBClusterParameterGroup",
	"master_username":                 "MasterUsername",
	"global_cluster_identifier":       "GlobalClusterIdentifier",
	"storage_type":                    "StorageType",
	"tags":                            "TagList",
}

var neptuneClusterFields = aws.Table{
	"cluster_identifier":                  "DBClusterIdentifier",
	"engine":                              "Engine",
	"engine_version":                      "EngineVersion",
	"availability_zones":                  "AvailabilityZones",
	"neptune_subnet_group_name":           "DBSubnetGroup",
	"vpc_security_group_ids":              "VpcSecurityGroups[].VpcSecurityGroupId",
	"storage_encrypted":                   "StorageEncrypted",
	"kms_key_arn":                         "KmsKeyId",
	"backup_retention_period":             "BackupRetentionPeriod",
	"preferred_backup_window":             "PreferredBackupWindow",
	"preferred_maintenance_window":        "PreferredMaintenanceWindow",
	"deletion_protection":                 "DeletionProtection",
	"iam_database_authentication_enabled": "IAMDatabaseAuthenticationEnabled",
	"serverless_v2_scaling_configuration[0].min_capacity": "ServerlessV2ScalingConfiguration.MinCapacity",
	"serverless_v2_scaling_configuration[0].max_capacity": "ServerlessV2ScalingConfiguration.MaxCapacity",
	"tags": "TagList",
}

func readDBClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBClustersPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBClustersInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeDBClustersOutput) {
		for i := range page.DBClusters {
			from := &page.DBClusters[i]
			r := dbCluster(s, from)
			give(r)
			for _, replica := range from.ReadReplicaIdentifiers {
				if region := regionOf(replica); r.Type == "aws_rds_cluster" && region != "" && region != s.Region && strings.Contains(replica, ":cluster:") {
					give(replicaElsewhere(s, "aws_rds_cluster", "replication_source_identifier", replica, text(from.DBClusterArn)))
				}
			}
		}
	})
}

func dbCluster(s *aws.Session, from *types.DBCluster) *graph.Resource {
	typ, table := "aws_rds_cluster", clusterFields
	switch text(from.Engine) {
	case "docdb":
		typ, table = "aws_docdb_cluster", docdbClusterFields
	case "neptune":
		typ, table = "aws_neptune_cluster", neptuneClusterFields
	}
	name := text(from.DBClusterIdentifier)
	r := s.Resource(typ, text(from.DBClusterArn), name, name)
	table.Set(r, from)
	if typ != "aws_rds_cluster" {
		return r
	}
	null(r, "cluster_identifier_prefix")
	r.Attrs["manage_master_user_password"] = from.MasterUserSecret != nil
	if r.Attrs["engine_mode"] == nil {
		r.Attrs["engine_mode"] = "provisioned"
	}
	return r
}

var globalClusterFields = aws.Table{
	"global_cluster_identifier": "GlobalClusterIdentifier",
	"engine":                    "Engine",
	"engine_version":            "EngineVersion",
	"storage_encrypted":         "StorageEncrypted",
	"deletion_protection":       "DeletionProtection",
	"tags":                      "TagList",
}

// readGlobalClusters gives a global cluster where its writer is: every region of a member lists it.
func readGlobalClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeGlobalClustersPaginator(rds.NewFromConfig(s.Config), &rds.DescribeGlobalClustersInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeGlobalClustersOutput) {
		for i := range page.GlobalClusters {
			from := &page.GlobalClusters[i]
			writer := globalWriter(from)
			if region := regionOf(writer); region != "" && region != s.Region {
				continue
			}
			name := text(from.GlobalClusterIdentifier)
			r := s.Resource("aws_rds_global_cluster", text(from.GlobalClusterArn), name, name)
			globalClusterFields.Set(r, from)
			r.Attrs["source_db_cluster_identifier"] = aws.Plain(writer)
			give(r)
		}
	})
}

// globalWriter gives the ARN of the cluster that takes the writes, "" when the global cluster is empty.
func globalWriter(from *types.GlobalCluster) string {
	for _, m := range from.GlobalClusterMembers {
		if flag(m.IsWriter) {
			return text(m.DBClusterArn)
		}
	}
	return ""
}
