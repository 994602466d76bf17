package catalog

import "github.com/plumbline-dev/plumbline/graph"

func rdsTypes() []Type {
	return []Type{
		{
			Name:      "aws_db_subnet_group",
			Scope:     Configuration,
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "description", Default: "Managed by Terraform"},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			},
		},
		{
			Name:      "aws_db_instance",
			Renamed:   map[string]string{"name": "db_name"},
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "db_subnet_group_name"},
			Attrs: []Attr{
				{Name: "identifier", Computed: true},
				{Name: "identifier_prefix"},
				{Name: "engine", Computed: true}, // from the snapshot or the source of a replica
				{Name: "engine_version", Computed: true},
				{Name: "instance_class"},
				{Name: "db_name", Computed: true},
				{Name: "port", Kind: Number, Computed: true},
				{Name: "multi_az", Kind: Bool, Default: false},
				{Name: "availability_zone", Computed: true},
				{Name: "db_subnet_group_name", Computed: true, Targets: to("aws_db_subnet_group", "name")},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "publicly_accessible", Kind: Bool, Default: false},
				{Name: "network_type", Computed: true},
				{Name: "replicate_source_db", Targets: to("aws_db_instance", "identifier")},
				{Name: "replica_mode", Computed: true},
				{Name: "snapshot_identifier"},
				{Name: "restore_to_point_in_time", Kind: Block, Attrs: []Attr{
					{Name: "source_db_instance_identifier"},
					{Name: "source_dbi_resource_id"},
					{Name: "source_db_instance_automated_backups_arn"},
					{Name: "restore_time"},
					{Name: "use_latest_restorable_time", Kind: Bool},
				}},
				{Name: "s3_import", Kind: Block, Attrs: []Attr{
					{Name: "bucket_name"},
					{Name: "bucket_prefix"},
					{Name: "source_engine"},
					{Name: "source_engine_version"},
					{Name: "ingestion_role"},
				}},
				{Name: "allocated_storage", Kind: Number, Computed: true},
				{Name: "max_allocated_storage", Kind: Number},
				{Name: "storage_type", Computed: true, Enum: []string{"gp2", "gp3", "io1", "io2", "standard"}},
				{Name: "storage_encrypted", Kind: Bool, Default: false},
				{Name: "storage_throughput", Kind: Number, Computed: true},
				{Name: "iops", Kind: Number, Computed: true},
				{Name: "dedicated_log_volume", Kind: Bool, Default: false},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "backup_retention_period", Kind: Number, Default: 0}, // restored and replicated instances: see restoredInstance
				{Name: "backup_window"}, // null: AWS picks one
				{Name: "backup_target", Computed: true},
				{Name: "delete_automated_backups", Kind: Bool, Default: true},
				{Name: "copy_tags_to_snapshot", Kind: Bool, Default: false},
				{Name: "skip_final_snapshot", Kind: Bool, Default: false},
				{Name: "final_snapshot_identifier", Targets: to("aws_db_snapshot", "db_snapshot_identifier")}, // a name made of references is a name
				{Name: "deletion_protection", Kind: Bool, Default: false},
				{Name: "maintenance_window"}, // null: AWS picks one
				{Name: "apply_immediately", Kind: Bool, Default: false},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: true},
				{Name: "allow_major_version_upgrade", Kind: Bool},
				{Name: "blue_green_update", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}}},
				{Name: "parameter_group_name", Targets: to("aws_db_parameter_group", "name")}, // null: the default group of the engine
				{Name: "option_group_name", Computed: true, Targets: to("aws_db_option_group", "name")},
				{Name: "ca_cert_identifier", Computed: true},
				{Name: "iam_database_authentication_enabled", Kind: Bool, Default: false},
				{Name: "username", Computed: true},
				{Name: "password", Secret: true},
				{Name: "password_wo", Secret: true},
				{Name: "manage_master_user_password", Kind: Bool},
				{Name: "master_user_secret_kms_key_id", Computed: true},
				{Name: "monitoring_interval", Kind: Number, Default: 0},
				{Name: "monitoring_role_arn", Computed: true, Targets: to("aws_iam_role")},
				{Name: "performance_insights_enabled", Kind: Bool, Default: false},
				{Name: "performance_insights_retention_period", Kind: Number, Computed: true},
				{Name: "enabled_cloudwatch_logs_exports", Kind: List},
				{Name: "license_model", Computed: true},
				{Name: "customer_owned_ip_enabled", Kind: Bool},
				{Name: "endpoint", Computed: true},
				{Name: "address", Computed: true},
			},
			Split: restoredInstance,
		},
		{
			Name:      "aws_rds_cluster",
			Scope:     Zonal,
			ZonesFrom: []string{"db_subnet_group_name"},
			Attrs: []Attr{
				{Name: "cluster_identifier", Computed: true},
				{Name: "cluster_identifier_prefix"},
				{Name: "engine", Default: "aurora"}, // required since provider 5
				{Name: "engine_mode", Default: "provisioned", Enum: []string{"provisioned", "serverless", "global", "multimaster", "parallelquery"}},
				{Name: "engine_version", Computed: true},
				{Name: "engine_lifecycle_support", Computed: true},
				{Name: "availability_zones", Kind: List, Computed: true}, // where storage may lie; members sit elsewhere
				{Name: "db_subnet_group_name", Computed: true, Targets: to("aws_db_subnet_group", "name")},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "network_type", Computed: true},
				{Name: "db_cluster_instance_class"}, // set: a Multi-AZ DB cluster, which has its two readers built in
				{Name: "allocated_storage", Kind: Number, Computed: true},
				{Name: "storage_type", Computed: true},
				{Name: "iops", Kind: Number},
				{Name: "storage_encrypted", Kind: Bool, Default: false},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "backup_retention_period", Kind: Number, Default: 1},
				{Name: "preferred_backup_window"},      // null: AWS picks one
				{Name: "preferred_maintenance_window"}, // null: AWS picks one
				{Name: "backtrack_window", Kind: Number, Default: 0},
				{Name: "delete_automated_backups", Kind: Bool, Default: true},
				{Name: "copy_tags_to_snapshot", Kind: Bool, Default: false},
				{Name: "skip_final_snapshot", Kind: Bool, Default: false},
				{Name: "final_snapshot_identifier", Targets: to("aws_db_snapshot", "db_snapshot_identifier")}, // a name made of references is a name
				{Name: "deletion_protection", Kind: Bool, Default: false},
				{Name: "apply_immediately", Kind: Bool, Default: false},
				{Name: "allow_major_version_upgrade", Kind: Bool},
				{Name: "db_cluster_parameter_group_name", Targets: to("aws_rds_cluster_parameter_group", "name")}, // null: the default group of the engine
				{Name: "db_instance_parameter_group_name", Targets: to("aws_db_parameter_group", "name")},
				{Name: "database_name", Computed: true},
				{Name: "master_username", Computed: true},
				{Name: "master_password", Secret: true},
				{Name: "master_password_wo", Secret: true},
				{Name: "manage_master_user_password", Kind: Bool},
				{Name: "iam_database_authentication_enabled", Kind: Bool, Default: false},
				{Name: "enable_http_endpoint", Kind: Bool, Default: false},
				{Name: "enabled_cloudwatch_logs_exports", Kind: List},
				{Name: "port", Kind: Number, Computed: true},
				{Name: "global_cluster_identifier", Targets: to("aws_rds_global_cluster", "global_cluster_identifier")},
				{Name: "replication_source_identifier", Targets: to("aws_rds_cluster", "cluster_identifier")},
				{Name: "source_region"},
				{Name: "snapshot_identifier"},
				{Name: "restore_to_point_in_time", Kind: Block, Attrs: []Attr{
					{Name: "source_cluster_identifier", Targets: to("aws_rds_cluster", "cluster_identifier")},
					{Name: "restore_type"},
					{Name: "restore_to_time"},
					{Name: "use_latest_restorable_time", Kind: Bool},
				}},
				{Name: "s3_import", Kind: Block, Attrs: []Attr{
					{Name: "bucket_name"},
					{Name: "bucket_prefix"},
					{Name: "source_engine"},
					{Name: "source_engine_version"},
					{Name: "ingestion_role"},
				}},
				{Name: "scaling_configuration", Kind: Block, Attrs: []Attr{
					{Name: "auto_pause", Kind: Bool, Default: true},
					{Name: "min_capacity", Kind: Number, Default: 1},
					{Name: "max_capacity", Kind: Number, Default: 16},
					{Name: "seconds_until_auto_pause", Kind: Number, Default: 300},
				}},
				{Name: "serverlessv2_scaling_configuration", Kind: Block, Attrs: []Attr{
					{Name: "min_capacity", Kind: Number},
					{Name: "max_capacity", Kind: Number},
					{Name: "seconds_until_auto_pause", Kind: Number, Computed: true},
				}},
				{Name: "performance_insights_enabled", Kind: Bool},
				{Name: "monitoring_interval", Kind: Number},
				{Name: "endpoint", Computed: true},
				{Name: "reader_endpoint", Computed: true},
			},
			Split: restoredCluster,
		},
		{
			Name:      "aws_rds_cluster_instance",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "db_subnet_group_name", "cluster_identifier"},
			Attrs: []Attr{
				{Name: "identifier", Computed: true},
				{Name: "identifier_prefix"},
				{Name: "cluster_identifier", Targets: to("aws_rds_cluster", "cluster_identifier")},
				{Name: "engine", Default: "aurora"},
				{Name: "engine_version", Computed: true},
				{Name: "instance_class"},
				{Name: "availability_zone", Computed: true},
				{Name: "db_subnet_group_name", Computed: true, Targets: to("aws_db_subnet_group", "name")},
				{Name: "db_parameter_group_name", Computed: true, Targets: to("aws_db_parameter_group", "name")},
				{Name: "promotion_tier", Kind: Number, Default: 0},
				{Name: "publicly_accessible", Kind: Bool, Default: false},
				{Name: "auto_minor_version_upgrade", Kind: Bool, Default: true},
				{Name: "apply_immediately", Kind: Bool, Default: false},
				{Name: "preferred_maintenance_window"}, // null: AWS picks one
				{Name: "preferred_backup_window"},      // null: AWS picks one
				{Name: "copy_tags_to_snapshot", Kind: Bool, Default: false},
				{Name: "ca_cert_identifier", Computed: true},
				{Name: "monitoring_interval", Kind: Number, Default: 0},
				{Name: "monitoring_role_arn", Computed: true, Targets: to("aws_iam_role")},
				{Name: "performance_insights_enabled", Kind: Bool, Computed: true},
				{Name: "performance_insights_retention_period", Kind: Number, Computed: true},
				{Name: "endpoint", Computed: true},
			},
		},
		{
			Name: "aws_rds_cluster_endpoint",
			Attrs: []Attr{
				{Name: "cluster_identifier", Targets: to("aws_rds_cluster", "cluster_identifier")},
				{Name: "cluster_endpoint_identifier"},
				{Name: "custom_endpoint_type", Enum: []string{"READER", "ANY"}},
				{Name: "static_members", Kind: List, Targets: to("aws_rds_cluster_instance", "identifier")},
				{Name: "excluded_members", Kind: List, Targets: to("aws_rds_cluster_instance", "identifier")},
				{Name: "endpoint", Computed: true},
			},
		},
		{
			Name:  "aws_rds_global_cluster",
			Scope: Global,
			Attrs: []Attr{
				{Name: "global_cluster_identifier"},
				{Name: "source_db_cluster_identifier", Computed: true, Targets: to("aws_rds_cluster", "cluster_identifier")},
				{Name: "engine", Computed: true},
				{Name: "engine_version", Computed: true},
				{Name: "storage_encrypted", Kind: Bool, Computed: true},
				{Name: "deletion_protection", Kind: Bool, Default: false},
				{Name: "force_destroy", Kind: Bool, Default: false},
			},
		},
	}
}

