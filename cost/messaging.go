package cost

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Topics, queues, events and workflows. Source: aws.amazon.com/sns/pricing, aws.amazon.com/sqs/pricing,
// aws.amazon.com/eventbridge/pricing, aws.amazon.com/step-functions/pricing.
func messagingServices() []service {
	kb := figures("request_size_kb", "kB of one message", messageKB, messageKB, messageKB, "4 kB")
	return append([]service{
		{Type: "aws_sns_topic", Price: topic, Usage: []Param{requestsField("monthly_requests", "messages published"), kb}},
		{Type: "aws_sns_topic_subscription", Price: subscription, Usage: []Param{requestsField("monthly_requests", "messages delivered"), kb}},
		{Type: "aws_sqs_queue", Price: queue, Usage: []Param{perRequest("monthly_requests", "API requests", 3, "send, receive and delete each message"), kb}},
		{Type: "aws_cloudwatch_event_bus", Price: eventBus, Usage: []Param{
			requestsField("monthly_custom_events", "custom events, one for each 64 kB"), none("monthly_third_party_events", "events of partners"),
			none("monthly_archive_processing_gb", "GB put into archives"), none("archive_storage_gb", "GB kept in archives"), none("monthly_schema_discovery_events", "events that schema discovery reads"),
		}},
		{Type: "aws_sns_topic_data_protection_policy", Unpriced: "it is charged by the GB that it looks through, and is not in the catalogue"},
		{Type: "aws_cloudwatch_event_api_destination", Price: func(b *bill) { b.used("invocations", "eventbridge.api_destination", "monthly_invocations") }, Usage: []Param{
			perRequest("monthly_invocations", "invocations", 0.1, "1 for 10 requests")}},
		{Type: "aws_cloudwatch_event_archive", Price: func(b *bill) {
			b.used("events archived", "eventbridge.archive.processing", "monthly_archive_processing_gb")
			b.used("archive kept", "eventbridge.archive.storage", "archive_storage_gb")
		}, Usage: []Param{dataField("monthly_archive_processing_gb", "GB put into the archive", messageKB, "4 kB for each request"), storedField("archive_storage_gb", "GB kept")}},
		{Type: "aws_pipes_pipe", Price: func(b *bill) { b.used("requests", "eventbridge.pipe.requests", "monthly_requests") }, Usage: []Param{requestsField("monthly_requests", "requests, one for each 64 kB")}},
		{Type: "aws_scheduler_schedule", Price: func(b *bill) { b.used("invocations", "eventbridge.scheduler.invocations", "monthly_invocations") }, Usage: []Param{
			figures("monthly_invocations", "invocations", 730, 730, 43800, "once an hour; high: once a minute")}},
		{Type: "aws_sfn_state_machine", Price: stateMachine, Usage: []Param{
			perRequest("monthly_transitions", "state transitions of a standard workflow", 0.5, "5 transitions for 10 requests"),
			perRequest("monthly_requests", "executions of an express workflow", 0.1, "1 for 10 requests"),
			figures("workflow_duration_ms", "milliseconds of one express execution", 500, 500, 500, "assumed"),
			figures("memory_mb", "MB that one express execution uses", 64, 64, 64, "the least"),
		}},
	}, settings("a setting of messages, which are charged by their topic, queue or bus", `
		aws_sns_topic_policy aws_sns_platform_application aws_sns_sms_preferences aws_sqs_queue_policy
		aws_sqs_queue_redrive_policy aws_sqs_queue_redrive_allow_policy aws_cloudwatch_event_rule aws_cloudwatch_event_target aws_cloudwatch_event_permission
		aws_cloudwatch_event_bus_policy aws_cloudwatch_event_connection aws_scheduler_schedule_group aws_sfn_activity
		aws_sfn_alias`)...)
}

// chunks says how many requests one message counts as: one for each 64 kB.
func (b *bill) chunks() decimal.Decimal {
	kb, ok := b.given("request_size_kb")
	if !ok {
		return one
	}
	return decimal.Max(kb.DivRound(num(64), 9).Ceil(), one)
}

