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

	"github.com/shopspring/decimal"
)

// Query says which runs to read.
type Query struct {
	Project string // "" is every project
	Limit   int    // the newest; 0 is all
}

// Runs reads runs, newest first.
func (s *Store) Runs(ctx context.Context, q Query) ([]Run, error) {
	if q.Limit <= 0 {
		q.Limit = 1 << 30
	}
	where, args := "", []any{q.Limit}
	if q.Project != "" {
		where, args = "WHERE project = $2", append(args, clean(q.Project))
	}
	ids := " FROM plumb_runs " + where + " ORDER BY started DESC, project, number DESC LIMIT $1"
	var runs []Run
	err := s.each(ctx, "SELECT "+runColumns+ids, args, func(rows *sql.Rows) error {
		r, err := scanRun(rows)
		runs = append(runs, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading runs: %w", err)
	}
	at := map[string]*Run{}
	for i := range runs {
		at[runs[i].ID] = &runs[i]
	}
	if err := s.parts(ctx, at, "run IN (SELECT id"+ids+")", args); err != nil {
		return nil, err
	}
	for i := range runs {
		runs[i].sort()
	}
	return runs, nil
}

// sort puts the parts of a run in order; the two databases have different ideas of that.
func (r *Run) sort() {
	slices.SortFunc(r.Zones, func(a, b Zone) int { return cmp.Or(strings.Compare(a.Zone, b.Zone), strings.Compare(a.Entry, b.Entry)) })
	if r.Cost != nil {
		slices.SortFunc(r.Cost.Types, func(a, b TypeCost) int { return strings.Compare(a.Type, b.Type) })
	}
}

// Projects lists the names of all projects.
func (s *Store) Projects(ctx context.Context) ([]string, error) {
	var out []string
	err := s.each(ctx, "SELECT name FROM plumb_projects", nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		out = append(out, name)
		return err
	})
	slices.Sort(out)
	return out, err
}

func (s *Store) each(ctx context.Context, query string, args []any, take func(*sql.Rows) error) error {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return explain(err)
	}
	defer rows.Close() // its errors are those of rows.Err
	for rows.Next() {
		if err := take(rows); err != nil {
			return explain(err)
		}
	}
	return explain(rows.Err())
}

func scanRun(rows *sql.Rows) (Run, error) {
	var r Run
	var started, sources, catalogue string
	var late, complete int
	var monthly *string
	err := rows.Scan(&r.ID, &r.Project, &r.Number, &late, &started, &r.Version, &r.Commit, &sources, &r.Resources, &r.Passed, &r.Undecided, &r.Waived,
		&r.Failed.Critical, &r.Failed.High, &r.Failed.Medium, &r.Failed.Low, &r.Failed.Info, &r.Gaps, &catalogue, &monthly, &complete)
	if err != nil {
		return r, err
	}
	r.Late = late != 0
	if r.Started, err = parseStamp(started); err != nil {
		return r, err
	}
	if err = json.Unmarshal([]byte(sources), &r.Sources); err != nil {
		return r, fmt.Errorf("sources of run %s: %w", r.ID, err)
	}
	if monthly == nil {
		return r, nil
	}
	r.Cost = &Cost{Catalogue: catalogue, Complete: complete != 0}
	r.Cost.Monthly, err = decimal.NewFromString(*monthly)
	return r, err
}

