package services

// Application, network and gateway load balancers. Needs elasticloadbalancing:DescribeLoadBalancers,
// elasticloadbalancing:DescribeTags, elasticloadbalancing:DescribeLoadBalancerAttributes, elasticloadbalancing:DescribeListeners,
// elasticloadbalancing:DescribeRules, elasticloadbalancing:DescribeListenerCertificates, elasticloadbalancing:DescribeTargetGroups,
// elasticloadbalancing:DescribeTargetGroupAttributes, elasticloadbalancing:DescribeTargetHealth.

import (
	"context"
	"slices"
	"strings"

	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func elbv2Service() aws.Service {
	return aws.Service{
		Name:   "elbv2",
		Settle: settleTargets,
		Lists: []aws.List{
			{
				Operation: "DescribeLoadBalancers", Actions: []string{"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags"},
				Gives: []string{"aws_lb"}, Read: readLoadBalancers,
			},
			{
				Operation: "DescribeTargetGroups", Actions: []string{"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTags"},
				Gives: []string{"aws_lb_target_group"}, Read: readTargetGroups,
			},
		},
		Details: []aws.Detail{
			{Operation: "DescribeLoadBalancerAttributes", Actions: []string{"elasticloadbalancing:DescribeLoadBalancerAttributes"}, Of: "aws_lb", Sets: loadBalancerAttributes, Read: readLoadBalancerAttributes},
			{
				Operation: "DescribeListeners", Actions: []string{"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeTags"}, Of: "aws_lb",
				Gives: []string{"aws_lb_listener.load_balancer_arn"}, Read: readListeners,
			},
			{Operation: "DescribeRules", Actions: []string{"elasticloadbalancing:DescribeRules"}, Of: "aws_lb_listener", Gives: []string{"aws_lb_listener_rule.listener_arn"}, For: hasRules, Read: readListenerRules},
			{Operation: "DescribeListenerCertificates", Actions: []string{"elasticloadbalancing:DescribeListenerCertificates"}, Of: "aws_lb_listener", Gives: []string{"aws_lb_listener_certificate.listener_arn"}, For: hasCertificates, Read: readListenerCertificates},
			{Operation: "DescribeTargetGroupAttributes", Actions: []string{"elasticloadbalancing:DescribeTargetGroupAttributes"}, Of: "aws_lb_target_group", Sets: targetGroupAttributes, Read: readTargetGroupAttributes},
			{Operation: "DescribeTargetHealth", Actions: []string{"elasticloadbalancing:DescribeTargetHealth"}, Of: "aws_lb_target_group", Gives: []string{"aws_lb_target_group_attachment.target_group_arn"}, Read: readTargets},
		},
	}
}

var loadBalancerFields = aws.Table{
	"name": "LoadBalancerName", "load_balancer_type": "Type", "subnets": "AvailabilityZones[].SubnetId", "security_groups": "SecurityGroups",
	"ip_address_type": "IpAddressType", "dns_name": "DNSName", "zone_id": "CanonicalHostedZoneId",
}

func readLoadBalancers(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := elb.NewFromConfig(s.Config)
	var found []*graph.Resource
	err := eachPage(ctx, elb.NewDescribeLoadBalancersPaginator(client, &elb.DescribeLoadBalancersInput{}), func(page *elb.DescribeLoadBalancersOutput) {
		for i := range page.LoadBalancers {
			found = append(found, loadBalancer(s, &page.LoadBalancers[i]))
		}
	})
	if err != nil {
		return err
	}
	return giveTagged(ctx, client, found, give)
}

func loadBalancer(s *aws.Session, from *types.LoadBalancer) *graph.Resource {
	arn := text(from.LoadBalancerArn)
	r := s.Resource("aws_lb", arn, arn, text(from.LoadBalancerName))
	loadBalancerFields.Set(r, from)
	r.Attrs["internal"] = from.Scheme == types.LoadBalancerSchemeEnumInternal
	r.Attrs["subnet_mapping"] = addressesOf(from.AvailabilityZones)
	r.Attrs["dns_name"] = hostName(text(from.DNSName))
	_, r.Attrs["arn_suffix"], _ = strings.Cut(arn, "loadbalancer/")
	null(r, "name_prefix")
	return r
}

// addressesOf gives the subnets in which a network load balancer has an address that was chosen for it.
func addressesOf(zones []types.AvailabilityZone) []any {
	out := []any{}
	for _, z := range zones {
		for _, a := range z.LoadBalancerAddresses {
			if a.AllocationId != nil || a.PrivateIPv4Address != nil {
				out = append(out, map[string]any{
					"subnet_id": aws.Plain(z.SubnetId), "allocation_id": aws.Plain(a.AllocationId), "private_ipv4_address": aws.Plain(a.PrivateIPv4Address),
				})
			}
		}
	}
	return out
}

// giveTagged reads the tags of resources whose id is their ARN and hands them over.
func giveTagged(ctx context.Context, client *elb.Client, found []*graph.Resource, give func(*graph.Resource)) error {
	for list := range slices.Chunk(found, tagsAtOnce) {
		arns := make([]string, len(list))
		for i, r := range list {
			arns[i] = string(r.Address)
		}
		out, err := client.DescribeTags(ctx, &elb.DescribeTagsInput{ResourceArns: arns})
		if err != nil {
			return err
		}
		tags := map[string]any{}
		for _, d := range out.TagDescriptions {
			tags[text(d.ResourceArn)] = aws.Plain(d.Tags)
		}
		for _, r := range list {
			setTags(r, tags, string(r.Address))
			give(r)
		}
	}
	return nil
}

// setTags takes the tags of a resource from an answer about several; what the answer leaves out is not known.
func setTags(r *graph.Resource, all map[string]any, name string) {
	tags, said := all[name]
	if !said {
		r.Unknown["tags"] = saysNothing("DescribeTags").Error()
		return
	}
	r.Attrs["tags"] = tags
}

var loadBalancerAttributes = []string{
	"access_logs", "desync_mitigation_mode", "drop_invalid_header_fields", "enable_cross_zone_load_balancing", "enable_deletion_protection",
	"enable_http2", "enable_waf_fail_open", "enable_zonal_shift", "idle_timeout",
}

func readLoadBalancerAttributes(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := elb.NewFromConfig(s.Config).DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: arnOf(r)})
	if err != nil {
		return err
	}
	said := map[string]string{}
	for _, a := range out.Attributes {
		said[text(a.Key)] = text(a.Value)
	}
	keyed(r, said, map[string]string{
		"desync_mitigation_mode": "routing.http.desync_mitigation_mode", "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
		"enable_cross_zone_load_balancing": "load_balancing.cross_zone.enabled", "enable_deletion_protection": "deletion_protection.enabled",
		"enable_http2": "routing.http2.enabled", "enable_waf_fail_open": "waf.fail_open.enabled", "enable_zonal_shift": "zonal_shift.config.enabled",
		"idle_timeout": "idle_timeout.timeout_seconds",
	})
	r.Attrs["access_logs"] = []any{}
	if said["access_logs.s3.enabled"] == "true" {
		r.Attrs["access_logs"] = block(map[string]any{"enabled": true, "bucket": aws.Plain(said["access_logs.s3.bucket"]), "prefix": aws.Plain(said["access_logs.s3.prefix"])})
	}
	return nil
}

