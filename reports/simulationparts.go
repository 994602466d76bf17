package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
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
		t.b.WriteString(paragraph("  ", "    ", t.plain(g.Name)+": "+strings.Join(parts, ", "), t.width()))
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

// recovered are rows of the part on recovery with the same text.
type recovered struct {
	names   []string
	entry   bool
	loss    string
	text    string
	because []string
}

// recovery lists the entry points, and the stores that miss their target, those alike together.
func (t *simulated) recovery() {
	if len(t.Recovery) == 0 || len(t.Asked) > 0 {
		return
	}
	t.b.WriteString(paragraph(t.paint(bold, "Recovery")+"  ", "          ", "time until it is back, and what was written and is lost (targets: recovery: in plumb.yaml)", t.width()))
	rows, fine := t.recoveries()
	for i, r := range rows {
		if i >= mostRecoveries {
			t.b.WriteString(fmt.Sprintf("  and %d more: plumb simulate -f json\n", len(rows)-i))
			break
		}
		what := r.names[0]
		if len(r.names) > 1 {
			what = plural(len(r.names), "store")
			if r.entry {
				what = plural(len(r.names), "way") + " in"
			}
		}
		t.b.WriteString(paragraph("  ", "      ", what+", loss of "+article(r.loss)+": "+r.text, t.width()))
		for _, b := range r.because {
			t.b.WriteString(paragraph("      because ", "          ", b, t.width()))
		}
		if len(r.names) > 1 {
			text := strings.Join(r.names[:min(len(r.names), mostListed)], ", ")
			if more := len(r.names) - mostListed; more > 0 {
				text += plus(more)
			}
			t.b.WriteString(paragraph("      ", "      ", text, t.width()))
		}
	}
	if fine > 0 {
		t.b.WriteString(fmt.Sprintf("  within their targets: %s of stores\n", plural(fine, "more line")))
	}
	t.b.WriteByte('\n')
}

// recoveries are the rows to print, the entry points first, and how many of stores are within their targets.
func (t *simulated) recoveries() (rows []recovered, fine int) {
	var stores []recovered
	for _, r := range t.Recovery {
		meets := t.meets(r)
		if r.Entry < 0 && meets == resilience.Yes {
			fine++
			continue
		}
		x := recovered{names: []string{t.plain(r.Name)}, entry: r.Entry >= 0, loss: r.Loss, text: t.plain(t.recoveryLine(r, meets))}
		if meets != resilience.Yes {
			for _, b := range r.Because {
				x.because = append(x.because, t.plain(b))
			}
		}
		list := &stores
		if x.entry {
			list = &rows
		}
		same := slices.IndexFunc(*list, func(y recovered) bool {
			return y.loss == x.loss && y.text == x.text && slices.Equal(y.because, x.because)
		})
		if same >= 0 {
			(*list)[same].names = append((*list)[same].names, x.names[0])
			continue
		}
		*list = append(*list, x)
	}
	return append(rows, stores...), fine
}

// recoveryLine says what comes of a loss and whether that is within the target.
func (t *simulated) recoveryLine(r resilience.Recovery, meets resilience.Up) string {
	target := r.Target(t.Targets(r.Stage))
	if target.RegionAccepted && r.Loss == "region" {
		return recoveryText(r) + "; accepted"
	}
	verdict := map[resilience.Up]string{resilience.Yes: "meets", resilience.No: "MISSES", resilience.Undecided: "UNDECIDED against"}[meets]
	return fmt.Sprintf("%s; %s %s / %s", recoveryText(r), verdict, clock(target.RTO), clock(target.RPO))
}

const mostRecoveries = 24

func article(loss string) string {
	return map[string]string{"instance": "an instance", "zone": "a zone", "region": "the region"}[loss]
}

// recoveryText says when it is back and what is lost.
func recoveryText(r resilience.Recovery) string {
	switch rto, rpo := r.RTO, r.RPO; {
	case rto == resilience.Span{} && rpo == rto:
		return "stays up, nothing written is lost"
	case rto.Missing != "" && rpo.Missing == rto.Missing && rto.Seconds == 0 && rpo.Seconds == 0 && !rto.Never && !rpo.Never:
		return "not known: " + Untrusted(rto.Missing).Terminal()
	case rto.Never && rpo.Never && r.Loss == "region":
		return "not back before the region is, and nothing written is elsewhere"
	case rto.Never && rpo.Never:
		return "not back, and everything written is lost"
	}
	if r.RTO.Missing != "" && r.RTO.Missing == r.RPO.Missing && r.RTO.Seconds > 0 && r.RPO.Seconds > 0 {
		return fmt.Sprintf("back in %s or more, and what was written in the last %s or more is lost (not known: %s)", clock(r.RTO.Seconds), clock(r.RPO.Seconds), Untrusted(r.RTO.Missing).Terminal())
	}
	return backText(r) + ", " + lostText(r.RPO)
}

func backText(r resilience.Recovery) string {
	switch s := r.RTO; {
	case s.Never && r.Loss == "region":
		return "not back before the region is"
	case s.Never:
		return "not back"
	case s.Missing != "" && s.Seconds == 0:
		return "back in a time that is not known (" + Untrusted(s.Missing).Terminal() + ")"
	case s.Missing != "":
		return fmt.Sprintf("back in %s or more (not known: %s)", clock(s.Seconds), Untrusted(s.Missing).Terminal())
	case s.Seconds == 0:
		return "stays up"
	}
	return "back in " + clock(r.RTO.Seconds)
}

