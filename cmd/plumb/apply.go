package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/remedy"
)

// plansFolder, runsFolder and auditFile are where plans and what became of them are kept, below the folder plumb works in.
var (
	plansFolder = filepath.Join(".plumb", "plans")
	runsFolder  = filepath.Join(".plumb", "runs")
	auditFile   = filepath.Join(".plumb", "audit.jsonl")
)

// workFolder makes .plumb, which git is told to leave alone.
func workFolder() error {
	if err := os.MkdirAll(".plumb", 0o700); err != nil {
		return &problem{where: ".plumb", what: reason(err)}
	}
	name := filepath.Join(".plumb", ".gitignore")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err == nil {
		_, err = f.WriteString("*\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &problem{where: name, what: reason(err)}
	}
	return nil
}

// changeOptions are the flags of verbs that change something: apply and rollback.
type changeOptions struct {
	*commonOptions
	live liveOptions

	yes          bool
	accept       string
	acceptSteps  []int
	skipSteps    []int
	accounts     []string
	limitChanges int
	limitCost    string
	window       string
	dryRun       bool
	trusted      []string
	noProof      bool

	sys *system
}

func newApplyCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &changeOptions{commonOptions: common, sys: sys}
	resume := 0
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Carry out a plan",
		Long: "Carry out a plan, exactly as it was printed. Before the first change, all that\n" +
			"the plan stands on is read again; each change is recorded before and after it\n" +
			"is made, so that a run can be resumed or undone.",
		Example: `  plumb apply 5d1c9e07                  the plan in .plumb/plans
  plumb apply plan.json --dry-run       check everything, change nothing
  plumb apply --resume 14               go on where run 14 stopped`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case cmd.Flags().Changed("resume") && len(args) > 0:
				return &problem{where: "--resume " + fmt.Sprint(resume), what: "a run has its plan already", hint: fmt.Sprintf("plumb apply --resume %d", resume)}
			case cmd.Flags().Changed("resume"):
				return o.resume(cmd.Context(), resume)
			case len(args) == 0:
				return &problem{what: "which plan?", hint: "plumb plan makes one; plumb apply PLAN names its file or its ID"}
			}
			return o.apply(cmd.Context(), args[0])
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return planIDs(), cobra.ShellCompDirectiveDefault
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.IntVar(&resume, "resume", 0, "go on with run `N`, which stopped")
	changeFlags(f, o)
	f.BoolVar(&o.noProof, "no-proof", false, "do not scan again after the last step")
	f.StringArrayVar(&o.trusted, "require-signature", nil, "`FILE` with the public key (ed25519) of who must have signed; repeatable")
	groups(cmd, []flagGroup{
		{"What is approved", []string{"yes", "accept", "accept-step", "skip-step", "dry-run", "require-signature"}},
		{"Limits", []string{"allow-account", "limit-changes", "limit-cost", "window"}},
	})
	return cmd
}

// changeFlags are those of apply and rollback.
func changeFlags(f *pflag.FlagSet, o *changeOptions) {
	f.BoolVar(&o.yes, "yes", false, "do not ask for steps up to the class of --accept")
	f.StringVar(&o.accept, "accept", "online", "`CLASS` of risk up to which --yes holds: "+strings.Join(acceptable(), ", "))
	f.IntSliceVar(&o.acceptSteps, "accept-step", nil, "`LIST` of steps that are approved by name, whatever their class")
	f.IntSliceVar(&o.skipSteps, "skip-step", nil, "`LIST` of steps that are left out, with those that stand on them")
	f.BoolVar(&o.dryRun, "dry-run", false, "check everything, change nothing")
	f.StringSliceVar(&o.accounts, "allow-account", nil, "`LIST` of account IDs that may be changed (default: those of the plan)")
	f.IntVar(&o.limitChanges, "limit-changes", 10, "`N` live changes at most")
	f.StringVar(&o.limitCost, "limit-cost", "500", "`USD` a month that may be added at most")
	f.StringVar(&o.window, "window", "", "`TIME` of the week, in UTC, when steps may begin: \"Sat 02:00-04:00\"")
	credentialFlags(f, &o.live, o.sys, o.commonOptions)
	f.Lookup("role-arn").Usage = "take the role `ARN`, or NAME in each account (with several: default " + applyRole + ")"
}

// alone are the classes that are never covered by --accept: each such step is asked for, or named.
var alone = []remedy.Class{"replacement", "data-copy", "access-break", "data-destructive"}

// acceptable lists the classes that --accept takes, mildest first.
func acceptable() []string {
	var names []string
	for _, c := range remedy.Classes {
		if !slices.Contains(alone, c) && c != "manual" {
			names = append(names, string(c))
		}
	}
	return names
}

