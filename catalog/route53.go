package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func route53Types() []Type {
	return []Type{
		{
			// `private_zone` is an argument of the data source only; for a resource it is derived from `vpc`.
			Name: "aws_route53_zone", Scope: Global,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "zone_id", Computed: true},
				{Name: "private_zone", Kind: Bool},
				{Name: "vpc", Kind: Block, Attrs: []Attr{{Name: "vpc_id", Targets: to("aws_vpc")}, {Name: "vpc_region", Computed: true}}},
				{Name: "comment", Default: "Managed by Terraform"},
				{Name: "delegation_set_id"},
				{Name: "force_destroy", Kind: Bool, Default: false},
				{Name: "name_servers", Kind: List, Computed: true},
			},
			Split: normaliseZone,
		},
		{
			Name: "aws_route53_zone_association", Scope: Configuration,
			Attrs: []Attr{
				{Name: "zone_id", Targets: to("aws_route53_zone", "zone_id")},
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "vpc_region", Computed: true},
			},
		},
		recordType(),
		healthCheckType(),
	}
}

// endpointTargets are what a DNS record may point at, by the attributes that hold a name or an address.
var endpointTargets = []Target{
	{Type: "aws_lb", By: []string{"dns_name"}},
	{Type: "aws_elb", By: []string{"dns_name"}},
	{Type: "aws_cloudfront_distribution", By: []string{"domain_name"}},
	{Type: "aws_s3_bucket", By: []string{"website_domain", "website_endpoint", "bucket_domain_name", "bucket_regional_domain_name"}},
	{Type: "aws_s3_bucket_website_configuration", By: []string{"website_domain", "website_endpoint"}},
	{Type: "aws_api_gateway_domain_name"},
	{Type: "aws_apigatewayv2_domain_name"},
	{Type: "aws_globalaccelerator_accelerator"},
	{Type: "aws_vpc_endpoint"},
	{Type: "aws_elastic_beanstalk_environment"},
	{Type: "aws_db_instance", By: []string{"address"}},
	{Type: "aws_db_proxy", By: []string{"endpoint"}},
	{Type: "aws_rds_cluster", By: []string{"endpoint", "reader_endpoint"}},
	{Type: "aws_rds_cluster_endpoint"},
	{Type: "aws_docdb_cluster"},
	{Type: "aws_neptune_cluster"},
	{Type: "aws_elasticache_replication_group", By: []string{"primary_endpoint_address", "reader_endpoint_address", "configuration_endpoint_address"}},
	{Type: "aws_elasticache_cluster", By: []string{"cluster_address"}},
	{Type: "aws_opensearch_domain", By: []string{"endpoint"}},
	{Type: "aws_eip", By: []string{"public_ip"}},
	{Type: "aws_instance", By: []string{"public_ip", "public_dns"}},
	{Type: "aws_route53_record", By: []string{"fqdn"}},
}

