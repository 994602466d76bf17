package services_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/internal/awsdouble"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

var regions = []string{"eu-central-1", "eu-west-1", "us-east-1", "us-west-2"}

func fleet(d *awsdouble.Double, accounts int) []aws.Account {
	var out []aws.Account
	for i := range accounts {
		id := strconv.Itoa(111111111111 + i)
		out = append(out, aws.Account{ID: id, Regions: regions, Config: d.Config(id)})
	}
	return out
}

// BenchmarkAccounts reads 40 accounts with 4 regions each, which are empty, and reports the wall time as a multiple of calls x latency /
// calls at once.
func BenchmarkAccounts(b *testing.B) {
	for _, throttle := range []float64{0, 0.05} {
		b.Run(fmt.Sprintf("throttled=%g", throttle), func(b *testing.B) {
			const latency, workers = 50 * time.Millisecond, 64
			for range b.N {
				d := awsdouble.Start(awsdouble.Options{Latency: latency, Throttle: throttle})
				s := aws.New(fleet(d, 40), aws.Options{Services: services.All(), Workers: workers})
				start := time.Now()
				found, err := s.Scan(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				took := time.Since(start)
				calls := len(d.Calls())
				d.Close()
				ideal := time.Duration(calls) * latency / workers
				b.ReportMetric(float64(took)/float64(ideal), "x-ideal")
				b.ReportMetric(float64(calls), "calls")
				b.ReportMetric(float64(d.Most()), "at-once")
				b.ReportMetric(float64(len(found.Gaps)), "gaps")
				for _, g := range found.Gaps {
					b.Logf("%s: %s", g.Where, g.Why)
				}
			}
		})
	}
}

// volumes answers DescribeVolumes with pages of a thousand.
func volumes(total int) func(c awsdouble.Call) (string, bool) {
	return func(c awsdouble.Call) (string, bool) {
		if c.Operation != "DescribeVolumes" {
			return "", false
		}
		from, _ := strconv.Atoi(c.Form.Get("NextToken")) // the first page has none
		to := min(from+1000, total)
		var b strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, `<item><volumeId>vol-%s%08d</volumeId><size>100</size><encrypted>true</encrypted><volumeType>gp3</volumeType><iops>3000</iops><throughput>125</throughput><status>in-use</status><availabilityZone>%[3]sa</availabilityZone><createTime>2026-01-01T00:00:00Z</createTime><tagSet><item><key>Name</key><value>disk %[2]d</value></item><item><key>Environment</key><value>prod</value></item></tagSet></item>`, c.Region, i, c.Region)
		}
		next := ""
		if to < total {
			next = "<nextToken>" + strconv.Itoa(to) + "</nextToken>"
		}
		return "<DescribeVolumesResponse><volumeSet>" + b.String() + "</volumeSet>" + next + "</DescribeVolumesResponse>", true
	}
}

// BenchmarkHundredThousandResources reads and builds a graph of 100,000 disks and reports the memory that is held then.
func BenchmarkHundredThousandResources(b *testing.B) {
	for range b.N {
		d := awsdouble.Start(awsdouble.Options{Fill: volumes(25_000)})
		found, err := aws.New(fleet(d, 1), aws.Options{Services: services.All()}).Scan(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		d.Close()
		g := catalog.Build(found.Resources, catalog.Options{})
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys)/math.Exp2(20), "MiB-sys")
		b.ReportMetric(float64(len(g.Resources())), "resources")
		runtime.KeepAlive(found)
	}
}

// TestThrottlingLosesNothing compares what a scan finds with and without throttled answers.
func TestThrottlingLosesNothing(t *testing.T) {
	find := func(throttle float64) (resources, gaps, slowed int) {
		d := awsdouble.Start(awsdouble.Options{Throttle: throttle, Seed: 7, Fill: volumes(1500)})
		defer d.Close()
		s := aws.New(fleet(d, 2), aws.Options{Services: services.All(), Pace: func(string) aws.Pace { return aws.Pace{PerSecond: 1e4, Burst: 1e4} }})
		found, err := s.Scan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range s.Stats().Throttled {
			slowed += n
		}
		return len(found.Resources), len(found.Gaps), slowed
	}
	resources, gaps, _ := find(0)
	again, gapsAgain, slowed := find(0.05)
	if resources < 2*4*1500 || again != resources || gapsAgain != gaps {
		t.Errorf("%d resources and %d gaps, with throttling %d and %d", resources, gaps, again, gapsAgain)
	}
	if slowed == 0 {
		t.Error("nothing was throttled")
	}
}
