package cost_test

import (
	"path/filepath"
	"testing"

	"github.com/plumbline-dev/plumbline/cost"
)

// without names priced types for which the catalogue has no price of any region.
var withoutPrice = map[string]string{
	"aws_fsx_lustre_file_system": "no row of FSx for Lustre", "aws_fsx_ontap_file_system": "no row of FSx for ONTAP",
	"aws_globalaccelerator_custom_routing_accelerator": "no row of its hours", "aws_scheduler_schedule": "only the free allowance",
}

func TestEveryPricedTypeHasACalculationByHand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	calculated, seen := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		f := readFixture(t, file)
		for _, r := range f.estimate(t).Resources {
			seen[r.Type] = true
			calculated[r.Type] = calculated[r.Type] || r.Monthly.IsPositive()
		}
	}
	for _, typ := range cost.Types() {
		_, excused := withoutPrice[typ]
		switch {
		case cost.KindOf(typ) != cost.Priced:
		case !seen[typ]:
			t.Errorf("no fixture has a resource of the type %s", typ)
		case !calculated[typ] && !excused:
			t.Errorf("no fixture has a price of %s", typ)
		case calculated[typ] && excused:
			t.Errorf("%s has a price now", typ)
		}
	}
}

func TestUsageIsCompleteUnderEveryProfile(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f := readFixture(t, file)
		g := built(t, f.files)
		var last cost.Estimated
		for i, p := range []cost.Profile{cost.Low, cost.Medium, cost.High} {
			e := cost.Estimate(g, builtin(t), cost.Options{Profile: p})
			if e.OpenUsage > 0 {
				t.Errorf("%s: %d meters wait for usage under the profile %s", file, e.OpenUsage, p)
			}
			if i > 0 && e.Monthly.LessThan(last.Monthly) {
				t.Errorf("%s: %s costs %s, less than the profile below, %s", file, p, e.Monthly, last.Monthly)
			}
			last = e
		}
	}
}
