package reports

import (
	"slices"
	"strings"
)

// Sizes of a zone map, in pixels.
const (
	mapWidth   = 1024 // that zones share when they are few
	leastZone  = 250
	mostZone   = 430
	zoneGap    = 16
	zoneGutter = 30 // at the left of a zone, where wires run down
	outer      = 44 // at the left of the region, where wires run past boxes that span zones
	boxSpace   = 14
	leastBox   = 200
	lineHigh   = 15
	laneHigh   = 6
	letterWide = 7.3 // of the monospaced font in boxes
)

// layout is where everything of a map goes.
type layout struct {
	*zoneMap
	zoneWidth     int
	width, height int
	frame         int // top of the region
	places        []mapPlace
	rows          []mapRow
	inside        int           // the first row inside of the region
	lanes         []map[int]int // of the gap above each row, and below the last: lane of each target
	channels      map[int]int   // of each target, among those of its gutter
}

// mapPlace is a box on the page.
type mapPlace struct {
	row, x, y, width, height int
	lines                    []string // of the title
	notes                    []string
}

// mapRow is a row of boxes; nothing else stands at its height, so that wires run between rows.
type mapRow struct {
	y, height int
	spans     bool // some box of it spans zones
}

func newLayout(z *zoneMap) *layout {
	l := &layout{zoneMap: z, places: make([]mapPlace, len(z.boxes)), channels: map[int]int{}}
	n := max(1, len(z.zones))
	l.zoneWidth = min(mostZone, max(leastZone, mapWidth/n-zoneGap))
	l.width = outer + n*(l.zoneWidth+zoneGap)
	l.fill(func(b mapBox) bool { return b.first < 0 })
	l.inside = len(l.rows)
	l.fill(func(b mapBox) bool { return b.first >= 0 })
	l.wire()
	l.stack()
	return l
}

// column is the left edge of a zone.
func (l *layout) column(zone int) int { return outer + zone*(l.zoneWidth+zoneGap) }

// fill makes the rows of some boxes, tier by tier: what spans zones, and the zones side by side.
func (l *layout) fill(these func(mapBox) bool) {
	for tier := tierWay; tier <= tierData; tier++ {
		var spanning []int
		byZone := map[int][]int{}
		for i, b := range l.boxes {
			switch {
			case b.tier != tier || !these(b):
			case b.first == b.last && b.first >= 0 && len(l.zones) > 1:
				byZone[b.first] = append(byZone[b.first], i)
			default:
				spanning = append(spanning, i)
			}
		}
		if tier >= tierNetwork { // wires to zones then need not pass what spans them
			l.sideBySide(byZone)
			l.spanning(spanning)
			continue
		}
		l.spanning(spanning)
		l.sideBySide(byZone)
	}
}

// spanning puts boxes that are in several zones, or in none, next to each other. One that is in some of the zones only has
// a row of its own.
func (l *layout) spanning(list []int) {
	var whole []int
	for _, i := range list {
		if b := l.boxes[i]; b.first > 0 || b.first == 0 && b.last < len(l.zones)-1 {
			x := l.column(b.first)
			l.row([]int{i}, true)
			l.places[i].x, l.places[i].width = x+zoneGutter, l.column(b.last)+l.zoneWidth-x-zoneGutter-boxSpace
			continue
		}
		whole = append(whole, i)
	}
	room := l.width - outer - zoneGap - zoneGutter
	perRow := max(1, room/(leastBox+70))
	for chunk := range slices.Chunk(whole, perRow) {
		l.row(chunk, true)
		width := room/len(chunk) - boxSpace
		if b := l.boxes[chunk[0]]; len(chunk) == 1 && (b.unsure || b.first < 0 || b.cure) {
			width = min(width, 420)
		}
		left := outer + zoneGutter + (room-len(chunk)*(width+boxSpace))/2
		for k, i := range chunk {
			l.places[i].x, l.places[i].width = left+k*(width+boxSpace), width
		}
	}
}

// sideBySide puts the boxes of each zone into its column.
func (l *layout) sideBySide(byZone map[int][]int) {
	room := l.zoneWidth - zoneGutter - boxSpace
	perRow := max(1, (room+boxSpace)/(leastBox-18+boxSpace))
	width := (room+boxSpace)/perRow - boxSpace
	rows := 0
	for _, list := range byZone {
		rows = max(rows, (len(list)+perRow-1)/perRow)
	}
	for r := range rows {
		var row []int
		for zone := range l.zones {
			list := byZone[zone]
			for k := range perRow {
				if at := r*perRow + k; at < len(list) {
					i := list[at]
					l.places[i].x, l.places[i].width = l.column(zone)+zoneGutter+k*(width+boxSpace), width
					row = append(row, i)
				}
			}
		}
		l.row(row, false)
	}
}

func (l *layout) row(boxes []int, spans bool) {
	for _, i := range boxes {
		l.places[i].row = len(l.rows)
	}
	l.rows = append(l.rows, mapRow{spans: spans})
}

