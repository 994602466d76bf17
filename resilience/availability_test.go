package resilience_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// rates are those of the known answers.
var rates = resilience.Rates{
	Zone: 1e-4, Region: 1e-4,
	Single:  map[string]float64{"aws_lb": 1e-4, "aws_autoscaling_group": 5e-3, "aws_db_instance": 5e-3, "aws_elasticache_replication_group": 5e-3, "aws_nat_gateway": 1e-3},
	Service: map[string]float64{"aws_lb": 0},
}

func TestTheAvailabilityOfTheKnownSystem(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{"asis": "0.988714", "cured": "0.999811"} {
		twoZones := terraform.Options{Vars: map[string]string{"zones": "{a = 0, b = 1}"}}
		g := graphFrom(t, terraform.New(os.DirFS("testdata/"+dir), twoZones))
		e := resilience.Derive(g, resilience.Settings{}).Availability(rates)[0]
		if got := fmt.Sprintf("%.6f", e.Low); e.Err != nil || got != want || e.High < e.Low || e.High-e.Low > 1e-6 || len(e.Missing) > 0 {
			t.Errorf("%s: %s (to %v, error %v, missing %v), want %s", dir, got, e.High, e.Err, e.Missing, want)
		}
	}
}

func TestTheEstimateAgreesWithTryingItOut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 16))
	for round := range 20 {
		n := 3 + r.IntN(10)
		m := randomModel(r, n, true)
		for i := range m.Nodes {
			if i > 0 && m.Nodes[i].Kind == resilience.All {
				m.Nodes[i].Class, m.Nodes[i].Type = resilience.Single, "t"
			}
		}
		e := m.Availability(resilience.Rates{Single: map[string]float64{"t": 0.1}})[0]
		const tries = 20_000
		up := 0
		for range tries {
			lost := map[int]bool{}
			for i := 1; i <= n; i++ {
				if m.Nodes[i].Class == resilience.Single && r.Float64() < 0.1 {
					lost[i] = true
				}
			}
			if brute(m, n, lost) {
				up++
			}
		}
		got := float64(up) / tries
		if margin := 4*math.Sqrt(e.Low*(1-e.Low)/tries) + 1e-4; math.Abs(got-e.Low) > margin || e.Low != e.High {
			t.Errorf("round %d: estimated %.4f to %.4f, tried %.4f (margin %.4f)", round, e.Low, e.High, got, margin)
		}
	}
}

func TestTheLargestPartOfTheUnavailabilityComesFirst(t *testing.T) {
	t.Parallel()
	e := resilience.Derive(graphOf(t, "asis"), resilience.Settings{}).Availability(rates)[0]
	if len(e.Parts) < 4 || e.Parts[0].Name != "aws_db_instance.main" || e.Parts[1].Name != "aws_elasticache_replication_group.sessions" || e.Parts[2].Name != "aws_nat_gateway.main" {
		t.Errorf("parts: %v", e.Parts)
	}
	for i := 1; i < len(e.Parts); i++ {
		if e.Parts[i].Lost > e.Parts[i-1].Lost {
			t.Errorf("%v stands before %v", e.Parts[i-1], e.Parts[i])
		}
	}
}
