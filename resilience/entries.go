package resilience

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// way is one thing that users can ask for at an entry point.
type way struct {
	label string // "/api/*", "host api.shop.example"; "" for what is asked for by default
	node  int
	fact  Fact
}

// findEntries adds the ways in: DNS records, distributions, load balancers, APIs, functions and servers that the internet
// reaches, each unless another one leads to it.
func (d *deriver) findEntries() {
	taken := map[graph.Key]bool{}
	d.records(taken)
	for _, typ := range slices.Concat([]string{"aws_cloudfront_distribution", "aws_globalaccelerator_accelerator", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_lb", "aws_elb",
		"aws_lambda_function_url", "aws_instance", "aws_autoscaling_group", "aws_ecs_service"}, sortedNames(closed)) {
		for _, r := range d.g.OfType(typ) {
			if r.Data || taken[r.Key()] || unseen(r) || !d.public(r) {
				continue
			}
			d.enter(entryName(r), r, d.ways(r, taken))
		}
	}
	for _, r := range d.g.OfType("aws_eks_cluster") {
		if !r.Data && !unseen(r) {
			d.enter("pods of "+r.Key().String(), r, []way{{node: d.node(r), fact: Fact{Text: "they run on it" + in(r)}}})
		}
	}
	for _, c := range d.ownClusters() {
		d.enter("pods of "+c.name, c.nodes[0], []way{d.pods(c)})
	}
}

// unseen says whether a resource stands for what could not be read in an account: it is reported as a gap, and leads nowhere that is known.
func unseen(r *graph.Resource) bool { return r.Observed && r.Unknown["_count"] != "" }

// entryName is the first name of a distribution, else the address.
func entryName(r *graph.Resource) string {
	if names := texts(r.Attrs["aliases"]); r.Type == "aws_cloudfront_distribution" && len(names) > 0 {
		return names[0]
	}
	return r.Key().String()
}

// enter adds one entry for each way. Names are told apart: by what is asked for, else by number.
func (d *deriver) enter(name string, r *graph.Resource, ways []way) {
	for _, w := range ways {
		e := Entry{Name: strings.TrimSpace(name + " " + w.label), Stage: r.Stage, Key: r.Key()}
		for i, plain := 2, e.Name; slices.ContainsFunc(d.m.Entries, func(x Entry) bool { return x.Name == e.Name }); i++ {
			e.Name = fmt.Sprintf("%s #%d", plain, i)
		}
		e.Node = d.add(Node{Name: e.Name, Key: r.Key(), Type: r.Type, Where: at(r), Needs: []Need{{Node: w.node, Fact: w.fact}}})
		d.m.Entries = append(d.m.Entries, e)
	}
}

// public says whether the internet can reach a resource itself, as far as is known.
func (d *deriver) public(r *graph.Resource) bool {
	switch r.Type {
	case "aws_lb", "aws_elb":
		return r.Attrs["internal"] == false || r.Unknown["internal"] != ""
	case "aws_instance":
		return (d.publicServer(r) || r.Unknown["associate_public_ip_address"] != "") && !d.behind[r.Key()] && !launched(r)
	case "aws_autoscaling_group", "aws_ecs_service":
		return d.publicGroup(r) && !d.behind[r.Key()]
	case "aws_api_gateway_rest_api":
		types := texts(blockOf(r.Attrs, "endpoint_configuration")["types"])
		return !slices.Contains(types, "PRIVATE")
	}
	return closed[r.Type] == "" || r.Attrs["tier"] != "Worker" && r.Attrs["endpoint_type"] != "VPC" // a Beanstalk worker; a server for transfers inside a VPC
}

// doubtful says why it is not known whether the internet can reach a resource; "" when it can.
func (d *deriver) doubtful(r *graph.Resource) string {
	switch r.Type {
	case "aws_lb", "aws_elb":
		return r.Unknown["internal"]
	case "aws_instance":
		if !d.publicServer(r) {
			return r.Unknown["associate_public_ip_address"]
		}
	}
	return ""
}

