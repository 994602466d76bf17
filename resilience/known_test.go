package resilience_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// graphOf reads the code in a folder of testdata.
func graphOf(t testing.TB, dir string) *graph.Graph {
	t.Helper()
	return graphFrom(t, terraform.New(os.DirFS("testdata/"+dir), terraform.Options{}))
}

func graphFrom(t testing.TB, s scanners.Scanner) *graph.Graph {
	t.Helper()
	found, err := s.Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Gaps) > 0 {
		t.Fatalf("gaps: %v", found.Gaps)
	}
	return catalog.Build(found.Resources, catalog.Options{})
}

// short writes the answers of a one-entry model as "zone:eu-west-1a DOWN 0.00".
func short(outcomes []resilience.Outcome) []string {
	var out []string
	for _, o := range outcomes {
		for _, a := range o.Answers {
			capacity := fmt.Sprintf("%.2f", a.Least)
			if a.Least != a.Most {
				capacity += fmt.Sprintf("-%.2f", a.Most)
			}
			out = append(out, fmt.Sprintf("%s %s %s", o.Loss.Name, a.Up, capacity))
		}
	}
	return out
}

var asIs = []string{"zone:eu-west-1a DOWN 0.00", "zone:eu-west-1b DOWN 0.00", "zone:eu-west-1c UP 1.00"}

func TestTheKnownSystemIsDownWithoutItsFirstTwoZones(t *testing.T) {
	t.Parallel()
	m := resilience.Derive(graphOf(t, "asis"), resilience.Settings{})
	if len(m.Entries) != 1 || m.Entries[0].Name != "aws_lb.web" {
		t.Fatalf("entries: %v", m.Entries)
	}
	if diff := cmp.Diff(asIs, short(m.Simulate(m.Zones()))); diff != "" {
		t.Error(diff)
	}
}

func TestTheCuredSystemKeepsTwoThirdsInEveryZoneLoss(t *testing.T) {
	t.Parallel()
	m := resilience.Derive(graphOf(t, "cured"), resilience.Settings{})
	want := []string{"zone:eu-west-1a UP 0.67", "zone:eu-west-1b UP 0.67", "zone:eu-west-1c UP 0.67"}
	if diff := cmp.Diff(want, short(m.Simulate(m.Zones()))); diff != "" {
		t.Error(diff)
	}
}
