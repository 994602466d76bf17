package remedy_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/remedy"
)

const ended = "a=on b=on c=on d=on named-a named-b token-a token-b token-c data.tf=data1 main.tf=main2 "

func TestARunDoesEveryStepOnce(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	r, done := start(t, store, twelve(t), w)
	defer done()
	if broken, err := r.Check(t.Context()); err != nil || len(broken) != 0 {
		t.Fatalf("check: %v, %v", broken, err)
	}
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w.state() != ended || w.calls != 12 {
		t.Errorf("after %d calls: %s", w.calls, w.state())
	}
	if r.Run.Result() != remedy.Complete {
		t.Errorf("result %s", r.Run.Result())
	}
}

// do runs until the end or the crash.
func do(t *testing.T, r *remedy.Runner) (err error, crashed bool) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			if p != errKilled {
				panic(p)
			}
			crashed = true
		}
	}()
	return r.Do(t.Context()), false
}

// A process may be killed before or after each line of the journal and before or after each write takes effect. Wherever it
// is, the resumed run ends in the same state and nothing is made twice.
func TestAKillAtAnyBoundaryIsResumedWithoutARepeat(t *testing.T) {
	for at := 1; ; at++ {
		w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
		passed := 0
		var where string
		boundary := func(what string) {
			if passed++; passed == at {
				where = what
				panic(errKilled)
			}
		}
		w.crash = boundary
		r, done := start(t, store, twelve(t), w)
		r.Say = func(e remedy.Event) { boundary("noted " + string(e.What)) }
		err, crashed := do(t, r)
		done()
		if err != nil {
			t.Fatalf("boundary %d: %v", at, err)
		}
		w.crash = func(string) {}
		if !crashed {
			if at < 12*5 {
				t.Fatalf("only %d boundaries were met", at-1)
			}
			t.Logf("%d boundaries", at-1)
			return
		}
		r, done = again(t, store, 1, w)
		if err := r.Settle(t.Context()); err != nil {
			t.Errorf("boundary %d, %s: settle: %v", at, where, err)
		}
		if broken, err := r.Check(t.Context()); err != nil || len(broken) != 0 {
			t.Errorf("boundary %d, %s: check says %v, %v", at, where, broken, err)
		}
		if err := r.Do(t.Context()); err != nil {
			t.Errorf("boundary %d, %s: resume: %v", at, where, err)
		}
		done()
		if w.state() != ended {
			t.Errorf("boundary %d, %s: ends in %s", at, where, w.state())
		}
		if w.calls != 12 && !(w.calls == 13 && strings.HasPrefix(where, "after token")) {
			t.Errorf("boundary %d, %s: %d writes", at, where, w.calls)
		}
	}
}

