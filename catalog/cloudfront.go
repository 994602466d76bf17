package catalog

import (
	"maps"
	"regexp"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func cloudfrontTypes() []Type {
	return []Type{
		distributionType(),
		{
			Name: "aws_cloudfront_origin_access_control", Scope: Global,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "origin_access_control_origin_type", Enum: []string{"s3", "lambda", "mediastore", "mediapackagev2"}},
				{Name: "signing_behavior", Enum: []string{"always", "never", "no-override"}},
				{Name: "signing_protocol", Enum: []string{"sigv4"}},
			},
		},
		{
			Name: "aws_cloudfront_origin_access_identity", Scope: Global,
			Attrs: []Attr{{Name: "comment"}, {Name: "iam_arn", Computed: true}, {Name: "cloudfront_access_identity_path", Computed: true}},
		},
		{
			Name: "aws_cloudfront_cache_policy", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "min_ttl", Kind: Number, Default: 0},
				{Name: "default_ttl", Kind: Number, Default: 86400},
				{Name: "max_ttl", Kind: Number, Default: 31536000},
			},
		},
		{
			Name: "aws_cloudfront_vpc_origin", Scope: Regional,
			Attrs: []Attr{{Name: "vpc_origin_endpoint_config", Kind: Block, Attrs: []Attr{
				{Name: "name"},
				{Name: "arn", Targets: []Target{{Type: "aws_lb"}, {Type: "aws_instance"}}},
				{Name: "http_port", Kind: Number},
				{Name: "https_port", Kind: Number},
				{Name: "origin_protocol_policy"},
			}}},
		},
	}
}

// Source: AWS provider, aws_cloudfront_distribution, arguments and their defaults.
func distributionType() Type {
	return Type{
		Name:  "aws_cloudfront_distribution",
		Scope: Global,
		Attrs: []Attr{
			{Name: "enabled", Kind: Bool},
			{Name: "aliases", Kind: List},
			{Name: "comment"},
			{Name: "default_root_object"},
			{Name: "http_version", Default: "http2", Enum: []string{"http1.1", "http2", "http2and3", "http3"}},
			{Name: "is_ipv6_enabled", Kind: Bool, Default: false},
			{Name: "price_class", Default: "PriceClass_All", Enum: []string{"PriceClass_All", "PriceClass_200", "PriceClass_100"}},
			{Name: "web_acl_id", Targets: []Target{{Type: "aws_wafv2_web_acl"}, {Type: "aws_waf_web_acl"}}},
			{Name: "retain_on_delete", Kind: Bool, Default: false},
			{Name: "staging", Kind: Bool, Default: false},
			{Name: "viewer_certificate", Kind: Block, Attrs: []Attr{
				{Name: "acm_certificate_arn", Targets: certificateTargets},
				{Name: "iam_certificate_id", Targets: to("aws_iam_server_certificate")},
				{Name: "cloudfront_default_certificate", Kind: Bool, Default: false},
				{Name: "minimum_protocol_version", Default: "TLSv1", Enum: []string{"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"}},
				{Name: "ssl_support_method", Enum: []string{"sni-only", "vip", "static-ip"}},
			}},
			{Name: "default_cache_behavior", Kind: Block, Attrs: behaviourAttrs()},
			{Name: "ordered_cache_behavior", Kind: Block, Attrs: append(behaviourAttrs(), Attr{Name: "path_pattern"})},
			{Name: "origin", Kind: Block, Attrs: originAttrs()},
			{Name: "origin_group", Kind: Block, Attrs: []Attr{
				{Name: "origin_id"},
				{Name: "failover_criteria", Kind: Block, Attrs: []Attr{{Name: "status_codes", Kind: List}}},
				{Name: "member", Kind: Block, Attrs: []Attr{{Name: "origin_id"}}},
			}},
			{Name: "custom_error_response", Kind: Block, Attrs: []Attr{
				{Name: "error_code", Kind: Number}, {Name: "response_code", Kind: Number}, {Name: "response_page_path"}, {Name: "error_caching_min_ttl", Kind: Number},
			}},
			{Name: "logging_config", Kind: Block, Attrs: []Attr{
				{Name: "bucket", Targets: to("aws_s3_bucket")}, {Name: "include_cookies", Kind: Bool, Default: false}, {Name: "prefix", Default: ""},
			}},
			{Name: "domain_name", Computed: true},
			{Name: "hosted_zone_id", Computed: true},
		},
		Split: originBuckets,
	}
}

