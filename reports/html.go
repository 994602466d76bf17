package reports

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// HTML writes the compliance report as one file for a browser, which loads nothing and works without its script. The report
// must hold a Compliance.
func HTML(w io.Writer, r *Report) error {
	if r.Compliance == nil {
		return fmt.Errorf("writing html: the scores, losses and costs of the run are missing")
	}
	h := &htmlReport{page: page{w: bufio.NewWriter(w)}, Report: r, c: r.Compliance, files: map[Text][]string{}}
	if r.Compliance.Simulation != nil {
		h.sim = &simulated{Simulation: r.Compliance.Simulation}
	}
	h.head(r.Compliance.Title.Terminal() + ": Plumbline report of " + r.moment().UTC().Format("2006-01-02"))
	h.banner()
	h.put("<main>\n")
	h.answers()
	h.index()
	h.score()
	h.zones()
	h.costs()
	h.findings()
	h.evidence()
	h.trend()
	h.put("</main><footer>Made by <b>plumb report</b> {}, {}. This file loads nothing from elsewhere. The same facts as JSON: <code>plumb report -f json</code></footer>\n",
		r.Version, r.moment().UTC().Format("2006-01-02 15:04 UTC"))
	h.foot()
	return h.w.Flush()
}

// htmlReport lays out one compliance report.
type htmlReport struct {
	page
	*Report
	c     *Compliance
	sim   *simulated // nil when nothing was simulated
	files map[Text][]string
	maps  int // zone maps so far, to tell their controls apart
}

// kinds are what sources are, in words.
var kinds = map[string]string{"terraform": "Terraform", "plan": "Terraform plan", "state": "Terraform state", "aws": "AWS account", "snapshot": "snapshot"}

func kindWord(kind string) string {
	if w, ok := kinds[kind]; ok {
		return w
	}
	return kind
}

// banner is the head of the page: what, when, from what.
func (h *htmlReport) banner() {
	var facts []string
	facts = append(facts, h.moment().UTC().Format("2006-01-02 15:04 UTC"))
	if !h.c.Commit.Empty() {
		commit := h.c.Commit.Terminal()
		facts = append(facts, "commit "+commit[:min(7, len(commit))])
	}
	for _, s := range h.Sources {
		word := kindWord(s.Kind)
		if !s.Region.Empty() {
			word += ", " + s.Region.Terminal()
		}
		if !slices.Contains(facts, word) && len(facts) < 8 {
			facts = append(facts, word)
		}
	}
	h.put(`<header><div class="brand"><svg viewBox="0 0 20 34" aria-hidden="true"><path d="M10 0v15"/><path class="bob" d="M10 12c4 0 6 2.500 6 5.500C16 22 12 27 10 34 8 27 4 22 4 17.500 4 14.500 6 12 10 12z"/></svg><span>Plumbline</span></div>
<div class="title"><h1>{}`, h.c.Title)
	if stages := h.stages(); len(stages) == 1 && !stages[0].Empty() {
		h.put(" <span>stage {}</span>", stages[0])
	}
	if account := h.account(); !account.Empty() {
		h.put(" <span>account {}</span>", account)
	}
	h.put(`</h1><p>{}</p></div><nav aria-label="Sections">`, strings.Join(facts, " · "))
	for _, x := range []struct {
		id    fixed
		title string
		there bool
	}{{"index", "Index", h.c.Several()}, {"score", "Scorecard", true}, {"zones", "Zones", h.sim != nil}, {"cost", "Cost", true}, {"findings", "Findings", true}, {"evidence", "Evidence", true}, {"trend", "Trend", len(h.Trend) > 1}} {
		if x.there {
			h.put(`<a href="#{}">{}</a>`, x.id, x.title)
		}
	}
	h.put("</nav></header>\n")
}

// stages lists the stages that are known; one that is not known counts only when it is the only one.
func (h *htmlReport) stages() []Text {
	var out []Text
	for _, p := range h.c.Parts {
		if !p.Stage.Empty() && !slices.Contains(out, p.Stage) {
			out = append(out, p.Stage)
		}
	}
	return out
}

