package remedy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Clock is the time, so that a test need not wait.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error // fails when ctx is done first
}

// Runner carries out one run.
type Runner struct {
	Run     *Run
	Journal *Journal
	Hands   []Hand // one for each source of the plan
	Clock   Clock

	// Say is told each event once it is on disk.
	Say func(Event)
	// Skip lists steps that are to be left out.
	Skip []int
	// Halt, when it gives a reason, ends the run before the next step: a person asked for it, or the window closed.
	Halt func() string
	// Prove, when set, is asked after the last step which findings are still open and which were opened.
	Prove func(ctx context.Context, done []Step) (Proof, error)
	// Audit, when set, is told each write before its outcome is used; an error ends the run.
	Audit func(Step, Action, Event) error
}

// Proof is what a new scan of what was touched shows.
type Proof struct {
	Open   map[int][]Closed // by step: findings that it should have closed
	Opened []Closed
	Unread string // why it could not be read again; "" when it was
}

// Stop is a run that ended before its last step. It is resumable.
type Stop struct {
	Step, Action int   // where; 0 before the first
	Err          error // why
	Broken       []Broken
	ReadBack     State // of the action that failed: NotDone says that it had no effect; "" when it was not read

	noted bool // the journal tells of it
	vain  bool // an emulator accepted the call, and nothing has changed
}

func (s *Stop) Error() string {
	if s.Step == 0 {
		return s.Err.Error()
	}
	return fmt.Sprintf("step %d: %v", s.Step, s.Err)
}

// Unwrap gives the reason.
func (s *Stop) Unwrap() error { return s.Err }

// Reasons to stop that are no answer of AWS.
var (
	ErrHalted = errors.New("stopped as asked")
	ErrBroken = errors.New("what was planned on has changed")
	ErrLate   = errors.New("it was called and was not real when the time was up")
)

// Check reads every precondition of every step that is not begun, and gives those that do not hold, by step. It changes
// nothing.
func (r *Runner) Check(ctx context.Context) (map[int][]Broken, error) {
	broken := map[int][]Broken{}
	for _, s := range r.Run.Plan.Steps {
		if r.Run.ended(s.N) || slices.Contains(r.Skip, s.N) || r.begun(s) || r.waits(s) != 0 {
			continue
		}
		bs, err := r.holds(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("step %d, %s: %w", s.N, s.Where, err)
		}
		if len(bs) > 0 {
			broken[s.N] = bs
		}
	}
	return broken, nil
}

func (r *Runner) begun(s Step) bool {
	for i := range s.Actions {
		if w := r.Run.Action(s.N, i+1); w != "" && w != NotTaken {
			return true
		}
	}
	return false
}

// holds reads the preconditions of a step. A file that an earlier step of this run edits is as that step leaves it.
func (r *Runner) holds(ctx context.Context, s Step) ([]Broken, error) {
	now := r.Run.files(nil)
	conditions := make([]Condition, 0, len(s.Preconditions))
	for _, c := range s.Preconditions {
		if sum, edited := now[fileKey(s.Source, c.File)]; c.File != "" && edited {
			c.SHA256 = sum
		}
		conditions = append(conditions, c)
	}
	return r.Hands[s.Source].Holds(ctx, conditions, r.Run.bound(s.N))
}

// waits gives the step that must be done before s and is not, or 0.
func (r *Runner) waits(s Step) int {
	for _, n := range s.After {
		if !r.Run.ended(n) {
			return n
		}
	}
	return 0
}

// Do carries out every step that is not done. What ends it early is a *Stop, after which the same run can be resumed; any other
// error means that the journal could not be written, and nothing was begun after that.
func (r *Runner) Do(ctx context.Context) error {
	err := r.steps(ctx)
	var stop *Stop
	switch {
	case errors.As(err, &stop):
		return errors.Join(err, r.note(Event{What: Stopped, Step: stop.Step, Says: stop.Err.Error()}))
	case err != nil:
		return err
	}
	if err := r.prove(ctx); err != nil {
		return err
	}
	if r.Run.Over() {
		return r.note(Event{What: Finished})
	}
	return nil
}

// Left lists the steps that are to be done.
func (r *Runner) Left() []Step {
	return slices.DeleteFunc(slices.Clone(r.Run.Plan.Steps), func(s Step) bool { return r.Run.ended(s.N) || slices.Contains(r.Skip, s.N) })
}

