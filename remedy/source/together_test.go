package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// A wish about several instances, or about several roots that read one file, is one edit.
func TestWishesThatOneEditFulfils(t *testing.T) {
	versioning := func(bucket string) string {
		return `{"bucket": {"ref": "` + bucket + `.id"}, "versioning_configuration": [{"status": "Enabled"}]}`
	}
	counted := "resource \"aws_s3_bucket\" \"b\" {\n  count = 3\n}\n"
	shared := "resource \"aws_db_instance\" \"a\" {\n  multi_az = false\n}\n"
	rules := "resource \"aws_s3_bucket_lifecycle_configuration\" \"a\" {\n  rule {\n    id = \"one\"\n  }\n}\n"
	rule := func(root string) string {
		at := `{"op": "set", "root": "` + root + `", "address": "module.` + root + `.aws_s3_bucket_lifecycle_configuration.a", "path": "rule[1]`
		return at + `.id", "new": "two"}, ` + at + `.status", "new": "Enabled"}, ` + at + `.filter", "new": [{}]}`
	}
	tests := map[string]struct {
		files   map[string]string
		changes string
		says    []string // the diff
		names   []graph.Address
	}{
		"one block for all instances": {
			map[string]string{"main.tf": counted},
			`[{"op": "create", "address": "aws_s3_bucket_versioning.b_0_", "new": ` + versioning(`aws_s3_bucket.b[0]`) + `},
			  {"op": "create", "address": "aws_s3_bucket_versioning.b_1_", "new": ` + versioning(`aws_s3_bucket.b[1]`) + `},
			  {"op": "create", "address": "aws_s3_bucket_versioning.b_2_", "new": ` + versioning(`aws_s3_bucket.b[2]`) + `}]`,
			[]string{"+  count  = length(aws_s3_bucket.b)\n", "+  bucket = aws_s3_bucket.b[count.index].id\n"},
			[]graph.Address{"aws_s3_bucket_versioning.b[0]", "aws_s3_bucket_versioning.b[1]", "aws_s3_bucket_versioning.b[2]"},
		},
		"one module of two roots": {
			map[string]string{"one/main.tf": "module \"m\" {\n  source = \"../m\"\n}\n", "two/main.tf": "module \"n\" {\n  source = \"../m\"\n}\n", "m/main.tf": shared},
			`[{"op": "set", "root": "one", "address": "module.m.aws_db_instance.a", "path": "multi_az", "new": true},
			  {"op": "set", "root": "two", "address": "module.n.aws_db_instance.a", "path": "multi_az", "new": true}]`,
			[]string{"-  multi_az = false\n+  multi_az = true\n"},
			[]graph.Address{"module.m.aws_db_instance.a", "module.n.aws_db_instance.a"},
		},
		"one block in a module of two roots": {
			map[string]string{"one/main.tf": "module \"one\" {\n  source = \"../m\"\n}\n", "two/main.tf": "module \"two\" {\n  source = \"../m\"\n}\n", "m/main.tf": rules},
			"[" + rule("one") + "," + rule("two") + "]",
			[]string{"+  rule {\n", "+    id = \"two\"\n", "+    filter {}\n"},
			nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for file, text := range test.files {
				tree[file] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
			}
			g := graphOf(t, tree, terraform.Options{})
			wishes, err := remedy.ReadChanges([]byte(test.changes), g)
			if err != nil {
				t.Fatal(err)
			}
			var whole remedy.Wish
			for _, w := range wishes {
				whole.Patch = append(whole.Patch, w.Patch...)
			}
			steps, err := source.New(&source.Code{Tree: tree, Dir: ".", Read: read(t, tree, terraform.Options{})}, g).Plan(t.Context(), whole)
			if err != nil {
				t.Fatal(err)
			}
			if len(steps) != 1 || len(steps[0].Actions) != 1 {
				t.Fatalf("%d steps", len(steps))
			}
			diff := steps[0].Actions[0].Edit.Diff
			for _, s := range test.says {
				if strings.Count(diff, s) != 1 {
					t.Errorf("the diff does not hold %q once:\n%s", s, diff)
				}
			}
			for i, want := range test.names {
				if got := steps[0].Patch[i].Address; got != want {
					t.Errorf("change %d is of %s, want %s", i, got, want)
				}
			}
		})
	}
}

// Conditions upon conditions, texts upon texts and lists of lists are given up and not followed for ever.
func TestAValueWithoutEndIsRefused(t *testing.T) {
	chain := func(link func(below string) string) string {
		text := "locals {\n  l0 = true\n"
		for i := 1; i <= 60; i++ {
			text += fmt.Sprintf("  l%d = %s\n", i, link(fmt.Sprintf("local.l%d", i-1)))
		}
		return text + "}\nresource \"aws_db_instance\" \"a\" {\n  multi_az = local.l60\n}\n"
	}
	loop := "1"
	for range 12 {
		loop = "[for x in [1, 2, 3, 4, 5, 6, 7, 8, 9] : " + loop + "]"
	}
	for name, text := range map[string]string{
		"conditions": chain(func(b string) string { return b + " == " + b + " ? " + b + " : " + b }),
		"texts":      chain(func(b string) string { return "\"${" + b + "}${" + b + "}\" == \"\" ? " + b + " : false" }),
		"circles":    "locals {\n  a = \"${local.b}\" == \"x\" ? 1 : 2\n  b = \"${local.a}\"\n}\nresource \"aws_db_instance\" \"a\" {\n  multi_az = local.a\n}\n",
		"loops":      "resource \"aws_db_instance\" \"a\" {\n  multi_az = length(" + loop + ") == 1 ? false : true\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{"main.tf": &fstest.MapFile{Data: []byte(text)}}
			known := &graph.Resource{Address: "aws_db_instance.a", Type: "aws_db_instance", Attrs: map[string]any{}, Origins: []graph.Origin{{Source: "terraform", File: "main.tf"}}}
			code := &source.Code{Tree: tree, Dir: ".", Read: parsedAlone("main.tf", []byte(text), known, "no_argument")}
			wish := remedy.Wish{Patch: graph.Patch{{Op: graph.Set, Address: known.Address, Type: known.Type, Path: "multi_az", New: false}}}
			_, err := source.New(code, graph.New([]*graph.Resource{known}, nil)).Plan(t.Context(), wish)
			var refused *remedy.Refused
			if !errors.As(err, &refused) || refused.Class != remedy.ComputedExpression {
				t.Errorf("it is %v", err)
			}
		})
	}
}
