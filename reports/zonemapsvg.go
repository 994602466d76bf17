package reports

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/resilience"
)

// most wires that are drawn: more of them are a grey carpet, and the table says the same.
const mostWires = 160

// drawing writes one layout.
type drawing struct {
	*layout
	p *page
	m *mapper
}

func num(n int) fixed { return fixed(strconv.Itoa(n)) }

// svg draws a map. Classes tell what belongs to which zone, so that the style sheet alone can take one away.
func (h *htmlReport) svg(m *mapper, z *zoneMap, id string) {
	d := &drawing{newLayout(z), &h.page, m}
	h.put(`<div class="scroll" tabindex="0" role="region" aria-label="Zone map, scrolls sideways"><svg viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-labelledby="{}t {}d"><title id="{}t">What is needed in {}</title><desc id="{}d">{}</desc>`+"\n",
		num(d.width), num(d.height), num(d.width), num(d.height), id, id, id, regionName(z.region), id, d.words())
	d.frames()
	d.wireAll()
	for i := range d.boxes {
		d.box(i)
	}
	d.losses()
	h.put("</svg></div>\n")
}

// words describe the picture.
func (d *drawing) words() string {
	var out []string
	for k, zone := range d.zones {
		var names []string
		for _, b := range d.boxes {
			if b.first == k && b.last == k && !b.cure {
				names = append(names, b.title)
			}
		}
		out = append(out, d.zoneLabel(zone)+" holds "+cmp.Or(someOf(names, 8), "nothing of its own"))
	}
	return Untrusted(strings.Join(out, ". ")).Terminal() + "."
}

func (d *drawing) zoneLabel(zone int) string {
	return strings.TrimPrefix(ZoneName(d.m.Model.Nodes[zone].Name), "zone ")
}

func regionName(region string) string {
	if region == "?" || region == "" {
		return "a region that is not known"
	}
	return Untrusted(region).Terminal()
}

func (d *drawing) frames() {
	if d.inside == len(d.rows) {
		return
	}
	bottom := d.height - 4
	d.p.put(`<rect class="region" x="{}" y="{}" width="{}" height="{}" rx="10"/><text class="head" x="{}" y="{}">{}</text>`+"\n",
		num(outer-12), num(d.frame), num(d.width-outer+8), num(bottom-d.frame), num(outer), num(d.frame+20), regionName(d.region))
	for k, zone := range d.zones {
		x, y := d.column(k), d.frame+28
		d.p.put(`<g class="z{}"><rect class="column" x="{}" y="{}" width="{}" height="{}" rx="10"/><text class="head" x="{}" y="{}">{}</text></g>`+"\n",
			num(k+1), num(x), num(y), num(d.zoneWidth), num(bottom-10-y), num(x+12), num(y+20), d.zoneLabel(zone))
	}
}

// wireAll draws the wires below the boxes.
func (d *drawing) wireAll() {
	if len(d.wires) > mostWires {
		return
	}
	outs := map[int]int{}
	for _, w := range d.wires {
		outs[w[0]]++
	}
	taken := map[int]int{}
	for _, w := range d.wires {
		from := d.places[w[0]]
		exit := from.x + from.width/2 + (2*taken[w[0]]-outs[w[0]]+1)*min(8, from.width/(2*outs[w[0]]+2))
		taken[w[0]]++
		var b strings.Builder
		points := d.path(w, exit)
		for i, p := range points {
			if i == 0 {
				fmt.Fprintf(&b, "M%d %d", p[0], p[1])
				continue
			}
			fmt.Fprintf(&b, "L%d %d", p[0], p[1])
		}
		class := "wire" + d.zoneClass(w[0]) + d.zoneClass(w[1])
		if a, z := d.boxes[w[0]], d.boxes[w[1]]; a.first == a.last && z.first == z.last && a.first >= 0 && z.first >= 0 && a.first != z.first {
			class += " across"
		}
		end := points[len(points)-1]
		tip := -6
		if points[len(points)-2][1] > end[1] {
			tip = 6
		}
		d.p.put(`<path class="{}" d="{}"/><path class="tip{}{}" d="M{} {}l-4 {}h8z"/>`+"\n", class, b.String(), d.zoneClass(w[0]), d.zoneClass(w[1]), num(end[0]), num(end[1]), num(tip))
	}
}

// zoneClass is the class of what a box is in: " z1"; nothing for what is in several zones or in none.
func (d *drawing) zoneClass(i int) string {
	if b := d.boxes[i]; b.first >= 0 && b.first == b.last && !b.unsure && len(d.zones) > 1 {
		return " z" + strconv.Itoa(b.first+1)
	}
	return ""
}

func (d *drawing) box(i int) {
	b, p := d.boxes[i], d.places[i]
	class := "box"
	switch {
	case b.cure:
		class += " cure"
	case b.entry >= 0 || b.tier == tierWay:
		class += " way" + d.stopped(b.entry)
	}
	if b.unsure {
		class += " unsure"
	}
	if b.point > 0 {
		class += " point"
		if b.maybe {
			class += " maybe"
		}
	}
	d.p.put(`<g class="{}{}"><rect x="{}" y="{}" width="{}" height="{}" rx="7"/>`, class, d.zoneClass(i), num(p.x), num(p.y), num(p.width), num(p.height))
	y := p.y + 8
	for _, l := range p.lines {
		y += lineHigh
		d.p.put(`<text class="name" x="{}" y="{}">{}</text>`, num(p.x+12), num(y-3), l)
	}
	for k, l := range p.notes {
		if b.unsure && k == 0 {
			l = "? " + l
		}
		y += lineHigh
		d.p.put(`<text class="small" x="{}" y="{}">{}</text>`, num(p.x+12), num(y-3), l)
	}
	if b.point > 0 {
		x, y := p.x+p.width-6, p.y+6
		d.p.put(`<circle class="badge" cx="{}" cy="{}" r="12"/><text class="count" x="{}" y="{}" text-anchor="middle">{}</text>`, num(x), num(y), num(x), num(y+5), num(b.point))
	}
	d.p.put("</g>\n")
}

// stopped are the classes of the zones whose loss stops a way in.
func (d *drawing) stopped(entry int) string {
	classes := ""
	for k, zone := range d.zones {
		for _, o := range d.m.Zones {
			if entry >= 0 && o.Loss.Nodes[0] == zone && o.Answers[entry].Up == resilience.No {
				classes += " d" + strconv.Itoa(k+1)
			}
		}
	}
	return classes
}

// losses are the crosses that the switch uncovers.
func (d *drawing) losses() {
	if d.inside == len(d.rows) {
		return
	}
	for k, zone := range d.zones {
		x, y := d.column(k), d.frame+28
		right, bottom := x+d.zoneWidth, d.height-14
		label := d.zoneLabel(zone) + " is lost"
		width := 8*len([]rune(label)) + 20
		d.p.put(`<g class="lost l{}"><path d="M{} {}L{} {}M{} {}L{} {}"/><rect x="{}" y="{}" width="{}" height="26" rx="6"/><text x="{}" y="{}" text-anchor="middle">{}</text></g>`+"\n",
			num(k+1), num(x), num(y), num(right), num(bottom), num(right), num(y), num(x), num(bottom), num(x+6), num(y+1), num(width), num(x+6+width/2), num(y+19), label)
	}
}
