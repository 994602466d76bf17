package policies_test

import (
	"testing"

	"github.com/plumbline-dev/plumbline/policies"
)

func builtin(t testing.TB) *policies.Set {
	t.Helper()
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestBuiltinPoliciesKeepTheRules(t *testing.T) {
	if err := builtin(t).Check(); err != nil {
		t.Error(err)
	}
}