// restoredInstance says which defaults do not hold for an instance that is made from a snapshot, from
// another instance's backups or as a replica: what is not set comes from there.
// Source: Amazon RDS API, RestoreDBInstanceFromDBSnapshot, RestoreDBInstanceToPointInTime, CreateDBInstanceReadReplica.
func restoredInstance(r *graph.Resource) []*graph.Resource {
	unsetEmpty(r, "replicate_source_db", "snapshot_identifier", "final_snapshot_identifier")
	inherit(r, []string{"snapshot_identifier", "restore_to_point_in_time"}, "backup_retention_period", "storage_encrypted")
	inherit(r, []string{"replicate_source_db"}, "storage_encrypted")
	return nil
}

// restoredCluster does the same for clusters; serverless v1 is always encrypted.
// Source: AWS provider, aws_rds_cluster, argument storage_encrypted.
func restoredCluster(r *graph.Resource) []*graph.Resource {
	unsetEmpty(r, "snapshot_identifier", "replication_source_identifier", "global_cluster_identifier", "final_snapshot_identifier", "db_cluster_instance_class")
	if r.Attrs["engine_mode"] == "serverless" && isUnset(r, "storage_encrypted") && !r.Data {
		r.Attrs["storage_encrypted"] = true
	}
	if _, ok := r.Unknown["engine_mode"]; ok && isUnset(r, "storage_encrypted") {
		r.Unknown["storage_encrypted"] = "not set, and engine_mode, which decides its default, is not known"
	}
	inherit(r, []string{"snapshot_identifier", "restore_to_point_in_time", "replication_source_identifier"}, "storage_encrypted")
	return nil
}

// inherit marks the attributes that are not set as unknown when one of the origins is there, or may be.
func inherit(r *graph.Resource, origins []string, attrs ...string) {
	for _, origin := range origins {
		_, open := unknownAt(r, origin)
		if isUnset(r, origin) && !open {
			continue
		}
		for _, a := range attrs {
			if isUnset(r, a) {
				r.Unknown[a] = "not set, so it is taken over through " + origin
			}
		}
	}
}

// isUnset says that an attribute is known not to be set: null, absent, or a block that is not there.
func isUnset(r *graph.Resource, name string) bool {
	if _, ok := r.Unknown[name]; ok {
		return false
	}
	v := r.Attrs[name]
	list, ok := v.([]any)
	return v == nil || ok && len(list) == 0
}

// unsetEmpty takes off attributes that hold "", which the provider reads as not set.
func unsetEmpty(r *graph.Resource, names ...string) {
	for _, n := range names {
		if r.Attrs[n] == "" {
			delete(r.Attrs, n)
		}
	}
}
