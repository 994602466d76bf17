package resilience_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// Without what mends the database the goal is out of reach; the rest is bought all the same, and what is left is said.
func TestAGoalOutOfReachIsReachedAsFarAsFixesGo(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	some := slices.DeleteFunc(knownFixes(t, g), func(f resilience.Fix) bool { return f.Policy == "rds.multi_az" })
	k := resilience.NewMarket(g, resilience.Settings{}, some, prices)
	goal := resilience.SurviveAnyZone()
	if _, ok := k.Cheapest(goal); ok {
		t.Fatal("the goal is said to be reached")
	}
	part, left, better := k.AsFar(goal)
	if !better {
		t.Error("nothing is said to become better")
	}
	want := []resilience.Left{{Loss: "zone:eu-west-1a", Entry: "aws_lb.web", Up: resilience.No}}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
	c, ok := k.Cheapest(part)
	if diff := cmp.Diff([]string{"elasticache.failover"}, policiesOf(c)); diff != "" || !ok {
		t.Errorf("bought: %s", diff)
	}
}

func TestWhatNothingMakesBetterIsSaidToBeSo(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	k := resilience.NewMarket(g, resilience.Settings{}, nil, prices)
	if _, left, better := k.AsFar(resilience.SurviveAnyZone()); better || len(left) != 2 {
		t.Errorf("better %v, left %v", better, left)
	}
	if _, _, better := k.AsFar(resilience.CarryFullLoad(resilience.Derive(g, resilience.Settings{}))); better {
		t.Error("a goal of capacity has a part")
	}
}

// changesOf prints a patch: "create ADDRESS", "set ADDRESS PATH -> REFERENCE".
func changesOf(p graph.Patch) []string {
	var out []string
	for _, c := range p {
		line := fmt.Sprintf("%s %s", c.Op, c.Address)
		if c.Op == graph.Set {
			line += fmt.Sprintf(" %s -> %v", c.Path, c.New)
		}
		out = append(out, line)
	}
	return out
}

// A table that serves one zone alone leads to the new gateway; subnets whose table serves several zones get a table.
func TestAGatewayOfAZoneIsLedToByItsTables(t *testing.T) {
	t.Parallel()
	const own = `
resource "aws_route_table" "b" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route" "b" {
  route_table_id         = aws_route_table.b.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}
resource "aws_route_table_association" "b" {
  subnet_id      = aws_subnet.app["b"].id
  route_table_id = aws_route_table.b.id
}
`
	shared := strings.ReplaceAll(own, "aws_route_table_association\" \"b\"", "aws_route_table_association\" \"x\"") + `
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.app["a"].id
  route_table_id = aws_route_table.b.id
}
`
	made := []string{"create aws_eip.main_eu_west_1b", "create aws_nat_gateway.main_eu_west_1b"}
	for name, c := range map[string]struct {
		code string
		want []string
	}{
		"one zone":      {own, append(slices.Clone(made), "set aws_route.b nat_gateway_id -> ${aws_nat_gateway.main_eu_west_1b.id}")},
		"several zones": {shared, append(slices.Clone(made), "create aws_route_table.main_eu_west_1b", "create aws_route.main_eu_west_1b", "set aws_route_table_association.x route_table_id -> ${aws_route_table.main_eu_west_1b.id}")},
		"the main table": {own + `
resource "aws_main_route_table_association" "m" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.b.id
}
`, append(slices.Clone(made), "create aws_route_table.main_eu_west_1b", "create aws_route.main_eu_west_1b", "set aws_route_table_association.b route_table_id -> ${aws_route_table.main_eu_west_1b.id}")},
	} {
		network, err := os.ReadFile("testdata/gateways.tf")
		if err != nil {
			t.Fatal(err)
		}
		g := graphFrom(t, terraform.New(fstest.MapFS{"main.tf": {Data: append(network, c.code...)}}, terraform.Options{}))
		var got []string
		for _, f := range resilience.Offers(g) {
			if f.Zone != "eu-west-1b" || f.Policy != "nat.per_zone" || !slices.Contains(f.Covers, key(`aws_subnet.app["b"]`)) {
				t.Errorf("%s: offered is %s for %v", name, f.ID(), f.Covers)
			}
			got = append(got, changesOf(f.Patch)...)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
