package reports

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// picture is what users need, laid out: tiers are rows, zones are columns. A box that is in several zones, or in none that
// is known, stands in a band across them.
type picture struct {
	zones []string
	boxes []box
	lines [][2]int // from a box to one that it needs
}

// box is one resource, or several of one type that stand in the same place.
type box struct {
	title, note string
	address     string
	tier        int
	zone        int  // column; -1: in several, or in one that is not known
	unknown     bool // whether it is a single point is not known
	point       int  // number of the single point; 0: none
	nodes       []int
}

var tiers = []string{"way in", "edge", "servers", "network", "data"}

// mostBoxes is how many boxes a picture shows one by one; beyond, those of one type in one place are one box.
const mostBoxes = 60

// tierOf gives the row of a type; -1 is not drawn.
func tierOf(n *resilience.Node) int {
	switch n.Type {
	case "aws_cloudfront_distribution", "aws_lb", "aws_elb", "aws_api_gateway_rest_api", "aws_apigatewayv2_api":
		return 1
	case "aws_nat_gateway":
		return 3
	case "aws_autoscaling_group", "aws_instance", "aws_ecs_service", "aws_eks_cluster", "aws_eks_node_group", "aws_lambda_function", "aws_spot_fleet_request":
		return 2
	}
	if n.Class == resilience.Single || n.Class == resilience.Group || n.Class == resilience.Service {
		return 4
	}
	return -1
}

// newPicture lays out what the entry points of a model are built on.
func newPicture(m *resilience.Model) *picture {
	p := &picture{}
	at := map[int]int{} // box of each node
	points, sure := map[int]int{}, map[int]bool{}
	for i, x := range m.SinglePoints() {
		points[x.Node], sure[i+1] = i+1, len(x.Down) > 0
	}
	p.columns(m)
	for _, e := range m.Entries {
		at[e.Node] = len(p.boxes)
		title := strings.ReplaceAll(e.Name, e.Key.String(), pictureName(e.Key, m.Nodes[e.Node].Type))
		p.boxes = append(p.boxes, box{title: title, address: e.Name, tier: 0, zone: -1, nodes: []int{e.Node}})
	}
	seen := map[string]int{}
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if i == 0 || n.Key.Address == "" || !m.Needed(i) || n.Class == resilience.Member || n.Class == resilience.Setting {
			continue
		}
		if _, taken := at[i]; taken || tierOf(n) < 0 {
			continue
		}
		if k, drawn := seen[n.Key.String()]; drawn { // a part of it
			at[i] = k
			p.boxes[k].take(p, n, i, points[i])
			continue
		}
		seen[n.Key.String()], at[i] = len(p.boxes), len(p.boxes)
		b := box{title: pictureName(n.Key, n.Type), address: n.Key.String(), tier: tierOf(n), zone: -1}
		b.take(p, n, i, points[i])
		p.boxes = append(p.boxes, b)
	}
	for i := range p.boxes {
		p.boxes[i].unknown = p.boxes[i].point > 0 && !sure[p.boxes[i].point]
	}
	p.connect(m, at)
	if len(p.boxes) > mostBoxes {
		p.collapse(m)
	}
	return p
}

// columns are the zones where something is.
func (p *picture) columns(m *resilience.Model) {
	for _, z := range m.Zones() {
		if m.InUse(z.Nodes[0]) {
			p.zones = append(p.zones, m.Nodes[z.Nodes[0]].Name)
		}
	}
}

// take adds what a node says of its box.
func (b *box) take(p *picture, n *resilience.Node, i, point int) {
	b.nodes = append(b.nodes, i)
	if point > 0 {
		b.point = point
	}
	if n.Zone != "" && n.Class == resilience.Single {
		b.zone = slices.Index(p.zones, n.Zone)
	}
	switch {
	case n.Class == resilience.Group && n.Total > 1:
		b.note = fmt.Sprintf("%d in several zones", n.Total)
	case n.Class == resilience.Single && n.Zone == "" && b.zone < 0 && b.note == "":
		b.note = "zone not known"
	}
}

