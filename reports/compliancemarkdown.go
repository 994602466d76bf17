package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// mostMarkdownRows is how many findings a compliance report in Markdown lists, worst first.
const mostMarkdownRows = 1_000

// ComplianceMarkdown writes the compliance report as Markdown: the four answers, scores, zones, costs, findings, evidence.
// The report must hold a Compliance.
func ComplianceMarkdown(w io.Writer, r *Report) error {
	if r.Compliance == nil {
		return fmt.Errorf("writing markdown: the scores, losses and costs of the run are missing")
	}
	m := &complianceMarkdown{Report: r, c: r.Compliance}
	if m.c.Simulation != nil {
		m.sim = &simulated{Simulation: m.c.Simulation}
	}
	m.head()
	m.index()
	m.score()
	m.zones()
	m.costs()
	m.findings()
	m.evidence()
	_, err := io.WriteString(w, m.b.String())
	return err
}

type complianceMarkdown struct {
	*Report
	c   *Compliance
	sim *simulated
	b   strings.Builder
}

func (m *complianceMarkdown) say(format string, values ...any) {
	fmt.Fprintf(&m.b, format+"\n", values...)
}

// md escapes text of any origin for Markdown.
func md(s string) string { return Untrusted(s).MarkdownText() }

func mdCode(s string) string { return Untrusted(s).MarkdownCode() }

func (m *complianceMarkdown) head() {
	m.say("# Plumbline: %s\n", m.c.Title.MarkdownText())
	m.say("%s · plumb %s\n", m.moment().UTC().Format("2006-01-02 15:04 UTC"), md(m.Version))
	total := m.c.Total()
	m.say("| | |\n|---|---|")
	m.say("| Loses a zone | %s |", md(m.loses()))
	m.say("| Findings | %s |", md(strings.TrimSuffix(thousands(len(m.With(policies.Fail)))+": "+bySeverity(m.With(policies.Fail)), ": ")))
	m.say("| Not known | %s undecided, %s; %s to %s of %s hold |", thousands(len(m.With(policies.Undecided))), plural(len(m.Gaps)+len(m.Problems), "gap"),
		thousands(total.Pass), thousands(total.Pass+total.Undecided), plural(total.Judged(), "check"))
	m.say("| Cost a month | %s%s |\n", money(m.c.Costs.Monthly), openWords(m.c.Costs))
}

// loses is the answer about zones in a few words.
func (m *complianceMarkdown) loses() string {
	if m.sim == nil || len(m.sim.Model.Entries) == 0 {
		return "no way in found"
	}
	all := make([]int, len(m.sim.Model.Entries))
	for i := range all {
		all[i] = i
	}
	points := plural(len(m.sim.Points), "single point") + " of failure"
	switch m.sim.stops(all) {
	case resilience.No:
		return "a way in stops; " + points
	case resilience.Undecided:
		return "not known whether a way in stops; " + points
	}
	return "every way in stays up; " + points
}

func (m *complianceMarkdown) index() {
	if !m.c.Several() {
		return
	}
	m.say("## Index\n\n| Account | Stage | Findings | Undecided | Gaps | Hold | Cost a month |\n|---|---|---:|---:|---:|---:|---:|")
	for _, p := range m.c.Parts {
		more := ""
		if !p.Complete {
			more = " +"
		}
		m.say("| %s | %s | %s | %s | %s | %s | %s%s |", md(cmp.Or(p.Account.Terminal(), "code")), md(cmp.Or(p.Stage.Terminal(), "not known")), thousands(p.Fail), thousands(p.Undecided), thousands(p.Gaps), holds(p.Counts), money(p.Monthly), more)
	}
	m.say("")
}

func (m *complianceMarkdown) score() {
	m.say("## Scorecard\n\n| Chapter | Pass | Fail | Undecided | Waived | Hold |\n|---|---:|---:|---:|---:|---:|")
	var idle []string
	for _, x := range m.c.Chapters {
		if x.Judged()+x.Waived == 0 {
			idle = append(idle, md(x.Name))
			continue
		}
		m.say("| %s | %s | %s | %s | %s | %s |", md(x.Name), thousands(x.Pass), thousands(x.Fail), thousands(x.Undecided), thousands(x.Waived), holds(x.Counts))
	}
	m.say("")
	if len(idle) > 0 {
		m.say("Nothing here that these chapters were judged by: %s.\n", strings.Join(idle, "; "))
	}
}

