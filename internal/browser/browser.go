// Package browser opens reports in Chromium, for tests.
//
//	seen := browser.Look(t, "report.html")   // skips where there is no browser; fails there when CI=true
//	seen.Check(t)                            // what every report must do
//
// It drives Debian's Chromium through playwright-core; both that and axe-core come from npm (package-lock.json), installed by
// .ci/run: npm ci --prefix internal/browser. PLUMB_SCREENSHOTS names a folder for pictures.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// Seen is what happened when a report was opened and used; see look.js.
type Seen struct {
	Console, Requests []string
	Axe, Overflow     []string
	Opened            int // milliseconds until it was drawn
	Keyboard          struct {
		Skip, Hash string
		Shown      bool
	}
	Filters *struct {
		All, Searched, None, Unchecked, Of int
		Output                             string
		Fits                               bool
	}
	Zones []struct {
		Said, Crossed int
		Right         bool
		Text          string
	}
	Print struct {
		Controls, Sentences, OfSentences, Open, OfOpen int
		Background                                     string
	}
	Bare struct {
		Form         bool
		Rows, OfRows int
	}
}

// installed says whether there is a browser, and what drives it.
var installed = sync.OnceValue(func() error {
	if _, err := exec.LookPath("node"); err != nil {
		return fmt.Errorf("node is not installed: %w", err)
	}
	for _, name := range []string{chromium(), filepath.Join(modules(), "playwright-core"), filepath.Join(modules(), "axe-core")} {
		if _, err := os.Stat(name); err != nil {
			return fmt.Errorf("apt-get install chromium; npm ci --prefix internal/browser: %w", err)
		}
	}
	return nil
})

func chromium() string {
	if name := os.Getenv("CHROMIUM"); name != "" {
		return name
	}
	return "/usr/bin/chromium"
}

// here is the folder of this file.
func here() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

func modules() string {
	if name := os.Getenv("PLUMB_NODE_MODULES"); name != "" {
		return name
	}
	return filepath.Join(here(), "node_modules")
}

// longest is how long one look may take; it takes seconds.
const longest = 3 * time.Minute

// Look opens a report as one reader after another does: at a desk, in the dark, on a phone, on paper, without scripts.
func Look(t testing.TB, file string) Seen {
	t.Helper()
	need(t)
	folder := os.Getenv("PLUMB_SCREENSHOTS")
	if folder == "" {
		return run(t, file)
	}
	folder = filepath.Join(folder, strings.TrimSuffix(filepath.Base(file), ".html"))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return run(t, file, folder)
}

// Open gives the milliseconds until a report is drawn.
func Open(t testing.TB, file string) int {
	t.Helper()
	need(t)
	return run(t, file, "--open").Opened
}

func need(t testing.TB) {
	t.Helper()
	if err := installed(); err != nil {
		if os.Getenv("CI") == "true" && !strings.Contains(os.Getenv("PLUMB_TEST_WITHOUT"), "browser") {
			t.Fatalf("a browser is needed in CI: %v", err)
		}
		t.Skipf("there is no browser: %v", err)
	}
}

func run(t testing.TB, file string, more ...string) Seen {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), longest)
	defer stop()
	cmd := exec.CommandContext(ctx, "node", append([]string{filepath.Join(here(), "look.js"), file}, more...)...)
	cmd.Env = append(os.Environ(), "CHROMIUM="+chromium(), "MODULES="+modules())
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, failed.String())
	}
	var seen Seen
	if err := json.Unmarshal(out.Bytes(), &seen); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return seen
}

// Check demands what every report must do.
func (s Seen) Check(t testing.TB) {
	t.Helper()
	for what, list := range map[string][]string{"the console says": s.Console, "it asks for": s.Requests, "axe-core finds": s.Axe, "it is wider than the screen:": s.Overflow} {
		for _, x := range list {
			t.Errorf("%s %s", what, x)
		}
	}
	if s.Keyboard.Skip != "skip" || !s.Keyboard.Shown || s.Keyboard.Hash != "#findings" {
		t.Errorf("the first key stop: %+v", s.Keyboard)
	}
	if f := s.Filters; f != nil && (f.All == 0 || f.Searched == 0 || f.Searched > f.All || !f.Fits || f.None != 0 || f.Of == 0 || f.Unchecked != f.All-f.Of || f.Output != fmt.Sprintf("%d of %d shown", f.Searched, f.All)) {
		t.Errorf("search and filters: %+v", *f)
	}
	for i, z := range s.Zones {
		lost := min(i, 1)
		if z.Said != 1 || !z.Right || z.Crossed != lost || z.Text == "" {
			t.Errorf("switch %d: %+v", i, z)
		}
	}
	if p := s.Print; p.Controls != 0 || p.Sentences != p.OfSentences || p.Open != p.OfOpen || p.Background != "rgb(255, 255, 255)" {
		t.Errorf("on paper: %+v", p)
	}
	if s.Bare.Form || s.Bare.Rows != s.Bare.OfRows {
		t.Errorf("without its script: %+v", s.Bare)
	}
}
