package resilience_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// table prices fixes by policy.
type table map[string]string

func (t table) Monthly(f resilience.Fix) (decimal.Decimal, bool) {
	text, ok := t[f.Policy]
	if !ok {
		return decimal.Zero, false
	}
	return decimal.RequireFromString(text), true
}

var prices = table{"rds.multi_az": "96.36", "elasticache.failover": "49.64", "nat.per_zone": "65.70", "asg.third_zone": "30.37"}

func key(a string) graph.Key { return graph.Key{Address: graph.Address(a)} }

// knownFixes are the four fixes of the known system.
func knownFixes(t *testing.T, g *graph.Graph) []resilience.Fix {
	t.Helper()
	set := func(a, path string, v any) graph.Change {
		return graph.Change{Op: graph.Set, Address: graph.Address(a), Path: path, New: v}
	}
	subnet := func(name, cidr string) graph.Change {
		return graph.Change{Op: graph.Create, Address: graph.Address("aws_subnet." + name), Type: "aws_subnet", New: map[string]any{
			"vpc_id": graph.Ref{Address: "aws_vpc.main", Attr: "id"}, "cidr_block": cidr, "availability_zone": "eu-west-1c"}}
	}
	ids := func(names ...string) []any {
		var out []any
		for _, n := range names {
			out = append(out, graph.Ref{Address: graph.Address("aws_subnet." + n), Attr: "id"})
		}
		return out
	}
	fixes := []resilience.Fix{
		{Policy: "rds.multi_az", Resource: key("aws_db_instance.main"), Patch: graph.Patch{set("aws_db_instance.main", "multi_az", true), set("aws_db_instance.main", "availability_zone", nil)}},
		{Policy: "elasticache.failover", Resource: key("aws_elasticache_replication_group.sessions"), Patch: graph.Patch{
			set("aws_elasticache_replication_group.sessions", "num_cache_clusters", 2), set("aws_elasticache_replication_group.sessions", "automatic_failover_enabled", true),
			set("aws_elasticache_replication_group.sessions", "multi_az_enabled", true), set("aws_elasticache_replication_group.sessions", "preferred_cache_cluster_azs", nil)}},
		{Policy: "asg.third_zone", Resource: key("aws_autoscaling_group.web"), Patch: graph.Patch{
			subnet("public_c", "10.0.2.0/24"), subnet("app_c", "10.0.12.0/24"),
			{Op: graph.Create, Address: "aws_route_table_association.app_c", Type: "aws_route_table_association", New: map[string]any{
				"subnet_id": graph.Ref{Address: "aws_subnet.app_c", Attr: "id"}, "route_table_id": graph.Ref{Address: "aws_route_table.app", Attr: "id"}}},
			set("aws_autoscaling_group.web", "min_size", 3),
			set("aws_autoscaling_group.web", "vpc_zone_identifier", ids(`app["a"]`, `app["b"]`, "app_c")), set("aws_lb.web", "subnets", ids(`public["a"]`, `public["b"]`, "public_c"))}},
	}
	for _, f := range resilience.Offers(g) {
		if f.Policy == "nat.per_zone" {
			fixes = append(fixes, f)
		}
	}
	if len(fixes) != 4 {
		t.Fatalf("%d fixes; one gateway for each zone is not offered", len(fixes))
	}
	return fixes
}

func policiesOf(c resilience.Cure) []string {
	var out []string
	for _, f := range c.Fixes {
		out = append(out, f.Policy)
	}
	return out
}

