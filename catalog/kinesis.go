package catalog

func kinesisTypes() []Type {
	return []Type{
		{
			Name: "aws_kinesis_stream",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "shard_count", Kind: Number},
				{Name: "retention_period", Kind: Number, Default: 24},
				{Name: "encryption_type", Default: "NONE", Enum: []string{"NONE", "KMS"}},
				{Name: "kms_key_id", Targets: to("aws_kms_key", "key_id")},
				{Name: "enforce_consumer_deletion", Kind: Bool, Default: false},
				{Name: "stream_mode_details", Kind: Block, Default: []any{map[string]any{"stream_mode": "PROVISIONED"}}, Attrs: []Attr{{Name: "stream_mode", Enum: []string{"PROVISIONED", "ON_DEMAND"}}}},
			},
		},
		{
			Name:  "aws_kinesis_stream_consumer",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "stream_arn", Targets: to("aws_kinesis_stream")},
			},
		},
		{
			Name: "aws_kinesis_firehose_delivery_stream",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "destination"},
				{Name: "kinesis_source_configuration", Kind: Block, Attrs: []Attr{
					{Name: "kinesis_stream_arn", Targets: to("aws_kinesis_stream")},
					{Name: "role_arn", Targets: to("aws_iam_role")},
				}},
				{Name: "extended_s3_configuration", Kind: Block, Attrs: []Attr{
					{Name: "bucket_arn", Targets: to("aws_s3_bucket")},
					{Name: "role_arn", Targets: to("aws_iam_role")},
					{Name: "prefix"},
					{Name: "compression_format", Default: "UNCOMPRESSED"},
					{Name: "kms_key_arn", Targets: to("aws_kms_key")},
				}},
				{Name: "server_side_encryption", Kind: Block, Attrs: []Attr{
					{Name: "enabled", Kind: Bool, Default: false},
					{Name: "key_type", Default: "AWS_OWNED_CMK"},
					{Name: "key_arn"},
				}},
			},
		},
	}
}
