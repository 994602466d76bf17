package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/resilience"
)

// mostMaps is how many parts get maps of their own; the index and the JSON have the others.
const mostMaps = 24

// zones says what stops when something is lost: maps with a switch, single points, cures, recovery.
func (h *htmlReport) zones() {
	if h.sim == nil {
		return
	}
	h.put(`<section id="zones"><h2>Zones <small>what stops when one is lost</small></h2>` + "\n")
	if len(h.sim.Model.Entries) == 0 {
		h.put("<p>No way in was found: no public DNS record, distribution, internet-facing load balancer, API, function URL or public server. So nothing can stop for its users, as far as was read.</p></section>\n")
		return
	}
	parts := slices.DeleteFunc(slices.Clone(h.c.Parts), func(p Part) bool { return len(p.Entries) == 0 })
	for i, p := range parts {
		if i == mostMaps {
			h.put(`<p class="note"><b>{} more</b> are in the index; their zones: plumb simulate.</p>`, plural(len(parts)-i, "part"))
			break
		}
		if len(parts) > 1 {
			h.put("<h3>{}</h3>\n", partName(p))
		}
		m := newMapper(h.sim, h.c.names, p.Entries)
		for _, region := range m.regions() {
			h.zoneMap(m, m.draw(region))
		}
		if len(m.regions()) == 0 {
			h.put("<p>What these ways in need is in no region that is known.</p>")
		}
	}
	h.put(`<div class="two"><div>`)
	h.points()
	h.put("</div><div>")
	h.cures()
	h.put("</div></div>\n")
	h.regionsLost()
	h.recovery()
	h.put("</section>\n")
}

// zoneMap is one map with its switch, a sentence for each zone, its key and the same as a table.
func (h *htmlReport) zoneMap(m *mapper, z *zoneMap) {
	h.maps++
	id := fmt.Sprintf("m%d", h.maps)
	h.put(`<div class="zonemap"><fieldset><legend>Lose</legend>`)
	for k := range len(z.zones) + 1 {
		label, checked := fixed("nothing"), fixed(" checked")
		if k > 0 {
			label, checked = "", ""
		}
		h.put(`<input type="radio" name="{}" id="{}z{}" class="r{}"{}><label for="{}z{}">{}`, id, id, num(k), num(k), checked, id, num(k), label)
		if k > 0 {
			h.put("{}", strings.TrimPrefix(ZoneName(m.Model.Nodes[z.zones[k-1]].Name), "zone "))
		}
		h.put("</label>")
	}
	h.put(`</fieldset><div class="say s0"><p>Nothing lost: {} at full capacity</p></div>`+"\n", upCount(len(m.entries)))
	for k, zone := range z.zones {
		h.say(m, k+1, zone)
	}
	if len(z.others) > 0 {
		h.put(`<p class="note">Not drawn, since nothing is known to stand there: `)
		for k, zone := range z.others {
			if k > 0 {
				h.put(", ")
			}
			h.put("{}", strings.TrimPrefix(ZoneName(m.Model.Nodes[zone].Name), "zone "))
		}
		h.put(". {}</p>\n", map[resilience.Up]string{resilience.Yes: "Their loss stops nothing.", resilience.No: "Their loss stops a way in.", resilience.Undecided: "Whether their loss stops a way in is not known."}[m.worst(z.others)])
	}
	if len(z.zones) == 0 {
		h.put(`<p class="note">No zone of {} is known to hold anything.</p>`, regionName(z.region))
	}
	h.svg(m, z, id)
	h.mapKey(z)
	h.mapTable(m, z)
	h.put("</div>\n")
}

// worst is the worst answer of the mapped ways in to the loss of any of some zones.
func (m *mapper) worst(zones []int) resilience.Up {
	worst := resilience.Yes
	for _, o := range m.Zones {
		for _, e := range m.entries {
			switch up := o.Answers[e].Up; {
			case !slices.Contains(zones, o.Loss.Nodes[0]), up == resilience.Yes:
			case up == resilience.No:
				return resilience.No
			default:
				worst = resilience.Undecided
			}
		}
	}
	return worst
}

func upCount(n int) string {
	if n == 1 {
		return "the way in is up"
	}
	return thousands(n) + " ways in are up"
}

// mostSaid is how many ways in a sentence of one loss names.
const mostSaid = 12

// say says what the loss of one zone does to each way in.
func (h *htmlReport) say(m *mapper, k, zone int) {
	h.put(`<div class="say s{}">`, num(k))
	for _, o := range m.Zones {
		if o.Loss.Nodes[0] != zone {
			continue
		}
		said, more := 0, 0
		for _, e := range m.entries {
			if said == mostSaid {
				more++
				continue
			}
			said++
			h.answer(m.simulated, o, e)
		}
		if more > 0 {
			h.put("<p>{} more: plumb simulate</p>", plural(more, "way")+" in")
		}
	}
	h.put("</div>\n")
}

var upClass = map[resilience.Up]fixed{resilience.Yes: "up", resilience.No: "down", resilience.Undecided: "open"}

