package reports_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/reports"
)

// saved is a report written as JSON and read again.
func saved(t *testing.T, name, text string) *reports.Saved {
	t.Helper()
	s, err := reports.ReadJSON(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// one is a report with the given parts.
func one(parts string) string {
	return `{"schema_version":1,"version":"0.4.0","sources":[{"name":".","kind":"terraform"}],"policies":["a.b","c.d"],"summary":{"fail":0},"gaps":[]` + parts + `}`
}

const failing = `{"policy":"a.b","severity":"high","verdict":"fail","root":"","resource":"aws_x.y","fingerprint":"f1","message":"m","source":{"file":"a.tf","line":3}}`

func TestWhatBecameOfAFinding(t *testing.T) {
	t.Parallel()
	worse := strings.Replace(failing, "high", "critical", 1)
	undecided := strings.Replace(failing, `"fail"`, `"undecided"`, 1)
	with := `,"findings":[` + failing + `]`
	for name, c := range map[string]struct {
		a, b                                  string
		fresh, fixed, waived, lost, unchanged int
	}{
		"unchanged":                     {with, with, 0, 0, 0, 0, 1},
		"fixed":                         {with, `,"findings":[]`, 0, 1, 0, 0, 0},
		"new":                           {`,"findings":[]`, with, 1, 0, 0, 0, 0},
		"worse":                         {with, `,"findings":[` + worse + `]`, 1, 0, 0, 0, 0},
		"less severe":                   {`,"findings":[` + worse + `]`, with, 0, 0, 0, 0, 1},
		"waived":                        {with, `,"findings":[],"waived":["f1"]`, 0, 0, 1, 0, 0},
		"undecided now":                 {with, `,"findings":[` + undecided + `]`, 0, 0, 0, 1, 0},
		"its policy did not finish":     {with, `,"findings":[],"problems":[{"policy":"a.b","why":"too slow"}]`, 0, 0, 0, 1, 0},
		"its policy was not loaded":     {strings.Replace(with, "a.b", "x.y", 1), `,"findings":[]`, 0, 0, 0, 1, 0},
		"its root was not read":         {with, `,"findings":[],"gaps":[{"where":"a.tf:1","why":"broken"}]`, 0, 0, 0, 1, 0},
		"another root was not read":     {with, `,"findings":[],"gaps":[{"root":"qa","where":"qa/a.tf:1","why":"broken"}]`, 0, 1, 0, 0, 0},
		"a gap of both":                 {with + `,"gaps":[{"where":"m.tf:1","why":"no module"}]`, `,"findings":[],"gaps":[{"where":"m.tf:9","why":"no module"}]`, 0, 1, 0, 0, 0},
		"findings are left out":         {with, `,"findings":[],"hidden":3`, 0, 0, 0, 1, 0},
		"known findings are left out":   {with, `,"findings":[],"baseline":{"known":2}`, 0, 0, 0, 1, 0},
		"only what is new is listed":    {with, `,"findings":[],"since":{"ref":"main"}`, 0, 0, 0, 1, 0},
		"undecided checks are left out": {with, `,"findings":[],"summary":{"undecided":4}`, 0, 0, 0, 1, 0},
		"an older plumb wrote it":       {with, `,"findings":[],"policies":null`, 0, 0, 0, 1, 0},
	} {
		d := reports.NewDiff(saved(t, "a.json", one(c.a)), saved(t, "b.json", one(c.b)))
		if len(d.New) != c.fresh || len(d.Fixed) != c.fixed || len(d.Waived) != c.waived || len(d.Lost) != c.lost || d.Unchanged != c.unchanged {
			t.Errorf("%s: %d new, %d fixed, %d waived, %d lost, %d unchanged", name, len(d.New), len(d.Fixed), len(d.Waived), len(d.Lost), d.Unchanged)
		}
	}
}

const loses = `{"lose":"zone:eu-west-1#0","entry_points":{"www.shop.example":`

func TestWhatCostsSomethingElseAndWhatAZoneDoes(t *testing.T) {
	t.Parallel()
	a := one(`,"findings":[],"cost":{"catalogue":"2026-09-03","monthly":"100.5","complete":true,"resources":[{"address":"aws_x.a","monthly":"100"},{"address":"aws_x.b","monthly":"0.5"},{"address":"aws_x.s","monthly":"7"}]},
		"losses":[` + loses + `{"up":false,"capacity":"0.00"}}},{"lose":"zone:eu-west-1#1","entry_points":{"www.shop.example":{"up":true,"capacity":"1.00"}}}]`)
	b := one(`,"findings":[],"cost":{"catalogue":"2026-09-03","monthly":"150","complete":false,"resources":[{"address":"aws_x.a","monthly":"130"},{"root":"qa","address":"aws_x.c","monthly":"20"},{"address":"aws_x.s","monthly":"7"}]},
		"losses":[` + loses + `{"up":true,"capacity":"0.50","capacity_high":"0.67"}}},{"lose":"zone:eu-west-1#1","entry_points":{"www.shop.example":{"up":true,"capacity":"1.00"}}}]`)
	var out bytes.Buffer
	if err := reports.DiffText(&out, reports.NewDiff(saved(t, "a.json", a), saved(t, "b.json", b)), reports.Look{Width: 80}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Cost $100.50 -> $150.00 a month (+$49.50); incomplete", "~ aws_x.a $100.00 -> $130.00 +$30.00 ",
		"+ qa:aws_x.c +$20.00 - aws_x.b -$0.50 ",
		"Zones 1st zone of eu-west-1, www.shop.example: DOWN -> UP at 50-67 %",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "2nd zone") || strings.Contains(out.String(), "aws_x.s") {
		t.Errorf("what is the same is listed:\n%s", out.String())
	}
}

// Every vector stands for every text of both reports.
func TestEveryVectorGoesThroughTheComparison(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/sanitize-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []map[string]string
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		text, err := json.Marshal(v["in"])
		if err != nil {
			t.Fatal(err)
		}
		hostile := strings.NewReplacer(`"a.b"`, string(text), `"aws_x.y"`, string(text), `"m"`, string(text), `"a.tf"`, string(text), `"high"`, string(text), "www.shop.example", strings.Trim(string(text), `"`), `"aws_x.a"`, string(text), `"main.tf"`, string(text))
		a := hostile.Replace(one(`,"findings":[` + failing + `],"cost":{"monthly":"1","resources":[{"address":"aws_x.a","monthly":"1"}]},"losses":[` + loses + `{"up":false,"capacity":"0.00"}}}]`))
		c := hostile.Replace(one(`,"findings":[` + strings.Replace(failing, "f1", "f2", 1) + `],"gaps":[{"where":"main.tf","why":"main.tf"}],"cost":{"monthly":"2","resources":[]},"losses":[]`))
		d := reports.NewDiff(saved(t, v["in"], a), saved(t, "b.json", c))
		for name, render := range map[string]func(*bytes.Buffer) error{
			"text": func(w *bytes.Buffer) error { return reports.DiffText(w, d, reports.Look{}) }, "markdown": func(w *bytes.Buffer) error { return reports.DiffMarkdown(w, d) },
			"json": func(w *bytes.Buffer) error { return reports.DiffJSON(w, d) },
		} {
			var out bytes.Buffer
			if err := render(&out); err != nil {
				t.Fatal(err)
			}
			harmless(t, "diff as "+name, v["in"], out.String())
			if want := v["markdown_code"]; name == "markdown" && !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, out.String())
			}
			if name == "json" && !json.Valid(out.Bytes()) {
				t.Errorf("%q is not JSON", v["in"])
			}
		}
	}
}