// Whatever is missing at the end of a journal, nothing that was done is done again.
func TestAJournalCutAtAnyByteNeverLeadsToARepeat(t *testing.T) {
	w, dir := newWorld(), t.TempDir()
	r, done := start(t, remedy.Store{Dir: dir}, twelve(t), w)
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	done()
	whole, err := os.ReadFile(filepath.Join(dir, "1", "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := os.ReadFile(filepath.Join(dir, "1", "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	last := -1
	for n := range len(whole) + 1 {
		cut := remedy.Store{Dir: filepath.Join(dir, "cut", strconv.Itoa(n))}
		run := filepath.Join(cut.Dir, "1")
		if err := errors.Join(os.MkdirAll(run, 0o700), os.WriteFile(filepath.Join(run, "plan.json"), plan, 0o600),
			os.WriteFile(filepath.Join(run, "journal.jsonl"), whole[:n], 0o600)); err != nil {
			t.Fatal(err)
		}
		loaded, err := cut.Load(1)
		if err != nil {
			t.Fatalf("cut at byte %d: %v", n, err)
		}
		lines := strings.Count(string(whole[:n]), "\n")
		if len(loaded.Events) != lines {
			t.Fatalf("cut at byte %d: %d events of %d lines", n, len(loaded.Events), lines)
		}
		if lines == last && n != len(whole)-1 { // the same whole lines, with more of the cut one: the same run
			continue
		}
		last = lines
		r, done := again(t, cut, 1, w)
		if err := r.Do(t.Context()); err != nil {
			t.Errorf("cut at byte %d: %v", n, err)
		}
		done()
		if w.state() != ended || w.calls != 12 {
			t.Fatalf("cut at byte %d: %d writes, state %s", n, w.calls, w.state())
		}
	}
}

func TestAChangedJournalIsRefused(t *testing.T) {
	w, dir := newWorld(), t.TempDir()
	r, done := start(t, remedy.Store{Dir: dir}, twelve(t), w)
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	done()
	path := filepath.Join(dir, "1", "journal.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for name, text := range map[string]string{
		"a line is missing": strings.Join(slices.Delete(slices.Clone(lines), 3, 4), ""),
		"a line was edited": strings.Replace(string(whole), `"step":2`, `"step":3`, 1),
		"two lines swapped": strings.Join(append([]string{lines[0], lines[2], lines[1]}, lines[3:]...), ""),
		"a line is no JSON": strings.Replace(string(whole), "{", "", 1),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (remedy.Store{Dir: dir}).Load(1); err == nil || !strings.Contains(err.Error(), "journal.jsonl:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRollbackRestoresTheStateBefore(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	before := w.state()
	r, done := start(t, store, twelve(t), w)
	defer done()
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	back, not, err := r.Run.Reverse(0, nil, w.clock.now)
	if err != nil || len(not) != 0 {
		t.Fatalf("reverse: %v, %v", not, err)
	}
	u, done := start(t, store, back, w)
	defer done()
	if broken, err := u.Check(t.Context()); err != nil || len(broken) != 0 {
		t.Fatalf("check of the undo: %v, %v", broken, err)
	}
	if err := u.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w.state() != before {
		t.Errorf("after the undo:\n%s\nbefore:\n%s", w.state(), before)
	}
}

// A rollback may be wanted of a run that died anywhere; it undoes what had been done, and nothing else.
func TestARunThatWasKilledAnywhereCanBeRolledBack(t *testing.T) {
	for at := 1; ; at++ {
		w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
		before := w.state()
		passed := 0
		boundary := func(string) {
			if passed++; passed == at {
				panic(errKilled)
			}
		}
		w.crash = boundary
		r, done := start(t, store, twelve(t), w)
		r.Say = func(remedy.Event) { boundary("") }
		err, crashed := do(t, r)
		done()
		if err != nil {
			t.Fatal(err)
		}
		if !crashed {
			return
		}
		w.crash = func(string) {}
		r, done = again(t, store, 1, w)
		if err := r.Settle(t.Context()); err != nil {
			t.Fatalf("boundary %d: settle: %v", at, err)
		}
		done()
		back, _, err := r.Run.Reverse(0, nil, w.clock.now)
		if err != nil {
			t.Fatal(err)
		}
		u, done := start(t, store, back, w)
		if err := u.Do(t.Context()); err != nil {
			t.Errorf("boundary %d: undo: %v", at, err)
		}
		done()
		if w.state() != before {
			t.Errorf("boundary %d: after the undo %s", at, w.state())
		}
	}
}

func TestWhatChangedSinceThePlanStopsTheRunBeforeItsFirstCall(t *testing.T) {
	for name, change := range map[string]func(*world){
		"a value":      func(w *world) { w.values["c"] = value{now: "on"} },
		"a thing":      func(w *world) { w.things = append(w.things, thing{name: "named-b"}) },
		"a file":       func(w *world) { w.files["data.tf"] = "other" },
		"a file twice": func(w *world) { w.files["main.tf"] = "main1" },
	} {
		w := newWorld()
		change(w)
		r, done := start(t, remedy.Store{Dir: t.TempDir()}, twelve(t), w)
		broken, err := r.Check(t.Context())
		if err != nil || len(broken) == 0 {
			t.Errorf("%s: check says %v, %v", name, broken, err)
		}
		if w.calls != 0 {
			t.Errorf("%s: %d writes", name, w.calls)
		}
		done()
	}
}

func TestARefusedCallStopsTheRunAndIsResumed(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	w.refuse["test:Set b"] = errors.New("AccessDenied")
	r, done := start(t, store, twelve(t), w)
	err := r.Do(t.Context())
	done()
	var stop *remedy.Stop
	if !errors.As(err, &stop) || stop.Step != 4 || stop.ReadBack != remedy.NotDone {
		t.Fatalf("got %v, %+v", err, stop)
	}
	if got := r.Run.Done(); !slices.Equal(got, []int{1, 2, 3}) || r.Run.Result() != remedy.Unfinished {
		t.Errorf("done %v, %s", got, r.Run.Result())
	}
	delete(w.refuse, "test:Set b")
	r, done = again(t, store, 1, w)
	defer done()
	if err := r.Do(t.Context()); err != nil || w.state() != ended || w.calls != 12 {
		t.Errorf("resume: %v, %d writes, %s", err, w.calls, w.state())
	}
}

// What the other side does not have is left out, with what stands on it; the rest is done.
func TestAStepWhoseOperationIsNotThereIsLeftOut(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	w.refuse["test:Set b"] = &remedy.Unanswered{Err: &remedy.NoOperation{Op: "test:Set", Err: errors.New("HTTP 501")}}
	p := twelve(t)
	p.Steps[8].After = append(p.Steps[8].After, 4)
	if err := remedy.Seal(p); err != nil {
		t.Fatal(err)
	}
	r, done := start(t, store, p, w)
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	done()
	r, done = again(t, store, 1, w)
	defer done()
	if got := r.Run.LeftOut(); !slices.Equal(got, []int{4, 9}) || r.Run.Result() != remedy.Partly || len(r.Run.Done()) != 10 || w.values["b"].now != "off" {
		t.Errorf("left out %v, %s, done %v: %s", got, r.Run.Result(), r.Run.Done(), w.state())
	}
	if err := r.Do(t.Context()); err != nil || w.calls != 10 {
		t.Errorf("a resume of what has ended: %v, %d writes", err, w.calls)
	}
	back, not, err := r.Run.Reverse(0, nil, w.clock.now)
	if err != nil || len(back.Steps)+len(not) != 10 {
		t.Errorf("%d undone, %d not, %v", len(back.Steps), len(not), err)
	}
}

// emulator is a world on this machine.
type emulator struct{ *world }

func (emulator) Emulated() bool { return true }

// What an emulator accepts and does not do is left out soon; of AWS it is waited for, and the run stops.
func TestWhatAnEmulatorDoesNotDoIsLeftOut(t *testing.T) {
	for _, emulated := range []bool{true, false} {
		w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
		w.deaf = "b"
		r, done := start(t, store, twelve(t), w)
		if emulated {
			for i := range r.Hands {
				r.Hands[i] = emulator{w}
			}
		}
		begun := w.clock.now
		err := r.Do(t.Context())
		done()
		waited := w.clock.now.Sub(begun)
		switch {
		case emulated && (err != nil || !slices.Equal(r.Run.LeftOut(), []int{4}) || waited > 4*time.Minute):
			t.Errorf("emulator: %v, left out %v after %v", err, r.Run.LeftOut(), waited)
		case !emulated && (!errors.Is(err, remedy.ErrLate) || len(r.Run.LeftOut()) > 0):
			t.Errorf("AWS: %v, left out %v", err, r.Run.LeftOut())
		}
	}
}

// A step that fails is left out when a person says so, unless something of it is done.
func TestAStepIsLeftOutAsAsked(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	w.refuse["test:Set b"] = errors.New("AccessDenied")
	r, done := start(t, store, twelve(t), w)
	if err := r.Do(t.Context()); err == nil {
		t.Fatal("the refusal was not told")
	}
	done()
	r, done = again(t, store, 1, w)
	r.Skip = []int{4}
	if err := r.Do(t.Context()); err != nil || r.Run.Result() != remedy.Partly || !slices.Equal(r.Run.LeftOut(), []int{4}) || w.calls != 11 {
		t.Errorf("%v: %s, left out %v, %d writes", err, r.Run.Result(), r.Run.LeftOut(), w.calls)
	}
	done()

	w, store = newWorld(), remedy.Store{Dir: t.TempDir()}
	w.crash = func(where string) {
		if where == "after b" {
			panic(where)
		}
	}
	r, done = start(t, store, twelve(t), w)
	func() {
		defer func() { _ = recover() }()
		_ = r.Do(t.Context())
	}()
	done()
	w.crash = func(string) {}
	r, done = again(t, store, 1, w)
	defer done()
	r.Skip = []int{4}
	var stop *remedy.Stop
	if err := r.Do(t.Context()); !errors.As(err, &stop) || stop.Step != 4 || !strings.Contains(err.Error(), "plumb rollback 1 4") {
		t.Errorf("a step that is done was left out: %v", err)
	}
}

// After a clean stop the journal tells everything, so that what somebody else did meanwhile is noticed and not taken for ours.
func TestAResumeRefusesWhatSomebodyElseDidMeanwhile(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	w.refuse["test:Set b"] = errors.New("AccessDenied")
	r, done := start(t, store, twelve(t), w)
	if err := r.Do(t.Context()); err == nil {
		t.Fatal("the refusal was not told")
	}
	done()
	delete(w.refuse, "test:Set b")
	w.values["c"] = value{now: "on"}
	r, done = again(t, store, 1, w)
	defer done()
	broken, err := r.Check(t.Context())
	if err != nil || len(broken[10]) != 1 {
		t.Errorf("check says %v, %v", broken, err)
	}
	if err := r.Do(t.Context()); !errors.Is(err, remedy.ErrBroken) {
		t.Errorf("do says %v", err)
	}
}

func TestAChangeThatWaitsForTheWindowIsAStateOfItsOwn(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	w.window["b"] = true
	r, done := start(t, store, twelve(t), w)
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	done()
	if r.Run.Result() != remedy.Awaiting || len(r.Run.Done()) != 11 {
		t.Fatalf("%s, done %v", r.Run.Result(), r.Run.Done())
	}
	w.window["b"] = false
	r, done = again(t, store, 1, w)
	defer done()
	if err := r.Do(t.Context()); err != nil || r.Run.Result() != remedy.Complete || w.calls != 12 {
		t.Errorf("after the window: %v, %s, %d writes", err, r.Run.Result(), w.calls)
	}
}

func TestAnInterruptEndsTheStepInHand(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	r, done := start(t, store, twelve(t), w)
	asked := false
	r.Say = func(e remedy.Event) { asked = asked || e.What == remedy.Called && e.Step == 3 }
	r.Halt = func() string {
		if asked {
			return "interrupted"
		}
		return ""
	}
	err := r.Do(t.Context())
	done()
	if !errors.Is(err, remedy.ErrHalted) || !slices.Equal(r.Run.Done(), []int{1, 2, 3}) {
		t.Fatalf("%v, done %v", err, r.Run.Done())
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, done = again(t, store, 1, w)
	r.Say = func(e remedy.Event) {
		if e.What == remedy.Called && e.Step == 4 {
			cancel()
		}
	}
	err = r.Do(ctx)
	done()
	if !errors.Is(err, context.Canceled) || r.Run.Action(4, 1) != remedy.Called {
		t.Fatalf("%v, step 4 is %q", err, r.Run.Action(4, 1))
	}
	r, done = again(t, store, 1, w)
	defer done()
	if err := r.Do(t.Context()); err != nil || w.state() != ended || w.calls != 12 {
		t.Errorf("resume: %v, %d writes", err, w.calls)
	}
}

func TestOneStepIsUndoneUnlessAnotherStandsOnIt(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	r, done := start(t, store, twelve(t), w)
	defer done()
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Run.Reverse(7, nil, w.clock.now); err == nil || !strings.Contains(err.Error(), "undo step 9 first") {
		t.Errorf("step 7: %v", err)
	}
	if _, _, err := r.Run.Reverse(40, nil, w.clock.now); err == nil || !strings.Contains(err.Error(), "no step 40") {
		t.Errorf("step 40: %v", err)
	}
	back, _, err := r.Run.Reverse(9, nil, w.clock.now)
	if err != nil || len(back.Steps) != 1 || back.Steps[0].Actions[0].Edit.After != "main1" {
		t.Errorf("step 9: %+v, %v", back, err)
	}
}

func TestALockIsHeldByOne(t *testing.T) {
	dir := t.TempDir()
	l, err := remedy.Take(dir, "aws-111111111111", "run 14")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remedy.Take(dir, "aws-111111111111", "run 15"); err == nil || !strings.Contains(err.Error(), "run 14") {
		t.Errorf("second: %v", err)
	}
	if other, err := remedy.Take(dir, "aws-222222222222", "run 15"); err != nil || other.Release() != nil {
		t.Errorf("another account: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if l, err = remedy.Take(dir, "aws-111111111111", "run 16"); err != nil || l.Release() != nil {
		t.Errorf("after the release: %v", err)
	}
}

func TestAStepIsUnprovenWhenItsFindingIsStillThere(t *testing.T) {
	w := newWorld()
	r, done := start(t, remedy.Store{Dir: t.TempDir()}, twelve(t), w)
	defer done()
	r.Prove = func(_ context.Context, steps []remedy.Step) (remedy.Proof, error) {
		if len(steps) != 12 {
			t.Errorf("asked for %d steps", len(steps))
		}
		return remedy.Proof{Open: map[int][]remedy.Closed{2: {{Policy: "rds.multi_az"}}}}, nil
	}
	if err := r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.Run.Step(2) != remedy.Unproven || r.Run.Step(1) != remedy.Proven || r.Run.Begun() != (time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("step 2 %s, step 1 %s, begun %v", r.Run.Step(2), r.Run.Step(1), r.Run.Begun())
	}
}

// A disk that is full, seen by a journal that is closed: nothing is called whose intent is not on disk, and what was called
// before its answer could be written is found again.
func TestAJournalThatCannotBeWrittenStopsTheRun(t *testing.T) {
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	r, _ := start(t, store, twelve(t), w)
	if err := r.Journal.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.Do(t.Context()); err == nil || !strings.Contains(err.Error(), "writing the journal") || w.calls != 0 {
		t.Fatalf("%v after %d writes", err, w.calls)
	}
	r, _ = again(t, store, 1, w)
	r.Say = func(e remedy.Event) {
		if e.What == remedy.Intent && e.Step == 2 {
			if err := r.Journal.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := r.Do(t.Context()); err == nil || w.calls != 2 {
		t.Fatalf("%v after %d writes", err, w.calls)
	}
	r, done := again(t, store, 1, w)
	defer done()
	if err := r.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Do(t.Context()); err != nil || w.calls != 12 || w.state() != ended {
		t.Errorf("%v after %d writes: %s", err, w.calls, w.state())
	}
}

func TestAnUndoThatCannotBeUndoneSaysSo(t *testing.T) {
	t.Parallel()
	w, store := newWorld(), remedy.Store{Dir: t.TempDir()}
	r, closed := start(t, store, twelve(t), w)
	if err, _ := do(t, r); err != nil {
		t.Fatal(err)
	}
	closed()
	back, not, err := r.Run.Reverse(0, nil, time.Now())
	if err != nil || len(not) != 0 {
		t.Fatalf("%v, %v", not, err)
	}
	undo, closed := start(t, store, back, w)
	if err, _ := do(t, undo); err != nil {
		t.Fatal(err)
	}
	closed()
	forth, not, err := undo.Run.Reverse(0, nil, time.Now())
	if err != nil || len(forth.Steps)+len(not) != len(back.Steps) {
		t.Fatalf("%d steps can be done again, %d cannot, of %d: %v", len(forth.Steps), len(not), len(back.Steps), err)
	}
	for _, s := range forth.Steps {
		if s.Actions[0].Edit == nil {
			t.Errorf("step %d calls something that nobody recorded", s.N)
		}
	}
	for _, x := range not {
		if x.Why == "" || x.Step.Actions[0].Call == nil {
			t.Errorf("step %d: %q", x.Step.N, x.Why)
		}
	}
}

func TestARunThatCouldNotBeginIsInNobodysWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := remedy.Store{Dir: dir}
	if _, _, err := store.Create([]byte("no plan"), remedy.Header{}, time.Now()); err == nil {
		t.Error("a run began without a plan")
	}
	if err := os.MkdirAll(filepath.Join(dir, "1"), 0o700); err != nil { // of a process that ended while it wrote the plan
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "1", "plan.json"), []byte(`{"schema_v`), 0o600); err != nil {
		t.Fatal(err)
	}
	if numbers, err := store.Numbers(); err != nil || len(numbers) != 0 {
		t.Errorf("runs %v, %v", numbers, err)
	}
	r, closed := start(t, store, twelve(t), newWorld())
	defer closed()
	if numbers, err := store.Numbers(); err != nil || r.Run.N != 2 || len(numbers) != 1 {
		t.Errorf("run %d of %v, %v", r.Run.N, numbers, err)
	}
}
