package terraform_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/plumbline-dev/plumbline/internal/generate"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func benchmarkPlan(b *testing.B, n int) {
	var plan bytes.Buffer
	if err := generate.Plan(&plan, n); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(plan.Len()))
	b.ReportAllocs()
	for b.Loop() {
		found := benchmarkScan(b, terraform.NewPlan(bytes.NewReader(plan.Bytes()), "plan.json", terraform.PlanOptions{}))
		if len(found.Resources) < n {
			b.Fatalf("%d resources of %d", len(found.Resources), n)
		}
	}
}

func benchmarkScan(b *testing.B, s scanners.Scanner) scanners.Found {
	b.Helper()
	found, err := s.Scan(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return found
}

func BenchmarkPlan5000(b *testing.B)  { benchmarkPlan(b, 5000) }
func BenchmarkPlan20000(b *testing.B) { benchmarkPlan(b, 20000) }

func BenchmarkState(b *testing.B) {
	var state bytes.Buffer
	if err := generate.State(&state, 20000); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(state.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if found := benchmarkScan(b, terraform.NewState(bytes.NewReader(state.Bytes()), "terraform.tfstate", terraform.PlanOptions{})); len(found.Resources) < 20000 {
			b.Fatalf("%d resources", len(found.Resources))
		}
	}
}
