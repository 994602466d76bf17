package aws_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/awsfake"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// virtual is a clock that passes in no time: the double counts descriptions, not seconds.
type virtual struct{ now time.Time }

func (v *virtual) Now() time.Time { return v.now }

func (v *virtual) Sleep(ctx context.Context, d time.Duration) error {
	v.now = v.now.Add(d)
	return ctx.Err()
}

// doubled is a fresh double with a hand and a plan of its changes.
type doubled struct {
	fake  *awsfake.Server
	hand  *aws.Hand
	plan  *remedy.Plan
	store remedy.Store
	clock *virtual
}

// seed fills a double and gives its resources with the changes to be made.
type seed func(*awsfake.Server) ([]*graph.Resource, []graph.Patch)

func newDoubled(t *testing.T, dir string, seed seed) *doubled {
	t.Helper()
	d := &doubled{fake: awsfake.New(t), store: remedy.Store{Dir: dir}, clock: &virtual{time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}}
	d.fake.Slow(2)
	d.fake.Lag(1)
	resources, patches := seed(d.fake)
	g := catalog.Build(resources, catalog.Options{Stage: "production"})
	d.hand = aws.NewHand(d.fake.Config(), aws.Target{Account: awsfake.Account, Region: awsfake.Region})
	planner := aws.NewPlanner(d.hand, g, aws.Options{})
	d.plan = &remedy.Plan{Created: d.clock.now, Expires: d.clock.now.Add(time.Hour), Sources: []remedy.Source{{Kind: remedy.Live, Account: awsfake.Account}}}
	for _, p := range patches {
		steps, err := planner.Plan(t.Context(), remedy.Wish{Patch: p, AllowReplacement: true})
		if err != nil {
			t.Fatal(err)
		}
		d.plan.Steps = append(d.plan.Steps, steps...)
	}
	d.plan.Steps = remedy.Number(d.plan.Steps)
	if err := remedy.Seal(d.plan); err != nil {
		t.Fatal(err)
	}
	return d
}

