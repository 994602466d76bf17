package cost

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Tables. Source: aws.amazon.com/dynamodb/pricing.
func dynamodbServices() []service {
	return append([]service{
		{Type: "aws_dynamodb_table", Price: dynamoTable, Usage: []Param{
			perRequest("monthly_write_request_units", "write request units", 0.2, "1 write for 5 requests"),
			requestsField("monthly_read_request_units", "read request units"),
			storedField("storage_gb", "GB kept"),
			storedField("pitr_backup_storage_gb", "GB of the table under point-in-time recovery"),
			none("on_demand_backup_storage_gb", "GB of on-demand backups"),
			none("monthly_data_restored_gb", "GB restored"),
			perRequest("monthly_streams_read_request_units", "stream reads", 0.2, "1 for each write"),
		}},
		{Type: "aws_dynamodb_table_replica", Price: dynamoReplica, Usage: []Param{
			perRequest("monthly_write_request_units", "replicated write request units", 0.2, "1 write for 5 requests"),
			storedField("storage_gb", "GB kept"),
			storedField("pitr_backup_storage_gb", "GB of the copy under point-in-time recovery"),
		}},
		{Type: "aws_dynamodb_kinesis_streaming_destination", Price: func(b *bill) { b.used("change data", "dynamodb.cdc.kinesis", "monthly_change_data_units") }, Usage: []Param{
			perRequest("monthly_change_data_units", "change data units of 1 kB", 0.2, "1 for each write")}},
		{Type: "aws_dynamodb_contributor_insights", Unpriced: "Contributor Insights is charged by the events of the table, and is not in the catalogue"},
		{Type: "aws_dax_cluster", Price: daxCluster},
	}, settings("a part of a table, which is charged itself (aws.amazon.com/dynamodb/pricing)", `
		aws_dynamodb_global_table aws_dynamodb_table_item aws_dynamodb_tag aws_dynamodb_resource_policy
	 aws_dax_subnet_group aws_dax_parameter_group`)...)
}

// tableClass gives the suffix of the meters of a table class.
func (b *bill) tableClass(v value) (suffix string, ok bool) {
	if v.open() {
		b.unpriced("table", v.missing())
		return "", false
	}
	if v.is("STANDARD_INFREQUENT_ACCESS") {
		return ".ia", true
	}
	return "", true
}

func dynamoTable(b *bill) {
	suffix, ok := b.tableClass(b.at("table_class"))
	if !ok {
		return
	}
	mode := b.at("billing_mode")
	if !mode.known() {
		b.unpriced("capacity", mode.missing())
	} else if mode.is("PAY_PER_REQUEST") {
		b.used("writes", "dynamodb.ondemand.wru"+suffix, "monthly_write_request_units")
		b.used("reads", "dynamodb.ondemand.rru"+suffix, "monthly_read_request_units")
	} else {
		b.capacity("write capacity", "dynamodb.provisioned.wcu"+suffix, "write_capacity", "dynamodb:table:WriteCapacityUnits")
		b.capacity("read capacity", "dynamodb.provisioned.rcu"+suffix, "read_capacity", "dynamodb:table:ReadCapacityUnits")
	}
	b.used("storage", "dynamodb.storage"+storageSuffix(suffix), "storage_gb")
	if recovery := b.at("point_in_time_recovery[0].enabled"); recovery.yes() {
		b.used("point-in-time recovery", "dynamodb.backup.pitr", "pitr_backup_storage_gb")
	} else if recovery.open() {
		b.unpriced("point-in-time recovery", recovery.missing())
	}
	b.extra("on-demand backups", "dynamodb.backup.ondemand", "on_demand_backup_storage_gb")
	b.extra("restores", "dynamodb.restore", "monthly_data_restored_gb")
	if b.at("stream_enabled").yes() {
		b.used("stream reads", "dynamodb.streams.read", "monthly_streams_read_request_units")
	}
	b.replicas(suffix)
}

func storageSuffix(class string) string {
	if class == ".ia" {
		return ".ia"
	}
	return ".standard"
}

// capacity adds provisioned capacity of the table and its indexes; scaling may raise it.
func (b *bill) capacity(label, meter, attr, dimension string) {
	n, ok := b.need(label, attr)
	if !ok {
		return
	}
	note := b.scaledTo(dimension)
	b.add(charge{label: label, meter: meter, quantity: n.Mul(monthHours), note: note})
	for _, index := range b.blocks("global_secondary_index") {
		part := label + " of index " + read(b.r, index+".name").text()
		if q, ok := b.need(part, index+"."+attr); ok {
			b.hours(part, meter, q)
		}
	}
}