func (r *Runner) steps(ctx context.Context) error {
	for _, s := range r.Run.Plan.Steps {
		if r.Run.ended(s.N) {
			continue
		}
		if why := r.halt(ctx); why != "" {
			return &Stop{Err: fmt.Errorf("%w: %s", ErrHalted, why)}
		}
		switch out, err := r.leave(ctx, s); {
		case err != nil:
			return err
		case out:
			continue
		}
		if n := r.waits(s); n != 0 {
			if r.Run.Step(n) == Waiting {
				continue
			}
			return &Stop{Step: s.N, Err: fmt.Errorf("step %d comes first and is not done", n)}
		}
		err := r.step(ctx, s)
		if why := r.lacking(err); why != "" {
			err = r.note(Event{What: LeftOut, Step: s.N, Says: why})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// leave leaves a step out that nobody wants, or that stands on one that was left out.
func (r *Runner) leave(ctx context.Context, s Step) (bool, error) {
	for _, n := range s.After {
		if r.Run.Step(n) == LeftOut {
			return true, r.note(Event{What: LeftOut, Step: s.N, Says: fmt.Sprintf("step %d comes first and was left out", n)})
		}
	}
	if !slices.Contains(r.Skip, s.N) {
		return false, nil
	}
	for i := range s.Actions {
		last := r.Run.Action(s.N, i+1)
		state := NotDone
		switch last {
		case "", NotTaken, Refusal:
		case ActionDone:
			state = Done
		default:
			var err error
			if state, err = r.settle(ctx, s, i+1, last); err != nil {
				return false, err
			}
		}
		if state != NotDone {
			return false, &Stop{Step: s.N, Err: fmt.Errorf("it cannot be left out, because part of it is done: plumb rollback %d %d takes that back", r.Run.N, s.N)}
		}
	}
	return true, r.note(Event{What: LeftOut, Step: s.N, Says: "as asked"})
}

// lacking says why a step is left out and the run goes on: the other side does not have its first operation, or is an emulator that
// does nothing when it is called, and nothing has changed.
func (r *Runner) lacking(err error) string {
	var stop *Stop
	var lacks *NoOperation
	switch {
	case !errors.As(err, &stop) || !stop.noted || stop.Action != 1 || stop.ReadBack != NotDone:
	case errors.As(stop.Err, &lacks):
		return "the other side does not have " + lacks.Op
	case stop.vain:
		return "the emulator accepted it and changed nothing"
	}
	return ""
}

func (r *Runner) halt(ctx context.Context) string {
	if ctx.Err() != nil {
		return ctx.Err().Error()
	}
	if r.Halt == nil {
		return ""
	}
	return r.Halt()
}

func (r *Runner) step(ctx context.Context, s Step) error {
	if !r.begun(s) {
		taken, err := r.takenBefore(ctx, s)
		if err != nil {
			return err
		}
		if !taken {
			broken, err := r.holds(ctx, s)
			if err != nil {
				return &Stop{Step: s.N, Err: fmt.Errorf("reading %s again: %w", s.Where, err)}
			}
			if len(broken) > 0 {
				return &Stop{Step: s.N, Err: ErrBroken, Broken: broken}
			}
		}
	}
	waiting := false
	for i := range s.Actions {
		state, err := r.action(ctx, s, i+1)
		if err != nil {
			return err
		}
		waiting = waiting || state == Pending
	}
	if waiting {
		return nil
	}
	return r.note(Event{What: StepDone, Step: s.N})
}

// look reads back how far an action has come. A file is where some edit of the plan left it: an edit is done when the file is as
// it or a later one leaves it, and not done when the file is as it or an earlier one finds it.
func (r *Runner) look(ctx context.Context, s Step, a Action) (State, Bound, error) {
	if a.Edit == nil {
		return r.Hands[s.Source].Look(ctx, a, r.Run.bound(s.N))
	}
	reached := false
	for _, other := range r.Run.Plan.Steps {
		for _, b := range other.Actions {
			if b.Edit == nil || other.Source != s.Source || b.Edit.File != a.Edit.File {
				continue
			}
			sums := map[State]string{}
			if !reached {
				sums[NotDone] = b.Edit.Before
			}
			if reached = reached || b.Edit.After == a.Edit.After; reached {
				sums[Done] = b.Edit.After
			}
			for is, sum := range sums {
				broken, err := r.Hands[s.Source].Holds(ctx, []Condition{{Says: a.Edit.File, File: a.Edit.File, SHA256: sum}}, nil)
				if err != nil {
					return "", nil, err
				}
				if len(broken) == 0 {
					return is, nil, nil
				}
			}
		}
	}
	return "", nil, fmt.Errorf("%s is not as any step of the plan finds or leaves it: somebody else changed it", a.Edit.File)
}

// takenBefore says whether the step's first action has taken effect although the journal does not tell of it, which it can
// only when the journal lost its end. Of a fresh run nothing is asked.
func (r *Runner) takenBefore(ctx context.Context, s Step) (bool, error) {
	if !r.Run.cut || len(s.Actions) == 0 {
		return false, nil
	}
	state, _, err := r.look(ctx, s, s.Actions[0])
	if err != nil {
		return false, &Stop{Step: s.N, Err: fmt.Errorf("reading %s back: %w", s.Where, err)}
	}
	return state != NotDone, nil
}

// action brings one action to its end, from wherever it stands: Done, or Pending.
func (r *Runner) action(ctx context.Context, s Step, n int) (State, error) {
	last := r.Run.Action(s.N, n)
	if last == ActionDone {
		return Done, nil
	}
	a := s.Actions[n-1]
	state := NotDone
	if last != "" && last != NotTaken || r.Run.cut {
		var err error
		if state, err = r.settle(ctx, s, n, last); err != nil {
			return "", err
		}
	}
	if state == NotDone {
		if err := r.write(ctx, s, n); err != nil {
			return "", err
		}
	}
	return r.await(ctx, s, n, a)
}

// settle reads back an action that may have been done. Where a write is not known to have been answered, it looks for as
// long as AWS may need to show what was made, before it says that nothing was.
func (r *Runner) settle(ctx context.Context, s Step, n int, last What) (State, error) {
	a := s.Actions[n-1]
	open := last == Intent || last == Unknown
	for wait := time.Duration(0); ; wait += settleEvery {
		state, bound, err := r.look(ctx, s, a)
		if err != nil {
			return "", &Stop{Step: s.N, Action: n, Err: fmt.Errorf("reading %s back: %w", s.Where, err)}
		}
		if state != NotDone && last != Called {
			if err := r.note(Event{What: Called, Step: s.N, Action: n, Bound: bound, Says: "found: it had been called"}); err != nil {
				return "", err
			}
		}
		called := last == Called || last == Waiting || last == NotYet
		switch {
		case state != NotDone:
			return state, nil
		case called:
			return InProgress, nil // answered with success: it is on its way
		case !open || a.Edit != nil || wait >= settleFor:
			return NotDone, r.note(Event{What: NotTaken, Step: s.N, Action: n})
		}
		if err := r.Clock.Sleep(ctx, settleEvery); err != nil {
			return "", &Stop{Step: s.N, Action: n, Err: err}
		}
	}
}

// AWS's own words are "eventually"; a minute is the longest that its services' documentation names for a list or describe call
// to show what was made.
const (
	settleEvery = 5 * time.Second
	settleFor   = time.Minute
)

// write does the action, with its intent on disk before.
func (r *Runner) write(ctx context.Context, s Step, n int) error {
	a := s.Actions[n-1]
	token := ""
	if a.Call != nil && a.Call.Token != "" {
		token = Token(r.Run.Header, s.N, n)
	}
	e := Event{What: Intent, Step: s.N, Action: n, Token: token, Says: says(s, a)}
	if a.Call != nil {
		e.Op = a.Call.Op
	}
	if err := r.note(e); err != nil {
		return err
	}
	got, err := r.Hands[s.Source].Do(ctx, a, token, r.Run.bound(s.N))
	after := Event{At: r.Clock.Now().UTC(), What: Called, Step: s.N, Action: n, Op: e.Op, Request: got.Request, Status: got.Status, Bound: got.Bound}
	var unanswered *Unanswered
	switch {
	case errors.As(err, &unanswered):
		after.What, after.Says = Unknown, err.Error()
	case err != nil:
		after.What, after.Says = Refusal, err.Error()
	}
	noted := r.note(after)
	if r.Audit != nil {
		noted = errors.Join(noted, r.Audit(s, a, after))
	}
	if err == nil {
		return noted
	}
	stop := &Stop{Step: s.N, Action: n, Err: err, noted: noted == nil}
	if state, _, lookErr := r.look(ctx, s, a); lookErr == nil {
		stop.ReadBack = state
	}
	return errors.Join(stop, noted)
}

// says tells in a few words what an action does.
func says(s Step, a Action) string {
	if a.Edit != nil {
		return "edit " + a.Edit.File
	}
	for _, show := range s.Shows {
		return show.Label + " " + show.Before + " -> " + show.After
	}
	return s.Title
}

// await polls until the action's change is real, or is accepted for the window.
func (r *Runner) await(ctx context.Context, s Step, n int, a Action) (State, error) {
	every, timeout := seconds(a.Every, 5), seconds(a.Timeout, 300)
	emulated := r.emulated(s)
	if emulated {
		every, timeout = min(every, emulatorEvery), min(timeout, emulatorFor)
	}
	for waited := time.Duration(0); ; waited += every {
		state, bound, err := r.look(ctx, s, a)
		if err != nil {
			return "", &Stop{Step: s.N, Action: n, Err: fmt.Errorf("reading %s back: %w", s.Where, err)}
		}
		switch {
		case state == Done:
			return Done, r.note(Event{What: ActionDone, Step: s.N, Action: n, Bound: bound})
		case state == Pending && waited >= time.Duration(a.AcceptAfter)*time.Second:
			if r.Run.Action(s.N, n) == Waiting {
				return Pending, nil
			}
			return Pending, r.note(Event{What: Waiting, Step: s.N, Action: n, Bound: bound})
		}
		if waited >= timeout {
			late := Event{What: NotYet, Step: s.N, Action: n, Says: fmt.Sprintf("after %v", timeout)}
			if err := r.note(late); err != nil {
				return "", err
			}
			return "", &Stop{Step: s.N, Action: n, Err: ErrLate, ReadBack: state, noted: true, vain: emulated && state == NotDone}
		}
		if err := r.Clock.Sleep(ctx, every); err != nil {
			return "", &Stop{Step: s.N, Action: n, Err: err, ReadBack: state}
		}
	}
}

// An emulator changes what it changes at once, but for certificates, which moto proves after a minute.
const (
	emulatorEvery = 2 * time.Second
	emulatorFor   = 90 * time.Second
)

// Emulator is a Hand that may reach an emulator of AWS instead of AWS.
type Emulator interface{ Emulated() bool }

func (r *Runner) emulated(s Step) bool {
	e, ok := r.Hands[s.Source].(Emulator)
	return ok && e.Emulated()
}

func seconds(n, otherwise int) time.Duration {
	if n == 0 {
		n = otherwise
	}
	return time.Duration(n) * time.Second
}

// prove records, for each step that is done, whether its findings are closed.
func (r *Runner) prove(ctx context.Context) error {
	var done []Step
	for _, s := range r.Run.Plan.Steps {
		if r.Run.Step(s.N) == StepDone {
			done = append(done, s)
		}
	}
	if r.Prove == nil || len(done) == 0 {
		return nil
	}
	proof, err := r.Prove(ctx, done)
	if err != nil {
		return &Stop{Err: fmt.Errorf("all steps are done; scanning again to prove it: %w", err)}
	}
	for _, s := range done {
		e := Event{What: Proven, Step: s.N}
		switch {
		case proof.Unread != "":
			e.What, e.Says = Unproven, proof.Unread
		case len(proof.Open[s.N]) > 0:
			e.What, e.Says = Unproven, fmt.Sprintf("%d findings are still there, the first is %s", len(proof.Open[s.N]), proof.Open[s.N][0].Policy)
		case len(proof.Opened) > 0:
			e.What, e.Says = Unproven, fmt.Sprintf("%d findings were opened, the first is %s of %s", len(proof.Opened), proof.Opened[0].Policy, proof.Opened[0].Address)
		}
		if err := r.note(e); err != nil {
			return err
		}
	}
	return nil
}

// note puts an event on disk, then into the run, then tells of it.
func (r *Runner) note(e Event) error {
	if e.At.IsZero() {
		e.At = r.Clock.Now().UTC()
	}
	e.Bound = maps.Clone(e.Bound)
	if err := r.Journal.Append(e); err != nil {
		return err
	}
	r.Run.Events = append(r.Run.Events, e)
	if r.Say != nil {
		r.Say(e)
	}
	return nil
}