func lostText(s resilience.Span) string {
	switch {
	case s.Never:
		return "everything written is lost"
	case s.Missing != "" && s.Seconds == 0:
		return "how much of what was written is lost is not known (" + Untrusted(s.Missing).Terminal() + ")"
	case s.Missing != "":
		return fmt.Sprintf("what was written in the last %s or more is lost (not known: %s)", clock(s.Seconds), Untrusted(s.Missing).Terminal())
	case s.Seconds == 0:
		return "nothing written is lost"
	}
	return "what was written in the last " + clock(s.Seconds) + " is lost"
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
		t.b.WriteString(paragraph("  ", "      ", t.estimate(e), t.width()))
	}
	t.b.WriteByte('\n')
}

// estimate is one entry point with what takes most away.
func (t *simulated) estimate(e resilience.Estimate) string {
	name := t.entryName(e.Entry)
	if e.Err != nil {
		return name + ": not computed: " + e.Err.Error()
	}
	most, least := hours(resilience.HoursDown(e.Low)), hours(resilience.HoursDown(e.High))
	text := fmt.Sprintf("%s: %.4f %%, %s a year", name, e.Low*100, most)
	if e.High-e.Low > 5e-7 {
		text = fmt.Sprintf("%s: %.4f to %.4f %%, %s to %s a year", name, e.Low*100, e.High*100, least, most)
		if least == most {
			text = fmt.Sprintf("%s: %.4f to %.4f %%, about %s a year", name, e.Low*100, e.High*100, most)
		}
	}
	var parts []string
	for _, p := range e.Parts[:min(3, len(e.Parts))] {
		if lost := resilience.HoursDown(1 - p.Lost); lost >= 0.05 {
			parts = append(parts, t.plain(p.Name)+" "+hours(lost))
		}
	}
	if len(parts) > 0 {
		text += "; most by " + strings.Join(parts, ", ")
	}
	if len(e.Missing) > 0 {
		text += "; without " + strings.Join(e.Missing, ", ") + ", of which no rate is known"
	}
	return text
}

// hours are rounded to what an estimate can say.
func hours(h float64) string {
	if h < 9.95 {
		return fmt.Sprintf("%.1f h", h)
	}
	return fmt.Sprintf("%.0f h", h)
}

// cures lists the cheapest set of fixes for each goal.
func (t *simulated) cures() {
	if t.Unsearched != "" {
		t.b.WriteString(paragraph(t.paint(bold, "Cheapest cure")+"  ", strings.Repeat(" ", 15), "not searched for: "+t.Unsearched, t.width()) + "\n")
	}
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
		if left := t.uncured(); left != "" {
			text += ": nothing that is known cures " + left
		}
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

// uncured are the numbers of the single points for which nothing is offered.
func (t *simulated) uncured() string {
	var out []string
	for i, p := range t.Points[:min(len(t.Points), mostPoints)] {
		if t.offered(t.Model.Nodes[p.Node].Key) == 0 {
			out = append(out, fmt.Sprintf("[%d]", i+1))
		}
	}
	return strings.Join(out, " ")
}

// fixNames names fixes by the single point that they cure, the others by their policy.
func (t *simulated) fixNames(fixes []resilience.Fix) []string {
	var numbers, names []string
	for _, f := range fixes {
		i := slices.IndexFunc(t.Points, func(p resilience.Point) bool { return t.Model.Nodes[p.Node].Key == f.Resource })
		switch several := t.offered(f.Resource) > 1; {
		case i >= 0 && i < mostPoints && several:
			names = append(names, fmt.Sprintf("[%d] by %s", i+1, t.fixName(f)))
		case i >= 0 && i < mostPoints:
			numbers = append(numbers, fmt.Sprintf("[%d]", i+1))
		default:
			names = append(names, t.fixName(f)+" on "+t.plain(f.Resource.String()))
		}
	}
	slices.Sort(numbers)
	if len(numbers) > 0 {
		names = append([]string{strings.Join(slices.Compact(numbers), " ")}, names...)
	}
	return names
}

func (t *simulated) fixName(f resilience.Fix) string {
	if f.Zone == "" {
		return f.Policy
	}
	return f.Policy + " for " + t.plain(f.Zone)
}

// offered counts what may be bought for one resource.
func (t *simulated) offered(key graph.Key) int {
	n := 0
	for _, o := range t.Offers {
		if o.Resource == key {
			n++
		}
	}
	return n
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
		parts = append(parts, fmt.Sprintf("%s (%s, %s)", what, setting, times(counts[setting])))
	}
	parts = append(parts, "zones fail whole")
	t.b.WriteString(paragraph("", "", "Assumed: "+strings.Join(parts, "; ")+". Change under simulate: and dependencies: in plumb.yaml.", t.width()))
	for _, u := range t.Model.Unused {
		t.b.WriteString(paragraph("- ", "  ", t.plain(u.Fact.Text), t.width()))
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return thousands(n) + " times"
}

func (t *simulated) gaps() {
	for _, gap := range t.Gaps {
		t.b.WriteString(paragraph("! ", "  ", Untrusted(gap.Where+": "+gap.Why).Terminal(), t.width()))
	}
}
