package aws_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// live is an account on a server of our own, with one service whose list call is Read.
func live(url string, read func(context.Context, *aws.Session, func(*graph.Resource)) error) ([]aws.Account, []aws.Service) {
	cfg := sdk.Config{BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", "")}
	return []aws.Account{{ID: "111111111111", Regions: []string{"eu-west-1"}, Config: cfg}},
		[]aws.Service{{Name: "rds", Lists: []aws.List{{Operation: "DescribeDBInstances", Gives: []string{"aws_db_instance"}, Read: read}}}}
}

func databases(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBInstancesPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBInstancesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.DBInstances {
			name := *page.DBInstances[i].DBInstanceIdentifier
			give(s.Resource("aws_db_instance", s.ARN("rds", "db:"+name), name, name))
		}
	}
	return nil
}

const onePage = `<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance><DBInstanceIdentifier>%s</DBInstanceIdentifier></DBInstance></DBInstances>%s</DescribeDBInstancesResult></DescribeDBInstancesResponse>`

func throttle(w http.ResponseWriter) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`)
}

func TestThrottledCallsAreTriedAgainAndCounted(t *testing.T) {
	var n atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) {
		case 1, 3, 4:
			throttle(w)
		case 2:
			fmt.Fprintf(w, onePage, "a", "<Marker>more</Marker>")
		default:
			fmt.Fprintf(w, onePage, "b", "")
		}
	}))
	defer server.Close()
	list, services := live(server.URL, databases)
	s := aws.New(list, aws.Options{Services: services})
	found, err := s.Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Resources) != 2 || len(found.Gaps) != 0 {
		t.Errorf("%d resources, gaps %v", len(found.Resources), found.Gaps)
	}
	stats := s.Stats()
	if stats.Calls["RDS"] != 5 || stats.Throttled["RDS"] != 3 {
		t.Errorf("calls %v, of them throttled %v", stats.Calls, stats.Throttled)
	}
	if got := s.Status().Throttled; got != "111111111111 RDS eu-west-1" {
		t.Errorf("throttled: %q", got)
	}
}

func TestABucketGivesItsBurstAndThenItsPace(t *testing.T) {
	start := time.Unix(0, 0)
	b := aws.NewBucket(aws.Pace{PerSecond: 10, Burst: 2}, start)
	var got []time.Duration
	for range 4 {
		got = append(got, b.Take(start))
	}
	if diff := cmp.Diff([]time.Duration{0, 0, 100 * time.Millisecond, 200 * time.Millisecond}, got); diff != "" {
		t.Errorf("waits at once (-want +got):\n%s", diff)
	}
	if d := b.Take(start.Add(time.Second)); d != 0 {
		t.Errorf("a second later the wait is %s", d)
	}
}

func TestABucketSlowsDownWhenAWSThrottlesAndRecovers(t *testing.T) {
	start := time.Unix(0, 0)
	wait := func(told ...bool) time.Duration {
		b := aws.NewBucket(aws.Pace{PerSecond: 10, Burst: 1}, start)
		for _, throttled := range told {
			b.Told(throttled)
		}
		b.Take(start)
		return b.Take(start)
	}
	calm, slowed, recovered := wait(), wait(true, true, true), wait(append([]bool{true, true, true}, make([]bool, 50)...)...)
	if slowed <= calm || recovered != calm {
		t.Errorf("waits: %s, when throttled %s, later %s", calm, slowed, recovered)
	}
}

func TestASessionCannotWrite(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	defer server.Close()
	tests := map[string]func(context.Context, sdk.Config) error{
		"rds:DeleteDBInstance": func(ctx context.Context, cfg sdk.Config) error {
			_, err := rds.NewFromConfig(cfg).DeleteDBInstance(ctx, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: sdk.String("a")})
			return err
		},
		"sts:AssumeRole": func(ctx context.Context, cfg sdk.Config) error {
			_, err := sts.NewFromConfig(cfg).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: sdk.String("arn:aws:iam::1:role/a"), RoleSessionName: sdk.String("a")})
			return err
		},
		"sts:GetSessionToken": func(ctx context.Context, cfg sdk.Config) error {
			_, err := sts.NewFromConfig(cfg).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
			return err
		},
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			list, services := live(server.URL, func(ctx context.Context, s *aws.Session, _ func(*graph.Resource)) error { return write(ctx, s.Config) })
			found, err := aws.New(list, aws.Options{Services: services}).Scan(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if requests.Load() != 0 {
				t.Error("the request left")
			}
			if len(found.Gaps) != 1 || !strings.Contains(found.Gaps[0].Why, "it was not sent") {
				t.Errorf("gaps: %v", found.Gaps)
			}
		})
	}
}

// names is a network in which only some names exist.
type names struct{ missing string }

// Do implements aws.HTTPClient.
func (n names) Do(r *http.Request) (*http.Response, error) {
	if n.missing == "" || strings.HasPrefix(r.URL.Host, n.missing) {
		return nil, &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}
	}
	body := `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func TestAServiceThatARegionLacksIsNoGapWhenOthersAnswer(t *testing.T) {
	identity := aws.Service{Name: "sts", Lists: []aws.List{{Operation: "GetCallerIdentity", Gives: []string{"aws_iam_role"}, Read: func(ctx context.Context, s *aws.Session, _ func(*graph.Resource)) error {
		_, err := sts.NewFromConfig(s.Config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	}}}}
	for missing, gaps := range map[string]int{"rds": 0, "": 2} { // without a network all names are missing
		list, services := live("", databases)
		list[0].Config.BaseEndpoint, list[0].Config.HTTPClient = nil, names{missing}
		scanner := aws.New(list, aws.Options{Services: append(services, identity)})
		found, err := scanner.Scan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		told := map[string][]string{"rds": {"rds eu-west-1"}, "": nil}[missing]
		if diff := cmp.Diff(told, scanner.Stats().NotSold); diff != "" {
			t.Errorf("missing %q: told as not sold (-want +got):\n%s", missing, diff)
		}
		if len(found.Gaps) != gaps || len(found.Resources) != gaps {
			t.Errorf("missing %q: %d resources, gaps %v", missing, len(found.Resources), found.Gaps)
		}
	}
}