// scaledTo says how far scaling may raise a dimension; "" when nothing scales it.
func (b *bill) scaledTo(dimension string) string {
	for _, t := range b.referrers("aws_appautoscaling_target", "target") {
		if top := read(t, "max_capacity"); read(t, "scalable_dimension").is(dimension) && top.known() {
			return "scales from " + read(t, "min_capacity").text() + " to " + top.text()
		}
	}
	return ""
}

// replicas adds the table's copies, at the prices of their regions.
func (b *bill) replicas(suffix string) {
	for _, at := range b.blocks("replica") {
		region := b.at(at + ".region_name")
		if !region.known() {
			b.unpriced("replica", region.missing())
			continue
		}
		b.copied(b.r, region.text(), "replica in "+region.text()+", ", suffix, b.at(at+".point_in_time_recovery"))
	}
	if why, ok := b.more("replica"); ok {
		b.unpriced("replicas", "it is not known which there are: "+why)
	}
}

// dynamoReplica is a copy that is declared by itself; the table's mode decides.
func dynamoReplica(b *bill) {
	table := b.neighbour("global_table_arn")
	if table == nil {
		b.unpriced("replica", "its table was not read, and the billing mode of that decides")
		return
	}
	class := b.at("table_class_override")
	if class.null() {
		class = b.of(table, "table_class")
	}
	if suffix, ok := b.tableClass(class); ok {
		b.copied(table, b.out.Region, "", suffix, b.at("point_in_time_recovery"))
	}
}

// copied adds what a copy of a table costs: the writes that are replicated into it, and capacity to read and for the indexes as the table has it.
// Reads on demand are the table's, wherever they happen.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/global-tables-billing.html: indexes are written with ordinary units.
func (b *bill) copied(table *graph.Resource, region, label, suffix string, recovery value) {
	used := func(part, meter, field string) {
		q, note, ok := b.usage(field)
		b.add(charge{label: label + part, meter: meter, region: region, quantity: q, open: !ok, usage: field, note: note, once: true})
	}
	switch mode := b.of(table, "billing_mode"); {
	case !mode.known():
		b.unpriced(label+"capacity", mode.missing())
	case mode.is("PAY_PER_REQUEST"):
		used("writes", "dynamodb.ondemand.rwru"+suffix, "monthly_write_request_units")
	default:
		b.copiedCapacity(table, region, label, suffix)
	}
	used("storage", "dynamodb.storage"+storageSuffix(suffix), "storage_gb")
	if recovery.yes() {
		used("point-in-time recovery", "dynamodb.backup.pitr", "pitr_backup_storage_gb")
	}
}

// copiedCapacity adds the provisioned capacity of a copy.
func (b *bill) copiedCapacity(table *graph.Resource, region, label, suffix string) {
	held := func(part, meter, path string) {
		if n, ok := b.needed(label+part, b.of(table, path)); ok {
			b.add(charge{label: label + part, meter: meter, region: region, quantity: n.Mul(monthHours)})
		}
	}
	held("write capacity", "dynamodb.provisioned.rwcu"+suffix, "write_capacity")
	held("read capacity", "dynamodb.provisioned.rcu"+suffix, "read_capacity")
	for _, index := range b.parts(table, "global_secondary_index") {
		of := " of index " + read(table, index+".name").text()
		held("write capacity"+of, "dynamodb.provisioned.wcu"+suffix, index+".write_capacity")
		held("read capacity"+of, "dynamodb.provisioned.rcu"+suffix, index+".read_capacity")
	}
}

// daxCluster is charged by its nodes.
func daxCluster(b *bill) {
	n, ok := b.need("nodes", "replication_factor")
	typ, ok2 := b.needText("nodes", "node_type")
	if ok && ok2 {
		b.nodes(n, typ, "dax.node.ondemand", "node_type", typ)
	}
}

// nodes adds n nodes of one type.
func (b *bill) nodes(n decimal.Decimal, typ, meter string, attrs ...string) {
	b.hours(fmt.Sprintf("nodes %s x %s", typ, n), meter, n, attrs...)
}