func recordType() Type {
	return Type{
		Name: "aws_route53_record", Scope: Global,
		Attrs: []Attr{
			{Name: "zone_id", Targets: to("aws_route53_zone", "zone_id")},
			{Name: "name"},
			{Name: "type", Enum: []string{"A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "SVCB", "TXT"}},
			{Name: "ttl", Kind: Number},
			{Name: "records", Kind: List, Targets: endpointTargets},
			{Name: "alias", Kind: Block, Attrs: []Attr{
				{Name: "name", Targets: endpointTargets},
				{Name: "zone_id"},
				{Name: "evaluate_target_health", Kind: Bool},
			}},
			{Name: "set_identifier"},
			{Name: "health_check_id", Targets: to("aws_route53_health_check")},
			{Name: "failover_routing_policy", Kind: Block, Attrs: []Attr{{Name: "type", Enum: []string{"PRIMARY", "SECONDARY"}}}},
			{Name: "weighted_routing_policy", Kind: Block, Attrs: []Attr{{Name: "weight", Kind: Number}}},
			{Name: "latency_routing_policy", Kind: Block, Attrs: []Attr{{Name: "region"}}},
			{Name: "geolocation_routing_policy", Kind: Block, Attrs: []Attr{{Name: "continent"}, {Name: "country"}, {Name: "subdivision"}}},
			{Name: "multivalue_answer_routing_policy", Kind: Bool},
			{Name: "allow_overwrite", Kind: Bool, Default: false},
			{Name: "fqdn", Computed: true},
			{Name: "validates", Kind: List, Derived: true, Targets: to("aws_acm_certificate", "validation_records")},
			{Name: "siblings", Kind: List, Derived: true, Targets: to("aws_route53_record")}, // see siblingRecords
		},
		Split: normaliseRecord,
	}
}

// Source: AWS provider, aws_route53_health_check; Route 53 API, HealthCheckConfig: FailureThreshold defaults to 3.
func healthCheckType() Type {
	return Type{
		Name: "aws_route53_health_check", Scope: Global,
		Attrs: []Attr{
			{Name: "type", Enum: []string{"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"}},
			{Name: "fqdn", Targets: endpointTargets},
			{Name: "ip_address", Targets: []Target{{Type: "aws_eip", By: []string{"public_ip"}}, {Type: "aws_instance", By: []string{"public_ip"}}}},
			{Name: "port", Kind: Number},
			{Name: "resource_path"},
			{Name: "search_string"},
			{Name: "failure_threshold", Kind: Number, Default: 3},
			{Name: "request_interval", Kind: Number},
			{Name: "disabled", Kind: Bool, Default: false},
			{Name: "invert_healthcheck", Kind: Bool, Default: false},
			{Name: "measure_latency", Kind: Bool, Default: false},
			{Name: "enable_sni", Kind: Bool, Computed: true},
			{Name: "regions", Kind: List},
			{Name: "child_healthchecks", Kind: List, Targets: to("aws_route53_health_check")},
			{Name: "cloudwatch_alarm_name", Targets: to("aws_cloudwatch_metric_alarm", "alarm_name")},
			{Name: "routing_control_arn"},
			{Name: "reference_name"},
		},
	}
}

// normaliseZone writes the name without its final dot and in lower case, and says whether the zone is private.
func normaliseZone(r *graph.Resource) []*graph.Resource {
	if s, ok := r.Attrs["name"].(string); ok {
		r.Attrs["name"] = domain(s)
	}
	if r.Data {
		if r.Attrs["name"] != nil && r.Unknown["private_zone"] == lookedUp(r) { // looked up by name: public unless asked otherwise
			delete(r.Unknown, "private_zone")
			r.Attrs["private_zone"] = false
		}
		return nil
	}
	if r.Observed && r.Attrs["private_zone"] != nil {
		return nil
	}
	blocks, _ := r.Attrs["vpc"].([]any)
	_, one := r.Attrs["vpc"].(map[string]any)
	legacy := r.Attrs["vpc_id"] != nil || r.Unknown["vpc_id"] != "" // provider 1.x
	why := r.Unknown["vpc"] + r.Unknown["vpc[*]"]
	switch {
	case len(blocks) > 0 || one || legacy:
		r.Attrs["private_zone"] = true
	case why != "":
		delete(r.Attrs, "private_zone")
		r.Unknown["private_zone"] = why
	default:
		r.Attrs["private_zone"] = false
	}
	return nil
}

// domain is a DNS name as names are compared: lower case, without the final dot.
func domain(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

// normaliseRecord writes the name as names are compared, and derives `validates`: the certificates that the
// record's expressions mention, which it then proves the control of.
func normaliseRecord(r *graph.Resource) []*graph.Resource {
	for _, a := range []string{"name", "type"} {
		if s, ok := r.Attrs[a].(string); ok && a == "name" {
			r.Attrs[a] = domain(s)
		} else if ok {
			r.Attrs[a] = strings.ToUpper(s)
		}
	}
	certificates := proves(r)
	for _, path := range slices.Sorted(maps.Keys(r.Refs)) {
		for _, ref := range r.Refs[path] {
			found := graph.Ref{Root: ref.Root, Address: ref.Address, Attr: "id"}
			if typeIn(ref.Address) == "aws_acm_certificate" && !slices.Contains(certificates, any(found)) {
				certificates = append(certificates, found)
			}
		}
	}
	r.Attrs["validates"] = certificates
	removeAttr(r, "siblings")
	if strings.Contains(r.Unknown["_count"], "domain_validation_options") { // ACM gives one for each name, so one at least
		delete(r.Unknown, "_count")
	}
	return nil
}

// proves lists what a record that was read from an account proves: "NAME VALUE", as certificates ask for it.
// Source: ACM User Guide, DNS validation: the value of the CNAME record ends in acm-validations.aws.
func proves(r *graph.Resource) []any {
	if !r.Observed {
		return nil
	}
	removeAttr(r, "validates")
	for _, p := range sortedKeys(r.Unknown) {
		for _, a := range []string{"name", "type", "records"} {
			if _, ok := below(p, a); ok {
				r.Unknown["validates[*]"] = r.Unknown[p]
			}
		}
	}
	var out []any
	values, _ := r.Attrs["records"].([]any)
	for _, v := range values {
		if s, ok := v.(string); ok && r.Attrs["type"] == "CNAME" && r.Attrs["name"] != nil && strings.HasSuffix(domain(s), ".acm-validations.aws") {
			out = append(out, fmt.Sprint(r.Attrs["name"], " ", domain(s)))
		}
	}
	return out
}

// siblingRecords derives `siblings` of every record with a failover policy: the other such records that answer for
// the same name and type in the same zone, also when the zone is named in another root. Open when the zone or the name of either is not known.
func (b *builder) siblingRecords() {
	if !slices.ContainsFunc(b.resources, failover) {
		return
	}
	groups, open := map[string][]*graph.Resource{}, map[string]string{}
	zones := b.zonesOfRecords()
	for _, r := range b.resources {
		if !failover(r) {
			continue
		}
		key, why := recordKey(r, zones[r.Key()])
		if why != "" {
			open[r.Root] = why
			r.Unknown["_to.siblings[*]"] = why
			continue
		}
		groups[key] = append(groups[key], r)
	}
	for _, key := range sortedKeys(groups) {
		for _, r := range groups[key] {
			b.addSiblings(r, groups[key])
			if why := open[r.Root]; why != "" {
				r.Unknown["_to.siblings[*]"] = why
			}
		}
	}
}

func (b *builder) addSiblings(r *graph.Resource, group []*graph.Resource) {
	var list []any
	for _, other := range group {
		if other == r {
			continue
		}
		if why, maybe := other.Unknown["_count"]; maybe {
			r.Unknown["_to.siblings[*]"] = why
			continue
		}
		list = append(list, graph.Ref{Root: other.Root, Address: other.Address, Attr: "id"})
		b.edges = append(b.edges, graph.Edge{From: r.Key(), Via: "siblings", At: graph.Element("siblings", len(list)-1), To: other.Key()})
	}
	r.Attrs["siblings"] = list
}

func failover(r *graph.Resource) bool {
	if r.Type != "aws_route53_record" {
		return false
	}
	list, _ := r.Attrs["failover_routing_policy"].([]any)
	return len(list) > 0 || r.Unknown["failover_routing_policy"] != "" || r.Unknown["failover_routing_policy[*]"] != ""
}

func (b *builder) zonesOfRecords() map[graph.Key]*graph.Resource {
	zones := map[graph.Key]*graph.Resource{}
	for _, e := range b.edges {
		if from := b.byKey[e.From]; e.Via == "zone_id" && from.Type == "aws_route53_record" {
			zones[e.From] = b.byKey[e.To]
		}
	}
	return zones
}

// recordKey is the same for records of one name and type in one zone; why says what is missing to tell.
func recordKey(r, zone *graph.Resource) (key, why string) {
	for _, a := range []string{"zone_id", "name", "type"} {
		if why, ok := r.Unknown[a]; ok {
			return "", why
		}
	}
	name, _ := r.Attrs["name"].(string)
	kind, _ := r.Attrs["type"].(string)
	if zone == nil {
		return "", cmp.Or(r.Unknown["_to.zone_id[*]"], "the zone is not known")
	}
	for _, a := range []string{"name", "private_zone", "_from"} {
		if why, ok := zone.Unknown[a]; ok {
			return "", why
		}
	}
	zoneName, _ := zone.Attrs["name"].(string)
	short := strings.TrimSuffix(strings.TrimSuffix(name, zoneName), ".")
	return strings.Join([]string{zoneName, fmt.Sprint(zone.Attrs["private_zone"]), short, kind}, "\n"), ""
}
