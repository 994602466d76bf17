package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

type list = []any

// rules lists the ingress and egress rules of a graph: "ADDRESS of OWNER: PROTOCOL FROM-TO SOURCE", with ? for what is not known.
func rules(g *graph.Graph) []string {
	var out []string
	for _, typ := range []string{"aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"} {
		for _, r := range g.OfType(typ) {
			show := func(a string) string {
				if _, ok := r.Unknown[a]; ok {
					return "?"
				}
				return fmt.Sprint(r.Attrs[a])
			}
			source := ""
			for _, a := range []string{"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"} {
				if s := show(a); s != "<nil>" {
					source += " " + s
				}
			}
			line := fmt.Sprintf("%s of %s: %s %s-%s%s", r.Address, r.Of, show("ip_protocol"), show("from_port"), show("to_port"), source)
			if _, maybe := r.Unknown["_count"]; maybe {
				line += " (maybe)"
			}
			out = append(out, line)
		}
	}
	return out
}

func TestSecurityGroupRulesAreOneSourceEach(t *testing.T) {
	block := func(extra object) object {
		b := object{"from_port": "22", "to_port": 22, "protocol": "TCP"}
		for k, v := range extra {
			b[k] = v
		}
		return b
	}
	tests := map[string]struct {
		given *graph.Resource
		want  []string
	}{
		"every source of an inline block": {
			resource("aws_security_group.g", object{"ingress": list{block(object{
				"cidr_blocks": list{"10.0.0.0/8", "0.0.0.0/0"}, "ipv6_cidr_blocks": list{"::/0"}, "prefix_list_ids": list{"pl-1"},
				"security_groups": list{id("aws_security_group.o")}, "self": true,
			})}}),
			[]string{
				"aws_security_group.g#ingress[0].cidr_blocks[0] of aws_security_group.g: tcp 22-22 10.0.0.0/8",
				"aws_security_group.g#ingress[0].cidr_blocks[1] of aws_security_group.g: tcp 22-22 0.0.0.0/0",
				"aws_security_group.g#ingress[0].ipv6_cidr_blocks[0] of aws_security_group.g: tcp 22-22 ::/0",
				"aws_security_group.g#ingress[0].prefix_list_ids[0] of aws_security_group.g: tcp 22-22 pl-1",
				"aws_security_group.g#ingress[0].security_groups[0] of aws_security_group.g: tcp 22-22 ${aws_security_group.o.id}",
				"aws_security_group.g#ingress[0].self of aws_security_group.g: tcp 22-22 ${aws_security_group.g.id}",
			},
		},
		"all protocols have no ports": {
			resource("aws_security_group.g", object{"egress": list{object{"from_port": 0, "to_port": 0, "protocol": -1, "cidr_blocks": list{"0.0.0.0/0"}}}}),
			[]string{"aws_security_group.g#egress[0].cidr_blocks[0] of aws_security_group.g: -1 <nil>-<nil> 0.0.0.0/0"},
		},
		"numbers of protocols are names": {
			resource("aws_vpc_security_group_ingress_rule.r", object{"ip_protocol": "6", "from_port": 1, "to_port": 2, "cidr_ipv4": "10.0.0.0/8"}),
			[]string{"aws_vpc_security_group_ingress_rule.r of : tcp 1-2 10.0.0.0/8"},
		},
		"the older resource": {
			resource("aws_security_group_rule.r", object{"type": "egress", "security_group_id": "sg-1", "from_port": 1, "to_port": 2, "protocol": "udp", "source_security_group_id": id("aws_security_group.o")}),
			[]string{"aws_security_group_rule.r#source_security_group_id of aws_security_group_rule.r: udp 1-2 ${aws_security_group.o.id}"},
		},
		"a direction that is not known may be either": {
			unknown(resource("aws_security_group_rule.r", object{"from_port": 1, "to_port": 2, "protocol": "tcp", "cidr_blocks": list{"10.0.0.0/8"}}), "type"),
			[]string{
				"aws_security_group_rule.r#egress.cidr_blocks[0] of aws_security_group_rule.r: tcp 1-2 10.0.0.0/8 (maybe)",
				"aws_security_group_rule.r#ingress.cidr_blocks[0] of aws_security_group_rule.r: tcp 1-2 10.0.0.0/8 (maybe)",
			},
		},
		"sources that are not known": {
			unknown(resource("aws_security_group.g", object{"ingress": list{block(object{"cidr_blocks": list{nil}})}}), "ingress[0].cidr_blocks[0]", "ingress[0].security_groups"),
			[]string{
				"aws_security_group.g#ingress[0].cidr_blocks[0] of aws_security_group.g: tcp 22-22 ?",
				"aws_security_group.g#ingress[0].security_groups[*] of aws_security_group.g: tcp 22-22 ? (maybe)",
			},
		},
		"blocks that are not known": {
			unknown(resource("aws_security_group.g", nil), "ingress"),
			[]string{"aws_security_group.g#ingress[*].source of aws_security_group.g: ? ?-? ? ? ? ? (maybe)"},
		},
		"the address of a resource is known to be narrow, anything else is not": {
			resource("aws_security_group.g", object{"ingress": list{block(object{"cidr_blocks": list{
				graph.Template("${aws_eip.e.public_ip}/32"), graph.Template("${aws_eip.e.public_ip}/0"), graph.Ref{Address: "data.aws_vpc.v", Attr: "cidr_block"}, graph.Ref{Address: "data.http.me", Attr: "body"},
			}})}}),
			[]string{
				"aws_security_group.g#ingress[0].cidr_blocks[0] of aws_security_group.g: tcp 22-22 ${aws_eip.e.public_ip}/32",
				"aws_security_group.g#ingress[0].cidr_blocks[1] of aws_security_group.g: tcp 22-22 ?",
				"aws_security_group.g#ingress[0].cidr_blocks[2] of aws_security_group.g: tcp 22-22 ${data.aws_vpc.v.cidr_block}",
				"aws_security_group.g#ingress[0].cidr_blocks[3] of aws_security_group.g: tcp 22-22 ?",
			},
		},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			g := build(c.given)
			if diff := cmp.Diff(c.want, rules(g)); diff != "" {
				t.Error(diff)
			}
			again := catalog.Build(g.Resources(), catalog.Options{})
			if diff := cmp.Diff(c.want, rules(again)); diff != "" {
				t.Error("built again:", diff)
			}
		})
	}
}