// publicGroup says whether the servers of a group, or the tasks of a service, have public addresses and let in everybody
// on some port, without a load balancer. Nodes of clusters are met through their pods.
func (d *deriver) publicGroup(r *graph.Resource) bool {
	launch := append(d.to(r, "", "aws_launch_template"), d.to(r, "", "aws_launch_configuration")...)
	address := blockOf(r.Attrs, "network_configuration")["assign_public_ip"] == true
	for _, t := range launch {
		address = address || t.Attrs["associate_public_ip_address"] == true || blockOf(t.Attrs, "network_interfaces")["associate_public_ip_address"] == true
	}
	if !address || r.Attrs["cluster"] != nil && r.Type == "aws_autoscaling_group" || d.hostGroups()[r.Key()] {
		return false
	}
	for _, g := range d.groupsOf(r) {
		for _, rule := range d.from(g, "aws_vpc_security_group_ingress_rule", "security_group_id") {
			if rule.Attrs["cidr_ipv4"] == "0.0.0.0/0" || rule.Attrs["cidr_ipv6"] == "::/0" {
				return true
			}
		}
	}
	return false
}

// publicServer says whether code gives a server a public address, and it is not the way out of others.
func (d *deriver) publicServer(r *graph.Resource) bool {
	if len(d.from(r, "aws_route", "")) > 0 {
		return false
	}
	if r.Attrs["associate_public_ip_address"] == true || len(d.from(r, "aws_eip", "")) > 0 || len(d.from(r, "aws_eip_association", "")) > 0 {
		return true
	}
	for _, s := range d.to(r, "subnet_id", "aws_subnet") {
		if s.Attrs["map_public_ip_on_launch"] == true && r.Attrs["associate_public_ip_address"] == nil {
			return true
		}
	}
	return false
}

// records are the names in public zones that lead to something here.
func (d *deriver) records(taken map[graph.Key]bool) {
	byName := map[string][]*graph.Resource{}
	for _, r := range d.g.OfType("aws_route53_record") {
		if t := r.Attrs["type"]; r.Data || t != "A" && t != "AAAA" && t != "CNAME" || d.privateName(r) {
			continue
		}
		if d.target(r, 0) != nil || d.leadsOutside(r) != "" {
			name := d.fqdn(r)
			byName[name] = append(byName[name], r)
		}
	}
	for _, name := range sortedNames(byName) {
		list := byName[name]
		if len(list) == 1 || list[0].Attrs["set_identifier"] == nil { // A and AAAA of one target
			d.enter(name, list[0], d.through(list[0], d.led(list[0], taken)))
			continue
		}
		d.enterSet(name, list, taken)
	}
}

// led lists the ways of what a record leads to.
func (d *deriver) led(record *graph.Resource, taken map[graph.Key]bool) []way {
	t := d.target(record, 0)
	if t == nil {
		return []way{{node: d.notRead(record, d.leadsOutside(record)), fact: Fact{Text: "it leads to what was not read"}}}
	}
	taken[t.Key()] = true
	return d.ways(t, taken)
}

// leadsOutside says why it is not known what a record leads to, of records that may lead to an application: not of those
// that prove who owns a name, nor of names that are written out, which are somebody else's.
func (d *deriver) leadsOutside(r *graph.Resource) string {
	name, known := r.Attrs["name"].(string)
	if !known || strings.HasPrefix(name, "_") || strings.Contains(name, "._domainkey") {
		return ""
	}
	why := firstOf(r.Unknown["alias[0].name"], r.Unknown["alias"], r.Unknown["records"], r.Unknown["records[0]"], r.Unknown["records[*]"])
	for path, refs := range r.Refs {
		if !strings.HasPrefix(path, "alias") && !strings.HasPrefix(path, "records") {
			continue
		}
		for _, ref := range refs {
			if t := d.g.Get(ref.Key()); t != nil && (strings.HasPrefix(t.Type, "aws_acm_") || strings.HasPrefix(t.Type, "aws_ses") || t.Type == "aws_cognito_user_pool_domain" || inVPC(t.Type) || strings.HasSuffix(t.Type, "_cluster_instance")) {
				return ""
			}
		}
	}
	return why
}

