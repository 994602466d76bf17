package cost

// Document and graph databases, which share Aurora's way of storage.
// Source: aws.amazon.com/documentdb/pricing, aws.amazon.com/neptune/pricing.
func docdbServices() []service {
	io := perRequest("monthly_io_requests", "I/O requests", 1.2, "1 read for each request, 1 write for 5")
	return append([]service{
		{Type: "aws_docdb_cluster", Price: docdbCluster, Usage: []Param{
			storedField("storage_gb", "GB that the cluster volume holds"), io, storedField("backup_storage_gb", "GB of backups beyond the size of the cluster"),
		}},
		{Type: "aws_docdb_cluster_instance", Price: docdbInstance, Words: []string{"data_storage_gb", "monthly_io_requests"}, Usage: []Param{none("monthly_cpu_credit_hrs", "vCPU-hours above the baseline")}},
		{Type: "aws_docdb_cluster_snapshot", Price: func(b *bill) { b.used("snapshot", "docdb.backup.storage", "backup_storage_gb") }, Usage: []Param{storedField("backup_storage_gb", "GB that the snapshot keeps")}},
		{Type: "aws_neptune_cluster", Price: neptuneCluster, Usage: []Param{
			storedField("storage_gb", "GB that the cluster volume holds"), io, storedField("backup_storage_gb", "GB of backups beyond the size of the cluster"),
		}},
		{Type: "aws_neptune_cluster_instance", Price: neptuneInstance, Usage: []Param{
			none("monthly_cpu_credit_hrs", "vCPU-hours above the baseline"), figures("capacity_units_per_hr", "capacity units of a serverless instance", 1, 4, 16, "assumed"),
		}},
		{Type: "aws_neptune_cluster_snapshot", Price: func(b *bill) { b.used("snapshot", "neptune.backup.storage", "backup_storage_gb") }, Usage: []Param{storedField("backup_storage_gb", "GB that the snapshot keeps")}},
	}, settings("a group; clusters are charged themselves", `
		aws_docdb_subnet_group aws_docdb_cluster_parameter_group aws_docdb_event_subscription aws_docdb_global_cluster aws_neptune_subnet_group
		aws_neptune_cluster_parameter_group aws_neptune_parameter_group aws_neptune_event_subscription aws_neptune_global_cluster aws_neptune_cluster_endpoint`)...)
}

// storageMode gives the mode that decides the prices of a cluster and its instances: a storage_type of iopt1 has no charge for I/O.
func (b *bill) storageMode(v value) (mode string, ok bool) {
	switch {
	case v.is("iopt1"):
		return "IO-Optimized", true
	case v.known(), v.null(), v.why == computedWhy:
		return "Standard", true
	}
	b.unpriced("storage", v.missing())
	return "", false
}

func docdbCluster(b *bill) {
	mode, ok := b.storageMode(b.at("storage_type"))
	if !ok {
		return
	}
	b.used("storage", "docdb.storage", "storage_gb", "storage_mode", mode)
	if mode == "Standard" {
		b.used("I/O requests", "docdb.io_requests", "monthly_io_requests")
	}
	b.used("backups beyond the free allowance", "docdb.backup.storage", "backup_storage_gb")
}

func docdbInstance(b *bill) {
	mode, ok := b.memberMode()
	class, ok2 := b.needText("instance", "instance_class")
	if ok && ok2 {
		b.pastSupport("docdb", b.of(b.neighbour("cluster_identifier"), "engine_version"))
		b.hours("instance "+class, "docdb.instance.ondemand", one, "instance_class", class, "storage_mode", mode)
	}
	b.credits("docdb.cpu_credits")
}

// memberMode is the storage mode of the cluster that an instance belongs to.
func (b *bill) memberMode() (mode string, ok bool) {
	cluster := b.neighbour("cluster_identifier")
	if cluster == nil {
		b.unpriced("instance", "its cluster was not read, and the storage mode of that decides")
		return "", false
	}
	return b.storageMode(b.of(cluster, "storage_type"))
}

func neptuneCluster(b *bill) {
	mode, ok := b.storageMode(b.at("storage_type"))
	if !ok {
		return
	}
	b.used("storage", "neptune.storage", "storage_gb", "storage_mode", mode)
	if mode == "Standard" {
		b.used("I/O requests", "neptune.io_requests", "monthly_io_requests")
	}
	b.used("backups beyond the free allowance", "neptune.backup.storage", "backup_storage_gb")
}

func neptuneInstance(b *bill) {
	mode, ok := b.memberMode()
	class, ok2 := b.needText("instance", "instance_class")
	if !ok || !ok2 {
		return
	}
	if class != "db.serverless" {
		b.hours("instance "+class, "neptune.instance.ondemand", one, "instance_class", class, "storage_mode", mode)
		b.credits("neptune.cpu_credits")
		return
	}
	q, note, ok := b.usage("capacity_units_per_hr")
	if cluster := b.neighbour("cluster_identifier"); !ok {
		q, note, ok = b.leastCapacity(cluster, "serverless_v2_scaling_configuration[0]")
	}
	b.add(charge{label: "serverless", meter: "neptune.serverless.ncu", attrs: []string{"storage_mode", mode}, quantity: q.Mul(monthHours), open: !ok, usage: "capacity_units_per_hr", note: note, once: true})
}
