package resilience

import (
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
)

func TestEveryTypeOfTheCatalogHasAScope(t *testing.T) {
	t.Parallel()
	for _, typ := range catalog.Types() {
		if scopes[typ.Name] == 0 {
			t.Errorf("%s is lost with a zone, a region or not at all: say so in scope.go", typ.Name)
		}
	}
}