func TestSubnetsArePublicByTheirRoutes(t *testing.T) {
	vpc := resource("aws_vpc.v", object{"cidr_block": "10.0.0.0/16"})
	gateway := resource("aws_internet_gateway.i", object{"vpc_id": id("aws_vpc.v")})
	subnet := func(a object) *graph.Resource {
		b := object{"vpc_id": id("aws_vpc.v"), "cidr_block": "10.0.0.0/24"}
		for k, v := range a {
			b[k] = v
		}
		return resource("aws_subnet.s", b)
	}
	open := object{"cidr_block": "0.0.0.0/0", "gateway_id": id("aws_internet_gateway.i")}
	table := func(address string, a object) *graph.Resource { return resource(address, a) }
	association := resource("aws_route_table_association.a", object{"subnet_id": id("aws_subnet.s"), "route_table_id": id("aws_route_table.t")})
	tests := map[string]struct {
		given []*graph.Resource
		want  string
	}{
		"no routes":                    {these(subnet(nil)), "false"},
		"hands out public addresses":   {these(subnet(object{"map_public_ip_on_launch": true})), "true"},
		"its table leads out":          {these(subnet(nil), association, table("aws_route_table.t", object{"vpc_id": id("aws_vpc.v"), "route": list{open}})), "true"},
		"its table leads to a literal": {these(subnet(nil), association, table("aws_route_table.t", object{"route": list{object{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}}})), "true"},
		"its table leads nowhere":      {these(subnet(object{"map_public_ip_on_launch": true}), association, table("aws_route_table.t", nil)), "false"},
		"its table is not known": {these(subnet(nil), unknown(resource("aws_route_table_association.a", object{"subnet_id": id("aws_subnet.s")}), "route_table_id")),
			"because of route_table_id"},
		"another association is not known": {these(subnet(nil), unknown(resource("aws_route_table_association.a", object{"route_table_id": id("aws_route_table.t")}), "subnet_id")),
			"because of subnet_id"},
		"its association may not exist": {these(subnet(nil), unknown(resource("aws_route_table_association.a", object{"subnet_id": id("aws_subnet.s"), "route_table_id": id("aws_route_table.t")}), "_count"),
			table("aws_route_table.t", object{"route": list{open}})), "because of _count"},
		"a route that may not exist":                      {these(subnet(nil), association, table("aws_route_table.t", nil), unknown(resource("aws_route.r", object{"route_table_id": id("aws_route_table.t"), "gateway_id": "igw-1"}), "_count")), "because of _count"},
		"a route that may not exist, and leads elsewhere": {these(subnet(nil), association, table("aws_route_table.t", nil), unknown(resource("aws_route.r", object{"route_table_id": id("aws_route_table.t"), "nat_gateway_id": "nat-1"}), "_count")), "false"},
		"its table was given to a module that was not read": {these(subnet(nil), association, table("aws_route_table.t", nil),
			&graph.Resource{Address: "module.routes", Type: "terraform_module_call", Attrs: object{"resolved": false}, Refs: map[string][]graph.Ref{"table": {id("aws_route_table.t")}}}),
			"module.routes was given it and is not on disk"},
		"a route of its table is not known": {these(subnet(nil), association, unknown(table("aws_route_table.t", nil), "route")), "because of route"},
		"the main table leads out": {these(subnet(nil), table("aws_route_table.m", object{"route": list{open}}),
			resource("aws_main_route_table_association.m", object{"vpc_id": id("aws_vpc.v"), "route_table_id": id("aws_route_table.m")})), "true"},
		"the adopted main table leads out": {these(subnet(nil), resource("aws_default_route_table.m", object{
			"default_route_table_id": graph.Ref{Address: "aws_vpc.v", Attr: "default_route_table_id"}, "route": list{open}})), "true"},
		"a route of the main table leads out": {these(subnet(nil), resource("aws_route.r", object{
			"route_table_id": graph.Ref{Address: "aws_vpc.v", Attr: "main_route_table_id"}, "gateway_id": id("aws_internet_gateway.i")})), "true"},
		"a VPC that is looked up": {these(resource("data.aws_vpc.d", object{"id": "vpc-1"}), subnet(object{"vpc_id": id("data.aws_vpc.d")})),
			"the main route table of data.aws_vpc.d is read from the account"},
		"the default VPC": {these(resource("aws_default_vpc.d", nil), subnet(object{"vpc_id": id("aws_default_vpc.d")})), "true"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			g := build(append([]*graph.Resource{vpc, gateway}, c.given...)...)
			for range 2 {
				s := get(t, g, "aws_subnet.s")
				got, known := s.Unknown["public"]
				if !known {
					got = fmt.Sprint(s.Attrs["public"])
				}
				if got != c.want {
					t.Errorf("public is %q, not %q", got, c.want)
				}
				g = catalog.Build(g.Resources(), catalog.Options{})
			}
		})
	}
}

