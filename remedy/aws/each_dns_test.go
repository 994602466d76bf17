package aws_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// dnsWishes are changes of certificates, records and what is served by them.
var dnsWishes = []wish{
	{"acm-wildcard-certificate", "aws_route53_zone", "shop.example.com", wildcard, []string{"acm-validations.aws"}}, // another certificate is for the domain: the record stays
	{"iam-user-mfa", "aws_iam_user", "ana", func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		policy := graph.Ref{Root: r.Root, Address: "aws_iam_policy.mfa", Attr: "arn"}
		return graph.Patch{
			{Op: graph.Create, Root: r.Root, Address: policy.Address, Type: "aws_iam_policy", New: map[string]any{"name": "require-mfa"}},
			{Op: graph.Create, Root: r.Root, Address: "aws_iam_user_policy_attachment.ana", Type: "aws_iam_user_policy_attachment", New: map[string]any{"user": "ana", "policy_arn": policy}},
		}
	}, nil},
	{"iam-user-mfa", "aws_iam_user", "ana", creates("aws_iam_user_policy_attachment", "user", "name", nil), nil},
	{"s3-static-site-cloudfront", "aws_s3_bucket", "site", served(nil), nil},
	{"route53-target", "aws_route53_record", "api", sets("records", []any{"us.shop.example.net"}), nil},
	{"lb-certificate", "aws_lb_listener", "HTTPS", func(r *graph.Resource, g *graph.Graph) graph.Patch { return sets("certificate_arn", other(g))(r, g) }, nil},
	{"cloudfront-certificate", "aws_cloudfront_distribution", "", func(r *graph.Resource, g *graph.Graph) graph.Patch {
		return sets("viewer_certificate[0].acm_certificate_arn", other(g))(r, g)
	}, nil},
	{"route53-failover", "aws_route53_record", "api", halves(nil, nil), nil},
}

// other is a certificate of ACM that was not imported.
func other(g *graph.Graph) any {
	for _, c := range g.OfType("aws_acm_certificate") {
		if c.Attrs["type"] != "IMPORTED" {
			return c.Attrs["arn"]
		}
	}
	return nil
}

// wildcard is a certificate with the record that proves it.
func wildcard(zone *graph.Resource, _ *graph.Graph) graph.Patch {
	ref := func(address, attr string) graph.Ref {
		return graph.Ref{Root: zone.Root, Address: graph.Address(address), Attr: attr}
	}
	const made, option = "aws_acm_certificate.shop", "domain_validation_options[0].resource_record_"
	return graph.Patch{
		{Op: graph.Create, Root: zone.Root, Address: made, Type: "aws_acm_certificate", New: map[string]any{"domain_name": "*.shop.example.com", "subject_alternative_names": []any{"shop.example.com"}, "validation_method": "DNS"}},
		{Op: graph.Create, Root: zone.Root, Address: "aws_route53_record.proof", Type: "aws_route53_record", New: map[string]any{"zone_id": ref(string(zone.Address), "zone_id"), "type": "CNAME", "ttl": 300,
			"name": ref(made, option+"name"), "records": []any{ref(made, option+"value")}}},
		{Op: graph.Create, Root: zone.Root, Address: "aws_acm_certificate_validation.shop", Type: "aws_acm_certificate_validation", New: map[string]any{"certificate_arn": ref(made, "arn")}},
	}
}

// grouped are the changes that put a single node into a group of two.
func grouped(r *graph.Resource, _ *graph.Graph) graph.Patch {
	const group = "aws_elasticache_replication_group.lone"
	return graph.Patch{
		{Op: graph.Create, Root: r.Root, Address: group, Type: "aws_elasticache_replication_group", New: map[string]any{"replication_group_id": "lone-group", "description": "lone",
			"node_type": r.Attrs["node_type"], "num_cache_clusters": 2, "automatic_failover_enabled": true, "multi_az_enabled": true}},
		{Op: graph.Set, Root: r.Root, Address: r.Address, Type: r.Type, Path: "replication_group_id", New: graph.Ref{Root: r.Root, Address: group, Attr: "replication_group_id"}},
	}
}

// halves makes a pair of a record, with other values of the health check and the second half, or without one of them (missing).
func halves(check, second map[string]any) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, g *graph.Graph) graph.Patch {
		made := graph.Ref{Root: r.Root, Address: "aws_route53_health_check.api", Attr: "id"}
		watch := map[string]any{"type": "HTTPS", "fqdn": "eu.shop.example.net", "port": 443, "resource_path": "/healthz"}
		half := map[string]any{"name": r.Attrs["name"], "type": "CNAME", "ttl": 60, "records": []any{"us.shop.example.net"}, "set_identifier": "us", "failover_routing_policy": blocks(map[string]any{"type": "SECONDARY"})}
		maps.Copy(watch, check)
		maps.Copy(half, second)
		p := sets("set_identifier", "eu", "failover_routing_policy", blocks(map[string]any{"type": "PRIMARY"}))(r, g)
		if check["missing"] == nil {
			p = append(append(p, sets("health_check_id", made)(r, g)...), graph.Change{Op: graph.Create, Root: r.Root, Address: made.Address, Type: "aws_route53_health_check", New: watch})
		}
		if second["missing"] == nil {
			p = append(p, graph.Change{Op: graph.Create, Root: r.Root, Address: "aws_route53_record.second", Type: "aws_route53_record", New: half})
		}
		return p
	}
}

