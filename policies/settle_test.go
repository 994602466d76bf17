package policies_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// sample is a policy about databases with METADATA lines of the test's choice.
func sample(custom string, body ...string) fstest.MapFS {
	code := `
judged contains i if some i, _ in input.aws_db_instance

deny contains {"at": i, "attribute": "multi_az", "message": "one copy"} if {
	some i in judged
	input.aws_db_instance[i].multi_az == false
}
`
	if len(body) > 0 {
		code = body[0]
	}
	text := "# METADATA\n# title: Sample\n# custom:\n#   judges: aws_db_instance\n#   severity: high\n"
	for _, line := range strings.Split(strings.TrimSpace(custom), "\n") {
		if line != "" {
			text += "#   " + line + "\n"
		}
	}
	return fstest.MapFS{"own/sample.rego": &fstest.MapFile{Data: []byte(text + "package own.sample\n" + code)}}
}

func judge(t *testing.T, tree fstest.MapFS, o policies.Options, resources ...*graph.Resource) policies.Results {
	t.Helper()
	set, err := policies.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	got, err := set.Evaluate(context.Background(), catalog.Build(resources, catalog.Options{}), o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// lines shortens results to what the tests are about.
func lines(r policies.Results) []string {
	var out []string
	for _, x := range r.Results {
		out = append(out, strings.TrimRight(strings.Join([]string{x.Policy, string(x.Key.Address), string(x.Verdict), string(x.Severity), x.Message}, " "), " "))
	}
	return out
}

func staged(name, stage string) *graph.Resource {
	return db(name, map[string]any{"multi_az": false, "tags": map[string]any{"Environment": stage}})
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestStageProfileSeverityAndWaivers(t *testing.T) {
	end := day("2030-06-30")
	for _, c := range []struct {
		name, custom string
		o            policies.Options
		want         []string
	}{
		{"same in every stage", "", policies.Options{}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t fail high one copy"}},
		{"lower elsewhere", "non_production: lower", policies.Options{}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t fail medium one copy"}},
		{"skipped elsewhere", "non_production: skip", policies.Options{}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t not_applicable high not judged in stage test"}},
		{"a severity of one's own, then lower", "non_production: lower", policies.Options{Severity: map[string]policies.Severity{"own.sample": "low"}}, []string{"own.sample aws_db_instance.p fail low one copy", "own.sample aws_db_instance.t fail info one copy"}},
		{"the profile is not in use", "profile: kubernetes", policies.Options{}, []string{"own.sample aws_db_instance.p not_applicable high the profile kubernetes is not in use here", "own.sample aws_db_instance.t not_applicable high the profile kubernetes is not in use here"}},
		{"the profile is declared", "profile: kubernetes", policies.Options{Profiles: []string{"kubernetes"}}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t fail high one copy"}},
		{"waived by address", "", policies.Options{Today: end, Waivers: []policies.Waiver{{Policy: "own.sample", Address: "*.t", Reason: "a test", Until: end}}}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t waived high one copy"}},
		{"waived by control", "control: RDS-MULTIAZ-001", policies.Options{Today: end, Waivers: []policies.Waiver{{Policy: "RDS-MULTIAZ-001", Reason: "planned", Until: end}}}, []string{"own.sample aws_db_instance.p waived high one copy", "own.sample aws_db_instance.t waived high one copy"}},
		{"a waiver that is over", "", policies.Options{Today: day("2030-07-01"), Waivers: []policies.Waiver{{Policy: "own", Address: "aws_db_instance.t", Reason: "a test", Until: end}}}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t fail high one copy", "waiver.expired aws_db_instance.t fail medium the waiver of own ended on 2030-06-30"}},
		{"high findings are not waived for ever", "", policies.Options{Today: end, Waivers: []policies.Waiver{{Policy: "own.sample", Reason: "no"}}}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t fail high one copy"}},
		{"a waiver needs a reason", "", policies.Options{Today: end, Waivers: []policies.Waiver{{Policy: "own.sample", Until: end}}}, []string{"own.sample aws_db_instance.p fail high one copy", "own.sample aws_db_instance.t fail high one copy"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := judge(t, sample(c.custom), c.o, staged("p", "prod"), staged("t", "test"))
			if diff := cmp.Diff(c.want, lines(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAWaiverNeverHidesAPass(t *testing.T) {
	w := policies.Waiver{Policy: "own.sample", Reason: "r", Until: day("2030-01-01")}
	got := judge(t, sample(""), policies.Options{Waivers: []policies.Waiver{w}}, db("a", map[string]any{"multi_az": true}), db("b", map[string]any{}, "multi_az"))
	if diff := cmp.Diff([]string{"own.sample aws_db_instance.a pass high", "own.sample aws_db_instance.b waived high"}, lines(got)); diff != "" {
		t.Error(diff)
	}
}

const retention = `
judged contains i if some i, _ in input.aws_db_instance

deny contains {"at": i, "attribute": "backup_retention_period", "message": "too short"} if {
	some i in judged
	input.aws_db_instance[i].backup_retention_period < data.parameters.own.sample.days
}
`

func TestParametersDifferByStageAndAreChecked(t *testing.T) {
	tree := sample("parameters:\n  days: {default: 7, non_production: 1, description: days}", retention)
	resources := func() []*graph.Resource {
		p, s := staged("p", "prod"), staged("t", "test")
		p.Attrs["backup_retention_period"], s.Attrs["backup_retention_period"] = 3, 3
		return []*graph.Resource{p, s}
	}
	set := func(name string, v any) policies.Options {
		return policies.Options{Parameters: map[string]map[string]any{"own.sample": {name: v}}}
	}
	for _, c := range []struct {
		o    policies.Options
		want []string
	}{
		{policies.Options{}, []string{"own.sample aws_db_instance.p fail high too short", "own.sample aws_db_instance.t pass high"}},
		{set("days", 3), []string{"own.sample aws_db_instance.p pass high", "own.sample aws_db_instance.t pass high"}},
		{set("days_non_production", 5), []string{"own.sample aws_db_instance.p fail high too short", "own.sample aws_db_instance.t fail high too short"}},
	} {
		if diff := cmp.Diff(c.want, lines(judge(t, tree, c.o, resources()...))); diff != "" {
			t.Error(diff)
		}
	}
	loaded, err := policies.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{"day": 3, "days": "three"} {
		_, err := loaded.Evaluate(context.Background(), catalog.Build(resources(), catalog.Options{}), set(name, v))
		if err == nil {
			t.Errorf("%s = %v is accepted", name, v)
		}
	}
}

func TestLoadRefusesPoliciesThatBreakTheRules(t *testing.T) {
	for _, c := range []struct{ name, custom, body, want string }{
		{"unknown key", "severitee: low", "", `own/sample.rego:6: unknown key "severitee", did you mean "severity"?`},
		{"unknown word", "non_production: never", "", `own/sample.rego:6: "never" is not one of same, lower, skip`},
		{"misspelt attribute", "", strings.ReplaceAll(retention, "backup_retention_period <", "backup_retention <"), "own/sample.rego:12: undefined ref: input.aws_db_instance[i].backup_retention"},
		{"undeclared parameter", "", retention, `parameter "days" is not declared in METADATA`},
		{"not on an attribute", "", "\njudged contains i if some i, _ in input.aws_db_instance\n\ndeny contains {\"at\": i, \"attribute\": \"\", \"message\": \"m\"} if {\n\tsome i in judged\n\tnot input.aws_db_instance[i].multi_az\n}\n", "holds when the value is not known"},
		{"a scan", "", "\njudged contains i if some i, _ in input.aws_db_instance\n\ndeny contains {\"at\": i, \"attribute\": \"\", \"message\": \"m\"} if {\n\tsome i in judged\n\tsome s in input.aws_subnet\n\ts.cidr_block == null\n}\n", "aws_subnet is looked through without an edge"},
		{"a message that reads more", "", "\njudged contains i if some i, _ in input.aws_db_instance\n\ndeny contains {\"at\": i, \"attribute\": \"\", \"message\": sprintf(\"%s\", [db.engine])} if {\n\tsome i in judged\n\tdb := input.aws_db_instance[i]\n\tdb.multi_az == false\n}\n", "the message reads engine of aws_db_instance"},
		{"impure", "", "\njudged contains i if {\n\tsome i, _ in input.aws_db_instance\n\thttp.send({\"method\": \"get\", \"url\": \"http://x\"}).status_code == 200\n}\n\ndeny contains {\"at\": i, \"attribute\": \"\", \"message\": \"m\"} if some i in judged\n", "undefined function http.send"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := sample(c.custom)
			if c.body != "" {
				tree = sample(c.custom, c.body)
			}
			_, err := policies.Load(tree)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestAPolicyThatDoesNotFinishIsAProblemAndItsResourcesAreUndecided(t *testing.T) {
	slow := `
judged contains i if some i, _ in input.aws_db_instance

deny contains {"at": i, "attribute": "", "message": "m"} if {
	some i in judged
	count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a == -b]) > 0
}
`
	got := judge(t, sample("", slow), policies.Options{Timeout: 50 * time.Millisecond}, db("a", map[string]any{}))
	if len(got.Problems) != 1 || got.Problems[0].Policy != "own.sample" {
		t.Errorf("problems: %v", got.Problems)
	}
	if len(got.Results) != 1 || got.Results[0].Verdict != policies.Undecided {
		t.Errorf("results: %v", lines(got))
	}
}

func TestWhatWouldSettleIsNamed(t *testing.T) {
	r := db("a", map[string]any{})
	r.Unknown["multi_az"] = "var.ha has no value"
	got := judge(t, sample(""), policies.Options{}, r)
	want := []policies.Missing{{Key: r.Key(), Path: "multi_az", Why: "var.ha has no value", Settle: "--var ha=... or --var-file"}}
	if diff := cmp.Diff(want, got.Results[0].Missing); diff != "" {
		t.Error(diff)
	}
}

func TestAMapThatMayHaveFurtherKeysLeavesEachOfThemOpen(t *testing.T) {
	tagged := `
judged contains i if some i, _ in input.aws_db_instance

named contains i if {
	some i, db in input.aws_db_instance
	db.tags.Owner != ""
}

deny contains {"at": i, "attribute": "tags", "message": "nobody owns it"} if {
	some i in judged
	not named[i]
}
`
	open := db("open", map[string]any{"tags": map[string]any{"Team": "shop"}})
	open.Unknown["tags[*]"] = "var.tags has no value"
	owned := db("owned", map[string]any{"tags": map[string]any{"Owner": "shop"}})
	owned.Unknown["tags[*]"] = "var.tags has no value"
	closed := db("shut", map[string]any{"tags": map[string]any{"Team": "shop"}})
	want := []string{"own.sample aws_db_instance.open undecided high", "own.sample aws_db_instance.owned undecided high", "own.sample aws_db_instance.shut fail high nobody owns it"}
	if diff := cmp.Diff(want, lines(judge(t, sample("", tagged), policies.Options{}, open, owned, closed))); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAnUnreadModuleWasGivenMayBeReferredTo(t *testing.T) {
	watched := `
judged contains i if some i, _ in input.aws_db_instance

copied contains i if {
	some i, db in input.aws_db_instance
	some _ in db._from["aws_db_instance.replicate_source_db"]
}

deny contains {"at": i, "attribute": "", "message": "no replica"} if {
	some i in judged
	not copied[i]
}
`
	given := db("given", map[string]any{})
	plain := db("plain", map[string]any{})
	g := catalog.Build([]*graph.Resource{given, plain}, catalog.Options{})
	g.Get(given.Key()).Unknown["_from"] = "module.replicas was given it and is not on disk"
	set, err := policies.Load(sample("", watched))
	if err != nil {
		t.Fatal(err)
	}
	got, err := set.Evaluate(context.Background(), g, policies.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"own.sample aws_db_instance.given undecided high", "own.sample aws_db_instance.plain fail high no replica"}, lines(got)); diff != "" {
		t.Error(diff)
	}
}
