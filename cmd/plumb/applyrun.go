package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/remedy"
	remedyaws "github.com/plumbline-dev/plumbline/remedy/aws"
)

// head says what is about to be carried out.
func (w *work) head() {
	p := w.plan
	files, live, worst := 0, map[string]int{}, remedy.Classes[0]
	for _, s := range p.Steps {
		if s.Kind == remedy.File {
			files++
		} else {
			live[accountTitle(p.Sources[s.Source])]++
		}
		if slices.Index(remedy.Classes, s.Risk.Class) > slices.Index(remedy.Classes, worst) {
			worst = s.Risk.Class
		}
	}
	parts, total := []string{}, counted(len(p.Steps), "change")+": "
	if files > 0 && len(live) == 0 {
		parts, total = append(parts, counted(files, "change")+" in files"), ""
	} else if files > 0 {
		parts = append(parts, fmt.Sprintf("%d in files", files))
	}
	for _, name := range slices.Sorted(maps.Keys(live)) {
		if live[name] == len(p.Steps) {
			parts, total = append(parts, counted(live[name], "change")+", live in account "+name), ""
			continue
		}
		parts = append(parts, fmt.Sprintf("%d live in account %s", live[name], name))
	}
	text := fmt.Sprintf("Plan %s of %s: %s%s.", p.ID, p.Created.Format(shortTime), total, strings.Join(parts, ", "))
	if cost := w.costText(); cost != "" {
		text += " Cost " + cost + "."
	}
	w.line("", text+" Highest risk: "+string(worst)+".")
}

// costText is "+$181.33 a month + usage".
func (w *work) costText() string {
	d, err := decimal.NewFromString(w.plan.Outcome.Delta)
	if err != nil {
		return "" // an undo has none
	}
	text := signedUSD(d) + " a month"
	if w.plan.Outcome.Usage {
		text += " + usage"
	}
	return text
}

// preview is --dry-run: it lists what would be done, and what AWS says to it where it can be asked. It fails when something would
// be refused.
func (w *work) preview(ctx context.Context, steps []remedy.Step, next string) error {
	fmt.Fprintln(w.sys.out, "\nDry run: nothing is changed")
	asked := map[int]*remedyaws.Previewer{}
	refused := map[int]bool{}
	for _, s := range steps {
		if h, ok := w.hands[s.Source].(*remedyaws.Hand); ok && asked[s.Source] == nil {
			asked[s.Source] = remedyaws.NewPreviewer(h, w.callers[s.Source])
		}
		for i, a := range s.Actions {
			first := fmt.Sprintf("  %-3d ", s.N)
			if a.Edit != nil {
				w.line(first, "edit "+a.Edit.File)
				continue
			}
			w.line(first, a.Call.Op+" "+jsonText(a.Call.Params))
			said, err := asked[s.Source].Preview(ctx, s, i+1)
			if err != nil {
				return err
			}
			w.line("      ", said.Says)
			refused[s.N] = refused[s.N] || said.Verdict == remedyaws.Denied || said.Verdict == remedyaws.Fails
		}
	}
	var which []int
	for _, s := range steps {
		if refused[s.N] {
			which = append(which, s.N)
		}
	}
	if len(which) == 0 {
		w.line("\nNext: ", next)
		return nil
	}
	id := w.plan.ID
	if w.undoes != nil {
		id = w.undoes.Plan.ID
	}
	return &problem{what: "AWS would refuse " + namedSteps(which), hint: fmt.Sprintf("plumb permissions --plan %s prints what is needed", id)}
}

