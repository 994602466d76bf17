package functions_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

func ref(text string) cty.Value {
	return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull(text + functions.Terminator).NewValue()
}

// scope holds references a, b (ids), arn, zone (an attribute that two resources may share), and values
// of which nothing is known.
func scope(o functions.Options) *hcl.EvalContext {
	later := cty.UnknownVal(cty.String)
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"a":     ref("x.a.id"),
			"b":     ref("x.b.id"),
			"arn":   ref("x.a.arn"),
			"zone":  ref("x.a.zone"),
			"zone2": ref("x.b.zone"),
			"later": later,
			"ids":   cty.TupleVal([]cty.Value{ref("x.a.id"), ref("x.b.id")}),
			"list":  cty.ListVal([]cty.Value{ref("x.a.id"), ref("x.b.id")}),
			"obj":   cty.ObjectVal(map[string]cty.Value{"id": ref("x.a.id"), "size": cty.UnknownVal(cty.Number)}),
			"map":   cty.UnknownVal(cty.Map(cty.String)),
			"any":   cty.DynamicVal,
		},
		Functions: functions.Table(o),
	}
}

func evaluate(t *testing.T, ctx *hcl.EvalContext, src string) (cty.Value, hcl.Diagnostics) {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(src), "", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", src, diags)
	}
	return expr.Value(ctx)
}

