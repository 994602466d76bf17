package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/internal/awsfake"
	"github.com/plumbline-dev/plumbline/remedy"
	remedyaws "github.com/plumbline-dev/plumbline/remedy/aws"
)

// hurried is a clock that waits for nothing, because the double counts descriptions and not seconds. A run asks it for the time
// before each line of its journal: before the line with the number dies, the process is killed.
type hurried struct{ lines, dies int }

func (h *hurried) Now() time.Time {
	if h.lines++; h.lines == h.dies {
		killMyself()
	}
	return time.Now().UTC()
}

func (h *hurried) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func killMyself() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err) // the test then sees another end than that of a kill
	}
	select {}
}

// hurriedCode is the command plumb-hurried of the tests: plumb with that clock.
func hurriedCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dies, err := strconv.Atoi(os.Getenv("TEST_DIES_BEFORE_LINE"))
	if err != nil {
		dies = 0 // it lives
	}
	return run(ctx, os.Args[1:], system{in: strings.NewReader(""), out: os.Stdout, err: os.Stderr, env: environment(os.Environ()), now: time.Now().UTC(), clock: &hurried{dies: dies}})
}

// killed is an account with twelve changes, and the folder in which processes carry them out.
type killed struct {
	fake *awsfake.Server
	dir  string
	plan string
}

func newKilled(t *testing.T) *killed {
	t.Helper()
	k := &killed{fake: awsfake.New(t), dir: t.TempDir()}
	resources, patches := k.fake.Seed12()
	hand := remedyaws.NewHand(k.fake.Config(), remedyaws.Target{Account: awsfake.Account, Region: awsfake.Region})
	planner := remedyaws.NewPlanner(hand, catalog.Build(resources, catalog.Options{Stage: "production"}), remedyaws.Options{})
	now := time.Now().UTC()
	p := &remedy.Plan{Created: now, Expires: now.Add(time.Hour), Tool: remedy.Tool{Version: version}, Sources: []remedy.Source{{Kind: remedy.Live, Name: "aws", Account: awsfake.Account}}}
	for _, patch := range patches {
		steps, err := planner.Plan(t.Context(), remedy.Wish{Patch: patch})
		if err != nil {
			t.Fatal(err)
		}
		p.Steps = append(p.Steps, steps...)
	}
	p.Steps = remedy.Number(p.Steps)
	if len(p.Steps) != 12 {
		t.Fatalf("the plan has %d steps", len(p.Steps))
	}
	if err := remedy.Seal(p); err != nil {
		t.Fatal(err)
	}
	text, err := remedy.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	k.plan = filepath.Join(k.dir, "plan.json")
	if err := os.WriteFile(k.plan, text, 0o600); err != nil {
		t.Fatal(err)
	}
	k.fake.Slow(2)
	k.fake.Lag(1)
	return k
}

// process makes a process of plumb in the folder; dies is the line of the journal before which it is killed, 0 for none.
func (k *killed) process(dies int, args ...string) (*exec.Cmd, *strings.Builder) {
	cmd := exec.Command("plumb-hurried", append(args, "--yes", "--accept", "brief-failover", "--accept-step", "10", "--limit-changes", "12", "--no-proof", "--endpoint-url", k.fake.URL)...)
	var said strings.Builder
	cmd.Dir, cmd.Stdout, cmd.Stderr = k.dir, &said, &said
	cmd.Env = append(os.Environ(), "HOME="+k.dir, "XDG_CACHE_HOME="+filepath.Join(k.dir, "cache"), "AWS_ACCESS_KEY_ID=AKIAFAKEFAKEFAKEFAKE", "AWS_SECRET_ACCESS_KEY=fake",
		"AWS_REGION="+awsfake.Region, "AWS_EC2_METADATA_DISABLED=true", "TEST_DIES_BEFORE_LINE="+strconv.Itoa(dies))
	return cmd, &said
}

