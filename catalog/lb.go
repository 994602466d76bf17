package catalog

import (
	"maps"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func lbTypes() []Type {
	return []Type{
		loadBalancerType(),
		listenerType(),
		{
			Name: "aws_lb_listener_rule", Aliases: []string{"aws_alb_listener_rule"}, Scope: Configuration,
			Attrs: []Attr{
				{Name: "listener_arn", Targets: to("aws_lb_listener")},
				{Name: "priority", Kind: Number, Computed: true},
				{Name: "action", Kind: Block, Attrs: actionAttrs()},
				{Name: "condition", Kind: Block, Attrs: []Attr{
					{Name: "field"},
					{Name: "values", Kind: List},
					{Name: "host_header", Kind: Block, Attrs: []Attr{{Name: "values", Kind: List}}},
					{Name: "path_pattern", Kind: Block, Attrs: []Attr{{Name: "values", Kind: List}}},
					{Name: "http_header", Kind: Block, Attrs: []Attr{{Name: "http_header_name"}, {Name: "values", Kind: List}}},
					{Name: "http_request_method", Kind: Block, Attrs: []Attr{{Name: "values", Kind: List}}},
					{Name: "source_ip", Kind: Block, Attrs: []Attr{{Name: "values", Kind: List}}},
				}},
			},
		},
		targetGroupType(),
		{
			Name: "aws_lb_target_group_attachment", Aliases: []string{"aws_alb_target_group_attachment"}, Scope: Configuration,
			ZonesFrom: []string{"target_id", "availability_zone"},
			Attrs: []Attr{
				{Name: "target_group_arn", Targets: to("aws_lb_target_group")},
				{Name: "target_id", Targets: []Target{
					{Type: "aws_instance", By: []string{"private_ip"}}, {Type: "aws_lambda_function"}, {Type: "aws_lb"}, {Type: "aws_network_interface", By: []string{"private_ip"}},
				}},
				{Name: "port", Kind: Number},
				{Name: "availability_zone"},
				{Name: "health"}, // of a target in an account: "healthy", "unhealthy", "draining", ...; code has none
			},
		},
		{
			Name: "aws_lb_listener_certificate", Aliases: []string{"aws_alb_listener_certificate"}, Scope: Configuration,
			Attrs: []Attr{
				{Name: "listener_arn", Targets: to("aws_lb_listener")},
				{Name: "certificate_arn", Targets: certificateTargets},
			},
		},
		classicLoadBalancerType(),
		{
			Name: "aws_elb_attachment", Scope: Configuration,
			Attrs: []Attr{
				{Name: "elb", Targets: to("aws_elb", "name")},
				{Name: "instance", Targets: to("aws_instance")},
			},
		},
	}
}

var certificateTargets = []Target{{Type: "aws_acm_certificate"}, {Type: "aws_iam_server_certificate"}, {Type: "aws_acm_certificate_validation", By: []string{"certificate_arn"}}}

// Source: AWS provider, aws_lb: defaults of the arguments.
func loadBalancerType() Type {
	return Type{
		Name:      "aws_lb",
		Aliases:   []string{"aws_alb"},
		ZonesFrom: []string{"subnets", "subnet_mapping.subnet_id"},
		Attrs: []Attr{
			{Name: "name", Computed: true},
			{Name: "name_prefix"},
			{Name: "internal", Kind: Bool, Default: false},
			{Name: "load_balancer_type", Default: "application", Enum: []string{"application", "network", "gateway"}},
			{Name: "subnets", Kind: List, Targets: to("aws_subnet")},
			{Name: "subnet_mapping", Kind: Block, Attrs: []Attr{
				{Name: "subnet_id", Targets: to("aws_subnet")},
				{Name: "allocation_id", Targets: to("aws_eip", "allocation_id")},
				{Name: "private_ipv4_address"},
			}},
			// Not set: an application load balancer is in the VPC's default group, which lets in its own members only.
			{Name: "security_groups", Kind: List, Default: []any{}, Targets: to("aws_security_group")},
			{Name: "ip_address_type", Computed: true, Enum: []string{"ipv4", "dualstack", "dualstack-without-public-ipv4"}},
			{Name: "enable_deletion_protection", Kind: Bool, Default: false},
			{Name: "enable_cross_zone_load_balancing", Kind: Bool, Default: false},
			{Name: "enable_http2", Kind: Bool, Default: true},
			{Name: "enable_zonal_shift", Kind: Bool, Default: false},
			{Name: "enable_waf_fail_open", Kind: Bool, Default: false},
			{Name: "drop_invalid_header_fields", Kind: Bool, Default: false},
			{Name: "desync_mitigation_mode", Default: "defensive", Enum: []string{"monitor", "defensive", "strictest"}},
			{Name: "idle_timeout", Kind: Number, Default: 60},
			{Name: "access_logs", Kind: Block, Attrs: accessLogAttrs()},
			{Name: "dns_name", Computed: true},
			{Name: "zone_id", Computed: true},
			{Name: "arn_suffix", Computed: true},
		},
	}
}

func accessLogAttrs() []Attr {
	return []Attr{
		{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
		{Name: "prefix"},
		{Name: "enabled", Kind: Bool, Default: false},
	}
}

// Source: AWS provider, aws_lb_listener: protocol defaults to HTTP for application load balancers and must be
// given for others; ssl_policy is chosen by AWS when it is not set.
func listenerType() Type {
	return Type{
		Name: "aws_lb_listener", Aliases: []string{"aws_alb_listener"}, Scope: Configuration,
		Attrs: []Attr{
			{Name: "load_balancer_arn", Targets: to("aws_lb")},
			{Name: "port", Kind: Number},
			{Name: "protocol", Default: "HTTP", Enum: []string{"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"}},
			{Name: "ssl_policy", Computed: true},
			{Name: "certificate_arn", Targets: certificateTargets},
			{Name: "alpn_policy"},
			{Name: "default_action", Kind: Block, Attrs: actionAttrs()},
			{Name: "mutual_authentication", Kind: Block, Attrs: []Attr{{Name: "mode"}, {Name: "trust_store_arn"}}},
		},
	}
}

func actionAttrs() []Attr {
	return []Attr{
		{Name: "type", Enum: []string{"forward", "redirect", "fixed-response", "authenticate-cognito", "authenticate-oidc"}},
		{Name: "order", Kind: Number, Computed: true},
		{Name: "target_group_arn", Targets: to("aws_lb_target_group")},
		{Name: "redirect", Kind: Block, Attrs: []Attr{
			{Name: "protocol", Default: "#{protocol}", Enum: []string{"#{protocol}", "HTTP", "HTTPS"}},
			{Name: "port", Default: "#{port}"},
			{Name: "host", Default: "#{host}"},
			{Name: "path", Default: "/#{path}"},
			{Name: "query", Default: "#{query}"},
			{Name: "status_code", Enum: []string{"HTTP_301", "HTTP_302"}},
		}},
		{Name: "forward", Kind: Block, Attrs: []Attr{
			{Name: "target_group", Kind: Block, Attrs: []Attr{
				{Name: "arn", Targets: to("aws_lb_target_group")},
				{Name: "weight", Kind: Number, Default: 1},
			}},
			{Name: "stickiness", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}, {Name: "duration", Kind: Number}}},
		}},
		{Name: "fixed_response", Kind: Block, Attrs: []Attr{{Name: "content_type"}, {Name: "message_body"}, {Name: "status_code", Computed: true}}},
		{Name: "authenticate_oidc", Kind: Block, Attrs: []Attr{{Name: "issuer"}, {Name: "client_id"}, {Name: "client_secret", Secret: true}}},
		{Name: "authenticate_cognito", Kind: Block, Attrs: []Attr{{Name: "user_pool_arn"}, {Name: "user_pool_client_id"}, {Name: "user_pool_domain"}}},
	}
}

