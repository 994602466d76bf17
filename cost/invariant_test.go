package cost_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

// TestEveryEstimateAddsUp holds for all fixtures under all profiles: lines multiply, sums add, nothing is negative, what is complete lacks
// nothing, and the same graph costs the same again.
func TestEveryEstimateAddsUp(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f := readFixture(t, file)
		g := built(t, f.files)
		for _, p := range []cost.Profile{cost.NoProfile, cost.Low, cost.Medium, cost.High} {
			o := f.options(t)
			o.Profile = p
			e := cost.Estimate(g, builtin(t), o)
			adds(t, file, e)
			if diff := cmp.Diff(e, cost.Estimate(g, builtin(t), o)); diff != "" {
				t.Errorf("%s: a second estimate differs\n%s", file, diff)
			}
		}
	}
}

func adds(t *testing.T, file string, e cost.Estimated) {
	t.Helper()
	total, unpriced, open := decimal.Zero, 0, 0
	for _, r := range e.Resources {
		sum := decimal.Zero
		for _, l := range r.Lines {
			switch {
			case (l.Quantity == nil) != (l.Monthly == nil):
				t.Errorf("%s: %s, %s has one of quantity and monthly", file, r.Address, l.Label)
			case l.Quantity == nil:
				open++
			case !l.Monthly.Equal(l.Quantity.Mul(l.Price)) || l.Quantity.IsNegative() || !l.Price.IsPositive() || l.Unit == "" || l.Label == "":
				t.Errorf("%s: %s, %+v does not multiply", file, r.Address, l)
			default:
				sum = sum.Add(*l.Monthly)
			}
		}
		if !sum.Equal(r.Monthly) || r.Free && (len(r.Lines)+len(r.Unpriced) > 0 || r.Why == "") || !r.Free && len(r.Lines)+len(r.Unpriced) == 0 {
			t.Errorf("%s: %s costs %s, its lines %s; free %v (%s), %d lines, %d unpriced", file, r.Address, r.Monthly, sum, r.Free, r.Why, len(r.Lines), len(r.Unpriced))
		}
		total, unpriced = total.Add(sum), unpriced+len(r.Unpriced)
	}
	if !total.Equal(e.Monthly) || unpriced != e.Unpriced || e.Complete != (unpriced == 0 && open == 0) {
		t.Errorf("%s: total %s of %s, unpriced %d of %d, complete %v with %d open", file, e.Monthly, total, e.Unpriced, unpriced, e.Complete, open)
	}
}
