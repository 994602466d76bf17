package reports_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/plumbline-dev/plumbline/reports"
)

func TestTextFromOutsideIsHarmlessInEveryRendering(t *testing.T) {
	t.Parallel()
	var vectors []map[string]string
	b, err := os.ReadFile("testdata/sanitize-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	renderings := map[string]func(reports.Text) string{
		"terminal": reports.Text.Terminal, "markdown_code": reports.Text.MarkdownCode, "markdown_text": reports.Text.MarkdownText,
		"html": reports.Text.HTML, "annotation": reports.Text.Annotation, "csv": reports.Text.CSV,
	}
	for _, v := range vectors {
		for name, render := range renderings {
			want, ok := v[name]
			if !ok {
				t.Fatalf("vector %q has no %s", v["in"], name)
			}
			if got := render(reports.Untrusted(v["in"])); got != want {
				t.Errorf("%s of %q:\n got %s\nwant %s", name, v["in"], got, want)
			}
		}
	}
}

func TestTextBesidesTheVectors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, got, want string }{
		{"bytes that are not UTF-8 are visible", reports.Untrusted("a\xffb").Terminal(), `a\xffb`},
		{"a newline is visible", reports.Untrusted("a\nb").Terminal(), `a\u{a}b`},
		{"zero-width space is visible", reports.Untrusted("a\u200bb").Terminal(), `a\u{200b}b`},
		{"a span that ends in a backtick is padded", reports.Untrusted("a`").MarkdownCode(), "`` a` ``"},
		{"a backslash before a pipe does not end the cell", reports.Untrusted(`a\|b`).MarkdownCode(), "`a\\u{5c}\\|b`"},
		{"www is no link", reports.Untrusted("www.evil.example").MarkdownText(), `www\.evil.example`},
		{"a number is no list", reports.Untrusted("1. x").MarkdownText(), `1\. x`},
		{"properties of annotations cannot be ended", reports.Untrusted("a,line=1::b").AnnotationProperty(), "a%2Cline=1%3A%3Ab"},
		{"a URI is relative and encoded", reports.Untrusted("//a b/ü.tf").URI(), "a%20b/%C3%BC.tf"},
		{"a forgotten %s is the terminal's", reports.Untrusted("\x1b[2J").String(), `\u{1b}[2J`},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
}

func FuzzTextHasNoControlCharacters(f *testing.F) {
	f.Add("x\x1b[2J")
	f.Add("\u202e\u2028\xff")
	f.Fuzz(func(t *testing.T, s string) {
		x := reports.Untrusted(s)
		for _, got := range []string{x.Terminal(), x.MarkdownCode(), x.MarkdownText(), x.HTML(), x.Annotation(), x.CSV(), x.XML()} {
			if i := strings.IndexFunc(got, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }); i >= 0 {
				t.Fatalf("%q renders as %q, with a control character at %d", s, got, i)
			}
		}
	})
}

// The raw text of a Text is read nowhere but in foreign.go.
func TestRawTextIsReadInOnePlace(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name == "foreign.go" {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "raw" {
				t.Errorf("%s reads raw text; use one of its renderings", fset.Position(sel.Pos()))
			}
			return true
		})
	}
}