// sketch prints a value with references in angle brackets and other unknown parts as "?".
func sketch(v cty.Value) string {
	v, _ = v.Unmark()
	switch {
	case !v.IsKnown() && v.Type() == cty.String && strings.HasSuffix(v.Range().StringPrefix(), functions.Terminator):
		return "<" + strings.TrimSuffix(v.Range().StringPrefix(), functions.Terminator) + ">"
	case !v.IsKnown():
		return "?"
	case v.IsNull():
		return "null"
	case v.Type() == cty.String:
		return v.AsString()
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case v.Type() == cty.Bool:
		return map[bool]string{true: "true", false: "false"}[v.True()]
	}
	var parts []string
	for it := v.ElementIterator(); it.Next(); {
		key, e := it.Element()
		if v.Type().IsObjectType() || v.Type().IsMapType() {
			parts = append(parts, key.AsString()+"="+sketch(e))
			continue
		}
		parts = append(parts, sketch(e))
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// TestReferencesAreKeptWhereThatIsSound says for each function what becomes of an attribute that is
// known after apply.
func TestReferencesAreKeptWhereThatIsSound(t *testing.T) {
	t.Parallel()
	ctx := scope(functions.Options{Differ: func(p, q string) bool {
		return p != q && !strings.Contains(p+q, "zone")
	}})
	for src, want := range map[string]string{
		`compact([a, "", b, null])`:                  "[<x.a.id> <x.b.id>]",
		`compact([a, later])`:                        "?",
		`length(compact([a, "", b]))`:                "2",
		`coalesce(a, "x")`:                           "<x.a.id>",
		`coalesce("", null, a)`:                      "<x.a.id>",
		`coalesce(later, a)`:                         "?",
		`concat([a], [b], ["c"])`:                    "[<x.a.id> <x.b.id> c]",
		`concat(list, ["c"])`:                        "[<x.a.id> <x.b.id> c]",
		`length(concat(list, ["c"]))`:                "3",
		`flatten([[a, [b]], [], "c"])`:               "[<x.a.id> <x.b.id> c]",
		`length(flatten([ids, list]))`:               "4",
		`flatten([ids, any])`:                        "?",
		`distinct([a, b, arn])`:                      "[<x.a.id> <x.b.id> <x.a.arn>]",
		`distinct([a, a])`:                           "?",
		`distinct([zone, zone2])`:                    "?",
		`distinct([a, "literal"])`:                   "?",
		`reverse(ids)`:                               "[<x.b.id> <x.a.id>]",
		`slice(list, 1, 2)`:                          "[<x.b.id>]",
		`element(ids, 3)`:                            "<x.b.id>",
		`element(list, 2)`:                           "<x.a.id>",
		`coalescelist([], list)`:                     "[<x.a.id> <x.b.id>]",
		`zipmap(["p", "q"], ids)`:                    "[p=<x.a.id> q=<x.b.id>]",
		`zipmap(["p", "q"], list)["q"]`:              "<x.b.id>",
		`zipmap([a], ["v"])`:                         "?",
		`values({ p = a, q = b })`:                   "[<x.a.id> <x.b.id>]",
		`keys({ p = a, q = later })`:                 "[p q]",
		`merge({ p = a }, { q = b }, { p = "c" })`:   "[p=c q=<x.b.id>]",
		`merge(tomap({ p = a }), tomap({ q = b }))`:  "[p=<x.a.id> q=<x.b.id>]",
		`merge({ p = a }, map)`:                      "?",
		`tolist(ids)`:                                "[<x.a.id> <x.b.id>]",
		`tomap({ p = a })`:                           "[p=<x.a.id>]",
		`tostring(a)`:                                "<x.a.id>",
		`toset([a])`:                                 "[<x.a.id>]",
		`one([a])`:                                   "<x.a.id>",
		`one(toset([a]))`:                            "<x.a.id>",
		`lookup({ p = a, q = later }, "p", "d")`:     "<x.a.id>",
		`lookup({ p = a }, "z", b)`:                  "<x.b.id>",
		`lookup(tomap({ p = a, q = "s" }), "p", "")`: "<x.a.id>",
		`lookup(map, "p", "")`:                       "?",
		`chunklist(list, 1)`:                         "[[<x.a.id>] [<x.b.id>]]",
		`matchkeys(ids, ["p", "q"], ["q"])`:          "[<x.b.id>]",
		`setproduct(ids, ["p"])`:                     "[[<x.a.id> p] [<x.b.id> p]]",
		`nonsensitive(sensitive(a))`:                 "<x.a.id>",
		`list(a, b)`:                                 "[<x.a.id> <x.b.id>]",
		`map("p", a)`:                                "[p=<x.a.id>]",
		`element(concat(list, [""]), 0)`:             "<x.a.id>",

		// What a reference is made of is no text of the value that it will have.
		`startswith(a, "x.a")`:         "?",
		`startswith(a, "q")`:           "?",
		`contains([a], "subnet-1")`:    "?",
		`contains([a, "p"], "p")`:      "true",
		`index([a], "p")`:              "?",
		`jsondecode(a)`:                "?",
		`matchkeys(["p"], [a], [b])`:   "?",
		`join(",", ids)`:               "?",
		`length(a)`:                    "?",
		`sort(ids)`:                    "[? ?]",
		`length(sort(ids))`:            "2",
		`formatlist("%s-x", list)`:     "[? ?]",
		`setunion([a], [b])`:           "[<x.a.id> <x.b.id>]",
		`length(toset([zone, zone2]))`: "?",

		// try and can are sure only of what cannot fail later.
		`try(a, "d")`:                  "<x.a.id>",
		`try(ids[1], "d")`:             "<x.b.id>",
		`try(ids[2], "d")`:             "d",
		`try(obj.id, "d")`:             "<x.a.id>",
		`try(obj.size, 1)`:             "?",
		`try(obj.nope, "d")`:           "d",
		`try(element(list, 0), "d")`:   "<x.a.id>",
		`try(ids[*], [])`:              "[<x.a.id> <x.b.id>]",
		`try(map["k"], "d")`:           "?",
		`try(tonumber(a), 0)`:          "?",
		`try(any.x, "d")`:              "?",
		`try([a, b], [])`:              "[<x.a.id> <x.b.id>]",
		`try({ p = a }, {})`:           "[p=<x.a.id>]",
		`try("${a}", "")`:              "<x.a.id>",
		`try(coalesce(a, ""), "")`:     "<x.a.id>",
		`try(file("nowhere"), "d")`:    "?",
		`can(a)`:                       "true",
		`can(obj.size)`:                "?",
		`can(ids[7])`:                  "false",
		`can(file("nowhere"))`:         "?",
		`can(tonumber(a))`:             "?",
		`length([for x in ids : x])`:   "2",
		`{ for i, x in ids : i => x }`: "[0=<x.a.id> 1=<x.b.id>]",
		`try(one([a]), null)`:          "<x.a.id>",
		`try(upper(a), "d")`:           "?",
		`core::compact([a, ""])`:       "[<x.a.id>]",
		`templatestring("x", {})`:      "error",
		`list(1, "b")`:                 "[1 b]",
		`list()`:                       "[]",
		`list("a", ["b"])`:             "error",
		`map("a", 1, "b", "c")`:        "[a=1 b=c]",
		`map("a")`:                     "error",
		`map()`:                        "[]",
		`map([], 1)`:                   "error",
		`map(later, 1)`:                "?",
	} {
		v, diags := evaluate(t, ctx, src)
		got := "error"
		if !diags.HasErrors() {
			got = sketch(v)
		}
		if got != want {
			t.Errorf("%s gives %s, want %s (%v)", src, got, want, diags)
		}
	}
}

// TestWhatDependsOnTheMachineIsUnknown also says when it is not.
func TestWhatDependsOnTheMachineIsUnknown(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][2]string{ // without and with a time
		`timestamp()`:                {"?", "2026-01-02T03:04:05Z"},
		`plantimestamp()`:            {"?", "2026-01-02T03:04:05Z"},
		`core::timestamp()`:          {"?", "2026-01-02T03:04:05Z"},
		`uuid()`:                     {"?", "?"},
		`bcrypt("p")`:                {"?", "?"},
		`bcrypt("p", 10)`:            {"?", "?"},
		`abspath("a")`:               {"?", "?"},
		`pathexpand("~/a")`:          {"?", "?"},
		`pathexpand("~")`:            {"?", "?"},
		`timestamp() == null`:        {"false", "false"},
		`uuid() == null`:             {"false", "false"},
		`try(uuid(), "p")`:           {"?", "?"},
		`bcrypt("p") == null`:        {"false", "false"},
		`abspath("a") == null`:       {"false", "false"},
		`timeadd(timestamp(), "1h")`: {"?", "2026-01-02T04:04:05Z"},
	} {
		for i, now := range []time.Time{{}, time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600))} {
			v, diags := evaluate(t, scope(functions.Options{Now: now}), src)
			if diags.HasErrors() {
				t.Fatalf("%s: %v", src, diags)
			}
			if got := sketch(v); got != want[i] {
				t.Errorf("%s gives %s, want %s", src, got, want[i])
			}
		}
	}
}