func these(rs ...*graph.Resource) []*graph.Resource { return rs }

func TestCertificatesLeadToTheirZonesAndWildcards(t *testing.T) {
	g := build(
		resource("aws_route53_zone.shop", object{"name": "Shop.example."}),
		resource("aws_route53_zone.eu", object{"name": "eu.shop.example"}),
		resource("aws_acm_certificate.deep", object{"domain_name": "api.eu.shop.example"}),
		resource("aws_acm_certificate.wild", object{"domain_name": "shop.example", "subject_alternative_names": list{"*.SHOP.example"}}),
		resource("aws_acm_certificate.www", object{"domain_name": "www.shop.example"}),
		resource("aws_acm_certificate.far", object{"domain_name": "far.example"}),
		resource("aws_acm_certificate.imported", object{"certificate_body": "text"}),
		resource("data.aws_acm_certificate.found", object{"domain": "www.shop.example"}),
	)
	want := map[string][]string{
		"aws_acm_certificate.deep domains":       {"aws_route53_zone.eu", "aws_route53_zone.shop"},
		"aws_acm_certificate.deep wildcards":     nil,
		"aws_acm_certificate.wild domains":       {"aws_route53_zone.shop"},
		"aws_acm_certificate.wild wildcards":     {"aws_acm_certificate.wild"},
		"aws_acm_certificate.www wildcards":      {"aws_acm_certificate.wild"},
		"aws_acm_certificate.far domains":        nil,
		"data.aws_acm_certificate.found domains": {"aws_route53_zone.shop"},
	}
	got := map[string][]string{}
	for k := range want {
		address, via, _ := strings.Cut(k, " ")
		found := targets(g, address, via)
		slices.Sort(found)
		got[k] = slices.Compact(found)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct{ address, path string }{
		{"aws_acm_certificate.far", "_to.domains[*]"}, {"aws_acm_certificate.imported", "names"}, {"data.aws_acm_certificate.found", "names[*]"},
	} {
		if get(t, g, c.address).Unknown[c.path] == "" {
			t.Errorf("%s of %s is taken for known", c.path, c.address)
		}
	}
}

func TestOriginsNameTheirBucketAndLoadBalancer(t *testing.T) {
	origin := func(domain any) object { return object{"domain_name": domain} }
	d := resource("aws_cloudfront_distribution.d", object{"origin": list{
		origin(graph.Ref{Address: "aws_s3_bucket.b", Attr: "bucket_regional_domain_name"}),
		origin("images.s3.eu-west-1.amazonaws.com"),
		origin("images.s3-website-eu-west-1.amazonaws.com"),
		origin(graph.Template("${aws_s3_bucket.b.id}.s3.amazonaws.com")),
		origin(graph.Ref{Address: "aws_lb.l", Attr: "dns_name"}),
		origin("web-1.eu-west-1.elb.amazonaws.com"),
		origin("origin.shop.example"),
		origin(graph.Template("${?var.x has no value}.s3.amazonaws.com")),
		origin(graph.Template("${?var.x has no value}.shop.example")),
		object{},
	}})
	g := build(unknown(d, "origin[9].domain_name"), resource("aws_s3_bucket.b", object{"bucket": "images"}), resource("aws_lb.l", nil))
	var got []string
	r := get(t, g, "aws_cloudfront_distribution.d")
	for i, o := range r.Attrs["origin"].([]any) {
		line := ""
		for _, a := range []string{"kind", "bucket", "balancer"} {
			s := fmt.Sprint(o.(object)[a])
			if _, ok := r.Unknown[fmt.Sprintf("origin[%d].%s", i, a)]; ok {
				s = "?"
			}
			line += " " + s
		}
		got = append(got, line[1:])
	}
	want := []string{
		"s3 ${aws_s3_bucket.b.id} <nil>", "s3 images <nil>", "website images <nil>", "s3 ${aws_s3_bucket.b.id} <nil>",
		"other <nil> ${aws_lb.l.dns_name}", "other <nil> web-1.eu-west-1.elb.amazonaws.com", "other <nil> <nil>",
		"s3 ? ?", "? <nil> ?", "? ? ?",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"aws_s3_bucket.b", "aws_s3_bucket.b", "aws_s3_bucket.b", "aws_s3_bucket.b"}, targets(g, "aws_cloudfront_distribution.d", "origin.bucket")); diff != "" {
		t.Error(diff)
	}
}

