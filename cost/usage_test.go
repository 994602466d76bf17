package cost_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/cost"
)

const queues = `
provider "aws" {
  region = "eu-west-1"
}
resource "aws_sqs_queue" "a" {}
resource "aws_sqs_queue" "b" {
  count = 2
}
resource "aws_kms_key" "k" {}
`

// used estimates the queues with a usage file and gives the requests of each that has any.
func used(t *testing.T, usage string) (map[string]string, []string) {
	t.Helper()
	u, err := cost.ParseUsage("usage.yml", []byte(usage))
	if err != nil {
		t.Fatal(err)
	}
	e := cost.Estimate(built(t, fstest.MapFS{"main.tf": {Data: []byte(queues)}}), builtin(t), cost.Options{Usage: u})
	got := map[string]string{}
	for _, r := range e.Resources {
		for _, l := range r.Lines {
			if l.Usage == "monthly_requests" && l.Quantity != nil {
				got[string(r.Address)] = l.Quantity.String()
			}
		}
	}
	return got, e.Notes
}

func TestUsageIsFoundByAddressThenPatternThenType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, usage string
		want        map[string]string
	}{
		{"an address", "resource_usage:\n  aws_sqs_queue.a: {monthly_requests: 5}\n", map[string]string{"aws_sqs_queue.a": "5"}},
		{"an address with an index", "resource_usage:\n  aws_sqs_queue.b[1]: {monthly_requests: 5}\n", map[string]string{"aws_sqs_queue.b[1]": "5"}},
		{"every index", "resource_usage:\n  aws_sqs_queue.b[*]: {monthly_requests: 5}\n", map[string]string{"aws_sqs_queue.b[0]": "5", "aws_sqs_queue.b[1]": "5"}},
		{"a type", "resource_type_default_usage:\n  aws_sqs_queue: {monthly_requests: 5}\n",
			map[string]string{"aws_sqs_queue.a": "5", "aws_sqs_queue.b[0]": "5", "aws_sqs_queue.b[1]": "5"}},
		{"the most specific wins", `
resource_type_default_usage:
  aws_sqs_queue: {monthly_requests: 1}
resource_usage:
  aws_sqs_queue.*: {monthly_requests: 2}
  aws_sqs_queue.b*: {monthly_requests: 3}
  aws_sqs_queue.b[1]: {monthly_requests: 4}
`, map[string]string{"aws_sqs_queue.a": "2", "aws_sqs_queue.b[0]": "3", "aws_sqs_queue.b[1]": "4"}},
		{"fields are found one by one", `
version: 0.1
resource_type_default_usage:
  aws_sqs_queue: {monthly_requests: 10}
resource_usage:
  aws_sqs_queue.a: {request_size_kb: 128}
`, map[string]string{"aws_sqs_queue.a": "20", "aws_sqs_queue.b[0]": "10", "aws_sqs_queue.b[1]": "10"}},
		{"an empty field stays open", "resource_usage:\n  aws_sqs_queue.a: {monthly_requests: }\n", map[string]string{}},
		{"an empty file", "", map[string]string{}},
		{"zero is an answer", "resource_usage:\n  aws_sqs_queue.a: {monthly_requests: 0}\n", map[string]string{"aws_sqs_queue.a": "0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, notes := used(t, c.usage)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if len(notes) > 0 {
				t.Errorf("notes: %q", notes)
			}
		})
	}
}

func TestUsageOfWhatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	_, notes := used(t, `
resource_type_default_usage:
  aws_lambda_function: {monthly_requests: 1}
resource_usage:
  aws_sqs_queue.gone: {monthly_requests: 1}
  module.x.*: {monthly_requests: 1}
  aws_sqs_queue.a:
    monthly_request: 1
  aws_*: {monthly_requests: 1}
`)
	want := []string{
		"usage.yml:3: aws_lambda_function names no resource that was read",
		"usage.yml:5: aws_sqs_queue.gone names no resource that was read",
		"usage.yml:6: module.x.* names no resource that was read",
		"usage.yml:8: aws_sqs_queue has no usage field monthly_request, so it changes nothing (it has monthly_requests, request_size_kb)",
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
}

func TestUsageThatCannotBeMeantIsAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ usage, want string }{
		{"resource_usage:\n  aws_sqs_queue.a:\n    monthly_requests: -1\n", "usage.yml:3: monthly_requests is -1; usage is never negative"},
		{"resource_usage:\n  aws_sqs_queue.a:\n    monthly_requests: many\n", `usage.yml:3: monthly_requests is "many", which is no number that is believed`},
		{"resource_usage:\n  aws_sqs_queue.a:\n    monthly_requests: 1e16\n", "usage.yml:3: monthly_requests is 1e16; more than 1000000000000000 a month is a slip"},
		{"resource_usage:\n  aws_sqs_queue.a:\n    monthly_requests: 1e999999999\n", `usage.yml:3: monthly_requests is "1e999999999", which is no number`},
		{"resource_usage:\n  aws_sqs_queue.a:\n    monthly_requests: 1e-999999999\n", `usage.yml:3: monthly_requests is "1e-999999999", which is no number`},
		{"resource_usage:\n  aws_sqs_queue.a: 5\n", "usage.yml:2: usage is a map of field to number"},
		{"resource_usage:\n  aws_sqs_queue.a: {monthly_requests: [1]}\n", "usage.yml:2: monthly_requests takes one number"},
		{"resource_usage: 5\n", "usage.yml:1: resource_usage is a map of addresses or types"},
		{"usage:\n  a: 1\n", `usage.yml:1: "usage" is no section`},
		{"- a\n", "usage.yml:1: it is a map"},
		{"resource_usage:\n  aws_sqs_queue.a: {monthly_requests: 1}\n  aws_sqs_queue.a: {monthly_requests: 2}\n", "usage.yml"},
		{"resource_usage:\n  - : [\n", "usage.yml"},
		{"resource_usage:\n  a: {b: .nan}\n", "usage.yml:2: b is"},
		{"resource_usage:\n  a: {b: .inf}\n", "usage.yml:2: b is"},
	} {
		_, err := cost.ParseUsage("usage.yml", []byte(c.usage))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.usage, err, c.want)
		}
		if err != nil && !errors.Is(err, cost.ErrUsage) {
			t.Errorf("%v is no ErrUsage", err)
		}
	}
}

func TestAProfileFillsInWhatTheFileLeavesOpen(t *testing.T) {
	t.Parallel()
	u, err := cost.ParseUsage("usage.yml", []byte("resource_usage:\n  aws_sqs_queue.a: {monthly_requests: 7}\n"))
	if err != nil {
		t.Fatal(err)
	}
	e := cost.Estimate(built(t, fstest.MapFS{"main.tf": {Data: []byte(queues)}}), builtin(t), cost.Options{Usage: u, Profile: cost.Low})
	if !e.Complete || e.OpenUsage != 0 {
		t.Errorf("complete %v, %d open", e.Complete, e.OpenUsage)
	}
	for _, r := range e.Resources {
		for _, l := range r.Lines {
			given := r.Address == "aws_sqs_queue.a"
			if l.Usage != "" && strings.Contains(l.Note, "assumed by the profile low") == given {
				t.Errorf("%s %s: %q", r.Address, l.Label, l.Note)
			}
		}
	}
	if _, err := cost.ParseProfile("huge"); err == nil {
		t.Error("huge is a profile")
	}
}

func FuzzParseUsage(f *testing.F) {
	f.Add("resource_usage:\n  aws_sqs_queue.a: {monthly_requests: 5}\n")
	f.Add("resource_type_default_usage:\n  a:\n    b: {c: 1_000}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := cost.ParseUsage("u", []byte(text)); err != nil && !errors.Is(err, cost.ErrUsage) {
			t.Error(err)
		}
	})
}
