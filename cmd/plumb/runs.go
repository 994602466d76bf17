package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/reports"
)

func newRunsCmd(sys *system, common *commonOptions) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "runs [RUN]",
		Short: "List the runs of plans, or show one",
		Long: "List the runs of plans that were carried out from this folder, or show every\n" +
			"event of one: each call with its answer.",
		Example: `  plumb runs                            all, the newest first
  plumb runs 14                         every call of run 14`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return &problem{where: "--format " + format, what: "not one of text, json"}
			}
			w := &runsView{sys: sys, json: format == "json", width: sys.width(common.width), store: remedy.Store{Dir: runsFolder}}
			if len(args) == 0 {
				return w.list()
			}
			n, err := runNumber(args[0])
			if err != nil {
				return err
			}
			return w.one(n)
		},
		ValidArgsFunction: completeRuns,
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "`NAME`: text, json")
	return cmd
}

func completeRuns(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	numbers, err := remedy.Store{Dir: runsFolder}.Numbers()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var words []string
	for _, n := range numbers {
		words = append(words, strconv.Itoa(n))
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

func runNumber(word string) (int, error) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0, &problem{where: word, what: "not the number of a run", hint: "plumb runs lists them"}
	}
	return n, nil
}

type runsView struct {
	sys   *system
	json  bool
	width int
	store remedy.Store
}

// runLine is one run in the list.
type runLine struct {
	Run     int       `json:"run"`
	Started time.Time `json:"started"`
	Plan    string    `json:"plan"`
	Where   string    `json:"where"`
	By      string    `json:"by"`
	Result  string    `json:"result"` // "done 3/3", "stopped 1/6", "pending 2/3", "rolled back", "unreadable"
	Why     string    `json:"why,omitempty"`
	open    bool
}

