package reports_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/browser"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// simulationOf carries out the losses of a model.
func simulationOf(m *resilience.Model) *reports.Simulation {
	return &reports.Simulation{Model: m, Zones: m.Simulate(m.Zones()), Regions: m.Simulate(m.Regions()), Points: m.SinglePoints(), Targets: resilience.DefaultTarget}
}

// chapters is a piece of a reference architecture.
func chapters() []reports.Requirement {
	return []reports.Requirement{
		{ID: "RA-21", Status: "MUST", Chapter: "2. Network", Text: "A gateway in each zone."},
		{ID: "RA-50", Status: "MUST", Chapter: "5. Data", Text: "A standby in another zone."}, {ID: "RA-53", Status: "MUST", Chapter: "5. Data", Text: "Backups."},
		{ID: "RA-65", Status: "SHOULD", Chapter: "6. Object storage", Text: "Versions."}, {ID: "RA-96", Status: "SHOULD", Chapter: "10. Monitoring", Text: "Logs."},
		{ID: "RA-100", Status: "MAY", Chapter: "11. Delivery", Text: "Something that nothing judges."},
	}
}

// complianceOf is a report with everything that a compliance report says.
func complianceOf(in reports.Input, m *resilience.Model) *reports.Report {
	r := report(in)
	r.Made = time.Date(2026, 11, 20, 23, 10, 41, 0, time.UTC)
	c := reports.ComplianceInput{Title: "shop", Commit: "b7e4410", Graph: in.Graph, Results: in.Results, Requirements: chapters(), Waivers: in.Waivers,
		Costs: cost.Estimated{Currency: "USD", Catalogue: "2026-10-04", Monthly: decimal.NewFromInt(42), Complete: true}}
	if m != nil {
		c.Simulation = simulationOf(m)
	}
	for _, x := range in.Graph.Resources() {
		c.Costs.Resources = append(c.Costs.Resources, cost.Resource{Root: x.Root, Address: x.Address, Type: x.Type, Region: "eu-west-1", Unpriced: []cost.Unpriced{{Meter: "storage", Why: "its size: " + string(x.Address)}}})
	}
	r.Compliance = reports.NewCompliance(r, c)
	return r
}

