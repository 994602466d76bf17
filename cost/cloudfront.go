package cost

import "slices"

// Content delivery. Source: aws.amazon.com/cloudfront/pricing.
func cloudfrontServices() []service {
	return append([]service{
		{Type: "aws_cloudfront_distribution", Price: distribution, Global: true, Usage: distributionUsage(), Words: []string{"monthly_log_lines", "custom_ssl_certificates"}},
		{Type: "aws_cloudfront_function", Unpriced: "invocations of CloudFront functions are not in the catalogue", Global: true},
		{Type: "aws_cloudfront_monitoring_subscription", Price: moreMetrics, Global: true},
		{Type: "aws_cloudfront_vpc_origin", Free: "a VPC origin is free of charge (aws.amazon.com/cloudfront/pricing)"},
	}, settings("a setting of a distribution, which is charged itself", `
		aws_cloudfront_cache_policy aws_cloudfront_origin_access_control aws_cloudfront_origin_access_identity aws_cloudfront_origin_request_policy
		aws_cloudfront_response_headers_policy aws_cloudfront_key_group aws_cloudfront_public_key
		aws_cloudfront_field_level_encryption_config aws_cloudfront_field_level_encryption_profile aws_cloudfront_continuous_deployment_policy`)...)
}

// moreMetrics: eight metrics besides those that are free.
// Source: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html, additional metrics.
func moreMetrics(b *bill) {
	b.add(charge{label: "additional metrics", meter: "cloudwatch.metric.custom", quantity: num(8), region: "us-east-1"})
}

// geographies are those that the catalogue prices apart; a profile puts all traffic into the first.
var geographies = []string{"us", "europe", "asia_pacific", "australia", "canada", "india", "japan", "middle_east", "south_africa", "south_america"}

func distributionUsage() []Param {
	var out []Param
	for i, g := range geographies {
		if i > 0 {
			out = append(out, none("monthly_data_transfer_to_internet_gb."+g, "GB sent to viewers"), none("monthly_data_transfer_to_origin_gb."+g, "GB sent to origins"),
				none("monthly_http_requests."+g, "HTTP requests"), none("monthly_https_requests."+g, "HTTPS requests"))
			continue
		}
		out = append(out, responsesField("monthly_data_transfer_to_internet_gb."+g, "GB sent to viewers"), dataField("monthly_data_transfer_to_origin_gb."+g, "GB sent to origins", 1, "1 kB for each request"),
			none("monthly_http_requests."+g, "HTTP requests"), requestsField("monthly_https_requests."+g, "HTTPS requests"))
	}
	for _, g := range geographies {
		out = append(out, none("monthly_shield_requests."+g, "requests that reach Origin Shield"))
	}
	return append(out, none("monthly_invalidation_requests", "paths invalidated"), none("monthly_encryption_requests", "requests with field-level encryption"),
		none("monthly_shield_requests", "requests that reach Origin Shield, wherever it stands"))
}

// meters of a distribution, each by geography.
var distributionMeters = [][3]string{
	{"data to viewers", "cloudfront.data_out", "monthly_data_transfer_to_internet_gb."},
	{"data to origins", "cloudfront.data_to_origin", "monthly_data_transfer_to_origin_gb."},
	{"HTTP requests", "cloudfront.requests.http", "monthly_http_requests."},
	{"HTTPS requests", "cloudfront.requests.https", "monthly_https_requests."},
}

// distribution shows each meter in the geographies that the usage names; without any, in the first.
func distribution(b *bill) {
	for _, m := range distributionMeters {
		named := slices.DeleteFunc(slices.Clone(geographies), func(g string) bool { _, ok := b.given(m[2] + g); return !ok })
		if len(named) == 0 {
			named = geographies[:1]
		}
		for _, g := range named {
			b.used(m[0]+", "+g, m[1], m[2]+g, "geography", g)
		}
	}
	b.extra("invalidations", "cloudfront.invalidation", "monthly_invalidation_requests")
	b.extra("field-level encryption", "cloudfront.fle_requests", "monthly_encryption_requests", "geography", "us")
	if b.at("viewer_certificate[0].ssl_support_method").is("vip") {
		b.month("dedicated IP addresses", "cloudfront.dedicated_ip_ssl", one)
	}
	b.shields()
}

// shields adds Origin Shield, which is charged in the region where it stands.
func (b *bill) shields() {
	for _, s := range b.blocks("origin.origin_shield") {
		region := b.at(s + ".origin_shield_region").text()
		if !b.at(s+".enabled").yes() || region == "" {
			continue
		}
		q, note, ok := b.usage("monthly_shield_requests")
		for _, g := range geographies {
			if part, given := b.given("monthly_shield_requests." + g); given {
				q, ok = q.Add(part), true
			}
		}
		b.add(charge{label: "Origin Shield in " + region, meter: "cloudfront.origin_shield_requests", region: region, quantity: q, open: !ok, usage: "monthly_shield_requests", note: note, once: true})
	}
}
