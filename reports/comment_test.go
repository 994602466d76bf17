package reports_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

var leftOut = regexp.MustCompile(`(?m)^([0-9,]+) more in the report\.$`)

// A comment of 500 new findings, which would be several times as long as GitHub takes, fits, has whole rows only, and says how
// many it leaves out.
func TestACommentOfManyFindingsFitsInWholeRows(t *testing.T) {
	t.Parallel()
	const all = 500
	in := shop()
	one := in.Results.Results[0]
	in.Results.Results = nil
	for i := range all {
		x := one
		x.Message = fmt.Sprintf("finding %d | \U0001F512 `%s` <b>", i, strings.Repeat("wide \u754c ", 30))
		in.Results.Results = append(in.Results.Results, x)
	}
	r := report(in)
	reports.Compare(report(reports.Input{Graph: in.Graph}), r, func(string, string, string) bool { return true })
	r.Since.Ref, r.Since.Commit, r.Comment = "origin/main", "a41c0de", reports.Comment{Key: "shop", Run: "2026-11-20T23:10:41Z", Head: "b7e4410"}
	var b bytes.Buffer
	if err := reports.Markdown(&b, r); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if n := max(len(text), len(utf16.Encode([]rune(text)))); n > 60_000 || n < 40_000 {
		t.Errorf("%d units", n)
	}
	rows := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| \u25b2 high |") {
			rows++
			if !strings.HasSuffix(line, " |\n") || strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 5 {
				t.Fatalf("not a whole row: %q", line)
			}
		}
	}
	gone := 0
	for _, m := range leftOut.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		gone = max(gone, n)
	}
	if rows == 0 || rows+gone != all {
		t.Errorf("%d rows and %d left out of %d", rows, gone, all)
	}
	if strings.Count(text, "<details>") != strings.Count(text, "</details>") || strings.Count(text, "```")%2 != 0 || !strings.HasSuffix(text, "</sub>\n") {
		t.Errorf("something is open at the end: %q", text[len(text)-200:])
	}
	t.Logf("%d of %d findings in %d bytes", rows, all, len(text))
}

// The table at the top says what the loss of each zone does before and after, worse first when there are many.
func TestACommentSaysWhatTheLossOfAZoneDoes(t *testing.T) {
	t.Parallel()
	answer := func(zone, entry string, up resilience.Up, least float64, because string) *reports.ZoneAnswer {
		return &reports.ZoneAnswer{Zone: reports.Untrusted(zone), Entry: reports.Untrusted(entry), Up: up, Least: least, Most: least, Because: reports.Untrusted(because)}
	}
	change := func(zone string, before, now *reports.ZoneAnswer) reports.ZoneChange {
		return reports.ZoneChange{Zone: reports.Untrusted(zone), Entry: reports.Untrusted("www.shop.example"), Before: before, Now: now}
	}
	one, two := "eu-west-1#0", "eu-west-1#1"
	few := []reports.ZoneChange{
		change(one, answer(one, "", resilience.No, 0, "aws_nat_gateway.main"), answer(one, "", resilience.No, 0, "aws_nat_gateway.main")),
		change(two, answer(two, "", resilience.Undecided, 0, "x"), answer(two, "", resilience.Yes, 0.5, "")),
		change("eu-west-1c", nil, answer("eu-west-1c", "", resilience.Yes, 1, "")),
		change("eu-west-1d", answer("eu-west-1d", "", resilience.Yes, 1, ""), answer("eu-west-1d", "", resilience.Yes, 0.5, "aws_x.y")),
	}
	want := []string{
		"| Loss of 1st zone of eu\\-west\\-1 | DOWN | DOWN | `aws_nat_gateway.main` |\n", "| Loss of 2nd zone of eu\\-west\\-1 | UNDECIDED | UP at 50 % | better |\n",
		"| Loss of zone eu\\-west\\-1c | not there | UP |  |\n", "| Loss of zone eu\\-west\\-1d | UP | UP at 50 % | worse `aws_x.y` |\n",
	}
	var many []reports.ZoneChange
	for i := range 20 {
		zone := fmt.Sprintf("eu-west-1#%d", i)
		many = append(many, change(zone, answer(zone, "", resilience.Yes, 1, ""), answer(zone, "", resilience.Yes, 1, "")))
	}
	last := &many[19]
	last.Now = answer("eu-west-1#19", "", resilience.No, 0, "aws_x.y")
	for _, c := range []struct {
		zones []reports.ZoneChange
		want  []string
	}{{few, want}, {many, []string{"| Loss of 20th zone of eu\\-west\\-1 | UP | DOWN | worse `aws_x.y` |\n", "| 14 answers more | | | |\n"}}} {
		r := report(reports.Input{Graph: shop().Graph})
		r.Since = &reports.Comparison{Ref: "main", Older: map[policies.Severity]int{}, Zones: c.zones}
		var b bytes.Buffer
		if err := reports.Markdown(&b, r); err != nil {
			t.Fatal(err)
		}
		for _, row := range c.want {
			if !strings.Contains(b.String(), row) {
				t.Errorf("no %q in\n%s", row, b.String())
			}
		}
		if n := strings.Count(b.String(), "| Loss of "); n != min(len(c.zones), 6) {
			t.Errorf("%d rows of zones", n)
		}
		if !strings.Contains(b.String(), " state=open -->") {
			t.Errorf("a change of what a zone's loss does is nothing to comment on: %s", b.String())
		}
	}
}
