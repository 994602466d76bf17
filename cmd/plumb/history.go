package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/history"
	"github.com/plumbline-dev/plumbline/reports"
)

// historyOptions are the flags of plumb history and its verbs.
type historyOptions struct {
	*commonOptions
	recordOptions
	format string
	limit  int
	before string
	dryRun bool
}

var historyFormats = []string{"text", "json"}

func newHistoryCmd(sys *system, common *commonOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "What recorded scans found over time",
		Long: `What scans found over time: those that were recorded with --record, which keeps
findings, costs, what the loss of a zone does, and gaps.

  --record                            $XDG_STATE_HOME/plumb/history.db, else
                                      ~/.local/state/plumb/history.db
  --record=FILE                       another file (SQLite)
  --record=postgres://HOST/DATABASE   a database; passwords belong into
                                      PLUMB_RECORD (the whole URL), PGPASSWORD
                                      or ~/.pgpass

Runs of one project are compared with each other. A project is the repository
and folder, or the account, or what --project names. Record one branch of it.
A finding that is gone counts as fixed when the run decided so; what a run
could not judge is said to be so.`,
		Example: `  plumb scan --record               keep a run
  plumb history list                runs, newest first
  plumb history show rds.multi_az   since when it fails, and what became of it`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(newHistoryListCmd(sys, common), newHistoryShowCmd(sys, common), newHistoryPruneCmd(sys, common))
	return cmd
}

func newHistoryListCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &historyOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Runs, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.read(cmd.Context(), sys, func(s *history.Store) error { return o.list(cmd.Context(), s, sys) })
		},
	}
	historyFlags(cmd, o)
	cmd.Flags().IntVar(&o.limit, "limit", 20, "`N` runs at most; 0: all")
	return cmd
}

func newHistoryShowCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &historyOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "show FINGERPRINT|POLICY|ADDRESS",
		Short: "The life of a finding",
		Long:  "When a finding was first seen, when last, and when it was fixed, came back or\ncould not be judged.",
		Example: `  plumb history show 3f2a9c01          the beginning of a fingerprint
  plumb history show aws_db_instance.main`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &problem{what: "which finding?", hint: "plumb history show FINGERPRINT; -f json of a scan has them. A policy or an address will do"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.read(cmd.Context(), sys, func(s *history.Store) error { return o.show(cmd.Context(), s, args[0], sys) })
		},
	}
	historyFlags(cmd, o)
	return cmd
}

func newHistoryPruneCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &historyOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "prune --before DATE",
		Short: "Remove old runs",
		Long: `Remove runs that began before a day, and findings that were gone by then. The
newest run of each project stays, and every finding that is still there keeps
its whole life.`,
		Example: `  plumb history prune --before 90d --dry-run
  plumb history prune --before 2026-01-01`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.prune(cmd.Context(), sys) },
	}
	historyFlags(cmd, o)
	cmd.Flags().StringVar(&o.before, "before", "", "`DATE`, or a number of days like 90d")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "say what would be removed")
	return cmd
}

func historyFlags(cmd *cobra.Command, o *historyOptions) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.record, "record", defaultPlace, "`WHERE` it is kept: a file, postgres://...")
	f.Lookup("record").DefValue = ""
	f.StringVar(&o.project, "project", "", "only the project `NAME`")
	f.StringVarP(&o.format, "format", "f", "text", "`NAME`: text, json")
}

// read opens the history and closes it again.
func (o *historyOptions) read(ctx context.Context, sys *system, do func(*history.Store) error) error {
	if !slices.Contains(historyFormats, o.format) {
		return &problem{what: "unknown format " + o.format, hint: didYouMean(o.format, historyFormats, "text or json")}
	}
	where, err := place(o.record, sys.env)
	if err != nil {
		return err
	}
	s, err := readHistory(ctx, where)
	if err != nil {
		return err
	}
	err = do(s)
	var known *problem
	if err != nil && !errors.As(err, &known) && !silent(err) {
		err = historyProblem(where, err)
	}
	return errors.Join(err, s.Close())
}

