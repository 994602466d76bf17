package awsfake

import (
	"github.com/plumbline-dev/plumbline/graph"
)

// SeedData fills the account with what the changes copy that move data: a database that is not encrypted, a snapshot, a single cache node
// and a bucket, and gives its resources as a scan would, with the patches: a group around the node, an export, backups in another
// region, and encryption, in this order.
func (s *Server) SeedData() ([]*graph.Resource, []graph.Patch) {
	a := &account{server: s}
	s.locked(a.data)
	return a.resources, a.patches
}

func (a *account) data() {
	s := a.server
	s.databases["instance/ledger"] = ready("available", map[string]string{"Engine": "postgres", "EngineVersion": "16.4", "DBInstanceClass": "db.m6g.large", "AllocatedStorage": "100", "MultiAZ": "true",
		"BackupRetentionPeriod": "7", "DeletionProtection": "false", "PubliclyAccessible": "false", "AvailabilityZone": Region + "a", "StorageEncrypted": "false", "DbiResourceId": "db-0"})
	s.databases["instance/orders"] = ready("available", map[string]string{"Engine": "postgres", "BackupRetentionPeriod": "7", "StorageEncrypted": "false"})
	s.databases["snapshot/ledger-1"] = ready("available", map[string]string{"Engine": "postgres", "DBInstanceIdentifier": "ledger", "DBSnapshotArn": arn("rds", "snapshot:ledger-1")})
	s.caches["node/lone"] = ready("available", map[string]string{"Engine": "redis", "NumCacheNodes": "1", "CacheNodeType": "cache.t4g.small", "PreferredAvailabilityZone": Region + "a", "CacheSubnetGroupName": "data"})
	s.buckets["exports"] = map[string]string{}
	ledger := a.resource("aws_db_instance", arn("rds", "db:ledger"), "ledger", map[string]any{"identifier": "ledger"})
	orders := a.resource("aws_db_instance", arn("rds", "db:orders"), "orders", map[string]any{"identifier": "orders"})
	snapshot := a.resource("aws_db_snapshot", arn("rds", "snapshot:ledger-1"), "ledger-1", map[string]any{"db_snapshot_identifier": "ledger-1"})
	node := a.resource("aws_elasticache_cluster", arn("elasticache", "cluster:lone"), "lone", map[string]any{"cluster_id": "lone", "node_type": "cache.t4g.small"})
	a.creates("aws_elasticache_replication_group", "lone", map[string]any{"replication_group_id": "lone-group", "num_cache_clusters": 2, "automatic_failover_enabled": true, "multi_az_enabled": true},
		graph.Change{Op: graph.Set, Root: root, Address: node.Address, Type: node.Type, Path: "replication_group_id", New: graph.Ref{Root: root, Address: "aws_elasticache_replication_group.lone", Attr: "replication_group_id"}})
	a.creates("aws_rds_export_task", "ledger", map[string]any{"source_arn": graph.Ref{Root: root, Address: snapshot.Address, Attr: "arn"}, "export_task_identifier": "ledger-1", "s3_bucket_name": "exports",
		"iam_role_arn": "arn:aws:iam::" + Account + ":role/exporter", "kms_key_id": "alias/exports"})
	a.creates("aws_db_instance_automated_backups_replication", "orders", map[string]any{"source_db_instance_arn": graph.Ref{Root: root, Address: orders.Address, Attr: "arn"}, "region": "eu-central-1"})
	a.set(ledger, "storage_encrypted", true)
}

// creates adds a patch that makes a resource, and what else belongs to it.
func (a *account) creates(typ, name string, attrs map[string]any, more ...graph.Change) {
	a.patches = append(a.patches, append(graph.Patch{{Op: graph.Create, Root: root, Address: graph.Address(typ + "." + name), Type: typ, New: attrs}}, more...))
}
