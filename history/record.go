package history

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Record keeps a run and brings the findings of its project up to date.
func (s *Store) Record(ctx context.Context, r Record) (Recorded, error) {
	if r.ID == "" || r.Project == "" || r.Started.IsZero() {
		return Recorded{}, fmt.Errorf("a run needs a name, a project and the time when it began")
	}
	out := Recorded{Run: r.Run}
	err := s.write(ctx, func(tx *sql.Tx) error {
		if err := number(ctx, tx, &out); err != nil {
			return fmt.Errorf("recording the project: %w", err)
		}
		if err := insertRun(ctx, tx, out.Run, r.Gaps); err != nil {
			return fmt.Errorf("recording the run: %w", err)
		}
		if out.Late {
			return nil
		}
		if err := follow(ctx, tx, &r, &out); err != nil {
			return fmt.Errorf("recording findings: %w", err)
		}
		return nil
	})
	return out, err
}

// number takes the next number of the project. Writers of one project wait for each other here.
func number(ctx context.Context, tx *sql.Tx, out *Recorded) error {
	started, last := stamp(out.Started), ""
	err := tx.QueryRowContext(ctx, `INSERT INTO plumb_projects (name, runs, last_started) VALUES ($1, 1, '')
		ON CONFLICT (name) DO UPDATE SET runs = plumb_projects.runs + 1 RETURNING runs, last_started`, clean(out.Project)).Scan(&out.Number, &last)
	if err != nil {
		return err
	}
	if last != "" {
		before, err := parseStamp(last)
		if err != nil {
			return err
		}
		out.Before, out.Late = &before, started < last
	}
	if out.Late {
		return nil
	}
	_, err = tx.ExecContext(ctx, "UPDATE plumb_projects SET last_started = $1 WHERE name = $2", started, clean(out.Project))
	return err
}

func insertRun(ctx context.Context, tx *sql.Tx, r Run, gaps []Gap) error {
	sources, err := json.Marshal(r.Sources)
	if err != nil {
		return err
	}
	var monthly *string
	catalogue, complete := "", false
	if c := r.Cost; c != nil {
		amount := c.Monthly.String()
		monthly, catalogue, complete = &amount, c.Catalogue, c.Complete
	}
	row := []any{r.ID, r.Project, r.Number, bit(r.Late), stamp(r.Started), r.Version, r.Commit, string(sources), r.Resources, r.Passed, r.Undecided, r.Waived,
		r.Failed.Critical, r.Failed.High, r.Failed.Medium, r.Failed.Low, r.Failed.Info, r.Gaps, catalogue, monthly, bit(complete)}
	if err := insert(ctx, tx, "plumb_runs ("+runColumns+")", "", [][]any{row}); err != nil {
		return err
	}
	return insertParts(ctx, tx, r, gaps)
}

const runColumns = `id, project, number, late, started, version, commit_id, sources, resources, passed, undecided, waived,
	critical, high, medium, low, info, gaps, catalogue, monthly, complete`

// insertParts writes what a run has several of.
func insertParts(ctx context.Context, tx *sql.Tx, r Run, gaps []Gap) error {
	var costs, zones, unread [][]any
	if r.Cost != nil {
		for _, t := range r.Cost.Types {
			costs = append(costs, []any{r.ID, t.Type, t.Resources, t.Monthly.String()})
		}
	}
	for _, z := range r.Zones {
		zones = append(zones, []any{r.ID, z.Zone, z.Entry, z.Answer, z.Least, z.Most, z.Because})
	}
	for i, g := range gaps {
		unread = append(unread, []any{r.ID, i, g.Root, g.Where, g.What, g.Why})
	}
	if err := insert(ctx, tx, "plumb_costs (run, type, resources, monthly)", "", costs); err != nil {
		return err
	}
	if err := insert(ctx, tx, "plumb_zones (run, zone, entry, answer, least, most, because)", " ON CONFLICT (run, zone, entry) DO NOTHING", zones); err != nil {
		return err
	}
	return insert(ctx, tx, "plumb_gaps (run, n, root, place, what, why)", "", unread)
}

