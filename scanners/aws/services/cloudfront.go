//lint:file-ignore SA1019 accounts still have the settings that the SDK calls deprecated

package services

// Amazon CloudFront. Needs cloudfront:ListDistributions, cloudfront:GetDistribution, cloudfront:ListTagsForResource,
// cloudfront:ListOriginAccessControls.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func cloudfrontService() aws.Service {
	return aws.Service{
		Name: "cloudfront", Global: true,
		Lists: []aws.List{
			{Operation: "ListDistributions", Gives: []string{"aws_cloudfront_distribution"}, Read: readDistributions},
			{Operation: "ListOriginAccessControls", Gives: []string{"aws_cloudfront_origin_access_control"}, Read: readOriginAccessControls},
		},
		Details: []aws.Detail{
			{Operation: "GetDistribution", Of: "aws_cloudfront_distribution", Sets: []string{
				"enabled", "aliases", "comment", "default_root_object", "http_version", "is_ipv6_enabled", "price_class", "staging", "web_acl_id",
				"viewer_certificate", "default_cache_behavior", "ordered_cache_behavior", "origin", "origin_group", "custom_error_response", "logging_config",
			}, Read: readDistribution},
			{Operation: "ListTagsForResource", Of: "aws_cloudfront_distribution", Sets: []string{"tags"}, Read: readDistributionTags},
		},
	}
}

var (
	distributionFields = aws.Table{
		"enabled": "Enabled", "aliases": "Aliases.Items", "comment": "Comment", "default_root_object": "DefaultRootObject", "http_version": "HttpVersion",
		"is_ipv6_enabled": "IsIPV6Enabled", "price_class": "PriceClass", "staging": "Staging", "web_acl_id": "WebACLId",
		"viewer_certificate[0].acm_certificate_arn":            "ViewerCertificate.ACMCertificateArn",
		"viewer_certificate[0].iam_certificate_id":             "ViewerCertificate.IAMCertificateId",
		"viewer_certificate[0].cloudfront_default_certificate": "ViewerCertificate.CloudFrontDefaultCertificate",
		"viewer_certificate[0].minimum_protocol_version":       "ViewerCertificate.MinimumProtocolVersion",
		"viewer_certificate[0].ssl_support_method":             "ViewerCertificate.SSLSupportMethod",
		"custom_error_response[].error_code":                   "CustomErrorResponses.Items[].ErrorCode",
		"custom_error_response[].response_code":                "CustomErrorResponses.Items[].ResponseCode",
		"custom_error_response[].response_page_path":           "CustomErrorResponses.Items[].ResponsePagePath",
		"custom_error_response[].error_caching_min_ttl":        "CustomErrorResponses.Items[].ErrorCachingMinTTL",
	}
	accessControlFields = aws.Table{
		"name": "Name", "origin_access_control_origin_type": "OriginAccessControlOriginType", "signing_behavior": "SigningBehavior", "signing_protocol": "SigningProtocol",
	}
)

func readDistributions(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := cloudfront.NewListDistributionsPaginator(cloudfront.NewFromConfig(s.Config), &cloudfront.ListDistributionsInput{})
	return eachPage(ctx, pages, func(page *cloudfront.ListDistributionsOutput) {
		if page.DistributionList == nil {
			return
		}
		for i := range page.DistributionList.Items {
			d := &page.DistributionList.Items[i]
			r := s.Resource("aws_cloudfront_distribution", text(d.ARN), text(d.Id), text(d.Id))
			r.Attrs["domain_name"] = hostName(text(d.DomainName))
			r.Attrs["hosted_zone_id"] = "Z2FDTNDATAQYW2" // of all distributions (Route 53 API, AliasTarget)
			give(r)
		}
	})
}

