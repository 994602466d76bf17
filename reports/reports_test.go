package reports_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/xeipuuv/gojsonschema"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
)

var update = flag.Bool("update", false, "write what the renderers print into testdata")

var today = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// shop is a run with something of everything.
func shop() reports.Input {
	db := resource("aws_db_instance", "main", "data.tf", 9, 24, map[string]graph.Pos{
		"multi_az": {Line: 21, Column: 3, EndLine: 21, EndColumn: 33}, "backup_retention_period": {Line: 22, Column: 3, EndLine: 22, EndColumn: 44},
	})
	db.Stage = "prod"
	zone := resource("aws_nat_gateway", "main", "network.tf", 45, 48, nil)
	bucket := resource("aws_s3_bucket", "images", "data.tf", 40, 42, nil)
	part := resource("aws_s3_bucket_versioning", "images", "data.tf", 40, 42, nil)
	part.Address, part.Of = "aws_s3_bucket.images#versioning[0]", "aws_s3_bucket.images"
	lb := resource("aws_lb", "web", "web.tf", 1, 6, nil)
	return reports.Input{
		Version: "0.4.0", Today: today, Sources: []reports.Source{{Name: ".", Kind: "terraform", Files: 4, Region: reports.Untrusted("eu-west-1")}},
		Graph: graph.New([]*graph.Resource{db, zone, bucket, part, lb}, []graph.Edge{{From: zone.Key(), Via: "subnet_id", To: db.Key()}}),
		Roots: []scanners.Root{{Kind: "terraform", Files: 4}},
		Gaps:  []scanners.Gap{{Where: "main.tf:30", What: "module.alarms", Why: "the module is not on disk", Settle: "terraform init, or --download-modules"}},
		Snippets: map[string]string{"data.tf": strings.Repeat("\n", 8) + "resource \"aws_db_instance\" \"main\" {\n" + strings.Repeat("\n", 10) +
			"\tpassword = \"…\"\n  multi_az               = false # revisit\n  backup_retention_period = var.backup_days\n"},
		Metas: []policies.Meta{
			{ID: "rds.multi_az", Title: "A database has a standby", Description: "One zone.", Controls: []string{"RDS-MULTIAZ-001"}, Requirements: []string{"RA-50"}, Severity: policies.High, Pillars: []string{"reliability"}, Disruption: "brief", Judges: "aws_db_instance", NonProduction: "lower",
				Parameters: map[string]policies.Parameter{"copies": {Default: 2, Description: "how many"}}, Equivalents: map[string][]string{"tool": {"T1", "T2"}}, Remediation: "Set multi_az."},
			{ID: "rds.backup_retention", Title: "Backups", Controls: []string{"RDS-BKP-001"}, Requirements: []string{"RA-53"}, Severity: policies.Critical},
			{ID: "nat.per_zone", Title: "NAT", Controls: []string{"NET-NAT-001"}, Requirements: []string{"RA-21"}, Severity: policies.High, Remediation: "Add a gateway in each zone."},
			{ID: "s3.versioning", Title: "Versions", Controls: []string{"S3-VER-001"}, Requirements: []string{"RA-65"}, Severity: policies.Medium},
			{ID: "lb.access_logs", Title: "Logs", Controls: []string{"LB-LOG-001"}, Requirements: []string{"RA-96"}, Severity: policies.Low},
			{ID: "eks.version", Title: "Version", Controls: []string{"EKS-VER-001"}, Severity: policies.High},
		},
		Results: policies.Results{Results: []policies.Result{
			{Policy: "rds.multi_az", Key: db.Key(), Resource: db.Address, Type: db.Type, Verdict: policies.Fail, Severity: policies.High, Stage: "prod", Attribute: "multi_az", Message: "the database has one copy in one zone",
				Fix: graph.Patch{{Op: graph.Set, Address: db.Address, Type: db.Type, Path: "multi_az", Old: false, New: true}}},
			{Policy: "rds.backup_retention", Key: db.Key(), Resource: db.Address, Type: db.Type, Verdict: policies.Undecided, Severity: policies.Critical, Stage: "prod",
				Missing: []policies.Missing{{Key: db.Key(), Path: "backup_retention_period", Why: "var.backup_days has no value", Settle: "--var backup_days=... or --var-file prod.tfvars"}}},
			{Policy: "nat.per_zone", Key: zone.Key(), Resource: zone.Address, Type: zone.Type, Verdict: policies.Fail, Severity: policies.High, Message: "both zones leave through one zone"},
			{Policy: "s3.versioning", Key: part.Key(), Resource: part.Of, Type: part.Type, Verdict: policies.Fail, Severity: policies.Medium, Attribute: "status", Message: "an overwritten image is gone"},
			{Policy: "lb.access_logs", Key: lb.Key(), Resource: lb.Address, Type: lb.Type, Verdict: policies.Waived, Severity: policies.Low, Message: "requests are not logged",
				Waiver: &policies.Waiver{Policy: "lb.access_logs", Reason: "staging may stop", Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), Where: "web.tf:1"}},
			{Policy: "lb.access_logs", Key: bucket.Key(), Resource: bucket.Address, Type: bucket.Type, Verdict: policies.Pass, Severity: policies.Low},
			{Policy: "eks.version", Key: bucket.Key(), Resource: bucket.Address, Type: bucket.Type, Verdict: policies.NotApplicable, Severity: policies.Low},
		}},
		Waivers: []policies.Waiver{{Policy: "rds", Address: "aws_db_instance.gone", Reason: "old", Where: "plumb.yaml:3"}},
	}
}

