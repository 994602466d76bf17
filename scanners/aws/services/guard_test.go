package services_test

import (
	"context"
	"errors"
	"net/http"
	"os/exec"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/dlm"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/fsx"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/memorydb"
	"github.com/aws/aws-sdk-go-v2/service/mq"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// clients makes a client of every service that is read.
func clients(cfg sdk.Config) map[string]any {
	return map[string]any{
		"acm":                    acm.NewFromConfig(cfg),
		"apigateway":             apigateway.NewFromConfig(cfg),
		"apigatewayv2":           apigatewayv2.NewFromConfig(cfg),
		"applicationautoscaling": applicationautoscaling.NewFromConfig(cfg),
		"autoscaling":            autoscaling.NewFromConfig(cfg),
		"backup":                 backup.NewFromConfig(cfg),
		"cloudfront":             cloudfront.NewFromConfig(cfg),
		"cloudtrail":             cloudtrail.NewFromConfig(cfg),
		"cloudwatch":             cloudwatch.NewFromConfig(cfg),
		"cloudwatchlogs":         cloudwatchlogs.NewFromConfig(cfg),
		"configservice":          configservice.NewFromConfig(cfg),
		"dlm":                    dlm.NewFromConfig(cfg),
		"dynamodb":               dynamodb.NewFromConfig(cfg),
		"ec2":                    ec2.NewFromConfig(cfg),
		"ecr":                    ecr.NewFromConfig(cfg),
		"ecs":                    ecs.NewFromConfig(cfg),
		"efs":                    efs.NewFromConfig(cfg),
		"eks":                    eks.NewFromConfig(cfg),
		"elasticache":            elasticache.NewFromConfig(cfg),
		"elasticloadbalancing":   elasticloadbalancing.NewFromConfig(cfg),
		"elasticloadbalancingv2": elasticloadbalancingv2.NewFromConfig(cfg),
		"fsx":                    fsx.NewFromConfig(cfg),
		"guardduty":              guardduty.NewFromConfig(cfg),
		"iam":                    iam.NewFromConfig(cfg),
		"kafka":                  kafka.NewFromConfig(cfg),
		"kms":                    kms.NewFromConfig(cfg),
		"lambda":                 lambda.NewFromConfig(cfg),
		"memorydb":               memorydb.NewFromConfig(cfg),
		"mq":                     mq.NewFromConfig(cfg),
		"opensearch":             opensearch.NewFromConfig(cfg),
		"organizations":          organizations.NewFromConfig(cfg),
		"rds":                    rds.NewFromConfig(cfg),
		"redshift":               redshift.NewFromConfig(cfg),
		"route53":                route53.NewFromConfig(cfg),
		"route53domains":         route53domains.NewFromConfig(cfg),
		"s3":                     s3.NewFromConfig(cfg),
		"s3control":              s3control.NewFromConfig(cfg),
		"secretsmanager":         secretsmanager.NewFromConfig(cfg),
		"sns":                    sns.NewFromConfig(cfg),
		"sqs":                    sqs.NewFromConfig(cfg),
		"sts":                    sts.NewFromConfig(cfg),
		"wafv2":                  wafv2.NewFromConfig(cfg),
	}
}

// counter is a network that no request gets through.
type counter struct{ requests atomic.Int32 }

// Do implements aws.HTTPClient.
func (c *counter) Do(*http.Request) (*http.Response, error) {
	c.requests.Add(1)
	return nil, errors.New("no network")
}

// writes begin the names of operations that change something, run something, or hand something out.
var writes = []string{"Accept", "Activate", "Add", "Apply", "Assign", "Associate", "Assume", "Attach", "Authorize", "Backtrack", "Cancel", "Change", "Complete", "Confirm", "Copy", "Create",
	"Deactivate", "Decrypt", "Delete", "Deregister", "Detach", "Disable", "Disassociate", "Enable", "Encrypt", "Execute", "Export", "Failover", "Import", "Invite", "Invoke", "Leave", "Modify", "Move", "Publish",
	"Purchase", "Put", "Reboot", "Receive", "Register", "Reject", "Release", "Remove", "Replace", "Reset", "Restore", "Resume", "Revoke", "Rotate", "Run", "Schedule", "Send", "Set", "Sign", "Start", "Stop", "Subscribe",
	"Suspend", "Switch", "Tag", "Terminate", "Transfer", "Unassign", "Unsubscribe", "Untag", "Update", "Upgrade", "Upload"}

// secrets lists reads that hand out secrets or what customers store, as "SERVICE.OPERATION".
var secrets = []string{"secretsmanager.GetSecretValue", "secretsmanager.BatchGetSecretValue", "s3.GetObject", "dynamodb.GetItem", "dynamodb.BatchGetItem", "dynamodb.Scan", "dynamodb.Query",
	"ecr.GetAuthorizationToken", "ec2.GetPasswordData", "redshift.GetClusterCredentials", "cloudwatchlogs.GetLogEvents", "apigateway.GetApiKeys", "wafv2.GetDecryptedAPIKey"}

// TestNoClientCanWrite calls every operation of every client of a live scan, without arguments: what changes something must be refused
// before anything is sent, whatever the arguments would have been.
func TestNoClientCanWrite(t *testing.T) {
	network := &counter{}
	cfg := guarded(t, network)
	operations, refused := 0, map[string]bool{}
	for name, client := range clients(cfg) {
		v := reflect.ValueOf(client)
		for i := range v.NumMethod() {
			m := v.Type().Method(i)
			if m.Type.NumIn() != 4 || !m.Type.IsVariadic() || m.Type.NumOut() != 2 || m.Type.In(2).Kind() != reflect.Pointer {
				continue // no operation
			}
			operations++
			before := network.requests.Load()
			out := v.Method(i).Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.New(m.Type.In(2).Elem())})
			err, _ := out[1].Interface().(error)
			var no *aws.RefusedError
			if errors.As(err, &no) {
				refused[name+"."+m.Name] = true
				if network.requests.Load() != before {
					t.Errorf("%s.%s was sent before it was refused", name, m.Name)
				}
				continue
			}
			if slices.ContainsFunc(writes, func(verb string) bool { return strings.HasPrefix(m.Name, verb) }) {
				t.Errorf("%s.%s is not refused: %v", name, m.Name, err)
			}
		}
	}
	for _, name := range secrets {
		if !refused[name] {
			t.Errorf("%s is not refused", name)
		}
	}
	if refused["rds.DescribeDBInstances"] || refused["iam.GenerateCredentialReport"] {
		t.Error("reads are refused")
	}
	if operations < 2000 || len(refused) < operations/2 {
		t.Errorf("%d operations were tried and %d refused", operations, len(refused))
	}
}