func targetGroupType() Type {
	return Type{
		Name: "aws_lb_target_group", Aliases: []string{"aws_alb_target_group"}, Scope: Configuration,
		Attrs: []Attr{
			{Name: "name", Computed: true},
			{Name: "name_prefix"},
			{Name: "port", Kind: Number},
			{Name: "protocol", Enum: []string{"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"}},
			{Name: "protocol_version", Computed: true},
			{Name: "vpc_id", Targets: to("aws_vpc")},
			{Name: "target_type", Default: "instance", Enum: []string{"instance", "ip", "lambda", "alb"}},
			{Name: "deregistration_delay", Kind: Number, Default: 300},
			{Name: "slow_start", Kind: Number, Default: 0},
			{Name: "load_balancing_algorithm_type", Computed: true},
			{Name: "load_balancing_cross_zone_enabled", Default: "use_load_balancer_configuration", Enum: []string{"true", "false", "use_load_balancer_configuration"}},
			{Name: "health_check", Kind: Block, Attrs: []Attr{
				{Name: "enabled", Kind: Bool, Default: true},
				{Name: "protocol", Default: "HTTP", Enum: []string{"HTTP", "HTTPS", "TCP"}},
				{Name: "path"},
				{Name: "matcher"},
				{Name: "port", Default: "traffic-port"},
				{Name: "interval", Kind: Number, Default: 30},
				{Name: "timeout", Kind: Number, Computed: true},
				{Name: "healthy_threshold", Kind: Number, Default: 3},
				{Name: "unhealthy_threshold", Kind: Number, Default: 3},
			}},
			{Name: "stickiness", Kind: Block, Attrs: []Attr{
				{Name: "type"}, {Name: "enabled", Kind: Bool, Default: true}, {Name: "cookie_duration", Kind: Number, Default: 86400},
			}},
			{Name: "arn_suffix", Computed: true},
		},
		Split: defaultHealthCheck,
	}
}

