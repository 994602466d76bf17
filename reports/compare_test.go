package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// verdicts makes a report of one policy on the resources named; a severity stands for a fail, "?" for undecided.
func verdicts(said map[string]policies.Severity) *reports.Report {
	in := reports.Input{Today: today, Metas: []policies.Meta{{ID: "rds.multi_az", Severity: policies.High}}}
	var resources []*graph.Resource
	for name, severity := range said {
		r := resource("aws_db_instance", name, "main.tf", 1+len(resources), 9, nil)
		resources = append(resources, r)
		x := policies.Result{Policy: "rds.multi_az", Key: r.Key(), Resource: r.Address, Verdict: policies.Fail, Severity: severity, Message: "fact"}
		if severity == "?" {
			x.Verdict, x.Severity = policies.Undecided, policies.High
		}
		in.Results.Results = append(in.Results.Results, x)
	}
	in.Graph = graph.New(resources, nil)
	r := reports.New(in)
	r.Threshold = policies.High
	return r
}

func TestAComparisonKeepsWhatIsNewOrWorse(t *testing.T) {
	t.Parallel()
	always := func(string, string, string) bool { return true }
	never := func(string, string, string) bool { return false }
	for _, c := range []struct {
		what        string
		before, now map[string]policies.Severity
		decided     reports.Decided
		kept        string
		fixed, lost int
		unchanged   int
	}{
		{"the same is not shown", map[string]policies.Severity{"a": "high"}, map[string]policies.Severity{"a": "high"}, always, "", 0, 0, 1},
		{"a new one is", map[string]policies.Severity{"a": "high"}, map[string]policies.Severity{"a": "high", "b": "high"}, always, "aws_db_instance.b", 0, 0, 1},
		{"a worse one is new", map[string]policies.Severity{"a": "medium"}, map[string]policies.Severity{"a": "high"}, always, "aws_db_instance.a", 0, 0, 0},
		{"a milder one is not", map[string]policies.Severity{"a": "high"}, map[string]policies.Severity{"a": "medium"}, always, "", 0, 0, 1},
		{"a gone one is fixed", map[string]policies.Severity{"a": "high"}, nil, always, "", 1, 0, 0},
		{"unless nobody can tell", map[string]policies.Severity{"a": "high"}, nil, never, "", 0, 1, 0},
		{"undecided and then failed is new", map[string]policies.Severity{"a": "?"}, map[string]policies.Severity{"a": "high"}, always, "aws_db_instance.a", 0, 0, 0},
		{"failed and then undecided is no repair", map[string]policies.Severity{"a": "high"}, map[string]policies.Severity{"a": "?"}, never, "aws_db_instance.a", 0, 1, 0},
	} {
		now := verdicts(c.now)
		reports.Compare(verdicts(c.before), now, c.decided)
		var kept []string
		for _, f := range now.Findings {
			kept = append(kept, f.Resource.Terminal())
		}
		if got := strings.Join(kept, " "); got != c.kept {
			t.Errorf("%s: kept %q, want %q", c.what, got, c.kept)
		}
		if s := now.Since; len(s.Fixed) != c.fixed || len(s.Lost) != c.lost || s.OlderCount() != c.unchanged {
			t.Errorf("%s: fixed %d, lost %d, unchanged %d", c.what, len(s.Fixed), len(s.Lost), s.OlderCount())
		}
	}
}

func TestFingerprintsKnowNoLines(t *testing.T) {
	t.Parallel()
	a, b := shop(), shop()
	moved := b.Graph.Resources()
	for i, r := range moved {
		c := *r
		c.Origins = []graph.Origin{{Source: "terraform", File: "elsewhere.tf", Line: 100 + i}}
		moved[i] = &c
	}
	b.Graph = graph.New(moved, nil)
	prints := func(in reports.Input) map[string]bool {
		out := map[string]bool{}
		for _, f := range reports.New(in).Findings {
			out[f.Fingerprint] = true
		}
		return out
	}
	was, now := prints(a), prints(b)
	if len(was) != 5 || len(now) != 5 {
		t.Fatalf("%d and %d fingerprints, want 5", len(was), len(now))
	}
	for fp := range was {
		if !now[fp] {
			t.Errorf("%s is gone after moving lines", fp)
		}
	}
}

func TestAModuleFromElsewherePointsToItsCall(t *testing.T) {
	t.Parallel()
	in := shop()
	r := resource("aws_db_instance", "main", "github.com/org/db//main.tf", 7, 9, nil)
	r.Origins[0].Calls = []graph.Call{{Module: "module.a", File: "main.tf", Line: 5}, {Module: "module.a.module.b", File: "github.com/org/db//b.tf", Line: 2}}
	in.Graph = graph.New([]*graph.Resource{r}, nil)
	in.Results.Results = in.Results.Results[:1]
	rep := report(in)
	rep.Base = reports.Untrusted("stages/prod")
	var b bytes.Buffer
	if err := reports.GitHub(&b, rep); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "file=stages/prod/main.tf,line=5,") {
		t.Errorf("got %s", b.String())
	}
}
