package cost

import "github.com/shopspring/decimal"

// Streams. Source: aws.amazon.com/kinesis/data-streams/pricing, aws.amazon.com/firehose/pricing.
func kinesisServices() []service {
	return []service{
		{Type: "aws_kinesis_stream", Price: kinesisStream, Usage: []Param{
			dataField("monthly_on_demand_data_in_gb", "GB written, of a stream on demand", messageKB, "4 kB for each request"),
			dataField("monthly_on_demand_data_out_gb", "GB read, of a stream on demand", messageKB, "4 kB for each request"),
			none("monthly_on_demand_efo_data_out_gb", "GB read by enhanced consumers, of a stream on demand"),
			perRequest("monthly_provisioned_put_units", "payload units of 25 kB written", 1, "1 for each request"),
			none("monthly_provisioned_extended_retention_gb", "GB kept longer than seven days"),
			none("monthly_provisioned_efo_data_out_gb", "GB read by enhanced consumers"),
			none("monthly_provisioned_efo_consumer_hours", "hours of enhanced consumers, times shards"),
		}},
		{Type: "aws_kinesis_stream_consumer", Price: streamConsumer, Usage: []Param{dataField("monthly_data_out_gb", "GB that it reads", messageKB, "4 kB for each request")}},
		{Type: "aws_kinesis_firehose_delivery_stream", Price: firehose, Usage: []Param{dataField("monthly_data_ingested_gb", "GB written, in steps of 5 kB a record", 5, "5 kB for each request")}},
		{Type: "aws_kinesis_resource_policy", Free: "a permission"},
		{Type: "aws_kinesis_video_stream", Unpriced: "video streams are not in the catalogue"},
	}
}

// Retention in hours: a day is included, up to a week is charged by shard, beyond by GB.
const (
	dayHours  = 24
	weekHours = 168
)

func kinesisStream(b *bill) {
	mode := b.at("stream_mode_details[0].stream_mode").orText("PROVISIONED")
	if !mode.known() {
		b.unpriced("stream", mode.missing())
		return
	}
	if mode.is("ON_DEMAND") {
		b.hours("stream", "kinesis.ondemand.stream_hour", one)
		b.used("data in", "kinesis.ondemand.ingested", "monthly_on_demand_data_in_gb")
		b.used("data out", "kinesis.ondemand.retrieved", "monthly_on_demand_data_out_gb")
		b.extra("enhanced consumers, data", "kinesis.ondemand.efo", "monthly_on_demand_efo_data_out_gb")
		return
	}
	shards, ok := b.need("shards", "shard_count")
	if !ok {
		return
	}
	b.hours("shards x "+shards.String(), "kinesis.shard_hour", shards)
	b.used("payload units", "kinesis.put_payload_units", "monthly_provisioned_put_units")
	b.retention(shards)
	b.extra("enhanced consumers", "kinesis.efo.consumer_shard_hour", "monthly_provisioned_efo_consumer_hours")
	b.extra("enhanced consumers, data", "kinesis.efo.data", "monthly_provisioned_efo_data_out_gb")
}

func (b *bill) retention(shards decimal.Decimal) {
	hours, ok := b.need("retention", "retention_period")
	if !ok || !hours.GreaterThan(num(dayHours)) {
		return
	}
	b.hours("retention beyond a day", "kinesis.extended_retention", shards)
	if hours.GreaterThan(num(weekHours)) {
		b.used("retention beyond a week", "kinesis.long_term_retention", "monthly_provisioned_extended_retention_gb")
	}
}

// streamConsumer is an enhanced consumer of every shard.
func streamConsumer(b *bill) {
	stream := b.neighbour("stream_arn")
	if stream == nil {
		b.unpriced("consumer", "its stream was not read, and the shards of that decide")
		return
	}
	if n, ok := b.needed("consumer", b.of(stream, "shard_count")); ok {
		b.hours("consumer of "+n.String()+" shards", "kinesis.efo.consumer_shard_hour", n)
	}
	b.used("data out", "kinesis.efo.data", "monthly_data_out_gb")
}

func firehose(b *bill) {
	b.used("data in", "firehose.ingested", "monthly_data_ingested_gb")
	for _, f := range b.blocks("extended_s3_configuration.data_format_conversion_configuration") {
		if !b.at(f + ".enabled").is("false") {
			b.used("format conversion", "firehose.format_conversion", "monthly_data_ingested_gb")
		}
	}
	if len(b.blocks("opensearch_configuration.vpc_config"))+len(b.blocks("elasticsearch_configuration.vpc_config")) > 0 {
		b.used("delivery into the VPC", "firehose.vpc_delivery", "monthly_data_ingested_gb")
	}
}
