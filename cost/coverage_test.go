package cost_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
)

// without names priced types for which the catalogue has no price of any region.
var withoutPrice = map[string]string{
	"aws_fsx_lustre_file_system": "no row of FSx for Lustre", "aws_fsx_ontap_file_system": "no row of FSx for ONTAP",
	"aws_accessanalyzer_analyzer": "free, or without a row", "aws_flow_log": "free, or without a row", "aws_s3_bucket_accelerate_configuration": "no row of its traffic",
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

// TestEveryUsageFieldCounts gives each field of each type a large quantity: some resource of the fixtures must cost something else.
func TestEveryUsageFieldCounts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]bool{}
	for _, file := range files {
		f := readFixture(t, file)
		g := built(t, f.files)
		for _, typ := range append(g.Types(), "aws_data_transfer") {
			for _, p := range cost.UsageOf(typ) {
				name := typ + " " + p.Field
				much := with(t, f, g, typ, p.Field, 1e9)
				counts[name] = counts[name] || !reflect.DeepEqual(with(t, f, g, typ, p.Field, 0), much) || !reflect.DeepEqual(with(t, f, g, typ, p.Field, 1), much)
			}
		}
	}
	for _, typ := range cost.Types() {
		for _, p := range cost.UsageOf(typ) {
			if name := typ + " " + p.Field; !counts[name] && withoutPrice[typ] == "" {
				t.Errorf("%s changes nothing in any fixture", name)
			}
		}
	}
}

// with estimates a fixture under the low profile with one field of a type given.
func with(t *testing.T, f *fixture, g *graph.Graph, typ, field string, n float64) []cost.Resource {
	t.Helper()
	text := fmt.Sprintf("resource_type_default_usage:\n  %s:\n    %q: %.0f\n", typ, field, n)
	if field == "vcpu_count" {
		text += "    monthly_cpu_credit_hrs: 1\n"
	}
	if typ == "aws_data_transfer" {
		text = fmt.Sprintf("resource_usage:\n  aws_data_transfer.x:\n    region: us-east-1\n    %q: %.0f\n", field, n)
	}
	u, err := cost.ParseUsage("u", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return cost.Estimate(g, builtin(t), cost.Options{Usage: u, Profile: cost.Low}).Resources
}