// account is the one account that something was read in; empty when there is none, or several.
func (h *htmlReport) account() Text {
	var found Text
	for _, p := range h.c.Parts {
		switch {
		case p.Account.Empty() || p.Account == found:
		case found.Empty():
			found = p.Account
		default:
			return Text{}
		}
	}
	return found
}

// answers are the four cards on top.
func (h *htmlReport) answers() {
	h.put(`<section class="top" aria-label="In short">` + "\n")
	h.zoneCard()
	fails, open := h.With(policies.Fail), h.With(policies.Undecided)
	class, words := fixed("stop"), bySeverity(fails)
	if len(fails) == 0 {
		class, words = "fine", "nothing that was judged fails"
	}
	if n := len(h.With(policies.Waived)); n > 0 {
		words += "; " + thousands(n) + " waived"
	}
	if h.Hidden > 0 {
		words += "; " + thousands(h.Hidden) + " more left out here"
	}
	h.card(class, "Findings", thousands(len(fails)), "", words)
	total := h.c.Total()
	class, words = "warn", fmt.Sprintf("so the score is a range: %s to %s of %s hold", thousands(total.Pass), thousands(total.Pass+total.Undecided), plural(total.Judged(), "check"))
	if len(open) == 0 && len(h.Gaps) == 0 && len(h.Problems) == 0 {
		class, words = "fine", fmt.Sprintf("everything was read and decided: %s of %s hold", thousands(total.Pass), plural(total.Judged(), "check"))
	}
	if h.Resources == 0 {
		class, words = "warn", "nothing was judged: no resources were found"
	}
	gaps := "gaps"
	if len(h.Gaps)+len(h.Problems) == 1 {
		gaps = "gap"
	}
	h.put(`<div class="card {}"><h2>Not known</h2><p class="big">{} <small>undecided</small> + {} <small>{}</small></p><p>{}</p></div>`+"\n",
		class, len(open), len(h.Gaps)+len(h.Problems), gaps, words)
	h.costCard()
	h.put("</section>\n")
}

func (h *htmlReport) card(class fixed, title, big string, size fixed, words string) {
	h.put(`<div class="card {}"><h2>{}</h2><p class="big{}">{}</p><p>{}</p></div>`+"\n", class, title, size, big, words)
}

func (h *htmlReport) zoneCard() {
	if h.sim == nil || len(h.sim.Model.Entries) == 0 {
		h.card("", "Loses a zone", "no way in found", " long", "no public name, distribution, load balancer, API or server was read, so nothing can stop for its users")
		return
	}
	m := h.sim.Model
	stopped, open := 0, 0
	for i := range m.Entries {
		switch h.sim.stops([]int{i}) {
		case resilience.No:
			stopped++
		case resilience.Undecided:
			open++
		}
	}
	name := fmt.Sprintf("%s of %s", thousands(stopped), plural(len(m.Entries), "way")+" in")
	if len(m.Entries) == 1 {
		name = Untrusted(m.Entries[0].Name).Terminal()
	}
	class, verb := fixed("fine"), "every way in stays up"
	switch {
	case stopped == 1:
		class, verb = "stop", name+" stops"
	case stopped > 0:
		class, verb = "stop", name+" stop"
	case open > 0:
		class, verb = "warn", fmt.Sprintf("not known for %s of %s", thousands(open), plural(len(m.Entries), "way")+" in")
		if len(m.Entries) == 1 {
			verb = "not known"
		}
	case len(m.Entries) == 1:
		verb = name + " stays up"
	}
	size := fixed("")
	if len(verb) > 16 {
		size = " long"
	}
	h.card(class, "Loses a zone", verb, size, h.zoneWords())
}