// connect draws a line where a box needs another without a third between them. What stands behind a load balancer, a
// distribution or an API hangs on that: it comes first among the needs of the same step.
func (p *picture) connect(m *resilience.Model, at map[int]int) {
	have := map[[2]int]bool{}
	type step struct{ node, from int }
	for own := range p.boxes {
		seen := map[int]bool{}
		var queue []step
		for _, i := range p.boxes[own].nodes {
			queue = append(queue, step{i, own})
		}
		for len(queue) > 0 {
			x := queue[0]
			queue = queue[1:]
			for _, need := range m.Nodes[x.node].Needs {
				to, drawn := at[need.Node]
				if drawn && to != own && to != x.from {
					have[[2]int{x.from, to}] = true
					if p.boxes[to].tier == 1 {
						x.from = to
					}
				} else if !drawn && !seen[need.Node] {
					queue = append(queue, step{need.Node, x.from})
				} else if drawn && to == own && !seen[need.Node] {
					queue = append(queue, step{need.Node, x.from})
				}
				seen[need.Node] = true
			}
		}
	}
	for l := range have {
		p.lines = append(p.lines, l)
	}
	slices.SortFunc(p.lines, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
}

// codeName takes an address apart: the modules, the type, the name.
var codeName = regexp.MustCompile(`^((?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*)(?:data\.)?([a-z0-9]+_[a-z0-9_]+)\.(.+)$`)

// pictureName is a short name for a box: what it is and what it is called, "NAT main", "servers eks/workers[0]".
func pictureName(key graph.Key, typ string) string {
	address := string(key.Address)
	if parts := strings.SplitN(address, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return arnName(parts[2], parts[5])
	}
	m := codeName.FindStringSubmatch(address)
	if m == nil {
		return address
	}
	word := cmp.Or(typeWord(typ), strings.ReplaceAll(strings.TrimPrefix(m[2], "aws_"), "_", " "))
	path := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(m[1], "module."), "."), ".module.", "/")
	if path != "" {
		path += "/"
	}
	return word + " " + path + m[3]
}

// collapse makes one box of those that have one type, one place and no number.
func (p *picture) collapse(m *resilience.Model) {
	into := make([]int, len(p.boxes))
	first := map[string]int{}
	var out []box
	count := map[int]int{}
	for i, b := range p.boxes {
		typ := m.Nodes[b.nodes[0]].Type
		key := fmt.Sprintf("%s %d %d %v", typ, b.tier, b.zone, b.unknown)
		k, ok := first[key]
		if b.point > 0 || !ok {
			k = len(out)
			out = append(out, b)
			if b.point == 0 {
				first[key] = k
			}
		}
		into[i] = k
		if count[k]++; count[k] > 1 {
			out[k].title = fmt.Sprintf("%s x %d", cmp.Or(typeWord(typ), strings.TrimPrefix(typ, "aws_"), "way in"), count[k])
			out[k].address = out[k].title
		}
	}
	lines := map[[2]int]bool{}
	for _, l := range p.lines {
		if a, b := into[l[0]], into[l[1]]; a != b {
			lines[[2]int{a, b}] = true
		}
	}
	p.boxes, p.lines = out, nil
	for l := range lines {
		p.lines = append(p.lines, l)
	}
	slices.SortFunc(p.lines, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
}

// GraphMermaid writes what users need as a Mermaid flow chart: a subgraph for each zone, single points in red.
func GraphMermaid(w io.Writer, m *resilience.Model) error {
	p := newPicture(m)
	var b strings.Builder
	b.WriteString("flowchart TB\n")
	line := func(i int, indent string) {
		x := p.boxes[i]
		text := Untrusted(x.address).Terminal()
		if x.note != "" {
			text += "<br>" + x.note
		}
		if x.point > 0 {
			text = fmt.Sprintf("%d: %s", x.point, text)
		}
		fmt.Fprintf(&b, "%sn%d[\"%s\"]\n", indent, i, mermaidText(text))
	}
	for i, x := range p.boxes {
		if x.zone < 0 {
			line(i, "  ")
		}
	}
	for z, name := range p.zones {
		fmt.Fprintf(&b, "  subgraph z%d[\"%s\"]\n", z, mermaidText(strings.TrimPrefix(ZoneName(name), "zone ")))
		for i, x := range p.boxes {
			if x.zone == z {
				line(i, "    ")
			}
		}
		b.WriteString("  end\n")
	}
	for _, l := range p.lines {
		fmt.Fprintf(&b, "  n%d --> n%d\n", l[0], l[1])
	}
	b.WriteString("  classDef point stroke:#c00,stroke-width:3px\n")
	for i, x := range p.boxes {
		if x.point > 0 {
			fmt.Fprintf(&b, "  class n%d point\n", i)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// mermaidText keeps text from ending its quotes, and from being read as markup but for our line break.
func mermaidText(s string) string {
	s = strings.NewReplacer("&", "#amp;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "`", "#96;").Replace(s)
	return strings.ReplaceAll(s, "#lt;br#gt;", "<br>")
}
