package catalog_test

import (
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// What a state says is null is null, also where code that leaves it out would get a default or AWS's choice.
func TestNullInAStateIsKnown(t *testing.T) {
	r := &graph.Resource{Address: "aws_db_instance.a", Type: "aws_db_instance", Attrs: map[string]any{
		"id": "a", "kms_key_id": nil, "multi_az": true, "name": "shop", "engine": "mysql",
	}}
	catalog.Observe(r)
	g := catalog.Build([]*graph.Resource{r}, catalog.Options{})
	g = catalog.Build(g.Resources(), catalog.Options{})
	got := g.OfType("aws_db_instance")[0]
	if v, known := catalog.Value(got, "kms_key_id"); v != nil || !known {
		t.Errorf("kms_key_id is %v, known %v", v, known)
	}
	if _, known := catalog.Value(got, "availability_zone"); known {
		t.Error("availability_zone is in no part of the state and AWS chooses it: it is not known")
	}
	if v, _ := catalog.Value(got, "publicly_accessible"); v != false {
		t.Errorf("publicly_accessible is left out and is %v, want the provider's default", v)
	}
	if v, known := catalog.Value(got, "db_name"); v != "shop" || !known {
		t.Errorf("db_name, formerly name, is %v, known %v", v, known)
	}
}
