package policies

import (
	"cmp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

func compareText(a, b string) int { return strings.Compare(a, b) }

// classOf says which parameters judge a resource. A stage that is not known is production.
func classOf(r *graph.Resource) stageClass {
	if catalog.Production(r.Stage) {
		return production
	}
	return elsewhere
}

// settle turns answers into results: stage, profile, waivers and severities.
func (j *judge) settle(judged []judgement) Results {
	var out Results
	for i, e := range j.p.entries {
		if judged[i].problem != "" {
			out.Problems = append(out.Problems, Problem{Policy: e.meta.ID, Why: judged[i].problem})
		}
		for n, r := range j.g.OfType(e.meta.Judges) {
			if r.Data {
				continue
			}
			out.Results = append(out.Results, j.results(e, r, judged[i].answers[n])...)
		}
	}
	slices.SortStableFunc(out.Results, func(a, b Result) int {
		return cmp.Or(strings.Compare(a.Key.Root, b.Key.Root), strings.Compare(string(a.Resource), string(b.Resource)), a.Severity.Rank()-b.Severity.Rank(),
			strings.Compare(a.Policy, b.Policy), strings.Compare(string(a.Key.Address), string(b.Key.Address)), strings.Compare(a.Attribute, b.Attribute), strings.Compare(a.Message, b.Message))
	})
	return out
}

func (j *judge) results(e *entry, r *graph.Resource, a answer) []Result {
	base := Result{Policy: e.meta.ID, Key: r.Key(), Resource: r.Address, Type: r.Type, Verdict: a.verdict, Severity: e.meta.Severity, Stage: r.Stage, Missing: a.missing, Message: a.why}
	if r.Of != "" {
		base.Resource = r.Of
	}
	if a.verdict != Fail {
		return []Result{base}
	}
	var out []Result
	for _, f := range a.findings {
		x := base
		x.Attribute, x.Message = f.attribute, f.message
		out = append(out, x)
	}
	return out
}
