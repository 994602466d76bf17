package catalog

func apigatewayTypes() []Type {
	settings := []Attr{{Name: "throttling_burst_limit", Kind: Number}, {Name: "throttling_rate_limit", Kind: Number}, {Name: "logging_level"}, {Name: "data_trace_enabled", Kind: Bool}, {Name: "detailed_metrics_enabled", Kind: Bool}}
	return []Type{
		{
			Name: "aws_api_gateway_rest_api",
			Attrs: []Attr{
				{Name: "name"}, {Name: "body", Kind: Any}, {Name: "execution_arn", Computed: true}, {Name: "policy", Kind: Document}, {Name: "disable_execute_api_endpoint", Kind: Bool, Default: false},
				{Name: "minimum_compression_size", Computed: true}, {Name: "root_resource_id", Computed: true},
				{Name: "endpoint_configuration", Kind: Block, Computed: true, Attrs: []Attr{{Name: "types", Kind: List}, {Name: "vpc_endpoint_ids", Kind: List, Targets: to("aws_vpc_endpoint")}}},
			},
		},
		{
			Name: "aws_api_gateway_resource", Scope: Configuration,
			Attrs: []Attr{{Name: "rest_api_id", Targets: to("aws_api_gateway_rest_api")}, {Name: "parent_id"}, {Name: "path_part"}},
		},
		{
			Name: "aws_api_gateway_method", Scope: Configuration,
			Attrs: []Attr{{Name: "rest_api_id", Targets: to("aws_api_gateway_rest_api")}, {Name: "resource_id"}, {Name: "http_method"}, {Name: "authorization"}, {Name: "authorizer_id"}, {Name: "api_key_required", Kind: Bool, Default: false}},
		},
		{
			Name: "aws_api_gateway_integration", Scope: Configuration,
			Attrs: []Attr{{Name: "rest_api_id", Targets: to("aws_api_gateway_rest_api")}, {Name: "resource_id"}, {Name: "http_method"}, {Name: "type"}, {Name: "uri", Targets: to("aws_lambda_function", "invoke_arn")}, {Name: "integration_http_method"}, {Name: "connection_type", Default: "INTERNET"}},
		},
		{
			Name: "aws_api_gateway_deployment", Scope: Configuration,
			Attrs: []Attr{{Name: "rest_api_id", Targets: to("aws_api_gateway_rest_api")}, {Name: "stage_name"}, {Name: "triggers", Kind: Map}},
		},
		{
			Name: "aws_api_gateway_stage",
			Attrs: []Attr{
				{Name: "rest_api_id", Targets: to("aws_api_gateway_rest_api")}, {Name: "deployment_id", Targets: to("aws_api_gateway_deployment")}, {Name: "stage_name"},
				{Name: "cache_cluster_enabled", Kind: Bool, Default: false}, {Name: "cache_cluster_size"}, {Name: "xray_tracing_enabled", Kind: Bool, Default: false}, {Name: "web_acl_arn", Computed: true},
				{Name: "access_log_settings", Kind: Block, Attrs: []Attr{{Name: "destination_arn", Targets: to("aws_cloudwatch_log_group")}, {Name: "format"}}},
			},
		},
		{
			Name: "aws_api_gateway_method_settings", Scope: Configuration,
			Attrs: []Attr{{Name: "rest_api_id", Targets: to("aws_api_gateway_rest_api")}, {Name: "stage_name"}, {Name: "method_path"}, {Name: "settings", Kind: Block, Attrs: append(settings, Attr{Name: "caching_enabled", Kind: Bool}, Attr{Name: "metrics_enabled", Kind: Bool})}},
		},
		{
			Name: "aws_api_gateway_domain_name",
			Attrs: []Attr{
				{Name: "domain_name"}, {Name: "certificate_arn", Targets: to("aws_acm_certificate")}, {Name: "regional_certificate_arn", Targets: to("aws_acm_certificate")}, {Name: "security_policy", Computed: true},
				{Name: "cloudfront_domain_name", Computed: true}, {Name: "regional_domain_name", Computed: true}, {Name: "endpoint_configuration", Kind: Block, Computed: true, Attrs: []Attr{{Name: "types", Kind: List}}},
			},
		},
		{
			Name: "aws_apigatewayv2_api",
			Attrs: []Attr{
				{Name: "name"}, {Name: "protocol_type", Enum: []string{"HTTP", "WEBSOCKET"}}, {Name: "api_endpoint", Computed: true}, {Name: "execution_arn", Computed: true}, {Name: "target", Targets: to("aws_lambda_function", "invoke_arn")},
				{Name: "disable_execute_api_endpoint", Kind: Bool, Default: false}, {Name: "cors_configuration", Kind: Block, Attrs: []Attr{{Name: "allow_origins", Kind: List}, {Name: "allow_methods", Kind: List}}},
			},
		},
		{
			Name: "aws_apigatewayv2_stage",
			Attrs: []Attr{
				{Name: "api_id", Targets: to("aws_apigatewayv2_api")}, {Name: "name"}, {Name: "auto_deploy", Kind: Bool, Default: false},
				{Name: "access_log_settings", Kind: Block, Attrs: []Attr{{Name: "destination_arn", Targets: to("aws_cloudwatch_log_group")}, {Name: "format"}}},
				{Name: "default_route_settings", Kind: Block, Attrs: settings},
			},
		},
		{
			Name: "aws_apigatewayv2_integration", Scope: Configuration,
			Attrs: []Attr{{Name: "api_id", Targets: to("aws_apigatewayv2_api")}, {Name: "integration_type"}, {Name: "integration_uri", Targets: to("aws_lambda_function", "invoke_arn")}, {Name: "connection_type", Default: "INTERNET"}, {Name: "payload_format_version", Default: "1.0"}},
		},
		{
			Name: "aws_apigatewayv2_route", Scope: Configuration,
			Attrs: []Attr{{Name: "api_id", Targets: to("aws_apigatewayv2_api")}, {Name: "route_key"}, {Name: "target"}, {Name: "authorization_type", Default: "NONE"}, {Name: "authorizer_id"}},
		},
		{
			Name: "aws_apigatewayv2_domain_name",
			Attrs: []Attr{{Name: "domain_name"}, {Name: "domain_name_configuration", Kind: Block, Attrs: []Attr{
				{Name: "certificate_arn", Targets: to("aws_acm_certificate")}, {Name: "endpoint_type"}, {Name: "security_policy"}, {Name: "target_domain_name", Computed: true}, {Name: "hosted_zone_id", Computed: true},
			}}},
		},
	}
}
