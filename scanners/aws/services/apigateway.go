package services

// API Gateway, REST APIs. Needs apigateway:GET.

import (
	"context"
	"maps"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var getAPIs = []string{"apigateway:GET"}

func apigatewayService() aws.Service {
	const api = "aws_api_gateway_rest_api"
	return aws.Service{
		Name: "apigateway",
		Lists: []aws.List{
			{Operation: "GetRestApis", Actions: getAPIs, Gives: []string{api}, Read: readRestAPIs},
			{Operation: "GetDomainNames", Actions: getAPIs, Gives: []string{"aws_api_gateway_domain_name"}, Read: readAPIDomains},
		},
		Details: []aws.Detail{
			{
				Operation: "GetStages", Actions: getAPIs, Of: api,
				Gives: []string{"aws_api_gateway_stage.rest_api_id", "aws_api_gateway_method_settings.rest_api_id"}, Read: readAPIStages,
			},
			{
				Operation: "GetResources", Actions: getAPIs, Of: api,
				Gives: []string{"aws_api_gateway_resource.rest_api_id", "aws_api_gateway_method.rest_api_id", "aws_api_gateway_integration.rest_api_id"}, Read: readAPIResources,
			},
			{Operation: "GetDeployments", Actions: getAPIs, Of: api, Gives: []string{"aws_api_gateway_deployment.rest_api_id"}, Read: readAPIDeployments},
		},
	}
}

// apiARN makes an ARN of API Gateway, which has no account: apiARN(s, "restapis/a1").
func apiARN(s *aws.Session, path string) string {
	return strings.Join([]string{"arn", s.Partition, "apigateway", s.Region, "", "/" + path}, ":")
}

var restAPIFields = aws.Table{
	"name": "Name", "disable_execute_api_endpoint": "DisableExecuteApiEndpoint", "minimum_compression_size": "MinimumCompressionSize", "root_resource_id": "RootResourceId",
	"endpoint_configuration[0].types": "EndpointConfiguration.Types", "endpoint_configuration[0].vpc_endpoint_ids": "EndpointConfiguration.VpcEndpointIds", "tags": "Tags",
}

func readRestAPIs(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := apigateway.NewGetRestApisPaginator(apigateway.NewFromConfig(s.Config), &apigateway.GetRestApisInput{})
	return eachPage(ctx, pages, func(page *apigateway.GetRestApisOutput) {
		for i := range page.Items {
			from := &page.Items[i]
			id := text(from.Id)
			r := s.Resource("aws_api_gateway_rest_api", apiARN(s, "restapis/"+id), id, text(from.Name))
			restAPIFields.Set(r, from)
			r.Attrs["execution_arn"] = s.ARN("execute-api", id)
			r.Attrs["policy"] = aws.Plain(strings.ReplaceAll(text(from.Policy), `\"`, `"`)) // AWS escapes the quotes
			give(r)
		}
	})
}

var apiDomainFields = aws.Table{
	"domain_name": "DomainName", "certificate_arn": "CertificateArn", "regional_certificate_arn": "RegionalCertificateArn", "security_policy": "SecurityPolicy",
	"cloudfront_domain_name": "DistributionDomainName", "regional_domain_name": "RegionalDomainName", "endpoint_configuration[0].types": "EndpointConfiguration.Types", "tags": "Tags",
}

func readAPIDomains(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := apigateway.NewGetDomainNamesPaginator(apigateway.NewFromConfig(s.Config), &apigateway.GetDomainNamesInput{})
	return eachPage(ctx, pages, func(page *apigateway.GetDomainNamesOutput) {
		for i := range page.Items {
			name := text(page.Items[i].DomainName)
			r := s.Resource("aws_api_gateway_domain_name", apiARN(s, "domainnames/"+name), name, name)
			apiDomainFields.Set(r, &page.Items[i])
			give(r)
		}
	})
}

var apiStageFields = aws.Table{
	"deployment_id": "DeploymentId", "stage_name": "StageName", "cache_cluster_enabled": "CacheClusterEnabled", "cache_cluster_size": "CacheClusterSize",
	"xray_tracing_enabled": "TracingEnabled", "web_acl_arn": "WebAclArn", "access_log_settings[0].destination_arn": "AccessLogSettings.DestinationArn",
	"access_log_settings[0].format": "AccessLogSettings.Format", "tags": "Tags",
}

func readAPIStages(ctx context.Context, s *aws.Session, api *graph.Resource, give func(*graph.Resource)) error {
	id := api.Attrs["id"].(string)
	out, err := apigateway.NewFromConfig(s.Config).GetStages(ctx, &apigateway.GetStagesInput{RestApiId: &id}) // the API has no pages
	if err != nil {
		return err
	}
	for i := range out.Item {
		from := &out.Item[i]
		name := text(from.StageName)
		arn := apiARN(s, "restapis/"+id+"/stages/"+name)
		r := s.Resource("aws_api_gateway_stage", arn, arn, api.Name+" "+name)
		apiStageFields.Set(r, from)
		r.Attrs["rest_api_id"] = id
		give(r)
		for _, path := range slices.Sorted(maps.Keys(from.MethodSettings)) {
			give(methodSettings(s, r, path, from.MethodSettings[path]))
		}
	}
	return nil
}

func methodSettings(s *aws.Session, stage *graph.Resource, path string, from types.MethodSetting) *graph.Resource {
	r := s.Part(stage, "aws_api_gateway_method_settings", "method_settings/"+path, "id")
	r.Attrs["rest_api_id"], r.Attrs["stage_name"], r.Attrs["method_path"] = stage.Attrs["rest_api_id"], stage.Attrs["stage_name"], path
	r.Attrs["settings"] = block(map[string]any{
		"throttling_burst_limit": int(from.ThrottlingBurstLimit), "throttling_rate_limit": aws.Plain(from.ThrottlingRateLimit), "logging_level": aws.Plain(from.LoggingLevel),
		"data_trace_enabled": from.DataTraceEnabled, "caching_enabled": from.CachingEnabled, "metrics_enabled": from.MetricsEnabled, "detailed_metrics_enabled": nil,
	})
	return r
}

func readAPIResources(ctx context.Context, s *aws.Session, api *graph.Resource, give func(*graph.Resource)) error {
	id := api.Attrs["id"].(string)
	pages := apigateway.NewGetResourcesPaginator(apigateway.NewFromConfig(s.Config), &apigateway.GetResourcesInput{RestApiId: &id, Embed: []string{"methods"}, Limit: sdk.Int32(500)})
	return eachPage(ctx, pages, func(page *apigateway.GetResourcesOutput) {
		for i := range page.Items {
			apiResource(s, api, &page.Items[i], give)
		}
	})
}

// apiResource gives one path with its methods and what they call. The root path is the API's own.
func apiResource(s *aws.Session, api *graph.Resource, from *types.Resource, give func(*graph.Resource)) {
	id := text(from.Id)
	if from.ParentId != nil {
		r := s.Part(api, "aws_api_gateway_resource", "resource/"+id, "rest_api_id")
		r.Attrs["id"], r.Attrs["parent_id"], r.Attrs["path_part"] = id, text(from.ParentId), aws.Plain(from.PathPart)
		give(r)
	}
	for _, verb := range slices.Sorted(maps.Keys(from.ResourceMethods)) {
		m := from.ResourceMethods[verb]
		r := s.Part(api, "aws_api_gateway_method", "method/"+id+"/"+verb, "rest_api_id")
		r.Attrs["resource_id"], r.Attrs["http_method"], r.Attrs["authorization"] = id, verb, aws.Plain(m.AuthorizationType)
		r.Attrs["authorizer_id"], r.Attrs["api_key_required"] = aws.Plain(m.AuthorizerId), flag(m.ApiKeyRequired)
		give(r)
		if m.MethodIntegration == nil {
			continue
		}
		in := s.Part(api, "aws_api_gateway_integration", "integration/"+id+"/"+verb, "rest_api_id")
		in.Attrs["resource_id"], in.Attrs["http_method"], in.Attrs["type"] = id, verb, string(m.MethodIntegration.Type)
		in.Attrs["uri"], in.Attrs["integration_http_method"] = aws.Plain(m.MethodIntegration.Uri), aws.Plain(m.MethodIntegration.HttpMethod)
		in.Attrs["connection_type"] = aws.Plain(m.MethodIntegration.ConnectionType)
		give(in)
	}
}

func readAPIDeployments(ctx context.Context, s *aws.Session, api *graph.Resource, give func(*graph.Resource)) error {
	id := api.Attrs["id"].(string)
	pages := apigateway.NewGetDeploymentsPaginator(apigateway.NewFromConfig(s.Config), &apigateway.GetDeploymentsInput{RestApiId: &id, Limit: sdk.Int32(500)})
	return eachPage(ctx, pages, func(page *apigateway.GetDeploymentsOutput) {
		for _, from := range page.Items {
			r := s.Part(api, "aws_api_gateway_deployment", "deployment/"+text(from.Id), "rest_api_id")
			r.Attrs["id"] = text(from.Id)
			null(r, "stage_name", "triggers")
			give(r)
		}
	})
}
