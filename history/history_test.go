package history_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/history"
	"github.com/plumbline-dev/plumbline/internal/postgres"
)

func TestMain(m *testing.M) {
	if where := os.Getenv("HISTORY_TEST_WRITER"); where != "" {
		os.Exit(writeForever(where))
	}
	code := m.Run()
	if err := postgres.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping PostgreSQL:", err)
		code = 1
	}
	os.Exit(code)
}

// both runs a test on a new file and on a new database of PostgreSQL.
func both(t *testing.T, test func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, filepath.Join(t.TempDir(), "a ?%#b.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgres.Start(t))
	})
}

func open(t testing.TB, where string) *history.Store {
	t.Helper()
	s, err := history.Open(t.Context(), where, history.Patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// day is noon of a day in November.
func day(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }

func finding(fingerprint string, state history.State) history.Finding {
	return history.Finding{
		Fingerprint: fingerprint, State: state, Severity: "high", Policy: "rds.multi_az", Control: "RDS-MULTIAZ-001", Requirement: "RA-50", Root: "stages/prod",
		Resource: "aws_db_instance." + fingerprint, Type: "aws_db_instance", Message: "the database has one copy in one zone", File: "data.tf", Line: 9,
	}
}

func run(project string, n int) history.Run {
	return history.Run{ID: fmt.Sprintf("%s-%d", project, n), Project: project, Started: day(n), Version: "0.4.0", Sources: []string{"."}}
}

func record(t testing.TB, s *history.Store, r history.Record) history.Recorded {
	t.Helper()
	out, err := s.Record(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func all(history.Finding) bool  { return true }
func none(history.Finding) bool { return false }

func TestARunComesBackAsItWasRecorded(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		s := open(t, where)
		want := history.Run{
			ID: "a", Project: "shop/prod", Number: 1, Started: day(1), Version: "0.4.0", Commit: "b7e4410", Sources: []string{".", "aws:shop"}, Resources: 30, Passed: 31,
			Undecided: 3, Waived: 1, Failed: history.BySeverity{Critical: 1, High: 10, Medium: 1, Low: 1}, Gaps: 1,
			Cost: &history.Cost{Monthly: decimal.RequireFromString("402.4400000000001"), Catalogue: "2026-09-03", Types: []history.TypeCost{
				{Type: "aws_db_instance", Resources: 1, Monthly: decimal.RequireFromString("156.51")}, {Type: "aws_nat_gateway", Resources: 1, Monthly: decimal.RequireFromString("35.04")},
			}},
			Zones: []history.Zone{
				{Zone: "eu-west-1#0", Entry: "www.shop.example", Answer: "down", Because: "aws_nat_gateway.main"},
				{Zone: "eu-west-1#1", Entry: "www.shop.example", Answer: "undecided", Least: 0, Most: 0.5},
			},
		}
		gaps := []history.Gap{{Where: "main.tf:30", What: "module.alarms", Why: "is not on disk"}, {Root: "x", Where: "b.tf:1", Why: "broken"}}
		record(t, s, history.Record{Run: want, Gaps: gaps})
		other := run("other", 2)
		other.Zones = []history.Zone{{Zone: "x", Entry: "y", Answer: "up", Least: 1, Most: 1}}
		record(t, s, history.Record{Run: other})
		got, err := s.Runs(t.Context(), history.Query{Project: "shop/prod"})
		if diff := cmp.Diff([]history.Run{want}, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
		if got, err := s.Gaps(t.Context(), "a"); err != nil || !cmp.Equal(got, gaps) {
			t.Errorf("gaps: %v\n%s", err, cmp.Diff(gaps, got))
		}
		newest, err := s.Runs(t.Context(), history.Query{Limit: 1})
		if err != nil || len(newest) != 1 || newest[0].Project != "other" {
			t.Errorf("the newest run of all projects is %v, %v", newest, err)
		}
		if names, err := s.Projects(t.Context()); err != nil || !cmp.Equal(names, []string{"other", "shop/prod"}) {
			t.Errorf("projects: %v, %v", names, err)
		}
	})
}

// One finding goes through every state, and each run says what it changed.
func TestTheLifeOfAFinding(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		s := open(t, where)
		worse := finding("aaaa", history.Fail)
		rest := finding("cccc", history.Fail)
		worse.Severity, worse.Line = "critical", 12
		moved := finding("aaaa", history.Fail)
		moved.Line = 40
		steps := []struct {
			findings []history.Finding
			decided  func(history.Finding) bool
			want     history.Recorded
			state    history.State // afterwards
			change   bool
		}{
			{[]history.Finding{finding("bbbb", history.Fail)}, all, history.Recorded{}, "", false},
			{[]history.Finding{finding("aaaa", history.Fail), finding("bbbb", history.Fail)}, all, history.Recorded{New: 1}, history.Fail, true},
			{[]history.Finding{moved}, none, history.Recorded{Unjudged: 1}, history.Fail, false},
			{nil, none, history.Recorded{Unjudged: 2}, history.Unjudged, true},
			{[]history.Finding{finding("aaaa", history.Waived)}, all, history.Recorded{Fixed: 1}, history.Waived, true},
			{[]history.Finding{finding("aaaa", history.Undecided)}, all, history.Recorded{}, history.Undecided, true},
			{nil, all, history.Recorded{Fixed: 1}, history.Fixed, true},
			{nil, all, history.Recorded{}, history.Fixed, false},
			{[]history.Finding{finding("aaaa", history.Undecided)}, all, history.Recorded{}, history.Undecided, true},
			{nil, all, history.Recorded{}, history.Fixed, true},
			{[]history.Finding{finding("aaaa", history.Undecided), finding("cccc", history.Undecided)}, all, history.Recorded{}, history.Undecided, true},
			{[]history.Finding{finding("aaaa", history.Fail), finding("cccc", history.Fail)}, all, history.Recorded{New: 1, Returned: 1}, history.Fail, true},
			{[]history.Finding{worse, rest}, all, history.Recorded{}, history.Fail, true},
		}
		var changes []history.Change
		for i, step := range steps {
			got := record(t, s, history.Record{Run: run("shop", i+1), Findings: step.findings, Decided: step.decided})
			want := step.want
			want.Run = run("shop", i+1)
			want.Number = i + 1
			if i > 0 {
				before := day(i)
				want.Before = &before
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("run %d:\n%s", i+1, diff)
			}
			if step.state == "" {
				continue
			}
			lives, err := s.Find(t.Context(), "shop", "aaaa")
			if err != nil || len(lives) != 1 || lives[0].State != step.state {
				t.Fatalf("run %d: %v, %+v; want state %s", i+1, err, lives, step.state)
			}
			if step.change {
				changes = append(changes, history.Change{Run: want.ID, Number: i + 1, Started: day(i + 1), State: step.state, Severity: lives[0].Severity})
			}
			if gone := lives[0].Gone != nil; gone != (step.state == history.Fixed) {
				t.Errorf("run %d: gone %v", i+1, lives[0].Gone)
			}
		}
		got, err := s.Changes(t.Context(), "shop", "aaaa")
		if diff := cmp.Diff(changes, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
		lives, err := s.Find(t.Context(), "", "aws_db_instance.aaaa")
		want := []history.Life{{Finding: worse, Project: "shop", FirstSeen: day(2), LastSeen: day(13)}}
		if diff := cmp.Diff(want, lives); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	})
}

// What was only undecided is settled, not fixed; a waiver of a finding of several on a resource fixes none of them.
func TestWhatIsNotCalledFixed(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		s := open(t, where)
		twin := finding("dddd", history.Fail)
		twin.Resource = "aws_db_instance.cccc"
		record(t, s, history.Record{Run: run("shop", 1), Findings: []history.Finding{finding("bbbb", history.Undecided), finding("cccc", history.Fail), twin}})
		got := record(t, s, history.Record{Run: run("shop", 2), Decided: all, Findings: []history.Finding{finding("cccc", history.Waived), finding("cccc", history.Fail)}})
		if got.Fixed != 0 || got.New != 0 {
			t.Errorf("%+v", got)
		}
		for fingerprint, want := range map[string]history.State{"bbbb": history.Settled, "cccc": history.Fail, "dddd": history.Waived} {
			lives, err := s.Find(t.Context(), "shop", fingerprint)
			if err != nil || len(lives) != 1 || lives[0].State != want {
				t.Errorf("%s: %v, %+v; want %s", fingerprint, err, lives, want)
			}
		}
	})
}

