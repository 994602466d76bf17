package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/policies"
)

// answer is what the user came for: the counts, who can repair how many, and the next command.
func (t *terminal) answer() {
	fails, undecided := t.With(policies.Fail), t.With(policies.Undecided)
	if t.Detail {
		t.answerOpen(len(undecided))
		return
	}
	idle := fmt.Sprintf("%s of %s do not apply", thousands(t.Idle), plural(t.Controls, "control"))
	passed := plural(t.Summary[policies.Pass], "check") + " passed"
	if len(fails) == 0 {
		t.para(t.none() + " " + passed + ", " + idle + ", " + thousands(len(undecided)) + " undecided, " + plural(len(t.Gaps), "gap") + ".")
		t.waived(t.With(policies.Waived), len(t.With(policies.Waived)))
		t.stopped()
		return
	}
	t.total()
	t.para(fmt.Sprintf("%s: %s. %s undecided. %s. %s, %s.", plural(len(fails), "finding"), bySeverity(fails), thousands(len(undecided)), plural(len(t.Gaps), "gap"), passed, idle))
	t.baselineLine()
	t.para(t.repair(fails))
	t.stopped()
}

// total says what everything that was read costs.
func (t *terminal) total() {
	if t.Total == nil || !slices.ContainsFunc(t.Total.Resources, func(r cost.Resource) bool { return !r.Free }) {
		return
	}
	words := fmt.Sprintf("%s a month%s (%s)", money(t.Total.Monthly), openWords(*t.Total), command("plumb cost"))
	t.b.WriteString(paragraph("Cost  ", "      ", words, t.width()) + "\n")
}

func (t *terminal) para(s string) { t.b.WriteString(paragraph("", "", s, t.width())) }

func (t *terminal) none() string {
	switch {
	case t.Resources == 0:
		return "Nothing was judged: no resources were found."
	case t.Baseline != nil && t.Baseline.Known > 0:
		return fmt.Sprintf("No new findings; %s of %s not shown.", thousands(t.Baseline.Known), t.Baseline.File)
	case t.Hidden > 0:
		return fmt.Sprintf("No findings shown; %s left out (--only, --skip).", thousands(t.Hidden))
	}
	return "No findings."
}

func (t *terminal) baselineLine() {
	if b := t.Baseline; b != nil {
		line := fmt.Sprintf("%s in %s not shown, %s fixed.", thousands(b.Known), b.File, thousands(len(b.Fixed)))
		if b.Worse > 0 {
			line += fmt.Sprintf(" %s more severe than recorded.", thousands(b.Worse))
		}
		t.para(line)
	}
	if t.Hidden > 0 {
		t.para(plural(t.Hidden, "finding") + " not shown here (--only, --skip).")
	}
}

func (t *terminal) answerOpen(undecided int) {
	line := fmt.Sprintf("%s undecided, %s", thousands(undecided), plural(len(t.Gaps), "gap"))
	if t.Strict {
		line += "; --strict counts them as failures"
	}
	line += "."
	if t.Hidden > 0 {
		line += " " + plural(t.Hidden, "finding") + " not shown here (--only)."
	}
	t.para(line)
}

// stopped says why a run without findings fails all the same.
func (t *terminal) stopped() {
	if t.Strict && t.Open() && len(t.Failing()) == 0 {
		t.para("Undecided checks and gaps count as failures (--strict).")
	}
}

// repair says who can put right how many, and the next command.
func (t *terminal) repair(fails []*Finding) string {
	ours := 0
	for _, f := range fails {
		if f.fixable() {
			ours++
		}
	}
	switch plan := command("plumb plan"); {
	case ours == 0:
		return fmt.Sprintf("Each needs a person: %s", command("plumb explain "+fails[0].Policy))
	case ours == len(fails):
		return fmt.Sprintf("Each can be fixed by plumb: %s", plan)
	default:
		return fmt.Sprintf("%s can be fixed by plumb, %s a person: %s", thousands(ours), needs(len(fails)-ours), plan)
	}
}

func needs(n int) string {
	if n == 1 {
		return "1 needs"
	}
	return thousands(n) + " need"
}

// bySeverity prints "1 critical, 10 high".
func bySeverity(findings []*Finding) string {
	n := map[policies.Severity]int{}
	for _, f := range findings {
		n[f.Severity]++
	}
	return severityCounts(n)
}

func severityCounts(n map[policies.Severity]int) string {
	var parts []string
	for _, s := range policies.Severities {
		if n[s] > 0 {
			parts = append(parts, thousands(n[s])+" "+string(s))
		}
	}
	return strings.Join(parts, ", ")
}

// thousands prints 1377 as 1,377.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sorted gives a copy of findings by resource and policy.
func sorted(findings []*Finding) []*Finding {
	out := slices.Clone(findings)
	slices.SortStableFunc(out, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), a.Resource.Compare(b.Resource), strings.Compare(a.Policy, b.Policy))
	})
	return out
}