func (v *runsView) lines() ([]runLine, error) {
	numbers, err := v.store.Numbers()
	if err != nil {
		return nil, err
	}
	back := map[int]bool{}
	lines := []runLine{}
	for _, n := range slices.Backward(numbers) {
		r, err := v.store.Load(n)
		if err != nil {
			lines = append(lines, runLine{Run: n, Result: "unreadable", Why: err.Error()})
			continue
		}
		line := runLine{Run: n, Started: r.Begun(), Plan: r.Plan.ID, Where: r.Header.Where, By: r.Header.User,
			Result: fmt.Sprintf("%s %d/%d", r.Result(), len(r.Done()), len(r.Plan.Steps)), open: !r.Over()}
		if r.Header.UndoOf != 0 {
			line.Result += ", undo of " + undone(r)
		}
		if back[n] {
			line.Result, line.open = "rolled back", false
		} else if undoes(r) {
			back[r.Header.UndoOf] = true
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (v *runsView) list() error {
	lines, err := v.lines()
	if err != nil {
		return err
	}
	if v.json {
		return v.encode(lines)
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(v.sys.out, "No plan was carried out from this folder.")
		return err
	}
	fmt.Fprintf(v.sys.out, "%-4s %-18s %-10s %-16s %-15s %s\n", "run", "started (UTC)", "plan", "where", "by", "result")
	var open []string
	for _, l := range lines {
		started := ""
		if !l.Started.IsZero() {
			started = l.Started.Format("2006-01-02 15:04")
		}
		fmt.Fprintf(v.sys.out, "%-4d %-18s %-10s %-16s %-15s %s\n", l.Run, started, l.Plan, reports.Untrusted(l.Where).Terminal(), reports.Untrusted(l.By).Terminal(), l.Result)
		if l.open {
			open = append(open, strconv.Itoa(l.Run))
		}
		if l.Why != "" {
			fmt.Fprint(v.sys.out, reports.Paragraph("     ", "     ", reports.Untrusted(l.Why), v.width))
		}
	}
	switch len(open) {
	case 0:
	case 1:
		fmt.Fprintf(v.sys.out, "\n1 run is unfinished: %s. plumb apply --resume %s, or plumb rollback %s.\n", open[0], open[0], open[0])
	default:
		fmt.Fprintf(v.sys.out, "\n%d runs are unfinished: %s. plumb apply --resume RUN, or plumb rollback RUN.\n", len(open), strings.Join(open, ", "))
	}
	return nil
}

func (v *runsView) encode(value any) error {
	e := json.NewEncoder(v.sys.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

func (v *runsView) one(n int) error {
	r, err := v.store.Load(n)
	if err != nil {
		return err
	}
	if v.json {
		return v.encode(map[string]any{"run": r.Header, "result": r.Result(), "plan": r.Plan, "events": r.Events})
	}
	fmt.Fprintf(v.sys.out, "Run %d of plan %s, %s, by %s: %s\n", n, r.Plan.ID, reports.Untrusted(r.Header.Where).Terminal(), reports.Untrusted(r.Header.User).Terminal(), r.Result())
	if r.Torn() {
		fmt.Fprintln(v.sys.out, "The last line of its journal was cut.")
	}
	fmt.Fprintln(v.sys.out)
	last := 0
	for _, e := range r.Events {
		number := ""
		if e.Step != last && e.Step != 0 {
			number, last = strconv.Itoa(e.Step), e.Step
		}
		first := fmt.Sprintf("%-4s %s  %-10s ", number, e.At.Format("15:04:05.000"), e.What)
		fmt.Fprint(v.sys.out, reports.Paragraph(first, strings.Repeat(" ", 20), reports.Untrusted(eventText(r, e)), v.width))
	}
	return nil
}

func eventText(r *remedy.Run, e remedy.Event) string {
	var parts []string
	if e.Op != "" {
		parts = append(parts, e.Op)
	}
	if e.Request != "" {
		parts = append(parts, "request "+e.Request)
	}
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Says != "" {
		parts = append(parts, e.Says)
	}
	if e.What == remedy.Intent && e.Action > 0 && e.Step > 0 {
		for _, s := range r.Plan.Steps {
			if s.N == e.Step && s.Undo.Note != "" {
				parts = append(parts, "undo: "+s.Undo.Note)
			}
		}
	}
	return strings.Join(parts, ", ")
}

func newRollbackCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &changeOptions{commonOptions: common, sys: sys}
	cmd := &cobra.Command{
		Use:   "rollback RUN [STEP]",
		Short: "Undo a run, or one step of it",
		Long: "Undo what a run did, the last step first, with the undo that was recorded for\n" +
			"each step. The undo checks that everything still is as the run left it, and is\n" +
			"a run itself.",
		Example: `  plumb rollback 14                     all that run 14 did
  plumb rollback 14 2                   step 2 of it`,
		Args: cobra.RangeArgs(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &problem{what: "which run?", hint: "plumb runs lists them"}
			}
			n, err := runNumber(args[0])
			if err != nil {
				return err
			}
			step := 0
			if len(args) == 2 {
				if step, err = strconv.Atoi(args[1]); err != nil || step < 1 {
					return &problem{where: args[1], what: "not the number of a step", hint: fmt.Sprintf("plumb runs %d lists them", n)}
				}
			}
			return o.rollback(cmd.Context(), n, step)
		},
		ValidArgsFunction: completeRuns,
	}
	f := cmd.Flags()
	f.SortFlags = false
	changeFlags(f, o)
	groups(cmd, []flagGroup{{"What is approved", []string{"yes", "accept", "accept-step", "dry-run"}}, {"Limits", []string{"allow-account", "limit-changes", "limit-cost", "window"}}})
	return cmd
}

// rollback makes the plan that takes a run back and carries it out.
func (o *changeOptions) rollback(ctx context.Context, n, step int) error {
	store := remedy.Store{Dir: runsFolder}
	run, err := store.Load(n)
	if err != nil {
		return err
	}
	gone, err := undoneBefore(store, n)
	if err != nil {
		return err
	}
	w, err := o.prepare(ctx, run.Plan)
	if err != nil {
		return err
	}
	defer w.release()
	if run, err = w.settled(ctx, store, n); err != nil {
		return err
	}
	back, not, err := run.Reverse(step, gone, time.Now().UTC())
	if err != nil {
		return &problem{where: fmt.Sprintf("run %d", n), what: err.Error()}
	}
	w.plan, w.undoes = back, run
	w.undoHead(back, step, not)
	if len(back.Steps) == 0 && len(not) > 0 {
		return &problem{where: fmt.Sprintf("run %d", n), what: "nothing of what it did can be undone: nothing was changed", hint: "plumb plan makes a plan of what is to be changed"}
	}
	scratch := &remedy.Runner{Run: &remedy.Run{Plan: back}, Hands: w.hands, Clock: w.sys.runClock()}
	if len(back.Steps) > 0 {
		if err := w.check(ctx, scratch); err != nil {
			return err
		}
	}
	if o.dryRun {
		return w.preview(ctx, scratch.Left(), strings.TrimSpace("plumb rollback "+fmt.Sprint(n)+" "+stepText(step)))
	}
	if len(back.Steps) > 0 { // else nothing is changed: the run is closed
		if err := w.approve(back.Steps); err != nil {
			return err
		}
	}
	text, err := remedy.Encode(back)
	if err != nil {
		return err
	}
	return w.begin(ctx, store, text, remedy.Header{Plan: back.ID, SHA256: back.SHA256, UndoOf: n, UndoStep: step})
}

func stepText(step int) string {
	if step == 0 {
		return ""
	}
	return fmt.Sprint(step)
}

// settled gives the run with every open outcome read back.
func (w *work) settled(ctx context.Context, store remedy.Store, n int) (*remedy.Run, error) {
	run, err := store.Load(n)
	if err != nil {
		return nil, err
	}
	if run.Over() {
		return run, nil
	}
	journal, err := run.Reopen()
	if err != nil {
		return nil, err
	}
	r := &remedy.Runner{Run: run, Journal: journal, Hands: w.hands, Clock: w.sys.runClock()}
	return run, errors.Join(w.settle(ctx, r), journal.Close())
}

// undoneBefore lists the steps of a run that were taken back one by one. It fails when all of it was, or is about to be.
func undoneBefore(store remedy.Store, n int) ([]int, error) {
	numbers, err := store.Numbers()
	if err != nil {
		return nil, err
	}
	var gone []int
	back := map[int]bool{}
	for _, m := range slices.Backward(numbers) {
		r, err := store.Load(m)
		if err != nil {
			continue // plumb runs lists it; the checks before the first change catch what it did
		}
		if undoes(r) && !back[m] {
			back[r.Header.UndoOf] = true
		}
		if r.Header.UndoOf != n || back[m] {
			continue
		}
		switch {
		case !r.Over():
			return nil, &problem{where: fmt.Sprintf("run %d", n), what: fmt.Sprintf("run %d began to undo it and is unfinished", m), hint: fmt.Sprintf("plumb apply --resume %d", m)}
		case r.Header.UndoStep == 0:
			return nil, &problem{where: fmt.Sprintf("run %d", n), what: fmt.Sprintf("run %d undid it on %s", m, r.Begun().Format(shortTime)), hint: "plumb runs"}
		}
		gone = append(gone, r.Header.UndoStep)
	}
	return gone, nil
}

// undoHead says what will be undone, and what not.
func (w *work) undoHead(back *remedy.Plan, step int, not []remedy.NoUndo) {
	run := w.undoes
	touched := len(back.Steps) + len(not)
	switch {
	case touched == 0:
		w.line("", fmt.Sprintf("Undo of run %d (plan %s): nothing is left to undo, so it is only closed.", run.N, run.Plan.ID))
		return
	case step != 0:
		w.line("", fmt.Sprintf("Undo of step %d of run %d (plan %s).", step, run.N, run.Plan.ID))
	default:
		w.line("", fmt.Sprintf("Undo of run %d (plan %s): %d of %s to undo.", run.N, run.Plan.ID, touched, counted(len(run.Plan.Steps), "step")))
	}
	fmt.Fprintln(w.sys.out)
	for _, s := range back.Steps {
		w.line(fmt.Sprintf("%3d %s ", s.N, s.Mark), s.Where)
		for _, show := range s.Shows {
			w.line("      ", show.Label+"   "+show.Before+" -> "+show.After)
		}
		if s.Undo.Note != "" && s.Undo.Kind != "full" {
			w.line("      ", "not exactly as before: "+s.Undo.Note)
		}
		if s.Undo.Ask != "" {
			w.line("      ", "asks for a yes of its own: "+s.Undo.Ask)
		}
	}
	for _, x := range not {
		w.line("  ! ", fmt.Sprintf("step %d, %s, cannot be undone: %s", x.Step.N, x.Step.Where, x.Why))
	}
}
