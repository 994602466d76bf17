package services_test

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// silence answers every call with a value that says that there is one thing of each kind, how it is called, and nothing else.
type silence struct {
	outputs map[reflect.Type]reflect.Type // by the type of the call's input
	deeper  bool                          // parts of things are there too, as silent as these
}

func newSilence(deeper bool) *silence {
	s := &silence{outputs: map[reflect.Type]reflect.Type{}, deeper: deeper}
	for _, client := range clients(sdk.Config{}) {
		t := reflect.TypeOf(client)
		for i := range t.NumMethod() {
			if m := t.Method(i).Type; m.NumIn() == 4 && m.NumOut() == 2 && m.In(2).Kind() == reflect.Pointer && m.Out(0).Kind() == reflect.Pointer {
				s.outputs[m.In(2)] = m.Out(0).Elem()
			}
		}
	}
	return s
}

// ID implements middleware.InitializeMiddleware.
func (*silence) ID() string { return "Silence" }

// HandleInitialize implements middleware.InitializeMiddleware.
func (s *silence) HandleInitialize(_ context.Context, in middleware.InitializeInput, _ middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	t, ok := s.outputs[reflect.TypeOf(in.Parameters)]
	if !ok {
		return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("no output of %T is known", in.Parameters)
	}
	out := reflect.New(t)
	s.fill(out.Elem(), 0)
	switch said := out.Interface().(type) {
	case *iam.GenerateCredentialReportOutput:
		said.State = types.ReportStateTypeComplete
	case *iam.GetCredentialReportOutput:
		said.Content = []byte("user,arn\none,arn:aws:iam::111111111111:user/one\n")
	}
	return middleware.InitializeOutput{Result: out.Interface()}, middleware.Metadata{}, nil
}

// further are the fields that announce another page, naming those that identify things.
var (
	further = regexp.MustCompile(`Token$|Marker$|^Position$|^NextRecord|^LastEvaluated`)
	naming  = regexp.MustCompile(`(Id|ID|Arn|ARN|Name|Identifier|Url|Uri|UUID|Arns|Urls|Names|Ids|Clusters|Key|User|^Nodegroups|^Addons|^AccessEntries)$`)
)

// fill names what v is, and puts one thing in each of its lists. depth is 0 for the answer itself.
func (s *silence) fill(v reflect.Value, depth int) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if !f.CanSet() || further.MatchString(name) || name == "ResultMetadata" {
			continue
		}
		below := depth == 0 || name == "Instances" && depth == 1 || name == "Items" || s.deeper && depth < 4
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String && naming.MatchString(name):
			text := called(name)
			f.Set(reflect.ValueOf(&text))
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct && f.Type().Elem() != reflect.TypeFor[time.Time]() && below:
			f.Set(reflect.New(f.Type().Elem()))
			s.fill(f.Elem(), depth+1)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct && below:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			s.fill(f.Index(0), depth+1)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.String && depth == 0:
			f.Set(reflect.ValueOf([]string{called(name)}).Convert(f.Type()))
		}
	}
}

func called(field string) string {
	if strings.Contains(strings.ToLower(field), "arn") {
		return "arn:aws:any:eu-west-1:111111111111:thing/one"
	}
	return "one"
}

// harmless lists the passes that follow from what silence means to AWS, with the reason.
var harmless = map[string]string{
	"dns.health_check":                 "what is not said is neither disabled nor inverted (Route 53 API, HealthCheckConfig)",
	"dns.dangling":                     "its target is no name of AWS's",
	"ebs.idle_volume":                  "an attachment that names its instance",
	"ec2.non_production_size":          "the account is called production here",
	"ec2.template_previous_generation": "a template need not say a type",
	"ec2.template_public_address":      "a template leaves it to the subnet",
	"elb.idle":                         "it names an instance",
	"sg.admin_ports":                   "its source is a prefix list whose entry has no range",
	"vpc.idle_address":                 "it names an instance",
}

// silent reads an account whose answers say that things are there, and nothing of how they are set.
func silent(t *testing.T, deeper bool) *graph.Graph {
	t.Helper()
	quiet := newSilence(deeper)
	cfg := sdk.Config{
		Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", ""),
		APIOptions:  []func(*middleware.Stack) error{func(stack *middleware.Stack) error { return stack.Initialize.Add(quiet, middleware.After) }},
	}
	found, err := aws.New([]aws.Account{{ID: "111111111111", Regions: []string{"eu-west-1"}, Config: cfg}}, aws.Options{Services: services.All()}).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Resources) < 150 {
		t.Errorf("%d resources", len(found.Resources))
	}
	return catalog.Build(found.Resources, catalog.Options{Stage: "production"})
}

func builtin(t *testing.T) *policies.Set {
	t.Helper()
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// unsimulated selects the policies that read resources, and not what a simulation makes of them.
func unsimulated(m policies.Meta) bool { return !m.Simulated() }

// TestAnAnswerThatSaysNothingPassesNothing: a nil of the SDK must not be taken for the value that passes.
func TestAnAnswerThatSaysNothingPassesNothing(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, deeper := range []bool{false, true} {
		got, err := builtin(t).Evaluate(t.Context(), silent(t, deeper), policies.Options{Today: time.Now(), Select: unsimulated})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Results {
			if r.Verdict != policies.Pass {
				continue
			}
			seen[r.Policy] = true
			if harmless[r.Policy] == "" {
				t.Errorf("%s passes for %s, of which nothing is known", r.Policy, r.Key.Address)
			}
		}
	}
	for id := range harmless {
		if !seen[id] {
			t.Errorf("%s passes no more: take it out of the list", id)
		}
	}
}

// unread lists what policies read and no reader sets, with the reason. Tags that are not read leave the stage to the account's.
var unread = map[string]string{
	"aws_s3_bucket force_destroy":                          "what happens when Terraform deletes it stands in code",
	"aws_s3_bucket_website_configuration website_domain":   "AWS does not tell it; records that lead to one are left open",
	"aws_s3_bucket_website_configuration website_endpoint": "AWS does not tell it; records that lead to one are left open",
	"aws_vpc default_route_table_id":                       "the main table has an association of its own",
	"aws_vpc main_route_table_id":                          "the main table has an association of its own",
}

// notAsked are attributes that many types have: tags that are not read leave the stage to what is said of the account, and not every thing has an ARN.
var notAsked = []string{"tags", "tags_all", "arn"}

// TestEveryAttributeThatPoliciesReadIsRead: what no reader sets is undecided in every account.
func TestEveryAttributeThatPoliciesReadIsRead(t *testing.T) {
	t.Parallel()
	needs, err := builtin(t).Needs(unsimulated)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range silent(t, true).Resources() {
		attrs, needed := needs[r.Type]
		for path, why := range r.Unknown {
			name := path[:len(path)-len(strings.TrimLeft(path, "abcdefghijklmnopqrstuvwxyz_0123456789"))]
			if !needed || why != "plumb does not read it from the account" || attrs != nil && !slices.Contains(attrs, name) || slices.Contains(notAsked, name) {
				continue
			}
			what := r.Type + " " + name
			seen[what] = true
			if unread[what] == "" {
				t.Errorf("%s is read by policies and set by no reader", what)
			}
		}
	}
	for what := range unread {
		if !seen[what] {
			t.Errorf("%s is set, or read by no policy: take it out of the list", what)
		}
	}
}
