package cost

import "strings"

// Names. Source: aws.amazon.com/route53/pricing.
func route53Services() []service {
	return append([]service{
		{Type: "aws_route53_zone", Price: hostedZone, Global: true},
		{Type: "aws_route53_record", Price: record, Global: true, Usage: []Param{
			perRequest("monthly_standard_queries", "queries", 0.1, "1 query for 10 requests"),
			none("monthly_latency_based_queries", "queries routed by latency"), none("monthly_geo_queries", "queries routed by place"),
		}},
		{Type: "aws_route53_health_check", Price: healthCheck, Global: true, Words: []string{"endpoint_type"}},
		{Type: "aws_route53_resolver_endpoint", Price: resolverEndpoint, Usage: []Param{perRequest("monthly_queries", "queries", 0.1, "1 query for 10 requests")}},
		{Type: "aws_route53_resolver_firewall_domain_list", Price: firewallDomains, Usage: []Param{figures("domains", "domains in the list", 100, 1000, 10000, "assumed")}},
		{Type: "aws_route53_resolver_firewall_rule_group_association", Price: func(b *bill) {
			b.used("queries", "route53.dns_firewall.queries", "monthly_queries")
		}, Usage: []Param{perRequest("monthly_queries", "queries", 0.1, "1 query for 10 requests")}},
		{Type: "aws_service_discovery_private_dns_namespace", Price: hostedZone, Global: true},
		{Type: "aws_service_discovery_public_dns_namespace", Price: hostedZone, Global: true},
		{Type: "aws_route53domains_registered_domain", Unpriced: "domain registrations are not in the catalogue", Global: true},
	}, settings("a setting of names; zones and queries are charged themselves (aws.amazon.com/route53/pricing)", `
		aws_route53_zone_association aws_route53_vpc_association_authorization aws_route53_delegation_set aws_route53_query_log aws_route53_key_signing_key
		aws_route53_hosted_zone_dnssec aws_route53_resolver_rule aws_route53_resolver_rule_association aws_route53_resolver_query_log_config
		aws_route53_resolver_query_log_config_association aws_route53_resolver_firewall_rule aws_route53_resolver_firewall_rule_group
		aws_route53_resolver_config aws_route53_resolver_dnssec_config
		aws_service_discovery_http_namespace aws_service_discovery_service`)...)
}

// hostedZone is a zone, or a namespace of Cloud Map, which makes one: the first 25 zones of an account cost more than the rest; each is priced as one of the first.
func hostedZone(b *bill) { b.month("zone", "route53.zone", one) }

// record is charged by queries; an alias to a resource of AWS is free.
func record(b *bill) {
	if why, ok := b.more("alias"); ok {
		b.unpriced("queries", "whether it is an alias, whose queries are free, is not known: "+why)
		return
	}
	if len(b.blocks("alias")) > 0 {
		b.out.Free, b.out.Why = true, "queries of an alias to a resource of AWS are free of charge (aws.amazon.com/route53/pricing)"
		return
	}
	switch {
	case len(b.blocks("latency_routing_policy")) > 0:
		b.used("queries, latency", "route53.queries", "monthly_latency_based_queries", "routing", "latency")
	case len(b.blocks("geolocation_routing_policy"))+len(b.blocks("geoproximity_routing_policy")) > 0:
		b.used("queries, place", "route53.queries", "monthly_geo_queries", "routing", "geo")
	default:
		b.used("queries", "route53.queries", "monthly_standard_queries", "routing", "standard")
	}
}

// healthCheck costs less for an endpoint in AWS; HTTPS, matching text, fast checks and latency cost extra each.
func healthCheck(b *bill) {
	kind := b.at("type")
	if kind.is("CALCULATED") || kind.is("CLOUDWATCH_METRIC") || kind.is("RECOVERY_CONTROL") {
		b.month("health check", "route53.health_check.aws", one)
		return
	}
	where, note := b.checked()
	b.add(charge{label: "health check", meter: "route53.health_check." + where, quantity: one, note: note})
	features := 0
	if strings.HasPrefix(kind.text(), "HTTPS") {
		features++
	}
	if strings.HasSuffix(kind.text(), "_STR_MATCH") {
		features++
	}
	if b.at("request_interval").is("10") {
		features++
	}
	if b.at("measure_latency").yes() {
		features++
	}
	if kind.open() {
		b.unpriced("optional features", kind.missing())
	}
	if features > 0 {
		b.month(times("optional features", features), "route53.health_check.optional."+where, num(int64(features)))
	}
}

// checked says whether the endpoint is in AWS: the usage file says so, or it is a resource that was read.
func (b *bill) checked() (where, note string) {
	switch b.word("endpoint_type") {
	case "aws":
		return "aws", ""
	case "non_aws":
		return "non_aws", ""
	}
	if len(b.neighbours("fqdn"))+len(b.neighbours("ip_address")) > 0 {
		return "aws", ""
	}
	return "non_aws", "assumed outside AWS: its endpoint was not read"
}

// resolverEndpoint is charged for each of its network interfaces.
func resolverEndpoint(b *bill) {
	n, why, ok := b.size("ip_address")
	if !ok {
		b.unpriced("endpoint", "how many addresses it has is not known: "+why)
	} else {
		b.hours(times("interface", n), "route53.resolver.endpoint_eni", num(int64(n)))
	}
	b.used("queries", "route53.resolver.queries", "monthly_queries")
}

func firewallDomains(b *bill) {
	n, why, ok := b.size("domains")
	if !ok {
		b.unpriced("domains", "it is not known how many there are: "+why)
		return
	}
	if n > 0 {
		b.month("domains", "route53.dns_firewall.domains", num(int64(n)))
		return
	}
	b.used("domains", "route53.dns_firewall.domains", "domains")
}