// A run that began before one that is recorded is counted and changes no finding.
func TestALateRunChangesNoFinding(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		s := open(t, where)
		record(t, s, history.Record{Run: run("shop", 5), Findings: []history.Finding{finding("aaaa", history.Fail)}})
		got := record(t, s, history.Record{Run: run("shop", 4), Decided: all})
		if !got.Late || got.Number != 2 || got.Fixed != 0 {
			t.Errorf("%+v", got)
		}
		lives, err := s.Find(t.Context(), "shop", "aaaa")
		if err != nil || len(lives) != 1 || lives[0].State != history.Fail {
			t.Errorf("%v, %+v", err, lives)
		}
		runs, err := s.Runs(t.Context(), history.Query{})
		if err != nil || len(runs) != 2 || runs[0].Late || !runs[1].Late {
			t.Errorf("%v, %+v", err, runs)
		}
	})
}

// execute carries out a statement beside the package.
func execute(t *testing.T, where, statement string) {
	t.Helper()
	driver := "sqlite"
	if history.IsURL(where) {
		driver = "pgx"
	} else {
		where = "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(where)
	}
	db, err := sql.Open(driver, where)
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A database of a newer version is neither read nor written.
func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		record(t, open(t, where), history.Record{Run: run("shop", 1)})
		execute(t, where, "INSERT INTO plumb_schema (version_id, is_applied) VALUES (7, '1')")
		for name, open := range map[string]func() (*history.Store, error){
			"open": func() (*history.Store, error) { return history.Open(t.Context(), where, history.Patience) },
			"read": func() (*history.Store, error) { return history.Read(t.Context(), where) },
		} {
			if _, err := open(); !errors.Is(err, history.ErrNewer) || !strings.Contains(fmt.Sprint(err), "version 7") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestNothingRecordedYet(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		if !history.IsURL(where) {
			if err := os.WriteFile(where, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := history.Read(t.Context(), where); !errors.Is(err, history.ErrNothing) {
			t.Error(err)
		}
	})
}

// A writer that is not done in time is named, and nothing is recorded.
func TestALockedDatabaseSaysSo(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		record(t, open(t, where), history.Record{Run: run("shop", 1)})
		release := hold(t, where)
		s, err := history.Open(t.Context(), where, 10*time.Millisecond)
		if err == nil {
			_, err = s.Record(t.Context(), history.Record{Run: run("shop", 2)})
			err = errors.Join(err, s.Close())
		}
		if !errors.Is(err, history.ErrLocked) {
			t.Error(err)
		}
		release()
		if got := record(t, open(t, where), history.Record{Run: run("shop", 3)}); got.Number != 2 {
			t.Errorf("the next run is number %d", got.Number)
		}
	})
}

