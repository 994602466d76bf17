package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
)

// One plan changes two accounts of an organization of four, each through its own role and under its own lock, and is taken back.
func TestAPlanChangesSeveralAccountsOfAnOrganization(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	seedMoto(t, s, "--org", "3")
	away(t, moto.Home)
	t.Chdir(t.TempDir())
	reach := []string{"--endpoint-url", s.URL}
	code, out, said := plumbLive(t, append(reach, "plan", "aws", "--org", "--role-arn", "OrganizationAccountAccessRole", "--regions", "us-east-1", "--only", "rds.multi_az,dynamodb.recovery")...)
	want(t, "plan", code, 0, out+said, "6 changes, live in 2 accounts", "account acme-bad-0 (")
	p := onlyPlan(t)
	accounts := map[string]int{}
	for _, step := range p.Steps {
		accounts[p.Sources[step.Source].Account]++
	}
	ids := slices.Sorted(maps.Keys(accounts))
	if len(p.Sources) != 4 || len(ids) != 2 || accounts[ids[0]] != 3 || accounts[ids[1]] != 3 {
		t.Fatalf("%d sources, steps by account %v", len(p.Sources), accounts)
	}

	_, out, _ = plumbLive(t, "permissions", "--plan", p.ID)
	var printed map[string]printedPolicy
	if err := json.Unmarshal([]byte(out), &printed); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(ids, slices.Sorted(maps.Keys(printed))); diff != "" {
		t.Errorf("accounts with a policy (-want +got):\n%s", diff)
	}

	allow := slices.Concat(reach, []string{"--yes", "--accept", "rolling-restart", "--limit-cost", "5000"})
	code, out, said = plumbLive(t, slices.Concat([]string{"apply", p.ID, "--allow-account", ids[0]}, allow)...)
	want(t, "one account is not allowed", code, 1, out+said, "account "+ids[1]+": it is not among those that may be changed")

	folder, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	other, err := remedy.Take(filepath.Join(folder, "plumb", "locks"), "account "+ids[1], "somebody else")
	if err != nil {
		t.Fatal(err)
	}
	code, out, said = plumbLive(t, slices.Concat([]string{"apply", p.ID}, allow)...)
	want(t, "one account is being changed", code, 1, out+said, "account "+ids[1]+" is being changed by somebody else")
	if err := other.Release(); err != nil {
		t.Fatal(err)
	}
	if numbers, err := (remedy.Store{Dir: runsFolder}).Numbers(); err != nil || len(numbers) != 0 {
		t.Fatalf("a refused plan began a run: %v, %v", numbers, err)
	}

	code, out, said = plumbLive(t, slices.Concat([]string{"apply", p.ID}, allow)...)
	want(t, "apply", code, 0, out+said, "signed in as arn:aws:sts::"+ids[0]+":assumed-role/plumb-apply", "signed in as arn:aws:sts::"+ids[1]+":assumed-role/plumb-apply",
		"6 changes, 6 findings closed, none opened")
	code, out, said = plumbLive(t, "runs")
	want(t, "runs", code, 0, out+said, "2 accounts")
	code, out, said = plumbLive(t, slices.Concat([]string{"rollback", "1"}, allow)...)
	want(t, "rollback", code, 0, out+said, "Run 2 undid run 1")
	code, out, said = plumbLive(t, append(reach, "plan", "aws", "--org", "--role-arn", "OrganizationAccountAccessRole", "--regions", "us-east-1", "--only", "rds.multi_az,dynamodb.recovery")...)
	want(t, "plan again", code, 0, out+said, "6 changes, live in 2 accounts")
}