func jsonText(v any) string {
	if v == nil {
		return "(unset)"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// runner is what carries out a run, telling of each step.
func (w *work) runner(ctx context.Context, run *remedy.Run, journal *remedy.Journal) *remedy.Runner {
	r := &remedy.Runner{Run: run, Journal: journal, Hands: w.hands, Clock: w.sys.runClock(), Audit: w.audit(run), Skip: w.skipSteps}
	r.Halt = func() string {
		if ctx.Err() != nil {
			return "interrupted"
		}
		why, err := w.outside(time.Now().UTC())
		if err != nil {
			return err.Error()
		}
		return why
	}
	told := &teller{work: w, began: map[int]time.Time{}}
	r.Say = told.say
	return r
}

// teller prints a line when a step begins and when it ends.
type teller struct {
	*work
	began map[int]time.Time
}

func (t *teller) say(e remedy.Event) {
	at := slices.IndexFunc(t.plan.Steps, func(s remedy.Step) bool { return s.N == e.Step })
	if at < 0 {
		return
	}
	s := t.plan.Steps[at]
	if _, told := t.began[s.N]; !told {
		t.began[s.N] = e.At
		t.line(fmt.Sprintf("%d/%d  %s  %s ", s.N, len(t.plan.Steps), s.Kind, s.Mark), placeOf(s))
		for _, show := range s.Shows {
			t.line("     ", show.Label+"  "+show.Before+" -> "+show.After)
		}
	}
	switch e.What {
	case remedy.StepDone:
		t.line("     ", fmt.Sprintf("done, %v", e.At.Sub(t.began[s.N]).Round(time.Second)))
	case remedy.Waiting:
		t.line("     ", "accepted; AWS carries it out in the maintenance window")
	case remedy.LeftOut:
		t.line("     ", "left out: "+e.Says)
	case remedy.Refusal, remedy.NotYet:
		t.line("     ", "FAILED")
	case remedy.Unknown:
		t.line("     ", "NO ANSWER")
	}
}

// placeOf names what a step changes: a file with the resource in it, or the ARN that a live resource is called by.
func placeOf(s remedy.Step) string {
	if s.Where == string(s.Address) {
		return s.Where
	}
	return s.Where + "  " + string(s.Address)
}

// audit writes one line for each write, whatever came of it.
func (w *work) audit(run *remedy.Run) func(remedy.Step, remedy.Action, remedy.Event) error {
	return func(s remedy.Step, a remedy.Action, e remedy.Event) error {
		line := map[string]any{"at": e.At.Format(time.RFC3339Nano), "run": run.N, "plan": run.Plan.ID, "step": s.N, "user": userName(w.sys.env), "caller": w.callers[s.Source],
			"outcome": e.What, "where": s.Where}
		if a.Call != nil {
			line["op"], line["params"], line["request"], line["status"] = a.Call.Op, a.Call.Params, e.Request, e.Status
			line["account"] = w.plan.Sources[s.Source].Account
		} else {
			line["file"], line["before"], line["after"] = a.Edit.File, a.Edit.Before, a.Edit.After
		}
		text, err := json.Marshal(line)
		if err != nil {
			return fmt.Errorf("writing the audit log: %w", err)
		}
		f, err := os.OpenFile(auditFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("writing the audit log: %w", err)
		}
		_, err = f.Write(append(text, '\n'))
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("writing the audit log %s: %w", auditFile, err)
		}
		return nil
	}
}

// run carries out what is left of a run, and says how it ended.
func (w *work) run(ctx context.Context, run *remedy.Run, journal *remedy.Journal) error {
	work, done := twice(ctx, func() {
		fmt.Fprintf(w.sys.err, "\nStopping after the step in hand. Ctrl-C again stops at once; either way plumb apply --resume %d goes on.\n", run.N)
	})
	defer done()
	r := w.runner(ctx, run, journal)
	if !w.noProof && w.undoes == nil {
		r.Prove = w.prove
	}
	fmt.Fprintln(w.sys.out)
	err := r.Do(work)
	err = errors.Join(err, journal.Close())
	var stop *remedy.Stop
	switch {
	case errors.As(err, &stop):
		w.stopped(run, stop)
		return errPartWay
	case err != nil:
		printError(w.sys.err, &problem{what: err.Error(), hint: fmt.Sprintf("what was done stands in the journal: plumb runs %d, then plumb apply --resume %d", run.N, run.N)}, w.sys.errWidth())
		return errPartWay
	}
	return w.ended(run)
}

// ended says that every step is done, or waits for the window, or is not proven.
func (w *work) ended(run *remedy.Run) error {
	fmt.Fprintln(w.sys.out)
	var waiting []int
	for _, s := range w.plan.Steps {
		if run.Step(s.N) == remedy.Waiting {
			waiting = append(waiting, s.N)
		}
	}
	if len(waiting) > 0 {
		w.line("", fmt.Sprintf("Run %d: AWS accepted %s, which is carried out in the maintenance window.", run.N, namedSteps(waiting)))
		w.line("Next: ", fmt.Sprintf("plumb apply --resume %d, after the window", run.N))
		return errPartWay
	}
	out := run.LeftOut()
	if w.undoes != nil {
		text := fmt.Sprintf("Run %d undid %s. Nothing is unfinished.", run.N, undone(run))
		if len(out) > 0 {
			text = fmt.Sprintf("Run %d undid %s but for what was left out: %s.", run.N, undone(run), namedSteps(out))
		}
		w.line("", text)
		return w.unasked(out)
	}
	if reasons, steps := unproven(run); len(reasons) > 0 {
		w.line("", fmt.Sprintf("Run %d did every step, and a new scan does not prove that it helped. UNPROVEN:", run.N))
		for _, why := range reasons {
			w.line("  ", namedSteps(steps[why])+": "+why)
		}
		w.line("Next: ", fmt.Sprintf("plumb rollback %d takes all of it back, plumb rollback %d STEP one step; plumb scan shows what is open", run.N, run.N))
		return errPartWay
	}
	text := fmt.Sprintf("Run %d is done: %s", run.N, counted(len(run.Done()), "change"))
	if !w.noProof {
		opened := "none"
		if n := len(w.plan.Outcome.Opened); n > 0 {
			opened = fmt.Sprintf("the %d that the plan foretold", n)
		}
		text += fmt.Sprintf(", %s closed, %s opened", counted(w.closed(run), "finding"), opened)
	}
	w.line("", text+".")
	if len(out) > 0 {
		w.line("", fmt.Sprintf("Left out, with the findings still open: %s. plumb plan makes a new plan of what is left.", namedSteps(out)))
	}
	if slices.ContainsFunc(w.plan.Steps, func(s remedy.Step) bool { return s.Kind == remedy.File }) {
		w.line("", "Files were changed: commit them, then terraform apply makes them real.")
	}
	w.line("Undo: ", fmt.Sprintf("plumb rollback %d", run.N))
	return w.unasked(out)
}

// closed counts the findings that a run closed. Of a whole plan that is what it promised; of a part what the steps are for.
func (w *work) closed(run *remedy.Run) int {
	if run.Result() == remedy.Complete {
		return w.plan.Outcome.Closed
	}
	findings := map[string]bool{}
	for _, s := range w.plan.Steps {
		for _, c := range s.Closes {
			if run.Step(s.N) == remedy.Proven {
				findings[c.Fingerprint] = true
			}
		}
	}
	return len(findings)
}

// unasked is errPartWay when a step was left out that nobody asked to leave out.
func (w *work) unasked(out []int) error {
	if slices.ContainsFunc(out, func(n int) bool { return !slices.Contains(w.skipSteps, n) }) {
		return errPartWay
	}
	return nil
}

func undone(run *remedy.Run) string {
	if run.Header.UndoStep != 0 {
		return fmt.Sprintf("step %d of run %d", run.Header.UndoStep, run.Header.UndoOf)
	}
	return fmt.Sprintf("run %d", run.Header.UndoOf)
}

// unproven gives why steps are not proven, each reason once, and the steps by it.
func unproven(run *remedy.Run) (reasons []string, steps map[string][]int) {
	steps = map[string][]int{}
	for _, e := range run.Events {
		if e.What != remedy.Unproven || run.Step(e.Step) != remedy.Unproven {
			continue
		}
		if steps[e.Says] == nil {
			reasons = append(reasons, e.Says)
		}
		steps[e.Says] = append(steps[e.Says], e.Step)
	}
	return reasons, steps
}

// namedSteps writes rising numbers of steps: "step 4", "steps 1-3, 7".
func namedSteps(which []int) string {
	var parts []string
	for i := 0; i < len(which); {
		last := i
		for last+1 < len(which) && which[last+1] == which[last]+1 {
			last++
		}
		switch last - i {
		case 0:
			parts = append(parts, fmt.Sprint(which[i]))
		case 1:
			parts = append(parts, fmt.Sprint(which[i]), fmt.Sprint(which[last]))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", which[i], which[last]))
		}
		i = last + 1
	}
	if len(which) == 1 {
		return "step " + parts[0]
	}
	return "steps " + strings.Join(parts, ", ")
}

// stopped says where things stand and which ways lead on.
func (w *work) stopped(run *remedy.Run, stop *remedy.Stop) {
	out := w.sys.out
	fmt.Fprintln(out)
	var rejected *remedy.Rejected
	var unanswered *remedy.Unanswered
	switch {
	case errors.Is(stop, remedy.ErrHalted):
		w.line("", "Stopped: "+strings.TrimPrefix(stop.Err.Error(), remedy.ErrHalted.Error()+": ")+". The step in hand was finished.")
	case errors.Is(stop, context.Canceled):
		w.line("", fmt.Sprintf("Stopped at once, in step %d: it was called, and its outcome was not read.", stop.Step))
	case errors.As(stop, &rejected):
		w.line("", fmt.Sprintf("Error: AWS refused step %d", stop.Step))
		w.line("  ", rejected.Error())
	case errors.As(stop, &unanswered):
		w.line("", fmt.Sprintf("Error: step %d was not answered, so that it may have taken effect", stop.Step))
		w.line("  ", unanswered.Err.Error())
	default:
		w.line("Error: ", stop.Error())
	}
	for _, b := range stop.Broken {
		w.line("  ", fmt.Sprintf("it was planned that %s; now it is %s", b.Condition.Says, jsonText(b.Got)))
	}
	if !errors.Is(stop, remedy.ErrHalted) && !errors.Is(stop, context.Canceled) {
		w.line("\n", "Stopped. Nothing was rolled back.")
	} else {
		w.line("\n", "Nothing was rolled back.")
	}
	w.count(run, stop)
	fmt.Fprintln(out, "\nYou can")
	n, onward := run.N, "settle the cause, then go on where it stopped"
	if errors.Is(stop, remedy.ErrHalted) || errors.Is(stop, context.Canceled) {
		onward = "go on where it stopped"
	}
	w.line(fmt.Sprintf("  plumb apply --resume %d    ", n), onward)
	if stop.Step != 0 && stop.ReadBack == remedy.NotDone {
		w.line(fmt.Sprintf("  plumb apply --resume %d --skip-step %d    ", n, stop.Step), "leave that step out and go on")
	}
	if w.undoes == nil {
		w.line(fmt.Sprintf("  plumb rollback %d          ", n), "undo what was done")
	}
	w.line(fmt.Sprintf("  plumb runs %d              ", n), "see every call, with its answer")
}

// count lists the steps by what became of them.
func (w *work) count(run *remedy.Run, stop *remedy.Stop) {
	var done, failed, left []int
	for _, s := range w.plan.Steps {
		n := s.N
		switch {
		case slices.Contains(run.Done(), s.N):
			done = append(done, n)
		case s.N == stop.Step && !errors.Is(stop, remedy.ErrHalted):
			failed = append(failed, n)
		default:
			left = append(left, n)
		}
	}
	for _, x := range []struct {
		label string
		steps []int
		more  string
	}{{"done", done, ""}, {"failed", failed, readBack(stop)}, {"not tried", left, ""}} {
		if len(x.steps) > 0 {
			w.line(fmt.Sprintf("  %-10s %-3d ", x.label, len(x.steps)), namedSteps(x.steps)+x.more)
		}
	}
}

func readBack(stop *remedy.Stop) string {
	switch stop.ReadBack {
	case remedy.NotDone:
		return "; it was read again: not changed"
	case remedy.Done:
		return "; it was read again: changed all the same"
	case remedy.InProgress:
		return "; it was read again: the change is under way"
	}
	return ""
}

// prove scans the plan's sources again and looks for the findings that should be closed, and for those that were not there.
func (w *work) prove(ctx context.Context, done []remedy.Step) (remedy.Proof, error) {
	fmt.Fprintln(w.sys.err, "Scanning again to prove it")
	failing, err := w.failing(ctx)
	if err != nil {
		return remedy.Proof{Unread: "the new scan failed: " + err.Error()}, nil
	}
	known := map[string]bool{}
	for _, f := range w.plan.Outcome.Known {
		known[f] = true
	}
	for _, c := range w.plan.Outcome.Opened { // it was approved with the plan
		known[c.Fingerprint] = true
	}
	proof := remedy.Proof{Open: map[int][]remedy.Closed{}}
	for _, s := range done {
		for _, c := range s.Closes {
			if _, open := failing[c.Fingerprint]; open {
				proof.Open[s.N] = append(proof.Open[s.N], c)
			}
		}
	}
	for _, f := range slices.Sorted(maps.Keys(failing)) {
		if !known[f] {
			proof.Opened = append(proof.Opened, failing[f])
		}
	}
	return proof, nil
}
