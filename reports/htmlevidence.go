package reports

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/policies"
)

// evidence says what was read, what was not, what is assumed, and what passed.
func (h *htmlReport) evidence() {
	h.put(`<section id="evidence"><h2>Evidence <small>what was read, and what was not</small></h2><div class="two"><div><h3>Read</h3><table class="plain"><tbody>` + "\n")
	for _, row := range h.read() {
		h.put(`<tr><th scope="row">{}</th><td>{}</td></tr>`+"\n", row[0], row[1])
	}
	h.put("</tbody></table>\n")
	h.waivers()
	h.put("</div><div>")
	h.gaps()
	h.put("<h3>Assumed</h3><ul>")
	for _, line := range h.assumptions() {
		h.put("<li>{}</li>", line)
	}
	h.put("</ul></div></div>\n")
	h.drifted()
	h.requirements()
	h.passes()
	h.put("</section>\n")
}

// mostSources is how many sources get a row of their own.
const mostSources = 30

func (h *htmlReport) read() [][2]string {
	var rows [][2]string
	for i, s := range h.Sources {
		if i == mostSources {
			rows = append(rows, [2]string{"And", plural(len(h.Sources)-i, "further source")})
			break
		}
		what := Untrusted(s.Name).Terminal()
		if s.Name == "." {
			what = "this folder"
		}
		if s.Files > 0 {
			what += ", " + plural(s.Files, "file")
		}
		if !s.Region.Empty() {
			what += ", " + s.Region.Terminal()
		}
		rows = append(rows, [2]string{kindWord(s.Kind), what})
	}
	accounts := "none: code only, so drift is not known"
	if h.Drift != nil {
		accounts = fmt.Sprintf("%s of %s of the code were found in the account", thousands(h.Drift.Matched), plural(h.Drift.Declared, "resource"))
	} else if n := h.accounts(); n > 0 {
		accounts = thousands(n) + " read; no code to compare with"
	}
	judged := 0
	for _, n := range h.Summary {
		judged += n
	}
	return append(rows,
		[2]string{"Resources", thousands(h.Resources)},
		[2]string{"Accounts", accounts},
		[2]string{"Controls", fmt.Sprintf("%s; %s do not apply here", thousands(h.Controls), thousands(h.Idle))},
		[2]string{"Verdicts", fmt.Sprintf("%s: %s pass, %s fail, %s undecided, %s waived, %s do not apply", thousands(judged), thousands(h.Summary[policies.Pass]),
			thousands(h.Summary[policies.Fail]), thousands(h.Summary[policies.Undecided]), thousands(h.Summary[policies.Waived]), thousands(h.Summary[policies.NotApplicable]))},
		[2]string{"Policies", fmt.Sprintf("%s, of plumb %s", thousands(len(h.Policies)), h.Version)},
		[2]string{"Prices", "of " + h.c.Costs.Catalogue},
		[2]string{"Judged as of", h.Today.Format(time.DateOnly)})
}

// accounts counts those that something was read in.
func (h *htmlReport) accounts() int {
	found := map[Text]bool{}
	for _, p := range h.c.Parts {
		if !p.Account.Empty() {
			found[p.Account] = true
		}
	}
	return len(found)
}

func (h *htmlReport) waivers() {
	h.put("<h3>Waivers in force</h3>")
	if len(h.c.Waivers) == 0 {
		h.put("<p>None.</p>")
		return
	}
	h.put("<ul>")
	for _, w := range h.c.Waivers {
		until := "no end"
		if d := day(w.Until); d != "" {
			until = "until " + d
		}
		h.put("<li><code>{}</code>{}: {} ({}, {})</li>", w.Policy, on(w), w.Reason, until, w.Where)
	}
	h.put("</ul>")
}

// mostGaps is how many gaps are shown in full.
const mostGaps = 200