// carry runs a process to its end and gives the exit status; -1 is a kill.
func (k *killed) carry(dies int, args ...string) (code int, said string) {
	cmd, out := k.process(dies, args...)
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return 1, err.Error()
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// cutAt runs a process that is killed when its write with the number has come to AWS and before it has an effect there.
func (k *killed) cutAt(write int) (code int, said string) {
	cmd, out := k.process(0, "apply", k.plan)
	ended := make(chan struct{})
	k.fake.OnWrite(func(w awsfake.Write) awsfake.Fault {
		if w.N != write {
			return awsfake.None
		}
		if err := cmd.Process.Kill(); err == nil {
			<-ended // no answer of any kind reaches it
		}
		return awsfake.CutBefore
	})
	if err := cmd.Start(); err != nil {
		return 1, err.Error()
	}
	_ = cmd.Wait() // the exit status says it
	close(ended)
	k.fake.OnWrite(nil)
	return cmd.ProcessState.ExitCode(), out.String()
}

func (k *killed) effects() map[string]int {
	all := map[string]int{}
	for _, w := range k.fake.Writes() {
		if w.Effect {
			all[w.Op]++
		}
	}
	return all
}

// The processes of plumb that carry out twelve live changes are killed with SIGKILL: before each line of the journal, which is
// after each call and before each change is noted as done, and between the intent and the effect of each call. Another process
// resumes the run: the account ends as without a kill, and each call took effect as often.
func TestAProcessKilledAtAnyBoundaryIsResumedByAnother(t *testing.T) {
	t.Parallel()
	whole := newKilled(t)
	if code, said := whole.carry(0, "apply", whole.plan); code != 0 {
		t.Fatalf("without a kill: exit status %d\n%s", code, said)
	}
	journal, err := os.ReadFile(filepath.Join(whole.dir, ".plumb", "runs", "1", "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines, writes := strings.Count(string(journal), "\n")-1, len(whole.fake.Writes()) // the first line is the run's header
	state, effects := whole.fake.State(), whole.effects()
	var boundaries []boundary
	for n := range lines {
		boundaries = append(boundaries, boundary{"before line", n + 1, func(k *killed, n int) (int, string) { return k.carry(n, "apply", k.plan) }})
	}
	for n := range writes {
		boundaries = append(boundaries, boundary{"at write", n + 1, (*killed).cutAt})
	}
	if lines < 60 || writes < 18 {
		t.Errorf("only %d lines and %d writes", lines, writes)
	}
	t.Logf("%d steps, %d boundaries: %d lines of the journal, %d writes; effects %v", 12, len(boundaries), lines, writes, effects)
	var wait sync.WaitGroup
	slots := make(chan struct{}, 4)
	for _, b := range boundaries {
		k := newKilled(t)
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if err := b.survived(k, state, effects); err != nil {
				t.Errorf("killed %s %d: %v", b.what, b.n, err)
			}
		})
	}
	wait.Wait()
}

// boundary is a moment at which a process is killed.
type boundary struct {
	what string
	n    int
	kill func(k *killed, n int) (code int, said string)
}

// survived kills a process at the boundary, has another one go on, and compares how the account ends.
func (b boundary) survived(k *killed, state string, effects map[string]int) error {
	if code, said := b.kill(k, b.n); code != -1 {
		return fmt.Errorf("it was not killed: exit status %d\n%s", code, said)
	}
	if code, said := k.carry(0, "apply", "--resume", "1"); code != 0 {
		return fmt.Errorf("resume: exit status %d\n%s", code, said)
	}
	if code, said := k.carry(0, "apply", "--resume", "1"); code != 1 || !strings.Contains(said, "nothing is left to resume") {
		return fmt.Errorf("a run that is done: exit status %d\n%s", code, said)
	}
	if got := k.fake.State(); got != state {
		return fmt.Errorf("it ends in\n%s\nnot\n%s", got, state)
	}
	if got := k.effects(); !maps.Equal(got, effects) {
		return fmt.Errorf("writes that took effect %v, not %v", got, effects)
	}
	return nil
}