// parts adds to runs what they have several of.
func (s *Store) parts(ctx context.Context, runs map[string]*Run, which string, args []any) error {
	err := s.each(ctx, "SELECT run, type, resources, monthly FROM plumb_costs WHERE "+which+"", args, func(rows *sql.Rows) error {
		var run, monthly string
		var c TypeCost
		if err := rows.Scan(&run, &c.Type, &c.Resources, &monthly); err != nil {
			return err
		}
		var err error
		if c.Monthly, err = decimal.NewFromString(monthly); err != nil {
			return err
		}
		if r := runs[run]; r != nil && r.Cost != nil {
			r.Cost.Types = append(r.Cost.Types, c)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading costs: %w", err)
	}
	err = s.each(ctx, "SELECT run, zone, entry, answer, least, most, because FROM plumb_zones WHERE "+which+"", args, func(rows *sql.Rows) error {
		var run string
		var z Zone
		if err := rows.Scan(&run, &z.Zone, &z.Entry, &z.Answer, &z.Least, &z.Most, &z.Because); err != nil {
			return err
		}
		if r := runs[run]; r != nil {
			r.Zones = append(r.Zones, z)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading zones: %w", err)
	}
	return nil
}

// Gaps lists what a run did not read.
func (s *Store) Gaps(ctx context.Context, run string) ([]Gap, error) {
	var out []Gap
	err := s.each(ctx, "SELECT root, place, what, why FROM plumb_gaps WHERE run = $1 ORDER BY n", []any{clean(run)}, func(rows *sql.Rows) error {
		var g Gap
		err := rows.Scan(&g.Root, &g.Where, &g.What, &g.Why)
		out = append(out, g)
		return err
	})
	return out, err
}

// Find reads the findings that a word names: the beginning of a fingerprint, a policy or a resource. project "" is every
// project. They are in the order of project, resource and policy.
func (s *Store) Find(ctx context.Context, project, word string) ([]Life, error) {
	where, args := "(fingerprint = $1 OR policy = $1 OR resource = $1)", []any{clean(word)}
	if len(word) >= 4 && strings.Trim(word, "0123456789abcdef") == "" {
		where = "substr(fingerprint, 1, " + fmt.Sprint(len(word)) + ") = $1"
	}
	if project != "" {
		where, args = where+" AND project = $2", append(args, clean(project))
	}
	var out []Life
	err := s.each(ctx, "SELECT "+findingColumns+", project, first_seen, last_seen, gone FROM plumb_findings WHERE "+where, args, func(rows *sql.Rows) error {
		l, err := scanLife(rows)
		out = append(out, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading findings: %w", err)
	}
	slices.SortFunc(out, func(a, b Life) int {
		return cmp.Or(strings.Compare(a.Project, b.Project), strings.Compare(a.Resource, b.Resource), strings.Compare(a.Policy, b.Policy), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
	return out, nil
}

func scanLife(rows *sql.Rows) (Life, error) {
	var l Life
	var first, last string
	var gone *string
	err := rows.Scan(append(l.targets(), &l.Project, &first, &last, &gone)...)
	if err != nil {
		return l, err
	}
	if l.FirstSeen, err = parseStamp(first); err != nil {
		return l, err
	}
	if l.LastSeen, err = parseStamp(last); err != nil || gone == nil {
		return l, err
	}
	t, err := parseStamp(*gone)
	l.Gone = &t
	return l, err
}

// Changes reads what became of a finding, oldest first.
func (s *Store) Changes(ctx context.Context, project, fingerprint string) ([]Change, error) {
	var out []Change
	err := s.each(ctx, "SELECT run, number, started, state, severity FROM plumb_changes WHERE project = $1 AND fingerprint = $2 ORDER BY number", []any{clean(project), fingerprint}, func(rows *sql.Rows) error {
		var c Change
		var started string
		if err := rows.Scan(&c.Run, &c.Number, &started, &c.State, &c.Severity); err != nil {
			return err
		}
		var err error
		c.Started, err = parseStamp(started)
		out = append(out, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the life of %s: %w", fingerprint, err)
	}
	return out, nil
}

// Limits say what Prune leaves.
type Limits struct {
	Project string    // "" is every project
	Before  time.Time // runs that began before go
	DryRun  bool      // only count
}

// Pruned counts what Prune removed.
type Pruned struct{ Runs, Findings int }

// Prune removes old runs, and findings that were gone before. The newest run of each project stays, and every finding that is
// not gone keeps its whole life.
func (s *Store) Prune(ctx context.Context, l Limits) (Pruned, error) {
	var out Pruned
	args := []any{stamp(l.Before)}
	project := ""
	if l.Project != "" {
		project, args = " AND project = $2", append(args, clean(l.Project))
	}
	runs := "FROM plumb_runs WHERE started < $1" + project + " AND number < (SELECT max(x.number) FROM plumb_runs x WHERE x.project = plumb_runs.project)"
	findings := "FROM plumb_findings WHERE gone < $1" + project
	if l.DryRun {
		err := s.db.QueryRowContext(ctx, "SELECT (SELECT count(*) "+runs+"), (SELECT count(*) "+findings+")", args...).Scan(&out.Runs, &out.Findings)
		return out, explain(err)
	}
	err := s.write(ctx, func(tx *sql.Tx) error {
		for statement, n := range map[string]*int{runs: &out.Runs, findings: &out.Findings} {
			done, err := tx.ExecContext(ctx, "DELETE "+statement, args...)
			if err != nil {
				return err
			}
			rows, err := done.RowsAffected()
			if err != nil {
				return err
			}
			*n = int(rows)
		}
		return nil
	})
	return out, err
}