func TestTheCheapestCureOfTheKnownSystem(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	k := resilience.NewMarket(g, resilience.Settings{}, knownFixes(t, g), prices)
	c, ok := k.Cheapest(resilience.SurviveAnyZone())
	if diff := cmp.Diff([]string{"elasticache.failover", "nat.per_zone", "rds.multi_az"}, policiesOf(c)); diff != "" || !ok || !c.Exact || c.Monthly.String() != "211.7" {
		t.Errorf("cheapest: %v for %s: %s", ok, c.Monthly, diff)
	}
	greedy, ok := k.Greedy(resilience.SurviveAnyZone())
	if !ok || greedy.Monthly.String() != "242.07" {
		t.Errorf("by risk for the dollar: %s for %v", greedy.Monthly, policiesOf(greedy))
	}
	for zone, want := range map[string]string{"eu-west-1a": "162.06", "eu-west-1b": "49.64"} {
		if c, ok := k.Cheapest(resilience.SurviveZone(zone)); !ok || c.Monthly.String() != want {
			t.Errorf("to survive %s: %s for %v, want %s", zone, c.Monthly, policiesOf(c), want)
		}
	}
}

func TestACureReachesAnAvailability(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	k := resilience.NewMarket(g, resilience.Settings{}, knownFixes(t, g), prices)
	if c, ok := k.Cheapest(resilience.Reach(0.9937, rates)); !ok || c.Monthly.String() != "49.64" {
		t.Errorf("99.37 %%: %s for %v", c.Monthly, policiesOf(c))
	}
	if c, ok := k.Cheapest(resilience.Reach(0.999, rates)); !ok || c.Monthly.String() != "211.7" {
		t.Errorf("99.9 %%: %s for %v", c.Monthly, policiesOf(c))
	}
	if _, ok := k.Cheapest(resilience.Reach(0.99999, rates)); ok {
		t.Error("99.999 % is said to be reached in one region of 99.99 %")
	}
}

func TestABudgetBuysTheLeastRisk(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	k := resilience.NewMarket(g, resilience.Settings{}, knownFixes(t, g), prices)
	down := func(m *resilience.Model) float64 { return resilience.HoursDown(m.Availability(rates)[0].Low) }
	wanted := map[string][]string{
		"30": nil, "60": {"elasticache.failover"}, "116": {"elasticache.failover", "nat.per_zone"}, "150": {"elasticache.failover", "rds.multi_az"},
		"1000": {"asg.third_zone", "elasticache.failover", "nat.per_zone", "rds.multi_az"},
	}
	for budget, want := range wanted {
		c := k.Within(decimal.RequireFromString(budget), down)
		if diff := cmp.Diff(want, policiesOf(c)); diff != "" {
			t.Errorf("%s: %s", budget, diff)
		}
		if c.Monthly.GreaterThan(decimal.RequireFromString(budget)) {
			t.Errorf("%s is spent of %s", c.Monthly, budget)
		}
	}
}

func TestAFixWithoutPriceIsInNoCure(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	k := resilience.NewMarket(g, resilience.Settings{}, knownFixes(t, g), table{"rds.multi_az": "96.36", "nat.per_zone": "65.70"})
	c, ok := k.Cheapest(resilience.SurviveAnyZone())
	if ok || len(c.Unpriced) != 2 {
		t.Errorf("cure %v, unpriced %v", ok, c.Unpriced)
	}
}

func TestTheCheapestIsNeverDearerThanTheGreedy(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "asis")
	fixes := knownFixes(t, g)
	r := rand.New(rand.NewPCG(17, 18))
	for range 40 {
		t2 := table{}
		for name := range prices {
			t2[name] = decimal.New(int64(1+r.IntN(20000)), -2).String()
		}
		some := slices.DeleteFunc(slices.Clone(fixes), func(resilience.Fix) bool { return r.IntN(8) == 0 })
		k := resilience.NewMarket(g, resilience.Settings{}, some, t2)
		best, ok := k.Cheapest(resilience.SurviveAnyZone())
		greedy, ok2 := k.Greedy(resilience.SurviveAnyZone())
		if ok != ok2 || ok && best.Monthly.GreaterThan(greedy.Monthly) {
			t.Fatalf("%v: %s, greedy %v: %s", ok, best.Monthly, ok2, greedy.Monthly)
		}
	}
}
