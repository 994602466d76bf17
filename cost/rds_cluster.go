package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Database clusters: Aurora, and Multi-AZ clusters with two readable standbys.
// Source: aws.amazon.com/rds/aurora/pricing, aws.amazon.com/rds/postgresql/pricing.
func rdsClusterServices() []service {
	return []service{
		{Type: "aws_rds_cluster", Price: rdsCluster, Words: databaseWords, Usage: []Param{
			storedField("storage_gb", "GB that the cluster volume holds"),
			figures("write_requests_per_sec", "write I/O a second", 0.2, 2, 20, "1 write for 5 requests"),
			figures("read_requests_per_sec", "read I/O a second", 1, 10, 100, "1 read for each request"),
			storedField("backup_snapshot_size_gb", "GB of backups beyond the size of the cluster, which is free"),
			figures("average_statements_per_hr", "statements an hour that change data", 720, 7200, 72000, "1 write for 5 requests"),
			figures("change_records_per_statement", "change records of one statement", 5, 5, 5, "assumed"),
			figures("backtrack_window_hrs", "hours that can be backtracked", 24, 24, 24, "assumed"),
			none("snapshot_export_size_gb", "GB of snapshots exported to S3"),
			figures("capacity_units_per_hr", "capacity units of serverless v1", 2, 8, 32, "assumed"),
			perRequest("monthly_replicated_io", "write I/O replicated from the primary region", 0.2, "1 write for 5 requests"),
		}},
		{Type: "aws_rds_cluster_instance", Price: rdsMember, Words: append([]string{"vcpu_count"}, databaseWords...), Usage: []Param{
			none("monthly_cpu_credit_hrs", "vCPU-hours above the baseline of a burstable class"),
			figures("capacity_units_per_hr", "capacity units of serverless v2", 1, 4, 16, "assumed"),
			figures("monthly_monitoring_logs_gb", "GB of logs that enhanced monitoring writes", 0.5, 0.5, 0.5, "0.5 GB a month for one instance"),
		}},
	}
}

const storageOptimized = "aurora-iopt1"

// clusterMode gives the storage mode of an Aurora cluster: "IO-Optimized" or "Standard".
func clusterMode(v value) (mode string, ok bool) {
	switch {
	case v.is(storageOptimized):
		return "IO-Optimized", true
	case v.known(), v.null(), v.why == computedWhy:
		return "Standard", true
	}
	return "", false
}

func rdsCluster(b *bill) {
	e, name, ok := b.engine("cluster")
	if !ok {
		return
	}
	if b.at("db_cluster_instance_class").known() || !strings.HasPrefix(name, "aurora") {
		b.standbyCluster(e, name)
		return
	}
	mode, ok := clusterMode(b.at("storage_type"))
	if !ok {
		b.unpriced("storage", b.at("storage_type").missing())
		return
	}
	b.auroraStorage(mode)
	b.used("backups beyond the free allowance", "rds.backup.storage", "backup_snapshot_size_gb", "engine", e.name)
	if hours, ok := b.at("backtrack_window").number(); ok && hours.IsPositive() {
		b.backtrack()
	}
	b.extra("snapshot export", "rds.snapshot_export", "snapshot_export_size_gb", "engine", e.name)
	if b.at("engine_mode").is("serverless") {
		b.serverlessV1(e)
	}
	if b.secondary() {
		b.used("replicated writes", "rds.aurora.global_db.replicated_io", "monthly_replicated_io", "engine", e.name)
	}
	b.managedSecret("manage_master_user_password")
}

// auroraStorage: the I/O-optimised mode has a higher price and no charge for I/O.
func (b *bill) auroraStorage(mode string) {
	if mode == "IO-Optimized" {
		b.used("storage, I/O-optimised", "rds.aurora.storage.io_optimized", "storage_gb", "engine", "Aurora")
		return
	}
	b.used("storage", "rds.aurora.storage", "storage_gb", "engine", "Aurora")
	writes, note, ok1 := b.usage("write_requests_per_sec")
	reads, _, ok2 := b.usage("read_requests_per_sec")
	q := writes.Add(reads).Mul(monthHours).Mul(num(3600))
	b.add(charge{label: "I/O requests", meter: "rds.aurora.io_requests", attrs: []string{"engine", "Aurora"}, quantity: q, open: !ok1 || !ok2, usage: "read_requests_per_sec", note: note, once: true})
}

// backtrack is charged by the change records that are kept.
func (b *bill) backtrack() {
	q, note, ok := one, "", true
	for _, f := range []string{"average_statements_per_hr", "change_records_per_statement", "backtrack_window_hrs"} {
		x, why, given := b.usage(f)
		q, note, ok = q.Mul(x), join2(note, why), ok && given
	}
	b.add(charge{label: "backtrack", meter: "rds.aurora.backtrack", attrs: []string{"engine", "Aurora MySQL"}, quantity: q.Mul(monthHours), open: !ok, usage: "average_statements_per_hr", note: note, once: true})
}

func (b *bill) serverlessV1(e dbEngine) {
	q, note, ok := b.usage("capacity_units_per_hr")
	if least, known := b.at("scaling_configuration[0].min_capacity").number(); !ok && known && !b.at("scaling_configuration[0].auto_pause").yes() {
		q, note, ok = least, "at its least capacity", true
	}
	b.add(charge{label: "serverless v1", meter: "rds.aurora.serverless_v1.acu", attrs: []string{"engine", e.name}, quantity: q.Mul(monthHours), open: !ok, usage: "capacity_units_per_hr", note: note, once: true})
}

