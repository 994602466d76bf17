package resilience_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// An account shows a group and the servers that it has launched; they are the same servers.
func TestServersThatAGroupHasLaunchedCountOnce(t *testing.T) {
	t.Parallel()
	ref := func(a string) graph.Ref { return graph.Ref{Address: graph.Address(a), Attr: "id"} }
	region := func() map[string]any { return map[string]any{"_region": "eu-west-1"} }
	list := []*graph.Resource{
		{Address: "aws_elb.web", Type: "aws_elb", Facts: region(), Attrs: map[string]any{"internal": false, "availability_zones": []any{"eu-west-1a", "eu-west-1b"}, "instances": []any{ref("aws_instance.a"), ref("aws_instance.b")}}},
		{Address: "aws_autoscaling_group.web", Type: "aws_autoscaling_group", Facts: region(), Attrs: map[string]any{"min_size": 2, "availability_zones": []any{"eu-west-1a", "eu-west-1b"}, "load_balancers": []any{ref("aws_elb.web")}}},
	}
	for _, z := range []string{"a", "b"} {
		list = append(list, &graph.Resource{Address: graph.Address("aws_instance." + z), Type: "aws_instance", Facts: region(), Attrs: map[string]any{
			"availability_zone": "eu-west-1" + z, "associate_public_ip_address": true, "tags": map[string]any{"aws:autoscaling:groupName": "web"}}})
	}
	m := resilience.Derive(catalog.Build(list, catalog.Options{}), resilience.Settings{})
	want := []string{"one server of aws_autoscaling_group.web UP 0.50"}
	if diff := cmp.Diff(want, short(m.Simulate(m.Things()))); diff != "" || len(m.Entries) != 1 {
		t.Errorf("%v: %s", m.Entries, diff)
	}
}
