package cost

// Monitoring and logs. Source: aws.amazon.com/cloudwatch/pricing.
func cloudwatchServices() []service {
	return append([]service{
		{Type: "aws_cloudwatch_metric_alarm", Price: metricAlarm},
		{Type: "aws_cloudwatch_composite_alarm", Price: func(b *bill) { b.month("composite alarm", "cloudwatch.alarm.composite", one) }},
		{Type: "aws_cloudwatch_dashboard", Price: func(b *bill) { b.month("dashboard", "cloudwatch.dashboard", one) }, Global: true},
		{Type: "aws_cloudwatch_log_group", Price: logGroup, Usage: []Param{
			dataField("monthly_data_ingested_gb", "GB written", logKB, "1 kB for each request"),
			dataField("storage_gb", "GB kept, compressed", logKB, "the logs of a month"),
			dataField("monthly_data_scanned_gb", "GB that Insights reads", logKB, "the logs of a month, once"),
		}},
		{Type: "aws_cloudwatch_log_metric_filter", Price: func(b *bill) { b.used("custom metrics", "cloudwatch.metric.custom", "metrics") }, Usage: []Param{figures("metrics", "metrics that it makes", 1, 1, 1, "one metric")}},
		{Type: "aws_cloudwatch_metric_stream", Price: func(b *bill) { b.used("metric updates", "cloudwatch.metric_streams", "monthly_metric_updates") }, Usage: []Param{
			figures("monthly_metric_updates", "metric updates", 4.38e6, 4.38e7, 4.38e8, "100, 1,000, 10,000 metrics, one update a minute")}},
		{Type: "aws_synthetics_canary", Price: canary, Usage: []Param{figures("monthly_runs", "runs", 8760, 8760, 8760, "one in 5 minutes")}},
		{Type: "aws_cloudwatch_log_data_protection_policy", Unpriced: "it is charged by the GB that it looks through, and is not in the catalogue"},
		{Type: "aws_cloudwatch_contributor_insight_rule", Price: func(b *bill) { b.month("rule", "cloudwatch.contributor_insights.rule", one) }},
		{Type: "aws_xray_group", Free: "a group; traces are charged where they are sent"},
		{Type: "aws_xray_sampling_rule", Free: "a setting; traces are charged where they are sent"},
	}, settings("a setting of logs, which are charged by their group (aws.amazon.com/cloudwatch/pricing)", `
		aws_cloudwatch_log_subscription_filter aws_cloudwatch_log_stream aws_cloudwatch_log_resource_policy aws_cloudwatch_log_destination
		aws_cloudwatch_log_destination_policy aws_cloudwatch_log_account_policy aws_cloudwatch_query_definition
		aws_cloudwatch_log_index_policy aws_chatbot_slack_channel_configuration`)...)
}

// metricAlarm is charged by the metrics it looks at; a period below a minute costs more, bounds of an anomaly count as two further metrics.
func metricAlarm(b *bill) {
	metrics := max(len(b.blocks("metric_query.metric")), 1)
	if why, ok := b.more("metric_query"); ok {
		b.unpriced("alarm", "the metrics that it looks at are not known: "+why)
		return
	}
	if b.at("threshold_metric_id").known() {
		metrics += 2
	}
	period := b.at("period")
	if period.open() {
		b.unpriced("alarm", period.missing())
		return
	}
	meter, label := "cloudwatch.alarm.standard", "alarm"
	if n, ok := period.number(); ok && n.LessThan(num(60)) {
		meter, label = "cloudwatch.alarm.high_resolution", "high-resolution alarm"
	}
	b.month(times(label, metrics), meter, num(int64(metrics)))
}

// logGroup: the infrequent access class halves the price of writing.
func logGroup(b *bill) {
	meter := "cloudwatch.logs.ingestion"
	if b.at("log_group_class").is("INFREQUENT_ACCESS") {
		meter += ".ia"
	}
	b.used("data ingested", meter, "monthly_data_ingested_gb")
	b.used("data kept", "cloudwatch.logs.storage", "storage_gb")
	b.used("data scanned by Insights", "cloudwatch.logs.insights", "monthly_data_scanned_gb")
}

func canary(b *bill) { b.used("runs", "cloudwatch.canary", "monthly_runs") }
