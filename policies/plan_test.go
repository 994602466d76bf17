package policies_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/internal/planfixture"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// The code of the shop and its plan get the same verdicts; where one of them does not know enough it says so.
func TestAPlanHasTheVerdictsOfItsCode(t *testing.T) {
	var plan bytes.Buffer
	if err := planfixture.Shop().Write(&plan); err != nil {
		t.Fatal(err)
	}
	code := verdictsOf(t, terraform.New(os.DirFS("../scanners/terraform/testdata/shop"), terraform.Options{}))
	planned := verdictsOf(t, terraform.NewPlan(&plan, "plan.json", terraform.PlanOptions{}))
	decided := 0
	for key, want := range code {
		got, ok := planned[key]
		switch {
		case want == policies.Undecided || got == policies.Undecided:
		case !ok || got != want:
			t.Errorf("%s: the code says %s, the plan %q", key, want, got)
		case want != policies.NotApplicable:
			decided++
		}
	}
	for key, got := range planned {
		if _, ok := code[key]; !ok && got != policies.Undecided {
			t.Errorf("%s: only the plan says %s", key, got)
		}
	}
	if decided < 40 {
		t.Errorf("only %d verdicts are decided from both", decided)
	}
}

var worstLast = []policies.Verdict{policies.NotApplicable, policies.Pass, policies.Undecided, policies.Fail}

// verdictsOf gives the worst verdict of each policy on each resource that it reports.
func verdictsOf(t *testing.T, s scanners.Scanner) map[string]policies.Verdict {
	t.Helper()
	found, err := s.Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	g := catalog.Build(found.Resources, catalog.Options{})
	results, err := builtin(t).Evaluate(context.Background(), g, policies.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]policies.Verdict{}
	for _, r := range results.Results {
		key := fmt.Sprintf("%s of %s", r.Policy, r.Resource)
		if slices.Index(worstLast, r.Verdict) > slices.Index(worstLast, out[key]) {
			out[key] = r.Verdict
		}
	}
	return out
}