func behaviourAttrs() []Attr {
	return []Attr{
		{Name: "target_origin_id"},
		{Name: "viewer_protocol_policy", Enum: []string{"allow-all", "https-only", "redirect-to-https"}},
		{Name: "allowed_methods", Kind: List},
		{Name: "cached_methods", Kind: List},
		{Name: "compress", Kind: Bool, Default: false},
		{Name: "cache_policy_id", Targets: to("aws_cloudfront_cache_policy")},
		{Name: "origin_request_policy_id"},
		{Name: "response_headers_policy_id"},
		{Name: "min_ttl", Kind: Number, Default: 0},
		// Without a cache policy. Source: CloudFront API, DefaultCacheBehavior: 86400 and 31536000 seconds when not given.
		{Name: "default_ttl", Kind: Number, Default: 86400},
		{Name: "max_ttl", Kind: Number, Default: 31536000},
		{Name: "forwarded_values", Kind: Block, Attrs: []Attr{
			{Name: "query_string", Kind: Bool}, {Name: "headers", Kind: List},
			{Name: "cookies", Kind: Block, Attrs: []Attr{{Name: "forward"}}},
		}},
		{Name: "lambda_function_association", Kind: Block, Attrs: []Attr{{Name: "event_type"}, {Name: "lambda_arn", Targets: to("aws_lambda_function", "qualified_arn")}}},
		{Name: "function_association", Kind: Block, Attrs: []Attr{{Name: "event_type"}, {Name: "function_arn"}}},
	}
}

func originAttrs() []Attr {
	return []Attr{
		{Name: "origin_id"},
		{Name: "domain_name", Targets: []Target{
			{Type: "aws_s3_bucket", By: []string{"bucket_regional_domain_name", "bucket_domain_name", "website_endpoint"}},
			{Type: "aws_s3_bucket_website_configuration", By: []string{"website_endpoint"}},
			{Type: "aws_lb", By: []string{"dns_name"}}, {Type: "aws_elb", By: []string{"dns_name"}},
			{Type: "aws_instance"}, {Type: "aws_api_gateway_rest_api"}, {Type: "aws_api_gateway_stage"}, {Type: "aws_apigatewayv2_api"},
			{Type: "aws_lambda_function_url"}, {Type: "aws_route53_record", By: []string{"fqdn"}},
		}},
		{Name: "origin_path", Default: ""},
		{Name: "origin_access_control_id", Targets: to("aws_cloudfront_origin_access_control")},
		{Name: "connection_attempts", Kind: Number, Default: 3},
		{Name: "custom_header", Kind: Block, Attrs: []Attr{{Name: "name"}, {Name: "value", Secret: true}}},
		{Name: "s3_origin_config", Kind: Block, Attrs: []Attr{
			{Name: "origin_access_identity", Targets: to("aws_cloudfront_origin_access_identity", "cloudfront_access_identity_path")},
		}},
		{Name: "custom_origin_config", Kind: Block, Attrs: []Attr{
			{Name: "http_port", Kind: Number}, {Name: "https_port", Kind: Number},
			{Name: "origin_protocol_policy", Enum: []string{"http-only", "https-only", "match-viewer"}},
			{Name: "origin_ssl_protocols", Kind: List},
			{Name: "origin_read_timeout", Kind: Number, Default: 30},
		}},
		{Name: "vpc_origin_config", Kind: Block, Attrs: []Attr{{Name: "vpc_origin_id", Targets: to("aws_cloudfront_vpc_origin")}}},
		{Name: "origin_shield", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool}, {Name: "origin_shield_region"}}},
		{Name: "bucket", Derived: true, Targets: to("aws_s3_bucket", "bucket")},
		{Name: "balancer", Targets: []Target{{Type: "aws_lb", By: []string{"dns_name"}}, {Type: "aws_elb", By: []string{"dns_name"}}}},
		{Name: "kind", Enum: []string{"s3", "website", "other"}},
	}
}

