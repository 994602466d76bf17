package aws_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// TestFixesAskForThePermissionsThatAWSAsksOfThem compares the fixes with testdata/permissions.txt: what AWS asks of whoever makes such a change,
// companions such as iam:PassRole and kms:CreateGrant among it, which no emulator asks for. A line with a minus is an action that such a change is
// often given and that the fixes do not need, and why.
func TestFixesAskForThePermissionsThatAWSAsksOfThem(t *testing.T) {
	t.Parallel()
	known := map[string][]string{}
	for _, f := range aws.Fixes() {
		known[f.ID] = f.Permissions()
	}
	text, err := os.ReadFile("testdata/permissions.txt")
	if err != nil {
		t.Fatal(err)
	}
	var head string
	var asked []string
	changes, actions := 0, 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		action, inside := strings.CutPrefix(line, "\t")
		unneeded, not := strings.CutPrefix(action, "- ")
		switch {
		case !inside:
			changes++
			head, asked = line, permissionsOf(t, line, known)
		case not:
			action, why, _ := strings.Cut(unneeded, ": ")
			if why == "" || slices.Contains(asked, action) {
				t.Errorf("%s: %s is asked for, or nothing says why it is not", head, action)
			}
		default:
			actions++
			if !slices.Contains(asked, action) {
				t.Errorf("%s: %s is not asked for", head, action)
			}
		}
	}
	if changes < 40 || actions < 150 {
		t.Errorf("only %d changes with %d actions", changes, actions)
	}
}

// permissionsOf gives the actions of the fixes that a line names: "CHANGE: FIX FIX", or "FIX".
func permissionsOf(t *testing.T, line string, known map[string][]string) []string {
	t.Helper()
	first, more, several := strings.Cut(line, ": ")
	if !several {
		more = first
	}
	var out []string
	for fix := range strings.FieldsSeq(more) {
		if known[fix] == nil {
			t.Errorf("%s: there is no fix %s", line, fix)
		}
		out = append(out, known[fix]...)
	}
	return out
}
