package source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/source"
)

const (
	uiVersion = `{"@level":"info","type":"version","terraform":"1.11.4","ui":"1.2"}` + "\n"
	uiSummary = `{"@level":"info","type":"change_summary","changes":{"add":0,"change":0,"remove":0,"operation":"plan"}}` + "\n"
)

// uiChange is a line that says what becomes of a resource.
func uiChange(address, action, reason string) string {
	return `{"type":"planned_change","change":{"resource":{"addr":"` + address + `"},"action":"` + action + `","reason":"` + reason + `"}}` + "\n"
}

func foreseen(t *testing.T, lines ...string) *source.Foreseen {
	t.Helper()
	f, err := source.Foresee(strings.NewReader(uiVersion + strings.Join(lines, "") + uiSummary))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhatTerraformPrintsIsRead(t *testing.T) {
	problem := `{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Unsupported\nargument","detail":"secret-9","address":"aws_x.y","range":{"filename":"main.tf","start":{"line":7}}}}` + "\n"
	warning := `{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Deprecated"}}` + "\n"
	tests := map[string]struct {
		text string
		want *source.Foreseen
		err  string
	}{
		"changes": {
			uiVersion + warning + uiChange("aws_x.y", "replace", "cannot_update") + uiChange(`module.m[\"a.b\"].aws_x.z[0]`, "update", "") + uiSummary,
			&source.Foreseen{Version: "1.11.4", Changes: map[graph.Address]source.Foretold{
				"aws_x.y": {Action: "replace", Reason: "cannot_update"}, `module.m["a.b"].aws_x.z[0]`: {Action: "update"}}}, "",
		},
		"an error":              {uiVersion + problem, &source.Foreseen{Version: "1.11.4", Changes: map[graph.Address]source.Foretold{}, Errors: []string{"Unsupported argument, aws_x.y (main.tf:7)"}}, ""},
		"words of another kind": {uiVersion + "panic: no\n", nil, "something else than JSON"},
		"cut off":               {uiVersion + uiChange("aws_x.y", "update", ""), nil, "ended before it said what it would do"},
		"nothing":               {"", nil, "ended before it said what it would do"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := source.Foresee(strings.NewReader(test.text))
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) || test.err == "" && err != nil {
				t.Fatalf("the error is %v, want %q", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsLostByAnEditAloneIsUnwanted(t *testing.T) {
	set := func(mark string) []remedy.Step {
		return []remedy.Step{{Mark: mark, Patch: graph.Patch{{Op: graph.Set, Root: "r", Address: "aws_x.y", Path: "a"}}}}
	}
	gone := []remedy.Step{{Mark: "-", Patch: graph.Patch{{Op: graph.Delete, Root: "r", Address: "aws_x.y"}}}}
	tests := map[string]struct {
		before, after string // the action
		steps         []remedy.Step
		want          []graph.Address
	}{
		"updated":                       {"", "update", set("~"), nil},
		"made for the first time":       {"create", "create", set("~"), nil},
		"replaced":                      {"", "replace", set("~"), []graph.Address{"aws_x.y"}},
		"replaced in any case":          {"replace", "replace", set("~"), nil},
		"replaced instead of updated":   {"update", "replace", set("~"), []graph.Address{"aws_x.y"}},
		"replaced as it was allowed to": {"", "replace", set("-/+"), nil},
		"deleted":                       {"", "delete", set("~"), []graph.Address{"aws_x.y"}},
		"deleted as it was wished":      {"", "delete", gone, nil},
		"let go":                        {"", "remove", set("~"), []graph.Address{"aws_x.y"}},
		"a word that nobody knows":      {"", "shred", set("~"), []graph.Address{"aws_x.y"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := foreseen(t)
			if test.before != "" {
				before = foreseen(t, uiChange("aws_x.y", test.before, ""))
			}
			after := foreseen(t, uiChange("aws_x.y", test.after, ""))
			if diff := cmp.Diff(test.want, after.Unwanted(before, "r", test.steps)); diff != "" {
				t.Error(diff)
			}
			if other := after.Unwanted(before, "another root", test.steps); test.want == nil && after.Changes["aws_x.y"].Loses() && !before.Changes["aws_x.y"].Loses() && other == nil {
				t.Error("a step of another root allows it")
			}
		})
	}
}

func TestReplacementsNameTheirAttributes(t *testing.T) {
	f := foreseen(t, uiChange("aws_x.y", "replace", "cannot_update"), uiChange("aws_x.z", "update", ""))
	err := f.ReplacedBy(strings.NewReader(`{"resource_changes":[{"address":"aws_x.y","change":{"replace_paths":[["name"],["block",0,"key"]]}},{"address":"aws_x.gone","change":{"replace_paths":[["a"]]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[graph.Address]source.Foretold{"aws_x.y": {Action: "replace", Reason: "cannot_update", Paths: []string{"block[0].key", "name"}}, "aws_x.z": {Action: "update"}}
	if diff := cmp.Diff(want, f.Changes); diff != "" {
		t.Error(diff)
	}
	if err := f.ReplacedBy(strings.NewReader("{")); err == nil {
		t.Error("half a document is read")
	}
}

func TestOnlyWhatTheEditsAddIsCounted(t *testing.T) {
	before := foreseen(t, uiChange("aws_x.a", "create", ""), uiChange("aws_x.b", "update", ""))
	after := foreseen(t, uiChange("aws_x.a", "create", ""), uiChange("aws_x.b", "replace", ""), uiChange("aws_x.c", "create", ""), uiChange("aws_x.d", "update", ""), uiChange("aws_x.e", "delete", ""), uiChange("aws_x.f", "read", ""))
	add, change, gone, replaced := after.Counts(before)
	if diff := cmp.Diff([]int{1, 1, 1, 1}, []int{add, change, gone, replaced}); diff != "" {
		t.Error(diff)
	}
}
