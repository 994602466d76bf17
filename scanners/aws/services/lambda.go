package services

// AWS Lambda. Needs lambda:ListFunctions, lambda:ListTags, lambda:GetFunctionConcurrency, lambda:GetPolicy,
// lambda:ListEventSourceMappings, lambda:ListFunctionEventInvokeConfigs, lambda:ListFunctionUrlConfigs, lambda:ListAliases,
// lambda:ListProvisionedConcurrencyConfigs. lambda:GetFunction is not needed: it would let the code be downloaded.

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func lambdaService() aws.Service {
	const function = "aws_lambda_function"
	return aws.Service{
		Name: "lambda",
		Lists: []aws.List{
			{Operation: "ListFunctions", Gives: []string{function}, Read: readFunctions},
			{Operation: "ListEventSourceMappings", Gives: []string{"aws_lambda_event_source_mapping"}, Read: readEventSources},
		},
		Details: []aws.Detail{
			{Operation: "ListTags", Of: function, Sets: []string{"tags"}, Read: readFunctionTags},
			{Operation: "GetFunctionConcurrency", Of: function, Sets: []string{"reserved_concurrent_executions"}, Read: readConcurrency},
			{Operation: "GetPolicy", Of: function, Gives: []string{"aws_lambda_permission.function_name"}, Read: readPermissions},
			{Operation: "ListFunctionEventInvokeConfigs", Of: function, Gives: []string{"aws_lambda_function_event_invoke_config.function_name"}, Read: readInvokeConfigs},
			{Operation: "ListFunctionUrlConfigs", Of: function, Gives: []string{"aws_lambda_function_url.function_name"}, Read: readFunctionURLs},
			{Operation: "ListAliases", Of: function, Gives: []string{"aws_lambda_alias.function_name"}, Read: readFunctionAliases},
			{
				Operation: "ListProvisionedConcurrencyConfigs", Of: function,
				Gives: []string{"aws_lambda_provisioned_concurrency_config.function_name"}, Read: readProvisioned,
			},
		},
	}
}

var functionFields = aws.Table{
	"function_name": "FunctionName", "role": "Role", "runtime": "Runtime", "handler": "Handler", "package_type": "PackageType", "architectures": "Architectures",
	"memory_size": "MemorySize", "timeout": "Timeout", "layers": "Layers[].Arn", "kms_key_arn": "KMSKeyArn", "version": "Version",
	"vpc_config[0].subnet_ids": "VpcConfig.SubnetIds", "vpc_config[0].security_group_ids": "VpcConfig.SecurityGroupIds",
	"dead_letter_config[0].target_arn": "DeadLetterConfig.TargetArn", "ephemeral_storage[0].size": "EphemeralStorage.Size",
	"file_system_config[].arn": "FileSystemConfigs[].Arn", "file_system_config[].local_mount_path": "FileSystemConfigs[].LocalMountPath",
	"tracing_config[0].mode": "TracingConfig.Mode", "logging_config[0].log_group": "LoggingConfig.LogGroup", "logging_config[0].log_format": "LoggingConfig.LogFormat",
	"snap_start[0].apply_on": "SnapStart.ApplyOn",
}

func readFunctions(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(s.Config), &lambda.ListFunctionsInput{})
	return eachPage(ctx, pages, func(page *lambda.ListFunctionsOutput) {
		for i := range page.Functions {
			give(function(s, &page.Functions[i]))
		}
	})
}

func function(s *aws.Session, from *types.FunctionConfiguration) *graph.Resource {
	name, arn := text(from.FunctionName), text(from.FunctionArn)
	r := s.Resource("aws_lambda_function", arn, name, name)
	functionFields.Set(r, from)
	r.Attrs["environment"] = []any{}
	if from.Environment != nil && len(from.Environment.Variables) > 0 {
		r.Attrs["environment"] = block(map[string]any{"variables": graph.Hidden{}})
	}
	if from.SnapStart != nil && from.SnapStart.ApplyOn == types.SnapStartApplyOnNone {
		r.Attrs["snap_start"] = []any{}
	}
	// Source: API Gateway developer guide, "uri" of Lambda integrations.
	r.Attrs["invoke_arn"] = fmt.Sprintf("arn:%s:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", s.Partition, s.Region, arn)
	return r
}

func readFunctionTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := lambda.NewFromConfig(s.Config).ListTags(ctx, &lambda.ListTagsInput{Resource: arnOf(r)})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.Tags)
	return nil
}

// readConcurrency sets what is reserved; -1 is the provider's word for nothing.
func readConcurrency(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := lambda.NewFromConfig(s.Config).GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: &r.Name})
	if err != nil {
		return err
	}
	r.Attrs["reserved_concurrent_executions"] = -1
	if out.ReservedConcurrentExecutions != nil {
		r.Attrs["reserved_concurrent_executions"] = int(*out.ReservedConcurrentExecutions)
	}
	return nil
}

// statement is one statement of a function's policy, which each permission is one of.
type statement struct {
	Sid       string
	Action    string
	Principal any
	Condition map[string]map[string]any
}

func readPermissions(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	out, err := lambda.NewFromConfig(s.Config).GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &r.Name})
	if answered(err, "ResourceNotFoundException") {
		return nil
	}
	if err != nil {
		return err
	}
	var policy struct{ Statement []statement }
	if err := json.Unmarshal([]byte(text(out.Policy)), &policy); err != nil {
		return fmt.Errorf("the policy of %s: %w", r.Name, err)
	}
	for _, st := range policy.Statement {
		give(permission(s, r, st))
	}
	return nil
}

func permission(s *aws.Session, function *graph.Resource, st statement) *graph.Resource {
	r := s.Part(function, "aws_lambda_permission", "permission/"+st.Sid, "function_name")
	r.Attrs["statement_id"], r.Attrs["action"], r.Attrs["principal"] = st.Sid, st.Action, principal(st.Principal)
	null(r, "qualifier")
	for attr, key := range map[string]string{
		"source_arn": "AWS:SourceArn", "source_account": "AWS:SourceAccount", "principal_org_id": "aws:PrincipalOrgID", "function_url_auth_type": "lambda:FunctionUrlAuthType",
	} {
		r.Attrs[attr] = st.condition(key)
	}
	return r
}

// principal gives who is let in: a service, an account, or everybody.
func principal(v any) any {
	if m, ok := v.(map[string]any); ok {
		for _, kind := range []string{"Service", "AWS"} {
			if m[kind] != nil {
				return m[kind]
			}
		}
	}
	return v
}

// condition gives what a key must be, however it is compared; nil when there is no such condition.
func (st statement) condition(key string) any {
	for _, test := range st.Condition {
		for k, v := range test {
			if strings.EqualFold(k, key) {
				return v
			}
		}
	}
	return nil
}

var eventSourceFields = aws.Table{
	"event_source_arn": "EventSourceArn", "batch_size": "BatchSize", "starting_position": "StartingPosition", "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
	"maximum_retry_attempts": "MaximumRetryAttempts", "destination_config[0].on_failure[0].destination_arn": "DestinationConfig.OnFailure.Destination",
}

func readEventSources(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := lambda.NewListEventSourceMappingsPaginator(lambda.NewFromConfig(s.Config), &lambda.ListEventSourceMappingsInput{})
	return eachPage(ctx, pages, func(page *lambda.ListEventSourceMappingsOutput) {
		for i := range page.EventSourceMappings {
			from := &page.EventSourceMappings[i]
			id := text(from.UUID)
			r := s.Resource("aws_lambda_event_source_mapping", s.ARN("lambda", "event-source-mapping:"+id), id, id)
			eventSourceFields.Set(r, from)
			r.Attrs["function_name"], _ = qualified(text(from.FunctionArn))
			r.Attrs["enabled"] = text(from.State) != "Disabled" && text(from.State) != "Disabling"
			give(r)
		}
	})
}

// qualified gives the name of a function and, nil for none, the version or alias in its ARN.
func qualified(arn string) (name string, qualifier any) {
	name, version, _ := strings.Cut(strings.TrimPrefix(arnPart(arn, 5), "function:"), ":")
	if version == "" || version == "$LATEST" {
		return name, nil
	}
	return name, version
}

