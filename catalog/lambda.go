package catalog

func lambdaTypes() []Type {
	destination := []Attr{
		{Name: "on_failure", Kind: Block, Attrs: []Attr{{Name: "destination", Targets: deadLetters()}}},
		{Name: "on_success", Kind: Block, Attrs: []Attr{{Name: "destination", Targets: deadLetters()}}},
	}
	function := func() Attr { return Attr{Name: "function_name", Targets: to("aws_lambda_function", "function_name")} }
	return []Type{
		{
			Name: "aws_lambda_function", ZonesFrom: []string{"vpc_config.subnet_ids"},
			Attrs: []Attr{
				{Name: "function_name"}, {Name: "role", Targets: to("aws_iam_role")}, {Name: "runtime"}, {Name: "handler"},
				{Name: "package_type", Default: "Zip", Enum: []string{"Zip", "Image"}}, {Name: "image_uri"}, {Name: "filename"}, {Name: "s3_bucket"}, {Name: "s3_key"},
				{Name: "architectures", Kind: List, Default: []any{"x86_64"}}, {Name: "memory_size", Kind: Number, Default: 128}, {Name: "timeout", Kind: Number, Default: 3},
				{Name: "reserved_concurrent_executions", Kind: Number, Default: -1}, {Name: "publish", Kind: Bool, Default: false},
				{Name: "layers", Kind: List}, {Name: "kms_key_arn", Targets: to("aws_kms_key")}, {Name: "invoke_arn", Computed: true}, {Name: "qualified_arn", Computed: true}, {Name: "version", Computed: true},
				{Name: "vpc_config", Kind: Block, Attrs: []Attr{{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")}, {Name: "security_group_ids", Kind: List, Targets: to("aws_security_group")}}},
				{Name: "dead_letter_config", Kind: Block, Attrs: []Attr{{Name: "target_arn", Targets: deadLetters()}}},
				{Name: "environment", Kind: Block, Attrs: []Attr{{Name: "variables", Kind: Map, Secret: true}}},
				{Name: "ephemeral_storage", Kind: Block, Computed: true, Attrs: []Attr{{Name: "size", Kind: Number, Default: 512}}},
				{Name: "file_system_config", Kind: Block, Attrs: []Attr{{Name: "arn"}, {Name: "local_mount_path"}}},
				{Name: "tracing_config", Kind: Block, Computed: true, Attrs: []Attr{{Name: "mode"}}},
				{Name: "logging_config", Kind: Block, Computed: true, Attrs: []Attr{{Name: "log_group", Targets: to("aws_cloudwatch_log_group", "name")}, {Name: "log_format"}}},
				{Name: "snap_start", Kind: Block, Attrs: []Attr{{Name: "apply_on"}}},
			},
		},
		{
			Name: "aws_lambda_alias", Scope: Configuration,
			Attrs: []Attr{{Name: "name"}, function(), {Name: "function_version"}, {Name: "invoke_arn", Computed: true}, {Name: "routing_config", Kind: Block, Attrs: []Attr{{Name: "additional_version_weights", Kind: Map}}}},
		},
		{
			Name: "aws_lambda_permission", Scope: Configuration,
			Attrs: []Attr{{Name: "statement_id", Computed: true}, {Name: "action"}, function(), {Name: "principal"}, {Name: "source_arn", Kind: Any}, {Name: "source_account"}, {Name: "qualifier"}, {Name: "principal_org_id"}, {Name: "function_url_auth_type"}},
		},
		{
			Name: "aws_lambda_event_source_mapping", Scope: Configuration,
			Attrs: []Attr{
				{Name: "event_source_arn", Targets: []Target{{"aws_sqs_queue", nil}, {"aws_kinesis_stream", nil}, {"aws_dynamodb_table", []string{"stream_arn"}}, {"aws_msk_cluster", nil}}},
				function(), {Name: "enabled", Kind: Bool, Default: true}, {Name: "batch_size", Kind: Number, Computed: true}, {Name: "starting_position"},
				{Name: "bisect_batch_on_function_error", Kind: Bool}, {Name: "maximum_retry_attempts", Kind: Number, Computed: true},
				{Name: "destination_config", Kind: Block, Attrs: []Attr{{Name: "on_failure", Kind: Block, Attrs: []Attr{{Name: "destination_arn", Targets: deadLetters()}}}}},
			},
		},
		{
			Name: "aws_lambda_function_event_invoke_config", Scope: Configuration,
			Attrs: []Attr{function(), {Name: "qualifier"}, {Name: "maximum_retry_attempts", Kind: Number, Default: 2}, {Name: "maximum_event_age_in_seconds", Kind: Number}, {Name: "destination_config", Kind: Block, Attrs: destination}},
		},
		{
			Name: "aws_lambda_function_url", Scope: Configuration,
			Attrs: []Attr{function(), {Name: "authorization_type", Enum: []string{"AWS_IAM", "NONE"}}, {Name: "qualifier"}, {Name: "function_url", Computed: true}, {Name: "invoke_mode", Default: "BUFFERED"}},
		},
		{
			Name: "aws_lambda_provisioned_concurrency_config", Scope: Configuration,
			Attrs: []Attr{function(), {Name: "qualifier"}, {Name: "provisioned_concurrent_executions", Kind: Number}},
		},
	}
}

// deadLetters are the resources that take what a function could not do.
func deadLetters() []Target {
	return []Target{{"aws_sqs_queue", nil}, {"aws_sns_topic", nil}, {"aws_lambda_function", nil}, {"aws_cloudwatch_event_bus", nil}, {"aws_s3_bucket", nil}}
}
