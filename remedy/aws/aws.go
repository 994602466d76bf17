// Package aws makes and carries out the steps that change live accounts.
//
// A fix is one entry of Fixes: the changes in canonical words that it carries out, what must hold before, the calls,
// the conditions that show that the change is real, and beside them the calls that take it back. Everything that a step does is
// worked out when the plan is made and stands in it; the hand that carries it out knows no fixes.
//
//	hand := aws.NewHand(cfg, aws.Target{Account: "111111111111", Partition: "aws", Region: "eu-west-1"})
//	planner := aws.NewPlanner(hand, g, aws.Options{})
//	steps, err := planner.Plan(ctx, wish)
//	receipt, err := hand.Do(ctx, steps[0].Actions[0], token, remedy.Bound{})
//
// It is the only code that writes to AWS, and it sends no operation that is not in its table.
package aws

import (
	"maps"
	"net"
	"net/url"
	"slices"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Target is the account that a hand reaches.
type Target struct {
	Account   string // twelve digits
	Partition string // "aws", "aws-us-gov", "aws-cn"; "" is "aws"
	Region    string // of calls that name none
}

// Hand carries out calls in one account. It may be used by several goroutines.
type Hand struct {
	cfg    sdk.Config
	target Target
}

// NewHand makes a hand. The configuration has the credentials; it must not be one of a scan, which refuses to write.
func NewHand(cfg sdk.Config, target Target) *Hand {
	cfg = cfg.Copy()
	cfg.RetryMaxAttempts, cfg.RetryMode = 0, ""
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	if target.Partition == "" {
		target.Partition = "aws"
	}
	return &Hand{cfg: cfg, target: target}
}

// Emulated implements remedy.Emulator: it says whether the endpoint is one of this machine, where no AWS is.
func (h *Hand) Emulated() bool {
	if h.cfg.BaseEndpoint == nil {
		return false
	}
	u, err := url.Parse(*h.cfg.BaseEndpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// operations is the table of everything that a hand can call, by the name that stands in plans.
var operations = sync.OnceValue(func() map[string]operation {
	all := map[string]operation{}
	for _, part := range []map[string]operation{
		acmOperations(), applicationAutoscalingOperations(), autoscalingOperations(), backupOperations(), cloudfrontOperations(),
		cloudtrailOperations(), cloudwatchOperations(), dlmOperations(), dynamodbOperations(), ec2Operations(),
		ecrOperations(), ecsOperations(), efsOperations(), eksOperations(), elasticacheOperations(),
		elasticloadbalancingOperations(), elbOperations(), esOperations(), iamOperations(), kmsOperations(),
		lambdaOperations(), logsOperations(), rdsOperations(), route53Operations(),
		route53domainsOperations(), s3Operations(), snsOperations(), sqsOperations(), stsOperations(),
	} {
		maps.Copy(all, part)
	}
	return all
})

// Operations lists the names of everything that a hand can call, sorted, and says of each whether it writes.
func Operations() (names []string, writes map[string]bool) {
	writes = map[string]bool{}
	for name, o := range operations() {
		names = append(names, name)
		writes[name] = o.write
	}
	slices.Sort(names)
	return names, writes
}
