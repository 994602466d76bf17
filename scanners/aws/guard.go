package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/smithy-go/middleware"
)

// readVerbs begin the names of operations that only read.
var readVerbs = []string{"Describe", "List", "Get", "BatchGet", "Lookup", "Search"}

// readsToo lists operations that change nothing either, by the SDK's service ID, though their names do not say so.
//
// GenerateCredentialReport makes AWS write down, for the account itself, what it knows of the account's users. No setting
// of the account changes, and there is no other way to learn which of them sign in without a second factor.
var readsToo = map[string][]string{
	"IAM": {"GenerateCredentialReport"},
	"S3":  {"HeadBucket"},
}

// confidential lists reads, by service ID, that hand out secrets, credentials or what customers store: no scan needs them.
var confidential = map[string][]string{
	"API Gateway":     {"GetApiKey", "GetApiKeys"},
	"CloudTrail":      {"GetQueryResults"},
	"CloudWatch Logs": {"GetLogEvents", "GetLogFields", "GetLogObject", "GetLogRecord", "GetQueryResults"},
	"DynamoDB":        {"GetItem", "BatchGetItem"},
	"EC2":             {"GetPasswordData", "GetConsoleOutput", "GetConsoleScreenshot", "GetVpnConnectionDeviceSampleConfiguration"},
	"ECR":             {"GetAuthorizationToken", "GetDownloadUrlForLayer"},
	"KMS":             {"GetParametersForImport"},
	"Lambda":          {"GetDurableExecution", "GetDurableExecutionHistory", "GetDurableExecutionState"},
	"Redshift":        {"GetClusterCredentials", "GetClusterCredentialsWithIAM", "GetIdentityCenterAuthToken"},
	"S3":              {"GetObject", "GetObjectTorrent"},
	"S3 Control":      {"GetDataAccess"},
	"SQS":             {"GetMessages"},
	"SSM":             {"GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory", "GetAccessToken"},
	"SSO":             {"GetRoleCredentials"},
	"STS":             {"GetFederationToken", "GetSessionToken", "GetDelegatedAccessToken", "GetWebIdentityToken"},
	"Secrets Manager": {"GetSecretValue", "BatchGetSecretValue", "GetRandomPassword"},
	"WAFV2":           {"GetDecryptedAPIKey", "GetSampledRequests"},
}

// RefusedError says that an operation was not sent because a scan has no business with it.
type RefusedError struct{ Service, Operation string }

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s %s is not known to be a read, or hands out secrets: it was not sent", e.Service, e.Operation)
}

// guard refuses, before anything else happens, every operation that is not known to be a harmless read. Reaching an account takes one
// or two operations more (sts:AssumeRole), which only the configurations of reach.go let through.
type guard struct{ also []string }

// ID implements middleware.InitializeMiddleware.
func (*guard) ID() string { return "PlumbReadOnly" }

// HandleInitialize implements middleware.InitializeMiddleware.
func (g *guard) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	service, operation := middleware.GetServiceID(ctx), middleware.GetOperationName(ctx)
	if !harmless(service, operation) && !slices.Contains(g.also, operation) {
		return middleware.InitializeOutput{}, middleware.Metadata{}, &RefusedError{service, operation}
	}
	return next.HandleInitialize(ctx, in)
}

// addGuard puts the guard before every other step of a client.
func addGuard(also ...string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error { return stack.Initialize.Add(&guard{also}, middleware.Before) }
}

// harmless says whether an operation may be sent.
func harmless(service, operation string) bool {
	for _, name := range confidential[service] {
		if name == operation {
			return false
		}
	}
	for _, name := range readsToo[service] {
		if name == operation {
			return true
		}
	}
	for _, verb := range readVerbs {
		rest, ok := strings.CutPrefix(operation, verb)
		if ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z') {
			return true
		}
	}
	return false
}