// defaultHealthCheck writes out the check that a target group has without a health_check block, and the
// path and matcher that an HTTP check has without naming them.
// Source: Elastic Load Balancing user guides: Application Load Balancers check HTTP at "/" for 200, network
// and gateway load balancers check TCP; checks of Lambda functions are off by default.
func defaultHealthCheck(r *graph.Resource) []*graph.Resource {
	if r.Data || r.Unknown["health_check"] != "" || r.Unknown["health_check[*]"] != "" {
		return nil
	}
	blocks, _ := r.Attrs["health_check"].([]any)
	if block, ok := r.Attrs["health_check"].(map[string]any); ok {
		blocks = []any{block}
	}
	check := map[string]any{}
	if len(blocks) > 0 {
		given, ok := blocks[0].(map[string]any)
		if !ok {
			return nil
		}
		for k, v := range given {
			check[k] = v
		}
	} else if !checkWithoutBlock(r, check) {
		r.Unknown["health_check"] = "the protocol of the target group is not known"
		return nil
	}
	setDefaultAt(r, check, "health_check[0]", "protocol", "HTTP")
	if check["protocol"] == "HTTP" || check["protocol"] == "HTTPS" {
		setDefaultAt(r, check, "health_check[0]", "path", "/")
		if r.Unknown["protocol_version"] == "" && r.Attrs["protocol_version"] != "GRPC" {
			setDefaultAt(r, check, "health_check[0]", "matcher", "200")
		}
	}
	r.Attrs["health_check"] = []any{check}
	return nil
}

// checkWithoutBlock fills in the protocol of the check that AWS adds; false when what decides it is not known.
func checkWithoutBlock(r *graph.Resource, check map[string]any) bool {
	if r.Unknown["target_type"] != "" {
		return false
	}
	if r.Attrs["target_type"] == "lambda" {
		check["enabled"] = false
		return true
	}
	protocol, known := r.Attrs["protocol"].(string)
	switch {
	case !known:
		return false
	case protocol == "HTTP" || protocol == "HTTPS":
		check["protocol"] = protocol
		if protocol == "HTTPS" {
			check["protocol"] = "HTTP"
		}
	default:
		check["protocol"] = "TCP"
	}
	return true
}