// TestEveryServiceThatIsReadIsTried compares the clients above with what this package imports.
func TestEveryServiceThatIsReadIsTried(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "github.com/plumbline-dev/plumbline/scanners/aws/services", "github.com/plumbline-dev/plumbline/scanners/aws").Output()
	if err != nil {
		t.Fatal(err)
	}
	have := clients(sdk.Config{})
	found := 0
	for _, imp := range strings.Fields(string(out)) {
		if path.Dir(imp) != "github.com/aws/aws-sdk-go-v2/service" {
			continue
		}
		found++
		if have[path.Base(imp)] == nil {
			t.Errorf("%s is read and not tried by TestNoClientCanWrite", path.Base(imp))
		}
	}
	if found < 20 {
		t.Errorf("%d services are imported", found)
	}
}

// guarded is the configuration that readers get, on a network that counts.
func guarded(t *testing.T, network sdk.HTTPClient) sdk.Config {
	t.Helper()
	var cfg sdk.Config
	account := aws.Account{ID: "111111111111", Regions: []string{"eu-west-1"}, Config: sdk.Config{HTTPClient: network, Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", "")}}
	list := aws.List{Operation: "DescribeDBInstances", Gives: []string{"aws_db_instance"}, Read: func(_ context.Context, s *aws.Session, _ func(*graph.Resource)) error {
		cfg = s.Config
		return nil
	}}
	if _, err := aws.New([]aws.Account{account}, aws.Options{Services: []aws.Service{{Name: "rds", Lists: []aws.List{list}}}}).Scan(context.Background()); err != nil {
		t.Fatal(err)
	}
	cfg.Retryer = func() sdk.Retryer { return sdk.NopRetryer{} }
	return cfg
}