// wire gives every wire its lanes: one for each target in the gap above its row, one in the gap below the source, and a
// channel down the gutter when rows lie between.
func (l *layout) wire() {
	l.lanes = make([]map[int]int, len(l.rows)+1)
	for i := range l.lanes {
		l.lanes[i] = map[int]int{}
	}
	lane := func(gap, target int) {
		if _, ok := l.lanes[gap][target]; !ok {
			l.lanes[gap][target] = len(l.lanes[gap])
		}
	}
	perGutter := map[int]int{}
	for _, w := range l.wires {
		from, to := l.places[w[0]].row, l.places[w[1]].row
		enter := to
		if to <= from {
			enter = to + 1
		}
		lane(from+1, w[1])
		lane(enter, w[1])
		if _, ok := l.channels[w[1]]; !ok && enter != from+1 {
			g := l.gutter(w)
			l.channels[w[1]] = perGutter[g]
			perGutter[g]++
		}
	}
}

// gutter is the zone in whose gutter a wire runs down; -1 is the one outside of all, past boxes that span zones.
func (l *layout) gutter(w [2]int) int {
	from, to := l.places[w[0]].row, l.places[w[1]].row
	b := l.boxes[w[1]]
	if b.first < 0 || b.first != b.last || len(l.zones) < 2 {
		return -1
	}
	for r := min(from, to) + 1; r < max(from, to); r++ {
		if l.rows[r].spans {
			return -1
		}
	}
	return b.first
}

// stack gives rows their heights, and so boxes their places.
func (l *layout) stack() {
	y := 4
	for r := range l.rows {
		y += 16 + laneHigh*len(l.lanes[r])
		if r == 0 {
			y = 4
		}
		if r == l.inside {
			l.frame = y
			y += 62
		}
		l.rows[r].y = y
		for i := range l.boxes {
			if p := &l.places[i]; p.row == r {
				p.fit(l.boxes[i])
				l.rows[r].height = max(l.rows[r].height, p.height)
			}
		}
		for i := range l.boxes {
			if p := &l.places[i]; p.row == r {
				p.y, p.height = y, l.rows[r].height
			}
		}
		y += l.rows[r].height
	}
	l.height = y + 26 + laneHigh*len(l.lanes[len(l.rows)])
}

// fit breaks the words of a box into lines.
func (p *mapPlace) fit(b mapBox) {
	letters := int(float64(p.width-34) / letterWide)
	p.lines = breakName(Untrusted(b.title).Terminal(), letters)
	p.notes = wrap(Untrusted(b.note).Terminal(), int(float64(p.width-34)/6.2))
	if b.note == "" {
		p.notes = nil
	}
	p.height = 16 + lineHigh*(len(p.lines)+len(p.notes))
}

// breakName breaks a name into lines, where it can after a mark between its words; nothing of it is left out.
func breakName(s string, letters int) []string {
	letters = max(letters, 8)
	var lines []string
	r := []rune(s)
	for cells(string(r)) > letters {
		n := len(r)
		for cells(string(r[:n])) > letters {
			n--
		}
		if cut := strings.LastIndexAny(string(r[:n]), " ._-/:["); cut > 0 {
			if k := len([]rune(string(r[:n])[:cut])); k > n/3 {
				n = k
				if r[k] != '[' {
					n = k + 1
				}
			}
		}
		lines = append(lines, strings.TrimRight(string(r[:n]), " "))
		r = r[n:]
	}
	return append(lines, string(r))
}

// path is a wire as a list of points: down from the source, along a lane, down a channel, along a lane, into the target.
func (l *layout) path(w [2]int, exit int) [][2]int {
	from, to := l.places[w[0]], l.places[w[1]]
	enter, end := to.row, to.y
	if to.row <= from.row {
		enter, end = to.row+1, to.y+to.height
	}
	x, in := exit, to.x+to.width/2
	points := [][2]int{{x, from.y + from.height}}
	if enter != from.row+1 {
		channel := 0
		if g := l.gutter(w); g >= 0 {
			channel = l.column(g) + 7 + laneHigh*(l.channels[w[1]]%4)
		} else {
			channel = 6 + laneHigh*(l.channels[w[1]]%6)
		}
		first := l.lane(from.row+1, w[1])
		points = append(points, [2]int{x, first}, [2]int{channel, first})
		x = channel
	}
	y := l.lane(enter, w[1])
	return append(points, [2]int{x, y}, [2]int{in, y}, [2]int{in, end})
}

// lane is the height of a lane in the gap above a row. Those above the region lie above its frame.
func (l *layout) lane(gap, target int) int {
	n := l.lanes[gap][target]
	if gap == len(l.rows) {
		last := l.rows[gap-1]
		return last.y + last.height + 8 + laneHigh*n
	}
	if gap == l.inside && gap > 0 {
		return l.frame - 8 - laneHigh*n
	}
	return l.rows[gap].y - 10 - laneHigh*n
}