// hold begins to write the project's row and does not end.
func hold(t *testing.T, where string) (release func()) {
	t.Helper()
	driver, name := "pgx", where
	if !history.IsURL(where) {
		driver, name = "sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(where)
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = tx.Exec("UPDATE plumb_projects SET runs = runs")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesThatAreNoHistory(t *testing.T) {
	t.Parallel()
	text, other := filepath.Join(t.TempDir(), "notes.txt"), filepath.Join(t.TempDir(), "app.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	execute(t, other, "CREATE TABLE customers (name TEXT)")
	for where, want := range map[string]error{text: history.ErrForeign, other: history.ErrForeign, filepath.Join(t.TempDir(), "no", "folder.db"): history.ErrReadOnly} {
		if _, err := history.Open(t.Context(), where, history.Patience); !errors.Is(err, want) {
			t.Errorf("%s: %v; want %v", where, err, want)
		}
	}
	kept, err := os.ReadFile(text)
	if err != nil || len(kept) != 1500 {
		t.Errorf("the file was changed: %d bytes, %v", len(kept), err)
	}
}

func TestADatabaseThatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	where := postgres.Start(t)
	record(t, open(t, where), history.Record{Run: run("shop", 1)})
	s := open(t, where+"&options=-c%20default_transaction_read_only%3Don")
	if _, err := s.Record(t.Context(), history.Record{Run: run("shop", 2)}); !errors.Is(err, history.ErrReadOnly) {
		t.Error(err)
	}
}

func TestPruneKeepsWhatIsOpen(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		s := open(t, where)
		old := history.Record{Run: run("shop", 1), Findings: []history.Finding{finding("aaaa", history.Fail), finding("bbbb", history.Fail)}, Gaps: []history.Gap{{Where: "x"}}}
		old.Zones = []history.Zone{{Zone: "a", Entry: "b", Answer: "up"}}
		record(t, s, old)
		for n := 2; n < 5; n++ {
			record(t, s, history.Record{Run: run("shop", n), Findings: old.Findings[:1], Decided: all})
		}
		record(t, s, history.Record{Run: run("quiet", 1)})
		record(t, s, history.Record{Run: run("other", 1)})
		record(t, s, history.Record{Run: run("other", 4)})
		limits := history.Limits{Before: day(3), Project: "shop", DryRun: true}
		want := history.Pruned{Runs: 2, Findings: 1}
		for range 2 {
			if got, err := s.Prune(t.Context(), limits); err != nil || got != want {
				t.Errorf("%+v, %v; want %+v", got, err, want)
			}
			limits.DryRun = false
		}
		got, err := s.Prune(t.Context(), history.Limits{Before: day(30)})
		if err != nil || got != (history.Pruned{Runs: 2}) { // the newest run of each project stays
			t.Errorf("%+v, %v", got, err)
		}
		runs, err := s.Runs(t.Context(), history.Query{})
		if err != nil || len(runs) != 3 {
			t.Errorf("%d runs, %v", len(runs), err)
		}
		if gaps, err := s.Gaps(t.Context(), "shop-1"); err != nil || len(gaps) != 0 {
			t.Errorf("gaps of a run that is gone: %v, %v", gaps, err)
		}
		if changes, err := s.Changes(t.Context(), "shop", "aaaa"); err != nil || len(changes) != 1 || changes[0].Run != "shop-1" {
			t.Errorf("%+v, %v", changes, err)
		}
		if lives, err := s.Find(t.Context(), "", "bbbb"); err != nil || len(lives) != 0 {
			t.Errorf("%+v, %v", lives, err)
		}
	})
}