// keyed sets attributes from AWS's list of keys and texts; the catalog makes them truths and numbers. An attribute whose key
// AWS leaves out (the kind of load balancer has none) stays unset.
func keyed(r *graph.Resource, said, keys map[string]string) {
	for attr, key := range keys {
		if v := said[key]; v != "" {
			r.Attrs[attr] = v
		}
	}
}

// arnOf gives the ARN of a resource whose address it is.
func arnOf(r *graph.Resource) *string {
	arn := string(r.Address)
	return &arn
}

var listenerFields = aws.Table{
	"load_balancer_arn": "LoadBalancerArn", "port": "Port", "protocol": "Protocol", "ssl_policy": "SslPolicy",
	"mutual_authentication[0].mode":            "MutualAuthentication.Mode",
	"mutual_authentication[0].trust_store_arn": "MutualAuthentication.TrustStoreArn",
}

func readListeners(ctx context.Context, s *aws.Session, lb *graph.Resource, give func(*graph.Resource)) error {
	client := elb.NewFromConfig(s.Config)
	var found []*graph.Resource
	err := eachPage(ctx, elb.NewDescribeListenersPaginator(client, &elb.DescribeListenersInput{LoadBalancerArn: arnOf(lb)}), func(page *elb.DescribeListenersOutput) {
		for i := range page.Listeners {
			found = append(found, listener(s, lb, &page.Listeners[i]))
		}
	})
	if err != nil {
		return err
	}
	return giveTagged(ctx, client, found, give)
}