// create begins a run; load takes it up as another process does.
func (d *doubled) create(t *testing.T, hand remedy.Hand) (*remedy.Runner, *remedy.Journal) {
	t.Helper()
	text, err := remedy.Encode(d.plan)
	if err != nil {
		t.Fatal(err)
	}
	run, journal, err := d.store.Create(text, remedy.Header{Plan: d.plan.ID, SHA256: d.plan.SHA256}, d.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	return &remedy.Runner{Run: run, Journal: journal, Hands: []remedy.Hand{hand}, Clock: d.clock}, journal
}

func (d *doubled) load(t *testing.T) (*remedy.Runner, *remedy.Journal) {
	t.Helper()
	run, err := d.store.Load(1)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := run.Reopen()
	if err != nil {
		t.Fatal(err)
	}
	return &remedy.Runner{Run: run, Journal: journal, Hands: []remedy.Hand{d.hand}, Clock: d.clock}, journal
}

// effects counts, by operation, the writes that changed something.
func (d *doubled) effects() map[string]int {
	all := map[string]int{}
	for _, w := range d.fake.Writes() {
		if w.Effect {
			all[w.Op]++
		}
	}
	return all
}

// dying is a hand of a process that is killed at a boundary: before the call, after it, or after a line of the journal.
type dying struct {
	remedy.Hand
	boundary func(string)
}

func (d dying) Do(ctx context.Context, a remedy.Action, token string, bound remedy.Bound) (remedy.Receipt, error) {
	d.boundary("before " + a.Call.Op)
	got, err := d.Hand.Do(ctx, a, token, bound)
	d.boundary("after " + a.Call.Op)
	return got, err
}

var errKilled = errors.New("killed")

// until runs to the end, or to the boundary with the number at, which it names.
func (d *doubled) until(t *testing.T, at int) (where string) {
	t.Helper()
	passed := 0
	boundary := func(what string) {
		if passed++; passed == at {
			where = what
			panic(errKilled)
		}
	}
	r, journal := d.create(t, dying{d.hand, boundary})
	r.Say = func(e remedy.Event) { boundary(fmt.Sprintf("after the line %q of step %d", e.What, e.Step)) }
	defer func() {
		if p := recover(); p != nil && p != errKilled {
			panic(p)
		}
		if err := journal.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := r.Do(t.Context()); err != nil {
		t.Fatalf("boundary %d: %v", at, err)
	}
	return ""
}

// baseline is how the account ends, and what it takes, when nothing goes wrong.
func baseline(t *testing.T, seed seed) (state string, effects map[string]int) {
	t.Helper()
	d := newDoubled(t, t.TempDir(), seed)
	if where := d.until(t, 0); where != "" {
		t.Fatal(where)
	}
	return d.fake.State(), d.effects()
}

// Twelve changes, with calls that would make a second thing when repeated: wherever the process is killed, the resumed run ends in
// the same state, and each such call took effect once.
func TestAKillAtAnyBoundaryOfTwelveLiveStepsIsResumed(t *testing.T) {
	t.Parallel()
	if steps, boundaries := killedEverywhere(t, (*awsfake.Server).Seed12); steps < 12 || boundaries < 5*12 {
		t.Errorf("%d steps and %d boundaries", steps, boundaries)
	}
}

// A group around a node, an export, backups in another region, and a database that is copied, encrypted and renamed: a second snapshot,
// copy, group or export would be as bad as a name that leads nowhere.
func TestAKillAtAnyBoundaryOfChangesThatCopyDataIsResumed(t *testing.T) {
	t.Parallel()
	if steps, boundaries := killedEverywhere(t, (*awsfake.Server).SeedData); steps != 5 || boundaries < 5*11 {
		t.Errorf("%d steps and %d boundaries", steps, boundaries)
	}
}

// killedEverywhere kills a run at each boundary and resumes it, and compares how it ends with a run that nobody killed.
func killedEverywhere(t *testing.T, seed seed) (steps, boundaries int) {
	t.Helper()
	state, effects := baseline(t, seed)
	for at := 1; ; at++ {
		d := newDoubled(t, t.TempDir(), seed)
		where := d.until(t, at)
		if where == "" {
			t.Logf("%d steps, %d boundaries, writes that took effect: %v", len(d.plan.Steps), at-1, effects)
			return len(d.plan.Steps), at - 1
		}
		r, journal := d.load(t)
		if err := r.Settle(t.Context()); err != nil {
			t.Errorf("boundary %d, %s: settle: %v", at, where, err)
		}
		if broken, err := r.Check(t.Context()); err != nil || len(broken) != 0 {
			t.Errorf("boundary %d, %s: check says %v, %v", at, where, broken, err)
		}
		if err := r.Do(t.Context()); err != nil {
			t.Errorf("boundary %d, %s: resume: %v", at, where, err)
		}
		if err := journal.Close(); err != nil {
			t.Error(err)
		}
		if got := d.fake.State(); got != state {
			t.Errorf("boundary %d, %s: ends in\n%s\nnot\n%s", at, where, got, state)
		}
		if got := d.effects(); !maps.Equal(got, effects) {
			t.Errorf("boundary %d, %s: writes that took effect %v, not %v", at, where, got, effects)
		}
	}
}

// A connection that breaks before or after the call took effect, a call that is refused as too many, and an HTTP 500 leave it open
// whether the change was made. The run stops, and the resumed one repeats nothing.
func TestACallWithoutAnAnswerIsNotRepeatedBlindly(t *testing.T) {
	t.Parallel()
	state, effects := baseline(t, (*awsfake.Server).Seed12)
	total := 0
	for _, n := range effects {
		total += n
	}
	for _, fault := range []awsfake.Fault{awsfake.CutBefore, awsfake.CutAfter, awsfake.Throttled, awsfake.Failed} {
		for at := 1; at <= total; at++ {
			d := newDoubled(t, t.TempDir(), (*awsfake.Server).Seed12)
			seen := 0
			d.fake.OnWrite(func(awsfake.Write) awsfake.Fault {
				if seen++; seen == at {
					return fault
				}
				return awsfake.None
			})
			r, journal := d.create(t, d.hand)
			err := r.Do(t.Context())
			for tries := 0; err != nil && tries < 3; tries++ {
				if closed := journal.Close(); closed != nil {
					t.Fatal(closed)
				}
				r, journal = d.load(t)
				if err = r.Settle(t.Context()); err == nil {
					err = r.Do(t.Context())
				}
			}
			if err != nil {
				t.Errorf("fault %d at write %d: %v", fault, at, err)
			}
			if closed := journal.Close(); closed != nil {
				t.Fatal(closed)
			}
			if got := d.fake.State(); got != state || !maps.Equal(d.effects(), effects) {
				t.Errorf("fault %d at write %d: writes that took effect %v, not %v; state\n%s", fault, at, d.effects(), effects, got)
			}
		}
	}
}

// Whatever the journal lost at its end, a run that had ended is not repeated.
func TestAJournalOfLiveStepsCutAtAnyLineNeverLeadsToARepeat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := newDoubled(t, dir, (*awsfake.Server).Seed12)
	if where := d.until(t, 0); where != "" {
		t.Fatal(where)
	}
	state, effects := d.fake.State(), d.effects()
	path := filepath.Join(dir, "1", "journal.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range slices.Backward(slices.Collect(strings.Lines(string(whole)))) {
		whole = whole[:len(whole)-len(lines)]
		for _, torn := range []string{"", lines[:len(lines)/2]} {
			if err := os.WriteFile(path, append(slices.Clone(whole), torn...), 0o600); err != nil {
				t.Fatal(err)
			}
			r, journal := d.load(t)
			err := r.Settle(t.Context())
			if err == nil {
				err = r.Do(t.Context())
			}
			if closed := journal.Close(); closed != nil {
				t.Fatal(closed)
			}
			if err != nil {
				t.Errorf("cut to %d bytes and %d: %v", len(whole), len(torn), err)
			}
			if d.fake.State() != state || !maps.Equal(d.effects(), effects) {
				t.Fatalf("cut to %d bytes and %d: writes that took effect %v, not %v", len(whole), len(torn), d.effects(), effects)
			}
		}
	}
}
