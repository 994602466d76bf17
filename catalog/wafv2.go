package catalog

func wafTypes() []Type {
	return []Type{
		{
			Name: "aws_wafv2_web_acl",
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "scope", Enum: []string{"CLOUDFRONT", "REGIONAL"}},
				{Name: "default_action", Kind: Block, Attrs: []Attr{{Name: "allow", Kind: Any}, {Name: "block", Kind: Any}}},
				{Name: "rule", Kind: Block, Attrs: []Attr{
					{Name: "name"},
					{Name: "priority", Kind: Number},
					{Name: "action", Kind: Any},
					{Name: "override_action", Kind: Any},
					{Name: "statement", Kind: Block, Attrs: []Attr{
						{Name: "rate_based_statement", Kind: Block, Attrs: []Attr{
							{Name: "limit", Kind: Number}, {Name: "aggregate_key_type", Default: "IP"}, {Name: "evaluation_window_sec", Kind: Number, Default: 300},
						}},
						{Name: "managed_rule_group_statement", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "vendor_name"}, {Name: "version"}}},
					}},
				}},
			},
		},
		{
			Name: "aws_wafv2_web_acl_association", Scope: Configuration,
			Attrs: []Attr{
				{Name: "resource_arn", Targets: []Target{
					{Type: "aws_lb"}, {Type: "aws_api_gateway_stage"}, {Type: "aws_cognito_user_pool"}, {Type: "aws_appsync_graphql_api"}, {Type: "aws_apprunner_service"},
				}},
				{Name: "web_acl_arn", Targets: to("aws_wafv2_web_acl")},
			},
		},
		{
			Name: "aws_wafregional_web_acl_association", Scope: Configuration,
			Attrs: []Attr{
				{Name: "resource_arn", Targets: []Target{{Type: "aws_lb"}, {Type: "aws_api_gateway_stage"}}},
				{Name: "web_acl_id"},
			},
		},
		{
			Name: "aws_waf_web_acl", Scope: Global,
			Attrs: []Attr{{Name: "name"}, {Name: "metric_name"}},
		},
	}
}