func listener(s *aws.Session, lb *graph.Resource, from *types.Listener) *graph.Resource {
	arn := text(from.ListenerArn)
	r := s.Resource("aws_lb_listener", arn, arn, lb.Name)
	listenerFields.Set(r, from)
	null(r, "certificate_arn", "alpn_policy")
	if len(from.Certificates) > 0 { // the list has the default certificate alone
		r.Attrs["certificate_arn"] = aws.Plain(from.Certificates[0].CertificateArn)
	}
	if len(from.AlpnPolicy) > 0 {
		r.Attrs["alpn_policy"] = from.AlpnPolicy[0]
	}
	r.Attrs["default_action"] = actions(from.DefaultActions)
	return r
}

var (
	redirectFields = map[string]string{"protocol": "Protocol", "port": "Port", "host": "Host", "path": "Path", "query": "Query", "status_code": "StatusCode"}
	fixedFields    = map[string]string{"content_type": "ContentType", "message_body": "MessageBody", "status_code": "StatusCode"}
	oidcFields     = map[string]string{"issuer": "Issuer", "client_id": "ClientId"}
	cognitoFields  = map[string]string{"user_pool_arn": "UserPoolArn", "user_pool_client_id": "UserPoolClientId", "user_pool_domain": "UserPoolDomain"}
)

func actions(list []types.Action) []any {
	out := make([]any, len(list))
	for i := range list {
		a := &list[i]
		oidc := optional(a.AuthenticateOidcConfig, oidcFields)
		for _, b := range oidc {
			b.(map[string]any)["client_secret"] = graph.Hidden{} // it must be set, and AWS never gives it
		}
		out[i] = map[string]any{
			"type": string(a.Type), "order": aws.Plain(a.Order), "target_group_arn": soleTarget(a), "forward": forwards(a),
			"redirect": optional(a.RedirectConfig, redirectFields), "fixed_response": optional(a.FixedResponseConfig, fixedFields),
			"authenticate_oidc": oidc, "authenticate_cognito": optional(a.AuthenticateCognitoConfig, cognitoFields),
		}
	}
	return out
}

// soleTarget gives the target group when there is one; forwards gives them when there are several. AWS writes
// a single one in both ways.
func soleTarget(a *types.Action) any {
	if a.TargetGroupArn == nil && a.ForwardConfig != nil && len(a.ForwardConfig.TargetGroups) == 1 {
		return aws.Plain(a.ForwardConfig.TargetGroups[0].TargetGroupArn)
	}
	return aws.Plain(a.TargetGroupArn)
}

