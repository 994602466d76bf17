package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

const (
	mainBefore = "resource \"aws_s3_bucket\" \"images\" {\n  bucket = \"images\"\n}\n"
	mainAfter  = "resource \"aws_s3_bucket\" \"images\" {\n  bucket        = \"images\"\n  force_destroy = false\n}\n"
	dataBefore = "locals {\n  days = 1\n}\n"
	dataAfter  = "locals {\n  days = 7\n}\n"
)

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// filesPlan puts two files into a new working folder and gives the ID of a plan that edits both.
func filesPlan(t *testing.T, change func(*remedy.Plan)) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := &remedy.Plan{Created: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), Expires: time.Date(2026, 11, 20, 13, 0, 0, 0, time.UTC), Tool: remedy.Tool{Version: version},
		Sources: []remedy.Source{{Kind: remedy.File, Name: ".", Path: dir, Files: map[string]string{"main.tf": hashOf(mainBefore), "data.tf": hashOf(dataBefore)}}}}
	for i, f := range []struct{ name, before, after string }{{"main.tf", mainBefore, mainAfter}, {"data.tf", dataBefore, dataAfter}} {
		if err := os.WriteFile(f.name, []byte(f.before), 0o644); err != nil {
			t.Fatal(err)
		}
		p.Steps = append(p.Steps, remedy.Step{N: i + 1, Kind: remedy.File, Mark: "~", Address: graph.Address("aws_s3_bucket.images"), Where: f.name + ":1", Title: "edit",
			Preconditions: []remedy.Condition{{Says: f.name + " is unchanged", File: f.name, SHA256: hashOf(f.before)}}, Risk: remedy.Risk{Class: "online"}, Undo: remedy.Undo{Kind: "full"},
			Actions: []remedy.Action{{Edit: &remedy.Edit{File: f.name, Before: hashOf(f.before), After: hashOf(f.after), Splices: []remedy.Splice{{Start: 0, End: len(f.before), Old: f.before, New: f.after}}}}}})
	}
	if change != nil {
		change(p)
	}
	if err := remedy.Seal(p); err != nil {
		t.Fatal(err)
	}
	text, err := remedy.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(plansFolder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(plansFolder, p.ID+".json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// plumbTyped runs a command line at twelve o'clock, with what a person types.
func plumbTyped(t *testing.T, typed string, args ...string) (code int, out string) {
	t.Helper()
	var o, e strings.Builder
	env := environment(os.Environ())
	env["COLUMNS"], env["USER"] = "80", "ana"
	code = run(context.Background(), args, system{in: strings.NewReader(typed), out: &o, err: &e, env: env, now: time.Date(2026, 11, 20, 12, 30, 0, 0, time.UTC)})
	return code, o.String() + e.String()
}

func wantFiles(t *testing.T, main, data string) {
	t.Helper()
	for name, want := range map[string]string{"main.tf": main, "data.tf": data} {
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
}

func want(t *testing.T, what string, code, wantCode int, out string, parts ...string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("%s: exit status %d, not %d", what, code, wantCode)
	}
	for _, p := range parts {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), p) {
			t.Errorf("%s: %q is not in\n%s", what, p, out)
		}
	}
}

func TestAPlanIsAppliedListedAndTakenBack(t *testing.T) {
	id := filesPlan(t, nil)
	code, out := plumbTyped(t, "", "apply", id, "--dry-run")
	want(t, "dry run", code, 0, out, "2 of 2 targets as the plan saw them", "nothing is changed", "edit main.tf")
	wantFiles(t, mainBefore, dataBefore)

	code, out = plumbTyped(t, "no\n", "apply", id)
	want(t, "a no", code, 1, out, `"yes" was asked for: nothing was changed`)
	code, out = plumbTyped(t, "", "apply", id)
	want(t, "no answer", code, 1, out, "nobody answered: nothing was changed")
	wantFiles(t, mainBefore, dataBefore)

	code, out = plumbTyped(t, "yes\n", "apply", id, "--no-proof")
	want(t, "apply", code, 0, out, "Plan "+id, "2 changes in files", "Run 1 is done: 2 changes", "plumb rollback 1")
	wantFiles(t, mainAfter, dataAfter)

	code, out = plumbTyped(t, "", "apply", id, "--yes")
	want(t, "apply again", code, 1, out, "run 1 carried it out")
	code, out = plumbTyped(t, "", "runs")
	want(t, "runs", code, 0, out, "1 ", id, "files ana done 2/2")
	code, out = plumbTyped(t, "", "runs", "1")
	want(t, "run", code, 0, out, "intent edit main.tf", "step done", "finished")

	code, out = plumbTyped(t, "", "rollback", "1", "2", "--yes")
	want(t, "rollback of a step", code, 0, out, "Run 2 undid step 2 of run 1")
	wantFiles(t, mainAfter, dataBefore)
	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback of the rest", code, 0, out, "Run 3 undid run 1")
	wantFiles(t, mainBefore, dataBefore)
	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback again", code, 1, out, "run 3 undid it")
	code, out = plumbTyped(t, "", "runs")
	want(t, "runs at the end", code, 0, out, "rolled back")
	audit, err := os.ReadFile(auditFile)
	if err != nil || strings.Count(string(audit), "\n") != 4 || strings.Contains(string(audit), `"at":"0001-`) {
		t.Errorf("the audit log has not a line for each of four edits: %v\n%s", err, audit)
	}
}