func readDistribution(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id, _ := r.Attrs["id"].(string)
	out, err := cloudfront.NewFromConfig(s.Config).GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
	if err != nil {
		return err
	}
	c := out.Distribution.DistributionConfig
	distributionFields.Set(r, c)
	r.Attrs["default_cache_behavior"] = block(behaviour(asCacheBehaviour(c.DefaultCacheBehavior)))
	ordered, origins, groups, logging := []any{}, []any{}, []any{}, []any{}
	if c.CacheBehaviors != nil {
		for i := range c.CacheBehaviors.Items {
			b := behaviour(&c.CacheBehaviors.Items[i])
			b["path_pattern"] = aws.Plain(c.CacheBehaviors.Items[i].PathPattern)
			ordered = append(ordered, b)
		}
	}
	if c.Origins != nil {
		for i := range c.Origins.Items {
			origins = append(origins, origin(&c.Origins.Items[i]))
		}
	}
	if c.OriginGroups != nil {
		for i := range c.OriginGroups.Items {
			groups = append(groups, originGroup(&c.OriginGroups.Items[i]))
		}
	}
	if l := c.Logging; l != nil && flag(l.Enabled) {
		logging = block(map[string]any{"bucket": aws.Plain(l.Bucket), "include_cookies": flag(l.IncludeCookies), "prefix": text(l.Prefix)})
	}
	r.Attrs["ordered_cache_behavior"], r.Attrs["origin"], r.Attrs["origin_group"], r.Attrs["logging_config"] = ordered, origins, groups, logging
	return nil
}

// asCacheBehaviour reads the default behaviour as one of the others: it has the same fields without a path.
func asCacheBehaviour(d *types.DefaultCacheBehavior) *types.CacheBehavior {
	if d == nil {
		return &types.CacheBehavior{}
	}
	return &types.CacheBehavior{
		TargetOriginId: d.TargetOriginId, ViewerProtocolPolicy: d.ViewerProtocolPolicy, AllowedMethods: d.AllowedMethods, Compress: d.Compress,
		CachePolicyId: d.CachePolicyId, OriginRequestPolicyId: d.OriginRequestPolicyId, ResponseHeadersPolicyId: d.ResponseHeadersPolicyId,
		MinTTL: d.MinTTL, DefaultTTL: d.DefaultTTL, MaxTTL: d.MaxTTL, ForwardedValues: d.ForwardedValues,
		LambdaFunctionAssociations: d.LambdaFunctionAssociations, FunctionAssociations: d.FunctionAssociations,
	}
}

func behaviour(from *types.CacheBehavior) map[string]any {
	out := map[string]any{
		"target_origin_id": aws.Plain(from.TargetOriginId), "viewer_protocol_policy": aws.Plain(from.ViewerProtocolPolicy), "compress": flag(from.Compress),
		"cache_policy_id": aws.Plain(from.CachePolicyId), "origin_request_policy_id": aws.Plain(from.OriginRequestPolicyId),
		"response_headers_policy_id": aws.Plain(from.ResponseHeadersPolicyId), "min_ttl": aws.Plain(from.MinTTL), "default_ttl": aws.Plain(from.DefaultTTL), "max_ttl": aws.Plain(from.MaxTTL),
		"allowed_methods": []any{}, "cached_methods": []any{}, "forwarded_values": []any{}, "lambda_function_association": []any{}, "function_association": []any{},
	}
	if m := from.AllowedMethods; m != nil {
		out["allowed_methods"] = texts(m.Items)
		if m.CachedMethods != nil {
			out["cached_methods"] = texts(m.CachedMethods.Items)
		}
	}
	if f := from.ForwardedValues; f != nil {
		out["forwarded_values"] = block(forwarded(f))
	}
	if l := from.LambdaFunctionAssociations; l != nil {
		for _, a := range l.Items {
			out["lambda_function_association"] = append(out["lambda_function_association"].([]any), map[string]any{"event_type": aws.Plain(a.EventType), "lambda_arn": aws.Plain(a.LambdaFunctionARN)})
		}
	}
	if l := from.FunctionAssociations; l != nil {
		for _, a := range l.Items {
			out["function_association"] = append(out["function_association"].([]any), map[string]any{"event_type": aws.Plain(a.EventType), "function_arn": aws.Plain(a.FunctionARN)})
		}
	}
	return out
}

func forwarded(from *types.ForwardedValues) map[string]any {
	out := map[string]any{"query_string": flag(from.QueryString), "headers": []any{}, "cookies": []any{}}
	if from.Headers != nil {
		out["headers"] = texts(from.Headers.Items)
	}
	if from.Cookies != nil {
		out["cookies"] = block(map[string]any{"forward": aws.Plain(from.Cookies.Forward)})
	}
	return out
}

