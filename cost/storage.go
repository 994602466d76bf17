package cost

import (
	"strings"

	"github.com/shopspring/decimal"
)

// File systems. Source: aws.amazon.com/efs/pricing, aws.amazon.com/fsx/pricing.
func storageServices() []service {
	backup := storedField("backup_storage_gb", "GB of backups")
	return append([]service{
		{Type: "aws_efs_file_system", Price: efs, Usage: []Param{
			storedField("storage_gb", "GB in the standard class"), none("infrequent_access_storage_gb", "GB in infrequent access"), none("archive_storage_gb", "GB in the archive"),
			none("monthly_infrequent_access_read_gb", "GB read from infrequent access"), none("monthly_infrequent_access_write_gb", "GB moved to infrequent access"),
			dataField("monthly_elastic_read_gb", "GB read with elastic throughput", 1, "1 kB for each request"),
			dataField("monthly_elastic_write_gb", "GB written with elastic throughput", 1, "1 kB for each request"),
		}},
		{Type: "aws_efs_replication_configuration", Price: efsReplica, Usage: []Param{storedField("storage_gb", "GB that the copy keeps"), none("monthly_replicated_gb", "GB copied to another region")}},
		{Type: "aws_fsx_windows_file_system", Price: fsx("Windows"), Usage: []Param{backup}},
		{Type: "aws_fsx_openzfs_file_system", Price: fsx("OpenZFS"), Usage: []Param{backup}},
		{Type: "aws_fsx_lustre_file_system", Price: fsx("Lustre"), Usage: []Param{backup}},
		{Type: "aws_fsx_ontap_file_system", Price: fsx("ONTAP"), Usage: []Param{backup}},
		{Type: "aws_fsx_backup", Unpriced: "it is charged by the GB it keeps, under its file system's kind"},
	}, settings("a part of a file system, which is charged itself", `
		aws_efs_access_point aws_efs_backup_policy aws_efs_file_system_policy aws_efs_mount_target aws_fsx_ontap_storage_virtual_machine aws_fsx_ontap_volume
		aws_fsx_openzfs_volume aws_fsx_openzfs_snapshot aws_fsx_data_repository_association`)...)
}

// efs has two classes in one zone, three over zones, and charges throughput that is provisioned or elastic.
func efs(b *bill) {
	zone := b.at("availability_zone_name")
	if zone.open() {
		b.unpriced("storage", zone.missing())
		return
	}
	mode := b.at("throughput_mode")
	if !mode.known() {
		b.unpriced("throughput", mode.missing())
	}
	standard, infrequent := "efs.standard.storage", "efs.ia.storage"
	if mode.is("elastic") {
		infrequent = "efs.ia.storage.elastic_throughput"
	}
	if zone.known() {
		standard, infrequent = "efs.onezone.storage", "efs.onezone_ia.storage"
	}
	b.used("storage", standard, "storage_gb")
	b.infrequent(infrequent)
	switch mode.text() {
	case "provisioned":
		b.efsThroughput()
	case "elastic":
		b.used("elastic throughput, read", "efs.elastic_throughput.read", "monthly_elastic_read_gb")
		b.used("elastic throughput, written", "efs.elastic_throughput.write", "monthly_elastic_write_gb")
	}
}

// infrequent adds the cheaper classes when a lifecycle moves files there, or their usage is given.
func (b *bill) infrequent(meter string) {
	add := b.extra
	for _, p := range b.blocks("lifecycle_policy") {
		if b.at(p + ".transition_to_ia").known() {
			add = b.used
		}
	}
	add("storage, infrequent access", meter, "infrequent_access_storage_gb")
	add("read from infrequent access", "efs.ia.read", "monthly_infrequent_access_read_gb")
	b.extra("moved to infrequent access", "efs.ia.write", "monthly_infrequent_access_write_gb")
	b.extra("storage, archive", "efs.archive.storage", "archive_storage_gb")
}

// efsThroughput: what is provisioned includes 1 MiB/s for each 20 GB that are stored.
// Source: the page above: 50 kB/s for each GB.
func (b *bill) efsThroughput() {
	n, ok := b.need("provisioned throughput", "provisioned_throughput_in_mibps")
	if !ok {
		return
	}
	note := "as if nothing were stored; each 20 GB stored include 1 MiB/s"
	if gb, _, ok := b.usage("storage_gb"); ok {
		n, note = decimal.Max(n.Sub(gb.DivRound(num(20), 9)), decimal.Zero), "above what the storage includes"
	}
	b.add(charge{label: "provisioned throughput", meter: "efs.provisioned_throughput", quantity: n, note: note})
}

// efsReplica keeps a copy, charged where it lies.
func efsReplica(b *bill) {
	region := b.at("destination[0].region")
	where := b.out.Region
	switch {
	case region.known():
		where = region.text()
	case region.open() && region.why != computedWhy:
		b.unpriced("copy", region.missing())
		return
	}
	q, note, ok := b.usage("storage_gb")
	meter := "efs.standard.storage"
	if b.at("destination[0].availability_zone_name").known() {
		meter = "efs.onezone.storage"
	}
	b.add(charge{label: "copy in " + where, meter: meter, region: where, quantity: q, open: !ok, usage: "storage_gb", note: note, once: true})
	if where != b.out.Region {
		b.used("traffic to "+where, "data_transfer.inter_region_out", "monthly_replicated_gb", "to_location", where)
	}
}

// fsx is charged by capacity and throughput that are provisioned, and by backups.
func fsx(kind string) func(b *bill) {
	return func(b *bill) {
		deployment := b.at("deployment_type")
		if !deployment.known() {
			b.unpriced("file system", deployment.missing())
			return
		}
		zones := "Single-AZ"
		if strings.HasPrefix(deployment.text(), "MULTI_AZ") {
			zones = "Multi-AZ"
		}
		at := []string{"file_system", kind, "deployment", zones}
		media := b.at("storage_type")
		if gb, ok := b.need("storage", "storage_capacity"); ok {
			b.month("storage "+media.text()+", "+zones, "fsx.storage", gb, append(at, "storage_type", media.text())...)
		}
		if kind != "Lustre" {
			if n, ok := b.need("throughput", "throughput_capacity"); ok {
				b.month("throughput, "+zones, "fsx.throughput", n, at...)
			}
		}
		if n, ok := read(b.r, "automatic_backup_retention_days").number(); !ok || n.IsPositive() {
			b.used("backups", "fsx.backup.storage", "backup_storage_gb", "file_system", kind)
		}
	}
}