// TestNothingOutsideIsRead also says which failures are ours and which are Terraform's.
func TestNothingOutsideIsRead(t *testing.T) {
	t.Parallel()
	ctx := scope(functions.Options{Dir: "stages/prod", FS: fstest.MapFS{
		"secret.txt":              {Data: []byte("up")},
		"stages/prod/a.txt":       {Data: []byte("in")},
		"stages/prod/big.bin":     {Data: make([]byte, 16<<20+1)},
		"stages/prod/deep.tpl":    {Data: []byte("${" + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "}")},
		"stages/prod/foreign.tpl": {Data: []byte("${provider::aws::arn_parse(\"x\")}")},
	}})
	type outcome struct {
		Value    string
		Declined bool
	}
	for src, want := range map[string]outcome{
		`file("a.txt")`:                             {Value: "in"},
		`file("./../prod/a.txt")`:                   {Value: "in"},
		`file("../../secret.txt")`:                  {Value: "up"},
		`file("../../../secret.txt")`:               {"error", true},
		`file("/etc/passwd")`:                       {"error", true},
		`file("~/.aws/credentials")`:                {"error", true},
		`file("../../../../etc/passwd")`:            {"error", true},
		`file("missing.txt")`:                       {"error", false},
		`file("big.bin")`:                           {"error", true},
		`fileexists("../../../x")`:                  {"error", true},
		`fileexists("../../secret.txt")`:            {Value: "true"},
		`fileset("../../..", "*")`:                  {"error", true},
		`fileset(".", "../../../*")`:                {"error", true},
		`fileset("../..", "*.txt")`:                 {Value: "[secret.txt]"},
		`fileset("/", "*")`:                         {"error", true},
		`filemd5("../../../x")`:                     {"error", true},
		`templatefile("../../../x", {})`:            {"error", true},
		`templatefile("deep.tpl", {})`:              {"error", true},
		`templatefile("foreign.tpl", {})`:           {"error", true},
		`try(file("/etc/passwd"), "d")`:             {Value: "?"},
		`try(templatefile("foreign.tpl", {}), "d")`: {Value: "?"},
		`try(file("missing.txt"), "d")`:             {Value: "d"},
		`can(file("/etc/passwd"))`:                  {Value: "?"},
		`try(upper(file("/etc/passwd")), "d")`:      {Value: "?"},
		`try(try(file("/etc/passwd")), "d")`:        {Value: "?"},
		`rsadecrypt("eA==", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----")`: {"error", true},
	} {
		v, diags := evaluate(t, ctx, src)
		got := outcome{Value: "error"}
		if !diags.HasErrors() {
			got.Value = sketch(v)
		}
		for _, d := range diags {
			got.Declined = got.Declined || functions.Declined(functions.Diagnosed(d))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (%v):\n%s", src, diags, diff)
		}
	}
}

func TestProviderFunctionsAreDeclined(t *testing.T) {
	t.Parallel()
	src := `try(provider::aws::arn_parse("arn:aws:s3:::b").resource, provider::my-corp::x_2(1), provider::aws::arn_parse)`
	names := functions.ProviderNames([]byte(src))
	if diff := cmp.Diff([]string{"provider::aws::arn_parse", "provider::my-corp::x_2"}, names); diff != "" {
		t.Error(diff)
	}
	ctx := scope(functions.Options{})
	for _, name := range names {
		ctx.Functions[name] = functions.Provider(name)
	}
	v, diags := evaluate(t, ctx, `provider::aws::arn_parse("x", a, later, null)`)
	if v.IsKnown() || len(diags) != 1 || !functions.Declined(functions.Diagnosed(diags[0])) {
		t.Errorf("gives %#v, %v", v, diags)
	}
	if v, diags := evaluate(t, ctx, `try(provider::aws::arn_parse("x"), "d")`); v.IsKnown() || diags.HasErrors() {
		t.Errorf("try gives %#v, %v", v, diags)
	}
}

// TestTableHasTheFunctionsOfTerraform counts: those that `terraform metadata functions` lists, each also as core::NAME, and two of old.
func TestTableHasTheFunctionsOfTerraform(t *testing.T) {
	t.Parallel()
	table := functions.Table(functions.Options{})
	plain, core := 0, 0
	for name := range table {
		if strings.HasPrefix(name, "core::") {
			core++
		} else {
			plain++
		}
	}
	if core != 118 || plain != core+2 {
		t.Errorf("%d names and %d in core::", plain, core)
	}
}