func (m *complianceMarkdown) zones() {
	if m.sim == nil || len(m.sim.Model.Entries) == 0 {
		return
	}
	m.say("## Zones\n\n| Lost | Way in | | Left | Because |\n|---|---|---|---:|---|")
	for _, o := range m.sim.outcomes() {
		for i, a := range o.Answers[:min(len(o.Answers), mostSaid)] {
			m.say("| %s | %s | %s | %s | %s |", md(m.sim.lostName(o.Loss)), md(m.sim.Model.Entries[i].Name), a.Up, percent(a), md(m.sim.reason(o, a)))
		}
	}
	m.say("")
	if len(m.sim.Points) > 0 {
		m.say("**Single points of failure**\n")
	}
	for i, p := range m.sim.Points[:min(len(m.sim.Points), mostPoints)] {
		n := m.sim.Model.Nodes[p.Node]
		words := ""
		if n.Where != "" {
			words += " (" + mdCode(n.Where) + ")"
		}
		if n.Zone != "" {
			words += " in " + md(strings.TrimPrefix(ZoneName(n.Zone), "zone "))
		}
		if len(p.Down) == 0 {
			words += ", perhaps"
		}
		m.say("%d. %s%s", i+1, mdCode(n.Name), words)
	}
	if more := len(m.sim.Points) - mostPoints; more > 0 {
		m.say("\n%s more: plumb simulate -f json", thousands(more))
	}
	if len(m.sim.Cures) > 0 {
		m.say("\n**Cheapest cure, a month**\n\n| To | |\n|---|---|")
	}
	for _, c := range m.sim.Cures {
		m.say("| %s | %s |", md(c.Label), md(m.sim.cure(c)))
	}
	m.say("")
}

func (m *complianceMarkdown) costs() {
	priced := chargedFor(m.c.Costs)
	if len(priced) == 0 {
		return
	}
	m.say("## Cost\n\n%s a month of 730 hours, on demand, prices of %s.\n\n| Resource | A month |\n|---|---:|", md(m.c.Costs.Currency), m.c.Costs.Catalogue)
	for _, r := range priced[:min(len(priced), mostCosts)] {
		m.say("| %s | %s |", mdCode(r.Key().String()), costTotal(r))
	}
	if more := len(priced) - mostCosts; more > 0 {
		m.say("| %s | |", plural(more, "further resource"))
	}
	m.say("| **Total%s** | **%s** |\n", openWords(m.c.Costs), money(m.c.Costs.Monthly))
}

func (m *complianceMarkdown) findings() {
	for _, part := range []struct {
		verdict policies.Verdict
		title   string
	}{{policies.Fail, "Findings"}, {policies.Undecided, "Not decided"}, {policies.Waived, "Waived"}} {
		all := m.With(part.verdict)
		if len(all) == 0 {
			continue
		}
		m.say("## %s\n\n| Severity | What | Policy | Where | Cure a month |\n|---|---|---|---|---:|", part.title)
		for _, f := range all[:min(len(all), mostMarkdownRows)] {
			m.say("| %s %s | %s: %s%s | `%s` %s | %s | %s |", glyph(f.Severity), f.Severity, f.Resource.MarkdownCode(), f.Message.MarkdownText(), m.more(f), f.Policy, first(f.Requirements), mdCode(f.At.String()), cureCell(f))
		}
		if more := len(all) - mostMarkdownRows; more > 0 {
			m.say("\n%s more: in the JSON and CSV formats.", thousands(more))
		}
		m.say("")
	}
}

// more is what settles an undecided check, or why a finding is accepted.
func (m *complianceMarkdown) more(f *Finding) string {
	if s := settle(f); s != "" && f.Verdict == policies.Undecided {
		return "<br>settle with " + mdCode(s)
	}
	if f.Waiver == nil {
		return ""
	}
	until := ""
	if d := day(f.Waiver.Until); d != "" {
		until = " until " + d
	}
	return "<br>accepted" + until + ": " + f.Waiver.Reason.MarkdownText()
}

func (m *complianceMarkdown) evidence() {
	m.say("## Evidence\n\n| Read | |\n|---|---|")
	for _, row := range (&htmlReport{Report: m.Report, c: m.c}).read() {
		m.say("| %s | %s |", md(row[0]), md(row[1]))
	}
	m.say("")
	if len(m.Gaps)+len(m.Problems) > 0 {
		m.say("**Not read: %s**\n\n| Where | Why | Settle with |\n|---|---|---|", plural(len(m.Gaps)+len(m.Problems), "gap"))
	}
	for _, g := range m.Gaps[:min(len(m.Gaps), mostGaps)] {
		how := ""
		if !g.Settle.Empty() {
			how = g.Settle.MarkdownCode()
		}
		m.say("| %s | %s | %s |", mdCode(cmp.Or(g.Where.JSON(), g.What.JSON())), g.Why.MarkdownText(), how)
	}
	if more := len(m.Gaps) - mostGaps; more > 0 {
		m.say("| %s more in the JSON | | |", thousands(more))
	}
	for _, p := range m.Problems {
		m.say("| %s | %s | |", mdCode(cmp.Or(p.Policy, "waiver")), p.Why.MarkdownText())
	}
	m.say("\n<details><summary>%s passed</summary>\n\n| Policy | Resources |\n|---|---:|", plural(m.Summary[policies.Pass], "check"))
	for _, p := range m.c.Passed {
		m.say("| `%s` | %s |", p.Policy, thousands(len(p.Resources)))
	}
	m.say("\n</details>")
}