func (h *htmlReport) answer(s *simulated, o resilience.Outcome, entry int) {
	a := o.Answers[entry]
	h.put(`<p><span class="tag {}">{}</span> Without {} `, upClass[a.Up], a.Up.String(), s.lostName(o.Loss))
	name := Untrusted(s.Model.Entries[entry].Name)
	switch a.Up {
	case resilience.No:
		h.put("<b>{}</b> stops", name)
	case resilience.Undecided:
		h.put("it is not known whether <b>{}</b> stops", name)
	default:
		h.put("<b>{}</b> stays up at {}", name, percent(a))
	}
	if why := s.reason(o, a); why != "" {
		h.put(": {}", why)
	}
	h.put("</p>")
}

func (h *htmlReport) mapKey(z *zoneMap) {
	has := func(f func(mapBox) bool) bool { return slices.ContainsFunc(z.boxes, f) }
	h.put(`<ul class="key">`)
	if has(func(b mapBox) bool { return b.point > 0 && !b.maybe }) {
		h.put(`<li><svg viewBox="0 0 28 14" aria-hidden="true"><g class="box point"><rect x="2" y="2" width="24" height="10" rx="3"/></g></svg>single point of failure</li>`)
	}
	if has(func(b mapBox) bool { return b.point > 0 && b.maybe }) {
		h.put(`<li><svg viewBox="0 0 28 14" aria-hidden="true"><g class="box point maybe"><rect x="2" y="2" width="24" height="10" rx="3"/></g></svg>may be one: not enough is known</li>`)
	}
	if has(func(b mapBox) bool { return b.unsure }) {
		h.put(`<li><svg viewBox="0 0 28 14" aria-hidden="true"><g class="box unsure"><rect x="2" y="2" width="24" height="10" rx="3"/></g></svg>? AWS chooses the zone</li>`)
	}
	if len(z.wires) > 0 && len(z.wires) <= mostWires {
		h.put(`<li><svg viewBox="0 0 28 14" aria-hidden="true"><path class="wire" d="M2 7h24"/></svg>needs</li><li><svg viewBox="0 0 28 14" aria-hidden="true"><path class="wire across" d="M2 7h24"/></svg>needs, across zones</li>`)
	}
	if len(z.wires) > mostWires {
		h.put("<li>{}: see the table</li>", "too many needs to draw")
	}
	if has(func(b mapBox) bool { return b.cure }) {
		h.put(`<li><svg viewBox="0 0 28 14" aria-hidden="true"><g class="box cure"><rect x="2" y="2" width="24" height="10" rx="3"/></g></svg>what the cheapest cure adds</li>`)
	}
	h.put("</ul>\n")
}

// mapTable says the same as the picture, of each resource.
func (h *htmlReport) mapTable(m *mapper, z *zoneMap) {
	h.put(`<details class="fold"><summary>The same as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="What stands where, scrolls sideways"><table class="plain"><thead><tr><th scope="col">Resource</th><th scope="col">Where</th><th scope="col">What</th><th scope="col">Needs</th></tr></thead><tbody>` + "\n")
	for i, b := range z.boxes {
		if b.cure {
			continue
		}
		where := "no region"
		switch {
		case b.first >= 0 && b.first == b.last && len(z.zones) > 0:
			where = strings.TrimPrefix(ZoneName(m.Model.Nodes[z.zones[b.first]].Name), "zone ")
		case b.unsure:
			where = "zone not known"
		case b.first >= 0:
			where = regionName(z.region)
		}
		what := b.note
		if b.point > 0 {
			what = strings.TrimPrefix(fmt.Sprintf("%s; single point %d", what, b.point), "; ")
		}
		var needs []string
		for _, w := range z.wires {
			if w[0] == i {
				needs = append(needs, z.boxes[w[1]].title)
			}
		}
		slices.Sort(needs)
		title := b.title
		if b.folded <= 1 && b.entry < 0 {
			title = b.key.String()
		}
		h.put(`<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>`+"\n", title, where, what, someOf(slices.Compact(needs), 12))
	}
	h.put("</tbody></table></div></details>\n")
}

// points lists the single points with the reasons why.
func (h *htmlReport) points() {
	points := h.sim.Points
	h.put("<h3>Single points of failure <small>{}</small></h3>", len(points))
	if len(points) == 0 {
		h.put("<p>None among servers, gateways and stores.</p>")
		return
	}
	h.put(`<ol class="points">`)
	for _, p := range points[:min(len(points), mostPoints)] {
		h.point(p)
	}
	h.put("</ol>")
	if more := len(points) - mostPoints; more > 0 {
		h.put(`<p class="note">{} more: plumb simulate -f json</p>`, more)
	}
}