func resource(typ, name, file string, line, end int, attrs map[string]graph.Pos) *graph.Resource {
	return &graph.Resource{Address: graph.Address(typ + "." + name), Type: typ, Name: name,
		Origins: []graph.Origin{{Source: "terraform", File: file, Line: line, EndLine: end, Column: 1, Attrs: attrs}}}
}

// hostileText is what a scanned file may hold where a name is expected.
const hostileText = "x\x1b[2J\u202e|`<b>::error::%0A\r\n@all\u009b31m\xff]]>"

// hostile is the shop with every text from outside exchanged.
func hostile() reports.Input { return shopOf(hostileText) }

// shopOf is the shop with every text from outside exchanged for one.
func shopOf(text string) reports.Input {
	in := shop()
	var resources []*graph.Resource
	for _, r := range in.Graph.Resources() {
		c := *r
		c.Address, c.Root, c.Name, c.Stage = c.Address+graph.Address(text), text, text, text
		if c.Of != "" {
			c.Of += graph.Address(text)
		}
		c.Attrs = map[string]any{"tags": map[string]any{text: text}, "password": graph.Hidden{Literal: true}}
		c.Unknown = map[string]string{"x": text}
		c.Origins = []graph.Origin{{Source: "terraform", File: "a" + text + ".tf", Line: 3, EndLine: 4, ID: text, Calls: []graph.Call{{Module: text, File: text, Line: 1}}}}
		resources = append(resources, &c)
	}
	in.Graph = graph.New(resources, nil)
	in.Roots = []scanners.Root{{Path: text, Kind: "terraform"}}
	in.Snippets = map[string]string{"a" + text + ".tf": "\n\n" + strings.ReplaceAll(text, "\n", " ") + "\n\n"}
	in.Sources[0].Region = reports.Untrusted(text)
	in.Gaps = []scanners.Gap{{Root: text, Where: text, What: text, Why: text, Settle: text}}
	for i := range in.Results.Results {
		x := &in.Results.Results[i]
		x.Key.Root, x.Key.Address, x.Resource = text, x.Key.Address+graph.Address(text), x.Resource+graph.Address(text)
		x.Message, x.Stage, x.Attribute = text, text, text
		for j := range x.Missing {
			x.Missing[j] = policies.Missing{Key: x.Key, Path: text, Why: text, Settle: text}
		}
		for j := range x.Fix {
			x.Fix[j].Path, x.Fix[j].New, x.Fix[j].Old = text, text, text
		}
		if x.Waiver != nil {
			x.Waiver.Reason, x.Waiver.Where = text, text
		}
	}
	in.Waivers = []policies.Waiver{{Policy: text, Address: text, Reason: text, Where: text}}
	in.Results.Problems = []policies.Problem{{Policy: "rds.multi_az", Why: text}}
	return in
}

