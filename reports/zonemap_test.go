package reports_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// plan is a model under construction.
type plan struct {
	nodes []resilience.Node
	zones map[string]int
}

func newPlan(zones ...string) *plan {
	p := &plan{nodes: []resilience.Node{{}}, zones: map[string]int{}}
	regions := map[string]int{}
	for _, z := range zones {
		region := z[:len(z)-1]
		if regions[region] == 0 {
			regions[region] = p.add(resilience.Node{Name: region, Class: resilience.Region})
		}
		p.zones[z] = p.add(resilience.Node{Name: z, Class: resilience.Zone, Zone: z, Needs: need(regions[region])})
	}
	return p
}

func (p *plan) add(n resilience.Node) int {
	p.nodes = append(p.nodes, n)
	return len(p.nodes) - 1
}

func need(nodes ...int) []resilience.Need {
	var out []resilience.Need
	for _, n := range nodes {
		out = append(out, resilience.Need{Node: n, Min: 1, Max: 1})
	}
	return out
}

// resource is a node of a resource "TYPE.NAME".
func (p *plan) resource(class resilience.Class, name string, needs []resilience.Need) int {
	typ, _, _ := strings.Cut(name, ".")
	n := resilience.Node{Name: name, Class: class, Type: typ, Key: graph.Key{Address: graph.Address(name)}, Needs: needs}
	if class == resilience.Single && len(needs) > 0 {
		n.Zone = p.nodes[needs[0].Node].Zone
	}
	return p.add(n)
}

// group has a member in each zone; below are what each member needs besides.
func (p *plan) group(name string, zones []string, below func(zone string) []int) int {
	typ, _, _ := strings.Cut(name, ".")
	g := resilience.Node{Name: name, Kind: resilience.Some, Class: resilience.Group, Type: typ, Key: graph.Key{Address: graph.Address(name)}, Least: 1, Load: true}
	for _, z := range zones {
		needs := need(p.zones[z])
		if below != nil {
			needs = append(needs, need(below(z)...)...)
		}
		part := p.add(resilience.Node{Name: name + " in " + z, Zone: z, Needs: needs})
		g.Needs = append(g.Needs, need(part)...)
		g.Total++
	}
	return p.add(g)
}

func (p *plan) model(entry string, needs ...int) *resilience.Model {
	in := p.add(resilience.Node{Name: entry, Needs: need(needs...)})
	return resilience.NewModel(p.nodes, []resilience.Entry{{Name: entry, Node: in, Key: graph.Key{Address: graph.Address(entry)}}})
}

// shapes are architectures that a map must draw.
func shapes() map[string]*resilience.Model {
	two := newPlan("eu-west-1a", "eu-west-1b")
	nat := two.resource(resilience.Single, "aws_nat_gateway.main", need(two.zones["eu-west-1a"]))
	web := two.group("aws_autoscaling_group.web", []string{"eu-west-1a", "eu-west-1b"}, func(string) []int { return []int{nat} })
	db := two.resource(resilience.Single, "aws_db_instance.main", need(two.zones["eu-west-1b"]))

	all := []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}
	three := newPlan(all...)
	aurora := three.group("aws_rds_cluster.main", all, nil)
	cluster := three.resource(resilience.Service, "aws_eks_cluster.main", need(1))
	nodes := three.group("aws_eks_node_group.main", all, func(string) []int { return []int{aurora} })

	far := newPlan("eu-west-1a", "eu-west-1b", "us-east-1a", "us-east-1b")
	left := far.group("aws_ecs_service.ireland", []string{"eu-west-1a", "eu-west-1b"}, nil)
	right := far.group("aws_ecs_service.virginia", []string{"us-east-1a", "us-east-1b"}, nil)
	edge := far.resource(resilience.Service, "aws_cloudfront_distribution.main", nil)

	many := newPlan(all...)
	var things []int
	for i := range 60 {
		things = append(things, many.resource(resilience.Single, fmt.Sprintf("aws_instance.server_with_a_long_name_%d", i), need(many.zones[all[i%3]])))
	}
	return map[string]*resilience.Model{
		"two zones": two.model("www.shop.example", web, db), "three zones": three.model("www.shop.example", cluster, nodes, aurora),
		"two regions": far.model("www.shop.example", edge, left, right), "many servers": many.model("www.shop.example", things...),
		"one": drawn(1, "aws_db_instance.main"), "seven": drawn(7, "aws_db_instance.main"), "fifty": drawn(50, "aws_db_instance.main"),
	}
}

var mapPattern = regexp.MustCompile(`(?s)<svg viewBox="0 0 \d+ \d+" width="\d+" height="\d+" role="img" aria-labelledby.*?</svg>`)

// mapsOf gives the zone maps of a page, each of which must be XML.
func mapsOf(t *testing.T, m *resilience.Model) []string {
	t.Helper()
	maps := mapPattern.FindAllString(htmlOf(t, complianceOf(shop(), m)), -1)
	for _, text := range maps {
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("not XML: %v", err)
			}
		}
	}
	return maps
}

var (
	mapBoxes = regexp.MustCompile(`<g class="box[^"]*"><rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"`)
	mapWires = regexp.MustCompile(`<path class="wire[^"]*" d="([^"]*)"`)
	mapSize  = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
	numbers  = regexp.MustCompile(`-?\d+`)
)

func ints(list []string) []int {
	out := make([]int, len(list))
	for i, s := range list {
		out[i], _ = strconv.Atoi(s) // the patterns have digits only
	}
	return out
}

