package resilience

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// closed are ways in of which AWS, not code, says what they run on, with the name of the service. The loss of a zone
// leaves them undecided.
var closed = map[string]string{
	"aws_elastic_beanstalk_environment": "Elastic Beanstalk", "aws_apprunner_service": "App Runner", "aws_appsync_graphql_api": "AppSync", "aws_amplify_app": "Amplify",
	"aws_lightsail_instance": "Lightsail", "aws_lightsail_lb": "Lightsail", "aws_lightsail_container_service": "Lightsail", "aws_ecs_express_gateway_service": "ECS Express Mode",
	"aws_globalaccelerator_custom_routing_accelerator": "custom routing", "aws_transfer_server": "Transfer Family", "aws_vpclattice_service": "VPC Lattice",
}

// refersTo lists the resources that the code of an attribute mentions. An account has none of that.
func (d *deriver) refersTo(r *graph.Resource, attr string) []*graph.Resource {
	var out []*graph.Resource
	for path, refs := range r.Refs {
		if path != attr && !strings.HasPrefix(path, attr+".") && !strings.HasPrefix(path, attr+"[") {
			continue
		}
		for _, ref := range refs {
			if t := d.g.Get(ref.Key()); t != nil {
				out = append(out, t)
			}
		}
	}
	return unique(byKey(out))
}

// mentioning lists the resources of a type of which an attribute mentions r.
func (d *deriver) mentioning(r *graph.Resource, typ, attr string) []*graph.Resource {
	var out []*graph.Resource
	for _, x := range d.g.OfType(typ) {
		if slices.Contains(d.refersTo(x, attr), r) {
			out = append(out, x)
		}
	}
	return out
}

// apiWays is an API with what it calls: functions, and load balancers in a VPC.
func (d *deriver) apiWays(r *graph.Resource, taken map[graph.Key]bool) []way {
	n := Node{Name: r.Key().String(), Needs: []Need{{Node: d.node(r), Fact: Fact{Text: "it is answered by " + r.Key().String() + in(r)}}}}
	attr, typ, uri := "rest_api_id", "aws_api_gateway_integration", "uri"
	if r.Type == "aws_apigatewayv2_api" {
		attr, typ, uri = "api_id", "aws_apigatewayv2_integration", "integration_uri"
		n.Needs = append(n.Needs, d.calls(r, r, "target", taken)...)
	}
	integrations := byKey(d.from(r, typ, attr))
	for _, i := range integrations {
		n.Needs = append(n.Needs, d.calls(r, i, uri, taken)...)
	}
	if body := d.calls(r, r, "body", taken); len(body) > 0 {
		n.Needs = append(n.Needs, body...)
	} else if why := r.Unknown["body"]; why != "" || r.Attrs["body"] != nil && len(integrations) == 0 {
		why = firstOf(why, "what the body of "+r.Key().String()+" calls")
		n.Needs = append(n.Needs, Need{Node: d.notRead(r, why), Fact: Fact{Text: "its body says what it calls" + in(r)}})
	}
	return []way{{node: d.add(n), fact: Fact{Text: "it is an API"}}}
}

// calls are the needs of an API for what an attribute of one of its integrations names.
func (d *deriver) calls(api, i *graph.Resource, attr string, taken map[graph.Key]bool) []Need {
	targets := d.to(i, attr, "aws_lambda_function")
	targets = append(targets, d.refersTo(i, attr)...)
	private := i.Attrs["connection_type"] == "VPC_LINK"
	if private {
		for _, link := range d.refersTo(i, "connection_id") {
			targets = append(targets, d.refersTo(link, "target_arns")...)
		}
	}
	fact := Fact{Text: i.Key().String() + " calls it" + in(i)}
	var out []Need
	for _, t := range unique(byKey(targets)) {
		switch t.Type {
		case "aws_lambda_function":
			out = append(out, Need{Node: d.node(t), Fact: fact})
		case "aws_lambda_alias":
			for _, f := range d.to(t, "function_name", "aws_lambda_function") {
				out = append(out, Need{Node: d.node(f), Fact: fact})
			}
		case "aws_lb", "aws_lb_listener":
			out = append(out, d.inner(t, fact, taken)...)
		}
	}
	why := firstOf(i.Unknown[attr], i.Unknown["_to."+attr])
	if len(out) == 0 && (private || why != "") {
		why = firstOf(why, "what "+i.Key().String()+" calls in its VPC")
		out = []Need{{Node: d.notRead(i, why), Fact: Fact{Text: i.Key().String() + " calls what was not read" + in(i)}}}
	}
	return out
}