// zoneWords says which zones do it, and how many single points there are.
func (h *htmlReport) zoneWords() string {
	var down, open []string
	for _, o := range h.sim.Zones {
		answers := map[resilience.Up]bool{}
		for _, a := range o.Answers {
			answers[a.Up] = true
		}
		name := strings.TrimPrefix(ZoneName(h.sim.Model.Nodes[o.Loss.Nodes[0]].Name), "zone ")
		switch {
		case answers[resilience.No]:
			down = append(down, name)
		case answers[resilience.Undecided]:
			open = append(open, name)
		}
	}
	var words []string
	if len(down) > 0 {
		words = append(words, "without "+someOf(down, 3))
	}
	if len(open) > 0 {
		words = append(words, "not known for "+someOf(open, 3))
	}
	if n := len(h.sim.Points); n > 0 {
		words = append(words, plural(n, "single point")+" of failure")
	}
	if len(words) == 0 {
		return "no single point of failure among servers, gateways and stores"
	}
	return strings.Join(words, "; ")
}

// someOf lists the first names and counts the others.
func someOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %s more", thousands(len(names)-most))
}

func (h *htmlReport) costCard() {
	words := strings.TrimPrefix(openWords(h.c.Costs), " ")
	if words == "" {
		words = "every price is known"
	}
	h.put(`<div class="card"><h2>Cost a month</h2><p class="big">{}</p><p>{}`, money(h.c.Costs.Monthly), words)
	if h.sim != nil {
		for _, x := range h.sim.Cures {
			if x.Goal == "survive-any-zone" && !x.Met && x.Possible {
				h.put(". Survive any one zone: <b>{}</b>", moreMoney(x.Monthly.StringFixed(2)))
			}
		}
	}
	h.put("</p></div>\n")
}

// index has a row for each stage and account, with the same four answers.
func (h *htmlReport) index() {
	if !h.c.Several() {
		return
	}
	h.put(`<section id="index"><h2>Index <small>by account and stage; what follows is of all together</small></h2>
<div class="scroll" tabindex="0" role="region" aria-label="Index, scrolls sideways"><table class="plain"><thead><tr><th scope="col">Account</th><th scope="col">Stage</th><th scope="col">Loses a zone</th><th scope="col">Findings</th><th scope="col" class="num">Undecided</th><th scope="col" class="num">Gaps</th><th scope="col" class="num">Hold</th><th scope="col" class="num">Cost a month</th></tr></thead><tbody>
`)
	for _, p := range h.c.Parts {
		account, stage := p.Account.Terminal(), p.Stage.Terminal()
		if account == "" {
			account = "code"
		}
		if stage == "" {
			stage = "not known: as production"
		}
		more := ""
		if !p.Complete {
			more = " +"
		}
		found := thousands(p.Fail)
		if p.Fail > 0 {
			found += ": " + severityCounts(p.Severities)
		}
		class, words := h.partZones(p)
		h.put(`<tr><td>{}</td><td>{}</td><td class="{}">{}</td><td>{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}{}</td></tr>`+"\n",
			account, stage, class, words, found, p.Undecided, p.Gaps, holds(p.Counts), money(p.Monthly), more)
	}
	h.put(`</tbody></table></div><p class="note">A cost with + is not complete.`)
	if h.c.Loose > 0 {
		h.put(" {} cannot be told apart by row.", plural(h.c.Loose, "gap"))
	}
	h.put("</p></section>\n")
}

func (h *htmlReport) partZones(p Part) (fixed, string) {
	if h.sim == nil || len(p.Entries) == 0 {
		return "mute", "no way in found"
	}
	switch h.sim.stops(p.Entries) {
	case resilience.No:
		return "bad", "stops"
	case resilience.Undecided:
		return "und", "not known"
	}
	return "yes", "stays up"
}

// holds is the part of checks that hold, as a range where some are undecided: "50–62 %".
func holds(c Counts) string {
	if c.Judged() == 0 {
		return ""
	}
	least, most := c.Pass*100/c.Judged(), (c.Pass+c.Undecided)*100/c.Judged()
	if least == most {
		return fmt.Sprintf("%d %%", least)
	}
	return fmt.Sprintf("%d–%d %%", least, most)
}
