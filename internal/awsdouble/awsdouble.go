// Package awsdouble is a double of AWS for measurements: a server that answers every call after a given time, with a given part of
// them throttled, for as many accounts and regions as are asked for. Lists are empty unless Fill says otherwise. It models
// nothing; moto (internal/moto) does.
//
//	d := awsdouble.Start(awsdouble.Options{Latency: 50 * time.Millisecond})
//	defer d.Close()
//	cfg := d.Config("111111111111")
package awsdouble

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Options say how the double behaves.
type Options struct {
	Latency  time.Duration
	Throttle float64 // the part of all calls that is refused as too many: 0.05
	Seed     uint64
	Regions  []string // of DescribeRegions; nil: eu-west-1 alone
	// Refuse gives the status and code of a call that is refused; 0 lets it pass.
	Refuse func(c Call) (status int, code, message string)
	// Fill gives the body of an answer; ok is false for the empty one.
	Fill func(c Call) (body string, ok bool)
	Date func() time.Time // of the answers; nil: now
}

// Call is one request.
type Call struct {
	Account, Region, Service string // Service is the name that requests are signed for
	Operation                string // of services that name it in the request; else METHOD PATH
	Form                     url.Values
	Body                     string
}

// Double is a running server.
type Double struct {
	URL    string
	server *httptest.Server
	o      Options

	mu     sync.Mutex
	random *rand.Rand
	calls  []Call
	now    int // calls under way
	most   int
}

// Start starts a server on the loopback interface.
func Start(o Options) *Double {
	d := &Double{o: o, random: rand.New(rand.NewPCG(o.Seed, 1))}
	d.server = httptest.NewServer(d)
	d.URL = d.server.URL
	return d
}

// Close stops the server.
func (d *Double) Close() { d.server.Close() }

// Config is the configuration of an account; its credentials name it.
func (d *Double) Config(account string) aws.Config {
	return aws.Config{
		BaseEndpoint: &d.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIA"+account, "secret", ""),
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConns, t.MaxIdleConnsPerHost = 1024, 1024 }),
	}
}

// Calls gives the requests so far, in the order that they came.
func (d *Double) Calls() []Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Call(nil), d.calls...)
}

// Most is the largest number of calls that were under way at once.
func (d *Double) Most() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.most
}

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	throttled := d.begin(c)
	time.Sleep(d.o.Latency)
	d.end()
	if d.o.Date != nil {
		w.Header().Set("Date", d.o.Date().UTC().Format(http.TimeFormat))
	}
	if throttled {
		refuse(w, c, http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
		return
	}
	if d.o.Refuse != nil {
		if status, code, message := d.o.Refuse(c); status != 0 {
			refuse(w, c, status, code, message)
			return
		}
	}
	w.Header().Set("Content-Type", kind(c))
	if d.o.Fill != nil {
		if body, ok := d.o.Fill(c); ok {
			fmt.Fprint(w, body)
			return
		}
	}
	fmt.Fprint(w, d.answer(c))
}

func (d *Double) begin(c Call) (throttled bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, c)
	d.now++
	d.most = max(d.most, d.now)
	return d.random.Float64() < d.o.Throttle
}

func (d *Double) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now--
}

// signed is the part of the Authorization header that says who calls what, and where.
var signed = regexp.MustCompile(`Credential=(?:AKIA|ASIA)([0-9]{12})/[0-9]{8}/([^/]+)/([^/]+)/`)

func read(r *http.Request) (Call, error) {
	m := signed.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return Call{}, fmt.Errorf("the request is not signed by an account of the double")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return Call{}, err
	}
	c := Call{Account: m[1], Region: m[2], Service: m[3], Operation: r.Method + " " + r.URL.Path, Body: string(body), Form: r.URL.Query()}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		c.Operation = target[strings.LastIndex(target, ".")+1:]
		return c, nil
	}
	if rest, ok := strings.CutPrefix(r.URL.Path, "/service/"); ok {
		c.Operation = rest[strings.LastIndex(rest, "/")+1:]
		return c, nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if c.Form, err = url.ParseQuery(c.Body); err != nil {
			return c, err
		}
		c.Operation = c.Form.Get("Action")
	}
	return c, nil
}

