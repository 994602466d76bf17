package cost_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// What is not used, and what a newer generation gives for less, must save something: the example of each such policy says so.
func TestRepairingWasteSaves(t *testing.T) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	c, n := builtin(t), 0
	for _, m := range metas {
		if !m.Waste && !slices.Contains(m.Controls, "OPT-COST-002") {
			continue
		}
		n++
		g := graphOf(t, fstest.MapFS{"main.tf": &fstest.MapFile{Data: []byte(m.Example)}})
		d := cost.NewDeltas(g, c, cost.Options{}, catalog.Options{})
		for _, p := range savings(t, set, g, m) {
			got, err := d.Of(p)
			if err != nil || !got.Monthly.IsNegative() || len(got.WithoutUse().Open) > 0 {
				t.Errorf("%s: %v a month, open %v, %v", m.ID, got.Monthly, got.Open, err)
			}
		}
	}
	if n < 10 {
		t.Errorf("%d policies about waste: they are not found", n)
	}
}

// savings lists the patches that an example of waste leads to: at least one.
func savings(t *testing.T, set *policies.Set, g *graph.Graph, m policies.Meta) []graph.Patch {
	t.Helper()
	var out []graph.Patch
	if m.Waste {
		for _, r := range g.OfType(m.Judges) {
			out = append(out, graph.Patch{{Op: graph.Delete, Root: r.Root, Address: r.Address, Type: r.Type}})
		}
	} else {
		for _, r := range fixes(t, set, g, func(x policies.Meta) bool { return x.ID == m.ID }) {
			out = append(out, r.Fix)
		}
	}
	if len(out) == 0 {
		t.Errorf("%s: its example leads to no patch", m.ID)
	}
	return out
}

// The table of former generations promises that the newer type costs less wherever both are sold, on Linux.
func TestNewerGenerationsCostLessWhereverBothAreSold(t *testing.T) {
	text, err := os.ReadFile("../policies/data/previous_generations.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Instances, Databases, Caches map[string]string
		Disks                        map[string]string `json:"instances_with_disks"`
		DearerIn                     []string          `json:"databases_dearer_in"`
	}
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	c := builtin(t)
	compare := func(pairs map[string]string, attr string, except []string, k prices.Key) {
		for _, old := range slices.Sorted(maps.Keys(pairs)) {
			both := 0
			for _, region := range catalog.Regions() {
				was, now := priceOf(c, k, region, attr, old), priceOf(c, k, region, attr, pairs[old])
				if was == nil || now == nil || slices.Contains(except, region) {
					continue
				}
				if both++; !now.First().LessThan(was.First()) {
					t.Errorf("%s in %s costs %s, %s costs %s", old, region, was.First(), pairs[old], now.First())
				}
			}
			if both < 5 {
				t.Errorf("%s: %d regions sell both", old, both)
			}
		}
	}
	servers := prices.Key{Meter: "ec2.instance.ondemand", Attributes: prices.Attributes{"os": "Linux", "tenancy": "Shared"}}
	compare(table.Instances, "instance_type", nil, servers)
	for _, old := range []string{"m3.large", "r3.large"} { // c3 types cost the same as c5 in one region
		compare(map[string]string{old: table.Disks[old]}, "instance_type", nil, servers)
	}
	for _, engine := range []string{"MySQL", "PostgreSQL", "MariaDB"} {
		for _, zones := range []string{"Single-AZ", "Multi-AZ"} {
			compare(table.Databases, "instance_class", table.DearerIn, prices.Key{Meter: "rds.instance.ondemand", Attributes: prices.Attributes{"engine": engine, "deployment_option": zones, "license_model": "No license required"}})
		}
	}
	for _, engine := range []string{"Redis", "Valkey"} {
		compare(table.Caches, "node_type", nil, prices.Key{Meter: "elasticache.node.ondemand", Attributes: prices.Attributes{"engine": engine}})
	}
}

// priceOf gives nil for what is not sold in a region.
func priceOf(c *prices.Catalogue, k prices.Key, region, attr, value string) *prices.Price {
	attrs := maps.Clone(k.Attributes)
	attrs[attr] = value
	p, err := c.Find(prices.Key{Meter: k.Meter, Region: region, Attributes: attrs})
	if err != nil || p.Currency != "" && p.Currency != "USD" {
		return nil
	}
	return &p
}