func (h *htmlReport) gaps() {
	n := len(h.Gaps) + len(h.Problems)
	if n == 0 {
		h.put("<h3>Not read</h3><p>Nothing that is known: no gap.</p>")
		if h.HiddenGaps > 0 {
			h.put(`<p class="note"><b>{} left out</b> by --only or --skip.</p>`, plural(h.HiddenGaps, "gap"))
		}
		return
	}
	h.put(`<h3>Not read <span class="pill">{}</span></h3>`, plural(n, "gap"))
	for _, g := range h.Gaps[:min(len(h.Gaps), mostGaps)] {
		head := cmp.Or(g.What.Terminal(), g.Where.Terminal())
		h.put(`<div class="gap"><b>{}</b> <code>{}</code><p>{}</p>`, head, g.Where, sentence(g.Why))
		if !g.Settle.Empty() {
			h.put("<p><b>Settle with:</b> {}</p>", g.Settle)
		}
		h.put("</div>\n")
	}
	if more := len(h.Gaps) - mostGaps; more > 0 {
		h.put(`<p class="note"><b>{} more</b> are in the JSON.</p>`, more)
	}
	for _, p := range h.Problems {
		h.put(`<div class="gap"><b>{}</b><p>{}</p></div>`, cmp.Or(p.Policy, "waiver"), p.Why)
	}
}

// assumptions lists what the answers rest on and nothing proves.
func (h *htmlReport) assumptions() []string {
	var out []string
	for _, p := range h.c.Parts {
		if p.Stage.Empty() {
			out = append(out, "A resource whose stage is not known is judged as production.")
			break
		}
	}
	if n := assumed(h.c.Costs); n > 0 {
		out = append(out, fmt.Sprintf("The prices of %s are those of us-east-1, since nothing tells the region.", plural(n, "resource")))
	}
	out = append(out, "A month has 730 hours; prices are list prices, on demand.")
	if h.sim == nil || len(h.sim.Model.Entries) == 0 {
		return out
	}
	out = append(out, "Zones fail whole, one at a time.")
	facts := h.sim.Model.Assumed()
	for i, f := range facts {
		if i == 20 {
			out = append(out, fmt.Sprintf("%s more: plumb simulate -f json", thousands(len(facts)-i)))
			break
		}
		out = append(out, sentence(Untrusted(f.Text)).Terminal()+" ("+f.Setting+")")
	}
	return out
}

// mostDrift is how many differences of code and account are listed.
const mostDrift = 200

func (h *htmlReport) drifted() {
	if h.Drift == nil || len(h.Drift.Differences) == 0 {
		return
	}
	h.put(`<h3>Drift <small>{} between code and account change a verdict</small></h3><ul>`, plural(len(h.Drift.Differences), "difference"))
	for i, d := range h.Drift.Differences {
		if i == mostDrift {
			h.put("<li>{} more: plumb scan --drift all</li>", len(h.Drift.Differences)-i)
			break
		}
		if d.Attribute.Empty() {
			h.put("<li><code>{}</code> is in the state and not in the account</li>", d.Resource)
			continue
		}
		h.put("<li><code>{}</code> {}: code {}, live {}</li>", d.Resource, d.Attribute, d.Declared, d.Observed)
	}
	h.put("</ul>")
}

// mostPasses is how many passes are named one by one.
const mostPasses = 2_000

func (h *htmlReport) passes() {
	n := 0
	for _, p := range h.c.Passed {
		n += len(p.Resources)
	}
	if n == 0 {
		return
	}
	h.put(`<details class="fold"><summary>{} passed</summary>`, plural(n, "check"))
	if n > mostPasses {
		h.put(`<p>By policy; the resources are in the JSON: <code>plumb scan -f json --verdicts pass</code></p><ul class="names">`)
		for _, p := range h.c.Passed {
			h.put("<li><code>{}</code> {}</li>", p.Policy, len(p.Resources))
		}
		h.put("</ul></details>\n")
		return
	}
	room := h.room()
	for _, p := range h.c.Passed {
		title := p.Policy + ": " + thousands(len(p.Resources))
		if m, ok := h.Policies[p.Policy]; ok {
			title += " · " + Untrusted(oneLine(m.Title)).Terminal()
		}
		h.names(title, p.Resources, &room)
	}
	h.put("</details>\n")
}

