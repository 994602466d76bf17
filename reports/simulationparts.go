package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/resilience"
)

// nodes lists the Kubernetes nodes by zone.
func (t *simulated) nodes() {
	groups := t.Model.NodesByZone()
	if len(groups) == 0 {
		return
	}
	t.b.WriteString(t.paint(bold, "Kubernetes nodes by zone") + "\n")
	for _, g := range groups {
		var parts []string
		sure := 0
		for _, z := range sortedKeys(g.Zones) {
			parts = append(parts, fmt.Sprintf("%s %d", strings.TrimPrefix(ZoneName(z), "zone "), g.Zones[z]))
			sure += g.Zones[z]
		}
		if sure < g.Total {
			parts = append(parts, fmt.Sprintf("%d of %d where AWS puts them", g.Total-sure, g.Total))
		}
		t.b.WriteString(paragraph("  "+Untrusted(g.Name).Terminal()+"  ", "    ", strings.Join(parts, ", "), t.width()))
	}
	t.b.WriteByte('\n')
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// recovery lists the entry points, and the stores that miss their target.
func (t *simulated) recovery() {
	if len(t.Recovery) == 0 || len(t.Asked) > 0 {
		return
	}
	var rows []resilience.Recovery
	fine := 0
	for _, r := range t.Recovery {
		if r.Entry >= 0 || t.meets(r) != resilience.Yes {
			rows = append(rows, r)
		} else {
			fine++
		}
	}
	t.b.WriteString(t.paint(bold, "Recovery") + "  time until it is back, and what was written and is lost (targets: recovery: in plumb.yaml)\n")
	for i, r := range rows {
		if i >= mostRecoveries {
			t.b.WriteString(fmt.Sprintf("  and %d more: plumb simulate -f json\n", len(rows)-i))
			break
		}
		target := t.Targets(r.Stage)
		verdict := map[resilience.Up]string{resilience.Yes: "meets", resilience.No: "MISSES", resilience.Undecided: "UNDECIDED against"}[t.meets(r)]
		head := fmt.Sprintf("%s, loss of %s: ", Untrusted(r.Name).Terminal(), article(r.Loss))
		text := fmt.Sprintf("%s; %s %s / %s", recoveryText(r), verdict, clock(target.RTO), clock(target.RPO))
		if target.RegionAccepted && r.Loss == "region" {
			text = recoveryText(r) + "; accepted"
		}
		t.b.WriteString(paragraph("  ", "      ", head+text, t.width()))
		if t.meets(r) != resilience.Yes {
			for _, b := range r.Because {
				t.b.WriteString(paragraph("      because ", "          ", Untrusted(b).Terminal(), t.width()))
			}
		}
	}
	if fine > 0 {
		t.b.WriteString(fmt.Sprintf("  %d further rows of stores are within their targets\n", fine))
	}
	t.b.WriteByte('\n')
}

const mostRecoveries = 24

func article(loss string) string {
	return map[string]string{"instance": "an instance", "zone": "a zone", "region": "the region"}[loss]
}

// recoveryText says when it is back and what is lost.
func recoveryText(r resilience.Recovery) string {
	if !r.RTO.Never && !r.RPO.Never && r.RTO.Missing != "" && r.RPO.Missing != "" && r.RTO.Seconds == 0 && r.RPO.Seconds == 0 {
		return "not known: " + Untrusted(r.RTO.Missing).Terminal()
	}
	return backText(r.RTO) + ", " + lostText(r.RPO)
}

func backText(s resilience.Span) string {
	if s.Never {
		return "not back until the data is"
	}
	return "back in " + spanText(s)
}

func lostText(s resilience.Span) string {
	switch {
	case s.Never:
		return "everything written is lost"
	case s.Seconds == 0 && s.Missing == "":
		return "nothing written is lost"
	}
	return "what was written in the last " + spanText(s) + " is lost"
}

func spanText(s resilience.Span) string {
	switch {
	case s.Missing != "" && s.Seconds > 0:
		return fmt.Sprintf("%s or more (not known: %s)", clock(s.Seconds), Untrusted(s.Missing).Terminal())
	case s.Missing != "":
		return fmt.Sprintf("a time that is not known (%s)", Untrusted(s.Missing).Terminal())
	}
	return clock(s.Seconds)
}

// clock writes seconds as people say them.
func clock(s int) string {
	switch {
	case s >= 86400 && s%86400 == 0:
		return fmt.Sprintf("%d h", s/3600)
	case s >= 3600 && s%3600 == 0:
		return fmt.Sprintf("%d h", s/3600)
	case s >= 3600:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	case s >= 120:
		return fmt.Sprintf("%d min", s/60)
	}
	return fmt.Sprintf("%d s", s)
}

// availability lists the estimates with what takes most away.
func (t *simulated) availability() {
	if len(t.Estimates) == 0 || len(t.Asked) > 0 {
		return
	}
	t.b.WriteString(t.paint(bold, "Availability") + "  an estimate from thresholds at which AWS refunds, not a promise\n")
	for _, e := range t.Estimates {
		name := Untrusted(t.Model.Entries[e.Entry].Name).Terminal()
		if e.Err != nil {
			t.b.WriteString(paragraph("  ", "      ", name+": not computed: "+e.Err.Error(), t.width()))
			continue
		}
		text := fmt.Sprintf("%s: %.4f %%, %.0f h a year", name, e.Low*100, resilience.HoursDown(e.Low))
		if e.High-e.Low > 5e-7 {
			text = fmt.Sprintf("%s: %.4f to %.4f %%, %.0f to %.0f h a year", name, e.Low*100, e.High*100, resilience.HoursDown(e.High), resilience.HoursDown(e.Low))
		}
		var parts []string
		for _, p := range e.Parts[:min(3, len(e.Parts))] {
			parts = append(parts, fmt.Sprintf("%s %.0f h", Untrusted(p.Name).Terminal(), resilience.HoursDown(1-p.Lost)))
		}
		if len(parts) > 0 {
			text += "; most by " + strings.Join(parts, ", ")
		}
		if len(e.Missing) > 0 {
			text += "; without " + strings.Join(e.Missing, ", ") + ", of which no rate is known"
		}
		t.b.WriteString(paragraph("  ", "      ", text, t.width()))
	}
	t.b.WriteByte('\n')
}

// cures lists the cheapest set of fixes for each goal.
func (t *simulated) cures() {
	if len(t.Cures) == 0 {
		return
	}
	t.b.WriteString(t.paint(bold, "Cheapest cure, a month") + "\n")
	width := 0
	for _, c := range t.Cures {
		width = max(width, cells(c.Label))
	}
	for _, c := range t.Cures {
		t.b.WriteString(paragraph("  "+pad(c.Label, width)+"  ", strings.Repeat(" ", width+4), t.cure(c), t.width()))
	}
	t.b.WriteByte('\n')
}

func (t *simulated) cure(c PricedCure) string {
	if c.Met {
		return "nothing is needed"
	}
	if !c.Possible {
		text := "no set of known fixes reaches it"
		if len(c.Unpriced) > 0 {
			text = fmt.Sprintf("not computed: %s without a price: %s", plural(len(c.Unpriced), "fix"), strings.Join(t.fixNames(c.Unpriced), ", "))
		}
		return text
	}
	text := moreMoney(c.Monthly.StringFixed(2))
	if c.Usage {
		text += " + usage"
	}
	text += ": " + strings.Join(t.fixNames(c.Fixes), ", ")
	if c.Capacity < 0.995 {
		text += fmt.Sprintf(", at %d %% capacity", int(c.Capacity*100+0.5))
	}
	if !c.Exact {
		text += " (by rule of thumb: too many fixes to try all)"
	}
	return text
}

// fixNames names fixes by the single point that they cure, the others by their policy.
func (t *simulated) fixNames(fixes []resilience.Fix) []string {
	var numbers, names []string
	for _, f := range fixes {
		i := slices.IndexFunc(t.Points, func(p resilience.Point) bool { return t.Model.Nodes[p.Node].Key == f.Resource })
		if i >= 0 && i < mostPoints {
			numbers = append(numbers, fmt.Sprintf("[%d]", i+1))
		} else {
			names = append(names, f.Policy+" on "+Untrusted(f.Resource.String()).Terminal())
		}
	}
	slices.Sort(numbers)
	if len(numbers) > 0 {
		names = append([]string{strings.Join(slices.Compact(numbers), " ")}, names...)
	}
	return names
}

// assumed closes with what the answers rest on.
func (t *simulated) assumed() {
	counts := map[string]int{}
	for _, f := range t.Model.Assumed() {
		counts[f.Setting]++
	}
	var parts []string
	for _, setting := range sortedKeys(counts) {
		what := map[string]string{"simulate.egress": "servers with one way out use it", "simulate.needs": "a tier needs the stores that it can reach"}[setting]
		parts = append(parts, fmt.Sprintf("%s (%s, %d times)", what, setting, counts[setting]))
	}
	parts = append(parts, "zones fail whole")
	t.b.WriteString(paragraph("", "", "Assumed: "+strings.Join(parts, "; ")+". Change under simulate: and dependencies: in plumb.yaml.", t.width()))
	for _, u := range t.Model.Unused {
		t.b.WriteString(paragraph("- ", "  ", Untrusted(u.Fact.Text).Terminal(), t.width()))
	}
}

func (t *simulated) gaps() {
	for _, gap := range t.Gaps {
		t.b.WriteString(paragraph("! ", "  ", Untrusted(gap.Where+": "+gap.Why).Terminal(), t.width()))
	}
}
