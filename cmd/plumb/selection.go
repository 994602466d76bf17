package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// selection is --only and --skip: policies, areas, severities, requirements, controls, undecided, gaps, drift.
type selection struct{ only, skip []string }

var requirement = regexp.MustCompile(`^RA-[0-9]+$`)

// newSelection checks the words, so that a slip of the pen does not judge nothing.
func newSelection(only, skip []string, metas map[string]policies.Meta) (selection, error) {
	known := []string{"undecided", "gaps", "drift"}
	for _, s := range policies.Severities {
		known = append(known, string(s))
	}
	for id, m := range metas {
		known = append(append(append(known, id, area(id)), m.Controls...), m.Requirements...)
	}
	for flag, words := range map[string][]string{"--only": only, "--skip": skip} {
		for _, w := range words {
			if !slices.Contains(known, w) && !requirement.MatchString(w) {
				return selection{}, &problem{where: flag + " " + w, what: "no policy, area, severity, requirement or control of that name",
					hint: didYouMean(w, known, "All policies: plumb policies list")}
			}
		}
	}
	return selection{only, skip}, nil
}

// apply takes off what was not asked for, and counts the failed findings among it.
func (s selection) apply(r *reports.Report) {
	if len(s.only) == 0 && len(s.skip) == 0 {
		return
	}
	hidden := func(f *reports.Finding) bool { return len(s.only) > 0 && !names(s.only, f) || names(s.skip, f) }
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f *reports.Finding) bool {
		if hidden(f) && f.Verdict == policies.Fail {
			r.Hidden++
		}
		return hidden(f)
	})
	if r.Since != nil {
		r.Since.Fixed = slices.DeleteFunc(r.Since.Fixed, hidden)
		r.Since.Lost = slices.DeleteFunc(r.Since.Lost, hidden)
	}
	r.Problems = slices.DeleteFunc(slices.Clone(r.Problems), func(p reports.Problem) bool {
		m := r.Policies[p.Policy]
		f := &reports.Finding{Policy: p.Policy, Severity: m.Severity, Controls: m.Controls, Requirements: m.Requirements, Verdict: policies.Undecided}
		return p.Policy != "" && hidden(f)
	})
	switch {
	case r.Drift == nil:
	case slices.Contains(s.skip, "drift"):
		r.Drift = nil
	case slices.Contains(s.only, "drift"):
		r.Drift.ListUnmanaged = true
	}
	if len(s.only) > 0 && !slices.Contains(s.only, "gaps") || slices.Contains(s.skip, "gaps") {
		all := len(r.Gaps)
		r.Gaps = slices.DeleteFunc(slices.Clone(r.Gaps), func(g reports.Gap) bool { return slices.Contains(s.skip, "gaps") || !ofAccount(g) })
		r.HiddenGaps = all - len(r.Gaps)
	}
}

// ofAccount says that an account left something open: of it nothing was asked but what the selected policies need.
func ofAccount(g reports.Gap) bool { return strings.HasPrefix(g.Where.JSON(), "aws:") }

// names says whether one of the words stands for the finding.
func names(words []string, f *reports.Finding) bool {
	for _, w := range words {
		switch {
		case w == f.Policy, w == area(f.Policy), w == string(f.Severity), slices.Contains(f.Controls, w), slices.Contains(f.Requirements, w):
			return true
		case w == "undecided" && f.Verdict == policies.Undecided:
			return true
		}
	}
	return false
}

// detail says that the user asked for nothing but what is not known.
func (s selection) detail() bool {
	return len(s.only) > 0 && !slices.ContainsFunc(s.only, func(w string) bool { return w != "undecided" && w != "gaps" })
}

// threshold reads --fail-on; "never" is "".
func threshold(word string) (policies.Severity, error) {
	word = strings.ToLower(word)
	switch {
	case word == "never":
		return "", nil
	case word == "":
		return policies.High, nil
	case slices.Contains(policies.Severities[:4], policies.Severity(word)):
		return policies.Severity(word), nil
	}
	return "", fmt.Errorf("unknown severity %s", word)
}
