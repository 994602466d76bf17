package main

import (
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/policies"
)

// A plumb.yaml comes from the scanned repository: whatever it holds, there is an answer or an error with its name.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{"", "fail_on: high\n", "waivers:\n  - {policy: rds, reason: x, until: 2027-01-31}\n", "a: &a [*a]\n", "stages: {roots: {a: b}}\n", "- x\n", "roots:\n  a: 1\n", "? {}\n: 1\n", "\xff\xfe", "%YAML 9\n"} {
		f.Add([]byte(seed))
	}
	metas := map[string]policies.Meta{"rds.multi_az": {ID: "rds.multi_az", Severity: policies.High}}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseConfig("plumb.yaml", ".", text)
		if err == nil {
			_, err = c.waivers(metas)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "plumb.yaml") {
			t.Errorf("an error without a place: %v", err)
		}
	})
}

func TestAConfigurationIsReadStrictly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"fail_on: high\nstrct: true\n":              "plumb.yaml:2: unknown setting strct",
		"waivers:\n  - polcy: rds\n":                "plumb.yaml:2: unknown setting polcy",
		"roots:\n  a:\n    var: {}\n":               "plumb.yaml:3: unknown setting var",
		"stages: {account: {}}\n":                   "plumb.yaml:1: unknown setting account",
		"out: x\n":                                  "plumb.yaml:1: out cannot be set in plumb.yaml, which is part of what is scanned",
		"fail_on: never ever\n":                     "plumb.yaml:1: fail_on: unknown severity never ever",
		"profiles: [ec3]\n":                         "plumb.yaml:1: profiles: unknown profile ec3",
		"- fail_on\n":                               "plumb.yaml:1: not a mapping of settings",
		"fail_on: high\nroots:\n  any/name: {}\n":   "",
		"parameters:\n  rds.any: {any_name: [1]}\n": "",
	} {
		_, err := parseConfig("plumb.yaml", ".", []byte(text))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
