package cost_test

import (
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
)

func TestEveryTypeOfTheCatalogIsPricedFreeOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	for _, typ := range catalog.Types() {
		if typ.FactsOnly {
			continue
		}
		if k := cost.KindOf(typ.Name); k == cost.NotListed {
			t.Errorf("%s is in the catalog and in no service file", typ.Name)
		}
	}
}

func TestPricedTypesAreInTheCatalog(t *testing.T) {
	t.Parallel()
	for _, typ := range cost.Types() {
		if cost.KindOf(typ) == cost.Priced && catalog.Lookup(typ) == nil && typ != "aws_data_transfer" {
			t.Errorf("%s is priced and the catalog does not know it: its defaults, references and zones are missing", typ)
		}
	}
}

func TestNoTypeIsListedTwice(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, typ := range cost.Types() {
		if seen[typ] {
			t.Errorf("%s is listed twice", typ)
		}
		seen[typ] = true
	}
}

func TestAnAliasOfAPricedTypeIsNotListedByItself(t *testing.T) {
	t.Parallel()
	for _, typ := range cost.Types() {
		if known := catalog.Lookup(typ); known != nil && known.Name != typ {
			t.Errorf("%s is read as %s", typ, known.Name)
		}
	}
}

func TestATypeThatNobodyKnowsIsNotPriced(t *testing.T) {
	t.Parallel()
	g := graph.New([]*graph.Resource{
		{Address: "aws_new_thing.a", Type: "aws_new_thing"}, {Address: "google_thing.a", Type: "google_thing"}, {Address: "random_id.a", Type: "random_id"},
	}, nil)
	e := cost.Estimate(g, builtin(t), cost.Options{})
	if len(e.Resources) != 2 || e.Complete || e.Unpriced != 2 {
		t.Fatalf("%d resources, complete %v, %d unpriced", len(e.Resources), e.Complete, e.Unpriced)
	}
	for i, want := range []string{"no estimator knows the type", "only resources of AWS"} {
		if why := e.Resources[i].Unpriced[0].Why; !strings.Contains(why, want) {
			t.Errorf("%q, want %q", why, want)
		}
	}
}
