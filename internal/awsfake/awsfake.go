// Package awsfake is a stateful double of the AWS calls by which fixes change an account, for tests. Unlike moto it takes its time: a
// change is pending for some descriptions, one change keeps another away, what was made shows late, and every
// call can be throttled, denied, or cut off before or after it took effect.
//
//	fake := awsfake.New(t)
//	fake.Slow(2)                                  // a change is real after two descriptions
//	fake.OnWrite(func(w awsfake.Write) awsfake.Fault { return awsfake.CutAfter })
//	hand := aws.NewHand(fake.Config(), aws.Target{Account: awsfake.Account, Region: awsfake.Region})
//	... fake.Writes(), fake.State()
package awsfake

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The account that a server is.
const (
	Account = "111111111111"
	Region  = "eu-west-1"
)

// Fault is what happens to a call.
type Fault int

// The faults.
const (
	None      Fault = iota
	Throttled       // refused as too many, without effect
	Denied          // AccessDenied
	Failed          // HTTP 500, without effect
	Missing         // the page of a server that does not have the operation
	CutBefore       // the connection breaks, without effect
	CutAfter        // it takes effect, and the connection breaks before the answer
)

// Write is one write call that reached the server.
type Write struct {
	N      int    // from 1
	Op     string // "rds:CreateDBInstance"
	Token  string // the client token that came with it
	Params string // sorted, without the token
	Effect bool   // it changed something; a repetition with a token that is known does not
	Code   string // of the refusal
}

// Server is a running double.
type Server struct {
	URL    string
	server *httptest.Server

	mu      sync.Mutex
	slow    int
	lag     int
	onWrite func(Write) Fault
	onRead  func(op string) Fault
	denied  map[string]bool
	writes  []Write
	next    int // the last number that an ID was made of
	calls   int

	databases map[string]*thing // "instance/NAME", "cluster/NAME"
	caches    map[string]*thing
	groups    map[string]*thing
	balancers map[string]*thing // "lb/ARN", "listener/ARN"
	tables    map[string]*thing
	network   map[string]*thing // "address/ID", "nat/ID", "table/ID"
	buckets   map[string]map[string]string
	policy    map[string]string // the password policy; nil when there is none
	tokens    map[string]string // token -> what it made
}

// thing is something that AWS takes its time with.
type thing struct {
	attrs  map[string]string
	status string // "available" and the like; what it becomes once ready
	busy   string // what it says until then
	todo   map[string]string
	window map[string]string // waits for the maintenance window
	wait   int               // descriptions until it is ready
	hidden int               // descriptions that do not show it yet
	dying  bool              // it is gone once ready
	rename string            // the key that it has once ready
}

// New starts a server, which ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{slow: 1, denied: map[string]bool{}, databases: map[string]*thing{}, caches: map[string]*thing{}, groups: map[string]*thing{}, balancers: map[string]*thing{},
		tables: map[string]*thing{}, network: map[string]*thing{}, buckets: map[string]map[string]string{}, tokens: map[string]string{}}
	s.server = httptest.NewServer(s)
	s.URL = s.server.URL
	t.Cleanup(s.server.Close)
	return s
}

// Config is a configuration that reaches the server.
func (s *Server) Config() aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: &s.URL, HTTPClient: awshttp.NewBuildableClient(),
		Credentials: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			return credentials.NewStaticCredentialsProvider("AKIAFAKEFAKEFAKEFAKE", "fake", "").Retrieve(ctx)
		}),
	}
}

// Slow says how many descriptions a change takes until it is real.
func (s *Server) Slow(n int) { s.locked(func() { s.slow = n }) }

// Lag says how many descriptions do not show what was just made.
func (s *Server) Lag(n int) { s.locked(func() { s.lag = n }) }

// OnWrite is asked of every write what is to happen to it; nil is nothing. It is called before the write takes effect.
func (s *Server) OnWrite(f func(Write) Fault) { s.locked(func() { s.onWrite = f }) }

// OnRead is the same for reads.
func (s *Server) OnRead(f func(op string) Fault) { s.locked(func() { s.onRead = f }) }

// Deny refuses an operation from now on.
func (s *Server) Deny(op string) { s.locked(func() { s.denied[op] = true }) }

// Allow ends Deny.
func (s *Server) Allow(op string) { s.locked(func() { delete(s.denied, op) }) }

// Writes gives the writes so far.
func (s *Server) Writes() []Write {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.writes)
}

// Effects counts the writes of an operation that changed something.
func (s *Server) Effects(op string) int {
	n := 0
	for _, w := range s.Writes() {
		if w.Op == op && w.Effect {
			n++
		}
	}
	return n
}

// MaintenanceWindow makes real what waits for it.
func (s *Server) MaintenanceWindow() {
	s.locked(func() {
		for _, d := range s.databases {
			maps.Copy(d.attrs, d.window)
			d.window = nil
		}
	})
}