// inner are the needs of what calls a load balancer, or one of its listeners, from inside AWS.
func (d *deriver) inner(t *graph.Resource, fact Fact, taken map[graph.Key]bool) []Need {
	lb, listeners := t, byKey(d.from(t, "aws_lb_listener", "load_balancer_arn"))
	if t.Type == "aws_lb_listener" {
		of := d.to(t, "load_balancer_arn", "aws_lb")
		if len(of) == 0 {
			return []Need{{Node: d.notRead(t, "the load balancer of "+t.Key().String()), Fact: fact}}
		}
		lb, listeners = of[0], []*graph.Resource{t}
	}
	taken[lb.Key()] = taken[lb.Key()] || lb.Attrs["internal"] == true
	var out []Need
	for _, w := range d.waysOf(lb, listeners, taken) {
		out = append(out, Need{Node: w.node, Fact: fact})
	}
	return out
}

// domainWays are the APIs that answer for a domain name. An account does not say which.
func (d *deriver) domainWays(r *graph.Resource, taken map[graph.Key]bool) []way {
	var out []way
	for _, typ := range []string{"aws_api_gateway_base_path_mapping", "aws_apigatewayv2_api_mapping"} {
		for _, m := range d.mentioning(r, typ, "domain_name") {
			for _, api := range d.refersTo(m, "api_id") {
				if api.Type != "aws_api_gateway_rest_api" && api.Type != "aws_apigatewayv2_api" {
					continue
				}
				taken[api.Key()] = true
				path, _ := m.Attrs["base_path"].(string)
				for _, w := range d.apiWays(api, taken) {
					w.label, w.fact = path, Fact{Text: fmt.Sprintf("%s leads to %s%s", m.Key(), api.Key(), in(m))}
					out = append(out, w)
				}
			}
		}
	}
	if len(out) == 0 {
		return []way{{node: d.notRead(r, "which API answers for "+r.Key().String()), fact: Fact{Text: "it is answered by " + r.Key().String() + in(r)}}}
	}
	return out
}

// acceleratorWays is an accelerator with its endpoints, one of which is enough: it sends nothing to those that are down.
// Source: AWS Global Accelerator Developer Guide, How AWS Global Accelerator works.
func (d *deriver) acceleratorWays(r *graph.Resource, taken map[graph.Key]bool) []way {
	answered := Fact{Text: "it is answered by " + r.Key().String() + in(r)}
	set := Node{Name: "the endpoints of " + r.Key().String(), Kind: Some, Least: 1}
	for _, l := range d.mentioning(r, "aws_globalaccelerator_listener", "accelerator_arn") {
		for _, g := range d.mentioning(l, "aws_globalaccelerator_endpoint_group", "listener_arn") {
			for _, t := range d.to(g, "endpoint_configuration.endpoint_id", "") {
				if t.Type == "aws_eip" {
					if servers := append(d.to(t, "instance", "aws_instance"), d.attached(t)...); len(servers) > 0 {
						t = servers[0]
					}
				}
				taken[t.Key()] = true
				one := Node{Name: t.Key().String()}
				for _, w := range d.certainWays(t, taken) {
					one.Needs = append(one.Needs, Need{Node: w.node, Fact: w.fact})
				}
				set.Needs = append(set.Needs, Need{Node: d.add(one), Min: 1, Max: 1, Fact: Fact{Text: fmt.Sprintf("%s sends to %s%s", g.Key(), t.Key(), in(g))}})
			}
		}
	}
	if set.Total = len(set.Needs); set.Total == 0 {
		return []way{{node: d.notRead(r, "the endpoints of "+r.Key().String()), fact: answered}}
	}
	n := Node{Name: r.Key().String(), Needs: []Need{{Node: d.node(r), Fact: answered}, {Node: d.add(set), Fact: Fact{Text: r.Key().String() + " has endpoints"}}}}
	return []way{{node: d.add(n), fact: answered}}
}
