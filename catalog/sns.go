package catalog

func snsTypes() []Type {
	return []Type{
		{
			Name: "aws_sns_topic",
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "display_name"}, {Name: "kms_master_key_id", Targets: to("aws_kms_key")}, {Name: "policy", Kind: Document, Computed: true},
				{Name: "fifo_topic", Kind: Bool, Default: false}, {Name: "content_based_deduplication", Kind: Bool, Default: false}, {Name: "delivery_policy"},
			},
		},
		{Name: "aws_sns_topic_policy", Scope: Configuration, Attrs: []Attr{{Name: "arn", Targets: to("aws_sns_topic")}, {Name: "policy", Kind: Document}}},
		{
			Name: "aws_sns_topic_subscription", Scope: Configuration,
			Attrs: []Attr{
				{Name: "topic_arn", Targets: to("aws_sns_topic")}, {Name: "protocol", Enum: []string{"sqs", "sms", "lambda", "firehose", "application", "email", "email-json", "http", "https"}},
				{Name: "endpoint", Targets: []Target{{"aws_sqs_queue", nil}, {"aws_lambda_function", nil}}},
				{Name: "endpoint_auto_confirms", Kind: Bool, Default: false}, {Name: "pending_confirmation", Kind: Bool, Computed: true},
				{Name: "filter_policy"}, {Name: "raw_message_delivery", Kind: Bool, Default: false}, {Name: "redrive_policy"},
				// The queue that redrive_policy names; made from it.
				{Name: "dead_letter_queue", Targets: to("aws_sqs_queue", "name")},
			},
			Split: deadLetter,
		},
		{
			// A team chat that reads topics.
			Name: "aws_chatbot_slack_channel_configuration", Scope: Configuration, Aliases: []string{"aws_chatbot_teams_channel_configuration"},
			Attrs: []Attr{{Name: "configuration_name"}, {Name: "sns_topic_arns", Kind: List, Targets: to("aws_sns_topic")}},
		},
	}
}