// served puts a distribution in front of a bucket, with more attributes.
func served(more map[string]any) func(*graph.Resource, *graph.Graph) graph.Patch {
	return func(r *graph.Resource, _ *graph.Graph) graph.Patch {
		control := graph.Ref{Root: r.Root, Address: "aws_cloudfront_origin_access_control.site", Attr: "id"}
		attrs := map[string]any{"origin": blocks(map[string]any{"origin_id": "s3", "domain_name": graph.Ref{Root: r.Root, Address: r.Address, Attr: "bucket_regional_domain_name"}, "origin_access_control_id": control})}
		maps.Copy(attrs, more)
		return graph.Patch{
			{Op: graph.Create, Root: r.Root, Address: control.Address, Type: "aws_cloudfront_origin_access_control", New: map[string]any{"name": "site"}},
			{Op: graph.Create, Root: r.Root, Address: "aws_cloudfront_distribution.site", Type: "aws_cloudfront_distribution", New: attrs},
		}
	}
}

var missing = map[string]any{"missing": true}

// refusals are changes of the fixable account that are not made, and a part of what is said.
var refusals = []struct {
	typ, name string
	patch     func(*graph.Resource, *graph.Graph) graph.Patch
	says      string
}{
	{"aws_route53_record", "www", halves(nil, nil), "lower the TTL to 60 first"},
	{"aws_route53_record", "api", halves(nil, missing), "no second half"},
	{"aws_route53_record", "api", halves(missing, nil), "nothing would say that the first half is down"},
	{"aws_route53_record", "api", halves(map[string]any{"fqdn": "API.shop.example.com"}, nil), "would watch whichever half answers"},
	{"aws_route53_record", "api", halves(map[string]any{"type": "CALCULATED"}, nil), "of type CALCULATED is not made"},
	{"aws_route53_record", "api", halves(map[string]any{"invert_healthcheck": true}, nil), "with invert_healthcheck is not made"},
	{"aws_route53_record", "api", halves(nil, map[string]any{"records": nil}), "needs an alias, or records and a ttl"},
	{"aws_route53_record", "api", halves(nil, map[string]any{"failover_routing_policy": blocks(map[string]any{"type": "PRIMARY"})}), "the new half needs a set_identifier"},
	{"aws_route53_record", "api", sets("set_identifier", "eu"), "needs a set_identifier and failover_routing_policy PRIMARY"},
	{"aws_route53_zone", "shop.example.com", makes("aws_acm_certificate", map[string]any{"domain_name": "*.shop.example.com", "validation_method": "DNS"}), "no record in a public zone"},
	{"aws_route53_zone", "shop.example.com", makes("aws_acm_certificate", map[string]any{"domain_name": "*.shop.example.com", "validation_method": "EMAIL"}), "only a certificate with DNS validation"},
	{"aws_route53_zone", "shop.example.com", makes("aws_acm_certificate", map[string]any{"domain_name": "*.a.example", "subject_alternative_names": []any{"b.example"}, "validation_method": "DNS"}), "proved by different records"},
	{"aws_iam_user", "ben", makes("aws_iam_user_policy_attachment", map[string]any{"user": "ben", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}), "active access key"},
	{"aws_iam_user", "break-glass", makes("aws_iam_user_policy_attachment", map[string]any{"user": "break-glass", "policy_arn": "x"}), "for emergencies"},
	{"aws_iam_user", "ana", makes("aws_iam_user_policy_attachment", map[string]any{"user": "ana", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}), "only the policy require-mfa"},
	{"aws_s3_bucket", "moved", served(nil), "it does not redirect everything: no"},
	{"aws_s3_bucket", "images", served(nil), "name the document of its root"},
	{"aws_s3_bucket", "site", served(map[string]any{"web_acl_id": "x"}), "with web_acl_id is not made"},
	{"aws_s3_bucket", "site", served(map[string]any{"aliases": []any{"www.shop.example.com"}}), "needs a certificate of us-east-1"},
	{"aws_route53_record", "api", sets("records", []any{"eu.shop.example.net"}), "it leads there already"},
	{"aws_route53_record", "api", sets("alias", blocks(map[string]any{"name": "d111.cloudfront.net", "zone_id": "Z2FDTNDATAQYW2"})), "the distribution answers to api.shop.example.com: no"},
	{"aws_route53_record", "api", sets("alias", blocks(map[string]any{"name": "lb.example"})), "the alias needs a name and a zone_id"},
	{"aws_lb_listener", "HTTPS", sets("certificate_arn", "arn:aws:iam::123456789012:server-certificate/x"), "is no certificate of ACM"},
	{"aws_cloudfront_distribution", "", sets("viewer_certificate[0].acm_certificate_arn", "arn:aws:acm:eu-west-1:123456789012:certificate/x"), "certificates of us-east-1 only"},
}

func (a *account) refusesNames(t *testing.T) {
	for _, r := range refusals {
		g := a.all(r.typ)
		_, err := aws.NewPlanner(a.hand, g, aws.Options{}).Plan(context.Background(), remedy.Wish{Patch: r.patch(the(g, r.typ, r.name), g)})
		if refused, ok := err.(*remedy.Refused); !ok || !strings.Contains(refused.Why, r.says) {
			t.Errorf("%s: %v", r.says, err)
		}
	}
}

// knowsWithoutAnswers demands of what a step did, and cannot repeat with a token, that it is found although its answer was lost.
func (a *account) knowsWithoutAnswers(t *testing.T, s remedy.Step, bound remedy.Bound) {
	t.Helper()
	for _, action := range s.Actions {
		lost := remedy.Bound{}
		for name, v := range bound {
			if _, own := action.Binds[name]; !own {
				lost[name] = v
			}
		}
		state, _, err := a.hand.Look(context.Background(), action, lost)
		if len(action.Binds) > 0 && action.Call.Token == "" && (err != nil || state == remedy.NotDone) {
			t.Errorf("%s would be done twice (%s, %v)", action.Call.Op, state, err)
		}
	}
}