func TestTargetGroupsHaveTheCheckThatAWSAdds(t *testing.T) {
	tests := map[string]struct {
		given object
		want  string
	}{
		"HTTP":               {object{"protocol": "HTTP"}, "true HTTP / 200"},
		"HTTPS":              {object{"protocol": "HTTPS"}, "true HTTP / 200"},
		"TCP":                {object{"protocol": "TCP"}, "true TCP <nil> <nil>"},
		"a function":         {object{"target_type": "lambda"}, "false HTTP / 200"},
		"a block of TCP":     {object{"protocol": "HTTP", "health_check": list{object{"protocol": "TCP"}}}, "true TCP <nil> <nil>"},
		"a block with words": {object{"protocol": "HTTP", "health_check": list{object{"path": "/up", "matcher": "200-299", "enabled": "false"}}}, "false HTTP /up 200-299"},
		"gRPC":               {object{"protocol": "HTTP", "protocol_version": "GRPC"}, "true HTTP / <nil>"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			check := get(t, build(resource("aws_alb_target_group.g", c.given)), "aws_alb_target_group.g").Attrs["health_check"].([]any)[0].(object)
			if got := fmt.Sprint(check["enabled"], " ", check["protocol"], " ", check["path"], " ", check["matcher"]); got != c.want {
				t.Errorf("the check is %q, not %q", got, c.want)
			}
		})
	}
	r := get(t, build(unknown(resource("aws_lb_target_group.g", nil), "protocol")), "aws_lb_target_group.g")
	if r.Unknown["health_check"] == "" {
		t.Error("the check of a group of unknown protocol is taken for known")
	}
}