func TestAPlanThatDoesNotFitIsRefusedBeforeTheFirstChange(t *testing.T) {
	for name, x := range map[string]struct {
		plan  func(*remedy.Plan)
		spoil func(t *testing.T, file string)
		args  []string
		says  string
	}{
		"expired": {plan: func(p *remedy.Plan) { p.Expires = p.Created }, says: "the plan expired"},
		"version": {plan: func(p *remedy.Plan) { p.Tool.Version = "9.9" }, says: "plumb 9.9 made the plan"},
		"altered": {spoil: func(t *testing.T, file string) { rewrite(t, file, `"online"`, `"manual"`) }, says: "altered after it was made"},
		"cut":     {spoil: func(t *testing.T, file string) { rewrite(t, file, `}`, ``) }, says: "the file is no plan"},
		"gone": {spoil: func(t *testing.T, _ string) {
			if err := os.Remove("data.tf"); err != nil {
				t.Fatal(err)
			}
		}, says: "data.tf: 1 file changed since the plan was made"},
		"no clone": {plan: func(p *remedy.Plan) { p.Sources[0].Commit = strings.Repeat("a", 40) }, says: "the plan was made at commit aaaaaaaa of a git work tree"},
		"commit": {plan: func(p *remedy.Plan) { p.Sources[0].Commit = strings.Repeat("a", 40) }, spoil: func(t *testing.T, _ string) { commitHere(t) },
			says: "the plan was made at commit aaaaaaaa and this is"},
		"file":   {spoil: func(t *testing.T, _ string) { rewrite(t, "main.tf", "images", "other") }, says: "1 file changed since the plan was made"},
		"cost":   {plan: func(p *remedy.Plan) { p.Outcome.Delta = "600.00" }, says: "the plan adds $600.00 a month and $500.00 are allowed"},
		"class":  {plan: func(p *remedy.Plan) { p.Steps[1].Risk.Class = "brief-failover" }, says: "its risk is brief-failover and --yes holds up to online"},
		"alone":  {plan: func(p *remedy.Plan) { p.Steps[1].Risk.Class = "data-destructive" }, says: "--accept-step 2"},
		"never":  {args: []string{"--accept", "replacement"}, says: "not a class of risk that can be accepted for all steps"},
		"window": {args: []string{"--window", "noon"}, says: "not a time of the week"},
		"signed": {args: []string{"--require-signature", "main.tf"}, says: "not a public key in PEM"},
	} {
		t.Run(name, func(t *testing.T) {
			id := filesPlan(t, x.plan)
			if x.spoil != nil {
				x.spoil(t, filepath.Join(plansFolder, id+".json"))
			}
			before := textOf("main.tf") + textOf("data.tf")
			code, out := plumbTyped(t, "", append([]string{"apply", id, "--yes"}, x.args...)...)
			want(t, name, code, 1, out, x.says)
			if textOf("main.tf")+textOf("data.tf") != before {
				t.Error("files were changed")
			}
		})
	}
}

// textOf is what a file holds, or "" when there is none.
func textOf(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(text)
}

// commitHere makes the working folder a git work tree with one commit.
func commitHere(t *testing.T) {
	t.Helper()
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=ana", "-c", "user.email=a@b", "commit", "-qm", "x"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func rewrite(t *testing.T, file, old, new string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(strings.Replace(read(t, file), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAStepThatFailsIsToldAndResumed(t *testing.T) {
	id := filesPlan(t, nil)
	beside := ".plumb-" + hashOf(dataAfter)[:16] + ".tmp" // a folder in the place of the file that is written beside makes the write fail
	if err := os.MkdirAll(filepath.Join(beside, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	code, out := plumbTyped(t, "yes\n", "apply", id, "--no-proof")
	want(t, "apply", code, 4, out, "FAILED", "Stopped. Nothing was rolled back.", "done 1 step 1", "failed 1 step 2; it was read again: not changed", "plumb apply --resume 1", "plumb rollback 1")
	wantFiles(t, mainAfter, dataBefore)
	code, out = plumbTyped(t, "", "runs")
	want(t, "runs", code, 0, out, "stopped 1/2", "1 run is unfinished: 1.")
	code, out = plumbTyped(t, "", "apply", id, "--yes")
	want(t, "apply again", code, 1, out, "run 1 began with it and is unfinished")
	if err := os.RemoveAll(beside); err != nil {
		t.Fatal(err)
	}
	code, out = plumbTyped(t, "", "apply", "--resume", "1", "--yes", "--no-proof")
	want(t, "resume", code, 0, out, "Run 1 is done")
	wantFiles(t, mainAfter, dataAfter)
	code, out = plumbTyped(t, "", "apply", "--resume", "1", "--yes")
	want(t, "resume again", code, 1, out, "nothing is left to resume")
}

func TestTheWindowIsAWeeklyTime(t *testing.T) {
	for _, x := range []struct {
		window, now string
		open        bool
	}{
		{"Sat 02:00-04:00", "2026-11-21T02:00:00Z", true},
		{"Sat 02:00-04:00", "2026-11-21T04:00:00Z", false},
		{"Sat 02:00-04:00", "2026-11-22T03:00:00Z", false},
		{"Sat 23:00-01:00", "2026-11-22T00:30:00Z", true},
		{"sat 23:00-01:00", "2026-11-21T00:30:00Z", false},
		{"", "2026-11-22T00:30:00Z", true},
	} {
		now, err := time.Parse(time.RFC3339, x.now)
		if err != nil {
			t.Fatal(err)
		}
		why, err := (&changeOptions{window: x.window}).outside(now)
		if err != nil || (why == "") != x.open {
			t.Errorf("%q at %s: %q, %v", x.window, x.now, why, err)
		}
	}
}