func report(in reports.Input) *reports.Report {
	r := reports.New(in)
	r.Threshold = policies.High
	r.Comment = reports.Comment{Key: "shop/prod", Run: "2026-11-20T23:10:41Z", Head: "b7e4410"}
	return r
}

type renderer struct {
	name   string
	render func(io.Writer, *reports.Report) error
}

// renderers are all forms of a report.
var renderers = []renderer{
	{"text.80.txt", func(w io.Writer, r *reports.Report) error { return reports.Terminal(w, r, reports.Look{Width: 80}) }},
	{"text.120.txt", func(w io.Writer, r *reports.Report) error { return reports.Terminal(w, r, reports.Look{Width: 120}) }},
	{"colour.txt", func(w io.Writer, r *reports.Report) error {
		return reports.Terminal(w, r, reports.Look{Width: 80, Colour: true})
	}},
	{"open.80.txt", func(w io.Writer, r *reports.Report) error {
		return reports.Terminal(w, r, reports.Look{Width: 80, Detail: true})
	}},
	{"full.80.txt", func(w io.Writer, r *reports.Report) error { return reports.Full(w, r, reports.Look{Width: 80}) }},
	{"full.120.txt", func(w io.Writer, r *reports.Report) error { return reports.Full(w, r, reports.Look{Width: 120}) }},
	{"concise.txt", reports.Concise},
	{"report.json", reports.JSON},
	{"report.sarif", reports.SARIF},
	{"junit.xml", reports.JUnit},
	{"comment.md", reports.Markdown},
	{"github.txt", reports.GitHub},
	{"gitlab.json", reports.GitLab},
	{"explain.80.txt", func(w io.Writer, r *reports.Report) error {
		return reports.ExplainPolicy(w, r.Policies["rds.multi_az"], r, reports.Look{Width: 80})
	}},
}

func TestReportsLookAsRecorded(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		name string
		in   reports.Input
	}{{"shop", shop()}, {"hostile", hostile()}} {
		for _, x := range renderers {
			t.Run(kind.name+"/"+x.name, func(t *testing.T) {
				var b bytes.Buffer
				if err := x.render(&b, report(kind.in)); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata", kind.name, x.name), b.Bytes())
			})
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got, -update writes it):\n%s", name, d)
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Nothing of a scanned file may act on what shows the report: no control character reaches any output.
func TestNothingFromOutsideActsOnWhatShowsTheReport(t *testing.T) {
	t.Parallel()
	for _, x := range renderers {
		var b bytes.Buffer
		if err := x.render(&b, report(hostile())); err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		text := colours.ReplaceAllString(b.String(), "")
		for _, bad := range []string{"\x1b", "\u202e", "\u009b", "\r", "\xff"} {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s lets %q through: %q", x.name, bad, text[max(0, i-40):min(len(text), i+40)])
			}
		}
		if x.name == "github.txt" {
			for line := range strings.Lines(text) {
				if strings.Count(line, "::") != 2 && strings.HasPrefix(line, "::error::") {
					t.Errorf("a command of the input: %q", line)
				}
			}
		}
		if x.name == "comment.md" && strings.Contains(text, "<b>") && !strings.Contains(text, "`") {
			t.Errorf("markdown holds an element of the input")
		}
	}
}

// Lines keep to the width, except where one word that is copied is longer.
func TestLinesKeepToTheWidth(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 80, 100, 120} {
		var b bytes.Buffer
		if err := reports.Terminal(&b, report(shop()), reports.Look{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			if runewidth.StringWidth(line) > width {
				t.Errorf("at %d columns this line has %d: %s", width, runewidth.StringWidth(line), line)
			}
		}
	}
}

