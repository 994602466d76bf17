package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
)

// onlyPlan reads the one plan of the working folder.
func onlyPlan(t *testing.T) *remedy.Plan {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(plansFolder, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("plans %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var p remedy.Plan
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return &p
}

// graphOf gives the resources of the account by address, each as JSON.
func graphOf(t *testing.T, url string) map[string]string {
	t.Helper()
	code, out, said := plumbLive(t, "graph", "aws", "--endpoint-url", url, "--regions", "us-east-1", "-f", "json")
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	var g struct{ Resources []json.RawMessage }
	if err := json.Unmarshal([]byte(out), &g); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range g.Resources {
		var key struct{ Root, Address string }
		if err := json.Unmarshal(r, &key); err != nil {
			t.Fatal(err)
		}
		all[key.Root+" "+key.Address] = string(r)
	}
	return all
}

// alonesOf lists the steps of a plan that are never approved in one go.
func alonesOf(p *remedy.Plan) string {
	var steps []string
	for _, s := range p.Steps {
		if slices.Contains(alone, s.Risk.Class) {
			steps = append(steps, strconv.Itoa(s.N))
		}
	}
	return strings.Join(steps, ",")
}

// Everything in the bad account that has an automatic fix is planned, done, proven by a new scan, and taken back: then the graph
// of the account is what it was, but for what AWS cannot give back.
func TestTheBadAccountIsMendedAndTakenBack(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	seedMoto(t, s, "--variant", "bad")
	away(t, moto.Home)
	t.Chdir(t.TempDir())
	reach := []string{"--endpoint-url", s.URL}
	before := graphOf(t, s.URL)

	code, out, said := plumbLive(t, append(reach, "plan", "aws", "--regions", "us-east-1")...)
	if code != 0 {
		t.Fatalf("plan: exit status %d: %s%s", code, out, said)
	}
	p := onlyPlan(t)
	if len(p.Steps) < 25 || p.Outcome.Closed < 30 || len(p.Outcome.Opened) != 0 {
		t.Errorf("%d steps close %d findings and open %v", len(p.Steps), p.Outcome.Closed, p.Outcome.Opened)
	}
	t.Logf("%d findings, %d closed by %d steps, %d refused, %d for a person", len(p.Outcome.Known), p.Outcome.Closed, len(p.Steps), len(p.Refused), len(p.Manual))

	allow := []string{"--yes", "--accept", "rolling-restart", "--limit-changes", "100", "--limit-cost", "5000"}
	code, out, said = plumbLive(t, slices.Concat(reach, []string{"apply", p.ID, "--accept-step", alonesOf(p)}, allow)...)
	if want := strconv.Itoa(p.Outcome.Closed) + " findings closed, none opened"; code != 0 || !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
		t.Fatalf("apply: exit status %d: %s%s", code, out, said)
	}

	code, out, said = plumbLive(t, slices.Concat(reach, []string{"rollback", "1"}, allow)...)
	asked := regexp.MustCompile(`Step (\d+), .*db:acme-mysql`).FindStringSubmatch(out)
	if code != 1 || asked == nil {
		t.Fatalf("an undo that deletes backups was not asked for: exit status %d: %s%s", code, out, said)
	}
	code, out, said = plumbLive(t, slices.Concat(reach, []string{"rollback", "1", "--accept-step", asked[1]}, allow)...)
	if code != 0 {
		t.Fatalf("rollback: exit status %d: %s%s", code, out, said)
	}
	after := graphOf(t, s.URL)
	for key, r := range after {
		// A bucket whose versioning was switched on once can be suspended, and never again be without.
		if strings.HasSuffix(key, "#versioning") && before[key] == "" && strings.Contains(r, `"Suspended"`) {
			delete(after, key)
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the account is not what it was (-before +after)\n%s", diff)
	}
}
