package services

// AWS WAF. Needs wafv2:ListWebACLs, wafv2:GetWebACLForResource.

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
		Details: []aws.Detail{{
			Operation: "GetWebACLForResource", Of: "aws_lb", Gives: []string{"aws_wafv2_web_acl_association.resource_arn"}, For: application, Read: readWebACLOf,
		}},
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

func application(r *graph.Resource) bool { return r.Attrs["load_balancer_type"] == "application" }

func readWebACLOf(ctx context.Context, s *aws.Session, lb *graph.Resource, give func(*graph.Resource)) error {
	arn, _ := lb.Attrs["arn"].(string)
	out, err := wafv2.NewFromConfig(s.Config).GetWebACLForResource(ctx, &wafv2.GetWebACLForResourceInput{ResourceArn: &arn})
	if answered(err, "WAFNonexistentItemException") || err == nil && out.WebACL == nil {
		return nil
	}
	if err != nil {
		return err
	}
	part := s.Part(lb, "aws_wafv2_web_acl_association", "web_acl", "resource_arn")
	part.Attrs["resource_arn"], part.Attrs["web_acl_arn"] = arn, aws.Plain(out.WebACL.ARN)
	give(part)
	return nil
}
