package resilience_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// factOf gives the attributes and the unknown paths of one fact.
func factOf(t *testing.T, facts []*graph.Resource, address string) map[string]any {
	t.Helper()
	for _, r := range facts {
		if string(r.Address) != address {
			continue
		}
		out := map[string]any{}
		for k, v := range r.Attrs {
			out[k] = v
		}
		for k := range r.Unknown {
			out[k] = "?"
		}
		return out
	}
	t.Fatalf("no fact %s", address)
	return nil
}

func TestTheFactsOfTheKnownSystem(t *testing.T) {
	t.Parallel()
	facts := resilience.Facts(graphOf(t, "asis"), resilience.Settings{}, resilience.DefaultTarget)
	got := factOf(t, facts, "aws_lb.web#entry aws_lb.web")
	delete(got, "availability")
	want := map[string]any{
		"name": "aws_lb.web", "zones_that_stop_it": "eu-west-1a, eu-west-1b", "region_survived": false,
		"points_that_stop_it":           "aws_db_instance.main, aws_elasticache_replication_group.sessions, aws_nat_gateway.main",
		"stores_without_copy_elsewhere": "aws_db_instance.main",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	store := factOf(t, facts, "aws_db_instance.main#recovery")
	if diff := cmp.Diff(map[string]any{"rto_missed": "a zone", "rpo_missed": "a zone"}, store); diff != "" {
		t.Error(diff)
	}
}

func TestAnAcceptedLossOfTheRegionAsksForNoCopies(t *testing.T) {
	t.Parallel()
	accepted := func(stage string) resilience.Target {
		x := resilience.DefaultTarget(stage)
		x.RegionAccepted = true
		return x
	}
	got := factOf(t, resilience.Facts(graphOf(t, "asis"), resilience.Settings{}, accepted), "aws_lb.web#entry aws_lb.web")
	if v, ok := got["stores_without_copy_elsewhere"]; ok {
		t.Errorf("stores without a copy: %v", v)
	}
}

func TestFactsAreAttachedOnceAndLeaveTheRest(t *testing.T) {
	t.Parallel()
	g := graphOf(t, "cured")
	with := resilience.Attach(g, resilience.Settings{}, resilience.DefaultTarget)
	again := resilience.Attach(with, resilience.Settings{}, resilience.DefaultTarget)
	added := len(with.Resources()) - len(g.Resources())
	if added != 4 || len(again.Resources()) != len(with.Resources()) || len(with.Edges()) != len(g.Edges()) {
		t.Errorf("%d facts, %d with them, %d after another time", added, len(with.Resources()), len(again.Resources()))
	}
}

func TestACureThatWasNotSearchedForIsUnknown(t *testing.T) {
	m := &resilience.Model{Entries: []resilience.Entry{{Key: graph.Key{Address: "aws_lb.web"}}}}
	r := resilience.PlanFact(m, resilience.Cure{}, false, 200, "too many ways in")
	if _, known := r.Attrs["reached"]; known || r.Unknown["reached"] != "too many ways in" || r.Unknown["monthly"] == "" {
		t.Errorf("%v, unknown %v", r.Attrs, r.Unknown)
	}
}
