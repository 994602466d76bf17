package functions_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// refused are the numbers that no file may have, so no expression gets them.
var refused = regexp.MustCompile(`[0-9][eE][+-]?[0-9]{4}|[0-9]{1000}`)

// FuzzFunctions evaluates any expression: no panic, no hang.
func FuzzFunctions(f *testing.F) {
	raw, err := os.ReadFile(expressionsFile)
	if err != nil {
		f.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(raw)) {
		expr, _, _ := strings.Cut(line, "\t")
		if n++; n%5 == 0 && !strings.HasPrefix(expr, "##") {
			f.Add(strings.TrimSpace(expr))
		}
	}
	ctx := scope(functions.Options{FS: fstest.MapFS{
		"hello.txt":   {Data: []byte("hello")},
		"greet.tpl":   {Data: []byte("${name}%{ for x in xs }${x}%{ endfor }")},
		"sub/one.txt": {Data: []byte("one")},
	}, Dir: "sub"})
	f.Fuzz(func(t *testing.T, src string) {
		expr, diags := hclsyntax.ParseExpression([]byte(src), "", hcl.InitialPos)
		if diags.HasErrors() || len(src) > 2000 || refused.MatchString(src) {
			return
		}
		if v, diags := expr.Value(ctx); !diags.HasErrors() && sketch(v) == "" && v.Type() == cty.Number {
			t.Errorf("%s gives a number without digits", src)
		}
	})
}