// through says of the ways of a target that a record leads there.
func (d *deriver) through(record *graph.Resource, ways []way) []way {
	out := slices.Clone(ways)
	for i := range out {
		inner := out[i]
		out[i].node = d.add(Node{Name: d.fqdn(record), Key: record.Key(), Type: record.Type, Where: at(record), Needs: []Need{
			{Node: inner.node, Fact: inner.fact}}})
		out[i].fact = Fact{Text: record.Key().String() + " leads there" + in(record)}
	}
	return out
}

// enterSet adds a name with several records. One is enough where Route 53 looks at the health of each; else every
// record is needed, since Route 53 goes on giving it out. Of a failover it gives out the primary alone as long as that is
// healthy, or nothing looks.
// Source: Amazon Route 53 Developer Guide, Configuring DNS failover.
func (d *deriver) enterSet(name string, list []*graph.Resource, taken map[graph.Key]bool) {
	primary := slices.IndexFunc(list, func(r *graph.Resource) bool { return failover(r) == "PRIMARY" })
	backed := primary >= 0 && checked(list[primary])
	switch {
	case backed:
		list = slices.Concat(list[primary:primary+1], list[:primary], list[primary+1:])
	case primary >= 0:
		list = list[primary : primary+1]
	}
	set := Node{Name: name, Kind: Some, Total: len(list), Least: 1, First: backed}
	for _, r := range list {
		one := Node{Name: r.Key().String(), Key: r.Key(), Type: r.Type, Where: at(r)}
		for _, w := range d.led(r, taken) {
			one.Needs = append(one.Needs, Need{Node: w.node, Fact: w.fact})
		}
		fact := Fact{Text: r.Key().String() + " leads there" + in(r)}
		if !checked(r) && !backed {
			set.Least = len(list)
			fact.Text += ", and no health check takes it out"
		}
		set.Needs = append(set.Needs, Need{Node: d.add(one), Min: 1, Max: 1, Fact: fact})
	}
	if set.Least == len(list) {
		set.Kind = All
	}
	d.enter(name, list[0], []way{{node: d.add(set), fact: Fact{Text: fmt.Sprintf("%d records answer for it%s", len(list), in(list[0]))}}})
}

// failover is the part of a record in a failover: PRIMARY or SECONDARY; "" when it is in none.
func failover(r *graph.Resource) string {
	s, _ := blockOf(r.Attrs, "failover_routing_policy")["type"].(string)
	return s
}

// checked says whether Route 53 leaves a record out while its target is down.
func checked(r *graph.Resource) bool {
	return r.Attrs["health_check_id"] != nil || blockOf(r.Attrs, "alias")["evaluate_target_health"] == true
}

// target is what a record leads to, if that is something that users can meet.
func (d *deriver) target(r *graph.Resource, depth int) *graph.Resource {
	if depth > 8 {
		return nil
	}
	list := append(d.to(r, "alias.name", ""), d.to(r, "records", "")...)
	list = append(list, d.refersTo(r, "alias[0].name")...)
	for _, t := range list {
		switch t.Type {
		case "aws_route53_record":
			return d.target(t, depth+1)
		case "aws_eip":
			if servers := append(d.to(t, "instance", "aws_instance"), d.attached(t)...); len(servers) > 0 {
				return servers[0]
			}
		case "aws_lb", "aws_elb", "aws_cloudfront_distribution", "aws_s3_bucket", "aws_s3_bucket_website_configuration", "aws_api_gateway_domain_name",
			"aws_apigatewayv2_domain_name", "aws_instance", "aws_globalaccelerator_accelerator":
			return t
		}
		if closed[t.Type] != "" {
			return t
		}
	}
	return nil
}