func TestSarifKeepsToItsSchema(t *testing.T) {
	t.Parallel()
	schema := gojsonschema.NewStringLoader(sarifSchema(t))
	many := shop()
	for i := range 6000 {
		x := many.Results.Results[0]
		x.Message = fmt.Sprint(i)
		many.Results.Results = append(many.Results.Results, x)
	}
	for name, in := range map[string]reports.Input{"shop": shop(), "hostile": hostile(), "many": many} {
		var b bytes.Buffer
		if err := reports.SARIF(&b, report(in)); err != nil {
			t.Fatal(err)
		}
		result, err := gojsonschema.Validate(schema, gojsonschema.NewBytesLoader(b.Bytes()))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, e := range result.Errors() {
			t.Errorf("%s: %s", name, e)
		}
		if _, err := sarif.FromBytes(b.Bytes(), sarif.WithStrictValidation()); err != nil {
			t.Errorf("%s: another reader of SARIF: %v", name, err)
		}
		sarifLocations(t, name, b.Bytes())
	}
}

// sarifLocations demands what GitHub demands beyond the schema: each result has a location with a relative
// URI, and there are not more than 5,000.
func sarifLocations(t *testing.T, name string, text []byte) {
	t.Helper()
	var log struct {
		Runs []struct {
			Results []struct {
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	results := log.Runs[0].Results
	if len(results) == 0 || len(results) > 5000 {
		t.Errorf("%s: %d results", name, len(results))
	}
	for _, r := range results {
		if len(r.Locations) != 1 {
			t.Fatalf("%s: a result has %d locations", name, len(r.Locations))
		}
		p := r.Locations[0].PhysicalLocation
		if uri := p.ArtifactLocation.URI; uri == "" || uri[0] == '/' || strings.Contains(uri, ":") || strings.HasPrefix(uri, "..") || p.Region.StartLine < 1 {
			t.Errorf("%s: location %q line %d", name, uri, p.Region.StartLine)
		}
	}
}

// sarifSchema takes the official schema from the module that ships it as a constant.
func sarifSchema(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(out)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err = strconv.Unquote(lit.Value)
		}
		return true
	})
	if err != nil || !strings.Contains(text, "Static Analysis Results Format") {
		t.Fatalf("no schema in the module: %v", err)
	}
	return text
}

func TestJUnitKeepsToItsSchema(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("xmllint is not installed (Debian: libxml2-utils)")
		}
		t.Skip("xmllint is not installed (Debian: libxml2-utils)")
	}
	for name, in := range map[string]reports.Input{"shop": shop(), "hostile": hostile(), "nothing": {Graph: graph.New(nil, nil), Today: today}} {
		in.Verdicts = []policies.Verdict{policies.Fail, policies.Undecided, policies.Waived, policies.Pass, policies.NotApplicable}
		file := filepath.Join(t.TempDir(), name+".xml")
		var b bytes.Buffer
		if err := reports.JUnit(&b, report(in)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("xmllint", "--noout", "--nonet", "--schema", "testdata/junit.xsd", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestACommentStaysWithinItsBudget(t *testing.T) {
	t.Parallel()
	in := shop()
	for i := range 3000 {
		x := in.Results.Results[0]
		x.Message = fmt.Sprintf("%d \U0001F512 %s", i, strings.Repeat("long ", 10))
		in.Results.Results = append(in.Results.Results, x)
		u := in.Results.Results[1]
		u.Missing = []policies.Missing{{Why: fmt.Sprint("var.x", i, " has no value")}}
		in.Results.Results = append(in.Results.Results, u)
	}
	var b bytes.Buffer
	if err := reports.Markdown(&b, report(in)); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 60_000 {
		t.Errorf("%d bytes", b.Len())
	}
	text := b.String()
	for _, want := range []string{"more in the report", "<sub>plumb", "### Plumbline"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Count(text, "<details>") != strings.Count(text, "</details>") || strings.Count(text, "```")%2 != 0 {
		t.Errorf("a tag or a fence is open")
	}
}
