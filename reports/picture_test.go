package reports_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// drawn is a model of one way in over servers single things in two zones.
func drawn(servers int, name string) *resilience.Model {
	need := func(n int) resilience.Need { return resilience.Need{Node: n, Min: 1, Max: 1} }
	nodes := []resilience.Node{{}, {Name: "eu-west-1a", Class: resilience.Zone, Zone: "eu-west-1a"}, {Name: "eu-west-1b", Class: resilience.Zone, Zone: "eu-west-1b"}}
	share := resilience.Node{Name: "targets", Kind: resilience.Some, Least: 1, Load: true}
	for i := range servers {
		zone := nodes[1+i%2].Name
		share.Needs = append(share.Needs, need(len(nodes)))
		share.Total++
		key := graph.Key{Address: graph.Address(fmt.Sprintf("aws_instance.s%d", i))}
		nodes = append(nodes, resilience.Node{Name: key.String(), Class: resilience.Single, Key: key, Type: "aws_instance", Zone: zone, Needs: []resilience.Need{need(1 + i%2)}})
	}
	key := graph.Key{Address: graph.Address(name)}
	db := resilience.Node{Name: name, Class: resilience.Single, Key: key, Type: "aws_db_instance", Zone: "eu-west-1a", Needs: []resilience.Need{need(1)}}
	nodes = append(nodes, share, db)
	nodes = append(nodes, resilience.Node{Name: "in", Needs: []resilience.Need{need(len(nodes) - 2), need(len(nodes) - 1)}})
	return resilience.NewModel(nodes, []resilience.Entry{{Name: "www.shop.example", Node: len(nodes) - 1}})
}

func svgOf(t *testing.T, m *resilience.Model) string {
	t.Helper()
	var b strings.Builder
	if err := reports.GraphSVG(&b, m); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		if _, err := d.Token(); err == io.EOF {
			return b.String()
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
}

var boxes = regexp.MustCompile(`<rect class="box[^"]*" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"`)

func TestBoxesOfAPictureDoNotOverlap(t *testing.T) {
	t.Parallel()
	for _, servers := range []int{1, 2, 7, 50} {
		var all [][4]int
		for _, m := range boxes.FindAllStringSubmatch(svgOf(t, drawn(servers, "aws_db_instance.main")), -1) {
			var r [4]int
			for i := range r {
				r[i], _ = strconv.Atoi(m[i+1]) // the pattern has digits only
			}
			for _, o := range all {
				if r[0] < o[0]+o[2] && o[0] < r[0]+r[2] && r[1] < o[1]+o[3] && o[1] < r[1]+r[3] {
					t.Errorf("%d servers: %v lies on %v", servers, r, o)
				}
			}
			all = append(all, r)
		}
		if len(all) != servers+2 {
			t.Errorf("%d servers: %d boxes", servers, len(all))
		}
	}
}

func TestManyBoxesOfOneKindAreOne(t *testing.T) {
	t.Parallel()
	svg := svgOf(t, drawn(80, "aws_db_instance.main"))
	if n := len(boxes.FindAllString(svg, -1)); n != 4 || strings.Count(svg, "server x 40") < 2 {
		t.Errorf("%d boxes", n)
	}
}

func TestASinglePointIsMarked(t *testing.T) {
	t.Parallel()
	m := drawn(2, "aws_db_instance.main")
	if svg := svgOf(t, m); strings.Count(svg, `class="box point"`) != 1 || strings.Count(svg, `class="number"`) != 1 {
		t.Errorf("%s", svg)
	}
	var b strings.Builder
	if err := reports.GraphMermaid(&b, m); err != nil || strings.Count(b.String(), " point\n") != 1 || !strings.Contains(b.String(), `subgraph z0["eu-west-1a"]`) {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestHostileNamesStayTextInPictures(t *testing.T) {
	t.Parallel()
	m := drawn(1, "aws_db_instance.x\"]<script>alert(1)</script>\u202e`")
	if svg := svgOf(t, m); strings.Contains(svg, "<script") || strings.Contains(svg, "\u202e") {
		t.Errorf("%s", svg)
	}
	var b strings.Builder
	if err := reports.GraphMermaid(&b, m); err != nil || strings.Contains(b.String(), "<script") || strings.Contains(b.String(), "x\"]") || strings.Contains(b.String(), "\u202e") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

var lines = regexp.MustCompile(`class="line" d="M(\d+) (\d+)V(\d+)H(\d+)V(\d+)H(\d+)V(\d+)"`)

// A line around boxes runs through none of them.
func TestLinesGoAroundBoxes(t *testing.T) {
	t.Parallel()
	svg := svgOf(t, drawn(50, "aws_db_instance.main"))
	found := lines.FindAllStringSubmatch(svg, -1)
	if len(found) < 40 {
		t.Fatalf("%d lines go around", len(found))
	}
	for _, l := range found {
		var n [7]int
		for i := range n {
			n[i], _ = strconv.Atoi(l[i+1]) // the pattern has digits only
		}
		for _, m := range boxes.FindAllStringSubmatch(svg, -1) {
			var r [4]int
			for i := range r {
				r[i], _ = strconv.Atoi(m[i+1])
			}
			if x := n[3]; r[0] < x && x < r[0]+r[2] && r[1] < max(n[2], n[4]) && min(n[2], n[4]) < r[1]+r[3] {
				t.Errorf("%v runs through %v", n, r)
			}
		}
	}
}
