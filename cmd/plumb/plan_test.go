package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/remedy"
)

// realCode names folders of real code, separated as in PATH, for tests that need more than our own.
const realCode = "PLUMB_REAL_CODE"

// Everything that can be fixed is planned, carried out, found closed by a new scan with nothing opened, costs what the plan says,
// touches only what the plan names, and is taken back byte for byte.
func TestAPlanOfEverythingIsCarriedOutAndTakenBack(t *testing.T) {
	folders := append([]string{"../../testdata/story"}, filepath.SplitList(os.Getenv(realCode))...)
	if len(folders) == 1 {
		t.Logf("%s names no folders of real code: only our own is planned", realCode)
	}
	for _, dir := range folders {
		t.Run(filepath.Base(dir), func(t *testing.T) { roundTrip(t, dir) })
	}
}

func roundTrip(t *testing.T, from string) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, withoutGit{os.DirFS(from)}); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	before := filesIn(t, dir)
	was, wasCost := failed(t), aMonth(t)
	plan := plannedTo(t, "plan.json")
	if len(plan.Steps) == 0 {
		t.Logf("%d findings, none fixable, refused %v, manual %d", len(was), refusedIn(plan), len(plan.Manual))
		return
	}
	plan = planOf(t)
	for _, s := range plan.Steps {
		if len(s.Closes) == 0 {
			t.Errorf("step %d closes nothing", s.N)
		}
	}
	var all []string
	for i := range plan.Steps {
		all = append(all, strconv.Itoa(i+1))
	}
	code, out := plumbTyped(t, "", "apply", plan.ID, "--yes", "--limit-cost", "100000", "--accept-step", strings.Join(all, ","))
	if code != 0 {
		t.Fatalf("apply: exit status %d: %s", code, out)
	}
	now := failed(t)
	fixable := 0
	for _, s := range plan.Steps {
		for _, c := range s.Closes {
			fixable++
			if now[c.Fingerprint] {
				t.Errorf("%s on %s is not closed", c.Policy, c.Address)
			}
		}
	}
	opened := 0
	for print := range now {
		if !was[print] && !slices.ContainsFunc(plan.Outcome.Decided, func(c remedy.Closed) bool { return c.Fingerprint == print }) {
			opened++
		}
	}
	if opened != 0 || len(plan.Outcome.Opened) != 0 {
		t.Errorf("%d findings were opened, %d by the plan", opened, len(plan.Outcome.Opened))
	}
	delta := aMonth(t).Sub(wasCost).StringFixed(2)
	if delta != plan.Outcome.Delta {
		t.Errorf("the plan says %s a month and the estimates differ by %s", plan.Outcome.Delta, delta)
	}
	onlyPlanned(t, plan, before, filesIn(t, dir))
	t.Logf("%d findings, %d fixable, %d fixed in %d steps, refused %v, manual %d, %s a month", len(was), fixable+len(plan.Refused), fixable, len(plan.Steps), refusedIn(plan), len(plan.Manual), delta)
	if code, out := plumbTyped(t, "", "rollback", "1", "--yes", "--accept-step", strings.Join(all, ",")); code != 0 {
		t.Fatalf("rollback: exit status %d: %s", code, out)
	}
	if diff := cmp.Diff(before, filesIn(t, dir)); diff != "" {
		t.Errorf("after the rollback it is not as before:\n%s", diff)
	}
}

// refusedIn counts what a plan refuses, by its class.
func refusedIn(plan *remedy.Plan) map[remedy.Reason]int {
	out := map[remedy.Reason]int{}
	for _, r := range plan.Refused {
		out[r.Class]++
	}
	return out
}

// withoutGit hides the repository: a copy of real code is a folder, and not a work tree.
type withoutGit struct{ fs.FS }

// ReadDir implements fs.ReadDirFS.
func (w withoutGit) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(w.FS, name)
	return slices.DeleteFunc(list, func(d fs.DirEntry) bool { return d.Name() == ".git" || d.Type()&fs.ModeSymlink != 0 }), err
}

// filesIn is every file below a folder but those of plumb.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d.Name() == ".plumb" {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// failed gives the fingerprints of what fails.
func failed(t *testing.T) map[string]bool {
	t.Helper()
	_, out := plumbTyped(t, "", "scan", "-f", "json", "-q", "--verdicts", "fail")
	var doc struct {
		Findings []struct{ Fingerprint string }
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	prints := map[string]bool{}
	for _, f := range doc.Findings {
		prints[f.Fingerprint] = true
	}
	return prints
}

// aMonth is the estimate of everything.
func aMonth(t *testing.T) decimal.Decimal {
	t.Helper()
	_, out := plumbTyped(t, "", "cost", "-f", "json", "-q")
	var doc struct{ Monthly decimal.Decimal }
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&doc); err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	return doc.Monthly.Round(2)
}