// origin gives one origin. What its custom headers hold is a secret between CloudFront and the origin.
func origin(from *types.Origin) map[string]any {
	out := map[string]any{
		"origin_id": aws.Plain(from.Id), "domain_name": hostName(text(from.DomainName)), "origin_path": text(from.OriginPath),
		"origin_access_control_id": aws.Plain(from.OriginAccessControlId), "connection_attempts": aws.Plain(from.ConnectionAttempts),
		"custom_header": []any{}, "s3_origin_config": []any{}, "custom_origin_config": []any{}, "vpc_origin_config": []any{}, "origin_shield": []any{},
	}
	if from.CustomHeaders != nil {
		headers := []any{}
		for _, h := range from.CustomHeaders.Items {
			headers = append(headers, map[string]any{"name": aws.Plain(h.HeaderName), "value": graph.Hidden{}})
		}
		out["custom_header"] = headers
	}
	// AWS writes an empty one for every S3 origin; Terraform has the block only with an identity.
	if c := from.S3OriginConfig; c != nil && text(c.OriginAccessIdentity) != "" {
		out["s3_origin_config"] = block(map[string]any{"origin_access_identity": aws.Plain(c.OriginAccessIdentity)})
	}
	if c := from.CustomOriginConfig; c != nil {
		custom := map[string]any{
			"http_port": aws.Plain(c.HTTPPort), "https_port": aws.Plain(c.HTTPSPort), "origin_protocol_policy": aws.Plain(c.OriginProtocolPolicy),
			"origin_read_timeout": aws.Plain(c.OriginReadTimeout), "origin_ssl_protocols": []any{},
		}
		if c.OriginSslProtocols != nil {
			custom["origin_ssl_protocols"] = texts(c.OriginSslProtocols.Items)
		}
		out["custom_origin_config"] = block(custom)
	}
	if c := from.VpcOriginConfig; c != nil {
		out["vpc_origin_config"] = block(map[string]any{"vpc_origin_id": aws.Plain(c.VpcOriginId)})
	}
	if sh := from.OriginShield; sh != nil {
		out["origin_shield"] = block(map[string]any{"enabled": flag(sh.Enabled), "origin_shield_region": aws.Plain(sh.OriginShieldRegion)})
	}
	return out
}

func originGroup(from *types.OriginGroup) map[string]any {
	out := map[string]any{"origin_id": aws.Plain(from.Id), "failover_criteria": []any{}, "member": []any{}}
	if from.FailoverCriteria != nil && from.FailoverCriteria.StatusCodes != nil {
		out["failover_criteria"] = block(map[string]any{"status_codes": aws.Plain(from.FailoverCriteria.StatusCodes.Items)})
	}
	if from.Members != nil {
		members := []any{}
		for _, m := range from.Members.Items {
			members = append(members, map[string]any{"origin_id": aws.Plain(m.OriginId)})
		}
		out["member"] = members
	}
	return out
}

func readDistributionTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	out, err := cloudfront.NewFromConfig(s.Config).ListTagsForResource(ctx, &cloudfront.ListTagsForResourceInput{Resource: &arn})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = map[string]any{}
	if out.Tags != nil {
		r.Attrs["tags"] = aws.Plain(out.Tags.Items)
	}
	return nil
}

func readOriginAccessControls(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client, in := cloudfront.NewFromConfig(s.Config), &cloudfront.ListOriginAccessControlsInput{}
	for {
		out, err := client.ListOriginAccessControls(ctx, in)
		if err != nil {
			return err
		}
		list := out.OriginAccessControlList
		if list == nil {
			return nil
		}
		for i := range list.Items {
			c := &list.Items[i]
			r := s.Resource("aws_cloudfront_origin_access_control", "", text(c.Id), text(c.Name))
			accessControlFields.Set(r, c)
			give(r)
		}
		if !flag(list.IsTruncated) || text(list.NextMarker) == "" {
			return nil
		}
		in.Marker = list.NextMarker
	}
}
