package resilience

// recoveryRow is what is known of one type: in seconds; -1 where it does not apply.
type recoveryRow struct {
	typ      string
	failover int  // a standby or another member takes over
	restart  int  // AWS replaces the only one, in the same zone
	moved    int  // its data is in several zones, so AWS or a person starts it in another; -1: it needs a backup
	keeps    bool // what was written is still there after a restart
	backup   int  // between two of its own backups or logs, where those are on; -1: it has none
	source   string
}

// recoveryRows is the one table of times. They are upper ends of what the sources name, not promises; where a source names
// none, a round time is assumed and says so.
var recoveryRows = []recoveryRow{
	{"aws_db_instance", 120, 600, -1, true, 300, "Amazon RDS User Guide: failover 60-120 s; logs are saved every 5 minutes. Restart assumed"},
	{"aws_rds_cluster", 60, 600, 600, true, 300, "Amazon Aurora User Guide: failover below 60 s; the only instance is made anew in below 10 minutes"},
	{"aws_docdb_cluster", 60, 600, 600, true, 300, "Amazon DocumentDB Developer Guide: failover below 60 s, replacement below 10 minutes"},
	{"aws_neptune_cluster", 120, 600, 600, true, 300, "Amazon Neptune User Guide: failover below 120 s, the only instance is made anew in below 10 minutes"},
	{"aws_elasticache_replication_group", 60, 900, 900, false, 86400, "Amazon ElastiCache User Guide: failover below 60 s; snapshots once a day. Replacement assumed"},
	{"aws_elasticache_cluster", 60, 900, 900, false, 86400, "Amazon ElastiCache User Guide: snapshots once a day. Replacement assumed"},
	{"aws_memorydb_cluster", 30, 900, 900, true, 86400, "Amazon MemoryDB Developer Guide: failover below 20 s; the log is in several zones. Replacement assumed"},
	{"aws_opensearch_domain", 60, 1800, -1, true, 3600, "Amazon OpenSearch Service Developer Guide: snapshots every hour. Times assumed"},
	{"aws_redshift_cluster", -1, 1800, -1, true, 28800, "Amazon Redshift Management Guide: snapshots every 8 hours or 5 GB. Restart assumed"},
	{"aws_mq_broker", 120, 900, 1800, true, -1, "Amazon MQ Developer Guide. Times assumed"},
	{"aws_msk_cluster", 60, 1800, -1, true, -1, "Amazon MSK Developer Guide. Times assumed"},
	{"aws_dax_cluster", 60, 900, 900, false, -1, "Amazon DynamoDB Developer Guide. Times assumed"},
	{"aws_efs_file_system", 0, 0, -1, true, -1, "Amazon EFS User Guide"},
	{"aws_fsx_windows_file_system", 30, 1800, -1, true, 86400, "Amazon FSx for Windows User Guide: failover below 30 s; backups once a day"},
	{"aws_fsx_ontap_file_system", 60, 1800, -1, true, 86400, "Amazon FSx for ONTAP User Guide: failover below 60 s; backups once a day"},
	{"aws_fsx_openzfs_file_system", 60, 1800, -1, true, 86400, "Amazon FSx for OpenZFS User Guide: failover below 60 s; backups once a day"},
	{"aws_fsx_lustre_file_system", -1, 1800, -1, false, 86400, "Amazon FSx for Lustre User Guide: backups once a day"},
	{"aws_autoscaling_group", 0, 300, 300, true, -1, "a new server starts in 5 minutes: assumed"},
	{"aws_ecs_service", 0, 120, 120, true, -1, "a new task starts in 2 minutes: assumed"},
	{"aws_eks_node_group", 0, 300, 300, true, -1, "a new node starts in 5 minutes: assumed"},
	{"aws_spot_fleet_request", 0, 300, 300, true, -1, "a new server starts in 5 minutes: assumed"},
	{"aws_nat_gateway", -1, 60, -1, true, -1, "Amazon VPC User Guide: redundant within its zone; a new one elsewhere is made by a person"},
}

// Times that hold for all types.
const (
	restoreBase    = 1200  // seconds until a restore from a backup begins to give data: assumed
	restorePerGiB  = 6     // seconds for each GiB of it, 600 GiB in an hour: assumed
	handTime       = 3600  // a person changes the code and applies it: assumed
	rebuildTime    = 7200  // everything is made from code in another region: assumed
	replicaLag     = 300   // a copy in another region is behind: assumed
	replicaPromote = 900   // a copy in another region takes over: assumed
	bucketLag      = 900   // Amazon S3 User Guide: replication time control, 15 minutes; also that of Amazon EFS replication
	aliasTTL       = 60    // Route 53 Developer Guide: the TTL of an alias is that of its target, 60 s for load balancers
	daily          = 86400 // backups without a schedule that can be read are made once a day
)

// isCache says which types are taken for caches, which may start empty, as long as no snapshots of them are kept.
func isCache(typ string) bool {
	return typ == "aws_elasticache_replication_group" || typ == "aws_elasticache_cluster" || typ == "aws_dax_cluster"
}

func rowOf(typ string) (recoveryRow, bool) {
	for _, r := range recoveryRows {
		if r.typ == typ {
			return r, true
		}
	}
	return recoveryRow{}, false
}
