package cost

import (
	"github.com/plumbline-dev/plumbline/graph"
)

// Object storage. Source: aws.amazon.com/s3/pricing.
func s3Services() []service {
	return append([]service{
		{Type: "aws_s3_bucket", Price: bucket, Usage: bucketUsage()},
		{Type: "aws_s3_bucket_replication_configuration", Price: replication, Usage: []Param{
			dataField("monthly_replicated_gb", "GB copied", 1, "1 kB for each request"),
			perRequest("monthly_replicated_objects", "objects copied", 0.02, "1 object for 50 requests"),
		}},
		{Type: "aws_s3_bucket_metric", Unpriced: "request metrics are charged like metrics of one's own, by how many of them the requests fill"},
		{Type: "aws_s3_bucket_accelerate_configuration", Price: acceleration},
		{Type: "aws_s3_bucket_inventory", Price: func(b *bill) { b.used("objects listed", "s3.inventory", "monthly_listed_objects") }, Usage: []Param{
			figures("monthly_listed_objects", "objects listed", 3e4, 3e6, 3e7, "a list a day of 1,000, 100,000, 1,000,000 objects"),
		}},
		{Type: "aws_s3_bucket_analytics_configuration", Price: func(b *bill) { b.used("objects monitored", "s3.analytics", "monthly_monitored_objects") }, Usage: []Param{
			figures("monthly_monitored_objects", "objects monitored", 1e3, 1e5, 1e6, "assumed"),
		}},
	}, settings("a setting of a bucket, which is charged itself (aws.amazon.com/s3/pricing)", `
		aws_s3_bucket_acl aws_s3_bucket_cors_configuration aws_s3_bucket_intelligent_tiering_configuration aws_s3_bucket_lifecycle_configuration
		aws_s3_bucket_logging aws_s3_bucket_notification aws_s3_bucket_object_lock_configuration aws_s3_bucket_ownership_controls
		aws_s3_bucket_policy aws_s3_bucket_public_access_block aws_s3_bucket_request_payment_configuration aws_s3_bucket_server_side_encryption_configuration
		aws_s3_bucket_versioning aws_s3_bucket_website_configuration aws_s3_account_public_access_block aws_s3_access_point aws_s3control_access_point_policy
	 aws_s3_object aws_s3_object_copy aws_s3control_bucket_policy aws_s3control_multi_region_access_point_policy`)...)
}

// acceleration is charged by the GB while it is on.
func acceleration(b *bill) {
	if status := b.at("status"); status.is("Suspended") {
		b.out.Free, b.out.Why = true, "it is suspended"
		return
	}
	b.unpriced("accelerated traffic", "it is charged by the GB, and is not in the catalogue")
}

// class is one storage class, in the words of usage files and of the catalogue.
type class struct {
	field, meter, label string
	retrieval           bool
}

var classes = []class{
	{"standard_infrequent_access", "s3.standard_ia", "infrequent access", true},
	{"one_zone_infrequent_access", "s3.onezone_ia", "one zone, infrequent access", true},
	{"glacier_instant_retrieval", "s3.glacier_ir", "Glacier instant", true},
	{"glacier_flexible_retrieval", "s3.glacier_flexible", "Glacier flexible", false},
	{"glacier_deep_archive", "s3.glacier_deep", "deep archive", false},
}

// earlyDelete is the meter of what is left of a class's least duration (30 days of infrequent access, 90 of Glacier, 180 of deep archive), which is charged
// as if it were stored.
func (c class) earlyDelete() string {
	if c.meter == "s3.glacier_deep" {
		return c.meter + ".early_delete"
	}
	return c.meter + ".storage"
}

func bucketUsage() []Param {
	out := []Param{
		storedField("standard.storage_gb", "GB kept"),
		perRequest("standard.monthly_tier_1_requests", "PUT, COPY, POST, LIST requests", 0.02, "1 for 50 requests"),
		perRequest("standard.monthly_tier_2_requests", "GET and other requests", 1, "1 for each request"),
		none("standard.monthly_select_data_scanned_gb", "GB that Select scans"),
		none("standard.monthly_select_data_returned_gb", "GB that Select returns"),
		none("intelligent_tiering.frequent_access_storage_gb", "GB kept in frequent access"),
		none("intelligent_tiering.infrequent_access_storage_gb", "GB kept in infrequent access"),
		none("intelligent_tiering.archive_access_storage_gb", "GB kept in archive access"),
		none("intelligent_tiering.deep_archive_access_storage_gb", "GB kept in deep archive access"),
		none("intelligent_tiering.monitored_objects", "objects monitored"),
		none("object_tags", "tags of objects"),
		none("intelligent_tiering.monthly_tier_1_requests", "PUT, COPY, POST, LIST requests"),
		none("intelligent_tiering.monthly_tier_2_requests", "GET and other requests"),
		dataField("monthly_data_out_gb", "GB sent to the internet", 0, "none: buckets are read from within AWS"),
	}
	for _, c := range classes {
		out = append(out, none(c.field+".storage_gb", "GB kept"), none(c.field+".monthly_tier_1_requests", "PUT, COPY, POST, LIST requests"),
			none(c.field+".monthly_tier_2_requests", "GET and other requests"), none(c.field+".monthly_lifecycle_transition_requests", "transitions into the class"),
			none(c.field+".early_delete_gb", "GB-months left of the least duration when objects are deleted or moved"))
		if c.retrieval {
			out = append(out, none(c.field+".monthly_data_retrieval_gb", "GB retrieved"))
		}
	}
	return append(out, none("glacier_flexible_retrieval.monthly_standard_data_retrieval_gb", "GB retrieved"), none("glacier_deep_archive.monthly_standard_data_retrieval_gb", "GB retrieved"))
}

