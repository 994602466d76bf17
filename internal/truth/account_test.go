// Package truth holds what plumb says of two seeded accounts against what is true of them.
package truth

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// manifest is what the seed writes down.
type manifest struct {
	Account, Variant string
	Truth            []fact
	Skipped          []struct{ Call, Error string }
	Accounts         []manifest
}

// fact is one row of the truth table.
type fact struct {
	Concern, Resource, Why string
	OK                     bool
}

var regions = []string{"us-east-1", "us-west-2"}

const (
	goodAccount = moto.Home
	badAccount  = "222222222222"
)

// seed fills accounts of a server and gives what is true of them.
func seed(t testing.TB, s *moto.Server, args ...string) manifest {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifest.json")
	args = append([]string{"../moto/testdata/seed_account.py", "--endpoint", s.URL, "--quiet", "--manifest", file}, args...)
	cmd := exec.Command("python3", args...)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

var builtin = sync.OnceValues(func() (*policies.Set, error) { return policies.Load(policies.Builtin()) })

func policySet(t testing.TB) *policies.Set {
	t.Helper()
	set, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// unsimulated selects the policies that need no simulation of failures, for which everything is read.
func unsimulated(m policies.Meta) bool { return !strings.HasPrefix(m.Judges, "resilience_") }

// scan reads accounts as plumb scan does without simulations: what the policies need, and no more.
func scan(t testing.TB, s *moto.Server, o aws.Options, accounts ...string) scanners.Found {
	t.Helper()
	needs, err := policySet(t).Needs(unsimulated)
	if err != nil {
		t.Fatal(err)
	}
	if o.Services == nil {
		o.Services = services.All()
	}
	o.Needs = needs
	var list []aws.Account
	for _, id := range accounts {
		list = append(list, aws.Account{ID: id, Regions: regions, Config: s.Config(t, id, regions[0])})
	}
	found, err := aws.New(list, o).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func judge(t testing.TB, found scanners.Found) ([]policies.Result, *graph.Graph) {
	t.Helper()
	g := catalog.Build(found.Resources, catalog.Options{Stage: "production"}) // the seed says "legacy", which is none
	got, err := policySet(t).Evaluate(context.Background(), g, policies.Options{Today: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Problems {
		t.Errorf("%s: %s", p.Policy, p.Why)
	}
	return got.Results, g
}
