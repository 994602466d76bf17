package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// Terraform itself says that a trigger makes a resource anew, which no table of ours does: that change is refused, and the one beside
// it stays.
func TestTerraformHasTheLastWord(t *testing.T) {
	program, err := exec.LookPath("terraform")
	if err != nil {
		if os.Getenv("CI") == "true" && !strings.Contains(os.Getenv("PLUMB_TEST_WITHOUT"), "terraform") {
			t.Fatal("terraform is not installed, and CI needs this comparison (PLUMB_TEST_WITHOUT=terraform says that it cannot be had)")
		}
		t.Skip("terraform is not installed")
	}
	inCode(t, map[string]string{
		"main.tf": "variable \"size\" {\n  default = \"small\"\n}\n\nresource \"terraform_data\" \"a\" {\n  input            = \"one\"\n  triggers_replace = [var.size]\n}\n\n" +
			"resource \"terraform_data\" \"b\" {\n  input = \"one\"\n\n  lifecycle {\n    replace_triggered_by = [terraform_data.a.input]\n  }\n}\n",
		"c.json": `[{"op":"set","address":"terraform_data.a","path":"triggers_replace[0]","new":"large"},{"op":"set","address":"terraform_data.b","path":"input","new":"two"}]`,
		"d.json": `[{"op":"set","address":"terraform_data.b","path":"input","new":"three"},{"op":"set","address":"terraform_data.a","path":"input","new":"two"}]`,
		"e.json": `[{"op":"set","address":"terraform_data.a","path":"triggers_replace[0]","new":"large","allow_replacement":true}]`,
	})
	for _, args := range [][]string{{"init", "-input=false"}, {"apply", "-input=false", "-auto-approve"}} {
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Fatalf("terraform %v: %v: %s", args, err, out)
		}
	}
	before := filesIn(t, ".")
	tests := map[string]struct {
		changes string
		steps   []graph.Address
		check   remedy.TerraformCheck
		refused map[graph.Address]string // why, or a part of it
	}{
		"a trigger":              {"c.json", []graph.Address{"terraform_data.b"}, remedy.TerraformCheck{Change: 1}, map[graph.Address]string{"terraform_data.a": "replace terraform_data.a (triggers_replace"}},
		"a trigger of another":   {"d.json", []graph.Address{"terraform_data.b"}, remedy.TerraformCheck{Change: 1}, map[graph.Address]string{"terraform_data.a": "replace terraform_data.b (reason: replace_triggered_by)"}},
		"a trigger, against all": {"e.json", nil, remedy.TerraformCheck{}, map[graph.Address]string{"terraform_data.a": "replace terraform_data.a (triggers_replace"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plan := plannedTo(t, "plan.json", "--changes", test.changes, "--terraform")
			var steps []graph.Address
			for _, s := range plan.Steps {
				steps = append(steps, s.Address)
			}
			if diff := cmp.Diff(test.steps, steps); diff != "" {
				t.Error(diff)
			}
			for _, r := range plan.Refused {
				if r.Class != remedy.ForcesReplacement || test.refused[r.Address] == "" || !strings.Contains(r.Why, test.refused[r.Address]) {
					t.Errorf("%s is refused: %s", r.Address, r.Why)
				}
			}
			if len(plan.Refused) != len(test.refused) {
				t.Errorf("%d changes are refused", len(plan.Refused))
			}
			if len(plan.Terraform) == 1 {
				plan.Terraform[0].Version = ""
				if diff := cmp.Diff(test.check, plan.Terraform[0]); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	if diff := cmp.Diff(before, filesIn(t, ".")); diff != "" {
		t.Errorf("asking changed files: %s", diff)
	}
}

// plannedTo makes a plan of the working folder in a file outside of it, and reads it again.
func plannedTo(t *testing.T, name string, args ...string) *remedy.Plan {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	code, out := plumbTyped(t, "", append([]string{"plan", "-q", "-o", name}, args...)...)
	if code != 0 && code != 2 {
		t.Fatalf("plan: exit status %d: %s", code, out)
	}
	text, err := os.ReadFile(name)
	if err != nil && strings.Contains(out, "Nothing to plan") {
		return &remedy.Plan{}
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return openedPlan(t, text)
}

// fakeTerraform is a program that says what the real one would say of the code in its folder, and notes how it was called.
const fakeTerraform = `#!/bin/sh
{ echo "$*"; env | grep '^TF_' | sort; } >> "$PLUMB_FAKE_LOG"
has() { grep -Eq "$1" main.tf; }
change() { echo '{"type":"planned_change","change":{"resource":{"addr":"'"$1"'"},"action":"'"$2"'","reason":"'"$3"'"}}'; }
problem() { echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"'"$1"'","detail":"hunter2"}}'; exit 1; }
if [ "$1" = show ]; then
  echo '{"resource_changes":[{"address":"aws_db_instance.main","change":{"replace_paths":[["multi_az"]]}}]}'
  exit
fi
echo '{"type":"version","terraform":"1.11.4"}'
has 'no-credentials' && problem 'No valid credential sources found'
has 'deletion_protection += true' && has 'no-protection' && problem 'Unsupported argument'
has 'multi_az += true' && has 'anew' && change aws_db_instance.main replace cannot_update
has 'deletion_protection += true' && has 'dependent' && change aws_instance.web delete delete_because_no_resource_config
has 'once' && has 'true' && [ ! -e "$PLUMB_FAKE_LOG.once" ] && touch "$PLUMB_FAKE_LOG.once" && problem 'Throttled'
has 'multi_az += true|deletion_protection += true' && ! has 'anew' && change aws_db_instance.main update
echo '{"type":"change_summary","changes":{"add":0}}'
`

func TestWhatTerraformSaysDecides(t *testing.T) {
	both := []string{"rds.deletion_protection", "rds.multi_az"}
	tests := map[string]struct {
		mark    string // in the code: what the fake makes of it
		closes  []string
		check   remedy.TerraformCheck
		refused string // "class: why" of the only one
	}{
		"it agrees":       {"", both, remedy.TerraformCheck{Version: "1.11.4", Change: 1}, ""},
		"it replaces":     {"# anew", []string{"rds.deletion_protection"}, remedy.TerraformCheck{Version: "1.11.4"}, "forces_replacement: terraform plan would replace aws_db_instance.main (multi_az, reason: cannot_update)"},
		"it refuses":      {"# no-protection", nil, remedy.TerraformCheck{}, "precondition: terraform plan fails with the edit: Unsupported argument"},
		"it deletes":      {"# dependent", nil, remedy.TerraformCheck{}, "forces_replacement: terraform plan would delete aws_instance.web (reason: delete_because_no_resource_config)"},
		"it cannot begin": {"# no-credentials", both, remedy.TerraformCheck{NotChecked: "terraform plan of the code as it is fails: No valid credential sources found; terraform init was not run here"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			program, _ := withFakeTerraform(t, map[string]string{"main.tf": planCode + test.mark + "\n"})
			plan := plannedTo(t, "plan.json", "--only", "rds.multi_az,rds.deletion_protection", "--terraform="+program)
			var closes []string
			for _, s := range plan.Steps {
				for _, c := range s.Closes {
					closes = append(closes, c.Policy)
				}
			}
			slices.Sort(closes)
			if diff := cmp.Diff(test.closes, closes); diff != "" {
				t.Error(diff)
			}
			if len(plan.Steps) > 0 {
				if diff := cmp.Diff([]remedy.TerraformCheck{test.check}, plan.Terraform); diff != "" {
					t.Error(diff)
				}
			}
			for _, r := range plan.Refused {
				if got := string(r.Class) + ": " + r.Why; got != test.refused {
					t.Errorf("it is refused for %q", got)
				}
			}
			if (len(plan.Refused) > 0) != (test.refused != "") {
				t.Errorf("%d are refused", len(plan.Refused))
			}
		})
	}
}

// withFakeTerraform makes a working folder with some code and the program, and gives what was noted of its calls.
func withFakeTerraform(t *testing.T, files map[string]string) (program string, calls func() string) {
	t.Helper()
	inCode(t, files)
	outside := t.TempDir()
	program, log := filepath.Join(outside, "terraform"), filepath.Join(outside, "log")
	if err := os.WriteFile(program, []byte(fakeTerraform), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PLUMB_FAKE_LOG", log)
	return program, func() string {
		text, err := os.ReadFile(log)
		if err != nil {
			return ""
		}
		return string(text)
	}
}

// Terraform gets the values, the workspace and the folder that the code was read with, neither locks nor refreshes, and takes no
// further arguments from the environment.
func TestTerraformIsAskedAsTheCodeWasRead(t *testing.T) {
	program, calls := withFakeTerraform(t, map[string]string{
		"main.tf": planCode + "variable \"size\" {}\nvariable \"zones\" {}\n", "big.tfvars": "size = 3\n",
	})
	t.Setenv("TF_CLI_ARGS_plan", "-destroy")
	before := filesIn(t, ".")
	plan := plannedTo(t, "plan.json", "--only", "rds.multi_az", "--terraform="+program, "--var-file", "big.tfvars", "--var", `zones=["a"]`, "--var", "elsewhere=1", "--workspace", "blue")
	if len(plan.Terraform) != 1 || plan.Terraform[0].NotChecked != "" {
		t.Errorf("the plan says %+v", plan.Terraform)
	}
	for _, s := range []string{"plan -json -input=false -lock=false -refresh=false -out=", "/tree/big.tfvars", `-var=zones=["a"]`, "TF_WORKSPACE=blue", "TF_INPUT=0"} {
		if !strings.Contains(calls(), s) {
			t.Errorf("it was not asked with %s: %s", s, calls())
		}
	}
	for _, s := range []string{"destroy", "elsewhere", "apply", "init"} {
		if strings.Contains(calls(), s) {
			t.Errorf("it was asked with %s: %s", s, calls())
		}
	}
	if diff := cmp.Diff(before, filesIn(t, ".")); diff != "" {
		t.Errorf("asking changed files: %s", diff)
	}
}

func TestWhereTerraformIsNotAskedThePlanSaysWhy(t *testing.T) {
	files := map[string]string{"main.tf": planCode}
	asked := func(t *testing.T, args ...string) (*remedy.Plan, string) {
		t.Helper()
		name := filepath.Join(t.TempDir(), "plan.json")
		_, out := plumbTyped(t, "", append([]string{"plan", "--only", "rds.multi_az", "-o", name}, args...)...)
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return openedPlan(t, text), strings.Join(strings.Fields(out), " ")
	}
	t.Run("nobody asked", func(t *testing.T) {
		inCode(t, files)
		plan, out := asked(t)
		if len(plan.Terraform) != 1 || plan.Terraform[0].NotChecked != notAsked || strings.Contains(out, "Not checked") {
			t.Errorf("%+v: %s", plan.Terraform, out)
		}
	})
	t.Run("nobody asked where it could be", func(t *testing.T) {
		inCode(t, files)
		if err := os.Mkdir(".terraform", 0o755); err != nil {
			t.Fatal(err)
		}
		plan, out := asked(t)
		if len(plan.Terraform) != 1 || plan.Terraform[0].NotChecked != couldAsk || !strings.Contains(out, "Not checked by terraform plan: "+couldAsk) {
			t.Errorf("%+v: %s", plan.Terraform, out)
		}
	})
	t.Run("it would be a run elsewhere", func(t *testing.T) {
		program, calls := withFakeTerraform(t, files)
		if err := os.Mkdir(".terraform", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(".terraform/terraform.tfstate", []byte(`{"version":3,"backend":{"type":"cloud"}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		plan, out := asked(t, "--terraform="+program)
		if len(plan.Terraform) != 1 || !strings.Contains(out, "Not checked by terraform plan: the root runs in HCP Terraform") || calls() != "" {
			t.Errorf("%+v: %s: %s", plan.Terraform, out, calls())
		}
	})
	t.Run("it does not say the same twice", func(t *testing.T) {
		program, _ := withFakeTerraform(t, map[string]string{"main.tf": planCode + "# once\n"})
		if code, out := plumbTyped(t, "", "plan", "--only", "rds.multi_az", "--terraform="+program); code != 1 || !strings.Contains(strings.Join(strings.Fields(out), " "), "which it is cannot be told") {
			t.Errorf("exit status %d: %s", code, out)
		}
	})
	t.Run("there is no such program", func(t *testing.T) {
		inCode(t, files)
		if code, out := plumbTyped(t, "", "plan", "--terraform=./no-such-terraform"); code != 1 || !strings.Contains(out, "there is no such program") {
			t.Errorf("exit status %d: %s", code, out)
		}
	})
}
