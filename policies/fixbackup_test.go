package policies_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
)

const volumeCode = "resource \"aws_ebs_volume\" \"v\" {\n  availability_zone = \"eu-west-1a\"\n  size = 10\n}\n"

// planCode writes a backup plan whose backups are kept for some days; days 0: for ever.
func planCode(name string, days int) string {
	keep := ""
	if days > 0 {
		keep = fmt.Sprintf("    lifecycle {\n      delete_after = %d\n    }\n", days)
	}
	return fmt.Sprintf("resource \"aws_backup_plan\" %q {\n  name = %[1]q\n  rule {\n    rule_name = \"r\"\n    target_vault_name = \"v\"\n    schedule = \"cron(0 5 ? * * *)\"\n%s  }\n}\n", name, keep)
}

const selectionCode = "resource \"aws_iam_role\" \"b\" {\n  name = \"b\"\n  assume_role_policy = \"{}\"\n}\nresource \"aws_backup_selection\" \"s\" {\n  name = \"s\"\n  plan_id = aws_backup_plan.a.id\n  iam_role_arn = aws_iam_role.b.arn\n  resources = []\n}\n"

func TestWhatIsNotBackedUpJoinsThePlanThatIsCertain(t *testing.T) {
	newRole := []string{"aws_iam_role.daily", "aws_iam_role_policy_attachment.daily"}
	for name, c := range map[string]struct {
		code   string
		makes  []string
		refers []graph.Address // the selection
	}{
		"no plan": {volumeCode, []string{"aws_backup_vault.daily", "aws_backup_plan.daily", newRole[0], "aws_backup_selection.daily_1", newRole[1]},
			[]graph.Address{"aws_iam_role.daily", "aws_backup_plan.daily", "aws_ebs_volume.v"}},
		"a plan": {volumeCode + planCode("a", 35), []string{newRole[0], "aws_backup_selection.daily_1", newRole[1]},
			[]graph.Address{"aws_iam_role.daily", "aws_backup_plan.a", "aws_ebs_volume.v"}},
		"a plan that keeps for ever": {volumeCode + planCode("a", 0), []string{newRole[0], "aws_backup_selection.daily_1", newRole[1]},
			[]graph.Address{"aws_iam_role.daily", "aws_backup_plan.a", "aws_ebs_volume.v"}},
		"a plan with a role": {volumeCode + planCode("a", 35) + selectionCode, []string{"aws_backup_selection.daily_2"},
			[]graph.Address{"aws_iam_role.b", "aws_backup_plan.a", "aws_ebs_volume.v"}},
		"a plan that keeps for a day":   {volumeCode + planCode("a", 1), nil, nil},
		"two plans":                     {volumeCode + planCode("a", 35) + planCode("b", 35), nil, nil},
		"a plan that is only looked up": {volumeCode + "data \"aws_backup_plan\" \"a\" {\n  plan_id = \"p\"\n}\n" + strings.ReplaceAll(selectionCode, "aws_backup_plan.a", "data.aws_backup_plan.a"), nil, nil},
		"a plan in another module": {volumeCode + "module \"m\" {\n  source = \"./m\"\n}\n", []string{"aws_backup_vault.daily", "aws_backup_plan.daily", newRole[0], "aws_backup_selection.daily_1", newRole[1]},
			[]graph.Address{"aws_iam_role.daily", "aws_backup_plan.daily", "aws_ebs_volume.v"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"main.tf": c.code, "m/main.tf": planCode("a", 35)}
			var makes []string
			var refers []graph.Address
			for _, change := range proposed(t, "backup.volumes", files)["aws_ebs_volume.v"] {
				makes = append(makes, string(change.Address))
				if strings.HasPrefix(string(change.Address), "aws_backup_selection.") {
					for _, ref := range graph.RefsIn(change.New) {
						refers = append(refers, ref.Address)
					}
				}
			}
			if diff := cmp.Diff(sortedSet(c.makes), sortedSet(makes)); diff != "" {
				t.Errorf("it makes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.refers, refers); diff != "" {
				t.Errorf("the selection refers to (-want +got):\n%s", diff)
			}
		})
	}
}

func sortedSet(list []string) map[string]bool {
	out := map[string]bool{}
	for _, s := range list {
		out[s] = true
	}
	return out
}

// Fixes of several policies fill one selection.
func TestEverythingGoesIntoOneSelection(t *testing.T) {
	files := map[string]string{"main.tf": volumeCode + "resource \"aws_efs_file_system\" \"e\" {}\n"}
	a, b := proposed(t, "backup.volumes", files)["aws_ebs_volume.v"], proposed(t, "backup.file_systems", files)["aws_efs_file_system.e"]
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("%d and %d changes", len(a), len(b))
	}
	for i := range a {
		if strings.HasPrefix(string(a[i].Address), "aws_backup_selection.") {
			if a[i].Address != b[i].Address {
				t.Errorf("the selections are %s and %s", a[i].Address, b[i].Address)
			}
			continue
		}
		if diff := cmp.Diff(a[i], b[i]); diff != "" {
			t.Error(diff)
		}
	}
}
