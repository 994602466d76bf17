package aws

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// Account is one account that is read.
type Account struct {
	ID        string // 12 digits
	Name      string // what people call it; "" when it has no name
	Partition string // "aws", "aws-us-gov", "aws-cn"; "" is "aws"
	Regions   []string
	// Narrowed says that the user chose the regions: what a global service lists of another region is left out.
	Narrowed bool
	// Config has the credentials, the HTTP client and, for an emulator, the endpoint. Region, retries and the
	// steps that guard and pace are set here.
	Config aws.Config
}

// Options are everything besides the accounts.
type Options struct {
	Services []Service
	// Needs lists, for each resource type that is needed, the attributes that are; a nil list stands for all of them, a nil map for
	// everything there is. Calls that give nothing of it are not made.
	Needs map[string][]string
	// Workers bounds the calls that are under way at once, PerLane those of one service in one account and region. 0: 64 and 6.
	Workers, PerLane int
	Pace             func(serviceID string) Pace // nil: ours
	Checkpoint       *Checkpoint                 // nil: nothing is written down
	Trace            func(Attempt)               // hears of every attempt of a call, several at once; nil: nobody does
}

// Attempt is one attempt of a call.
type Attempt struct {
	Account, Region, Service, Operation string // Service is the SDK's ID
	Took                                time.Duration
	Err                                 error // nil when it was answered
}

const (
	workers = 64
	perLane = 6
)

// Scanner reads accounts. It implements scanners.Scanner.
type Scanner struct {
	accounts []Account
	o        Options
	run      *traffic
	plan     Plan
	wanted   map[*Service][]*Detail // the details that somebody needs

	mu       sync.Mutex
	sessions map[string]*Session
	units    []*unit
	progress progress
}

// New makes a scanner of accounts, which are read in the order of their IDs.
func New(accounts []Account, o Options) *Scanner {
	if o.Workers == 0 {
		o.Workers = workers
	}
	if o.PerLane == 0 {
		o.PerLane = perLane
	}
	s := &Scanner{accounts: slices.Clone(accounts), o: o, run: newTraffic(o.Pace), sessions: map[string]*Session{}, wanted: map[*Service][]*Detail{}}
	for i := range s.accounts {
		if s.accounts[i].Partition == "" {
			s.accounts[i].Partition = "aws"
		}
	}
	slices.SortFunc(s.accounts, func(a, b Account) int { return compareText(a.ID, b.ID) })
	s.choose()
	s.plan, s.units = s.makePlan()
	s.progress = progress{at: map[place]*PlaceStatus{}}
	for _, u := range s.units {
		s.progress.of(u).Lists++
	}
	return s
}

// Scan reads everything that the plan names. It always gives what could be read; what could not is a Gap, and unknown.
func (s *Scanner) Scan(ctx context.Context) (scanners.Found, error) {
	if err := s.restore(); err != nil {
		return scanners.Found{}, err
	}
	s.work(ctx)
	return s.collect(), nil
}

// firstRegion is where a partition has its services that have no regions.
func firstRegion(partition string) string {
	switch partition {
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-cn":
		return "cn-north-1"
	}
	return "us-east-1"
}

// session gives the session of an account in a region; global ones are of services without regions.
func (s *Scanner) session(account *Account, region string, global bool) *Session {
	if global && region == "" {
		region = firstRegion(account.Partition)
	}
	key := account.ID + "/" + region
	if global {
		key += "/global"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.sessions[key]; x != nil {
		return x
	}
	cfg := account.Config.Copy()
	cfg.Region = region
	cfg.Retryer = newRetryer
	cfg.RetryMaxAttempts, cfg.RetryMode = 0, ""
	pace := &pacer{account: account.ID, region: region, run: s.run, trace: s.o.Trace}
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), addGuard(), func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(pace, "Retry", middleware.After)
	})
	x := &Session{Account: account.ID, Region: region, Partition: account.Partition, Config: cfg, Emulated: emulated(cfg), global: global}
	s.sessions[key] = x
	return x
}

// emulated says whether the endpoint of a configuration is not AWS's own.
func emulated(cfg aws.Config) bool { return cfg.BaseEndpoint != nil && *cfg.BaseEndpoint != "" }

// unit is one list call in one account and region, with what came of it.
type unit struct {
	id      string
	account *Account
	region  string // "" for a service without regions
	service *Service
	list    *List

	mu       sync.Mutex
	items    []*item // what the list and the details gave, in the order that they were given
	refusal  *Refusal
	finished bool // the list was read to its end
	counted  bool // in the progress
	pending  int  // resources whose details are under way
}

// item is one resource with the details that are still to be made for it, one after the other.
type item struct {
	r      *graph.Resource
	todo   []*Detail
	missed []missed
}

// missed is a detail call that gave no answer.
type missed struct {
	detail  *Detail
	refusal Refusal
}
