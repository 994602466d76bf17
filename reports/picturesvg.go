package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/resilience"
)

// Sizes of the picture, in pixels.
const (
	boxHeight   = 44
	boxGap      = 14
	columnWidth = 260
	leftMargin  = 90
	rowGap      = 34
	headHeight  = 40

	legendHeight = 24
	widestBox    = 330
)

// placed is a box with its place on the page.
type placed struct{ x, y, width int }

// GraphSVG draws what users need: zones are columns, tiers are rows, bands across the zones hold what is in several or in
// one that is not known; single points have a red frame and their number. The file needs nothing else and runs nothing.
func GraphSVG(w io.Writer, m *resilience.Model) error {
	p := newPicture(m)
	columns := max(1, len(p.zones))
	places, rows, bands, bottom := p.place(columns)
	width, height := leftMargin+columns*columnWidth+boxGap, bottom+legendHeight
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="What users need, by tier and zone">`+"\n", width, height, width, height)
	b.WriteString(svgStyle)
	fmt.Fprintf(&b, `<rect class="page" width="%d" height="%d"/>`+"\n", width, height)
	for z, name := range p.zones {
		x := leftMargin + z*columnWidth
		fmt.Fprintf(&b, `<rect class="zone" x="%d" y="%d" width="%d" height="%d"/><text class="head" x="%d" y="24">%s</text>`+"\n",
			x, headHeight-6, columnWidth-boxGap, bottom-headHeight-4, x+(columnWidth-boxGap)/2, svgText(strings.TrimPrefix(ZoneName(name), "zone "), 34))
	}
	for _, b2 := range bands {
		fmt.Fprintf(&b, `<rect class="band" x="%d" y="%d" width="%d" height="%d"/>`+"\n", leftMargin-2, b2[0], columns*columnWidth-boxGap+4, b2[1]-b2[0])
	}
	for tier, y := range rows {
		if y >= 0 {
			fmt.Fprintf(&b, `<text class="tier" x="8" y="%d">%s</text>`+"\n", y+boxHeight/2+4, tiers[tier])
		}
	}
	for _, l := range p.lines {
		says := p.boxes[l[0]].address + " needs " + p.boxes[l[1]].address
		fmt.Fprintf(&b, `<path class="line" d="%s"><title>%s</title></path>`+"\n", route(places, l, columns), Untrusted(says).HTML())
	}
	for i, x := range p.boxes {
		svgBox(&b, x, places[i])
	}
	fmt.Fprintf(&b, `<text class="tier" x="%d" y="%d">%s</text>`+"\n", leftMargin, height-8, legend(p))
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// legend says what frames mean, of those that there are.
func legend(p *picture) string {
	points, open := false, false
	for _, b := range p.boxes {
		points, open = points || b.point > 0, open || b.unknown
	}
	switch {
	case open:
		return "red: a single point of failure; dashed: not certain"
	case points:
		return "red: a single point of failure"
	}
	return "no single point of failure"
}

const svgStyle = `<style>
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1c2530}
.page,.band{fill:#fff}.zone{fill:#f3f6fa;stroke:#c9d3df}.head{text-anchor:middle;font-weight:bold}.tier{fill:#5a6775}
.box{fill:#fff;stroke:#4a5a6b}.span{fill:#eef4ff}.point{stroke:#c00;stroke-width:3}.open{stroke-dasharray:5 4}
.note{fill:#5a6775}.name{text-anchor:middle}.number{fill:#c00;font-weight:bold}
.line{fill:none;stroke:#8796a5;stroke-linejoin:round}.line:hover{stroke:#1a6dd6;stroke-width:4}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.page,.band{fill:#11161c}.zone{fill:#182029;stroke:#2c3947}.box{fill:#1c2530;stroke:#8796a5}.span{fill:#1d2a3d}.tier,.note{fill:#9fb0c0}.line{stroke:#5a6775}.point{stroke:#ff6b6b}.number{fill:#ff6b6b}}
</style>
`

// place gives every box its place: within a tier, those of the band come first.
func (p *picture) place(columns int) (places []placed, rows []int, bands [][2]int, height int) {
	places, rows = make([]placed, len(p.boxes)), make([]int, len(tiers))
	y := headHeight + 6
	for tier := range tiers {
		rows[tier] = -1
		top := y
		if y = p.placeSpanning(tier, columns, y, places); y > top {
			bands = append(bands, [2]int{top - boxGap/2, y - boxGap/2})
		}
		lowest := y
		for z := range columns {
			at := y
			for i, b := range p.boxes {
				if b.tier == tier && b.zone == z {
					places[i] = placed{leftMargin + z*columnWidth + boxGap/2, at, columnWidth - 2*boxGap}
					at += boxHeight + boxGap
				}
			}
			lowest = max(lowest, at)
		}
		if lowest > top {
			rows[tier] = top
			y = lowest + rowGap - boxGap
		}
	}
	return places, rows, bands, y
}

// placeSpanning puts the boxes of a tier that are in no one zone side by side, as many as there are columns.
func (p *picture) placeSpanning(tier, columns, y int, places []placed) int {
	var spanning []int
	for i, b := range p.boxes {
		if b.tier == tier && b.zone < 0 {
			spanning = append(spanning, i)
		}
	}
	each := min(max(1, len(spanning)), columns)
	slot := (columns*columnWidth - boxGap) / each
	width := min(slot-boxGap, widestBox)
	for k, i := range spanning { // in the middle of its part of the band, so that lines can be seen beside it
		places[i] = placed{leftMargin + (k%each)*slot + (slot-width)/2, y + (k/each)*(boxHeight+boxGap), width}
	}
	rows := (len(spanning) + each - 1) / each
	return y + rows*(boxHeight+boxGap)
}

func (a placed) middle() int { return a.x + a.width/2 }

// route is the way of a line from one box to another that passes under no third: straight on where nothing is in between,
// else through the gaps between rows and columns.
func route(places []placed, l [2]int, columns int) string {
	from, to := places[l[0]], places[l[1]]
	x1, y1, x2, y2 := from.middle(), from.y+boxHeight, to.middle(), to.y
	if y2 > y1 && clearOf(places, min(x1, x2), max(x1, x2), y1, y2) {
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1, (y1+y2)/2, x2, (y1+y2)/2, x2, y2)
	}
	lane := l[0]%5 - 2 // lines of several boxes beside each other
	below, above := y1+boxGap/2+lane, y2-boxGap/2+lane
	if to.y <= from.y { // upwards or beside: into the lower side
		y2, above = to.y+boxHeight, to.y+boxHeight+boxGap/2+lane
	}
	if below == above {
		return fmt.Sprintf("M%d %dV%dH%dV%d", x1, y1, below, x2, y2)
	}
	best, x := -1, 0
	for k := range columns + 1 {
		gap := leftMargin + k*columnWidth - boxGap/2 + 2*lane
		far := abs(gap-x1) + abs(gap-x2)
		if clearOf(places, gap, gap, min(below, above), max(below, above)) && (best < 0 || far < best) {
			best, x = far, gap
		}
	}
	if best < 0 {
		x = x2
	}
	return fmt.Sprintf("M%d %dV%dH%dV%dH%dV%d", x1, y1, below, x, above, x2, y2)
}

// clearOf says whether no box lies in a part of the page.
func clearOf(places []placed, left, right, top, bottom int) bool {
	for _, p := range places {
		if p.x <= right && left <= p.x+p.width && p.y < bottom && top < p.y+boxHeight {
			return false
		}
	}
	return true
}

func abs(n int) int { return max(n, -n) }

func svgBox(b *strings.Builder, x box, at placed) {
	class := "box"
	if x.zone < 0 {
		class += " span"
	}
	if x.point > 0 {
		class += " point"
	}
	if x.unknown {
		class += " open"
	}
	fmt.Fprintf(b, `<g><title>%s</title><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="4"/>`, Untrusted(x.address).HTML(), class, at.x, at.y, at.width, boxHeight)
	letters := (at.width - 36) * 10 / 73
	y := at.y + boxHeight/2 + 4
	if x.note != "" {
		y -= 8
		fmt.Fprintf(b, `<text class="name note" x="%d" y="%d">%s</text>`, at.x+at.width/2, y+16, svgText(x.note, letters))
	}
	fmt.Fprintf(b, `<text class="name" x="%d" y="%d">%s</text>`, at.x+at.width/2, y, svgText(x.title, letters))
	if x.point > 0 {
		fmt.Fprintf(b, `<text class="number" x="%d" y="%d">%d</text>`, at.x+6, at.y+14, x.point)
	}
	b.WriteString("</g>\n")
}

// svgText makes text harmless and shortens it to a number of letters from the left, since addresses differ at their end;
// the whole of it is in the title.
func svgText(s string, letters int) string {
	r := []rune(Untrusted(s).Terminal())
	if letters > 1 && len(r) > letters {
		r = append([]rune{'…'}, r[len(r)-letters+1:]...)
	}
	return Untrusted(string(r)).HTML()
}