// chunked adds requests, of which a large message is several.
func (b *bill) chunked(label, meter, field string) {
	q, note, ok := b.usage(field)
	b.add(charge{label: label, meter: meter, quantity: q.Mul(b.chunks()), open: !ok, usage: field, note: note, once: true})
}

func topic(b *bill) {
	fifo := b.at("fifo_topic")
	if !fifo.known() {
		b.unpriced("requests", fifo.missing())
		return
	}
	if !fifo.yes() {
		b.chunked("requests", "sns.api_requests", "monthly_requests")
		return
	}
	b.used("publish requests", "sns.fifo.requests", "monthly_requests")
	b.payload("payload", "sns.fifo.publish_payload")
}

// payload adds the data of messages, in GB.
func (b *bill) payload(label, meter string) {
	n, note, ok := b.usage("monthly_requests")
	kb, _, ok2 := b.usage("request_size_kb")
	b.add(charge{label: label, meter: meter, quantity: n.Mul(kb).DivRound(num(1024*1024), 9), open: !ok || !ok2, usage: "monthly_requests", note: note, once: true})
}

// deliveries maps protocols to meters; to queues and functions a standard topic delivers free of charge.
var deliveries = map[string]string{
	"http": "sns.http_notifications", "https": "sns.http_notifications", "email": "sns.email_notifications", "email-json": "sns.email_notifications",
}

func subscription(b *bill) {
	protocol, ok := b.needText("deliveries", "protocol")
	if !ok {
		return
	}
	if t := b.neighbour("topic_arn"); t != nil && b.of(t, "fifo_topic").yes() {
		b.used("deliveries", "sns.fifo.messages", "monthly_requests")
		b.payload("payload", "sns.fifo.messages_payload")
		return
	}
	switch protocol {
	case "sqs", "lambda":
		b.out.Free, b.out.Why = true, "deliveries to queues and functions are free of charge (aws.amazon.com/sns/pricing)"
	case "http", "https", "email", "email-json":
		b.used("deliveries by "+protocol, deliveries[protocol], "monthly_requests")
	case "sms":
		b.unpriced("deliveries by sms", "text messages are priced by country and operator, and are not in the catalogue")
	default:
		b.used("deliveries by "+protocol, "sns."+strings.ReplaceAll(protocol, "-", "_")+"_notifications", "monthly_requests")
	}
}

func queue(b *bill) {
	fifo := b.at("fifo_queue")
	if !fifo.known() {
		b.unpriced("requests", fifo.missing())
		return
	}
	meter := "sqs.standard.requests"
	if fifo.yes() {
		meter = "sqs.fifo.requests"
	}
	b.chunked("requests", meter, "monthly_requests")
}

func eventBus(b *bill) {
	b.used("custom events", "eventbridge.custom_events", "monthly_custom_events")
	b.extra("events of partners", "eventbridge.custom_events", "monthly_third_party_events")
	b.extra("events archived", "eventbridge.archive.processing", "monthly_archive_processing_gb")
	b.extra("archive kept", "eventbridge.archive.storage", "archive_storage_gb")
	b.extra("schema discovery", "eventbridge.schema_discovery", "monthly_schema_discovery_events")
}

// stateMachine is charged by transitions, an express one by executions and by memory over time, in steps of 100 ms and 64 MB.
func stateMachine(b *bill) {
	kind := b.at("type").orText("STANDARD")
	if !kind.known() {
		b.unpriced("executions", kind.missing())
		return
	}
	if !kind.is("EXPRESS") {
		b.used("transitions", "stepfunctions.transitions", "monthly_transitions")
		return
	}
	b.used("executions", "stepfunctions.express.requests", "monthly_requests")
	n, note, ok1 := b.usage("monthly_requests")
	ms, _, ok2 := b.usage("workflow_duration_ms")
	mb, _, ok3 := b.usage("memory_mb")
	seconds := ms.DivRound(num(100), 9).Ceil().DivRound(num(10), 9)
	gb := mb.DivRound(num(64), 9).Ceil().Mul(num(64)).DivRound(num(1024), 9)
	b.add(charge{label: "duration", meter: "stepfunctions.express.duration", quantity: n.Mul(seconds).Mul(gb), open: !ok1 || !ok2 || !ok3, usage: "workflow_duration_ms", note: note, once: true})
}