// Texts that PostgreSQL refuses are made visible in both, and a run with them is no change to the next.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		s := open(t, where)
		f := finding("aaaa", history.Fail)
		f.Resource, f.Message = "aws_x.a[\"\x00'; DROP TABLE plumb_runs; --\"]", "\xff\u202e ☃"
		record(t, s, history.Record{Run: run("sh\x00op", 1), Findings: []history.Finding{f}})
		got := record(t, s, history.Record{Run: run("sh\x00op", 2), Findings: []history.Finding{f}, Decided: all})
		if got.New+got.Fixed+got.Returned != 0 {
			t.Errorf("%+v", got)
		}
		lives, err := s.Find(t.Context(), "sh\x00op", f.Resource)
		if err != nil || len(lives) != 1 || lives[0].Message != "\\xff\u202e ☃" || lives[0].Resource != `aws_x.a["\x00'; DROP TABLE plumb_runs; --"]` {
			t.Errorf("%+v, %v", lives, err)
		}
	})
}

func BenchmarkRecord(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "h.db"))
	var list []history.Finding
	for i := range 50_000 {
		list = append(list, finding(fmt.Sprintf("%032x", i), history.Fail))
	}
	for n := 0; b.Loop(); n++ {
		r := run("shop", 1)
		r.ID, r.Started = fmt.Sprint(n), day(1).Add(time.Duration(n)*time.Second)
		record(b, s, history.Record{Run: r, Findings: list, Decided: all})
	}
}