// row is a finding as the database has it.
type row struct {
	Finding
	failed failure
}

// failure is what a finding has been through, whatever its state is now.
type failure int

const (
	never   failure = iota
	failing         // it failed, and was not fixed since
	mended          // it failed, and was fixed since
)

// follow compares the findings of a run with those of the runs before, and writes what changed.
func follow(ctx context.Context, tx *sql.Tx, r *Record, out *Recorded) error {
	known, err := readKnown(ctx, tx, r.Project)
	if err != nil {
		return err
	}
	w := &writing{record: r, out: out, started: stamp(r.Started)}
	seen := map[string]bool{}
	for _, f := range worst(r.Findings) {
		seen[f.Fingerprint] = true
		w.found(f, known[f.Fingerprint])
	}
	identities := waivedIdentities(r.Findings)
	for _, old := range known {
		if !seen[old.Fingerprint] && old.State != Fixed && old.State != Settled {
			w.missed(old, identities)
		}
	}
	return w.flush(ctx, tx)
}

// worst keeps one finding of each fingerprint: of two verdicts on one resource the one that asks for more.
func worst(findings []Finding) []Finding {
	rank := map[State]int{Fail: 0, Undecided: 1, Waived: 2}
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Fingerprint, b.Fingerprint), cmp.Compare(rank[a.State], rank[b.State]))
	})
	return slices.CompactFunc(sorted, func(a, b Finding) bool { return a.Fingerprint == b.Fingerprint })
}

// identity is what a finding is about.
type identity struct{ policy, root, resource string }

func (f *Finding) identity() identity { return identity{f.Policy, f.Root, f.Resource} }

func waivedIdentities(findings []Finding) map[identity]bool {
	out := map[identity]bool{}
	for i := range findings {
		if findings[i].State == Waived {
			out[findings[i].identity()] = true
		}
	}
	return out
}

func readKnown(ctx context.Context, tx *sql.Tx, project string) (map[string]*row, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+findingColumns+", failed FROM plumb_findings WHERE project = $1", clean(project))
	if err != nil {
		return nil, err
	}
	defer rows.Close() // its errors are those of rows.Err
	known := map[string]*row{}
	for rows.Next() {
		f := &row{}
		if err := rows.Scan(append(f.targets(), &f.failed)...); err != nil {
			return nil, err
		}
		known[f.Fingerprint] = f
	}
	return known, rows.Err()
}

const findingColumns = "fingerprint, policy, control, requirement, severity, root, resource, type, message, file, line, state"

// targets are the fields in the order of findingColumns.
func (f *Finding) targets() []any {
	return []any{&f.Fingerprint, &f.Policy, &f.Control, &f.Requirement, &f.Severity, &f.Root, &f.Resource, &f.Type, &f.Message, &f.File, &f.Line, &f.State}
}

// cleaned is the finding as it comes back from the database.
func (f Finding) cleaned() Finding {
	for _, s := range []*string{&f.Fingerprint, &f.Policy, &f.Control, &f.Requirement, &f.Severity, &f.Root, &f.Resource, &f.Type, &f.Message, &f.File} {
		*s = clean(*s)
	}
	return f
}

// writing collects the rows that a run changes.
type writing struct {
	record   *Record
	out      *Recorded
	started  string
	findings [][]any
	changes  [][]any
}

// found takes a finding of the run. What is as it was needs no row: flush moves the day of all that is there.
func (w *writing) found(f Finding, old *row) {
	f = f.cleaned()
	was := row{}
	if old != nil {
		was = *old
	}
	failed := was.failed
	if f.State != Undecided {
		failed = failing
	}
	switch {
	case f.State != Fail || w.out.Before == nil:
	case was.failed == never:
		w.out.New++
	case was.failed == mended:
		w.out.Returned++
	}
	switch {
	case f.State != was.State || f.Severity != was.Severity:
		w.change(f, failed, nil)
	case f != was.Finding || failed != was.failed:
		w.put(f, failed, nil)
	}
}