func (h *htmlReport) point(p resilience.Point) {
	m := h.sim.Model
	n := m.Nodes[p.Node]
	h.put("<li><b>{}</b>", cmp.Or(h.c.names[n.Key], n.Name))
	if n.Zone != "" {
		h.put(" in {}", strings.TrimPrefix(ZoneName(n.Zone), "zone "))
	}
	if n.Where != "" {
		h.put(" <code>{}</code>", n.Where)
	}
	verb, list := "stops", p.Down
	if len(list) == 0 {
		verb, list = "may stop", p.Maybe
	}
	if len(list) > 0 {
		h.put("<br>without it {} {}", m.Entries[list[0]].Name, verb)
		if len(list) > 1 {
			h.put(", and {} more", len(list)-1)
		}
	}
	for _, o := range h.sim.Offers {
		if o.Resource == n.Key {
			h.put("<br>cure: {}", h.sim.offer(o))
		}
	}
	if len(p.Because) > 0 {
		h.put("<details><summary>Because</summary>")
		for _, f := range p.Because[0].Facts {
			switch {
			case f.Setting != "":
				h.put(`<span class="assumed">{}</span>`, factText(f))
			default:
				h.put("<p>{}</p>", sentence(Untrusted(factText(f))))
			}
		}
		h.put("</details>")
	}
	h.put("</li>\n")
}

// cures lists the cheapest set of fixes for each goal; numbers are those of the single points.
func (h *htmlReport) cures() {
	h.put("<h3>Cheapest cure</h3>")
	if len(h.sim.Cures) == 0 {
		h.put("<p>Not searched for: {}.</p>", h.sim.Unsearched)
		return
	}
	h.put(`<table class="plain"><thead><tr><th scope="col">To</th><th scope="col">Repair</th><th scope="col" class="num">A month</th></tr></thead><tbody>` + "\n")
	for _, c := range h.sim.Cures {
		class := fixed("")
		if c.Goal == "survive-any-zone" {
			class = "highlight"
		}
		repair, price := h.sim.cure(c), "not computed"
		switch {
		case c.Met:
			price = "+$0.00"
		case c.Possible:
			price = moreMoney(c.Monthly.StringFixed(2))
			if c.Usage {
				price += " + usage"
			}
			_, repair, _ = strings.Cut(repair, ": ")
		}
		h.put(`<tr class="{}"><td>{}</td><td>{}</td><td class="num">{}</td></tr>`+"\n", class, c.Label, repair, price)
	}
	h.put("</tbody></table>")
	if h.sim.Catalogue != "" {
		h.put(`<p class="note">Numbers are the single points. Prices of {}.</p>`, h.sim.Catalogue)
	}
}

// regionsLost says what the loss of a whole region does.
func (h *htmlReport) regionsLost() {
	if len(h.sim.Regions) == 0 {
		return
	}
	h.put("<h3>When a whole region is lost</h3>")
	for _, o := range h.sim.Regions {
		for i := range o.Answers[:min(len(o.Answers), mostSaid)] {
			h.answer(h.sim, o, i)
		}
		if more := len(o.Answers) - mostSaid; more > 0 {
			h.put("<p>{} more: plumb simulate</p>", plural(more, "way")+" in")
		}
	}
}

// mostRecoveryRows is how many rows of recovery are listed.
const mostRecoveryRows = 200

// recovery lists how long everything is away after a loss, against its target, and the estimates of availability.
func (h *htmlReport) recovery() {
	if len(h.sim.Recovery) == 0 && len(h.sim.Estimates) == 0 {
		return
	}
	h.put(`<details><summary>Recovery and availability</summary><div class="scroll" tabindex="0" role="region" aria-label="Recovery, scrolls sideways"><table class="plain"><thead><tr><th scope="col">What</th><th scope="col">Loss of</th><th scope="col">Time and data</th><th scope="col">Target</th></tr></thead><tbody>` + "\n")
	for i, r := range h.sim.Recovery {
		if i == mostRecoveryRows {
			break
		}
		target := h.sim.Targets(r.Stage)
		class := map[resilience.Up]fixed{resilience.Yes: "yes", resilience.No: "bad", resilience.Undecided: "und"}[h.sim.meets(r)]
		word := map[resilience.Up]string{resilience.Yes: "meets", resilience.No: "misses", resilience.Undecided: "not known against"}[h.sim.meets(r)]
		if target.RegionAccepted && r.Loss == "region" {
			class, word = "mute", "accepted;"
		}
		h.put(`<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td><span class="{}">{}</span> {} / {}</td></tr>`+"\n", r.Name, article(r.Loss), recoveryText(r), class, word, clock(target.RTO), clock(target.RPO))
	}
	h.put("</tbody></table></div>")
	if more := len(h.sim.Recovery) - mostRecoveryRows; more > 0 {
		h.put(`<p class="note">{} more: plumb simulate -f json</p>`, more)
	}
	for _, e := range h.sim.Estimates[:min(len(h.sim.Estimates), mostSaid)] {
		name := Untrusted(h.sim.Model.Entries[e.Entry].Name)
		if e.Err != nil {
			h.put("<p>{}: availability is not computed: {}</p>", name, e.Err.Error())
			continue
		}
		h.put("<p>{}: available {} % of the time or more, {} hours down a year, estimated from the thresholds at which AWS refunds; no promise.</p>",
			name, fmt.Sprintf("%.4f", e.Low*100), fmt.Sprintf("%.0f", resilience.HoursDown(e.Low)))
	}
	h.put("</details>\n")
}
