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
	for _, typ := range []string{"aws_cloudfront_distribution", "aws_lb", "aws_elb", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_lambda_function_url", "aws_instance"} {
		for _, r := range d.g.OfType(typ) {
			if r.Data || taken[r.Key()] || unseen(r) || !d.public(r) {
				continue
			}
			d.enter(entryName(r), r, d.ways(r, taken))
		}
	}
	for _, r := range d.g.OfType("aws_eks_cluster") {
		if !r.Data && len(d.workers(r)) > 0 {
			d.enter("pods of "+r.Key().String(), r, []way{{node: d.node(r), fact: Fact{Text: "they run on it" + in(r)}}})
		}
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

// enter adds one entry for each way.
func (d *deriver) enter(name string, r *graph.Resource, ways []way) {
	for _, w := range ways {
		e := Entry{Name: name, Stage: r.Stage, Key: r.Key()}
		if w.label != "" {
			e.Name += " " + w.label
		}
		e.Node = d.add(Node{Name: e.Name, Key: r.Key(), Type: r.Type, Where: at(r), Needs: []Need{{Node: w.node, Fact: w.fact}}})
		d.m.Entries = append(d.m.Entries, e)
	}
}

// public says whether the internet can reach a resource itself.
func (d *deriver) public(r *graph.Resource) bool {
	switch r.Type {
	case "aws_lb", "aws_elb":
		return r.Attrs["internal"] == false
	case "aws_instance":
		return d.publicServer(r) && !d.behind[r.Key()] && !launched(r)
	case "aws_api_gateway_rest_api":
		types := texts(blockOf(r.Attrs, "endpoint_configuration")["types"])
		return !slices.Contains(types, "PRIVATE")
	}
	return true
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
		if d.target(r, 0) != nil {
			name := d.fqdn(r)
			byName[name] = append(byName[name], r)
		}
	}
	for _, name := range sortedNames(byName) {
		list := byName[name]
		if len(list) == 1 || list[0].Attrs["set_identifier"] == nil { // A and AAAA of one target
			t := d.target(list[0], 0)
			taken[t.Key()] = true
			d.enter(name, list[0], d.through(list[0], d.ways(t, taken)))
			continue
		}
		d.enterSet(name, list, taken)
	}
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
// record is needed, since Route 53 goes on giving it out.
func (d *deriver) enterSet(name string, list []*graph.Resource, taken map[graph.Key]bool) {
	set := Node{Name: name, Kind: Some, Total: len(list), Least: 1}
	for _, r := range list {
		t := d.target(r, 0)
		taken[t.Key()] = true
		one := Node{Name: r.Key().String(), Key: r.Key(), Type: r.Type, Where: at(r)}
		for _, w := range d.ways(t, taken) {
			one.Needs = append(one.Needs, Need{Node: w.node, Fact: w.fact})
		}
		fact := Fact{Text: r.Key().String() + " leads there" + in(r)}
		if !checked(r) {
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

// checked says whether Route 53 leaves a record out while its target is down.
func checked(r *graph.Resource) bool {
	return r.Attrs["health_check_id"] != nil || blockOf(r.Attrs, "alias")["evaluate_target_health"] == true
}

// target is what a record leads to, if that is something that users can meet.
func (d *deriver) target(r *graph.Resource, depth int) *graph.Resource {
	if depth > 8 {
		return nil
	}
	for _, via := range []string{"alias.name", "records"} {
		for _, t := range d.to(r, via, "") {
			switch t.Type {
			case "aws_route53_record":
				return d.target(t, depth+1)
			case "aws_eip":
				if servers := append(d.to(t, "instance", "aws_instance"), d.attached(t)...); len(servers) > 0 {
					return servers[0]
				}
			case "aws_lb", "aws_elb", "aws_cloudfront_distribution", "aws_s3_bucket", "aws_s3_bucket_website_configuration", "aws_api_gateway_domain_name",
				"aws_apigatewayv2_domain_name", "aws_instance":
				return t
			}
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
	switch r.Type {
	case "aws_lb":
		return d.listenerWays(r, taken)
	case "aws_elb":
		return d.classicWays(r)
	case "aws_cloudfront_distribution":
		return d.originWays(r, taken)
	case "aws_api_gateway_rest_api", "aws_apigatewayv2_api":
		return d.apiWays(r)
	case "aws_lambda_function_url":
		out := way{node: d.node(r), fact: Fact{Text: "it is answered by the function"}}
		for _, f := range d.to(r, "function_name", "aws_lambda_function") {
			out = way{node: d.node(f), fact: Fact{Text: fmt.Sprintf("%s is a URL of it%s", r.Key(), in(r))}}
		}
		return []way{out}
	}
	return []way{{node: d.node(r), fact: Fact{Text: "it is answered by " + r.Key().String() + in(r)}}}
}

// originWays are the origins of a distribution; those that only some paths lead to are named by their path.
func (d *deriver) originWays(r *graph.Resource, taken map[graph.Key]bool) []way {
	front := d.node(r)
	var out []way
	labels := originLabels(r)
	origins, _ := r.Attrs["origin"].([]any)
	for i := range origins {
		for _, t := range d.originTargets(r, i) {
			taken[t.Key()] = true
			label := labels[i]
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
		case "aws_s3_bucket", "aws_lb", "aws_elb", "aws_instance", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_lambda_function_url":
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *graph.Resource) int { return a.Key().Compare(b.Key()) })
	return slices.Compact(out)
}

// apiWays is an API with the functions that it calls.
func (d *deriver) apiWays(r *graph.Resource) []way {
	n := Node{Name: r.Key().String(), Needs: []Need{{Node: d.node(r), Fact: Fact{Text: "it is answered by " + r.Key().String() + in(r)}}}}
	attr, typ, uri := "rest_api_id", "aws_api_gateway_integration", "uri"
	if r.Type == "aws_apigatewayv2_api" {
		attr, typ, uri = "api_id", "aws_apigatewayv2_integration", "integration_uri"
		for _, f := range d.to(r, "target", "aws_lambda_function") {
			n.Needs = append(n.Needs, Need{Node: d.node(f), Fact: Fact{Text: r.Key().String() + " calls it" + in(r)}})
		}
	}
	for _, i := range byKey(d.from(r, typ, attr)) {
		for _, f := range d.to(i, uri, "aws_lambda_function") {
			n.Needs = append(n.Needs, Need{Node: d.node(f), Fact: Fact{Text: i.Key().String() + " calls it" + in(i)}})
		}
	}
	return []way{{node: d.add(n), fact: Fact{Text: "it is an API"}}}
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