// secondary says that the cluster receives its data from another region.
func (b *bill) secondary() bool {
	return b.at("source_region").known() || b.at("replication_source_identifier").known() || len(b.neighbours("replication_source_identifier")) > 0
}

// standbyCluster is one price for the writer and its two readable standbys.
func (b *bill) standbyCluster(e dbEngine, name string) {
	const deployment = "Multi-AZ (readable standbys)"
	class, ok := b.needText("cluster", "db_cluster_instance_class")
	if !ok {
		return
	}
	b.hours(fmt.Sprintf("cluster %s %s, 3 zones", class, e.name), "rds.instance.ondemand", one, e.attrs(class, deployment, "")...)
	b.extended(name, class, b.at("engine_version"), b.at("engine_lifecycle_support"), 3)
	kind := b.at("storage_type")
	if !kind.known() {
		b.unpriced("storage", kind.missing())
		return
	}
	at := []string{"engine", "non-Aurora", "deployment_option", deployment, "volume_type", kind.text()}
	gb, ok := b.need("storage", "allocated_storage")
	if !ok {
		return
	}
	b.month("storage "+kind.text(), "rds.storage", gb, at...)
	switch kind.text() {
	case "io1", "io2":
		if n, ok := b.need("storage IOPS", "iops"); ok {
			b.month("storage IOPS", "rds.iops", n, at...)
		}
	case "gp3":
		included := int64(gp3IOPS)
		if !gb.LessThan(num(400)) {
			included = 12000
		}
		b.aboveIncluded("storage IOPS", "rds.iops", b.at("iops"), included, at)
	}
	b.used("backups beyond the free allowance", "rds.backup.storage", "backup_snapshot_size_gb", "engine", "non-Aurora")
	b.managedSecret("manage_master_user_password")
}

// rdsMember is one instance of an Aurora cluster.
func rdsMember(b *bill) {
	cluster := b.neighbour("cluster_identifier")
	engine := b.at("engine")
	version, lifecycle, storage := b.at("engine_version"), value{}, value{why: "its cluster was not read", path: "storage_type"}
	if cluster != nil {
		storage, lifecycle = b.of(cluster, "storage_type"), b.of(cluster, "engine_lifecycle_support")
		if !version.known() {
			version = b.of(cluster, "engine_version")
		}
		if c := b.of(cluster, "engine"); c.known() {
			engine = c
		}
	}
	if !engine.known() {
		b.unpriced("instance", engine.missing())
		return
	}
	e, ok := engines[engine.text()]
	if !ok {
		b.unpriced("instance", fmt.Sprintf("the engine %s is not in the catalogue", engine.text()))
		return
	}
	mode, ok := clusterMode(storage)
	if !ok {
		b.unpriced("instance", storage.missing()+"; its storage mode decides the price")
		return
	}
	class, ok := b.needText("instance", "instance_class")
	if !ok {
		return
	}
	if class == "db.serverless" {
		b.serverlessV2(e, mode, cluster)
		b.serverlessSupport(engine.text(), version, lifecycle)
	} else {
		b.hours(fmt.Sprintf("instance %s %s", class, e.name), "rds.instance.ondemand", one, e.attrs(class, "Single-AZ", mode)...)
		b.extended(engine.text(), class, version, lifecycle, 1)
	}
	b.databaseExtras(e, class)
	b.address(b.at("publicly_accessible"), one)
}

// serverlessSupport notes a version in extended support, which serverless instances pay for by capacity unit.
func (b *bill) serverlessSupport(engine string, version, lifecycle value) {
	s := supportOf(engine, version.text())
	if s != nil && s.supportMeter(b.e.now) != "" && !lifecycle.is("open-source-rds-extended-support-disabled") {
		b.unpriced("extended support", "of "+engine+" "+s.version+" it is charged by capacity unit, and that price is not in the catalogue")
	}
}

// serverlessV2 is charged by the capacity units in use; without usage, by the least that the cluster keeps.
func (b *bill) serverlessV2(e dbEngine, mode string, cluster *graph.Resource) {
	meter := "rds.aurora.serverless_v2.acu"
	if mode == "IO-Optimized" {
		meter += ".io_optimized"
	}
	q, note, ok := b.usage("capacity_units_per_hr")
	if !ok && cluster != nil {
		q, note, ok = b.leastCapacity(cluster, "serverlessv2_scaling_configuration[0]")
	}
	b.add(charge{label: "serverless v2", meter: meter, attrs: []string{"engine", e.name}, quantity: q.Mul(monthHours), open: !ok, usage: "capacity_units_per_hr", note: note, once: true})
}

// leastCapacity gives the least capacity of a cluster that scales; ok is false when it may fall to nothing.
func (b *bill) leastCapacity(cluster *graph.Resource, at string) (q decimal.Decimal, note string, ok bool) {
	q, ok = b.of(cluster, at+".min_capacity").number()
	if !ok || !q.IsPositive() {
		return q, "", false
	}
	note = "at its least capacity"
	if top, ok := read(cluster, at+".max_capacity").number(); ok {
		note += "; up to " + top.String() + " units"
	}
	return q, note, true
}