// missed takes a finding that the run does not have.
func (w *writing) missed(old *row, waived map[identity]bool) {
	f, failed := old.Finding, old.failed
	var gone *string
	switch {
	case waived[f.identity()]:
		f.State = Waived
	case w.record.Decided == nil || !w.record.Decided(f):
		f.State = Unjudged
		w.out.Unjudged++
	case failed == never:
		f.State, gone = Settled, &w.started
	default:
		f.State, gone = Fixed, &w.started
		if failed == failing {
			w.out.Fixed++
		}
		failed = mended
	}
	if f.State != old.State {
		w.change(f, failed, gone)
	}
}

func (w *writing) change(f Finding, failed failure, gone *string) {
	w.put(f, failed, gone)
	w.changes = append(w.changes, []any{w.out.Project, f.Fingerprint, w.out.Number, w.out.ID, w.started, f.State, f.Severity})
}

func (w *writing) put(f Finding, failed failure, gone *string) {
	w.findings = append(w.findings, []any{w.out.Project, f.Fingerprint, f.Policy, f.Control, f.Requirement, f.Severity, f.Root, f.Resource, f.Type, f.Message, f.File, f.Line, f.State,
		int(failed), w.started, w.started, gone})
}

// flush writes the rows. A row that is there keeps the day of its first sight, and of its last unless the run found it.
func (w *writing) flush(ctx context.Context, tx *sql.Tx) error {
	err := insert(ctx, tx, "plumb_findings (project, "+findingColumns+", failed, first_seen, last_seen, gone)", ` ON CONFLICT (project, fingerprint) DO UPDATE SET
		policy = excluded.policy, control = excluded.control, requirement = excluded.requirement, severity = excluded.severity, root = excluded.root, resource = excluded.resource,
		type = excluded.type, message = excluded.message, file = excluded.file, line = excluded.line, state = excluded.state, failed = excluded.failed, gone = excluded.gone`, w.findings)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE plumb_findings SET last_seen = $1 WHERE project = $2 AND state IN ('fail', 'waived', 'undecided')", w.started, clean(w.out.Project)); err != nil {
		return err
	}
	return insert(ctx, tx, "plumb_changes (project, fingerprint, number, run, started, state, severity)", "", w.changes)
}

// most is how many values one statement has. With more, the driver of SQLite spends its time on looking for them: 50,000 findings
// took 34 s at 16,000.
const most = 500

// insert writes rows with few statements. table has the columns, tail says what to do with a row that is there.
func insert(ctx context.Context, tx *sql.Tx, table, tail string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), most/len(rows[0]))
		var b strings.Builder
		values := make([]any, 0, n*len(rows[0]))
		fmt.Fprintf(&b, "INSERT INTO %s VALUES ", table)
		for i, row := range rows[:n] {
			b.WriteString([]string{"(", ", ("}[min(i, 1)])
			for j, v := range row {
				values = append(values, value(v))
				fmt.Fprintf(&b, "%s$%d", []string{"", ", "}[min(j, 1)], len(values))
			}
			b.WriteByte(')')
		}
		if _, err := tx.ExecContext(ctx, b.String()+tail, values...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// value makes texts acceptable to both databases.
func value(v any) any {
	switch v := v.(type) {
	case string:
		return clean(v)
	case State:
		return string(v)
	}
	return v
}

// clean makes bytes visible that PostgreSQL refuses in a text: NUL and what is not UTF-8.
func clean(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// stampLayout is RFC 3339 of a fixed width, so that texts sort as times do.
const stampLayout = "2006-01-02T15:04:05.000000Z"

func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

func parseStamp(s string) (time.Time, error) { return time.Parse(stampLayout, s) }