// trend draws the recorded runs; one run is no trend.
func (h *htmlReport) trend() {
	if len(h.Trend) < 2 {
		return
	}
	points := h.Trend
	if len(points) > 24 {
		points = points[len(points)-24:]
	}
	h.put(`<section id="trend"><h2>Trend <small>the last {}</small></h2><div class="two">`, plural(len(points), "run"))
	failed, open, costs := make([]float64, len(points)), make([]float64, len(points)), make([]float64, len(points))
	priced := true
	for i, p := range points {
		for _, n := range p.Failed {
			failed[i] += float64(n)
		}
		open[i] = float64(p.Undecided)
		if p.Monthly == nil {
			priced = false
			continue
		}
		costs[i] = p.Monthly.InexactFloat64()
	}
	h.lines("Findings and undecided", points, chartLine{"bad-line", failed}, chartLine{"open-line", open})
	if priced {
		h.lines("Cost a month, USD, without usage", points, chartLine{"cost-line", costs})
	}
	h.put(`</div><details><summary>The same as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Trend, scrolls sideways"><table class="plain"><thead><tr><th scope="col">Run</th><th scope="col" class="num">Findings</th><th scope="col" class="num">Undecided</th><th scope="col" class="num">Waived</th><th scope="col" class="num">Gaps</th><th scope="col" class="num">USD a month</th></tr></thead><tbody>` + "\n")
	for i, p := range points {
		monthly := "not priced"
		if p.Monthly != nil {
			monthly = money(*p.Monthly)
		}
		if !p.Complete && p.Monthly != nil {
			monthly += " +"
		}
		h.put(`<tr><td>{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td></tr>`+"\n",
			p.Time.UTC().Format("2006-01-02 15:04"), int(failed[i]), p.Undecided, p.Waived, p.Gaps, monthly)
	}
	h.put("</tbody></table></div></details></section>\n")
}

// chartLine is one line of a chart.
type chartLine struct {
	class fixed
	y     []float64
}

// lines draws one chart; the numbers stand at the ends of its axis and its lines, and in the table below.
func (h *htmlReport) lines(title string, points []TrendPoint, list ...chartLine) {
	low, high := list[0].y[0], list[0].y[0]
	for _, l := range list {
		for _, y := range l.y {
			low, high = min(low, y), max(high, y)
		}
	}
	if low < high/2 {
		low = 0
	}
	if high == low {
		high = low + 1
	}
	const left, right, top, bottom = 46.0, 424.0, 22.0, 130.0
	x := func(i int) float64 { return left + (right-left)*float64(i)/float64(len(points)-1) }
	y := func(v float64) float64 { return bottom - (bottom-top)*(v-low)/(high-low) }
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
	h.put(`<figure><figcaption>{}</figcaption><svg viewBox="0 0 480 158" role="img" aria-label="{}: see the table below"><g class="grid"><line x1="46" x2="424" y1="130" y2="130"/><line x1="46" x2="424" y1="22" y2="22"/></g>`, title, title)
	for _, l := range list {
		var path []string
		for i, v := range l.y {
			path = append(path, number(x(i))+","+number(y(v)))
		}
		last := l.y[len(l.y)-1]
		h.put(`<polyline class="{}" points="{}"/><text class="label" x="430" y="{}">{}</text>`, l.class, strings.Join(path, " "), number(y(last)+4), group(strconv.FormatFloat(last, 'f', 0, 64)))
	}
	h.put(`<g class="axis"><text x="40" y="134" text-anchor="end">{}</text><text x="40" y="26" text-anchor="end">{}</text>`, group(strconv.FormatFloat(low, 'f', 0, 64)), group(strconv.FormatFloat(high, 'f', 0, 64)))
	for _, i := range []int{0, len(points) - 1} {
		h.put(`<text x="{}" y="150" text-anchor="middle">{}</text>`, number(x(i)), points[i].Time.UTC().Format(time.DateOnly))
	}
	h.put("</g></svg></figure>\n")
}
