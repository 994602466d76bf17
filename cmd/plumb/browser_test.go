package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/internal/browser"
	"github.com/plumbline-dev/plumbline/internal/moto"
)

// opened makes a report and looks at it.
func opened(t *testing.T, name string, args ...string) browser.Seen {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".html")
	code, out, said := plumbLive(t, append([]string{"report", "-o", file, "-q"}, args...)...)
	if code != 0 || out != "" {
		t.Fatalf("exit status %d: %s%s", code, out, said)
	}
	return browser.Look(t, file)
}

func TestTheReportOfTheStoryWorksInABrowser(t *testing.T) {
	t.Setenv("PLUMB_AS_OF", "2026-11-20")
	seen := opened(t, "story", "../../testdata/story")
	seen.Check(t)
	if seen.Filters == nil || len(seen.Zones) != 3 || !strings.Contains(seen.Zones[1].Text, "www.shop.example stops: NAT") {
		t.Errorf("findings %+v, zones %+v", seen.Filters, seen.Zones)
	}
}

func TestTheReportsOfTheGoodAndTheBadAccountWorkInABrowser(t *testing.T) {
	for variant, zones := range map[string]int{"good": 3, "bad": 1} {
		t.Run(variant, func(t *testing.T) {
			s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
			seedMoto(t, s, "--variant", variant)
			away(t, moto.Home)
			seen := opened(t, variant, "aws", "--endpoint-url", s.URL, "--regions", "us-east-1")
			seen.Check(t)
			if seen.Filters == nil || len(seen.Zones) != zones+1 {
				t.Errorf("findings %+v, zones %+v", seen.Filters, seen.Zones)
			}
		})
	}
}

func TestAScanWritesItsReportBeside(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.html")
	code, out, said := plumbLive(t, "scan", "../../testdata/story", "-o", "html="+file, "-q")
	if code != 2 || !strings.Contains(out, "findings") {
		t.Fatalf("exit status %d: %s%s", code, out, said)
	}
	page, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(page), "<title>story: Plumbline report of ") {
		t.Errorf("%v: %.200s", err, page)
	}
}

func TestAPageDoesNotGoToATerminal(t *testing.T) {
	var out, said strings.Builder
	sys := system{in: strings.NewReader(""), out: &out, err: &said, outTerminal: true}
	if code := run(t.Context(), []string{"report", "../../testdata/story"}, sys); code != 1 || out.Len() > 0 || !strings.Contains(said.String(), "hint: plumb report -o report.html") {
		t.Errorf("exit status %d: %s%s", code, out.String(), said.String())
	}
}
