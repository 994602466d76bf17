package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
)

func key(root, address string) graph.Key {
	return graph.Key{Root: root, Address: graph.Address(address)}
}

func small() *graph.Graph {
	at := func(root, typ, name string) *graph.Resource {
		return &graph.Resource{Root: root, Type: typ, Address: graph.Address(typ + "." + name), Name: name}
	}
	older := at("", "vpc", "a")
	older.Stage = "older"
	return graph.New([]*graph.Resource{at("b", "vpc", "a"), at("", "subnet", "y"), older, at("", "vpc", "a"), at("", "subnet", "x")}, []graph.Edge{
		{From: key("", "subnet.y"), Via: "vpc_id", At: "vpc_id", To: key("", "vpc.a")},
		{From: key("", "subnet.x"), Via: "vpc_id", At: "vpc_id", To: key("", "vpc.a")},
		{From: key("", "subnet.x"), Via: "peers", At: "peers[1]", To: key("", "subnet.y")},
		{From: key("", "subnet.x"), Via: "peers", At: "peers[0]", To: key("b", "vpc.a")},
		{From: key("", "subnet.x"), Via: "vpc_id", At: "vpc_id", To: key("", "vpc.gone")},
		{From: key("", "gone"), Via: "vpc_id", At: "vpc_id", To: key("", "vpc.a")},
	})
}

func TestGraphIsSorted(t *testing.T) {
	g := small()
	var got []string
	for _, r := range g.Resources() {
		got = append(got, r.Key().String())
	}
	if diff := cmp.Diff([]string{"subnet.x", "subnet.y", "vpc.a", "b:vpc.a"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"subnet", "vpc"}, g.Types()); diff != "" {
		t.Error(diff)
	}
	for i, r := range g.OfType("vpc") {
		if g.Position(r.Key()) != i || g.Get(r.Key()) != r {
			t.Errorf("%s: position %d, want %d", r.Key(), g.Position(r.Key()), i)
		}
	}
	if r := g.Get(key("", "vpc.a")); r.Stage != "" {
		t.Error("of two resources with one key the earlier one was kept")
	}
}

func TestGraphEdges(t *testing.T) {
	g := small()
	via := func(edges []graph.Edge) []string {
		var out []string
		for _, e := range edges {
			out = append(out, e.From.String()+" "+e.At+" "+e.To.String())
		}
		return out
	}
	x := []string{"subnet.x peers[1] subnet.y", "subnet.x peers[0] b:vpc.a", "subnet.x vpc_id vpc.a"}
	if diff := cmp.Diff(x, via(g.To(key("", "subnet.x")))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"subnet.x vpc_id vpc.a", "subnet.y vpc_id vpc.a"}, via(g.From(key("", "vpc.a")))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(append(x, "subnet.y vpc_id vpc.a"), via(g.Edges())); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotInTheGraph(t *testing.T) {
	g, none := small(), key("", "vpc.gone")
	if g.Get(none) != nil || g.Position(none) != -1 || g.To(none) != nil || g.From(none) != nil || len(g.OfType("lb")) != 0 {
		t.Error("a key that is not in the graph leads somewhere")
	}
	if empty := graph.New(nil, nil); len(empty.Resources())+len(empty.Edges())+len(empty.Types()) != 0 {
		t.Error("an empty graph is not empty")
	}
}
