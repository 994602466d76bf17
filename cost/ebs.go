package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Disks and their snapshots. Source: aws.amazon.com/ebs/pricing.
func ebsServices() []service {
	return []service{
		{Type: "aws_ebs_volume", Price: ebsVolume, Usage: []Param{
			perRequest("monthly_standard_io_requests", "I/O requests of a magnetic volume", 1, "1 I/O for each request"),
		}},
		{Type: "aws_ebs_snapshot", Price: ebsSnapshot, Usage: snapshotUsage()},
		{Type: "aws_ebs_snapshot_copy", Price: ebsSnapshot, Usage: snapshotUsage()},
		{Type: "aws_volume_attachment", Free: "an attachment; the volume is charged"},
		{Type: "aws_ebs_encryption_by_default", Free: "a setting; the encryption of volumes is free of charge (aws.amazon.com/ebs/faqs)"},
		{Type: "aws_ebs_default_kms_key", Free: "a setting; the key is charged"},
		{Type: "aws_ebs_snapshot_block_public_access", Free: "a setting"},
	}
}

func snapshotUsage() []Param {
	return []Param{
		storedField("storage_gb", "GB of changed blocks that the snapshot keeps"),
		none("monthly_list_block_requests", "ListChangedBlocks and ListSnapshotBlocks requests"),
		none("monthly_get_block_requests", "GetSnapshotBlock requests"),
		none("monthly_put_block_requests", "PutSnapshotBlock requests"),
		none("fast_snapshot_restore_hours", "hours of fast snapshot restore, summed over zones"),
		none("archive_early_delete_gb", "GB-months left of the 90 days of an archived snapshot that is deleted"),
	}
}

// What is included in the price of a gp3 volume. Source: aws.amazon.com/ebs/general-purpose.
const (
	gp3IOPS       = 3000
	gp3Throughput = 125
	io2Tier1      = 32000 // IOPS of io2 up to here cost the first price, up to io2Tier2 the second, above the third
	io2Tier2      = 64000
)

// volume is one disk as an estimator sees it.
type volume struct {
	label            string
	kind, size       value
	iops, throughput value
	snapshot         bool // it is made from a snapshot, which has a size
	assumedKind      string
}

// diskAt reads the disk attributes below a path ("root_block_device[0]"); "" is the resource itself.
func (b *bill) diskAt(r *graph.Resource, label, path, kind, size string) volume {
	at := func(name string) value { return b.of(r, strings.TrimPrefix(path+"."+name, ".")) }
	return volume{label: label, kind: at(kind), size: at(size), iops: at("iops"), throughput: at("throughput"), snapshot: read(r, strings.TrimPrefix(path+".snapshot_id", ".")).known()}
}

func ebsVolume(b *bill) {
	v := b.diskAt(b.r, "storage", "", "type", "size")
	v.kind = v.kind.orText("gp2")
	b.disk(v)
	if v.kind.is("standard") {
		b.used("I/O requests", "ebs.volume.io_requests", "monthly_standard_io_requests", "volume_type", "standard")
	}
}

// disk adds the lines of one volume: storage, and the IOPS and throughput above what is included.
func (b *bill) disk(v volume) {
	note := ""
	if !v.kind.known() && v.assumedKind != "" {
		note = "assumed " + v.assumedKind + ": " + v.kind.missing()
		v.kind = value{v: v.assumedKind, path: v.kind.path}
	}
	kind := v.kind.text()
	if !v.kind.known() {
		b.unpriced(v.label, v.kind.missing())
		return
	}
	if v.snapshot && !v.size.known() {
		b.unpriced(v.label, v.size.missing()+" (it is that of the snapshot)")
		return
	}
	size, ok := b.needed(v.label, v.size)
	if !ok {
		return
	}
	b.add(charge{label: v.label + " " + kind, meter: "ebs.volume.storage", attrs: []string{"volume_type", kind}, quantity: size, note: note})
	b.iops(v, kind)
	if kind == "gp3" {
		b.above(v.label+" throughput", "ebs.volume.throughput", v.throughput, gp3Throughput, kind)
	}
}

func (b *bill) iops(v volume, kind string) {
	switch kind {
	case "gp3":
		b.above(v.label+" IOPS", "ebs.volume.iops", v.iops, gp3IOPS, kind)
	case "io1":
		if n, ok := b.needed(v.label+" IOPS", v.iops); ok {
			b.month(v.label+" IOPS", "ebs.volume.iops", n, "volume_type", kind)
		}
	case "io2":
		b.io2(v)
	}
}

// above adds what is provisioned above the included amount. An amount that is not set is the included one.
func (b *bill) above(label, meter string, v value, included int64, kind string) {
	if v.null() || v.why == computedWhy {
		return
	}
	n, ok := b.needed(label, v)
	if extra := n.Sub(num(included)); ok && extra.IsPositive() {
		b.month(fmt.Sprintf("%s above %d", label, included), meter, extra, "volume_type", kind)
	}
}

// io2 adds its IOPS, whose three tiers are meters of their own.
func (b *bill) io2(v volume) {
	n, ok := b.needed(v.label+" IOPS", v.iops)
	if !ok {
		return
	}
	for _, t := range []struct {
		meter    string
		from, to int64
	}{{"ebs.volume.iops", 0, io2Tier1}, {"ebs.volume.iops.tier2", io2Tier1, io2Tier2}, {"ebs.volume.iops.tier3", io2Tier2, 1 << 40}} {
		part := decimal.Min(n, num(t.to)).Sub(num(t.from))
		if part.IsPositive() {
			b.month(v.label+" IOPS", t.meter, part, "volume_type", "io2")
		}
	}
}

// ebsSnapshot is charged by the blocks that changed, so at most the size of its volume.
func ebsSnapshot(b *bill) {
	meter := "ebs.snapshot.storage"
	if b.at("storage_tier").is("archive") {
		meter = "ebs.snapshot.archive.storage"
	}
	if q, note, ok := b.usage("storage_gb"); ok {
		b.add(charge{label: "snapshot", meter: meter, quantity: q, usage: "storage_gb", note: note, once: true})
	} else {
		b.add(charge{label: "snapshot", meter: meter, open: true, usage: "storage_gb", note: b.snapshotLimit()})
	}
	for _, m := range [][3]string{
		{"list requests", "ebs.direct_api.list", "monthly_list_block_requests"}, {"get requests", "ebs.direct_api.get", "monthly_get_block_requests"},
		{"put requests", "ebs.direct_api.put", "monthly_put_block_requests"}, {"fast restore", "ebs.snapshot.fast_restore", "fast_snapshot_restore_hours"},
		{"archive, deleted early", "ebs.snapshot.archive.earlydelete", "archive_early_delete_gb"},
	} {
		b.extra(m[0], m[1], m[2])
	}
}

func (b *bill) snapshotLimit() string {
	source := b.neighbour("volume_id")
	if source == nil {
		return ""
	}
	if size := read(source, "size"); size.known() {
		return "at most " + size.text() + " GB, the size of its volume"
	}
	return ""
}

// extra adds a meter only when its usage is given: most resources do not use it.
func (b *bill) extra(label, meter, field string, attrs ...string) {
	if q, ok := b.given(field); ok && q.IsPositive() {
		b.add(charge{label: label, meter: meter, attrs: attrs, quantity: q, usage: field, once: true})
	}
}