// xmlServices sign as these and answer in XML; the others answer in JSON.
var xmlServices = map[string]bool{
	"sts": true, "iam": true, "ec2": true, "rds": true, "autoscaling": true, "elasticloadbalancing": true, "elasticache": true, "sns": true, "redshift": true,
	"cloudformation": true, "monitoring": true, "s3": true, "s3-outposts": true, "cloudfront": true, "route53": true,
}

func kind(c Call) string {
	if xmlServices[c.Service] {
		return "text/xml"
	}
	return "application/json"
}

func refuse(w http.ResponseWriter, c Call, status int, code, message string) {
	w.Header().Set("Content-Type", kind(c))
	if !xmlServices[c.Service] {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type": %q, "message": %q}`, code, message)
		return
	}
	w.WriteHeader(status)
	switch {
	case c.Service == "ec2":
		fmt.Fprintf(w, "<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>x</RequestID></Response>", code, message)
	case c.Service == "s3" && !strings.Contains(c.Operation, " /v20180820/"): // that is S3 Control
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
	default:
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>x</RequestId></ErrorResponse>", code, message)
	}
}

// answer is the empty answer of a call, and those that lead to accounts.
func (d *Double) answer(c Call) string {
	switch {
	case c.Service == "sts" && c.Operation == "GetCallerIdentity":
		return fmt.Sprintf("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::%[1]s:user/ana</Arn><UserId>A</UserId><Account>%[1]s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>", c.Account)
	case c.Service == "sts" && (c.Operation == "AssumeRole" || c.Operation == "GetSessionToken"):
		return session(c)
	case c.Service == "ec2" && c.Operation == "DescribeRegions":
		return d.regions()
	case c.Operation == "GenerateCredentialReport":
		return "<GenerateCredentialReportResponse><GenerateCredentialReportResult><State>COMPLETE</State></GenerateCredentialReportResult></GenerateCredentialReportResponse>"
	case c.Operation == "GetCredentialReport":
		return "<GetCredentialReportResponse><GetCredentialReportResult><Content>" + base64.StdEncoding.EncodeToString([]byte(credentialReport)) + "</Content></GetCredentialReportResult></GetCredentialReportResponse>"
	case c.Operation == "DescribeOrganization":
		return `{"Organization": {"Id": "o-double", "MasterAccountId": "111111111111"}}`
	case c.Service == "ec2":
		return "<" + c.Operation + "Response/>"
	case !xmlServices[c.Service]:
		return "{}"
	case strings.Contains(c.Operation, " "):
		return "<Empty/>"
	}
	return fmt.Sprintf("<%[1]sResponse><%[1]sResult/></%[1]sResponse>", c.Operation)
}

// credentialReport is that of an account of which nobody uses the root user.
const credentialReport = `user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
<root_account>,arn:aws:iam::111111111111:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
`

func session(c Call) string {
	account := c.Account
	if parts := strings.Split(c.Form.Get("RoleArn"), ":"); len(parts) > 4 {
		account = parts[4]
	}
	return fmt.Sprintf(`<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>ASIA%[2]s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
		c.Operation, account, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

func (d *Double) regions() string {
	regions := d.o.Regions
	if regions == nil {
		regions = []string{"eu-west-1"}
	}
	var b strings.Builder
	for _, r := range regions {
		fmt.Fprintf(&b, "<item><regionName>%s</regionName><optInStatus>opt-in-not-required</optInStatus></item>", r)
	}
	return "<DescribeRegionsResponse><regionInfo>" + b.String() + "</regionInfo></DescribeRegionsResponse>"
}
