package functions_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

var update = flag.Bool("update", false, "record what terraform answers")

const expressionsFile = "testdata/expressions.txt"

// entry is an expression and what Terraform makes of it: "JSON : TYPE", "error", "unknown",
// "sensitive" or "ephemeral".
type entry struct{ expr, want string }

// TestExpressions compares every recorded result with ours.
func TestExpressions(t *testing.T) {
	t.Parallel()
	eval := evaluator(module(t))
	for _, e := range entries(t) {
		if got := shown(eval(e.expr)); got != e.want {
			t.Errorf("%s\n gives %s\n  want %s", e.expr, got, e.want)
		}
	}
}

// TestExpressionsAgainstTerraform asks the terraform on this machine for every result.
func TestExpressionsAgainstTerraform(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("terraform"); err != nil {
		if os.Getenv("CI") == "true" && !strings.Contains(os.Getenv("PLUMB_TEST_WITHOUT"), "terraform") {
			t.Fatal("terraform is not installed, and CI needs this comparison (PLUMB_TEST_WITHOUT=terraform says that it cannot be had)")
		}
		t.Skip("terraform is not installed")
	}
	all := entries(t)
	got := console(t, module(t), all)
	if *update {
		record(t, got)
		return
	}
	for i, e := range all {
		if got[i] != e.want {
			t.Errorf("terraform: %s\n gives %s\nrecord %s", e.expr, got[i], e.want)
		}
	}
}

// TestExpressionsCoverEveryFunction keeps the file of expressions complete.
func TestExpressionsCoverEveryFunction(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	for _, e := range entries(t) {
		expr, diags := hclsyntax.ParseExpression([]byte(e.expr), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%s: %v", e.expr, diags)
		}
		hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics { //nolint:errcheck // the visitor reports nothing
			if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
				called[call.Name] = true
			}
			return nil
		})
	}
	for name := range functions.Table(functions.Options{}) {
		if !called[name] && !strings.HasPrefix(name, "core::") && !slices.Contains([]string{"list", "map"}, name) {
			t.Errorf("no expression calls %s", name)
		}
	}
}

// entries reads the file of expressions: a line for each, then a tab and the result.
func entries(t *testing.T) []entry {
	t.Helper()
	raw, err := os.ReadFile(expressionsFile)
	if err != nil {
		t.Fatal(err)
	}
	var out []entry
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "##") {
			continue
		}
		expr, want, _ := strings.Cut(line, "\t")
		out = append(out, entry{expr, want})
	}
	return out
}

func record(t *testing.T, results []string) {
	t.Helper()
	raw, err := os.ReadFile(expressionsFile)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "##") {
			expr, _, _ := strings.Cut(line, "\t")
			line, results = expr+"\t"+results[0], results[1:]
		}
		b.WriteString(line + "\n")
	}
	if err := os.WriteFile(expressionsFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// module gives a copy of the test module with a fresh RSA key in two forms and a text encrypted for it.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/module")); err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	//lint:ignore SA1019 what rsadecrypt reads
	cipher, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, []byte("open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"key1.pem":   pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		"key8.pem":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		"cipher.txt": []byte(base64.StdEncoding.EncodeToString(cipher)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// evaluator evaluates expressions with the values of the test module's main.tf.
func evaluator(dir string) func(string) (cty.Value, hcl.Diagnostics) {
	text := cty.StringVal
	later := cty.ObjectVal(map[string]cty.Value{"id": cty.UnknownVal(cty.String)})
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"var": cty.ObjectVal(map[string]cty.Value{
				"secret":  text("s3cret").Mark(functions.Sensitive),
				"secrets": cty.MapVal(map[string]cty.Value{"a": text("x"), "b": text("y")}).Mark(functions.Sensitive),
				"brief":   text("gone").Mark(functions.Ephemeral),
				"nothing": cty.NullVal(cty.String),
				"names":   cty.ListVal([]cty.Value{text("b"), text("a"), text("b")}),
				"none":    cty.ListValEmpty(cty.String),
				"tags":    cty.MapVal(map[string]cty.Value{"Name": text("db"), "Team": text("core")}),
			}),
			"local": cty.ObjectVal(map[string]cty.Value{
				"template":  text("hello ${name}"),
				"templates": cty.TupleVal([]cty.Value{text("one ${n}"), text("two ${n}")}),
				"broken":    text("hello ${name"),
				"number":    cty.NumberIntVal(7),
			}),
			"terraform_data": cty.ObjectVal(map[string]cty.Value{
				"later": later,
				"many":  cty.TupleVal([]cty.Value{later, later}),
			}),
		},
		Functions: functions.Table(functions.Options{FS: os.DirFS(dir), Dir: "."}),
	}
	return func(src string) (cty.Value, hcl.Diagnostics) {
		expr, diags := hclsyntax.ParseExpression([]byte(src), "", hcl.InitialPos)
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		return expr.Value(ctx)
	}
}

