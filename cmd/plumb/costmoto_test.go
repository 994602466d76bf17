package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/internal/moto"
)

// TestTheGoodAndTheBadAccountArePriced says what keeping to the architecture costs, by type; types whose price depends on the day (extended
// support) are left out.
func TestTheGoodAndTheBadAccountArePriced(t *testing.T) {
	for _, c := range []struct {
		variant string
		want    map[string]string
	}{
		{"good", map[string]string{
			"aws_nat_gateway": "98.55", // one in each of three zones
			"aws_eip":         "10.95",
			// two application load balancers with three addresses each: 2 x (730 x 0.0225 + 3 x 730 x 0.005)
			"aws_lb": "54.75", "aws_elb": "0",
			"aws_eks_node_group":    "216.24", // three m6i.large with 20 GB each
			"aws_opensearch_domain": "646.05", // three r6g.large and three masters
			"aws_ecs_service":       "27.030075", "aws_instance": "0", "aws_kms_key": "1",
		}},
		{"bad", map[string]string{
			"aws_nat_gateway": "32.85", "aws_eip": "3.65",
			// two classic load balancers in one zone: 2 x (730 x 0.025 + 730 x 0.005)
			"aws_lb": "0", "aws_elb": "43.8",
			"aws_eks_node_group": "72.08", "aws_opensearch_domain": "121.91", "aws_ecs_service": "9.010025",
			// a server by itself instead of a group, with its root volume: 730 x 0.10 + 8 x 0.10
			"aws_instance": "73.8", "aws_kms_key": "1",
		}},
	} {
		t.Run(c.variant, func(t *testing.T) {
			s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
			seedMoto(t, s, "--variant", c.variant)
			away(t, moto.Home)
			code, out, said := plumbLive(t, "cost", "aws", "--endpoint-url", s.URL, "--regions", "us-east-1", "-f", "json")
			if code != 0 {
				t.Fatalf("exit status %d: %s", code, said)
			}
			if diff := cmp.Diff(c.want, monthlyByType(t, out, c.want)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// monthlyByType adds up an estimate by type, for the types that are asked for.
func monthlyByType(t *testing.T, out string, asked map[string]string) map[string]string {
	t.Helper()
	var e struct {
		Resources []struct {
			Type    string
			Monthly decimal.Decimal
		}
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sums := map[string]decimal.Decimal{}
	for _, r := range e.Resources {
		sums[r.Type] = sums[r.Type].Add(r.Monthly)
	}
	got := map[string]string{}
	for typ := range asked {
		got[typ] = sums[typ].String()
	}
	return got
}