// attached are the servers that an address is given to by an association.
func (d *deriver) attached(eip *graph.Resource) []*graph.Resource {
	var out []*graph.Resource
	for _, a := range d.from(eip, "aws_eip_association", "") {
		out = append(out, d.to(a, "instance_id", "aws_instance")...)
	}
	return out
}

func (d *deriver) privateName(r *graph.Resource) bool {
	for _, z := range d.to(r, "zone_id", "aws_route53_zone") {
		if z.Attrs["private_zone"] == true {
			return true
		}
	}
	return false
}

// fqdn is the full name of a record as far as it is known, else its address.
func (d *deriver) fqdn(r *graph.Resource) string {
	name, ok := r.Attrs["name"].(string)
	for _, z := range d.to(r, "zone_id", "aws_route53_zone") {
		zone, known := z.Attrs["name"].(string)
		switch {
		case known && (!ok || name == ""):
			return zone
		case known && name != zone && !strings.HasSuffix(name, "."+zone):
			return name + "." + zone
		}
	}
	if !ok || name == "" {
		return r.Key().String()
	}
	return strings.TrimSuffix(name, ".")
}

// ways lists what users can ask for at a resource, and marks the resources that are reached through it.
func (d *deriver) ways(r *graph.Resource, taken map[graph.Key]bool) []way {
	out := d.certainWays(r, taken)
	if why := d.doubtful(r); why != "" {
		for i, w := range out {
			fact := Fact{Text: "whether the internet can reach " + r.Key().String(), Missing: why}
			out[i].node = d.add(Node{Name: r.Key().String(), Kind: Some, Total: 1, Least: 1, Needs: []Need{{Node: d.nowhere(), Max: 1, Fact: fact}, {Node: w.node, Max: 1, Fact: w.fact}}})
		}
	}
	return out
}

func (d *deriver) certainWays(r *graph.Resource, taken map[graph.Key]bool) []way {
	answered := Fact{Text: "it is answered by " + r.Key().String() + in(r)}
	switch r.Type {
	case "aws_lb":
		return d.listenerWays(r, taken)
	case "aws_elb":
		return d.classicWays(r)
	case "aws_cloudfront_distribution":
		return d.originWays(r, taken)
	case "aws_api_gateway_rest_api", "aws_apigatewayv2_api":
		return d.apiWays(r, taken)
	case "aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name":
		return d.domainWays(r, taken)
	case "aws_globalaccelerator_accelerator":
		return d.acceleratorWays(r, taken)
	case "aws_lambda_function_url":
		out := way{node: d.node(r), fact: Fact{Text: "it is answered by the function"}}
		for _, f := range d.to(r, "function_name", "aws_lambda_function") {
			out = way{node: d.node(f), fact: Fact{Text: fmt.Sprintf("%s is a URL of it%s", r.Key(), in(r))}}
		}
		return []way{out}
	}
	if what := closed[r.Type]; what != "" {
		return []way{{node: d.notRead(r, fmt.Sprintf("what %s runs on: %s is not modelled", r.Key(), what)), fact: answered}}
	}
	return []way{{node: d.node(r), fact: answered}}
}

// originWays are the origins of a distribution; those that only some paths lead to are named by their path.
func (d *deriver) originWays(r *graph.Resource, taken map[graph.Key]bool) []way {
	front := d.node(r)
	var out []way
	labels := originLabels(r)
	origins, _ := r.Attrs["origin"].([]any)
	if why := firstOf(r.Unknown["origin"], r.Unknown["origin[*]"]); why != "" {
		out = append(out, way{node: d.notRead(r, why), fact: Fact{Text: fmt.Sprintf("the origins of %s are not known%s", r.Key(), in(r))}})
	}
	for i := range origins {
		label, targets := labels[i], d.originTargets(r, i)
		if why := d.originElsewhere(r, i); why != "" && len(targets) == 0 {
			out = append(out, way{label: label, node: d.notRead(r, why), fact: Fact{Text: fmt.Sprintf("%s takes it from what was not read%s", r.Key(), in(r))}})
		}
		for _, t := range targets {
			taken[t.Key()] = true
			for _, w := range d.ways(t, taken) {
				node := d.add(Node{Name: r.Key().String(), Needs: []Need{
					{Node: front, Fact: Fact{Text: "it is answered by " + r.Key().String() + in(r)}}, {Node: w.node, Fact: w.fact}}})
				out = append(out, way{label: strings.TrimSpace(label + " " + w.label), node: node, fact: Fact{Text: fmt.Sprintf("%s takes it from %s%s", r.Key(), t.Key(), in(r))}})
			}
		}
	}
	if len(out) == 0 {
		out = []way{{node: front, fact: Fact{Text: "it is answered by " + r.Key().String() + in(r)}}}
	}
	if len(out) == 1 {
		out[0].label = ""
	}
	return out
}

