package services

// API Gateway, HTTP and WebSocket APIs. Needs apigateway:GET.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func apigatewayv2Service() aws.Service {
	const api = "aws_apigatewayv2_api"
	return aws.Service{
		Name: "apigatewayv2",
		Lists: []aws.List{
			{Operation: "GetApis", Actions: getAPIs, Gives: []string{api}, Read: readHTTPAPIs},
			{Operation: "GetDomainNames", Actions: getAPIs, Gives: []string{"aws_apigatewayv2_domain_name"}, Read: readHTTPDomains},
		},
		Details: []aws.Detail{
			{Operation: "GetStages", Actions: getAPIs, Of: api, Gives: []string{"aws_apigatewayv2_stage.api_id"}, Read: readHTTPStages},
			{Operation: "GetRoutes", Actions: getAPIs, Of: api, Gives: []string{"aws_apigatewayv2_route.api_id"}, Read: readHTTPRoutes},
			{Operation: "GetIntegrations", Actions: getAPIs, Of: api, Gives: []string{"aws_apigatewayv2_integration.api_id"}, Read: readHTTPIntegrations},
		},
	}
}

// eachToken asks for page after page: the SDK has no paginators for this service. ask makes one call and gives the next token.
func eachToken(ask func(token *string) (next *string, err error)) error {
	var token *string
	for {
		next, err := ask(token)
		if err != nil || next == nil || *next == "" {
			return err
		}
		token = next
	}
}

var httpAPIFields = aws.Table{
	"name": "Name", "protocol_type": "ProtocolType", "api_endpoint": "ApiEndpoint", "disable_execute_api_endpoint": "DisableExecuteApiEndpoint",
	"cors_configuration[0].allow_origins": "CorsConfiguration.AllowOrigins", "cors_configuration[0].allow_methods": "CorsConfiguration.AllowMethods", "tags": "Tags",
}

func readHTTPAPIs(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := apigatewayv2.NewFromConfig(s.Config)
	return eachToken(func(token *string) (*string, error) {
		out, err := client.GetApis(ctx, &apigatewayv2.GetApisInput{NextToken: token})
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			id := text(out.Items[i].ApiId)
			r := s.Resource("aws_apigatewayv2_api", apiARN(s, "apis/"+id), id, text(out.Items[i].Name))
			httpAPIFields.Set(r, &out.Items[i])
			r.Attrs["execution_arn"] = s.ARN("execute-api", id)
			null(r, "target")
			give(r)
		}
		return out.NextToken, nil
	})
}

var httpStageFields = aws.Table{
	"name": "StageName", "auto_deploy": "AutoDeploy", "access_log_settings[0].destination_arn": "AccessLogSettings.DestinationArn", "access_log_settings[0].format": "AccessLogSettings.Format",
	"default_route_settings[0].throttling_burst_limit":   "DefaultRouteSettings.ThrottlingBurstLimit",
	"default_route_settings[0].throttling_rate_limit":    "DefaultRouteSettings.ThrottlingRateLimit",
	"default_route_settings[0].logging_level":            "DefaultRouteSettings.LoggingLevel",
	"default_route_settings[0].data_trace_enabled":       "DefaultRouteSettings.DataTraceEnabled",
	"default_route_settings[0].detailed_metrics_enabled": "DefaultRouteSettings.DetailedMetricsEnabled",
	"tags": "Tags",
}

func readHTTPStages(ctx context.Context, s *aws.Session, api *graph.Resource, give func(*graph.Resource)) error {
	client, id := apigatewayv2.NewFromConfig(s.Config), api.Attrs["id"].(string)
	return eachToken(func(token *string) (*string, error) {
		out, err := client.GetStages(ctx, &apigatewayv2.GetStagesInput{ApiId: &id, NextToken: token})
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			name := text(out.Items[i].StageName)
			arn := apiARN(s, "apis/"+id+"/stages/"+name)
			r := s.Resource("aws_apigatewayv2_stage", arn, arn, api.Name+" "+name)
			httpStageFields.Set(r, &out.Items[i])
			r.Attrs["api_id"] = id
			give(r)
		}
		return out.NextToken, nil
	})
}

var httpRouteFields = aws.Table{"route_key": "RouteKey", "target": "Target", "authorization_type": "AuthorizationType", "authorizer_id": "AuthorizerId"}

func readHTTPRoutes(ctx context.Context, s *aws.Session, api *graph.Resource, give func(*graph.Resource)) error {
	client, id := apigatewayv2.NewFromConfig(s.Config), api.Attrs["id"].(string)
	return eachToken(func(token *string) (*string, error) {
		out, err := client.GetRoutes(ctx, &apigatewayv2.GetRoutesInput{ApiId: &id, NextToken: token})
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			r := s.Part(api, "aws_apigatewayv2_route", "route/"+text(out.Items[i].RouteId), "api_id")
			httpRouteFields.Set(r, &out.Items[i])
			r.Attrs["id"] = text(out.Items[i].RouteId)
			give(r)
		}
		return out.NextToken, nil
	})
}

var httpIntegrationFields = aws.Table{
	"integration_type": "IntegrationType", "integration_uri": "IntegrationUri", "connection_type": "ConnectionType", "payload_format_version": "PayloadFormatVersion",
}

func readHTTPIntegrations(ctx context.Context, s *aws.Session, api *graph.Resource, give func(*graph.Resource)) error {
	client, id := apigatewayv2.NewFromConfig(s.Config), api.Attrs["id"].(string)
	return eachToken(func(token *string) (*string, error) {
		out, err := client.GetIntegrations(ctx, &apigatewayv2.GetIntegrationsInput{ApiId: &id, NextToken: token})
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			r := s.Part(api, "aws_apigatewayv2_integration", "integration/"+text(out.Items[i].IntegrationId), "api_id")
			httpIntegrationFields.Set(r, &out.Items[i])
			r.Attrs["id"] = text(out.Items[i].IntegrationId)
			give(r)
		}
		return out.NextToken, nil
	})
}

func readHTTPDomains(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := apigatewayv2.NewFromConfig(s.Config)
	return eachToken(func(token *string) (*string, error) {
		out, err := client.GetDomainNames(ctx, &apigatewayv2.GetDomainNamesInput{NextToken: token})
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			give(httpDomain(s, &out.Items[i]))
		}
		return out.NextToken, nil
	})
}

var httpDomainFields = aws.Table{
	"domain_name": "DomainName", "tags": "Tags",
	"domain_name_configuration[].certificate_arn":    "DomainNameConfigurations[].CertificateArn",
	"domain_name_configuration[].endpoint_type":      "DomainNameConfigurations[].EndpointType",
	"domain_name_configuration[].security_policy":    "DomainNameConfigurations[].SecurityPolicy",
	"domain_name_configuration[].target_domain_name": "DomainNameConfigurations[].ApiGatewayDomainName",
	"domain_name_configuration[].hosted_zone_id":     "DomainNameConfigurations[].HostedZoneId",
}

// httpDomain has another address than the same domain as API Gateway's first version lists it.
func httpDomain(s *aws.Session, from *types.DomainName) *graph.Resource {
	name := text(from.DomainName)
	r := s.Resource("aws_apigatewayv2_domain_name", "", name, name)
	httpDomainFields.Set(r, from)
	r.Attrs["arn"] = apiARN(s, "domainnames/"+name)
	return r
}