func (s *Server) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// State writes everything down as it will be once all changes are real, sorted: equal states have equal texts. An association
// is told by its subnet, because AWS gives it a new ID whenever it moves.
func (s *Server) State() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for kind, things := range map[string]map[string]*thing{"rds": s.databases, "cache": s.caches, "asg": s.groups, "elb": s.balancers, "dynamodb": s.tables, "ec2": s.network} {
		for name, t := range things {
			if t.dying {
				continue
			}
			if t.rename != "" {
				name = t.rename
			}
			all := map[string]string{}
			for k, v := range t.attrs {
				if strings.HasPrefix(k, "association ") {
					k, v = "association of "+v, ""
				}
				all[k] = v
			}
			maps.Copy(all, t.todo)
			lines = append(lines, fmt.Sprintf("%s %s %s %v %v", kind, name, t.status, all, t.window))
		}
	}
	for name, b := range s.buckets {
		lines = append(lines, fmt.Sprintf("s3 %s %v", name, b))
	}
	if s.policy != nil {
		lines = append(lines, fmt.Sprintf("iam password policy %v", s.policy))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// refusal is an error as AWS answers it.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refused(code, format string, args ...any) *refusal {
	return &refusal{400, code, fmt.Sprintf(format, args...)}
}

// request is one call.
type request struct {
	service, op string
	params      url.Values    // of the query protocol; of JSON the members in dotted form
	http        *http.Request //
	body        []byte        //
	token       string
	effect      bool // whether the write changed something; handlers clear it
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller went away
	}
	q := parse(r, body)
	s.mu.Lock()
	fault := s.faultOf(q)
	var answer string
	var refusal *refusal
	switch fault {
	case Throttled:
		refusal = refused("Throttling", "Rate exceeded")
	case Denied:
		refusal = denial(q.op)
	case Failed:
		refusal = refused("InternalFailure", "injected")
		refusal.status = 500
	case CutBefore, Missing:
	default:
		q.effect = true
		answer, refusal = s.handle(q)
	}
	if q.write() {
		n := &s.writes[len(s.writes)-1]
		n.Effect, n.Token = q.effect && refusal == nil, q.token
		if refusal != nil {
			n.Code = refusal.code
		}
	}
	s.calls++
	id := fmt.Sprintf("req-%d", s.calls)
	s.mu.Unlock()
	if fault == CutBefore || fault == CutAfter {
		panic(http.ErrAbortHandler) // the server closes the connection without an answer
	}
	if fault == Missing {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<!doctype html><html lang=en><title>500 Internal Server Error</title>")
		return
	}
	q.reply(w, id, answer, refusal)
}

func denial(op string) *refusal {
	return &refusal{403, "AccessDenied", "not authorized to perform: " + op}
}

// faultOf writes a call down and says what is to happen to it.
func (s *Server) faultOf(q *request) Fault {
	fault := None
	if q.write() {
		w := Write{N: len(s.writes) + 1, Op: q.op, Params: q.params.Encode() + string(q.plainBody())}
		s.writes = append(s.writes, w)
		if s.onWrite != nil {
			fault = s.onWrite(w)
		}
	} else if s.onRead != nil {
		fault = s.onRead(q.op)
	}
	if s.denied[q.op] {
		fault = Denied
	}
	return fault
}

// plainBody is the body when it is not in params.
func (q *request) plainBody() []byte {
	if q.service == "s3" {
		return q.body
	}
	return nil
}

// write says whether the call changes something.
func (q *request) write() bool {
	_, name, _ := strings.Cut(q.op, ":")
	for _, verb := range []string{"Describe", "Get", "List"} {
		if strings.HasPrefix(name, verb) {
			return false
		}
	}
	return true
}

func (s *Server) handle(q *request) (string, *refusal) {
	switch q.service {
	case "rds":
		return s.rds(q)
	case "elasticache":
		return s.elasticache(q)
	case "autoscaling":
		return s.autoscaling(q)
	case "elasticloadbalancing":
		return s.elbv2(q)
	case "dynamodb":
		return s.dynamodb(q)
	case "ec2":
		return s.ec2(q)
	case "iam":
		return s.iam(q)
	case "s3":
		return s.s3(q)
	case "sts":
		return s.sts(q)
	case "kms":
		return s.kms(q)
	}
	return "", refused("UnknownOperationException", "the double does not know %s", q.op)
}

func (q *request) unknown() (string, *refusal) {
	return "", refused("InvalidAction", "the double does not know %s", q.op)
}

// id makes an ID: "nat-1".
func (s *Server) id(prefix string) string {
	s.next++
	return fmt.Sprintf("%s-%d", prefix, s.next)
}

// described gives a thing as it is now and lets time go by; nil when it is not there, or not shown yet.
func (s *Server) described(in map[string]*thing, name string) *thing {
	t := in[name]
	if t == nil {
		return nil
	}
	if t.hidden > 0 {
		t.hidden--
		return nil
	}
	if t.wait > 0 {
		t.wait--
		return t
	}
	if t.dying {
		delete(in, name)
		return nil
	}
	maps.Copy(t.attrs, t.todo)
	t.todo, t.busy = nil, ""
	if t.rename != "" {
		delete(in, name)
		in[t.rename], t.rename = t, ""
		return nil
	}
	return t
}

// state is what a thing says of itself.
func (t *thing) state() string {
	if t.busy != "" {
		return t.busy
	}
	return t.status
}

// change begins a change that takes its time; one that was under way is real then.
func (s *Server) change(t *thing, busy string, to map[string]string) {
	maps.Copy(t.attrs, t.todo)
	t.busy, t.wait, t.todo = busy, s.slow, to
}

// make adds something that takes its time to be ready.
func (s *Server) add(to map[string]*thing, name, busy, status string, attrs map[string]string) *thing {
	t := &thing{attrs: attrs, status: status, busy: busy, wait: s.slow, hidden: s.lag}
	to[name] = t
	return t
}

// end begins to take something away.
func (s *Server) end(t *thing, busy string) { t.busy, t.wait, t.dying = busy, s.slow, true }