func shown(v cty.Value, diags hcl.Diagnostics) string {
	if diags.HasErrors() {
		return "error"
	}
	plain, marks := v.UnmarkDeep()
	_, sensitive := marks[functions.Sensitive]
	_, ephemeral := marks[functions.Ephemeral]
	switch {
	case sensitive:
		return "sensitive"
	case ephemeral:
		return "ephemeral"
	case !plain.IsWhollyKnown():
		return "unknown"
	}
	raw, err := ctyjson.Marshal(plain, plain.Type())
	if err != nil {
		return "error" // infinity: jsonencode, through which terraform is asked, refuses it as well
	}
	text, err := canonical(raw)
	if err != nil {
		return err.Error()
	}
	return text + " : " + typeName(plain.Type())
}

// canonical writes JSON with sorted keys, the digits of numbers as they are, and no escapes for HTML.
func canonical(raw []byte) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return "", err
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSpace(out.String()), err
}

// typeName prints a type as Terraform's type function does, without the white space.
func typeName(t cty.Type) string {
	var b strings.Builder
	switch {
	case t == cty.DynamicPseudoType:
		return "dynamic"
	case t.IsPrimitiveType():
		return t.FriendlyName()
	case t.IsListType():
		return "list(" + typeName(t.ElementType()) + ")"
	case t.IsSetType():
		return "set(" + typeName(t.ElementType()) + ")"
	case t.IsMapType():
		return "map(" + typeName(t.ElementType()) + ")"
	case t.IsTupleType():
		for _, e := range t.TupleElementTypes() {
			b.WriteString(typeName(e) + ",")
		}
		return "tuple([" + b.String() + "])"
	}
	attrs := t.AttributeTypes()
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range attrs {
			if !yield(name) {
				return
			}
		}
	}) {
		b.WriteString(name + ":" + typeName(attrs[name]) + ",")
	}
	return "object({" + b.String() + "})"
}

// console gives terraform's results. It takes two processes for each portion of expressions, one for the
// values and one for the types: of piped input the console prints only the last result. try keeps
// an error in one expression from being the result of all.
func console(t *testing.T, dir string, all []entry) []string {
	t.Helper()
	var results []string
	for portion := range slices.Chunk(all, 200) {
		var values, types strings.Builder
		for _, e := range portion {
			fmt.Fprintf(&values, "try(base64encode(jsonencode([%s])), \"error\"), ", e.expr)
			fmt.Fprintf(&types, "try(%s, \"error\"), ", e.expr)
		}
		vs := parts(t, ask(t, dir, "["+values.String()+"]"), "[", "]")
		ts := parts(t, ask(t, dir, "type(["+types.String()+"])"), "tuple([", "])")
		if len(vs) != len(portion) || len(ts) != len(portion) {
			t.Fatalf("%d values and %d types of %d expressions", len(vs), len(ts), len(portion))
		}
		for i, e := range portion {
			r, err := answer(vs[i], ts[i])
			if err != nil {
				t.Fatalf("%s: %v", e.expr, err)
			}
			results = append(results, r)
		}
	}
	return results
}

// ask gives what the console prints for an expression, without white space.
func ask(t *testing.T, dir, expr string) string {
	t.Helper()
	cmd := exec.Command("terraform", "console", "-no-color")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(expr+"\n")
	cmd.Env = append(os.Environ(), "TF_CLI_ARGS=", "CHECKPOINT_DISABLE=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("terraform console: %v\n%s\n%s", err, out, &stderr)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

// parts splits a printed sequence at the commas outside all brackets.
func parts(t *testing.T, s, open, end string) []string {
	t.Helper()
	body, opened := strings.CutPrefix(s, open)
	body, closed := strings.CutSuffix(body, end)
	if !opened || !closed {
		t.Fatalf("the console printed %s", s)
	}
	var out []string
	depth, start := 0, 0
	for i, c := range body {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, body[start:i])
				start = i + 1
			}
		}
	}
	return out
}

func answer(value, kind string) (string, error) {
	switch value {
	case `"error"`:
		return "error", nil
	case "(knownafterapply)":
		return "unknown", nil
	case "(sensitivevalue)":
		return "sensitive", nil
	case "(ephemeralvalue)":
		return "ephemeral", nil
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Trim(value, `"`))
	if err != nil {
		return "", fmt.Errorf("reading %q: %w", value, err)
	}
	text, err := canonical(raw)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", raw, err)
	}
	return text[1:len(text)-1] + " : " + strings.ReplaceAll(kind, "),)", "))"), nil
}