func forwards(a *types.Action) []any {
	if a.ForwardConfig == nil || len(a.ForwardConfig.TargetGroups) < 2 {
		return []any{}
	}
	groups := make([]any, len(a.ForwardConfig.TargetGroups))
	for i, t := range a.ForwardConfig.TargetGroups {
		groups[i] = map[string]any{"arn": aws.Plain(t.TargetGroupArn), "weight": aws.Plain(t.Weight)}
	}
	sticky := []any{}
	if c := a.ForwardConfig.TargetGroupStickinessConfig; c != nil {
		sticky = block(map[string]any{"enabled": flag(c.Enabled), "duration": aws.Plain(c.DurationSeconds)})
	}
	return block(map[string]any{"target_group": groups, "stickiness": sticky})
}

// hasRules says whether a listener may have rules besides its default action: those of application load balancers.
func hasRules(r *graph.Resource) bool {
	return r.Attrs["protocol"] == "HTTP" || r.Attrs["protocol"] == "HTTPS"
}

func hasCertificates(r *graph.Resource) bool {
	return r.Attrs["protocol"] == "HTTPS" || r.Attrs["protocol"] == "TLS"
}

func readListenerRules(ctx context.Context, s *aws.Session, listener *graph.Resource, give func(*graph.Resource)) error {
	pages := elb.NewDescribeRulesPaginator(elb.NewFromConfig(s.Config), &elb.DescribeRulesInput{ListenerArn: arnOf(listener)})
	return eachPage(ctx, pages, func(page *elb.DescribeRulesOutput) {
		for i := range page.Rules {
			if from := &page.Rules[i]; !flag(from.IsDefault) { // that one is the listener's default action
				give(listenerRule(s, listener, from))
			}
		}
	})
}

func listenerRule(s *aws.Session, listener *graph.Resource, from *types.Rule) *graph.Resource {
	arn := text(from.RuleArn)
	r := s.Resource("aws_lb_listener_rule", arn, arn, listener.Name)
	r.Attrs["listener_arn"], r.Attrs["priority"], r.Attrs["action"] = string(listener.Address), aws.Plain(from.Priority), actions(from.Actions)
	conditions := make([]any, len(from.Conditions))
	for i := range from.Conditions {
		conditions[i] = condition(&from.Conditions[i])
	}
	r.Attrs["condition"] = conditions
	return r
}

func condition(c *types.RuleCondition) map[string]any {
	out := map[string]any{
		"field": aws.Plain(c.Field), "values": texts(c.Values), "host_header": []any{}, "path_pattern": []any{},
		"http_header": []any{}, "http_request_method": []any{}, "source_ip": []any{},
	}
	values := func(list []string) []any { return block(map[string]any{"values": texts(list)}) }
	if c.HostHeaderConfig != nil {
		out["host_header"] = values(c.HostHeaderConfig.Values)
	}
	if c.PathPatternConfig != nil {
		out["path_pattern"] = values(c.PathPatternConfig.Values)
	}
	if c.HttpRequestMethodConfig != nil {
		out["http_request_method"] = values(c.HttpRequestMethodConfig.Values)
	}
	if c.SourceIpConfig != nil {
		out["source_ip"] = values(c.SourceIpConfig.Values)
	}
	if h := c.HttpHeaderConfig; h != nil {
		out["http_header"] = block(map[string]any{"http_header_name": aws.Plain(h.HttpHeaderName), "values": texts(h.Values)})
	}
	return out
}

func readListenerCertificates(ctx context.Context, s *aws.Session, listener *graph.Resource, give func(*graph.Resource)) error {
	pages := elb.NewDescribeListenerCertificatesPaginator(elb.NewFromConfig(s.Config), &elb.DescribeListenerCertificatesInput{ListenerArn: arnOf(listener)})
	return eachPage(ctx, pages, func(page *elb.DescribeListenerCertificatesOutput) {
		for _, c := range page.Certificates {
			if flag(c.IsDefault) || aws.Plain(c.CertificateArn) == listener.Attrs["certificate_arn"] {
				continue
			}
			r := s.Part(listener, "aws_lb_listener_certificate", "certificate/"+text(c.CertificateArn), "listener_arn")
			r.Attrs["certificate_arn"] = aws.Plain(c.CertificateArn)
			give(r)
		}
	})
}