func htmlOf(t testing.TB, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChaptersAreScoredByTheMainRequirement(t *testing.T) {
	t.Parallel()
	r := complianceOf(shop(), nil)
	want := []reports.Chapter{
		{Name: "2. Network", Counts: reports.Counts{Fail: 1}}, {Name: "5. Data", Counts: reports.Counts{Fail: 1, Undecided: 1}},
		{Name: "6. Object storage", Counts: reports.Counts{Fail: 1}}, {Name: "10. Monitoring", Counts: reports.Counts{Pass: 1, Waived: 1}}, {Name: "11. Delivery"},
	}
	if d := cmp.Diff(want, r.Compliance.Chapters, cmpopts.IgnoreFields(reports.Chapter{}, "Requirements")); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff(reports.Counts{Pass: 1, Fail: 3, Undecided: 1, Waived: 1}, r.Compliance.Total()); d != "" {
		t.Errorf("total (-want +got)\n%s", d)
	}
	page := htmlOf(t, r)
	for _, want := range []string{"1 to 2 of 5 checks hold", "<b>0–50 %</b>", "Nothing here that these chapters were judged by: 11. Delivery."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestAnIndexTellsStagesAndAccountsApart(t *testing.T) {
	t.Parallel()
	in := shop()
	if r := complianceOf(in, nil); r.Compliance.Several() || strings.Contains(htmlOf(t, r), `id="index"`) {
		t.Error("one stage that is known has an index")
	}
	in.Results.Results[2].Stage = "test"
	r := complianceOf(in, nil)
	if !r.Compliance.Several() {
		t.Fatal("two stages are not told apart")
	}
	var got []string
	for _, p := range r.Compliance.Parts {
		got = append(got, fmt.Sprintf("%q %d fail %d undecided %d gaps", p.Stage.Terminal(), p.Fail, p.Undecided, p.Gaps))
	}
	if d := cmp.Diff([]string{`"" 1 fail 0 undecided 0 gaps`, `"prod" 1 fail 1 undecided 0 gaps`, `"test" 1 fail 0 undecided 0 gaps`}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	page := htmlOf(t, r)
	for _, want := range []string{`id="index"`, `<option value="1">prod</option>`, `data-part="2"`, "1 gap cannot be told apart by row"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
}

var (
	policy  = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`)
	inlined = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(?:style|script)>`)
	address = regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9]|url\(|@import|\b(?:src|href|action|style|on[a-z]+)="[^#]`)
)

func TestAPageLoadsNothingAndRunsOnlyItsOwnScript(t *testing.T) {
	t.Parallel()
	page := htmlOf(t, complianceOf(shop(), drawn(7, "aws_db_instance.main")))
	rules := policy.FindStringSubmatch(page)
	if rules == nil || !strings.HasPrefix(rules[1], "default-src 'none'; ") || strings.Contains(rules[1], "unsafe") {
		t.Fatalf("the policy of the page: %v", rules)
	}
	parts := inlined.FindAllStringSubmatch(page, -1)
	if len(parts) != 2 {
		t.Fatalf("%d styles and scripts", len(parts))
	}
	for _, p := range parts {
		sum := sha256.Sum256([]byte(p[2]))
		if want := p[1] + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(rules[1], want) {
			t.Errorf("the policy does not allow the %s: %s", p[1], want)
		}
	}
	body := inlined.ReplaceAllString(page, "")
	for _, found := range address.FindAllStringIndex(body, -1) {
		t.Errorf("the page refers to something outside: %s", body[max(0, found[0]-30):min(len(body), found[1]+30)])
	}
}

// compliant are the forms of a compliance report.
var compliant = []renderer{
	{"html", reports.HTML}, {"compliance.md", reports.ComplianceMarkdown}, {"csv", reports.CSV}, {"ocsf", reports.OCSF},
	{"asff", func(w io.Writer, r *reports.Report) error {
		return reports.ASFF(w, r, reports.HubPlace{Account: "111111111111", Region: "eu-west-1"})
	}},
}

// Every vector stands for every text from outside, in every format: it is there as its rendering says, and does nothing.
func TestEveryVectorGoesThroughEveryFormat(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/sanitize-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []map[string]string
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	rendering := map[string]string{"html": "html", "compliance.md": "markdown_text", "csv": "csv", "text.80.txt": "terminal", "full.120.txt": "terminal", "comment.md": "markdown_code", "github.txt": "annotation"}
	for _, v := range vectors {
		in := v["in"]
		for _, x := range append(append([]renderer{}, renderers...), compliant...) {
			r := complianceOf(shopOf(in), drawn(3, in))
			var b bytes.Buffer
			if err := x.render(&b, r); err != nil {
				t.Fatalf("%s of %q: %v", x.name, in, err)
			}
			out := b.String()
			harmless(t, x.name, in, out)
			if x.name == "csv" {
				cells(t, in, out, v["csv"])
				continue
			}
			if want := v[rendering[x.name]]; rendering[x.name] != "" && !strings.Contains(strings.Join(strings.Fields(out), " "), strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s does not hold %q as %q", x.name, in, want)
			}
		}
	}
}

// harmless fails when a control character or markup of the input reaches an output.
func harmless(t *testing.T, name, in, out string) {
	t.Helper()
	out = colours.ReplaceAllString(out, "")
	for _, bad := range []string{"\x1b", "\a", "\r", "\u202e", "\u009b"} {
		if strings.Contains(in, bad) && strings.Contains(out, bad) {
			t.Errorf("%s of %q lets %q through", name, in, bad)
		}
	}
	if name == "html" && (strings.Contains(out, "<img") || strings.Contains(out, "<script>alert") || strings.Count(out, "<script>") != 1) {
		t.Errorf("%s of %q holds markup of the input", name, in)
	}
	if (name == "ocsf" || name == "asff") && !json.Valid([]byte("["+strings.ReplaceAll(strings.TrimSpace(strings.Trim(strings.TrimSpace(out), "[]")), "}\n{", "},{")+"]")) {
		t.Errorf("%s of %q is not JSON", name, in)
	}
}

// cells fails when a cell from outside could be a formula.
func cells(t *testing.T, in, out, want string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatalf("csv of %q: %v", in, err)
	}
	found := false
	for _, row := range rows {
		for i, cell := range row {
			found = found || cell == want
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && rows[0][i] != "monthly_delta" {
				t.Errorf("csv of %q: the column %s begins like a formula: %q", in, rows[0][i], cell)
			}
		}
	}
	if !found {
		t.Errorf("csv of %q holds no cell %q", in, want)
	}
}

// manyFindings is the shop with so many findings.
func manyFindings(n int) reports.Input {
	in := shop()
	one := in.Results.Results[0]
	in.Results.Results = in.Results.Results[1:]
	for i := range n {
		x := one
		x.Message = fmt.Sprintf("the database number %d has one copy in one zone, and its message is as long as most are", i)
		in.Results.Results = append(in.Results.Results, x)
	}
	return in
}

func TestFiftyThousandFindingsStaySmall(t *testing.T) {
	t.Parallel()
	wordy := manyFindings(50_000)
	for i := range wordy.Results.Results {
		x := &wordy.Results.Results[i]
		x.Message, x.Resource = strings.Repeat(x.Message+" ", 5), graph.Address(fmt.Sprintf("module.%s.%s[%d]", strings.Repeat("a_long_name", 9), x.Resource, i))
	}
	if page := htmlOf(t, complianceOf(wordy, nil)); len(page) > 5_000_000 {
		t.Errorf("with long names and messages %d bytes", len(page))
	}
	r := complianceOf(manyFindings(50_000), drawn(7, "aws_db_instance.main"))
	page := htmlOf(t, r)
	if len(page) > 5_000_000 {
		t.Errorf("%d bytes", len(page))
	}
	if n := strings.Count(page, `<tr data-kind=`); n != 2_000 {
		t.Errorf("%d rows", n)
	}
	total := len(r.With(policies.Fail)) + len(r.With(policies.Undecided)) + len(r.With(policies.Waived))
	if want := fmt.Sprintf("<b>%d,%03d more</b> have no row here", (total-2000)/1000, (total-2000)%1000); !strings.Contains(page, want) {
		t.Errorf("the page does not say %s", want)
	}
	for name, render := range map[string]func(io.Writer, *reports.Report) error{"csv": reports.CSV, "ocsf": reports.OCSF} {
		w := &pieces{}
		if err := render(w, r); err != nil {
			t.Fatal(err)
		}
		if w.largest > 1<<16 || w.lines < 50_000 {
			t.Errorf("%s was written in pieces of up to %d bytes, %d lines", name, w.largest, w.lines)
		}
	}
}

// pieces measures what is written at once.
type pieces struct{ largest, lines int }

// Write implements io.Writer.
func (p *pieces) Write(b []byte) (int, error) {
	p.largest = max(p.largest, len(b))
	p.lines += bytes.Count(b, []byte("\n"))
	return len(b), nil
}

func TestATrendNeedsTwoRuns(t *testing.T) {
	t.Parallel()
	r := complianceOf(shop(), nil)
	point := func(day, n int) reports.TrendPoint {
		monthly := decimal.NewFromInt(int64(400 + n))
		return reports.TrendPoint{Time: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC), Failed: map[policies.Severity]int{policies.High: n}, Undecided: 2, Monthly: &monthly}
	}
	r.Trend = []reports.TrendPoint{point(1, 9)}
	if strings.Contains(htmlOf(t, r), `id="trend"`) {
		t.Error("one run is drawn as a trend")
	}
	r.Trend = append(r.Trend, point(8, 4))
	page := htmlOf(t, r)
	for _, want := range []string{`id="trend"`, "2026-11-08", `<polyline class="bad-line" points="46.0,22.0 424.0,`, "<td class=\"num\">$404.00 +</td>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	r.Trend[0].Monthly = nil
	if strings.Contains(htmlOf(t, r), "cost-line") && !strings.Contains(htmlOf(t, r), "not priced") {
		t.Error("a run without a price is drawn as one that costs nothing")
	}
}

// What is printed: the size of the page, and the milliseconds until Chromium has drawn it.
func BenchmarkAPageOfFiftyThousandFindings(b *testing.B) {
	r := complianceOf(manyFindings(50_000), drawn(7, "aws_db_instance.main"))
	var page string
	for b.Loop() {
		page = htmlOf(b, r)
	}
	file := filepath.Join(b.TempDir(), "many.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(page))/1e6, "MB")
	b.ReportMetric(float64(browser.Open(b, file)), "ms-to-open")
}
