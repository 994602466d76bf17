package services

import (
	"testing"

	backup "github.com/aws/aws-sdk-go-v2/service/backup/types"
	dynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	efs "github.com/aws/aws-sdk-go-v2/service/efs/types"
	elasticache "github.com/aws/aws-sdk-go-v2/service/elasticache/types"
	fsx "github.com/aws/aws-sdk-go-v2/service/fsx/types"
	kms "github.com/aws/aws-sdk-go-v2/service/kms/types"
	memorydb "github.com/aws/aws-sdk-go-v2/service/memorydb/types"
	"github.com/aws/aws-sdk-go-v2/service/mq"
	opensearch "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	rds "github.com/aws/aws-sdk-go-v2/service/rds/types"
	redshift "github.com/aws/aws-sdk-go-v2/service/redshift/types"
	secretsmanager "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func TestTablesOfDataAndMessagesNameWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		table aws.Table
		from  any
	}{
		{"aws_db_instance", dbInstanceFields, rds.DBInstance{}},
		{"aws_rds_cluster_instance", clusterInstanceFields, rds.DBInstance{}},
		{"aws_docdb_cluster_instance", docdbInstanceFields, rds.DBInstance{}},
		{"aws_neptune_cluster_instance", neptuneInstanceFields, rds.DBInstance{}},
		{"aws_rds_cluster", clusterFields, rds.DBCluster{}},
		{"aws_docdb_cluster", docdbClusterFields, rds.DBCluster{}},
		{"aws_neptune_cluster", neptuneClusterFields, rds.DBCluster{}},
		{"aws_rds_global_cluster", globalClusterFields, rds.GlobalCluster{}},
		{"aws_db_subnet_group", dbSubnetGroupFields, rds.DBSubnetGroup{}},
		{"aws_db_parameter_group", dbParameterGroupFields, rds.DBParameterGroup{}},
		{"aws_rds_cluster_parameter_group", clusterParameterGroupFields, rds.DBClusterParameterGroup{}},
		{"aws_db_proxy", dbProxyFields, rds.DBProxy{}},
		{"aws_db_event_subscription", eventSubscriptionFields, rds.EventSubscription{}},
		{"aws_db_snapshot", dbSnapshotFields, rds.DBSnapshot{}},
		{"aws_db_cluster_snapshot", clusterSnapshotFields, rds.DBClusterSnapshot{}},
		{"aws_rds_export_task", exportTaskFields, rds.ExportTask{}},
		{"aws_elasticache_replication_group", replicationGroupFields, elasticache.ReplicationGroup{}},
		{"aws_elasticache_replication_group", memberFields, elasticache.CacheCluster{}},
		{"aws_elasticache_cluster", cacheClusterFields, elasticache.CacheCluster{}},
		{"aws_elasticache_subnet_group", cacheSubnetGroupFields, elasticache.CacheSubnetGroup{}},
		{"aws_elasticache_parameter_group", cacheParameterGroupFields, elasticache.CacheParameterGroup{}},
		{"aws_elasticache_serverless_cache", serverlessCacheFields, elasticache.ServerlessCache{}},
		{"aws_dynamodb_table", tableFields, dynamodb.TableDescription{}},
		{"aws_opensearch_domain", searchDomainFields, opensearch.DomainStatus{}},
		{"aws_efs_file_system", fileSystemFields, efs.FileSystemDescription{}},
		{"aws_kms_key", keyFields, kms.KeyMetadata{}},
		{"aws_secretsmanager_secret", secretFields, secretsmanager.SecretListEntry{}},
		{"aws_backup_protected_resource", protectedResourceFields, backup.ProtectedResource{}},
		{"aws_backup_recovery_point", recoveryPointFields, backup.RecoveryPointByBackupVault{}},
		{"aws_redshift_cluster", warehouseFields, redshift.Cluster{}},
		{"aws_mq_broker", brokerFields, mq.DescribeBrokerOutput{}},
		{"aws_fsx_windows_file_system", fsxFields, fsx.FileSystem{}},
		{"aws_fsx_windows_file_system", fsxWindowsFields, fsx.FileSystem{}},
		{"aws_fsx_lustre_file_system", fsxLustreFields, fsx.FileSystem{}},
		{"aws_fsx_ontap_file_system", fsxOntapFields, fsx.FileSystem{}},
		{"aws_fsx_openzfs_file_system", fsxOpenZFSFields, fsx.FileSystem{}},
		{"aws_memorydb_cluster", memoryFields, memorydb.Cluster{}},
	} {
		if err := c.table.Check(c.typ, c.from); err != nil {
			t.Error(err)
		}
	}
}