// setDefaultAt gives attribute a of the block at path a default, unless it is set or not known.
func setDefaultAt(r *graph.Resource, block map[string]any, path, a string, value any) {
	if _, unknown := r.Unknown[graph.Child(path, a)]; !unknown && (block[a] == nil || block[a] == "") {
		block[a] = value
	}
}

// Source: AWS provider, aws_elb: cross_zone_load_balancing defaults to true there, though not in the API.
func classicLoadBalancerType() Type {
	return Type{
		Name:      "aws_elb",
		ZonesFrom: []string{"subnets", "availability_zones"},
		Attrs: []Attr{
			{Name: "name", Computed: true},
			{Name: "name_prefix"},
			{Name: "internal", Kind: Bool, Default: false},
			{Name: "availability_zones", Kind: List, Computed: true},
			{Name: "subnets", Kind: List, Computed: true, Targets: to("aws_subnet")},
			{Name: "security_groups", Kind: List, Computed: true, Targets: to("aws_security_group")},
			{Name: "instances", Kind: List, Computed: true, Targets: to("aws_instance")},
			{Name: "listener", Kind: Block, Attrs: []Attr{
				{Name: "instance_port", Kind: Number},
				{Name: "instance_protocol"},
				{Name: "lb_port", Kind: Number},
				{Name: "lb_protocol"},
				{Name: "ssl_certificate_id", Targets: certificateTargets},
			}},
			{Name: "health_check", Kind: Block, Computed: true, Attrs: []Attr{
				{Name: "target"},
				{Name: "interval", Kind: Number},
				{Name: "timeout", Kind: Number},
				{Name: "healthy_threshold", Kind: Number},
				{Name: "unhealthy_threshold", Kind: Number},
			}},
			{Name: "cross_zone_load_balancing", Kind: Bool, Default: true},
			{Name: "idle_timeout", Kind: Number, Default: 60},
			{Name: "connection_draining", Kind: Bool, Default: false},
			{Name: "connection_draining_timeout", Kind: Number, Default: 300},
			{Name: "access_logs", Kind: Block, Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "bucket_prefix"},
				{Name: "interval", Kind: Number, Default: 60},
				{Name: "enabled", Kind: Bool, Default: true},
			}},
			{Name: "dns_name", Computed: true},
			{Name: "zone_id", Computed: true},
		},
		Split: normaliseClassic,
	}
}

// normaliseClassic lowers the protocols of listeners, and says that a load balancer which is placed by subnets
// names no zones, and one placed by zones no subnets.
// Source: Elastic Load Balancing API 2012-06-01, CreateLoadBalancer: subnets or availability zones, not both.
func normaliseClassic(r *graph.Resource) []*graph.Resource {
	lowerListeners(r)
	for _, a := range [][2]string{{"subnets", "availability_zones"}, {"availability_zones", "subnets"}} {
		if given(r, a[0]) && !given(r, a[1]) && !r.Data {
			r.Attrs[a[1]] = []any{}
			break
		}
	}
	return nil
}

// given says whether the code sets an attribute, to a known value or another.
func given(r *graph.Resource, a string) bool {
	for p, why := range r.Unknown {
		if _, ok := below(p, a); ok && why != ComputedWhy {
			return true
		}
	}
	list, isList := r.Attrs[a].([]any)
	return r.Attrs[a] != nil && (!isList || len(list) > 0)
}

// lowerListeners writes the protocols of classic listeners in lower case.
// Source: AWS provider, aws_elb: the comparison is not case-sensitive.
func lowerListeners(r *graph.Resource) {
	blocks, _ := r.Attrs["listener"].([]any)
	out := make([]any, len(blocks))
	for i, b := range blocks {
		out[i] = lowerValues(b, "instance_protocol", "lb_protocol")
	}
	if len(blocks) > 0 {
		r.Attrs["listener"] = out
	}
}

func lowerValues(block any, names ...string) any {
	given, ok := block.(map[string]any)
	if !ok {
		return block
	}
	out := maps.Clone(given)
	for _, name := range names {
		if s, ok := out[name].(string); ok {
			out[name] = strings.ToLower(s)
		}
	}
	return out
}