// originElsewhere says why it is not known what the i-th origin of a distribution is. Buckets are known by their name.
func (d *deriver) originElsewhere(r *graph.Resource, i int) string {
	origins, _ := r.Attrs["origin"].([]any)
	block, _ := origins[i].(map[string]any)
	name, known := block["domain_name"].(string)
	if !known {
		return r.Unknown[fmt.Sprintf("origin[%d].domain_name", i)]
	}
	if strings.Contains(name, ".s3.") || strings.Contains(name, ".s3-") {
		return ""
	}
	return "where " + name + " leads"
}

// originLabels gives each origin the path that leads to it; "" for the default.
func originLabels(r *graph.Resource) map[int]string {
	out := map[int]string{}
	origins, _ := r.Attrs["origin"].([]any)
	fallback, _ := blockOf(r.Attrs, "default_cache_behavior")["target_origin_id"].(string)
	behaviours, _ := r.Attrs["ordered_cache_behavior"].([]any)
	for i, o := range origins {
		block, _ := o.(map[string]any)
		id, _ := block["origin_id"].(string)
		if id == fallback && id != "" {
			continue
		}
		for _, b := range behaviours {
			behaviour, _ := b.(map[string]any)
			if path, ok := behaviour["path_pattern"].(string); ok && behaviour["target_origin_id"] == id && id != "" {
				out[i] = path
				break
			}
		}
	}
	return out
}

// originTargets are the resources that the i-th origin of a distribution names.
func (d *deriver) originTargets(r *graph.Resource, i int) []*graph.Resource {
	var out []*graph.Resource
	prefix := fmt.Sprintf("origin[%d].", i)
	for _, e := range d.g.To(r.Key()) {
		if !strings.HasPrefix(e.At, prefix) {
			continue
		}
		t := d.g.Get(e.To)
		if t == nil {
			continue
		}
		switch t.Type {
		case "aws_cloudfront_vpc_origin":
			out = append(out, d.to(t, "vpc_origin_endpoint_config", "")...)
		case "aws_route53_record":
			if inner := d.target(t, 0); inner != nil && inner.Type != "aws_cloudfront_distribution" { // which may be itself
				out = append(out, inner)
			}
		case "aws_s3_bucket_website_configuration":
			out = append(out, d.to(t, "bucket", "aws_s3_bucket")...)
		case "aws_api_gateway_stage":
			out = append(out, d.to(t, "rest_api_id", "aws_api_gateway_rest_api")...)
		case "aws_s3_bucket", "aws_lb", "aws_elb", "aws_instance", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_lambda_function_url",
			"aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name":
			out = append(out, t)
		}
		if closed[t.Type] != "" {
			out = append(out, t)
		}
	}
	origins, _ := r.Attrs["origin"].([]any)
	block, _ := origins[i].(map[string]any)
	for _, record := range d.g.OfType("aws_route53_record") {
		if inner := d.target(record, 0); len(out) == 0 && inner != nil && block["domain_name"] != nil && block["domain_name"] == d.fqdn(record) && inner.Type != "aws_cloudfront_distribution" {
			out = append(out, inner)
		}
	}
	return unique(byKey(out))
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
