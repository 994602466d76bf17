package cost_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
)

var word = regexp.MustCompile(`[A-Za-z0-9_]+`)

// wordsOfThePackage lists the words of all texts in the package, besides those of the list itself: where each stands last, and
// how often.
func wordsOfThePackage(t *testing.T) (at map[string]string, times map[string]int) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	at, times = map[string]string{}, map[string]int{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || e.Name() == "indifferent.go" {
			continue
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				for _, w := range word.FindAllString(l.Value, -1) {
					at[w] = files.Position(l.Pos()).String()
					times[w]++
				}
			}
			return true
		})
	}
	return at, times
}

func TestNoPriceDependsOnIndifferentAttributes(t *testing.T) {
	words, _ := wordsOfThePackage(t)
	if words["instance_class"] == "" {
		t.Fatal("the attributes that estimators read are not found")
	}
	for _, name := range cost.Indifferent() {
		if at, ok := words[name]; ok {
			t.Errorf("%s: names %s, which is said to be indifferent", at, name)
		}
	}
}

func TestNothingIsDerivedFromIndifferentAttributes(t *testing.T) {
	known := map[string]bool{}
	for _, typ := range catalog.Types() {
		for _, a := range typ.Attrs {
			if !slices.Contains(cost.Indifferent(), a.Name) {
				continue
			}
			known[a.Name] = true
			scalar := a.Kind == catalog.Bool || a.Kind == catalog.Number || a.Kind == catalog.String
			if !scalar || slices.Contains(typ.ZonesFrom, a.Name) || typ.SameID == a.Name {
				t.Errorf("%s.%s: zones or parts follow from it", typ.Name, a.Name)
			}
		}
		for _, ref := range typ.References() {
			for _, target := range ref.Targets {
				for _, by := range target.By {
					if slices.Contains(cost.Indifferent(), by) {
						t.Errorf("%s.%s: %s is referred to by its %s", typ.Name, ref.Path, target.Type, by)
					}
				}
			}
		}
	}
	for _, name := range cost.Indifferent() {
		if !known[name] {
			t.Errorf("no type has an attribute %s", name)
		}
	}
}

func TestNoPriceDependsOnSettingTypes(t *testing.T) {
	words, times := wordsOfThePackage(t)
	for _, name := range cost.SettingTypes() {
		if catalog.Lookup(name) == nil {
			t.Errorf("the catalogue has no type %s", name)
		}
		if times[name] != 1 {
			t.Errorf("%s: %s is named %d times: once, in a list of free types, is what its being without a price needs", words[name], name, times[name])
		}
		g := catalog.Build([]*graph.Resource{{Address: graph.Address(name + ".a"), Type: name, Name: "a", Attrs: map[string]any{}}}, catalog.Options{})
		got := cost.Estimate(g, builtin(t), cost.Options{})
		if len(got.Resources) != 1 || !got.Resources[0].Free {
			t.Errorf("%s is not free: %+v", name, got.Resources)
		}
	}
}
