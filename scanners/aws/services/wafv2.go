package services

// AWS WAF. Needs wafv2:ListWebACLs, wafv2:GetWebACL, wafv2:ListResourcesForWebACL.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func wafv2Service() aws.Service {
	return aws.Service{
		Name:  "wafv2",
		Lists: []aws.List{{Operation: "ListWebACLs", Gives: []string{"aws_wafv2_web_acl"}, Read: readWebACLs}},
		Details: []aws.Detail{
			{Operation: "GetWebACL", Of: "aws_wafv2_web_acl", Sets: []string{"rule", "default_action"}, Read: readWebACL},
			{Operation: "ListResourcesForWebACL", Of: "aws_wafv2_web_acl", Gives: []string{"aws_wafv2_web_acl_association.web_acl_arn"}, For: regional, Read: readGuarded},
		},
	}
}

// globalRegion is where the web ACLs of CloudFront are listed.
const globalRegion = "us-east-1"

// readWebACLs lists the web ACLs of the region, and in us-east-1 those of CloudFront too.
func readWebACLs(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	scopes := []types.Scope{types.ScopeRegional}
	if s.Region == globalRegion {
		scopes = append(scopes, types.ScopeCloudfront)
	}
	client := wafv2.NewFromConfig(s.Config)
	for _, scope := range scopes {
		for in := (&wafv2.ListWebACLsInput{Scope: scope}); ; {
			out, err := client.ListWebACLs(ctx, in)
			if err != nil {
				return err
			}
			for i := range out.WebACLs {
				a := &out.WebACLs[i]
				r := s.Resource("aws_wafv2_web_acl", text(a.ARN), text(a.Id), text(a.Name))
				r.Attrs["name"], r.Attrs["scope"] = aws.Plain(a.Name), string(scope)
				give(r)
			}
			// The marker of the last page may be set: only an empty page, or none, is the end.
			if text(out.NextMarker) == "" || len(out.WebACLs) == 0 {
				break
			}
			in.NextMarker = out.NextMarker
		}
	}
	return nil
}

// readWebACL gives the rules as far as their kind and number matter: what they look for stays with AWS.
func readWebACL(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id, _ := r.Attrs["id"].(string)
	scope, _ := r.Attrs["scope"].(string)
	out, err := wafv2.NewFromConfig(s.Config).GetWebACL(ctx, &wafv2.GetWebACLInput{Id: &id, Name: &r.Name, Scope: types.Scope(scope)})
	if err != nil {
		return err
	}
	if out.WebACL == nil || out.WebACL.DefaultAction == nil {
		return saysNothing("GetWebACL")
	}
	rules := []any{}
	for i := range out.WebACL.Rules {
		rules = append(rules, webRule(&out.WebACL.Rules[i]))
	}
	action := map[string]any{"allow": nil, "block": nil}
	if out.WebACL.DefaultAction.Allow != nil {
		action["allow"] = block(map[string]any{})
	} else {
		action["block"] = block(map[string]any{})
	}
	r.Attrs["rule"], r.Attrs["default_action"] = rules, block(action)
	return nil
}

func webRule(from *types.Rule) map[string]any {
	statement := map[string]any{"rate_based_statement": []any{}, "managed_rule_group_statement": []any{}}
	if from.Statement != nil && from.Statement.RateBasedStatement != nil {
		x := from.Statement.RateBasedStatement
		statement["rate_based_statement"] = block(map[string]any{
			"limit": aws.Plain(x.Limit), "aggregate_key_type": string(x.AggregateKeyType), "evaluation_window_sec": int(x.EvaluationWindowSec),
		})
	}
	if from.Statement != nil && from.Statement.ManagedRuleGroupStatement != nil {
		x := from.Statement.ManagedRuleGroupStatement
		statement["managed_rule_group_statement"] = block(map[string]any{"name": aws.Plain(x.Name), "vendor_name": aws.Plain(x.VendorName), "version": aws.Plain(x.Version)})
	}
	return map[string]any{"name": aws.Plain(from.Name), "priority": int(from.Priority), "statement": block(statement)}
}

// regional says whether a web ACL is associated with resources; those of CloudFront are named by distributions.
func regional(r *graph.Resource) bool { return r.Attrs["scope"] == string(types.ScopeRegional) }

// guardedKinds are the resources that the catalog knows as guarded by a web ACL; the API lists one kind at a time.
var guardedKinds = []types.ResourceType{types.ResourceTypeApplicationLoadBalancer, types.ResourceTypeApiGateway}

func readGuarded(ctx context.Context, s *aws.Session, acl *graph.Resource, give func(*graph.Resource)) error {
	arn, _ := acl.Attrs["arn"].(string)
	client := wafv2.NewFromConfig(s.Config)
	for _, kind := range guardedKinds {
		out, err := client.ListResourcesForWebACL(ctx, &wafv2.ListResourcesForWebACLInput{WebACLArn: &arn, ResourceType: kind})
		if err != nil {
			return err
		}
		for _, guarded := range out.ResourceArns {
			part := s.Part(acl, "aws_wafv2_web_acl_association", "resource["+guarded+"]", "web_acl_arn")
			part.Attrs["web_acl_arn"], part.Attrs["resource_arn"] = arn, guarded
			give(part)
		}
	}
	return nil
}