func readInvokeConfigs(ctx context.Context, s *aws.Session, function *graph.Resource, give func(*graph.Resource)) error {
	pages := lambda.NewListFunctionEventInvokeConfigsPaginator(lambda.NewFromConfig(s.Config), &lambda.ListFunctionEventInvokeConfigsInput{FunctionName: &function.Name})
	return eachPage(ctx, pages, func(page *lambda.ListFunctionEventInvokeConfigsOutput) {
		for _, from := range page.FunctionEventInvokeConfigs {
			_, qualifier := qualified(text(from.FunctionArn))
			r := s.Part(function, "aws_lambda_function_event_invoke_config", "event_invoke_config/"+fmt.Sprint(qualifier), "function_name")
			r.Attrs["qualifier"] = qualifier
			r.Attrs["maximum_retry_attempts"], r.Attrs["maximum_event_age_in_seconds"] = aws.Plain(from.MaximumRetryAttempts), aws.Plain(from.MaximumEventAgeInSeconds)
			r.Attrs["destination_config"] = destinations(from.DestinationConfig)
			give(r)
		}
	})
}

func destinations(from *types.DestinationConfig) []any {
	if from == nil {
		return []any{}
	}
	out := map[string]any{"on_failure": []any{}, "on_success": []any{}}
	if d := from.OnFailure; d != nil && d.Destination != nil {
		out["on_failure"] = block(map[string]any{"destination": text(d.Destination)})
	}
	if d := from.OnSuccess; d != nil && d.Destination != nil {
		out["on_success"] = block(map[string]any{"destination": text(d.Destination)})
	}
	return block(out)
}

func readFunctionURLs(ctx context.Context, s *aws.Session, function *graph.Resource, give func(*graph.Resource)) error {
	pages := lambda.NewListFunctionUrlConfigsPaginator(lambda.NewFromConfig(s.Config), &lambda.ListFunctionUrlConfigsInput{FunctionName: &function.Name})
	return eachPage(ctx, pages, func(page *lambda.ListFunctionUrlConfigsOutput) {
		for _, from := range page.FunctionUrlConfigs {
			_, qualifier := qualified(text(from.FunctionArn))
			r := s.Part(function, "aws_lambda_function_url", "url/"+fmt.Sprint(qualifier), "function_name")
			r.Attrs["qualifier"], r.Attrs["authorization_type"] = qualifier, string(from.AuthType)
			r.Attrs["function_url"], r.Attrs["invoke_mode"] = aws.Plain(from.FunctionUrl), aws.Plain(from.InvokeMode)
			give(r)
		}
	})
}

func readFunctionAliases(ctx context.Context, s *aws.Session, function *graph.Resource, give func(*graph.Resource)) error {
	pages := lambda.NewListAliasesPaginator(lambda.NewFromConfig(s.Config), &lambda.ListAliasesInput{FunctionName: &function.Name})
	return eachPage(ctx, pages, func(page *lambda.ListAliasesOutput) {
		for _, from := range page.Aliases {
			r := s.Resource("aws_lambda_alias", text(from.AliasArn), text(from.AliasArn), text(from.Name))
			r.Attrs["name"], r.Attrs["function_name"], r.Attrs["function_version"] = aws.Plain(from.Name), function.Name, aws.Plain(from.FunctionVersion)
			r.Attrs["routing_config"] = []any{}
			if c := from.RoutingConfig; c != nil && len(c.AdditionalVersionWeights) > 0 {
				r.Attrs["routing_config"] = block(map[string]any{"additional_version_weights": aws.Plain(c.AdditionalVersionWeights)})
			}
			give(r)
		}
	})
}

func readProvisioned(ctx context.Context, s *aws.Session, function *graph.Resource, give func(*graph.Resource)) error {
	pages := lambda.NewListProvisionedConcurrencyConfigsPaginator(lambda.NewFromConfig(s.Config), &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: sdk.String(function.Name)})
	return eachPage(ctx, pages, func(page *lambda.ListProvisionedConcurrencyConfigsOutput) {
		for _, from := range page.ProvisionedConcurrencyConfigs {
			_, qualifier := qualified(text(from.FunctionArn))
			r := s.Part(function, "aws_lambda_provisioned_concurrency_config", "provisioned/"+fmt.Sprint(qualifier), "function_name")
			r.Attrs["qualifier"], r.Attrs["provisioned_concurrent_executions"] = qualifier, aws.Plain(from.RequestedProvisionedConcurrentExecutions)
			give(r)
		}
	})
}
