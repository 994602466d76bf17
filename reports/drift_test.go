package reports_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

func drifted() *reports.Report {
	u := reports.Untrusted[string]
	return &reports.Report{Version: "1", Drift: &reports.Drift{
		Declared: 30, Matched: 28, Quiet: 1,
		Differences: []reports.Difference{
			{
				Resource: u("aws_db_instance.main"), Type: "aws_db_instance", Attribute: u("multi_az"), Declared: u("true"), Observed: u("false"),
				Source: reports.Place{Kind: "terraform", File: u("data.tf"), Line: 9},
				Flips:  []reports.Flip{{Policy: "rds.multi_az", Declared: policies.Pass, Observed: policies.Fail}},
			},
			{Resource: u("aws_sqs_queue.jobs"), Type: "aws_sqs_queue", Declared: u("declared"), Observed: u("missing")},
		},
		Unmanaged: []reports.Unmanaged{{Resource: u("arn:aws:sqs:eu-west-1:111111111111:by-hand"), Type: "aws_sqs_queue"}},
	}}
}

func TestDriftAsText(t *testing.T) {
	var b strings.Builder
	if err := reports.Terminal(&b, drifted(), reports.Look{Width: 80}); err != nil {
		t.Fatal(err)
	}
	want := `Drift (2): code and account disagree
  aws_db_instance.main (data.tf:9)
    multi_az: code true, live false
      rds.multi_az: pass in code, fail live
  aws_sqs_queue.jobs
    is in the state and not in the account
  1 more difference that changes no verdict: --drift all
  In the account but not in any code: 1 resource (--only drift)
  28 of 30 resources in code found in the account
`
	if !strings.Contains(b.String(), want) {
		t.Errorf("got:\n%s\nwant in it:\n%s", b.String(), want)
	}
}

func TestDriftAsJSON(t *testing.T) {
	var b strings.Builder
	if err := reports.JSON(&b, drifted()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Drift struct {
			Matched     int
			Differences []struct {
				Resource, Attribute, Declared, Observed string
				Verdicts                                []struct{ Policy, Declared, Observed string }
			}
			Unmanaged []struct{ Resource string }
		}
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	d := got.Drift
	if d.Matched != 28 || len(d.Differences) != 2 || d.Differences[0].Observed != "false" || d.Differences[0].Verdicts[0].Observed != "fail" || len(d.Unmanaged) != 1 {
		t.Errorf("%+v", d)
	}
}

// The findings of a report are indented by hand, in the way of the standard library.
func TestJSONIsIndentedAsEverywhere(t *testing.T) {
	r := drifted()
	r.Findings = []*reports.Finding{
		{Policy: "a.b", Message: reports.Untrusted(`a "quoted" \ back\\slash, {braces}: [lists]`), Controls: []string{"X-1", "X-2"}},
		{Policy: "a.c", Fix: graph.Patch{{Op: graph.Set, Address: "x.y", Path: "z", New: map[string]any{"k": []any{1, "b", map[string]any{}}}}}},
	}
	var b strings.Builder
	if err := reports.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := json.Indent(&want, []byte(b.String()), "", "  "); err != nil {
		t.Fatal(err)
	}
	if want.String() != b.String() {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want.String())
	}
}
