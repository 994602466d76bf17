package aws

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Pace is how fast one service is called in one account and region.
type Pace struct {
	PerSecond float64 // attempts, in the long run
	Burst     float64 // attempts at once after a pause
}

// usual is below what AWS grants to reads of the services that publish a figure, so that others who use the account's
// share of it are not in the way.
var usual = Pace{PerSecond: 10, Burst: 40}

// paces are services whose limits are known to be higher or lower, by service ID.
// EC2: 100 tokens, 20 a second for reads ("Request throttling for the Amazon EC2 API"). S3 has no account-wide limit on
// configuration reads; 20 a second is kind. IAM and Organizations have one limit for the whole account.
var paces = map[string]Pace{
	"EC2":              {PerSecond: 20, Burst: 60},
	"S3":               {PerSecond: 20, Burst: 60},
	"Lambda":           {PerSecond: 15, Burst: 30},
	"Organizations":    {PerSecond: 4, Burst: 10},
	"Route 53":         {PerSecond: 5, Burst: 5},
	"Route 53 Domains": {PerSecond: 2, Burst: 4},
}

// attempts bounds how often a call is tried: about a minute of waiting when AWS throttles every one of them.
const attempts = 10

// The waits between attempts grow from firstWait to longestWait, each a random part of it.
const (
	firstWait   = 100 * time.Millisecond
	longestWait = 20 * time.Second
)

// wait is the pause before the next attempt; attempt counts from 1.
func wait(attempt int, _ error) (time.Duration, error) {
	most := longestWait
	if attempt < 10 {
		most = min(longestWait, firstWait<<attempt)
	}
	return time.Duration(rand.Int64N(int64(most))) + firstWait/10, nil
}

// newRetryer retries what AWS or the network may do better a moment later. There is no quota over all calls: it would end the
// whole scan because one service throttles.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.RateLimiter, o.Backoff = attempts, ratelimit.None, retry.BackoffDelayerFunc(wait)
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(hopeless)}, o.Retryables...)
	})
}

// hopeless says no to answers that would be the same again: an emulator that lacks the operation, and a name that does not resolve.
func hopeless(err error) aws.Ternary {
	switch kindOf(err) {
	case unsupported, absent:
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// bucket is a token bucket that also slows down when AWS throttles, and recovers with every call that it does not.
type bucket struct {
	mu     sync.Mutex
	pace   Pace
	rate   float64 // tokens a second now
	tokens float64
	at     time.Time
}

func newBucket(p Pace, now time.Time) *bucket {
	return &bucket{pace: p, rate: p.PerSecond, tokens: p.Burst, at: now}
}

// take takes one token and gives the time to wait for it.
func (b *bucket) take(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.pace.Burst, b.tokens+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	b.tokens--
	if b.tokens >= 0 {
		return 0
	}
	return time.Duration(-b.tokens / b.rate * float64(time.Second))
}

// told hears how an attempt ended.
func (b *bucket) told(throttled bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if throttled {
		b.rate = max(b.rate*0.7, b.pace.PerSecond/20)
		b.tokens = min(b.tokens, 1)
		return
	}
	b.rate = min(b.pace.PerSecond, b.rate+b.pace.PerSecond/50)
}

// pacer is the step of a client that counts attempts and keeps to the pace of its account, region and service.
type pacer struct {
	account, region string
	run             *traffic
	trace           func(Attempt)
}

// ID implements middleware.FinalizeMiddleware.
func (*pacer) ID() string { return "PlumbPace" }

// HandleFinalize implements middleware.FinalizeMiddleware.
func (p *pacer) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	service := middleware.GetServiceID(ctx)
	b := p.run.bucket(lane{p.account, p.region, service})
	if d := b.take(time.Now()); d > 0 {
		if err := sleep(ctx, d); err != nil {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, err
		}
	}
	began := time.Now()
	out, meta, err := next.HandleFinalize(ctx, in)
	if p.trace != nil {
		p.trace(Attempt{p.account, p.region, service, middleware.GetOperationName(ctx), time.Since(began), err})
	}
	slow := err != nil && kindOf(err) == throttled
	b.told(slow)
	p.run.count(lane{p.account, p.region, service}, slow, err == nil || kindOf(err) != absent && hasStatus(err))
	return out, meta, err
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
}

// lane is what AWS throttles as one.
type lane struct{ account, region, service string }

// traffic counts the attempts of a scan and has the buckets of its lanes.
type traffic struct {
	pace func(service string) Pace

	mu      sync.Mutex
	buckets map[lane]*bucket
	calls   map[string]int // attempts by service ID
	slowed  map[string]int // of these, throttled
	last    lane           // the lane that was throttled last
	lastAt  time.Time
	heard   map[string]bool // "account/region" from which some service answered
}

func newTraffic(pace func(string) Pace) *traffic {
	if pace == nil {
		pace = func(service string) Pace {
			if p, ok := paces[service]; ok {
				return p
			}
			return usual
		}
	}
	return &traffic{pace: pace, buckets: map[lane]*bucket{}, calls: map[string]int{}, slowed: map[string]int{}, heard: map[string]bool{}}
}

func (t *traffic) bucket(l lane) *bucket {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[l]
	if b == nil {
		b = newBucket(t.pace(l.service), time.Now())
		t.buckets[l] = b
	}
	return b
}

func (t *traffic) count(l lane, slow, heard bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if heard {
		t.heard[l.account+"/"+l.region] = true
	}
	t.calls[l.service]++
	if slow {
		t.slowed[l.service]++
		t.last, t.lastAt = l, time.Now()
	}
}

// answered says whether some service of an account's region answered at all.
func (t *traffic) answered(account, region string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heard[account+"/"+region]
}

// hasStatus says whether an error is an answer, and not the lack of one.
func hasStatus(err error) bool {
	var res *smithyhttp.ResponseError
	return errors.As(err, &res)
}
