package aws_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// cloud is a double of the services that a scanner calls: it counts the calls, and refuses those that it is told to.
type cloud struct {
	mu     sync.Mutex
	calls  map[string]int   // "account region operation", or "operation address" of a detail
	refuse map[string]error // by the same words, or the operation alone
	stop   func(call string)
}

func (c *cloud) call(operation string, words ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := strings.Join(append(words, operation), " ")
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[call]++
	if c.stop != nil {
		c.stop(call)
	}
	if err := c.refuse[call]; err != nil {
		return err
	}
	return c.refuse[operation]
}

// services has buckets, each with its versioning and policy, and databases by region.
func (c *cloud) services() []aws.Service {
	return []aws.Service{
		{Name: "rds", Lists: []aws.List{{Operation: "DescribeDBInstances", Gives: []string{"aws_db_instance"}, Read: c.databases}}},
		{Name: "s3", Global: true, Lists: []aws.List{{Operation: "ListBuckets", Gives: []string{"aws_s3_bucket"}, Read: c.buckets}}, Details: []aws.Detail{
			{Operation: "GetBucketVersioning", Of: "aws_s3_bucket", Gives: []string{"aws_s3_bucket_versioning.bucket"}, Read: c.versioning},
			{Operation: "GetBucketTagging", Of: "aws_s3_bucket", Sets: []string{"tags"}, Read: c.tagging},
			{Operation: "GetBucketNever", Of: "aws_s3_bucket", Sets: []string{"hosted_zone_id"}, For: func(*graph.Resource) bool { return false }},
		}},
	}
}

func (c *cloud) databases(_ context.Context, s *aws.Session, give func(*graph.Resource)) error {
	give(c.database(s, "first"))
	if err := c.call("DescribeDBInstances", s.Account, s.Region); err != nil {
		return err
	}
	give(c.database(s, "second"))
	return nil
}

func (c *cloud) database(s *aws.Session, name string) *graph.Resource {
	r := s.Resource("aws_db_instance", s.ARN("rds", "db:"+name), name, name)
	r.Attrs["password"] = "s3cret"
	r.Attrs["multi_az"], r.Attrs["tags"] = true, map[string]any{"Environment": "prod"}
	return r
}

func (c *cloud) buckets(_ context.Context, s *aws.Session, give func(*graph.Resource)) error {
	for _, name := range []string{"a", "b"} {
		r := s.Resource("aws_s3_bucket", s.GlobalARN("s3", name), name, name)
		r.Facts["_region"] = "eu-west-1"
		give(r)
	}
	return c.call("ListBuckets", s.Account)
}

func (c *cloud) versioning(_ context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	part := s.Part(r, "aws_s3_bucket_versioning", "versioning", "bucket")
	part.Attrs["versioning_configuration"] = []any{map[string]any{"status": "Enabled"}}
	give(part)
	return c.call("GetBucketVersioning", s.Account, s.Region, r.Name)
}

func (c *cloud) tagging(_ context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	r.Attrs["tags"] = map[string]any{"Environment": "test"}
	return c.call("GetBucketTagging", s.Account, s.Region, r.Name)
}

func refusal(status int, code, message string) error {
	res := &smithyhttp.Response{Response: &http.Response{StatusCode: status, Header: http.Header{}}}
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: res, Err: &smithy.GenericAPIError{Code: code, Message: message}}, RequestID: "changes"}
}

var denied = refusal(403, "AccessDenied", "User: arn:aws:sts::111111111111:assumed-role/plumb-read/me is not authorized to perform: s3:GetBucketTagging on resource: x")

func accounts(ids ...string) []aws.Account {
	var out []aws.Account
	for _, id := range ids {
		out = append(out, aws.Account{ID: id, Regions: []string{"eu-west-1", "us-east-1"}})
	}
	return out
}

func scan(t *testing.T, c *cloud, o aws.Options, list ...aws.Account) (scanners.Found, *aws.Scanner) {
	t.Helper()
	o.Services = c.services()
	s := aws.New(list, o)
	found, err := s.Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return found, s
}

func byAddress(found scanners.Found) map[string]*graph.Resource {
	out := map[string]*graph.Resource{}
	for _, r := range found.Resources {
		out[r.Key().String()] = r
	}
	return out
}