var (
	s3Name      = regexp.MustCompile(`^(.+)\.s3(?:[.-][a-z0-9-]+)?(?:\.dualstack)?(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$`)
	websiteName = regexp.MustCompile(`^(.+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?$`)
	elbName     = regexp.MustCompile(`\.elb\.(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$`)
	wholeRef    = regexp.MustCompile(`^\$\{([^{}?]+)\.([A-Za-z0-9_-]+)\}$`)
)

// originBuckets derives three attributes of each origin from its domain name: `bucket`, the S3 bucket that it
// names; `balancer`, the load balancer; and `kind`: "s3" (REST endpoint), "website" (S3 website endpoint) or "other".
// Source: Amazon S3 user guide, endpoints: BUCKET.s3.REGION.amazonaws.com, BUCKET.s3-website-REGION.amazonaws.com.
func originBuckets(r *graph.Resource) []*graph.Resource {
	blocks, _ := r.Attrs["origin"].([]any)
	if one, ok := r.Attrs["origin"].(map[string]any); ok {
		blocks = []any{one}
	}
	out := make([]any, len(blocks))
	for i, b := range blocks {
		given, ok := b.(map[string]any)
		if !ok {
			out[i] = b
			continue
		}
		origin := maps.Clone(given)
		path := graph.Element("origin", i)
		for _, a := range []string{"bucket", "balancer", "kind"} {
			delete(origin, a)
			delete(r.Unknown, path+"."+a)
		}
		why, unknown := r.Unknown[path+".domain_name"]
		if r.Data && origin["domain_name"] == nil && !unknown {
			why, unknown = lookedUp(r), true
		}
		if unknown {
			r.Unknown[path+".bucket"], r.Unknown[path+".balancer"], r.Unknown[path+".kind"] = why, why, why
		} else {
			bucketOf(r, origin, path)
		}
		out[i] = origin
	}
	if len(blocks) > 0 {
		r.Attrs["origin"] = out
	}
	return nil
}

func bucketOf(r *graph.Resource, origin map[string]any, path string) {
	origin["kind"] = "other"
	switch v := origin["domain_name"].(type) {
	case graph.Ref:
		switch typeIn(v.Address) {
		case "aws_s3_bucket", "aws_s3_bucket_website_configuration":
			origin["kind"] = "s3"
			if strings.HasPrefix(v.Attr, "website_") {
				origin["kind"] = "website"
			}
			if typeIn(v.Address) == "aws_s3_bucket" {
				origin["bucket"] = graph.Ref{Root: v.Root, Address: v.Address, Attr: "id"}
			}
		case "aws_lb", "aws_alb", "aws_elb":
			origin["balancer"] = v
		case "":
			delete(origin, "kind")
			r.Unknown[path+".kind"] = later(v)
		}
	case graph.Template:
		if strings.Contains(string(v), "${?") {
			r.Unknown[path+".balancer"] = "the origin's name is known only in part"
		}
		bucketInName(r, origin, path, string(v))
	case string:
		if elbName.MatchString(v) {
			origin["balancer"] = v
		}
		bucketInName(r, origin, path, v)
	}
}

func bucketInName(r *graph.Resource, origin map[string]any, path, name string) {
	kind, found := "website", websiteName.FindStringSubmatch(name)
	if found == nil {
		kind, found = "s3", s3Name.FindStringSubmatch(name)
	}
	if found == nil {
		if strings.Contains(name, "${?") {
			delete(origin, "kind")
			r.Unknown[path+".kind"] = "the origin's name is known only in part"
		}
		return
	}
	origin["kind"], origin["bucket"] = kind, found[1]
	if m := wholeRef.FindStringSubmatch(found[1]); m != nil {
		origin["bucket"] = graph.Ref{Root: r.Root, Address: graph.Address(m[1]), Attr: m[2]}
	} else if strings.Contains(found[1], "${") {
		delete(origin, "bucket")
		r.Unknown[path+".bucket"] = "the bucket's name is known only in part"
	}
}