// planOf makes a plan of the working folder and reads it again.
func planOf(t *testing.T, args ...string) *remedy.Plan {
	t.Helper()
	code, out := plumbTyped(t, "", append([]string{"plan", "-q"}, args...)...)
	if code != 0 {
		t.Fatalf("plan: exit status %d: %s", code, out)
	}
	ids := planIDs()
	if len(ids) != 1 {
		t.Fatalf("%d plans were written", len(ids))
	}
	name := filepath.Join(plansFolder, ids[0]+".json")
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the plan's mode is %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return openedPlan(t, text)
}

// openedPlan reads a plan that was made by a command of a test.
func openedPlan(t *testing.T, text []byte) *remedy.Plan {
	t.Helper()
	plan, err := remedy.Open(text, time.Date(2026, 11, 20, 12, 30, 0, 0, time.UTC), version)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// onlyPlanned checks that every file differs by the splices of the plan and nothing else.
func onlyPlanned(t *testing.T, plan *remedy.Plan, before, after map[string]string) {
	t.Helper()
	want := map[string]string{}
	for name, text := range before {
		want[name] = text
	}
	for _, s := range plan.Steps {
		for _, a := range s.Actions {
			was, at := want[a.Edit.File], 0
			var b strings.Builder
			for _, x := range a.Edit.Splices {
				b.WriteString(was[at:x.Start] + x.New)
				at = x.End
			}
			want[a.Edit.File] = b.String() + was[at:]
		}
	}
	if diff := cmp.Diff(want, after); diff != "" {
		t.Errorf("more differs than the plan says:\n%s", diff)
	}
}

const planCode = `terraform {
  required_version = "~> 1.5"
}

resource "aws_db_instance" "main" {
  identifier        = "main"
  engine            = "postgres"
  engine_version    = "16.3"
  instance_class    = "db.m6i.large"
  allocated_storage = 100
  multi_az          = false # for now
}
`

// inCode makes a working folder with some code.
func inCode(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsPlannedIsSelected(t *testing.T) {
	closes := func(args ...string) []string {
		t.Helper()
		inCode(t, map[string]string{"main.tf": planCode, "c.json": `[{"op":"set","address":"aws_db_instance.main","path":"multi_az","new":true}]`})
		var ids []string
		for _, s := range planOf(t, args...).Steps {
			for _, c := range s.Closes {
				ids = append(ids, c.Policy)
			}
		}
		return ids
	}
	tests := map[string]struct {
		args []string
		want []string
	}{
		"by policy":          {[]string{"--only", "rds.multi_az"}, []string{"rds.multi_az"}},
		"by area and policy": {[]string{"--only", "rds", "--skip", "rds.storage_growth,rds.backups_outlive,rds.final_snapshot,rds.deletion_protection,rds.backup_retention"}, []string{"rds.multi_az"}},
		"by resource":        {[]string{"--only", "rds.multi_az", "--resource", "aws_db_*.main"}, []string{"rds.multi_az"}},
		"changes of a user":  {[]string{"--changes", "c.json"}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, closes(test.args...)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("by money", func(t *testing.T) {
		inCode(t, map[string]string{"main.tf": planCode})
		plan := planOf(t, "--only", "rds.multi_az,rds.deletion_protection", "--max-cost", "10")
		if len(plan.Steps) != 1 || len(plan.Refused) != 1 || !strings.Contains(plan.Refused[0].Why, "$10.00 a month") {
			t.Errorf("steps %d, refused %+v", len(plan.Steps), plan.Refused)
		}
	})
}

func TestAPlanOfNothingSaysSo(t *testing.T) {
	inCode(t, map[string]string{"main.tf": planCode, "c.json": `[{"op":"set","address":"aws_db_instance.main","path":"storage_encrypted","new":true}]`, "bad.json": `{"op":1}`})
	for _, test := range []struct {
		args []string
		code int
		says []string
	}{
		{[]string{"plan", "--changes", "c.json"}, 2, []string{"Nothing that was asked for can be changed.", "aws_db_instance.main.storage_encrypted (forces_replacement)"}},
		{[]string{"plan", "--only", "s3"}, 0, []string{"Nothing to plan"}},
		{[]string{"plan", "--changes", "bad.json"}, 1, []string{"--changes bad.json", "hint:"}},
		{[]string{"plan", "--changes", "gone.json"}, 1, []string{"--changes gone.json: there is no such file"}},
		{[]string{"plan", "--changes", "c.json", "--only", "rds"}, 1, []string{"nothing selects among them"}},
		{[]string{"plan", "--max-cost", "much"}, 1, []string{"not an amount"}},
		{[]string{"plan", "--cheapest", "survive-any-zon"}, 1, []string{"did you mean survive-any-zone?"}},
		{[]string{"plan", "--expires", "-1h"}, 1, []string{"not a time that lies ahead"}},
		{[]string{"plan", "--branch", "x", "--only", "rds.multi_az"}, 1, []string{"not in a git repository"}},
	} {
		code, out := plumbTyped(t, "", test.args...)
		if code != test.code {
			t.Errorf("%v: exit status %d, want %d: %s", test.args, code, test.code, out)
		}
		for _, s := range test.says {
			if !strings.Contains(strings.Join(strings.Fields(out), " "), s) {
				t.Errorf("%v does not say %q:\n%s", test.args, s, out)
			}
		}
	}
}

func TestAnAllowedReplacementIsMarked(t *testing.T) {
	inCode(t, map[string]string{"main.tf": planCode, "c.json": `[{"op":"set","address":"aws_db_instance.main","path":"storage_encrypted","new":true,"allow_replacement":true}]`})
	plan := planOf(t, "--changes", "c.json")
	if s := plan.Steps[0]; s.Mark != "-/+" || s.Risk.Class != "data-destructive" {
		t.Errorf("the step is %s with risk %s", s.Mark, s.Risk.Class)
	}
}

// Edits are committed as a branch while the work tree stays as it is.
func TestABranchHoldsTheEdits(t *testing.T) {
	inCode(t, map[string]string{"main.tf": planCode})
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		return string(out)
	}
	git("init", "-q", "-b", "main")
	git("config", "user.name", "Ana")
	git("config", "user.email", "ana@shop.example")
	git("add", "main.tf")
	git("commit", "-q", "-m", "first")
	code, out := plumbTyped(t, "", "plan", "--only", "rds.multi_az", "--branch", "plumb/fixes", "-q")
	if code != 0 || !strings.Contains(out, "on branch plumb/fixes; the work tree is as it was") {
		t.Fatalf("exit status %d: %s", code, out)
	}
	if got := git("show", "plumb/fixes:main.tf"); !strings.Contains(got, "multi_az          = true # for now") {
		t.Errorf("the branch has %s", got)
	}
	if got := git("status", "--porcelain", "--untracked-files=no"); got != "" {
		t.Errorf("the work tree has changes: %s", got)
	}
	text, err := os.ReadFile(filepath.Join(plansFolder, planIDs()[0]+".md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"rds.multi_az", "+$141.44", "online-degraded", "-  multi_az          = false # for now"} {
		if !strings.Contains(string(text), s) {
			t.Errorf("the text for the pull request lacks %q:\n%s", s, text)
		}
	}
	if code, out := plumbTyped(t, "", "plan", "--only", "rds.multi_az", "--branch", "plumb/fixes", "-q"); code != 1 || !strings.Contains(out, "exists already") {
		t.Errorf("a second time: exit status %d: %s", code, out)
	}
}

// The diff of a plan shows no secret that stands beside what is changed.
func TestADiffShowsNoSecret(t *testing.T) {
	inCode(t, map[string]string{"main.tf": strings.Replace(planCode, "  multi_az", "  username          = \"root\"\n  password          = \"correct-horse-9\"\n  multi_az", 1)})
	plan := planOf(t, "--only", "rds.multi_az")
	text, err := remedy.Encode(plan)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "correct-horse") {
		t.Errorf("the plan has the password: %s", plan.Steps[0].Actions[0].Edit.Diff)
	}
	if d := plan.Steps[0].Actions[0].Edit.Diff; !strings.Contains(d, " password ") || !strings.Contains(d, "+  multi_az          = true") {
		t.Errorf("the diff is %s", d)
	}
}

// What a set of changes would cost and what would go on are the same as after they are made.
func TestChangesArePricedAsIfTheyWereMade(t *testing.T) {
	inCode(t, map[string]string{"main.tf": planCode, "c.json": `[{"op":"set","address":"aws_db_instance.main","path":"multi_az","new":true}]`})
	_, out := plumbTyped(t, "", "cost", "--changes", "c.json", "-f", "json", "-q")
	var doc struct {
		Monthly decimal.Decimal
		Change  struct{ Monthly decimal.Decimal }
	}
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&doc); err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	if plan := planOf(t, "--changes", "c.json"); plan.Outcome.Delta != doc.Change.Monthly.StringFixed(2) || plan.Outcome.After != doc.Monthly.StringFixed(2) {
		t.Errorf("the plan says %s and %s, plumb cost %s and %s", plan.Outcome.Delta, plan.Outcome.After, doc.Change.Monthly, doc.Monthly)
	}
}

// A finding that the steps of a plan close by the way is left to nobody.
func TestWhatIsClosedByTheWayIsLeftToNobody(t *testing.T) {
	inCode(t, map[string]string{"main.tf": `terraform {
  backend "s3" {
    bucket = "shop-state"
    key    = "main"
    region = "eu-west-1"
  }
}

resource "aws_s3_bucket" "state" {
  bucket = "shop-state"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}
`})
	left := func(only string) []string {
		t.Helper()
		if err := os.RemoveAll(".plumb"); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, m := range planOf(t, "--only", only).Manual {
			ids = append(ids, m.Policy)
		}
		return slices.Compact(ids)
	}
	if diff := cmp.Diff([]string{"backend.bucket"}, left("backend.bucket,s3.versioning")); diff != "" {
		t.Errorf("with half of it (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string(nil), left("backend.bucket,s3.versioning,s3.public_access_block")); diff != "" {
		t.Errorf("with all of it (-want +got):\n%s", diff)
	}
}
