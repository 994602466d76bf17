package cost

import (
	"strings"

	"github.com/shopspring/decimal"
)

// APIs. Source: aws.amazon.com/api-gateway/pricing.
func apigatewayServices() []service {
	return append([]service{
		{Type: "aws_api_gateway_rest_api", Price: func(b *bill) { b.used("requests", "apigateway.rest.requests", "monthly_requests") }, Usage: []Param{requestsField("monthly_requests", "requests")}},
		{Type: "aws_api_gateway_stage", Price: apiStage},
		{Type: "aws_apigatewayv2_api", Price: apiV2, Usage: []Param{
			requestsField("monthly_requests", "requests of an HTTP API"), figures("request_size_kb", "kB of one request", messageKB, messageKB, messageKB, "4 kB"),
			requestsField("monthly_messages", "messages of a WebSocket API"), figures("message_size_kb", "kB of one message", messageKB, messageKB, messageKB, "4 kB"),
			figures("monthly_connection_mins", "minutes of connections", 43800, 438000, 4380000, "1, 10, 100 connections all month"),
		}},
	}, settings("a part of an API, which is charged itself (aws.amazon.com/api-gateway/pricing)", `
		aws_api_gateway_account aws_api_gateway_api_key aws_api_gateway_authorizer aws_api_gateway_base_path_mapping aws_api_gateway_client_certificate
		aws_api_gateway_deployment aws_api_gateway_documentation_part aws_api_gateway_documentation_version aws_api_gateway_domain_name
		aws_api_gateway_gateway_response aws_api_gateway_integration aws_api_gateway_integration_response aws_api_gateway_method
		aws_api_gateway_method_response aws_api_gateway_method_settings aws_api_gateway_model aws_api_gateway_request_validator aws_api_gateway_resource
		aws_api_gateway_rest_api_policy aws_api_gateway_usage_plan aws_api_gateway_usage_plan_key aws_api_gateway_vpc_link aws_apigatewayv2_api_mapping
		aws_apigatewayv2_authorizer aws_apigatewayv2_deployment aws_apigatewayv2_domain_name aws_apigatewayv2_integration aws_apigatewayv2_integration_response
		aws_apigatewayv2_model aws_apigatewayv2_route aws_apigatewayv2_route_response aws_apigatewayv2_stage aws_apigatewayv2_vpc_link`)...)
}

// cacheMeters maps cache sizes in GB to meters.
var cacheMeters = map[string]string{
	"0.5": "0_5gb", "1.6": "1_6gb", "6.1": "6_1gb", "13.5": "13_5gb", "28.4": "28_4gb", "58.2": "58_2gb", "118": "118_gb", "237": "237_gb",
}

// apiStage is charged for its cache only.
func apiStage(b *bill) {
	enabled := b.at("cache_cluster_enabled")
	if !enabled.known() {
		b.unpriced("cache", enabled.missing())
		return
	}
	if !enabled.yes() {
		b.out.Free, b.out.Why = true, "a stage without a cache; requests are charged by the API"
		return
	}
	size, ok := b.needText("cache", "cache_cluster_size")
	if !ok {
		return
	}
	meter, ok := cacheMeters[size]
	if !ok {
		b.unpriced("cache", "a cache of "+size+" GB is not in the catalogue")
		return
	}
	b.hours("cache "+size+" GB", "apigateway.cache."+meter, one)
}

// apiV2: a request of an HTTP API counts once for each 512 kB, a message of a WebSocket API once for each 32 kB.
func apiV2(b *bill) {
	protocol := b.at("protocol_type")
	if !protocol.known() {
		b.unpriced("requests", protocol.missing())
		return
	}
	if strings.EqualFold(protocol.text(), "WEBSOCKET") {
		b.metered("messages", "apigateway.websocket.messages", "monthly_messages", "message_size_kb", 32)
		b.used("connection minutes", "apigateway.websocket.connection_minutes", "monthly_connection_mins")
		return
	}
	b.metered("requests", "apigateway.http.requests", "monthly_requests", "request_size_kb", 512)
}

// metered adds requests, of which a large one counts several times.
func (b *bill) metered(label, meter, field, size string, step int64) {
	q, note, ok := b.usage(field)
	each := one
	if kb, ok := b.given(size); ok {
		each = decimal.Max(kb.DivRound(num(step), 9).Ceil(), one)
	}
	b.add(charge{label: label, meter: meter, quantity: q.Mul(each), open: !ok, usage: field, note: note, once: true})
}
