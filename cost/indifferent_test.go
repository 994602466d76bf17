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
)

var word = regexp.MustCompile(`[A-Za-z0-9_]+`)

// wordsOfThePackage lists the words of all texts in the package, besides those of the list itself.
func wordsOfThePackage(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
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
					out[w] = files.Position(l.Pos()).String()
				}
			}
			return true
		})
	}
	return out
}

func TestNoPriceDependsOnIndifferentAttributes(t *testing.T) {
	words := wordsOfThePackage(t)
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
			if !scalar || len(a.Targets) > 0 || slices.Contains(typ.ZonesFrom, a.Name) || typ.SameID == a.Name {
				t.Errorf("%s.%s: edges, zones or parts follow from it", typ.Name, a.Name)
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
