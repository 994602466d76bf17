package reports

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

// score has a row for each chapter of the reference architecture; below it each requirement.
func (h *htmlReport) score() {
	h.put(`<section id="score"><h2>Scorecard <small>by chapter of the reference architecture</small></h2>
<ul class="legend"><li><svg viewBox="0 0 14 12" aria-hidden="true"><rect class="pass" width="14" height="12"/></svg>pass</li><li><svg viewBox="0 0 14 12" aria-hidden="true"><rect class="fail" width="14" height="12"/></svg>fail</li><li><svg viewBox="0 0 14 12" aria-hidden="true"><rect class="open" x="1" y="1" width="12" height="10"/></svg>undecided</li></ul>
<table class="score"><thead><tr><th scope="col">Chapter</th><th scope="col" class="wide">Verdicts</th><th scope="col" class="num">Pass</th><th scope="col" class="num">Fail</th><th scope="col" class="num">Undecided</th><th scope="col" class="num">Hold</th></tr></thead><tbody>
`)
	var idle []string
	waived := 0
	for _, x := range h.c.Chapters {
		waived += x.Waived
		if x.Judged() == 0 {
			idle = append(idle, x.Name)
			continue
		}
		h.put(`<tr><th scope="row">{}</th><td class="wide">`, x.Name)
		h.bar(x.Counts)
		h.put(`</td><td class="num">{}</td>`, x.Pass)
		h.count("bad", x.Fail)
		h.count("und", x.Undecided)
		h.put(`<td class="num"><b>{}</b></td></tr>`+"\n", holds(x.Counts))
	}
	h.put("</tbody></table>\n")
	if waived > 0 {
		h.put(`<p class="note">{} not in it: accepted with a reason, listed below.</p>`, plural(waived, "waived check"))
	}
	if len(idle) > 0 {
		h.put(`<p class="note">Nothing here that these chapters were judged by: {}.</p>`, strings.Join(idle, "; "))
	}
	if judged, all := h.judgedRequirements(); all > 0 {
		h.put(`<p class="note">{} of {} were judged: <a href="#requirements">each with its verdicts</a></p>`, judged, plural(all, "requirement"))
	}
	h.put("</section>\n")
}

// judgedRequirements counts the requirements that something here was judged by, and all of them.
func (h *htmlReport) judgedRequirements() (judged, all int) {
	for _, x := range h.c.Chapters {
		for _, q := range x.Requirements {
			all++
			if q.Judged()+q.Waived > 0 {
				judged++
			}
		}
	}
	return judged, all
}

func (h *htmlReport) count(class fixed, n int) {
	if n == 0 {
		class = "mute"
	}
	h.put(`<td class="num {}">{}</td>`, class, n)
}

// bar draws the verdicts of a chapter side by side.
func (h *htmlReport) bar(c Counts) {
	h.put(`<svg viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="{} pass, {} fail, {} undecided">`, c.Pass, c.Fail, c.Undecided)
	x := 0
	for _, part := range []struct {
		class fixed
		n     int
	}{{"pass", c.Pass}, {"fail", c.Fail}, {"open", c.Undecided}} {
		width := part.n * 1000 / c.Judged()
		if part.n > 0 {
			h.put(`<rect class="{}" x="{}" y="1" width="{}" height="12"/>`, part.class, fmt.Sprint(x), fmt.Sprint(max(width-4, 3)))
		}
		x += width
	}
	h.put("</svg>")
}

// requirements lists every requirement with its verdicts, also those that nothing here was judged by.
func (h *htmlReport) requirements() {
	judged, all := h.judgedRequirements()
	if all == 0 {
		return
	}
	h.put(`<details id="requirements"><summary>{} of {} were judged: each with its verdicts</summary><div class="scroll" tabindex="0" role="region" aria-label="Requirements, scrolls sideways"><table class="requirements"><thead><tr><th scope="col">Requirement</th><th scope="col">What it demands</th><th scope="col" class="num">Pass</th><th scope="col" class="num">Fail</th><th scope="col" class="num">Undecided</th><th scope="col" class="num">Waived</th></tr></thead><tbody>
`, judged, plural(all, "requirement"))
	for _, x := range h.c.Chapters {
		for _, q := range x.Requirements {
			h.put(`<tr><th scope="row">{} <small class="mute">{}</small></th><td>{}</td>`, q.ID, q.Status, q.Text)
			if q.Judged()+q.Waived == 0 {
				h.put(`<td colspan="4" class="mute">not judged: nothing here, or no check reads it</td></tr>` + "\n")
				continue
			}
			h.count("yes", q.Pass)
			h.count("bad", q.Fail)
			h.count("und", q.Undecided)
			h.count("mute", q.Waived)
			h.put("</tr>\n")
		}
	}
	h.put(`</tbody></table></div><p class="note">A check that decides several requirements counts for each of them, and in the chapter of the first.</p></details>`)
}