func TestBoxesAndWiresOfAMapKeepApart(t *testing.T) {
	t.Parallel()
	for name, model := range shapes() {
		maps := mapsOf(t, model)
		if len(maps) == 0 {
			t.Errorf("%s: no map", name)
		}
		for _, text := range maps {
			size := ints(mapSize.FindStringSubmatch(text)[1:])
			var boxes [][]int
			for _, found := range mapBoxes.FindAllStringSubmatch(text, -1) {
				boxes = append(boxes, ints(found[1:]))
			}
			for i, a := range boxes {
				if a[0] < 0 || a[1] < 0 || a[0]+a[2] > size[0] || a[1]+a[3] > size[1] {
					t.Errorf("%s: box %v is outside of %v", name, a, size)
				}
				for _, b := range boxes[i+1:] {
					if a[0] < b[0]+b[2] && b[0] < a[0]+a[2] && a[1] < b[1]+b[3] && b[1] < a[1]+a[3] {
						t.Errorf("%s: boxes %v and %v overlap", name, a, b)
					}
				}
			}
			for _, found := range mapWires.FindAllStringSubmatch(text, -1) {
				path := ints(numbers.FindAllString(found[1], -1))
				for i := 0; i+3 < len(path); i += 2 {
					for _, b := range boxes {
						if crosses(path[i:i+4], b) {
							t.Errorf("%s: a wire %v runs through the box %v", name, path, b)
						}
					}
				}
			}
		}
	}
}

// crosses says whether a horizontal or vertical line runs inside of a box; along its edge it may.
func crosses(l, b []int) bool {
	left, right, top, bottom := min(l[0], l[2]), max(l[0], l[2]), min(l[1], l[3]), max(l[1], l[3])
	return right > b[0] && left < b[0]+b[2] && bottom > b[1] && top < b[1]+b[3]
}

func TestMapsTellWhereEverythingStands(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"two zones":    {"eu-west-1a holds aws_nat_gateway.main, aws_autoscaling_group.web", "eu-west-1b holds aws_autoscaling_group.web, aws_db_instance.main", `class="wire z2 z1 across"`, `class="box point z1"`, "servers 1 of 2"},
		"three zones":  {"eu-west-1c holds aws_rds_cluster.main, aws_eks_node_group.main", "database 1 of 3", "nodes 1 of 3", "cluster</text>"},
		"two regions":  {"What is needed in eu-west-1", "What is needed in us-east-1", "us-east-1b holds aws_ecs_service.virginia", "distribution</text>"},
		"many servers": {"server x 20", "folded: see the table"},
	} {
		text := strings.Join(mapsOf(t, shapes()[name]), "\n")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: the map does not hold %s", name, w)
			}
		}
	}
	if n := len(mapsOf(t, shapes()["two regions"])); n != 2 {
		t.Errorf("two regions: %d maps", n)
	}
}

var switches = regexp.MustCompile(`<input type="radio" name="(m\d+)" id="m\d+z(\d+)" class="r(\d+)"`)

func TestEachZoneHasASwitchAndASentence(t *testing.T) {
	t.Parallel()
	page := htmlOf(t, complianceOf(shop(), shapes()["two zones"]))
	var got []string
	for _, m := range switches.FindAllStringSubmatch(page, -1) {
		got = append(got, m[1]+" "+m[2]+" "+m[3])
	}
	if !slices.Equal(got, []string{"m1 0 0", "m1 1 1", "m1 2 2"}) {
		t.Errorf("switches: %v", got)
	}
	for _, want := range []string{
		`<div class="say s1"><p><span class="tag down">DOWN</span> Without zone eu-west-1a <b>www.shop.example</b> stops: NAT [2]`,
		`<div class="say s2"><p><span class="tag down">DOWN</span> Without zone eu-west-1b <b>www.shop.example</b> stops: database [1]`,
		`<g class="lost l1">`, `<g class="lost l2">`, `class="box way d1 d2"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	if strings.Contains(page, `class="say s3"`) {
		t.Error("a sentence for a zone that is not there")
	}
}

func TestAZoneThatOnlyAnAnswerNamesHasNoColumn(t *testing.T) {
	t.Parallel()
	p := newPlan("eu-west-1a", "eu-west-1b")
	db := p.resource(resilience.Single, "aws_db_instance.main", need(p.zones["eu-west-1a"]))
	somewhere := resilience.Node{Name: "where lb.shop.example leads", Kind: resilience.Some, Total: 1, Least: 1}
	for _, z := range p.zones {
		somewhere.Needs = append(somewhere.Needs, resilience.Need{Node: z, Max: 1, Fact: resilience.Fact{Missing: "where it leads"}})
	}
	page := htmlOf(t, complianceOf(shop(), p.model("www.shop.example", db, p.add(somewhere))))
	for _, want := range []string{"Not drawn, since nothing is known to stand there: eu-west-1b. Whether their loss stops a way in is not known.", "not known for eu-west-1b"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, `class="r2"`) {
		t.Error("there is a switch for a zone without a column")
	}
}

func TestAPageOfNothingSaysSo(t *testing.T) {
	t.Parallel()
	page := htmlOf(t, complianceOf(reports.Input{Graph: graph.New(nil, nil), Today: today}, resilience.NewModel([]resilience.Node{{}}, nil)))
	for _, want := range []string{"no way in found", "No way in was found", "Nothing here costs anything that is known", "nothing was judged: no resources were found"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
