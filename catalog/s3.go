package catalog

func s3Types() []Type {
	return []Type{
		{
			Name: "aws_s3_bucket",
			Attrs: []Attr{
				{Name: "bucket", Computed: true},
				{Name: "bucket_prefix"},
				{Name: "force_destroy", Kind: Bool, Default: false},
				{Name: "object_lock_enabled", Kind: Bool, Default: false},
				{Name: "region", Computed: true},
				{Name: "bucket_domain_name", Computed: true},
				{Name: "bucket_regional_domain_name", Computed: true},
			},
			Split: splitBucket,
		},
		{
			Name: "aws_s3_bucket_acl", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "acl", Enum: []string{"private", "public-read", "public-read-write", "aws-exec-read", "authenticated-read", "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"}},
				{Name: "access_control_policy", Kind: Block, Attrs: []Attr{
					{Name: "grant", Kind: Block, Attrs: []Attr{
						{Name: "permission"},
						{Name: "grantee", Kind: Block, Attrs: []Attr{{Name: "type"}, {Name: "id"}, {Name: "uri"}, {Name: "email_address"}}},
					}},
					{Name: "owner", Kind: Block, Attrs: []Attr{{Name: "id"}, {Name: "display_name"}}},
				}},
				{Name: "expected_bucket_owner"},
			},
		},
		{
			Name: "aws_s3_bucket_ownership_controls", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "rule", Kind: Block, Attrs: []Attr{{Name: "object_ownership", Enum: []string{"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"}}}},
			},
		},
		{
			Name: "aws_s3_bucket_public_access_block", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "block_public_acls", Kind: Bool, Default: false},
				{Name: "block_public_policy", Kind: Bool, Default: false},
				{Name: "ignore_public_acls", Kind: Bool, Default: false},
				{Name: "restrict_public_buckets", Kind: Bool, Default: false},
			},
		},
		{
			Name:  "aws_s3_account_public_access_block",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "account_id", Computed: true},
				{Name: "block_public_acls", Kind: Bool, Default: false},
				{Name: "block_public_policy", Kind: Bool, Default: false},
				{Name: "ignore_public_acls", Kind: Bool, Default: false},
				{Name: "restrict_public_buckets", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_s3_bucket_policy", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "policy", Kind: Document},
			},
		},
		{
			Name: "aws_s3_bucket_versioning", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "mfa"},
				{Name: "versioning_configuration", Kind: Block, Attrs: []Attr{
					{Name: "status", Enum: []string{"Enabled", "Suspended", "Disabled"}},
					{Name: "mfa_delete", Enum: []string{"Enabled", "Disabled"}},
				}},
			},
		},
		{
			Name: "aws_s3_bucket_server_side_encryption_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "rule", Kind: Block, Attrs: []Attr{
					{Name: "bucket_key_enabled", Kind: Bool},
					{Name: "apply_server_side_encryption_by_default", Kind: Block, Attrs: []Attr{
						{Name: "sse_algorithm", Enum: []string{"AES256", "aws:kms", "aws:kms:dsse"}},
						{Name: "kms_master_key_id", Targets: to("aws_kms_key", "key_id")},
					}},
				}},
			},
		},
		{
			Name: "aws_s3_bucket_logging", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "target_bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "target_prefix"},
			},
		},
		{
			Name: "aws_s3_bucket_lifecycle_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "rule", Kind: Block, Attrs: []Attr{
					{Name: "id"},
					{Name: "status", Enum: []string{"Enabled", "Disabled"}},
					{Name: "prefix"},
					{Name: "filter", Kind: Block, Attrs: []Attr{
						{Name: "prefix"},
						{Name: "object_size_greater_than", Kind: Number},
						{Name: "object_size_less_than", Kind: Number},
						{Name: "tag", Kind: Block, Attrs: []Attr{{Name: "key"}, {Name: "value"}}},
						{Name: "and", Kind: Block, Attrs: []Attr{{Name: "prefix"}, {Name: "tags", Kind: Map}}},
					}},
					{Name: "expiration", Kind: Block, Attrs: []Attr{{Name: "date"}, {Name: "days", Kind: Number}, {Name: "expired_object_delete_marker", Kind: Bool}}},
					{Name: "transition", Kind: Block, Attrs: []Attr{{Name: "date"}, {Name: "days", Kind: Number}, {Name: "storage_class"}}},
					{Name: "noncurrent_version_expiration", Kind: Block, Attrs: []Attr{{Name: "noncurrent_days", Kind: Number}, {Name: "newer_noncurrent_versions", Kind: Number}}},
					{Name: "noncurrent_version_transition", Kind: Block, Attrs: []Attr{
						{Name: "noncurrent_days", Kind: Number},
						{Name: "newer_noncurrent_versions", Kind: Number},
						{Name: "storage_class"},
					}},
					{Name: "abort_incomplete_multipart_upload", Kind: Block, Attrs: []Attr{{Name: "days_after_initiation", Kind: Number}}},
				}},
			},
		},
		{
			Name: "aws_s3_bucket_website_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "index_document", Kind: Block, Attrs: []Attr{{Name: "suffix"}}},
				{Name: "error_document", Kind: Block, Attrs: []Attr{{Name: "key"}}},
				{Name: "redirect_all_requests_to", Kind: Block, Attrs: []Attr{{Name: "host_name"}, {Name: "protocol"}}},
				{Name: "routing_rules"},
				{Name: "website_endpoint", Computed: true},
				{Name: "website_domain", Computed: true},
			},
		},
		{
			Name: "aws_s3_bucket_replication_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "role", Targets: to("aws_iam_role")},
				{Name: "rule", Kind: Block, Attrs: []Attr{
					{Name: "id"},
					{Name: "priority", Kind: Number},
					{Name: "prefix"},
					{Name: "status", Enum: []string{"Enabled", "Disabled"}},
					{Name: "filter", Kind: Block, Attrs: []Attr{{Name: "prefix"}}},
					{Name: "delete_marker_replication", Kind: Block, Attrs: []Attr{{Name: "status"}}},
					{Name: "existing_object_replication", Kind: Block, Attrs: []Attr{{Name: "status"}}},
					{Name: "destination", Kind: Block, Attrs: []Attr{
						{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
						{Name: "storage_class"},
						{Name: "account"},
						{Name: "encryption_configuration", Kind: Block, Attrs: []Attr{{Name: "replica_kms_key_id", Targets: to("aws_kms_key")}}},
						{Name: "replication_time", Kind: Block, Attrs: []Attr{{Name: "status"}}},
					}},
				}},
			},
		},
		{
			Name: "aws_s3_bucket_cors_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "cors_rule", Kind: Block, Attrs: []Attr{
					{Name: "allowed_headers", Kind: List},
					{Name: "allowed_methods", Kind: List},
					{Name: "allowed_origins", Kind: List},
					{Name: "expose_headers", Kind: List},
					{Name: "max_age_seconds", Kind: Number},
				}},
			},
		},
		{
			Name: "aws_s3_bucket_object_lock_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "object_lock_enabled", Default: "Enabled"},
				{Name: "rule", Kind: Block, Attrs: []Attr{
					{Name: "default_retention", Kind: Block, Attrs: []Attr{{Name: "mode"}, {Name: "days", Kind: Number}, {Name: "years", Kind: Number}}},
				}},
			},
		},
		{
			Name: "aws_s3_bucket_accelerate_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "status"},
			},
		},
		{
			Name: "aws_s3_bucket_request_payment_configuration", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "payer"},
			},
		},
		{
			Name: "aws_s3_bucket_notification", SameID: "bucket",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "eventbridge", Kind: Bool, Default: false},
				{Name: "lambda_function", Kind: Block, Attrs: []Attr{{Name: "lambda_function_arn", Targets: to("aws_lambda_function")}, {Name: "events", Kind: List}}},
				{Name: "queue", Kind: Block, Attrs: []Attr{{Name: "queue_arn", Targets: to("aws_sqs_queue")}, {Name: "events", Kind: List}}},
				{Name: "topic", Kind: Block, Attrs: []Attr{{Name: "topic_arn", Targets: to("aws_sns_topic")}, {Name: "events", Kind: List}}},
			},
		},
		{
			Name:  "aws_s3_bucket_inventory",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "name"},
			},
		},
		{
			Name:  "aws_s3_bucket_intelligent_tiering_configuration",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "name"},
				{Name: "status", Default: "Enabled"},
			},
		},
		{
			Name:    "aws_s3_object",
			Aliases: []string{"aws_s3_bucket_object"},
			Scope:   Configuration,
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "key"},
				{Name: "acl", Computed: true},
				{Name: "source"},
				{Name: "content", Secret: true}, // may be any file, also one with secrets
				{Name: "content_base64", Secret: true},
				{Name: "content_type", Computed: true},
				{Name: "etag", Computed: true},
				{Name: "server_side_encryption", Computed: true},
				{Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key")},
				{Name: "storage_class", Computed: true},
				{Name: "force_destroy", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_s3_access_point",
			Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "name"},
				{Name: "policy", Kind: Document, Computed: true},
				{Name: "public_access_block_configuration", Kind: Block, Default: []any{map[string]any{}}, Attrs: []Attr{
					{Name: "block_public_acls", Kind: Bool, Default: true},
					{Name: "block_public_policy", Kind: Bool, Default: true},
					{Name: "ignore_public_acls", Kind: Bool, Default: true},
					{Name: "restrict_public_buckets", Kind: Bool, Default: true},
				}},
			},
		},
	}
}