// bucket shows the standard class always, the others when their usage is given or a lifecycle moves objects there.
func bucket(b *bill) {
	b.used("storage, standard", "s3.standard.storage", "standard.storage_gb")
	b.used("PUT requests", "s3.standard.put_requests", "standard.monthly_tier_1_requests")
	b.used("GET requests", "s3.standard.get_requests", "standard.monthly_tier_2_requests")
	b.extra("Select, scanned", "s3.standard.select_scanned", "standard.monthly_select_data_scanned_gb")
	b.extra("Select, returned", "s3.standard.select_returned", "standard.monthly_select_data_returned_gb")
	moved := b.transitions()
	for _, c := range classes {
		if moved[c.field] {
			b.used("storage, "+c.label, c.meter+".storage", c.field+".storage_gb")
		} else {
			b.extra("storage, "+c.label, c.meter+".storage", c.field+".storage_gb")
		}
		b.extra(c.label+", PUT requests", c.meter+".put_requests", c.field+".monthly_tier_1_requests")
		b.extra(c.label+", GET requests", c.meter+".get_requests", c.field+".monthly_tier_2_requests")
		b.extra(c.label+", transitions", c.meter+".lifecycle", c.field+".monthly_lifecycle_transition_requests")
		b.extra(c.label+", deleted early", c.earlyDelete(), c.field+".early_delete_gb")
		if c.retrieval {
			b.extra(c.label+", retrieved", c.meter+".retrieval", c.field+".monthly_data_retrieval_gb")
		} else {
			b.extra(c.label+", retrieved", c.meter+".retrieval.standard", c.field+".monthly_standard_data_retrieval_gb")
		}
	}
	b.tiering(moved["intelligent_tiering"])
	b.extra("traffic to the internet", "data_transfer.internet_out", "monthly_data_out_gb", "to_location", "Internet")
}

func (b *bill) tiering(moved bool) {
	add := b.extra
	if moved {
		add = b.used
	}
	add("storage, intelligent tiering, frequent", "s3.intelligent_tiering.fa.storage", "intelligent_tiering.frequent_access_storage_gb")
	add("storage, intelligent tiering, infrequent", "s3.intelligent_tiering.ia.storage", "intelligent_tiering.infrequent_access_storage_gb")
	add("intelligent tiering, monitoring", "s3.intelligent_tiering.monitoring", "intelligent_tiering.monitored_objects")
	b.extra("storage, intelligent tiering, archive", "s3.intelligent_tiering.aa.storage", "intelligent_tiering.archive_access_storage_gb")
	b.extra("storage, intelligent tiering, deep archive", "s3.intelligent_tiering.daa.storage", "intelligent_tiering.deep_archive_access_storage_gb")
	b.extra("tags of objects", "s3.tags", "object_tags")
	b.extra("intelligent tiering, PUT requests", "s3.intelligent_tiering.put_requests", "intelligent_tiering.monthly_tier_1_requests")
	b.extra("intelligent tiering, GET requests", "s3.intelligent_tiering.get_requests", "intelligent_tiering.monthly_tier_2_requests")
}

// lifecycleClasses maps the storage classes of a lifecycle to usage fields.
var lifecycleClasses = map[string]string{
	"STANDARD_IA": "standard_infrequent_access", "ONEZONE_IA": "one_zone_infrequent_access", "GLACIER_IR": "glacier_instant_retrieval",
	"GLACIER": "glacier_flexible_retrieval", "DEEP_ARCHIVE": "glacier_deep_archive", "INTELLIGENT_TIERING": "intelligent_tiering",
}

// transitions lists the classes that the bucket's lifecycle moves objects to.
func (b *bill) transitions() map[string]bool {
	out := map[string]bool{}
	for _, c := range b.referrers("aws_s3_bucket_lifecycle_configuration", "bucket") {
		for _, name := range []string{"rule.transition", "rule.noncurrent_version_transition"} {
			for _, t := range b.parts(c, name) {
				out[lifecycleClasses[b.of(c, t+".storage_class").text()]] = true
			}
		}
	}
	return out
}

// replication copies objects: requests at the destination, traffic when that is another region, and the time control.
func replication(b *bill) {
	for i, rule := range b.blocks("rule") {
		if b.at(rule + ".status").is("Disabled") {
			continue
		}
		b.replicationRule(rule, b.destination(i))
	}
}

func (b *bill) replicationRule(rule string, to *graph.Resource) {
	if to == nil {
		b.unpriced("traffic", "its destination was not read, and the region of that decides")
		return
	}
	region, _ := b.e.region(to, b.s)
	objects, note, ok := b.usage("monthly_replicated_objects")
	b.add(charge{label: "PUT requests in " + region, meter: "s3.standard.put_requests", region: region, quantity: objects, open: !ok, usage: "monthly_replicated_objects", note: note, once: true})
	if region != b.out.Region {
		b.used("traffic to "+region, "data_transfer.inter_region_out", "monthly_replicated_gb", "to_location", region)
	}
	for _, d := range b.elements(b.r, rule+".destination") {
		for _, t := range b.elements(b.r, d+".replication_time") {
			if b.at(t + ".status").is("Enabled") {
				b.used("replication time control", "s3.replication.rtc_data", "monthly_replicated_gb")
			}
		}
	}
}

// destination gives the bucket that a rule copies to.
func (b *bill) destination(rule int) *graph.Resource {
	all := b.neighbours("rule.destination.bucket")
	if len(b.blocks("rule")) == len(all) {
		return all[rule]
	}
	if len(all) == 1 {
		return all[0]
	}
	return nil
}