func readHistory(ctx context.Context, where string) (*history.Store, error) {
	if !history.IsURL(where) {
		file, err := os.Open(where)
		if errors.Is(err, os.ErrNotExist) {
			return nil, historyProblem(where, history.ErrNothing)
		}
		if err != nil {
			return nil, &problem{where: where, what: reason(err), hint: "name a history that you may read: --record=FILE"}
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	s, err := history.Read(ctx, where)
	if err != nil {
		return nil, historyProblem(where, err)
	}
	return s, nil
}

func (o *historyOptions) list(ctx context.Context, s *history.Store, sys *system) error {
	if o.limit < 0 {
		return &problem{where: "--limit " + strconv.Itoa(o.limit), what: "not a number of runs"}
	}
	if err := o.known(ctx, s); err != nil {
		return err
	}
	runs, err := s.Runs(ctx, history.Query{Project: o.project, Limit: o.limit})
	if err != nil {
		return err
	}
	if o.format == "json" {
		return printHistory(sys, map[string]any{"schema_version": 1, "runs": jsonRuns(runs)})
	}
	_, err = sys.out.Write([]byte(runsText(runs)))
	return err
}

// known says that there is no project of that name.
func (o *historyOptions) known(ctx context.Context, s *history.Store) error {
	if o.project == "" {
		return nil
	}
	names, err := s.Projects(ctx)
	if err != nil || slices.Contains(names, o.project) {
		return err
	}
	return &problem{where: "--project " + o.project, what: "nothing was recorded under this name", hint: didYouMean(o.project, names, "recorded are: "+strings.Join(names, ", "))}
}

func (o *historyOptions) show(ctx context.Context, s *history.Store, word string, sys *system) error {
	if err := o.known(ctx, s); err != nil {
		return err
	}
	lives, err := s.Find(ctx, o.project, word)
	if err != nil {
		return err
	}
	if len(lives) == 0 {
		return &problem{where: word, what: "no recorded finding has this fingerprint, policy or address", hint: "plumb history list shows the runs; -f json of a scan has fingerprints"}
	}
	all := make([]lifeOf, 0, len(lives))
	for _, l := range lives {
		x := lifeOf{Life: l}
		if x.changes, err = s.Changes(ctx, l.Project, l.Fingerprint); err != nil {
			return err
		}
		all = append(all, x)
	}
	if o.format == "json" {
		return printHistory(sys, map[string]any{"schema_version": 1, "findings": jsonLives(all)})
	}
	_, err = sys.out.Write([]byte(livesText(all)))
	return err
}

// lifeOf is a finding with what became of it.
type lifeOf struct {
	history.Life
	changes []history.Change
}

func (o *historyOptions) prune(ctx context.Context, sys *system) error {
	before, err := dayBefore(o.before, sys.now)
	if err != nil {
		return err
	}
	where, err := place(o.record, sys.env)
	if err != nil {
		return err
	}
	s, err := readHistory(ctx, where) // what is not there is not made for the sake of being emptied
	if err != nil {
		return err
	}
	if err := errors.Join(o.known(ctx, s), s.Close()); err != nil {
		return err
	}
	if s, err = openHistory(ctx, where); err != nil {
		return historyProblem(where, err)
	}
	gone, err := s.Prune(ctx, history.Limits{Project: o.project, Before: before, DryRun: o.dryRun})
	if err = errors.Join(err, s.Close()); err != nil {
		return historyProblem(where, err)
	}
	verb := "Removed"
	if o.dryRun {
		verb = "Would remove"
	}
	_, err = fmt.Fprintf(sys.out, "%s %s and %s that were gone, from before %s.\n", verb, counted(gone.Runs, "run"), counted(gone.Findings, "finding"), before.Format(time.DateOnly))
	return err
}

// dayBefore reads --before: a date, or a number of days.
func dayBefore(text string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.Truncate(24*time.Hour).AddDate(0, 0, -n), nil
		}
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, &problem{where: cmp.Or(strings.TrimSpace("--before "+text), "--before"), what: "neither a date nor a number of days", hint: "--before 2026-01-01, or --before 90d"}
	}
	return t, nil
}

// printHistory writes JSON, harmless to a terminal.
func printHistory(sys *system, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding json: %w", err)
	}
	return reports.WriteJSON(sys.out, text)
}