func TestAScanReadsEveryAccountAndRegion(t *testing.T) {
	c := &cloud{}
	found, s := scan(t, c, aws.Options{}, accounts("222222222222", "111111111111")...)
	var got []string
	for _, r := range found.Resources {
		got = append(got, r.Key().String())
	}
	var want []string
	for _, a := range []string{"111111111111", "222222222222"} {
		for _, region := range []string{"eu-west-1", "us-east-1"} {
			for _, name := range []string{"first", "second"} {
				want = append(want, fmt.Sprintf("aws:%s:arn:aws:rds:%s:%s:db:%s", a, region, a, name))
			}
		}
		for _, b := range []string{"a", "b"} {
			want = append(want, fmt.Sprintf("aws:%[1]s:arn:aws:s3::%[1]s:%s", a, b), fmt.Sprintf("aws:%[1]s:arn:aws:s3::%[1]s:%s#versioning", a, b))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if len(found.Gaps) != 0 || len(found.Roots) != 2 {
		t.Errorf("%d gaps and %d roots: %v", len(found.Gaps), len(found.Roots), found.Gaps)
	}
	for _, a := range s.Status().Accounts {
		if a.Done != a.Lists || a.Found != 8 {
			t.Errorf("account %s: %d of %d lists done, %d found", a.ID, a.Done, a.Lists, a.Found)
		}
	}
	places := map[string]int{}
	for _, p := range s.Status().Places {
		if p.Done != p.Lists || p.Lists == 0 {
			t.Errorf("%s %s: %d of %d lists done", p.Account, p.Region, p.Done, p.Lists)
		}
		places[p.Account+" "+p.Region] = p.Found
	}
	if diff := cmp.Diff(map[string]int{"111111111111 ": 4, "111111111111 eu-west-1": 2, "111111111111 us-east-1": 2, "222222222222 ": 4, "222222222222 eu-west-1": 2, "222222222222 us-east-1": 2}, places); diff != "" {
		t.Errorf("resources by place (-want +got):\n%s", diff)
	}
}

func TestWhatAReaderDoesNotSetIsUnknown(t *testing.T) {
	found, _ := scan(t, &cloud{}, aws.Options{}, accounts("111111111111")...)
	db := byAddress(found)["aws:111111111111:arn:aws:rds:eu-west-1:111111111111:db:first"]
	if db.Attrs["multi_az"] != true || db.Unknown["multi_az"] != "" {
		t.Errorf("multi_az is %v (unknown %q)", db.Attrs["multi_az"], db.Unknown["multi_az"])
	}
	if _, set := db.Attrs["engine"]; set || db.Unknown["engine"] == "" {
		t.Errorf("engine is %v, unknown %q", db.Attrs["engine"], db.Unknown["engine"])
	}
	if diff := cmp.Diff(db.Attrs["tags"], db.Attrs["tags_all"]); diff != "" {
		t.Errorf("tags_all differs: %s", diff)
	}
	bucket := byAddress(found)["aws:111111111111:arn:aws:s3::111111111111:a"]
	if v, set := bucket.Attrs["hosted_zone_id"]; !set || v != nil {
		t.Errorf("what a call that is not made for a bucket would set is %v (set %v), and null is right", v, set)
	}
}

func TestAListThatFailsLeavesItsTypesOpenInItsRegion(t *testing.T) {
	c := &cloud{refuse: map[string]error{"111111111111 eu-west-1 DescribeDBInstances": refusal(403, "AccessDenied", "no")}}
	found, s := scan(t, c, aws.Options{}, accounts("111111111111")...)
	all := byAddress(found)
	phantom := all["aws:111111111111:aws_db_instance/eu-west-1/?"]
	if phantom == nil {
		t.Fatal("nothing stands for the databases that could not be listed")
	}
	const why = "rds:DescribeDBInstances is denied (AccessDenied)"
	for _, path := range []string{"_count", "multi_az", "id", "tags"} {
		if phantom.Unknown[path] != why {
			t.Errorf("%s: %q", path, phantom.Unknown[path])
		}
	}
	if len(phantom.Attrs) > 0 {
		t.Errorf("something is known of it: %v", phantom.Attrs)
	}
	if all["aws:111111111111:arn:aws:rds:eu-west-1:111111111111:db:first"] == nil {
		t.Error("what the first page had is gone")
	}
	if all["aws:111111111111:aws_db_instance/us-east-1/?"] != nil {
		t.Error("the other region is open too")
	}
	want := []scanners.Gap{{Root: "aws:111111111111", Where: "aws:111111111111 rds eu-west-1", What: "rds:DescribeDBInstances", Why: why,
		Settle: "allow rds:DescribeDBInstances: plumb permissions aws prints the whole policy"}}
	if diff := cmp.Diff(want, found.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if s.Open() {
		t.Error("a denial is said to go away when the scan is resumed")
	}
}

func TestADetailThatFailsLeavesExactlyItsPartOpen(t *testing.T) {
	c := &cloud{refuse: map[string]error{
		"111111111111 eu-west-1 a GetBucketTagging": denied,
		"GetBucketVersioning":                       denied,
	}}
	found, _ := scan(t, c, aws.Options{}, accounts("111111111111")...)
	all := byAddress(found)
	a, b := all["aws:111111111111:arn:aws:s3::111111111111:a"], all["aws:111111111111:arn:aws:s3::111111111111:b"]
	const why = "s3:GetBucketTagging is denied (AccessDenied for role/plumb-read)"
	if _, set := a.Attrs["tags"]; set || a.Unknown["tags"] != why {
		t.Errorf("tags of the one: %v, %q", a.Attrs["tags"], a.Unknown["tags"])
	}
	if b.Attrs["tags"] == nil || a.Attrs["id"] != "a" {
		t.Errorf("more than the refused call would have set is gone: %v %v", b.Attrs, a.Attrs)
	}
	for _, name := range []string{"a", "b"} {
		part := all["aws:111111111111:arn:aws:s3::111111111111:"+name+"#aws_s3_bucket_versioning?"]
		if part == nil {
			t.Fatalf("nothing stands for the versioning of %s", name)
		}
		if part.Attrs["bucket"] != name || part.Of != "" || part.Unknown["_count"] == "" || part.Unknown["versioning_configuration"] == "" {
			t.Errorf("the part: of %s, %v, %v", part.Of, part.Attrs, part.Unknown)
		}
	}
	if len(found.Gaps) != 1 {
		t.Errorf("one refused action is %d gaps: %v", len(found.Gaps), found.Gaps)
	}
}

func TestWhyACallGaveNoAnswerIsTold(t *testing.T) {
	tests := []struct {
		err  error
		why  string
		open bool
	}{
		{refusal(400, "AccessDeniedException", "x"), "rds:DescribeDBInstances is denied (AccessDeniedException)", false},
		{refusal(403, "", ""), "rds:DescribeDBInstances is denied (HTTP 403)", false},
		{refusal(403, "Client.UnauthorizedOperation", "x"), "rds:DescribeDBInstances is denied (UnauthorizedOperation)", false},
		{refusal(400, "Throttling", "Rate exceeded"), "rds:DescribeDBInstances was throttled by AWS at all 10 attempts (Throttling)", true},
		{refusal(429, "", ""), "rds:DescribeDBInstances was throttled by AWS at all 10 attempts (HTTP 429)", true},
		{refusal(403, "ExpiredToken", "x"), "rds:DescribeDBInstances was refused: the credentials are not valid, or no longer (ExpiredToken)", true},
		{refusal(403, "RequestTimeTooSkewed", "x"), "rds:DescribeDBInstances was refused: its signature does not fit, which a wrong clock on this machine or a wrong secret key does (RequestTimeTooSkewed)", true},
		{refusal(403, "OptInRequired", "x"), "rds:DescribeDBInstances was refused: the region or the service is not switched on for this account (OptInRequired)", false},
		{refusal(501, "", ""), "rds:DescribeDBInstances is not known to the other side (HTTP 501)", false},
		{refusal(500, "InternalError", "We made a mistake."), "rds:DescribeDBInstances failed (InternalError): We made a mistake", true},
		{&net.DNSError{Err: "no such host", Name: "rds.eu-west-1.amazonaws.com", IsNotFound: true}, "rds:DescribeDBInstances has no endpoint in this region", false},
		{errors.New("connection reset by peer"), "rds:DescribeDBInstances failed: connection reset by peer", true},
	}
	for _, test := range tests {
		c := &cloud{refuse: map[string]error{"DescribeDBInstances": test.err}}
		found, s := scan(t, c, aws.Options{}, accounts("111111111111")...)
		if len(found.Gaps) != 1 || found.Gaps[0].Why != test.why {
			t.Errorf("%v: gaps %v", test.err, found.Gaps)
			continue
		}
		if s.Open() != test.open {
			t.Errorf("%v: may be answered another time: %v", test.err, s.Open())
		}
	}
}

func TestAReaderThatStumblesIsAGap(t *testing.T) {
	c := &cloud{}
	services := c.services()
	services[0].Lists[0].Read = func(context.Context, *aws.Session, func(*graph.Resource)) error {
		var name *string
		_ = *name
		return nil
	}
	found, err := aws.New(accounts("111111111111"), aws.Options{Services: services}).Scan(context.Background())
	if err != nil || len(found.Gaps) != 1 || !strings.Contains(found.Gaps[0].Why, "an answer that was not expected") {
		t.Errorf("error %v, gaps %v", err, found.Gaps)
	}
}

func TestOnlyWhatIsNeededIsCalled(t *testing.T) {
	tests := []struct {
		name    string
		needs   map[string][]string
		called  []string // operations
		avoided int
	}{
		{"everything", nil, []string{"DescribeDBInstances", "GetBucketTagging", "GetBucketVersioning", "ListBuckets"}, 0},
		{"one type", map[string][]string{"aws_db_instance": {"id"}}, []string{"DescribeDBInstances"}, 1},
		{"an attribute of a detail", map[string][]string{"aws_s3_bucket": {"tags"}}, []string{"GetBucketTagging", "ListBuckets"}, 2 + 2*2},
		{"no attribute of a detail", map[string][]string{"aws_s3_bucket": {"id"}}, []string{"ListBuckets"}, 2 + 3*2},
		{"a part", map[string][]string{"aws_s3_bucket_versioning": {"bucket"}}, []string{"GetBucketVersioning", "ListBuckets"}, 2 + 2*2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &cloud{}
			_, s := scan(t, c, aws.Options{Needs: test.needs}, accounts("111111111111")...)
			var called []string
			for call := range c.calls {
				words := strings.Fields(call)
				called = append(called, words[len(words)-1])
			}
			slices.Sort(called)
			if diff := cmp.Diff(test.called, slices.Compact(called)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if got := s.Stats().Avoided; got != test.avoided {
				t.Errorf("%d calls avoided, want %d", got, test.avoided)
			}
		})
	}
}

func TestWhatNobodyNeededSaysSo(t *testing.T) {
	found, _ := scan(t, &cloud{}, aws.Options{Needs: map[string][]string{"aws_s3_bucket": {"id"}}}, accounts("111111111111")...)
	bucket := byAddress(found)["aws:111111111111:arn:aws:s3::111111111111:a"]
	if why := bucket.Unknown["tags"]; !strings.Contains(why, "no check that was asked for needs it") {
		t.Errorf("tags: %q", why)
	}
}

func TestAChosenRegionLeavesOutBucketsOfOthers(t *testing.T) {
	a := aws.Account{ID: "111111111111", Regions: []string{"us-east-1"}, Narrowed: true}
	found, _ := scan(t, &cloud{}, aws.Options{}, a)
	for _, r := range found.Resources {
		if r.Type == "aws_s3_bucket" {
			t.Errorf("%s of eu-west-1 was read", r.Address)
		}
	}
}

func openFile(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

var header = aws.Header{Tool: "1", Of: "aws", Accounts: []string{"111111111111"}}

// TestAResumedScanCallsNothingTwice ends a scan after every number of calls, and goes on from what was written down.
func TestAResumedScanCallsNothingTwice(t *testing.T) {
	list := accounts("111111111111")
	want, _ := scan(t, &cloud{}, aws.Options{Workers: 1}, list...)
	const total = 2 + 1 + 2*2
	for after := range total {
		name := filepath.Join(t.TempDir(), "checkpoint")
		first := &cloud{}
		ctx, cancel := context.WithCancel(context.Background())
		first.stop = func(string) {
			if n := sum(first.calls); n > after {
				cancel()
			}
		}
		checkpoint, err := aws.StartCheckpoint(openFile(t, name), header)
		if err != nil {
			t.Fatal(err)
		}
		s := aws.New(list, aws.Options{Services: first.services(), Workers: 1, Checkpoint: checkpoint})
		interrupted, err := s.Scan(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if sum(first.calls) < total && (len(interrupted.Gaps) == 0 || !s.Open()) {
			t.Errorf("after %d calls: the scan was cut short, and says nothing of it", after)
		}
		again, err := aws.ResumeCheckpoint(openFile(t, name), header)
		if err != nil {
			t.Fatal(err)
		}
		second := &cloud{}
		got, _ := scan(t, second, aws.Options{Workers: 1, Checkpoint: again}, list...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after %d calls: the resumed scan found something else (-want +got):\n%s", after, diff)
		}
		if n := sum(first.calls) + sum(second.calls); n != total {
			t.Errorf("after %d calls: %d were made in all, want %d: %v then %v", after, n, total, first.calls, second.calls)
		}
	}
}

func sum(calls map[string]int) int {
	n := 0
	for _, k := range calls {
		n += k
	}
	return n
}

func TestARefusedDetailIsTriedAgainWhenTheScanIsResumed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "checkpoint")
	checkpoint, err := aws.StartCheckpoint(openFile(t, name), header)
	if err != nil {
		t.Fatal(err)
	}
	list := accounts("111111111111")
	scan(t, &cloud{refuse: map[string]error{"111111111111 eu-west-1 a GetBucketVersioning": denied}}, aws.Options{Checkpoint: checkpoint}, list...)
	again, err := aws.ResumeCheckpoint(openFile(t, name), header)
	if err != nil {
		t.Fatal(err)
	}
	second := &cloud{}
	got, _ := scan(t, second, aws.Options{Checkpoint: again}, list...)
	want, _ := scan(t, &cloud{}, aws.Options{}, list...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"111111111111 eu-west-1 a GetBucketVersioning": 1}, second.calls); diff != "" {
		t.Errorf("calls of the second scan (-want +got):\n%s", diff)
	}
}

func TestSecretsAreNeitherKeptNorWrittenDown(t *testing.T) {
	name := filepath.Join(t.TempDir(), "checkpoint")
	checkpoint, err := aws.StartCheckpoint(openFile(t, name), header)
	if err != nil {
		t.Fatal(err)
	}
	found, _ := scan(t, &cloud{}, aws.Options{Checkpoint: checkpoint}, accounts("111111111111")...)
	if got := byAddress(found)["aws:111111111111:arn:aws:rds:eu-west-1:111111111111:db:first"].Attrs["password"]; got != (graph.Hidden{}) {
		t.Errorf("the password is %v", got)
	}
	text, err := os.ReadFile(name)
	if err != nil || strings.Contains(string(text), "s3cret") || !strings.Contains(string(text), "db:first") {
		t.Errorf("%v, the checkpoint: %s", err, text)
	}
}

func TestATornLineIsDroppedAndAnotherScanIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "checkpoint")
	checkpoint, err := aws.StartCheckpoint(openFile(t, name), header)
	if err != nil {
		t.Fatal(err)
	}
	scan(t, &cloud{}, aws.Options{Checkpoint: checkpoint}, accounts("111111111111")...)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	other := header
	other.Of = "aws --regions eu-west-1"
	newer := header
	newer.Tool = "2"
	elsewhere := header
	elsewhere.Accounts = []string{"999999999999"}
	tests := []struct {
		name, text string
		want       aws.Header
		says       string // "" when it is taken
	}{
		{"torn", string(text[:len(text)-20]), header, ""},
		{"other sources", string(text), other, "aws, and this is aws --regions eu-west-1"},
		{"other version", string(text), newer, "plumb 1 wrote it, and this is 2"},
		{"other accounts", string(text), elsewhere, "of the accounts [111111111111]"},
		{"altered", strings.Replace(string(text), `"resources"`, `"things"`, 1), header, "line 2 of the checkpoint"},
		{"empty", "", header, "it is empty"},
		{"something else", "hello\n", header, "it is no checkpoint"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "checkpoint")
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := aws.ResumeCheckpoint(openFile(t, file), test.want)
			switch {
			case test.says == "" && err != nil:
				t.Error(err)
			case test.says != "" && (!errors.Is(err, aws.ErrOtherScan) || !strings.Contains(err.Error(), test.says)):
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestThePlanNamesCallsAndPermissions(t *testing.T) {
	c := &cloud{}
	plan := aws.New(accounts("111111111111"), aws.Options{Services: c.services(), Needs: map[string][]string{"aws_s3_bucket": {"tags"}}}).Plan()
	want := aws.Plan{
		Accounts: 1, Regions: 2, Lists: 1, Avoided: 2,
		Calls: []aws.Call{
			{Service: "s3", Operation: "GetBucketTagging", Actions: []string{"s3:GetBucketTagging"}, Each: "aws_s3_bucket"},
			{Service: "s3", Operation: "ListBuckets", Actions: []string{"s3:ListBuckets"}, Times: 1},
		},
		AvoidedEach: []aws.Call{
			{Service: "s3", Operation: "GetBucketNever", Actions: []string{"s3:GetBucketNever"}, Each: "aws_s3_bucket"},
			{Service: "s3", Operation: "GetBucketVersioning", Actions: []string{"s3:GetBucketVersioning"}, Each: "aws_s3_bucket"},
		},
	}
	if diff := cmp.Diff(want, plan); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if len(c.calls) > 0 {
		t.Errorf("a plan made calls: %v", c.calls)
	}
}