// planIDs lists the plans in the folder of plans.
func planIDs() []string {
	files, err := filepath.Glob(filepath.Join(plansFolder, "*.json"))
	if err != nil {
		return nil // the pattern is ours
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}

// readPlan reads a plan by its file or its ID.
func readPlan(name string) ([]byte, error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(name, `/\`) {
		file, err = os.Open(filepath.Join(plansFolder, strings.TrimSuffix(name, ".json")+".json"))
	}
	if err != nil {
		hint := "plumb plan makes one"
		if ids := planIDs(); len(ids) > 0 {
			hint = didYouMean(name, ids, "there are "+strings.Join(ids, ", "))
		}
		return nil, &problem{where: name, what: "no such plan", looked: "a file, and " + filepath.Join(plansFolder, name+".json"), hint: hint}
	}
	text, err := readSmall(file)
	if err != nil {
		return nil, &problem{where: name, what: reason(err)}
	}
	return text, nil
}

func (o *changeOptions) apply(ctx context.Context, name string) error {
	text, err := readPlan(name)
	if err != nil {
		return err
	}
	plan, err := remedy.Open(text, o.sys.now, version)
	if err != nil {
		return unfitPlan(name, err)
	}
	if err := o.signed(name, plan); err != nil {
		return err
	}
	w, err := o.prepare(ctx, plan)
	if err != nil {
		return err
	}
	defer w.release()
	store := remedy.Store{Dir: runsFolder}
	if err := notRunBefore(store, plan); err != nil { // asked with the locks in hand, so that no other process begins with it meanwhile
		return err
	}
	if err := w.identity(ctx); err != nil {
		return err
	}
	w.head()
	scratch := &remedy.Runner{Run: &remedy.Run{Plan: plan}, Hands: w.hands, Clock: o.sys.runClock(), Skip: o.skipSteps}
	if err := w.check(ctx, scratch); err != nil {
		return err
	}
	if o.dryRun {
		return w.preview(ctx, scratch.Left(), "plumb apply "+name)
	}
	if err := w.approve(scratch.Left()); err != nil {
		return err
	}
	return w.begin(ctx, store, text, remedy.Header{Plan: plan.ID, SHA256: plan.SHA256})
}

// begin makes a run of a plan that was approved, and carries it out.
func (w *work) begin(ctx context.Context, store remedy.Store, plan []byte, h remedy.Header) error {
	const hint = "nothing was changed. Make room, or let .plumb be written, and run the command again"
	if err := workFolder(); err != nil {
		return &problem{what: err.Error(), hint: hint}
	}
	h.User, h.Where = userName(w.sys.env), w.where()
	run, journal, err := store.Create(plan, h, time.Now().UTC())
	if err != nil {
		return &problem{what: "the run cannot be recorded: " + err.Error(), hint: hint}
	}
	return w.run(ctx, run, journal)
}

// resume goes on with a run: what is not known is read back, what is done is left, the rest is checked, approved and done.
func (o *changeOptions) resume(ctx context.Context, n int) error {
	run, err := remedy.Store{Dir: runsFolder}.Load(n)
	if err != nil {
		return err
	}
	if run.Over() && run.Closed() {
		return &problem{where: fmt.Sprintf("run %d", n), what: "it is done: nothing is left to resume", hint: fmt.Sprintf("plumb rollback %d takes it back", n)}
	}
	w, err := o.prepare(ctx, run.Plan)
	if err != nil {
		return err
	}
	defer w.release()
	if run, err = (remedy.Store{Dir: runsFolder}).Load(n); err != nil { // again, now that nobody else can write it
		return err
	}
	if of := run.Header.UndoOf; of != 0 {
		if w.undoes, err = (remedy.Store{Dir: runsFolder}).Load(of); err != nil {
			return err
		}
	}
	journal, err := run.Reopen()
	if err != nil {
		return &problem{what: err.Error(), hint: fmt.Sprintf("nothing was changed now; when it can be written: plumb apply --resume %d", n)}
	}
	w.line("", fmt.Sprintf("Run %d of plan %s, begun at %s by %s: %d of %s done.", n, run.Plan.ID, run.Begun().Format(shortTime), run.Header.User, len(run.Done()), counted(len(run.Plan.Steps), "step")))
	runner := &remedy.Runner{Run: run, Journal: journal, Hands: w.hands, Clock: o.sys.runClock(), Skip: o.skipSteps}
	if err := w.settle(ctx, runner); err != nil {
		return errors.Join(err, journal.Close())
	}
	if err := w.check(ctx, runner); err != nil {
		return errors.Join(err, journal.Close())
	}
	if o.dryRun {
		return errors.Join(w.preview(ctx, runner.Left(), fmt.Sprintf("plumb apply --resume %d", n)), journal.Close())
	}
	if err := w.approve(runner.Left()); err != nil {
		return errors.Join(err, journal.Close())
	}
	return w.run(ctx, run, journal)
}

// unfitPlan tells a person why a plan is not carried out.
func unfitPlan(name string, err error) error {
	var u *remedy.Unfit
	if errors.As(err, &u) {
		return &problem{where: name, what: u.Why, hint: u.Next}
	}
	return &problem{where: name, what: err.Error()}
}

// signed refuses a plan that none of the trusted keys signed.
func (o *changeOptions) signed(name string, p *remedy.Plan) error {
	if len(o.trusted) == 0 {
		return nil
	}
	keys, err := publicKeys(o.trusted)
	if err != nil {
		return err
	}
	if err := remedy.Verify(p, keys...); err != nil {
		return unfitPlan(name, err)
	}
	return nil
}

// notRunBefore refuses a plan that a run began with already, unless that run was taken back.
func notRunBefore(store remedy.Store, p *remedy.Plan) error {
	numbers, err := store.Numbers()
	if err != nil {
		return err
	}
	undone := map[int]bool{}
	for _, n := range slices.Backward(numbers) {
		run, err := store.Load(n)
		if err != nil {
			return &problem{where: fmt.Sprintf("run %d", n), what: err.Error(), hint: "what it did cannot be told; move its folder away when that is settled: " + filepath.Join(runsFolder, fmt.Sprint(n))}
		}
		if undoes(run) && !undone[n] {
			undone[run.Header.UndoOf] = true
		}
		if run.Header.SHA256 != p.SHA256 || undone[n] {
			continue
		}
		if run.Over() {
			return &problem{where: "plan " + p.ID, what: fmt.Sprintf("run %d carried it out on %s", n, run.Begun().Format(shortTime)), hint: "plumb plan makes a new one of what is left"}
		}
		return &problem{where: "plan " + p.ID, what: fmt.Sprintf("run %d began with it and is unfinished", n), hint: fmt.Sprintf("plumb apply --resume %d, or plumb rollback %d", n, n)}
	}
	return nil
}

// undoes says whether a run took the whole of another one back.
func undoes(r *remedy.Run) bool {
	return r.Header.UndoOf != 0 && r.Header.UndoStep == 0 && r.Over()
}

const shortTime = "2006-01-02 15:04 UTC"

// runClock is the time that runs go by.
func (s *system) runClock() remedy.Clock {
	if s.clock != nil {
		return s.clock
	}
	return wallClock{}
}

// wallClock is the real time.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now().UTC() }

func (wallClock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// twice gives a context that only the second interrupt ends, so that a step in hand is finished after the first, of which say is told.
func twice(ctx context.Context, say func()) (context.Context, func()) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for n := 0; n < 2; n++ {
			select {
			case <-signals:
			case <-work.Done():
				return
			}
			if n == 0 {
				say()
			}
		}
		cancel()
	}()
	return work, func() { signal.Stop(signals); cancel() }
}

// limits refuses a plan that changes more than is allowed.
func (o *changeOptions) limits(p *remedy.Plan, steps []remedy.Step) (string, error) {
	live := 0
	for _, s := range steps {
		if s.Kind == remedy.Live {
			live++
		}
	}
	most, err := decimal.NewFromString(strings.TrimPrefix(o.limitCost, "$"))
	if err != nil {
		return "", &problem{where: "--limit-cost " + o.limitCost, what: "not an amount", hint: "--limit-cost 500.00"}
	}
	delta := decimal.Zero
	if p.Outcome.Delta != "" {
		if delta, err = decimal.NewFromString(p.Outcome.Delta); err != nil {
			return "", fmt.Errorf("the plan's cost %q is no amount: %w", p.Outcome.Delta, err)
		}
	}
	switch {
	case live > o.limitChanges:
		return "", &problem{what: fmt.Sprintf("the plan makes %s and %d are allowed", counted(live, "live change"), o.limitChanges), hint: fmt.Sprintf("plan fewer with --only, or allow them: --limit-changes %d", live)}
	case delta.GreaterThan(most):
		return "", &problem{what: fmt.Sprintf("the plan adds $%s a month and $%s are allowed", delta.StringFixed(2), most.StringFixed(2)), hint: "plan fewer with --only, or allow it: --limit-cost " + delta.StringFixed(2)}
	}
	return fmt.Sprintf("limits: %s (limit %d), %s a month (limit $%s)", counted(live, "live change"), o.limitChanges, signedUSD(delta), most.StringFixed(2)), nil
}

func signedUSD(d decimal.Decimal) string {
	if d.IsNegative() {
		return "-$" + d.Abs().StringFixed(2)
	}
	return "+$" + d.StringFixed(2)
}
