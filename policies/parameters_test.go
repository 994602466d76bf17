package policies_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write parameters.json anew")

// TestParametersFileIsCurrent compares parameters.json, with which the stock opa runs on the tree
// (opa test policies/rds policies/parameters.json), with what the policies declare.
func TestParametersFileIsCurrent(t *testing.T) {
	data, err := builtin(t).ParametersJSON()
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.MarshalIndent(data, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("parameters.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("parameters.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("parameters.json is not current: go test ./policies -run TestParametersFile -update\n%s", diff)
	}
}