func TestFailoverRecordsKnowTheirSiblings(t *testing.T) {
	record := func(address, zone, name, typ string) *graph.Resource {
		return resource(address, object{"zone_id": graph.Ref{Address: graph.Address(zone), Attr: "zone_id"}, "name": name, "type": typ, "failover_routing_policy": list{object{"type": "PRIMARY"}}})
	}
	plain := resource("aws_route53_record.plain", object{"zone_id": graph.Ref{Address: "aws_route53_zone.z", Attr: "zone_id"}, "name": "www", "type": "A"})
	zones := []*graph.Resource{
		resource("aws_route53_zone.z", object{"name": "shop.example"}), resource("data.aws_route53_zone.z", object{"name": "shop.example."}),
		resource("aws_route53_zone.p", object{"name": "shop.example", "vpc": list{object{"vpc_id": "vpc-1"}}}),
	}
	known := append(zones, plain,
		record("aws_route53_record.a", "aws_route53_zone.z", "www", "A"), record("aws_route53_record.b", "data.aws_route53_zone.z", "WWW.shop.example.", "a"),
		record("aws_route53_record.c", "aws_route53_zone.p", "www", "A"), record("aws_route53_record.d", "aws_route53_zone.z", "www", "AAAA"))
	g := build(known...)
	if diff := cmp.Diff([]string{"aws_route53_record.b"}, targets(g, "aws_route53_record.a", "siblings")); diff != "" {
		t.Error(diff)
	}
	for _, address := range []string{"aws_route53_record.c", "aws_route53_record.d", "aws_route53_record.plain"} {
		if got := targets(g, address, "siblings"); len(got) > 0 {
			t.Errorf("%s has siblings %v", address, got)
		}
	}
	g = build(append(known, unknown(record("aws_route53_record.e", "aws_route53_zone.z", "", "A"), "name"))...)
	if get(t, g, "aws_route53_record.d").Unknown["_to.siblings[*]"] == "" {
		t.Error("a record of unknown name may be a sibling, and is not taken for one")
	}
}

func TestClassicLoadBalancersAreInSubnetsOrInZones(t *testing.T) {
	g := build(
		resource("aws_elb.subnets", object{"subnets": list{"subnet-1"}, "listener": list{object{"lb_protocol": "HTTPS", "instance_protocol": "HTTP"}}}),
		resource("aws_elb.zones", object{"availability_zones": list{"eu-west-1a"}}),
		resource("aws_elb.neither", nil),
	)
	if diff := cmp.Diff(list{}, get(t, g, "aws_elb.subnets").Attrs["availability_zones"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(list{}, get(t, g, "aws_elb.zones").Attrs["subnets"]); diff != "" {
		t.Error(diff)
	}
	if get(t, g, "aws_elb.neither").Unknown["subnets"] == "" {
		t.Error("subnets that AWS chooses are taken for known")
	}
	listener := get(t, g, "aws_elb.subnets").Attrs["listener"].([]any)[0].(object)
	if listener["lb_protocol"] != "https" || listener["instance_protocol"] != "http" {
		t.Errorf("protocols are not in lower case: %v", listener)
	}
}