// mostCosts is how many resources have a row of their own.
const mostCosts = 40

// costs lists what costs most, and what is not in the total.
func (h *htmlReport) costs() {
	e := h.c.Costs
	h.put(`<section id="cost"><h2>Cost <small>{} a month of 730 hours, on demand, prices of {}</small></h2>`+"\n", e.Currency, e.Catalogue)
	priced := chargedFor(e)
	if len(priced) == 0 {
		h.put(`<p>Nothing here costs anything that is known.</p></section>` + "\n")
		return
	}
	h.put(`<table class="cost"><thead><tr><th scope="col">Resource</th><th scope="col">Share</th><th scope="col" class="num">A month</th></tr></thead><tbody>` + "\n")
	shown := priced[:min(len(priced), mostCosts)]
	for _, r := range shown {
		h.put(`<tr><th scope="row"><code>{}</code><br><small>{}</small></th><td>`, name(r), costParts(r))
		if r.Monthly.IsPositive() {
			share := r.Monthly.Mul(decimal.NewFromInt(1000)).Div(priced[0].Monthly)
			h.put(`<svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect width="{}" height="12"/></svg>`, share.Round(0).String())
		}
		h.put(`</td><td class="num">{}</td></tr>`+"\n", costTotal(r))
	}
	if rest := priced[len(shown):]; len(rest) > 0 {
		sum := decimal.Zero
		for _, r := range rest {
			sum = sum.Add(r.Monthly)
		}
		h.put(`<tr><th scope="row">{}</th><td></td><td class="num">{}</td></tr>`+"\n", plural(len(rest), "further resource"), money(sum))
	}
	h.put(`</tbody><tfoot><tr><th scope="row">Total, without usage that is not known</th><td></td><td class="num">{}</td></tr></tfoot></table>`+"\n", money(e.Monthly))
	h.costNote(priced)
	h.put("</section>\n")
}

// costTotal is what one resource costs, or the word for what is missing.
func costTotal(r *cost.Resource) string {
	known := false
	for _, l := range r.Lines {
		known = known || l.Quantity != nil
	}
	switch {
	case known || !r.Monthly.IsZero():
		return money(r.Monthly)
	case len(r.Unpriced) > 0:
		return "unpriced"
	}
	return "usage"
}

// costParts says what a resource is charged for: "instance $143.81, storage $12.70, requests: usage".
func costParts(r *cost.Resource) string {
	var parts []string
	for _, l := range r.Lines {
		label := Untrusted(l.Label).Terminal()
		switch {
		case l.Monthly != nil:
			parts = append(parts, label+" "+money(*l.Monthly))
		case l.UsageBased:
			parts = append(parts, label+": usage")
		default:
			parts = append(parts, label+": unpriced")
		}
	}
	for _, u := range r.Unpriced {
		parts = append(parts, Untrusted(u.Meter).Terminal()+": unpriced")
	}
	if len(parts) > 5 {
		parts = append(parts[:4], fmt.Sprintf("%d more", len(parts)-4))
	}
	return strings.Join(parts, ", ")
}

// costNote says what is not in the total.
func (h *htmlReport) costNote(priced []*cost.Resource) {
	e := h.c.Costs
	h.put(`<p class="note">`)
	if !e.Complete {
		h.put("<b>Incomplete.</b> ")
	}
	if e.Unpriced > 0 {
		var missing []string
		for _, r := range priced {
			for _, u := range r.Unpriced {
				missing = append(missing, name(r)+", "+Untrusted(u.Meter).Terminal()+" ("+Untrusted(u.Why).Terminal()+")")
			}
		}
		h.put("{} missing: {}. ", plural(e.Unpriced, "price"), someOf(missing, 8))
	}
	if e.OpenUsage > 0 {
		h.put("{} for a number: <code>plumb cost --usage-template</code>. ", waits(e.OpenUsage))
	}
	if n := assumed(e); n > 0 {
		h.put("The region of {} is assumed. ", plural(n, "resource"))
	}
	h.put("Not included: traffic between regions and to the internet beyond the meters above, taxes, discounts, free tiers.</p>\n")
}

func waits(n int) string {
	if n == 1 {
		return "1 usage meter waits"
	}
	return thousands(n) + " usage meters wait"
}
