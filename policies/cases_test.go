package policies_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// readTerraform reads the files of a case as plumb scan does.
func readTerraform(ctx context.Context, files fs.FS) (*graph.Graph, error) {
	found, err := terraform.New(files, terraform.Options{}).Scan(ctx)
	if err != nil {
		return nil, err
	}
	for _, gap := range found.Gaps {
		if strings.Contains(gap.Why, "not on disk") {
			continue
		}
		return nil, fmt.Errorf("gap at %s: %s %s", gap.Where, gap.What, gap.Why)
	}
	policies.Observe(files, found.Resources)
	stages := map[string]string{}
	for _, r := range found.Roots {
		stages[r.Path] = r.Stage
	}
	g := catalog.Build(found.Resources, catalog.Options{RootStages: stages})
	return resilience.Attach(g, resilience.Settings{}, resilience.DefaultTarget), nil
}

// TestCases judges the example and the cases of every policy: go test ./policies -run 'TestCases/rds'.
func TestCases(t *testing.T) {
	set := builtin(t)
	cases, err := set.Cases(os.DirFS("."))
	if err != nil {
		t.Error(err)
	}
	for _, c := range cases {
		area, name, _ := strings.Cut(c.Policy, ".")
		t.Run(area+"/"+name+"/"+c.Says, func(t *testing.T) {
			if err := set.RunCase(context.Background(), c, readTerraform, policies.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}
